//! PowerShell's values: assignments, hash tables, parameters, secure strings and credentials made
//! of literals. Anything else is "computed", and left alone.

mod parameters;
mod values;

use crate::bindings::{Binding, Found, Meaning, Value, literals};
use crate::list::List;
use crate::names::field_of;
use crate::token::{Kind, Token};

pub(crate) fn read(tokens: &[Token], text: &str) -> Found {
    let list = List::of(tokens, text);
    let (closings, ends, in_round) = landmarks(&list.tokens);
    let reader = Reader {
        list,
        closings,
        ends,
        in_round,
    };
    let bindings = (0..reader.list.tokens.len())
        .flat_map(|at| reader.binding_at(at))
        .collect();
    Found {
        bindings,
        literals: literals(tokens),
    }
}

struct Reader<'t> {
    list: List<'t>,
    /// For each token the place behind the bracket that closes what it opens.
    closings: Vec<usize>,
    /// For each token the next sign that ends a value at its depth.
    ends: Vec<usize>,
    /// For each token whether it is directly in round brackets: there a comma separates, and
    /// makes no list.
    in_round: Vec<bool>,
}

/// All in one pass each, so that the time stays in proportion to the text.
fn landmarks(list: &[&Token]) -> (Vec<usize>, Vec<usize>, Vec<bool>) {
    let mut in_round = Vec::with_capacity(list.len());
    let mut closings = vec![list.len(); list.len()];
    let mut open = Vec::new();
    for (at, token) in list.iter().enumerate() {
        in_round.push(
            open.last()
                .is_some_and(|opened: &usize| list[*opened].is('(')),
        );
        match token.kind {
            Kind::Sym('(' | '{' | '[') => open.push(at),
            Kind::Sym(')' | '}' | ']') => {
                if let Some(opened) = open.pop() {
                    closings[opened] = at + 1;
                }
            }
            _ => {}
        }
    }
    let mut ends = vec![list.len(); list.len() + 1];
    for (at, token) in list.iter().enumerate().rev() {
        ends[at] = match token.kind {
            Kind::Newline | Kind::Sym(')' | '}' | ']' | ';' | ',' | '|') => at,
            Kind::Sym('(' | '{' | '[') => ends[closings[at]],
            _ => ends[at + 1],
        };
    }
    (closings, ends, in_round)
}

/// What may be behind a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// `$x = value`, `key = value`.
    Assigned,
    /// `-Name value -Other`.
    Parameter,
    /// `(value, value)`.
    Argument,
}

