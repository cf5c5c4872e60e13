//! Calls and assignments of Python and JavaScript, as far as a token request needs them: what is called, what stands in its
//! brackets, and which names get a value.

use super::posts;
use crate::Language;
use crate::bindings::Source;
use crate::flow::Given;
use crate::list::List;
use crate::token::{Kind, Part};
use std::ops::Range;

/// Methods that add to what their object holds.
const ADDING: [&str; 4] = ["append", "set", "update", "add"];

/// The tokens without comments.
pub(crate) struct Calls<'t> {
    pub(crate) list: List<'t>,
    pub(crate) is_python: bool,
    /// For each opening bracket the place of the one that closes it.
    closings: Vec<Option<usize>>,
    /// For each token the bracket that it stands in.
    opened: Vec<Option<char>>,
    /// For each token the next sign that ends an expression at its depth.
    ends: Vec<usize>,
}

impl<'t> Calls<'t> {
    pub(crate) fn of(text: &'t str, source: &'t Source) -> Self {
        let all = List::of(&source.tokens, text);
        let list = &all.tokens;
        let (mut closings, mut opened, mut open) = (vec![None; list.len()], Vec::new(), Vec::<(usize, char)>::new());
        for (at, token) in list.iter().enumerate() {
            opened.push(open.last().map(|(_, sign)| *sign));
            match token.kind {
                Kind::Sym(sign @ ('(' | '[' | '{')) => open.push((at, sign)),
                Kind::Sym(')' | ']' | '}') => {
                    if let Some((opener, _)) = open.pop() {
                        closings[opener] = Some(at);
                    }
                }
                _ => {}
            }
        }
        let mut ends = vec![list.len(); list.len() + 1];
        for (at, token) in list.iter().enumerate().rev() {
            ends[at] = match token.kind {
                Kind::Newline | Kind::Sym(')' | ']' | '}' | ',' | ';') => at,
                Kind::Sym('(' | '[' | '{') => closings[at].map_or(list.len(), |close| ends[close + 1]),
                _ => ends[at + 1],
            };
        }
        Self { list: all, is_python: source.language == Language::Python, closings, opened, ends }
    }

    pub(crate) fn is_word(&self, at: usize, words: &[&str]) -> bool {
        self.list.word(at).is_some_and(|word| words.contains(&word))
    }

    pub(crate) fn closing(&self, at: usize) -> Option<usize> {
        self.closings.get(at).copied().flatten()
    }

    pub(crate) fn before(&self, at: usize) -> Option<usize> {
        (0..at).rev().find(|before| self.list.tokens[*before].kind != Kind::Newline)
    }

    pub(crate) fn behind(&self, at: usize) -> usize {
        (at + 1..self.list.tokens.len())
            .find(|next| self.list.tokens[*next].kind != Kind::Newline)
            .unwrap_or(self.list.tokens.len())
    }

    /// The bytes from the first to the last of these tokens.
    pub(crate) fn span(&self, first: usize, last: usize) -> Range<usize> {
        self.list.tokens[first].span.start..self.list.tokens[last].span.end
    }

    /// The name that the value at this place is given to as a whole: `name = value`, without a type.
    pub(crate) fn assigned(&self, value: usize) -> Option<&'t str> {
        let sign = self.before(value).filter(|at| self.list.is(*at, '='))?;
        let name = self.list.word(sign.checked_sub(1)?)?;
        let is_plain = sign < 2 || !(self.list.is(sign - 2, '.') || self.list.is(sign - 2, ':'));
        is_plain.then_some(name)
    }

    /// Every name that is given a value, or something is added to, in the order of the places.
    pub(crate) fn given(&self) -> Vec<Given<'t>> {
        (0..self.list.tokens.len()).flat_map(|at| self.given_at(at)).collect()
    }

    fn given_at(&self, at: usize) -> Vec<Given<'t>> {
        if self.list.is(at, '.') && self.is_word(at + 1, &ADDING) && self.list.is(at + 2, '(') {
            let root = at.checked_sub(1).and_then(|root| self.list.word(root));
            let close = self.closing(at + 2);
            let part =
                root.zip(close).map(|(name, close)| Given { name, value: self.span(at + 2, close), is_whole: false });
            return part.into_iter().collect();
        }
        // `=` in round brackets names an argument.
        let states = self.opened.get(at).is_some_and(|open| open.is_none() || (*open == Some('{') && !self.is_python));
        let Some(value) =
            at.checked_sub(1).filter(|_| self.list.is(at, '=') && states).and_then(|_| self.expression(at + 1))
        else {
            return Vec::new();
        };
        let one = |name, is_whole| Given { name, value: value.clone(), is_whole };
        let mut target = at - 1;
        if self.list.is(target, ']') {
            // `name["key"] = ...`
            let open = (0..target).rev().take(4).find(|open| self.closing(*open) == Some(target));
            let name = open.and_then(|open| open.checked_sub(1)).and_then(|name| self.list.word(name));
            return name.map(|name| one(name, false)).into_iter().collect();
        }
        if target >= 2 && self.list.is(target - 1, ':') && self.list.word(target).is_some() {
            target -= 2;
        }
        let Some(name) = self.list.word(target) else { return Vec::new() };
        let root =
            target.checked_sub(2).filter(|_| self.list.is(target - 1, '.')).and_then(|root| self.list.word(root));
        std::iter::once(one(name, true)).chain(root.map(|root| one(root, false))).collect()
    }

    /// The expression that begins here; a call may go on below with a dot.
    fn expression(&self, at: usize) -> Option<Range<usize>> {
        let first = self.behind(at.checked_sub(1)?);
        let mut end = *self.ends.get(first)?;
        while self.list.get(end).is_some_and(|t| t.kind == Kind::Newline) && self.list.is(self.behind(end), '.') {
            end = *self.ends.get(self.behind(end) + 1)?;
        }
        (first < end).then(|| self.span(first, end - 1))
    }

    /// The members of an object that are used from here to its next assignment, or `None` if it is used in another way.
    pub(crate) fn members(&self, name: &str, range: Range<usize>) -> Option<Vec<&'t str>> {
        let mut found = Vec::new();
        for at in range {
            if self.list.word(at) == Some(name) && !self.list.is(at.saturating_sub(1), '.') {
                if self.list.is(at + 1, '=') {
                    break;
                }
                found.push(self.list.word(at + 2).filter(|_| self.list.is(at + 1, '.'))?);
            }
            for part in &self.list.tokens[at].parts {
                match part {
                    Part::Name(used) if used == name => return None,
                    Part::Code(used) if used.iter().any(|used| used == name) => {
                        let others = used.iter().filter(|used| *used != name);
                        found.extend(others.map(|used| posts::known_member(used)).collect::<Option<Vec<_>>>()?);
                    }
                    _ => {}
                }
            }
        }
        Some(found)
    }

    /// True if the word stands in the file outside of this range, bare or as a whole text.
    pub(crate) fn mentions(&self, wanted: &str, outside: &Range<usize>) -> bool {
        let others = self.list.tokens.iter().filter(|t| !outside.contains(&t.span.start));
        others.into_iter().any(|t| match t.kind {
            Kind::Word => self.list.text.get(t.span.clone()) == Some(wanted),
            _ => t.literal().is_some_and(|text| *text == wanted) || t.uses().any(|name| name == wanted),
        })
    }
}
