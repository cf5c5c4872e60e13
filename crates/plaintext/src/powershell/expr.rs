//! PowerShell's values and the arguments of its commands, as far as a token request needs them.

use super::statement::is_end;
use crate::brackets::Brackets;
use crate::list::List;
use crate::proof::expr::Expr;
use crate::token::{Kind, Token};

/// Casts that leave a text or a hash table what it is.
const CASTS: [&str; 8] = [
    "string",
    "system.string",
    "uri",
    "system.uri",
    "ordered",
    "hashtable",
    "pscustomobject",
    "psobject",
];

/// No script that a person wrote nests deeper.
const DEEPEST: usize = 20;

const MOST_ARGUMENTS: usize = 200;

/// An argument of a command.
#[derive(Clone, Debug)]
pub(crate) enum Given {
    /// `-Name value`, in small letters; a switch has no value.
    Named(String, Option<Expr>),
    Plain(Expr),
    /// `@name`: the entries of a hash table.
    Splat(String),
}

pub(crate) struct PowershellTokens<'t> {
    pub(crate) list: List<'t>,
    pub(crate) brackets: Brackets,
}

impl<'t> PowershellTokens<'t> {
    pub(crate) fn of(tokens: &'t [Token], text: &'t str) -> Self {
        let list = List::of(tokens, text);
        let brackets = Brackets::of(&list.tokens);
        Self { list, brackets }
    }

    /// A splatted variable is one token with its sign.
    pub(crate) fn is_splat(&self, at: usize) -> bool {
        self.list.get(at).is_some_and(|t| t.kind == Kind::Var)
            && self.list.source(at).starts_with('@')
    }

    pub(crate) fn is_flag(&self, at: usize) -> bool {
        self.list.word(at).is_some_and(|word| {
            word.strip_prefix('-')
                .is_some_and(|name| name.starts_with(|c: char| c.is_ascii_alphabetic()))
        })
    }

    /// A value and the place behind it, with everything that is added to it.
    pub(crate) fn value(&self, at: usize, depth: usize) -> (Expr, usize) {
        if depth > DEEPEST {
            return (Expr::Unknown, at + 1);
        }
        let (mut value, mut next) = self.primary(at, depth);
        while self.list.is(next, '+') && !self.list.is(next + 1, '=') {
            let (more, after) = self.primary(self.list.skip_newlines(next + 1), depth + 1);
            value = value.joined(more);
            next = after;
        }
        if !self.list.is(next, ',') {
            return (value, next);
        }
        let mut all = vec![value];
        while self.list.is(next, ',') {
            let (more, after) = self.primary(self.list.skip_newlines(next + 1), depth + 1);
            all.push(more);
            next = after;
        }
        (Expr::List(all), next)
    }

    /// A value that ends here for certain: at the end of the statement, of the bracket or of the
    /// block.
    pub(crate) fn whole(&self, at: usize, depth: usize) -> Expr {
        let (value, next) = self.value(self.list.skip_newlines(at), depth);
        let ends = self
            .list
            .get(next)
            .is_none_or(|t| matches!(t.kind, Kind::Newline | Kind::Sym(';' | '}' | ')')));
        if ends { value } else { Expr::Unknown }
    }

    /// One value without anything added to it, and the place behind it.
    pub(crate) fn primary_of(&self, at: usize) -> (Expr, usize) {
        self.primary(at, 0)
    }

