//! The ports through which the core talks to everything outside: vaults, token endpoint, clock, prompt, environment, ui. Tests
//! replace them.

use crate::entra::TokenEndpoint;
use crate::ui::Ui;
use crate::vault::Vaults;
use std::fmt;

pub use crate::clock::{Clock, SystemClock, rfc3339};
pub use crate::environment::Environment;
pub(crate) use crate::l10n::duration_text;
pub use crate::prompt::Prompt;

/// Everything outside, for one run.
pub struct World<'a> {
    /// A snapshot of the environment, taken by `main`.
    pub env: &'a Environment,
    /// Opens the secret store that a profile names.
    pub vaults: &'a dyn Vaults,
    /// Sends the password grant.
    pub endpoint: &'a dyn TokenEndpoint,
    /// Wall clock and sleep.
    pub clock: &'a dyn Clock,
    /// A person, if there is one: `None` without a terminal or with `--no-input`.
    pub prompt: Option<&'a dyn Prompt>,
    /// stdout and stderr.
    pub ui: &'a Ui,
}

impl fmt::Debug for World<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("World")
    }
}
