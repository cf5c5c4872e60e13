//! Memory for secrets: a few pages that are kept out of the swap and out of dumps, where the
//! operating system can do that.
//!
//! One mapping for the whole process, made when the first secret comes. After that a place is taken
//! and given back without a system call, so that no system call ever sees a secret that is being
//! moved in two places. If the pages cannot be locked (a limit of 0, for example), they are used
//! unlocked; without pages, or without room in them, the secret goes to the heap, which is wiped as
//! well. This crate does not know the meaning of the bytes.

use crate::pages::secret_pages;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;
use std::sync::{Mutex, OnceLock, PoisonError};
use zeroize::Zeroize;

/// Room for two sets of secrets with their bundle and form, and half of the 64 KiB that a process
/// may often lock.
const ARENA: usize = SLOTS * SLOT;
/// A secret takes as many in a row as it needs. Miri looks at each byte, so there they are small.
const SLOT: usize = if cfg!(miri) { 16 } else { 1024 };
const SLOTS: usize = 32;

struct Arena {
    start: NonNull<u8>,
    /// One bit a slot.
    taken: Mutex<u32>,
}

// SAFETY: the pages live as long as the process, and a slot belongs to the one `Locked` that took
// it under the mutex.
unsafe impl Send for Arena {}
// SAFETY: as above.
unsafe impl Sync for Arena {}

static PAGES: OnceLock<Option<Arena>> = OnceLock::new();

impl Arena {
    fn of_process() -> Option<&'static Self> {
        let map = || {
            secret_pages(ARENA).map(|start| Self {
                start,
                taken: Mutex::new(0),
            })
        };
        PAGES.get_or_init(map).as_ref()
    }

    /// The first row of free slots that is long enough, and its mask.
    fn take(&self, length: usize) -> Option<(NonNull<u8>, u32)> {
        let count = u32::try_from(length.div_ceil(SLOT))
            .ok()
            .filter(|count| *count <= u32::BITS)?;
        let row = u32::MAX.checked_shr(u32::BITS - count).unwrap_or(0);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let first = (0..=u32::BITS - count).find(|at| *taken & (row << at) == 0)?;
        *taken |= row << first;
        // SAFETY: `first + count` slots are within the mapping.
        Some((
            unsafe { self.start.add(first as usize * SLOT) },
            row << first,
        ))
    }

    fn give_back(&self, mask: u32) {
        *self.taken.lock().unwrap_or_else(PoisonError::into_inner) &= !mask;
    }
}

/// Bytes of a fixed length on such pages, wiped when dropped. `Debug` shows the length only.
pub struct Locked {
    at: NonNull<u8>,
    length: usize,
    /// The slots; 0 for the heap.
    slots: u32,
}

// SAFETY: it owns its bytes alone, as a Box does.
unsafe impl Send for Locked {}
// SAFETY: shared references only read.
unsafe impl Sync for Locked {}

impl Locked {
    /// This many zero bytes.
    pub fn zeroed(length: usize) -> Self {
        if length > 0
            && let Some((at, slots)) = Arena::of_process().and_then(|arena| arena.take(length))
        {
            // Slots are zero: fresh pages are, and `drop` leaves them so.
            return Self { at, length, slots };
        }
        let heap = Box::leak(vec![0u8; length].into_boxed_slice());
        Self {
            at: NonNull::from(heap).cast(),
            length,
            slots: 0,
        }
    }

    /// A copy. Wipes the original.
    pub fn move_from(source: &mut [u8]) -> Self {
        let mut copy = Self::zeroed(source.len());
        copy.copy_from_slice(source);
        source.zeroize();
        copy
    }
}

impl fmt::Debug for Locked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Locked({} bytes)", self.length)
    }
}

impl Deref for Locked {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        // SAFETY: `at` points at `length` bytes that are initialised and ours until `drop`.
        unsafe { std::slice::from_raw_parts(self.at.as_ptr(), self.length) }
    }
}

impl DerefMut for Locked {
    fn deref_mut(&mut self) -> &mut [u8] {
        // SAFETY: as in `deref`; the borrow is exclusive.
        unsafe { std::slice::from_raw_parts_mut(self.at.as_ptr(), self.length) }
    }
}

impl Drop for Locked {
    fn drop(&mut self) {
        self.zeroize();
        if self.slots == 0 {
            // SAFETY: made by `Box::leak` in `zeroed` with this length, and given back once.
            drop(unsafe { Box::from_raw(std::ptr::from_mut::<[u8]>(&mut **self)) });
        } else if let Some(arena) = Arena::of_process() {
            arena.give_back(self.slots);
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use std::sync::MutexGuard;

    /// The tests that fill the pages of the process run one after the other.
    pub(crate) fn filling_the_pages() -> MutexGuard<'static, ()> {
        static TURN: Mutex<()> = Mutex::new(());
        TURN.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[test]
    fn debug_shows_no_byte() {
        assert_eq!(format!("{:?}", filled(7, b'x')), "Locked(7 bytes)");
    }

    fn filled(length: usize, byte: u8) -> Locked {
        Locked::move_from(&mut vec![byte; length])
    }

    #[test]
    fn the_original_is_wiped_and_so_is_the_place() {
        let mut original = *b"hunter2";
        let copy = Locked::move_from(&mut original);
        assert_eq!((&*copy, original), (&b"hunter2"[..], [0; 7]));
        let place = copy.at;
        drop(copy);
        // The pages stay mapped, and the slot is the first one to be given out again, or another
        // thread's by now.
        let again = Locked::zeroed(7);
        assert!(again.at != place || again.iter().all(|b| *b == 0));
    }

    #[test]
    fn places_never_overlap_and_what_finds_no_room_goes_to_the_heap() {
        let _turn = filling_the_pages();
        let lengths = [
            1,
            SLOT,
            SLOT + 1,
            5 * SLOT,
            ARENA,
            0,
            3 * ARENA,
            ARENA - 1,
            17,
        ];
        let held: Vec<(Locked, u8)> = (1..)
            .zip(lengths.into_iter().cycle().take(60))
            .map(|(n, l)| (filled(l, n), n))
            .collect();
        for (place, byte) in &held {
            assert!(place.iter().all(|b| b == byte));
        }
        assert!(
            held.iter().any(|(place, _)| place.slots == 0),
            "the control: not all of it fits"
        );
        assert!(held.iter().any(|(place, _)| place.slots != 0));
    }

    #[test]
    fn threads_never_share_a_place() {
        let _turn = filling_the_pages();
        let rounds = if cfg!(miri) { 20 } else { 2000 };
        let work = |byte: u8| {
            for round in 0..rounds {
                let mut place = Locked::zeroed(1 + (usize::from(byte) * 7 + round) % (6 * SLOT));
                assert!(place.iter().all(|b| *b == 0), "a place that was not wiped");
                place.fill(byte);
                let second = filled(SLOT, byte);
                assert!(
                    place.iter().chain(&*second).all(|b| *b == byte),
                    "another thread's"
                );
            }
        };
        std::thread::scope(|scope| (1..=4).for_each(|byte| drop(scope.spawn(move || work(byte)))));
    }
}
