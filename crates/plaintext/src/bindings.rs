//! What every language has in common: a name with a value. Each reader makes these from its own
//! tokens. Nothing here knows what a name means.

use crate::token::{Kind, Part, Token, literal};
use std::fmt;
use std::ops::Range;
use zeroize::Zeroizing;

/// What a value is.
#[derive(Clone)]
pub(crate) enum Meaning {
    /// Characters in the file.
    Text(Zeroizing<String>),
    /// Several texts, with blanks between: scopes, and nothing else.
    List(Zeroizing<String>),
    /// The value of one variable.
    Name(String),
    /// A string with variables in it.
    Mixed(Vec<Part>),
    /// Anything else: the script reads, asks for or computes it.
    Computed,
    /// Characters of which a program makes the value.
    Encoded,
    /// The script adds this to what the variable holds: none of its values is the whole one.
    Added,
}

impl Meaning {
    pub(crate) fn of(parts: &[Part]) -> Self {
        match (literal(parts), parts) {
            (Some(text), _) => Self::Text(text),
            (None, [Part::Name(name)]) => Self::Name(name.clone()),
            (None, [Part::Code(_)]) => Self::Computed,
            _ => Self::Mixed(parts.to_vec()),
        }
    }

    /// True for what a variable gets in several steps: `$x += ...`, `X=${X}...`.
    pub(crate) fn adds_to(&self, name: &str) -> bool {
        match self {
            Self::Added => true,
            Self::Mixed(parts) => parts
                .iter()
                .any(|part| matches!(part, Part::Name(used) if used == name)),
            _ => false,
        }
    }
}

#[cfg(test)]
impl Meaning {
    /// What the tests compare: a text, a variable with a `$`, nothing else.
    pub(crate) fn shown(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.to_string()),
            Self::Name(name) => Some(format!("${name}")),
            _ => None,
        }
    }
}

impl fmt::Debug for Meaning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "Text({} bytes)", text.len()),
            Self::List(text) => write!(f, "List({} bytes)", text.len()),
            Self::Name(name) => write!(f, "Name({name})"),
            Self::Mixed(parts) => write!(f, "Mixed({parts:?})"),
            Self::Computed => f.write_str("Computed"),
            Self::Encoded => f.write_str("Encoded"),
            Self::Added => f.write_str("Added"),
        }
    }
}

/// A value and where it is: an empty value can replace the span.
#[derive(Debug)]
pub(crate) struct Value {
    pub(crate) span: Range<usize>,
    pub(crate) meaning: Meaning,
}

impl Value {
    /// A value that only a run of the script shows.
    pub(crate) fn computed(span: Range<usize>) -> Self {
        Self {
            span,
            meaning: Meaning::Computed,
        }
    }

    /// The same place, whose value the script computes from what is there.
    pub(crate) fn made_of(self) -> Self {
        Self::computed(self.span)
    }
}

/// A name with its value.
#[derive(Debug)]
pub(crate) struct Binding {
    /// As that language compares variables: in small letters where their case does not count.
    pub(crate) name: String,
    /// True if other places may refer to it by that name.
    pub(crate) is_variable: bool,
    pub(crate) value: Value,
    /// Lines that hold nothing but this, where they may go as a whole.
    pub(crate) removable: Option<Range<usize>>,
}

impl Binding {
    /// A key, a parameter or an argument.
    pub(crate) fn entry(name: impl Into<String>, value: Value) -> Self {
        Self {
            name: name.into(),
            is_variable: false,
            value,
            removable: None,
        }
    }

    /// A variable.
    pub(crate) fn variable(name: impl Into<String>, value: Value) -> Self {
        Self {
            is_variable: true,
            ..Self::entry(name, value)
        }
    }
}

/// A string as it is in the file.
#[derive(Debug)]
pub(crate) struct Literal {
    pub(crate) span: Range<usize>,
    pub(crate) inner: Range<usize>,
    pub(crate) parts: Vec<Part>,
    pub(crate) form: Form,
}

/// Whether a string is a form, `name=value&name=value`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// If it looks like one.
    Perhaps,
    /// It is one, as the data of `curl`.
    Encoded,
    /// One name and a value that the program encodes, as by curl's `--data-urlencode`.
    Raw,
    /// The app and its secret with a colon between, as curl's `--user` takes them.
    User,
    /// It is none: a setting, whose name says what the value is.
    No,
}

/// Everything that a reader found.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) bindings: Vec<Binding>,
    pub(crate) literals: Vec<Literal>,
}

/// The literals of a list of tokens.
pub(crate) fn literals(tokens: &[Token]) -> Vec<Literal> {
    let strings = tokens.iter().filter(|t| t.kind == Kind::Str);
    strings
        .map(|t| Literal {
            span: t.span.clone(),
            inner: t.inner.clone(),
            parts: t.parts.clone(),
            form: Form::Perhaps,
        })
        .collect()
}
