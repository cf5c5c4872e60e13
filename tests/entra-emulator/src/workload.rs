//! Where a workload gets a statement about itself: the metadata service of a virtual machine
//! (IMDS), the identity endpoint of App Service, and the OIDC endpoint of a GitHub runner. Answers
//! only; the statements are made in `federation`.

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::federation::Statement;
use crate::form;
use crate::record::Recorded;

/// Path of IMDS.
const IMDS: &str = "/metadata/identity/oauth2/token";
/// Path of the App Service endpoint.
const APP_SERVICE: &str = "/msi/token";
/// Path of the runner's endpoint; the real one names the run.
const GITHUB: &str = "/github/token";

/// The workload of the made-up world, and the keys of its endpoints.
#[derive(Clone, Debug)]
pub struct Workload {
    /// What its provider says of it. The request decides the audience.
    pub statement: Statement,
    /// The client id of its managed identity.
    pub client_id: String,
    /// `IDENTITY_HEADER` of App Service.
    pub identity_header: String,
    /// `ACTIONS_ID_TOKEN_REQUEST_TOKEN` of the runner.
    pub runner_token: String,
}

/// Where a request came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    /// Over TLS.
    Tls,
    /// In plain HTTP, as the endpoints of a machine are.
    Plain,
}

/// Whether this is the path of an endpoint here, behind this door.
pub(crate) fn serves(path: &str, door: Door) -> bool {
    match door {
        Door::Plain => path == IMDS || path == APP_SERVICE,
        Door::Tls => path == GITHUB,
    }
}

/// Answers a request to one of them.
pub(crate) fn answer(workload: &Workload, request: &Recorded) -> Answer {
    if request.method != "GET" {
        return fault(405, "method_not_allowed", "GET only");
    }
    match request.path.as_str() {
        IMDS => imds(workload, request),
        APP_SERVICE => app_service(workload, request),
        _ => github(workload, request),
    }
}

fn imds(workload: &Workload, request: &Recorded) -> Answer {
    if request.header("metadata") != Some("true") || request.header("x-forwarded-for").is_some() {
        return fault(
            400,
            "bad_request_102",
            "Required metadata header not specified",
        );
    }
    if parameter(request, "api-version").as_deref() != Some("2018-02-01") {
        return fault(400, "bad_request", "The API version is not supported");
    }
    match identity_token(workload, request) {
        Ok((token, ends)) => answer_with(&json!({
            "access_token": token, "client_id": workload.client_id, "expires_in": "86399",
            "expires_on": ends.to_string(), "ext_expires_in": "86399", "not_before": "1795420811",
            "resource": parameter(request, "resource"), "token_type": "Bearer",
        })),
        Err(answer) => answer,
    }
}

fn app_service(workload: &Workload, request: &Recorded) -> Answer {
    if request.header("x-identity-header") != Some(workload.identity_header.as_str()) {
        return fault(401, "unauthorized", "The identity header is wrong");
    }
    if parameter(request, "api-version").as_deref() != Some("2019-08-01") {
        return fault(400, "bad_request", "The API version is not supported");
    }
    match identity_token(workload, request) {
        Ok((token, ends)) => answer_with(&json!({
            "access_token": token, "client_id": workload.client_id, "expires_on": ends.to_string(),
            "resource": parameter(request, "resource"), "token_type": "Bearer",
        })),
        Err(answer) => answer,
    }
}

/// A token for the resource of the request, and its end, if the machine has the identity.
fn identity_token(workload: &Workload, request: &Recorded) -> Result<(String, u64), Answer> {
    let Some(resource) = parameter(request, "resource") else {
        return Err(fault(400, "invalid_resource", "The resource is missing"));
    };
    if parameter(request, "client_id").is_some_and(|asked| asked != workload.client_id) {
        return Err(fault(400, "invalid_request", "Identity not found"));
    }
    let statement = statement_for(workload, resource);
    Ok((statement.sign(), statement.ends()))
}

fn github(workload: &Workload, request: &Recorded) -> Answer {
    let bearer = format!("Bearer {}", workload.runner_token);
    if request.header("authorization") != Some(bearer.as_str()) {
        return fault(401, "unauthorized", "The token of the runner is wrong");
    }
    match parameter(request, "audience") {
        Some(audience) => {
            let token = statement_for(workload, audience).sign();
            answer_with(&json!({"count": token.len(), "value": token}))
        }
        None => fault(400, "bad_request", "The audience is missing"),
    }
}

fn statement_for(workload: &Workload, audience: String) -> Statement {
    Statement {
        audience,
        ..workload.statement.clone()
    }
}

/// A parameter of the query, decoded.
fn parameter(request: &Recorded, name: &str) -> Option<String> {
    let query = request.query.as_deref()?;
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs
        .filter(|(own, _)| *own == name)
        .map(|(_, value)| form::lenient(value))
        .next()
}

fn fault(status: u16, word: &str, text: &str) -> Answer {
    let body = json!({"error": word, "error_description": text});
    with_status(status, &body)
}

fn answer_with(body: &Value) -> Answer {
    with_status(200, body)
}

fn with_status(status: u16, body: &Value) -> Answer {
    Answer::custom(status, Vec::new(), body.to_string().into())
        .with_header("Content-Type", "application/json; charset=utf-8")
}
