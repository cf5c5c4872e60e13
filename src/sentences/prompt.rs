//! That a person gave no answer, in words.

use crate::error::Error;
use crate::prompt::Unanswered;
use crate::text::text;

impl From<Unanswered> for Error {
    fn from(_: Unanswered) -> Self {
        Self::usage(text!("cmd-unanswered")).hint(text!("cmd-unanswered-hint"))
    }
}
