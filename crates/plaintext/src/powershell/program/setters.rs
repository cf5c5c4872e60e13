//! Values that variables of PowerShell get in a way that the reader does not follow: they are
//! unknown from there on. Plain assignments are in the parent.

use super::{PowershellReader, without_path};
use crate::powershell::expr::Given;
use crate::proof::expr::Expr;
use crate::proof::program::Assign;
use crate::token::{Kind, Token};

/// Methods that change nothing of a hash table, or that are read elsewhere.
const METHODS: [&str; 12] = [
    ".add",
    ".clone",
    ".contains",
    ".containskey",
    ".containsvalue",
    ".copyto",
    ".equals",
    ".getenumerator",
    ".gettype",
    ".replace",
    ".tostring",
    ".trim",
];

/// Commands that set, clear or hand out the variables whose names they are given.
const SETTERS: [&str; 5] = [
    "set-variable",
    "new-variable",
    "clear-variable",
    "remove-variable",
    "get-variable",
];

/// The same by their short names, which are words of other commands as well.
const SHORT: [&str; 6] = ["set", "sv", "nv", "clv", "rv", "gv"];

/// Commands that run other code in the scope of the script.
const RUNNERS: [&str; 3] = ["invoke-expression", "iex", "."];

/// In tokens. Nobody writes longer lists of variables.
const LONGEST: usize = 100;

/// Options that name a variable, each with the letters by which it is known from others.
const NAMERS: [(&str, usize); 6] = [
    ("outvariable", 4),
    ("errorvariable", 6),
    ("warningvariable", 8),
    ("informationvariable", 12),
    ("pipelinevariable", 2),
    ("variable", 3),
];

/// True for an option that names a variable, as `-OutVariable` does, in full or in short.
fn names_variable(word: &str) -> bool {
    let Some(option) = word.strip_prefix('-') else {
        return false;
    };
    option.ends_with("variable")
        || ["ov", "ev", "wv", "iv", "pv"].contains(&option)
        || NAMERS
            .iter()
            .any(|(name, least)| option.len() >= *least && name.starts_with(option))
}

/// The one variable that a command is given by its name.
fn named(given: &[Given]) -> Option<String> {
    let by_option = given.iter().find_map(|argument| match argument {
        Given::Named(option, value) if "name".starts_with(option.as_str()) => value.as_ref(),
        _ => None,
    });
    let by_place = match given.first() {
        Some(Given::Plain(value)) => Some(value),
        _ => None,
    };
    let is_splat = given.iter().any(|a| matches!(a, Given::Splat(_)));
    match by_option.or(by_place) {
        Some(Expr::Text(name)) if !is_splat && !name.contains(['*', '?', '[', ':']) => {
            Some(name.to_ascii_lowercase())
        }
        _ => None,
    }
}

/// `Get-Variable NAME -ValueOnly` reads a variable; without the option it hands out the variable.
fn only_reads(command: &str, given: &[Given]) -> bool {
    ["get-variable", "gv"].contains(&command)
        && given.iter().any(|argument| match argument {
            Given::Named(option, _) => option.len() > 1 && "valueonly".starts_with(option.as_str()),
            _ => false,
        })
}

