//! What a token request of Python or JavaScript becomes: the token, or an object that answers as
//! the request did.

use super::file::{Kind, ScriptFile};
use crate::edits::Edit;
use crate::proof::Used;
use crate::proof::answer::{Answers, Around, Level, Value};
use crate::proof::prove::{Request, Why};
use crate::token::{self, Token};
use std::ops::Range;

const PYTHON_TOKEN: &str = "os.environ[\"GRAPH_ACCESS_TOKEN\"]";
const JAVASCRIPT_TOKEN: &str = "process.env.GRAPH_ACCESS_TOKEN";

/// An answer's members, each with what it is.
const PYTHON: [(&str, &str); 4] = [
    (
        "access_token",
        "\"access_token\": os.environ[\"GRAPH_ACCESS_TOKEN\"]",
    ),
    ("token_type", "\"token_type\": \"Bearer\""),
    (
        "expires_in",
        "\"expires_in\": int(os.environ[\"ROPC_EXPIRES_ON\"]) - int(time.time())",
    ),
    (
        "expires_on",
        "\"expires_on\": os.environ[\"ROPC_EXPIRES_ON\"]",
    ),
];
const JAVASCRIPT: [(&str, &str); 4] = [
    (
        "access_token",
        "access_token: process.env.GRAPH_ACCESS_TOKEN",
    ),
    ("token_type", "token_type: 'Bearer'"),
    (
        "expires_in",
        "expires_in: Number(process.env.ROPC_EXPIRES_ON) - Math.floor(Date.now() / 1000)",
    ),
    ("expires_on", "expires_on: process.env.ROPC_EXPIRES_ON"),
];

pub(super) fn replaced(
    file: &ScriptFile<'_>,
    request: &Request,
    used: &Used,
) -> Result<Vec<Edit>, Why> {
    let kind = file.kind_of(request).ok_or(Why::Shape(None))?;
    let has = |member: &str| used.iter().any(|(_, name)| name == member);
    if file.tokens.is_python {
        // The modules that the edit needs are ordinary names of the file otherwise.
        let value = file.value_of(request);
        let mut edits = vec![match token_of(file, value) {
            Some(range) => Edit::with(range, PYTHON_TOKEN),
            None => python(file, request, kind, used),
        }];
        if kind == Kind::Msal {
            edits.push(without_app(file, request)?);
        }
        return Ok(edits);
    }
    let answer = answer(&JAVASCRIPT, has);
    let text = format!(", text: async () => JSON.stringify({{ {answer} }})");
    let text = if has("text") { text.as_str() } else { "" };
    let with = match kind {
        Kind::Msal => {
            let until = ", expiresOn: new Date(Number(process.env.ROPC_EXPIRES_ON) * 1000)";
            let until = if has("expiresOn") { until } else { "" };
            format!("Promise.resolve({{ accessToken: {JAVASCRIPT_TOKEN}{until} }})")
        }
        Kind::Axios => {
            format!("Promise.resolve({{ status: 200, statusText: 'OK', data: {{ {answer} }} }})")
        }
        Kind::Fetch | Kind::Post => format!(
            "Promise.resolve({{ status: 200, statusText: 'OK', ok: true, json: async () => ({{ {answer} }}){text} }})"
        ),
    };
    let mut edits = vec![Edit::with(request.range.clone(), with)];
    if kind == Kind::Msal {
        edits.push(without_app(file, request)?);
    }
    Ok(edits)
}

fn answer(members: &[(&str, &str)], has: impl Fn(&str) -> bool) -> String {
    let parts = members
        .iter()
        .filter(|(name, _)| *name == "access_token" || has(name))
        .map(|(_, text)| *text);
    parts.collect::<Vec<_>>().join(", ")
}

/// `requests.post(...).json()["access_token"]` as a whole.
fn token_of(file: &ScriptFile<'_>, value: Value) -> Option<Range<usize>> {
    let mut value = value;
    loop {
        match file.around(&value) {
            // Python's own brackets and assignments stay.
            Around::Goes(next) if next.first == value.first => value = next,
            Around::Members(names) if names == ["access_token"] && value.level == Level::Data => {
                let behind = value.last + 1;
                let index = file.tokens.list.is(behind, '[');
                let method =
                    file.tokens.list.is(behind, '.') && file.tokens.list.is(behind + 4, ')');
                let last = if index { behind + 2 } else { behind + 4 };
                return (index || method).then(|| file.tokens.span(value.first, last));
            }
            _ => return None,
        }
    }
}

