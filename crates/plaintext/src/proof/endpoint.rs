//! The address of a token endpoint: which host it names, and whose directory.

use super::expr::Expr;
use crate::forms::strip_prefix_ignoring_case;

/// `https://HOST/TENANT/oauth2/v2.0/token`, with or without the version.
pub(super) struct Endpoint {
    pub(super) host: String,
    pub(super) tenant: String,
}

pub(super) fn endpoint(address: &str) -> Option<Endpoint> {
    let rest = strip_prefix_ignoring_case(address.trim(), "https://")?;
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let [host, tenant, rest @ ..] = parts.as_slice() else {
        return None;
    };
    let is_token = match rest {
        [oauth, token] => {
            oauth.eq_ignore_ascii_case("oauth2") && token.eq_ignore_ascii_case("token")
        }
        [oauth, version, token] => {
            oauth.eq_ignore_ascii_case("oauth2")
                && *version == "v2.0"
                && token.eq_ignore_ascii_case("token")
        }
        _ => false,
    };
    let is_plain = query.is_empty() || query.starts_with("api-version=");
    (is_token && is_plain).then(|| Endpoint {
        host: host.to_ascii_lowercase(),
        tenant: (*tenant).to_owned(),
    })
}

/// True if a part of the address says so, whatever the rest is.
pub(super) fn says_token_endpoint(url: &Expr) -> bool {
    match url {
        Expr::Text(text) => text.contains("/oauth2/"),
        Expr::Join(all) => all.iter().any(says_token_endpoint),
        _ => false,
    }
}
