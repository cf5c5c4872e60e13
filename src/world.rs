//! The ports through which the core talks to everything outside: vaults, token endpoint, clock, prompt, environment, ui.
//!
//! Tests replace ports; nothing else in the crate reads the environment, the clock or a terminal on its own.

use crate::entra::TokenEndpoint;
use crate::error::Result;
use crate::l10n::Language;
use crate::os;
use crate::ui::Ui;
use crate::vault::Vaults;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};
use zeroize::Zeroizing;

/// Everything outside, for one run.
pub struct World<'a> {
    /// A snapshot of the environment, taken by `main`.
    pub env: &'a Environment,
    /// Opens the secret store that a profile names.
    pub vaults: &'a dyn Vaults,
    /// Sends the password grant.
    pub endpoint: &'a dyn TokenEndpoint,
    /// Wall clock and sleep.
    pub clock: &'a dyn Clock,
    /// A person, if there is one: `None` without a terminal or with `--no-input`.
    pub prompt: Option<&'a dyn Prompt>,
    /// stdout and stderr.
    pub ui: &'a Ui,
}

impl fmt::Debug for World<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("World")
    }
}

/// A person at a terminal.
pub trait Prompt {
    /// A line of text, echoed.
    fn line(&self, label: &str) -> Result<String>;
    /// A secret, not echoed.
    fn secret(&self, label: &str) -> Result<Zeroizing<String>>;
    /// Yes or no; no by default.
    fn confirm(&self, question: &str) -> Result<bool>;
}

/// Time.
pub trait Clock: Send + Sync {
    /// Seconds since 1970, UTC.
    fn now(&self) -> u64;
    /// Waits.
    fn sleep(&self, time: Duration);
}

/// The clock of the machine.
#[derive(Debug)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one reader of the wall clock")]
    fn now(&self) -> u64 {
        SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |t| t.as_secs())
    }

    fn sleep(&self, time: Duration) {
        std::thread::sleep(time);
    }
}

/// `2026-11-22T05:40:11Z` for a time in epoch seconds.
pub fn rfc3339(epoch: u64) -> String {
    // Year 9999 is where the format ends; a corrupt file may say more.
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(epoch.min(253_402_300_799));
    humantime::format_rfc3339_seconds(time).to_string()
}

/// `1h 5m` for a number of seconds, in words of the language: for messages, never for a flag.
pub fn duration_text(seconds: u64) -> String {
    let text = humantime::format_duration(Duration::from_secs(seconds)).to_string();
    match Language::current() {
        Language::English => text,
        Language::Japanese => text.split(' ').map(japanese_time).collect::<Vec<_>>().join(" "),
    }
}

/// `5 分` for `5m`.
fn japanese_time(text: &str) -> String {
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let unit = match unit.trim_end_matches('s') {
        "year" => "年",
        "month" => "か月",
        "day" => "日",
        "h" => "時間",
        "m" => "分",
        // The seconds themselves are one `s`.
        _ => "秒",
    };
    format!("{number} {unit}")
}

/// The environment as a value.
#[derive(Clone, Default)]
pub struct Environment {
    vars: Vec<(OsString, OsString)>,
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Environment({} variables)", self.vars.len())
    }
}

impl Environment {
    /// Takes the snapshot; called once, by `main`.
    pub fn from_process() -> Self {
        Self { vars: std::env::vars_os().collect() }
    }

