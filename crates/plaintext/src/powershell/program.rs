//! A PowerShell script as the proof sees it: its blocks, functions, assignments and calls.

mod blocks;
mod loads;
mod restart;
mod setters;

use super::expr::{Given, Tokens};
use super::statement::{Statement, split};
use crate::list::has_word;
use crate::proof::expr::{Argument, Expr};
use crate::proof::program::{Assign, Call, Program};
use crate::token::{Kind, Part, Token};
use std::collections::BTreeSet;
use std::ops::Range;

/// Commands that may set any variable.
const SETTERS: [&str; 10] = [
    "set-variable",
    "new-variable",
    "sv",
    "nv",
    "invoke-expression",
    "iex",
    ".",
    "clear-variable",
    "remove-variable",
    "rv",
];

pub(crate) fn read(tokens: &Tokens<'_>) -> Program {
    let statements = split(tokens.list.text, &tokens.list.tokens);
    let mut reader = Reader {
        tokens,
        program: Program {
            is_dynamic: true,
            ..Program::default()
        },
        defaults: Vec::new(),
        targets: BTreeSet::new(),
    };
    for at in 0..tokens.list.tokens.len() {
        if tokens.list.is(at, '{') && !(at > 0 && tokens.list.is(at - 1, '@')) {
            reader.block(at);
        }
    }
    reader.script_parameters();
    reader.required();
    for statement in &statements {
        reader.statement(statement);
    }
    reader.program.restarts = statements
        .iter()
        .any(|statement| reader.restarts(statement));
    for at in 0..tokens.list.tokens.len() {
        reader.odd_assignment(at);
        reader.load(at);
        reader.named_variable(at);
        reader.escape(at);
        reader.call(at);
    }
    reader.settle();
    reader.program
}

struct Reader<'t> {
    tokens: &'t Tokens<'t>,
    program: Program,
    /// Lists of parameters: assignments in them are defaults.
    defaults: Vec<Range<usize>>,
    /// The variables at the beginning of statements that assign to them.
    targets: BTreeSet<usize>,
}

