//! PowerShell's strings, comments, variables and words (`about_Quoting_Rules`,
//! `about_Special_Characters`, `about_Comments`). No grammar: `read` decides what a value means.

mod pieces;

use crate::token::{Cursor, DEEPEST, Kind, Part, Parts, Token, Tokens};
use pieces::{
    alone, escape, is_double, is_name, is_single, is_word, single, string, variable,
    without_last_newline,
};
use std::ops::Range;

/// Reads a part of a text; offsets are those of the whole.
pub(crate) fn lex(text: &str, range: Range<usize>) -> Tokens {
    lex_range(text, range, 0)
}

fn lex_range(text: &str, range: Range<usize>, depth: usize) -> Tokens {
    let mut tokens = Tokens::default();
    let mut cursor = Cursor::new(text.get(..range.end).unwrap_or_default(), range.start);
    while let Some(c) = cursor.peek() {
        let start = cursor.at;
        if let Some(token) = token(&mut cursor, c, depth, &mut tokens.broken) {
            tokens.list.push(token);
        }
        if cursor.at == start {
            cursor.next();
        }
    }
    tokens
}

fn token(
    cursor: &mut Cursor<'_>,
    c: char,
    depth: usize,
    broken: &mut Option<usize>,
) -> Option<Token> {
    let start = cursor.at;
    let kind = match c {
        '\r' | '\n' => {
            cursor.next();
            if c == '\r' {
                cursor.eat("\n");
            }
            Kind::Newline
        }
        c if c.is_whitespace() => {
            cursor.take(|c| c.is_whitespace() && c != '\n' && c != '\r');
            return None;
        }
        '`' => {
            // A backtick at the end of a line joins it with the next one.
            cursor.next();
            if cursor.eat("\r\n") || cursor.eat("\n") {
                return None;
            }
            cursor.next();
            cursor.take(is_word);
            Kind::Word
        }
        '#' => {
            cursor.line();
            return Some(comment(start, start + 1..cursor.at, cursor.at));
        }
        '<' if cursor.eat("<#") => {
            let end = cursor.rest().find("#>");
            if end.is_none() {
                broken.get_or_insert(start);
            }
            let inner = cursor.at..cursor.at + end.unwrap_or(cursor.rest().len());
            cursor.at = inner.end;
            cursor.eat("#>");
            return Some(comment(start, inner, cursor.at));
        }
        '@' => return Some(at_sign(cursor, depth, broken)),
        '$' => return Some(dollar(cursor)),
        c if is_single(c) => return Some(single(cursor, broken)),
        c if is_double(c) => return Some(double(cursor, depth, broken)),
        c if is_word(c) => {
            // A dot behind a variable or a bracket is an access; in a word it belongs to it.
            cursor.next();
            cursor.take(is_word);
            Kind::Word
        }
        c => {
            cursor.next();
            Kind::Sym(c)
        }
    };
    Some(Token::plain(kind, start..cursor.at))
}

fn comment(start: usize, inner: Range<usize>, end: usize) -> Token {
    Token {
        inner,
        ..Token::plain(Kind::Comment, start..end)
    }
}

fn at_sign(cursor: &mut Cursor<'_>, depth: usize, broken: &mut Option<usize>) -> Token {
    let start = cursor.at;
    cursor.next();
    match cursor.peek() {
        Some(c) if is_single(c) || is_double(c) => {
            let mut ahead = *cursor;
            ahead.next();
            ahead.take(|c| c == ' ' || c == '\t');
            if ahead.eat("\r\n") || ahead.eat("\n") {
                *cursor = ahead;
                return here_string(cursor, start, is_double(c), depth, broken);
            }
            Token::plain(Kind::Sym('@'), start..cursor.at)
        }
        Some(c) if is_name(c) => {
            // Splatting.
            let name = cursor.take(is_name).to_lowercase();
            Token {
                parts: vec![Part::Name(name)],
                ..Token::plain(Kind::Var, start..cursor.at)
            }
        }
        _ => Token::plain(Kind::Sym('@'), start..cursor.at),
    }
}

/// `$name`, `$scope:name`, `${name}`; else the sign alone. The scope is no part of the name, `env:`
/// is.
fn dollar(cursor: &mut Cursor<'_>) -> Token {
    let start = cursor.at;
    if let Some(name) = variable(cursor) {
        Token {
            parts: vec![Part::Name(name)],
            ..Token::plain(Kind::Var, start..cursor.at)
        }
    } else {
        cursor.next();
        Token::plain(Kind::Sym('$'), start..cursor.at)
    }
}

