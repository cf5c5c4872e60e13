//! What an edited file still does with a value that is empty now, and where it still asks for a
//! token in a way that no reader knows.

use crate::Language;
use crate::edited::Left;
use crate::lines::Lines;
use crate::proof::expr::Expr;
use crate::proof::prove::Why;
use crate::source::{Source, with_script};
use crate::token::{Kind, Token};
use std::collections::BTreeSet;
use std::ops::Range;

/// Names of what asks for a token, by which a request is seen that no reader knows.
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
    let live = |at: &usize| !comments.iter().any(|range| range.contains(at));
    let first = ASKING
        .iter()
        .filter_map(|word| new.match_indices(word).map(|(at, _)| at).find(live))
        .min();
    let line = first
        .filter(|_| is_scripted)
        .map(|at| Lines::of(new).line(at));
    match line {
        Some(line) => Some(Left {
            line,
            why: Why::Shape(None),
        }),
        // It asks with the help of something else: which line that is, nobody can say.
        None => language.is_script().then_some(Left {
            line: 0,
            why: Why::Shape(None),
        }),
    }
}

/// Lines that use a value which is empty now; the assignment of the empty value itself is no use of
/// it.
pub(crate) fn orphans(again: &Source, new: &str, emptied: &BTreeSet<&str>) -> Vec<usize> {
    if emptied.is_empty() {
        return Vec::new();
    }
    let numbers = Lines::of(new);
    // What gets the empty value does not use it.
    let named = |token: &Token, name: &str| {
        let word = if token.kind == Kind::Word {
            new.get(token.span.clone())
        } else {
            None
        };
        token.uses().chain(word).any(|used| used == name)
    };
    let bindings = again.live.bindings.iter();
    let targets: BTreeSet<usize> = bindings
        .filter(|b| b.is_variable && emptied.contains(b.name.as_str()))
        .filter_map(|b| {
            let mut before = again.tokens.iter().rev();
            before
                .find(|t| t.span.end <= b.value.span.start && named(t, &b.name))
                .map(|t| t.span.start)
        })
        .collect();
    let plain = plain_lines(again.language, new, emptied);
    // A parameter of that name is another variable, and what gets a value uses none.
    let own = with_script(again.language, new, &again.tokens, |script| {
        let program = script.program();
        let is_own = |at: usize, name: &str| {
            let function = program
                .function_at(at)
                .map(|index| &program.functions[index]);
            // One whose own value went with the secret is meant.
            let is_emptied =
                |value: &Option<Expr>| matches!(value, Some(Expr::Text(text)) if text.is_empty());
            function.is_some_and(|f| {
                let mut params = f.params.iter();
                params.any(|(param, value)| param == name && !is_emptied(value))
            })
        };
        let tokens = again
            .tokens
            .iter()
            .filter(|t| emptied.iter().any(|name| is_own(t.span.start, name)));
        tokens.map(|t| t.span.start).collect::<BTreeSet<usize>>()
    });
    let own = own.unwrap_or_default();
    let is_target = |end: usize| {
        let behind = new.get(end..).unwrap_or_default().trim_start_matches(' ');
        behind.starts_with('=') && !behind.starts_with("==")
    };
    let users = again.tokens.iter().filter(|t| {
        let is_used = emptied.iter().any(|name| named(t, name));
        is_used
            && !(own.contains(&t.span.start) || targets.contains(&t.span.start))
            && !is_target(t.span.end)
    });
    let lines: BTreeSet<usize> = users.map(|t| numbers.line(t.span.start)).collect();
    lines.into_iter().chain(plain).collect()
}

/// Lines that read one of these variables, of files of which no reader sees that: command scripts,
/// and pipelines in YAML.
pub(crate) fn plain_lines(language: Language, new: &str, emptied: &BTreeSet<&str>) -> Vec<usize> {
    let marks: &[(&str, &str)] = match language {
        Language::Batch => &[("%", "%"), ("!", "!")],
        Language::DotEnv => &[("$", ""), ("${", "}")],
        Language::Yaml => &[("$", ""), ("${", "}"), ("env.", "")],
        _ => return Vec::new(),
    };
    let reads = |line: &str| {
        let line = if language == Language::Batch {
            line.to_ascii_lowercase()
        } else {
            line.to_owned()
        };
        emptied.iter().any(|name| {
            marks
                .iter()
                .any(|(open, close)| line.contains(&format!("{open}{name}{close}")))
        })
    };
    let lines = new.lines().enumerate().filter(|(_, line)| reads(line));
    lines.map(|(index, _)| index + 1).collect()
}
