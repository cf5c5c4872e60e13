//! The scope parameter: syntax and resource. Pure; `judge` decides about consent.

use crate::config::Config;

/// Application id of Microsoft Graph, another name of its resource.
const GRAPH_APP_ID: &str = "00000003-0000-0000-c000-000000000000";
const OPENID: [&str; 4] = ["openid", "profile", "email", "offline_access"];

/// A scope parameter that has passed the syntax checks.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Scopes {
    /// The one resource, as the client wrote it.
    pub(crate) resource: String,
    /// True for `.default`.
    pub(crate) default: bool,
    /// Named permissions, without the resource.
    pub(crate) named: Vec<String>,
    /// `OpenID` scopes among them.
    pub(crate) openid: Vec<String>,
}

impl Scopes {
    pub(crate) fn has(&self, openid_scope: &str) -> bool {
        self.openid.iter().any(|s| s == openid_scope)
    }
}

/// Checks form and combination; the error is an AADSTS number.
pub(crate) fn parse(text: &str, config: &Config) -> Result<Scopes, u32> {
    let mut resources: Vec<String> = Vec::new();
    let mut scopes = Scopes {
        resource: String::new(),
        default: false,
        named: Vec::new(),
        openid: Vec::new(),
    };
    for item in text.split(' ').filter(|s| !s.is_empty()) {
        if OPENID.iter().any(|o| o.eq_ignore_ascii_case(item)) {
            scopes.openid.push(item.to_ascii_lowercase());
            continue;
        }
        let (resource, permission) = split(item, config).ok_or(70_011_u32)?;
        if !resources.iter().any(|r| r.eq_ignore_ascii_case(&resource)) {
            resources.push(resource);
        }
        if permission == ".default" {
            scopes.default = true;
        } else {
            scopes.named.push(permission);
        }
    }
    match resources.len() {
        0 => return Err(700_023),
        1 => scopes.resource = resources.remove(0),
        _ => return Err(700_022),
    }
    if scopes.default && !scopes.named.is_empty() {
        return Err(70_011);
    }
    Ok(scopes)
}

/// Whether the resource exists and has the named permissions; the error is an AADSTS number.
pub(crate) fn check_resource(scopes: &Scopes, config: &Config) -> Result<(), u32> {
    if !config
        .resources
        .iter()
        .any(|r| r.eq_ignore_ascii_case(&scopes.resource))
    {
        return Err(500_011);
    }
    let known = |name: &String| {
        config
            .permissions
            .iter()
            .any(|p| p.eq_ignore_ascii_case(name))
    };
    if scopes.named.iter().all(known) {
        Ok(())
    } else {
        Err(650_053)
    }
}

/// Splits a scope into resource and permission. A name without a prefix means Graph.
fn split(item: &str, config: &Config) -> Option<(String, String)> {
    // RFC 6749 section 3.3: printable ASCII without quote and backslash.
    if !item
        .bytes()
        .all(|b| matches!(b, 0x21 | 0x23..=0x5b | 0x5d..=0x7e))
    {
        return None;
    }
    let Some((resource, permission)) = item.rsplit_once('/') else {
        return Some((config.graph().to_owned(), item.to_owned()));
    };
    if resource.is_empty() || permission.is_empty() || resource.ends_with(":/") {
        return None;
    }
    let resource = if resource.eq_ignore_ascii_case(GRAPH_APP_ID) {
        config.graph()
    } else {
        resource
    };
    Some((resource.to_owned(), permission.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_scopes() {
        let c = Config::contoso();
        let ok = |text: &str| {
            parse(text, &c).map(|s| (s.resource, s.default, s.named.len(), s.openid.len()))
        };
        let graph = || c.graph().to_owned();
        assert_eq!(
            ok("https://graph.microsoft.com/.default"),
            Ok((graph(), true, 0, 0))
        );
        assert_eq!(
            ok("User.Read https://graph.microsoft.com/Mail.Send openid"),
            Ok((graph(), false, 2, 1))
        );
        assert_eq!(
            ok(&format!("{GRAPH_APP_ID}/.default offline_access")),
            Ok((graph(), true, 0, 1))
        );
        assert_eq!(
            ok("https://graph.microsoft.com/.default User.Read"),
            Err(70_011)
        );
        assert_eq!(ok("https://graph.microsoft.com"), Err(70_011));
        assert_eq!(ok("https://graph.microsoft.com/"), Err(70_011));
        assert_eq!(ok("\"User.Read\""), Err(70_011));
        assert_eq!(
            ok("User.Read https://management.example/.default"),
            Err(700_022)
        );
        assert_eq!(ok("openid profile"), Err(700_023));
        let unknown = parse("https://nothing.example/.default", &c).map(|s| check_resource(&s, &c));
        assert_eq!(unknown, Ok(Err(500_011)));
        assert_eq!(
            parse("User.Raed", &c).map(|s| check_resource(&s, &c)),
            Ok(Err(650_053))
        );
    }
}
