//! Assignments of shell scripts, and the data that `curl` is given. No grammar of commands: that is
//! in `requests`.

use super::lex::is_name;
use crate::bindings::{Binding, Form, Found, Literal, Meaning, Value};
use crate::token::{Kind, Part, Token};
use std::ops::Range;

/// The name and the offset behind the sign, if the word is an assignment.
pub(crate) fn assignment<'t>(token: &Token, text: &'t str) -> Option<(&'t str, usize)> {
    let name = name_before(token, "=", text)?;
    Some((name, token.span.start + name.len() + 1))
}

/// The name, if the word adds to what a variable holds: `NAME+=...`.
fn added<'t>(token: &Token, text: &'t str) -> Option<&'t str> {
    name_before(token, "+=", text)
}

/// The name of a variable that a word begins with, before this sign.
fn name_before<'t>(token: &Token, sign: &str, text: &'t str) -> Option<&'t str> {
    if token.kind != Kind::Word {
        return None;
    }
    let (name, _) = text.get(token.span.clone())?.split_once(sign)?;
    let starts = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    (starts && name.chars().all(is_name)).then_some(name)
}

/// The parts of a word without its first bytes of plain text.
pub(crate) fn without_start(parts: &[Part], bytes: usize) -> Vec<Part> {
    let mut left = parts.to_vec();
    if let Some(Part::Text(text)) = left.first_mut() {
        let kept = text.get(bytes..).unwrap_or_default().to_owned();
        **text = kept;
    }
    left.retain(|part| !matches!(part, Part::Text(text) if text.is_empty()));
    left
}

pub(crate) fn read(tokens: &[Token], text: &str) -> Found {
    let mut found = Found::default();
    let mut form = Form::Perhaps;
    for (at, token) in tokens.iter().enumerate() {
        if !matches!(token.kind, Kind::Word | Kind::Str) {
            form = Form::Perhaps;
            continue;
        }
        let before = at.checked_sub(1).and_then(|b| tokens.get(b));
        let may_assign = is_command_place(before, text);
        if may_assign && let Some(name) = added(token, text) {
            let value = Value {
                span: token.span.clone(),
                meaning: Meaning::Added,
            };
            found.bindings.push(Binding::variable(name, value));
        }
        found.literals.push(match assignment(token, text) {
            Some((name, start)) if may_assign => {
                let parts = without_start(&token.parts, name.len() + 1);
                let span = start..token.span.end;
                let value = Value {
                    span: span.clone(),
                    meaning: Meaning::of(&parts),
                };
                found.bindings.push(Binding {
                    removable: whole_line(text, tokens, at),
                    ..Binding::variable(name, value)
                });
                Literal {
                    span: span.clone(),
                    inner: span,
                    parts,
                    form: Form::Perhaps,
                }
            }
            _ => argument(token, form),
        });
        form = form_behind(token);
    }
    found
}

/// A word that is no assignment. `-dname=value`: curl takes the data without a blank before it.
fn argument(token: &Token, form: Form) -> Literal {
    let is_attached = literal_start(token).is_some_and(|t| t.starts_with("-d") && t.contains('='));
    let (parts, form) = if is_attached {
        (without_start(&token.parts, 2), Form::Encoded)
    } else {
        (token.parts.clone(), form)
    };
    Literal {
        span: token.span.clone(),
        inner: token.inner.clone(),
        parts,
        form,
    }
}

/// What the next word is to `curl`.
fn form_behind(token: &Token) -> Form {
    match literal_start(token) {
        Some("-d" | "--data" | "--data-raw" | "--data-ascii" | "--data-binary") => Form::Encoded,
        Some("--data-urlencode") => Form::Raw,
        Some("-u" | "--user") => Form::User,
        _ => Form::Perhaps,
    }
}

fn literal_start(token: &Token) -> Option<&str> {
    match token.parts.first() {
        Some(Part::Text(text)) => Some(text),
        _ => None,
    }
}

/// True where a command begins, or behind `export` and its like: only there a word with `=` is an
/// assignment.
fn is_command_place(before: Option<&Token>, text: &str) -> bool {
    let Some(before) = before else { return true };
    match before.kind {
        // A text behind `<<` ends with its line.
        Kind::Newline | Kind::Comment | Kind::Str => true,
        // Behind a pattern of `case` as well.
        Kind::Sym(c) => ";|&()".contains(c),
        Kind::Word => {
            let word = text.get(before.span.clone()).unwrap_or_default();
            matches!(
                word,
                "export"
                    | "local"
                    | "readonly"
                    | "declare"
                    | "typeset"
                    | "then"
                    | "do"
                    | "else"
                    | "{"
            ) || matches!(word, "-x" | "-r" | "-gx")
                || assignment(before, text).is_some()
        }
        Kind::Var => false,
    }
}

/// The line of an assignment that is alone in it.
fn whole_line(text: &str, tokens: &[Token], at: usize) -> Option<Range<usize>> {
    let before = at.checked_sub(1).and_then(|before| tokens.get(before));
    let word = before.and_then(|before| text.get(before.span.clone()));
    let first = match word {
        Some("export" | "local" | "readonly") => at - 1,
        _ => at,
    };
    let start = match first.checked_sub(1).and_then(|before| tokens.get(before)) {
        None => tokens.get(first)?.span.start,
        Some(before) if before.kind == Kind::Newline => before.span.end,
        Some(before) if before.kind == Kind::Str => {
            let begins = tokens.get(first)?.span.start;
            text.get(..begins)?.rfind('\n').map_or(0, |end| end + 1)
        }
        Some(_) => return None,
    };
    let mut behind = tokens
        .get(at + 1..)?
        .iter()
        .skip_while(|t| t.kind == Kind::Comment);
    match behind.next() {
        None => Some(start..text.len()),
        Some(next) if next.kind == Kind::Newline => Some(start..next.span.end),
        Some(_) => None,
    }
}
