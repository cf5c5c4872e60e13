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
        let is_code = |t: &&Token| !matches!(t.kind, Kind::Newline | Kind::Comment);
        if again.broken.is_some() || !again.tokens.iter().any(|t| is_code(&t)) {
            return false;
        }
        let names = |text: &str, tokens: &[Token]| -> BTreeSet<String> {
            let all = with_script(scan.language, text, tokens, |script| {
                script
                    .program()
                    .assigns
                    .iter()
                    .map(|a| a.name.clone())
                    .collect()
            });
            all.unwrap_or_default()
        };
        let gone = &names(scan.text(), &scan.source.tokens) - &names(&new, &again.tokens);
        let uses_one = |t: &Token| {
            let word = if t.kind == Kind::Word && scan.language == Language::Python {
                new.get(t.span.clone())
            } else {
                None
            };
            t.uses().chain(word).any(|name| gone.contains(name))
        };
        let gives_empty = with_script(scan.language, &new, &again.tokens, |script| {
            script.program().gives_empty()
        });
        !again.tokens.iter().any(uses_one) && !gives_empty.unwrap_or(false)
    }
}
