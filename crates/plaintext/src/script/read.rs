//! Values in Python, JavaScript and JSON: assignments, keyword arguments, keys of dictionaries and
//! objects, and the arguments of MSAL by their places.

use crate::Language;
use crate::bindings::{Binding, Found, Meaning, Value, literals};
use crate::list::List;
use crate::token::{Kind, Part, Token, literal};
use std::ops::Range;
use zeroize::Zeroizing;

/// A call whose arguments are known by their places.
type Places = (&'static str, &'static [&'static str]);

/// What a call's first arguments are where they are given without a name: each library has an order
/// of its own (MSAL and azure-identity for Python).
const PYTHON_CALLS: [Places; 5] = [
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
const JAVASCRIPT_CALLS: [Places; 2] = [
    (
        "UsernamePasswordCredential",
        &["tenant_id", "client_id", "username", "password"],
    ),
    (
        "ClientSecretCredential",
        &["tenant_id", "client_id", "client_secret"],
    ),
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
    let reader = Reader {
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

struct Reader<'t> {
    list: List<'t>,
    /// For each token of Python with a comma before it in its statement, in no bracket: where that
    /// statement begins.
    several: Vec<Option<usize>>,
    language: Language,
}

/// In one pass, so that the time stays in proportion to the text.
fn several(list: &List<'_>) -> Vec<Option<usize>> {
    let (mut depth, mut start, mut has_comma) = (0usize, 0, false);
    let mark = |(at, token): (usize, &&Token)| {
        match token.kind {
            Kind::Sym('(' | '[' | '{') => depth += 1,
            Kind::Sym(')' | ']' | '}') => depth = depth.saturating_sub(1),
            Kind::Newline | Kind::Sym(';') if depth == 0 => (start, has_comma) = (at + 1, false),
            Kind::Sym(',') => has_comma |= depth == 0,
            _ => {}
        }
        (depth == 0 && has_comma).then_some(start)
    };
    list.tokens.iter().enumerate().map(mark).collect()
}

impl Reader<'_> {
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
        if let Some(start) = self.several[at].filter(|_| is_word && self.list.is(at + 1, '=')) {
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
        let (mut values, mut at) = (Vec::new(), last + 2);
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
        let pair = |((name, is_member), value): ((&str, bool), Value)| Binding {
            name: name.to_owned(),
            is_variable: !is_member,
            value,
            removable: None,
        };
        names.into_iter().zip(values).map(pair).collect()
    }

    /// `params.append("key", value)`, and `"value": ...` behind `"name": "key"`.
    fn entry(&self, at: usize) -> Option<(String, usize)> {
        let text = |at: usize| {
            self.list
                .get(at)
                .and_then(Token::literal)
                .map(|text| text.to_string())
        };
        if matches!(self.list.word(at), Some("append" | "set"))
            && at > 0
            && self.list.is(at - 1, '.')
            && self.list.is(at + 1, '(')
        {
            return text(at + 2)
                .filter(|_| self.list.is(at + 3, ','))
                .map(|key| (key, at + 4));
        }
        let comma = (0..at)
            .rev()
            .find(|before| self.list.tokens[*before].kind != Kind::Newline)?;
        let is = |at: usize, wanted: &str| {
            self.list
                .source(at)
                .trim_matches(['"', '\''])
                .eq_ignore_ascii_case(wanted)
        };
        let is_pair = comma >= 3
            && is(at, "value")
            && self.list.is(at + 1, ':')
            && self.list.is(comma, ',')
            && self.list.is(comma - 2, ':')
            && is(comma - 3, "name");
        if is_pair {
            return text(comma - 1).map(|key| (key, at + 2));
        }
        // `"key": { "value": ... }` of templates and parameters.
        let is_value =
            ["value", "defaultValue"].iter().any(|key| is(at, key)) && self.list.is(at + 1, ':');
        let of = (at.saturating_sub(20)..at)
            .rev()
            .find(|before| self.list.is(*before, '{') || self.list.is(*before, '}'));
        let open = of.filter(|open| {
            is_value && *open >= 2 && self.list.is(*open, '{') && self.list.is(open - 1, ':')
        })?;
        if self.language == Language::Json {
            text(open - 2).map(|key| (key, at + 2))
        } else {
            None
        }
    }

    /// Where the value of a name begins, and whether other places may refer to it.
    fn named(&self, at: usize) -> Option<(usize, bool)> {
        let is_word = self.list.get(at)?.kind == Kind::Word;
        let is_member = at > 0 && self.list.is(at - 1, '.');
        match () {
            () if is_word && self.list.is(at + 1, '=') => Some((at + 2, !is_member)),
            // A key, and a name with a type: `password: str = "..."`.
            () if self.list.is(at + 1, ':') && self.opens_entry(at) => {
                let typed =
                    is_word && self.list.word(at + 2).is_some() && self.list.is(at + 3, '=');
                Some((if typed { at + 4 } else { at + 2 }, typed))
            }
            () if !is_word && self.list.is(at + 1, ']') && self.list.is(at + 2, '=') => {
                Some((at + 3, false))
            }
            () => None,
        }
    }

    fn opens_entry(&self, at: usize) -> bool {
        at == 0
            || self
                .list
                .get(at - 1)
                .is_some_and(|t| matches!(t.kind, Kind::Newline | Kind::Sym('{' | ',' | '(')))
    }

    fn arguments(&self, call: &str, at: usize) -> Vec<Binding> {
        let calls: &[Places] = match self.language {
            Language::Python => &PYTHON_CALLS,
            Language::JavaScript => &JAVASCRIPT_CALLS,
            _ => &[],
        };
        let Some((_, names)) = calls.iter().find(|(name, _)| *name == call) else {
            return Vec::new();
        };
        let (mut at, mut found) = (at, Vec::new());
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
            let value = if ends {
                value
            } else {
                Value {
                    meaning: Meaning::Computed,
                    ..value
                }
            };
            found.push(Binding {
                name: (*name).into(),
                is_variable: false,
                value,
                removable: None,
            });
            if !self.list.is(next, ',') {
                break;
            }
            at = next + 1;
        }
        found
    }

    /// A value that really ends where it seems to.
    fn checked(&self, at: usize) -> Value {
        let (value, next) = self.value(at);
        let goes_on = |at: usize| {
            self.list.is(at, '.')
                || self.list.is(at, '+')
                || self.list.is(at, '?')
                || self.list.is(at, '|')
        };
        let ends = self.list.get(next).is_none_or(|t| match t.kind {
            Kind::Newline => !goes_on(self.list.skip_newlines(next)),
            Kind::Sym(c) => matches!(c, ',' | ')' | '}' | ']' | ';'),
            // `"..." as string`, `"..." if x else y`.
            _ => false,
        });
        if ends {
            value
        } else {
            Value {
                meaning: Meaning::Computed,
                ..value
            }
        }
    }

    /// A string, a sum of strings, a name, a list of strings, or something else; and the place
    /// behind it.
    fn value(&self, at: usize) -> (Value, usize) {
        if self.list.is(at, '[') {
            return self.list_of(at);
        }
        if self.list.is(at, '(') {
            let (value, next) = self.sum(self.list.skip_newlines(at + 1));
            let close = self.list.skip_newlines(next);
            let known = self.list.is(close, ')');
            return (
                if known {
                    value
                } else {
                    Value {
                        meaning: Meaning::Computed,
                        ..value
                    }
                },
                close + 1,
            );
        }
        self.sum(at)
    }

    fn sum(&self, at: usize) -> (Value, usize) {
        let Some((first, mut parts)) = self.operand(at) else {
            return (self.computed(at), at + 1);
        };
        let (mut span, mut next) = (first, at + 1);
        loop {
            // Python joins strings that stand side by side; in brackets a new line is no end.
            let side = self
                .list
                .get(next)
                .filter(|t| t.kind == Kind::Str)
                .map(|_| next);
            let after = self.list.skip_newlines(next);
            let plus = self
                .list
                .is(after, '+')
                .then(|| self.list.skip_newlines(after + 1));
            let Some(more_at) = side.or(plus).or_else(|| self.joined_below(next)) else {
                break;
            };
            let Some((more, pieces)) = self.operand(more_at) else {
                return (self.computed(at), more_at);
            };
            span.end = more.end;
            parts.extend(pieces);
            next = more_at + 1;
        }
        (
            Value {
                span,
                meaning: Meaning::of(&parts),
            },
            next,
        )
    }

    /// A string that begins the next line, directly below a string: joined in brackets, and nothing
    /// else elsewhere.
    fn joined_below(&self, next: usize) -> Option<usize> {
        let below = self.list.skip_newlines(next);
        let is_string = below > next && self.list.get(below).is_some_and(|t| t.kind == Kind::Str);
        let is_key = self.list.is(below + 1, ':') || self.list.is(below + 1, ']');
        (is_string && !is_key).then_some(below)
    }

    fn operand(&self, at: usize) -> Option<(Range<usize>, Vec<Part>)> {
        let token = self.list.get(at)?;
        let parts = match token.kind {
            Kind::Str if self.list.is(at + 1, '.') || self.list.is(at + 1, '%') => return None,
            Kind::Str => token.parts.clone(),
            Kind::Word
                if self.list.is(at + 1, '.')
                    || self.list.is(at + 1, '(')
                    || self.list.is(at + 1, '[') =>
            {
                return None;
            }
            Kind::Word => vec![Part::Name(self.list.word(at)?.to_owned())],
            _ => return None,
        };
        Some((token.span.clone(), parts))
    }

    fn computed(&self, at: usize) -> Value {
        let span = self
            .list
            .get(at)
            .map_or(self.list.text.len()..self.list.text.len(), |t| {
                t.span.clone()
            });
        Value {
            span,
            meaning: Meaning::Computed,
        }
    }

    /// `["a", "b"]`: one text with blanks, as scopes are written.
    fn list_of(&self, open: usize) -> (Value, usize) {
        let (mut texts, mut at) = (Vec::new(), self.list.skip_newlines(open + 1));
        let start = self.list.get(open).map_or(0, |t| t.span.start);
        while let Some(token) = self.list.get(at) {
            let text = (token.kind == Kind::Str)
                .then(|| literal(&token.parts))
                .flatten();
            match (token.kind, text) {
                (Kind::Sym(']'), _) => {
                    let joined = texts
                        .iter()
                        .map(|t: &Zeroizing<String>| t.as_str())
                        .collect::<Vec<_>>()
                        .join(" ");
                    let meaning = Meaning::List(Zeroizing::new(joined));
                    return (
                        Value {
                            span: start..token.span.end,
                            meaning,
                        },
                        at + 1,
                    );
                }
                (_, Some(text)) => texts.push(text),
                (Kind::Sym(','), _) => {}
                _ => break,
            }
            at = self.list.skip_newlines(at + 1);
        }
        (self.computed(open), at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::{Field, field_of};
    use crate::script::lex::{Dialect, lex};

    fn secrets(text: &str, dialect: Dialect) -> Vec<Option<String>> {
        let tokens = lex(text, 0..text.len(), dialect);
        let shown = |meaning: Meaning| match meaning {
            Meaning::Text(text) => Some(text.to_string()),
            Meaning::Name(name) => Some(format!("${name}")),
            _ => None,
        };
        let found = read(
            &tokens.list,
            text,
            if dialect == Dialect::Python {
                Language::Python
            } else {
                Language::JavaScript
            },
        )
        .bindings
        .into_iter();
        found
            .filter(|b| field_of(&b.name).is_some_and(Field::is_secret))
            .map(|b| shown(b.value.meaning))
            .collect()
    }

    #[test]
    fn values_that_are_known() {
        let (python, js) = (Dialect::Python, Dialect::JavaScript);
        for (text, dialect, value) in [
            ("password = 'a'", python, "a"),
            ("user, password = 'b', 'a'\n", python, "a"),
            ("self.user, self.password = user, pw", python, "$pw"),
            ("f(\n  user, password='a',\n)", python, "a"),
            ("const user = 'b', password = 'a';", js, "a"),
            ("password: str = 'a'", python, "a"),
            ("self.password = 'a'  # b", python, "a"),
            (
                "app = msal.ConfidentialClientApplication(ID, client_credential='a', authority=A)",
                python,
                "a",
            ),
            (
                "app = msal.ConfidentialClientApplication('id', 'a')",
                python,
                "a",
            ),
            (
                "r = app.acquire_token_by_username_password(user, 'a', scopes=['b'])",
                python,
                "a",
            ),
            (
                "r = app.acquire_token_by_username_password(username=u, password=p)",
                python,
                "$p",
            ),
            ("data = {'password': 'a', 'x': 1}", python, "a"),
            ("os.environ['CLIENT_SECRET'] = 'a'", python, "a"),
            ("password = ('a'\n  'b')", python, "ab"),
            ("password = 'a' + \"b\"", python, "ab"),
            ("const password = 'a';", js, "a"),
            ("auth: {\n clientId: 'b',\n clientSecret: \"a\"\n}", js, "a"),
            ("const clientSecret =\n  'a' +\n  'b'", js, "ab"),
            ("{\"ClientSecret\": \"a\"}", js, "a"),
            ("{ password }", js, ""),
        ] {
            let found = secrets(text, dialect);
            let expected: Vec<Option<String>> = if value.is_empty() {
                vec![]
            } else {
                vec![Some(value.into())]
            };
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn values_that_are_not_guessed() {
        for text in [
            "password = os.environ['PW']",
            "user, password = both()",
            "user, password = 'a', 'b', 'c'",
            "user, password = 'a', 'b'.strip()",
            "password = getpass.getpass()",
            "password = 'a%s' % x",
            "password = 'a'.strip()",
            "password = f'a{x}'",
            "password = 'a' if x else 'b'",
            "password = base64.b64decode('YQ==')",
            "password = process.env.PW || 'a'",
        ] {
            for found in secrets(text, Dialect::Python) {
                assert_eq!(found, None, "{text}");
            }
        }
    }
}
