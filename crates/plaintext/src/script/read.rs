//! Values in Python, JavaScript and JSON: assignments, keyword arguments, keys of dictionaries and
//! objects, and the arguments of MSAL by their places.

mod values;

use crate::Language;
use crate::bindings::{Binding, Found, Meaning, Value, literals};
use crate::list::List;
use crate::token::{Kind, Token};

/// A call whose arguments are known by their places.
type PositionalCall = (&'static str, &'static [&'static str]);

/// What a call's first arguments are where they are given without a name: each library has an order
/// of its own (MSAL and azure-identity for Python).
const PYTHON_CALLS: [PositionalCall; 5] = [
    (
        "ConfidentialClientApplication",
        &["client_id", "client_credential"],
    ),
    ("PublicClientApplication", &["client_id"]),
    (
        "acquire_token_by_username_password",
        &["username", "password", "scopes"],
    ),
    (
        "UsernamePasswordCredential",
        &["client_id", "username", "password"],
    ),
    (
        "ClientSecretCredential",
        &["tenant_id", "client_id", "client_secret"],
    ),
];

/// The same of `@azure/identity` for JavaScript.
const JAVASCRIPT_CALLS: [PositionalCall; 2] = [
    (
        "UsernamePasswordCredential",
        &["tenant_id", "client_id", "username", "password"],
    ),
    (
        "ClientSecretCredential",
        &["tenant_id", "client_id", "client_secret"],
    ),
];

/// Words before a name that gets a type and a value.
const DECLARERS: [&str; 8] = [
    "const",
    "let",
    "var",
    "private",
    "protected",
    "public",
    "readonly",
    "static",
];

/// Values that say that there is none, and types.
const NOTHING: [&str; 9] = [
    "None",
    "null",
    "undefined",
    "true",
    "false",
    "True",
    "False",
    "string",
    "str",
];

pub(crate) fn read(tokens: &[Token], text: &str, language: Language) -> Found {
    let is_python = language == Language::Python;
    let list = List::of(tokens, text);
    let several = if is_python {
        several(&list)
    } else {
        vec![None; list.tokens.len()]
    };
    let reader = ScriptValues {
        list,
        several,
        language,
    };
    let bindings = (0..reader.list.tokens.len())
        .flat_map(|at| reader.binding_at(at))
        .collect();
    Found {
        bindings,
        literals: literals(tokens),
    }
}

struct ScriptValues<'t> {
    list: List<'t>,
    /// For each token of Python with a comma before it in its statement, in no bracket: where that
    /// statement begins.
    several: Vec<Option<usize>>,
    language: Language,
}

/// In one pass, so that the time stays in proportion to the text.
fn several(list: &List<'_>) -> Vec<Option<usize>> {
    let mut starts = Vec::with_capacity(list.tokens.len());
    let mut depth = 0usize;
    let mut start = 0;
    let mut has_comma = false;
    for (at, token) in list.tokens.iter().enumerate() {
        match token.kind {
            Kind::Sym('(' | '[' | '{') => depth += 1,
            Kind::Sym(')' | ']' | '}') => depth = depth.saturating_sub(1),
            Kind::Newline | Kind::Sym(';') if depth == 0 => {
                start = at + 1;
                has_comma = false;
            }
            Kind::Sym(',') => has_comma |= depth == 0,
            _ => {}
        }
        starts.push((depth == 0 && has_comma).then_some(start));
    }
    starts
}

impl ScriptValues<'_> {
    fn binding_at(&self, at: usize) -> Vec<Binding> {
        let Some(token) = self.list.get(at) else {
            return Vec::new();
        };
        let key = match token.kind {
            Kind::Word => self.list.word(at).map(str::to_owned),
            Kind::Str => token.literal().map(|text| text.to_string()),
            _ => None,
        };
        let Some(name) = key else { return Vec::new() };
        let is_word = token.kind == Kind::Word;
        let is_member = at > 0 && self.list.is(at - 1, '.');
        if is_word && self.list.source(at + 1) == "+=" {
            let value = Value {
                span: token.span.clone(),
                meaning: Meaning::Added,
            };
            return vec![Binding {
                name,
                is_variable: !is_member,
                value,
                removable: None,
            }];
        }
        if let Some(start) = self.several[at]
            && is_word
            && self.list.is(at + 1, '=')
        {
            return self.several(start, at);
        }
        let (name, value_at, is_variable) = match self.entry(at) {
            Some((name, value_at)) => (name, value_at, false),
            None => match self.named(at) {
                Some((value_at, is_variable)) => (name, value_at, is_variable),
                None if is_word && self.list.is(at + 1, '(') => {
                    return self.arguments(&name, at + 2);
                }
                None => return Vec::new(),
            },
        };
        let at = self.list.skip_newlines(value_at);
        // An object is no value: its own keys are looked at.
        let is_object = self.list.is(at, '{');
        if is_object
            || self
                .list
                .word(at)
                .is_some_and(|word| NOTHING.contains(&word))
        {
            return Vec::new();
        }
        vec![Binding {
            name,
            is_variable,
            value: self.checked(at),
            removable: None,
        }]
    }

    /// `user, password = "...", "..."`: each name with its own value, if there are as many.
    fn several(&self, start: usize, last: usize) -> Vec<Binding> {
        let mut names = Vec::new();
        for at in start..=last {
            match self.list.word(at) {
                Some(word) if !self.list.is(at + 1, '.') => {
                    names.push((word, at > 0 && self.list.is(at - 1, '.')));
                }
                Some(_) => {}
                None if self.list.is(at, ',') || self.list.is(at, '.') => {}
                None => return Vec::new(),
            }
        }
        let mut values = Vec::new();
        let mut at = last + 2;
        loop {
            let (value, next) = self.value(at);
            values.push(value);
            at = next;
            if !self.list.is(at, ',') || values.len() > names.len() {
                break;
            }
            at += 1;
        }
        let ends = self
            .list
            .get(at)
            .is_none_or(|t| t.kind == Kind::Newline || t.is(';'));
        if !ends || values.len() != names.len() {
            return Vec::new();
        }
        let mut bindings = Vec::new();
        for ((name, is_member), value) in names.into_iter().zip(values) {
            bindings.push(Binding {
                is_variable: !is_member,
                ..Binding::entry(name, value)
            });
        }
        bindings
    }

    /// True if a token is this word or string, however it is quoted.
    fn says(&self, at: usize, wanted: &str) -> bool {
        self.list
            .source(at)
            .trim_matches(['"', '\''])
            .eq_ignore_ascii_case(wanted)
    }

    /// `params.append("key", value)`, and `"value": ...` behind `"name": "key"`.
    fn entry(&self, at: usize) -> Option<(String, usize)> {
        if matches!(self.list.word(at), Some("append" | "set"))
            && at > 0
            && self.list.is(at - 1, '.')
            && self.list.is(at + 1, '(')
        {
            let key = self.list.text_at(at + 2)?;
            return self.list.is(at + 3, ',').then_some((key, at + 4));
        }
        let comma = (0..at)
            .rev()
            .find(|before| self.list.tokens[*before].kind != Kind::Newline)?;
        let is_pair = comma >= 3
            && self.says(at, "value")
            && self.list.is(at + 1, ':')
            && self.list.is(comma, ',')
            && self.list.is(comma - 2, ':')
            && self.says(comma - 3, "name");
        if is_pair {
            return self.list.text_at(comma - 1).map(|key| (key, at + 2));
        }
        self.parameter(at)
    }

    /// `"key": { "value": ... }` of templates and parameters in JSON.
    fn parameter(&self, at: usize) -> Option<(String, usize)> {
        let is_value = self.says(at, "value") || self.says(at, "defaultValue");
        if self.language != Language::Json || !is_value || !self.list.is(at + 1, ':') {
            return None;
        }
        let open = (at.saturating_sub(20)..at)
            .rev()
            .find(|before| self.list.is(*before, '{') || self.list.is(*before, '}'))?;
        if open < 2 || !self.list.is(open, '{') || !self.list.is(open - 1, ':') {
            return None;
        }
        self.list.text_at(open - 2).map(|key| (key, at + 2))
    }

    /// Where the value of a name begins, and whether other places may refer to it.
    fn named(&self, at: usize) -> Option<(usize, bool)> {
        let is_word = self.list.get(at)?.kind == Kind::Word;
        let is_member = at > 0 && self.list.is(at - 1, '.');
        if is_word && self.list.is(at + 1, '=') {
            return Some((at + 2, !is_member));
        }
        // A key, and a name with a type: `password: str = "..."`.
        if self.list.is(at + 1, ':') && (self.opens_entry(at) || self.is_declared(at)) {
            let typed = is_word && self.list.word(at + 2).is_some() && self.list.is(at + 3, '=');
            return Some((if typed { at + 4 } else { at + 2 }, typed));
        }
        let is_key = !is_word && self.list.is(at + 1, ']') && self.list.is(at + 2, '=');
        is_key.then_some((at + 3, false))
    }

    /// `const name: type`, `private name: type`.
    fn is_declared(&self, at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|before| self.list.word(before));
        before.is_some_and(|word| DECLARERS.contains(&word))
    }

    fn opens_entry(&self, at: usize) -> bool {
        at == 0
            || self
                .list
                .get(at - 1)
                .is_some_and(|t| matches!(t.kind, Kind::Newline | Kind::Sym('{' | ',' | '(')))
    }

    fn arguments(&self, call: &str, at: usize) -> Vec<Binding> {
        let calls: &[PositionalCall] = match self.language {
            Language::Python => &PYTHON_CALLS,
            Language::JavaScript => &JAVASCRIPT_CALLS,
            _ => &[],
        };
        let Some((_, names)) = calls.iter().find(|(name, _)| *name == call) else {
            return Vec::new();
        };
        let mut at = at;
        let mut found = Vec::new();
        for name in *names {
            at = self.list.skip_newlines(at);
            // From the first named one on, all have names.
            if self.list.get(at).is_none_or(|t| t.is(')') || t.is('{')) || self.list.is(at + 1, '=')
            {
                break;
            }
            let (value, next) = self.value(at);
            let next = self.list.skip_newlines(next);
            let ends = self.list.is(next, ',') || self.list.is(next, ')');
            let value = if ends { value } else { value.made_of() };
            found.push(Binding::entry(*name, value));
            if !self.list.is(next, ',') {
                break;
            }
            at = next + 1;
        }
        found
    }
}

#[cfg(test)]
mod tests;
