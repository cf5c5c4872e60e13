//! The modules of a crate: what each file defines and which paths it names, and the files where a
//! path ends. Which imports are wrong is in `imports` and `circles`.

use super::tokens::{is_name, tokens};
use std::collections::BTreeMap;

/// The words before the name of an item.
const DEFINING: [&str; 9] = [
    "const", "enum", "fn", "mod", "static", "struct", "trait", "type", "union",
];

/// One file, without its tests.
#[derive(Default)]
pub(super) struct Module<'a> {
    pub(super) file: &'a str,
    /// The items, with the modules and macros that are inside of the file.
    defined: Vec<&'a str>,
    /// The modules that are files of their own.
    children: Vec<&'a str>,
    /// What `use` brings: the name in this file, and the path.
    imported: Vec<(&'a str, Vec<&'a str>)>,
    /// Every path: those of `use`, and those in code.
    pub(super) paths: Vec<Vec<&'a str>>,
}

impl<'a> Module<'a> {
    fn read(file: &'a str, tokens: &[&'a str]) -> Self {
        let mut module = Self {
            file,
            ..Self::default()
        };
        // True for a block that is a module.
        let mut blocks: Vec<bool> = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            let rest = &tokens[at..];
            match *rest {
                ["mod", child, ";", ..] => module.children.push(child),
                ["macro_rules", "!", name, ..] => module.defined.push(name),
                [word, name, ..] if blocks.is_empty() && DEFINING.contains(&word) => {
                    module.defined.push(name);
                }
                ["{", ..] => blocks.push(at >= 2 && tokens[at - 2] == "mod"),
                ["}", ..] => {
                    blocks.pop();
                }
                _ => {}
            }
            let inner = blocks.iter().filter(|is_module| **is_module).count();
            at += match *rest {
                ["use", next, ..] if next != "<" => module.read_use(rest, inner),
                [name, "::", ..] if is_name(name) => module.read_path(rest, inner),
                _ => 1,
            };
        }
        module
    }

    /// Reads a `use` up to its `;`, and says how many tokens that is.
    fn read_use(&mut self, tokens: &[&'a str], inner: usize) -> usize {
        // The path before each open group.
        let mut groups = vec![Vec::new()];
        let mut path = Vec::new();
        for (at, token) in tokens.iter().enumerate().skip(1) {
            match *token {
                "::" => {}
                "{" => groups.push(path.clone()),
                "," | "}" | ";" => {
                    if groups.last() != Some(&path) {
                        self.bring(&path, inner);
                    }
                    if *token == "}" {
                        groups.pop();
                    }
                    path = groups.last().cloned().unwrap_or_default();
                }
                name => path.push(name),
            }
            if *token == ";" {
                return at + 1;
            }
        }
        tokens.len()
    }

    /// One path of a `use`, as it is without its groups.
    fn bring(&mut self, path: &[&'a str], inner: usize) {
        let (name, path) = match *path {
            [ref path @ .., "as", name] => (name, path),
            [ref path @ .., "self"] => (path.last().copied().unwrap_or_default(), path),
            [.., name] => (name, path),
            [] => return,
        };
        let path = from_file(path, inner);
        self.imported.push((name, path.clone()));
        self.paths.push(path);
    }

    /// Reads a path in code, and says how many tokens it is.
    fn read_path(&mut self, tokens: &[&'a str], inner: usize) -> usize {
        let mut path = vec![tokens[0]];
        for pair in tokens[1..].chunks_exact(2) {
            if pair[0] != "::" || !is_name(pair[1]) {
                break;
            }
            path.push(pair[1]);
        }
        let length = 2 * path.len() - 1;
        self.paths.push(from_file(&path, inner));
        length
    }
}

/// A path that is written in a module inside of a file, as the file would write it.
fn from_file<'a>(path: &[&'a str], inner: usize) -> Vec<&'a str> {
    let supers = path.iter().take_while(|name| **name == "super").count();
    path[supers.min(inner)..].to_vec()
}

