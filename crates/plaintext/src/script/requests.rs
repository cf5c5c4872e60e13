//! Token requests outside of PowerShell, and what they become: the call of MSAL by user name and password, and requests that
//! a script makes by itself. Which of them is the stored user's is known from `flow`.

use super::posts;
use crate::bindings::Source;
use crate::flow::{Flow, Request};
use crate::rewrite::{Edit, Marks};
use crate::script::calls::Calls;
use crate::token::{Kind, Token};
use std::ops::Range;

/// The edits that put the variable in the place of the request.
pub(crate) fn edits(text: &str, source: &Source, marks: &Marks<'_>) -> Vec<Edit> {
    if marks.spans.is_empty() { Vec::new() } else { calls(text, source, marks) }
}

const MSAL: [&str; 2] = ["acquire_token_by_username_password", "acquireTokenByUsernamePassword"];

/// The tokens of a call of MSAL: the object, and the last bracket.
fn msal_calls(file: &Calls<'_>) -> Vec<(usize, usize)> {
    let call = |at: usize| {
        let is_call = file.is_word(at, &MSAL) && file.list.is(at + 1, '(') && at >= 2 && file.list.is(at - 1, '.');
        let close = file.closing(at + 1).filter(|_| is_call)?;
        let mut first = at - 2;
        while first >= 2 && file.list.is(first - 1, '.') {
            first -= 2;
        }
        file.list.word(first).map(|_| (first, close))
    };
    (0..file.list.tokens.len()).filter_map(call).collect()
}

fn calls(text: &str, source: &Source, marks: &Marks<'_>) -> Vec<Edit> {
    let file = Calls::of(text, source);
    let (msal, posts) = (msal_calls(&file), posts::calls(&file));
    let request = |is_password_grant| {
        let file = &file;
        move |(first, close): &(usize, usize)| Request { range: file.span(*first, *close), is_password_grant }
    };
    let requests = msal.iter().map(request(true)).chain(posts.iter().map(request(false))).collect();
    let flow = Flow { text, tokens: &source.tokens, given: file.given(), requests, words_are_names: true };
    let ours = flow.sign_ins(marks);
    let is_ours = |(first, close): &&(usize, usize)| ours.contains(&file.span(*first, *close));
    let (mut edits, mut modules) = (Vec::new(), Vec::new());
    for (first, close) in msal.iter().filter(is_ours) {
        edits.push(Edit::with(file.span(*first, *close), msal_answer(&file)));
        edits.extend(without_app(&file, *first, *close));
        modules.push("os");
    }
    for (first, close) in posts.iter().filter(is_ours) {
        if let Some(new) = posts::replaced(&file, *first, *close) {
            edits.push(Edit::with(new.range, new.with));
            modules.extend(new.modules);
        }
    }
    if file.is_python && !edits.is_empty() {
        import(text, source, &file, &modules, &mut edits);
    }
    edits
}

fn msal_answer(file: &Calls<'_>) -> &'static str {
    if file.is_python {
        "{\"access_token\": os.environ[\"GRAPH_ACCESS_TOKEN\"]}"
    } else {
        "Promise.resolve({ accessToken: process.env.GRAPH_ACCESS_TOKEN })"
    }
}

/// The app that is made for this call alone goes as well.
fn without_app(file: &Calls<'_>, first: usize, close: usize) -> Option<Edit> {
    let app = file.list.word(first)?;
    let uses =
        (0..file.list.tokens.len()).filter(|at| file.list.word(*at) == Some(app) && !(first..=close).contains(at));
    let [made] = uses.collect::<Vec<_>>().try_into().ok()?;
    let mut at = Some(made + 1).filter(|at| file.list.is(*at, '='))? + 1;
    let value = at;
    if file.is_word(at, &["new"]) {
        at += 1;
    }
    while file.list.is(at + 1, '.') {
        at += 2;
    }
    let is_app = file.is_word(at, &["ConfidentialClientApplication", "PublicClientApplication"]);
    let end = file.closing(at + 1).filter(|_| is_app)?;
    Some(Edit::with(file.span(value, end), if file.is_python { "None" } else { "null" }))
}

/// The modules that the edits use: in lines of their own before the first import that may stand behind them; where there is
/// none, in the place where they are used.
fn import(text: &str, source: &Source, file: &Calls<'_>, modules: &[&'static str], edits: &mut Vec<Edit>) {
    let starts_line = |token: &Token| text.get(..token.span.start).is_some_and(|t| t.is_empty() || t.ends_with('\n'));
    let line = |token: &Token| text.get(token.span.start..).and_then(|t| t.lines().next()).unwrap_or_default();
    let imports = |module: &str| {
        let lines = source.tokens.iter().filter(|t| t.kind == Kind::Word && starts_line(t)).map(line);
        let names = lines.filter_map(|line| line.strip_prefix("import "));
        names.flat_map(|names| names.split([',', '#'])).any(|name| name.trim() == module)
    };
    let first = source.tokens.iter().find(|t| {
        let rest = line(t);
        let is_import =
            rest.starts_with("import ") || rest.starts_with("from ") && !rest.starts_with("from __future__");
        t.kind == Kind::Word && starts_line(t) && is_import
    });
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut lines = String::new();
    for module in ["os", "time", "types"].into_iter().filter(|m| modules.contains(m) && !imports(m)) {
        if first.is_some() && !is_a_variable(file, module) {
            lines.extend(["import ", module, line_end]);
            continue;
        }
        for edit in edits.iter_mut() {
            edit.with = edit.with.replace(&format!("{module}."), &format!("__import__(\"{module}\")."));
        }
    }
    if let Some(token) = first.filter(|_| !lines.is_empty()) {
        let at: Range<usize> = token.span.start..token.span.start;
        edits.push(Edit::with(at, lines));
    }
}

/// True if the script has something else of that name.
fn is_a_variable(file: &Calls<'_>, name: &str) -> bool {
    (0..file.list.tokens.len()).any(|at| {
        file.list.word(at) == Some(name)
            && !file.list.is(at.wrapping_sub(1), '.')
            && (file.list.is(at + 1, '=') || file.is_word(at.wrapping_sub(1), &["as", "for", "import", "def", "class"]))
    })
}
