//! The port to a person. `cmd` implements it for a terminal, tests with prepared answers.

use crate::error::Error;
use crate::text::Text;
use zeroize::Zeroizing;

/// A person gave no answer: the terminal was closed, or what came is no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unanswered;

/// Short for an answer.
pub type Result<T> = std::result::Result<T, Unanswered>;

/// A person at a terminal. A question fails only if the person gives no answer.
pub trait Prompt {
    /// A line of text, echoed.
    fn line(&self, label: &Text) -> Result<String>;
    /// A secret, not echoed. For an empty answer the screen shows `if_empty`.
    fn secret(&self, label: &Text, if_empty: &Text) -> Result<Zeroizing<String>>;
    /// Yes or no; no by default.
    fn confirm(&self, question: &Text) -> Result<bool>;
    /// Says what is wrong with the last answer, before the question comes again.
    fn object(&self, wrong: &Error);
}
