//! The table against the reference's list of codes, and the promises that the breaker builds on.
//! Judging whole answers, reading pasted text, the words and showing an entry have their own files
//! of tests.

use super::*;

/// Every code of the reference, section 4.2, in its order; ranges by their ends.
#[rustfmt::skip]
const REFERENCE: &[u32] = &[
    // password and user account
    50126, 50034, 500_341, 51004, 50014, 50020, 50053, 50055, 50144, 50056, 50057, 50064, 50135, 50142,
    50052, 50125, 50072, 53011, 120_000, 120_021, // MFA and Conditional Access
    50076, 50079, 50074, 50078, 50158, 50086, 50087, 50088, 500_121, 53000, 53001, 53002, 53009,
    53003, 53004, 53010, 530_003, 530_032, 530_034, 530_035, 530_036, 50131, 50097, 50129, 50155,
    50187, 135_011, 50140, 16000, 700_020, 50177, 50178, // tenant and domain
    50059, 50128, 90002, 900_023, 90019, 50194, 650_059, 9_001_023, 90124, 90130, 90038, 900_439,
    900_382, 900_432, 500_021, 500_022, 500_212, 500_213, 500_207, 500_208, 90072,
    // app registration and client credentials
    700_016, 700_011, 700_038, 90112, 7_000_112, 70001, 1_000_031, 7_000_215, 7_000_222, 7_000_218,
    700_025, 70002, 50012, 50013, 50027, 700_027, 700_030, 50171, 50105,
    // certificate and assertion
    50032, 50048, 700_021, 700_024, 1_000_502, 5_002_723, 5_002_730, 5_002_738, 7_000_214, 7_000_274,
    7_000_277,
    // federated credentials
    70021, 700_211, 700_212, 700_213, 700_229, 700_231, 700_233, 700_235, 700_237, 7_000_226,
    7_002_131, 7_002_137, 7_002_138, 7_002_241,
    // scope, resource, consent
    65001, 65002, 65004, 65005, 650_056, 650_052, 650_053, 650_054, 650_057, 90093, 90094, 500_011,
    500_014, 70011, 28002, 28003, 700_022, 700_023, 901_002,
    // grants, refresh tokens, sessions
    70000, 70008, 700_082, 70043, 700_084, 50173, 50089, 50132, 50133, 70003, 50196, 50180,
    // request format
    900_144, 90014, 90004, 90013, 90023, 90100, 9_002_313, 900_561, 90016,
    // server side and hybrid password validation
    50000, 50033, 90006, 90012, 90024, 90033, 90090, 90036, 90055, 50197, 80001, 80002, 80005,
    80007, 80010, 80012, 80013, 80014, 81004, 81012,
];

fn entry(code: u32) -> &'static Entry {
    lookup(code).unwrap_or_else(|| panic!("{code} is missing"))
}

#[test]
fn every_chapter_parses_and_fills_the_table() {
    let mut entries = 0;
    for text in CHAPTERS {
        let chapter: Chapter = toml::from_str(text).unwrap();
        entries += chapter.into_entries().count();
    }
    assert_eq!(all().len(), entries);
}

#[test]
fn every_code_of_the_reference_is_there_and_no_other() {
    let mut listed: Vec<u32> = REFERENCE.to_vec();
    listed.sort_unstable();
    let mut held: Vec<u32> = all()
        .iter()
        .flat_map(|entry| [entry.first, entry.last])
        .collect();
    held.dedup();
    assert_eq!(held, listed);
    assert_eq!(entry(120_007).first, 120_000);
    assert_eq!(entry(81_008).last, 81_012);
    for code in [0, 1, 50127, 81003, 81013, 119_999, 120_022, u32::MAX] {
        assert_eq!(lookup(code), None, "{code}");
    }
}

#[test]
fn no_code_is_listed_twice() {
    for pair in all().windows(2) {
        assert!(pair[0].first <= pair[0].last);
        assert!(pair[0].last < pair[1].first, "{} twice", pair[1].first);
    }
}

#[test]
fn guard_lock_and_retry_agree() {
    for entry in all() {
        let code = entry.first;
        if entry.lock == Lockout::Yes {
            assert!(
                matches!(entry.guard, Guard::LatchPassword | Guard::CoolDown),
                "{code}"
            );
        }
        match entry.retry {
            Retry::Once => assert_eq!(entry.guard, Guard::Pace, "{code}"),
            Retry::AfterDelay => assert_eq!(entry.guard, Guard::CoolDown, "{code}"),
            Retry::Never | Retry::ByUser => {}
        }
        // What may have been judged is paced or cooled down; what cannot count is not.
        assert_eq!(
            entry.lock == Lockout::Unknown,
            entry.guard == Guard::Pace || code == 90_055,
            "{code}"
        );
        if entry.accepted == Accepted::NotJudged {
            assert_eq!(entry.lock, Lockout::No, "{code}");
        }
        if entry.guard == Guard::LatchPassword {
            assert_eq!(
                (entry.lock, entry.accepted),
                (Lockout::Yes, Accepted::No),
                "{code}"
            );
        }
        if entry.accepted == Accepted::Yes {
            assert_eq!(
                (entry.lock, entry.guard),
                (Lockout::No, Guard::Slow),
                "{code}"
            );
        }
    }
}

#[test]
fn guards_are_those_of_the_design() {
    let with = |guard| -> Vec<u32> {
        let hits = all().iter().filter(|entry| entry.guard == guard);
        hits.map(|entry| entry.first).collect()
    };
    assert_eq!(with(Guard::LatchPassword), [50064, 50126]);
    assert_eq!(
        with(Guard::LatchAppCredential),
        [
            50012, 50032, 70002, 700_027, 700_030, 1_000_502, 7_000_214, 7_000_215, 7_000_222,
            7_000_274, 7_000_277
        ]
    );
    assert_eq!(with(Guard::CoolDown), [50053, 50196, 90055]);
    assert_eq!(
        with(Guard::Pace),
        [
            50000, 50033, 50056, 80001, 80002, 80005, 80007, 80014, 90006, 90012, 90024, 90033,
            90036, 90090, 120_000
        ]
    );
}
