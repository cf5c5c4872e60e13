//! The one text that an expression has at a place, and the fields of a form. What is not certain
//! has none.

use super::expr::Expr;
use super::program::{DEEPEST, Program};
use crate::list::exactly_one;
use std::cell::Cell;
use std::collections::BTreeMap;
use zeroize::Zeroizing;

/// Values that one question looks at: of seven lines each may name the one above a hundred times.
const MOST: usize = 2000;

/// In bytes. No value of a token request is longer.
const LONGEST: usize = 64 * 1024;

/// A form's fields by name.
pub(crate) type Fields = BTreeMap<String, Option<Zeroizing<String>>>;

/// The entries of a dictionary, each with the place at which its names have their value.
type Entries<'p> = Vec<(&'p str, &'p Expr, usize)>;

/// A piece of a form in one text: characters of it, or a value between them.
struct FormPiece {
    text: Option<Zeroizing<String>>,
    is_value: bool,
}

/// The steps that are left to the answer of one question.
#[derive(Clone, Copy)]
struct Steps<'c> {
    depth: usize,
    left: &'c Cell<usize>,
}

impl Steps<'_> {
    /// One step from a value to what it is made of; `None` behind the last one.
    fn next(self) -> Option<Self> {
        let left = self.left.get().checked_sub(1)?;
        self.left.set(left);
        let depth = self.depth + 1;
        (depth <= DEEPEST).then_some(Self { depth, ..self })
    }
}

/// Answers a question of a program.
fn ask<T>(answer: impl FnOnce(Steps<'_>) -> Option<T>) -> Option<T> {
    let left = Cell::new(MOST);
    answer(Steps {
        depth: 0,
        left: &left,
    })
}

impl Program {
    /// The one text that an expression has at a place.
    pub(crate) fn text(&self, expr: &Expr, at: usize) -> Option<Zeroizing<String>> {
        ask(|steps| self.text_of(expr, at, steps))
    }

    fn text_of(&self, expr: &Expr, at: usize, steps: Steps<'_>) -> Option<Zeroizing<String>> {
        let steps = steps.next()?;
        match expr {
            Expr::Text(text) => (text.len() <= LONGEST).then(|| text.clone()),
            Expr::Encoded(inner) => self.text_of(inner, at, steps),
            Expr::Join(all) => self.joined(all, "", at, steps),
            Expr::List(all) => self.joined(all, " ", at, steps),
            Expr::Name(name) => {
                let values = self.held(name, at)?;
                same(values.into_iter().map(|held| {
                    if held.set.is_empty() {
                        self.text_of(held.value, held.at, steps)
                    } else {
                        None
                    }
                }))
            }
            Expr::Member(base, name) => {
                let (value, at) = self.member(base, name, at, steps)?;
                self.text_of(value, at, steps)
            }
            Expr::Map(_) | Expr::Made(..) | Expr::Unknown => None,
        }
    }

    fn joined(
        &self,
        all: &[Expr],
        between: &str,
        at: usize,
        steps: Steps<'_>,
    ) -> Option<Zeroizing<String>> {
        let mut whole = Zeroizing::new(String::new());
        for (index, part) in all.iter().enumerate() {
            if index > 0 {
                whole.push_str(between);
            }
            whole.push_str(&self.text_of(part, at, steps)?);
            if whole.len() > LONGEST {
                return None;
            }
        }
        Some(whole)
    }

    /// What a name means, through other names, if it is one thing.
    pub(crate) fn meant<'p>(
        &'p self,
        mut expr: &'p Expr,
        mut at: usize,
    ) -> Option<(&'p Expr, usize)> {
        for _ in 0..DEEPEST {
            let Expr::Name(name) = expr else {
                return Some((expr, at));
            };
            let [held] = self.held(name, at)?.try_into().ok()?;
            expr = held.value;
            at = held.at;
        }
        None
    }

    /// The entry of that name in a dictionary, and the place at which its names have their value.
    fn member<'p>(
        &'p self,
        base: &'p Expr,
        name: &str,
        at: usize,
        steps: Steps<'_>,
    ) -> Option<(&'p Expr, usize)> {
        let entries = self.entries_of(base, at, steps)?;
        let found = entries.into_iter().filter(|(key, ..)| *key == name);
        exactly_one(found).map(|(_, value, at)| (value, at))
    }

    /// The entries of a dictionary, if all of them are known.
    pub(crate) fn entries<'p>(&'p self, expr: &'p Expr, at: usize) -> Option<Entries<'p>> {
        ask(|steps| self.entries_of(expr, at, steps))
    }

    fn entries_of<'p>(
        &'p self,
        expr: &'p Expr,
        at: usize,
        steps: Steps<'_>,
    ) -> Option<Entries<'p>> {
        let steps = steps.next()?;
        match expr {
            Expr::Map(all) => Some(
                all.iter()
                    .map(|(key, value)| (key.as_str(), value, at))
                    .collect(),
            ),
            Expr::Name(name) => {
                let [held] = self.held(name, at)?.try_into().ok()?;
                if self.escapes(name, held.at, at) || held.set.len() > MOST {
                    return None;
                }
                let mut entries = self.entries_of(held.value, held.at, steps)?;
                for (key, value, at) in held.set {
                    // A key that is not known may change any entry.
                    if key.is_empty() {
                        return None;
                    }
                    entries.retain(|(known, ..)| *known != key);
                    entries.push((key, value, at));
                }
                Some(entries)
            }
            Expr::Member(base, name) => {
                let (value, at) = self.member(base, name, at, steps)?;
                self.entries_of(value, at, steps)
            }
            _ => None,
        }
    }

    /// The fields of a form: a dictionary, a text of pairs, or several of them. An unknown value is
    /// `None`.
    pub(crate) fn form(&self, expr: &Expr, at: usize) -> Option<Fields> {
        ask(|steps| self.form_of(expr, at, steps))
    }

    fn form_of(&self, expr: &Expr, at: usize, steps: Steps<'_>) -> Option<Fields> {
        let steps = steps.next()?;
        let mut fields = Fields::new();
        match expr {
            Expr::Name(name) => {
                if let Some(entries) = self.entries_of(expr, at, steps) {
                    self.add_entries(&entries, &mut fields, steps);
                    return Some(fields);
                }
                let values = self.held(name, at)?;
                if values.iter().any(|held| {
                    matches!(held.value, Expr::Map(_)) && self.escapes(name, held.at, at)
                }) {
                    return None;
                }
                let all = values.into_iter().map(|held| {
                    if held.set.is_empty() {
                        self.form_of(held.value, held.at, steps)
                    } else {
                        None
                    }
                });
                return same(all);
            }
            Expr::Map(_) => {
                self.add_entries(&self.entries_of(expr, at, steps)?, &mut fields, steps);
            }
            Expr::Member(base, name) => {
                let (value, at) = self.member(base, name, at, steps)?;
                return self.form_of(value, at, steps);
            }
            Expr::List(all) => {
                for part in all {
                    for (name, value) in self.form_of(part, at, steps)? {
                        insert(&mut fields, name, value);
                    }
                }
            }
            Expr::Text(_) | Expr::Join(_) => {
                pairs(&self.pieces(expr, at, false, steps), &mut fields)?;
            }
            Expr::Encoded(_) | Expr::Made(..) | Expr::Unknown => return None,
        }
        Some(fields)
    }

    fn add_entries(&self, entries: &Entries<'_>, fields: &mut Fields, steps: Steps<'_>) {
        for (key, value, at) in entries {
            insert(
                fields,
                key.to_ascii_lowercase(),
                self.text_of(value, *at, steps),
            );
        }
    }

    fn pieces(&self, expr: &Expr, at: usize, is_inside: bool, steps: Steps<'_>) -> Vec<FormPiece> {
        match expr {
            Expr::Join(all) => all
                .iter()
                .flat_map(|part| self.pieces(part, at, true, steps))
                .collect(),
            Expr::Text(text) => vec![FormPiece {
                text: Some(text.clone()),
                is_value: false,
            }],
            other => vec![FormPiece {
                text: self.text_of(other, at, steps),
                is_value: is_inside,
            }],
        }
    }
}

