//! Values that are known, and values that are not guessed.

use super::*;
use crate::names::{Field, field_of};
use crate::script::lex::{Dialect, lex};

fn secrets(text: &str, dialect: Dialect) -> Vec<Option<String>> {
    let tokens = lex(text, 0..text.len(), dialect);
    let language = match dialect {
        Dialect::Python => Language::Python,
        Dialect::JavaScript => Language::JavaScript,
    };
    let found = read(&tokens.list, text, language).bindings.into_iter();
    found
        .filter(|b| field_of(&b.name).is_some_and(Field::is_secret))
        .map(|b| b.value.meaning.shown())
        .collect()
}

#[test]
fn values_that_are_known() {
    let python = Dialect::Python;
    let js = Dialect::JavaScript;
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
        ("const password: string = 'a';", js, "a"),
        ("class A { private password: string = 'a'; }", js, "a"),
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
