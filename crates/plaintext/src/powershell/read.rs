//! PowerShell's values: assignments, hash tables, parameters, secure strings and credentials made
//! of literals. Anything else is "computed", and left alone.

mod parameters;
mod values;

use crate::bindings::{Binding, Found, Meaning, Value, literals};
use crate::brackets::Brackets;
use crate::list::List;
use crate::names::field_of;
use crate::powershell::statement::{firsts_of_commands, is_end};
use crate::token::{Kind, Token};
use std::collections::BTreeSet;

pub(crate) fn read(tokens: &[Token], text: &str) -> Found {
    let list = List::of(tokens, text);
    let brackets = Brackets::of(&list.tokens);
    let reader = PowershellValues {
        ends: ends(&list.tokens, &brackets),
        firsts: firsts_of_commands(&list.tokens),
        functions: functions(&list),
        list,
        brackets,
    };
    let bindings = (0..reader.list.tokens.len())
        .flat_map(|at| reader.binding_at(at))
        .collect();
    Found {
        bindings,
        literals: literals(tokens),
    }
}

struct PowershellValues<'t> {
    list: List<'t>,
    brackets: Brackets,
    /// For each token the next sign that ends a value at its depth.
    ends: Vec<usize>,
    /// For each token the first one of its command.
    firsts: Vec<usize>,
    /// The functions of this file, in small letters.
    functions: BTreeSet<String>,
}

/// The words behind `function`.
fn functions(list: &List<'_>) -> BTreeSet<String> {
    (1..list.tokens.len())
        .filter(|at| list.is_word(at - 1, "function"))
        .map(|at| list.lower_word(at))
        .collect()
}

/// [`PowershellValues::ends`], in one pass, so that the time stays in proportion to the text.
fn ends(list: &[&Token], brackets: &Brackets) -> Vec<usize> {
    let mut ends = vec![list.len(); list.len() + 1];
    for (at, token) in list.iter().enumerate().rev() {
        ends[at] = match token.kind {
            Kind::Newline | Kind::Sym(')' | '}' | ']' | ';' | ',' | '|') => at,
            Kind::Sym('(' | '{' | '[') => {
                let close = brackets.closing(at);
                close.map_or(list.len(), |close| ends[close + 1])
            }
            _ => ends[at + 1],
        };
    }
    ends
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

impl PowershellValues<'_> {
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
        if let Some(member) = word.strip_prefix('.')
            && self.list.adjacent(at)
        {
            if self.list.is(at + 1, '=') {
                return vec![self.named(at, member, at + 2)];
            }
            // `$body.Add("key", value)`
            let adds = member.eq_ignore_ascii_case("add") && self.list.is(at + 1, '(');
            if adds && self.list.is(at + 3, ',') {
                return self.keyed(at + 2, at + 4);
            }
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
        // Directly in round brackets a comma separates, and makes no list.
        let opener = self.brackets.opener(at);
        let place = if opener.is_some_and(|open| self.list.is(open, '(')) {
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
        let key = self.list.literal(at);
        key.map_or_else(Vec::new, |key| vec![self.named(at, &key, value_at)])
    }

    /// `$name = value`, `$name += value`, `$name['key'] = value`.
    fn of_variable(&self, at: usize, name: &str) -> Vec<Binding> {
        let list = &self.list;
        if list.is(at + 1, '=') {
            let is_one_of_several =
                at >= 2 && list.is(at - 1, ',') && list.tokens[at - 2].name().is_some();
            if is_one_of_several {
                return self.several(at);
            }
            return vec![Binding {
                is_variable: true,
                ..self.named(at, name, at + 2)
            }];
        }
        if list.is(at + 1, '+') && list.is(at + 2, '=') {
            let value = Value {
                span: self.list.tokens[at].span.clone(),
                meaning: Meaning::Added,
            };
            return vec![Binding::variable(name, value)];
        }
        if list.is(at + 1, '[') && list.is(at + 3, ']') && list.is(at + 4, '=') {
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
        let mut values = Vec::new();
        let mut at = last + 2;
        loop {
            let (value, next) = self.primary(at, 0);
            values.push(value);
            at = next;
            if !self.list.is(at, ',') || values.len() > names.len() {
                break;
            }
            at = self.list.skip_newlines(at + 1);
        }
        if !is_end(self.list.get(at))
            || values.len() != names.len()
            || self.list.word(last + 2).is_some()
        {
            return Vec::new();
        }
        let pairs = names.into_iter().zip(values);
        pairs
            .map(|(name, value)| Binding::variable(name, value))
            .collect()
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
