//! What a shell script does with the answer of a token request.

use super::file::Shell;
use super::filters::{grep_takes_token, jq_members, python_members, sed_takes_token};
use super::read::assignment;
use crate::proof::answer::{Answers, Around, GIVEN, Level, ValueSpan};
use crate::proof::expr::Expr;
use crate::token::{Kind, Part};
use std::ops::Range;

/// Options of `jq` that change nothing of the members that it reads.
const JQ_OPTIONS: [&str; 7] = [
    "-r",
    "-e",
    "-er",
    "-re",
    "-j",
    "--raw-output",
    "--exit-status",
];

/// What `echo` and `printf` are given before the answer.
const BEFORE_ANSWER: [&str; 8] = [
    "-n",
    "-E",
    "-r",
    "%s",
    "'%s'",
    "\"%s\"",
    "'%s\\n'",
    "\"%s\\n\"",
];

impl Shell<'_> {
    pub(super) fn source(&self, at: usize) -> &str {
        self.words.source(at)
    }

    pub(super) fn is(&self, at: usize, sign: char) -> bool {
        self.words.is(at, sign)
    }

    pub(super) fn literal(&self, at: usize) -> Option<String> {
        match self.words.expr(at) {
            Expr::Text(text) if self.words.is_word(at) => Some(text.to_string()),
            _ => None,
        }
    }

    /// The first token of the command that a token is a word of.
    pub(super) fn command(&self, at: usize) -> usize {
        let mut first = at;
        while first > 0 && !self.words.begins(first) {
            first -= 1;
        }
        first
    }

    /// The members that a command reads of the answer that it is given.
    fn consumed(&self, first: usize) -> Option<Vec<String>> {
        let mut words = Vec::new();
        let mut at = self.words.behind(first);
        while self.words.is_word(at) {
            words.push(self.literal(at)?);
            at = self.words.behind(at);
        }
        let (options, plain): (Vec<&str>, Vec<&str>) = words
            .iter()
            .map(String::as_str)
            .partition(|word| word.starts_with('-'));
        let [text] = plain.as_slice() else {
            return None;
        };
        match self.source(first).rsplit('/').next()? {
            "jq" if options.iter().all(|option| JQ_OPTIONS.contains(option)) => jq_members(text),
            "python3" | "python" if words.first().is_some_and(|word| word == "-c") => {
                python_members(text)
            }
            "sed" if sed_takes_token(&options, text) => Some(vec!["access_token".to_owned()]),
            "grep" if grep_takes_token(&options, text) => Some(vec!["access_token".to_owned()]),
            _ => None,
        }
    }

    /// `| jq ...` behind a command, past what its errors are sent to.
    fn piped(&self, last: usize) -> Option<Vec<String>> {
        let mut at = self.words.behind(last);
        if self.source(at) == "2" && self.is(at + 1, '>') && self.source(at + 2) == "/dev/null" {
            at += 3;
        }
        if self.is(at, '<') {
            at = (at..self.words.tokens.len())
                .find(|at| self.is(*at, '|') || self.words.tokens[*at].kind == Kind::Newline)?;
        }
        let is_pipe = self.is(at, '|') && !self.is(at + 1, '|');
        if is_pipe { self.consumed(at + 1) } else { None }
    }

    /// If the command is all that a substitution holds, which is the whole value of an assignment:
    /// that value, its name, and the closing bracket.
    pub(super) fn whole_value(&self, first: usize) -> Option<(Range<usize>, &str, usize)> {
        let outer = first.checked_sub(2)?;
        if !self.is(first - 1, '(') {
            return None;
        }
        let token = self.words.tokens[outer];
        let (name, start) = assignment(token, self.words.text)?;
        let value = start..token.span.end;
        let shown = self.words.text.get(value.clone())?;
        let bare = shown
            .strip_prefix('"')
            .and_then(|t| t.strip_suffix('"'))
            .unwrap_or(shown);
        let parts = token.parts.as_slice();
        let is_one = matches!(parts, [Part::Text(text), Part::Code(_)] if text.len() == name.len() + 1)
            && (bare.starts_with("$(") && bare.ends_with(')')
                || bare.starts_with('`') && bare.ends_with('`'));
        let close = self.words.behind(outer).checked_sub(1)?;
        (is_one && self.is(close, ')')).then_some((value, name, close))
    }

    /// What is done with a variable that holds the answer, at one of its uses.
    fn used_at(&self, at: usize, name: &str) -> Around {
        let token = self.words.tokens[at];
        if !matches!(token.parts.as_slice(), [Part::Name(used)] if used == name) {
            return Around::Elsewhere;
        }
        let first = self.command(at);
        if at > 0 && self.is(at - 1, '<') && self.source(at - 1) == "<<<" {
            return self
                .consumed(first)
                .map_or(Around::Elsewhere, Around::Members);
        }
        let tests = ["[", "[[", "test"].contains(&self.source(first))
            && ["-z", "-n"].contains(&self.source(at - 1));
        if tests {
            return Around::Tested;
        }
        let shows = ["echo", "printf"].contains(&self.source(first))
            && (first + 1..at).all(|word| BEFORE_ANSWER.contains(&self.source(word)));
        match self.piped(at) {
            Some(members) if shows => Around::Members(members),
            _ => Around::Elsewhere,
        }
    }
}

