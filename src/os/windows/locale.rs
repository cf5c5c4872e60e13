//! Windows: the language and the local time of whoever reads the output.

use crate::environment::Environment;
use crate::os::values::LocalTime;
use std::io::{self, IsTerminal};
use windows_sys::Win32::Globalization::GetUserDefaultUILanguage;
use windows_sys::Win32::System::Console::GetConsoleOutputCP;

/// The language of the user interface, if its letters can be shown: at a console, or if the code
/// page is UTF-8. In a pipe or a file with another code page they would be garbled, so there the
/// language is English.
pub(crate) fn locale(_env: &Environment) -> Option<String> {
    const PRIMARY: u16 = 0x3ff;
    const JAPANESE: u16 = 0x11;
    const UTF_8: u32 = 65_001;
    // SAFETY: both calls have no preconditions and touch no memory of this process.
    let (language, code_page) = unsafe { (GetUserDefaultUILanguage(), GetConsoleOutputCP()) };
    let arrives = code_page == UTF_8 || (io::stdout().is_terminal() && io::stderr().is_terminal());
    (language & PRIMARY == JAPANESE && arrives).then(|| "ja".to_owned())
}

/// Epoch seconds as local time, by the system's time zone; `None` if there is no such time.
pub(crate) fn local_time(epoch: u64) -> Option<LocalTime> {
    use windows_sys::Win32::Foundation::{FILETIME, SYSTEMTIME};
    use windows_sys::Win32::System::Time::{FileTimeToSystemTime, SystemTimeToTzSpecificLocalTime};
    // 100 ns steps since 1601 (Microsoft: "FILETIME structure").
    let steps = epoch.checked_add(11_644_473_600)?.checked_mul(10_000_000)?;
    let file_time = FILETIME {
        dwLowDateTime: u32::try_from(steps & 0xffff_ffff).ok()?,
        dwHighDateTime: u32::try_from(steps >> 32).ok()?,
    };
    // SAFETY: zeroed structures of plain numbers are valid buffers to be filled; a null zone means
    // the system's.
    let local = unsafe {
        let mut utc: SYSTEMTIME = std::mem::zeroed();
        let mut local: SYSTEMTIME = std::mem::zeroed();
        if FileTimeToSystemTime(&raw const file_time, &raw mut utc) == 0
            || SystemTimeToTzSpecificLocalTime(std::ptr::null(), &raw const utc, &raw mut local)
                == 0
        {
            return None;
        }
        local
    };
    Some(LocalTime {
        year: i32::from(local.wYear),
        month: local.wMonth.into(),
        day: local.wDay.into(),
        hour: local.wHour.into(),
        minute: local.wMinute.into(),
        second: local.wSecond.into(),
    })
}
