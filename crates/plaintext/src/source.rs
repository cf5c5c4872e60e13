//! Which reader reads a file, and what it makes of it: tokens, bindings and strings, in code and in
//! comments.

use crate::bindings::Found;
use crate::powershell::Powershell;
use crate::proof::Script;
use crate::script::ScriptFile;
use crate::settings::dotenv::{self, Sections};
use crate::settings::{toml, yaml};
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

/// A text, with what its reader must know of the whole of it to read a part.
struct SourceReader<'t> {
    language: Language,
    text: &'t str,
    sections: Sections,
    /// True for a Secret of Kubernetes in JSON, which is YAML as well.
    is_secret: bool,
}

impl<'t> SourceReader<'t> {
    fn of(language: Language, text: &'t str) -> Self {
        Self {
            language,
            text,
            sections: if language == Language::DotEnv {
                Sections::of(text)
            } else {
                Sections::default()
            },
            is_secret: language == Language::Json && yaml::is_secret(text),
        }
    }

    fn lex(&self, range: Range<usize>) -> Tokens {
        let text = self.text;
        match self.language {
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

    /// What is in a part of the text, and the byte where the part stops being its language.
    fn found(&self, range: Range<usize>, tokens: &Tokens) -> (Found, Option<usize>) {
        let text = self.text;
        let found = match self.language {
            Language::Yaml => return yaml::read(text, range),
            Language::Toml => return toml::read(text, range),
            Language::Json if self.is_secret => yaml::read(text, range).0,
            Language::DotEnv => dotenv::read(text, range, &self.sections),
            Language::Batch => dotenv::read_batch(text, range),
            Language::PowerShell => powershell::read::read(&tokens.list, text),
            Language::Shell => shell::read::read(&tokens.list, text),
            Language::Python | Language::JavaScript | Language::Json => {
                script::read::read(&tokens.list, text, self.language)
            }
        };
        (found, tokens.broken)
    }

    fn comments(&self, tokens: &Tokens) -> Vec<Range<usize>> {
        match self.language {
            Language::DotEnv | Language::Yaml | Language::Toml => dotenv::comments(self.text),
            _ => {
                let comments = tokens.list.iter().filter(|t| t.kind == Kind::Comment);
                comments.map(|t| t.inner.clone()).collect()
            }
        }
    }
}

/// Reads a whole text.
pub(crate) fn read(language: Language, text: &str) -> Source {
    let reader = SourceReader::of(language, text);
    let tokens = reader.lex(0..text.len());
    let (live, broken) = reader.found(0..text.len(), &tokens);
    let mut commented = Found::default();
    for range in reader.comments(&tokens) {
        // Prose has apostrophes: what does not end inside of the comment is no string.
        let inside = reader.lex(range.clone());
        let (more, _) = reader.found(range, &inside);
        commented.bindings.extend(more.bindings);
        commented.literals.extend(more.literals);
    }
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
