//! Is a script still a whole one after the edit? The same reader reads it again.

use crate::Language;
use crate::edited::Rewritten;
use crate::scan::Scan;
use crate::source::{self, with_script};
use crate::token::{Kind, Token};
use std::collections::BTreeSet;

impl Rewritten {
    /// True if the new text is a whole script still: it ends what it begins, it is more than
    /// nothing, and it uses no variable that is gone.
    pub(crate) fn is_whole(&self, scan: &Scan) -> bool {
        let new = self.text(scan);
        let again = source::read(scan.language, &new);
        let has_code = again
            .tokens
            .iter()
            .any(|t| !matches!(t.kind, Kind::Newline | Kind::Comment));
        if again.broken.is_some() || !has_code {
            return false;
        }
        let known = assigned(scan.language, scan.text(), &scan.source.tokens);
        let gone = &known - &assigned(scan.language, &new, &again.tokens);
        let uses_one = again.tokens.iter().any(|t| {
            // Variables of Python are bare words.
            let word = if scan.language == Language::Python {
                t.word(&new)
            } else {
                None
            };
            t.uses().chain(word).any(|name| gone.contains(name))
        });
        let gives_empty = with_script(scan.language, &new, &again.tokens, |script| {
            script.program().gives_empty()
        });
        !uses_one && !gives_empty.unwrap_or(false)
    }
}

/// The variables that a script gives a value to.
fn assigned(language: Language, text: &str, tokens: &[Token]) -> BTreeSet<String> {
    let names = with_script(language, text, tokens, |script| {
        let assigns = script.program().assigns.iter();
        assigns.map(|assign| assign.name.clone()).collect()
    });
    names.unwrap_or_default()
}
