//! Compares the permissions of a token with the scopes of the request: pure, no texts for people.
//! Entra puts every consented permission of the resource into a token (Microsoft: "What's new for
//! authentication", August 2021), so the two differ.

use super::scopes::{OPENID, Scopes};
use super::wide::{Why, why};

/// The comparison. Names are without their resource, in the order of the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grants {
    /// True if the request asks for `.default`: everything that was ever consented.
    pub asked_everything: bool,
    /// The permissions of the token, without the scopes that only concern the sign-in.
    pub granted: Vec<String>,
    /// Those that the request does not name; empty for `.default`.
    pub unasked: Vec<String>,
    /// Those that are much wider than a job needs, with the reason: of `unasked`, or for `.default`
    /// of all. A person chose the others by name.
    pub wide: Vec<(String, Why)>,
}

impl Grants {
    /// `granted` is the `scope` of the answer: names with or without their resource, in any order
    /// and case.
    pub fn compare(asked: &Scopes, granted: &str) -> Self {
        let asked_everything = asked.asks_everything();
        let wished: Vec<String> = asked
            .iter()
            .map(|scope| short(scope).to_ascii_lowercase())
            .collect();
        let mut all: Vec<String> = Vec::new();
        let mut unasked = Vec::new();
        for name in granted.split_whitespace().map(short) {
            if !is_permission(name) || all.iter().any(|known| known.eq_ignore_ascii_case(name)) {
                continue;
            }
            all.push(name.to_owned());
            if !asked_everything && !wished.contains(&name.to_ascii_lowercase()) {
                unasked.push(name.to_owned());
            }
        }
        let looked_at = if asked_everything { &all } else { &unasked };
        let wide = looked_at
            .iter()
            .filter_map(|name| Some((name.clone(), why(name)?)))
            .collect();
        Self {
            asked_everything,
            granted: all,
            unasked,
            wide,
        }
    }
}

/// The name without its resource: `https://graph.microsoft.com/User.Read` is `User.Read`.
fn short(scope: &str) -> &str {
    scope.rsplit('/').next().unwrap_or(scope)
}

/// Not a scope of the sign-in, not `.default`, and of the characters that scopes have: the text
/// comes from a server.
fn is_permission(name: &str) -> bool {
    !name.is_empty()
        && name != ".default"
        && !OPENID.iter().any(|scope| scope.eq_ignore_ascii_case(name))
        && name.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compare(asked: &str, granted: &str) -> Grants {
        Grants::compare(&Scopes::parse(&[asked]).unwrap(), granted)
    }

    const GRAPH: &str = "https://graph.microsoft.com";

    #[test]
    fn what_was_asked_by_name_is_neither_unasked_nor_wide() {
        let same = compare(
            "User.ReadBasic.All team.create",
            &format!("{GRAPH}/Team.Create {GRAPH}/User.ReadBasic.All"),
        );
        assert_eq!(
            (same.unasked.len(), same.wide.len(), same.granted.len()),
            (0, 0, 2)
        );
        let asked_wide = compare(
            "Directory.ReadWrite.All",
            "Directory.ReadWrite.All openid profile email",
        );
        assert_eq!(
            (asked_wide.unasked.len(), asked_wide.wide.len()),
            (0, 0),
            "a person decided that"
        );
        let narrow = compare("User.Read", "User.Read Chat.ReadWrite");
        assert_eq!(
            (narrow.unasked, narrow.wide),
            (vec!["Chat.ReadWrite".to_owned()], vec![])
        );
    }

    #[test]
    fn wide_permissions_that_the_request_does_not_name_are_listed() {
        let found = compare(
            "User.Read",
            &format!(
                "{GRAPH}/User.Read {GRAPH}/Directory.ReadWrite.All Mail.ReadWrite mail.readwrite"
            ),
        );
        assert_eq!(found.unasked, ["Directory.ReadWrite.All", "Mail.ReadWrite"]);
        assert_eq!(
            found.wide,
            [
                ("Directory.ReadWrite.All".to_owned(), Why::Directory),
                ("Mail.ReadWrite".to_owned(), Why::Mailbox)
            ]
        );
        assert!(!found.asked_everything);
    }

    #[test]
    fn a_default_scope_compares_every_permission() {
        let found = compare(
            &format!("{GRAPH}/.default"),
            &format!("{GRAPH}/Chat.ReadWrite {GRAPH}/Sites.FullControl.All {GRAPH}/.default"),
        );
        assert!(found.asked_everything && found.unasked.is_empty());
        assert_eq!(found.granted, ["Chat.ReadWrite", "Sites.FullControl.All"]);
        assert_eq!(
            found.wide,
            [("Sites.FullControl.All".to_owned(), Why::Sites)]
        );
        let azure = compare(
            "https://management.core.windows.net//.default",
            "https://management.core.windows.net//user_impersonation https://management.core.windows.net//.default",
        );
        assert_eq!(azure.wide, [("user_impersonation".to_owned(), Why::AsUser)]);
    }

    #[test]
    fn odd_answers_grant_nothing() {
        for odd in [
            "",
            "   ",
            "/",
            "//",
            "openid",
            "\u{1b}[31mX.ReadWrite.All",
            "日本.ReadWrite.All",
            ".default",
        ] {
            let found = compare("User.Read", odd);
            assert_eq!((found.granted.len(), found.wide.len()), (0, 0), "{odd}");
        }
    }
}
