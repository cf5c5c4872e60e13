//! Which record a sign-in is written to, what a record drops and keeps, and the facts that a cached
//! token is bound to.

use super::super::ledger::{AskedPause, Ledger, Outcome, Reason, Refused, Said, SecretKind};
use super::super::record::{app_file, purpose, user_file};
use super::super::{cache, retry};
use super::*;
use crate::secret::SecretRef;
use std::collections::HashSet;
use std::path::Path;

const HOUR: u64 = 3600;

/// The profile, and one that differs in each fact: tenant, client, user, authority, scopes,
/// generation.
fn variants() -> [Profile; 7] {
    let profile = Profile::sample("default");
    [
        profile.clone(),
        Profile {
            tenant: "fabrikam.example".parse().unwrap(),
            ..profile.clone()
        },
        Profile {
            client_id: "3b9c6f0e-6a1d-4f57-8d6b-b1f1c3f2e902".parse().unwrap(),
            ..profile.clone()
        },
        Profile {
            username: "svc-other@contoso.example".parse().unwrap(),
            ..profile.clone()
        },
        Profile {
            authority: "login.fabrikam.example".parse().unwrap(),
            ..profile.clone()
        },
        Profile {
            scopes: Scopes::parse(&["Mail.Send"]).unwrap(),
            ..profile.clone()
        },
        Profile {
            generation: Generation::random().unwrap(),
            ..profile
        },
    ]
}

fn different<T: std::hash::Hash + Eq>(of: impl Fn(&Profile) -> T) -> usize {
    variants().iter().map(of).collect::<HashSet<T>>().len()
}

#[test]
fn records_are_kept_by_user_and_app_at_their_authority() {
    let dir = Path::new("d");
    assert_eq!(different(|p| user_file(dir, p)), 3, "user and authority");
    assert_eq!(different(|p| app_file(dir, p)), 3, "app and authority");
    assert_eq!(
        different(|p| purpose(p, &p.scopes.cache_key())),
        3,
        "app and scope"
    );
    assert!(
        variants()
            .iter()
            .all(|p| user_file(dir, p).path != app_file(dir, p).path)
    );
    let shouted = Profile {
        username: "SVC-Report@Contoso.example".parse().unwrap(),
        ..Profile::sample("default")
    };
    assert_eq!(
        user_file(dir, &shouted),
        user_file(dir, &Profile::sample("default")),
        "Entra folds case"
    );
    assert!(user_file(dir, &shouted).path.starts_with(dir));
}

#[test]
fn a_record_that_cannot_be_opened_is_not_taken_for_none() {
    let dir = tempfile::tempdir().unwrap();
    let read = |name: &str| super::super::record::read(&dir.path().join(name));
    assert!(read("user-0.json").unwrap().is_none());
    // No system opens such a name, and none reports it as missing.
    assert!(read("user\0.json").is_err());
}

#[test]
fn a_full_record_can_be_read_again() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("user-0.json");
    let mut ledger = Ledger::new(&"x".repeat(300));
    let print =
        super::super::fingerprint::Fingerprint::of(SecretRef::Password(&Password::new("x".into())));
    let said = Said {
        label: "x".repeat(40),
        code: Some(50_126),
        ids: longest_ids(),
        ..said(1_800_000_000)
    };
    for i in 0..2000 {
        let entry = refused(SecretKind::Password, &format!("{i:032}"));
        let fingerprint = print.clone();
        let said = said.clone();
        let profile = "x".repeat(64);
        ledger.refuse(
            Refused {
                profile,
                fingerprint,
                said,
                ..entry
            },
            |_| false,
        );
    }
    ledger.prune(1_800_000_000);
    crate::os::write_private(&path, &serde_json::to_vec_pretty(&ledger).unwrap()).unwrap();
    let back = super::super::record::read(&path).unwrap().unwrap();
    assert_eq!(back.refused.len(), 1016);
    assert_eq!(back.refused, ledger.refused);
}

#[test]
fn a_cached_token_is_tied_to_every_fact() {
    assert_eq!(different(|p| cache::identity(p, &p.scopes)), 7);
}

