//! Fuzz target: memory for secrets, taken and given back in any order. Compiled for tests and for fuzzing only.

#![cfg(any(test, fuzzing))]

use super::Locked;

/// Pairs of bytes: an even first byte gives one of the places back, an odd one takes a place of so many bytes. What is held
/// never changes, and what is taken is zero.
pub(crate) fn locked(data: &[u8]) {
    let mut held: Vec<(Locked, u8)> = Vec::new();
    for (pair, mark) in data.chunks_exact(2).zip((1..=u8::MAX).cycle()) {
        if pair[0] % 2 == 0 {
            if !held.is_empty() {
                held.swap_remove(usize::from(pair[1]) % held.len());
            }
        } else if held.len() < 64 {
            let mut place = Locked::zeroed(usize::from(pair[0] / 2) * usize::from(pair[1]));
            assert!(place.iter().all(|byte| *byte == 0), "a place that was not wiped");
            place.fill(mark);
            held.push((place, mark));
        }
    }
    for (place, mark) in &held {
        assert!(place.iter().all(|byte| byte == mark), "two places overlap");
    }
}