impl Answers for Shell<'_> {
    fn around(&self, value: &ValueSpan) -> Around {
        if let Some(members) = self.piped(value.last) {
            return Around::Members(members);
        }
        let mut behind = self.words.behind(value.last);
        if self.source(behind) == "2"
            && self.is(behind + 1, '>')
            && self.source(behind + 2) == "/dev/null"
        {
            behind += 3;
        }
        let goes_on = self.is(behind, '>') || self.is(behind, '|') || self.words.is_word(behind);
        let before = value.first.checked_sub(1);
        let is_asked = before
            .is_some_and(|at| ["if", "elif", "while", "until", "!"].contains(&self.source(at)));
        if goes_on || is_asked {
            return Around::Elsewhere;
        }
        if let Some((_, name, close)) = self.whole_value(value.first) {
            let at = self.words.tokens[value.first - 2].span.start;
            let is_all = behind == close || self.is(behind, '<');
            return if is_all {
                Around::Named(name.to_owned(), at, Level::Data)
            } else {
                Around::Elsewhere
            };
        }
        let start = self.words.tokens[value.first].span.start;
        if before.is_some_and(|at| self.is(at, '(')) {
            return self
                .here_string(value.first)
                .map_or(Around::Elsewhere, Around::Members);
        }
        // The output of a function is that of the commands in it.
        let in_function = self.program.function_at(start).is_some();
        if in_function && !self.is_in_substitution(value.first) {
            Around::Returned
        } else {
            Around::Elsewhere
        }
    }

    fn mentions(&self, name: &str, given_at: usize, _level: Level) -> Option<Vec<Around>> {
        let mut found = Vec::new();
        for (at, token) in self.words.tokens.iter().enumerate() {
            if token.span.start != given_at
                && token.uses().any(|used| used == name)
                && self.program.sees(name, given_at, token.span.start)
            {
                found.push(self.used_at(at, name));
            }
        }
        // Commands that the script starts see what is exported.
        let is_exported = (0..self.words.tokens.len()).any(|at| {
            self.source(at) == "export" && self.source(at + 1).split('=').next() == Some(name)
        });
        (!is_exported).then_some(found)
    }

    fn calls_around(&self, value: &ValueSpan) -> Option<Vec<ValueSpan>> {
        let index = self
            .program
            .function_at(self.words.tokens[value.first].span.start)?;
        let calls = self.program.calls_of(index).map(|call| {
            let first = self
                .words
                .tokens
                .partition_point(|t| t.span.start < call.span.start);
            let mut inside = (first..self.words.tokens.len())
                .take_while(|at| self.words.tokens[*at].span.start < call.span.end);
            let last = inside
                .find(|at| self.words.tokens[*at].span.end == call.span.end)
                .unwrap_or(first);
            ValueSpan {
                first,
                last,
                level: value.level,
            }
        });
        Some(calls.collect())
    }

    fn has(&self, _level: Level, member: &str) -> bool {
        GIVEN.contains(&member)
    }
}

impl Shell<'_> {
    /// `jq ... <<<"$(curl ...)"`
    fn here_string(&self, first: usize) -> Option<Vec<String>> {
        let outer = first.checked_sub(2)?;
        let is_one = matches!(self.words.tokens[outer].parts.as_slice(), [Part::Code(_)]);
        let is_given = outer > 0 && self.source(outer - 1) == "<<<";
        if is_one && is_given {
            self.consumed(self.command(outer))
        } else {
            None
        }
    }

    fn is_in_substitution(&self, at: usize) -> bool {
        let start = self.words.tokens[at].span.start;
        (0..at).any(|open| {
            self.is(open, '(')
                && self
                    .words
                    .closing(open)
                    .is_some_and(|close| self.words.tokens[close].span.start > start)
        })
    }
}
