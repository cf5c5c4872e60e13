//! A run of `ropc exec` inside another one: finds the variables that the outer run set by the mark
//! that it left. Pure.
//!
//! A managed identity of the platform itself uses the same variables and has no mark: its variables
//! stay.

use super::identities::DEFAULT_VARIABLE;
use crate::environment::Environment;
use crate::os;
use std::ffi::{OsStr, OsString};

/// The variable with the names, separated by blanks, of the variables that a run sets for its child
/// besides the facts and [`DEFAULT_VARIABLE`].
pub(super) const MARK: &str = "ROPC_VARIABLES";

/// The hosts that `--serve` adds to a list of hosts without a proxy. The endpoint has the first
/// name; the second is for programs that use it for the same address.
pub(super) const LOOPBACK: &str = "127.0.0.1,localhost";

/// The lists that `--serve` adds to.
pub(super) const LISTS: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// How the outer run hands out its token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outer {
    /// In variables.
    Variables,
    /// By its endpoint.
    Endpoint,
}

/// The run of `ropc exec` for this profile that this process is in, while its token lives; `None`
/// if there is none. Its expiry is set together with the profile's name. `now` is in epoch seconds.
pub fn nested_in(env: &Environment, profile: &str, now: u64) -> Option<Outer> {
    let until: u64 = env.text("ROPC_EXPIRES_ON")?.parse().ok()?;
    let holds = env.text("ROPC_PROFILE") == Some(profile) && now < until;
    let serves = marked(env).any(|name| name == "IDENTITY_ENDPOINT");
    holds.then_some(if serves {
        Outer::Endpoint
    } else {
        Outer::Variables
    })
}

/// The names of the variables that the outer run set, if there is one.
fn marked(env: &Environment) -> impl Iterator<Item = &str> {
    env.text(MARK).unwrap_or_default().split_ascii_whitespace()
}

/// Every variable that an outer run may have left here.
pub(super) fn leavings(env: &Environment) -> impl Iterator<Item = &str> {
    marked(env)
        .chain([DEFAULT_VARIABLE, MARK])
        .filter(|name| env.get(name).is_some())
}

fn same(one: &str, other: &str) -> bool {
    os::same_variable(OsStr::new(one), OsStr::new(other))
}

/// The value of a variable as it would be without the outer run.
pub(super) fn inherited(env: &Environment, name: &str) -> Option<OsString> {
    let value = env.get(name)?;
    if same(name, DEFAULT_VARIABLE) || same(name, MARK) {
        return None;
    }
    if !marked(env).any(|other| same(name, other)) {
        return Some(value.to_owned());
    }
    if !LISTS.into_iter().any(|list| same(name, list)) {
        // The outer run replaced it, and its value before that is not known.
        return None;
    }
    // If the list does not end with the names that the outer run added, a person changed it on
    // purpose.
    let Some(before) = value.to_str().and_then(|list| list.strip_suffix(LOOPBACK)) else {
        return Some(value.to_owned());
    };
    let before = before.strip_suffix(',').unwrap_or(before);
    (!before.is_empty()).then(|| before.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nesting_is_by_profile_and_while_the_token_lives() {
        let env = Environment::from_pairs([("ROPC_PROFILE", "a"), ("ROPC_EXPIRES_ON", "7")]);
        assert_eq!(nested_in(&env, "a", 6), Some(Outer::Variables));
        assert!(nested_in(&env, "b", 6).is_none() && nested_in(&env, "a", 7).is_none());
        assert!(
            nested_in(&Environment::from_pairs([("ROPC_PROFILE", "a")]), "a", 0).is_none(),
            "a person can set that alone"
        );
        let env = [
            ("ROPC_PROFILE", "a"),
            ("ROPC_EXPIRES_ON", "7"),
            (MARK, "IDENTITY_ENDPOINT IDENTITY_HEADER"),
        ];
        assert_eq!(
            nested_in(&Environment::from_pairs(env), "a", 6),
            Some(Outer::Endpoint)
        );
    }

    #[test]
    fn marked_variables_are_undone_and_no_others() {
        let env = Environment::from_pairs([
            (MARK, "MY_TOKEN NO_PROXY no_proxy"),
            ("MY_TOKEN", "t"),
            ("NO_PROXY", "corp.example,127.0.0.1,localhost"),
            ("IDENTITY_ENDPOINT", "http://127.0.0.1:41741/msi/token"),
        ]);
        assert_eq!(inherited(&env, "MY_TOKEN"), None);
        assert_eq!(inherited(&env, "NO_PROXY"), Some("corp.example".into()));
        assert_eq!(
            inherited(&env, "IDENTITY_ENDPOINT"),
            Some("http://127.0.0.1:41741/msi/token".into())
        );
        assert_eq!(inherited(&env, MARK), None);
        let only_ours = Environment::from_pairs([(MARK, "NO_PROXY"), ("NO_PROXY", LOOPBACK)]);
        assert_eq!(inherited(&only_ours, "NO_PROXY"), None);
        for since in [
            "mine.example",
            "corp.example,127.0.0.1,localhost,mine.example",
        ] {
            let changed = Environment::from_pairs([(MARK, "NO_PROXY"), ("NO_PROXY", since)]);
            assert_eq!(inherited(&changed, "NO_PROXY"), Some(since.into()));
        }
    }
}
