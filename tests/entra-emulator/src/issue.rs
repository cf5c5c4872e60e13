//! Makes a token and the success answer. Refuses nothing.

use std::time::{Duration, Instant, SystemTime};

use serde_json::{Map, Value, json};

use crate::config::{Config, ExpiresIn, ScopeStyle, TokenFormat};
use crate::directory::{App, ClientType, User};
use crate::ids;
use crate::scope::Scopes;
use crate::state::State;
use crate::token::IssuedToken;

/// How long Graph accepts a token whose answer named no lifetime, in seconds.
const UNNAMED_LIFETIME: u64 = 3600;

/// The app's consented permissions on a resource, without the resource.
pub(crate) fn granted(app: &App, resource: &str) -> Vec<String> {
    let on_resource = |scope: &String| {
        let (prefix, name) = scope.rsplit_once('/')?;
        prefix
            .eq_ignore_ascii_case(resource)
            .then(|| name.to_owned())
    };
    app.consented.iter().filter_map(on_resource).collect()
}

/// What a request is granted.
pub(crate) struct Grant<'a> {
    pub(crate) user: &'a User,
    pub(crate) app: &'a App,
    pub(crate) scopes: &'a Scopes,
    /// True if the request asks for `client_info`.
    pub(crate) client_info: bool,
}

/// Issues a token and returns the body of the answer.
pub(crate) fn token(state: &mut State, grant: &Grant<'_>) -> Value {
    let Grant {
        user, app, scopes, ..
    } = *grant;
    let seconds = match state.config.expires_in {
        ExpiresIn::Random => ids::between(3600, 5399),
        ExpiresIn::Seconds(s) | ExpiresIn::Text(s) => s,
        ExpiresIn::Absent => UNNAMED_LIFETIME,
    };
    let permissions = granted(app, &scopes.resource);
    let token = match state.config.token_format {
        TokenFormat::Opaque => ids::random_text(state.config.token_size.unwrap_or(1800)),
        TokenFormat::Jwt => jwt(
            &access_claims(grant, &permissions, seconds),
            state.config.token_size,
        ),
    };
    let lifetime = Duration::from_secs(seconds);
    let issued = IssuedToken {
        token,
        upn: user.upn.clone(),
        tenant: user.tenant.clone(),
        client_id: app.client_id.clone(),
        resource: scopes.resource.clone(),
        permissions,
        issued_at: SystemTime::now(),
        lifetime,
        ends: Instant::now() + lifetime,
    };
    let body = success(&state.config, grant, &issued);
    state.keep_token(issued);
    body
}

fn success(config: &Config, grant: &Grant<'_>, issued: &IssuedToken) -> Value {
    let Grant {
        user, app, scopes, ..
    } = *grant;
    let mut body = Map::new();
    let mut put = |name: &str, value: Value| body.insert(name.to_owned(), value);
    put("token_type", "Bearer".into());
    if let Some(text) = scope_field(config.scope_style, scopes, &issued.permissions) {
        put("scope", text.into());
    }
    match config.expires_in {
        ExpiresIn::Absent => {}
        ExpiresIn::Text(s) => {
            put("expires_in", s.to_string().into());
        }
        _ => {
            let seconds = issued.lifetime.as_secs();
            put("expires_in", seconds.into());
            put("ext_expires_in", seconds.into());
        }
    }
    put("access_token", issued.token.as_str().into());
    if scopes.has("offline_access") {
        put(
            "refresh_token",
            format!("1.{}", ids::random_text(700)).into(),
        );
    }
    if scopes.has("openid") {
        let claims = json!({"aud": app.client_id, "tid": user.tenant, "oid": user.id, "preferred_username": user.upn});
        put("id_token", jwt(&claims, None).into());
    }
    if grant.client_info {
        let info = json!({"uid": user.id, "utid": user.tenant}).to_string();
        put("client_info", ids::base64url(info.as_bytes()).into());
    }
    Value::Object(body)
}

/// All consented permissions, as the service lists them for every request.
fn scope_field(style: ScopeStyle, scopes: &Scopes, permissions: &[String]) -> Option<String> {
    let prefixed = |name: &str| match style {
        ScopeStyle::Prefixed => format!("{}/{name}", scopes.resource),
        _ => name.to_owned(),
    };
    if style == ScopeStyle::Absent {
        return None;
    }
    let openid = ["profile", "openid", "email"]
        .iter()
        .filter(|s| scopes.has(s))
        .map(|s| (*s).to_owned());
    let asked_default = scopes
        .default
        .then(|| format!("{}/.default", scopes.resource));
    let all: Vec<String> = openid
        .chain(permissions.iter().map(|p| prefixed(p)))
        .chain(asked_default)
        .collect();
    Some(all.join(" "))
}

/// A token for Graph is a v1.0 token, also from the v2.0 endpoint.
fn access_claims(grant: &Grant<'_>, permissions: &[String], seconds: u64) -> Value {
    let Grant {
        user, app, scopes, ..
    } = *grant;
    let now = ids::epoch(SystemTime::now());
    let confidential = matches!(app.client_type, ClientType::Confidential(_));
    json!({
        "aud": scopes.resource, "iss": format!("https://sts.windows.net/{}/", user.tenant),
        "iat": now, "nbf": now, "exp": now + seconds, "amr": ["pwd"], "appid": app.client_id,
        "appidacr": if confidential { "1" } else { "0" }, "idtyp": "user", "name": user.display_name, "oid": user.id,
        "scp": permissions.join(" "), "tid": user.tenant, "unique_name": user.upn, "upn": user.upn,
        "uti": ids::random_text(22), "ver": "1.0",
    })
}

/// Three parts in the form of a JWT; the signature is random and fills the wanted length.
fn jwt(claims: &Value, length: Option<usize>) -> String {
    let header = json!({"typ": "JWT", "nonce": ids::random_text(43), "alg": "RS256", "kid": ids::random_text(27)});
    let head = format!(
        "{}.{}.",
        ids::base64url(header.to_string().as_bytes()),
        ids::base64url(claims.to_string().as_bytes())
    );
    let signature = length.map_or(342, |wanted| wanted.saturating_sub(head.len()).max(43));
    head + &ids::random_text(signature)
}
