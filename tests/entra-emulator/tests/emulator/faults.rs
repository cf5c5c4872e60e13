//! Every fault, every fixture.

use std::time::{Duration, Instant};

use entra_emulator::{
    CONTOSO_USER, FIXTURE_NAMES, Fault, Hold, RetryAfter, Route, Times, fixture, fixtures,
};
use serde_json::Value;

use crate::client::{Reply, ask, get, raw, server};

fn with(fault: Fault) -> Reply {
    let s = server();
    s.inject(fault, Times::Once);
    let reply = ask().send(&s);
    assert_eq!(s.requests()[0].status, Some(reply.status));
    assert_eq!(
        ask().send(&s).status,
        200,
        "the next request gets an answer again"
    );
    reply
}

#[test]
fn every_fixture_is_answered_byte_for_byte() {
    let s = server();
    let all = fixtures();
    assert_eq!(all.len(), FIXTURE_NAMES.len());
    for f in all {
        s.inject(Fault::fixture(f.name), Times::Once);
        let reply = ask().send(&s);
        assert_eq!(
            (reply.status, &reply.body, reply.whole),
            (f.status, &f.body, true),
            "{}",
            f.name
        );
        for (name, value) in &f.headers {
            // The form with a date is made on demand.
            assert!(
                f.name == "throttled-until-a-date" || reply.header(name) == Some(value),
                "{} {name}",
                f.name
            );
        }
    }
    assert_eq!(
        s.failed_sign_ins(CONTOSO_USER),
        0,
        "a replaced answer judges nothing"
    );
}

/// Each answer that is an error: its status, and the first of its codes.
const ERRORS: &[(&str, u16, u32)] = &[
    ("wrong-password", 400, 50126),
    ("second-factor-needed", 400, 50076),
    ("blocked-by-conditional-access", 400, 53003),
    ("smart-lockout", 400, 50053),
    ("password-expired", 400, 50055),
    ("user-unknown", 400, 50034),
    ("wrong-client-secret", 401, 7_000_215),
    ("client-secret-expired", 401, 7_000_222),
    ("client-secret-missing", 401, 7_000_218),
    ("no-consent", 400, 65001),
    ("client-id-is-no-guid", 400, 700_038),
    ("resource-unknown", 400, 500_011),
    ("scope-malformed", 400, 70011),
    ("grant-on-common", 400, 9_001_023),
    ("parameter-missing", 400, 900_144),
    ("loop-protection", 400, 50196),
    ("transient-failure", 503, 90033),
    ("two-codes", 400, 70002),
];

#[test]
fn fixtures_have_the_shapes_of_the_reference() {
    for (name, status, code) in ERRORS {
        let f = fixture(name).unwrap();
        let json: Value = serde_json::from_slice(&f.body).unwrap();
        assert_eq!(json["error_codes"][0], *code, "{name}");
        for id in ["trace_id", "correlation_id"] {
            assert_eq!(json[id].as_str().unwrap().len(), 36, "{name}");
        }
        assert_eq!(f.status, *status, "{name}");
        assert_eq!(
            json.get("error_uri").is_some(),
            *name != "client-id-is-no-guid",
            "{name}"
        );
    }
    let json = |name: &str| serde_json::from_slice::<Value>(&fixture(name).unwrap().body).unwrap();
    assert_eq!(
        json("two-codes")["error_codes"],
        serde_json::json!([70002, 50126])
    );
    assert_eq!(json("success-in-the-old-shape")["expires_in"], "3599");
    assert_eq!(json("success-with-optional-fields")["refresh_in"], 43199);
    assert!(
        json("blocked-by-conditional-access")["claims"]
            .as_str()
            .unwrap()
            .contains("capolids")
    );
    assert!(fixture("no-such-answer").is_none());
}

#[test]
fn throttling_has_each_form_of_retry_after() {
    let reply = with(Fault::Throttled {
        retry_after: RetryAfter::Seconds(7),
        html: false,
    });
    assert_eq!(
        (reply.status, reply.header("retry-after"), reply.code()),
        (429, Some("7"), 90_055)
    );
    let reply = with(Fault::Throttled {
        retry_after: RetryAfter::Date(Duration::from_secs(9)),
        html: true,
    });
    assert!(reply.header("retry-after").unwrap().ends_with(" GMT"));
    assert_eq!(reply.header("content-type"), Some("text/html"));
    let reply = with(Fault::Throttled {
        retry_after: RetryAfter::Absent,
        html: true,
    });
    assert_eq!((reply.status, reply.header("retry-after")), (429, None));
}

#[test]
fn failures_of_the_service_have_their_status_and_body() {
    assert_eq!(with(Fault::InternalError).json()["error"], "server_error");
    let gateway = with(Fault::BadGateway);
    assert_eq!(
        (
            gateway.status,
            gateway.body.len(),
            gateway.header("content-type")
        ),
        (502, 0, None)
    );
    let busy = with(Fault::Unavailable);
    assert_eq!((busy.status, busy.code()), (503, 90_033));
    let late = with(Fault::GatewayTimeout);
    assert_eq!(
        (late.status, late.header("content-type")),
        (504, Some("text/html"))
    );
    assert_eq!(with(Fault::RequestTimeout).status, 408);
    let code = with(Fault::Aadsts(50_158));
    assert_eq!(
        (code.status, code.code(), code.json()["error"].as_str()),
        (400, 50_158, Some("invalid_grant"))
    );
    let away = with(Fault::Redirect("https://elsewhere.example/token".into()));
    assert_eq!(
        (away.status, away.header("location")),
        (302, Some("https://elsewhere.example/token"))
    );
}

