//! Texts for people, in their language. They are in `locales/LANGUAGE/AREA.ftl` (Project Fluent);
//! code names them: `msg!("vault-locked", store = title)` is the message `vault-locked` of
//! `vault.ftl`, a `String`.
//!
//! Rules:
//! - Never translated: JSON output (a run that prints JSON is English as a whole), exit codes, the
//!   prefixes `ropc: error:`, `ropc: hint:` and `ropc: warning:`, the kind labels of `exec`, flags,
//!   names of checks, and what is written to a file or handed to another program. A text that is
//!   stored would come back in another run, whose language may differ.
//! - Values are text and shown as they are: no number gets separators, no sign for the direction of
//!   writing is added. What would not be seen in them becomes an escape, newlines too
//!   (`visible::line`).
//! - A text that a language lacks is shown in English. Nothing here panics, not even an id that
//!   nobody defined.
//! - A file is parsed when the first text of its area is asked for: a run that says nothing pays
//!   nothing.
//! - Commands are in backticks and are the same in every language; no full stop at the end; no
//!   secret is ever a value.
//!
//! `tests/it/l10n.rs` holds the code, the ids, the values and the languages together.
//!
//! A leaf: no I/O, no environment. `cmd::language` knows where the language comes from, `cmd::main`
//! sets it once.

mod duration;
mod texts;

pub(crate) use duration::duration_text;
pub(crate) use texts::help_text;

use std::cell::Cell;
use std::fmt::Display;
use std::sync::atomic::{AtomicU8, Ordering};

/// A language that the texts exist in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Language {
    /// What every text exists in.
    #[default]
    English,
    /// Japanese, written as UTF-8.
    Japanese,
}

/// The language of this process; English until somebody says otherwise, so unit tests read English.
static CURRENT: AtomicU8 = AtomicU8::new(0);

impl Language {
    /// The language of this process from now on.
    pub(crate) fn set(self) {
        CURRENT.store(self as u8, Ordering::Relaxed);
    }

    /// The language of this process, or English within [`in_english`].
    pub(crate) fn current() -> Self {
        if IN_ENGLISH.get() {
            return Self::English;
        }
        if CURRENT.load(Ordering::Relaxed) == Self::Japanese as u8 {
            Self::Japanese
        } else {
            Self::English
        }
    }

    /// The language that a locale name or language tag asks for: `ja`, `ja-JP`, `en_GB.UTF-8`, `C`.
    /// `None` for one that there are no texts in.
    ///
    /// Texts are UTF-8. A Japanese locale that names another character set (`ja_JP.eucJP`) is
    /// English, as the texts would be garbled; one that names none means UTF-8, as it does nearly
    /// everywhere today.
    pub(crate) fn of_locale(name: &str) -> Option<Self> {
        let name = name.split('@').next().unwrap_or_default();
        let (tag, charset) = name.split_once('.').unwrap_or((name, "UTF-8"));
        let is_utf8 = ["utf-8", "utf8"]
            .iter()
            .any(|utf8| charset.eq_ignore_ascii_case(utf8));
        match tag
            .split(['_', '-'])
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase()
            .as_str()
        {
            "ja" if is_utf8 => Some(Self::Japanese),
            "ja" | "en" | "c" | "posix" => Some(Self::English),
            _ => None,
        }
    }
}

thread_local! {
    #[allow(clippy::missing_const_for_thread_local, reason = "it is const, which clippy does not see for windows-gnu")]
    static IN_ENGLISH: Cell<bool> = const { Cell::new(false) };
}

/// The texts that this piece of work asks for are English: they are stored, or handed to another
/// program.
pub(crate) fn in_english<T>(work: impl FnOnce() -> T) -> T {
    let before = IN_ENGLISH.replace(true);
    let done = work();
    IN_ENGLISH.set(before);
    done
}

/// The text of an id in the language of this process. Called by [`msg!`], which names the values.
pub(crate) fn text(id: &str, values: &[(&'static str, &dyn Display)]) -> String {
    let language = Language::current();
    texts::find(language, id, values)
        .or_else(|| texts::find(Language::English, id, values))
        .unwrap_or_else(|| id.to_owned())
}

/// A text for a person: `msg!("area-name")` or `msg!("area-name", value = x, other = &y)`. The
/// values are anything that displays; the id and the names of the values are checked by
/// `tests/it/l10n.rs`, so both are written out.
macro_rules! msg {
    ($id:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::l10n::text($id, &[$((stringify!($name), &$value as &dyn ::std::fmt::Display)),*])
    };
}
pub(crate) use msg;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locales_of_the_world() {
        use Language::{English, Japanese};
        for name in [
            "ja",
            "ja_JP.UTF-8",
            "ja_JP.utf8",
            "ja-JP",
            "JA_jp",
            "ja_JP.UTF-8@cjknarrow",
        ] {
            assert_eq!(Language::of_locale(name), Some(Japanese), "{name}");
        }
        for name in [
            "en",
            "en_GB.UTF-8",
            "en-US",
            "C",
            "C.UTF-8",
            "POSIX",
            "ja_JP.eucJP",
            "ja_JP.SJIS",
            "ja_JP.ujis",
        ] {
            assert_eq!(Language::of_locale(name), Some(English), "{name}");
        }
        for name in ["", "fr", "fr_FR.UTF-8", "japanese", "jav_ID", "."] {
            assert_eq!(Language::of_locale(name), None, "{name}");
        }
    }

    #[test]
    fn an_unknown_id_is_no_panic() {
        assert_eq!(text("nowhere-at-all", &[("x", &1)]), "nowhere-at-all");
        assert_eq!(text("error-no-such-text", &[]), "error-no-such-text");
        assert_eq!(text("", &[]), "");
    }
}
