//! Entra codes in the words and the language of this program: the plain lines that `ropc explain`
//! and the error hints show. Text only: no colour, no wrapping, no output; that is the user
//! interface's work. What a code means is in `entra-codes`.

use crate::l10n::{Language, msg};
use entra_codes::{Accepted, Entry, Evidence, Fixer, Guard, Guess, Lockout, Meaning, Retry, Text};

/// The words of an entry in the language of this process.
pub(crate) fn text(entry: &Entry) -> &'static Text {
    entry.text(match Language::current() {
        Language::English => entra_codes::Language::English,
        Language::Japanese => entra_codes::Language::Japanese,
    })
}

/// What an answer is, in a few words in the language of this process: no full stop.
pub(crate) fn meaning(meaning: Meaning) -> String {
    match meaning {
        Meaning::Known(entry) => text(entry).title.clone(),
        Meaning::Guessed(probably) => guess(probably),
    }
}

fn guess(guess: Guess) -> String {
    match guess {
        Guess::Interactive => msg!("explain-guess-interactive"),
        Guess::Policy => msg!("explain-guess-policy"),
        Guess::NoConsent => msg!("explain-guess-no-consent"),
        Guess::PasswordExpired => msg!("explain-guess-password-expired"),
        Guess::Device => msg!("explain-guess-device"),
        Guess::TooManyRequests => msg!("explain-guess-too-many-requests"),
        Guess::Grant => msg!("explain-guess-grant"),
        Guess::Client => msg!("explain-guess-client"),
        Guess::InteractiveOrConsent => msg!("explain-guess-interactive-or-consent"),
        Guess::Service => msg!("explain-guess-service"),
        Guess::Application => msg!("explain-guess-application"),
        Guess::Scope => msg!("explain-guess-scope"),
        Guess::Request => msg!("explain-guess-request"),
        Guess::Unreadable => msg!("explain-guess-unreadable"),
        Guess::Other => msg!("explain-guess-other"),
    }
}

/// The explanation of an entry, line by line. `code` is the number that was asked for; it may lie
/// inside a range.
pub(crate) fn render(entry: &Entry, code: u32) -> Vec<String> {
    let text = text(entry);
    let mut lines = vec![msg!("explain-title", code = code, title = text.title)];
    if entry.first != entry.last {
        lines.push(msg!(
            "explain-range",
            first = entry.first,
            last = entry.last
        ));
    }
    lines.push(msg!("explain-why", cause = text.cause));
    lines.push(msg!("explain-password", state = password(entry.accepted)));
    let who = entry
        .fix
        .iter()
        .copied()
        .map(who)
        .reduce(|one, other| msg!("explain-who-both", one = one, other = other));
    lines.push(msg!("explain-who", who = who.unwrap_or_default()));
    lines.push(msg!("explain-repeated", answer = repeated(entry.retry)));
    lines.push(msg!("explain-lock", answer = locks(entry.lock)));
    lines.push(msg!("explain-does", what = does(entry.guard)));
    lines.push(msg!("explain-to-do"));
    let steps = text.todo.iter().enumerate();
    lines.extend(steps.map(|(index, step)| format!("  {}. {step}", index + 1)));
    let source = known_from(entry.evidence);
    lines.push(match text.note.as_str() {
        "" => msg!("explain-known", source = source),
        note => msg!("explain-known-but", source = source, note = note),
    });
    lines
}

/// The explanation of a number that the table does not have.
pub(crate) fn render_unknown(code: u32) -> Vec<String> {
    vec![
        msg!(
            "explain-title",
            code = code,
            title = msg!("explain-unknown")
        ),
        msg!("explain-does", what = msg!("explain-unknown-does")),
        msg!("explain-to-do"),
        format!("  1. {}", msg!("explain-unknown-look-up", code = code)),
        format!("  2. {}", msg!("explain-unknown-ids")),
        format!("  3. {}", msg!("explain-unknown-retry")),
    ]
}

fn password(accepted: Accepted) -> String {
    match accepted {
        Accepted::Yes => msg!("explain-password-right"),
        Accepted::No => msg!("explain-password-wrong"),
        Accepted::NotJudged => msg!("explain-password-not-judged"),
        Accepted::Unknown => msg!("explain-password-unknown"),
    }
}

fn who(fixer: Fixer) -> String {
    match fixer {
        Fixer::User => msg!("explain-who-user"),
        Fixer::AppOwner => msg!("explain-who-owner"),
        Fixer::TenantAdmin => msg!("explain-who-admin"),
        Fixer::Wait => msg!("explain-who-wait"),
    }
}

fn repeated(retry: Retry) -> String {
    match retry {
        Retry::Never => msg!("explain-repeated-never"),
        Retry::Once => msg!("explain-repeated-once"),
        Retry::AfterDelay => msg!("explain-repeated-after-delay"),
        Retry::ByUser => msg!("explain-repeated-by-user"),
    }
}

fn locks(lock: Lockout) -> String {
    match lock {
        Lockout::Yes => msg!("explain-lock-yes"),
        Lockout::No => msg!("explain-lock-no"),
        Lockout::Unknown => msg!("explain-lock-unknown"),
    }
}

fn does(guard: Guard) -> String {
    match guard {
        Guard::Pace => msg!("explain-does-pace"),
        Guard::Slow => msg!("explain-does-slow"),
        Guard::CoolDown => msg!("explain-does-cool-down"),
        Guard::LatchClientSecret => msg!("explain-does-latch-client-secret"),
        Guard::LatchPassword => msg!("explain-does-latch-password"),
    }
}

fn known_from(evidence: Evidence) -> String {
    match evidence {
        Evidence::Documented => msg!("explain-known-documented"),
        Evidence::Source => msg!("explain-known-source"),
        Evidence::Recorded => msg!("explain-known-recorded"),
        Evidence::Community => msg!("explain-known-community"),
        Evidence::Inferred => msg!("explain-known-inferred"),
    }
}

#[cfg(test)]
mod tests;
