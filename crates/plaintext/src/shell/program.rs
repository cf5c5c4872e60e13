//! A shell script as the proof sees it: its blocks and functions, what is assigned where, and who
//! calls whom.

use super::lex::is_name;
use super::read::{assignment, without_start};
use super::words::Words;
use crate::proof::expr::{Argument, Expr};
use crate::proof::program::{Assign, Block, BlockKind, Call, Function, Program};
use crate::token::{Kind, Part, Token, literal};
use std::collections::BTreeMap;
use std::ops::Range;

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

/// Commands that only look at the path that they are given.
const LOOKERS: [&str; 16] = [
    "[", "[[", "test", "basename", "cat", "cd", "dirname", "echo", "grep", "logger", "ls",
    "printf", "readlink", "realpath", "sed", "stat",
];

/// Commands that run a text.
const RUNNERS: [&str; 9] = [
    "trap", "eval", "bash", "sh", "zsh", "watch", "xargs", "parallel", "nohup",
];

/// Longer commands are nothing that somebody wrote.
const LONGEST: usize = 60;

/// True if a text has a word, and not as a part of another one.
fn has_word(text: &str, word: &str) -> bool {
    let is_part = |c: char| is_name(c) || c == '-';
    text.match_indices(word).any(|(at, _)| {
        !text[..at].ends_with(is_part) && !text[at + word.len()..].starts_with(is_part)
    })
}

pub(crate) fn read(words: &Words<'_>) -> Program {
    let mut reader = Reader {
        words,
        program: Program {
            is_dynamic: true,
            ..Program::default()
        },
        open: Vec::new(),
        made: BTreeMap::new(),
    };
    for at in 0..words.tokens.len() {
        reader.block(at);
    }
    for at in 0..words.tokens.len() {
        reader.assign(at);
        reader.call(at);
        reader.hand_on(at);
    }
    reader.program.restarts = (0..words.tokens.len()).any(|at| reader.restarts(at));
    reader.program
}

struct Reader<'t> {
    words: &'t Words<'t>,
    program: Program,
    /// What is open: the word or sign that ends it, its first byte, and its kind.
    open: Vec<(&'static str, usize, BlockKind)>,
    /// Functions by the tokens that name them.
    made: BTreeMap<usize, usize>,
}

impl Reader<'_> {
    /// Opens or closes a block.
    fn block(&mut self, at: usize) {
        let start = self.words.tokens[at].span.start;
        let source = self.words.source(at);
        // Deeper nesting is nothing that somebody wrote.
        if self.open.len() > 200 {
            return;
        }
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
        let before = |word: &[&str]| at > 0 && word.contains(&words.source(at - 1));
        words.begins(at)
            || before(&DECLARERS)
            || before(&["command", "builtin"]) && words.begins(at - 1)
            || at > 1 && words.source(at - 1).starts_with('-') && words.begins(at - 2)
    }

    fn assign(&mut self, at: usize) {
        let words = self.words;
        let token = words.tokens[at];
        if !words.is_word(at) || !self.is_assigning_place(at) {
            return;
        }
        let source = words.source(at);
        if let Some((name, start)) = assignment(token, words.text) {
            let declares = at > 0 && DECLARERS.contains(&words.source(at - 1));
            // In front of a command it is for that command alone, and there only once its words are
            // read.
            if words.is_for_a_command(at) && !declares {
                return;
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
        } else if SETTERS.contains(&source) || DECLARERS.contains(&source) {
            self.named(at);
        }
        // `${NAME:=value}` sets it as well.
        for part in &token.parts {
            if let Part::Code(names) = part
                && source.contains(":=")
            {
                for name in names {
                    self.add(name, at, Expr::Unknown, true);
                }
            }
        }
    }

    /// True if what is before a command decides whether it runs: `test ... && NAME=value`.
    fn is_perhaps(&self, at: usize) -> bool {
        let words = self.words;
        let mut first = at;
        while first > 0 && (!words.begins(first) || words.is_word(first - 1)) {
            first -= 1;
        }
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
            let (name, token) = (words.source(next), words.tokens[next]);
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

    /// `shift`, `set -- ...`: `$1` and its like are others from there on.
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

    /// `exec "$0" "$@"`, `bash "$0"`: the script by its own path, for a command that may run it.
    fn restarts(&self, at: usize) -> bool {
        let Some(Token {
            kind: Kind::Word | Kind::Str,
            parts,
            ..
        }) = self.words.tokens.get(at)
        else {
            return false;
        };
        let is_path = |name: &str| name == "0" || name.starts_with("BASH_SOURCE");
        let is_named = |name: &str| {
            let mut known = self.program.assigns.iter().filter(|a| a.name == name);
            known.any(|a| matches!(&a.value, Expr::Name(other) if is_path(other)))
        };
        let is_own = match parts.as_slice() {
            [Part::Name(name)] => is_path(name) || is_named(name),
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

    /// A function whose name is written elsewhere than in a call: as an argument, as a value, in a
    /// text that a command runs.
    fn hand_on(&mut self, at: usize) {
        let words = self.words;
        let Some(token) = words.tokens.get(at).filter(|t| t.kind == Kind::Word) else {
            return;
        };
        let text = literal(&token.parts).map(|text| text.to_string());
        let value = assignment(token, words.text)
            .zip(text.as_ref())
            .and_then(|((name, _), text)| text.get(name.len() + 1..));
        let command = (0..=at).rev().take(LONGEST).find(|at| words.begins(*at));
        let is_run = command.is_some_and(|at| RUNNERS.contains(&words.source(at)));
        let source = words.source(at);
        let is_named = |function: &&Function| {
            let name = function.name.as_str();
            let quoted = source != name && text.as_deref() == Some(name);
            quoted || value == Some(name) || is_run && has_word(source, name)
        };
        let named: Vec<String> = self
            .program
            .functions
            .iter()
            .filter(is_named)
            .map(|function| function.name.clone())
            .collect();
        self.program.handed_on.extend(named);
    }

    fn call(&mut self, at: usize) {
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
        let (mut arguments, mut last, mut next) = (Vec::new(), at, words.behind(at));
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