#[test]
fn hostile_answers_have_their_bytes() {
    let wrong = with(Fault::WrongContentType);
    assert_eq!(
        (wrong.status, wrong.header("content-type")),
        (200, Some("text/html"))
    );
    assert!(!wrong.token().is_empty());
    assert!(with(Fault::HugeBody).body.len() > 2 << 20);
    assert!(serde_json::from_slice::<Value>(&with(Fault::NotJson).body).is_err());
    assert!(String::from_utf8(with(Fault::InvalidUtf8).body).is_err());
    let odd = with(Fault::ErrorWith200);
    assert_eq!(
        (odd.status, odd.json()["error"].as_str()),
        (200, Some("invalid_grant"))
    );
    assert_eq!(with(Fault::EmptyToken).token(), "");
    assert!(with(Fault::TokenWithCrlf).token().contains("\r\n"));
    let word = with(Fault::TokenWordInClaims);
    assert_eq!(word.status, 400);
    assert!(
        word.json()["claims"]
            .as_str()
            .unwrap()
            .contains("access_token")
    );
    assert!(word.json().get("access_token").is_none());
    let own = with(Fault::Custom {
        status: 418,
        headers: vec![("X-Own".into(), "1".into())],
        body: b"tea".to_vec(),
    });
    assert_eq!(
        (own.status, own.header("x-own"), &own.body[..]),
        (418, Some("1"), &b"tea"[..])
    );
}

#[test]
fn cut_bodies_are_shorter_than_announced() {
    let cut = with(Fault::CutBody);
    assert_eq!((cut.status, cut.whole), (200, false));
    assert!(
        !cut.token().is_empty(),
        "the JSON is complete, the body is not"
    );
    let cut = with(Fault::CutChunked);
    assert_eq!(
        (cut.status, cut.whole, cut.header("transfer-encoding")),
        (200, false, Some("chunked"))
    );
    assert!(!cut.body.is_empty() && serde_json::from_slice::<Value>(&cut.body).is_err());
}

#[test]
fn connections_close_at_the_given_moment() {
    let s = server();
    s.inject(Fault::CloseAfterRequest, Times::Next(2));
    for _ in 0..2 {
        assert!(raw(&s, &ask().set("password", "wrong one").bytes()).is_err());
    }
    assert_eq!(
        (s.token_requests(), s.failed_sign_ins(CONTOSO_USER)),
        (2, 2),
        "judged, but not answered"
    );
    assert_eq!(s.requests()[0].status, None);
    assert_eq!(ask().send(&s).status, 200);
    s.clear();
    s.inject(Fault::CloseBeforeHandshake, Times::Once);
    assert!(raw(&s, &ask().bytes()).is_err());
    assert_eq!((s.connections(), s.requests().len()), (1, 0));
    assert_eq!(ask().send(&s).status, 200);
}

#[test]
fn delays_come_at_the_given_moment() {
    let delay = Duration::from_millis(150);
    let (start, s) = (Instant::now(), server());
    for fault in [
        Fault::DelayHandshake(delay),
        Fault::DelayRead(delay),
        Fault::DelayAnswer(delay),
    ] {
        let before = Instant::now();
        s.inject(fault.clone(), Times::Once);
        assert_eq!(ask().send(&s).status, 200);
        assert!(before.elapsed() >= delay, "{fault:?}");
    }
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_held_answer_waits_for_its_release() {
    let s = server();
    let hold = Hold::new();
    s.inject(Fault::Hold(hold.clone()), Times::Next(2));
    std::thread::scope(|scope| {
        let waiting: Vec<_> = (0..2).map(|_| scope.spawn(|| ask().send(&s))).collect();
        assert!(hold.wait_for(2, Duration::from_secs(10)));
        assert_eq!(
            s.requests().iter().filter(|r| r.status.is_none()).count(),
            2
        );
        // Others get answers meanwhile.
        assert_eq!(ask().send(&s).status, 200);
        hold.release();
        for answer in waiting {
            assert_eq!(answer.join().unwrap().status, 200);
        }
    });
    assert_eq!(hold.waiting(), 0);
    assert!(!hold.wait_for(1, Duration::from_millis(10)));
}

#[test]
fn a_client_that_has_gone_does_not_count_as_waiting() {
    use std::io::Write as _;
    let s = server();
    let hold = Hold::new();
    s.inject(Fault::Hold(hold.clone()), Times::Once);
    let mut tls = crate::client::connect_with(&s, &[]).unwrap();
    tls.write_all(&ask().bytes()).unwrap();
    assert!(hold.wait_for(1, Duration::from_secs(10)));
    drop(tls);
    let end = Instant::now() + Duration::from_secs(10);
    while hold.waiting() > 0 && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!((hold.waiting(), s.requests()[0].status), (0, None));
}

#[test]
fn faults_can_stay_and_keep_to_their_route() {
    let s = server();
    s.inject(Fault::BadGateway, Times::Always);
    for _ in 0..3 {
        assert_eq!(ask().send(&s).status, 502);
        assert_eq!(get(&s, "/v1.0/me", &[]).status, 401);
    }
    s.clear_faults();
    assert_eq!(ask().send(&s).status, 200);
    s.inject_on(Route::Graph, Fault::GatewayTimeout, Times::Once);
    assert_eq!(ask().send(&s).status, 200);
    assert_eq!(get(&s, "/v1.0/me", &[]).status, 504);
}
