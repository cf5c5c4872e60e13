//! Who calls whom in a shell script: calls of its functions, functions that are handed on, and the
//! script that starts itself again.

use super::ShellReader;
use crate::list::has_word;
use crate::proof::expr::{Argument, Expr};
use crate::proof::program::{Call, DEEPEST};
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

/// Signs by which the shell makes several words of one that is not in quotation marks.
const SPLITS: &str = "*?[{";

/// Nobody writes longer commands.
const LONGEST: usize = 60;

/// A variable that holds the path of the script.
fn is_own_path(name: &str) -> bool {
    name == "0" || name.starts_with("BASH_SOURCE")
}

/// True if a value or such a sign is outside of quotation marks.
fn has_bare(word: &str) -> bool {
    let mut quote = None;
    let mut chars = word.chars();
    while let Some(c) = chars.next() {
        match quote {
            Some(open) if c == open => quote = None,
            None if c == '"' || c == '\'' => quote = Some(c),
            None | Some('"') if c == '\\' => drop(chars.next()),
            None if c == '$' || c == '`' || SPLITS.contains(c) => return true,
            _ => {}
        }
    }
    false
}

/// True if the shell makes one word of a text that is not in quotation marks.
fn is_one_word(text: &str) -> bool {
    !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || SPLITS.contains(c))
}

impl ShellReader<'_> {
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
        let mut before = (0..=at).rev().take(LONGEST);
        let command = before.find(|first| self.words.begins(*first)).unwrap_or(at);
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

    /// A bare argument that is not one word for certain moves those behind it. What one call gives
    /// may be what the next one hands on.
    pub(super) fn settle(&mut self) {
        for _ in 0..=DEEPEST {
            let bare = self.bare.iter();
            let unsure: Vec<usize> = bare
                .filter(|(call, value)| self.is_unsure(*call, value))
                .map(|(call, _)| *call)
                .collect();
            if unsure.is_empty() {
                return;
            }
            for call in unsure {
                self.program.calls[call].is_open = true;
            }
        }
    }

    fn is_unsure(&self, call: usize, value: &Expr) -> bool {
        let Call { is_open, span, .. } = &self.program.calls[call];
        let text = self.program.text(value, span.start);
        !is_open && !text.is_some_and(|text| is_one_word(&text))
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
        let mut is_open = false;
        let mut last = at;
        let mut next = words.behind(at);
        while words.is_word(next) {
            let value = words.expr(next);
            let argument = words.source(next);
            // `"$@"` hands on any number of words.
            is_open |= matches!(value, Expr::Unknown) && argument.contains(['@', '*']);
            if has_bare(argument) {
                self.bare.push((self.program.calls.len(), value.clone()));
            }
            arguments.push(Argument { name: None, value });
            last = next;
            next = words.behind(next);
        }
        let span: Range<usize> = words.tokens[at].span.start..words.tokens[last].span.end;
        self.program.calls.push(Call {
            name: source.to_owned(),
            span,
            arguments,
            is_open,
        });
    }
}
