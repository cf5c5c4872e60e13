//! The port to a person. The terminal behind it is in `cmd`; tests put a person of their own behind
//! it.

use crate::error::Result;
use crate::text::Text;
use zeroize::Zeroizing;

/// A person at a terminal.
pub trait Prompt {
    /// A line of text, echoed.
    fn line(&self, label: &Text) -> Result<String>;
    /// A secret, not echoed.
    fn secret(&self, label: &Text) -> Result<Zeroizing<String>>;
    /// Yes or no; no by default.
    fn confirm(&self, question: &Text) -> Result<bool>;
}
