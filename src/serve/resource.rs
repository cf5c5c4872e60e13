//! Which token a client gets for the `resource` that it asks for, or none. Pure.
//!
//! Clients send a scope without its `/.default`, or with it, or a bare scope; some with a slash at
//! the end, which Entra takes as a part of the name: the slash stays. Seen in azure-identity, msal,
//! @azure/identity, az and `PnP`.

use crate::error::{Error, Result};
use crate::profile::{CLOUDS, Cloud, Scopes};
use crate::text::{Text, text};

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

/// Why a resource is not served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Denied {
    /// Another API, by the name that `--allow-resource` takes.
    Resource(String),
    /// A permission of the own API that the token does not carry, by the name that `--scope` takes.
    Permission(String),
    /// Nothing that has a name.
    Nameless,
}

impl Denied {
    /// For the client, which shows one line.
    pub fn message(&self) -> Text {
        match self {
            Self::Resource(name) => text!("serve-resource-denied", resource = name),
            Self::Permission(name) => text!("serve-permission-missing", permission = name),
            Self::Nameless => text!("serve-resource-nameless"),
        }
    }
}

/// Two names of one API, Azure Resource Manager: the global cloud, the US Government, China
/// (Microsoft: "Azure endpoints").
const ARM: [[&str; 2]; 3] = [
    [
        "https://management.azure.com",
        "https://management.core.windows.net",
    ],
    [
        "https://management.usgovcloudapi.net",
        "https://management.core.usgovcloudapi.net",
    ],
    [
        "https://management.chinacloudapi.cn",
        "https://management.core.chinacloudapi.cn",
    ],
];
/// Other APIs of Microsoft whose name is a host alone: what follows it is a permission.
const HOSTS: [&str; 4] = [
    "https://outlook.office365.com",
    "https://outlook.office.com",
    "https://vault.azure.net",
    "https://storage.azure.com",
];
/// Application id of Microsoft Graph, another name of its resource.
const GRAPH_APP_ID: &str = "00000003-0000-0000-c000-000000000000";
/// `SharePoint` is one resource a host; clients ask with the address of a site. Hosts of the
/// national clouds.
const SHAREPOINT: [&str; 4] = [
    ".sharepoint.com",
    ".sharepoint.us",
    ".sharepoint-mil.us",
    ".sharepoint.cn",
];
/// Longer than any resource or scope that exists.
const LONGEST: usize = 2048;

impl Resources {
    /// From the scopes of the run, the profile's cloud, and `--allow-resource` as typed.
    pub fn new(scopes: &Scopes, cloud: &Cloud, allow: &[String]) -> Result<Self> {
        let words: Vec<String> = scopes.iter().map(str::to_owned).collect();
        // OpenID scopes have no slash either, but never stand alone: a prefixed scope decides.
        let own = words
            .iter()
            .find_map(|w| Some(w.rsplit_once('/')?.0))
            .unwrap_or(cloud.graph)
            .to_owned();
        let allowed = allow
            .iter()
            .map(|text| parse(text, &own))
            .collect::<Result<_>>()?;
        Ok(Self {
            own,
            graph: cloud.graph,
            scopes: words,
            allowed,
        })
    }

    /// What to give for `asked`, or why nothing. `granted` is the scope list of the token in hand.
    pub fn decide(
        &self,
        asked: &str,
        granted: Option<&str>,
    ) -> std::result::Result<Wanted, Denied> {
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
        let slash = if name.ends_with('/') { "/" } else { "" };
        let spelled = |base: &str| Wanted::Other(format!("{base}{slash}/.default"));
        if let Some(base) = self.allowed.iter().find(|allowed| same(allowed, name)) {
            return Ok(spelled(base));
        }
        // The other name of an allowed API gives a token of that name: its clients compare the
        // audience.
        if self.allowed.iter().any(|allowed| alike(allowed, name))
            && let Some(base) = ARM.iter().flatten().find(|base| same(base, name))
        {
            return Ok(spelled(base));
        }
        Err(self.denied(&origin_of(without_default(asked))))
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
        // What a shell would read as something else is not offered for copying.
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
        let short = |text: &str| {
            let lower = text.to_ascii_lowercase();
            lower.strip_prefix(&own).map(str::to_owned).unwrap_or(lower)
        };
        let asked = short(name);
        let bare_elsewhere = !name.contains('/') && !same(&self.own, self.graph);
        if asked.is_empty() || bare_elsewhere {
            return false;
        }
        let mut known = self
            .scopes
            .iter()
            .map(String::as_str)
            .chain(granted.unwrap_or_default().split(' '));
        known.any(|scope| short(scope) == asked)
    }
}

