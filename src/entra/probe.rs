//! The questions of `doctor` and `login` to an authority: two GETs of public documents, and which proxy is in
//! between. Handles no secret: the requests carry the names of the tenant and of the user, and
//! nothing else.
//!
//! Sources: OpenID Connect Discovery 1.0 section 4 and Microsoft, "OpenID Connect on the Microsoft
//! identity platform" (the document of a tenant); the user realm as MSAL asks for it
//! (`/common/userrealm/{upn}?api-version=1.0`).

use super::http::{self, NetworkSettings};
use super::limit::Limit;
use super::{BadSetting, Reply, Roots, Route, TransportFault};
use hyper::Uri;
use reqwest::header::{ACCEPT, DATE, HeaderValue};
use reqwest::{Method, Request, Url};
use serde::Deserialize;
use std::time::{Duration, SystemTime};

/// The answer to one question, with the server's clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen<T> {
    /// The answer.
    pub answer: T,
    /// The `Date` header, in epoch seconds.
    pub date: Option<u64>,
}

/// The authority's answer about a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tenant {
    /// It exists; with the host of its token endpoint, which shows its cloud.
    Known(Option<String>),
    /// There is no such tenant (AADSTS90002 and similar codes).
    Unknown,
    /// An answer that no authority gives; its status.
    Odd(u16),
}

/// Who checks the password of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Realm {
    /// Entra itself.
    Managed,
    /// Another server; its host, if the answer names it.
    Federated(Option<String>),
    /// No directory has the domain of this user.
    Unknown,
    /// An answer that no authority gives; its status.
    Odd(u16),
}

/// The authority to ask, and how.
#[derive(Debug)]
pub struct Probe<'a> {
    /// `https://host[:port]`.
    pub base: &'a str,
    /// Whom to trust.
    pub roots: &'a Roots,
    /// Proxies and roots of the environment.
    pub settings: &'a NetworkSettings,
    /// The most time for one request.
    pub timeout: Duration,
}

impl Probe<'_> {
    /// Asks for the tenant's OpenID configuration. Fails if no whole answer comes.
    pub fn tenant(&self, tenant: &str) -> Result<Seen<Tenant>, TransportFault> {
        let url = url_of(
            self.base,
            &[tenant, "v2.0", ".well-known", "openid-configuration"],
        )?;
        Ok(self
            .get(url)?
            .map(|reply| read_tenant(reply.status, &reply.body)))
    }

    /// Asks who checks this user's password. Fails if no whole answer comes.
    pub fn user_realm(&self, upn: &str) -> Result<Seen<Realm>, TransportFault> {
        let mut url = url_of(self.base, &["common", "userrealm", upn])?;
        url.set_query(Some("api-version=1.0"));
        Ok(self
            .get(url)?
            .map(|reply| read_realm(reply.status, &reply.body)))
    }

    /// The route of a sign-in, by the same code that a sign-in uses. Fails if a setting of the
    /// proxy cannot be used.
    pub fn route(&self) -> Result<Route, BadSetting> {
        self.base
            .parse::<Uri>()
            .map_or(Ok(Route::Direct), |url| self.settings.proxy.route(&url))
    }

    fn get(&self, url: Url) -> Result<Seen<Reply>, TransportFault> {
        let mut request = Request::new(Method::GET, url);
        request
            .headers_mut()
            .insert(ACCEPT, HeaderValue::from_static("application/json"));
        http::run(async {
            let limit = Limit::of(self.timeout);
            let sent = http::exchange(request, self.roots, self.settings, limit).await;
            let response = sent.map_err(TransportFault::of_get)?;
            let date = http::header(response.headers(), &DATE).and_then(|text| epoch(&text));
            Ok(Seen {
                answer: http::read(response, limit).await?,
                date,
            })
        })
    }
}

impl<T> Seen<T> {
    fn map<U>(self, change: impl FnOnce(T) -> U) -> Seen<U> {
        Seen {
            answer: change(self.answer),
            date: self.date,
        }
    }
}

/// Path segments are percent-encoded: a guest's name holds `#`.
fn url_of(base: &str, segments: &[&str]) -> Result<Url, TransportFault> {
    let mut url = http::url(base)?;
    if let Ok(mut path) = url.path_segments_mut() {
        path.clear().extend(segments);
    }
    Ok(url)
}

fn epoch(date: &str) -> Option<u64> {
    let time = httpdate::parse_http_date(date).ok()?;
    time.duration_since(SystemTime::UNIX_EPOCH)
        .ok()
        .map(|t| t.as_secs())
}

