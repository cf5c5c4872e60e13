//! Reads the output of a program into one buffer, which has a fixed size, never moves and is wiped.
//! Does not interpret it.

use std::io::{self, Read};
use std::process::ExitStatus;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use zeroize::{Zeroize, Zeroizing};

/// The most bytes of output: two secrets of a few hundred characters, with room to spare.
const LIMIT: usize = 64 * 1024;
/// The most bytes of one read.
const PIECE: usize = 4 * 1024;

/// The output of a program.
pub(super) type Output = io::Result<Zeroizing<Vec<u8>>>;

/// The output so far.
struct SoFar {
    /// `None` after it was taken: later output is dropped.
    bytes: Option<Zeroizing<Vec<u8>>>,
    /// How the output ended, once it has.
    end: Option<io::Result<()>>,
}

/// The output of a program, read on its own thread: a program that never closes it costs only its
/// deadline.
pub(super) struct Heard {
    shared: Arc<SharedOutput>,
    /// The thread that reads.
    reader: Option<JoinHandle<()>>,
}

/// What the reader shares with the thread that waits.
struct SharedOutput {
    so_far: Mutex<SoFar>,
    grown: Condvar,
}

impl SharedOutput {
    fn lock(&self) -> MutexGuard<'_, SoFar> {
        self.so_far.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read(&self, mut pipe: impl Read) {
        let mut piece = Zeroizing::new(vec![0u8; PIECE]);
        loop {
            let came = match pipe.read(&mut piece) {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                came => came,
            };
            let mut so_far = self.lock();
            let Some(bytes) = so_far.bytes.as_mut() else {
                return;
            };
            let end = match came {
                Ok(0) => Some(Ok(())),
                Ok(length) if bytes.len() + length > LIMIT => {
                    Some(Err(crate::os::Fault::InputTooLong.into()))
                }
                // Byte by byte: the waiting thread may make a system call at any moment, and none
                // may see a secret in two places.
                Ok(length) => {
                    for byte in &mut piece[..length] {
                        bytes.push(*byte);
                        byte.zeroize();
                    }
                    None
                }
                Err(error) => Some(Err(error)),
            };
            piece.as_mut_slice().zeroize();
            let is_over = end.is_some();
            so_far.end = end;
            drop(so_far);
            self.grown.notify_all();
            if is_over {
                return;
            }
        }
    }
}

impl Heard {
    pub(super) fn from(pipe: impl Read + Send + 'static) -> Self {
        let shared = Arc::new(SharedOutput {
            so_far: Mutex::new(SoFar {
                bytes: Some(Zeroizing::new(Vec::with_capacity(LIMIT))),
                end: None,
            }),
            grown: Condvar::new(),
        });
        let of_reader = Arc::clone(&shared);
        let reader = match std::thread::Builder::new().spawn(move || of_reader.read(pipe)) {
            Ok(reader) => Some(reader),
            Err(error) => {
                shared.lock().end = Some(Err(error));
                None
            }
        };
        Self { shared, reader }
    }

    /// The whole output, after it has ended, or after `is_whole` recognises it and the program has
    /// ended: a child that the program left behind may hold the pipe for ever. `None` after the
    /// time limit. Checks whether the program has ended only if the output is complete.
    pub(super) fn until(
        &mut self,
        end: Instant,
        is_whole: fn(&[u8]) -> bool,
        mut ended: impl FnMut() -> Option<ExitStatus>,
    ) -> (Option<Output>, Option<ExitStatus>) {
        /// The time between two checks whether a program with complete output has ended.
        const POLL: Duration = Duration::from_millis(5);
        let mut so_far = self.shared.lock();
        let mut length = 0;
        let mut is_complete = false;
        loop {
            if let Some(end) = so_far.end.take() {
                let output = end.map(|()| so_far.bytes.take().unwrap_or_default());
                drop(so_far);
                // It ends now. Its last system calls would come while the output is parsed, and see
                // what the parser copies.
                if let Some(reader) = self.reader.take() {
                    let _ = reader.join();
                }
                return (Some(output), None);
            }
            let bytes = so_far.bytes.as_ref().map_or(&[][..], |bytes| bytes);
            if bytes.len() != length {
                length = bytes.len();
                is_complete = is_whole(bytes);
            }
            if is_complete && let Some(status) = ended() {
                return (so_far.bytes.take().map(Ok), Some(status));
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return (None, None);
            }
            let wait = if is_complete { left.min(POLL) } else { left };
            so_far = self
                .shared
                .grown
                .wait_timeout(so_far, wait)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }
}

#[cfg(all(test, unix))]
#[expect(clippy::unwrap_used, reason = "a failed test is a panic")]
mod tests {
    use super::*;

    /// A pipe that gives these pieces, and then ends.
    struct Pieces(std::collections::VecDeque<io::Result<&'static [u8]>>);

    impl Read for Pieces {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let piece = self.0.pop_front().unwrap_or(Ok(b""))?;
            into[..piece.len()].copy_from_slice(piece);
            Ok(piece.len())
        }
    }

    fn heard(pipe: impl Read + Send + 'static) -> Output {
        let end = Instant::now() + Duration::from_secs(60);
        Heard::from(pipe).until(end, |_| false, || None).0.unwrap()
    }

    #[test]
    fn output_is_read_to_its_end_or_not_at_all() {
        let read = |pieces: [io::Result<&'static [u8]>; 3]| {
            heard(Pieces(pieces.into())).map(|bytes| bytes.to_vec())
        };
        let interrupted = || Err(io::ErrorKind::Interrupted.into());
        assert_eq!(read([Ok(b"a"), interrupted(), Ok(b"b")]).unwrap(), b"ab");
        let error = read([Ok(b"a"), Err(io::ErrorKind::BrokenPipe.into()), Ok(b"b")]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
        // 64 KiB, as the message says.
        let long = |length| heard(io::Cursor::new(vec![7; length]));
        assert_eq!(long(65_536).unwrap().len(), 65_536);
        assert!(long(65_537).is_err());
    }

    fn is_line(output: &[u8]) -> bool {
        output.ends_with(b"\n")
    }

    #[test]
    fn complete_output_is_taken_after_the_program_has_ended_and_not_before() {
        use std::os::unix::process::ExitStatusExt;
        let (reader, mut writer) = io::pipe().unwrap();
        let mut heard = Heard::from(reader);
        let soon = Duration::from_millis(200);
        let long = Duration::from_secs(60);
        let mut until = |wait, status| heard.until(Instant::now() + wait, is_line, || status);
        let ended = Some(ExitStatus::from_raw(0));
        io::Write::write_all(&mut writer, b"half of ").unwrap();
        assert!(until(soon, ended).0.is_none(), "half of the output is none");
        io::Write::write_all(&mut writer, b"a line\n").unwrap();
        assert!(
            until(soon, None).0.is_none(),
            "more may come while the program runs"
        );
        let (output, status) = until(long, ended);
        assert_eq!(
            (output.unwrap().unwrap().as_slice(), status),
            (&b"half of a line\n"[..], ended)
        );
    }
}
