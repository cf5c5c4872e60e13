//! Blocks of Python, by their indent.

use super::Reader;
use crate::proof::program::BlockKind;
use crate::token::Kind;

impl Reader<'_> {
    pub(super) fn python(&mut self) {
        let lines = self.lines();
        for (index, (first, last, indent)) in lines.iter().enumerate() {
            let Some((colon, kind)) = self.header(*first, *last) else {
                continue;
            };
            let is_block = colon == *last;
            let inside = || {
                lines[index + 1..]
                    .iter()
                    .take_while(|(_, _, other)| is_block && other > indent)
            };
            // What is behind the colon goes on to the end of the line.
            let rest = || {
                lines[index..]
                    .iter()
                    .take_while(|(start, ..)| self.line_start(*start) == self.line_start(*first))
            };
            let end = if is_block {
                inside().last()
            } else {
                rest().last()
            }
            .map_or(*last, |(_, last, _)| *last);
            self.add(*first, end, kind);
        }
        for at in 0..self.tokens.list.tokens.len() {
            let opener = self.tokens.brackets.opener(at);
            if self.tokens.is_word(at, &["lambda"]) {
                let mut end = at + 1;
                while self
                    .tokens
                    .list
                    .get(end)
                    .is_some_and(|t| !matches!(t.kind, Kind::Newline | Kind::Sym(')' | ']' | '}')))
                {
                    end = self.tokens.brackets.closing(end).unwrap_or(end) + 1;
                }
                self.add(at, end.max(at + 1) - 1, BlockKind::Later);
            } else if self.tokens.is_word(at, &["for"])
                && let Some(opener) = opener
            {
                let close = self.tokens.brackets.closing(opener).unwrap_or(at);
                self.add(opener, close, BlockKind::Loop);
            }
        }
    }

    /// Statements: their first and last token, and how far they are indented.
    fn lines(&self) -> Vec<(usize, usize, usize)> {
        let (mut found, mut start, mut indent) = (Vec::new(), None, 0);
        let tokens = &self.tokens.list.tokens;
        let mut at = 0;
        while at <= tokens.len() {
            let ends = tokens
                .get(at)
                .is_none_or(|t| t.kind == Kind::Newline || t.is(';'));
            if ends {
                if let Some(first) = start.take() {
                    found.push((first, at - 1, indent));
                }
            } else if start.is_none() {
                let begins = self.line_start(at);
                let before = self
                    .tokens
                    .list
                    .text
                    .get(begins..tokens[at].span.start)
                    .unwrap_or_default();
                if before.trim().is_empty() {
                    indent = before.len();
                }
                start = Some(at);
            }
            at = self
                .tokens
                .brackets
                .closing(at)
                .filter(|_| !ends)
                .unwrap_or(at)
                + 1;
        }
        found
    }

    /// The colon of a statement that opens a block, and what kind of block that is.
    fn header(&mut self, first: usize, last: usize) -> Option<(usize, BlockKind)> {
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
                let list = Some(at + 2).filter(|open| self.is(*open, '('));
                let list = list.and_then(|open| Some(open..self.tokens.brackets.closing(open)?));
                // What a decorator makes of a function may call it again and again.
                let above = self.tokens.before(first).map(|end| self.line_start(end));
                let decorated = above.and_then(|start| self.tokens.list.text.get(start..));
                if decorated.is_some_and(|line| line.trim_start().starts_with('@')) {
                    self.found
                        .exported
                        .insert(self.tokens.list.source(at + 1).to_owned());
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
        let start = self.tokens.span(at, at).start;
        self.tokens
            .list
            .text
            .get(..start)
            .and_then(|t| t.rfind('\n'))
            .map_or(0, |n| n + 1)
    }
}
