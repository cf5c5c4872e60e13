//! Statements that exist for a token request only: when it becomes the variable, they go as well.

use super::file::{Powershell, VARIABLE};
use super::statement::{Assignment, Statement};
use crate::edits::{Edit, Uses};
use crate::token::Kind;
use std::collections::BTreeSet;
use std::ops::Range;

/// Words that only make values: a statement of nothing else can go when its value has no use.
const HARMLESS: [&str; 12] = [
    "convertto-securestring",
    "-asplaintext",
    "-force",
    "-string",
    "new-object",
    "-argumentlist",
    "urlencode",
    "escapedatastring",
    "-typename",
    "-f",
    "-join",
    "-replace",
];

/// No script that a person wrote has more.
const MOST_SOURCES: usize = 200;

/// The edits that put the variable where the script reads the token, and take the request's
/// statement out; `None` if the script uses the answer in another way.
pub(super) fn inlined(file: &Powershell<'_>, request: &Statement) -> Option<Vec<Edit>> {
    let name = &request.assigns.as_ref()?.name;
    let uses = token_uses(file, name, request)?;
    let edits = uses.iter().flat_map(|used| inlined_at(file, used));
    Some(
        std::iter::once(Edit::gone(span(file, &request.tokens)))
            .chain(edits)
            .collect(),
    )
}

fn span(file: &Powershell<'_>, tokens: &Range<usize>) -> Range<usize> {
    file.span(tokens.start, tokens.end.max(1) - 1)
}

/// Every use of the answer, if each takes the token out of it and nothing else.
fn token_uses(file: &Powershell<'_>, name: &str, request: &Statement) -> Option<Vec<Range<usize>>> {
    let list = &file.tokens.list;
    let mut uses = Vec::new();
    for (at, token) in list
        .tokens
        .iter()
        .enumerate()
        .filter(|(at, _)| !request.tokens.contains(at))
    {
        if !token.uses().any(|used| used == name) {
            continue;
        }
        token.name()?;
        if file.is_word(at + 1, ".access_token") {
            uses.push(at..at + 2);
        } else if at > 0
            && list.is(at - 1, '(')
            && file.is_word(at + 1, ".Content")
            && list.is(at + 2, '|')
            && file.is_word(at + 3, "ConvertFrom-Json")
            && list.is(at + 4, ')')
            && file.is_word(at + 5, ".access_token")
        {
            uses.push(at - 1..at + 6);
        } else {
            return None;
        }
    }
    (!uses.is_empty()).then_some(uses)
}

/// The variable in the place of the token.
fn inlined_at(file: &Powershell<'_>, used: &Range<usize>) -> Vec<Edit> {
    secured_at(file, used).unwrap_or_else(|| vec![Edit::with(span(file, used), VARIABLE)])
}

/// A secure string that a statement makes of the token, and one command takes: that command makes
/// it of the variable.
fn secured_at(file: &Powershell<'_>, used: &Range<usize>) -> Option<Vec<Edit>> {
    let list = &file.tokens.list;
    let statement = file.innermost(used.start)?;
    let Assignment { name, value, .. } = statement.assigns.as_ref()?;
    let makes_secure = (*value..statement.tokens.end)
        .filter(|at| !used.contains(at))
        .all(|at| list.is(at, '|') || HARMLESS[..4].contains(&list.lower_word(at).as_str()));
    let takers: Vec<usize> = (0..list.tokens.len())
        .filter(|at| {
            !statement.tokens.contains(at) && list.tokens[*at].uses().any(|used| used == name)
        })
        .collect();
    let [taker] = takers.as_slice() else {
        return None;
    };
    let is_argument =
        file.is_word(taker.wrapping_sub(1), "-AccessToken") && list.tokens[*taker].name().is_some();
    if !makes_secure || !is_argument {
        return None;
    }
    let secure = format!("({VARIABLE} | ConvertTo-SecureString -AsPlainText -Force)");
    Some(vec![
        Edit::gone(span(file, &statement.tokens)),
        Edit::with(list.tokens[*taker].span.clone(), secure),
    ])
}

