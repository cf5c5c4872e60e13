//! The table: its columns, its lookup, and which of several numbers decides. The data is in
//! `data/*.toml`, one file a chapter; its words are in `texts`. No words here, and nothing of an
//! answer but its numbers.
//!
//! The data is parsed once, on the first question.

use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// Who can remove the cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fixer {
    /// The user whose password is stored.
    User,
    /// The owner of the app registration, or of the profile that names it.
    AppOwner,
    /// An administrator of the tenant.
    TenantAdmin,
    /// An administrator of the machine that signs in.
    MachineAdmin,
    /// Time alone.
    Wait,
}

/// Whether `ropc` may send the same request again automatically.
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

/// Whether a request with this answer can count towards a lockout of the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lockout {
    /// Yes: the password was judged wrong, or the account is locked and a try prolongs the lock.
    Yes,
    /// Certainly not: Entra decides before it checks any secret, or after it found the password
    /// right.
    No,
    /// No source says so; treated as possible.
    Unknown,
}

/// What the breaker does after this answer. Ordered: the later, the more severe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Guard {
    /// Only the pace, for every answer whose password may have been checked: each next sign-in of
    /// the user waits longer.
    Pace,
    /// Space out the next sign-ins; nothing is locked and nothing latched.
    Slow,
    /// No sign-in for the time that the lock, the throttle or the loop protection needs.
    CoolDown,
    /// This client secret is not sent again until another is stored or a person asks.
    LatchAppCredential,
    /// This password is not sent again until another is stored or a person asks.
    LatchPassword,
}

/// What the answer says about the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Accepted {
    /// It was right; a later check refused.
    Yes,
    /// It was judged wrong.
    No,
    /// The answer came before the password was checked.
    NotJudged,
    /// The answer does not say.
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
    pub lock: Lockout,
    /// What the breaker does.
    pub guard: Guard,
    /// Was the password right.
    pub accepted: Accepted,
    /// Where this is known from.
    pub evidence: Evidence,
    /// Comes before the number that names the cause and gives way to it.
    pub umbrella: bool,
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
/// A known code goes before an unknown one and an unknown one before an umbrella (70002 in front of
/// 50126: the latter names the cause). Among known ones the most severe guard decides, then the
/// order of the answer.
pub fn pick(codes: &[u32]) -> Option<u32> {
    let weight = |code: u32| match lookup(code) {
        Some(entry) if !entry.umbrella => (2, entry.guard),
        None => (1, Guard::Pace),
        Some(entry) => (0, entry.guard),
    };
    // `max_by_key` takes the last of equals, so walk backwards to get the first.
    codes.iter().rev().copied().max_by_key(|&code| weight(code))
}

/// The chapters of the data; each file says at its top what it holds.
pub(crate) const CHAPTERS: [&str; 7] = [
    include_str!("../data/user.toml"),
    include_str!("../data/policy.toml"),
    include_str!("../data/tenant.toml"),
    include_str!("../data/app.toml"),
    include_str!("../data/scope.toml"),
    include_str!("../data/session.toml"),
    include_str!("../data/server.toml"),
];

/// A chapter that does not parse is left out and its codes are judged by
/// [`by_error_word`](crate::by_error_word), which is never less careful with a password. The tests
/// check that all chapters parse.
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
pub(crate) struct Chapter {
    pub(crate) family: Vec<Family>,
}

/// A family as written: the values that hold for each of its codes. Their words are in `texts`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Family {
    pub(crate) name: String,
    fix: Vec<Fixer>,
    retry: Retry,
    lock: Lockout,
    guard: Guard,
    accepted: Accepted,
    evidence: Evidence,
    pub(crate) code: Vec<Code>,
}

/// A code as written: what differs from the family.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Code {
    #[serde(rename = "code")]
    pub(crate) first: u32,
    last: Option<u32>,
    fix: Option<Vec<Fixer>>,
    retry: Option<Retry>,
    lock: Option<Lockout>,
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

#[cfg(test)]
mod tests;