/// One `--allow-resource`: an address with a scheme, or an application id; kept without slash at
/// the end. A permission is not turned into a resource: nobody could consent to it.
fn parse(text: &str, own: &str) -> Result<String> {
    let name = origin_of(without_default(text.trim()));
    let name = name.strip_suffix('/').unwrap_or(&name);
    let api = api_of(name).or_else(|| below(name, own).map(|_| own));
    if let Some(api) = api {
        return Err(Error::usage(text!(
            "serve-a-permission",
            text = text.escape_debug(),
            resource = api
        ))
        .hint(text!("serve-a-permission-scope")));
    }
    let is_id = uuid::Uuid::try_parse(name).is_ok();
    let is_address = url::Url::parse(name).is_ok_and(|url| url.scheme() != "http");
    // With a second slash it would be another name than any that is asked for: `decide` takes one
    // off, too.
    let is_bare = !name.ends_with('/');
    if (is_id || is_address)
        && is_bare
        && name.len() <= LONGEST
        && Scopes::parse(&[format!("{name}/.default")]).is_ok()
    {
        return Ok(name.to_owned());
    }
    Err(
        Error::usage(text!("serve-not-a-resource", text = text.escape_debug()))
            .hint(text!("serve-not-a-resource-shape")),
    )
}

/// Drops one `/.default` at the end, and nothing else.
fn without_default(text: &str) -> &str {
    const TAIL: &str = "/.default";
    match text
        .len()
        .checked_sub(TAIL.len())
        .and_then(|at| text.split_at_checked(at))
    {
        Some((head, tail)) if tail.eq_ignore_ascii_case(TAIL) => head,
        _ => text,
    }
}

/// The address of a `SharePoint` site becomes its host's; everything else stays as it is.
fn origin_of(text: &str) -> String {
    let host = |url: &url::Url| url.host_str().map(str::to_ascii_lowercase);
    match url::Url::parse(text) {
        Ok(url)
            if url.scheme() == "https"
                && host(&url).is_some_and(|h| SHAREPOINT.iter().any(|s| h.ends_with(s))) =>
        {
            url.origin().ascii_serialization()
        }
        _ => text.to_owned(),
    }
}

/// What follows the name of an API in `name`, if anything does.
fn below<'n>(name: &'n str, api: &str) -> Option<&'n str> {
    let (head, rest) = name.split_at_checked(api.len())?;
    let rest = rest.trim_matches('/');
    (head.eq_ignore_ascii_case(api) && name[api.len()..].starts_with('/') && !rest.is_empty())
        .then_some(rest)
}

/// The API whose name is a host alone, of something that stands below it.
fn api_of(name: &str) -> Option<&'static str> {
    let graphs = CLOUDS.iter().map(|cloud| cloud.graph);
    let mut known = graphs.chain(ARM.into_iter().flatten()).chain(HOSTS);
    known.find(|api| below(name, api).is_some())
}

/// `Mail.Send`, `user_impersonation`: the shapes of permissions that people are asked to consent
/// to.
fn is_permission(word: &str) -> bool {
    let parts: Vec<&str> = word.split('.').collect();
    let is_word = |part: &&str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic()) && part.chars().all(in_permission)
    };
    parts.iter().all(is_word) && (parts.len() > 1 || word.contains('_'))
}

fn in_permission(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-')
}

