//! The request byte for byte, and reading answers of every form.

use super::*;
use crate::secret::ClientSecret;

fn encode(password: &str) -> String {
    let secret = ClientSecret::new("Qx8~A.b+c&d=e".into());
    encode_with(Proof::Secret(&secret), password)
}

fn encode_with(proof: Proof<'_>, password: &str) -> String {
    let password = Password::new(password.into());
    let form = Form {
        client_id: "id",
        proof,
        username: "a@b.example",
        password: &password,
        scope: "s/.default",
    };
    let form = form.encode();
    let body = String::from_utf8(form.as_ref().to_vec()).unwrap();
    assert!(
        body.ends_with("&scope=s%2F.default"),
        "the buffer is exactly sized: {body}"
    );
    body
}

#[test]
fn an_assertion_takes_the_place_of_the_client_secret() {
    let assertion = Assertion::new(Zeroizing::new("a-1.b_2.c".into()));
    assert_eq!(
        encode_with(Proof::Assertion(assertion), "x"),
        "client_id=id&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&\
         client_assertion=a-1.b_2.c&grant_type=password&username=a%40b.example&password=x&scope=s%2F.default"
    );
    assert!(!encode_with(Proof::None, "x").contains("client_secret"));
}

#[test]
fn forms_are_encoded_as_the_vectors_say() {
    for (raw, wanted) in [
        ("a+b", "a%2Bb"),
        ("a b", "a+b"),
        ("100%&more=1", "100%25%26more%3D1"),
        ("Päßwörd", "P%C3%A4%C3%9Fw%C3%B6rd"),
        ("日本", "%E6%97%A5%E6%9C%AC"),
        ("🔑", "%F0%9F%94%91"),
        ("\"quoted\"'<x>", "%22quoted%22%27%3Cx%3E"),
        ("~-._*", "%7E-._*"),
        ("x#y;z/?", "x%23y%3Bz%2F%3F"),
    ] {
        assert!(
            encode(raw).contains(&format!("&password={wanted}&scope=s%2F.default")),
            "{raw}"
        );
    }
    assert!(
        encode("x").starts_with(
            "client_id=id&client_secret=Qx8%7EA.b%2Bc%26d%3De&grant_type=password&username=a%40b.example&"
        )
    );
}

fn reply(status: u16, body: &str) -> Reply {
    Reply {
        status,
        content_type: "application/json; charset=utf-8".into(),
        retry_after: None,
        body: Zeroizing::new(body.into()),
    }
}

fn granted(body: &str) -> Grant {
    match read(&reply(200, body)) {
        Answer::Granted(grant) => grant,
        other => panic!("{other:?}"),
    }
}

#[test]
fn lifetimes_in_every_shape() {
    let with = |field: &str| {
        granted(&format!(
            "{{\"token_type\":\"bearer\",\"access_token\":\"x\"{field}}}"
        ))
        .lifetime()
    };
    assert_eq!(with(",\"expires_in\":4237"), 4237);
    assert_eq!(with(",\"expires_in\":\"3599\""), 3599);
    assert_eq!(with(",\"expires_in\":3599.5"), 3599);
    assert_eq!(with(""), 600);
    assert_eq!(with(",\"expires_in\":null"), 600);
    assert_eq!(with(",\"expires_in\":[1]"), 600);
    assert_eq!(with(",\"expires_in\":604800"), 604_800);
    for unknown in [
        "604801",
        "99999999999",
        "1e10",
        "1e300",
        "\"soon\"",
        "\"\"",
        "true",
        "{}",
    ] {
        assert_eq!(
            with(&format!(",\"expires_in\":{unknown}")),
            600,
            "{unknown}"
        );
    }
    for ended in ["0", "-0", "0.9", "-1", "-5.5", "-1e300", "\"0\"", "\"-5\""] {
        let body =
            format!("{{\"token_type\":\"Bearer\",\"access_token\":\"x\",\"expires_in\":{ended}}}");
        let Answer::Odd(odd) = read(&reply(200, &body)) else {
            panic!("{ended}")
        };
        assert_eq!(odd.reason, Wrong::Ended, "{ended}");
    }
}

#[test]
fn errors_are_seen_before_tokens() {
    let claims = r#"{"error":"invalid_grant","error_codes":[53003],"claims":"{\"access_token\":{}}","access_token":"x"}"#;
    for status in [200, 400] {
        let Answer::Refused(refusal) = read(&reply(status, claims)) else {
            panic!("a token from a refusal")
        };
        assert_eq!(refusal.judgement.code, Some(53003));
    }
}