fn python(file: &ScriptFile<'_>, request: &Request, kind: Kind, used: &Used) -> Edit {
    let has = |member: &str| used.iter().any(|(_, name)| name == member);
    let answer = format!("{{{}}}", answer(&PYTHON, has));
    if kind == Kind::Msal {
        return Edit::with(request.range.clone(), answer);
    }
    let value = file.value_of(request);
    if let Around::Goes(next) = file.around(&value)
        && next.level == Level::Data
    {
        return Edit::with(file.tokens.span(value.first, next.last), answer);
    }
    let mut parts = Vec::new();
    for member in [
        "status_code",
        "ok",
        "is_success",
        "reason",
        "text",
        "raise_for_status",
    ] {
        if has(member) {
            parts.push(match member {
                "status_code" => "status_code=200".to_owned(),
                "reason" => "reason=\"OK\"".to_owned(),
                "text" => "text=\"\"".to_owned(),
                "raise_for_status" => "raise_for_status=lambda: None".to_owned(),
                other => format!("{other}=True"),
            });
        }
    }
    parts.push(format!("json=lambda: {answer}"));
    Edit::with(
        request.range.clone(),
        format!("types.SimpleNamespace({})", parts.join(", ")),
    )
}

/// The app that is made for this call alone goes as well. One that is used for more would ask with
/// a secret that is gone.
fn without_app(file: &ScriptFile<'_>, request: &Request) -> Result<Edit, Why> {
    let list = &file.tokens.list;
    let (first, last) = request.tokens;
    let app = list.source(first);
    let stays = || Why::Answer(Some(app.to_owned()));
    let others = (0..list.tokens.len()).filter(|at| {
        list.word(*at) == Some(app)
            && !(first..=last).contains(at)
            && !(*at > 0 && list.is(*at - 1, '.'))
    });
    let [made] = others.collect::<Vec<_>>().try_into().map_err(|_| stays())?;
    let value = Some(made + 1)
        .filter(|at| list.is(*at, '='))
        .map(|at| at + 1)
        .ok_or_else(stays)?;
    let open = (value..list.tokens.len())
        .find(|at| list.is(*at, '('))
        .ok_or_else(stays)?;
    let end = file.tokens.brackets.closing(open).ok_or_else(stays)?;
    Ok(Edit::with(
        file.tokens.span(value, end),
        if file.tokens.is_python {
            "None"
        } else {
            "null"
        },
    ))
}

/// The modules that the edits use: in lines of their own before the first import that may be
/// behind them; where there is none, in the place where they are used.
pub(super) fn with_modules(file: &ScriptFile<'_>, mut edits: Vec<Edit>) -> Vec<Edit> {
    let text = file.text;
    let needed = |module: &str| {
        edits
            .iter()
            .any(|edit| edit.with.contains(&format!("{module}.")))
    };
    let needed: Vec<&str> = ["os", "time", "types"]
        .into_iter()
        .filter(|module| needed(module))
        .collect();
    let starts_line = |token: &Token| {
        text.get(..token.span.start)
            .is_some_and(|t| t.is_empty() || t.ends_with('\n'))
    };
    let line = |token: &Token| {
        text.get(token.span.start..)
            .and_then(|t| t.lines().next())
            .unwrap_or_default()
    };
    let is_word = |token: &&Token| token.kind == token::Kind::Word && starts_line(token);
    let imports = |module: &str| {
        let lines = file.all.iter().filter(is_word).map(line);
        let names = lines.filter_map(|line| line.strip_prefix("import "));
        names
            .flat_map(|names| names.split([',', '#']))
            .any(|name| name.trim() == module)
    };
    let first = file.all.iter().filter(is_word).find(|t| {
        let rest = line(t);
        rest.starts_with("import ")
            || rest.starts_with("from ") && !rest.starts_with("from __future__")
    });
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut lines = String::new();
    for module in needed
        .into_iter()
        .filter(|module| !imports(module) || is_a_variable(file, module))
    {
        if first.is_some() && !is_a_variable(file, module) {
            lines.extend(["import ", module, line_end]);
            continue;
        }
        for edit in &mut edits {
            edit.with = edit
                .with
                .replace(&format!("{module}."), &format!("__import__(\"{module}\")."));
        }
    }
    if let Some(token) = first.filter(|_| !lines.is_empty()) {
        edits.push(Edit::with(token.span.start..token.span.start, lines));
    }
    edits
}

/// True if the script has something else of that name.
fn is_a_variable(file: &ScriptFile<'_>, name: &str) -> bool {
    let list = &file.tokens.list;
    let is_own = (0..list.tokens.len()).any(|at| {
        list.word(at) == Some(name)
            && !(at > 0 && list.is(at - 1, '.'))
            && (list.is(at + 1, '=') && file.tokens.brackets.opener(at).is_none()
                || at > 0 && file.tokens.is_word(at - 1, &["as", "for", "def", "class"])
                || at > 0
                    && file.tokens.is_word(at - 1, &["import"])
                    && at > 1
                    && file.tokens.is_word(at.saturating_sub(3), &["from"]))
    });
    is_own
        || file
            .program
            .functions
            .iter()
            .any(|f| f.params.iter().any(|(param, _)| param == name))
}
