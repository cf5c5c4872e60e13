//! Token requests by hand: `requests.post` and its like in Python, `fetch` and `axios` in JavaScript. The call alone becomes
//! an object that answers as the call would have; a call whose answer is used in an unknown way stays.

use crate::script::calls::Calls;
use crate::token::{Kind, Token};
use std::ops::Range;

/// Objects of Python whose `post` answers at once.
const SESSIONS: [&str; 7] = ["requests", "httpx", "session", "sess", "s", "client", "http"];

/// What an answer may be asked for.
const MEMBERS: [&str; 10] =
    ["json", "raise_for_status", "status_code", "ok", "reason", "text", "is_success", "status", "statusText", "data"];

/// What a token's answer has that the variable cannot stand for.
const MORE: [&str; 4] = ["refresh_token", "id_token", "expires_on", "ext_expires_in"];

/// An answer's token, its type, and how long it lives.
const PYTHON_ANSWER: [&str; 3] = [
    "\"access_token\": os.environ[\"GRAPH_ACCESS_TOKEN\"]",
    "\"token_type\": \"Bearer\"",
    "\"expires_in\": int(os.environ[\"ROPC_EXPIRES_ON\"]) - int(time.time())",
];
const JAVASCRIPT_ANSWER: [&str; 3] = [
    "access_token: process.env.GRAPH_ACCESS_TOKEN",
    "token_type: 'Bearer'",
    "expires_in: Number(process.env.ROPC_EXPIRES_ON) - Math.floor(Date.now() / 1000)",
];

/// What a request becomes, and the modules of Python that this needs.
pub(crate) struct Replaced {
    pub(crate) range: Range<usize>,
    pub(crate) with: String,
    pub(crate) modules: Vec<&'static str>,
}

/// The same text from the list of what is known.
pub(crate) fn known_member(name: &str) -> Option<&'static str> {
    MEMBERS.iter().find(|known| **known == name).copied()
}

/// Every call that asks a server for something, with all of its arguments: its first and its last token.
pub(crate) fn calls(file: &Calls<'_>) -> Vec<(usize, usize)> {
    (0..file.list.tokens.len()).filter_map(|at| call_at(file, at)).collect()
}

fn call_at(file: &Calls<'_>, at: usize) -> Option<(usize, usize)> {
    let member = at > 0 && file.list.is(at - 1, '.');
    let base = at.checked_sub(2).filter(|_| member).and_then(|base| file.list.word(base));
    let close = file.closing(at + 1).filter(|_| file.list.is(at + 1, '('))?;
    let word = file.list.word(at)?;
    let is_call = match (file.is_python, word, base) {
        (true, "post", Some(base)) => SESSIONS.contains(&base),
        (true, "request", Some(base)) => matches!(base, "requests" | "httpx"),
        (false, "fetch" | "axios", None) => !member,
        (false, "post" | "request", Some("axios")) => true,
        _ => false,
    };
    let mut first = if member { at - 2 } else { at };
    while first >= 2 && file.list.is(first - 1, '.') && file.list.word(first - 2).is_some() {
        first -= 2;
    }
    is_call.then_some((first, close))
}

/// What the call becomes, if it is sure that the script goes on as before.
pub(crate) fn replaced(file: &Calls<'_>, first: usize, close: usize) -> Option<Replaced> {
    let outside = file.span(first, close);
    if MORE.iter().any(|more| file.mentions(more, &outside)) {
        return None;
    }
    let answer = answer(file, &outside);
    if file.is_python {
        let expires = file.mentions("expires_in", &outside).then_some("time");
        python(file, first, close, &answer, std::iter::once("os").chain(expires).collect())
    } else {
        let with = javascript(file, first, close, &answer)?;
        Some(Replaced { range: outside, with, modules: Vec::new() })
    }
}

/// The answer as an object of the language, with what the script reads of it.
fn answer(file: &Calls<'_>, outside: &Range<usize>) -> String {
    let [token, kind, until] = if file.is_python { PYTHON_ANSWER } else { JAVASCRIPT_ANSWER };
    let used = |member: &str, text| file.mentions(member, outside).then_some(text);
    let parts = [Some(token), used("token_type", kind), used("expires_in", until)];
    let parts = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
    if file.is_python { format!("{{{parts}}}") } else { format!("{{ {parts} }}") }
}

