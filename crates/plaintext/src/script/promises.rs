//! Promises of JavaScript, and the members that a piece of code reads of a name.

use super::file::ScriptFile;
use crate::proof::answer::{Answers, Around, Level, ValueSpan};
use crate::token::{Kind, Part};
use std::ops::Range;

impl ScriptFile<'_> {
    /// `.then(name => ...)`, `.catch(...)`, `.finally(...)` behind a promise.
    pub(super) fn of_promise(&self, value: &ValueSpan) -> Option<Around> {
        let name = self.member(value)?;
        let close = self.tokens.closing(name + 1, '(')?;
        match self.tokens.list.source(name) {
            "catch" | "finally" => Some(Around::Goes(ValueSpan {
                first: value.first,
                last: close,
                level: value.level,
            })),
            "then" => self.of_then(value, name + 1, close),
            _ => None,
        }
    }

    /// `.then(name => ...)`, `.then(({ member }) => ...)`, by its brackets.
    fn of_then(&self, value: &ValueSpan, open: usize, close: usize) -> Option<Around> {
        let in_brackets = usize::from(self.is(open + 1, '('));
        let param = open + 1 + in_brackets;
        let arrow = (param..close).find(|at| self.tokens.list.source(*at) == "=>")?;
        let is_data = matches!(value.level, Level::DataPromised | Level::Data);
        if is_data && let Some(keys) = self.keys(param, arrow) {
            return Some(Around::Members(keys));
        }
        if value.level == Level::Promised && self.is_data_alone(param) {
            return self
                .members_in("data", &(arrow..close))
                .map(Around::Members);
        }
        // Only one parameter is understood.
        if arrow != param + 1 + in_brackets {
            return None;
        }
        let one = self.tokens.list.word(param)?;
        if is_data {
            return self.members_in(one, &(arrow..close)).map(Around::Members);
        }
        let level = Level::DataPromised;
        self.body_is_data(one, arrow, close)
            .then_some(Around::Goes(ValueSpan {
                first: value.first,
                last: close,
                level,
            }))
    }

    /// `{ data }`, as the parameter that takes the answer out of a response of axios.
    fn is_data_alone(&self, open: usize) -> bool {
        let is_data = self.tokens.is_word(open + 1, &["data"]);
        self.is(open, '{') && is_data && self.is(open + 2, '}')
    }

    /// The names in `{ a, b }`.
    pub(super) fn keys(&self, open: usize, end: usize) -> Option<Vec<String>> {
        let close = self
            .tokens
            .brackets
            .closing(open)
            .filter(|close| self.is(open, '{') && *close < end)?;
        let mut found = Vec::new();
        let mut at = open + 1;
        while at < close {
            if let Some(word) = self.tokens.list.word(at) {
                found.push(word.to_owned());
                at += if self.is(at + 1, ':') { 2 } else { 0 };
            } else if !self.is(at, ',')
                && self
                    .tokens
                    .list
                    .get(at)
                    .is_some_and(|t| t.kind != Kind::Newline)
            {
                return None;
            }
            at += 1;
        }
        Some(found)
    }

    /// The members that code reads of a name, if it does nothing else with it.
    fn members_in(&self, name: &str, range: &Range<usize>) -> Option<Vec<String>> {
        let mut found = Vec::new();
        for at in range.clone() {
            let token = self.tokens.list.tokens[at];
            if self.tokens.list.word(at) == Some(name)
                && (!self.is(at.saturating_sub(1), '.') || self.is(at.saturating_sub(2), '.'))
            {
                if !self.is(at + 1, '.') {
                    return None;
                }
                let member = self.tokens.list.word(at + 2)?;
                found.push(member.to_owned());
            } else if token.uses().any(|used| used == name) {
                found.extend(self.members_of_string(at, name, Level::Data)?);
            }
        }
        Some(found)
    }

    /// `r => r.json()`, `r => { return r.json(); }`.
    fn body_is_data(&self, name: &str, arrow: usize, close: usize) -> bool {
        let body = self.tokens.behind(arrow);
        let words: Vec<&str> = (body..close)
            .filter(|at| {
                self.tokens
                    .list
                    .get(*at)
                    .is_some_and(|t| t.kind != Kind::Newline && !t.is(';'))
            })
            .map(|at| self.tokens.list.source(at))
            .collect();
        words == [name, ".", "json", "(", ")"]
            || words == ["{", "return", name, ".", "json", "(", ")", "}"]
    }

    /// What a string with code in it reads of a name: each word beside it must be a member that is
    /// known. The answer as a text has more than the token, but where a refusal is reported.
    pub(super) fn members_of_string(
        &self,
        at: usize,
        name: &str,
        level: Level,
    ) -> Option<Vec<String>> {
        let mut found = Vec::new();
        let has = |member: &str| {
            let is_shown = member == "text" && !self.is_where_refused(at);
            self.has(level, member) && !is_shown
        };
        for part in &self.tokens.list.tokens[at].parts {
            match part {
                Part::Name(used) if used == name => return None,
                Part::Code(used) if used.iter().any(|used| used == name) => {
                    let others = used
                        .iter()
                        .filter(|used| *used != name && *used != "get" && *used != "await");
                    found.extend(
                        others
                            .map(|used| has(used).then(|| used.clone()))
                            .collect::<Option<Vec<_>>>()?,
                    );
                }
                _ => {}
            }
        }
        Some(found)
    }
}
