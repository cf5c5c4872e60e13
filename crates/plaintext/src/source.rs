//! Which reader reads a file, and what it makes of it: tokens, bindings and strings, in code and in
//! comments.

use crate::bindings::Found;
use crate::powershell::Powershell;
use crate::proof::Script;
use crate::script::ScriptFile;
use crate::settings::{dotenv, toml, yaml};
use crate::shell::Shell;
use crate::token::{Kind, Token, Tokens};
use crate::{Language, powershell, script, shell};
use std::ops::Range;

/// A file as its reader sees it.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) language: Language,
    pub(crate) tokens: Vec<Token>,
    pub(crate) live: Found,
    /// What is in comments: reported, never used.
    pub(crate) commented: Found,
    pub(crate) broken: Option<usize>,
}

fn lex(language: Language, text: &str, range: Range<usize>) -> Tokens {
    match language {
        Language::PowerShell => powershell::lex::lex(text, range),
        Language::DotEnv | Language::Yaml | Language::Toml => Tokens::default(),
        Language::Shell => shell::lex::lex(text, range),
        Language::Batch => dotenv::comments_of_batch(text, range),
        Language::Python => script::lex::lex(text, range, script::lex::Dialect::Python),
        Language::JavaScript | Language::Json => {
            script::lex::lex(text, range, script::lex::Dialect::JavaScript)
        }
    }
}

fn found(language: Language, text: &str, range: Range<usize>, tokens: &[Token]) -> Found {
    match language {
        Language::PowerShell => powershell::read::read(tokens, text),
        Language::DotEnv => dotenv::read(text, range, dotenv::Dialect::DotEnv),
        Language::Batch => dotenv::read(text, range, dotenv::Dialect::Batch),
        Language::Shell => shell::read::read(tokens, text),
        Language::Json if yaml::is_secret(text) => yaml::read(text, range).0,
        Language::Python | Language::JavaScript | Language::Json => {
            script::read::read(tokens, text, language)
        }
        Language::Yaml => yaml::read(text, range).0,
        Language::Toml => toml::read(text, range).0,
    }
}

/// Reads a whole text.
pub(crate) fn read(language: Language, text: &str) -> Source {
    let whole = 0..text.len();
    let tokens = lex(language, text, whole.clone());
    let live = found(language, text, whole.clone(), &tokens.list);
    let comments = match language {
        Language::DotEnv | Language::Yaml | Language::Toml => dotenv::comments(text),
        _ => tokens
            .list
            .iter()
            .filter(|t| t.kind == Kind::Comment)
            .map(|t| t.inner.clone())
            .collect(),
    };
    let mut commented = Found::default();
    for range in comments {
        let inside = lex(language, text, range.clone());
        // Prose has apostrophes: what does not end inside of the comment is no string.
        let more = found(language, text, range.clone(), &inside.list);
        commented.bindings.extend(more.bindings);
        commented.literals.extend(more.literals);
    }
    let broken = match language {
        Language::Yaml => yaml::read(text, whole).1,
        Language::Toml => toml::read(text, whole).1,
        _ => tokens.broken,
    };
    Source {
        language,
        tokens: tokens.list,
        live,
        commented,
        broken,
    }
}

/// Calls `then` with a script as its language reads it; `None` for settings.
pub(crate) fn with_script<T>(
    language: Language,
    text: &str,
    tokens: &[Token],
    then: impl FnOnce(&dyn Script) -> T,
) -> Option<T> {
    match language {
        Language::PowerShell => Some(then(&Powershell::of(text, tokens))),
        Language::Shell => Some(then(&Shell::of(text, tokens))),
        Language::Python => Some(then(&ScriptFile::of(text, tokens, true))),
        Language::JavaScript => Some(then(&ScriptFile::of(text, tokens, false))),
        _ => None,
    }
}
