//! What the lexers make of a text: strings with their meaning, names, signs, comments. Offsets are
//! bytes of the text.

use std::fmt;
use std::ops::Range;
use zeroize::Zeroizing;

/// A lexer gives up on deeper nesting: no person writes it, and it must not fill the stack.
pub(crate) const DEEPEST: usize = 40;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A bare word; its text is the source itself.
    Word,
    /// A variable; its name is the only part.
    Var,
    /// A string.
    Str,
    /// One sign.
    Sym(char),
    /// The end of a line, outside of strings.
    Newline,
    /// A comment; `inner` is the text behind its mark.
    Comment,
}

/// A piece of a string's meaning.
#[derive(Clone)]
pub(crate) enum Part {
    /// Characters as they are.
    Text(Zeroizing<String>),
    /// The value of a variable.
    Name(String),
    /// Something computed, with the variables that it uses.
    Code(Vec<String>),
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "Text({} bytes)", text.len()),
            Self::Name(name) => write!(f, "Name({name})"),
            Self::Code(names) => write!(f, "Code({names:?})"),
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) span: Range<usize>,
    /// Without quotes or comment marks.
    pub(crate) inner: Range<usize>,
    pub(crate) parts: Vec<Part>,
}

impl Token {
    pub(crate) fn plain(kind: Kind, span: Range<usize>) -> Self {
        Self {
            kind,
            inner: span.clone(),
            span,
            parts: Vec::new(),
        }
    }

    pub(crate) fn is(&self, sign: char) -> bool {
        self.kind == Kind::Sym(sign)
    }

    /// The name of a variable.
    pub(crate) fn name(&self) -> Option<&str> {
        match (self.kind, self.parts.as_slice()) {
            (Kind::Var, [Part::Name(name)]) => Some(name),
            _ => None,
        }
    }

    /// The source of a bare word.
    pub(crate) fn word<'t>(&self, text: &'t str) -> Option<&'t str> {
        if self.kind == Kind::Word {
            text.get(self.span.clone())
        } else {
            None
        }
    }

    /// The text of a string or word that is nothing but characters.
    pub(crate) fn literal(&self) -> Option<Zeroizing<String>> {
        literal(&self.parts)
    }

    /// Every variable that a string or a variable uses.
    pub(crate) fn uses(&self) -> impl Iterator<Item = &str> {
        self.parts
            .iter()
            .flat_map(|part| match part {
                Part::Text(_) => [].as_slice().iter(),
                Part::Name(name) => std::slice::from_ref(name).iter(),
                Part::Code(names) => names.iter(),
            })
            .map(String::as_str)
    }
}

/// The text of parts that are nothing but characters.
pub(crate) fn literal(parts: &[Part]) -> Option<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::new());
    for part in parts {
        match part {
            Part::Text(more) => text.push_str(more),
            _ => return None,
        }
    }
    Some(text)
}

/// Collects parts while a string is read.
#[derive(Default)]
pub(crate) struct Parts {
    done: Vec<Part>,
    text: Zeroizing<String>,
}

impl Parts {
    pub(crate) fn push(&mut self, c: char) {
        self.text.push(c);
    }

    pub(crate) fn push_str(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub(crate) fn part(&mut self, part: Part) {
        self.flush();
        self.done.push(part);
    }

    pub(crate) fn finish(mut self) -> Vec<Part> {
        self.flush();
        self.done
    }

    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.done.push(Part::Text(std::mem::take(&mut self.text)));
        }
    }
}

/// What a lexer returns.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    pub(crate) list: Vec<Token>,
    /// Where something begins that never ends.
    pub(crate) broken: Option<usize>,
}

/// A place in a text.
#[derive(Clone, Copy)]
pub(crate) struct Cursor<'t> {
    pub(crate) text: &'t str,
    pub(crate) at: usize,
}

impl<'t> Cursor<'t> {
    pub(crate) fn new(text: &'t str, at: usize) -> Self {
        Self { text, at }
    }

    pub(crate) fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(crate) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(crate) fn peek_second(&self) -> Option<char> {
        self.rest().chars().nth(1)
    }

    pub(crate) fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    /// Steps over the text if it is here.
    pub(crate) fn eat(&mut self, text: &str) -> bool {
        let here = self.rest().starts_with(text);
        self.at += if here { text.len() } else { 0 };
        here
    }

    /// Steps on while the characters are like this, and returns them.
    pub(crate) fn take(&mut self, like: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let end = rest.find(|c| !like(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// Steps on to the end of the line, but not over it.
    pub(crate) fn line(&mut self) -> &'t str {
        self.take(|c| c != '\n' && c != '\r')
    }
}