impl Reader<'_> {
    fn is_command(&self, at: usize, name: &str) -> bool {
        self.list
            .word(at)
            .is_some_and(|w| w.eq_ignore_ascii_case(name))
    }

    fn adjacent(&self, at: usize) -> bool {
        at > 0
            && self
                .list
                .get(at)
                .zip(self.list.get(at - 1))
                .is_some_and(|(b, a)| a.span.end == b.span.start)
    }

    fn binding_at(&self, at: usize) -> Vec<Binding> {
        let Some(token) = self.list.get(at) else {
            return Vec::new();
        };
        if let Some(name) = token.name() {
            return self.of_variable(at, name);
        }
        let opens_statement = at == 0
            || self.list.get(at - 1).is_some_and(|t| {
                matches!(t.kind, Kind::Newline | Kind::Sym('{' | ';' | '(' | ','))
            });
        if token.kind == Kind::Str && opens_statement && self.list.is(at + 1, '=') {
            return self.keyed(at, at + 2);
        }
        let Some(word) = self.list.word(at) else {
            return Vec::new();
        };
        match word.strip_prefix('.').filter(|_| self.adjacent(at)) {
            Some(member) if self.list.is(at + 1, '=') => {
                return vec![self.named(at, member, at + 2)];
            }
            // `$body.Add("key", value)`
            Some(member)
                if member.eq_ignore_ascii_case("add")
                    && self.list.is(at + 1, '(')
                    && self.list.is(at + 3, ',') =>
            {
                return self.keyed(at + 2, at + 4);
            }
            _ => {}
        }
        if opens_statement && self.list.is(at + 1, '=') && !word.starts_with('-') {
            return vec![self.named(at, word, at + 2)];
        }
        if word.starts_with('-') && field_of(word).is_some() {
            return self.parameter(at, word).into_iter().collect();
        }
        if word.to_ascii_lowercase().ends_with("pscredential") {
            return self.credential(at);
        }
        Vec::new()
    }

    /// A name at this token that gets the value further on.
    fn named(&self, at: usize, name: &str, value_at: usize) -> Binding {
        let separated = self.in_round.get(at).copied().unwrap_or(false);
        let place = if separated {
            Place::Argument
        } else {
            Place::Assigned
        };
        Binding {
            name: name.to_owned(),
            is_variable: false,
            value: self.checked(value_at, place),
            removable: None,
        }
    }

    /// The same for a name that is a string.
    fn keyed(&self, at: usize, value_at: usize) -> Vec<Binding> {
        let key = self.list.get(at).and_then(Token::literal);
        key.map_or_else(Vec::new, |key| vec![self.named(at, &key, value_at)])
    }

    /// `$name = value`, `$name += value`, `$name['key'] = value`.
    fn of_variable(&self, at: usize, name: &str) -> Vec<Binding> {
        let is = |at: usize, sign: char| self.list.is(at, sign);
        if is(at + 1, '=') {
            let is_one_of_several =
                at >= 2 && is(at - 1, ',') && self.list.tokens[at - 2].name().is_some();
            if is_one_of_several {
                return self.several(at);
            }
            return vec![Binding {
                is_variable: true,
                ..self.named(at, name, at + 2)
            }];
        }
        if is(at + 1, '+') && is(at + 2, '=') {
            let value = Value {
                span: self.list.tokens[at].span.clone(),
                meaning: Meaning::Added,
            };
            return vec![Binding::variable(name, value)];
        }
        if is(at + 1, '[') && is(at + 3, ']') && is(at + 4, '=') {
            return self.keyed(at + 2, at + 5);
        }
        Vec::new()
    }

    /// `$user, $password = "...", "..."`: each name with its own value, if there are as many, and
    /// no command.
    fn several(&self, last: usize) -> Vec<Binding> {
        let mut first = last;
        while first >= 2
            && self.list.is(first - 1, ',')
            && self.list.tokens[first - 2].name().is_some()
        {
            first -= 2;
        }
        let names: Vec<&str> = (first..=last)
            .step_by(2)
            .filter_map(|at| self.list.get(at)?.name())
            .collect();
        let (mut values, mut at) = (Vec::new(), last + 2);
        loop {
            let (value, next) = self.primary(at, 0);
            values.push(value);
            at = next;
            if !self.list.is(at, ',') || values.len() > names.len() {
                break;
            }
            at = self.list.skip_newlines(at + 1);
        }
        let ends = self
            .list
            .get(at)
            .is_none_or(|t| matches!(t.kind, Kind::Newline | Kind::Sym(';' | '}')));
        if !ends || values.len() != names.len() || self.list.word(last + 2).is_some() {
            return Vec::new();
        }
        let pair = |(name, value): (&str, Value)| Binding::variable(name, value);
        names.into_iter().zip(values).map(pair).collect()
    }

    /// A value that really ends where it seems to.
    fn checked(&self, at: usize, place: Place) -> Value {
        let at = self.skip_newlines_if_assigned(at, place);
        let (value, next) = self.value(at, place);
        let ends = self.list.get(next).is_none_or(|t| match t.kind {
            Kind::Newline | Kind::Sym(';' | '}' | ')' | ',') => true,
            Kind::Word => {
                place == Place::Parameter
                    && self.list.word(next).is_some_and(|w| w.starts_with('-'))
            }
            Kind::Sym('|') => place == Place::Parameter,
            _ => false,
        });
        if ends { value } else { value.made_of() }
    }

    /// An assignment may go on in the next line.
    fn skip_newlines_if_assigned(&self, at: usize, place: Place) -> usize {
        if place == Place::Parameter {
            at
        } else {
            self.list.skip_newlines(at)
        }
    }
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
