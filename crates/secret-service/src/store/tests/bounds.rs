//! How often an operation is tried, and that all tries and all waits in them share one bound.

use crate::bus::with_one_repeat;
use crate::{Fault, Options};
use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

const DEADLINE: Duration = Duration::from_millis(150);
/// How long each try takes.
const TRY: Duration = Duration::from_millis(60);

/// The outcome of an operation that always ends so, and for each try when it began and what it was
/// given.
fn tries(options: &Options, fault: &Fault) -> (Result<(), Fault>, Vec<(Duration, Options)>) {
    let start = Instant::now();
    let given = RefCell::new(Vec::new());
    let op = |rest: &Options| {
        given.borrow_mut().push((start.elapsed(), rest.clone()));
        std::thread::sleep(TRY);
        Err(fault.clone())
    };
    (with_one_repeat(options, &op), given.into_inner())
}

/// No try may go on after the caller got a failure.
#[track_caller]
fn within_the_whole(options: &Options, tries: &[(Duration, Options)]) {
    for (at, rest) in tries {
        assert!(
            *at + rest.limit() <= options.limit() + Duration::from_millis(20),
            "{at:?} {rest:?}"
        );
    }
}

#[test]
fn a_second_try_gets_what_the_first_one_left() {
    let options = Options {
        deadline: DEADLINE,
        ..Options::default()
    };
    let (result, given) = tries(&options, &Fault::DaemonGone);
    assert_eq!((result, given.len()), (Err(Fault::DaemonGone), 2));
    assert!(
        given[1].1.deadline <= DEADLINE.saturating_sub(TRY),
        "{given:?}"
    );
    within_the_whole(&options, &given);
}

#[test]
fn a_full_bus_is_waited_for_until_the_end_and_then_a_fault() {
    let full = Fault::other("LimitsExceeded");
    let options = Options {
        deadline: DEADLINE,
        ..Options::default()
    };
    let (result, given) = tries(&options, &full);
    assert_eq!(result, Err(full));
    assert!((1..=3).contains(&given.len()), "{given:?}");
    within_the_whole(&options, &given);
}

#[test]
fn a_person_is_waited_for_within_the_whole() {
    let options = Options {
        deadline: DEADLINE,
        unlock: Some(DEADLINE),
        ..Options::default()
    };
    // Before them, for them, and after them.
    assert_eq!(options.limit(), DEADLINE * 3);
    let (_, given) = tries(&options, &Fault::DaemonGone);
    assert_eq!(given.len(), 2);
    within_the_whole(&options, &given);
    let late = Instant::now() + TRY;
    let rest = options.until(late).unwrap();
    assert!(
        rest.limit() <= TRY && rest.unlock < Some(Duration::from_millis(1)),
        "{rest:?}"
    );
    assert!(options.until(Instant::now()).is_none());
}

/// Runs `with_one_repeat` over the answers of a scripted operation; returns the outcome and how
/// often it was run.
fn repeat(answers: &[Result<u8, Fault>]) -> (Result<u8, Fault>, usize) {
    let runs = Cell::new(0);
    let op = |_: &Options| {
        runs.set(runs.get() + 1);
        answers[runs.get() - 1].clone()
    };
    let result = with_one_repeat(&Options::default(), &op);
    (result, runs.get())
}

#[test]
fn a_restarted_provider_is_asked_once_more_and_only_once() {
    use Fault::{DaemonGone, Locked, NoProvider, TimedOut};
    assert_eq!(repeat(&[Err(DaemonGone), Ok(1)]), (Ok(1), 2));
    assert_eq!(
        repeat(&[Err(Fault::other("UnknownObject")), Ok(2)]),
        (Ok(2), 2)
    );
    assert_eq!(
        repeat(&[Err(DaemonGone), Err(DaemonGone), Ok(3)]),
        (Err(DaemonGone), 2)
    );
    assert_eq!(
        repeat(&[Err(DaemonGone), Err(NoProvider)]),
        (Err(DaemonGone), 2)
    );
    assert_eq!(repeat(&[Err(DaemonGone), Err(Locked)]), (Err(Locked), 2));
    let full = || Fault::other("LimitsExceeded");
    assert_eq!(
        repeat(&[Err(full()), Err(full()), Ok(5)]),
        (Ok(5), 3),
        "a full bus is waited for"
    );
    for fault in [Locked, TimedOut, NoProvider] {
        assert_eq!(repeat(&[Err(fault.clone()), Ok(4)]), (Err(fault), 1));
    }
}
