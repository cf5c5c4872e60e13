//! Files of lines: `.env`, settings with `name = value`, and the `set` lines of Windows command
//! scripts.
//!
//! Programs that read `.env` files disagree about backslashes, about `#` without a blank before it
//! and about `$`: the reader does not take a value that two of them would read differently.

mod sections;

pub(crate) use sections::Sections;

use crate::bindings::{Binding, Form, Found, Literal, Meaning, Value};
use crate::forms::strip_prefix_ignoring_case;
use crate::token::{Kind, Part, Parts, Token, Tokens};
use std::ops::Range;

/// The lines of a part of a text: what is in each, and where the next one begins.
fn lines(text: &str, range: Range<usize>) -> impl Iterator<Item = (Range<usize>, usize)> {
    let mut at = range.start;
    std::iter::from_fn(move || {
        let rest = text.get(at..range.end).filter(|rest| !rest.is_empty())?;
        let end = rest.find('\n').map_or(range.end, |n| at + n + 1);
        let line = text.get(at..end)?.trim_end_matches(['\r', '\n']);
        let found = (at..at + line.len(), end);
        at = end;
        Some(found)
    })
}

/// The text behind the mark in each line that is a comment.
pub(crate) fn comments(text: &str) -> Vec<Range<usize>> {
    let comments = lines(text, 0..text.len()).filter_map(|(line, _)| {
        let indented = text.get(line.clone())?.trim_start();
        let body = indented.strip_prefix(['#', ';'])?;
        Some(line.end - body.len()..line.end)
    });
    comments.collect()
}

/// `rem ...` and `:: ...` as comment tokens.
pub(crate) fn comments_of_batch(text: &str, range: Range<usize>) -> Tokens {
    let comments = lines(text, range).filter_map(|(line, _)| {
        let indented = text.get(line.clone())?.trim_start().trim_start_matches('@');
        let body = strip_prefix_ignoring_case(indented, "rem")
            .filter(|rest| rest.starts_with(char::is_whitespace))
            .or_else(|| indented.strip_prefix("::"))?;
        Some(Token {
            inner: line.end - body.len()..line.end,
            ..Token::plain(Kind::Comment, line)
        })
    });
    Tokens {
        list: comments.collect(),
        broken: None,
    }
}

/// The settings in a part of a text, of which all sections are known.
pub(crate) fn read(text: &str, range: Range<usize>, sections: &Sections) -> Found {
    let end = range.end;
    read_lines(text, range, |line| {
        let (name, value, inner, parts) = setting(text, line.clone(), end)?;
        let parts = if sections.is_unsure(&name, text, &line, &value) {
            unsure_parts()
        } else {
            parts
        };
        Some((name, value, inner, parts))
    })
}

/// The `set` lines in a part of a text.
pub(crate) fn read_batch(text: &str, range: Range<usize>) -> Found {
    read_lines(text, range, |line| set(text, line))
}

fn read_lines(
    text: &str,
    range: Range<usize>,
    read: impl Fn(Range<usize>) -> Option<Setting>,
) -> Found {
    let mut found = Found::default();
    let mut done = range.start;
    for (line, next) in lines(text, range.clone()) {
        if line.start < done {
            continue;
        }
        let Some((name, value, inner, parts)) = read(line.clone()) else {
            continue;
        };
        // A value in quotes may go on over several lines.
        let end = if value.end > line.end {
            done = text
                .get(value.end..range.end)
                .and_then(|t| t.find('\n'))
                .map_or(range.end, |n| value.end + n + 1);
            done
        } else {
            next
        };
        found.literals.push(Literal {
            span: value.clone(),
            inner,
            parts: parts.clone(),
            form: Form::Perhaps,
        });
        let value = Value {
            span: value,
            meaning: Meaning::of(&parts),
        };
        found.bindings.push(Binding {
            name,
            is_variable: true,
            value,
            removable: Some(line.start..end),
        });
    }
    found
}

type Setting = (String, Range<usize>, Range<usize>, Vec<Part>);