#[test]
fn odd_answers_are_no_tokens() {
    for (status, body) in [
        (200, ""),
        (200, "<html>"),
        (200, "{}"),
        (
            200,
            r#"[null,null,[],null,null,null,null,"x.y.z","Bearer",3600,"User.Read"]"#,
        ),
        (200, r#"{"access_token":"","token_type":"Bearer"}"#),
        (
            200,
            "{\"access_token\":\"a\\r\\nb\",\"token_type\":\"Bearer\"}",
        ),
        (200, r#"{"access_token":"x","token_type":"pop"}"#),
        (200, r#"{"access_token":"x"}"#),
        (302, ""),
        (502, ""),
        (400, r#"{"access_token":"x","token_type":"Bearer"}"#),
    ] {
        assert!(
            matches!(read(&reply(status, body)), Answer::Odd(_)),
            "{status} {body}"
        );
    }
    let mut html = reply(200, r#"{"access_token":"x","token_type":"Bearer"}"#);
    html.content_type = "text/html".into();
    assert!(matches!(read(&html), Answer::Odd(_)));
    html.body = Zeroizing::new(vec![0xff, 0xfe]);
    assert!(matches!(read(&html), Answer::Odd(_)));
}

#[test]
fn descriptions_lose_code_and_ids() {
    let old = "AADSTS50126: Not accepted.\r\nTrace ID: 1\r\nCorrelation ID: 2";
    assert_eq!(first_sentence(old).as_deref(), Some("Not accepted."));
    assert_eq!(
        first_sentence("AADSTS50126: Not accepted. Trace ID: 1 Correlation ID: 2").as_deref(),
        Some("Not accepted.")
    );
    assert_eq!(first_sentence("plain").as_deref(), Some("plain"));
    assert_eq!(first_sentence("AADSTS50126:"), None);
}

#[test]
fn two_codes_and_codes_as_text() {
    let body = r#"{"error":"invalid_grant","error_codes":[70002,50126,"x"]}"#;
    let Answer::Refused(refusal) = read(&reply(400, body)) else {
        panic!()
    };
    assert_eq!(refusal.judgement.code, Some(50126));
    let body =
        r#"{"error":"invalid_grant","error_description":"AADSTS50053: locked. Trace ID: x"}"#;
    let Answer::Refused(refusal) = read(&reply(400, body)) else {
        panic!()
    };
    assert_eq!(refusal.judgement.code, Some(50053));
}

#[test]
fn each_odd_answer_has_its_reason() {
    for (body, why) in [
        ("", Wrong::Empty),
        ("<html>", Wrong::NotJson),
        ("[]", Wrong::NotJson),
        ("{}", Wrong::NoToken),
    ] {
        let Answer::Odd(odd) = read(&reply(200, body)) else {
            panic!("{body}")
        };
        assert_eq!(odd.reason, why, "{body}");
    }
}

#[test]
fn a_refusal_keeps_only_ids_times_and_words_of_the_right_form() {
    let read = |time: &str| {
        let body = serde_json::json!({
            "error": "invalid_grant!A\u{1b}[31m", "error_description": "Note: both\u{1b}[31m stay",
            "trace_id": " 0F8FAD5B-d9cb-469f-a165-70867728950e", "correlation_id": "see the log", "timestamp": time,
        });
        match read(&reply(400, &body.to_string())) {
            Answer::Refused(refusal) => refusal,
            other => panic!("{other:?}"),
        }
    };
    let refusal = read("2026-11-22 05:40:11Z");
    assert_eq!(refusal.word.as_deref(), Some("invalid_grantm"));
    assert_eq!(
        refusal.text,
        Some(Quote::Whole("Note: both[31m stay".into()))
    );
    assert_eq!(
        refusal.ids,
        Ids {
            trace: Some(Quote::Whole(uuid::uuid!(
                "0f8fad5b-d9cb-469f-a165-70867728950e"
            ))),
            correlation: None,
            time: Some(Quote::Whole("2026-11-22 05:40:11Z".into())),
        }
    );
    for good in [
        "2026-11-22T05:40:11Z",
        "2026-11-22 05:40:11",
        "2026-11-22 05:40:11.1234567Z",
    ] {
        let Some(Quote::Whole(time)) = read(good).ids.time else {
            panic!("{good}")
        };
        assert_eq!(time.len(), 20, "{good}");
    }
    let long = "2026-11-22 05:40:11Z 2026-11-22";
    for bad in [
        "",
        " ",
        "yesterday",
        "2026-11-22 05:40:11Z\u{1b}",
        "80 119 100 33 49 50",
        "2026-99-22 05:40:11Z",
        long,
    ] {
        assert_eq!(read(bad).ids.time, None, "{bad}");
    }
}

#[test]
fn only_scopes_are_taken_for_scopes() {
    let scope = |text: &str| {
        granted(
            &serde_json::json!({"token_type": "Bearer", "access_token": "x", "scope": text})
                .to_string(),
        )
        .scope
    };
    assert_eq!(
        scope("User.Read  \u{1b}[31m \"x\" Mail.Send").as_deref(),
        Some("User.Read Mail.Send")
    );
    assert_eq!(scope(" \u{1b} "), None);
}
