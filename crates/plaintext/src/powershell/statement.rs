//! PowerShell's statements as ranges of tokens, and what each gives a value to. What they mean is
//! decided in `program`.

use crate::token::{Kind, Token};
use std::ops::Range;

/// Indices into the list of tokens without comments.
#[derive(Clone, Debug)]
pub(crate) struct Statement {
    pub(crate) tokens: Range<usize>,
    pub(crate) assigns: Option<Assignment>,
}

/// The variable that a statement gives a value to.
#[derive(Clone, Debug)]
pub(crate) struct Assignment {
    pub(crate) name: String,
    /// Where the value begins.
    pub(crate) value: usize,
    /// False for `$x.member =`, `$x += ` and `$x.Add(...)`: what the variable held before stays.
    pub(crate) is_whole: bool,
}

/// Every statement, those in blocks as well.
pub(crate) fn split(text: &str, list: &[&Token]) -> Vec<Statement> {
    let mut statements = Vec::new();
    // For each open block the place where its current statement began; `None` inside means a
    // group.
    let mut open: Vec<Option<Option<usize>>> = vec![Some(None)];
    let mut add = |from: Option<usize>, to: usize| {
        if let Some(from) = from.filter(|from| *from < to) {
            statements.push(Statement {
                tokens: from..to,
                assigns: assigns(text, list, from, to),
            });
        }
    };
    for (at, token) in list.iter().enumerate() {
        let ends = token.is(';') || (token.kind == Kind::Newline && !continues(text, list, at));
        if let Some(Some(start)) = open.last_mut() {
            if ends {
                add(start.take(), at);
            } else if !token.is('}') && token.kind != Kind::Newline {
                start.get_or_insert(at);
            }
        }
        match token.kind {
            Kind::Sym('{') if at == 0 || !list[at - 1].is('@') => open.push(Some(None)),
            Kind::Sym('{' | '(' | '[') => open.push(None),
            Kind::Sym('}' | ')' | ']') if open.len() > 1 => {
                if let Some(Some(start)) = open.pop() {
                    add(start, at);
                }
            }
            _ => {}
        }
    }
    if let Some(Some(start)) = open.into_iter().next() {
        add(start, list.len());
    }
    statements
}

/// `.name`; a dot alone runs another script, and `.\\` begins a path.
fn is_member(word: &str) -> bool {
    word.strip_prefix('.')
        .is_some_and(|name| name.starts_with(|c: char| c.is_alphabetic() || c == '_'))
}

/// True if the statement goes on in the next line.
fn continues(text: &str, list: &[&Token], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|b| list.get(b));
    let next = list.get(at + 1);
    before.is_some_and(|t| matches!(t.kind, Kind::Sym('|' | ',' | '+' | '=' | '&')))
        || next
            .is_some_and(|t| t.is('|') || t.kind == Kind::Word && is_member(&text[t.span.clone()]))
}

/// `$x = ...`, `[type]$x = ...`, `$x.member = ...`, `$x['key'] = ...`, `$x += ...`, `$x.Add(...)`.
fn assigns(text: &str, list: &[&Token], from: usize, to: usize) -> Option<Assignment> {
    let is = |at: usize, sign: char| at < to && list[at].is(sign);
    let mut at = from;
    if is(at, '[') && is(at + 2, ']') {
        at += 3;
    }
    let name = list.get(at).filter(|_| at < to)?.name()?.to_owned();
    let member = |at: usize| {
        Some(at)
            .filter(|at| *at < to && list[*at].kind == Kind::Word)
            .map(|at| &text[list[at].span.clone()])
    };
    let sign = match member(at + 1) {
        Some(word) if word.eq_ignore_ascii_case(".add") && is(at + 2, '(') => {
            return Some(Assignment {
                name,
                value: at + 3,
                is_whole: false,
            });
        }
        Some(word) if word.starts_with('.') => at + 2,
        _ if is(at + 1, '[') && is(at + 3, ']') => at + 4,
        _ if is(at + 1, '+') => at + 2,
        _ => at + 1,
    };
    let is_whole = sign == at + 1;
    (is(sign, '=') && sign + 1 < to).then_some(Assignment {
        name,
        value: sign + 1,
        is_whole,
    })
}
