//! Blocks of Python, by their indent.

use super::BlockReader;
use crate::proof::program::BlockKind;
use crate::token::Kind;

/// What finds a method by a name that is a value.
const BY_NAME: [&str; 3] = ["getattr", "attrgetter", "methodcaller"];

/// A statement by its first and its last token, and how many bytes its line is indented.
struct PythonStatement {
    first: usize,
    last: usize,
    indent: usize,
    begins_line: bool,
}

impl BlockReader<'_> {
    pub(super) fn python(&mut self) {
        let statements = self.statements();
        for (index, statement) in statements.iter().enumerate() {
            if self.is_done() {
                return;
            }
            let Some((colon, kind)) = self.header(statement) else {
                continue;
            };
            let last = if colon == statement.last {
                statements[index + 1..]
                    .iter()
                    .take_while(|other| other.indent > statement.indent)
                    .last()
            } else {
                // What is behind the colon goes on to the end of the line.
                statements[index + 1..]
                    .iter()
                    .take_while(|other| !other.begins_line)
                    .last()
            };
            let last = last.map_or(statement.last, |other| other.last);
            self.add(statement.first, last, kind);
        }
        for at in 0..self.tokens.list.tokens.len() {
            if self.is_done() {
                return;
            }
            if self.tokens.is_word(at, &["lambda"]) {
                self.add(at, self.end_of_lambda(at), BlockKind::Later);
            } else if self.tokens.is_word(at, &["for"])
                && let Some(open) = self.tokens.brackets.opener(at)
            {
                let close = self.tokens.brackets.closing(open).unwrap_or(at);
                self.add(open, close, BlockKind::Loop);
            } else if self.tokens.is_word(at, &BY_NAME) {
                self.found.calls_by_name = true;
            }
        }
    }

    fn end_of_lambda(&self, at: usize) -> usize {
        let mut end = at + 1;
        while self
            .tokens
            .list
            .get(end)
            .is_some_and(|t| !matches!(t.kind, Kind::Newline | Kind::Sym(')' | ']' | '}')))
        {
            end = self.tokens.brackets.closing(end).unwrap_or(end) + 1;
        }
        end - 1
    }

    fn statements(&self) -> Vec<PythonStatement> {
        let mut found = Vec::new();
        let mut start = None;
        let mut indent = 0;
        let mut begins_line = false;
        let mut at = 0;
        while at <= self.tokens.list.tokens.len() {
            if self.tokens.list.ends_statement(at) {
                if let Some(first) = start.take() {
                    found.push(PythonStatement {
                        first,
                        last: at - 1,
                        indent,
                        begins_line,
                    });
                }
                at += 1;
                continue;
            }
            if start.is_none() {
                let own = self.indent(at);
                begins_line = own.is_some();
                indent = own.unwrap_or(indent);
                start = Some(at);
            }
            at = self.tokens.brackets.closing(at).unwrap_or(at) + 1;
        }
        found
    }

    /// The bytes before a token, if it is the first of its line.
    fn indent(&self, at: usize) -> Option<usize> {
        let line = self.line_start(at);
        let start = self.tokens.span(at, at).start;
        let before = self.tokens.list.text.get(line..start).unwrap_or_default();
        before.trim().is_empty().then_some(before.len())
    }

    /// The colon of a statement that opens a block, and what kind of block that is.
    fn header(&mut self, statement: &PythonStatement) -> Option<(usize, BlockKind)> {
        let PythonStatement { first, last, .. } = *statement;
        if !statement.begins_line {
            return None;
        }
        let at = if self.tokens.is_word(first, &["async"]) {
            first + 1
        } else {
            first
        };
        let word = self.tokens.list.word(at)?;
        let mut colon = at;
        while colon <= last && !self.is(colon, ':') {
            colon = self.tokens.brackets.closing(colon).unwrap_or(colon) + 1;
        }
        if colon > last {
            return None;
        }
        let kind = match word {
            "def" => {
                let open = at + 2;
                let list = self.tokens.closing(open, '(').map(|close| open..close);
                // What a decorator makes of a function may call it again and again.
                let above = self.tokens.before(first).map(|end| self.line_start(end));
                let decorated = above.and_then(|start| self.tokens.list.text.get(start..));
                if decorated.is_some_and(|line| line.trim_start().starts_with('@')) {
                    self.export(at + 1);
                }
                if self.tokens.is_word(open + 1, &["self", "cls"]) {
                    self.add_member(at + 1);
                }
                self.function(at + 1, list)
            }
            "for" | "while" => BlockKind::Loop,
            "if" | "elif" | "else" | "try" | "except" | "finally" | "with" | "class" => {
                BlockKind::Branch
            }
            "match" if colon == last => BlockKind::Branch,
            "case" if colon > at + 1 => BlockKind::Branch,
            _ => return None,
        };
        Some((colon, kind))
    }

    fn line_start(&self, at: usize) -> usize {
        self.lines.start(self.tokens.span(at, at).start)
    }
}
