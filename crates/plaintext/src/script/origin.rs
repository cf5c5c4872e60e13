//! Where the name that a script asks by comes from: a library that is known, or something that may
//! be anything. A name alone proves nothing.

use super::file::ScriptFile;
use crate::proof::expr::{Argument, Expr};
use crate::token::{Kind, Token};

/// Modules of JavaScript that may be loaded for what they do to a file's names: nothing, or a
/// `fetch` that sends what it is given.
const HARMLESS: [&str; 9] = [
    "axios",
    "cross-fetch",
    "cross-fetch/polyfill",
    "dotenv/config",
    "isomorphic-fetch",
    "node-fetch",
    "reflect-metadata",
    "source-map-support/register",
    "undici",
];

/// Names by which JavaScript reaches what every file sees.
const GLOBALS: [&str; 4] = ["globalThis", "global", "window", "self"];

/// In tokens. Nobody writes a longer list of imports; a name behind it is of no known library.
const LONGEST: usize = 500;

/// A name that a file gets from a module.
pub(super) struct Import {
    name: String,
    /// The whole path, but its first part for `import a.b` of Python; empty where it is not known.
    module: String,
    /// The member of the module; `None` for the whole module.
    member: Option<String>,
    /// The first byte of the name, or of its assignment.
    at: usize,
}

impl Import {
    pub(super) fn is_from(&self, module: &str) -> bool {
        self.module == module
    }

    /// True if the name of a module is something else by this import, or is only known in the block
    /// that it is indented in.
    pub(super) fn gives_another(&self, module: &str, text: &str) -> bool {
        let before = text.get(..self.at).unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default();
        let is_whole = self.member.is_none() && self.module == module;
        self.name == module && !(is_whole && line.starts_with("import"))
    }
}

