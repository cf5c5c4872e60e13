//! Strings, comments and names of Python and of JavaScript, which JSON is a part of. No grammar:
//! `script_values` looks at what stands around a name.

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

/// Signs of two or three characters that begin or end with `=` and are no assignment.
const LONG_SIGNS: [&str; 14] = [
    "===", "!==", "==", "!=", "<=", ">=", "=>", ":=", "+=", "-=", "*=", "/=", "|=", "&=",
];

/// A slash that no other slash follows within this is a division; a bound keeps the time in
/// proportion to the text.
const LONGEST_REGEX: usize = 1000;

pub(crate) fn lex(text: &str, range: Range<usize>, dialect: Dialect) -> Tokens {
    let cursor = Cursor::new(text.get(..range.end).unwrap_or_default(), range.start);
    let mut lexer = Lexer {
        cursor,
        dialect,
        tokens: Tokens::default(),
    };
    lexer.run(0);
    lexer.tokens
}

struct Lexer<'t> {
    cursor: Cursor<'t>,
    dialect: Dialect,
    tokens: Tokens,
}

impl Lexer<'_> {
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
        let (start, mut ahead, mut class) = (self.cursor.at, self.cursor, false);
        ahead.next();
        for _ in 0..LONGEST_REGEX {
            let Some(c) = ahead.next() else { return false };
            match c {
                '\n' => return false,
                '\\' => drop(ahead.next()),
                '[' => class = true,
                ']' => class = false,
                '/' if !class => {
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
        let (open, mut parts) = (self.cursor.at, Parts::default());
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

    /// `{name}` of a formatted string.
    fn field(&mut self, parts: &mut Parts) {
        self.cursor.next();
        if self.cursor.eat("{") {
            return parts.push('{');
        }
        let inside = self.cursor.take(|c| c != '}' && c != '\n');
        self.cursor.eat("}");
        let inside = encoded(inside);
        let is_plain = !inside.is_empty() && inside.chars().all(is_name);
        let names = || {
            inside
                .split(|c| !is_name(c))
                .filter(|n| !n.is_empty())
                .map(str::to_owned)
                .collect()
        };
        parts.part(if is_plain {
            Part::Name(inside.to_owned())
        } else {
            Part::Code(names())
        });
    }

    /// A template: the code in it is read behind it.
    fn template(&mut self, depth: usize) {
        let (start, index) = (self.cursor.at, self.tokens.list.len());
        self.cursor.next();
        let (open, mut parts) = (self.cursor.at, Parts::default());
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
        let text = |token: &Token| {
            self.cursor
                .text
                .get(token.span.clone())
                .unwrap_or_default()
                .to_owned()
        };
        match inside.as_slice() {
            [one] if one.kind == Kind::Word => Part::Name(text(one)),
            [call, open, one, _]
                if text(call) == "encodeURIComponent" && open.is('(') && one.kind == Kind::Word =>
            {
                Part::Name(text(one))
            }
            many => {
                let words = many.iter().filter(|t| t.kind == Kind::Word).map(text);
                Part::Code(
                    words
                        .chain(many.iter().flat_map(|t| t.uses().map(str::to_owned)))
                        .collect(),
                )
            }
        }
    }

    fn escape(&mut self, parts: &mut Parts, raw: bool) {
        let start = self.cursor.at;
        self.cursor.next();
        let Some(c) = self.cursor.next() else { return };
        if raw {
            parts.push('\\');
            parts.push(c);
            return;
        }
        match c {
            'n' => parts.push('\n'),
            'r' => parts.push('\r'),
            't' => parts.push('\t'),
            'b' => parts.push('\u{8}'),
            'f' => parts.push('\u{c}'),
            '\n' => {}
            '\r' => drop(self.cursor.eat("\n")),
            'x' => self.code(parts, 2),
            'u' if self.cursor.peek() == Some('{') => {
                self.cursor.next();
                let hex = self.cursor.take(|c| c.is_ascii_hexdigit());
                self.cursor.eat("}");
                push_code(parts, u32::from_str_radix(hex, 16).ok());
            }
            'u' => self.code(parts, 4),
            'U' if self.dialect == Dialect::Python => self.code(parts, 8),
            'a' | 'v' | 'N' | '0'..='9' => parts.part(Part::Code(Vec::new())),
            '\\' | '\'' | '"' | '/' | '`' | '$' if self.dialect == Dialect::JavaScript => {
                parts.push(c);
            }
            '\\' | '\'' | '"' => parts.push(c),
            _ if self.dialect == Dialect::JavaScript => parts.push(c),
            // Python keeps the backslash of an escape that it does not know.
            _ => parts.push_str(
                self.cursor
                    .text
                    .get(start..self.cursor.at)
                    .unwrap_or_default(),
            ),
        }
    }

    /// `\xHH`, `\uHHHH`; two surrogates make one character, as in JSON.
    fn code(&mut self, parts: &mut Parts, digits: usize) {
        let hex = |cursor: &mut Cursor<'_>, digits: usize| {
            let text = cursor.rest().get(..digits)?;
            let value = text
                .chars()
                .all(|c| c.is_ascii_hexdigit())
                .then(|| u32::from_str_radix(text, 16).ok())??;
            cursor.at += digits;
            Some(value)
        };
        let first = hex(&mut self.cursor, digits);
        let mut value = first;
        if let Some(high @ 0xd800..=0xdbff) = first {
            value = None;
            if self.cursor.eat("\\u")
                && let Some(low @ 0xdc00..=0xdfff) = hex(&mut self.cursor, 4)
            {
                value = Some(0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00));
            }
        }
        push_code(parts, value);
    }
}