fn double(cursor: &mut Cursor<'_>, depth: usize, broken: &mut Option<usize>) -> Token {
    let start = cursor.at;
    cursor.next();
    let open = cursor.at;
    let mut parts = Parts::default();
    loop {
        let inner = open..cursor.at;
        match cursor.peek() {
            Some(c) if is_double(c) => {
                cursor.next();
                if !cursor.peek().is_some_and(is_double) {
                    return string(start, inner, cursor.at, parts);
                }
                cursor.next();
                parts.push(c);
            }
            Some(_) => expandable(cursor, &mut parts, depth, broken),
            None => {
                broken.get_or_insert(start);
                return string(start, inner, cursor.at, parts);
            }
        }
    }
}

/// One character, escape, variable or subexpression of an expandable string.
fn expandable(
    cursor: &mut Cursor<'_>,
    parts: &mut Parts,
    depth: usize,
    broken: &mut Option<usize>,
) {
    match cursor.peek() {
        Some('`') => escape(cursor, parts),
        Some('$') if cursor.peek_second() == Some('(') => {
            cursor.next();
            let inside = nested(cursor, depth, broken);
            parts.part(match alone(cursor.text, &inside) {
                Some(name) => Part::Name(name),
                None => Part::Code(names_in(cursor.text, inside, depth, broken)),
            });
        }
        Some('$') => match variable(cursor) {
            Some(name) => parts.part(Part::Name(name)),
            None => parts.push(cursor.next().unwrap_or_default()),
        },
        _ => parts.push(cursor.next().unwrap_or_default()),
    }
}

/// Steps over `( ... )` with everything that nests in it; returns what is inside.
fn nested(cursor: &mut Cursor<'_>, depth: usize, broken: &mut Option<usize>) -> Range<usize> {
    let start = cursor.at;
    cursor.next();
    let mut open = 1usize;
    while let Some(c) = cursor.peek() {
        match c {
            '(' => open += 1,
            ')' => open -= 1,
            '`' => {
                cursor.next();
            }
            c if is_single(c) => {
                let _ = single(cursor, broken);
                continue;
            }
            c if is_double(c) && depth < DEEPEST => {
                let _ = double(cursor, depth + 1, broken);
                continue;
            }
            _ => {}
        }
        cursor.next();
        if open == 0 {
            return start + 1..cursor.at - 1;
        }
    }
    broken.get_or_insert(start);
    start + 1..cursor.at
}

/// The variables that a piece of code uses. [`nested`] has read strings in strings already; a limit
/// on their depth keeps the time in proportion to the text.
fn names_in(
    text: &str,
    range: Range<usize>,
    depth: usize,
    broken: &mut Option<usize>,
) -> Vec<String> {
    if depth >= 3 {
        broken.get_or_insert(range.start);
        return Vec::new();
    }
    let inner = lex_range(text, range, depth + 1);
    inner
        .list
        .iter()
        .flat_map(|token| token.uses().map(str::to_owned).collect::<Vec<_>>())
        .collect()
}

fn here_string(
    cursor: &mut Cursor<'_>,
    start: usize,
    expands: bool,
    depth: usize,
    broken: &mut Option<usize>,
) -> Token {
    let open = cursor.at;
    let mut parts = Parts::default();
    loop {
        // Here a line begins. The closing mark is at its very beginning, and the line end
        // before it does not count.
        let mut ahead = *cursor;
        let closes = ahead
            .next()
            .is_some_and(|c| if expands { is_double(c) } else { is_single(c) })
            && ahead.eat("@");
        if closes {
            let inner = open..cursor.at;
            *cursor = ahead;
            return string(start, inner, cursor.at, without_last_newline(parts));
        }
        loop {
            match cursor.peek() {
                None => {
                    broken.get_or_insert(start);
                    return string(start, open..cursor.at, cursor.at, parts);
                }
                Some('\n') => {
                    cursor.next();
                    parts.push('\n');
                    break;
                }
                Some(_) if expands => expandable(cursor, &mut parts, depth, broken),
                Some(c) => {
                    cursor.next();
                    parts.push(c);
                }
            }
        }
    }
}

#[cfg(test)]
#[path = "lex_tests.rs"]
mod tests;
