//! A script of Python or JavaScript as the proof sees it: what is assigned where, and who calls
//! whom.

mod assign;

use super::blocks::{self, Blocks};
use super::expr::ScriptTokens;
use super::restart;
use super::targets;
use crate::proof::expr::Expr;
use crate::proof::program::{Assign, Call, Program};
use crate::token::{Kind, Token};
use std::collections::BTreeSet;
use std::ops::Range;

/// Methods that set one entry of what their object holds.
const SETTERS: [&str; 3] = ["append", "set", "setdefault"];

/// Methods that change it in another way.
const CHANGERS: [&str; 6] = ["update", "pop", "delete", "clear", "assign", "popitem"];

/// Methods that only read what their object holds.
const READERS: [&str; 14] = [
    "get",
    "items",
    "keys",
    "values",
    "copy",
    "toString",
    "encode",
    "entries",
    "has",
    "getAll",
    "forEach",
    "hasOwnProperty",
    "join",
    "map",
];

/// Calls that change nothing of what they are handed.
const HARMLESS: [&str; 16] = [
    "post",
    "request",
    "fetch",
    "axios",
    "get",
    "URLSearchParams",
    "urlencode",
    "stringify",
    "dict",
    "ConfidentialClientApplication",
    "PublicClientApplication",
    "acquire_token_by_username_password",
    "acquireTokenByUsernamePassword",
    "print",
    "log",
    "quote",
];

/// Calls of Python that run code of a text or of a module by its name, or hand out the variables.
const RUNS_OTHER_CODE: [&str; 6] = [
    "exec",
    "eval",
    "globals",
    "locals",
    "import_module",
    "__import__",
];

/// Signs that end in `=` and assign nothing.
const COMPARE: [&str; 7] = ["===", "!==", "==", "!=", "<=", ">=", "=>"];

pub(crate) fn read(tokens: &ScriptTokens<'_>) -> Program {
    let blocks = blocks::read(tokens);
    let mut reader = ScriptReader {
        tokens,
        program: Program::default(),
        declared: BTreeSet::new(),
        blocks,
    };
    reader.program.blocks = std::mem::take(&mut reader.blocks.list);
    reader.program.functions = std::mem::take(&mut reader.blocks.functions);
    reader.program.handed_on = std::mem::take(&mut reader.blocks.exported);
    if reader.program.is_too_long() {
        return Program::unread();
    }
    for at in 0..tokens.list.tokens.len() {
        reader.assignment(at);
    }
    // A function may change what the file assigns below it.
    for at in 0..tokens.list.tokens.len() {
        reader.change(at);
        reader.escape(at);
        reader.call(at);
    }
    reader.program.assigns.sort_by_key(|a| a.span.start);
    reader.settle();
    reader.program.restarts = restart::restarts(tokens);
    reader.program
}

struct ScriptReader<'t> {
    tokens: &'t ScriptTokens<'t>,
    program: Program,
    blocks: Blocks,
    /// Functions with the names that are theirs in JavaScript, or that are the whole file's in
    /// Python.
    declared: BTreeSet<(usize, String)>,
}

