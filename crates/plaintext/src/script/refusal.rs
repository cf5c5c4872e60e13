//! Places of Python and JavaScript that are reached only where a request was refused: behind a
//! replaced request nothing runs there.

use super::file::ScriptFile;
use crate::proof::program::BlockKind;
use crate::token::Kind;

/// What a condition says that holds only where a request was refused.
const REFUSED: [&str; 5] = ["!= 200", "!== 200", ">= 400", "> 299", ".is_error"];

/// What a condition says that holds where a request was granted.
const GRANTED: [&str; 5] = ["== 200", "=== 200", ".ok", "< 300", ".is_success"];

impl ScriptFile<'_> {
    /// True in a statement that ends the program or raises an error.
    pub(super) fn is_in_error(&self, at: usize) -> bool {
        let line = (0..at)
            .rev()
            .take_while(|before| self.tokens.list.tokens[*before].kind != Kind::Newline);
        line.into_iter().any(|at| {
            self.tokens
                .is_word(at, &["raise", "throw", "exit", "SystemExit"])
        })
    }

    /// True in a block that runs only where the request was refused: `if r.status_code != 200:`,
    /// `if (!r.ok) {`, and the other side of `if r.ok:`.
    pub(super) fn is_behind_a_refusal(&self, at: usize) -> bool {
        let place = self.tokens.span(at, at).start;
        let header = |start: usize| {
            let before = self.text.get(..start).unwrap_or_default();
            let line = before.rfind('\n').map_or(0, |end| end + 1);
            let rest = self.text.get(line..).unwrap_or_default();
            rest.lines().next().unwrap_or_default()
        };
        let says = |line: &str, signs: &[&str]| signs.iter().any(|sign| line.contains(sign));
        let blocks = &self.program.blocks;
        blocks
            .iter()
            .filter(|block| block.kind == BlockKind::Branch && block.span.contains(&place))
            .any(|block| {
                let line = header(block.span.start);
                let is_else = line
                    .trim_start_matches(['}', ' ', '\t'])
                    .starts_with("else");
                let other = blocks
                    .iter()
                    .filter(|other| other.span.end <= block.span.start)
                    .max_by_key(|other| other.span.end);
                let is_not_ok = (line.contains("not ") || line.contains('!'))
                    && says(line, &[".ok", ".is_success"]);
                says(line, &REFUSED)
                    || is_not_ok
                    || is_else
                        && other.is_some_and(|other| {
                            let line = header(other.span.start);
                            says(line, &GRANTED) && !says(line, &REFUSED)
                        })
            })
    }
}
