//! A PowerShell script as the proof sees it: its blocks, functions, assignments and calls.

mod blocks;
mod loads;
mod restart;
mod setters;

use super::expr::{Given, PowershellTokens};
use super::statement::{Statement, firsts_of_commands};
use crate::list::has_word;
use crate::proof::expr::{Argument, Expr};
use crate::proof::program::{Assign, Call, Function, Program};
use crate::token::{Kind, Part, Token, literal};
use std::collections::BTreeSet;
use std::ops::Range;

pub(crate) fn read(tokens: &PowershellTokens<'_>, statements: &[Statement]) -> Program {
    let mut reader = PowershellReader {
        tokens,
        program: Program {
            is_dynamic: true,
            ..Program::default()
        },
        defaults: Vec::new(),
        targets: BTreeSet::new(),
        firsts: firsts_of_commands(&tokens.list.tokens),
        runs_texts: false,
    };
    reader.runs_texts = (0..tokens.list.tokens.len()).any(|at| reader.runs_text(at));
    for at in 0..tokens.list.tokens.len() {
        if tokens.list.is(at, '{') && !(at > 0 && tokens.list.is(at - 1, '@')) {
            reader.block(at);
        }
        if reader.program.is_too_long() {
            return Program::unread();
        }
    }
    reader.script_parameters();
    reader.required();
    for statement in statements {
        reader.statement(statement);
    }
    reader.program.restarts = statements
        .iter()
        .any(|statement| reader.restarts(statement));
    for at in 0..tokens.list.tokens.len() {
        reader.odd_assignment(at);
        reader.setter(at);
        reader.load(at);
        reader.named_variable(at);
        reader.escape(at);
        reader.call(at);
    }
    reader.settle();
    reader.program
}

struct PowershellReader<'t> {
    tokens: &'t PowershellTokens<'t>,
    program: Program,
    /// Lists of parameters: assignments in them are defaults.
    defaults: Vec<Range<usize>>,
    /// The variables at the beginning of statements that assign to them.
    targets: BTreeSet<usize>,
    /// For each token the first one of its command.
    firsts: Vec<usize>,
    /// True if the script runs a text as code.
    runs_texts: bool,
}

/// The name in `function:\name` and `Module\name`.
fn without_path(name: &str) -> &str {
    name.rsplit(['\\', '/', ':']).next().unwrap_or_default()
}

impl PowershellReader<'_> {
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
        let Some(assigns) = &statement.assigns else {
            return;
        };
        let Some(target) = (statement.tokens.start..assigns.value)
            .find(|at| list.get(*at).is_some_and(|t| t.kind == Kind::Var))
        else {
            return;
        };
        self.targets.insert(target);
        let is_global = self.is_outer(target);
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

    /// `$script:name`: the variable of the whole file.
    fn is_outer(&self, at: usize) -> bool {
        let source = self.tokens.list.source(at).to_ascii_lowercase();
        ["$script:", "$global:", "${script:", "${global:"]
            .iter()
            .any(|scope| source.starts_with(scope))
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

    /// Functions that a string or a variable names. One in the code of a string, `"$(Get-It)"`, is
    /// called, and what it is given is not looked for. Any code may call one that is the whole
    /// text, `'Get-It'`, that a text names which may be run, or that `${function:Get-It}` hands on.
    fn names_functions(&mut self, token: &Token) {
        let is_variable = token
            .name()
            .is_some_and(|name| !name.starts_with("function:"));
        if is_variable {
            return;
        }
        let text = literal(&token.parts).map(|text| text.to_ascii_lowercase());
        let source = self.tokens.list.text.get(token.span.clone());
        let source = source.unwrap_or_default().to_ascii_lowercase();
        let has_code = token.parts.iter().any(|part| matches!(part, Part::Code(_)));
        for Function { name, .. } in &self.program.functions {
            let is_named = text.as_deref().map(without_path) == Some(name.as_str())
                || token
                    .uses()
                    .any(|used| used.strip_prefix("function:") == Some(name.as_str()))
                || self.runs_texts && token.kind == Kind::Str && has_word(&source, name);
            if is_named {
                self.program.handed_on.insert(name.clone());
            } else if has_code && has_word(&source, name) {
                self.program.calls.push(Call {
                    name: name.clone(),
                    span: token.span.clone(),
                    arguments: Vec::new(),
                    is_open: true,
                });
            }
        }
    }

    fn call(&mut self, at: usize) {
        let list = &self.tokens.list;
        let Some(token) = list.get(at) else { return };
        if matches!(token.kind, Kind::Str | Kind::Var) {
            return self.names_functions(token);
        }
        let Some(whole) = list.word(at).map(str::to_ascii_lowercase) else {
            return;
        };
        let word = without_path(&whole).to_owned();
        let mut functions = self.program.functions.iter();
        let Some(function) = functions.find(|function| function.name == word) else {
            return;
        };
        if self.is_made(at) {
            return;
        }
        let is_command = self.begins(at) || self.is_word(at.checked_sub(1), &["return"]);
        // A key of a hash table is no command; with a path in front it may be another one.
        if !is_command || word != whole || list.is(at + 1, '=') {
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