    /// An environment made of pairs, for tests.
    pub fn from_pairs<'p>(pairs: impl IntoIterator<Item = (&'p str, &'p str)>) -> Self {
        Self { vars: pairs.into_iter().map(|(k, v)| (k.into(), v.into())).collect() }
    }

    /// The value of a variable; an empty one counts as not set. Names fold case on Windows.
    pub fn get(&self, name: &str) -> Option<&OsStr> {
        let same = |key: &OsStr| os::same_variable(key, OsStr::new(name));
        self.vars.iter().find(|(k, _)| same(k)).map(|(_, v)| v.as_os_str()).filter(|v| !v.is_empty())
    }

    /// The value of a variable as text, if it is valid Unicode.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(OsStr::to_str)
    }

    /// True for `1`, `true`, `yes`, `on` (any case); false for anything else.
    pub fn flag(&self, name: &str) -> bool {
        self.text(name).is_some_and(|v| matches!(v.to_ascii_lowercase().as_str(), "1" | "true" | "yes" | "on"))
    }

    /// An absolute path from a variable. Relative ones are ignored, as the XDG specification asks.
    pub fn path(&self, name: &str) -> Option<PathBuf> {
        self.get(name).map(PathBuf::from).filter(|p| p.is_absolute())
    }

    /// The language for people: `ROPC_LANG`, else the locale (Unix) or the language of the user interface (Windows), else
    /// English. `Err` holds a `ROPC_LANG` that names no language there is.
    pub fn language(&self) -> std::result::Result<Language, String> {
        match self.get("ROPC_LANG") {
            Some(wish) => {
                wish.to_str().and_then(Language::of_locale).ok_or_else(|| wish.to_string_lossy().into_owned())
            }
            None => Ok(os::locale(self).and_then(|name| Language::of_locale(&name)).unwrap_or_default()),
        }
    }

    /// All variables, for the child's plan.
    pub fn iter(&self) -> impl Iterator<Item = (&OsStr, &OsStr)> {
        self.vars.iter().map(|(k, v)| (k.as_os_str(), v.as_os_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_means_unset() {
        let env = Environment::from_pairs([("A", ""), ("B", "x"), ("REL", "not/absolute")]);
        assert!(env.get("A").is_none());
        assert_eq!(env.text("B"), Some("x"));
        assert!(env.path("REL").is_none());
    }

    #[test]
    fn the_language_comes_from_one_variable_or_from_the_locale() {
        let of = |pairs: &[(&str, &str)]| Environment::from_pairs(pairs.iter().copied()).language();
        assert_eq!(of(&[("ROPC_LANG", "ja")]), Ok(Language::Japanese));
        assert_eq!(of(&[("ROPC_LANG", "en"), ("LC_ALL", "ja_JP.UTF-8")]), Ok(Language::English));
        assert_eq!(of(&[("ROPC_LANG", "fr"), ("LC_ALL", "ja_JP.UTF-8")]), Err("fr".to_owned()));
        if os::IS_WINDOWS {
            return;
        }
        assert_eq!(Environment::default().language(), Ok(Language::English));
        assert_eq!(of(&[("LANG", "ja_JP.UTF-8")]), Ok(Language::Japanese));
        assert_eq!(of(&[("LANG", "ja_JP.UTF-8"), ("LC_MESSAGES", "C")]), Ok(Language::English));
        assert_eq!(of(&[("LANG", "C"), ("LC_MESSAGES", "ja_JP.UTF-8"), ("LC_ALL", "")]), Ok(Language::Japanese));
        assert_eq!(of(&[("LC_ALL", "fr_FR.UTF-8"), ("LANG", "ja_JP.UTF-8")]), Ok(Language::English));
        assert_eq!(of(&[("ROPC_LANG", ""), ("LANG", "ja_JP.eucJP")]), Ok(Language::English));
    }

    #[test]
    fn times_read_well() {
        assert_eq!(rfc3339(1_795_420_811), "2026-11-23T08:00:11Z");
        assert_eq!(duration_text(3900), "1h 5m");
        let japanese: Vec<String> = ["2days", "1day", "1h", "5m", "7s", "0s"].map(japanese_time).to_vec();
        assert_eq!(japanese, ["2 日", "1 日", "1 時間", "5 分", "7 秒", "0 秒"]);
        assert!(rfc3339(u64::MAX).starts_with("9999"));
    }
}