#[derive(Deserialize)]
struct Document {
    token_endpoint: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

/// Codes that mean "no such tenant": 90002 (GUID or domain), 50059 (none named), 900021, 900023
/// (malformed name).
const NO_TENANT: [&str; 4] = [
    "AADSTS90002:",
    "AADSTS50059:",
    "AADSTS900021:",
    "AADSTS900023:",
];

pub(super) fn read_tenant(status: u16, body: &[u8]) -> Tenant {
    let Ok(document) = serde_json::from_slice::<Document>(body) else {
        return Tenant::Odd(status);
    };
    match (status, document) {
        (
            200,
            Document {
                token_endpoint: Some(endpoint),
                ..
            },
        ) => Tenant::Known(host_of(&endpoint)),
        (
            400 | 404,
            Document {
                error,
                error_description,
                ..
            },
        ) => {
            let says = error_description.unwrap_or_default();
            let unknown = error.as_deref() == Some("invalid_tenant")
                || NO_TENANT.iter().any(|code| says.contains(code));
            if unknown {
                Tenant::Unknown
            } else {
                Tenant::Odd(status)
            }
        }
        _ => Tenant::Odd(status),
    }
}

#[derive(Deserialize)]
struct RealmDocument {
    account_type: Option<String>,
    federation_metadata_url: Option<String>,
    federation_active_auth_url: Option<String>,
}

pub(super) fn read_realm(status: u16, body: &[u8]) -> Realm {
    let document = match serde_json::from_slice::<RealmDocument>(body) {
        Ok(document) if status == 200 => document,
        _ => return Realm::Odd(status),
    };
    let server = document
        .federation_metadata_url
        .or(document.federation_active_auth_url);
    match document
        .account_type
        .unwrap_or_default()
        .to_ascii_lowercase()
        .as_str()
    {
        "managed" => Realm::Managed,
        "federated" => Realm::Federated(server.as_deref().and_then(host_of)),
        "unknown" => Realm::Unknown,
        _ => Realm::Odd(status),
    }
}

fn host_of(url: &str) -> Option<String> {
    url::Url::parse(url).ok()?.host_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_encoded_into_the_path() {
        let url = url_of(
            "https://localhost:8443",
            &["common", "userrealm", "a#EXT#@contoso.example/../x?y=%"],
        )
        .unwrap();
        assert_eq!(
            url.path(),
            "/common/userrealm/a%23EXT%23@contoso.example%2F..%2Fx%3Fy=%25"
        );
        assert!(url.query().is_none() && url.fragment().is_none());
    }

    #[test]
    fn tenants_are_known_unknown_or_odd() {
        let known = br#"{"token_endpoint":"https://login.microsoftonline.us/x/oauth2/v2.0/token","issuer":"x"}"#;
        assert_eq!(
            read_tenant(200, known),
            Tenant::Known(Some("login.microsoftonline.us".into()))
        );
        assert_eq!(
            read_tenant(400, br#"{"error":"invalid_tenant"}"#),
            Tenant::Unknown
        );
        let old = br#"{"error":"invalid_request","error_description":"AADSTS90002: Tenant 'x' not found."}"#;
        assert_eq!(read_tenant(400, old), Tenant::Unknown);
        assert_eq!(
            read_tenant(
                400,
                br#"{"error":"invalid_request","error_description":"AADSTS900020: x"}"#
            ),
            Tenant::Odd(400)
        );
        assert_eq!(
            read_tenant(200, b"<html>sign in to the guest network</html>"),
            Tenant::Odd(200)
        );
        assert_eq!(
            read_tenant(503, br#"{"token_endpoint":"https://x.example/"}"#),
            Tenant::Odd(503)
        );
    }

    #[test]
    fn the_kind_of_a_realm_decides_and_not_its_texts() {
        assert_eq!(
            read_realm(200, br#"{"account_type":"Managed"}"#),
            Realm::Managed
        );
        let federated =
            br#"{"account_type":"Federated","federation_metadata_url":"https://sts.fabrikam.example/adfs/mex"}"#;
        assert_eq!(
            read_realm(200, federated),
            Realm::Federated(Some("sts.fabrikam.example".into()))
        );
        assert_eq!(
            read_realm(
                200,
                br#"{"account_type":"federated","federation_metadata_url":"\u001b[31m"}"#
            ),
            Realm::Federated(None)
        );
        assert_eq!(
            read_realm(200, br#"{"account_type":"Unknown"}"#),
            Realm::Unknown
        );
        assert_eq!(
            read_realm(404, br#"{"account_type":"Managed"}"#),
            Realm::Odd(404)
        );
        assert_eq!(read_realm(200, b"{}"), Realm::Odd(200));
    }

    #[test]
    fn the_clock_of_the_server_is_read() {
        assert_eq!(epoch("Mon, 23 Nov 2026 08:00:11 GMT"), Some(1_795_420_811));
        assert_eq!(epoch("yesterday"), None);
    }
}
