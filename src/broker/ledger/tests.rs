//! The rules of a record alone, with made-up times.

use super::super::fingerprint::Fingerprint;
use super::*;
use entra_codes::{Guess, Meaning};

fn said(at: u64) -> Said {
    Said {
        at,
        label: "AADSTS50126".into(),
        code: Some(50126),
        guess: None,
        ids: crate::entra::Ids::default(),
        temporary: false,
    }
}

fn refused(what: SecretKind, generation: &str, at: u64) -> Refused {
    Refused {
        what,
        profile: "p".into(),
        generation: generation.into(),
        fingerprint: None,
        said: said(at),
        replaced: false,
        never_stored: false,
    }
}

fn any(_: &Refused) -> bool {
    true
}

/// A record with words in place of a guess, as an earlier version wrote it, and one of a later
/// version with an unknown guess.
#[test]
fn a_refusal_of_another_version_gets_its_meaning_from_the_code() {
    let text = |more: &str, code: &str| {
        format!(r#"{{"at":1,"label":"","code":{code},"ids":"","temporary":false{more}}}"#)
    };
    let read = |more: &str, code: &str| serde_json::from_str::<Said>(&text(more, code)).unwrap();
    let earlier = read(r#","meaning":"user name or password refused""#, "50126");
    assert_eq!(earlier.meaning(), said(1).meaning());
    for (more, code) in [
        (r#","guess":"a_guess_of_the_future""#, "50126"),
        ("", "59999"),
        ("", "null"),
    ] {
        assert_eq!(
            read(more, code).meaning(),
            Meaning::Guessed(Guess::Other),
            "{more} {code}"
        );
    }
}

fn sent(times: &[u64], outcome: Outcome) -> Ledger {
    let mut ledger = Ledger::new("x");
    for at in times {
        ledger.sent.push(Sent {
            request_id: at.to_string(),
            at: *at,
            outcome,
            said: None,
        });
    }
    ledger
}

#[test]
fn two_refusals_an_hour() {
    let mut ledger = sent(&[100], Outcome::Refused);
    assert_eq!(ledger.refusal_limit(200), None);
    ledger.sent.push(Sent {
        at: 200,
        ..ledger.sent[0].clone()
    });
    assert_eq!(
        (ledger.refusal_limit(200), ledger.refusal_limit(3699)),
        (Some(3700), Some(3700))
    );
    assert_eq!(ledger.refusal_limit(3700), None);
    assert_eq!(
        sent(&[100, 200], Outcome::Ended).refusal_limit(200),
        None,
        "the control: those were not refused"
    );
}

#[test]
fn each_in_a_row_waits_longer_up_to_an_hour() {
    for (times, due) in [
        (&[100][..], 102),
        (&[100, 102], 132),
        (&[100, 102, 132], 732),
        (&[100, 102, 132, 732], 2532),
        (&[100, 102, 132, 732, 2532], 6132),
        (&[100, 102, 132, 732, 2532, 6132], 9732),
    ] {
        let ledger = sent(times, Outcome::Unclear);
        assert_eq!(
            (ledger.paced(due - 1), ledger.paced(due)),
            (Some(due), None),
            "{times:?}"
        );
    }
    assert_eq!(Ledger::new("x").paced(0), None);
}

#[test]
fn the_caps_hold_beyond_a_row() {
    assert_eq!(sent(&[100, 200, 300], Outcome::Ended).paced(300), None);
    assert_eq!(
        sent(&[100, 200, 300, 400], Outcome::Ended).paced(400),
        Some(1900)
    );
    assert_eq!(
        sent(&[100, 200, 300, 400], Outcome::Refused).paced(400),
        Some(1900)
    );
    let all_day: Vec<u64> = (0..28).map(|i| i * 3000).collect();
    assert_eq!(sent(&all_day, Outcome::Ended).paced(86_000), Some(86_400));
    assert_eq!(
        sent(&all_day[1..], Outcome::Ended).paced(86_000),
        None,
        "the control"
    );
}

#[test]
fn a_clock_set_back_shortens_nothing() {
    let mut ledger = sent(&[1_000_000], Outcome::Unclear);
    ledger.refuse(refused(SecretKind::Password, "g", 1_000_000), any);
    let pause = AskedPause {
        reason: Reason::CoolDown,
        purpose: None,
        first: 300,
        most: 3600,
        exact: None,
    };
    ledger.pause(pause, said(1_000_000));
    assert!(ledger.prune(500), "to be written down");
    assert!(!ledger.prune(500));
    assert_eq!(ledger.paced(500), Some(502));
    assert!(ledger.paused(Some("c"), 500).unwrap().until <= 500 + HOUR);
    assert!(ledger.latched("g").is_some());
}

#[test]
fn pauses_double_and_end() {
    let mut ledger = Ledger::new("x");
    let pause = AskedPause {
        reason: Reason::Slow,
        purpose: Some("app"),
        first: 60,
        most: 200,
        exact: None,
    };
    for (at, until) in [(0, 60), (60, 180), (180, 380), (380, 580)] {
        ledger.pause(pause, said(at));
        assert_eq!(ledger.paused(Some("app"), at).unwrap().until, until);
    }
    assert!(
        ledger.paused(Some("other"), 400).is_none(),
        "another app is not slowed"
    );
    assert!(ledger.paused(Some("app"), 580).is_none());
    let for_all = AskedPause {
        reason: Reason::CoolDown,
        purpose: None,
        exact: Some(7200),
        ..pause
    };
    ledger.pause(for_all, said(0));
    assert_eq!(ledger.paused(Some("other"), 0).unwrap().until, HOUR);
}

#[test]
fn success_clears_all_but_other_refused_secrets() {
    let mut ledger = Ledger::new("x");
    ledger.refuse(refused(SecretKind::Password, "old", 1), any);
    ledger.refuse(refused(SecretKind::Password, "new", 2), any);
    ledger.mark("r", 1);
    ledger.accepted("new", "app", |r| r.generation == "new");
    assert!(ledger.latched("old").is_some() && ledger.latched("new").is_none());
    assert!(ledger.sent.is_empty());
}

#[test]
fn of_two_secrets_of_one_generation_only_the_right_one_is_forgiven() {
    let mut ledger = Ledger::new("x");
    ledger.refuse(refused(SecretKind::Password, "g", 1), |_| false);
    ledger.refuse(refused(SecretKind::Password, "g", 2), |_| false);
    assert_eq!(
        ledger.latched("g").unwrap().said.at,
        2,
        "the last refusal counts"
    );
    ledger.accepted("g", "app", |r| r.said.at == 2);
    assert!(
        ledger.latched("g").is_none() && ledger.refused.len() == 1 && ledger.refused[0].replaced
    );
    assert!(
        ledger.refused[0].fingerprint.is_none() && ledger.nameless("g").is_none(),
        "it stops no right secret"
    );
    ledger.refuse(refused(SecretKind::Password, "g", 3), |_| false);
    assert_eq!(
        ledger.nameless("g").unwrap().said.at,
        3,
        "the control: one that nothing followed does"
    );
    ledger.forget("g", "app", false);
    assert!(ledger.refused.is_empty());
}

#[test]
fn the_rate_limit_counts_granted_tokens_of_one_app_and_scope() {
    let mut ledger = Ledger::new("x");
    for at in 0..10 {
        assert_eq!(ledger.rate_limit("a"), None);
        ledger.mark("r", at);
        ledger.count(at, "a");
    }
    assert_eq!(ledger.rate_limit("a"), Some(300));
    assert_eq!(ledger.rate_limit("b"), None);
    ledger.prune(300);
    assert_eq!(ledger.rate_limit("a"), None);
    for at in 300..320 {
        ledger.mark("r", at);
    }
    assert_eq!(
        ledger.rate_limit("a"),
        None,
        "requests without a grant are no loop"
    );
}

#[test]
fn sixteen_fingerprints_are_kept_and_every_latch() {
    let password = crate::secret::Password::new("x".into());
    let print = Fingerprint::of(crate::secret::SecretRef::Password(&password));
    let mut ledger = Ledger::new("x");
    for i in 0..40 {
        // As in the record of an app, which nobody prunes.
        ledger.refuse(
            Refused {
                fingerprint: print.clone(),
                ..refused(SecretKind::ClientSecret, &format!("g{i}"), 1)
            },
            any,
        );
    }
    assert_eq!(
        ledger
            .refused
            .iter()
            .filter(|r| r.fingerprint.is_some())
            .count(),
        REMEMBERED
    );
    assert!((0..40).all(|i| ledger.latched(&format!("g{i}")).is_some()));
    assert!(
        ledger.refused.last().unwrap().fingerprint.is_some(),
        "the newest are kept"
    );
}
