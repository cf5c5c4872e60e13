//! Which token a client gets for the `resource` that it asks for, or none. Pure.
//!
//! Clients send a scope without its `/.default`, or with it, or a bare scope; some with a slash at the end, which Entra
//! takes as a part of the name: the slash stays. Seen in azure-identity, msal, @azure/identity, az and `PnP`.

use crate::error::{Error, Result};
use crate::l10n::msg;
use crate::profile::{Cloud, Scopes};

/// The token that an admitted request is about.
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

/// Application id of Microsoft Graph, another name of its resource.
const GRAPH_APP_ID: &str = "00000003-0000-0000-c000-000000000000";
/// `SharePoint` is one resource a host; clients ask with the address of a site. Hosts of the national clouds.
const SHAREPOINT: [&str; 4] = [".sharepoint.com", ".sharepoint.us", ".sharepoint-mil.us", ".sharepoint.cn"];
/// Longer than any resource or scope that exists.
const LONGEST: usize = 2048;

impl Resources {
    /// From the scopes of the run, the profile's cloud, and `--allow-resource` as typed.
    pub fn new(scopes: &Scopes, cloud: &Cloud, allow: &[String]) -> Result<Self> {
        let words: Vec<String> = scopes.iter().map(str::to_owned).collect();
        // OpenID scopes have no slash either, but never stand alone: a prefixed scope decides.
        let own = words.iter().find_map(|w| Some(w.rsplit_once('/')?.0)).unwrap_or(cloud.graph).to_owned();
        let allowed = allow.iter().map(|text| parse(text)).collect::<Result<_>>()?;
        Ok(Self { own, graph: cloud.graph, scopes: words, allowed })
    }

    /// What to give for `asked`; `None` if that is not allowed. `granted` is the scope list of the token in hand.
    pub fn decide(&self, asked: &str, granted: Option<&str>) -> Option<Wanted> {
        if asked.is_empty() || asked.len() > LONGEST {
            return None;
        }
        let name = origin_of(without_default(asked));
        if same(&name, &self.own) || (same(&self.own, self.graph) && same(&name, GRAPH_APP_ID)) {
            return Some(Wanted::Own);
        }
        if self.is_granted(&name, granted) {
            return Some(Wanted::Own);
        }
        let base = self.allowed.iter().find(|allowed| same(allowed, &name))?;
        let slash = if name.ends_with('/') { "/" } else { "" };
        Some(Wanted::Other(format!("{base}{slash}/.default")))
    }

    /// True for a scope that the token carries, in full or, for Microsoft Graph, as a bare name.
    fn is_granted(&self, name: &str, granted: Option<&str>) -> bool {
        let own = format!("{}/", self.own.trim_end_matches('/')).to_ascii_lowercase();
        let short = |text: &str| {
            let lower = text.to_ascii_lowercase();
            lower.strip_prefix(&own).map(str::to_owned).unwrap_or(lower)
        };
        let asked = short(name);
        let bare_elsewhere = !name.contains('/') && !same(&self.own, self.graph);
        if asked.is_empty() || bare_elsewhere {
            return false;
        }
        let mut known = self.scopes.iter().map(String::as_str).chain(granted.unwrap_or_default().split(' '));
        known.any(|scope| short(scope) == asked)
    }
}

/// One `--allow-resource`: an address with a scheme, or an application id; kept without slash at the end.
fn parse(text: &str) -> Result<String> {
    let name = origin_of(without_default(text.trim()));
    let name = name.strip_suffix('/').unwrap_or(&name);
    let is_id = uuid::Uuid::try_parse(name).is_ok();
    let is_address = url::Url::parse(name).is_ok_and(|url| url.scheme() != "http");
    // With a second slash it would be another name than any that is asked for: `decide` takes one off, too.
    let is_bare = !name.ends_with('/');
    if (is_id || is_address) && is_bare && name.len() <= LONGEST && Scopes::parse(&[format!("{name}/.default")]).is_ok()
    {
        return Ok(name.to_owned());
    }
    Err(Error::usage(msg!("serve-not-a-resource", text = text.escape_debug())).hint(msg!("serve-not-a-resource-shape")))
}

/// Drops one `/.default` at the end, and nothing else.
fn without_default(text: &str) -> &str {
    const TAIL: &str = "/.default";
    match text.len().checked_sub(TAIL.len()).and_then(|at| text.split_at_checked(at)) {
        Some((head, tail)) if tail.eq_ignore_ascii_case(TAIL) => head,
        _ => text,
    }
}

/// The address of a `SharePoint` site becomes its host's; everything else stays as it is.
fn origin_of(text: &str) -> String {
    let host = |url: &url::Url| url.host_str().map(str::to_ascii_lowercase);
    match url::Url::parse(text) {
        Ok(url) if url.scheme() == "https" && host(&url).is_some_and(|h| SHAREPOINT.iter().any(|s| h.ends_with(s))) => {
            url.origin().ascii_serialization()
        }
        _ => text.to_owned(),
    }
}

