//! Token requests of known shapes outside of PowerShell: `curl` in a command substitution, and MSAL's calls in Python and
//! JavaScript.

use super::bindings::Source;
use super::rewrite::{Edit, Marks};
use super::token::{Kind, Token};
use super::{Language, curl};

/// The edits that put the variable in the place of the request.
pub(super) fn edits(text: &str, source: &Source, marks: &Marks<'_>) -> Vec<Edit> {
    if marks.spans.is_empty() {
        return Vec::new();
    }
    match source.language {
        Language::Shell => curl::edits(text, &source.tokens, marks),
        Language::Python | Language::JavaScript => msal(text, source),
        _ => Vec::new(),
    }
}

const CALLS: [&str; 2] = ["acquire_token_by_username_password", "acquireTokenByUsernamePassword"];

/// `app.acquire_token_by_username_password(...)` and the app that is made for it alone.
fn msal(text: &str, source: &Source) -> Vec<Edit> {
    let list: Vec<&Token> = source.tokens.iter().filter(|t| !matches!(t.kind, Kind::Comment | Kind::Newline)).collect();
    let word = |at: usize| list.get(at).filter(|t| t.kind == Kind::Word).and_then(|t| text.get(t.span.clone()));
    let is = |at: usize, sign: char| list.get(at).is_some_and(|t| t.is(sign));
    let python = source.language == Language::Python;
    let mut edits = Vec::new();
    for at in 0..list.len() {
        if !(word(at).is_some_and(|w| CALLS.contains(&w)) && is(at + 1, '(') && at >= 2 && is(at - 1, '.')) {
            continue;
        }
        let Some(close) = closing(&list, at + 1) else { continue };
        let mut first = at - 2;
        while first >= 2 && is(first - 1, '.') {
            first -= 2;
        }
        let Some(app) = word(first) else { continue };
        let with = if python {
            "{\"access_token\": os.environ[\"GRAPH_ACCESS_TOKEN\"]}"
        } else {
            "Promise.resolve({ accessToken: process.env.GRAPH_ACCESS_TOKEN })"
        };
        edits.push(Edit::with(list[first].span.start..list[close].span.end, with));
        let uses = (0..list.len()).filter(|at| word(*at) == Some(app) && !(first..=close).contains(at));
        let uses: Vec<usize> = uses.collect();
        if let [made] = uses.as_slice()
            && is(made + 1, '=')
            && let Some(end) = constructed(&list, text, made + 2)
        {
            let nothing = if python { "None" } else { "null" };
            edits.push(Edit::with(list[made + 2].span.start..list[end].span.end, nothing));
        }
    }
    let imports_os = (1..list.len()).any(|at| word(at) == Some("os") && word(at - 1) == Some("import"));
    if python && !edits.is_empty() && !imports_os {
        edits.extend(import_os(text, &source.tokens));
    }
    edits
}

/// `[new] [msal.]ConfidentialClientApplication(...)`: the place of its last bracket.
fn constructed(list: &[&Token], text: &str, at: usize) -> Option<usize> {
    let word = |at: usize| list.get(at).filter(|t| t.kind == Kind::Word).and_then(|t| text.get(t.span.clone()));
    let mut at = if word(at) == Some("new") { at + 1 } else { at };
    while list.get(at + 1)?.is('.') {
        at += 2;
    }
    matches!(word(at)?, "ConfidentialClientApplication" | "PublicClientApplication").then_some(())?;
    closing(list, at + 1)
}

fn closing(list: &[&Token], at: usize) -> Option<usize> {
    let mut open = 0usize;
    for (index, token) in list.iter().enumerate().skip(at) {
        match token.kind {
            Kind::Sym('(' | '[' | '{') => open += 1,
            Kind::Sym(')' | ']' | '}') => {
                open = open.checked_sub(1)?;
                if open == 0 {
                    return Some(index);
                }
            }
            _ => {}
        }
    }
    None
}

/// `import os` in a line of its own before the first import that may stand behind it.
fn import_os(text: &str, tokens: &[Token]) -> Option<Edit> {
    let starts_line = |token: &Token| text.get(..token.span.start).is_some_and(|t| t.is_empty() || t.ends_with('\n'));
    let first = tokens.iter().find(|t| {
        let rest = text.get(t.span.start..).unwrap_or_default();
        t.kind == Kind::Word
            && starts_line(t)
            && (rest.starts_with("import ") || rest.starts_with("from ") && !rest.starts_with("from __future__"))
    })?;
    let at = first.span.start;
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    Some(Edit::with(at..at, format!("import os{line_end}")))
}
