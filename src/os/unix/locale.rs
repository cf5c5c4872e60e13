//! Unix: the language and the local time of whoever reads the output.

use crate::environment::Environment;
use crate::os::values::LocalTime;

/// The name of the locale for messages, in the order of POSIX. Terminals of macOS set `LANG` from
/// the system's language.
pub(crate) fn locale(env: &Environment) -> Option<String> {
    ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .find_map(|name| env.text(name))
        .map(str::to_owned)
}

/// Epoch seconds as local time, by the system's time zone; `None` if there is no such time.
pub(crate) fn local_time(epoch: u64) -> Option<LocalTime> {
    // The type is that of the call: its name is deprecated for musl.
    let seconds = epoch.try_into().ok()?;
    // SAFETY: a zeroed tm is a valid output buffer, and localtime_r writes nothing else. This
    // process never changes its environment, so TZ does not change meanwhile.
    let tm = unsafe {
        let mut tm: libc::tm = std::mem::zeroed();
        if libc::localtime_r(&raw const seconds, &raw mut tm).is_null() {
            return None;
        }
        tm
    };
    let part = |value: libc::c_int| u32::try_from(value).ok();
    Some(LocalTime {
        year: tm.tm_year + 1900,
        month: part(tm.tm_mon + 1)?,
        day: part(tm.tm_mday)?,
        hour: part(tm.tm_hour)?,
        minute: part(tm.tm_min)?,
        second: part(tm.tm_sec)?,
    })
}
