//! What a PowerShell script does with the answer of a token request.

use super::file::Powershell;
use super::statement::{Statement, is_end};
use crate::proof::answer::{Answers, Around, GIVEN, Level, ValueSpan};
use crate::token::{Kind, Token};
use zeroize::Zeroizing;

impl Powershell<'_> {
    /// The members that a string reads of a variable, if it does nothing else with it.
    fn members_in(&self, at: usize, name: &str) -> Option<Vec<String>> {
        let source = self.tokens.list.source(at).to_ascii_lowercase();
        let mark = format!("${name}");
        let mut found = Vec::new();
        for (before, behind) in source.split(&mark).zip(source.split(&mark).skip(1)) {
            // A longer name.
            if behind.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
                continue;
            }
            if !before.ends_with("$(") {
                return None;
            }
            let member = behind.strip_prefix('.')?;
            let end = member
                .find(|c: char| !(c.is_alphanumeric() || c == '_'))
                .unwrap_or(member.len());
            found.push(member[..end].to_owned());
        }
        (!found.is_empty()).then_some(found)
    }

    /// `value.member`, `value["member"]`, `value.Content`.
    fn member(&self, value: &ValueSpan) -> Option<Around> {
        let behind = value.last + 1;
        if !self.tokens.list.adjacent(behind) {
            return None;
        }
        let word = self.tokens.list.word(behind);
        match (value.level, word.and_then(|word| word.strip_prefix('.'))) {
            (Level::Data, Some(path)) => {
                let name = path.split('.').next().unwrap_or_default();
                Some(Around::Members(vec![name.to_ascii_lowercase()]))
            }
            (Level::Data, None) => {
                let key = self.index(behind)?;
                Some(Around::Members(vec![key.to_ascii_lowercase()]))
            }
            (_, Some(path)) if path.eq_ignore_ascii_case("content") => {
                self.parsed(value).map(Around::Goes)
            }
            _ => None,
        }
    }

    /// `['key']`
    fn index(&self, open: usize) -> Option<Zeroizing<String>> {
        let list = &self.tokens.list;
        if !list.is(open, '[') || !list.is(open + 2, ']') {
            return None;
        }
        list.literal(open + 1)
    }

    /// `$response.Content | ConvertFrom-Json`, `ConvertFrom-Json $response.Content`.
    fn parsed(&self, response: &ValueSpan) -> Option<ValueSpan> {
        let content = response.last + 1;
        if self.tokens.list.is(content + 1, '|') && self.is_word(content + 2, "ConvertFrom-Json") {
            return Some(ValueSpan {
                last: content + 2,
                level: Level::Data,
                ..*response
            });
        }
        let first = response.first.checked_sub(1)?;
        self.is_word(first, "ConvertFrom-Json")
            .then_some(ValueSpan {
                first,
                last: content,
                level: Level::Data,
            })
    }

    fn is_null(&self, at: usize) -> bool {
        self.tokens.list.get(at).and_then(Token::name) == Some("null")
    }

    /// `$global:name = ...`: other scripts of the session may read it.
    pub(super) fn is_global(&self, statement: &Statement) -> bool {
        let target = self.tokens.list.source(statement.tokens.start);
        target.to_ascii_lowercase().starts_with("$global:")
    }

    fn compares(&self, at: usize) -> bool {
        self.is_word(at, "-eq") || self.is_word(at, "-ne")
    }

    /// `-not $x`, `$null -eq $x`, `$x -ne $null`.
    fn is_tested(&self, value: &ValueSpan) -> bool {
        let before = value.first.wrapping_sub(1);
        self.is_word(before, "-not")
            || self.tokens.list.is(before, '!')
            || self.compares(before) && self.is_null(before.wrapping_sub(1))
            || self.compares(value.last + 1) && self.is_null(value.last + 2)
    }

    /// `| Select-Object -ExpandProperty access_token`, as the last of a pipeline.
    pub(super) fn expanded(&self, value: &ValueSpan) -> Option<(String, usize)> {
        let pipe = value.last + 1;
        let selects = self.is_word(pipe + 1, "Select-Object") || self.is_word(pipe + 1, "select");
        let expands = self.is_word(pipe + 2, "-ExpandProperty") || self.is_word(pipe + 2, "-exp");
        let name = self.tokens.list.key(pipe + 3)?.to_ascii_lowercase();
        let ends = is_end(self.tokens.list.get(pipe + 4)) || self.tokens.list.is(pipe + 4, ')');
        (value.level == Level::Data && self.tokens.list.is(pipe, '|') && selects && expands && ends)
            .then_some((name, pipe + 3))
    }
}

