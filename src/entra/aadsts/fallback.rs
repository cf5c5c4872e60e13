//! Judging a whole answer: the table where it knows the number, the OAuth word and the HTTP status where it does not.
//! No texts for people beyond one short meaning, no I/O, no clock.

use super::{Accepted, Entry, Guard, Lock, Retry, lookup, pick};

/// What an answer without a known number means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fallback {
    /// May the program repeat the request.
    pub retry: Retry,
    /// Can repeating lock the account.
    pub lock: Lock,
    /// What the breaker does.
    pub guard: Guard,
    /// Was the password right.
    pub accepted: Accepted,
    /// What it probably is: lower case, no full stop.
    pub meaning: &'static str,
}

/// The parts of a refusal that decide, as read from the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer<'a> {
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
    pub lock: Lock,
    /// What the breaker does.
    pub guard: Guard,
    /// Was the password right.
    pub accepted: Accepted,
    /// What it is, in a few words: lower case, no full stop.
    pub meaning: &'static str,
}

/// Judges a refusal: a known number first, then `suberror`, then the word and the status.
///
/// An umbrella number alone (70002, 70000) tells no cause, so the word decides there too and keeps a wrong password
/// from passing as a wrong secret. HTTP 429 always cools down, whatever passing fault the number names.
pub fn judge(answer: &Answer<'_>) -> Judgement {
    let code = pick(answer.codes);
    let entry = code.and_then(lookup);
    let told = entry.filter(|entry| !entry.umbrella);
    let throttled = answer.status == 429;
    if let Some(known) = told.filter(|known| !throttled || known.guard >= Guard::CoolDown) {
        return Judgement {
            code,
            entry,
            retry: known.retry,
            lock: known.lock,
            guard: known.guard,
            accepted: known.accepted,
            meaning: &known.title,
        };
    }
    let guess = answer
        .suberror
        .filter(|_| !throttled)
        .and_then(by_suberror)
        .unwrap_or_else(|| by_error_word(answer.word, answer.status));
    Judgement {
        code,
        entry: entry.filter(|entry| entry.guard == guess.guard),
        retry: guess.retry,
        lock: guess.lock,
        guard: guess.guard,
        accepted: guess.accepted,
        meaning: guess.meaning,
    }
}

/// The meaning of a `suberror` that only policy answers carry, `None` for any other.
///
/// These come after the password was found right (reference, 4.1), so an unknown number that carries one is slowed
/// like its known kin and does not latch the password.
pub fn by_suberror(suberror: &str) -> Option<Fallback> {
    let meaning = match suberror {
        "basic_action" | "additional_action" => "an interactive step is required",
        "message_only" => "refused by a policy of the tenant",
        "consent_required" => "the application has no consent for what it asks",
        "user_password_expired" => "the password has expired",
        "device_authentication_failed" | "protection_policy_required" => {
            "a policy requires a device or an app protection"
        }
        _ => return None,
    };
    Some(refused(Guard::Slow, Lock::No, Accepted::Yes, meaning))
}

/// What an answer means by its OAuth word and HTTP status alone; `word` is empty where the body was no JSON.
///
/// The two words by which RFC 6749 (5.2) refuses a credential are taken at their word: an unknown `invalid_grant`
/// latches the password and an unknown `invalid_client` the client secret. Entra also uses `invalid_grant` for policy
/// answers, so this can be wrong; then one `ropc login --retry` puts it right. The other mistake, to send a wrong
/// password on because its number was new, would lock the account. For the same reason the word goes before a 5xx:
/// some servers judge a password and answer 500. HTTP 429 goes first: a throttled request was not judged.
pub fn by_error_word(word: &str, status: u16) -> Fallback {
    use {Accepted::NotJudged, Accepted::Unknown, Lock::No, Lock::Unknown as Unsure};
    let (guard, lock, accepted, meaning) = match (word, status) {
        (_, 429) => {
            let pause = refused(Guard::CoolDown, No, NotJudged, "too many requests");
            return Fallback { retry: Retry::AfterDelay, ..pause };
        }
        ("invalid_grant", _) => (Guard::LatchPassword, Unsure, Unknown, GRANT),
        ("invalid_client", _) => (Guard::LatchClientSecret, No, NotJudged, CLIENT),
        ("interaction_required" | "consent_required" | "login_required", _) => {
            (Guard::Slow, No, Unknown, "an interactive step or a consent is required")
        }
        ("user_password_expired", _) => (Guard::Slow, No, Unknown, "the password has expired"),
        ("temporarily_unavailable" | "server_error" | "request_timeout", _) | (_, 408 | 500..=599) => {
            let fault = refused(Guard::None, No, Unknown, "the service failed for the moment");
            return Fallback { retry: Retry::Once, ..fault };
        }
        ("unauthorized_client", _) => (Guard::Slow, Unsure, Unknown, APPLICATION),
        ("invalid_scope" | "invalid_resource" | "invalid_target", _) => {
            (Guard::Slow, No, NotJudged, "the scope or the API behind it was refused")
        }
        ("invalid_request" | "invalid_tenant" | "unsupported_grant_type", _) => {
            (Guard::Slow, No, NotJudged, "the request or its tenant was refused")
        }
        _ => (Guard::Slow, Unsure, Unknown, OTHER),
    };
    refused(guard, lock, accepted, meaning)
}

const GRANT: &str = "the user, the password or a policy was refused, without a number that this version knows";
const CLIENT: &str = "the application's credential or its kind was refused";
const APPLICATION: &str = "the application is unknown, disabled or not allowed to do this";
const OTHER: &str = "refused for a reason that this version does not know";

fn refused(guard: Guard, lock: Lock, accepted: Accepted, meaning: &'static str) -> Fallback {
    Fallback { retry: Retry::Never, lock, guard, accepted, meaning }
}