/// Names of one API.
fn alike(a: &str, b: &str) -> bool {
    same(a, b)
        || ARM
            .iter()
            .any(|names| names.iter().any(|n| same(n, a)) && names.iter().any(|n| same(n, b)))
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
            assert_eq!(graph.decide(name, granted), Ok(Wanted::Own), "{name}");
        }
        let named = resources("User.Read.All openid", &[]);
        assert_eq!(
            named.decide("https://graph.microsoft.com", None),
            Ok(Wanted::Own)
        );
        assert_eq!(
            named.decide("https://graph.microsoft.com/User.Read.All", None),
            Ok(Wanted::Own)
        );
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
            assert!(graph.decide(name, granted).is_err(), "{name}");
        }
        let vault = resources("https://vault.azure.net/.default", &[]);
        assert_eq!(
            vault.decide("https://vault.azure.net", None),
            Ok(Wanted::Own)
        );
        assert!(vault.decide("https://graph.microsoft.com", None).is_err());
        assert!(
            vault
                .decide("00000003-0000-0000-c000-000000000000", None)
                .is_err()
        );
        assert!(
            vault.decide("User.Read", Some("User.Read")).is_err(),
            "a bare scope means Graph"
        );
    }

    #[test]
    fn nothing_longer_than_any_resource_is_looked_at() {
        let graph = resources("https://graph.microsoft.com/.default", &[]);
        let of = |length: usize| "x".repeat(length);
        assert_eq!(
            graph.decide(&of(LONGEST), Some(&of(LONGEST))),
            Ok(Wanted::Own)
        );
        assert!(
            graph
                .decide(&of(LONGEST + 1), Some(&of(LONGEST + 1)))
                .is_err()
        );
        assert!(graph.decide("", Some("")).is_err());
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
            Ok(other("https://management.core.windows.net//.default"))
        );
        assert_eq!(
            r.decide("https://management.core.windows.net//.default", None),
            Ok(other("https://management.core.windows.net//.default"))
        );
        assert_eq!(
            r.decide("https://MANAGEMENT.core.windows.net", None),
            Ok(other("https://management.core.windows.net/.default"))
        );
        assert_eq!(
            r.decide("https://contoso.sharepoint.com/sites/other?x=1", None),
            Ok(other("https://contoso.sharepoint.com/.default"))
        );
        assert!(
            r.decide("https://contoso-admin.sharepoint.com", None)
                .is_err()
        );
        assert_eq!(
            r.decide("797F4846-ba00-4fd7-ba43-dac1f8f63013", None),
            Ok(other("797f4846-ba00-4fd7-ba43-dac1f8f63013/.default"))
        );
    }

    #[test]
    fn what_is_no_resource_cannot_be_allowed() {
        let scopes = Scopes::parse(&["User.Read"]).unwrap();
        for bad in [
            "",
            "Mail.Send",
            "http://graph.microsoft.com",
            "https://a b",
            "*",
            "https://vault.azure.net//",
            "https://graph.microsoft.com/Mail.Send",
            "https://graph.microsoft.com/Mail.Send/.default",
            "https://graph.microsoft.us/User.Read",
            "https://management.azure.com/user_impersonation",
            "https://outlook.office365.com/EWS.AccessAsUser.All",
        ] {
            assert!(
                Resources::new(&scopes, &CLOUDS[0], &[bad.to_owned()]).is_err(),
                "{bad}"
            );
        }
        assert!(
            Resources::new(
                &scopes,
                &CLOUDS[0],
                &["api://3b9c6f0e-6a1d-4f57-8d6b-b1f1c3f2e901".into()]
            )
            .is_ok()
        );
    }

    #[test]
    fn an_api_and_a_permission_are_told_apart_and_named() {
        let graph = resources(
            "https://graph.microsoft.com/.default",
            &["https://contoso.sharepoint.com"],
        );
        let denied = |asked: &str| graph.decide(asked, Some("User.Read")).unwrap_err();
        let api = |name: &str| Denied::Resource(name.into());
        for (asked, named) in [
            ("https://vault.azure.net", "https://vault.azure.net"),
            (
                "https://vault.azure.net/.default",
                "https://vault.azure.net",
            ),
            (
                "https://management.azure.com/user_impersonation",
                "https://management.azure.com",
            ),
            (
                "https://contoso-admin.sharepoint.com/sites/x",
                "https://contoso-admin.sharepoint.com",
            ),
            (
                "https://contoso-my.sharepoint.com",
                "https://contoso-my.sharepoint.com",
            ),
            (
                "https://analysis.windows.net/powerbi/api",
                "https://analysis.windows.net/powerbi/api",
            ),
            (
                "48ac35b8-9aa8-4d74-927d-1f4a14a0b239",
                "48ac35b8-9aa8-4d74-927d-1f4a14a0b239",
            ),
        ] {
            assert_eq!(denied(asked), api(named), "{asked}");
        }
        for asked in [
            "Mail.Send",
            "https://graph.microsoft.com/Mail.Send",
            "https://graph.microsoft.com//Mail.Send",
        ] {
            assert_eq!(
                denied(asked),
                Denied::Permission("Mail.Send".into()),
                "{asked}"
            );
        }
        for asked in [
            "https://graph.microsoft.com/beta",
            "http://x",
            "https://a.example/$(id)",
            "x y",
            "",
        ] {
            assert_eq!(denied(asked), Denied::Nameless, "{asked}");
        }
        let vault = resources("https://vault.azure.net/.default", &[]);
        let named = vault
            .decide("https://vault.azure.net/Keys.Read", None)
            .unwrap_err();
        assert_eq!(
            named,
            Denied::Permission("https://vault.azure.net/Keys.Read".into())
        );
    }

    #[test]
    fn both_names_of_azure_resource_manager_are_one_api() {
        for allowed in [
            "https://management.azure.com",
            "https://management.core.windows.net/",
        ] {
            let r = resources("User.Read", &[allowed]);
            for asked in [
                "https://management.azure.com",
                "https://management.azure.com/",
                "https://management.core.windows.net",
                "https://management.core.windows.net/",
            ] {
                assert_eq!(
                    r.decide(asked, None),
                    Ok(other(&format!("{asked}/.default"))),
                    "{allowed}"
                );
            }
            assert!(
                r.decide("https://management.usgovcloudapi.net", None)
                    .is_err()
            );
            let permission = r.decide("https://management.azure.com/user_impersonation", None);
            assert_eq!(
                permission,
                Ok(other("https://management.azure.com/.default"))
            );
        }
        let own = resources("https://management.azure.com/.default", &[]);
        assert_eq!(
            own.decide("https://management.core.windows.net/", None),
            Ok(Wanted::Own)
        );
    }
}
