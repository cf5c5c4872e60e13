//! Judges a whole answer: by the table if it has the number, else by the OAuth word and the HTTP
//! status. No texts for people, no I/O, no clock.

use crate::table::{Accepted, Entry, Guard, Lockout, Retry, lookup, pick};
use serde::{Deserialize, Serialize};

/// What an answer without a known number means. It never says whether the password was right, or
/// whether repeating can lock the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fallback {
    /// May the program repeat the request.
    pub retry: Retry,
    /// What the breaker does.
    pub guard: Guard,
    /// The probable meaning.
    pub meaning: Guess,
}

/// The probable meaning of an answer without a known number. The breaker's record keeps it, so that
/// a later run can show it in another language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Guess {
    /// A person has to do something in a browser.
    Interactive,
    /// A policy of the tenant.
    Policy,
    /// No consent.
    NoConsent,
    /// The password has expired.
    PasswordExpired,
    /// A policy about devices or app protection.
    Device,
    /// Throttled.
    TooManyRequests,
    /// An `invalid_grant` without a known number.
    Grant,
    /// An `invalid_client` without a known number.
    Client,
    /// Something in a browser, or a consent.
    InteractiveOrConsent,
    /// A passing fault of the service.
    Service,
    /// The application is unknown, disabled or not allowed.
    Application,
    /// The scope, or the API behind it.
    Scope,
    /// The request or its tenant.
    Request,
    /// An answer that no token endpoint gives.
    Unreadable,
    /// None of these; also what a newer version wrote.
    #[serde(other)]
    Other,
}

/// The meaning of an answer: known by its number, or guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// The table knows it.
    Known(&'static Entry),
    /// The word and the status decide.
    Guessed(Guess),
}

/// The parts of a refusal that decide, as read from the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorAnswer<'a> {
    /// The numbers of `error_codes`, else those found in `error_description`.
    pub codes: &'a [u32],
    /// The field `error`; empty if the body was no JSON.
    pub word: &'a str,
    /// The field `suberror`, if there was one.
    pub suberror: Option<&'a str>,
    /// The HTTP status.
    pub status: u16,
}

/// What follows from an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judgement {
    /// The number that decided; it may be unknown to the table.
    pub code: Option<u32>,
    /// Its entry, if the table has one and its advice fits what was decided.
    pub entry: Option<&'static Entry>,
    /// May the program repeat the request.
    pub retry: Retry,
    /// Can repeating lock the account.
    pub lock: Lockout,
    /// What the breaker does.
    pub guard: Guard,
    /// Was the password right.
    pub accepted: Accepted,
    /// What it is.
    pub meaning: Meaning,
}

/// What an answer says about the password of its request, for a caller that counts the requests
/// that may lock the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The password was refused.
    Wrong,
    /// The password was right; a later check refused.
    Right,
    /// The request cannot count: Entra decided before it checked any secret, or after it found the
    /// password right.
    NotCounted,
    /// The password may have been checked.
    Open,
}

impl Judgement {
    /// The verdict on the password; `Open` if the answer leaves it uncertain.
    pub fn verdict(&self) -> Verdict {
        match (self.guard, self.accepted, self.lock) {
            (Guard::LatchPassword, ..) => Verdict::Wrong,
            (_, Accepted::Yes, _) => Verdict::Right,
            (_, _, Lockout::No) => Verdict::NotCounted,
            _ => Verdict::Open,
        }
    }
}

/// True for a status with which a token endpoint refuses for good. With any other status a proxy
/// may have answered, or the service failed half-way; the number in the answer does not change
/// that.
fn is_final(status: u16) -> bool {
    (400..500).contains(&status) && status != 408 && status != 429
}

