//! Values as far as a token request needs them. Each language's reader makes these from its tokens;
//! what a reader does not know is [`Expr::Unknown`], which proves nothing.

use crate::token::Part;
use std::fmt;
use zeroize::Zeroizing;

/// Members of members: a value is no deeper, so that its end does not fill the stack.
const LONGEST_PATH: usize = 20;

/// A value before its names have theirs.
#[derive(Clone)]
pub(crate) enum Expr {
    /// Characters in the file.
    Text(Zeroizing<String>),
    /// What a variable holds.
    Name(String),
    /// Several values with nothing between them.
    Join(Vec<Expr>),
    /// Names with values: a dictionary, an object, a hash table.
    Map(Vec<(String, Expr)>),
    /// Several values: scopes, or pieces of a form.
    List(Vec<Expr>),
    /// A value that is only encoded for the form that it goes into.
    Encoded(Box<Expr>),
    /// One member of a value.
    Member(Box<Expr>, String),
    /// What a constructor makes of its arguments; the name is the last one of its path.
    Made(String, Vec<Argument>),
    /// Anything else: the script computes, reads or asks for it.
    Unknown,
}

/// An argument of a call, with its name where it is given by one.
#[derive(Clone, Debug)]
pub(crate) struct Argument {
    pub(crate) name: Option<String>,
    pub(crate) value: Expr,
}

impl Expr {
    pub(crate) fn text(text: &str) -> Self {
        Self::Text(Zeroizing::new(text.to_owned()))
    }

    /// Of the parts of a string.
    pub(crate) fn of(parts: &[Part]) -> Self {
        let mut all: Vec<Self> = parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => Self::Text(text.clone()),
                Part::Name(name) => Self::Name(name.clone()),
                Part::Code(_) => Self::Unknown,
            })
            .collect();
        match all.len() {
            0 => Self::text(""),
            1 => all.remove(0),
            _ => Self::Join(all),
        }
    }

    /// One member of this value.
    pub(crate) fn member(&self, name: &str) -> Self {
        self.clone().into_member(name.to_owned())
    }

    /// The same, if the path to it is no longer than a person writes.
    pub(crate) fn into_member(self, name: String) -> Self {
        let mut base = &self;
        for _ in 0..LONGEST_PATH {
            let Self::Member(inner, _) = base else {
                return Self::Member(Box::new(self), name);
            };
            base = inner;
        }
        Self::Unknown
    }

    /// This value with another one behind it.
    pub(crate) fn joined(self, more: Self) -> Self {
        match self {
            Self::Join(mut all) => {
                all.push(more);
                Self::Join(all)
            }
            first => Self::Join(vec![first, more]),
        }
    }
}

impl fmt::Debug for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "Text({} bytes)", text.len()),
            Self::Name(name) => write!(f, "Name({name})"),
            Self::Join(all) => f.debug_tuple("Join").field(all).finish(),
            Self::Map(all) => f.debug_tuple("Map").field(all).finish(),
            Self::List(all) => f.debug_tuple("List").field(all).finish(),
            Self::Encoded(inner) => f.debug_tuple("Encoded").field(inner).finish(),
            Self::Member(base, name) => write!(f, "Member({base:?}, {name})"),
            Self::Made(name, arguments) => write!(f, "Made({name}, {arguments:?})"),
            Self::Unknown => f.write_str("Unknown"),
        }
    }
}
