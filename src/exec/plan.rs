//! What the child gets, as a value: pure, from the present environment and a token.
//!
//! Its `Debug` names variables and hides values. Nothing is started here.

use super::identities::{CHAIN, DEFAULT_VARIABLE, ELSEWHERE};
use super::outer::{LISTS, LOOPBACK, MARK, inherited, leavings};
use crate::environment::Environment;
use crate::error::{Error, Kind, Result};
use crate::os;
use crate::profile::Profile;
use crate::secret::{AccessToken, EndpointKey};
use crate::text::text;
use std::ffi::{OsStr, OsString};
use std::fmt;
use zeroize::Zeroize;

/// Facts for the child, no secrets. They double as the mark of a running `exec`.
pub struct ChildFacts<'a> {
    /// The profile.
    pub profile: &'a Profile,
    /// When the token ends, epoch seconds.
    pub expires_at: u64,
}

impl fmt::Debug for ChildFacts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChildFacts({})", self.profile.name)
    }
}

/// A command with the changes to its environment.
pub struct ChildPlan {
    /// Program and arguments as typed.
    pub command: Vec<OsString>,
    /// Variables to set.
    pub set: Vec<(OsString, OsString)>,
    /// Inherited variables to take away.
    pub remove: Vec<OsString>,
}

impl fmt::Debug for ChildPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |it: Vec<&OsString>| {
            it.iter()
                .map(|n| n.to_string_lossy().into_owned())
                .collect::<Vec<_>>()
                .join(" ")
        };
        let set = names(self.set.iter().map(|(name, _)| name).collect());
        write!(
            f,
            "ChildPlan(set: {set}; remove: {})",
            names(self.remove.iter().collect())
        )
    }
}

impl Drop for ChildPlan {
    fn drop(&mut self) {
        for (_, value) in self.set.drain(..) {
            value.into_encoded_bytes().zeroize();
        }
    }
}

/// What points a client at the loopback endpoint.
#[derive(Clone, Copy, Debug)]
pub struct EndpointForChild<'a> {
    /// `http://127.0.0.1:PORT/path`.
    pub url: &'a str,
    /// What it must show there.
    pub key: &'a EndpointKey,
    /// `--keep-env`.
    pub keep_env: bool,
}

impl ChildPlan {
    /// The plan for a child that fetches its tokens from the endpoint. It gets the first one in
    /// variables, too, but only in those that were asked for: a token in a variable goes stale.
    pub fn with_endpoint(
        command: Vec<OsString>,
        names: &[String],
        token: &AccessToken,
        facts: &ChildFacts<'_>,
        endpoint: EndpointForChild<'_>,
        env: &Environment,
    ) -> Result<Self> {
        let mut plan = Self::bare(command, names.iter().map(String::as_str), token, facts)?;
        plan.set.extend([
            ("IDENTITY_ENDPOINT".into(), endpoint.url.into()),
            (
                "IDENTITY_HEADER".into(),
                endpoint.key.expose_to_child().into(),
            ),
        ]);
        plan.bypass_proxies(env);
        if !endpoint.keep_env || inherited(env, CHAIN).is_none() {
            // Otherwise `DefaultAzureCredential` silently goes on with whoever is logged in to `az`
            // when a token is refused.
            plan.set.push((CHAIN.into(), "prod".into()));
        }
        let away = if endpoint.keep_env {
            &ELSEWHERE[..1]
        } else {
            &ELSEWHERE[..]
        };
        plan.remove.extend(away.iter().map(OsString::from));
        Ok(plan.in_place_of_outer(env))
    }

    /// The plan for a child that gets its token in variables: `names`, or [`DEFAULT_VARIABLE`].
    pub fn with_token(
        command: Vec<OsString>,
        names: &[String],
        token: &AccessToken,
        facts: &ChildFacts<'_>,
        env: &Environment,
    ) -> Result<Self> {
        let default = names.is_empty().then_some(DEFAULT_VARIABLE);
        let names = names.iter().map(String::as_str).chain(default);
        Ok(Self::bare(command, names, token, facts)?.in_place_of_outer(env))
    }

