//! Records, violations, and that nothing printed holds a secret.

use entra_emulator::{CONTOSO_TENANT, CONTOSO_USER, DEFAULT_SCOPE};

use crate::client::{Ask, PASSWORD, REQUEST_ID, SECRET, ask, encode, get, raw, server};

#[test]
fn requests_are_recorded_whole() {
    let s = server();
    let a = ask().header("x-client-SKU", "tests");
    a.send(&s);
    ask().set("password", "wrong one").send(&s);
    get(&s, "/v1.0/me?x=1", &[]);
    let seen = s.requests();
    assert_eq!(seen.len(), 3);
    assert_eq!((s.token_requests(), s.connections()), (2, 3));
    let first = &seen[0];
    assert_eq!(
        (first.method.as_str(), first.version.as_str(), first.status),
        ("POST", "HTTP/1.1", Some(200))
    );
    assert_eq!(first.path, format!("/{CONTOSO_TENANT}/oauth2/v2.0/token"));
    assert_eq!(
        (first.query.as_deref(), first.header("X-Client-Sku")),
        (None, Some("tests"))
    );
    assert_eq!(first.header("client-request-id"), Some(REQUEST_ID));
    assert_eq!(
        (first.field("username"), first.field("scope")),
        (Some(CONTOSO_USER), Some(DEFAULT_SCOPE))
    );
    assert_eq!(first.body, a.form());
    assert_eq!(first.form.len(), 6);
    assert_ne!(first.remote_port, 0);
    assert_eq!((seen[1].status, seen[2].status), (Some(400), Some(401)));
    assert_eq!(seen[2].query.as_deref(), Some("x=1"));
    assert!(seen[0].at <= seen[2].at);
    assert_eq!(s.failed_sign_ins(CONTOSO_USER), 1);
    s.clear();
    assert!(s.requests().is_empty() && s.issued_tokens().is_empty() && s.connections() == 0);
    assert_eq!(s.failed_sign_ins(CONTOSO_USER), 0);
}

#[test]
fn a_correct_client_violates_nothing() {
    let s = server();
    let token = ask().send(&s).token();
    get(
        &s,
        "/v1.0/me",
        &[("Authorization", &format!("Bearer {token}"))],
    );
    assert_eq!(s.violations(), Vec::<String>::new());
}

/// Secrets where none belong, and what the violation is called.
fn misplaced() -> Vec<(Ask, &'static str)> {
    vec![
        (ask().header("Cookie", "fpc=abc"), "cookie"),
        (
            Ask {
                target: format!("{}?password={}", ask().target, encode(PASSWORD)),
                ..ask()
            },
            "secret in the URL",
        ),
        (
            Ask {
                target: "/elsewhere?p=made-up+password+of+the+tests".into(),
                ..ask()
            },
            "secret in the URL",
        ),
        (
            Ask {
                target: format!("/{}/oauth2/v2.0/token", encode(SECRET)),
                ..ask()
            },
            "secret in the URL",
        ),
        (
            Ask {
                target: format!("{}?x=1", ask().target),
                ..ask()
            },
            "a query on the token address",
        ),
        (
            ask().header("User-Agent", &format!("x/{SECRET}")),
            "secret in the header user-agent",
        ),
        (
            ask().header("X-Debug", PASSWORD),
            "secret in the header x-debug",
        ),
        (
            ask().header("X-Debug", &encode(PASSWORD)),
            "secret in the header x-debug",
        ),
    ]
}

/// Requests of a form that no client sends.
fn malformed() -> Vec<(Ask, &'static str)> {
    vec![
        // base64 of "app:" and the secret
        (
            ask().header(
                "Authorization",
                "Basic YXBwOm1hZGV+dXAuc2VjcmV0LW9mLXRoZS10ZXN0cw==",
            ),
            "header authorization",
        ),
        (
            ask().body(&[ask().form(), b"&scope=x".to_vec()].concat()),
            "parameter scope occurs twice",
        ),
        (ask().header("Content-Type", "text/plain"), "content type"),
        (
            ask().header("client-request-id", "abc"),
            "client-request-id",
        ),
        (
            Ask {
                method: "PUT".into(),
                ..ask()
            },
            "method is not POST",
        ),
        (
            ask().body(b"\xef\xbb\xbfgrant_type=password"),
            "byte-order mark",
        ),
        (
            ask().body(b"grant_type=password&password=%zz"),
            "percent-encoding",
        ),
        (ask().body(b"grant_type=password&password=%ff"), "UTF-8"),
    ]
}

#[test]
fn violations_are_recorded_and_name_no_secret() {
    let s = server();
    for (case, wanted) in [misplaced(), malformed()].concat() {
        case.send(&s);
        let found = s.violations();
        assert!(
            found.iter().any(|v| v.contains(wanted)),
            "{wanted}: {found:?}"
        );
        assert!(!format!("{found:?}").contains(SECRET) && !format!("{found:?}").contains(PASSWORD));
        s.clear();
    }
}

#[test]
fn another_http_version_is_a_violation() {
    let s = server();
    let old = String::from_utf8(ask().bytes())
        .unwrap()
        .replace(" HTTP/1.1\r\n", " HTTP/1.0\r\n");
    assert_eq!(raw(&s, old.as_bytes()).unwrap().status, 200);
    assert!(
        s.violations()[0].contains("HTTP/1.0"),
        "{:?}",
        s.violations()
    );
}

#[test]
fn debug_shows_no_secret() {
    let s = server();
    let token = ask().header("X-Debug", SECRET).send(&s).token();
    let all = format!(
        "{s:?} {:?} {:?} {:?}",
        s.config(),
        s.requests(),
        s.issued_tokens()
    );
    for secret in [
        PASSWORD,
        SECRET,
        &encode(PASSWORD),
        token.as_str(),
        s.config().password(CONTOSO_USER).unwrap(),
    ] {
        assert!(!all.contains(secret));
    }
    assert!(all.contains(CONTOSO_USER));
}