fn setting(text: &str, line: Range<usize>, end: usize) -> Option<Setting> {
    let content = text.get(line.clone())?;
    let rest = content.trim_start();
    let rest = rest.strip_prefix("export ").unwrap_or(rest).trim_start();
    let name_end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "_.-:".contains(c)))?;
    let (name, after) = rest.split_at(name_end);
    let after = after.trim_start();
    let value = if name.ends_with(':') && !after.starts_with('=') {
        after
    } else {
        after.strip_prefix(['=', ':'])?.trim_start()
    };
    let name = name.trim_end_matches(':');
    // `:=` and `==` are signs of a programming language.
    if name.is_empty() || value.starts_with('=') {
        return None;
    }
    let start = line.end - value.len();
    // A command to a shell, and a quotation mark to others.
    if value.starts_with('`') {
        return Some(unknown(name, start..line.end));
    }
    if let Some(quote @ ('"' | '\'')) = value.chars().next() {
        let open = start + 1;
        // A quote that is never closed is a part of a bare value to some programs, and an error to
        // others.
        let inside = text.get(open..end)?;
        let close = inside.find(quote);
        let Some(length) = close else {
            return Some(unsure(name, start..line.end));
        };
        let inner = open..open + length;
        let behind = text
            .get(inner.end + 1..end)?
            .lines()
            .next()
            .unwrap_or_default()
            .trim();
        if !(behind.is_empty() || behind.starts_with('#') || behind == "," || behind == ";") {
            return Some(unsure(name, start..line.end.max(inner.end + 1)));
        }
        let content = text.get(inner.clone())?;
        let parts = if quote == '"' {
            interpolated(content)
        } else {
            plain(content)
        };
        Some((name.to_owned(), start..inner.end + 1, inner, parts))
    } else {
        let cut = value
            .match_indices('#')
            .find(|(at, _)| value[..*at].ends_with([' ', '\t']))
            .map(|(at, _)| at);
        let bare = if value.starts_with('#') {
            ""
        } else {
            &value[..cut.unwrap_or(value.len())]
        };
        let bare = bare.trim_end();
        let span = start..start + bare.len();
        // A semicolon behind a blank begins a comment in some files, and in others it does not.
        if bare.contains('#') || bare.contains(" ;") || bare.contains("\t;") {
            return Some(unsure(name, span));
        }
        Some((name.to_owned(), span.clone(), span, interpolated(bare)))
    }
}

fn unknown(name: &str, span: Range<usize>) -> Setting {
    (
        name.to_owned(),
        span.clone(),
        span,
        vec![Part::Code(Vec::new())],
    )
}

/// A value that two programs would read differently.
fn unsure(name: &str, span: Range<usize>) -> Setting {
    (name.to_owned(), span.clone(), span, unsure_parts())
}

fn unsure_parts() -> Vec<Part> {
    vec![Part::Code(Vec::new()), Part::Code(Vec::new())]
}

fn plain(text: &str) -> Vec<Part> {
    let mut parts = Parts::default();
    parts.push_str(text);
    parts.finish()
}

/// `$NAME` and `${NAME}` are variables; a backslash means different things to different programs.
fn interpolated(text: &str) -> Vec<Part> {
    let mut parts = Parts::default();
    let mut rest = text;
    while let Some(at) = rest.find(['$', '\\']) {
        parts.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        if rest[at..].starts_with('\\') {
            parts.part(Part::Code(Vec::new()));
            rest = after;
            continue;
        }
        let (name, more) = match after.strip_prefix('{') {
            Some(inside) => inside.split_once('}').unwrap_or((inside, "")),
            None => after.split_at(
                after
                    .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
                    .unwrap_or(after.len()),
            ),
        };
        match name {
            "" => parts.push('$'),
            name if name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') => {
                parts.part(Part::Name(name.to_owned()));
            }
            _ => parts.part(Part::Code(Vec::new())),
        }
        rest = more;
    }
    parts.push_str(rest);
    parts.finish()
}

/// `set NAME=value` and `set "NAME=value"`.
fn set(text: &str, line: Range<usize>) -> Option<Setting> {
    let content = text
        .get(line.clone())?
        .trim_start()
        .trim_start_matches('@')
        .trim_start();
    let rest = strip_prefix_ignoring_case(content, "set ")?.trim_start();
    let quoted = rest.strip_prefix('"');
    let (name, value) = quoted.unwrap_or(rest).split_once('=')?;
    let name = name.trim().to_ascii_lowercase();
    let start = line.end - value.len();
    if name.starts_with('/') {
        return Some(unknown(
            name.trim_start_matches(|c: char| c != ' ').trim(),
            start..line.end,
        ));
    }
    let value = match quoted {
        Some(_) => &value[..value.rfind('"')?],
        None => value,
    };
    let span = start..start + value.len();
    // Behind a quotation mark another command may begin.
    let risky = if quoted.is_some() { "!\"" } else { "!^&|<>\"" };
    if value.contains(|c| risky.contains(c)) || value.trim_end() != value {
        return Some(unsure(&name, span));
    }
    let mut parts = Parts::default();
    for (index, piece) in value.split('%').enumerate() {
        match (index % 2, piece) {
            (0, piece) => parts.push_str(piece),
            (_, "") => parts.push('%'),
            (_, name) => parts.part(Part::Name(name.to_ascii_lowercase())),
        }
    }
    if value.matches('%').count() % 2 == 1 {
        return Some(unsure(&name, span));
    }
    Some((name, span.clone(), span, parts.finish()))
}

#[cfg(test)]
mod tests;
