//! The authority: the one host that may receive a profile's secrets, a national cloud's or another.
//! The table of the clouds is in `clouds`.

use super::clouds::{CLOUDS, Cloud};
use super::error::{AuthorityFault, ProfileError};
use super::names::nearest;
use std::fmt;
use std::str::FromStr;

impl Cloud {
    /// The cloud of that name, or an error that names the nearest.
    pub fn by_name(name: &str) -> Result<&'static Self, ProfileError> {
        let lower = name.trim().to_ascii_lowercase();
        CLOUDS.iter().find(|c| c.name == lower).ok_or_else(|| {
            AuthorityFault::UnknownCloud {
                name: name.to_owned(),
                near: nearest(&lower, CLOUDS.iter().map(|c| c.name)),
            }
            .into()
        })
    }
}

/// The host that receives the secrets: a known cloud's, or one that a person enrolled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Authority {
    /// A host of the table.
    Cloud(&'static Cloud),
    /// Given with `--authority`: `host` or `host:port`, lower case, always https.
    Enrolled(String),
}

impl Authority {
    /// Scheme, host and port, without a slash at the end.
    pub fn base(&self) -> String {
        format!("https://{}", self.host())
    }

    /// Host, with the port if it is not 443.
    pub fn host(&self) -> &str {
        match self {
            Self::Cloud(cloud) => cloud.host,
            Self::Enrolled(host) => host,
        }
    }

    /// Where a tenant is, by the host of its token endpoint. An enrolled host is not questioned.
    pub fn home<'h>(&self, endpoint: Option<&'h str>) -> TenantHome<'h> {
        match (self, endpoint) {
            (Self::Cloud(cloud), Some(at)) if at != cloud.host => CLOUDS
                .iter()
                .find(|cloud| cloud.host == at)
                .map_or(TenantHome::Host(at), TenantHome::Cloud),
            _ => TenantHome::Here,
        }
    }

    /// The cloud whose Graph the default scope names. An enrolled host counts as global.
    pub fn cloud(&self) -> &'static Cloud {
        match self {
            Self::Cloud(cloud) => cloud,
            Self::Enrolled(_) => &CLOUDS[0],
        }
    }
}

/// Where the sign-ins of a tenant go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TenantHome<'h> {
    /// To the authority that was asked.
    Here,
    /// To another known cloud.
    Cloud(&'static Cloud),
    /// To a host that is no known cloud's.
    Host(&'h str),
}

impl fmt::Display for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.base())
    }
}

impl FromStr for Authority {
    type Err = ProfileError;

    /// An `--authority` as typed. A known cloud's host becomes that cloud.
    fn from_str(text: &str) -> Result<Self, ProfileError> {
        let text = text.trim();
        if text.contains('@') {
            // First, as the other faults show the typed text, and the part before an `@` is often a
            // password.
            return Err(AuthorityFault::HoldsUser.into());
        }
        if text
            .get(..7)
            .is_some_and(|s| s.eq_ignore_ascii_case("http://"))
        {
            return Err(AuthorityFault::Http(text[7..].to_owned()).into());
        }
        let full = if text.contains("://") {
            text.to_owned()
        } else {
            format!("https://{text}")
        };
        let url = url::Url::parse(&full).map_err(|_| AuthorityFault::NotUrl(text.to_owned()))?;
        let host = host_port(&url);
        // Without the dots at its end a name may be another host, or none: `127.1..` becomes
        // 127.0.0.1.
        let again = url::Url::parse(&format!("https://{host}"));
        let is_same = again.is_ok_and(|again| host_port(&again) == host);
        if url.scheme() != "https" || !is_same || !is_plain(&host) {
            return Err(AuthorityFault::NotHttps(text.to_owned()).into());
        }
        let plain = url.query().is_none() && url.fragment().is_none();
        if !plain || !matches!(url.path(), "" | "/") {
            let text = text.to_owned();
            return Err(AuthorityFault::MoreThanHost { text, host }.into());
        }
        if let Some(cloud) = CLOUDS.iter().find(|c| c.host == host) {
            return Ok(Self::Cloud(cloud));
        }
        if let Some(cloud) = CLOUDS.iter().find(|c| c.aliases.contains(&host.as_str())) {
            return Err(AuthorityFault::OldName { host, cloud }.into());
        }
        if let Some(known) = near_known_host(&host) {
            return Err(AuthorityFault::LooksLike { host, known }.into());
        }
        Ok(Self::Enrolled(host))
    }
}

/// True if the host is one plain word for a shell, as hints repeat it. A URL may hold `$(x)` or `;`
/// in its place; no host in use does.
fn is_plain(host: &str) -> bool {
    host.chars()
        .all(|c| c.is_ascii_alphanumeric() || "-._:[]".contains(c))
}

/// A known host that this one misspells or imitates.
fn near_known_host(host: &str) -> Option<&'static str> {
    CLOUDS
        .iter()
        .map(|c| c.host)
        .find(|known| strsim::damerau_levenshtein(known, host) <= 2)
}

fn host_port(url: &url::Url) -> String {
    let host = url
        .host_str()
        .unwrap_or_default()
        .trim_end_matches('.')
        .to_ascii_lowercase();
    url.port()
        .map_or_else(|| host.clone(), |port| format!("{host}:{port}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_authority_is_an_https_host() {
        assert_eq!(
            "https://localhost:8443"
                .parse::<Authority>()
                .unwrap()
                .base(),
            "https://localhost:8443"
        );
        assert_eq!(
            "login.contoso.example".parse::<Authority>().unwrap().base(),
            "https://login.contoso.example"
        );
        assert_eq!(
            "https://[::1]:8443/".parse::<Authority>().unwrap().base(),
            "https://[::1]:8443"
        );
        for bad in [
            "http://localhost:8443",
            "HTTP://login.contoso.example",
            "ftp://x.example",
            "https://user:pw@x.example",
            "https://x.example/tenant",
            "https://x.example?a=b",
            "https://",
            "https://.",
            "https://.:8443",
            "https://127.1..",
            "https://login.contoso.555..",
            "https://b\u{fc}cher.example",
            "b\u{fc}CHER.example",
            "https://b%C3%BCCHER.example",
            "https://$(id).example",
            "https://a;b.example",
            "https://a&b.example",
            "https://`id`.example/tenant",
            "https://'a.example",
            "",
            "https://login.microsoftonline.co",
            "https://login.micrsoftonline.com",
            "https://login.windows.net",
        ] {
            assert!(bad.parse::<Authority>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_password_in_an_authority_is_never_shown() {
        for bad in [
            "https://svc:hunter2@x.example",
            "http://svc:hunter2@x.example",
            "ftp://svc:hunter2@x.example",
            "https://svc:hunter2@x y.example",
            "svc:hunter2@x.example/tenant",
        ] {
            let error = bad.parse::<Authority>().unwrap_err();
            assert!(
                matches!(error, ProfileError::Authority(AuthorityFault::HoldsUser)),
                "{error:?}"
            );
            assert!(
                !format!("{error:?} {error}").contains("hunter2"),
                "{error:?}"
            );
        }
    }

    #[test]
    fn known_hosts_become_clouds() {
        let global = "https://LOGIN.microsoftonline.com:443/"
            .parse::<Authority>()
            .unwrap();
        assert_eq!(global, Authority::Cloud(&CLOUDS[0]));
        assert!(matches!(
            Cloud::by_name("usgv"),
            Err(ProfileError::Authority(AuthorityFault::UnknownCloud {
                near: Some("usgov"),
                ..
            }))
        ));
    }
}
