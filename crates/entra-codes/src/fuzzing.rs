//! Fuzz target: pasted text. Compiled for tests and for fuzzing only.

#![cfg(any(test, fuzzing))]
#![allow(clippy::missing_panics_doc, reason = "a panic is a finding")]

use crate::{decode, find_codes, flatten, lookup, parse_code, pick};
use std::collections::BTreeSet;

/// `decode`, `find_codes` and `parse_code`: bounded, without doubles, and blind to case and
/// encoding.
pub fn error_text(data: &[u8]) {
    let text = decode(data);
    let codes = find_codes(&text);
    let different: BTreeSet<u32> = codes.iter().copied().collect();
    assert!(codes.len() <= 32 && different.len() == codes.len());
    for code in &codes {
        assert!(
            (10_000..1_000_000_000).contains(code) || text.contains('0'),
            "{code} has no code's length"
        );
        assert_eq!(parse_code(&format!("AADSTS{code:05}:")), Some(*code));
    }
    if text.len() < 4096 {
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(
            find_codes(&decode(&[b"\xff\xfe", &wide[..]].concat())),
            codes
        );
        assert_eq!(
            find_codes(&format!("AADSTS50126: x. {text}")).first(),
            Some(&50126)
        );
        let flat = flatten(&text);
        assert!(flat.is_ascii() && !flat.contains(['\n', '\r', '\u{1b}']));
        // CLIXML's escapes and tags are written in one case only, and so is an escape character
        // that a log wrote out.
        if !text.contains(['<', '_', '\\']) {
            assert_eq!(find_codes(&text.to_ascii_uppercase()), codes);
        }
    }
    if let Some(code) = parse_code(&text) {
        assert!(text.contains(|c: char| c.is_ascii_digit()) && code < 1_000_000_000);
    }
    // The judge takes any list, and an umbrella never decides where there is a better number.
    if let Some(decides) = pick(&codes) {
        let umbrella = |code: u32| lookup(code).is_some_and(|entry| entry.umbrella);
        assert!(
            codes.contains(&decides) && (!umbrella(decides) || codes.iter().all(|c| umbrella(*c)))
        );
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    /// Runs every input of the corpus, without libFuzzer.
    #[test]
    fn the_corpus_holds() {
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/error_text");
        let inputs: Vec<_> = std::fs::read_dir(corpus)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        assert!(!inputs.is_empty());
        for input in inputs {
            super::error_text(&std::fs::read(&input).unwrap());
        }
    }
}
