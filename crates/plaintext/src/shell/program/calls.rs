//! Who calls whom in a shell script: calls of its functions, functions that are handed on, and the
//! script that starts itself again.

use super::Reader;
use crate::list::has_word;
use crate::proof::expr::{Argument, Expr};
use crate::proof::program::Call;
use crate::shell::read::assignment;
use crate::token::{Kind, Part, Token, literal};
use std::ops::Range;

/// Commands that only look at the path that they are given.
const LOOKERS: [&str; 16] = [
    "[", "[[", "test", "basename", "cat", "cd", "dirname", "echo", "grep", "logger", "ls",
    "printf", "readlink", "realpath", "sed", "stat",
];

/// Commands that run a text.
const RUNNERS: [&str; 9] = [
    "trap", "eval", "bash", "sh", "zsh", "watch", "xargs", "parallel", "nohup",
];

/// Nobody writes longer commands.
const LONGEST: usize = 60;

/// A variable that holds the path of the script.
fn is_own_path(name: &str) -> bool {
    name == "0" || name.starts_with("BASH_SOURCE")
}

impl Reader<'_> {
    /// `exec "$0" "$@"`, `bash "$0"`: the script by its own path, for a command that may run it.
    pub(super) fn restarts(&self, at: usize) -> bool {
        let Some(Token {
            kind: Kind::Word | Kind::Str,
            parts,
            ..
        }) = self.words.tokens.get(at)
        else {
            return false;
        };
        let is_own = match parts.as_slice() {
            [Part::Name(name)] => is_own_path(name) || self.holds_own_path(name),
            [Part::Code(_)] => self
                .words
                .source(at)
                .trim_matches('"')
                .starts_with("${BASH_SOURCE"),
            _ => false,
        };
        if !is_own {
            return false;
        }
        let command = (0..=at)
            .rev()
            .find(|first| self.words.begins(*first))
            .unwrap_or(at);
        let is_value = assignment(self.words.tokens[at], self.words.text).is_some();
        !is_value && !LOOKERS.contains(&self.words.source(command))
    }

    /// True if the script's own path is one of the values of a variable.
    fn holds_own_path(&self, name: &str) -> bool {
        let mut known = self.program.assigns.iter().filter(|a| a.name == name);
        known.any(|a| matches!(&a.value, Expr::Name(other) if is_own_path(other)))
    }

    /// A function whose name is written elsewhere than in a call: as an argument, as a value, in a
    /// text that a command runs.
    pub(super) fn hand_on(&mut self, at: usize) {
        let words = self.words;
        let Some(token) = words.tokens.get(at) else {
            return;
        };
        // A text behind `<<`, in which commands are not read.
        let is_text = token.kind == Kind::Str && words.source(at).contains(['$', '`']);
        if token.kind != Kind::Word && !is_text {
            return;
        }
        let text = literal(&token.parts).map(|text| text.to_string());
        let value = assignment(token, words.text)
            .zip(text.as_ref())
            .and_then(|((name, _), text)| text.get(name.len() + 1..));
        let command = (0..=at).rev().take(LONGEST).find(|at| words.begins(*at));
        let is_run = is_text || command.is_some_and(|at| RUNNERS.contains(&words.source(at)));
        let source = words.source(at);
        for function in &self.program.functions {
            let name = function.name.as_str();
            let is_quoted = source != name && text.as_deref() == Some(name);
            if is_quoted || value == Some(name) || is_run && has_word(source, name) {
                self.program.handed_on.insert(name.to_owned());
            }
        }
    }

    pub(super) fn call(&mut self, at: usize) {
        let words = self.words;
        let source = words.source(at);
        if !words.is_word(at)
            || !self
                .program
                .functions
                .iter()
                .any(|function| function.name == source)
        {
            return;
        }
        let is_made = words.is(at + 1, '(')
            && words.is(at + 2, ')')
            && words.tokens[at + 1].span.start >= words.tokens[at].span.end
            || at > 0 && words.source(at - 1) == "function";
        if is_made {
            return;
        }
        if !words.begins(at) {
            self.program.handed_on.insert(source.to_owned());
            return;
        }
        let mut arguments = Vec::new();
        let mut last = at;
        let mut next = words.behind(at);
        while words.is_word(next) {
            arguments.push(Argument {
                name: None,
                value: words.expr(next),
            });
            last = next;
            next = words.behind(next);
        }
        let span: Range<usize> = words.tokens[at].span.start..words.tokens[last].span.end;
        // `"$@"` hands on what is not known.
        let is_open = arguments
            .iter()
            .any(|a| matches!(a.value, Expr::Unknown) && source.contains('@'));
        self.program.calls.push(Call {
            name: source.to_owned(),
            span,
            arguments,
            is_open,
        });
    }
}
