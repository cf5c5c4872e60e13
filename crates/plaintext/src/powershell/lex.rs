//! PowerShell's strings, comments, variables and words (`about_Quoting_Rules`,
//! `about_Special_Characters`, `about_Comments`). No grammar: `read` decides what a value means.

mod pieces;

use crate::token::{Cursor, DEEPEST, Kind, Part, Parts, Token, Tokens};
use pieces::{
    alone, escape, is_double, is_name, is_single, is_word, single, string, variable,
    without_last_newline,
};
use std::ops::Range;

/// Reads a part of a text; offsets are those of the whole.
pub(crate) fn lex(text: &str, range: Range<usize>) -> Tokens {
    lex_range(text, range, 0)
}

fn lex_range(text: &str, range: Range<usize>, depth: usize) -> Tokens {
    let mut lexer = PowershellLexer {
        cursor: Cursor::new(text.get(..range.end).unwrap_or_default(), range.start),
        depth,
        broken: None,
    };
    let mut list = Vec::new();
    while let Some(c) = lexer.cursor.peek() {
        let start = lexer.cursor.at;
        list.extend(lexer.token(c));
        if lexer.cursor.at == start {
            lexer.cursor.next();
        }
    }
    Tokens {
        list,
        broken: lexer.broken,
    }
}

struct PowershellLexer<'t> {
    cursor: Cursor<'t>,
    /// How many strings and pieces of code are around.
    depth: usize,
    broken: Option<usize>,
}

