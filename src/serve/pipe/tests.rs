//! Requests and replies decode to what was encoded, and nothing else decodes.

use super::*;
use crate::error::Hint;
use crate::serve::ServeError;

#[test]
fn a_token_arrives_whole() {
    let sent = Token {
        access: AccessToken::new("eyJ.x.y".into()),
        obtained_at: 1,
        expires_at: 2,
        scope: Some("User.Read".into()),
    };
    let hash = sent.access.sha256();
    let got = decode(encode(&Ok(sent)).as_bytes()).unwrap().unwrap();
    assert_eq!(
        (got.access.sha256(), got.obtained_at, got.expires_at),
        (hash, 1, 2)
    );
    assert_eq!(got.scope.as_deref(), Some("User.Read"));
}

#[test]
fn an_error_arrives_as_words_and_as_data() {
    let id = "0f8fad5b-d9cb-469f-a165-70867728950e".parse().ok();
    for kind in [
        Kind::Config,
        Kind::SignIn,
        Kind::Vault,
        Kind::Network,
        Kind::Other,
    ] {
        let error = Error::new(kind, "what")
            .hint("look")
            .hint(Hint::remedy("next".into()))
            .correlated(id);
        let sent = Reported::new(&error, Some(7), &Reader::default());
        let got = decode(encode(&Err(sent.clone())).as_bytes())
            .unwrap()
            .unwrap_err();
        assert_eq!(got, sent);
        assert_eq!(
            (got.kind, got.lasting, got.again),
            (kind, Lasting::of(kind), Some(7))
        );
        let again = got.error();
        assert_eq!(
            (again.kind, again.correlation_id, &again.message),
            (kind, id, &Text::words("what"))
        );
        assert_eq!(again.hints, error.hints);
    }
    let other = Reported::sample(Kind::Config, None).until_login();
    let got = decode(encode(&Err(other)).as_bytes()).unwrap().unwrap_err();
    assert_eq!(got.lasting, Lasting::UntilLogin);
}

#[test]
fn other_bytes_are_no_reply() {
    for text in [
        "",
        "{}",
        "{\"version\":2,\"token\":null}",
        "{\"version\":1}",
        "thread panicked",
        "[1]",
    ] {
        assert!(decode(text.as_bytes()).is_none(), "{text}");
    }
    assert!(RenewalRequest::decode(b"{\"version\":1}").is_none());
}

fn profile(username: &str, tenant: &str) -> Profile {
    Profile {
        tenant: tenant.parse().unwrap(),
        username: username.parse().unwrap(),
        ..Profile::sample("default")
    }
}

#[test]
fn a_request_arrives_whole_and_pins_the_identity() {
    let before = profile("svc-report@contoso.example", "contoso.example");
    for mode in [Mode::Cached, Mode::Refresh, Mode::NoCache] {
        let sent = RenewalRequest::new(&before, vec!["User.Read".into()], mode, Some(600));
        let got = RenewalRequest::decode(&sent.encode()).unwrap();
        assert_eq!(
            (got.mode, got.min_ttl, got.scopes.as_slice()),
            (mode, Some(600), &["User.Read".to_owned()][..])
        );
        assert_eq!(
            (got.profile.as_str(), &got.identity),
            ("default", &Identity::of(&before))
        );
        // The same user in upper case and with another password is the same identity.
        got.identity
            .check(&profile("SVC-Report@contoso.example", "contoso.example"))
            .unwrap();
        for other in [
            profile("svc-other@contoso.example", "contoso.example"),
            profile("svc-report@contoso.example", "fabrikam.example"),
        ] {
            assert!(matches!(
                got.identity.check(&other),
                Err(ServeError::OtherIdentity { .. })
            ));
        }
    }
}

#[test]
fn a_line_with_another_version_or_an_unknown_word_does_not_decode() {
    let profile = Profile::sample("default");
    let request = RenewalRequest::new(&profile, vec![], Mode::NoCache, None).encode();
    let request = String::from_utf8(request).unwrap();
    let reply = encode(&Err(Reported::sample(Kind::SignIn, None)));
    for (part, other) in [
        ("\"version\":1", "\"version\":2"),
        ("\"mode\":\"no-cache\"", "\"mode\":\"soon\""),
    ] {
        assert!(request.contains(part), "control: {request}");
        let changed = request.replace(part, other);
        assert!(
            RenewalRequest::decode(changed.as_bytes()).is_none(),
            "{changed}"
        );
    }
    for (part, other) in [
        ("\"version\":1", "\"version\":2"),
        ("\"kind\":\"sign-in\"", "\"kind\":\"else\""),
    ] {
        assert!(reply.contains(part), "control: {}", *reply);
        let changed = reply.replace(part, other);
        assert!(decode(changed.as_bytes()).is_none(), "{changed}");
    }
}
