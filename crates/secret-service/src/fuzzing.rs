//! Fuzz target: bytes that a bus may send. Compiled for tests and for fuzzing only.

#![cfg(any(test, fuzzing))]
#![allow(clippy::missing_panics_doc, reason = "a panic is a finding")]

use crate::message::{Message, PREFIX, length_of};

const LARGEST: usize = 2 * 1024 * 1024;

/// Every input is a message or none, and all that is read of it lies within it.
pub fn read_anything(data: &[u8]) {
    if let Some(length) = data
        .first_chunk()
        .and_then(|prefix| length_of(prefix, LARGEST).ok())
    {
        assert!((PREFIX..=3 * LARGEST).contains(&length));
    }
    let Ok(message) = Message::decode(data) else {
        return;
    };
    let texts = [
        &message.path,
        &message.member,
        &message.error,
        &message.sender,
        &message.signature,
    ];
    assert!(texts.map(String::len).iter().sum::<usize>() + message.body.len() <= data.len());
    if let Ok(mut body) = message.body("aoao") {
        let _ = (body.paths(), body.paths());
    }
    if let Ok(mut body) = message.body("(oayays)") {
        let _ = (
            body.structure(),
            body.text(),
            body.blob(),
            body.blob(),
            body.text(),
        );
    }
    if let Ok(mut body) = message.body("bv") {
        let _ = (body.boolean(), body.variant("o"), body.text());
    }
    if let Ok(mut body) = message.body("v") {
        let _ = (body.variant("t"), body.long());
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    /// Runs every input of the corpus, without libFuzzer.
    #[test]
    fn the_corpus_holds() {
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/dbus_message");
        let inputs: Vec<_> = std::fs::read_dir(corpus)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        assert!(!inputs.is_empty());
        for input in inputs {
            super::read_anything(&std::fs::read(&input).unwrap());
        }
    }
}
