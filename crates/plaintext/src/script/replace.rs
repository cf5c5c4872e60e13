//! What a token request of Python or JavaScript becomes: the token, or an object that answers as
//! the request did.

use super::file::{RequestKind, ScriptFile};
use crate::edits::Edit;
use crate::proof::Used;
use crate::proof::answer::{Answers, Around, Level, ValueSpan};
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
    if file.tokens.is_python {
        // The modules that the edit needs are ordinary names of the file otherwise.
        let value = file.value_of(request);
        let mut edits = vec![match token_of(file, value) {
            Some(range) => Edit::with(range, PYTHON_TOKEN),
            None => python(file, request, kind, used),
        }];
        if kind == RequestKind::Msal {
            edits.push(without_app(file, request)?);
        }
        return Ok(edits);
    }
    let answer = answer(&JAVASCRIPT, used);
    let text = if has(used, "text") {
        format!(", text: async () => JSON.stringify({{ {answer} }})")
    } else {
        String::new()
    };
    let with = match kind {
        RequestKind::Msal => {
            let until = ", expiresOn: new Date(Number(process.env.ROPC_EXPIRES_ON) * 1000)";
            let until = if has(used, "expiresOn") { until } else { "" };
            format!("Promise.resolve({{ accessToken: {JAVASCRIPT_TOKEN}{until} }})")
        }
        RequestKind::Axios => {
            format!("Promise.resolve({{ status: 200, statusText: 'OK', data: {{ {answer} }} }})")
        }
        RequestKind::Fetch | RequestKind::Post => format!(
            "Promise.resolve({{ status: 200, statusText: 'OK', ok: true, json: async () => ({{ {answer} }}){text} }})"
        ),
    };
    let mut edits = vec![Edit::with(request.range.clone(), environment(file, with)?)];
    if kind == RequestKind::Msal {
        edits.push(without_app(file, request)?);
    }
    Ok(edits)
}

/// The text with the `process` of every file, also where the script has another one.
fn environment(file: &ScriptFile<'_>, with: String) -> Result<String, Why> {
    let is_another = |name: &str| {
        let mut assigns = file.program.assigns.iter();
        file.program.has_function_or_param(name)
            || assigns.any(|assign| assign.name == name && assign.key.is_none())
    };
    if !is_another("process") {
        Ok(with)
    } else if is_another("globalThis") {
        Err(Why::Shape(Some("process".to_owned())))
    } else {
        Ok(with.replace("process.env", "globalThis.process.env"))
    }
}

/// True if the script reads this member of the answer.
fn has(used: &Used, member: &str) -> bool {
    used.iter().any(|(_, name)| name == member)
}

fn answer(members: &[(&str, &str)], used: &Used) -> String {
    let parts = members
        .iter()
        .filter(|(name, _)| *name == "access_token" || has(used, name))
        .map(|(_, text)| *text);
    parts.collect::<Vec<_>>().join(", ")
}