/// Judges a refusal: a known number first, then `suberror`, then the word and the status.
///
/// An umbrella number alone names no cause, so the word decides there too: 70002 means the client
/// secret only if the word says so, and a wrong password is never taken for it. HTTP 429 always
/// cools down, also if the number names a passing fault.
pub fn judge(answer: &ErrorAnswer<'_>) -> Judgement {
    let code = pick(answer.codes);
    let entry = code.and_then(lookup);
    let of_client =
        |entry: &Entry| entry.guard == Guard::LatchAppCredential && answer.word == "invalid_client";
    let decided = entry.filter(|entry| !entry.umbrella || of_client(entry));
    let throttled = answer.status == 429;
    if let Some(known) = decided.filter(|known| !throttled || known.guard >= Guard::CoolDown) {
        let certain = is_final(answer.status) || known.lock == Lockout::Yes;
        return Judgement {
            code,
            entry,
            retry: known.retry,
            lock: if certain {
                known.lock
            } else {
                Lockout::Unknown
            },
            guard: known.guard,
            accepted: if certain {
                known.accepted
            } else {
                Accepted::Unknown
            },
            meaning: Meaning::Known(known),
        };
    }
    let suberror = if throttled { None } else { answer.suberror };
    let guess = suberror
        .and_then(by_suberror)
        .unwrap_or_else(|| by_error_word(answer.word, answer.status));
    Judgement {
        code,
        entry: entry.filter(|entry| entry.guard == guess.guard),
        retry: guess.retry,
        lock: Lockout::Unknown,
        guard: guess.guard,
        accepted: Accepted::Unknown,
        meaning: Meaning::Guessed(guess.meaning),
    }
}

/// The meaning of a `suberror` that only policy answers carry, `None` for any other.
///
/// Entra gives these after the password was found right (reference, 4.1), so an unknown number that
/// carries one is slowed like the known numbers of the same meaning. It is not certain that this
/// password was found right: a gateway may answer in the same words, so the next sign-ins are paced
/// as well.
pub fn by_suberror(suberror: &str) -> Option<Fallback> {
    let meaning = match suberror {
        "basic_action" | "additional_action" => Guess::Interactive,
        "message_only" => Guess::Policy,
        "consent_required" => Guess::NoConsent,
        "user_password_expired" => Guess::PasswordExpired,
        "device_authentication_failed" | "protection_policy_required" => Guess::Device,
        _ => return None,
    };
    Some(refused(Guard::Slow, meaning))
}

/// What an answer means by its OAuth word and HTTP status alone; `word` is empty where the body was
/// no JSON.
///
/// No word is certain. RFC 6749 (5.2) refuses a credential by `invalid_grant` and `invalid_client`,
/// and Entra answers with the same words for policies and passing faults. So the password of an
/// answer whose number is unknown may have been judged: it is paced, and neither latched nor taken
/// for unsent. HTTP 429 goes first, as it says how long to wait.
pub fn by_error_word(word: &str, status: u16) -> Fallback {
    match (word, status) {
        (_, 429) => Fallback {
            retry: Retry::AfterDelay,
            ..refused(Guard::CoolDown, Guess::TooManyRequests)
        },
        ("invalid_grant", _) => refused(Guard::Pace, Guess::Grant),
        ("invalid_client", _) => refused(Guard::Pace, Guess::Client),
        ("interaction_required" | "consent_required" | "login_required", _) => {
            refused(Guard::Slow, Guess::InteractiveOrConsent)
        }
        ("user_password_expired", _) => refused(Guard::Slow, Guess::PasswordExpired),
        ("temporarily_unavailable" | "server_error" | "request_timeout", _)
        | (_, 408 | 500..=599) => Fallback {
            retry: Retry::Once,
            ..refused(Guard::Pace, Guess::Service)
        },
        ("unauthorized_client", _) => refused(Guard::Slow, Guess::Application),
        ("invalid_scope" | "invalid_resource" | "invalid_target", _) => {
            refused(Guard::Slow, Guess::Scope)
        }
        ("invalid_request" | "invalid_tenant" | "unsupported_grant_type", _) => {
            refused(Guard::Slow, Guess::Request)
        }
        _ => refused(Guard::Pace, Guess::Other),
    }
}

fn refused(guard: Guard, meaning: Guess) -> Fallback {
    Fallback {
        retry: Retry::Never,
        guard,
        meaning,
    }
}

#[cfg(test)]
mod tests;
