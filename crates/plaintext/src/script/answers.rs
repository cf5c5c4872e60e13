//! What Python and JavaScript do with the answer of a token request.

use super::file::ScriptFile;
use crate::proof::answer::{Answers, Around, GIVEN, Level, ValueSpan};
use crate::token::Kind;
use std::ops::Range;

/// Members of a response that are known once it has a token.
const OF_RESPONSE: [&str; 9] = [
    "raise_for_status",
    "status_code",
    "ok",
    "is_success",
    "reason",
    "text",
    "status",
    "statusText",
    "data",
];

/// What the answer of MSAL for Node has under names of its own.
const OF_MSAL: [&str; 2] = ["accessToken", "expiresOn"];

/// Words that ask only whether a value is there.
const TESTS: [&str; 6] = ["if", "elif", "not", "assert", "and", "or"];

/// Words before a bracket that call nothing.
const NO_CALLEES: [&str; 9] = [
    "if", "elif", "while", "return", "await", "not", "in", "and", "or",
];

impl ScriptFile<'_> {
    pub(super) fn is(&self, at: usize, sign: char) -> bool {
        self.tokens.list.is(at, sign)
    }

    /// The token behind a value: a call of JavaScript may go on below.
    pub(super) fn behind_value(&self, last: usize) -> usize {
        let below = self.tokens.list.skip_newlines(last + 1);
        if !self.tokens.is_python && self.is(below, '.') {
            below
        } else {
            last + 1
        }
    }

    fn literal(&self, at: usize) -> Option<String> {
        self.tokens.list.text_at(at)
    }

    /// `.name` behind a value: the place of the name.
    pub(super) fn member(&self, value: &ValueSpan) -> Option<usize> {
        let dot = self.behind_value(value.last);
        Some(dot + 1).filter(|name| self.is(dot, '.') && self.tokens.list.word(*name).is_some())
    }

    fn of_data(&self, value: &ValueSpan) -> Option<Around> {
        let behind = value.last + 1;
        if self.is(behind, '[') && self.is(behind + 2, ']') {
            return self
                .literal(behind + 1)
                .map(|key| Around::Members(vec![key]));
        }
        if let Some(name) = self.member(value) {
            let word = self.tokens.list.source(name);
            let is_call = self.is(name + 1, '(');
            let key = match (self.tokens.is_python, is_call) {
                (true, true) if word == "get" => self.literal(name + 2)?,
                (false, false) => word.to_owned(),
                _ => return None,
            };
            return Some(Around::Members(vec![key]));
        }
        let before = self.tokens.before(value.first)?;
        let key = if self.tokens.is_word(before, &["in"]) {
            before.checked_sub(1)
        } else {
            None
        };
        let key = key.map(|at| {
            if self.tokens.is_word(at, &["not"]) {
                at.saturating_sub(1)
            } else {
                at
            }
        });
        key.and_then(|key| self.literal(key))
            .map(|key| Around::Members(vec![key]))
    }

    fn of_response(&self, value: &ValueSpan) -> Option<Around> {
        let name = self.member(value)?;
        let word = self.tokens.list.source(name);
        let calls = self.is(name + 1, '(');
        match word {
            "json" if calls => {
                let last = self.tokens.brackets.closing(name + 1)?;
                let level = if self.tokens.is_python {
                    Level::Data
                } else {
                    Level::DataPromised
                };
                Some(Around::Goes(ValueSpan {
                    first: value.first,
                    last,
                    level,
                }))
            }
            "raise_for_status" if self.is_response_again(value, name) => {
                let last = self.tokens.brackets.closing(name + 1)?;
                Some(Around::Goes(ValueSpan { last, ..*value }))
            }
            "data" if !self.tokens.is_python => Some(Around::Goes(ValueSpan {
                first: value.first,
                last: name,
                level: Level::Data,
            })),
            // The answer as a text has more than the token.
            "text" if !self.is_where_refused(name) => Some(Around::Elsewhere),
            _ => Some(Around::Members(vec![word.to_owned()])),
        }
    }

    /// `httpx.post(...).raise_for_status()`, which is the response once more; that of `requests` is
    /// nothing.
    fn is_response_again(&self, request: &ValueSpan, name: usize) -> bool {
        let imports = self.imports();
        let has = |module: &str| imports.iter().any(|import| import.is_from(module));
        let open = self.tokens.opening(request.last, ')');
        let is_request = open.is_some_and(|open| self.kind(open).is_some());
        is_request && self.is(name + 1, '(') && has("httpx") && !has("requests")
    }

    /// `name = value`, `{ a, b } = value`, where the value ends the statement.
    fn assigned(&self, value: &ValueSpan, sign: usize) -> Around {
        let ends = self
            .tokens
            .list
            .get(value.last + 1)
            .is_none_or(|t| matches!(t.kind, Kind::Newline | Kind::Sym(';' | '}' | ',')));
        if !ends || sign == 0 {
            return Around::Elsewhere;
        }
        if self.is(sign - 1, '}') {
            let keys = self
                .tokens
                .brackets
                .opener(sign - 1)
                .and_then(|open| self.keys(open, sign));
            return match (value.level, keys) {
                (Level::Data, Some(keys)) => Around::Members(keys),
                (Level::Response, Some(keys)) if keys == ["data"] => {
                    let open = self.tokens.brackets.opener(sign - 1).unwrap_or(0);
                    let last = (open..sign)
                        .rev()
                        .find_map(|at| self.tokens.list.word(at))
                        .unwrap_or_default();
                    Around::Named(
                        last.to_owned(),
                        self.tokens.span(open, open).start,
                        Level::Data,
                    )
                }
                _ => Around::Elsewhere,
            };
        }
        let mut name = sign - 1;
        if name >= 2 && self.is(name - 1, ':') && self.tokens.list.word(name - 2).is_some() {
            name -= 2;
        }
        // What other files may read is not known.
        let declares = name
            .checked_sub(1)
            .filter(|at| self.tokens.is_word(*at, &["const", "let", "var"]));
        let is_exported = declares
            .and_then(|at| at.checked_sub(1))
            .is_some_and(|at| self.tokens.is_word(at, &["export"]));
        if is_exported {
            return Around::Elsewhere;
        }
        // A member, one name of several, or `first = second = value`.
        let is_alone = name == 0
            || ![".", ",", "="]
                .iter()
                .any(|sign| self.tokens.list.source(name - 1) == *sign);
        match self.tokens.list.word(name) {
            Some(word) if is_alone => Around::Named(
                word.to_owned(),
                self.tokens.span(name, name).start,
                value.level,
            ),
            _ => Around::Elsewhere,
        }
    }
}