/// What is around a value by its place.
impl Powershell<'_> {
    /// `( value )`
    fn in_brackets(&self, open: usize, value: &ValueSpan) -> Around {
        if open > 0 && (self.is_word(open - 1, "if") || self.is_word(open - 1, "elseif")) {
            return Around::Tested;
        }
        let list = &self.tokens.list;
        let is_call = list.adjacent(open)
            && list
                .get(open - 1)
                .is_some_and(|t| matches!(t.kind, Kind::Word | Kind::Var | Kind::Sym(']')));
        if is_call {
            return Around::Elsewhere;
        }
        Around::Goes(ValueSpan {
            first: open,
            last: value.last + 1,
            ..*value
        })
    }

    /// `$name = value`, `return value`, or the value alone.
    fn ends_statement(&self, statement: &Statement, value: &ValueSpan) -> Around {
        let start = statement.tokens.start;
        let Some(assigns) = &statement.assigns else {
            let at = self.span(value.first, value.first).start;
            let is_output =
                start == value.first || start + 1 == value.first && self.is_word(start, "return");
            return if is_output && self.program.function_at(at).is_some() {
                Around::Returned
            } else {
                Around::Elsewhere
            };
        };
        if self.is_global(statement) || !assigns.is_whole || assigns.value != value.first {
            return Around::Elsewhere;
        }
        Around::Named(
            assigns.name.clone(),
            self.span(start, value.last).start,
            value.level,
        )
    }
}

impl Answers for Powershell<'_> {
    fn around(&self, value: &ValueSpan) -> Around {
        if let Some((name, _)) = self.expanded(value) {
            return Around::Members(vec![name]);
        }
        if let Some(member) = self.member(value) {
            return member;
        }
        if self.is_tested(value) {
            return Around::Tested;
        }
        if let Some(open) = value.first.checked_sub(1)
            && self.tokens.list.is(open, '(')
            && self.tokens.list.is(value.last + 1, ')')
        {
            return self.in_brackets(open, value);
        }
        match self.innermost(value.first) {
            Some(statement) if statement.tokens.end == value.last + 1 => {
                self.ends_statement(statement, value)
            }
            _ => Around::Elsewhere,
        }
    }

    fn mentions(&self, name: &str, given_at: usize, level: Level) -> Option<Vec<Around>> {
        let mut found = Vec::new();
        for (at, token) in self.tokens.list.tokens.iter().enumerate() {
            let is_target = self.tokens.list.is(at + 1, '=');
            if is_target
                || !token.uses().any(|used| used == name)
                || !self.program.sees(name, given_at, token.span.start)
            {
                continue;
            }
            found.push(match token.kind {
                Kind::Var => Around::Goes(ValueSpan {
                    first: at,
                    last: at,
                    level,
                }),
                _ if level == Level::Data => Around::Members(self.members_in(at, name)?),
                _ => return None,
            });
        }
        Some(found)
    }

    fn calls_around(&self, value: &ValueSpan) -> Option<Vec<ValueSpan>> {
        let index = self
            .program
            .function_at(self.span(value.first, value.first).start)?;
        let calls = self.program.calls_of(index).map(|call| ValueSpan {
            first: self.token_at(call.span.start),
            last: self.token_at(call.span.end) - 1,
            level: value.level,
        });
        Some(calls.collect())
    }

    fn has(&self, level: Level, member: &str) -> bool {
        level == Level::Data && GIVEN.contains(&member)
    }
}
