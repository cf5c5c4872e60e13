//! Names of Python and JavaScript that get or lose a value in a way that is not followed: in a
//! list, a loop, an import, a handler. Their value is not known then. Plain assignments are in
//! `program`.

use super::expr::ScriptTokens;
use crate::token::Kind;
use std::ops::Range;

/// Nobody writes longer targets.
const LONGEST: usize = 40;

/// The tokens of the names whose value is no longer known behind this token.
pub(super) fn unknown(tokens: &ScriptTokens<'_>, at: usize) -> Vec<usize> {
    let range = if tokens.is_python {
        of_python(tokens, at)
    } else {
        of_javascript(tokens, at)
    };
    let Some(range) = range else {
        return Vec::new();
    };
    let is_case = tokens.is_word(at, &["case"]);
    range
        .filter(|name| is_target(tokens, *name, is_case))
        .collect()
}

/// True for a name that gets a value. In a pattern of `case` `Name(key=...)` and `module.NAME` are
/// compared with, and get nothing.
fn is_target(tokens: &ScriptTokens<'_>, at: usize, is_case: bool) -> bool {
    let is_member = at > 0 && tokens.list.is(at - 1, '.');
    let is_compared = is_case
        && ['.', '(', '=']
            .iter()
            .any(|sign| tokens.list.is(at + 1, *sign));
    tokens.list.word(at).is_some() && !is_member && !is_compared
}

/// Where the targets are that belong to this token.
fn of_python(tokens: &ScriptTokens<'_>, at: usize) -> Option<Range<usize>> {
    match tokens.list.source(at) {
        "in" | "of" => Some(back_to(tokens, at, "for")?..at),
        "as" => in_brackets(tokens, at + 1),
        "import" => {
            back_to(tokens, at, "from")?;
            Some(in_brackets(tokens, at + 1).unwrap_or(at + 1..end(tokens, at + 1)))
        }
        "case" if is_statement(tokens, at) => Some(at + 1..case_end(tokens, at)),
        "del" => Some(at + 1..end(tokens, at + 1)),
        "=" if tokens.brackets.opener(at).is_none() => Some(several(tokens, at)),
        _ => None,
    }
}

fn of_javascript(tokens: &ScriptTokens<'_>, at: usize) -> Option<Range<usize>> {
    match tokens.list.source(at) {
        "in" | "of" => Some(back_to(tokens, at, "for")?..at),
        "catch" => in_brackets(tokens, at + 1),
        "delete" => Some(at + 1..at + 2),
        "=" if at > 0 && (tokens.list.is(at - 1, '}') || tokens.list.is(at - 1, ']')) => {
            Some(pattern(tokens, at - 1))
        }
        _ => None,
    }
}

/// The inside of round brackets that open here; empty if they do not close.
fn in_brackets(tokens: &ScriptTokens<'_>, open: usize) -> Option<Range<usize>> {
    if !tokens.list.is(open, '(') {
        return None;
    }
    Some(open..tokens.brackets.closing(open).unwrap_or(open))
}

/// The word that begins the statement or the bracket, if it is this one.
fn back_to(tokens: &ScriptTokens<'_>, at: usize, word: &str) -> Option<usize> {
    (at.saturating_sub(LONGEST)..at)
        .rev()
        .take_while(|before| !tokens.list.ends_statement(*before))
        .find(|before| tokens.is_word(*before, &[word]))
}

fn is_statement(tokens: &ScriptTokens<'_>, at: usize) -> bool {
    at == 0 || tokens.list.ends_statement(at - 1)
}

/// The colon of `case PATTERN:`, or the guard before it. No colon, no pattern.
fn case_end(tokens: &ScriptTokens<'_>, case: usize) -> usize {
    let mut at = case + 1;
    while tokens
        .list
        .get(at)
        .is_some_and(|t| !t.is(':') && t.kind != Kind::Newline)
        && !tokens.is_word(at, &["if"])
    {
        at = tokens.brackets.closing(at).unwrap_or(at) + 1;
    }
    let is_pattern = tokens.list.is(at, ':') || tokens.is_word(at, &["if"]);
    if is_pattern { at } else { case + 1 }
}

fn end(tokens: &ScriptTokens<'_>, first: usize) -> usize {
    (first..first + LONGEST)
        .find(|at| tokens.list.ends_statement(*at))
        .unwrap_or(first)
}

/// `a, *b = ...`, `(a, b) = ...`, `[a, b] = ...`; `a, b = ...` and `a[b] = ...` are read elsewhere.
fn several(tokens: &ScriptTokens<'_>, sign: usize) -> Range<usize> {
    let list = &tokens.list;
    let farthest = sign.saturating_sub(LONGEST);
    let first = (farthest..sign)
        .rev()
        .find(|at| list.ends_statement(*at) || list.is(*at, ':'))
        .map_or(farthest, |before| before + 1);
    let is_odd = (first..sign).any(|at| {
        let is_bracket = list.is(at, '(') || list.is(at, '[');
        let begins_target = at == first || list.is(at - 1, ',');
        list.is(at, '*') || is_bracket && begins_target
    });
    if is_odd { first..sign } else { sign..sign }
}

/// `[a] = ...`, `({ a } = ...)` without a word that declares them.
fn pattern(tokens: &ScriptTokens<'_>, close: usize) -> Range<usize> {
    let Some(open) = tokens.brackets.opener(close) else {
        return close..close;
    };
    let begins = open
        .checked_sub(1)
        .and_then(|before| tokens.list.get(before))
        .is_none_or(|before| {
            matches!(
                before.kind,
                Kind::Newline | Kind::Sym(';' | '(' | '{' | '}')
            )
        });
    if begins { open..close } else { close..close }
}
