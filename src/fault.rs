//! Named points at which the crash tests end the process, to show that a kill at any of them loses nothing.
//!
//! Only in builds with debug assertions, which is how the tests are built: in a release build the body is empty.
//! A point can only end the process early. It can weaken nothing and show nothing.

/// Ends this process as SIGKILL would, if `ROPC_TEST_CRASH_AT` names this point.
#[inline]
pub(crate) fn point(name: &str) {
    #[cfg(debug_assertions)]
    {
        #[expect(clippy::disallowed_methods, reason = "the crash point is not part of the world that users see")]
        let wanted = std::env::var_os("ROPC_TEST_CRASH_AT");
        if wanted.is_some_and(|w| w == name) {
            std::process::abort();
        }
    }
    #[cfg(not(debug_assertions))]
    let _ = name;
}