impl PowershellReader<'_> {
    /// From this token on a variable may have another value, that of the whole file as well; `*`
    /// for any of them.
    fn unknown(&mut self, name: &str, at: usize) {
        let span = self.span(at, at);
        self.program.assigns.push(Assign {
            is_global: self.program.function_at(span.start).is_some(),
            is_perhaps: true,
            ..Assign::unknown(name.to_owned(), span)
        });
    }

    /// A command or an object by which variables get values, wherever it is in a statement.
    pub(super) fn setter(&mut self, at: usize) {
        let list = &self.tokens.list;
        let name = list.key(at).unwrap_or_default().to_ascii_lowercase();
        let command = without_path(&name);
        let begins = (self.begins(at) || at > 0 && list.is(at - 1, '}')) && !list.is(at + 1, '=');
        if SETTERS.contains(&command) || begins && SHORT.contains(&command) {
            let (given, _) = self.tokens.arguments(at + 1);
            if !only_reads(command, &given) {
                self.unknown(named(&given).as_deref().unwrap_or("*"), at);
            }
        } else if begins && RUNNERS.contains(&command) || self.holds_variables(at) {
            self.unknown("*", at);
        } else if let Some(name) = self.of_environment(at) {
            self.unknown(&name, at);
        }
    }

    /// `$ExecutionContext`, `.PSVariable.Set(...)`, `.SetVariable(...)`, `variable:name`: an object
    /// or a drive that holds all variables.
    fn holds_variables(&self, at: usize) -> bool {
        let list = &self.tokens.list;
        let Some(token) = list.get(at) else {
            return false;
        };
        let source = list.source(at).to_ascii_lowercase();
        let is_in_drive = match token.kind {
            Kind::Word => {
                source.ends_with("variable") && !source.starts_with('-') && list.is(at + 1, ':')
            }
            Kind::Str => source.contains("variable:") && !source.contains(char::is_whitespace),
            _ => false,
        };
        is_in_drive
            || source.contains(".psvariable")
            || source.ends_with(".setvariable")
            || token
                .uses()
                .any(|name| name == "executioncontext" || name.starts_with("variable:"))
    }

    /// `env:NAME`, `SetEnvironmentVariable('NAME', ...)`: a variable of the environment, not by
    /// `$`.
    fn of_environment(&self, at: usize) -> Option<String> {
        let list = &self.tokens.list;
        let name = list.key(at)?.to_ascii_lowercase();
        let named = if name == "setenvironmentvariable" {
            list.text_at(at + 2)
        } else if name == "env" && list.is(at + 1, ':') {
            Some(list.lower_word(at + 2))
        } else {
            Some(name.strip_prefix("env:")?.to_owned())
        };
        let named = named.unwrap_or_default().to_ascii_lowercase();
        let named = without_path(&named);
        let is_one = !named.is_empty() && !named.contains(['*', '?', '[']);
        Some(if is_one {
            format!("env:{named}")
        } else {
            "*".to_owned()
        })
    }

    /// Values that come in another way: from a list, a loop, a reference, or in the middle of a
    /// line.
    pub(super) fn odd_assignment(&mut self, at: usize) {
        let list = &self.tokens.list;
        let Some(name) = list.get(at).and_then(Token::name).map(str::to_owned) else {
            return;
        };
        if self.targets.contains(&at) || self.defaults.iter().any(|range| range.contains(&at)) {
            return;
        }
        let end = self.behind_members(at);
        let assigns = self.is_sign(end)
            || list.is(at + 1, ',')
                && list.get(at + 2).is_some_and(|t| t.kind == Kind::Var)
                && self.ends_in_sign(at)
            || self.is_word(Some(at + 1), &["in"])
            || at > 1 && list.is(at - 1, ']') && self.is_word(Some(at - 2), &["ref"]);
        if assigns {
            self.program.assigns.push(Assign {
                key: (end > at + 1).then(String::new),
                is_global: self.is_outer(at),
                is_perhaps: true,
                ..Assign::unknown(name, self.span(at, at))
            });
        }
    }

    /// The place behind a variable, its members and its keys.
    fn behind_members(&self, at: usize) -> usize {
        let list = &self.tokens.list;
        let mut next = at + 1;
        while list.adjacent(next) {
            if list.word(next).is_some_and(|word| word.starts_with('.')) {
                next += 1;
            } else if list.is(next, '[') {
                next = self.tokens.brackets.closing(next).unwrap_or(next) + 1;
            } else {
                break;
            }
        }
        next
    }

    /// `=`, `+=`, `??=` and the like.
    fn is_sign(&self, at: usize) -> bool {
        let list = &self.tokens.list;
        let is_operator = list.is(at, '+') || self.is_word(Some(at), &["-", "*", "/", "%", "??"]);
        list.is(at, '=') || is_operator && list.is(at + 1, '=')
    }

    /// A variable that an option names, as `-OutVariable` does, and a hash table that loses
    /// entries.
    pub(super) fn named_variable(&mut self, at: usize) {
        let list = &self.tokens.list;
        let (name, key) = if names_variable(&list.lower_word(at)) {
            (self.behind_option(at), None)
        } else if self.changes_table(at) {
            let Some(name) = list.get(at).and_then(Token::name) else {
                return;
            };
            (name.to_owned(), Some(String::new()))
        } else {
            return;
        };
        let span = self.span(at, at + 1);
        self.program.assigns.push(Assign {
            key,
            is_perhaps: true,
            ..Assign::unknown(name, span)
        });
    }

    /// The name behind an option: `-OutVariable name`, `-ov:+name`; `*` where it is not one word.
    fn behind_option(&self, option: usize) -> String {
        let list = &self.tokens.list;
        let mut at = option + 1;
        while list.is(at, ':') || list.is(at, '+') {
            at += 1;
        }
        match list.key(at) {
            Some(name) if !list.is(at + 1, ':') => {
                name.trim_start_matches('+').to_ascii_lowercase()
            }
            _ => "*".to_owned(),
        }
    }

    /// True for a variable whose method may change its entries: `.Remove(...)`, and each method of
    /// a hash table that is not known. `.Add(...)` is read where statements are.
    fn changes_table(&self, at: usize) -> bool {
        let method = self.tokens.list.lower_word(at + 1);
        if [".remove", ".clear"].contains(&method.as_str()) {
            return true;
        }
        let is_known = METHODS.iter().any(|known| method.ends_with(known));
        if !method.starts_with('.') || !self.tokens.list.is(at + 2, '(') || is_known {
            return false;
        }
        let name = self.tokens.list.get(at).and_then(Token::name);
        let mut assigns = self.program.assigns.iter();
        assigns.any(|assign| {
            Some(assign.name.as_str()) == name
                && assign.key.is_none()
                && matches!(assign.value, Expr::Map(_))
        })
    }

    /// `$a, $b, $c = ...`; of more variables than a person writes it may be so.
    fn ends_in_sign(&self, first: usize) -> bool {
        let list = &self.tokens.list;
        let mut last = first;
        while list.is(last + 1, ',') && list.get(last + 2).is_some_and(|t| t.kind == Kind::Var) {
            last += 2;
            if last - first > LONGEST {
                return true;
            }
        }
        list.is(last + 1, '=')
    }

    /// A whole hash table as the argument of another command, or as another name: it may change
    /// there.
    pub(super) fn escape(&mut self, at: usize) {
        let list = &self.tokens.list;
        let Some(name) = list.get(at).and_then(Token::name) else {
            return;
        };
        let is_path =
            list.is(at + 1, '[') || list.word(at + 1).is_some_and(|word| word.starts_with('.'));
        if self.tokens.is_splat(at) || is_path || list.is(at + 1, '=') || list.is(at + 1, '+') {
            return;
        }
        let first = self.firsts[at];
        let is_alias = first == at
            && at > 0
            && list.is(at - 1, '=')
            && self
                .tokens
                .brackets
                .opener(at)
                .is_none_or(|open| !list.is(open.saturating_sub(1), '@'));
        let known = [
            "invoke-restmethod",
            "invoke-webrequest",
            "irm",
            "iwr",
            "write-host",
            "write-verbose",
            "write-output",
            "return",
        ];
        let handed = first < at && list.word(first).is_some() && !self.is_word(Some(first), &known);
        if is_alias || handed {
            self.program
                .escapes
                .push((name.to_owned(), self.span(at, at).start));
        }
    }
}