impl ScriptReader<'_> {
    fn is(&self, at: usize, sign: char) -> bool {
        self.tokens.list.is(at, sign)
    }

    pub(super) fn add(&mut self, name: &str, span: Range<usize>, key: Option<String>, value: Expr) {
        let name = name.to_owned();
        self.program.assigns.push(Assign {
            name,
            span,
            key,
            value,
            is_global: false,
            is_perhaps: false,
        });
    }

    fn perhaps(&mut self, name: &str, at: usize) {
        self.add(name, self.tokens.span(at, at), None, Expr::Unknown);
        if let Some(last) = self.program.assigns.last_mut() {
            last.is_perhaps = true;
        }
    }

    /// Whatever gives a name a value at this token.
    fn assignment(&mut self, at: usize) {
        let list = &self.tokens.list;
        if self.blocks.params.iter().any(|range| range.contains(&at)) {
            return;
        }
        for name in targets::unknown(self.tokens, at) {
            self.perhaps(list.source(name), name);
        }
        let source = list.source(at);
        if list.get(at).is_some_and(|t| t.kind == Kind::Sym('\0'))
            && source.ends_with('=')
            && !COMPARE.contains(&source)
        {
            self.changed(at);
        } else if self.is(at, '=') && at > 0 {
            self.sign(at);
        } else if self.tokens.is_python && self.tokens.is_word(at, &["as"]) {
            if let Some(name) = list.word(at + 1) {
                self.perhaps(name, at + 1);
            }
        } else if self.tokens.is_python && self.tokens.is_word(at, &["global", "nonlocal"]) {
            self.global(at);
        } else if self.tokens.is_word(at, &RUNS_OTHER_CODE) && self.is(at + 1, '(')
            || self.tokens.is_word(at, &["import"]) && self.is(at + 1, '*') && self.tokens.is_python
        {
            let span = self.tokens.span(at, at);
            self.program.loads.push(span.start);
            self.add("*", span, None, Expr::Unknown);
        }
    }

    /// `name += value`, `name.member ||= value`, `name["key"] *= value`.
    fn changed(&mut self, sign: usize) {
        let list = &self.tokens.list;
        let Some(mut root) = sign.checked_sub(1) else {
            return;
        };
        let mut is_part = false;
        loop {
            let opener = self.tokens.brackets.opener(root);
            if self.is(root, ']')
                && let Some(open) = opener.filter(|open| *open > 0)
            {
                (root, is_part) = (open - 1, true);
            } else if root >= 2 && self.is(root - 1, '.') && list.word(root).is_some() {
                (root, is_part) = (root - 2, true);
            } else {
                break;
            }
        }
        let Some(name) = list.word(root).map(str::to_owned) else {
            return;
        };
        let key = is_part.then(String::new);
        self.add(&name, self.tokens.span(root, sign), key, Expr::Unknown);
        if let Some(last) = self.program.assigns.last_mut() {
            last.is_perhaps = !is_part;
        }
    }

    fn global(&mut self, at: usize) {
        let Some(function) = self.program.function_at(self.tokens.span(at, at).start) else {
            return;
        };
        let mut name = at + 1;
        while let Some(word) = self.tokens.list.word(name) {
            self.declared.insert((function, word.to_owned()));
            name += if self.is(name + 1, ',') { 2 } else { return };
        }
    }

    /// `name.member = value`, `name["key"] = value`; what changes behind a longer path is not
    /// known.
    fn member(&mut self, behind_name: usize, key: String, value: Expr, last: usize) {
        let Some(mut root) = behind_name.checked_sub(1) else {
            return;
        };
        let is_direct =
            !(root >= 1 && self.is(root - 1, '.')) && self.tokens.list.word(root).is_some();
        while root >= 2 && self.is(root - 1, '.') {
            root -= 2;
        }
        let Some(name) = self.tokens.list.word(root).map(str::to_owned) else {
            return;
        };
        let key = if is_direct { key } else { String::new() };
        self.add(&name, self.tokens.span(root, last), Some(key), value);
    }

    /// `name.append("key", value)`, and methods that change more.
    fn change(&mut self, at: usize) {
        let is_method = at >= 2 && self.is(at - 1, '.') && self.is(at + 1, '(');
        if !is_method {
            return;
        }
        let sets = self.tokens.is_word(at, &SETTERS);
        let changes = sets || self.tokens.is_word(at, &CHANGERS);
        // A method that is not known may change what a dictionary holds.
        if !changes && (self.tokens.is_word(at, &READERS) || !self.is_table(at - 2)) {
            return;
        }
        let last = self.tokens.brackets.closing(at + 1).unwrap_or(at + 1);
        let arguments = self.tokens.arguments(at + 1, 0).unwrap_or_default();
        let key = match arguments.first().map(|a| &a.value) {
            Some(Expr::Text(key)) if sets && arguments.len() == 2 => key.to_string(),
            _ => String::new(),
        };
        let entries = match arguments.first().map(|a| &a.value) {
            Some(Expr::Map(entries))
                if self.tokens.is_word(at, &["update"]) && arguments.len() == 1 =>
            {
                entries.clone()
            }
            _ => vec![(
                key,
                arguments.get(1).map_or(Expr::Unknown, |a| a.value.clone()),
            )],
        };
        for (key, value) in entries {
            self.member(at - 1, key, value, last);
        }
    }

    /// True if the name at this token holds a dictionary somewhere, or a form.
    fn is_table(&self, name: usize) -> bool {
        let word = self.tokens.list.word(name);
        let mut assigns = self.program.assigns.iter();
        assigns.any(|a| {
            Some(a.name.as_str()) == word && a.key.is_none() && matches!(a.value, Expr::Map(_))
        })
    }

    /// A name alone, in the brackets of a call or as a value of another name: what it holds may
    /// change there.
    fn escape(&mut self, at: usize) {
        let list = &self.tokens.list;
        let Some(word) = list.word(at) else { return };
        let is_path = at > 0 && self.is(at - 1, '.') && !(at > 1 && self.is(at - 2, '.'))
            || self.is(at + 1, '.')
            || self.is(at + 1, '[')
            || self.is(at + 1, '(');
        // `first = second = value`: both are names of one value.
        let is_assigned = self.is(at + 1, '=') && !(at > 0 && self.is(at - 1, '='));
        if is_path
            || is_assigned
            || self.is(at + 1, ':')
            || self.blocks.params.iter().any(|range| range.contains(&at))
        {
            return;
        }
        let mut opener = self.tokens.brackets.opener(at);
        let by_itself = opener.is_none_or(|open| self.is(open, '{') && !self.is_object(open));
        let is_alias = by_itself
            && at > 0
            && (self.is(at - 1, '=') || self.tokens.is_word(at - 1, &["return"]));
        let in_call = opener.is_some_and(|open| self.is(open, '(') || self.is(open, '['));
        // Nobody writes deeper nesting.
        for _ in 0..20 {
            let Some(open) = opener else { break };
            if self.is(open, '(') && open > 0 && self.tokens.is_word(open - 1, &HARMLESS) {
                return;
            }
            opener = self.tokens.brackets.opener(open);
        }
        if is_alias || in_call {
            self.program
                .escapes
                .push((word.to_owned(), self.tokens.span(at, at).start));
        }
    }

    /// True if a brace of JavaScript opens an object.
    fn is_object(&self, open: usize) -> bool {
        open > 0
            && (self.is(open - 1, '=')
                || self.is(open - 1, '(')
                || self.is(open - 1, ',')
                || self.is(open - 1, ':'))
    }

    /// Functions in the code of a string: what they are called with is not looked for.
    fn calls_in_string(&mut self, string: &Token) {
        for name in string.uses() {
            if self.is_function(name) {
                self.program.calls.push(Call {
                    name: name.to_owned(),
                    span: string.span.clone(),
                    arguments: Vec::new(),
                    is_open: true,
                });
            }
        }
    }

    fn is_function(&self, name: &str) -> bool {
        let mut functions = self.program.functions.iter();
        functions.any(|function| function.name == name)
    }

    fn call(&mut self, at: usize) {
        let list = &self.tokens.list;
        if let Some(string) = list.get(at).filter(|t| t.kind == Kind::Str) {
            return self.calls_in_string(string);
        }
        let Some(word) = list.word(at).map(str::to_owned) else {
            return;
        };
        if self.blocks.names.contains(&at) || !self.is_function(&word) {
            return;
        }
        if self.is(at + 1, '(') {
            let last = self.tokens.brackets.closing(at + 1).unwrap_or(at + 1);
            let mut first = at;
            while first >= 2 && self.is(first - 1, '.') && list.word(first - 2).is_some() {
                first -= 2;
            }
            let arguments = self.tokens.arguments(at + 1, 0);
            let is_open = arguments.is_none();
            let span = self.tokens.span(first, last);
            self.program.calls.push(Call {
                name: word,
                span,
                arguments: arguments.unwrap_or_default(),
                is_open,
            });
        } else {
            let is_name = self.is(at + 1, '=') || self.is(at + 1, ':');
            if !is_name {
                self.program.handed_on.insert(word);
            }
        }
    }

    /// Which assignments in functions are to variables of the whole file.
    fn settle(&mut self) {
        let program = &self.program;
        let own = program.own_variables();
        let functions: Vec<Option<(usize, bool)>> = program
            .assigns
            .iter()
            .map(|a| {
                let function = program.function_at(a.span.start)?;
                Some((function, own.contains(&(function, a.name.as_str()))))
            })
            .collect();
        for (assign, function) in self.program.assigns.iter_mut().zip(functions) {
            let Some((function, is_own)) = function else {
                continue;
            };
            let is_param = self.program.functions[function].has_param(&assign.name);
            let is_declared = self.declared.contains(&(function, assign.name.clone()));
            assign.is_global = match (self.tokens.is_python, assign.key.is_some()) {
                (true, false) => is_declared,
                (true, true) => is_declared || !is_own,
                (false, _) => !is_declared && !is_param && assign.name != "*",
            };
        }
    }
}
