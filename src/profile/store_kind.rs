//! The name of a store, as the profile file and the command line have it. The facts of a store are
//! in `secret_store`.

use clap::ValueEnum;
use std::fmt;

/// The name of a store. clap shows the first line of each comment as help.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum StoreKind {
    /// The keychain of this system.
    #[default]
    Os,
    /// An encrypted file.
    File,
    /// Files that something else provides, one secret each; only read.
    Directory,
    /// A program that prints the secrets; only read.
    Command,
}

impl StoreKind {
    /// The name on the command line and in the profile.
    pub fn name(self) -> &'static str {
        match self {
            Self::Os => "os",
            Self::File => "file",
            Self::Directory => "directory",
            Self::Command => "command",
        }
    }
}

impl fmt::Display for StoreKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
