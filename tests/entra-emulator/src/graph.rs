//! A slice of Microsoft Graph: `/v1.0/me`, `/v1.0/users` and `/v1.0/users/{id}`, read only.

use std::time::Instant;

use serde_json::{Value, json};

use crate::answer::{Answer, Mark};
use crate::directory::User;
use crate::names::GRAPH_RESOURCE;
use crate::record::Recorded;
use crate::state::State;
use crate::token::IssuedToken;
use crate::{form, ids};

const BEARER_CHALLENGE: &str = "Bearer realm=\"\", authorization_uri=\"https://login.microsoftonline.com/common/oauth2/authorize\", client_id=\"00000003-0000-0000-c000-000000000000\"";

/// Answers a request under `/v1.0/`.
pub(crate) fn answer(state: &State, request: &Recorded, mark: &Mark) -> Answer {
    let token = match bearer(state, request) {
        Ok(token) => token,
        Err(text) => {
            return error(401, "InvalidAuthenticationToken", text, mark)
                .with_header("WWW-Authenticate", BEARER_CHALLENGE);
        }
    };
    if request.method != "GET" {
        return error(405, "Request_BadRequest", "only GET is emulated", mark);
    }
    let users: Vec<&User> = state
        .config
        .users
        .iter()
        .filter(|u| u.tenant == token.tenant)
        .collect();
    let path = request.path.trim_end_matches('/');
    let (wanted, result) = match path.strip_prefix("/v1.0/").unwrap_or_default() {
        "me" => (
            &["User.Read", "User.ReadBasic.All", "User.Read.All"][..],
            one(&users, &token.upn),
        ),
        "users" => (
            &["User.ReadBasic.All", "User.Read.All"][..],
            Some(list(&users)),
        ),
        other => match other.strip_prefix("users/") {
            Some(key) => (
                &["User.ReadBasic.All", "User.Read.All"][..],
                one(&users, &form::lenient(key)),
            ),
            None => return error(400, "BadRequest", "this path is not emulated", mark),
        },
    };
    if !token
        .permissions
        .iter()
        .any(|p| wanted.iter().any(|w| w.eq_ignore_ascii_case(p)))
    {
        return error(
            403,
            "Authorization_RequestDenied",
            "the token lacks the permission",
            mark,
        );
    }
    match result {
        Some(body) => json_answer(200, &body, mark),
        None => error(404, "Request_ResourceNotFound", "no such user", mark),
    }
}

/// The token of the request, if it was issued here, for Graph, and has not ended.
fn bearer<'a>(state: &'a State, request: &Recorded) -> Result<&'a IssuedToken, &'static str> {
    let value = request
        .header("authorization")
        .ok_or("the access token is empty")?;
    let (scheme, token) = value
        .split_once(' ')
        .ok_or("the authorization header is malformed")?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err("the authorization scheme is not Bearer");
    }
    let token = state
        .token(token.trim())
        .ok_or("the token was not issued here")?;
    if !token.resource.eq_ignore_ascii_case(state.config.graph()) {
        return Err("the token is for another audience");
    }
    if Instant::now() >= token.ends {
        return Err("the token has expired");
    }
    Ok(token)
}

fn one(users: &[&User], key: &str) -> Option<Value> {
    let user = users
        .iter()
        .find(|u| u.upn.eq_ignore_ascii_case(key) || u.id.eq_ignore_ascii_case(key))?;
    let mut body =
        json!({"@odata.context": format!("{GRAPH_RESOURCE}/v1.0/$metadata#users/$entity")});
    if let (Value::Object(all), Value::Object(fields)) = (&mut body, entity(user)) {
        all.extend(fields);
    }
    Some(body)
}

fn list(users: &[&User]) -> Value {
    let value: Vec<Value> = users.iter().map(|u| entity(u)).collect();
    json!({"@odata.context": format!("{GRAPH_RESOURCE}/v1.0/$metadata#users"), "value": value})
}

fn entity(user: &User) -> Value {
    json!({
        "businessPhones": [], "displayName": user.display_name, "givenName": null, "jobTitle": null, "mail": user.upn,
        "mobilePhone": null, "officeLocation": null, "preferredLanguage": null, "surname": null,
        "userPrincipalName": user.upn, "id": user.id,
    })
}

fn error(status: u16, code: &str, text: &str, mark: &Mark) -> Answer {
    let inner = json!({"date": ids::graph_date(), "request-id": mark.trace_id, "client-request-id": mark.correlation_id});
    json_answer(
        status,
        &json!({"error": {"code": code, "message": text, "innerError": inner}}),
        mark,
    )
}

fn json_answer(status: u16, body: &Value, mark: &Mark) -> Answer {
    Answer::custom(status, Vec::new(), body.to_string().into())
        .with_header(
            "Content-Type",
            "application/json;odata.metadata=minimal;charset=utf-8",
        )
        .with_header("Cache-Control", "no-cache")
        .with_header("request-id", &mark.trace_id)
        .with_header("client-request-id", &mark.correlation_id)
}
