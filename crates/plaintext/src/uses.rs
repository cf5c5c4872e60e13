//! What an edited file still does with a value that is empty now, which code outside of it may, and
//! where it asks for a token in a way that no reader knows.

use crate::Language;
use crate::edited::Left;
use crate::lines::Lines;
use crate::list::has_word;
use crate::proof::expr::Expr;
use crate::proof::program::Program;
use crate::proof::prove::Why;
use crate::shell::read::assignment;
use crate::source::{Source, with_script};
use crate::token::{Kind, Token};
use std::collections::BTreeSet;
use std::ops::Range;

/// Texts that show a token request which no reader knows.
const ASKING: [&str; 6] = [
    "grant_type",
    "/oauth2/v2.0/token",
    "/oauth2/token",
    "acquire_token_by",
    "acquireTokenBy",
    "UsernamePasswordCredential",
];

/// The first place of a file that asks for a token in a way that no reader knows.
pub(crate) fn asking(language: Language, again: &Source, new: &str) -> Option<Left> {
    let is_scripted = language.is_script() || matches!(language, Language::Batch | Language::Yaml);
    let comments: Vec<&Range<usize>> = again
        .tokens
        .iter()
        .filter(|t| t.kind == Kind::Comment)
        .map(|t| &t.span)
        .collect();
    let first = ASKING
        .iter()
        .filter_map(|word| {
            let mut places = new.match_indices(word).map(|(at, _)| at);
            places.find(|at| !comments.iter().any(|range| range.contains(at)))
        })
        .min();
    let line = match first {
        Some(at) if is_scripted => Lines::of(new).line(at),
        // It asks with the help of something else, in a line that is not known.
        _ if language.is_script() && does_something(again, new) => 0,
        _ => return None,
    };
    Some(Left {
        line,
        why: Why::Shape(None),
    })
}

/// True if a script does more than give values to names.
fn does_something(source: &Source, text: &str) -> bool {
    let list: Vec<&Token> = source
        .tokens
        .iter()
        .filter(|t| t.kind != Kind::Comment)
        .collect();
    list.iter()
        .enumerate()
        .any(|(at, token)| match source.language {
            Language::PowerShell => {
                let is_named = list.get(at + 1).is_some_and(|next| next.is('='));
                token.is('|') || token.kind == Kind::Word && !is_named
            }
            Language::Shell => {
                let word = token.word(text).unwrap_or("export");
                assignment(token, text).is_none() && word != "export"
            }
            _ => token.is('('),
        })
}

/// True if a shell script exports a variable apart from its assignment, which begins at this byte.
pub(crate) fn is_exported_apart(text: &str, name: &str, assigned_at: usize) -> bool {
    let mut at = 0;
    text.split_inclusive('\n').any(|line| {
        let is_before = at < assigned_at;
        at += line.len();
        let command = line.trim_start();
        let all = ["set -a", "set -o allexport"]
            .iter()
            .any(|set| command.starts_with(set));
        let exports = ["export ", "declare -x ", "typeset -x "]
            .iter()
            .any(|export| command.starts_with(export));
        all && is_before || exports && has_word(command, name)
    })
}

/// Lines with an alias of YAML whose anchor is before one of these places of the old text.
pub(crate) fn aliases(old: &str, emptied: impl Iterator<Item = usize>, new: &str) -> Vec<usize> {
    let anchors: Vec<String> = emptied
        .filter_map(|at| {
            let before = old.get(..at)?.trim_end();
            let anchor = before
                .rsplit(char::is_whitespace)
                .next()?
                .strip_prefix('&')?;
            Some(format!("*{anchor}"))
        })
        .collect();
    let lines = new.lines().zip(1..);
    let users = lines.filter(|(line, _)| {
        line.split(|c: char| c.is_whitespace() || "[]{},".contains(c))
            .any(|word| anchors.iter().any(|alias| alias == word))
    });
    users.map(|(_, number)| number).collect()
}

/// Lines that use a value which is empty now; the assignment of the empty value itself is no use of
/// it.
pub(crate) fn orphans(again: &Source, new: &str, emptied: &BTreeSet<&str>) -> Vec<usize> {
    if emptied.is_empty() {
        return Vec::new();
    }
    let numbers = Lines::of(new);
    // What gets the empty value does not use it.
    let bindings = again.live.bindings.iter();
    let targets: BTreeSet<usize> = bindings
        .filter(|b| b.is_variable && emptied.contains(b.name.as_str()))
        .filter_map(|b| {
            let mut before = again.tokens.iter().rev();
            before
                .find(|t| t.span.end <= b.value.span.start && names(t, new, &b.name))
                .map(|t| t.span.start)
        })
        .collect();
    let own = with_script(again.language, new, &again.tokens, |script| {
        let tokens = again.tokens.iter().filter(|t| {
            emptied
                .iter()
                .any(|name| is_parameter(script.program(), t.span.start, name))
        });
        tokens.map(|t| t.span.start).collect::<BTreeSet<usize>>()
    });
    let own = own.unwrap_or_default();
    let users = again.tokens.iter().filter(|t| {
        let is_used = emptied.iter().any(|name| names(t, new, name));
        is_used
            && !(own.contains(&t.span.start) || targets.contains(&t.span.start))
            && !gets_value(new, t.span.end)
    });
    let lines: BTreeSet<usize> = users.map(|t| numbers.line(t.span.start)).collect();
    let plain = plain_lines(again.language, new, emptied);
    lines.into_iter().chain(plain).collect()
}

/// True if a token is that name, or uses it as a variable.
fn names(token: &Token, text: &str, name: &str) -> bool {
    token
        .uses()
        .chain(token.word(text))
        .any(|used| used == name)
}

/// True for another variable of that name: a parameter of the function that a place is in, but for
/// one whose own value went with the secret.
fn is_parameter(program: &Program, at: usize, name: &str) -> bool {
    let Some(index) = program.function_at(at) else {
        return false;
    };
    program.functions[index]
        .params
        .iter()
        .any(|(param, value)| {
            param == name && !matches!(value, Some(Expr::Text(text)) if text.is_empty())
        })
}

/// True if what ends here is the target of an assignment.
fn gets_value(text: &str, end: usize) -> bool {
    let behind = text.get(end..).unwrap_or_default().trim_start_matches(' ');
    behind.starts_with('=') && !behind.starts_with("==")
}

/// Lines that read one of these variables, in files whose reader does not see that: command
/// scripts, and pipelines in YAML.
pub(crate) fn plain_lines(language: Language, new: &str, emptied: &BTreeSet<&str>) -> Vec<usize> {
    let marks: &[(&str, &str)] = match language {
        Language::Batch => &[("%", "%"), ("!", "!")],
        Language::DotEnv => &[("$", ""), ("${", "}")],
        Language::Yaml => &[("$", ""), ("${", "}"), ("env.", "")],
        _ => return Vec::new(),
    };
    let references: Vec<String> = emptied
        .iter()
        .flat_map(|name| {
            marks
                .iter()
                .map(move |(open, close)| format!("{open}{name}{close}"))
        })
        .collect();
    let mut found = Vec::new();
    for (index, line) in new.lines().enumerate() {
        let line = if language == Language::Batch {
            line.to_ascii_lowercase()
        } else {
            line.to_owned()
        };
        if references.iter().any(|reference| line.contains(reference)) {
            found.push(index + 1);
        }
    }
    found
}