    /// The token in these variables, and the facts.
    fn bare<'n>(
        command: Vec<OsString>,
        names: impl Iterator<Item = &'n str>,
        token: &AccessToken,
        facts: &ChildFacts<'_>,
    ) -> Result<Self> {
        if token.len() > os::LONGEST_VARIABLE {
            return Err(Error::new(
                Kind::Other,
                text!(
                    "exec-token-too-long",
                    length = token.len(),
                    limit = os::LONGEST_VARIABLE
                ),
            )
            .hint(text!("exec-token-too-long-narrow")));
        }
        let mut set: Vec<(OsString, OsString)> = names
            .map(|n| (n.into(), token.expose_to_user().into()))
            .collect();
        set.extend(public_facts(facts));
        Ok(Self {
            command,
            set,
            remove: Vec::new(),
        })
    }

    /// Takes away what an outer run has set and this one does not, and leaves the mark for an inner
    /// one.
    fn in_place_of_outer(mut self, env: &Environment) -> Self {
        // What is as it was before bears no mark: an inner run leaves it alone.
        let new = self.set.iter().filter(|(name, value)| {
            name.to_str().and_then(|n| inherited(env, n)).as_ref() != Some(value)
        });
        let ours = new.filter_map(|(name, _)| name.to_str());
        let ours: Vec<&str> = ours
            .filter(|name| !name.starts_with("ROPC_") && *name != DEFAULT_VARIABLE)
            .collect();
        let mark = ours.join(" ");
        if !mark.is_empty() {
            self.set.push((MARK.into(), mark.into()));
        }
        for name in leavings(env) {
            if self
                .set
                .iter()
                .any(|(own, _)| os::same_variable(own, OsStr::new(name)))
            {
                continue;
            }
            match inherited(env, name) {
                Some(value) => self.set.push((name.into(), value)),
                None => self.remove.push(name.into()),
            }
        }
        self
    }

    /// Adds the loopback to `NO_PROXY` and `no_proxy`: a proxy would see the key and the token.
    /// Some programs read the one and some the other, so a list in one of them only is given to
    /// both.
    ///
    /// `*` is no name to .NET, and to curl and Python it is one only if it is alone. So that it
    /// still means "no proxy at all", the proxies go. Not on Windows: .NET would ask the system's
    /// settings then, which know none of these lists.
    fn bypass_proxies(&mut self, env: &Environment) {
        let lists = [0, 1].map(|i| {
            inherited(env, LISTS[i])
                .or_else(|| inherited(env, LISTS[1 - i]))
                .unwrap_or_default()
        });
        let has = |list: &OsStr, host: &str| {
            list.to_string_lossy()
                .split(',')
                .any(|entry| entry.trim() == host)
        };
        if !os::IS_WINDOWS && lists.iter().all(|list| has(list, "*")) {
            self.remove.extend(PROXIES.iter().map(OsString::from));
        }
        for (name, mut list) in LISTS.into_iter().zip(lists) {
            if self
                .set
                .iter()
                .any(|(own, _)| os::same_variable(own, OsStr::new(name)))
            {
                continue;
            }
            if !LOOPBACK.split(',').all(|host| has(&list, host)) {
                list.push(if list.is_empty() { "" } else { "," });
                list.push(LOOPBACK);
            }
            self.set.push((name.into(), list));
        }
    }
}

/// Variables that name a proxy.
const PROXIES: [&str; 6] = [
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
];