impl Reader<'_> {
    fn is_word(&self, at: Option<usize>, words: &[&str]) -> bool {
        at.and_then(|at| self.tokens.list.word(at))
            .is_some_and(|word| words.contains(&word.to_ascii_lowercase().as_str()))
    }

    fn before(&self, at: usize) -> Option<usize> {
        (0..at)
            .rev()
            .find(|before| self.tokens.list.tokens[*before].kind != Kind::Newline)
    }

    fn span(&self, first: usize, last: usize) -> Range<usize> {
        let list = &self.tokens.list;
        let start = list.get(first).map_or(0, |t| t.span.start);
        let end = list.get(last).map_or(list.text.len(), |t| t.span.end);
        start..end
    }

    /// A function that sets an entry of what is not its own sets it for the whole file.
    fn settle(&mut self) {
        let program = &self.program;
        let own = program.own_variables();
        let outer: Vec<bool> = program
            .assigns
            .iter()
            .map(|assign| {
                let function = program.function_at(assign.span.start);
                let is_own = |function| own.contains(&(function, assign.name.as_str()));
                assign.key.is_some() && !function.is_none_or(is_own)
            })
            .collect();
        for (assign, is_outer) in self.program.assigns.iter_mut().zip(outer) {
            assign.is_global |= is_outer;
        }
    }

    /// The caller of a script sets its parameters: their values are not in its text.
    fn script_parameters(&mut self) {
        let Some(list) = self.param_list(0, self.tokens.list.tokens.len()) else {
            return;
        };
        let span = self.span(list.start, list.end);
        for (name, _) in self.params(&list) {
            let assign = Assign::unknown(name, span.clone());
            self.program.assigns.push(assign);
        }
    }

    fn statement(&mut self, statement: &Statement) {
        let list = &self.tokens.list;
        if self.is_word(Some(statement.tokens.start), &SETTERS) {
            let span = self.span(statement.tokens.start, statement.tokens.end - 1);
            let assign = Assign::unknown("*".to_owned(), span);
            self.program.assigns.push(assign);
            return;
        }
        let Some(assigns) = &statement.assigns else {
            return;
        };
        let Some(target) = (statement.tokens.start..assigns.value)
            .find(|at| list.get(*at).is_some_and(|t| t.kind == Kind::Var))
        else {
            return;
        };
        self.targets.insert(target);
        let is_global = ["$script:", "$global:", "${script:", "${global:"]
            .iter()
            .any(|scope| list.source(target).to_ascii_lowercase().starts_with(scope));
        let span = self.span(statement.tokens.start, statement.tokens.end - 1);
        let (key, value) = if assigns.is_whole {
            (None, self.tokens.whole(assigns.value, 0))
        } else {
            self.part(target, assigns.value)
        };
        self.program.assigns.push(Assign {
            key,
            value,
            is_global,
            ..Assign::unknown(assigns.name.clone(), span)
        });
    }

    /// The key that an assignment sets in what a variable holds, empty if it is not known, and the
    /// value.
    fn part(&self, target: usize, value_at: usize) -> (Option<String>, Expr) {
        let list = &self.tokens.list;
        if self.is_word(Some(target + 1), &[".add"]) {
            let key = match list.literal(value_at) {
                Some(key) if list.is(value_at + 1, ',') => key.to_ascii_lowercase(),
                _ => String::new(),
            };
            let (value, next) = self.tokens.value(value_at + 2, 0);
            let is_whole = list.is(next, ')');
            let value = if is_whole { value } else { Expr::Unknown };
            return (Some(key), value);
        }
        if list.is(target + 1, '+') {
            return (None, Expr::Unknown);
        }
        let member = list
            .word(target + 1)
            .and_then(|word| word.strip_prefix('.'))
            .map(str::to_ascii_lowercase);
        let key = member
            .or_else(|| Some(list.literal(target + 2)?.to_ascii_lowercase()))
            .filter(|key| !key.contains('.'));
        (
            Some(key.unwrap_or_default()),
            self.tokens.whole(value_at, 0),
        )
    }

    /// True if nothing of its command is before this token.
    fn begins(&self, at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|at| self.tokens.list.get(at));
        before.is_none_or(|t| {
            matches!(
                t.kind,
                Kind::Newline | Kind::Sym('{' | ';' | '(' | '|' | '=' | '&')
            )
        })
    }

    /// Functions in the code of a string, `"$(Get-It)"`: what they are called with is not looked
    /// for.
    fn calls_in_string(&mut self, string: &Token) {
        if !string
            .parts
            .iter()
            .any(|part| matches!(part, Part::Code(_)))
        {
            return;
        }
        let source = self.tokens.list.text.get(string.span.clone());
        let source = source.unwrap_or_default().to_ascii_lowercase();
        for function in &self.program.functions {
            if has_word(&source, &function.name) {
                self.program.calls.push(Call {
                    name: function.name.clone(),
                    span: string.span.clone(),
                    arguments: Vec::new(),
                    is_open: true,
                });
            }
        }
    }

    fn call(&mut self, at: usize) {
        let list = &self.tokens.list;
        if let Some(string) = list.get(at).filter(|t| t.kind == Kind::Str) {
            return self.calls_in_string(string);
        }
        let Some(word) = list.word(at).map(str::to_ascii_lowercase) else {
            return;
        };
        let mut functions = self.program.functions.iter();
        let Some(function) = functions.find(|function| function.name == word) else {
            return;
        };
        if self.is_made(at) {
            return;
        }
        let is_command = self.begins(at) || self.is_word(at.checked_sub(1), &["return"]);
        // A key of a hash table is no command.
        if !is_command || list.is(at + 1, '=') {
            if !list.is(at + 1, '=') {
                self.program.handed_on.insert(word);
            }
            return;
        }
        let (given, end) = self.tokens.arguments(at + 1);
        let mut arguments = Vec::new();
        // What comes from a pipe is not known.
        let mut is_open = at > 0 && list.is(at - 1, '|');
        for argument in given {
            match argument {
                Given::Named(name, value) => {
                    // `-User` may be short for `-UserName`.
                    is_open |= !function.params.iter().any(|(param, _)| *param == name);
                    arguments.push(Argument {
                        name: Some(name),
                        value: value.unwrap_or(Expr::Unknown),
                    });
                }
                Given::Plain(value) => arguments.push(Argument { name: None, value }),
                Given::Splat(_) => is_open = true,
            }
        }

        let span = self.span(at, end.max(at + 1) - 1);
        self.program.calls.push(Call {
            name: word,
            span,
            arguments,
            is_open,
        });
    }
}
