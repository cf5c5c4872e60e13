//! Bodies and headers as clients accept them.

use super::*;
use crate::error::{Error, Hint, Kind};
use crate::secret::AccessToken;
use crate::serve::ServeError;
use crate::serve::pipe::Reported;
use crate::text::Reader;
use http_body_util::BodyExt;

fn failed(error: &Error, again: Option<u64>) -> Failure {
    let reported = Reported::new(error, again, &Reader::default());
    Failure::of(ServeError::Reported(Box::new(reported)))
}

fn body(answer: HttpReply) -> serde_json::Value {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let bytes = runtime
        .block_on(answer.into_body().collect())
        .unwrap()
        .to_bytes();
    serde_json::from_slice(&bytes).unwrap()
}

#[test]
fn numbers_are_texts_and_expires_in_is_absent() {
    let t = Token {
        access: AccessToken::new("eyJ".into()),
        obtained_at: 1000,
        expires_at: 4600,
        scope: None,
    };
    let answer = token(&t, "https://graph.microsoft.com", "app");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    assert!(
        answer
            .headers()
            .keys()
            .all(|k| !k.as_str().starts_with("access-control"))
    );
    assert_eq!(
        body(answer),
        serde_json::json!({"access_token": "eyJ", "expires_on": "4600", "not_before": "1000",
            "resource": "https://graph.microsoft.com", "token_type": "Bearer", "client_id": "app"})
    );
}

#[test]
fn a_refused_sign_in_is_403_and_carries_its_ids() {
    let id = "0f8fad5b-d9cb-469f-a165-70867728950e";
    let error = Error::new(Kind::SignIn, "AADSTS50126: wrong password\ntime y")
        .hint("run `ropc login`")
        .correlated(id.parse().ok());
    let answer = failure(&failed(&error, None), 0);
    assert_eq!(answer.status(), 403);
    let body = body(answer);
    assert_eq!(
        (&body["statusCode"], &body["correlationId"]),
        (&403.into(), &id.into())
    );
    let text = body["message"].as_str().unwrap();
    assert!(
        text.starts_with("AADSTS50126: ")
            && text.ends_with("run `ropc login`")
            && !text.contains('\n'),
        "{text}"
    );
}

#[test]
fn each_rejected_request_gets_its_status() {
    let wrong_method = super::refusal(Rejection::Method);
    assert_eq!(
        (
            wrong_method.status().as_u16(),
            &wrong_method.headers()["allow"]
        ),
        (405, &HeaderValue::from_static("GET"))
    );
    assert!(
        !super::refusal(Rejection::Key)
            .headers()
            .contains_key("allow")
    );
    let answer = not_allowed(&Denied::Resource("https://vault.azure.net".into()));
    assert_eq!(answer.status(), 403);
    let message = body(answer)["message"].to_string();
    assert!(
        message.contains("--allow-resource https://vault.azure.net"),
        "{message}"
    );
}

#[test]
fn clients_get_the_hint_that_ends_the_refusal_after_the_times() {
    let error = Error::new(Kind::SignIn, "AADSTS50126: wrong")
        .hint("look at it with `ropc login --help`")
        .hint(Hint::remedy("set it with `ropc login`".into()))
        .hint("or wait");
    let failed = Failure {
        since: Some(0),
        ..failed(&error, Some(60))
    };
    let answer = failure(&failed, 0);
    assert_eq!(answer.status(), 403);
    let times = "since 1970-01-01T00:00:00Z, next try at 1970-01-01T00:01:00Z";
    assert_eq!(
        body(answer)["message"],
        format!("AADSTS50126: wrong; {times}; set it with `ropc login`")
    );
}

#[test]
fn transient_failures_are_503_while_a_try_within_half_a_minute_can_help() {
    let late = failed(&Error::new(Kind::Network, "no connection"), Some(31));
    assert_eq!(
        (
            failure(&late, 0).status().as_u16(),
            failure(&late, 1).status().as_u16()
        ),
        (403, 503)
    );
    assert!(
        !failure(&late, 1).headers().contains_key("retry-after"),
        "MSAL would wait for as long as it says"
    );
    let error = Error::new(Kind::Network, "no connection, correlation id none");
    let answer = failure(&failed(&error, None), 0);
    assert_eq!(answer.status(), 503);
    assert!(uuid::Uuid::try_parse(body(answer)["correlationId"].as_str().unwrap()).is_ok());
}
