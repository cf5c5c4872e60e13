//! Names of Python and JavaScript that get or lose a value in a way that is not followed: in a
//! list, a loop, an import, a handler. Which value they have then, nobody knows. Plain assignments
//! are in `program`.

use super::expr::Tokens;
use crate::token::Kind;
use std::ops::Range;

/// Longer targets are nothing that somebody wrote.
const LONGEST: usize = 40;

/// The tokens of the names whose value is not known any more behind this token.
pub(super) fn unknown(tokens: &Tokens<'_>, at: usize) -> Vec<usize> {
    let is = |at: usize, sign: char| tokens.list.is(at, sign);
    let inside = |open: usize| open..tokens.brackets.closing(open).unwrap_or(open);
    let python = tokens.is_python;
    let range = match tokens.list.source(at) {
        "in" | "of" => back_to(tokens, at, "for").map_or(at..at, |word| word..at),
        "as" if python && is(at + 1, '(') => inside(at + 1),
        "import" if python && back_to(tokens, at, "from").is_some() => {
            if is(at + 1, '(') {
                inside(at + 1)
            } else {
                at + 1..end(tokens, at + 1)
            }
        }
        "catch" if !python && is(at + 1, '(') => inside(at + 1),
        "case" if python && is_statement(tokens, at) => at + 1..case_end(tokens, at),
        "del" if python => at + 1..end(tokens, at + 1),
        "delete" if !python => at + 1..at + 2,
        "=" if python && tokens.brackets.opener(at).is_none() => several(tokens, at),
        "=" if !python && (is(at.wrapping_sub(1), '}') || is(at.wrapping_sub(1), ']')) => {
            pattern(tokens, at - 1)
        }
        _ => at..at,
    };
    // In a pattern `Name(key=...)` and `module.NAME` are compared with, and get nothing.
    let is_case = tokens.is_word(at, &["case"]);
    let is_compared = |at: usize| is_case && ['.', '(', '='].iter().any(|sign| is(at + 1, *sign));
    let is_name = |at: &usize| {
        tokens.list.word(*at).is_some() && !(*at > 0 && is(*at - 1, '.')) && !is_compared(*at)
    };
    range.filter(is_name).collect()
}

/// The word that begins the statement or the bracket, if it is this one.
fn back_to(tokens: &Tokens<'_>, at: usize, word: &str) -> Option<usize> {
    let ends = |at: usize| {
        tokens
            .list
            .get(at)
            .is_none_or(|t| matches!(t.kind, Kind::Newline | Kind::Sym(';')))
    };
    let before = (at.saturating_sub(LONGEST)..at)
        .rev()
        .take_while(|before| !ends(*before));
    before
        .into_iter()
        .find(|before| tokens.is_word(*before, &[word]))
}

fn is_statement(tokens: &Tokens<'_>, at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| tokens.list.get(before));
    before.is_none_or(|t| matches!(t.kind, Kind::Newline | Kind::Sym(';')))
}

/// The colon of `case PATTERN:`, or the guard before it. No colon, no pattern.
fn case_end(tokens: &Tokens<'_>, case: usize) -> usize {
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

fn end(tokens: &Tokens<'_>, first: usize) -> usize {
    let ends = |at: &usize| {
        tokens
            .list
            .get(*at)
            .is_none_or(|t| matches!(t.kind, Kind::Newline | Kind::Sym(';')))
    };
    (first..first + LONGEST).find(ends).unwrap_or(first)
}

/// `a, *b = ...`, `(a, b) = ...`, `[a, b] = ...`; `a, b = ...` and `a[b] = ...` are read elsewhere.
fn several(tokens: &Tokens<'_>, sign: usize) -> Range<usize> {
    let ends = |at: &usize| {
        matches!(
            tokens.list.tokens[*at].kind,
            Kind::Newline | Kind::Sym(';' | ':')
        )
    };
    let first = (sign.saturating_sub(LONGEST)..sign)
        .rev()
        .find(ends)
        .map_or(sign.saturating_sub(LONGEST), |before| before + 1);
    let opens = |at: usize| {
        let is_bracket = tokens.list.is(at, '(') || tokens.list.is(at, '[');
        is_bracket && (at == first || tokens.list.is(at - 1, ','))
    };
    let is_odd = (first..sign).any(|at| opens(at) || tokens.list.is(at, '*'));
    if is_odd { first..sign } else { sign..sign }
}

/// `[a] = ...`, `({ a } = ...)` without a word that declares them.
fn pattern(tokens: &Tokens<'_>, close: usize) -> Range<usize> {
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
