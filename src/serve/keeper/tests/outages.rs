//! A job of three hours and one outage of the service, at every second minute of a token's life:
//! how many calls of the job fail, and how often the keeper asks the source.

use super::super::*;
use super::script::{Play, own, pass, planned, run};
use crate::error::Kind;

const LIFE: u64 = 3600;
const HOURS: u64 = 3;

/// How renewals fail during the outage.
#[derive(Clone, Copy, Debug)]
enum Away {
    /// No connection: nothing was sent, and the keeper's own pause decides.
    Unreachable,
    /// The request left and no answer came: the breaker's pace decides.
    Unanswered,
}

struct Outcome {
    failed: usize,
    asked: usize,
}

/// A job that asks once every ten seconds, during an outage of `seconds`.
fn job(away: Away, from: u64, seconds: u64, in_use: bool) -> Outcome {
    run(async {
        let start = Instant::now();
        let tries = std::sync::atomic::AtomicUsize::new(0);
        let (keeper, script) = planned(Box::new(move |_, _| {
            let since = start.elapsed().as_secs();
            if !(from..from + seconds).contains(&since) {
                return Play::Token { life: LIFE, age: 0 };
            }
            let earlier = tries.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            match away {
                Away::Unreachable => Play::Fails(Kind::Network),
                Away::Unanswered => Play::Paced(*[2, 30, 600, 1800].get(earlier).unwrap_or(&3600)),
            }
        }));
        keeper.first().await.unwrap();
        let mut failed = 0;
        for second in (0..HOURS * LIFE).step_by(10) {
            pass(10).await;
            // The keeper does not renew an unused token ahead: it ends during the outage.
            if in_use || second > from {
                failed += usize::from(own(&keeper).await.is_err());
            }
        }
        Outcome {
            failed,
            asked: script.asked(),
        }
    })
}

#[test]
fn an_outage_of_a_minute_or_of_five_costs_a_job_no_call() {
    for away in [Away::Unreachable, Away::Unanswered] {
        for seconds in [60, 300] {
            for from in (LIFE..2 * LIFE).step_by(120) {
                let outcome = job(away, from, seconds, true);
                assert_eq!(outcome.failed, 0, "{away:?} {seconds} s at {from} s");
                assert!(outcome.asked <= 25, "{away:?} {from}: {}", outcome.asked);
            }
        }
    }
}

#[test]
fn an_outage_that_outlives_the_token_fails_calls_and_ends_with_the_outage() {
    let long = job(Away::Unreachable, LIFE, 2 * LIFE, true);
    assert!(long.failed > 0, "the control: a long outage fails calls");
    let idle = job(Away::Unreachable, LIFE - 100, 300, false);
    assert!(
        (1..=30).contains(&idle.failed),
        "without a token: {} calls",
        idle.failed
    );
}
