//! Which token a client gets for the `resource` in its request, if any. Pure.
//!
//! Clients send a scope without its `/.default`, or with it, or a bare scope; some with a slash at
//! the end, which stays, as it is a part of the name for Entra. Observed with azure-identity, msal,
//! @azure/identity, az and `PnP`. The names of Microsoft's APIs are in `names`.

mod names;

use super::ServeError;
use crate::profile::{Cloud, Scopes};
use names::{alike, api_of, below, is_permission, origin_of, other_name, same, without_default};

/// The token that an admitted request asks for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Wanted {
    /// The profile's own scopes.
    Own,
    /// Another resource, as the scope to ask for.
    Other(String),
}

/// The profile's resource, and those of `--allow-resource`.
#[derive(Clone, Debug)]
pub struct Resources {
    own: String,
    graph: &'static str,
    scopes: Vec<String>,
    allowed: Vec<String>,
}

/// Why a resource is not served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Denied {
    /// Another API, by the name that `--allow-resource` takes.
    Resource(String),
    /// A permission of the own API that the token does not carry, by the name that `--scope` takes.
    Permission(String),
    /// A text that is no name.
    Nameless,
}

/// Application id of Microsoft Graph, another name of its resource.
const GRAPH_APP_ID: &str = "00000003-0000-0000-c000-000000000000";
/// The most characters of a name: more than any resource or scope has.
const LONGEST: usize = 2048;

impl Resources {
    /// Reads the scopes of the run, the profile's cloud, and `--allow-resource` as typed. Fails if
    /// one of the latter is a permission (`Permission`) or no resource (`NotAResource`).
    pub fn new(scopes: &Scopes, cloud: &Cloud, allow: &[String]) -> Result<Self, ServeError> {
        let scopes: Vec<String> = scopes.iter().map(str::to_owned).collect();
        // OpenID scopes have no slash either, but never come alone: a scope with a prefix decides.
        let own = scopes
            .iter()
            .find_map(|scope| Some(scope.rsplit_once('/')?.0))
            .unwrap_or(cloud.graph)
            .to_owned();
        let allowed = allow
            .iter()
            .map(|text| parse(text, &own))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            own,
            graph: cloud.graph,
            scopes,
            allowed,
        })
    }

    /// The token for `asked`, or why there is none. `granted` is the scope list of the present
    /// token.
    pub fn decide(&self, asked: &str, granted: Option<&str>) -> Result<Wanted, Denied> {
        if asked.is_empty() || asked.len() > LONGEST {
            return Err(Denied::Nameless);
        }
        let name = origin_of(without_default(asked));
        if alike(&name, &self.own) || (same(&self.own, self.graph) && same(&name, GRAPH_APP_ID)) {
            return Ok(Wanted::Own);
        }
        if self.is_granted(&name, granted) {
            return Ok(Wanted::Own);
        }
        // A permission of an allowed API is in that API's token, or consent is missing.
        let api = api_of(&name).filter(|api| below(&name, api).is_some_and(is_permission));
        let name = api.unwrap_or(&name);
        match self.allowed(name) {
            Some(base) => {
                let slash = if name.ends_with('/') { "/" } else { "" };
                Ok(Wanted::Other(format!("{base}{slash}/.default")))
            }
            None => Err(self.denied(&origin_of(without_default(asked)))),
        }
    }

    /// The resource of that name, if it is allowed. The other name of an allowed API gives a token
    /// of that name: its clients compare the audience.
    fn allowed(&self, name: &str) -> Option<&str> {
        if let Some(allowed) = self.allowed.iter().find(|allowed| same(allowed, name)) {
            return Some(allowed);
        }
        let is_allowed = self.allowed.iter().any(|allowed| alike(allowed, name));
        if is_allowed { other_name(name) } else { None }
    }

    fn denied(&self, name: &str) -> Denied {
        let is_graph = same(&self.own, self.graph);
        let permission = if name.contains('/') {
            below(name, &self.own)
        } else {
            is_graph.then_some(name)
        };
        if let Some(permission) = permission.filter(|word| is_permission(word)) {
            let full = if is_graph {
                String::new()
            } else {
                format!("{}/", self.own)
            };
            return Denied::Permission(format!("{full}{permission}"));
        }
        // A permission of another API belongs to that API.
        let name = api_of(name).unwrap_or(name);
        // The message repeats only names that are safe to paste into a shell.
        let is_plain = name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || ":/._~-".contains(c));
        match parse(name, &self.own) {
            Ok(name) if is_plain && !alike(&name, &self.own) => Denied::Resource(name),
            _ => Denied::Nameless,
        }
    }

    /// True for a scope that the token carries, in full or, for Microsoft Graph, as a bare name.
    fn is_granted(&self, name: &str, granted: Option<&str>) -> bool {
        let own = format!("{}/", self.own.trim_end_matches('/')).to_ascii_lowercase();
        let short = |scope: &str| {
            let lower = scope.to_ascii_lowercase();
            lower.strip_prefix(&own).map(str::to_owned).unwrap_or(lower)
        };
        let asked = short(name);
        let bare_elsewhere = !name.contains('/') && !same(&self.own, self.graph);
        if asked.is_empty() || bare_elsewhere {
            return false;
        }
        let granted = granted.unwrap_or_default().split(' ');
        let mut known = self.scopes.iter().map(String::as_str).chain(granted);
        known.any(|scope| short(scope) == asked)
    }
}

/// One `--allow-resource`: an address with a scheme, or an application id; kept without a slash at
/// the end. A permission is never a resource: nobody can consent to it as one.
fn parse(text: &str, own: &str) -> Result<String, ServeError> {
    let name = origin_of(without_default(text.trim()));
    let name = name.strip_suffix('/').unwrap_or(&name);
    let api = api_of(name).or_else(|| below(name, own).map(|_| own));
    if let Some(api) = api {
        return Err(ServeError::Permission {
            text: text.to_owned(),
            resource: api.to_owned(),
        });
    }
    let is_id = uuid::Uuid::try_parse(name).is_ok();
    let is_address = url::Url::parse(name).is_ok_and(|url| url.scheme() != "http");
    // No client asks for a name with two slashes at its end: `decide` removes one, too.
    let is_bare = !name.ends_with('/');
    if (is_id || is_address)
        && is_bare
        && name.len() <= LONGEST
        && Scopes::parse(&[format!("{name}/.default")]).is_ok()
    {
        return Ok(name.to_owned());
    }
    Err(ServeError::NotAResource {
        text: text.to_owned(),
    })
}

#[cfg(test)]
mod tests;
