//! What is wrong with a variable that replaces the system's roots of trust, as data. `roots` reads
//! the variables.

use std::error::Error;
use std::io;
use std::sync::Arc;

/// A variable whose roots cannot be used, and why.
#[derive(Clone, Debug)]
pub struct BadRootSetting {
    /// Its name.
    pub variable: &'static str,
    /// The file or directory, as text.
    pub place: String,
    /// Why.
    pub flaw: RootsFlaw,
}

/// Why the roots of a variable cannot be used.
#[derive(Clone, Debug)]
pub enum RootsFlaw {
    /// The variable is empty.
    EmptyVariable,
    /// Its file or directory cannot be read.
    Unreadable(Arc<io::Error>),
    /// The file is empty.
    EmptyFile,
    /// The file holds no certificate.
    NoCertificate,
    /// No file of the directories holds a certificate.
    NoneInDirectory,
}

impl BadRootSetting {
    /// The error of the system behind it, where there is one.
    pub(super) fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.flaw {
            RootsFlaw::Unreadable(error) => Some(error.as_ref()),
            _ => None,
        }
    }
}
