//! The port to a person. `cmd` implements it for a terminal, tests with prepared answers.

use crate::text::Text;
use zeroize::Zeroizing;

/// A person gave no answer: the terminal was closed, or what came is no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unanswered;

/// Short for an answer.
pub type Result<T> = std::result::Result<T, Unanswered>;

/// A person at a terminal.
pub trait Prompt {
    /// A line of text, echoed.
    fn line(&self, label: &Text) -> Result<String>;
    /// A secret, not echoed.
    fn secret(&self, label: &Text) -> Result<Zeroizing<String>>;
    /// Yes or no; no by default.
    fn confirm(&self, question: &Text) -> Result<bool>;
}
