//! A shell script as the proof sees it: its blocks and functions, what is assigned where, and who
//! calls whom.

mod calls;

use super::lex::is_name;
use super::read::{assignment, without_start};
use super::words::Words;
use crate::proof::expr::Expr;
use crate::proof::program::{Assign, Block, BlockKind, Function, Program};
use crate::token::{Kind, Part, Token, literal};
use std::collections::BTreeMap;

/// Commands whose arguments may be assignments.
const DECLARERS: [&str; 5] = ["export", "local", "readonly", "declare", "typeset"];

/// Commands that give values to the variables that they name.
const SETTERS: [&str; 8] = [
    "read",
    "unset",
    "mapfile",
    "readarray",
    "getopts",
    "printf",
    "select",
    "for",
];

/// Of a script that nests deeper nothing is proved: nobody writes it.
const DEEPEST: usize = 200;

/// Commands that the shell runs as its own: what is assigned in front of them may stay.
const KEEPERS: [&str; 18] = [
    ".", ":", "break", "builtin", "command", "continue", "eval", "exec", "exit", "export",
    "readonly", "return", "set", "shift", "source", "times", "trap", "unset",
];

pub(crate) fn read(words: &Words<'_>) -> Program {
    let mut reader = ShellReader {
        words,
        program: Program {
            is_dynamic: true,
            ..Program::default()
        },
        open: Vec::new(),
        made: BTreeMap::new(),
        bare: Vec::new(),
    };
    for at in 0..words.tokens.len() {
        reader.block(at);
        if reader.open.len() > DEEPEST || reader.program.is_too_long() {
            return Program::unread();
        }
    }
    for at in 0..words.tokens.len() {
        reader.assign(at);
        reader.call(at);
        reader.hand_on(at);
    }
    reader.settle();
    reader.program.restarts = (0..words.tokens.len()).any(|at| reader.restarts(at));
    reader.program
}

/// The variables that the code in a word uses.
fn names_in_code(word: &Token) -> impl Iterator<Item = &str> {
    word.parts
        .iter()
        .flat_map(|part| match part {
            Part::Code(names) => names.as_slice(),
            _ => &[],
        })
        .map(String::as_str)
}

struct ShellReader<'t> {
    words: &'t Words<'t>,
    program: Program,
    /// What is open: the word or sign that ends it, its first byte, and its kind.
    open: Vec<(&'static str, usize, BlockKind)>,
    /// Functions by the tokens that name them.
    made: BTreeMap<usize, usize>,
    /// Arguments with a value outside of quotation marks, each by the index of its call: the shell
    /// may make several of one, or none.
    bare: Vec<(usize, Expr)>,
}

