//! The one text that an expression has at a place, and the fields of a form. What is not certain
//! has none.

use super::expr::Expr;
use super::program::{DEEPEST, Program};
use crate::list::exactly_one;
use std::collections::BTreeMap;
use zeroize::Zeroizing;

/// A form's fields by name.
pub(crate) type Fields = BTreeMap<String, Option<Zeroizing<String>>>;

/// The entries of a dictionary, each with the place at which its names have their value.
type Entries<'p> = Vec<(&'p str, &'p Expr, usize)>;

/// A piece of a form in one text: characters of it, or a value between them.
struct Piece {
    text: Option<Zeroizing<String>>,
    is_value: bool,
}

impl Program {
    /// The one text that an expression has at a place.
    pub(crate) fn text(&self, expr: &Expr, at: usize) -> Option<Zeroizing<String>> {
        self.text_of(expr, at, 0)
    }

    fn text_of(&self, expr: &Expr, at: usize, depth: usize) -> Option<Zeroizing<String>> {
        if depth > DEEPEST {
            return None;
        }
        match expr {
            Expr::Text(text) => Some(text.clone()),
            Expr::Encoded(inner) => self.text_of(inner, at, depth + 1),
            Expr::Join(all) => {
                let mut whole = Zeroizing::new(String::new());
                for part in all {
                    whole.push_str(&self.text_of(part, at, depth + 1)?);
                }
                Some(whole)
            }
            Expr::List(all) => {
                let words: Option<Vec<_>> = all
                    .iter()
                    .map(|word| self.text_of(word, at, depth + 1))
                    .collect();
                Some(Zeroizing::new(
                    words?
                        .iter()
                        .map(|word| word.as_str())
                        .collect::<Vec<_>>()
                        .join(" "),
                ))
            }
            Expr::Name(name) => {
                let values = self.held(name, at)?;
                same(values.into_iter().map(|held| {
                    if held.set.is_empty() {
                        self.text_of(held.value, held.at, depth + 1)
                    } else {
                        None
                    }
                }))
            }
            Expr::Member(base, name) => {
                let (value, at) = self.member(base, name, at, depth)?;
                self.text_of(value, at, depth + 1)
            }
            Expr::Map(_) | Expr::Made(..) | Expr::Unknown => None,
        }
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
        depth: usize,
    ) -> Option<(&'p Expr, usize)> {
        let entries = self.entries(base, at, depth + 1)?;
        let found = entries.into_iter().filter(|(key, ..)| *key == name);
        exactly_one(found).map(|(_, value, at)| (value, at))
    }

    /// The entries of a dictionary, if all of them are known.
    pub(crate) fn entries<'p>(
        &'p self,
        expr: &'p Expr,
        at: usize,
        depth: usize,
    ) -> Option<Entries<'p>> {
        if depth > DEEPEST {
            return None;
        }
        match expr {
            Expr::Map(all) => Some(
                all.iter()
                    .map(|(key, value)| (key.as_str(), value, at))
                    .collect(),
            ),
            Expr::Name(name) => {
                let [held] = self.held(name, at)?.try_into().ok()?;
                if self.escapes(name, held.at, at) {
                    return None;
                }
                let mut entries = self.entries(held.value, held.at, depth + 1)?;
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
                let (value, at) = self.member(base, name, at, depth)?;
                self.entries(value, at, depth + 1)
            }
            _ => None,
        }
    }

    /// The fields of a form: a dictionary, a text of pairs, or several of them. An unknown value is
    /// `None`.
    pub(crate) fn form(&self, expr: &Expr, at: usize) -> Option<Fields> {
        self.form_of(expr, at, 0)
    }

    fn form_of(&self, expr: &Expr, at: usize, depth: usize) -> Option<Fields> {
        if depth > DEEPEST {
            return None;
        }
        let mut fields = Fields::new();
        match expr {
            Expr::Name(name) => {
                if let Some(entries) = self.entries(expr, at, depth) {
                    self.add_entries(&entries, &mut fields, depth);
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
                        self.form_of(held.value, held.at, depth + 1)
                    } else {
                        None
                    }
                });
                return same(all);
            }
            Expr::Map(_) => self.add_entries(&self.entries(expr, at, depth)?, &mut fields, depth),
            Expr::Member(base, name) => {
                let (value, at) = self.member(base, name, at, depth)?;
                return self.form_of(value, at, depth + 1);
            }
            Expr::List(all) => {
                for part in all {
                    for (name, value) in self.form_of(part, at, depth + 1)? {
                        insert(&mut fields, name, value);
                    }
                }
            }
            Expr::Text(_) | Expr::Join(_) => {
                let mut pieces = Vec::new();
                self.pieces(expr, at, false, depth + 1, &mut pieces);
                pairs(&pieces, &mut fields)?;
            }
            Expr::Encoded(_) | Expr::Made(..) | Expr::Unknown => return None,
        }
        Some(fields)
    }

    fn add_entries(&self, entries: &Entries<'_>, fields: &mut Fields, depth: usize) {
        for (key, value, at) in entries {
            insert(
                fields,
                key.to_ascii_lowercase(),
                self.text_of(value, *at, depth + 1),
            );
        }
    }

    fn pieces(
        &self,
        expr: &Expr,
        at: usize,
        is_inside: bool,
        depth: usize,
        found: &mut Vec<Piece>,
    ) {
        match expr {
            Expr::Join(all) => all
                .iter()
                .for_each(|part| self.pieces(part, at, true, depth + 1, found)),
            Expr::Text(text) => found.push(Piece {
                text: Some(text.clone()),
                is_value: false,
            }),
            other => found.push(Piece {
                text: self.text_of(other, at, depth),
                is_value: is_inside,
            }),
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
fn pairs(pieces: &[Piece], fields: &mut Fields) -> Option<()> {
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