    fn primary(&self, at: usize, depth: usize) -> (Expr, usize) {
        let Some(token) = self.list.get(at) else {
            return (Expr::Unknown, at + 1);
        };
        if depth > DEEPEST {
            return (Expr::Unknown, at + 1);
        }
        let (value, next) = match token.kind {
            Kind::Str => (Expr::of(&token.parts), at + 1),
            Kind::Var if !self.is_splat(at) => (Expr::of(&token.parts), at + 1),
            Kind::Sym('(') => match self.brackets.closing(at) {
                Some(close) => (self.inside(at, close, depth), close + 1),
                None => (Expr::Unknown, at + 1),
            },
            Kind::Sym('@') if self.list.is(at + 1, '{') => match self.brackets.closing(at + 1) {
                Some(close) => (self.table(at + 1, close, depth), close + 1),
                None => (Expr::Unknown, at + 1),
            },
            Kind::Sym('@') if self.list.is(at + 1, '(') => match self.brackets.closing(at + 1) {
                Some(close) => (self.inside(at + 1, close, depth), close + 1),
                None => (Expr::Unknown, at + 1),
            },
            Kind::Sym('[') => match self.brackets.closing(at) {
                Some(close) => self.cast(at, close, depth),
                None => (Expr::Unknown, at + 1),
            },
            _ => (Expr::Unknown, at + 1),
        };
        self.members(value, next)
    }

    /// `.member` and `['key']` behind a value; a method makes it unknown.
    fn members(&self, mut value: Expr, mut at: usize) -> (Expr, usize) {
        loop {
            if !self.list.adjacent(at) {
                return (value, at);
            }
            if let Some(path) = self.list.word(at).and_then(|word| word.strip_prefix('.')) {
                for name in path.split('.') {
                    value = value.into_member(name.to_ascii_lowercase());
                }
                at += 1;
                if self.list.is(at, '(') && self.list.adjacent(at) {
                    value = Expr::Unknown;
                    at = self.brackets.closing(at).unwrap_or(at) + 1;
                }
            } else if self.list.is(at, '[') {
                let close = self.brackets.closing(at).unwrap_or(at);
                value = match self.list.literal(at + 1) {
                    Some(key) if close == at + 2 => value.into_member(key.to_ascii_lowercase()),
                    _ => Expr::Unknown,
                };
                at = close + 1;
            } else if self.list.is(at, ':') {
                return (Expr::Unknown, at + 1);
            } else {
                return (value, at);
            }
        }
    }

    /// What one pair of brackets holds, if it is one value.
    fn inside(&self, open: usize, close: usize, depth: usize) -> Expr {
        let (value, next) = self.value(self.list.skip_newlines(open + 1), depth + 1);
        if self.list.skip_newlines(next) == close {
            value
        } else {
            Expr::Unknown
        }
    }

    /// `[type]value`, and the methods that only encode a text.
    fn cast(&self, open: usize, close: usize, depth: usize) -> (Expr, usize) {
        if self.list.is(close + 1, ':') && self.list.is(close + 2, ':') {
            return self.method(close + 3, depth);
        }
        let (value, next) = self.primary(close + 1, depth + 1);
        let keeps = close == open + 2 && CASTS.contains(&self.list.lower_word(open + 1).as_str());
        let value = if keeps { value } else { Expr::Unknown };
        (value, next)
    }

    /// The call of a method of a type, from the method's name on.
    fn method(&self, name: usize, depth: usize) -> (Expr, usize) {
        let open = name + 1;
        let end = match self.brackets.closing(open) {
            Some(end) if self.list.is(open, '(') => end,
            _ => return (Expr::Unknown, open),
        };
        let encodes = ["escapedatastring", "urlencode"];
        let value = if encodes.contains(&self.list.lower_word(name).as_str()) {
            Expr::Encoded(Box::new(self.inside(open, end, depth)))
        } else {
            Expr::Unknown
        };
        (value, end + 1)
    }

    /// `@{ key = value; key = value }`, keys in small letters.
    fn table(&self, open: usize, close: usize, depth: usize) -> Expr {
        let mut entries = Vec::new();
        let mut at = open + 1;
        while at < close {
            if self.list.is(at, ';') || self.list.get(at).is_some_and(|t| t.kind == Kind::Newline) {
                at += 1;
                continue;
            }
            let key = match self.list.key(at) {
                Some(key) if self.list.is(at + 1, '=') => key.to_ascii_lowercase(),
                _ => return Expr::Unknown,
            };
            let start = self.list.skip_newlines(at + 2);
            let (value, next) = self.value(start, depth + 1);
            let is_whole = is_end(self.list.get(next));
            entries.push((key, if is_whole { value } else { Expr::Unknown }));
            at = next.max(at + 3);
            while at < close && !is_end(self.list.get(at)) {
                at = self.brackets.closing(at).unwrap_or(at) + 1;
            }
        }
        Expr::Map(entries)
    }

