//! Which number of an answer decides, and what follows from an answer: known, unknown, throttled,
//! broken.

use super::*;
use crate::table::all;

#[test]
fn pick_takes_the_code_that_decides() {
    assert_eq!(pick(&[]), None);
    assert_eq!(pick(&[70002, 50126]), Some(50126));
    assert_eq!(pick(&[50126, 70002]), Some(50126));
    assert_eq!(pick(&[70002, 50053]), Some(50053));
    assert_eq!(pick(&[70002, 50034]), Some(50034));
    assert_eq!(pick(&[70002, 50012]), Some(50012));
    assert_eq!(pick(&[70002]), Some(70002));
    assert_eq!(pick(&[50076, 50126]), Some(50126));
    assert_eq!(pick(&[50033, 50053]), Some(50053));
    assert_eq!(pick(&[12345, 50033]), Some(50033), "known before unknown");
    assert_eq!(
        pick(&[70002, 59999]),
        Some(59999),
        "an umbrella gives way to an unknown one"
    );
    assert_eq!(pick(&[50079, 50076]), Some(50079), "the first of equals");
    assert_eq!(pick(&[59999, 59998]), Some(59999));
}

#[test]
fn unknown_answers_are_judged_safely() {
    let grant = by_error_word("invalid_grant", 400);
    assert_eq!((grant.retry, grant.guard), (Retry::Never, Guard::Pace));
    assert_eq!(
        by_error_word("invalid_grant", 500),
        grant,
        "the word goes before a 5xx"
    );
    for (word, status) in [("invalid_client", 401), ("", 400), ("new_word", 400)] {
        let guess = by_error_word(word, status);
        assert_eq!(
            (guess.retry, guess.guard),
            (Retry::Never, Guard::Pace),
            "{word}"
        );
    }
    let slow = [
        "interaction_required",
        "consent_required",
        "unauthorized_client",
        "invalid_request",
    ];
    for word in slow
        .into_iter()
        .chain(["invalid_scope", "invalid_resource"])
    {
        let guess = by_error_word(word, 400);
        assert_eq!(
            (guess.retry, guess.guard),
            (Retry::Never, Guard::Slow),
            "{word}"
        );
    }
    for (word, status) in [
        ("temporarily_unavailable", 400),
        ("server_error", 500),
        ("", 502),
        ("", 408),
    ] {
        let guess = by_error_word(word, status);
        assert_eq!(
            (guess.retry, guess.guard),
            (Retry::Once, Guard::Pace),
            "{word} {status}"
        );
    }
    for word in ["", "invalid_grant", "server_error"] {
        let guess = by_error_word(word, 429);
        assert_eq!(
            (guess.retry, guess.guard),
            (Retry::AfterDelay, Guard::CoolDown),
            "{word}"
        );
    }
}

fn judged(codes: &[u32], word: &str, suberror: Option<&str>, status: u16) -> Judgement {
    judge(&ErrorAnswer {
        codes,
        word,
        suberror,
        status,
    })
}

