//! Strings, comments and names of Python and of JavaScript, which JSON is a part of. No grammar:
//! `read` looks at what is around a name.

mod escapes;

use crate::token::{Cursor, DEEPEST, Kind, Part, Parts, Token, Tokens};
use std::ops::Range;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Python,
    JavaScript,
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$')
}

/// Signs of several characters with `=` in them, the longest first. Only those of
/// [`super::program`] compare; the others change what a name holds.
const LONG_SIGNS: [&str; 25] = [
    ">>>=", "===", "!==", "||=", "&&=", "??=", "**=", "//=", "<<=", ">>=", "==", "!=", "<=", ">=",
    "=>", ":=", "+=", "-=", "*=", "/=", "%=", "|=", "&=", "^=", "@=",
];

/// A slash that no other slash follows within this is a division; a bound keeps the time in
/// proportion to the text.
const LONGEST_REGEX: usize = 1000;

pub(crate) fn lex(text: &str, range: Range<usize>, dialect: Dialect) -> Tokens {
    let cursor = Cursor::new(text.get(..range.end).unwrap_or_default(), range.start);
    let mut lexer = ScriptLexer {
        cursor,
        dialect,
        tokens: Tokens::default(),
    };
    lexer.run(0);
    lexer.tokens
}

struct ScriptLexer<'t> {
    cursor: Cursor<'t>,
    dialect: Dialect,
    tokens: Tokens,
}

