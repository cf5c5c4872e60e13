//! An app that another identity provider proves: when its source is asked, and what a refusal of
//! its assertion means for the next run.

use super::*;
use crate::profile::AssertionSource;

/// A profile whose app proves itself by assertions.
fn federated(bench: &Bench) -> Profile {
    let profile = Profile {
        credential: CredentialKind::Federated(AssertionSource::GitHub),
        ..Profile::sample("default")
    };
    bench.store(&profile, "right");
    profile
}

#[test]
fn each_request_asks_for_a_fresh_assertion_and_a_cached_token_for_none() {
    let bench = Bench::new();
    let profile = federated(&bench);
    bench.answer(503, refusal(90_033));
    bench.get(&profile).unwrap();
    assert_eq!(
        (bench.endpoint.asked.get(), bench.assertions.asked.get()),
        (2, 2),
        "the repetition too"
    );
    bench.get(&profile).unwrap();
    assert_eq!(bench.assertions.asked.get(), 2);
}

#[test]
fn without_an_assertion_nothing_is_sent_or_remembered() {
    let bench = Bench::new();
    let profile = federated(&bench);
    bench.assertions.fails.set(true);
    let error = bench.get(&profile).unwrap_err();
    assert_eq!(kind(&error), Kind::Config);
    assert!(error.to_string().contains("gives no assertion"), "{error}");
    assert_eq!(bench.endpoint.asked.get(), 0);
    bench.assertions.fails.set(false);
    bench.get(&profile).unwrap();
}

#[test]
fn no_source_is_asked_for_a_profile_that_was_changed() {
    let bench = Bench::new();
    let profile = federated(&bench);
    for credential in [
        CredentialKind::Federated(AssertionSource::Command {
            argv: vec!["/tmp/other".into()],
        }),
        CredentialKind::Federated(AssertionSource::ManagedIdentity { client_id: None }),
        CredentialKind::Secret,
        CredentialKind::None,
    ] {
        let edited = Profile {
            credential,
            ..profile.clone()
        };
        let error = bench.get(&edited).unwrap_err();
        assert!(
            matches!(
                error,
                BrokerError::Binding {
                    fact: crate::profile::Fact::AppCredential,
                    ..
                }
            ),
            "{error}"
        );
    }
    assert_eq!(
        (bench.assertions.asked.get(), bench.endpoint.asked.get()),
        (0, 0)
    );
    bench.get(&profile).unwrap();
}

/// Nothing is stored that could be wrong: the next run asks for another assertion.
#[test]
fn a_refused_assertion_is_slowed_and_never_latched() {
    let of_assertions = [70_021, 700_211, 700_212, 700_213, 7_002_138, 7_000_226];
    let of_secrets = [50_012, 7_000_215, 7_000_222];
    for code in of_assertions.into_iter().chain(of_secrets) {
        let bench = Bench::new();
        let profile = federated(&bench);
        bench.answer(401, refusal(code));
        let error = bench.get(&profile).unwrap_err();
        assert_eq!(kind(&error), Kind::SignIn);
        let words = error.to_string();
        assert!(
            words.contains("issuer `issuer`, subject `subject`, audience `audience`"),
            "{words}"
        );
        assert!(matches!(
            hold(&bench.get(&profile).unwrap_err()),
            Some(Hold::Paused { .. })
        ));
        assert_eq!(bench.status(&profile).state, BreakerState::Paused, "{code}");
        bench.pass(61);
        bench.get(&profile).unwrap();
        assert_eq!(bench.assertions.asked.get(), 2, "{code}");
    }
}

#[test]
fn a_refused_password_is_latched_as_ever() {
    let bench = Bench::new();
    let profile = federated(&bench);
    bench.answer(400, refusal(50_126));
    let words = bench.get(&profile).unwrap_err().to_string();
    assert!(
        !words.contains("subject"),
        "the assertion was right: {words}"
    );
    bench.pass(86_400);
    assert!(is_latched(&bench.get(&profile).unwrap_err()));
    assert_eq!(bench.assertions.asked.get(), 1);
}