fn longest_ids() -> crate::entra::Ids {
    use crate::entra::{Ids, Quote};
    let id = uuid::Uuid::max();
    Ids {
        trace: Some(Quote::Whole(id)),
        correlation: Some(Quote::Whole(id)),
        time: Some(Quote::Whole("2026-11-22 05:40:11Z".into())),
    }
}

fn said(at: u64) -> Said {
    Said {
        at,
        label: "x".into(),
        code: None,
        guess: None,
        ids: crate::entra::Ids::default(),
        temporary: false,
    }
}

fn refused(what: SecretKind, generation: &str) -> Refused {
    let profile = "p".into();
    Refused {
        what,
        profile,
        generation: generation.into(),
        fingerprint: None,
        said: said(1),
        replaced: false,
        never_stored: false,
    }
}

fn sent(times: &[u64]) -> Ledger {
    let mut ledger = Ledger::new("x");
    for (number, at) in times.iter().enumerate() {
        ledger.mark(&number.to_string(), *at);
    }
    ledger
}

fn slow(purpose: Option<&str>) -> AskedPause<'_> {
    AskedPause {
        reason: Reason::Slow,
        purpose,
        first: 60,
        most: 900,
        exact: None,
    }
}

#[test]
fn pruning_reports_times_ahead_of_the_clock() {
    let mut of_sends = sent(&[10, 20]);
    assert!(!of_sends.prune(20) && of_sends.prune(19) && !of_sends.prune(19));
    let mut of_pauses = Ledger::new("x");
    of_pauses.pause(slow(None), said(10_000));
    assert!(!of_pauses.prune(10_060 - HOUR) && of_pauses.prune(10_059 - HOUR));
}

#[test]
fn an_ended_pause_counts_for_an_hour() {
    for (later, wait) in [(60 + HOUR - 1, 120), (60 + HOUR, 60)] {
        let mut ledger = Ledger::new("x");
        ledger.pause(slow(Some("app")), said(0));
        ledger.prune(later);
        ledger.pause(slow(Some("app")), said(later));
        assert_eq!(
            ledger.paused(Some("app"), later).unwrap().until,
            later + wait
        );
    }
}

#[test]
fn a_success_ends_the_pauses_of_its_app_and_of_the_user_only() {
    let mut ledger = Ledger::new("x");
    for purpose in [Some("a"), Some("b"), None] {
        ledger.pause(slow(purpose), said(0));
    }
    ledger.accepted("g", "a", |_| true);
    let pauses: Vec<Option<&str>> = ledger.pauses.iter().map(|p| p.purpose.as_deref()).collect();
    assert_eq!(pauses, [Some("b")]);
}

#[test]
fn pauses_of_other_kinds_and_apps_do_not_replace_each_other() {
    let mut ledger = Ledger::new("x");
    ledger.pause(slow(Some("a")), said(0));
    ledger.pause(slow(Some("b")), said(0));
    let cool_down = AskedPause {
        reason: Reason::CoolDown,
        ..slow(Some("a"))
    };
    ledger.pause(cool_down, said(0));
    assert_eq!(ledger.pauses.len(), 3);
    assert!(ledger.pauses.iter().all(|p| p.count == 1));
}

#[test]
fn an_answer_changes_the_entry_of_its_own_request_only() {
    let outcomes = |ledger: &Ledger| {
        ledger
            .sent
            .iter()
            .map(|s| (s.at, s.outcome))
            .collect::<Vec<_>>()
    };
    let mut ledger = sent(&[10, 20, 30]);
    ledger.withdraw("1");
    assert_eq!(
        outcomes(&ledger),
        [(10, Outcome::Unclear), (30, Outcome::Unclear)]
    );
    ledger.refused_at("2");
    assert_eq!(
        outcomes(&ledger),
        [(10, Outcome::Ended), (30, Outcome::Refused)]
    );
    assert_eq!(ledger.row().count(), 0);
}

