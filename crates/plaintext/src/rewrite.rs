//! The file without its secrets: edits as byte ranges, everything else untouched.
//!
//! Secrets are taken out of their lines; a token request that is proved becomes the variable that
//! `ropc exec` sets. Values that are no secret stay, unless only that request used them.

use crate::draft::Draft;
use crate::edits::{Edit, applied};
use crate::powershell::requests::Powershell;
use crate::proof::prove::{Identity, Why};
use crate::proof::{Outcome, Script, outcome};
use crate::script::requests::Source;
use crate::shell::requests::Shell;
use crate::token::Token;
use crate::{Field, Language, Scan, Unreadable, encoding};
use std::fmt;
use std::ops::RangeInclusive;
use zeroize::Zeroizing;

/// A token request that stays, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// Its line in the new file, from 1.
    pub line: usize,
    /// Why it stays.
    pub why: Why,
}

/// How a file is changed: places and what they become, nothing of its text.
pub struct Rewritten {
    pub(crate) edits: Vec<Edit>,
    /// How the file was read.
    pub language: Language,
    /// Lines of the old file that were changed or taken out.
    pub lines: Vec<usize>,
    /// True if a token request became the variable.
    pub uses_token: bool,
    /// Token requests that stay, in the order of their lines.
    pub left: Vec<Left>,
    /// Lines of the new file that use a value which is empty now.
    pub orphans: Vec<usize>,
    /// Lines of the new file in which one of the secrets still stands, in some form.
    pub remains: Vec<usize>,
    /// Secrets that were not chosen and stand in the new file, in a comment or for another sign-in,
    /// with their lines.
    pub others: Vec<(Field, usize)>,
    /// Lines of the new file where something looks like a secret and is not understood.
    pub unclear: Vec<(Field, usize)>,
}

impl Rewritten {
    /// The new bytes of that very file, in its own encoding.
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

pub(crate) fn rewrite(
    scan: &Scan,
    identity: &Identity<'_>,
    lines: &RangeInclusive<usize>,
) -> Rewritten {
    let secrets: Vec<&str> = [identity.client_secret, identity.password]
        .into_iter()
        .filter(|s| !s.is_empty())
        .collect();
    // Whose request it is, nobody could say.
    if secrets.is_empty() {
        return Draft {
            scan,
            secrets: &secrets,
            lines,
            outcome: Outcome::default(),
        }
        .finish();
    }
    let hosts: Vec<&str> = scan.hosts.iter().map(String::as_str).collect();
    let outcome = with_script(scan.language, scan.text(), &scan.source.tokens, |script| {
        outcome(script, identity, &hosts)
    });
    let outcome = outcome.unwrap_or_default();
    let places: Vec<usize> = outcome.replaced.clone();
    let (assigned, left) = (outcome.assigned.clone(), outcome.left.clone());
    let made = Draft {
        scan,
        secrets: &secrets,
        lines,
        outcome,
    }
    .finish();
    if made.is_whole(scan) || places.is_empty() {
        return made;
    }
    // The edit is not sure after all: every request stays.
    let left = left
        .into_iter()
        .chain(places.into_iter().map(|at| (at, Why::Broken)))
        .collect();
    let outcome = Outcome {
        left,
        assigned,
        ..Outcome::default()
    };
    Draft {
        scan,
        secrets: &secrets,
        lines,
        outcome,
    }
    .finish()
}

/// Hands a script to somebody as its language reads it; `None` for settings.
pub(crate) fn with_script<T>(
    language: Language,
    text: &str,
    tokens: &[Token],
    then: impl FnOnce(&dyn Script) -> T,
) -> Option<T> {
    match language {
        Language::PowerShell => Some(then(&Powershell::of(text, tokens))),
        Language::Shell => Some(then(&Shell::of(text, tokens))),
        Language::Python => Some(then(&Source::of(text, tokens, true))),
        Language::JavaScript => Some(then(&Source::of(text, tokens, false))),
        _ => None,
    }
}
