//! The most copies of a secret that any system call of a sign-in sees: the test traces the process
//! and searches its memory at each system call from the moment when it opens its store. It stops
//! all threads for each search: a running one may move a secret, which would be found in both
//! places.

use crate::may_scan;
use crate::process::token;
use crate::scan::{Finder, Pages, Snapshot};
use crate::scenarios::Stage;
use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::process::CommandExt;
use std::process::Command;

/// The findings at the calls of one run: copies of password and client secret, and for each number
/// of copies how many calls.
#[derive(Debug, Default)]
struct Peaks {
    password: BTreeMap<usize, usize>,
    client_secret: BTreeMap<usize, usize>,
    calls: usize,
    /// The numbers of the calls that saw more than one.
    exceeded: Vec<i64>,
}

impl Peaks {
    fn most(&self) -> (usize, usize) {
        let last =
            |counts: &BTreeMap<usize, usize>| counts.keys().next_back().copied().unwrap_or(0);
        (last(&self.password), last(&self.client_secret))
    }
}

#[allow(unsafe_code, reason = "the standard library has no ptrace")]
mod trace {
    use std::collections::VecDeque;
    use std::ffi::{c_int, c_long, c_void};
    use std::ops::RangeInclusive;

    /// The results of a system call that the kernel makes again (`ERESTARTSYS` and its kin, in the
    /// kernel's `linux/errno.h`).
    const RESTARTS: RangeInclusive<i64> = -516..=-512;

    /// A stop of one thread of a traced process.
    pub enum Stop {
        /// At the beginning of this system call, with its first two arguments.
        Call { number: i64, arguments: [u64; 2] },
        /// By `freeze`, or at the beginning of a thread.
        Frozen,
        /// At the end of a system call that a signal, of `freeze` for instance, broke off. The
        /// thread makes the same call next.
        BrokenOff,
        /// At something else; the test must forward the signal.
        Other { signal: c_int },
        /// The thread has ended.
        Gone,
    }

    /// In the child, before `exec`: the parent's thread traces it.
    pub fn offer() -> std::io::Result<()> {
        // SAFETY: async-signal-safe, and without pointers.
        let done = unsafe { libc::ptrace(libc::PTRACE_TRACEME, 0, 0, 0) };
        if done == 0 {
            Ok(())
        } else {
            Err(std::io::Error::last_os_error())
        }
    }

    /// After the first stop: all threads, and the end with us.
    pub fn follow(pid: i32) {
        let options =
            libc::PTRACE_O_TRACESYSGOOD | libc::PTRACE_O_TRACECLONE | libc::PTRACE_O_EXITKILL;
        // SAFETY: this request takes a number in place of the pointer.
        let done = unsafe { libc::ptrace(libc::PTRACE_SETOPTIONS, pid, 0, options) };
        assert_eq!(done, 0);
    }

    /// Goes on to the next stop.
    pub fn go_on(pid: i32, signal: c_int) {
        // SAFETY: this request takes numbers in place of the pointers. A thread that has ended is
        // no failure.
        unsafe { libc::ptrace(libc::PTRACE_SYSCALL, pid, 0, signal) };
    }

    /// The stops of all processes that this thread (of the tests) traces.
    #[derive(Default)]
    pub struct Stops {
        /// Those that `freeze` met.
        met: VecDeque<(i32, Stop)>,
    }

    impl Stops {
        /// The next stop; `None` when no process is left.
        pub fn next(&mut self) -> Option<(i32, Stop)> {
            self.met.pop_front().or_else(|| wait(-1))
        }

        /// Stops the other threads of a process, and returns those that have to go on with
        /// [`go_on`]. Each of the others has a stop of its own, which `next` gives.
        pub fn freeze(&mut self, process: i32, stopped: i32) -> Vec<i32> {
            let mut frozen = Vec::new();
            let threads = std::fs::read_dir(format!("/proc/{process}/task")).unwrap();
            for thread in threads {
                let name = thread.unwrap().file_name();
                let thread: i32 = name.to_str().unwrap().parse().unwrap();
                if thread == stopped || self.met.iter().any(|(met, _)| *met == thread) {
                    continue;
                }
                // SAFETY: a system call with numbers. `wait` reports a thread that has ended.
                unsafe { libc::syscall(libc::SYS_tgkill, process, thread, libc::SIGSTOP) };
                match wait(thread) {
                    Some((_, Stop::Frozen)) => frozen.push(thread),
                    Some(other) => self.met.push_back(other),
                    None => {}
                }
            }
            frozen
        }
    }

    /// Waits for a stop of this thread, or of any with -1.
    fn wait(thread: i32) -> Option<(i32, Stop)> {
        let mut status = 0;
        // SAFETY: the status is ours.
        let pid =
            unsafe { libc::waitpid(thread, &raw mut status, libc::__WALL | libc::__WNOTHREAD) };
        (pid > 0).then(|| (pid, stop(pid, status)))
    }

    fn stop(pid: i32, status: c_int) -> Stop {
        if libc::WIFEXITED(status) || libc::WIFSIGNALED(status) {
            return Stop::Gone;
        }
        match libc::WSTOPSIG(status) {
            signal if signal == libc::SIGTRAP | 0x80 => at_call(pid),
            _ if status >> 16 != 0 => Stop::Other { signal: 0 },
            libc::SIGSTOP => Stop::Frozen,
            libc::SIGTRAP => Stop::Other { signal: 0 },
            signal => Stop::Other { signal },
        }
    }