/// Names of one resource: case and one slash at the end aside.
fn same(a: &str, b: &str) -> bool {
    let plain = |t: &str| t.strip_suffix('/').unwrap_or(t).to_ascii_lowercase();
    plain(a) == plain(b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::CLOUDS;

    fn resources(scope: &str, allow: &[&str]) -> Resources {
        let allow: Vec<String> = allow.iter().map(|a| (*a).to_owned()).collect();
        Resources::new(&Scopes::parse(&[scope]).unwrap(), &CLOUDS[0], &allow).unwrap()
    }

    fn other(scope: &str) -> Wanted {
        Wanted::Other(scope.to_owned())
    }

    #[test]
    fn every_name_of_the_own_resource_gives_the_own_token() {
        let graph = resources("https://graph.microsoft.com/.default", &[]);
        let granted = Some("https://graph.microsoft.com/User.Read Mail.Send openid");
        for name in [
            "https://graph.microsoft.com",
            "https://graph.microsoft.com/",
            "https://graph.microsoft.com/.default",
            "https://graph.microsoft.com//.default",
            "HTTPS://Graph.Microsoft.com",
            "00000003-0000-0000-c000-000000000000",
            "00000003-0000-0000-C000-000000000000/.default",
            "https://graph.microsoft.com/User.Read",
            "https://graph.microsoft.com/mail.send",
            "User.Read",
            "Mail.Send",
        ] {
            assert_eq!(graph.decide(name, granted), Some(Wanted::Own), "{name}");
        }
        let named = resources("User.Read.All openid", &[]);
        assert_eq!(named.decide("https://graph.microsoft.com", None), Some(Wanted::Own));
        assert_eq!(named.decide("https://graph.microsoft.com/User.Read.All", None), Some(Wanted::Own));
    }

    #[test]
    fn everything_else_is_refused() {
        let graph = resources("https://graph.microsoft.com/.default", &[]);
        let granted = Some("User.Read");
        for name in [
            "",
            "/",
            "https://management.core.windows.net/",
            "https://vault.azure.net",
            "https://graph.microsoft.com.evil.example",
            "https://graph.microsoft.com/beta",
            "https://graph.microsoft.com@evil.example",
            "http://graph.microsoft.com",
            "https://contoso.sharepoint.com",
            "Mail.Send",
            "https://graph.microsoft.com/Mail.Send",
            "797f4846-ba00-4fd7-ba43-dac1f8f63013",
            &"x".repeat(5000),
        ] {
            assert_eq!(graph.decide(name, granted), None, "{name}");
        }
        let vault = resources("https://vault.azure.net/.default", &[]);
        assert_eq!(vault.decide("https://vault.azure.net", None), Some(Wanted::Own));
        assert_eq!(vault.decide("https://graph.microsoft.com", None), None);
        assert_eq!(vault.decide("00000003-0000-0000-c000-000000000000", None), None);
        assert_eq!(vault.decide("User.Read", Some("User.Read")), None, "a bare scope means Graph");
    }

    #[test]
    fn nothing_longer_than_any_resource_is_looked_at() {
        let graph = resources("https://graph.microsoft.com/.default", &[]);
        let of = |length: usize| "x".repeat(length);
        assert_eq!(graph.decide(&of(LONGEST), Some(&of(LONGEST))), Some(Wanted::Own));
        assert_eq!(graph.decide(&of(LONGEST + 1), Some(&of(LONGEST + 1))), None);
        assert_eq!(graph.decide("", Some("")), None);
    }

    #[test]
    fn allowed_resources_keep_the_slash_that_was_asked_for() {
        let r = resources(
            "User.Read",
            &[
                "https://management.core.windows.net/",
                "https://contoso.sharepoint.com/sites/hr",
                "797f4846-ba00-4fd7-ba43-dac1f8f63013",
            ],
        );
        assert_eq!(
            r.decide("https://management.core.windows.net/", None),
            Some(other("https://management.core.windows.net//.default"))
        );
        assert_eq!(
            r.decide("https://management.core.windows.net//.default", None),
            Some(other("https://management.core.windows.net//.default"))
        );
        assert_eq!(
            r.decide("https://MANAGEMENT.core.windows.net", None),
            Some(other("https://management.core.windows.net/.default"))
        );
        assert_eq!(
            r.decide("https://contoso.sharepoint.com/sites/other?x=1", None),
            Some(other("https://contoso.sharepoint.com/.default"))
        );
        assert_eq!(r.decide("https://contoso-admin.sharepoint.com", None), None);
        assert_eq!(
            r.decide("797F4846-ba00-4fd7-ba43-dac1f8f63013", None),
            Some(other("797f4846-ba00-4fd7-ba43-dac1f8f63013/.default"))
        );
    }

    #[test]
    fn what_is_no_resource_cannot_be_allowed() {
        let scopes = Scopes::parse(&["User.Read"]).unwrap();
        for bad in ["", "Mail.Send", "http://graph.microsoft.com", "https://a b", "*", "https://vault.azure.net//"] {
            assert!(Resources::new(&scopes, &CLOUDS[0], &[bad.to_owned()]).is_err(), "{bad}");
        }
        assert!(Resources::new(&scopes, &CLOUDS[0], &["api://3b9c6f0e-6a1d-4f57-8d6b-b1f1c3f2e901".into()]).is_ok());
    }
}