#[test]
fn a_send_counts_for_a_day() {
    let mut ledger = sent(&[10]);
    for (now, left) in [(10 + 24 * HOUR - 1, 1), (10 + 24 * HOUR, 0)] {
        ledger.prune(now);
        assert_eq!(ledger.sent.len(), left, "{now}");
    }
}

#[test]
fn a_refusal_replaces_an_earlier_one_of_the_same_secret_only() {
    let mut ledger = Ledger::new("x");
    ledger.refuse(refused(SecretKind::Password, "g"), |_| true);
    ledger.refuse(refused(SecretKind::ClientSecret, "g"), |_| true);
    ledger.refuse(refused(SecretKind::Password, "other"), |_| true);
    assert_eq!(ledger.refused.len(), 3, "another kind, another generation");
    ledger.refuse(refused(SecretKind::Password, "g"), |_| false);
    assert_eq!(
        ledger.refused.len(),
        4,
        "another password of the generation"
    );
    ledger.refuse(refused(SecretKind::Password, "g"), |_| true);
    assert_eq!(ledger.refused.len(), 3);
}

#[test]
fn forgetting_drops_the_entries_of_one_generation_only() {
    let filled = || {
        let mut ledger = Ledger::new("x");
        ledger.mark("1", 10);
        let print = super::super::fingerprint::Fingerprint::of(SecretRef::Password(
            &Password::new("x".into()),
        ));
        ledger.refused = vec![
            refused(SecretKind::Password, "other"),
            refused(SecretKind::Password, "g"),
            Refused {
                fingerprint: print,
                ..refused(SecretKind::Password, "g")
            },
        ];
        for purpose in [Some("app"), Some("b"), None] {
            ledger.pause(slow(purpose), said(0));
        }
        ledger
    };
    for (keep_prints, left) in [(false, 1), (true, 2)] {
        let mut ledger = filled();
        ledger.forget("g", "app", keep_prints);
        assert_eq!(
            ledger.row().count(),
            1,
            "Entra may still have judged another password of the user"
        );
        assert_eq!(
            ledger.refused.len(),
            left,
            "the fingerprints too: {}",
            !keep_prints
        );
        assert!(
            ledger
                .refused
                .iter()
                .all(|r| r.generation == "other" || r.fingerprint.is_some())
        );
        let pauses: Vec<Option<&str>> =
            ledger.pauses.iter().map(|p| p.purpose.as_deref()).collect();
        assert_eq!(pauses, [Some("b"), None]);
    }
}

#[test]
fn a_login_drops_the_entries_of_the_replaced_generation_on_disk() {
    let bench = Bench::new();
    let profile = bench.enrol("default", "right");
    bench.answer(400, refusal(50_126));
    bench.lock_store_meanwhile();
    bench.get(&profile).unwrap_err();
    bench.unlock_store();
    assert!(is_latched(&bench.get(&profile).unwrap_err()));
    forget(&profile, true, &bench.world()).unwrap();
    bench.get(&profile).unwrap();
}

#[test]
fn the_jitter_differs_from_run_to_run() {
    let waits: HashSet<Duration> = (0..64).map(|_| retry::jitter()).collect();
    assert!(
        waits.len() > 8 && waits.iter().all(|wait| *wait < Duration::from_millis(500)),
        "{waits:?}"
    );
    assert!(waits.iter().any(|wait| *wait > Duration::from_millis(131)));
    let fault = TransportFault {
        stage: Stage::NotSent,
        cause: Cause::Refused,
    };
    let jitter = Duration::from_millis(7);
    assert_eq!(
        retry::after_fault(&fault, jitter),
        Some(Duration::from_millis(2007))
    );
    let odd = |header: Option<&str>| crate::entra::wire::Odd {
        status: 503,
        reason: crate::entra::Wrong::NotJson,
        retry_after: header.map(Into::into),
    };
    let after =
        |header| retry::after_answer(&crate::entra::wire::Answer::Odd(odd(header)), 0, jitter);
    assert_eq!(
        (after(None), after(Some("60"))),
        (
            Some(Duration::from_millis(2007)),
            Some(Duration::from_millis(60_007))
        )
    );
}
