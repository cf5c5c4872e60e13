//! Searches bytes for a secret, in every encoding in which programs leave one.

use std::path::{Path, PathBuf};

/// The fewest characters to search for: shorter secrets would be found by chance.
const SHORTEST: usize = 6;

/// The first encoding in which the bytes hold the secret.
pub fn find(content: &[u8], secret: &str) -> Option<&'static str> {
    assert!(secret.len() >= SHORTEST, "too short to be searched for");
    encodings(secret)
        .into_iter()
        .find(|(_, needle)| contains(content, needle))
        .map(|(name, _)| name)
}

/// Raw, percent-encoded in each style, UTF-16 and UTF-32 in both orders, hexadecimal, JSON, a list
/// of numbers, and base64 at each alignment, of the text and of its percent-encoded form.
pub fn encodings(secret: &str) -> Vec<(&'static str, Vec<u8>)> {
    let bytes = secret.as_bytes();
    let utf16 =
        |order: fn(u16) -> [u8; 2]| secret.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    let utf32 = |order: fn(u32) -> [u8; 4]| {
        secret
            .chars()
            .flat_map(|c| order(c as u32))
            .collect::<Vec<u8>>()
    };
    let hex: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
    let json = serde_json::to_string(secret).unwrap();
    let mut all = vec![
        ("raw", bytes.to_vec()),
        ("percent", percent(bytes, "-._", true)),
        ("percent, RFC 3986", percent(bytes, "-._~", true)),
        ("percent, lower case", percent(bytes, "-._", false)),
        (
            "percent, RFC 3986, lower case",
            percent(bytes, "-._~", false),
        ),
        ("UTF-16LE", utf16(u16::to_le_bytes)),
        ("UTF-16BE", utf16(u16::to_be_bytes)),
        ("UTF-32LE", utf32(u32::to_le_bytes)),
        ("UTF-32BE", utf32(u32::to_be_bytes)),
        ("hex", hex.clone().into_bytes()),
        ("hex, upper case", hex.to_uppercase().into_bytes()),
        ("JSON", json.trim_matches('"').as_bytes().to_vec()),
        (
            "decimal list",
            bytes
                .iter()
                .map(u8::to_string)
                .collect::<Vec<_>>()
                .join(", ")
                .into_bytes(),
        ),
    ];
    for shift in 0..3 {
        all.push(("base64", base64_inside(bytes, shift)));
        all.push((
            "base64 of percent",
            base64_inside(&percent(bytes, "-._", true), shift),
        ));
        all.push((
            "base64 of percent, RFC 3986",
            base64_inside(&percent(bytes, "-._~", true), shift),
        ));
    }
    all
}

fn percent(bytes: &[u8], plain: &str, upper: bool) -> Vec<u8> {
    let encode = |b: &u8| match b {
        b if b.is_ascii_alphanumeric() || plain.as_bytes().contains(b) => (*b as char).to_string(),
        b' ' => "+".into(),
        b if upper => format!("%{b:02X}"),
        b => format!("%{b:02x}"),
    };
    bytes.iter().map(encode).collect::<String>().into_bytes()
}

/// The part of the base64 text that only the secret decides, when `shift` other bytes come before
/// it.
fn base64_inside(bytes: &[u8], shift: usize) -> Vec<u8> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let skip = (3 - shift) % 3;
    bytes[skip..]
        .chunks_exact(3)
        .flat_map(|c| {
            let n = (u32::from(c[0]) << 16) | (u32::from(c[1]) << 8) | u32::from(c[2]);
            [18, 12, 6, 0].map(|bits| ALPHABET[(n >> bits) as usize & 63])
        })
        .collect()
}

fn contains(content: &[u8], needle: &[u8]) -> bool {
    !needle.is_empty() && content.windows(needle.len()).any(|w| w == needle)
}

/// Every regular file below a directory.
pub fn files_below(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let Ok(entries) = std::fs::read_dir(dir) else {
        return Vec::new();
    };
    let mut files = Vec::new();
    for path in entries.filter_map(|e| Some(e.ok()?.path())) {
        if path.is_dir() && !path.is_symlink() {
            files.extend(files_below(&path));
        } else if let Ok(content) = std::fs::read(&path) {
            files.push((path, content));
        }
    }
    files
}
