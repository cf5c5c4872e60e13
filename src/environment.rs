//! The environment as a value: a snapshot that `main` takes. Nothing else reads the environment of
//! the process. A leaf: it knows no operating system.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::PathBuf;

/// ropc's own variables that name a file or a directory.
pub(crate) const PATH_VARIABLES: [&str; 4] = [
    "ROPC_CONFIG_DIR",
    "ROPC_CACHE_DIR",
    "ROPC_STATE_DIR",
    "ROPC_KEY_FILE",
];

/// The environment as a value.
#[derive(Clone)]
pub struct Environment {
    vars: Vec<(OsString, OsString)>,
    /// Whether two names mean one variable, by the rule of the operating system.
    same_name: fn(&OsStr, &OsStr) -> bool,
}

impl Default for Environment {
    /// No variables; names are case-sensitive.
    fn default() -> Self {
        Self {
            vars: Vec::new(),
            same_name: |a, b| a == b,
        }
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Environment({} variables)", self.vars.len())
    }
}

impl Environment {
    /// Takes the snapshot; called once, by `main`. `same_name` says whether two names mean one
    /// variable.
    pub fn from_process(same_name: fn(&OsStr, &OsStr) -> bool) -> Self {
        Self {
            vars: std::env::vars_os().collect(),
            same_name,
        }
    }

    /// An environment of these pairs, for tests; names are case-sensitive.
    pub fn from_pairs<'p>(pairs: impl IntoIterator<Item = (&'p str, &'p str)>) -> Self {
        Self {
            vars: pairs
                .into_iter()
                .map(|(k, v)| (k.into(), v.into()))
                .collect(),
            ..Self::default()
        }
    }

    /// The value of a variable; an empty one counts as not set.
    pub fn get(&self, name: &str) -> Option<&OsStr> {
        self.even_empty(name).filter(|v| !v.is_empty())
    }

    /// The same, but an empty value counts: for programs and libraries that treat it as set.
    pub fn even_empty(&self, name: &str) -> Option<&OsStr> {
        let (_, value) = self
            .vars
            .iter()
            .find(|(key, _)| (self.same_name)(key, OsStr::new(name)))?;
        Some(value.as_os_str())
    }

    /// The value of a variable as text, if it is valid Unicode.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(OsStr::to_str)
    }

    /// True for `1`, `true`, `yes`, `on` (any case); false for anything else.
    pub fn flag(&self, name: &str) -> bool {
        self.text(name)
            .is_some_and(|v| matches!(v.to_ascii_lowercase().as_str(), "1" | "true" | "yes" | "on"))
    }

    /// An absolute path from a variable. Relative ones are ignored, as the XDG specification asks.
    pub fn path(&self, name: &str) -> Option<PathBuf> {
        self.get(name)
            .map(PathBuf::from)
            .filter(|p| p.is_absolute())
    }

    /// All variables, for the child's plan.
    pub fn iter(&self) -> impl Iterator<Item = (&OsStr, &OsStr)> {
        self.vars
            .iter()
            .map(|(k, v)| (k.as_os_str(), v.as_os_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_means_unset() {
        let env = Environment::from_pairs([("A", ""), ("B", "x"), ("REL", "not/absolute")]);
        assert!(env.get("A").is_none());
        assert_eq!(env.text("B"), Some("x"));
        assert!(env.path("REL").is_none());
    }

    #[test]
    fn names_are_the_same_by_the_rule_that_is_given() {
        let mut env = Environment::from_pairs([("Path", "x")]);
        assert_eq!((env.text("Path"), env.text("PATH")), (Some("x"), None));
        env.same_name = |a, b| a.eq_ignore_ascii_case(b);
        assert_eq!(env.text("PATH"), Some("x"));
    }
}
