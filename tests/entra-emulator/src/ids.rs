//! Random and formatted values: GUIDs, random text, times. No state and no protocol.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use time::OffsetDateTime;
use time::macros::format_description;

/// Random bytes from the provider's generator.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes).expect("the random generator of the crypto library works");
    bytes
}

/// A random GUID (version 4), lower case, with dashes.
pub(crate) fn guid() -> String {
    let mut b: [u8; 16] = random();
    b[6] = (b[6] & 0x0f) | 0x40;
    b[8] = (b[8] & 0x3f) | 0x80;
    let hex = b.iter().fold(String::new(), |s, x| s + &format!("{x:02x}"));
    format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}

/// Whether the text has the form 8-4-4-4-12 of hexadecimal digits.
pub(crate) fn is_guid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, b)| match at {
            8 | 13 | 18 | 23 => b == b'-',
            _ => b.is_ascii_hexdigit(),
        })
}

/// `length` random characters of the base64url alphabet.
pub(crate) fn random_text(length: usize) -> String {
    let mut bytes = vec![0; length.div_ceil(4) * 3];
    aws_lc_rs::rand::fill(&mut bytes).expect("the random generator of the crypto library works");
    let mut text = base64url(&bytes);
    text.truncate(length);
    text
}

/// base64url without padding.
pub(crate) fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A number in `low..=high`.
pub(crate) fn between(low: u64, high: u64) -> u64 {
    low + u64::from_be_bytes(random()) % (high - low + 1)
}

/// Seconds since 1970.
pub(crate) fn epoch(at: SystemTime) -> u64 {
    at.duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs())
}

/// `YYYY-MM-DD HH:MM:SSZ`, the form of the error envelope.
pub(crate) fn timestamp() -> String {
    OffsetDateTime::now_utc()
        .format(format_description!(
            "[year]-[month]-[day] [hour]:[minute]:[second]Z"
        ))
        .unwrap_or_default()
}

/// `YYYY-MM-DDTHH:MM:SS`, the form of Graph's errors.
pub(crate) fn graph_date() -> String {
    OffsetDateTime::now_utc()
        .format(format_description!(
            "[year]-[month]-[day]T[hour]:[minute]:[second]"
        ))
        .unwrap_or_default()
}