/// The one value that all have.
fn same<T: PartialEq>(mut values: impl Iterator<Item = Option<T>>) -> Option<T> {
    let first = values.next()??;
    values
        .all(|value| value.as_ref() == Some(&first))
        .then_some(first)
}

/// A field that is there twice has no value, unless it is the same one.
fn insert(fields: &mut Fields, name: String, value: Option<Zeroizing<String>>) {
    match fields.get_mut(&name) {
        Some(known) if *known != value => *known = None,
        Some(_) => {}
        None => {
            fields.insert(name, value);
        }
    }
}

/// `name=value&name=value`. A variable in the place of a value is that value, encoded or not: a
/// script that forgot to encode its secret means the same one.
fn pairs(pieces: &[FormPiece], fields: &mut Fields) -> Option<()> {
    let mut name = String::new();
    let mut value = Some(Zeroizing::new(String::new()));
    let mut in_value = false;
    for piece in pieces {
        match &piece.text {
            None if in_value => value = None,
            None => return None,
            Some(text) if piece.is_value && in_value => {
                if let Some(value) = &mut value {
                    value.push_str(text);
                }
            }
            Some(text) => {
                for (index, part) in text.split('&').enumerate() {
                    if index > 0 {
                        end(&mut name, &mut value, fields);
                        in_value = false;
                    }
                    let (key, rest) = if in_value {
                        ("", Some(part))
                    } else {
                        part.split_once('=')
                            .map_or((part, None), |(k, v)| (k, Some(v)))
                    };
                    name.push_str(key);
                    in_value |= rest.is_some();
                    if let Some((value, rest)) = value.as_mut().zip(rest) {
                        value.push_str(&decoded(rest));
                    }
                }
            }
        }
    }
    end(&mut name, &mut value, fields);
    Some(())
}

fn end(name: &mut String, value: &mut Option<Zeroizing<String>>, fields: &mut Fields) {
    let key = std::mem::take(name)
        .trim()
        .trim_start_matches('?')
        .to_ascii_lowercase();
    let text = value.replace(Zeroizing::new(String::new()));
    if !key.is_empty() {
        let text = text.map(|text| Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned()));
        insert(fields, key, text);
    }
}

/// As the receiver of a form reads it.
pub(crate) fn decoded(text: &str) -> Zeroizing<String> {
    let pair = Zeroizing::new(format!("v={}", text.replace('&', "%26")));
    let decoded = url::form_urlencoded::parse(pair.as_bytes())
        .next()
        .map(|(_, v)| v.into_owned());
    Zeroizing::new(decoded.unwrap_or_default())
}