impl ScriptLexer<'_> {
    /// Reads to the end, or to the brace that closes a substitution of a template.
    fn run(&mut self, depth: usize) {
        let mut open = 0usize;
        while let Some(c) = self.cursor.peek() {
            let start = self.cursor.at;
            let python = self.dialect == Dialect::Python;
            match c {
                '\n' => {
                    self.cursor.next();
                    self.push(Kind::Newline, start);
                }
                '\\' if python && (self.cursor.eat("\\\n") || self.cursor.eat("\\\r\n")) => {}
                c if c.is_whitespace() => {
                    self.cursor.take(|c| c.is_whitespace() && c != '\n');
                }
                '#' if python => self.comment(1),
                '/' if !python && self.cursor.rest().starts_with("//") => self.comment(2),
                '/' if !python && self.cursor.rest().starts_with("/*") => self.block_comment(),
                '/' if !python && self.regex_may_begin() && self.regex() => {}
                '"' | '\'' => self.string(""),
                '`' if !python => self.template(depth),
                c if is_name(c) => self.word(),
                '}' if depth > 0 && open == 0 => return,
                c => {
                    match c {
                        '{' => open += 1,
                        '}' => open = open.saturating_sub(1),
                        _ => {}
                    }
                    if LONG_SIGNS.iter().any(|sign| self.cursor.eat(sign)) {
                        self.push(Kind::Sym('\0'), start);
                    } else {
                        self.cursor.next();
                        self.push(Kind::Sym(c), start);
                    }
                }
            }
        }
        if depth > 0 {
            self.tokens.broken.get_or_insert(self.cursor.at);
        }
    }

    fn push(&mut self, kind: Kind, start: usize) {
        self.tokens
            .list
            .push(Token::plain(kind, start..self.cursor.at));
    }

    fn comment(&mut self, mark: usize) {
        let start = self.cursor.at;
        self.cursor.line();
        let span = start..self.cursor.at;
        self.tokens.list.push(Token {
            inner: start + mark..span.end,
            ..Token::plain(Kind::Comment, span)
        });
    }

    fn block_comment(&mut self) {
        let start = self.cursor.at;
        self.cursor.eat("/*");
        let end = self.cursor.rest().find("*/");
        if end.is_none() {
            self.tokens.broken.get_or_insert(start);
        }
        let inner = self.cursor.at..self.cursor.at + end.unwrap_or(self.cursor.rest().len());
        self.cursor.at = inner.end;
        self.cursor.eat("*/");
        self.tokens.list.push(Token {
            inner,
            ..Token::plain(Kind::Comment, start..self.cursor.at)
        });
    }

    /// A slash divides behind a value, and begins a regular expression elsewhere.
    fn regex_may_begin(&self) -> bool {
        self.tokens
            .list
            .iter()
            .rev()
            .find(|t| t.kind != Kind::Comment)
            .is_none_or(|t| match t.kind {
                Kind::Sym(c) => !matches!(c, ')' | ']' | '}'),
                Kind::Newline => true,
                Kind::Word => matches!(
                    self.cursor.text.get(t.span.clone()),
                    Some(
                        "return"
                            | "typeof"
                            | "case"
                            | "in"
                            | "of"
                            | "delete"
                            | "void"
                            | "throw"
                            | "await"
                            | "yield"
                    )
                ),
                _ => false,
            })
    }

    /// A regular expression, if it ends in this line and soon.
    fn regex(&mut self) -> bool {
        let start = self.cursor.at;
        let mut in_class = false;
        let mut ahead = self.cursor;
        ahead.next();
        for _ in 0..LONGEST_REGEX {
            let Some(c) = ahead.next() else { return false };
            match c {
                '\n' => return false,
                '\\' => drop(ahead.next()),
                '[' => in_class = true,
                ']' => in_class = false,
                '/' if !in_class => {
                    ahead.take(char::is_alphabetic);
                    self.cursor = ahead;
                    self.push(Kind::Sym('\0'), start);
                    return true;
                }
                _ => {}
            }
        }
        false
    }

    fn word(&mut self) {
        let start = self.cursor.at;
        let word = self.cursor.take(is_name);
        let prefix = self.dialect == Dialect::Python
            && matches!(self.cursor.peek(), Some('"' | '\''))
            && word.len() <= 2
            && word.chars().all(|c| "rRbBfFuU".contains(c));
        if prefix {
            self.cursor.at = start;
            let word = word.to_ascii_lowercase();
            return self.string(&word);
        }
        self.push(Kind::Word, start);
    }

    /// A string behind its prefix: `r` takes backslashes as they are, `f` holds code in braces.
    fn string(&mut self, prefix: &str) {
        let start = self.cursor.at;
        self.cursor.at += prefix.len();
        let quote = self.cursor.peek().unwrap_or('"');
        let triple: String = std::iter::repeat_n(quote, 3).collect();
        let is_triple = self.dialect == Dialect::Python && self.cursor.rest().starts_with(&triple);
        let close = if is_triple { triple } else { quote.to_string() };
        self.cursor.eat(&close);
        let open = self.cursor.at;
        let mut parts = Parts::default();
        loop {
            let inner = open..self.cursor.at;
            match self.cursor.peek() {
                _ if self.cursor.eat(&close) => return self.finish(start, inner, parts),
                None => break,
                Some('\n') if !is_triple => break,
                Some('\\') => self.escape(&mut parts, prefix.contains('r')),
                Some('{') if prefix.contains('f') => self.field(&mut parts),
                Some(c) => {
                    self.cursor.next();
                    parts.push(c);
                }
            }
        }
        self.tokens.broken.get_or_insert(start);
        self.finish(start, open..self.cursor.at, parts);
    }

    fn finish(&mut self, start: usize, inner: Range<usize>, parts: Parts) {
        let span = start..self.cursor.at;
        self.tokens.list.push(Token {
            kind: Kind::Str,
            span,
            inner,
            parts: parts.finish(),
        });
    }

    /// A template: the code in it is read behind it.
    fn template(&mut self, depth: usize) {
        let start = self.cursor.at;
        let index = self.tokens.list.len();
        self.cursor.next();
        let open = self.cursor.at;
        let mut parts = Parts::default();
        self.push(Kind::Str, start);
        loop {
            let inner = open..self.cursor.at;
            match self.cursor.peek() {
                None => {
                    self.tokens.broken.get_or_insert(start);
                    return;
                }
                Some('`') => {
                    self.cursor.next();
                    let span = start..self.cursor.at;
                    self.tokens.list[index] = Token {
                        kind: Kind::Str,
                        span,
                        inner,
                        parts: parts.finish(),
                    };
                    return;
                }
                Some('\\') => self.escape(&mut parts, false),
                Some('$') if self.cursor.peek_second() == Some('{') && depth < DEEPEST => {
                    let first = self.tokens.list.len();
                    self.cursor.eat("${");
                    self.run(depth + 1);
                    self.cursor.eat("}");
                    parts.part(self.substitution(first));
                }
                Some(c) => {
                    self.cursor.next();
                    parts.push(c);
                }
            }
        }
    }

    fn substitution(&mut self, first: usize) -> Part {
        let inside = self.tokens.list.split_off(first);
        match inside.as_slice() {
            [one] if one.kind == Kind::Word => Part::Name(self.source(one)),
            [call, open, one, _]
                if self.source(call) == "encodeURIComponent"
                    && open.is('(')
                    && one.kind == Kind::Word =>
            {
                Part::Name(self.source(one))
            }
            many => {
                let mut names = Vec::new();
                for word in many.iter().filter(|token| token.kind == Kind::Word) {
                    names.push(self.source(word));
                }
                for token in many {
                    names.extend(token.uses().map(str::to_owned));
                }
                Part::Code(names)
            }
        }
    }

    /// A token as it is written.
    fn source(&self, token: &Token) -> String {
        let text = self.cursor.text.get(token.span.clone());
        text.unwrap_or_default().to_owned()
    }
}

#[cfg(test)]
mod tests;