impl Answers for ScriptFile<'_> {
    fn around(&self, value: &ValueSpan) -> Around {
        let of_value = match value.level {
            Level::Data => self.of_data(value).or_else(|| self.of_promise(value)),
            Level::Response => self.of_response(value),
            Level::Promised | Level::DataPromised => self.of_promise(value),
        };
        let behind = self.behind_value(value.last);
        if let Some(around) = of_value {
            return around;
        }
        // Something else is read of it.
        if self.is(behind, '.') || self.is(behind, '[') || self.is(behind, '(') {
            let name = self.tokens.list.word(behind + 1).map(str::to_owned);
            return name.map_or(Around::Elsewhere, |name| Around::Members(vec![name]));
        }
        let Some(before) = self.tokens.before(value.first) else {
            return Around::Elsewhere;
        };
        if self.tokens.is_word(before, &["await"]) {
            return self.awaited(value, before);
        }
        if let Some(around) = self.in_brackets(value, before) {
            return around;
        }
        let is_promise = matches!(value.level, Level::Promised | Level::DataPromised);
        let ends = self
            .tokens
            .list
            .get(value.last + 1)
            .is_none_or(|t| matches!(t.kind, Kind::Newline | Kind::Sym(';' | '}' | ')' | ',')));
        let is_tested = self.tokens.is_word(before, &TESTS)
            || self.is(before, '!')
            || self.is_python_test(value.last + 1);
        if ends && self.tokens.is_word(before, &["return"]) {
            Around::Returned
        } else if is_tested && !is_promise {
            Around::Tested
        } else if ends && self.tokens.list.source(before) == "=>" {
            Around::Returned
        } else if self.is(before, '=') {
            self.assigned(value, before)
        } else {
            Around::Elsewhere
        }
    }

    fn mentions(&self, name: &str, given_at: usize, level: Level) -> Option<Vec<Around>> {
        let mut found = Vec::new();
        let given = self
            .program
            .assigns
            .iter()
            .find(|a| a.name == name && a.span.start == given_at);
        let own = given.map_or(given_at..given_at, |assign| assign.span.clone());
        for (at, token) in self.tokens.list.tokens.iter().enumerate() {
            if own.contains(&token.span.start)
                || !self.program.sees(name, given_at, token.span.start)
            {
                continue;
            }
            if self.tokens.list.word(at) == Some(name) {
                // `...name` spreads it.
                let is_member = at > 0 && self.is(at - 1, '.') && !(at > 1 && self.is(at - 2, '.'));
                let is_key = self.is(at + 1, ':')
                    && at > 0
                    && (self.is(at - 1, '{') || self.is(at - 1, ','));
                if !is_member && !is_key && !self.is(at + 1, '=') {
                    found.push(Around::Goes(ValueSpan {
                        first: at,
                        last: at,
                        level,
                    }));
                }
            } else if token.kind == Kind::Str && token.uses().any(|used| used == name) {
                found.push(Around::Members(self.members_of_string(at, name, level)?));
            }
        }
        Some(found)
    }

    fn calls_around(&self, value: &ValueSpan) -> Option<Vec<ValueSpan>> {
        let index = self
            .program
            .function_at(self.tokens.span(value.first, value.first).start)?;
        let calls = self.program.calls_of(index);
        Some(
            calls
                .map(|call| self.called(&call.span, value.level))
                .collect(),
        )
    }

    fn has(&self, level: Level, member: &str) -> bool {
        match level {
            Level::Data | Level::DataPromised => {
                GIVEN.contains(&member) || OF_MSAL.contains(&member)
            }
            // A member that no response has is missing before the edit as well as after it.
            Level::Response | Level::Promised => {
                OF_RESPONSE.contains(&member) || GIVEN.contains(&member)
            }
        }
    }
}

