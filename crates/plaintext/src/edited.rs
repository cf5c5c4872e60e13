//! How an edit changes a file: places, what they become, and what the caller has to say of them.
//! Nothing of the file's text is here.

use crate::edits::{Edit, applied};
use crate::proof::prove::Why;
use crate::scan::Scan;
use crate::{Field, Language, Unreadable, encoding};
use std::fmt;
use zeroize::Zeroizing;

/// A token request that stays, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// Its line in the new file, from 1.
    pub line: usize,
    /// Why it stays.
    pub why: Why,
}

/// How an edit changes a file: places (lines from 1) and what they become, nothing of its text.
pub struct Rewritten {
    pub(crate) edits: Vec<Edit>,
    /// The language that its reader took it for.
    pub language: Language,
    /// Lines of the old file that the edit changes or takes out.
    pub lines: Vec<usize>,
    /// True if a token request became the variable.
    pub uses_token: bool,
    /// Token requests that stay, in the order of their lines.
    pub left: Vec<Left>,
    /// Lines of the new file that use a value which is empty now.
    pub orphans: Vec<usize>,
    /// Lines of the new file in which one of the secrets still is, in some form.
    pub remains: Vec<usize>,
    /// Secrets in the new file that the edit leaves, in a comment or of another sign-in, with their
    /// lines.
    pub others: Vec<(Field, usize)>,
    /// Lines of the new file with something that looks like a secret and has no value that the
    /// reader knows.
    pub unclear: Vec<(Field, usize)>,
}

impl Rewritten {
    /// The new bytes of that very file, in its own encoding.
    ///
    /// # Errors
    ///
    /// [`Unreadable::Binary`] or [`Unreadable::BadUtf16`] for bytes that are no text; never for the
    /// bytes of the scan.
    pub fn apply(&self, bytes: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unreadable> {
        let decoded = encoding::decode(bytes)?;
        Ok(decoded.encode(&applied(&decoded.text, &self.edits)))
    }

    pub(crate) fn text(&self, scan: &Scan) -> Zeroizing<String> {
        applied(scan.text(), &self.edits)
    }
}

impl fmt::Debug for Rewritten {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Rewritten({} edits, lines {:?})",
            self.edits.len(),
            self.lines
        )
    }
}