impl ScriptFile<'_> {
    /// The place from which on a name is one of a library, and stays so.
    pub(super) fn known_since(&self, name: &str, libraries: &[&str], at: usize) -> Option<usize> {
        let imports = self.imports();
        let mut mine = imports.iter().filter(|import| import.name == name);
        let last = mine.clone().map(|import| import.at).max()?;
        let is_known = mine.all(|import| self.is_of(import, libraries));
        (is_known && !self.has_another(name, &imports, at)).then_some(last)
    }

    /// True if a name is one of these libraries, or what the library calls by that name.
    fn is_of(&self, import: &Import, libraries: &[&str]) -> bool {
        let name = import.name.as_str();
        let is_part = match import.member.as_deref() {
            None | Some("default") => true,
            // In Python `from requests import requests` is no library.
            Some(member) => member == name && !(self.tokens.is_python && libraries.contains(&name)),
        };
        is_part && libraries.contains(&import.module.as_str())
    }

    /// True if a name means something else than its import somewhere.
    pub(super) fn has_another(&self, name: &str, imports: &[Import], at: usize) -> bool {
        let function = self.program.function_at(at);
        let is_param =
            function.is_some_and(|function| self.program.functions[function].has_param(name));
        let mut assigns = self.program.assigns.iter().filter(|a| a.name == name);
        is_param
            || self.program.functions.iter().any(|f| f.name == name)
            || self.tokens.list.tokens.windows(2).any(|pair| {
                self.text.get(pair[0].span.clone()) == Some("class")
                    && self.text.get(pair[1].span.clone()) == Some(name)
            })
            || self.program.escapes.iter().any(|(known, _)| known == name)
            || assigns
                .any(|a| a.key.is_some() || !imports.iter().any(|import| import.at == a.span.start))
    }

    /// True for the `fetch` of every file, which nothing here changes.
    pub(super) fn is_own_global(&self, name: &str, at: usize) -> bool {
        let globals_change = self.program.assigns.iter().any(|assign| {
            let key = assign.key.as_deref();
            GLOBALS.contains(&assign.name.as_str())
                && (key.is_none() || key == Some(name) || key == Some(""))
        });
        let globals_escape = self
            .program
            .escapes
            .iter()
            .any(|(known, _)| GLOBALS.contains(&known.as_str()));
        !self.imports().iter().any(|import| import.name == name)
            && !self.has_another(name, &[], at)
            && !globals_change
            && !globals_escape
    }

    pub(super) fn imports(&self) -> Vec<Import> {
        let statements = (0..self.tokens.list.tokens.len()).filter(|at| self.is_import(*at));
        let mut found: Vec<Import> = statements
            .flat_map(|at| {
                if self.tokens.is_python {
                    self.python_import(at)
                } else {
                    self.javascript_import(at)
                }
            })
            .collect();
        found.extend(self.program.assigns.iter().filter_map(|assign| {
            let (module, member) = required(&assign.value)?;
            Some(Import {
                name: assign.name.clone(),
                module,
                member,
                at: assign.span.start,
            })
        }));
        found
    }

    /// `import` as a word that begins a statement, or goes on behind `from module`.
    fn is_import(&self, at: usize) -> bool {
        let tokens = &self.tokens;
        tokens.is_word(at, &["import"])
            && !tokens.list.is(at + 1, '(')
            && !tokens.list.is(at + 1, '.')
            && (at == 0 || !tokens.list.is(at - 1, '.'))
    }

    /// The word that this one is imported as, and the place of that.
    fn renamed(&self, at: usize) -> (usize, usize) {
        if self.tokens.is_word(at + 1, &["as"]) {
            (at + 2, at + 3)
        } else {
            (at, at + 1)
        }
    }

    /// `import a, b as c`, `from a import b, c as d`.
    fn python_import(&self, at: usize) -> Vec<Import> {
        let list = &self.tokens.list;
        let from = (at.saturating_sub(20)..at)
            .rev()
            .take_while(|before| !list.ends_statement(*before))
            .find(|before| self.tokens.is_word(*before, &["from"]))
            .map(|from| {
                (from + 1..at)
                    .map(|part| list.source(part))
                    .collect::<String>()
            });
        let in_brackets = list.is(at + 1, '(');
        let mut next = if in_brackets { at + 2 } else { at + 1 };
        let mut found = Vec::new();
        while next < at + LONGEST
            && list.get(next).is_some_and(|t| !t.is(')'))
            && (in_brackets || !list.ends_statement(next))
        {
            let Some(word) = list.word(next) else {
                next += 1;
                continue;
            };
            let mut path = next;
            while list.is(path + 1, '.') && list.word(path + 2).is_some() {
                path += 2;
            }
            let (name, behind) = self.renamed(path);
            let (module, member) = match &from {
                Some(module) => (module.clone(), Some(word.to_owned())),
                None => (word.to_owned(), None),
            };
            let is_path_renamed = from.is_none() && path > next && name != path;
            let local = if name == path { next } else { name };
            found.push(Import {
                name: list.source(local).to_owned(),
                module: if is_path_renamed {
                    String::new()
                } else {
                    module
                },
                member,
                at: self.tokens.span(local, local).start,
            });
            next = behind;
        }
        found
    }

    /// `import a, { b as c } from 'module'`, `import * as a from 'module'`.
    fn javascript_import(&self, at: usize) -> Vec<Import> {
        let list = &self.tokens.list;
        let Some(from) = (at + 1..at + 60).find(|at| self.tokens.is_word(*at, &["from"])) else {
            return Vec::new();
        };
        let module = list.text_at(from + 1).unwrap_or_default();
        let mut found = Vec::new();
        let mut in_braces = false;
        let mut next = at + 1;
        while next < from {
            in_braces |= list.is(next, '{');
            let is_all = list.is(next, '*');
            let Some(word) = list.word(next).or_else(|| is_all.then_some("*")) else {
                next += 1;
                continue;
            };
            let (name, behind) = self.renamed(next);
            let member = match word {
                "*" => None,
                word if in_braces => Some(word.to_owned()),
                _ => Some("default".to_owned()),
            };
            found.push(Import {
                name: list.source(name).to_owned(),
                module: module.clone(),
                member,
                at: self.tokens.span(name, name).start,
            });
            next = behind;
        }
        found
    }

    /// True if every call of a constructor of that name is one of these libraries.
    pub(super) fn is_made_by(&self, maker: &str, libraries: &[&str], at: usize) -> Option<usize> {
        let list = &self.tokens.list;
        let calls = (0..list.tokens.len())
            .filter(|at| list.word(*at) == Some(maker) && list.is(at + 1, '('));
        let mut since = None;
        for call in calls {
            let mut root = call;
            while root >= 2 && list.is(root - 1, '.') && list.word(root - 2).is_some() {
                root -= 2;
            }
            let known = self.known_since(list.source(root), libraries, at)?;
            since = since.max(Some(known));
        }
        since
    }
}

