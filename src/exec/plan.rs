//! The child's environment as a value. Pure: made from the present environment and tokens. Its
//! `Debug` names variables and hides values. Starts nothing.

use super::ExecError;
use super::identities::{CHAIN, DEFAULT_VARIABLE, ELSEWHERE};
use super::outer::{LISTS, LOOPBACK, MARK, inherited, leavings};
use crate::broker::Token;
use crate::environment::Environment;
use crate::os;
use crate::profile::Profile;
use crate::secret::EndpointKey;
use std::ffi::{OsStr, OsString};
use std::fmt;
use zeroize::Zeroize;

/// One variable of the child, and the token that it gets.
#[derive(Clone, Copy, Debug)]
pub struct Handout<'a> {
    /// The name of the variable.
    pub name: &'a str,
    /// The token.
    pub token: &'a Token,
    /// True if the variable gets the path of a file with the token.
    pub in_file: bool,
}

/// The input of a plan.
pub struct ChildWish<'a> {
    /// Program and arguments as typed.
    pub command: Vec<OsString>,
    /// The variables with a token.
    pub handouts: &'a [Handout<'a>],
    /// When the first token ends, epoch seconds.
    pub expires_at: u64,
    /// The profile of the tokens.
    pub profile: &'a Profile,
    /// The present environment.
    pub env: &'a Environment,
}

impl fmt::Debug for ChildWish<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChildWish({})", self.profile.name)
    }
}

/// A command with the changes to its environment.
pub struct ChildPlan {
    /// Program and arguments as typed.
    pub command: Vec<OsString>,
    /// Variables to set.
    pub set: Vec<(OsString, OsString)>,
    /// Variables that get the path of a file in memory, and the content of the file.
    pub files: Vec<(OsString, OsString)>,
    /// Inherited variables to remove.
    pub remove: Vec<OsString>,
}

impl fmt::Debug for ChildPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChildPlan")
            .field("set", &self.names().collect::<Vec<_>>())
            .field("remove", &self.remove)
            .finish_non_exhaustive()
    }
}

impl Drop for ChildPlan {
    fn drop(&mut self) {
        for (_, value) in self.set.drain(..).chain(self.files.drain(..)) {
            value.into_encoded_bytes().zeroize();
        }
    }
}

/// The facts by which a client uses the loopback endpoint.
#[derive(Clone, Copy, Debug)]
pub struct EndpointForChild<'a> {
    /// `http://127.0.0.1:PORT/path`.
    pub url: &'a str,
    /// The key that the client sends.
    pub key: &'a EndpointKey,
    /// `--keep-env`.
    pub keep_env: bool,
}

impl ChildPlan {
    /// The plan for a child that fetches its tokens from the endpoint. It also gets the first one
    /// in the variables that `--env` names, and in no others: a token in a variable becomes stale.
    /// Fails with `TokenTooLong` if a variable cannot hold it.
    pub fn with_endpoint(
        wish: ChildWish<'_>,
        endpoint: EndpointForChild<'_>,
    ) -> Result<Self, ExecError> {
        let env = wish.env;
        let mut plan = Self::bare(wish)?;
        plan.set.extend([
            ("IDENTITY_ENDPOINT".into(), endpoint.url.into()),
            (
                "IDENTITY_HEADER".into(),
                endpoint.key.expose_to_child().into(),
            ),
        ]);
        plan.bypass_proxies(env);
        if !endpoint.keep_env || inherited(env, CHAIN).is_none() {
            // Otherwise, when the endpoint refuses a token, `DefaultAzureCredential` silently uses
            // the user that is logged in to `az`.
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

    /// The plan for a child that gets its tokens in variables and files. Fails with `TokenTooLong`
    /// if a variable cannot hold one.
    pub fn with_tokens(wish: ChildWish<'_>) -> Result<Self, ExecError> {
        let env = wish.env;
        Ok(Self::bare(wish)?.in_place_of_outer(env))
    }

    /// The plan with the tokens and the facts.
    fn bare(wish: ChildWish<'_>) -> Result<Self, ExecError> {
        let mut plan = Self {
            command: wish.command,
            set: Vec::new(),
            files: Vec::new(),
            remove: Vec::new(),
        };
        for handout in wish.handouts {
            let token = &handout.token.access;
            if !handout.in_file && token.len() > os::LONGEST_VARIABLE {
                return Err(ExecError::TokenTooLong {
                    length: token.len(),
                    limit: os::LONGEST_VARIABLE,
                });
            }
            let place = if handout.in_file {
                &mut plan.files
            } else {
                &mut plan.set
            };
            place.push((handout.name.into(), token.expose_to_user().into()));
        }
        plan.set.extend(public_facts(wish.profile, wish.expires_at));
        Ok(plan)
    }

    /// The names of all variables that the child gets.
    fn names(&self) -> impl Iterator<Item = &OsString> {
        self.set.iter().chain(&self.files).map(|(name, _)| name)
    }

    /// True if the child gets a variable of this name.
    fn sets(&self, name: &str) -> bool {
        self.names()
            .any(|own| os::same_variable(own, OsStr::new(name)))
    }

    /// Removes the variables that an outer run set and this one does not, and sets the mark for an
    /// inner run.
    fn in_place_of_outer(mut self, env: &Environment) -> Self {
        // An unchanged variable gets no mark: an inner run leaves it alone.
        let changed = self.set.iter().filter_map(|(name, value)| {
            let name = name.to_str()?;
            (inherited(env, name).as_ref() != Some(value)).then_some(name)
        });
        let files = self.files.iter().filter_map(|(name, _)| name.to_str());
        let marked: Vec<&str> = changed
            .chain(files)
            .filter(|name| !name.starts_with("ROPC_") && *name != DEFAULT_VARIABLE)
            .collect();
        let mark = marked.join(" ");
        if !mark.is_empty() {
            self.set.push((MARK.into(), mark.into()));
        }
        for name in leavings(env) {
            if self.sets(name) {
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
    /// Some programs read the one and some the other, so a list in only one of them goes into both.
    /// .NET does not know `*`, and curl and Python know it only if it is alone. To keep its
    /// meaning, "no proxy at all", the plan removes the proxies. Not on Windows: .NET would then
    /// ask the system's settings, which ignore these lists.
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
            if self.sets(name) {
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

/// Facts for the child, no secrets. They also show an inner `exec` that this one runs.
/// `expires_at`: when the token ends, epoch seconds.
fn public_facts(profile: &Profile, expires_at: u64) -> [(OsString, OsString); 5] {
    [
        ("ROPC_PROFILE".into(), profile.name.as_str().into()),
        ("ROPC_TENANT_ID".into(), profile.tenant.as_str().into()),
        ("ROPC_CLIENT_ID".into(), profile.client_id.as_str().into()),
        ("ROPC_USERNAME".into(), profile.username.as_str().into()),
        ("ROPC_EXPIRES_ON".into(), expires_at.to_string().into()),
    ]
}

#[cfg(test)]
mod tests;
