//! Fuzz target: memory for secrets, taken and given back in any order. Compiled for tests and for
//! fuzzing only.

#![cfg(any(test, fuzzing))]
#![allow(clippy::missing_panics_doc, reason = "a panic is a finding")]

use crate::Locked;

/// Pairs of bytes: an even first byte gives one of the places back, an odd one takes a place of so
/// many bytes. What is held never changes, and what is taken is zero.
pub fn locked(data: &[u8]) {
    let mut held: Vec<(Locked, u8)> = Vec::new();
    for (pair, mark) in data.chunks_exact(2).zip((1..=u8::MAX).cycle()) {
        if pair[0] % 2 == 0 {
            if !held.is_empty() {
                held.swap_remove(usize::from(pair[1]) % held.len());
            }
        } else if held.len() < 64 {
            let mut place = Locked::zeroed(usize::from(pair[0] / 2) * usize::from(pair[1]));
            assert!(
                place.iter().all(|byte| *byte == 0),
                "a place that was not wiped"
            );
            place.fill(mark);
            held.push((place, mark));
        }
    }
    for (place, mark) in &held {
        assert!(place.iter().all(|byte| byte == mark), "two places overlap");
    }
}

#[cfg(test)]
mod tests {
    use crate::locked::tests::filling_the_pages;
    use std::path::Path;

    /// Runs every input of the corpus, without libFuzzer. Miri is too slow for its long places.
    #[test]
    #[cfg_attr(miri, ignore = "see `short_places_in_any_order`")]
    fn the_corpus_holds() {
        let _turn = filling_the_pages();
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/locked_memory");
        let inputs: Vec<_> = std::fs::read_dir(corpus)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        assert!(!inputs.is_empty());
        for input in inputs {
            super::locked(&std::fs::read(&input).unwrap());
        }
    }

    #[test]
    fn short_places_in_any_order() {
        let _turn = filling_the_pages();
        let mut state = 1u32;
        let mut next = |below: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            u8::try_from((state >> 16) % below).unwrap_or_default()
        };
        let moves: Vec<u8> = (0..200).flat_map(|_| [next(8), next(40)]).collect();
        super::locked(&moves);
    }
}
