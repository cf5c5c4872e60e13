//! Named points: the crash tests end the process there, to show that a kill at any of them loses
//! nothing; the memory tests stop it there and search it for secrets. Also two leaks, which show
//! that those tests can fail. Only in builds with debug assertions, as the tests have them: in a
//! release build every function is empty and reads no variable.

#[cfg(debug_assertions)]
fn wanted(variable: &str) -> Option<String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "these variables are for tests and no part of the environment that users know"
    )]
    std::env::var_os(variable)?.into_string().ok()
}

/// Ends this process as SIGKILL would, if `ROPC_TEST_CRASH_AT` names this point: `NAME`, or
/// `NAME:3` for the third time. Stops it, if `ROPC_TEST_STOP_AT` names this point.
#[inline]
pub(crate) fn point(name: &str) {
    #[cfg(debug_assertions)]
    {
        if wanted("ROPC_TEST_CRASH_AT").is_some_and(|wanted| is_due(&wanted, name)) {
            std::process::abort();
        }
        if wanted("ROPC_TEST_STOP_AT").is_some_and(|wanted| wanted == name) {
            crate::os::stop_self();
        }
    }
    #[cfg(not(debug_assertions))]
    let _ = name;
}

/// Called at the start: with `ROPC_TEST_LEAK=freed` the allocator does not wipe what it frees.
#[inline]
pub(crate) fn start() {
    #[cfg(debug_assertions)]
    if wanted("ROPC_TEST_LEAK").is_some_and(|leak| leak == "freed") {
        locked_memory::stop_wiping();
    }
}

/// Drops the value; with `ROPC_TEST_LEAK=secrets` it stays in memory, unwiped.
#[inline]
pub(crate) fn let_go<T>(value: T) {
    #[cfg(debug_assertions)]
    if wanted("ROPC_TEST_LEAK").is_some_and(|leak| leak == "secrets") {
        std::mem::forget(value);
        return;
    }
    drop(value);
}

#[cfg(debug_assertions)]
fn is_due(wanted: &str, name: &str) -> bool {
    use std::sync::atomic::{AtomicU32, Ordering};
    static PASSED: AtomicU32 = AtomicU32::new(0);
    let (point, time) = wanted.split_once(':').unwrap_or((wanted, "1"));
    point == name && PASSED.fetch_add(1, Ordering::SeqCst) + 1 == time.parse().unwrap_or(1)
}
