//! Fuzz targets: the cache file behind its seal, the breaker's record, and `Retry-After`. Compiled
//! for tests and for fuzzing only.

#![cfg(any(test, fuzzing))]
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a panic is a finding"
)]

use super::ledger::{AskedPause, Ledger, Reason, Refused, Said, SecretKind};
use super::{cache, record, retry};
use crate::clock::rfc3339;
use crate::entra::wire::{Answer, Odd};
use crate::fuzzing::checks::{first_line, is_plain};
use crate::seal;
use crate::secret::SealingKey;
use crate::text::Text;
use entra_codes::{Guard, Retry};
use std::time::{Duration, SystemTime};

const HOUR: u64 = 3600;

/// The expiry and the plain content of a cache file: what `open` reads, `close` writes again
/// unchanged.
pub(crate) fn cache_file(data: &[u8]) {
    let key = SealingKey::from_slice(&[7; 32]).unwrap();
    let identity = [9u8; 32];
    assert!(
        cache::open(&key, &identity, data).is_none(),
        "nobody seals without the key"
    );
    let Some((expires, plain)) = data.split_first_chunk::<8>() else {
        return;
    };
    let associated = cache::associated(&identity, u64::from_be_bytes(*expires));
    // Magic and expiry are in the clear before the sealed part.
    let sealed = [
        &associated[..16],
        &seal::close(&key, &associated, plain).unwrap(),
    ]
    .concat();
    let Some(token) = cache::open(&key, &identity, &sealed) else {
        return;
    };
    assert!(token.margin() <= 600);
    for now in [0, token.obtained_at, token.expires_at, u64::MAX] {
        for ttl in [None, Some(0), Some(u64::MAX)] {
            assert!(
                !token.serves(now, ttl) || (token.obtained_at..token.expires_at).contains(&now)
            );
        }
    }
    let again = cache::close(&key, &identity, &token).unwrap();
    assert_eq!(again[..16], sealed[..16]);
    let written = seal::open(&key, &associated, &again[16..]).unwrap();
    assert_eq!(
        written.as_slice(),
        plain,
        "a token changes when it is written and read"
    );
}

/// `NOW`, a line feed, and a record: every record that can be read stays one under every operation,
/// and no rule overflows.
pub(crate) fn record(data: &[u8]) {
    let Some((now, bytes)) = first_line(data) else {
        return;
    };
    // No clock shows a time after the year 9999.
    let Some(now) = now.parse::<u64>().ok().filter(|now| *now < 253_402_300_800) else {
        return;
    };
    let mut ledger = match record::parse(bytes) {
        Ok(ledger) => ledger,
        Err(why) => return is_plain(&Text::from(&why).english()),
    };
    same_again(&ledger);
    ledger.prune(now);
    assert!(
        !ledger.prune(now),
        "a second look finds nothing ahead of the clock"
    );
    assert!(
        ledger
            .sent
            .iter()
            .all(|s| s.at <= now && s.at + 24 * HOUR > now)
    );
    limits_are_near(&ledger, now);
    let said = Said {
        at: now,
        label: "x".into(),
        code: None,
        guess: None,
        ids: crate::entra::Ids::default(),
        temporary: false,
    };
    pauses_are_near(&mut ledger, &said);
    latches_hold(&mut ledger, said);
}

/// A refusal latches its generation until a success or a `login`.
fn latches_hold(ledger: &mut Ledger, said: Said) {
    let now = said.at;
    let generation = ledger
        .refused
        .last()
        .map_or_else(|| "0000000000000001".to_owned(), |r| r.generation.clone());
    let refused = Refused {
        what: SecretKind::Password,
        profile: "p".into(),
        generation: generation.clone(),
        fingerprint: None,
        said,
        replaced: false,
        never_stored: false,
    };
    ledger.refuse(refused, |_| false);
    assert!(ledger.latched(&generation).is_some() && ledger.nameless(&generation).is_some());
    same_again(ledger);
    ledger.prune(now + HOUR);
    assert!(
        ledger.latched(&generation).is_some(),
        "time does not make a refused secret right"
    );
    limits_are_near(ledger, now + HOUR);
    ledger.accepted(&generation, "app", |_| true);
    assert!(ledger.latched(&generation).is_none() && ledger.sent.is_empty());
    same_again(ledger);
    ledger.forget(&generation, "app", false);
    assert!(ledger.refused.iter().all(|r| r.generation != generation));
}

