//! Named points at which the crash tests end the process, to show that a kill at any of them loses nothing, and at which
//! the memory tests stop it, to look for secrets in it.
//!
//! Only in builds with debug assertions, which is how the tests are built: in a release build the body is empty.
//! A point can only end or stop the process. It can weaken nothing and show nothing.

/// Ends this process as SIGKILL would, if `ROPC_TEST_CRASH_AT` names this point: `NAME`, or `NAME:3` for the third time.
#[inline]
pub(crate) fn point(name: &str) {
    #[cfg(debug_assertions)]
    {
        #[expect(clippy::disallowed_methods, reason = "the crash point is not part of the world that users see")]
        let wanted = std::env::var_os("ROPC_TEST_CRASH_AT");
        if wanted.and_then(|w| w.into_string().ok()).is_some_and(|wanted| is_due(&wanted, name)) {
            std::process::abort();
        }
        #[expect(clippy::disallowed_methods, reason = "the stop point is not part of the world that users see")]
        let wanted = std::env::var_os("ROPC_TEST_STOP_AT");
        if wanted.is_some_and(|wanted| wanted == name) {
            crate::os::stop_self();
        }
    }
    #[cfg(not(debug_assertions))]
    let _ = name;
}

#[cfg(debug_assertions)]
fn is_due(wanted: &str, name: &str) -> bool {
    use std::sync::atomic::{AtomicU32, Ordering};
    static PASSED: AtomicU32 = AtomicU32::new(0);
    let (point, time) = wanted.split_once(':').unwrap_or((wanted, "1"));
    point == name && PASSED.fetch_add(1, Ordering::SeqCst) + 1 == time.parse().unwrap_or(1)
}