/// `requests.post(...).json()["access_token"]` as a whole.
fn token_of(file: &ScriptFile<'_>, value: ValueSpan) -> Option<Range<usize>> {
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

fn python(file: &ScriptFile<'_>, request: &Request, kind: RequestKind, used: &Used) -> Edit {
    let answer = format!("{{{}}}", answer(&PYTHON, used));
    if kind == RequestKind::Msal {
        return Edit::with(request.range.clone(), answer);
    }
    let mut value = file.value_of(request);
    // `raise_for_status()` of httpx is the response itself.
    while let Around::Goes(next) = file.around(&value)
        && next.first == value.first
    {
        if next.level == Level::Data {
            return Edit::with(file.tokens.span(value.first, next.last), answer);
        }
        value = next;
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
        if has(used, member) {
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
        file.tokens.span(value.first, value.last),
        format!("types.SimpleNamespace({})", parts.join(", ")),
    )
}

/// The app that is made for this call alone goes as well. One that is used for more would ask with
/// a secret that is gone.
fn without_app(file: &ScriptFile<'_>, request: &Request) -> Result<Edit, Why> {
    let list = &file.tokens.list;
    let (first, last) = request.tokens;
    let app = list.source(first);
    let others: Vec<usize> = (0..list.tokens.len())
        .filter(|at| {
            list.word(*at) == Some(app)
                && !(first..=last).contains(at)
                && !(*at > 0 && list.is(*at - 1, '.'))
        })
        .collect();
    let made = match others.as_slice() {
        [name] => made_value(file, *name),
        _ => None,
    };
    let nothing = if file.tokens.is_python {
        "None"
    } else {
        "null"
    };
    match made {
        Some(value) => Ok(Edit::with(value, nothing)),
        None => Err(Why::Answer(Some(app.to_owned()))),
    }
}

/// `name = Maker(...)`: the value.
fn made_value(file: &ScriptFile<'_>, name: usize) -> Option<Range<usize>> {
    let list = &file.tokens.list;
    if !list.is(name + 1, '=') {
        return None;
    }
    let value = name + 2;
    let open = (value..list.tokens.len()).find(|at| list.is(*at, '('))?;
    let end = file.tokens.brackets.closing(open)?;
    Some(file.tokens.span(value, end))
}

/// The modules that the edits use: in lines of their own before the first import, if that is above
/// the edits and no other name of the file is the module's; else in the place where they are used.
pub(super) fn with_modules(file: &ScriptFile<'_>, mut edits: Vec<Edit>) -> Vec<Edit> {
    let used = edits.iter().map(|edit| edit.range.start).min().unwrap_or(0);
    let above: Vec<TopLevelLine<'_>> = file
        .all
        .iter()
        .take_while(|token| token.span.start < used)
        .filter_map(|token| TopLevelLine::at(file.text, token))
        .collect();
    let first = above.iter().find(|line| line.is_plain_import());
    let line_end = if file.text.contains("\r\n") {
        "\r\n"
    } else {
        "\n"
    };
    let mut lines = String::new();
    for module in ["os", "time", "types"] {
        let member = format!("{module}.");
        let is_needed = edits.iter().any(|edit| edit.with.contains(&member));
        let is_other = is_another(file, module);
        let is_there = above.iter().any(|line| line.imports(module));
        if !is_needed || is_there && !is_other {
            continue;
        }
        if first.is_some() && !is_other {
            lines.extend(["import ", module, line_end]);
            continue;
        }
        for edit in &mut edits {
            edit.with = edit
                .with
                .replace(&member, &format!("__import__(\"{module}\")."));
        }
    }
    if let Some(line) = first
        && !lines.is_empty()
    {
        edits.push(Edit::with(line.start..line.start, lines));
    }
    edits
}

/// A line of Python that begins with a word and is not indented.
struct TopLevelLine<'t> {
    start: usize,
    text: &'t str,
}

impl<'t> TopLevelLine<'t> {
    fn at(text: &'t str, token: &Token) -> Option<Self> {
        let start = token.span.start;
        let before = text.get(..start)?;
        let is_first = before.is_empty() || before.ends_with('\n');
        if token.kind != token::Kind::Word || !is_first {
            return None;
        }
        let line = text.get(start..)?.lines().next().unwrap_or_default();
        Some(Self { start, text: line })
    }

    fn imports(&self, module: &str) -> bool {
        let names = self.text.strip_prefix("import ").unwrap_or_default();
        names.split([',', '#']).any(|name| name.trim() == module)
    }

    /// True for an import that another one may precede; `__future__` has to be the first.
    fn is_plain_import(&self) -> bool {
        self.text.starts_with("import ")
            || self.text.starts_with("from ") && !self.text.starts_with("from __future__")
    }
}

/// True if the script gives the name of a module to something else, or loads the module for one
/// function alone: there the name has no value above.
fn is_another(file: &ScriptFile<'_>, module: &str) -> bool {
    let mut imports = file.imports().into_iter();
    let mut assigns = file.program.assigns.iter();
    imports.any(|import| import.gives_another(module, file.text))
        || assigns.any(|assign| assign.name == module)
        || file.program.has_function_or_param(module)
        || is_a_variable(file, module)
}

/// True if the script has something else of that name.
fn is_a_variable(file: &ScriptFile<'_>, name: &str) -> bool {
    let list = &file.tokens.list;
    (0..list.tokens.len()).any(|at| {
        list.word(at) == Some(name)
            && !(at > 0 && list.is(at - 1, '.'))
            && (list.is(at + 1, '=') && file.tokens.brackets.opener(at).is_none()
                || at > 0 && file.tokens.is_word(at - 1, &["as", "for", "def", "class"]))
    })
}