/// The module where a path starts, and the path from there.
pub(super) fn start<'p, 'a>(module: &str, path: &'p [&'a str]) -> (String, &'p [&'a str]) {
    let mut from = module.to_owned();
    let mut rest = path;
    while let [word, after @ ..] = rest {
        match *word {
            "crate" => from = String::from("crate"),
            "super" => from.truncate(from.rfind("::").unwrap_or(0)),
            "self" => {}
            _ => break,
        }
        rest = after;
    }
    (from, rest)
}

/// The tokens of files, by their paths.
pub(super) type Files = BTreeMap<String, Vec<String>>;

/// Reads files: path and text of each.
pub(super) fn read_files(files: impl IntoIterator<Item = (String, String)>) -> Files {
    let files = files.into_iter();
    files.map(|(file, text)| (file, tokens(&text))).collect()
}

/// The modules of a crate by their names: `crate::vault::file`.
#[derive(Default)]
pub(super) struct Modules<'a>(pub(super) BTreeMap<String, Module<'a>>);

impl<'a> Modules<'a> {
    /// The modules of the crate that begins with this file.
    pub(super) fn read(files: &'a Files, root: &'a str) -> Self {
        let mut modules = Self::default();
        modules.add(files, "crate".to_owned(), root);
        modules
    }

    fn add(&mut self, files: &'a Files, name: String, file: &'a str) {
        let tokens: Vec<&str> = files[file].iter().map(String::as_str).collect();
        let module = Module::read(file, &tokens);
        let dir = ["/lib.rs", "/main.rs", "/mod.rs", ".rs"]
            .into_iter()
            .find_map(|end| file.strip_suffix(end))
            .unwrap_or(file);
        for child in &module.children {
            let (child_file, _) = ["", "/mod"]
                .into_iter()
                .find_map(|end| files.get_key_value(&format!("{dir}/{child}{end}.rs")))
                .unwrap_or_else(|| panic!("`mod {child}` in {file} has no file"));
            self.add(files, format!("{name}::{child}"), child_file);
        }
        self.0.insert(name, module);
    }

    /// The files that define what a path names: none if it names a module, `None` if it is of
    /// another crate. A name that nothing defines is made by a macro, or comes from another crate:
    /// it counts as defined where the search for it ends.
    pub(super) fn files_of(&self, module: &str, path: &[&str]) -> Option<Vec<&'a str>> {
        let (from, rest) = start(module, path);
        let here = self.0.get(&from)?;
        let Some((name, after)) = rest.split_first() else {
            return Some(Vec::new());
        };
        let is_defined = here.defined.contains(name);
        let is_item = is_defined || here.imported.iter().any(|(known, _)| known == name);
        let child = format!("{from}::{name}");
        // A module may have the name of an item. What follows decides which one it is.
        if self.0.contains_key(&child) && !(is_item && after.is_empty()) {
            return self.files_of(&child, &[&["self"], after].concat());
        }
        let is_ours = is_defined || rest.len() < path.len();
        let own = is_ours.then(|| vec![here.file]);
        if is_defined {
            return own;
        }
        self.imported_from(&from, name, after).or(own)
    }

    /// The files that define an item, or what is in it, that a module imports. A `cfg` may import
    /// one name from several.
    fn imported_from(&self, module: &str, name: &str, after: &[&str]) -> Option<Vec<&'a str>> {
        let mut found = None;
        for (known, path) in &self.0[module].imported {
            // `use uuid::uuid` is of another crate, if `uuid` is no module here.
            let is_other = path[0] == name && !self.0.contains_key(&format!("{module}::{name}"));
            if *known == name && !is_other {
                let files = self.files_of(module, &[path, after].concat());
                found = [found, files]
                    .into_iter()
                    .flatten()
                    .reduce(|one, other| [one, other].concat());
            }
        }
        found
    }
}

/// Made-up files, for the controls of the rules.
pub(super) fn made_up(files: &[(&str, &str)]) -> Files {
    let owned = |(file, text): &(&str, &str)| ((*file).to_owned(), (*text).to_owned());
    read_files(files.iter().map(owned))
}