    /// The stop at the beginning of a system call, or at its end.
    fn at_call(pid: i32) -> Stop {
        // `struct ptrace_syscall_info` (ptrace(2)): what it is; then, at 24, the number and the
        // arguments, or the result.
        let mut info = [0u64; 12]; // 96 bytes
        // SAFETY: the buffer is ours and has the given length.
        let length = unsafe {
            let size: c_long = 96;
            libc::ptrace(
                libc::PTRACE_GET_SYSCALL_INFO,
                pid,
                size,
                info.as_mut_ptr().cast::<c_void>(),
            )
        };
        match info[0].to_ne_bytes()[0] {
            // Killed since: its end comes as a stop, too.
            _ if length <= 0 => Stop::Other { signal: 0 },
            1 => Stop::Call {
                number: i64::try_from(info[3]).unwrap_or(-1),
                arguments: [info[4], info[5]],
            },
            2 if RESTARTS.contains(&info[3].cast_signed()) => Stop::BrokenOff,
            _ => Stop::Other { signal: 0 },
        }
    }
}

/// Runs the command to its end, and searches at each call from the one that opens the store.
#[allow(unsafe_code, reason = "the standard library has no ptrace")]
fn traced(stage: &Stage, mut command: Command) -> Peaks {
    // SAFETY: one system call that is async-signal-safe.
    unsafe { command.pre_exec(trace::offer) };
    let mut child = command.spawn().unwrap();
    let main = i32::try_from(child.id()).unwrap();
    let finder = Finder::of(&[&stage.sandbox.password, &stage.sandbox.client_secret]);
    let mut peaks = Peaks::default();
    let (mut first, mut begun, mut ends) = (true, false, false);
    let mut stops = trace::Stops::default();
    let mut broken_off = BTreeSet::new();
    while let Some((pid, stop)) = stops.next() {
        let mut signal = 0;
        match stop {
            Stop::Gone if pid == main => break,
            Stop::Gone => continue,
            Stop::Other { .. } if first => {
                trace::follow(pid);
                first = false;
            }
            Stop::Frozen => {}
            Stop::BrokenOff => {
                broken_off.insert(pid);
            }
            // Searched when it was made first.
            Stop::Call { .. } if broken_off.remove(&pid) => {}
            Stop::Other { signal: passed } => signal = passed,
            Stop::Call { number, arguments } => {
                begun |= opens_store(child.id(), number, arguments[1]);
                if begun && !ends {
                    peaks.calls += 1;
                    let frozen = stops.freeze(main, pid);
                    let memory = Snapshot::take(child.id(), Pages::Writable).unwrap();
                    for thread in frozen {
                        trace::go_on(thread, 0);
                    }
                    let found = finder.search(&memory);
                    let copies = |at: usize| found[at].whole.values().sum::<usize>();
                    *peaks.password.entry(copies(0)).or_default() += 1;
                    *peaks.client_secret.entry(copies(1)).or_default() += 1;
                    if copies(0).max(copies(1)) > 1 {
                        peaks.exceeded.push(number);
                    }
                }
                // The kernel ends the threads now, and `freeze` would wait for one that is gone.
                ends |= number == libc::SYS_exit_group;
            }
        }
        trace::go_on(pid, signal);
    }
    // The loop above has waited for it, so this only closes the pipes.
    let _ = child.try_wait();
    peaks
}

use trace::Stop;

/// True for the call that opens a store: a connection (the session bus), or a file of that name.
fn opens_store(pid: u32, number: i64, path: u64) -> bool {
    use std::os::unix::fs::FileExt;
    if number == libc::SYS_connect {
        return true;
    }
    if number != libc::SYS_openat {
        return false;
    }
    let mut text = [0u8; 512];
    let read = std::fs::File::open(format!("/proc/{pid}/mem"))
        .and_then(|memory| memory.read_at(&mut text, path));
    let length = read.unwrap_or(0);
    let path = text[..length]
        .split(|byte| *byte == 0)
        .next()
        .unwrap_or_default();
    [
        &b"store.sealed"[..],
        b"/password",
        b"/client_secret",
        b"/profiles/default.toml",
    ]
    .iter()
    .any(|name| path.ends_with(name))
}

#[test]
fn no_system_call_sees_more_than_one_copy() {
    if !may_scan() {
        return;
    }
    let mut stages = vec![("file", Stage::file())];
    stages.extend(["directory", "command"].map(|store| (store, Stage::only_read(store))));
    stages.extend(["directory", "command"].map(|store| (store, Stage::short_secrets(store))));
    stages.extend(Stage::keychain().map(|stage| ("keychain", stage)));
    for (store, stage) in &stages {
        let peaks = traced(stage, token(&stage.sandbox, &[]));
        println!("{store}: {peaks:?}");
        assert!(peaks.calls > 100, "{store}: {} calls", peaks.calls);
        assert_eq!(peaks.most(), (1, 1), "{store}: {peaks:?}");
        assert_eq!(
            stage.sandbox.emulator.issued_tokens().len(),
            1,
            "{store}: a token was issued"
        );
    }
    // The control: a copy that stays in memory, besides the form.
    let mut leaking = token(&stages[0].1.sandbox, &[]);
    leaking.env("ROPC_TEST_LEAK", "secrets");
    assert_eq!(traced(&stages[0].1, leaking).most(), (2, 2));
}
