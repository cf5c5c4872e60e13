//! Why a file of a newer format cannot be read: which ropc wrote it, or reads it.

use crate::format::NewerFormat;
use crate::text::{Text, text};

impl NewerFormat {
    /// For "it cannot be used: ...".
    pub(crate) fn words(self) -> Text {
        match self.needs {
            None => text!("format-newer", version = self.version),
            Some(release) => text!("format-needs", version = self.version, release = release),
        }
    }
}
