//! Judges the head of a request: whether the client may ask, and what it asks for. Pure. The order
//! of the checks reveals nothing to a client without the key: form and origin first, then the key,
//! and only then path and query. Every rejection has a status that no client repeats (400, 401,
//! 403, 405); clients of other contracts would retry 404, 408, 429 and 5xx.

use crate::secret::EndpointKey;
use hyper::header::{HOST, HeaderMap, ORIGIN};
use hyper::http::request::Parts;
use hyper::{Method, StatusCode};
use url::form_urlencoded;

/// The path of the endpoint, as on App Service. Samples call it with a slash at the end, too.
pub(super) const PATH: &str = "/msi/token";
/// The header that carries the key.
const KEY_HEADER: &str = "x-identity-header";
/// The first version of the contract with the key in that header. Later ones only add parameters.
const API_VERSION: &str = "2019-08-01";
/// Names a token that the resource refused, with a claims challenge, by its SHA-256.
const REFUSED: &str = "token_sha256_to_refresh";
/// Parameters that name one of several identities. `DefaultAzureCredential` adds `client_id` from
/// its environment.
const IDENTITY: [&str; 5] = [
    "client_id",
    "principal_id",
    "object_id",
    "mi_res_id",
    "msi_res_id",
];

/// What an admitted client asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Ask {
    /// The resource as it was sent.
    pub(super) resource: String,
    /// The identity that it names, if any. There is only one here, so the endpoint only warns.
    pub(super) identity: Option<String>,
    /// SHA-256 (hexadecimal) of a token that the resource refused. Older clients send another form,
    /// which is ignored.
    pub(super) refused: Option<String>,
}

/// Why the endpoint does not serve a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rejection {
    /// Another method than GET.
    Method,
    /// A request for a proxy.
    ForProxy,
    /// The Host header is missing, occurs twice, or is not the address of the endpoint.
    Host,
    /// It comes from a web page or through a proxy.
    Forwarded,
    /// The key is missing or wrong.
    Key,
    /// It has a body.
    Body,
    /// Another path.
    Path,
    /// A parameter occurs twice.
    Twice,
    /// The api-version is missing, or is before [`API_VERSION`].
    ApiVersion,
    /// The parameter `resource` is missing or empty.
    NoResource,
}

impl Rejection {
    /// The status of the answer.
    pub(super) fn status(self) -> StatusCode {
        match self {
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Host | Self::Forwarded => StatusCode::FORBIDDEN,
            Self::Key => StatusCode::UNAUTHORIZED,
            Self::ForProxy
            | Self::Body
            | Self::Path
            | Self::Twice
            | Self::ApiVersion
            | Self::NoResource => StatusCode::BAD_REQUEST,
        }
    }
}

/// `host` is the address of the endpoint, as in `127.0.0.1:40123`.
pub(super) fn check(
    head: &Parts,
    has_body: bool,
    host: &str,
    key: &EndpointKey,
) -> Result<Ask, Rejection> {
    if head.method != Method::GET {
        return Err(Rejection::Method);
    }
    if head.uri.scheme().is_some() || head.uri.authority().is_some() {
        return Err(Rejection::ForProxy);
    }
    // Refuses a name that resolves to this address (DNS rebinding), and `localhost`, where another
    // program may listen on ::1.
    if only(&head.headers, HOST.as_str()) != Some(host.as_bytes()) {
        return Err(Rejection::Host);
    }
    // A browser adds the first, a proxy one of the others. No managed identity client sends any of
    // them.
    if [ORIGIN.as_str(), "x-forwarded-for", "forwarded"]
        .iter()
        .any(|name| head.headers.contains_key(*name))
    {
        return Err(Rejection::Forwarded);
    }
    if !only(&head.headers, KEY_HEADER).is_some_and(|shown| key.matches(shown)) {
        return Err(Rejection::Key);
    }
    if has_body {
        return Err(Rejection::Body);
    }
    if head.uri.path().strip_suffix('/').unwrap_or(head.uri.path()) != PATH {
        return Err(Rejection::Path);
    }
    query(head.uri.query().unwrap_or_default())
}

/// The value of a header that must occur exactly once.
fn only<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h [u8]> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => Some(value.as_bytes()),
        _ => None,
    }
}

fn query(text: &str) -> Result<Ask, Rejection> {
    let mut resource: Option<String> = None;
    let mut version: Option<String> = None;
    let mut identity = None;
    let mut refused: Option<String> = None;
    for (name, value) in form_urlencoded::parse(text.as_bytes()) {
        let place = match name.as_ref() {
            "resource" => &mut resource,
            "api-version" => &mut version,
            REFUSED => &mut refused,
            name if IDENTITY.contains(&name) => &mut identity,
            _ => continue,
        };
        if place.replace(value.into_owned()).is_some() {
            return Err(Rejection::Twice);
        }
    }
    if !version.as_deref().is_some_and(is_served) {
        return Err(Rejection::ApiVersion);
    }
    let refused = refused.filter(|hash| is_sha256(hash));
    match resource.filter(|r| !r.is_empty()) {
        Some(resource) => Ok(Ask {
            resource,
            identity,
            refused,
        }),
        None => Err(Rejection::NoResource),
    }
}

fn is_sha256(hash: &str) -> bool {
    hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit())
}

/// True for a date that is not before [`API_VERSION`].
fn is_served(version: &str) -> bool {
    version.len() == API_VERSION.len()
        && version
            .bytes()
            .enumerate()
            .all(|(at, byte)| fits_date(at, byte))
        && version >= API_VERSION
}

