//! Places of Python and JavaScript that are reached only where a request was refused: behind a
//! replaced request nothing runs there.

use super::file::ScriptFile;
use crate::proof::program::{Block, BlockKind};
use crate::token::Kind;

/// What a condition says that holds only where a request was refused.
const REFUSED: [&str; 5] = ["!= 200", "!== 200", ">= 400", "> 299", ".is_error"];

/// What a condition says that holds where a request was granted.
const GRANTED: [&str; 5] = ["== 200", "=== 200", ".ok", "< 300", ".is_success"];

impl ScriptFile<'_> {
    /// True where a refusal is reported: behind a replaced request nothing runs there.
    pub(super) fn is_where_refused(&self, at: usize) -> bool {
        self.is_in_error(at) || self.is_behind_a_refusal(at)
    }

    /// True in a statement that ends the program or raises an error.
    fn is_in_error(&self, at: usize) -> bool {
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
    fn is_behind_a_refusal(&self, at: usize) -> bool {
        let place = self.tokens.span(at, at).start;
        self.program
            .blocks
            .iter()
            .filter(|block| block.kind == BlockKind::Branch && block.span.contains(&place))
            .any(|block| self.runs_where_refused(block))
    }

    fn runs_where_refused(&self, block: &Block) -> bool {
        let line = self.line_of(block.span.start);
        let is_negated = line.contains("not ") || line.contains('!');
        if says(line, &REFUSED) || is_negated && says(line, &[".ok", ".is_success"]) {
            return true;
        }
        let is_else = line
            .trim_start_matches(['}', ' ', '\t'])
            .starts_with("else");
        is_else && self.is_behind_a_grant(block)
    }

    /// True if the block before this one runs only where the request was granted.
    fn is_behind_a_grant(&self, block: &Block) -> bool {
        let before = self
            .program
            .blocks
            .iter()
            .filter(|other| other.span.end <= block.span.start)
            .max_by_key(|other| other.span.end);
        let Some(before) = before else { return false };
        let line = self.line_of(before.span.start);
        says(line, &GRANTED) && !says(line, &REFUSED)
    }

    /// The whole line that this byte is in.
    fn line_of(&self, byte: usize) -> &str {
        let before = self.text.get(..byte).unwrap_or_default();
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let rest = self.text.get(start..).unwrap_or_default();
        rest.lines().next().unwrap_or_default()
    }
}

fn says(line: &str, signs: &[&str]) -> bool {
    signs.iter().any(|sign| line.contains(sign))
}