/// The module that is loaded by `require('module')` or `await import('module')`, and which member
/// of it is taken.
fn required(value: &Expr) -> Option<(String, Option<String>)> {
    match value {
        Expr::Made(name, arguments) if name == "require" || name == "import" => {
            Some((module(arguments), None))
        }
        Expr::Member(base, member) => {
            let (module, of) = required(base)?;
            of.is_none().then(|| (module, Some(member.clone())))
        }
        _ => None,
    }
}

fn module(arguments: &[Argument]) -> String {
    match arguments {
        [
            Argument {
                value: Expr::Text(module),
                ..
            },
        ] => module.to_string(),
        _ => String::new(),
    }
}

/// The first place where JavaScript loads code that is not in the file: only for its effect, or
/// for a name as well.
pub(super) fn loads(file: &ScriptFile<'_>, only_for_its_effect: bool) -> Option<usize> {
    let first = (0..file.tokens.list.tokens.len()).find(|at| {
        file.load(*at).is_some_and(|load| match load {
            Load::ForItsEffect { is_known } => !is_known,
            Load::ForAName { is_local } => is_local && !only_for_its_effect,
        })
    })?;
    Some(file.tokens.span(first, first).start)
}

/// A statement of JavaScript that loads a module.
enum Load {
    /// The file takes nothing of the module.
    ForItsEffect { is_known: bool },
    /// The file uses a name of the module. `is_local`: the module is a file beside this one, or not
    /// known.
    ForAName { is_local: bool },
}

impl ScriptFile<'_> {
    fn load(&self, at: usize) -> Option<Load> {
        let tokens = &self.tokens;
        let list = &tokens.list;
        let is_call = tokens.is_word(at, &["require", "import"]) && list.is(at + 1, '(');
        let is_bare_import = list.get(at + 1).is_some_and(|t| t.kind == Kind::Str);
        let name = if is_call {
            at + 2
        } else if !self.is_import(at) {
            return None;
        } else if is_bare_import {
            at + 1
        } else {
            (at + 1..at + 60).find(|at| tokens.is_word(*at, &["from"]))? + 1
        };
        let begins_statement = at == 0
            || list
                .get(at - 1)
                .is_some_and(|t| matches!(t.kind, Kind::Newline | Kind::Sym(';' | '{' | '}')))
            || tokens.is_word(at - 1, &["await"]);
        // What is put together, or comes from a variable, is not known.
        let is_whole = !is_call || list.is(name + 1, ')');
        let module = list
            .get(name)
            .filter(|t| is_whole && t.kind == Kind::Str)
            .and_then(Token::literal);
        let module = module.as_ref().map(|text| text.as_str());
        if begins_statement && (is_call || is_bare_import) {
            let is_known =
                module.is_some_and(|name| name.starts_with("node:") || HARMLESS.contains(&name));
            return Some(Load::ForItsEffect { is_known });
        }
        let is_local =
            module.is_none_or(|path| path.starts_with(['.', '/']) || path.starts_with("file:"));
        Some(Load::ForAName { is_local })
    }
}
