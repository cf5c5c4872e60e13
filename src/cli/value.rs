//! `ProfileArg`, which several verbs have, and `BadValue`: why the value of a flag cannot be used.

use crate::text::Text;
use clap::Args;
use std::fmt;

/// Which profile.
#[derive(Args, Clone, Debug, Default)]
pub struct ProfileArg {
    /// The profile; falls back to `ROPC_PROFILE`, then `default`.
    #[arg(short = 'p', long = "profile", value_name = "NAME")]
    pub profile: Option<String>,
}

/// Why the value of a flag cannot be used. clap keeps it as the source of its error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BadValue(pub(crate) Text);

impl fmt::Display for BadValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.english())
    }
}

impl std::error::Error for BadValue {}
