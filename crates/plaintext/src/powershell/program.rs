//! A PowerShell script as the proof sees it: its blocks and functions, what is assigned where, and
//! who calls whom.

use super::expr::{Given, Tokens};
use super::statement::{Statement, split};
use crate::proof::expr::{Argument, Expr};
use crate::proof::program::{Assign, Block, BlockKind, Call, Function, Program};
use crate::token::{Kind, Token};
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

/// Commands that run a script by its path.
const STARTERS: [&str; 9] = [
    ".",
    "pwsh",
    "pwsh.exe",
    "powershell",
    "powershell.exe",
    "start-process",
    "saps",
    "iex",
    "invoke-expression",
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
    for statement in &statements {
        reader.statement(statement);
    }
    reader.program.restarts = statements
        .iter()
        .any(|statement| reader.restarts(statement));
    for at in 0..tokens.list.tokens.len() {
        reader.odd_assignment(at);
        reader.named_variable(at);
        reader.escape(at);
        reader.call(at);
    }
    reader.program
}

/// A member of a member of a variable of such a name.
fn is_member_of(expr: &Expr, is_wanted: &dyn Fn(&str) -> bool) -> bool {
    match expr {
        Expr::Name(name) => is_wanted(name),
        Expr::Member(base, _) => is_member_of(base, is_wanted),
        _ => false,
    }
}

