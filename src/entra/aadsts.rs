//! What an AADSTS number means for a password grant: the table, its lookup, and the answer for numbers it lacks.
//!
//! The data stands in `aadsts/*.toml`, one file a chapter, and its words in `aadsts/en` and `aadsts/ja` (see `texts`). It is
//! parsed once, on the first question, which only an error path or `ropc explain` asks; a sign-in that works never reads it.
//! Nothing here may do I/O, see a secret, or decide when to sign in again: the broker's breaker reads the columns `retry`
//! and `guard` and acts.
//!
//! Columns of the data, each a value of the family that a code may override:
//!
//! | key | meaning |
//! |---|---|
//! | `code`, `last` | the number; with `last` an inclusive range |
//! | `fix` | who can fix it |
//! | `retry` | may `ropc` repeat the request by itself |
//! | `lock` | can repeating count towards an account lockout |
//! | `guard` | what the breaker does after this answer |
//! | `accepted` | was the password right |
//! | `evidence` | where the knowledge comes from |
//! | `umbrella` | a number that stands in front of the one that tells the cause |
//!
//! Microsoft may change numbers and texts at any time, so an unknown number is judged by the OAuth word and the HTTP
//! status ([`by_error_word`]), and every such answer is still a safe one.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

mod fallback;
#[cfg(test)]
mod fallback_tests;
mod find;
#[cfg(test)]
mod find_tests;
mod pasted;
#[cfg(test)]
mod pasted_tests;
mod render;
#[cfg(test)]
mod render_tests;
#[cfg(test)]
mod tests;
mod texts;

pub use fallback::{Answer, Fallback, Guess, Judgement, Meaning, by_error_word, by_suberror, judge};
pub use find::{MAX_TEXT, find_codes, parse_code};
pub use pasted::{decode, flatten};
pub use render::{Facts, fill, render, render_unknown};
pub use texts::Text;

/// Who can remove the cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fixer {
    /// The user whose password is stored.
    User,
    /// Who owns the app registration, or the profile that names it.
    AppOwner,
    /// An administrator of the tenant.
    TenantAdmin,
    /// Nobody: time.
    Wait,
}

/// Whether `ropc` may send the same request again by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Retry {
    /// No: the same request gets the same answer until something was changed.
    Never,
    /// Once, after about a second.
    Once,
    /// Once the time named by the answer (`Retry-After`) or a fixed pause is over.
    AfterDelay,
    /// Not by the program; a person may, once the cause is gone.
    ByUser,
}

/// Whether repeating can count towards a lockout of the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lock {
    /// Yes: the password was judged wrong, or the account is locked and a try prolongs it.
    Yes,
    /// No: the password was right, or was never judged.
    No,
    /// No source says.
    Unknown,
}

/// What the breaker does after this answer. Ordered: the later, the more severe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Guard {
    /// Nothing: a passing fault.
    None,
    /// Space out the next sign-ins; nothing is locked and nothing latched.
    Slow,
    /// No sign-in for the time that the lock, the throttle or the loop protection needs.
    CoolDown,
    /// This client secret is not sent again until another is stored or a person asks.
    LatchClientSecret,
    /// This password is not sent again until another is stored or a person asks.
    LatchPassword,
}

/// What the answer tells about the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Accepted {
    /// It was right; something after it refused.
    Yes,
    /// It was judged wrong.
    No,
    /// The answer came before the password was looked at.
    NotJudged,
    /// The answer does not tell.
    Unknown,
}

/// Where the knowledge about a code comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// Microsoft's documentation.
    Documented,
    /// The source of a published library.
    Source,
    /// A recording of the live service.
    Recorded,
    /// Reports by users of the service: likely, not certain.
    Community,
    /// Our own inference.
    Inferred,
}

/// One code, or one inclusive range of codes that mean the same here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// First number.
    pub first: u32,
    /// Last number, inclusive; equals `first` for a single code.
    pub last: u32,
    /// Name of the family, such as `password`, `mfa` or `transient`.
    pub family: String,
    /// Who can remove the cause, most likely first.
    pub fix: Vec<Fixer>,
    /// May the program repeat the request.
    pub retry: Retry,
    /// Can repeating lock the account.
    pub lock: Lock,
    /// What the breaker does.
    pub guard: Guard,
    /// Was the password right.
    pub accepted: Accepted,
    /// Where this is known from.
    pub evidence: Evidence,
    /// Stands in front of the number that tells the cause and gives way to it.
    pub umbrella: bool,
}