fn public_facts(facts: &ChildFacts<'_>) -> [(OsString, OsString); 5] {
    let profile = facts.profile;
    [
        ("ROPC_PROFILE".into(), profile.name.as_str().into()),
        ("ROPC_TENANT_ID".into(), profile.tenant.as_str().into()),
        ("ROPC_CLIENT_ID".into(), profile.client_id.as_str().into()),
        ("ROPC_USERNAME".into(), profile.username.as_str().into()),
        (
            "ROPC_EXPIRES_ON".into(),
            facts.expires_at.to_string().into(),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(names: &[String], env: &Environment, size: usize) -> Result<ChildPlan> {
        let token = AccessToken::new("t".repeat(size));
        let profile = Profile::sample("default");
        ChildPlan::with_token(
            vec!["true".into()],
            names,
            &token,
            &ChildFacts {
                profile: &profile,
                expires_at: 7,
            },
            env,
        )
    }

    fn set_names(plan: &ChildPlan) -> Vec<&str> {
        plan.set.iter().filter_map(|(n, _)| n.to_str()).collect()
    }

    #[test]
    fn the_default_variable_and_the_facts() {
        let plan = plan(&[], &Environment::default(), 10).unwrap();
        assert_eq!(
            set_names(&plan),
            [
                "GRAPH_ACCESS_TOKEN",
                "ROPC_PROFILE",
                "ROPC_TENANT_ID",
                "ROPC_CLIENT_ID",
                "ROPC_USERNAME",
                "ROPC_EXPIRES_ON"
            ]
        );
        assert!(plan.remove.is_empty());
        let shown = format!("{plan:?}");
        assert!(
            shown.contains("GRAPH_ACCESS_TOKEN") && !shown.contains("tttt"),
            "{shown}"
        );
    }

    #[test]
    fn other_names_replace_it_and_a_stale_one_goes() {
        let env = Environment::from_pairs([("GRAPH_ACCESS_TOKEN", "stale")]);
        let plan = plan(&["A".into(), "B".into()], &env, 10).unwrap();
        assert_eq!(set_names(&plan)[..2], ["A", "B"]);
        assert_eq!(plan.remove, ["GRAPH_ACCESS_TOKEN"]);
    }

    #[test]
    fn a_token_that_no_variable_holds_is_a_clear_error() {
        let error = plan(&[], &Environment::default(), os::LONGEST_VARIABLE + 1).unwrap_err();
        assert!(error.hints[0].english().contains("ropc token"));
    }

    fn endpoint_plan(names: &[String], env: &Environment, keep_env: bool) -> ChildPlan {
        let (token, profile, key) = (
            AccessToken::new("t".repeat(9)),
            Profile::sample("default"),
            EndpointKey::random().unwrap(),
        );
        let facts = ChildFacts {
            profile: &profile,
            expires_at: 7,
        };
        let endpoint = EndpointForChild {
            url: "http://127.0.0.1:7/msi/token",
            key: &key,
            keep_env,
        };
        ChildPlan::with_endpoint(vec!["true".into()], names, &token, &facts, endpoint, env).unwrap()
    }

    fn value<'p>(plan: &'p ChildPlan, name: &str) -> Option<&'p str> {
        plan.set
            .iter()
            .find(|(n, _)| os::same_variable(n, OsStr::new(name)))
            .and_then(|(_, v)| v.to_str())
    }

    #[test]
    fn the_endpoint_comes_without_a_token_unless_asked() {
        let env = Environment::from_pairs([
            ("GRAPH_ACCESS_TOKEN", "stale"),
            ("AZURE_TOKEN_CREDENTIALS", "dev"),
        ]);
        let plain = endpoint_plan(&[], &env, false);
        assert!(
            value(&plain, "GRAPH_ACCESS_TOKEN").is_none()
                && plain.remove.contains(&"GRAPH_ACCESS_TOKEN".into())
        );
        assert_eq!(
            value(&plain, "IDENTITY_ENDPOINT"),
            Some("http://127.0.0.1:7/msi/token")
        );
        assert_eq!(value(&plain, "IDENTITY_HEADER").map(str::len), Some(43));
        assert_eq!(value(&plain, "AZURE_TOKEN_CREDENTIALS"), Some("prod"));
        assert!(
            ELSEWHERE
                .iter()
                .all(|name| plain.remove.contains(&(*name).into()))
        );
        let asked = endpoint_plan(&["GRAPH_ACCESS_TOKEN".into()], &env, false);
        assert_eq!(value(&asked, "GRAPH_ACCESS_TOKEN"), Some("ttttttttt"));
        assert!(!asked.remove.contains(&"GRAPH_ACCESS_TOKEN".into()));
    }

    #[test]
    fn keep_env_leaves_other_identities_alone() {
        let env =
            Environment::from_pairs([("AZURE_TOKEN_CREDENTIALS", "dev"), ("AZURE_CLIENT_ID", "x")]);
        let plan = endpoint_plan(&[], &env, true);
        assert!(value(&plan, "AZURE_TOKEN_CREDENTIALS").is_none());
        assert_eq!(plan.remove, ["IDENTITY_SERVER_THUMBPRINT"]);
        assert_eq!(
            value(
                &endpoint_plan(&[], &Environment::default(), true),
                "AZURE_TOKEN_CREDENTIALS"
            ),
            Some("prod")
        );
    }

    #[test]
    fn no_proxy_is_added_to_and_never_replaced() {
        let both = |pairs: &[(&str, &str)]| {
            let plan = endpoint_plan(&[], &Environment::from_pairs(pairs.iter().copied()), false);
            let goes = plan.remove.contains(&"http_proxy".into());
            (
                ["NO_PROXY", "no_proxy"].map(|n| value(&plan, n).unwrap().to_owned()),
                goes,
            )
        };
        let kept = |first: &str, second: &str| ([first.to_owned(), second.to_owned()], false);
        assert_eq!(both(&[]), kept(LOOPBACK, LOOPBACK));
        let corp = "corp.example,127.0.0.1,localhost";
        assert_eq!(both(&[("NO_PROXY", "corp.example")]), kept(corp, corp));
        // One variable where names fold case, two where they do not.
        let (first, second) = ("a,127.0.0.1,localhost", "b, localhost , 127.0.0.1");
        let folded = if os::IS_WINDOWS { first } else { second };
        assert_eq!(
            both(&[("NO_PROXY", "a"), ("no_proxy", second)]),
            kept(first, folded)
        );
        let all = "*,127.0.0.1,localhost".to_owned();
        assert_eq!(
            both(&[("no_proxy", "*")]),
            ([all.clone(), all], !os::IS_WINDOWS)
        );
    }

    #[test]
    fn an_inner_run_undoes_what_the_outer_one_has_set() {
        let outer = endpoint_plan(
            &["OUTER".into()],
            &Environment::from_pairs([("NO_PROXY", "corp.example")]),
            false,
        );
        let pairs = outer
            .set
            .iter()
            .map(|(n, v)| (n.to_str().unwrap(), v.to_str().unwrap()));
        let env = Environment::from_pairs(pairs);
        let plain = plan(&["INNER".into()], &env, 10).unwrap();
        for name in [
            "OUTER",
            "IDENTITY_ENDPOINT",
            "IDENTITY_HEADER",
            "AZURE_TOKEN_CREDENTIALS",
        ] {
            assert!(plain.remove.contains(&name.into()), "{name}");
        }
        assert_eq!(
            (value(&plain, "NO_PROXY"), value(&plain, MARK)),
            (Some("corp.example"), Some("INNER"))
        );
        let serving = endpoint_plan(&[], &env, true);
        assert_eq!(
            value(&serving, "NO_PROXY"),
            Some("corp.example,127.0.0.1,localhost")
        );
        assert_eq!(
            value(&serving, "AZURE_TOKEN_CREDENTIALS"),
            Some("prod"),
            "the outer one's is no wish of anybody"
        );
        assert!(
            serving.remove.contains(&"OUTER".into())
                && !serving.remove.contains(&"IDENTITY_ENDPOINT".into())
        );
        let platform =
            Environment::from_pairs([("IDENTITY_ENDPOINT", "http://127.0.0.1:41741/msi/token")]);
        assert!(
            plan(&[], &platform, 10).unwrap().remove.is_empty(),
            "no mark: not ours"
        );
    }
}
