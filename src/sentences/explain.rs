//! Entra codes in the words and the language of this program: the plain lines that `ropc explain`
//! and the error hints show. Text only: no colour, no wrapping, no output. `entra-codes` knows what
//! a code means.

use crate::error::Hint;
use crate::text::{Text, text};
use entra_codes::{
    Accepted, Entry, Evidence, Facts, Fixer, Guard, Guess, Language, Lockout, Meaning, Retry, fill,
};

/// A text without a code of Entra that has an explanation too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pasted {
    /// Graph: the token has ended.
    TokenEnded,
    /// Graph: a permission or a right is missing.
    NoRight,
    /// Graph: another of its answers.
    OtherOfGraph,
    /// Entra's `interaction_required` without a number.
    StepMissing,
}

/// One of the texts of an entry, with the facts of the profile filled in.
fn words(
    entry: &Entry,
    facts: &Facts<'_>,
    which: impl Fn(&'static entra_codes::Text) -> &'static str,
) -> Text {
    let filled = |language| fill(which(entry.text(language)), facts);
    Text::translated(filled(Language::English), filled(Language::Japanese))
}

/// Why it happens to a password grant.
pub(crate) fn cause(entry: &Entry, facts: &Facts<'_>) -> Text {
    words(entry, facts, |text| &text.cause)
}

/// The next steps, in their order.
pub(crate) fn steps<'a>(
    entry: &'a Entry,
    facts: &'a Facts<'_>,
) -> impl Iterator<Item = Text> + use<'a> {
    (0..entry.text(Language::English).todo.len()).map(move |at| {
        words(entry, facts, |text| {
            text.todo.get(at).map_or("", String::as_str)
        })
    })
}

/// The same steps as those of an error.
pub(crate) fn hints<'a>(
    entry: &'a Entry,
    facts: &'a Facts<'_>,
) -> impl Iterator<Item = Hint> + use<'a> {
    let text = entry.text(Language::English);
    (1..).zip(steps(entry, facts)).map(|(number, step)| {
        if text.login.contains(&number) {
            Hint::remedy(step)
        } else if text.look.contains(&number) {
            Hint::look(step)
        } else {
            step.into()
        }
    })
}

/// The meaning of an answer in a few words, without a full stop.
pub(crate) fn meaning(meaning: Meaning) -> Text {
    match meaning {
        Meaning::Known(entry) => title(entry),
        Meaning::Guessed(probably) => guess(probably),
    }
}

fn title(entry: &Entry) -> Text {
    words(entry, &Facts::default(), |text| &text.title)
}

fn guess(guess: Guess) -> Text {
    match guess {
        Guess::Interactive => text!("explain-guess-interactive"),
        Guess::Policy => text!("explain-guess-policy"),
        Guess::NoConsent => text!("explain-guess-no-consent"),
        Guess::PasswordExpired => text!("explain-guess-password-expired"),
        Guess::Device => text!("explain-guess-device"),
        Guess::TooManyRequests => text!("explain-guess-too-many-requests"),
        Guess::Grant => text!("explain-guess-grant"),
        Guess::Client => text!("explain-guess-client"),
        Guess::InteractiveOrConsent => text!("explain-guess-interactive-or-consent"),
        Guess::Service => text!("explain-guess-service"),
        Guess::Application => text!("explain-guess-application"),
        Guess::Scope => text!("explain-guess-scope"),
        Guess::Request => text!("explain-guess-request"),
        Guess::Unreadable => text!("explain-guess-unreadable"),
        Guess::Other => text!("explain-guess-other"),
    }
}

/// The explanation of an entry, line by line: what to do first. `code` is the number in the
/// question; it may be inside a range.
pub(crate) fn render(entry: &Entry, code: u32) -> Vec<Text> {
    let nothing = Facts::default();
    let mut lines = vec![
        text!("explain-title", code = code, title = title(entry)),
        text!("explain-to-do"),
    ];
    lines.extend(numbered(steps(entry, &nothing)));
    if entry.first != entry.last {
        lines.push(text!(
            "explain-range",
            first = entry.first,
            last = entry.last
        ));
    }
    lines.push(text!("explain-why", cause = cause(entry, &nothing)));
    lines.push(text!("explain-password", state = password(entry.accepted)));
    let who = entry
        .fix
        .iter()
        .copied()
        .map(who)
        .reduce(|one, other| text!("explain-who-both", one = one, other = other));
    lines.push(text!(
        "explain-who",
        who = who.unwrap_or_else(|| Text::words(""))
    ));
    lines.push(text!("explain-repeated", answer = repeated(entry.retry)));
    lines.push(text!("explain-lock", answer = locks(entry.lock)));
    lines.push(text!("explain-does", what = does(entry.guard)));
    let source = known_from(entry.evidence);
    lines.push(if entry.text(Language::English).note.is_empty() {
        text!("explain-known", source = source)
    } else {
        let note = words(entry, &nothing, |text| &text.note);
        text!("explain-known-but", source = source, note = note)
    });
    lines
}