/// `requests.post(...).json()["access_token"]`, `requests.post(...).json()`, `name = requests.post(...)`.
fn python(
    file: &Calls<'_>,
    first: usize,
    close: usize,
    answer: &str,
    mut modules: Vec<&'static str>,
) -> Option<Replaced> {
    let before = file.before(first);
    if before.is_some_and(|at| file.is_word(at, &["await", "with"]) || file.list.is(at, '.')) {
        return None;
    }
    if file.list.is(close + 1, '.') {
        let json_end =
            (file.is_word(close + 2, &["json"]) && file.list.is(close + 3, '(') && file.list.is(close + 4, ')'))
                .then_some(close + 4)?;
        let is_token =
            |at: usize| file.list.get(at).and_then(Token::literal).is_some_and(|text| *text == "access_token");
        let by_index = file.list.is(json_end + 1, '[') && is_token(json_end + 2) && file.list.is(json_end + 3, ']');
        let by_get = file.list.is(json_end + 1, '.')
            && file.is_word(json_end + 2, &["get"])
            && file.list.is(json_end + 3, '(')
            && is_token(json_end + 4)
            && file.list.is(json_end + 5, ')');
        let (last, with) = match (by_index, by_get) {
            (true, _) => (json_end + 3, "os.environ[\"GRAPH_ACCESS_TOKEN\"]"),
            (_, true) => (json_end + 5, "os.environ[\"GRAPH_ACCESS_TOKEN\"]"),
            _ => (json_end, answer),
        };
        return Some(Replaced { range: file.span(first, last), with: with.to_owned(), modules });
    }
    let name = file.assigned(first)?;
    let ends = file.list.get(close + 1).is_none_or(|t| t.kind == Kind::Newline || t.is(';'));
    let used = file.members(name, close + 1..file.list.tokens.len()).filter(|_| ends)?;
    let mut parts = Vec::new();
    for member in ["status_code", "ok", "is_success", "reason", "text", "raise_for_status", "json"] {
        if used.contains(&member) || member == "json" {
            parts.push(match member {
                "status_code" => "status_code=200".to_owned(),
                "reason" => "reason=\"OK\"".to_owned(),
                "text" => "text='{\"access_token\": \"%s\"}' % os.environ[\"GRAPH_ACCESS_TOKEN\"]".to_owned(),
                "raise_for_status" => "raise_for_status=lambda: None".to_owned(),
                "json" => format!("json=lambda: {answer}"),
                other => format!("{other}=True"),
            });
        }
    }
    let strange = |member: &&str| matches!(*member, "status" | "statusText" | "data") || known_member(member).is_none();
    if used.iter().any(strange) || file.mentions("types", &(0..0)) {
        return None;
    }
    modules.push("types");
    let with = format!("types.SimpleNamespace({})", parts.join(", "));
    Some(Replaced { range: file.span(first, close), with, modules })
}

/// A promise of the answer, where it is awaited or goes on with `.then(name => ...)`.
fn javascript(file: &Calls<'_>, first: usize, close: usize, answer: &str) -> Option<String> {
    let is_fetch = file.is_word(first, &["fetch"]);
    let known: &[&str] =
        if is_fetch { &["ok", "status", "statusText", "json", "text"] } else { &["data", "status", "statusText"] };
    let is_known = |used: Vec<&str>| used.iter().all(|member| known.contains(member));
    let next = file.behind(close);
    let awaited = file.before(first).filter(|at| file.is_word(*at, &["await"]));
    let sure = if file.list.is(next, '.') && file.is_word(next + 1, &["then"]) {
        let open = next + 2;
        let close = file.closing(open).filter(|_| file.list.is(open, '('))?;
        let (param, arrow) = if file.list.is(open + 1, '(') { (open + 2, open + 4) } else { (open + 1, open + 2) };
        let is_arrow = file.list.source(arrow) == "=>";
        is_arrow && is_known(file.members(file.list.word(param)?, arrow..close)?)
    } else {
        let awaited = awaited?;
        match file.before(awaited) {
            // `(await fetch(...)).json()`
            Some(at) if file.list.is(at, '(') => {
                file.list.is(next, ')')
                    && file.list.is(next + 1, '.')
                    && file.list.word(next + 2).is_some_and(|m| known.contains(&m))
            }
            // `const { data } = await axios.post(...)`
            Some(at) if file.list.is(at, '=') && file.list.is(at.saturating_sub(1), '}') => !is_fetch,
            Some(_) => is_known(file.members(file.assigned(awaited)?, close + 1..file.list.tokens.len())?),
            None => false,
        }
    };
    let text = if file.mentions("text", &file.span(first, close)) {
        format!(", text: async () => JSON.stringify({answer})")
    } else {
        String::new()
    };
    let rest =
        if is_fetch { format!("ok: true, json: async () => ({answer}){text}") } else { format!("data: {answer}") };
    sure.then(|| format!("Promise.resolve({{ status: 200, statusText: 'OK', {rest} }})"))
}
