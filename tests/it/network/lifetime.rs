//! How long a token lives, by the answer, and how long an attempt may take, by `--timeout`.

use super::*;
use entra_emulator::{Fault, Hold, Times};
use std::time::Instant;

/// An answer with this `expires_in`; none for an empty text.
fn living(expires_in: &str) -> Fault {
    let field = if expires_in.is_empty() {
        String::new()
    } else {
        format!(",\"expires_in\":{expires_in}")
    };
    Fault::Custom {
        status: 200,
        headers: vec![("Content-Type".into(), "application/json".into())],
        body: format!("{{\"token_type\":\"Bearer\",\"access_token\":\"made.up.token\"{field}}}")
            .into_bytes(),
    }
}

#[test]
fn an_answer_with_an_expired_token_is_an_error() {
    for ended in ["0", "-1", "-5.5", "0.4", "\"0\"", "\"-7\""] {
        let sandbox = cold();
        sandbox.emulator.inject(living(ended), Times::Always);
        let run = sign_in(&sandbox)
            .expect(6)
            .says(&["has ended already", "expires_in"]);
        assert_eq!(run.stdout, "", "{ended}");
        assert_eq!(
            sandbox.emulator.token_requests(),
            1,
            "{ended}: the request is not repeated"
        );
    }
}

#[test]
fn a_token_of_unknown_life_serves_ten_minutes_with_a_warning() {
    for unknown in ["", "null", "\"soon\"", "[]", "99999999999", "1e300"] {
        let sandbox = cold();
        sandbox.emulator.inject(living(unknown), Times::Always);
        let run = sandbox
            .run(&["token", "--no-cache", "--output", "json"])
            .expect(0);
        assert!(
            run.stderr
                .contains("does not say how long the token lives (`expires_in`): ropc takes 10m"),
            "{}",
            run.stderr
        );
        assert!(run.stdout.contains("made.up.token"), "{}", run.stdout);
    }
    // The control: a lifetime in the answer gives no warning.
    let sandbox = cold();
    sandbox.emulator.inject(living("3599"), Times::Always);
    assert_eq!(sign_in(&sandbox).expect(0).stderr, "");
}

#[test]
fn one_attempt_may_use_all_the_time_that_is_left() {
    let sandbox = cold();
    let hold = Hold::new();
    sandbox
        .emulator
        .inject(Fault::Hold(hold.clone()), Times::Always);
    let start = Instant::now();
    let run = sandbox
        .run(&["token", "--no-cache", "--timeout", "6s"])
        .expect(6);
    let took = start.elapsed();
    hold.release();
    assert!(took >= Duration::from_secs(5), "{took:?}");
    assert_eq!(
        sandbox.emulator.token_requests(),
        1,
        "no second attempt after the time limit"
    );
    let run = run.says(&["did not answer in time (6s)"]);
    // The hint names a longer time than that of the run.
    assert!(
        run.stderr.contains("`--timeout 1m` waits longer"),
        "{}",
        run.stderr
    );
    // The control: with more time the same answer comes.
    let sandbox = cold();
    sandbox
        .emulator
        .inject(Fault::DelayAnswer(Duration::from_secs(8)), Times::Always);
    sandbox
        .run(&["token", "--no-cache", "--timeout", "2m"])
        .expect(0);
    assert_eq!(sandbox.emulator.token_requests(), 1);
}
