//! The success answer: fields, headers, lifetimes, sizes, and the error envelope's ids.

use entra_emulator::{CONTOSO_USER_ID, ExpiresIn, ScopeStyle, TokenFormat};

use crate::client::{REQUEST_ID, ask, server};

#[test]
fn a_plain_success() {
    let s = server();
    let reply = ask().send(&s);
    let json = reply.json();
    assert_eq!(reply.status, 200);
    assert_eq!(json["token_type"], "Bearer");
    let scopes = json["scope"].as_str().unwrap();
    assert!(
        scopes.contains("https://graph.microsoft.com/User.Read ") && scopes.ends_with("/.default"),
        "{scopes}"
    );
    assert!((3600..=5399).contains(&json["expires_in"].as_u64().unwrap()));
    assert_eq!(json["expires_in"], json["ext_expires_in"]);
    assert_eq!(json["access_token"].as_str().unwrap().split('.').count(), 3);
    for absent in ["refresh_token", "id_token", "client_info", "error"] {
        assert!(json.get(absent).is_none(), "{absent}");
    }
    assert_eq!(s.issued_tokens().len(), 1);
    assert_eq!(s.issued_tokens()[0].token, reply.token());
    assert_eq!(s.violations(), Vec::<String>::new());
}

#[test]
fn optional_fields_come_when_asked_for() {
    let s = server();
    let scope = "https://graph.microsoft.com/.default openid profile offline_access";
    let json = ask()
        .set("scope", scope)
        .set("client_info", "1")
        .send(&s)
        .json();
    assert!(json["refresh_token"].as_str().unwrap().starts_with("1."));
    assert_eq!(json["id_token"].as_str().unwrap().split('.').count(), 3);
    assert!(
        json["scope"]
            .as_str()
            .unwrap()
            .starts_with("profile openid ")
    );
    assert!(json["client_info"].is_string());
}

#[test]
fn the_headers_of_the_service() {
    let s = server();
    for a in [ask(), ask().set("password", "wrong one")] {
        let reply = a.header("x-client-SKU", "tests").send(&s);
        for (name, value) in [
            ("content-type", "application/json; charset=utf-8"),
            ("cache-control", "no-store, no-cache"),
            ("pragma", "no-cache"),
            ("expires", "-1"),
            (
                "strict-transport-security",
                "max-age=31536000; includeSubDomains",
            ),
            ("x-content-type-options", "nosniff"),
            ("p3p", "CP=\"DSP CUR OTPi IND OTRi ONL FIN\""),
            ("x-xss-protection", "0"),
            ("x-ms-srs", "1.P"),
            ("client-request-id", REQUEST_ID),
        ] {
            assert_eq!(reply.header(name), Some(value), "{name}");
        }
        assert_eq!(
            reply
                .headers
                .iter()
                .filter(|(n, _)| n.eq_ignore_ascii_case("set-cookie"))
                .count(),
            2
        );
        assert_eq!(
            reply.header("x-ms-clitelem"),
            Some(format!("1,{},0,,", reply.code()).as_str())
        );
        assert!(reply.header("date").is_some() && reply.header("x-ms-ests-server").is_some());
    }
    assert!(ask().send(&s).header("x-ms-clitelem").is_none());
}

#[test]
fn the_error_envelope() {
    let s = server();
    let reply = ask().set("password", "wrong one").send(&s);
    let json = reply.json();
    let keys: Vec<&str> = json
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let wanted = [
        "error",
        "error_description",
        "error_codes",
        "timestamp",
        "trace_id",
        "correlation_id",
        "error_uri",
    ];
    assert_eq!(keys, wanted);
    assert_eq!(json["correlation_id"], REQUEST_ID);
    assert_eq!(json["trace_id"].as_str(), reply.header("x-ms-request-id"));
    assert_eq!(
        json["error_uri"],
        "https://login.microsoftonline.com/error?code=50126"
    );
    let time = json["timestamp"].as_str().unwrap();
    assert!(
        time.len() == 20 && time.ends_with('Z') && time.as_bytes()[10] == b' ',
        "{time}"
    );
    let text = json["error_description"].as_str().unwrap();
    assert!(text.starts_with("AADSTS50126: "));
    for part in [
        " Trace ID: ",
        &format!(" Correlation ID: {REQUEST_ID} "),
        &format!(" Timestamp: {time}"),
    ] {
        assert!(text.contains(part), "{text}");
    }
    // Without a GUID from the client, the service makes one.
    let json = ask()
        .header("client-request-id", "abc")
        .set("password", "wrong one")
        .send(&s)
        .json();
    assert_eq!(json["correlation_id"].as_str().unwrap().len(), 36);
}

#[test]
fn lifetimes_by_switch() {
    let s = server();
    let with = |expires_in| {
        s.configure(|c| c.expires_in = expires_in);
        ask().send(&s).json()
    };
    assert_eq!(with(ExpiresIn::Seconds(86_399))["expires_in"], 86_399);
    assert_eq!(with(ExpiresIn::Seconds(2))["expires_in"], 2);
    assert_eq!(with(ExpiresIn::Text(3599))["expires_in"], "3599");
    assert!(with(ExpiresIn::Absent).get("expires_in").is_none());
}

#[test]
fn sizes_and_formats_by_switch() {
    let s = server();
    for size in [2000, 32_767, 65_536] {
        for format in [TokenFormat::Jwt, TokenFormat::Opaque] {
            s.configure(|c| (c.token_size, c.token_format) = (Some(size), format));
            let token = ask().send(&s).token();
            assert_eq!(token.len(), size);
            assert_eq!(token.contains('.'), format == TokenFormat::Jwt);
        }
    }
    s.configure(|c| (c.token_size, c.token_format) = (Some(10), TokenFormat::Opaque));
    assert_eq!(ask().send(&s).token().len(), 10);
}

#[test]
fn scope_styles_by_switch() {
    let s = server();
    let with = |style| {
        s.configure(|c| c.scope_style = style);
        ask().set("scope", "User.Read").send(&s).json()["scope"].clone()
    };
    assert_eq!(
        with(ScopeStyle::Short),
        "Chat.ReadWrite User.Read User.ReadBasic.All"
    );
    assert!(
        with(ScopeStyle::Prefixed)
            .as_str()
            .unwrap()
            .starts_with("https://graph.microsoft.com/")
    );
    assert!(with(ScopeStyle::Absent).is_null());
}

#[test]
fn tokens_differ_and_name_the_user() {
    let s = server();
    let (a, b) = (ask().send(&s).token(), ask().send(&s).token());
    assert_ne!(a, b);
    let issued = s.issued_tokens();
    assert_eq!(issued.len(), 2);
    assert_eq!(issued[1].token, b);
    assert!(issued[0].permissions.contains(&"User.Read".to_owned()));
    assert_eq!(s.config().users[0].id, CONTOSO_USER_ID);
}