impl ScriptFile<'_> {
    /// The value of a call in these bytes. What was awaited in the function may be a promise again
    /// at its call: the `await` there is a part of the value.
    fn called(&self, span: &Range<usize>, level: Level) -> ValueSpan {
        let mut first = self.tokens.at_byte(span.start);
        let is_settled = matches!(level, Level::Data | Level::Response);
        if is_settled
            && !self.tokens.is_python
            && first > 0
            && self.tokens.is_word(first - 1, &["await"])
        {
            first -= 1;
        }
        ValueSpan {
            first,
            last: self.tokens.at_byte(span.end) - 1,
            level,
        }
    }

    /// `await value`.
    fn awaited(&self, value: &ValueSpan, word: usize) -> Around {
        if self.tokens.is_python {
            return Around::Elsewhere;
        }
        let level = match value.level {
            Level::Promised => Level::Response,
            Level::DataPromised => Level::Data,
            level => level,
        };
        Around::Goes(ValueSpan {
            first: word,
            last: value.last,
            level,
        })
    }

    /// `(value)`: the argument of a call, a condition, or the value itself.
    fn in_brackets(&self, value: &ValueSpan, open: usize) -> Option<Around> {
        let close = self.tokens.list.skip_newlines(value.last + 1);
        if !self.is(open, '(') || !self.is(close, ')') {
            return None;
        }
        let name = open.checked_sub(1);
        let callee = name.and_then(|at| self.tokens.list.get(at));
        let word = name
            .and_then(|at| self.tokens.list.word(at))
            .unwrap_or_default();
        let is_call = callee.is_some_and(|t| matches!(t.kind, Kind::Word | Kind::Sym(')' | ']')))
            && !NO_CALLEES.contains(&word);
        let is_promise = matches!(value.level, Level::Promised | Level::DataPromised);
        Some(if is_call {
            Around::Elsewhere
        } else if word == "if" && !is_promise {
            Around::Tested
        } else {
            Around::Goes(ValueSpan {
                first: open,
                last: close,
                level: value.level,
            })
        })
    }

    /// `is None`, and where the condition goes on.
    fn is_python_test(&self, at: usize) -> bool {
        self.tokens.is_python
            && (self.tokens.is_word(at, &["and", "or"])
                || self.tokens.is_word(at + 1, &["None", "not"]))
    }
}