impl PowershellLexer<'_> {
    fn token(&mut self, c: char) -> Option<Token> {
        let start = self.cursor.at;
        let kind = match c {
            '\r' | '\n' => {
                self.cursor.next();
                if c == '\r' {
                    self.cursor.eat("\n");
                }
                Kind::Newline
            }
            c if c.is_whitespace() => {
                self.cursor
                    .take(|c| c.is_whitespace() && c != '\n' && c != '\r');
                return None;
            }
            '`' => {
                // A backtick at the end of a line joins it with the next one.
                self.cursor.next();
                if self.cursor.eat("\r\n") || self.cursor.eat("\n") {
                    return None;
                }
                self.cursor.next();
                self.cursor.take(is_word);
                Kind::Word
            }
            '#' => {
                self.cursor.line();
                return Some(comment(start, start + 1..self.cursor.at, self.cursor.at));
            }
            '<' if self.cursor.eat("<#") => {
                let end = self.cursor.rest().find("#>");
                if end.is_none() {
                    self.broken.get_or_insert(start);
                }
                let inner =
                    self.cursor.at..self.cursor.at + end.unwrap_or(self.cursor.rest().len());
                self.cursor.at = inner.end;
                self.cursor.eat("#>");
                return Some(comment(start, inner, self.cursor.at));
            }
            '@' => return Some(self.at_sign()),
            '$' => return Some(dollar(&mut self.cursor)),
            c if is_single(c) => return Some(single(&mut self.cursor, &mut self.broken)),
            c if is_double(c) => return Some(self.double()),
            c if is_word(c) => {
                // A dot behind a variable or a bracket is an access; in a word it belongs to it.
                self.cursor.next();
                self.cursor.take(is_word);
                Kind::Word
            }
            c => {
                self.cursor.next();
                Kind::Sym(c)
            }
        };
        Some(Token::plain(kind, start..self.cursor.at))
    }

    fn at_sign(&mut self) -> Token {
        let start = self.cursor.at;
        self.cursor.next();
        match self.cursor.peek() {
            Some(c) if is_single(c) || is_double(c) => {
                let mut ahead = self.cursor;
                ahead.next();
                ahead.take(|c| c == ' ' || c == '\t');
                if ahead.eat("\r\n") || ahead.eat("\n") {
                    self.cursor = ahead;
                    return self.here_string(start, is_double(c));
                }
                Token::plain(Kind::Sym('@'), start..self.cursor.at)
            }
            Some(c) if is_name(c) => {
                // Splatting.
                let name = self.cursor.take(is_name).to_lowercase();
                Token {
                    parts: vec![Part::Name(name)],
                    ..Token::plain(Kind::Var, start..self.cursor.at)
                }
            }
            _ => Token::plain(Kind::Sym('@'), start..self.cursor.at),
        }
    }

    fn double(&mut self) -> Token {
        let start = self.cursor.at;
        self.cursor.next();
        let open = self.cursor.at;
        let mut parts = Parts::default();
        loop {
            let inner = open..self.cursor.at;
            match self.cursor.peek() {
                Some(c) if is_double(c) => {
                    self.cursor.next();
                    if !self.cursor.peek().is_some_and(is_double) {
                        return string(start, inner, self.cursor.at, parts);
                    }
                    self.cursor.next();
                    parts.push(c);
                }
                Some(_) => self.expandable(&mut parts),
                None => {
                    self.broken.get_or_insert(start);
                    return string(start, inner, self.cursor.at, parts);
                }
            }
        }
    }

    /// One character, escape, variable or subexpression of an expandable string.
    fn expandable(&mut self, parts: &mut Parts) {
        match self.cursor.peek() {
            Some('`') => escape(&mut self.cursor, parts),
            Some('$') if self.cursor.peek_second() == Some('(') => {
                self.cursor.next();
                let inside = self.nested();
                parts.part(match alone(self.cursor.text, &inside) {
                    Some(name) => Part::Name(name),
                    None => Part::Code(self.names_in(inside)),
                });
            }
            Some('$') => match variable(&mut self.cursor) {
                Some(name) => parts.part(Part::Name(name)),
                None => parts.push(self.cursor.next().unwrap_or_default()),
            },
            _ => parts.push(self.cursor.next().unwrap_or_default()),
        }
    }

    /// Steps over `( ... )` with everything that nests in it; returns what is inside.
    fn nested(&mut self) -> Range<usize> {
        let start = self.cursor.at;
        self.cursor.next();
        let mut open = 1usize;
        while let Some(c) = self.cursor.peek() {
            match c {
                '(' => open += 1,
                ')' => open -= 1,
                '`' => {
                    self.cursor.next();
                }
                c if is_single(c) => {
                    let _ = single(&mut self.cursor, &mut self.broken);
                    continue;
                }
                c if is_double(c) && self.depth < DEEPEST => {
                    self.depth += 1;
                    let _ = self.double();
                    self.depth -= 1;
                    continue;
                }
                _ => {}
            }
            self.cursor.next();
            if open == 0 {
                return start + 1..self.cursor.at - 1;
            }
        }
        self.broken.get_or_insert(start);
        start + 1..self.cursor.at
    }

    /// The variables that a piece of code uses. [`Self::nested`] has read strings in strings
    /// already; a limit on their depth keeps the time in proportion to the text.
    fn names_in(&mut self, range: Range<usize>) -> Vec<String> {
        if self.depth >= 3 {
            self.broken.get_or_insert(range.start);
            return Vec::new();
        }
        let inner = lex_range(self.cursor.text, range, self.depth + 1);
        inner
            .list
            .iter()
            .flat_map(|token| token.uses().map(str::to_owned).collect::<Vec<_>>())
            .collect()
    }

    fn here_string(&mut self, start: usize, expands: bool) -> Token {
        let open = self.cursor.at;
        let mut parts = Parts::default();
        loop {
            // Here a line begins. The closing mark is at its very beginning, and the line end
            // before it does not count.
            let mut ahead = self.cursor;
            let closes = ahead
                .next()
                .is_some_and(|c| if expands { is_double(c) } else { is_single(c) })
                && ahead.eat("@");
            if closes {
                let inner = open..self.cursor.at;
                self.cursor = ahead;
                return string(start, inner, self.cursor.at, without_last_newline(parts));
            }
            loop {
                match self.cursor.peek() {
                    None => {
                        self.broken.get_or_insert(start);
                        return string(start, open..self.cursor.at, self.cursor.at, parts);
                    }
                    Some('\n') => {
                        self.cursor.next();
                        parts.push('\n');
                        break;
                    }
                    Some(_) if expands => self.expandable(&mut parts),
                    Some(c) => {
                        self.cursor.next();
                        parts.push(c);
                    }
                }
            }
        }
    }
}

fn comment(start: usize, inner: Range<usize>, end: usize) -> Token {
    Token {
        inner,
        ..Token::plain(Kind::Comment, start..end)
    }
}

/// `$name`, `$scope:name`, `${name}`; else the sign alone. The scope is no part of the name, `env:`
/// is.
fn dollar(cursor: &mut Cursor<'_>) -> Token {
    let start = cursor.at;
    if let Some(name) = variable(cursor) {
        Token {
            parts: vec![Part::Name(name)],
            ..Token::plain(Kind::Var, start..cursor.at)
        }
    } else {
        cursor.next();
        Token::plain(Kind::Sym('$'), start..cursor.at)
    }
}

#[cfg(test)]
#[path = "lex_tests.rs"]
mod tests;