/// `quote(name)` stands for the name: what goes over the wire is read back as the text.
fn encoded(code: &str) -> &str {
    let call = code.strip_suffix(')').and_then(|call| call.split_once('('));
    let is_quote =
        |name: &str| ["quote", "quote_plus"].contains(&name.rsplit('.').next().unwrap_or_default());
    call.filter(|(name, _)| is_quote(name))
        .map_or(code, |(_, name)| name)
}

fn push_code(parts: &mut Parts, value: Option<u32>) {
    match value.and_then(char::from_u32) {
        Some(c) => parts.push(c),
        None => parts.part(Part::Code(Vec::new())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(text: &str, dialect: Dialect) -> Vec<Option<String>> {
        let list = lex(text, 0..text.len(), dialect)
            .list
            .into_iter()
            .filter(|t| t.kind == Kind::Str);
        list.map(|t| t.literal().map(|text| text.to_string()))
            .collect()
    }

    #[test]
    fn strings_mean_what_their_language_reads() {
        for (text, value) in [
            ("'a\\'b\\\\'", Some("a'b\\")),
            ("r'a\\n'", Some("a\\n")),
            ("\"\"\"a\n\"b\" \"\"\"", Some("a\n\"b\" ")),
            ("'\\x41\\u00e9\\q'", Some("Aé\\q")),
            ("f'{{a'", Some("{a")),
            ("f'{a}'", None),
            ("'\\N{DASH}'", None),
        ] {
            assert_eq!(
                strings(text, Dialect::Python),
                [value.map(str::to_owned)],
                "{text}"
            );
        }
        for (text, value) in [
            ("\"a\\u0026\\\"\\/\"", Some("a&\"/")),
            ("'\\ud834\\udd1e\\q'", Some("𝄞q")),
            ("`a\nb`", Some("a\nb")),
            ("`a${b}`", None),
            ("'\\ud834'", None),
        ] {
            assert_eq!(
                strings(text, Dialect::JavaScript),
                [value.map(str::to_owned)],
                "{text}"
            );
        }
    }

    #[test]
    fn comments_and_expressions_hide_no_string() {
        assert_eq!(
            strings("# 'a'\n'b' # \"c\"", Dialect::Python),
            [Some("b".to_owned())]
        );
        let text = "/* 'a' */ x = /[/'\"]+/g; y = z / 2; 'b' // 'c'";
        assert_eq!(strings(text, Dialect::JavaScript), [Some("b".to_owned())]);
        for (text, dialect) in [
            ("'a", Dialect::Python),
            ("'a\nb'", Dialect::JavaScript),
            ("`a", Dialect::JavaScript),
        ] {
            assert!(lex(text, 0..text.len(), dialect).broken.is_some(), "{text}");
        }
    }
}