    /// The arguments of a command from its first one on, and the place behind them. More than a
    /// person writes are as those of a hash table that is not known.
    pub(crate) fn arguments(&self, first: usize) -> (Vec<Given>, usize) {
        let mut found = Vec::new();
        let mut at = first;
        while !self.ends_command(at) {
            if found.len() > MOST_ARGUMENTS {
                found.push(Given::Splat(String::new()));
                return (found, at);
            }
            if self.is_splat(at) {
                let name = self.list.get(at).and_then(Token::name);
                found.extend(name.map(|name| Given::Splat(name.to_owned())));
                at += 1;
            } else if self.is_flag(at) {
                let word = self.list.lower_word(at);
                let name = word.trim_start_matches('-').to_owned();
                let has_colon = self.list.is(at + 1, ':') && self.list.adjacent(at + 1);
                let value_at = if has_colon { at + 2 } else { at + 1 };
                let is_switch = self.is_flag(value_at)
                    || self.is_splat(value_at)
                    || self.ends_command(value_at);
                if is_switch {
                    found.push(Given::Named(name, None));
                    at = value_at.max(at + 1);
                } else {
                    let (value, next) = self.argument(value_at);
                    found.push(Given::Named(name, Some(value)));
                    at = next;
                }
            } else {
                let (value, next) = self.argument(at);
                found.push(Given::Plain(value));
                at = next;
            }
        }
        (found, at)
    }

    fn ends_command(&self, at: usize) -> bool {
        self.list.get(at).is_none_or(|t| {
            matches!(
                t.kind,
                Kind::Newline | Kind::Sym(')' | '}' | ';' | '|' | '&')
            )
        })
    }

    /// One argument: a value, or bare text up to the next blank, with variables in it.
    fn argument(&self, at: usize) -> (Expr, usize) {
        let (first, mut next) = match self.list.get(at).map(|t| t.kind) {
            Some(Kind::Word) => self.bare(at),
            Some(Kind::Str | Kind::Var) if self.goes_on(at + 1) => self.bare(at),
            _ => self.primary(at, 0),
        };
        if !self.list.is(next, ',') {
            return (first, next.max(at + 1));
        }
        let mut all = vec![first];
        while self.list.is(next, ',') {
            let start = self.list.skip_newlines(next + 1);
            let (more, after) = if self.list.word(start).is_some() {
                self.bare(start)
            } else {
                self.primary(start, 0)
            };
            all.push(more);
            next = after.max(start + 1);
        }
        (Expr::List(all), next)
    }

    /// True if bare text goes on at this token, as in `$base/token`.
    fn goes_on(&self, at: usize) -> bool {
        self.list.adjacent(at)
            && self.list.get(at).is_some_and(|t| match t.kind {
                Kind::Word => !self.list.source(at).starts_with('.'),
                Kind::Str | Kind::Var => true,
                _ => false,
            })
    }

    fn bare(&self, at: usize) -> (Expr, usize) {
        let mut all = Vec::new();
        let mut next = at;
        while let Some(token) = self.list.get(next)
            && (next == at || self.list.adjacent(next))
        {
            match token.kind {
                Kind::Word | Kind::Sym(':' | '=' | '+' | '!') => {
                    all.push(Expr::text(self.list.source(next)));
                }
                Kind::Str | Kind::Var => all.push(Expr::of(&token.parts)),
                Kind::Sym('$' | '@' | '[' | '(' | '{') => {
                    all.push(Expr::Unknown);
                    next = self.brackets.closing(next).unwrap_or(next);
                }
                _ => break,
            }
            next += 1;
        }
        (
            if all.len() == 1 {
                all.remove(0)
            } else {
                Expr::Join(all)
            },
            next.max(at + 1),
        )
    }
}