/// No answer makes a pause longer than an hour.
fn pauses_are_near(ledger: &mut Ledger, said: &Said) {
    for (reason, purpose, exact) in [
        (Reason::CoolDown, None, Some(u64::MAX)),
        (Reason::Slow, Some("app"), None),
        (Reason::CoolDown, None, Some(0)),
    ] {
        let pause = AskedPause {
            reason,
            purpose,
            first: 60,
            most: 900,
            exact,
        };
        ledger.pause(pause, said.clone());
        limits_are_near(ledger, said.at);
    }
}

/// No rule except the cap of a day makes a person wait for longer than an hour.
fn limits_are_near(ledger: &Ledger, now: u64) {
    let purposes = ledger
        .sign_ins
        .iter()
        .map(|s| s.purpose.as_str())
        .chain(["app"]);
    let rates = purposes
        .filter_map(|purpose| ledger.rate_limit(purpose))
        .collect::<Vec<_>>();
    let pauses = ledger
        .pauses
        .iter()
        .filter_map(|p| ledger.paused(p.purpose.as_deref(), now))
        .map(|p| p.until);
    assert!(
        ledger
            .paced(now)
            .is_none_or(|due| due > now && due <= now + 24 * HOUR)
    );
    for until in ledger
        .refusal_limit(now)
        .into_iter()
        .chain(rates)
        .chain(pauses)
    {
        assert!(
            until > now && until <= now + HOUR,
            "{until} is not near {now}"
        );
        is_plain(&rfc3339(until));
    }
}

fn same_again(ledger: &Ledger) {
    let bytes = serde_json::to_vec_pretty(ledger).unwrap();
    let back = record::parse(&bytes).expect("what is written reads back");
    assert_eq!(serde_json::to_vec_pretty(&back).unwrap(), bytes);
}

/// `STATUS NOW`, a line feed, and a `Retry-After`: ropc remembers at most an hour and waits at most
/// a minute.
pub(crate) fn retry_after(data: &[u8]) {
    let Some((line, header)) = first_line(data) else {
        return;
    };
    let Some((status, now)) = line
        .split_once(' ')
        .and_then(|(s, n)| Some((s.parse().ok()?, n.parse().ok()?)))
    else {
        return;
    };
    let Ok(header) = std::str::from_utf8(header) else {
        return;
    };
    let asked = retry::retry_after(Some(header), now);
    if let Some(seconds) = asked {
        assert!(seconds <= HOUR);
        let from_date = || {
            let at = httpdate::parse_http_date(header.trim())
                .unwrap()
                .duration_since(SystemTime::UNIX_EPOCH)
                .unwrap();
            at.as_secs().saturating_sub(now)
        };
        assert_eq!(
            seconds,
            header
                .trim()
                .parse()
                .unwrap_or_else(|_| from_date())
                .min(HOUR)
        );
    }
    let odd = Odd {
        status,
        reason: crate::entra::Wrong::NotJson,
        retry_after: Some(header.to_owned()),
    };
    let wait = retry::after_answer(&Answer::Odd(odd), now, Duration::ZERO);
    assert!(wait.is_none_or(|w| (Duration::from_secs(2)..=Duration::from_secs(60)).contains(&w)));
    assert!(wait.is_none() || status == 408 || status == 429 || (500..600).contains(&status));
    assert!(
        wait.is_none()
            || asked.is_none_or(|seconds| wait == Some(Duration::from_secs(seconds.max(2))))
    );
    let judged = entra_codes::by_error_word("invalid_grant", status);
    assert!(judged.retry != Retry::Once || judged.guard < Guard::LatchAppCredential);
}