/// `2019-08-01`: hyphens at two places, digits elsewhere.
fn fits_date(at: usize, byte: u8) -> bool {
    if matches!(at, 4 | 7) {
        byte == b'-'
    } else {
        byte.is_ascii_digit()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::Request;

    const HOST: &str = "127.0.0.1:40123";

    fn judge(change: impl FnOnce(&mut Parts)) -> Result<Ask, u16> {
        let key = EndpointKey::random().unwrap();
        let request =
            Request::get("/msi/token?resource=https://graph.microsoft.com&api-version=2019-08-01")
                .header("Host", HOST)
                .header("X-IDENTITY-HEADER", key.expose_to_child())
                .body(())
                .unwrap();
        let mut parts = request.into_parts().0;
        change(&mut parts);
        check(&parts, false, HOST, &key).map_err(|rejection| rejection.status().as_u16())
    }

    fn target(target: &str) -> Result<Ask, u16> {
        let uri = target.parse().unwrap();
        judge(|p| p.uri = uri)
    }

    fn header(name: &'static str, value: &str) -> Result<Ask, u16> {
        let value = value.parse().unwrap();
        judge(|p| assert!(p.headers.append(name, value) || name != "host"))
    }

    #[test]
    fn requests_of_real_clients_are_admitted() {
        let ask = |resource: &str, identity: Option<&str>| {
            Ok(Ask {
                resource: resource.into(),
                identity: identity.map(Into::into),
                refused: None,
            })
        };
        assert_eq!(judge(|_| ()), ask("https://graph.microsoft.com", None));
        assert_eq!(
            target(
                "/msi/token/?api-version=2019-08-01&resource=https%3A%2F%2Fgraph.microsoft.com%2F&client_id=abc"
            ),
            ask("https://graph.microsoft.com/", Some("abc"))
        );
        assert_eq!(
            target("/msi/token?resource=x&api-version=2019-08-01&foo=1&foo=2"),
            ask("x", None),
            "other parameters name no identity"
        );
        let hash = "CC0af97287543b65da2c7e1476426021826cab166f1e063ed012b855ff819656";
        let newer = format!(
            "/msi/token?resource=x&api-version=2025-03-30&xms_cc=cp1&token_sha256_to_refresh={hash}"
        );
        assert_eq!(target(&newer).unwrap().refused.as_deref(), Some(hash));
        assert_eq!(
            target(&newer.replace("CC0a", "zz0a")),
            ask("x", None),
            "another form than a hash is ignored"
        );
        for (name, value) in [
            ("metadata", "true"),
            ("sec-fetch-mode", "cors"),
            (
                "content-type",
                "application/x-www-form-urlencoded;charset=utf-8",
            ),
        ] {
            assert!(header(name, value).is_ok(), "{name}");
        }
    }

    #[test]
    fn strangers_are_refused() {
        assert_eq!(judge(|p| p.method = Method::POST), Err(405));
        assert_eq!(judge(|p| p.method = Method::OPTIONS), Err(405));
        assert_eq!(judge(|p| p.method = Method::HEAD), Err(405));
        assert_eq!(
            target("http://127.0.0.1:40123/msi/token?resource=x&api-version=2019-08-01"),
            Err(400)
        );
        for host in [
            "localhost:40123",
            "127.0.0.1",
            "127.0.0.1:40124",
            "evil.example",
            "127.0.0.1:40123.",
        ] {
            assert_eq!(
                judge(|p| drop(p.headers.insert("host", host.parse().unwrap()))),
                Err(403),
                "{host}"
            );
        }
        assert_eq!(judge(|p| drop(p.headers.remove("host"))), Err(403));
        assert_eq!(header("host", HOST), Err(403), "twice");
        for name in ["origin", "x-forwarded-for", "forwarded"] {
            assert_eq!(header(name, "null"), Err(403), "{name}");
        }
        assert_eq!(judge(|p| drop(p.headers.remove(KEY_HEADER))), Err(401));
        assert_eq!(header(KEY_HEADER, "guess"), Err(401), "a second one");
        assert_eq!(
            judge(|p| drop(p.headers.insert(KEY_HEADER, "guess".parse().unwrap()))),
            Err(401)
        );
    }

    #[test]
    fn a_stranger_learns_nothing_of_path_and_query() {
        let at = |target: &'static str| {
            judge(|p| {
                p.uri = target.parse().unwrap();
                p.headers.remove(KEY_HEADER);
            })
        };
        assert_eq!(at("/nothing"), Err(401));
        assert_eq!(at("/msi/token"), Err(401));
        assert_eq!(
            at("evil.example:443"),
            Err(400),
            "a proxy request is refused before the key is checked"
        );
    }

    #[test]
    fn bad_queries_have_another_status_than_refused_sign_ins() {
        for bad in [
            "/",
            "/msi",
            "/msi/token//?resource=x&api-version=2019-08-01",
            "/msi/token",
            "/msi/token?resource=x",
            "/msi/token?api-version=2019-08-01",
            "/msi/token?resource=&api-version=2019-08-01",
            "/msi/token?resource=x&api-version=2017-09-01",
            "/msi/token?resource=x&api-version=2025",
            "/msi/token?resource=x&api-version=latest-one",
            "/msi/token?resource=x&resource=y&api-version=2019-08-01",
            "/MSI/token?resource=x&api-version=2019-08-01",
        ] {
            assert_eq!(target(bad), Err(400), "{bad}");
        }
    }
}