#[test]
fn judge_reads_number_then_suberror_then_word() {
    let mfa = judged(&[50076], "invalid_grant", Some("basic_action"), 400);
    assert_eq!(
        (mfa.code, mfa.guard, mfa.accepted),
        (Some(50076), Guard::Slow, Accepted::Yes)
    );
    assert_eq!(mfa.meaning, Meaning::Known(lookup(50076).unwrap()));
    let new_policy = judged(&[53099], "invalid_grant", Some("message_only"), 400);
    assert_eq!((new_policy.entry, new_policy.guard), (None, Guard::Slow));
    let unknown = judged(&[59999], "invalid_grant", None, 400);
    assert_eq!(
        (unknown.guard, unknown.retry, unknown.verdict()),
        (Guard::Pace, Retry::Never, Verdict::Open)
    );
    let two = judged(&[70002, 50126], "invalid_grant", None, 400);
    assert_eq!((two.code, two.guard), (Some(50126), Guard::LatchPassword));
    let umbrella = judged(&[70002], "invalid_grant", None, 400);
    assert_eq!((umbrella.code, umbrella.guard), (Some(70002), Guard::Pace));
    let secret = judged(&[70002], "invalid_client", None, 401);
    assert_eq!(secret.guard, Guard::LatchAppCredential);
    // The texts must not mention the client secret if it is not the cause.
    assert_eq!((umbrella.entry, secret.entry), (None, lookup(70002)));
    let busy = judged(&[90033], "temporarily_unavailable", None, 503);
    assert_eq!((busy.retry, busy.guard), (Retry::Once, Guard::Pace));
    let throttled = judged(&[90033], "temporarily_unavailable", None, 429);
    assert_eq!(
        (throttled.retry, throttled.guard),
        (Retry::AfterDelay, Guard::CoolDown)
    );
    let wrong = judged(&[50126], "invalid_grant", None, 429);
    assert_eq!(
        (wrong.retry, wrong.guard),
        (Retry::Never, Guard::LatchPassword)
    );
    let lost = judged(&[], "", None, 418);
    assert_eq!(
        (lost.code, lost.guard, lost.retry),
        (None, Guard::Pace, Retry::Never)
    );
    // No suberror and no wording may make a number that the table knows milder.
    for entry in all().iter().filter(|entry| !entry.umbrella) {
        for suberror in [None, Some("basic_action"), Some("bad_token")] {
            let found = judged(&[entry.first], "server_error", suberror, 500);
            assert_eq!((found.guard, found.retry), (entry.guard, entry.retry));
        }
    }
}

#[test]
fn only_a_known_number_with_a_final_status_is_certain() {
    for entry in all().iter().filter(|entry| !entry.umbrella) {
        let code = entry.first;
        let verdict = |status| judged(&[code], "invalid_grant", None, status).verdict();
        let expected = match (entry.guard, entry.accepted, entry.lock) {
            (Guard::LatchPassword, ..) => Verdict::Wrong,
            (_, Accepted::Yes, _) => Verdict::Right,
            (_, _, Lockout::No) => Verdict::NotCounted,
            _ => Verdict::Open,
        };
        assert_eq!((verdict(400), verdict(401)), (expected, expected), "{code}");
        for status in [200, 302, 408, 429, 500, 503, 504] {
            let wanted = if expected == Verdict::Wrong {
                Verdict::Wrong
            } else {
                Verdict::Open
            };
            assert_eq!(verdict(status), wanted, "{code} with {status}");
        }
    }
    for code in [80_002, 50_053, 90_033, 90_055, 50_056] {
        assert_eq!(
            judged(&[code], "invalid_grant", None, 400).verdict(),
            Verdict::Open,
            "{code}"
        );
    }
    for code in [50_034, 700_016, 90_002, 7_000_215, 70_011] {
        assert_eq!(
            judged(&[code], "invalid_grant", None, 400).verdict(),
            Verdict::NotCounted,
            "the control: {code}"
        );
    }
}

#[test]
fn no_word_and_no_suberror_makes_an_unknown_number_certain() {
    for (codes, word) in [
        (&[999_999][..], "invalid_grant"),
        (&[], "invalid_client"),
        (&[], "invalid_scope"),
        (&[], ""),
    ] {
        assert_eq!(
            judged(codes, word, None, 400).verdict(),
            Verdict::Open,
            "{codes:?} {word}"
        );
    }
    for suberror in [
        "basic_action",
        "message_only",
        "consent_required",
        "user_password_expired",
        "protection_policy_required",
    ] {
        for (codes, status) in [
            (&[999_999][..], 400),
            (&[], 400),
            (&[], 504),
            (&[], 200),
            (&[70_002], 400),
        ] {
            let found = judged(codes, "invalid_grant", Some(suberror), status);
            assert_eq!(
                (found.guard, found.verdict()),
                (Guard::Slow, Verdict::Open),
                "{codes:?} {suberror} {status}"
            );
        }
    }
}