impl Entry {
    /// What it says to people, in the language of this process.
    pub fn text(&self) -> &'static Text {
        texts::of(self)
    }
}

/// The codes of the table, by rising number.
pub fn all() -> &'static [Entry] {
    &TABLE
}

/// The entry of a code, or `None` where the table has none.
pub fn lookup(code: u32) -> Option<&'static Entry> {
    let table = all();
    let after = table.partition_point(|entry| entry.first <= code);
    let entry = table.get(after.checked_sub(1)?)?;
    (code <= entry.last).then_some(entry)
}

/// Of several codes in one answer, the one that decides; `None` for none at all.
///
/// A known code goes before an unknown one and an unknown one before an umbrella (70002 in front of 50126: the latter
/// tells the cause). Among known ones the most severe guard decides, then the order of the answer.
pub fn pick(codes: &[u32]) -> Option<u32> {
    let weight = |code: u32| match lookup(code) {
        Some(entry) if !entry.umbrella => (2, entry.guard),
        None => (1, Guard::None),
        Some(entry) => (0, entry.guard),
    };
    // `max_by_key` takes the last of equals, so walk backwards to get the first.
    codes.iter().rev().copied().max_by_key(|&code| weight(code))
}

/// The chapters of the data; each file says at its top what it holds.
const CHAPTERS: [&str; 7] = [
    include_str!("aadsts/user.toml"),
    include_str!("aadsts/policy.toml"),
    include_str!("aadsts/tenant.toml"),
    include_str!("aadsts/app.toml"),
    include_str!("aadsts/scope.toml"),
    include_str!("aadsts/session.toml"),
    include_str!("aadsts/server.toml"),
];

/// A chapter that does not parse is left out and its codes are judged by [`by_error_word`], which is never less
/// careful with a password. The tests see to it that all chapters parse.
static TABLE: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let mut table: Vec<Entry> = CHAPTERS
        .iter()
        .filter_map(|text| toml::from_str::<Chapter>(text).ok())
        .flat_map(Chapter::into_entries)
        .collect();
    table.sort_by_key(|entry| entry.first);
    table
});

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Chapter {
    family: Vec<Family>,
}

/// A family as written: the values that hold for each of its codes. Their words stand elsewhere.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Family {
    name: String,
    fix: Vec<Fixer>,
    retry: Retry,
    lock: Lock,
    guard: Guard,
    accepted: Accepted,
    evidence: Evidence,
    code: Vec<Code>,
}

/// A code as written: what differs from the family.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Code {
    #[serde(rename = "code")]
    first: u32,
    last: Option<u32>,
    fix: Option<Vec<Fixer>>,
    retry: Option<Retry>,
    lock: Option<Lock>,
    guard: Option<Guard>,
    accepted: Option<Accepted>,
    evidence: Option<Evidence>,
    #[serde(default)]
    umbrella: bool,
}

impl Chapter {
    fn into_entries(self) -> impl Iterator<Item = Entry> {
        self.family.into_iter().flat_map(Family::into_entries)
    }
}

impl Family {
    fn into_entries(mut self) -> Vec<Entry> {
        let codes = std::mem::take(&mut self.code);
        codes.into_iter().map(|code| self.entry(code)).collect()
    }

    fn entry(&self, code: Code) -> Entry {
        Entry {
            first: code.first,
            last: code.last.unwrap_or(code.first),
            family: self.name.clone(),
            fix: code.fix.unwrap_or_else(|| self.fix.clone()),
            retry: code.retry.unwrap_or(self.retry),
            lock: code.lock.unwrap_or(self.lock),
            guard: code.guard.unwrap_or(self.guard),
            accepted: code.accepted.unwrap_or(self.accepted),
            evidence: code.evidence.unwrap_or(self.evidence),
            umbrella: code.umbrella,
        }
    }
}
