//! That a person gave no answer, in words.

use super::text;
use crate::error::Error;
use crate::prompt::Unanswered;

impl From<Unanswered> for Error {
    fn from(_: Unanswered) -> Self {
        Self::usage(text!("cmd-unanswered")).hint(text!("cmd-unanswered-hint"))
    }
}