/// The explanation of a number that is not in the table.
pub(crate) fn render_unknown(code: u32) -> Vec<Text> {
    let mut lines = vec![
        text!(
            "explain-title",
            code = code,
            title = text!("explain-unknown")
        ),
        text!("explain-to-do"),
    ];
    lines.extend(numbered([
        text!("explain-unknown-look-up", code = code),
        text!("explain-unknown-ids"),
        text!("entra-when-gone"),
    ]));
    lines.push(text!("explain-does", what = text!("explain-unknown-does")));
    lines
}

/// The explanation of a text without a code.
pub(crate) fn render_pasted(pasted: Pasted) -> Vec<Text> {
    let (title, steps) = match pasted {
        Pasted::TokenEnded => (
            text!("explain-token-ended"),
            vec![
                text!("explain-token-ended-refresh"),
                text!("explain-token-ended-serve"),
            ],
        ),
        Pasted::NoRight => (
            text!("explain-no-right"),
            vec![
                text!("explain-no-right-compare"),
                text!("explain-no-right-refresh"),
            ],
        ),
        Pasted::OtherOfGraph => (
            text!("explain-other-of-graph"),
            vec![text!("explain-other-of-graph-look-up")],
        ),
        Pasted::StepMissing => (
            text!("explain-step-missing"),
            vec![text!("explain-step-missing-number")],
        ),
    };
    let mut lines = vec![title, text!("explain-to-do")];
    lines.extend(numbered(steps));
    lines
}

fn numbered(steps: impl IntoIterator<Item = Text>) -> impl Iterator<Item = Text> {
    (1..)
        .zip(steps)
        .map(|(number, step)| Text::joined([Text::words(format!("  {number}. ")), step], ""))
}

fn password(accepted: Accepted) -> Text {
    match accepted {
        Accepted::Yes => text!("explain-password-right"),
        Accepted::No => text!("explain-password-wrong"),
        Accepted::NotJudged => text!("explain-password-not-judged"),
        Accepted::Unknown => text!("explain-password-unknown"),
    }
}

fn who(fixer: Fixer) -> Text {
    match fixer {
        Fixer::User => text!("explain-who-user"),
        Fixer::AppOwner => text!("explain-who-owner"),
        Fixer::TenantAdmin => text!("explain-who-admin"),
        Fixer::MachineAdmin => text!("explain-who-machine"),
        Fixer::Wait => text!("explain-who-wait"),
    }
}

fn repeated(retry: Retry) -> Text {
    match retry {
        Retry::Never => text!("explain-repeated-never"),
        Retry::Once => text!("explain-repeated-once"),
        Retry::AfterDelay => text!("explain-repeated-after-delay"),
        Retry::ByUser => text!("explain-repeated-by-user"),
    }
}

fn locks(lock: Lockout) -> Text {
    match lock {
        Lockout::Yes => text!("explain-lock-yes"),
        Lockout::No => text!("explain-lock-no"),
        Lockout::Unknown => text!("explain-lock-unknown"),
    }
}

fn does(guard: Guard) -> Text {
    match guard {
        Guard::Pace => text!("explain-does-pace"),
        Guard::Slow => text!("explain-does-slow"),
        Guard::CoolDown => text!("explain-does-cool-down"),
        Guard::LatchAppCredential => text!("explain-does-latch-app-credential"),
        Guard::LatchPassword => text!("explain-does-latch-password"),
    }
}

fn known_from(evidence: Evidence) -> Text {
    match evidence {
        Evidence::Documented => text!("explain-known-documented"),
        Evidence::Source => text!("explain-known-source"),
        Evidence::Recorded => text!("explain-known-recorded"),
        Evidence::Community => text!("explain-known-community"),
        Evidence::Inferred => text!("explain-known-inferred"),
    }
}

#[cfg(test)]
mod tests;
