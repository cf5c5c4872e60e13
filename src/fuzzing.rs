//! The fuzz targets: one function for each reader of bytes from outside, which asserts what holds
//! for every input. Compiled for tests and for fuzzing only; `fuzz/` runs them under libFuzzer, and
//! the test below replays its corpus. A target ignores an input of another form. A panic is a
//! finding.

#![cfg(any(test, fuzzing))]
#![allow(clippy::expect_used, reason = "a panic is a finding")]

use crate::{broker, certificate, entra, profile, secret, serve, vault};

/// One target: its name, which is also the name of its corpus, and its function.
pub type FuzzTarget = (&'static str, fn(&[u8]));

/// Every target, by name.
pub const TARGETS: [FuzzTarget; 22] = [
    ("assertion", assertion),
    ("authority", profile::fuzzing::authority),
    ("breaker_record", broker::fuzzing::record),
    ("bundle", vault::fuzzing::bundle),
    ("cache_file", broker::fuzzing::cache_file),
    ("certificate_pem", certificate::fuzzing::pem),
    ("certificate_pfx", certificate::fuzzing::pfx),
    ("discovery", entra::fuzzing::discovery),
    ("echo", echo::finds_every_coat),
    ("endpoint_failure", serve::fuzzing::failure),
    ("endpoint_request", serve::fuzzing::request),
    ("endpoint_resource", serve::fuzzing::resource),
    ("form", entra::fuzzing::form),
    ("key_file", vault::fuzzing::key_file),
    ("names", profile::fuzzing::names),
    ("profile", profile::fuzzing::file),
    ("renewal_pipe", serve::fuzzing::pipe),
    ("retry_after", broker::fuzzing::retry_after),
    ("secret_file", secret_file),
    ("secrets_json", vault::fuzzing::secrets_json),
    ("store_file", vault::fuzzing::store_file),
    ("token_answer", entra::fuzzing::token_answer),
];

pub(crate) mod checks;
#[path = "echo/fuzzing.rs"]
mod echo;

/// Gives an input to the target of that name, for the programs in `fuzz/`.
///
/// # Panics
///
/// On a finding, and where there is no such target.
pub fn run(name: &str, data: &[u8]) {
    TARGETS
        .iter()
        .find(|(known, _)| *known == name)
        .expect("a target of that name")
        .1(data);
}

/// `secret::Assertion`: the text without one newline, and claims that a terminal can show.
fn assertion(data: &[u8]) {
    let Ok((assertion, claims)) = secret::Assertion::read(data) else {
        return;
    };
    let text = assertion.expose_for_form();
    let rest = data.strip_prefix(text.as_bytes());
    assert!(matches!(rest, Some(b"" | b"\n" | b"\r\n")));
    assert!(text.bytes().all(|b| b.is_ascii_graphic()));
    checks::is_plain(&claims.words().english());
}

/// `secret::text_of_file`: one newline less at most, nothing else changed, no byte-order mark.
fn secret_file(data: &[u8]) {
    match secret::text_of_file(data.to_vec()) {
        Ok(text) => {
            let rest = data
                .strip_prefix(text.as_bytes())
                .expect("the text is the start of the file");
            assert!(matches!(rest, b"" | b"\n" | b"\r\n"));
            assert!(!text.starts_with('\u{feff}'));
            // One more newline at the end is the same secret, except after a carriage return, where
            // it makes another kind of line end, and with NULs, where the text may look like
            // UTF-16.
            let same = text.ends_with('\r')
                || text.contains('\0')
                || secret::text_of_file([text.as_bytes(), b"\n"].concat())
                    .is_ok_and(|again| *again == *text);
            assert!(same, "another secret with a newline after it");
        }
        Err(unfit) => assert_eq!(secret::check_encoding(data), Err(unfit)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    /// Replays every kept input on every run of the tests, without libFuzzer.
    #[test]
    fn the_corpus_holds() {
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("fuzz")
            .join("corpus");
        let mut found = Vec::new();
        for (name, run) in TARGETS {
            let mut inputs = 0;
            for entry in
                std::fs::read_dir(corpus.join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
            {
                let path = entry.unwrap().path();
                let data = std::fs::read(&path).unwrap();
                if std::panic::catch_unwind(|| run(&data)).is_err() {
                    found.push(path);
                }
                inputs += 1;
            }
            assert!(inputs > 0, "the corpus of {name} is empty");
        }
        assert!(found.is_empty(), "{found:#?}");
    }

    #[test]
    fn every_target_has_its_program() {
        let programs = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("fuzz")
            .join("fuzz_targets");
        for (name, _) in TARGETS {
            let text = std::fs::read_to_string(programs.join(format!("{name}.rs"))).unwrap();
            assert!(text.contains(&format!("\"{name}\"")), "{name}");
        }
    }
}