impl ShellReader<'_> {
    /// Opens or closes a block.
    fn block(&mut self, at: usize) {
        let start = self.words.tokens[at].span.start;
        // A substitution between backticks has brackets as well.
        let source = if self.words.is(at, ')') {
            ")"
        } else {
            self.words.source(at)
        };
        if self.words.ends_pattern(at) {
            return;
        }
        if let Some(index) = self.open.iter().rposition(|(end, ..)| *end == source) {
            let is_end = matches!(source, ")") || self.words.begins(at);
            if is_end {
                let (_, start, kind) = self.open.swap_remove(index);
                self.open.truncate(index);
                self.program.blocks.push(Block {
                    span: start..self.words.tokens[at].span.end,
                    kind,
                });
                return;
            }
        }
        if self.words.is(at, '(') {
            let is_definition = self.words.is(at + 1, ')') && at > 0 && self.words.begins(at - 1);
            if !is_definition {
                let kind = self.body(at).unwrap_or(BlockKind::Branch);
                self.open.push((")", start, kind));
            }
            return;
        }
        if !self.words.is_word(at) || !(self.words.begins(at) || self.body(at).is_some()) {
            return;
        }
        match source {
            "if" => self.open.push(("fi", start, BlockKind::Branch)),
            "case" => self.open.push(("esac", start, BlockKind::Branch)),
            "while" | "until" | "for" | "select" => {
                self.open.push(("done", start, BlockKind::Loop));
            }
            "{" => {
                let kind = self.body(at).unwrap_or(BlockKind::Branch);
                self.open.push(("}", start, kind));
            }
            _ => {}
        }
    }

    /// If a block is the body of a function: that function.
    fn body(&mut self, at: usize) -> Option<BlockKind> {
        let mut before = at.checked_sub(1)?;
        while self.words.tokens[before].kind == Kind::Newline {
            before = before.checked_sub(1)?;
        }
        let has_brackets =
            self.words.is(before, ')') && before >= 2 && self.words.is(before - 1, '(');
        let name = if has_brackets { before - 2 } else { before };
        let by_word = name > 0 && self.words.source(name - 1) == "function";
        if !self.words.is_word(name) || !(has_brackets && self.words.begins(name) || by_word) {
            return None;
        }
        let index = self.made.get(&name).copied().unwrap_or_else(|| {
            let params = (1..10).map(|place| (place.to_string(), None)).collect();
            let name = self.words.source(name).to_owned();
            self.program.functions.push(Function {
                name,
                params,
                defaults_at: 0,
                refuses_empty: false,
            });
            self.program.functions.len() - 1
        });
        self.made.insert(name, index);
        Some(BlockKind::Function(index))
    }

    fn add(&mut self, name: &str, at: usize, value: Expr, is_perhaps: bool) {
        let span = self.words.tokens[at].span.clone();
        let is_local =
            at > 0 && ["local", "declare", "typeset"].contains(&self.words.source(at - 1));
        let is_global = !is_local && self.program.function_at(span.start).is_some();
        let name = name.to_owned();
        self.program.assigns.push(Assign {
            name,
            span,
            key: None,
            value,
            is_global,
            is_perhaps,
        });
    }

    /// `local -n`, `declare -n`: from then on another name means the same variable.
    fn is_reference(&self, at: usize) -> bool {
        let option = self.words.source(at + 1);
        let declares = ["local", "declare", "typeset"].contains(&self.words.source(at));
        declares && option.starts_with('-') && option.contains('n')
    }

    /// True if a word at this place may give a variable a value.
    fn is_assigning_place(&self, at: usize) -> bool {
        let words = self.words;
        if words.begins(at) {
            return true;
        }
        let Some(before) = at.checked_sub(1) else {
            return false;
        };
        let word = words.source(before);
        let is_option = word.starts_with('-') && before > 0;
        DECLARERS.contains(&word)
            || ["command", "builtin"].contains(&word) && words.begins(before)
            || is_option && words.begins(before - 1)
    }

    fn assign(&mut self, at: usize) {
        let words = self.words;
        let token = words.tokens[at];
        if !words.is_word(at) || !self.is_assigning_place(at) {
            return;
        }
        let source = words.source(at);
        let declares = at > 0 && DECLARERS.contains(&words.source(at - 1));
        if let Some((name, start)) = assignment(token, words.text) {
            if !declares && let Some(command) = words.command_behind(at) {
                return self.prefix(name, at, command);
            }
            let is_array = words.is(words.behind(at), '(') && start == token.span.end;
            let value = match words.expr(at) {
                Expr::Unknown => Expr::Unknown,
                _ if is_array => Expr::Unknown,
                _ => Expr::of(&without_start(&token.parts, name.len() + 1)),
            };
            self.add(name, at, value, self.is_perhaps(at));
        } else if let Some((name, _)) = source.split_once("+=") {
            self.add(name, at, Expr::Unknown, false);
        } else if source == "shift" || source == "set" && words.source(at + 1) == "--" {
            self.arguments_change(at);
        } else if ["eval", "source", "."].contains(&source) || self.is_reference(at) {
            self.add("*", at, Expr::Unknown, false);
            if !self.is_reference(at) {
                self.program.loads.push(token.span.start);
            }
        } else if SETTERS.contains(&source) || DECLARERS.contains(&source) && !declares {
            self.named(at);
        }
        // `${NAME:=value}` sets it as well.
        if source.contains(":=") {
            for name in names_in_code(token) {
                self.add(name, at, Expr::Unknown, true);
            }
        }
    }

    /// `NAME=value command`: for that command alone, and there only once its words are read, if it
    /// is a program. A function of the file sees the value.
    fn prefix(&mut self, name: &str, at: usize, command: usize) {
        let is_program = literal(&self.words.tokens[command].parts).is_some_and(|command| {
            let mut functions = self.program.functions.iter();
            !KEEPERS.contains(&command.as_str()) && functions.all(|f| f.name != *command)
        });
        if !is_program {
            self.add(name, at, Expr::Unknown, true);
        }
    }

    /// True if what is before a command decides whether it runs: `test ... && NAME=value`.
    fn is_perhaps(&self, at: usize) -> bool {
        let words = self.words;
        let first = words.first(at);
        first > 0 && words.is(first - 1, '|')
            || first > 1 && words.is(first - 1, '&') && words.is(first - 2, '&')
    }

    /// The names behind a command that gives values to them. One that is put together when the
    /// script runs may be any name.
    fn named(&mut self, at: usize) {
        let words = self.words;
        let command = words.source(at);
        let declares = DECLARERS.contains(&command);
        let in_function = self
            .program
            .function_at(words.tokens[at].span.start)
            .is_some();
        // What `printf` is given is no name, but behind `-v`.
        let is_named_freely = command != "printf" || words.source(at + 1) == "-v";
        let is_local = in_function && ["local", "declare", "typeset"].contains(&command);
        let mut next = words.behind(at);
        while words.is_word(next) && words.source(next) != "in" {
            let name = words.source(next);
            let token = words.tokens[next];
            if assignment(token, words.text).is_some() {
                // Read where it is.
            } else if name.chars().all(is_name) {
                if !declares || is_local {
                    self.add(name, next, Expr::Unknown, true);
                }
            } else if name.contains(['$', '`']) && is_named_freely {
                self.add("*", next, Expr::Unknown, false);
            }
            next = words.behind(next);
        }
    }

    /// `shift`, `set -- ...`: from there on `$1` and its like have other values.
    fn arguments_change(&mut self, at: usize) {
        for place in 1..10 {
            self.program.assigns.push(Assign {
                name: place.to_string(),
                span: self.words.tokens[at].span.clone(),
                key: None,
                value: Expr::Unknown,
                is_global: false,
                is_perhaps: true,
            });
        }
    }
}
