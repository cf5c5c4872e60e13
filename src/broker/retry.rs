//! When ropc repeats a request, as a table. Pure. Once, and only where the cause may be temporary:
//! connection failures, no answer, 408, 5xx, 429 after Retry-After, and the codes that
//! `entra-codes` calls temporary. The breaker decides last: its pace holds for what Entra may have
//! judged.

use crate::entra::wire::{Answer, Odd};
use crate::entra::{Refusal, TransportFault};
use entra_codes::Retry;
use std::time::{Duration, SystemTime};

/// The longest Retry-After that a job waits for; with a longer one it fails, and the breaker
/// remembers the time.
const PATIENCE: Duration = Duration::from_secs(60);
/// The pause before every repetition: the first step of the breaker's pace.
const PAUSE: Duration = Duration::from_secs(2);
/// The longest Retry-After in seconds. Entra never asks for longer; a larger number is a mistake.
const LONGEST: u64 = 3600;

/// How long to wait before the one repetition; `None` for no repetition.
pub(super) fn after_answer(answer: &Answer, now: u64, jitter: Duration) -> Option<Duration> {
    match answer {
        Answer::Granted(_) => None,
        Answer::Refused(refusal) => after_refusal(refusal, now, jitter),
        Answer::Odd(odd) => after_odd(odd, now, jitter),
    }
}

/// The same where no usable answer came.
pub(super) fn after_fault(fault: &TransportFault, jitter: Duration) -> Option<Duration> {
    fault.may_repeat().then_some(PAUSE + jitter)
}

fn after_refusal(refusal: &Refusal, now: u64, jitter: Duration) -> Option<Duration> {
    match refusal.judgement.retry {
        Retry::Never | Retry::ByUser => None,
        Retry::Once => asked_for(refusal.retry_after.as_deref(), now, jitter, true),
        Retry::AfterDelay => asked_for(refusal.retry_after.as_deref(), now, jitter, false),
    }
}

fn after_odd(odd: &Odd, now: u64, jitter: Duration) -> Option<Duration> {
    match odd.status {
        429 => asked_for(odd.retry_after.as_deref(), now, jitter, false),
        408 | 500..=599 => asked_for(odd.retry_after.as_deref(), now, jitter, true),
        _ => None,
    }
}

/// The wait that the service asks for, up to [`PATIENCE`]; without one, [`PAUSE`] if `unasked` is
/// true.
fn asked_for(header: Option<&str>, now: u64, jitter: Duration, unasked: bool) -> Option<Duration> {
    match retry_after(header, now) {
        Some(seconds) => Some(Duration::from_secs(seconds))
            .filter(|wait| *wait <= PATIENCE)
            .map(|wait| wait.max(PAUSE) + jitter),
        None => unasked.then_some(PAUSE + jitter),
    }
}

/// `Retry-After` in seconds from now: a number or an HTTP date (RFC 9110 section 10.2.3), at most
/// an hour.
pub(crate) fn retry_after(header: Option<&str>, now: u64) -> Option<u64> {
    let text = header?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(seconds.min(LONGEST));
    }
    let date = httpdate::parse_http_date(text)
        .ok()?
        .duration_since(SystemTime::UNIX_EPOCH)
        .ok()?
        .as_secs();
    Some(date.saturating_sub(now).min(LONGEST))
}

/// A random wait of up to half a second, so that many machines do not repeat at the same moment.
pub(super) fn jitter() -> Duration {
    let mut bytes = [0u8; 2];
    // Without random bytes there is no jitter; nothing else depends on it.
    let _ = getrandom::fill(&mut bytes);
    Duration::from_millis(u64::from(u16::from_be_bytes(bytes)) % 500)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entra::{Cause, Stage, TlsFault};

    #[test]
    fn retry_after_in_both_forms() {
        assert_eq!(retry_after(Some("2"), 0), Some(2));
        assert_eq!(retry_after(Some(" 99999 "), 0), Some(3600));
        assert_eq!(
            retry_after(Some("Sun, 06 Nov 1994 08:49:37 GMT"), 784_111_770),
            Some(7)
        );
        assert_eq!(
            retry_after(Some("Sun, 06 Nov 1994 08:49:37 GMT"), 784_111_999),
            Some(0)
        );
        for bad in ["", "-1", "soon", "1.5", "99999999999999999999999"] {
            assert_eq!(retry_after(Some(bad), 0), None, "{bad}");
        }
    }

    fn odd(status: u16, retry_after: Option<&str>) -> Option<Duration> {
        let odd = Odd {
            status,
            reason: crate::entra::Wrong::NotJson,
            retry_after: retry_after.map(str::to_owned),
        };
        after_answer(&Answer::Odd(odd), 0, Duration::ZERO)
    }

    #[test]
    fn only_temporary_statuses_are_repeated() {
        assert_eq!(odd(502, None), Some(PAUSE));
        assert_eq!(odd(408, None), Some(PAUSE));
        assert_eq!(odd(503, Some("2")), Some(Duration::from_secs(2)));
        assert_eq!(odd(429, Some("2")), Some(Duration::from_secs(2)));
        assert_eq!(
            odd(429, Some("0")),
            Some(PAUSE),
            "never sooner than the pace"
        );
        assert_eq!(odd(429, Some("9")), Some(Duration::from_secs(9)));
        assert_eq!(odd(429, Some("61")), None, "longer than a job waits");
        assert_eq!(
            odd(429, None),
            None,
            "a 429 without Retry-After is not repeated"
        );
        for status in [200, 302, 400, 401, 404] {
            assert_eq!(odd(status, None), None, "{status}");
        }
    }

    #[test]
    fn lasting_faults_are_not_repeated() {
        let fault =
            |stage, cause| after_fault(&TransportFault { stage, cause }, Duration::ZERO).is_some();
        assert!(fault(Stage::NotSent, Cause::Refused));
        assert!(fault(Stage::Unanswered, Cause::Broken(String::new())));
        assert!(fault(Stage::CutOff(200), Cause::Broken(String::new())));
        assert!(!fault(Stage::CutOff(400), Cause::Broken(String::new())));
        assert!(!fault(Stage::NotSent, Cause::Tls(TlsFault::UnknownIssuer)));
    }
}
