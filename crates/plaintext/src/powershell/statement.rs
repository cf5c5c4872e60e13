//! PowerShell's statements as ranges of tokens, and what each gives a value to. `program` decides
//! what they mean.

use crate::token::{Kind, Token};
use std::ops::Range;

/// Indices into the list of tokens without comments.
#[derive(Clone, Debug)]
pub(crate) struct Statement {
    pub(crate) tokens: Range<usize>,
    pub(crate) assigns: Option<Assignment>,
}

impl Statement {
    /// The name of the variable that it gives a value to.
    pub(super) fn target(&self) -> Option<&str> {
        self.assigns.as_ref().map(|assigns| assigns.name.as_str())
    }
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

/// True if a statement ends before this token: at the end of the text, of the line or of the block.
pub(super) fn is_end(token: Option<&Token>) -> bool {
    token.is_none_or(|t| matches!(t.kind, Kind::Newline | Kind::Sym(';' | '}')))
}

/// For each token the first one of its command, in one pass.
pub(super) fn firsts_of_commands(list: &[&Token]) -> Vec<usize> {
    let mut next = 0;
    let firsts = list.iter().enumerate().map(|(at, token)| {
        let first = next;
        if matches!(
            token.kind,
            Kind::Newline | Kind::Sym('(' | '{' | ';' | '|' | '=')
        ) {
            next = at + 1;
        }
        first
    });
    firsts.collect()
}

/// Every statement, those in blocks as well.
pub(crate) fn split(text: &str, list: &[&Token]) -> Vec<Statement> {
    let mut statements = Vec::new();
    // For each open block the place where its current statement began; `None` inside means a
    // group.
    let mut open: Vec<Option<Option<usize>>> = vec![Some(None)];
    for (at, token) in list.iter().enumerate() {
        let ends = token.is(';') || (token.kind == Kind::Newline && !continues(text, list, at));
        if let Some(Some(start)) = open.last_mut() {
            if ends {
                statements.extend(statement(text, list, start.take(), at));
            } else if !token.is('}') && token.kind != Kind::Newline {
                start.get_or_insert(at);
            }
        }
        match token.kind {
            Kind::Sym('{') if at == 0 || !list[at - 1].is('@') => open.push(Some(None)),
            Kind::Sym('{' | '(' | '[') => open.push(None),
            Kind::Sym('}' | ')' | ']') if open.len() > 1 => {
                if let Some(Some(start)) = open.pop() {
                    statements.extend(statement(text, list, start, at));
                }
            }
            _ => {}
        }
    }
    if let Some(Some(start)) = open.into_iter().next() {
        statements.extend(statement(text, list, start, list.len()));
    }
    statements
}

/// The statement between these tokens, if one began there and has any.
fn statement(text: &str, list: &[&Token], from: Option<usize>, to: usize) -> Option<Statement> {
    let from = from.filter(|from| *from < to)?;
    Some(Statement {
        tokens: from..to,
        assigns: assigns(text, &list[..to], from),
    })
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

fn is_sign(list: &[&Token], at: usize, sign: char) -> bool {
    list.get(at).is_some_and(|t| t.is(sign))
}

/// `$x = ...`, `[type]$x = ...`, `$x.member = ...`, `$x['key'] = ...`, `$x += ...`, `$x.Add(...)`:
/// of the statement that begins at `from` and ends with the list.
fn assigns(text: &str, list: &[&Token], from: usize) -> Option<Assignment> {
    let mut at = from;
    if is_sign(list, at, '[') && is_sign(list, at + 2, ']') {
        at += 3;
    }
    let name = list.get(at)?.name()?.to_owned();
    let member = list.get(at + 1).filter(|t| t.kind == Kind::Word);
    let sign = match member.map(|t| &text[t.span.clone()]) {
        Some(word) if word.eq_ignore_ascii_case(".add") && is_sign(list, at + 2, '(') => {
            return Some(Assignment {
                name,
                value: at + 3,
                is_whole: false,
            });
        }
        Some(word) if word.starts_with('.') => at + 2,
        _ if is_sign(list, at + 1, '[') && is_sign(list, at + 3, ']') => at + 4,
        _ if is_sign(list, at + 1, '+') => at + 2,
        _ => at + 1,
    };
    let is_whole = sign == at + 1;
    (is_sign(list, sign, '=') && sign + 1 < list.len()).then_some(Assignment {
        name,
        value: sign + 1,
        is_whole,
    })
}