struct Reader<'t> {
    tokens: &'t Tokens<'t>,
    program: Program,
    /// Lists of parameters: what is assigned in them are defaults.
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
        let tokens = &self.tokens.list.tokens;
        let end = |at: usize| {
            tokens
                .get(at)
                .map_or(self.tokens.list.text.len(), |t| t.span.end)
        };
        tokens.get(first).map_or(0, |t| t.span.start)..end(last)
    }

    /// A block by what stands before its brace.
    fn block(&mut self, open: usize) {
        let close = self
            .tokens
            .brackets
            .closing(open)
            .unwrap_or(self.tokens.list.tokens.len());
        let kind = self.kind(open, close);
        self.program.blocks.push(Block {
            span: self.span(open, close),
            kind,
        });
    }

    fn kind(&mut self, open: usize, close: usize) -> BlockKind {
        let Some(before) = self.before(open) else {
            return BlockKind::Later;
        };
        if self.tokens.list.is(before, ')') {
            let Some(bracket) = self.tokens.brackets.opener(before) else {
                return BlockKind::Later;
            };
            let name = self.before(bracket);
            if name.is_some_and(|name| self.is_word(self.before(name), &["function"])) {
                return self.function(name.unwrap_or(0), Some(bracket..before), open, close);
            }
            return match () {
                () if self.is_word(name, &["if", "elseif", "switch"]) => BlockKind::Branch,
                () if self.is_word(name, &["for", "foreach", "while"]) => BlockKind::Loop,
                () if name.is_some_and(|name| self.is_word(self.before(name), &["switch"])) => {
                    BlockKind::Branch
                }
                () => BlockKind::Later,
            };
        }
        if self.tokens.list.is(before, ']') {
            let bracket = self
                .tokens
                .brackets
                .opener(before)
                .and_then(|at| self.before(at));
            return if self.is_word(bracket, &["catch"]) {
                BlockKind::Branch
            } else {
                BlockKind::Later
            };
        }
        if self.is_word(self.before(before), &["function"])
            && self.tokens.list.word(before).is_some()
        {
            return self.function(before, None, open, close);
        }
        match () {
            () if self.is_word(
                Some(before),
                &[
                    "else", "try", "catch", "finally", "trap", "begin", "end", "default",
                ],
            ) =>
            {
                BlockKind::Branch
            }
            () if self.is_word(Some(before), &["do", "process"]) => BlockKind::Loop,
            () if self.tokens.list.is(before, '&') => BlockKind::Branch,
            () => BlockKind::Later,
        }
    }

    fn function(
        &mut self,
        name: usize,
        list: Option<Range<usize>>,
        open: usize,
        close: usize,
    ) -> BlockKind {
        let list = list.or_else(|| self.param_list(open + 1, close));
        let refuses = |at: usize| {
            let word = self
                .tokens
                .list
                .word(at)
                .unwrap_or_default()
                .to_ascii_lowercase();
            word == "mandatory" || word.starts_with("validate")
        };
        let refuses_empty = list.clone().is_some_and(|mut list| list.any(refuses));
        let params = list.map(|list| self.params(&list)).unwrap_or_default();
        let name = self
            .tokens
            .list
            .word(name)
            .unwrap_or_default()
            .to_ascii_lowercase();
        self.program.functions.push(Function {
            name,
            params,
            refuses_empty,
        });
        BlockKind::Function(self.program.functions.len() - 1)
    }

    /// `param( ... )` at the beginning of a block, behind attributes.
    fn param_list(&self, first: usize, end: usize) -> Option<Range<usize>> {
        let mut at = self.tokens.list.skip_newlines(first);
        while self.tokens.list.is(at, '[') && at < end {
            at = self
                .tokens
                .list
                .skip_newlines(self.tokens.brackets.closing(at)? + 1);
        }
        let open = self
            .is_word(Some(at), &["param"])
            .then(|| self.tokens.list.skip_newlines(at + 1))?;
        self.tokens.brackets.closing(open).map(|close| open..close)
    }

    fn params(&mut self, list: &Range<usize>) -> Vec<(String, Option<Expr>)> {
        self.defaults.push(list.clone());
        let (mut found, mut at) = (Vec::new(), list.start + 1);
        while at < list.end {
            let token = self.tokens.list.tokens[at];
            if let Some(name) = token.name() {
                let default = self.tokens.list.is(at + 1, '=').then(|| {
                    let (value, next) = self.tokens.primary_of(at + 2);
                    let next = self.tokens.list.skip_newlines(next);
                    if next == list.end || self.tokens.list.is(next, ',') {
                        value
                    } else {
                        Expr::Unknown
                    }
                });
                found.push((name.to_owned(), default));
                while at < list.end && !self.tokens.list.is(at, ',') {
                    at = self.tokens.brackets.closing(at).unwrap_or(at) + 1;
                }
            } else {
                at = self.tokens.brackets.closing(at).unwrap_or(at);
            }
            at += 1;
        }
        found
    }

    /// What a script is called with is not in its text.
    fn script_parameters(&mut self) {
        let Some(list) = self.param_list(0, self.tokens.list.tokens.len()) else {
            return;
        };
        let span = self.span(list.start, list.end);
        for (name, _) in self.params(&list) {
            self.assign(name, span.clone(), None, Expr::Unknown, false);
        }
    }

    fn assign(
        &mut self,
        name: String,
        span: Range<usize>,
        key: Option<String>,
        value: Expr,
        is_global: bool,
    ) {
        self.program.assigns.push(Assign {
            name,
            span,
            key,
            value,
            is_global,
            is_perhaps: false,
        });
    }

    fn statement(&mut self, statement: &Statement) {
        let list = &self.tokens.list;
        if self.is_word(Some(statement.tokens.start), &SETTERS) {
            let span = self.span(statement.tokens.start, statement.tokens.end - 1);
            return self.assign("*".to_owned(), span, None, Expr::Unknown, false);
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
        let name = assigns.name.clone();
        if assigns.is_whole {
            return self.assign(
                name,
                span,
                None,
                self.tokens.whole(assigns.value, 0),
                is_global,
            );
        }
        if self.is_word(Some(target + 1), &[".add"]) {
            let key = list
                .get(assigns.value)
                .and_then(Token::literal)
                .filter(|_| list.is(assigns.value + 1, ','));
            let (value, next) = self.tokens.value(assigns.value + 2, 0);
            let value = if list.is(next, ')') {
                value
            } else {
                Expr::Unknown
            };
            let key = key.map_or_else(String::new, |key| key.to_ascii_lowercase());
            return self.assign(name, span, Some(key), value, is_global);
        }
        if list.is(target + 1, '+') {
            return self.assign(name, span, None, Expr::Unknown, is_global);
        }
        let member = list
            .word(target + 1)
            .and_then(|word| word.strip_prefix('.'))
            .map(str::to_ascii_lowercase);
        let index = || {
            list.get(target + 2)
                .and_then(Token::literal)
                .map(|key| key.to_ascii_lowercase())
        };
        let key = member
            .or_else(index)
            .filter(|key| !key.contains('.'))
            .unwrap_or_default();
        self.assign(
            name,
            span,
            Some(key),
            self.tokens.whole(assigns.value, 0),
            is_global,
        );
    }

    /// `& $PSCommandPath`, `pwsh -File $PSCommandPath`: a command that runs the script by its own
    /// path.
    fn restarts(&self, statement: &Statement) -> bool {
        let list = &self.tokens.list;
        let is_path = |name: &str| name == "pscommandpath" || name == "myinvocation";
        let is_named = |name: &str| {
            let mut known = self.program.assigns.iter().filter(|a| a.name == name);
            known.any(|a| match &a.value {
                Expr::Name(path) => is_path(path),
                Expr::Member(base, _) => is_member_of(base, &is_path),
                _ => false,
            })
        };
        // Beside the script lies another one: `. (Join-Path (Split-Path $PSCommandPath)
        // 'lib.ps1')`.
        let is_beside = |at: usize| {
            let open = self.tokens.brackets.opener(at).map(|open| open + 1);
            self.is_word(open, &["split-path"])
                || list.source(at).to_ascii_lowercase().contains("split-path")
        };
        let starts = |at: usize| list.is(at, '&') || self.is_word(Some(at), &STARTERS);
        let mut tokens = statement.tokens.clone();
        let Some(first) = tokens.find(|at| starts(*at)) else {
            return false;
        };
        (first..statement.tokens.end).any(|at| {
            let mut names = list.get(at).into_iter().flat_map(Token::uses);
            names.any(|name| is_path(name) || is_named(name)) && !is_beside(at)
        })
    }

    /// Values that come in another way: from a list, a loop, a reference, or in the middle of a
    /// line.
    fn odd_assignment(&mut self, at: usize) {
        let list = &self.tokens.list;
        let Some(name) = list.get(at).and_then(Token::name).map(str::to_owned) else {
            return;
        };
        if self.defaults.iter().any(|range| range.contains(&at)) {
            return;
        }
        let span = self.span(at, at);
        let is_known = self.targets.contains(&at);
        let assigns = list.is(at + 1, '=')
            || list.is(at + 1, ',')
                && list.get(at + 2).is_some_and(|t| t.kind == Kind::Var)
                && self.ends_in_sign(at)
            || self.is_word(Some(at + 1), &["in"])
            || at > 1 && list.is(at - 1, ']') && self.is_word(Some(at - 2), &["ref"]);
        if assigns && !is_known {
            let value = Expr::Unknown;
            self.program.assigns.push(Assign {
                name,
                span,
                key: None,
                value,
                is_global: false,
                is_perhaps: true,
            });
        }
    }

    /// A variable that a command sets by its name, as `-OutVariable` does, and a hash table that
    /// loses entries.
    fn named_variable(&mut self, at: usize) {
        let list = &self.tokens.list;
        let word = list.word(at).unwrap_or_default().to_ascii_lowercase();
        let next = Some(
            list.source(at + 1)
                .trim_matches(['\'', '"', '+'])
                .to_ascii_lowercase(),
        );
        let is_short = ["-ov", "-ev", "-wv", "-iv", "-pv"].contains(&word.as_str());
        let named =
            next.filter(|_| word.starts_with('-') && word.ends_with("variable") || is_short);
        let (name, key) = if let Some(name) = named {
            (name, None)
        } else if word.starts_with("variable") && self.is_drive(at) {
            ("*".to_owned(), None)
        } else if self.is_word(Some(at + 1), &[".remove", ".clear"]) {
            let Some(name) = list.get(at).and_then(Token::name) else {
                return;
            };
            (name.to_owned(), Some(String::new()))
        } else {
            return;
        };
        let span = self.span(at, at + 1);
        let value = Expr::Unknown;
        self.program.assigns.push(Assign {
            name,
            span,
            key,
            value,
            is_global: false,
            is_perhaps: true,
        });
    }

    /// `variable:name`, the variable as an item of a drive.
    fn is_drive(&self, at: usize) -> bool {
        let rest = self
            .tokens
            .list
            .get(at)
            .and_then(|t| self.tokens.list.text.get(t.span.start..));
        rest.and_then(|rest| rest.get(..9))
            .is_some_and(|start| start.eq_ignore_ascii_case("variable:"))
    }

    /// `$a, $b, $c = ...`
    fn ends_in_sign(&self, mut at: usize) -> bool {
        let list = &self.tokens.list;
        while list.is(at + 1, ',') && list.get(at + 2).is_some_and(|t| t.kind == Kind::Var) {
            at += 2;
        }
        list.is(at + 1, '=')
    }

    /// A hash table by itself as the argument of another command, or as another name: it may change
    /// there.
    fn escape(&mut self, at: usize) {
        let list = &self.tokens.list;
        let Some(name) = list.get(at).and_then(Token::name) else {
            return;
        };
        let is_path =
            list.is(at + 1, '[') || list.word(at + 1).is_some_and(|word| word.starts_with('.'));
        if self.tokens.is_splat(at) || is_path || list.is(at + 1, '=') || list.is(at + 1, '+') {
            return;
        }
        let is_start = |t: &Token| {
            matches!(
                t.kind,
                Kind::Newline | Kind::Sym('(' | '{' | ';' | '|' | '=')
            )
        };
        let first = (0..at)
            .rev()
            .find(|before| is_start(list.tokens[*before]))
            .map_or(0, |before| before + 1);
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

    fn call(&mut self, at: usize) {
        let list = &self.tokens.list;
        let Some(word) = list.word(at).map(str::to_ascii_lowercase) else {
            return;
        };
        if !self
            .program
            .functions
            .iter()
            .any(|function| function.name == word)
            || self.is_word(self.before(at), &["function"])
        {
            return;
        }
        let is_command = at == 0
            || list.get(at - 1).is_some_and(|t| {
                matches!(
                    t.kind,
                    Kind::Newline | Kind::Sym('{' | ';' | '(' | '|' | '=' | '&')
                )
            })
            || self.is_word(at.checked_sub(1), &["return"]);
        // A key of a hash table is no command.
        if !is_command || list.is(at + 1, '=') {
            if !list.is(at + 1, '=') {
                self.program.handed_on.insert(word);
            }
            return;
        }
        let (given, end) = self.tokens.arguments(at + 1);
        let (mut arguments, mut is_open) = (Vec::new(), false);
        for argument in given {
            match argument {
                Given::Named(name, value) => {
                    arguments.push(Argument {
                        name: Some(name),
                        value: value.unwrap_or(Expr::Unknown),
                    });
                }
                Given::Plain(value) => arguments.push(Argument { name: None, value }),
                Given::Splat(_) => is_open = true,
            }
        }
        // `-User` may be short for `-UserName`.
        let function = self
            .program
            .functions
            .iter()
            .find(|function| function.name == word);
        let is_param =
            |name: &str| function.is_some_and(|f| f.params.iter().any(|(param, _)| param == name));
        is_open |= arguments
            .iter()
            .any(|a| a.name.as_deref().is_some_and(|name| !is_param(name)));
        // From a pipe comes what is not looked for.
        is_open |= at > 0 && list.is(at - 1, '|');
        let span = self.span(at, end.max(at + 1) - 1);
        self.program.calls.push(Call {
            name: word,
            span,
            arguments,
            is_open,
        });
    }
}
