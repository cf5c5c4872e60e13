//! Statements of other identity providers in place of a secret, and the endpoints that give them.

use std::io::{Read as _, Write as _};
use std::time::Duration;

use entra_emulator::{Server, Statement, WORKLOAD_IDENTITY};

use crate::client::{Ask, ask, config, get};

const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

fn federated() -> Server {
    Server::start(config().with_federation())
}

fn with(assertion: &str) -> Ask {
    ask()
        .without("client_secret")
        .set("client_assertion_type", TYPE)
        .set("client_assertion", assertion)
}

/// The code for a statement of the workload after this change.
fn code(server: &Server, change: impl FnOnce(&mut Statement)) -> u64 {
    let mut statement = server.config().workload.statement;
    change(&mut statement);
    with(&statement.sign()).send(server).code()
}

#[test]
fn a_statement_proves_the_app_and_each_fault_has_its_code() {
    let s = federated();
    assert_eq!(code(&s, |_| ()), 0, "the control");
    assert_eq!(code(&s, |c| c.issuer.push('/')), 700_211);
    assert_eq!(code(&s, |c| c.audience.push_str("USGov")), 700_212);
    assert_eq!(code(&s, |c| c.subject.push('2')), 700_213);
    assert_eq!(code(&s, |c| c.subject.make_ascii_uppercase()), 7_002_138);
    assert_eq!(code(&s, |c| c.of_user = true), 700_229);
    let old = Duration::from_secs(7200);
    assert_eq!(code(&s, |c| c.age = old), 700_024);
    let text = s.config().workload.statement.sign();
    let other = s.config().workload.statement.sign();
    let (signed, _) = text.rsplit_once('.').unwrap();
    let (_, signature) = other.rsplit_once('.').unwrap();
    let mixed = format!("{signed}.{signature}");
    assert_eq!(with(&mixed).send(&s).code(), 50_013);
    for bad in ["x", "a.b", "e30.e30", "e30.e30.e30.e30", "W10.e30.e30"] {
        assert_eq!(with(bad).send(&s).code(), 50_027, "{bad}");
    }
    assert_eq!(with("e30.e30.e30").send(&s).code(), 90_014);
    assert_eq!(
        with(&text)
            .set("client_assertion_type", "x")
            .send(&s)
            .code(),
        90_014
    );
    assert!(s.violations().is_empty(), "{:?}", s.violations());
}

#[test]
fn an_app_without_federated_credentials_says_so() {
    let s = Server::start(config());
    assert_eq!(code(&s, |_| ()), 7_000_226);
}

/// An answer of an endpoint in plain HTTP.
fn plain(server: &Server, target: &str, header: &str) -> String {
    let address = server.machine_url();
    let mut stream = std::net::TcpStream::connect(address.trim_start_matches("http://")).unwrap();
    let head = format!("GET {target} HTTP/1.1\r\nHost: x\r\n{header}\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// The statement in an answer.
fn statement(answer: &str, field: &str) -> String {
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    let json: serde_json::Value = serde_json::from_str(body).unwrap();
    json[field].as_str().unwrap_or_default().to_owned()
}

#[test]
fn each_endpoint_gives_a_statement_that_proves_the_app() {
    let s = federated();
    let resource = "resource=api%3A%2F%2FAzureADTokenExchange";
    let imds = format!(
        "/metadata/identity/oauth2/token?api-version=2018-02-01&{resource}&client_id={WORKLOAD_IDENTITY}"
    );
    let app_service = format!("/msi/token?api-version=2019-08-01&{resource}");
    let key = format!("X-IDENTITY-HEADER: {}", s.config().workload.identity_header);
    for (target, header) in [(&imds, "Metadata: true"), (&app_service, &key)] {
        let given = statement(&plain(&s, target, header), "access_token");
        assert_eq!(with(&given).send(&s).code(), 0, "{target}");
        assert!(!plain(&s, target, "X-Other: y").starts_with("HTTP/1.1 200"));
    }
    let bearer = format!("Bearer {}", s.config().workload.runner_token);
    let url = s.runner_url();
    let path = url.strip_prefix(&s.authority()).unwrap();
    let target = format!("{path}&audience=api%3A%2F%2FAzureADTokenExchange");
    let reply = get(&s, &target, &[("Authorization", &bearer)]);
    let given = reply.json()["value"].as_str().unwrap().to_owned();
    assert_eq!(with(&given).send(&s).code(), 0);
    assert_eq!(get(&s, &target, &[]).status, 401);
    assert_eq!(s.statement_requests(), 6);
}

#[test]
fn no_other_path_is_served_in_plain_http() {
    let s = federated();
    for target in [
        "/v1.0/me",
        "/github/token?audience=x",
        "/common/userrealm/a@contoso.example",
    ] {
        assert!(
            plain(&s, target, "X-Other: y").starts_with("HTTP/1.1 404"),
            "{target}"
        );
    }
}
