//! Whether a file signs in as a user at all, or asks for tokens of its app alone.

use crate::bindings::Meaning;
use crate::names::bare;
use crate::source::Source;
use crate::token::{Kind, Part};
use std::ops::Range;

const OF_APP: &str = "client_credentials";

/// Calls and options that ask for a token of the app, in small letters.
const APP_CALLS: [&str; 4] = [
    "-clientsecretcredential",
    "acquire_token_for_client",
    "acquiretokenbyclientcredential",
    "clientsecretcredential",
];

/// Calls and commands that sign in as a user, or may.
const USER_CALLS: [&str; 8] = [
    "acquire_token_by_username_password",
    "acquiretokenbyusernamepassword",
    "connect-azaccount",
    "connect-azuread",
    "connect-exchangeonline",
    "connect-microsoftteams",
    "connect-pnponline",
    "usernamepasswordcredential",
];

/// The place of the first request for a token of the app, if the file makes no other request.
pub(crate) fn of_app_alone(source: &Source, text: &str) -> Option<usize> {
    let mut first = None;
    for (at, is_of_app) in grants(source).chain(calls(source, text)) {
        if !is_of_app {
            return None;
        }
        first = Some(first.map_or(at, |first: usize| first.min(at)));
    }
    first
}

/// True if the file makes another request than one for a token of the app.
pub(crate) fn signs_in_a_user(source: &Source, text: &str) -> bool {
    grants(source)
        .chain(calls(source, text))
        .any(|(_, is_of_app)| !is_of_app)
}

/// Each `grant_type`, and whether it is that of the app.
fn grants(source: &Source) -> impl Iterator<Item = (usize, bool)> {
    let named = source.live.bindings.iter();
    let named = named.filter(|binding| bare(&binding.name) == "granttype");
    let named = named.map(|binding| {
        let value = &binding.value;
        let is_of_app = matches!(&value.meaning, Meaning::Text(text) if text.as_str() == OF_APP);
        (value.span.start, is_of_app)
    });
    let forms = source.live.literals.iter();
    named.chain(forms.filter_map(|form| Some((form.span.start, grant_of(&form.parts)?))))
}

/// Whether the `grant_type=` of a form is that of the app.
fn grant_of(parts: &[Part]) -> Option<bool> {
    let mut texts = parts.iter().filter_map(|part| match part {
        Part::Text(text) => text.split_once("grant_type="),
        _ => None,
    });
    let (_, value) = texts.next()?;
    Some(
        value
            .split('&')
            .next()
            .is_some_and(|value| value.trim() == OF_APP),
    )
}

fn calls(source: &Source, text: &str) -> impl Iterator<Item = (usize, bool)> {
    let words = source
        .tokens
        .iter()
        .filter(|token| token.kind == Kind::Word);
    words.filter_map(move |token| {
        let Range { start, .. } = token.span;
        let word = token.word(text)?.to_ascii_lowercase();
        let name = word.rsplit('.').next().unwrap_or_default();
        let is_of_app = APP_CALLS.contains(&name);
        (is_of_app || USER_CALLS.contains(&name)).then_some((start, is_of_app))
    })
}

#[cfg(test)]
mod tests {
    use crate::{HOSTS, scan};

    fn line(text: &str, name: &str) -> Option<usize> {
        scan(text.as_bytes(), name, &HOSTS).unwrap().of_app_alone()
    }

    #[test]
    fn files_that_ask_for_tokens_of_the_app_alone() {
        let secret = "client_secret";
        for (name, text) in [
            (
                "x.ps1",
                format!("\n$b = @{{ grant_type = 'client_credentials'; {secret} = $s }}\n"),
            ),
            (
                "x.py",
                format!("\nd = {{'grant_type': 'client_credentials', '{secret}': s}}\n"),
            ),
            (
                "x.sh",
                format!("\ncurl -d 'grant_type=client_credentials&{secret}=x' $U\n"),
            ),
            (
                "x.js",
                "\nawait app.acquireTokenByClientCredential({ scopes });\n".to_owned(),
            ),
            (
                "x.ps1",
                "\nConnect-MgGraph -ClientSecretCredential $c\n".to_owned(),
            ),
        ] {
            assert_eq!(line(&text, name), Some(2), "{text}");
            // The controls: with a sign-in as a user, and with a grant that is not known.
            let more = match name {
                "x.ps1" => "$c = @{ grant_type = 'password' }\n",
                "x.py" => "d['grant_type'] = grant\n",
                "x.sh" => "curl -d grant_type=$G $U\n",
                _ => "await app.acquireTokenByUsernamePassword(r);\n",
            };
            assert_eq!(line(&(text + more), name), None, "{more}");
        }
        assert_eq!(
            line("# grant_type=client_credentials\nx = 1\n", "x.py"),
            None
        );
    }
}