/// The variables that a statement reads.
fn reads<'f>(file: &'f Powershell<'_>, statement: &Statement) -> BTreeSet<&'f str> {
    let from = statement
        .assigns
        .as_ref()
        .map_or(statement.tokens.start, |a| a.value);
    let tokens = file
        .tokens
        .list
        .tokens
        .get(from..statement.tokens.end)
        .unwrap_or_default();
    tokens.iter().flat_map(|t| t.uses()).collect()
}

/// The statements that give values to what this one reads, and so on, but for those that are
/// requests themselves.
fn sources<'f>(file: &'f Powershell<'_>, request: &'f Statement) -> Vec<&'f Statement> {
    let mut found: Vec<&Statement> = Vec::new();
    let mut open = vec![request];
    while let Some(reader) = open.pop() {
        for name in reads(file, reader) {
            let given = file.statements.iter().filter(|s| s.target() == Some(name));
            for source in given {
                let is_new = source.tokens != request.tokens
                    && !found.iter().any(|f| f.tokens == source.tokens);
                if is_new && !file.is_request(&source.tokens) && found.len() < MOST_SOURCES {
                    found.push(source);
                    open.push(source);
                }
            }
        }
    }
    found
}

/// The edits, and those that take out the sources of the request whose value has no use any more.
pub(super) fn without(
    file: &Powershell<'_>,
    request: &Statement,
    mut edits: Vec<Edit>,
) -> Vec<Edit> {
    // Other code may read what this file does not.
    if !file.readers.is_empty() {
        return edits;
    }
    let tokens = &file.tokens.list.tokens;
    let mut left: Vec<&Statement> = sources(file, request)
        .into_iter()
        .filter(|s| is_harmless(file, s))
        .collect();
    let mut uses = Uses::of(tokens);
    for edit in &edits {
        uses.forget(tokens, &edit.range);
    }
    loop {
        let dead: Vec<&Statement> = left
            .iter()
            .copied()
            .filter(|s| is_unread(s, &left, &uses))
            .collect();
        if dead.is_empty() {
            return edits;
        }
        for statement in &dead {
            let span = span(file, &statement.tokens);
            uses.forget(tokens, &span);
            edits.push(Edit::gone(span));
        }
        left.retain(|s| !dead.iter().any(|d| d.tokens == s.tokens));
    }
}

/// True if only assignments use the variable of a statement. They do not count: a variable goes
/// with all that is assigned to it.
fn is_unread(statement: &Statement, left: &[&Statement], uses: &Uses<'_>) -> bool {
    let Some(name) = statement.target() else {
        return false;
    };
    let assignments = left.iter().filter(|s| s.target() == Some(name)).count();
    uses.count(name) <= assignments
}

/// True if the statement makes a value and does nothing else.
fn is_harmless(file: &Powershell<'_>, statement: &Statement) -> bool {
    let list = &file.tokens.list;
    let Some(Assignment { name, value, .. }) = &statement.assigns else {
        return false;
    };
    // Programs that the script starts see the environment, and other scripts what is global.
    let is_own = !name.starts_with("env:") && !file.is_global(statement);
    is_own
        && (*value..statement.tokens.end).all(|at| match list.tokens[at].kind {
            Kind::Str => !list.tokens[at]
                .parts
                .iter()
                .any(|p| matches!(p, crate::token::Part::Code(_))),
            Kind::Var | Kind::Newline | Kind::Comment => true,
            Kind::Sym(c) => "@{}()[]=;,+:|".contains(c),
            Kind::Word => {
                let word = list.lower_word(at);
                list.is(at + 1, '=')
                    || (at > 0 && list.is(at - 1, '[') && list.is(at + 1, ']'))
                    || HARMLESS.contains(&word.as_str())
                    || word.ends_with("pscredential")
            }
        })
}
