//! Scopes: the rights of a token. One resource per token, `.default` not mixed with named
//! permissions.

use super::{CLOUDS, Cloud, ProfileError, ScopesFault};
use std::fmt;

/// A non-empty list of scopes in the given order, without duplicates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scopes(Vec<String>);

/// OpenID scopes name no resource (Microsoft: "Scopes and permissions").
pub(super) const OPENID: [&str; 4] = ["openid", "profile", "email", "offline_access"];

/// The resource of a scope without a prefix (same page).
const GRAPH: &str = "Microsoft Graph";

impl Scopes {
    /// Everything that the app was granted for this user on Microsoft Graph of this cloud.
    pub fn default_for(cloud: &Cloud) -> Self {
        Self(vec![format!("{}/.default", cloud.graph)])
    }

    /// Parses scopes as typed: each item may hold several, separated by spaces or commas.
    ///
    /// Refuses what Entra refuses anyway (no resource or two, `.default` mixed with names, a
    /// character that no scope has), and `offline_access`: ropc keeps no refresh token, so it asks
    /// for none.
    pub fn parse<S: AsRef<str>>(items: &[S]) -> Result<Self, ProfileError> {
        let mut scopes: Vec<String> = Vec::new();
        for word in items
            .iter()
            .flat_map(|i| i.as_ref().split([' ', ',', '\t', '\n']))
            .filter(|w| !w.is_empty())
        {
            check_characters(word)?;
            if !scopes.iter().any(|s| s.eq_ignore_ascii_case(word)) {
                scopes.push(word.to_owned());
            }
        }
        if scopes
            .iter()
            .any(|s| s.eq_ignore_ascii_case("offline_access"))
        {
            return Err(ScopesFault::OfflineAccess.into());
        }
        let mut resources: Vec<String> = scopes.iter().filter_map(|s| resource_of(s)).collect();
        resources.sort();
        resources.dedup();
        // A name without a prefix and one with Graph's own prefix mean the same resource.
        if resources
            .iter()
            .any(|r| CLOUDS.iter().any(|cloud| cloud.graph == r))
        {
            resources.retain(|r| r != GRAPH);
        }
        if resources.is_empty() {
            return Err(ScopesFault::NoResource.into());
        }
        if resources.len() > 1 {
            return Err(ScopesFault::SeveralResources(resources).into());
        }
        if scopes.iter().any(|s| is_default(s)) && scopes.iter().any(|s| is_permission(s)) {
            return Err(ScopesFault::DefaultWithNames.into());
        }
        Ok(Self(scopes))
    }

    /// The scopes in the form of the request: separated by single spaces.
    pub fn joined(&self) -> String {
        self.0.join(" ")
    }

    /// The scopes one by one.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// A text without order and case: two lists that ask for the same have the same key.
    pub fn cache_key(&self) -> String {
        let mut words: Vec<String> = self.0.iter().map(|s| s.to_ascii_lowercase()).collect();
        words.sort();
        words.join(" ")
    }

    /// True if one of them is `.default`: everything that was ever granted.
    pub fn asks_everything(&self) -> bool {
        self.0.iter().any(|s| is_default(s))
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.joined())
    }
}

fn is_default(scope: &str) -> bool {
    scope.to_ascii_lowercase().ends_with("/.default")
}

/// True for a scope that names one permission.
fn is_permission(scope: &str) -> bool {
    !is_default(scope) && resource_of(scope).is_some()
}

/// The resource that a scope belongs to; `None` for OpenID scopes. A name without a prefix means
/// Microsoft Graph.
fn resource_of(scope: &str) -> Option<String> {
    let lower = scope.to_ascii_lowercase();
    if OPENID.contains(&lower.as_str()) {
        return None;
    }
    match lower.rsplit_once('/') {
        Some((resource, _)) => Some(resource.to_owned()),
        None => Some(GRAPH.to_owned()),
    }
}

fn check_characters(scope: &str) -> Result<(), ScopesFault> {
    // RFC 6749 section 3.3: printable ASCII without space, quotation mark and backslash.
    if scope
        .chars()
        .all(|c| matches!(c, '!' | '#'..='[' | ']'..='~'))
    {
        return Ok(());
    }
    Err(ScopesFault::Malformed(scope.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_split_and_deduplicated() {
        let scopes = Scopes::parse(&["User.Read team.create", "user.read"]).unwrap();
        assert_eq!(scopes.joined(), "User.Read team.create");
        assert_eq!(
            Scopes::parse(&["b a"]).unwrap().cache_key(),
            Scopes::parse(&["A", "B"]).unwrap().cache_key()
        );
    }

    #[test]
    fn scopes_that_entra_refuses_are_an_error() {
        for bad in [
            vec!["https://graph.microsoft.com/.default User.Read"],
            vec![
                "https://graph.microsoft.com/.default",
                "https://vault.azure.net/.default",
            ],
            vec!["openid"],
            vec!["\"User.Read\""],
            vec!["User.Read offline_access"],
            vec![""],
        ] {
            assert!(Scopes::parse(&bad).is_err(), "{bad:?}");
        }
        assert!(Scopes::parse(&["https://graph.microsoft.com/.default openid"]).is_ok());
        assert!(
            Scopes::parse(&["https://graph.microsoft.com/User.Read Mail.Send"]).is_ok(),
            "one resource, written twice"
        );
        let mixed = Scopes::parse(&["https://graph.microsoft.com/.default User.Read"]).unwrap_err();
        assert!(matches!(
            mixed,
            ProfileError::Scopes(ScopesFault::DefaultWithNames)
        ));
        assert!(Scopes::parse(&["https://management.core.windows.net//.default"]).is_ok());
    }
}
