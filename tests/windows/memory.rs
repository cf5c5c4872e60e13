//! The memory of the Windows program: under Wine it is a process of Linux, which is looked at from there. What the program does
//! with its secrets is its own; whether pages are locked is what Wine makes of `VirtualLock`. Not here: Credential Manager,
//! whose own copies Windows and Wine keep each in their way.

use crate::machine::Machine;
use crate::recorders::TlsRecorder;
use crate::scan::{Finder, Found, Pages, Snapshot, flags_around};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A run that stands still; it is killed in the end.
struct Still(Child);

impl Drop for Still {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What is looked for, in a run that comes to a point and stops there.
struct Stage {
    machine: Machine,
    tls: TlsRecorder,
    finder: Finder,
}

impl Stage {
    fn new(profile: &'static str) -> Option<Self> {
        let machine = Machine::new(profile)?;
        let tls = TlsRecorder::before(machine.emulator().port());
        let (real, recorded) = (machine.emulator().authority(), tls.authority());
        let more = ["--secrets-stdin", "--no-verify", "--store", "file", "--key-source", "key-file"];
        let args: Vec<String> =
            machine.login_args(&more).into_iter().map(|a| if a == real { recorded.clone() } else { a }).collect();
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        machine.sandbox.finish("login", machine.command(&args), &machine.sandbox.secrets_json()).expect(0);
        let finder = Finder::of(&[&machine.sandbox.password, &machine.sandbox.client_secret]);
        Some(Self { machine, tls, finder })
    }

    /// `ropc token` that stops at this point, with one of the leaks of debug builds.
    fn token(&self, profile: &str, point: &str, leak: &str) -> Still {
        let mut command: Command = self.machine.command(&["token", "-p", profile, "--no-cache"]);
        command.env("ROPC_TEST_STOP_AT", point).env("ROPC_TEST_LEAK", leak);
        Still(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
    }

    /// Waits until the memory is as is said, which it must become: the process stops. Gives it then.
    fn wait_for(&self, still: &Still, done: impl Fn(&[Found], &Snapshot) -> bool) -> Option<Snapshot> {
        let end = Instant::now() + Duration::from_secs(60);
        while Instant::now() < end {
            if let Ok(snapshot) = Snapshot::take(still.0.id(), Pages::Writable)
                && done(&self.finder.search(&snapshot), &snapshot)
            {
                return Some(snapshot);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        None
    }

    /// The same process once it has the token in hand: it has run to its point when nothing moves any more.
    fn token_in_hand(&self, profile: &str, leak: &str) -> Snapshot {
        let before = self.machine.emulator().issued_tokens().len();
        let still = self.token(profile, "token-in-hand", leak);
        let token = || self.machine.emulator().issued_tokens().get(before).map(|issued| issued.token.clone());
        let has_it = |_: &[Found], memory: &Snapshot| token().is_some_and(|token| memory.count(token.as_bytes()) > 0);
        self.wait_for(&still, has_it).expect("the control: the token itself is never found");
        wait_until_idle(still.0.id());
        Snapshot::take(still.0.id(), Pages::Present).unwrap()
    }
}

/// Waits until the process has used no processor time for a while.
fn wait_until_idle(pid: u32) {
    let used = || {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
        let fields = stat.rsplit_once(')').unwrap().1.split_ascii_whitespace().skip(11).take(2);
        fields.map(|ticks| ticks.parse::<u64>().unwrap()).sum::<u64>()
    };
    let (mut last, mut since) = (used(), Instant::now());
    while since.elapsed() < Duration::from_millis(500) {
        std::thread::sleep(Duration::from_millis(50));
        if used() != last {
            (last, since) = (used(), Instant::now());
        }
    }
}

#[test]
fn secrets_in_use_stand_once_on_locked_pages() {
    let Some(stage) = Stage::new("locked") else { return };
    let still = stage.token("locked", "attempt-recorded", "");
    let once = |found: &Found| found.whole.get("raw") == Some(&1) && found.whole.len() == 1;
    let snapshot = stage.wait_for(&still, |found, _| found.iter().all(once));
    assert!(snapshot.is_some(), "never one copy of each");
    for secret in [&stage.machine.sandbox.password, &stage.machine.sandbox.client_secret] {
        let flags = flags_around(still.0.id(), secret.as_bytes());
        assert!(flags.iter().any(|flag| flag == "lo"), "{flags:?}");
    }
}

#[test]
fn with_the_token_in_hand_no_trace_of_the_secrets_is_left() {
    let Some(stage) = Stage::new("residue") else { return };
    let records = |memory: &Snapshot| stage.tls.sent_records().iter().map(|r| memory.blocks_of(r)).sum::<usize>();
    let memory = stage.token_in_hand("residue", "");
    for found in stage.finder.search(&memory) {
        assert!(found.is_nothing(), "{found:?}");
    }
    assert_eq!(records(&memory), 0, "what the wire saw of them");
    // The controls, with the leaks of debug builds.
    let leaked = stage.finder.search(&stage.token_in_hand("residue", "secrets"));
    assert!(leaked.iter().all(|found| found.whole.contains_key("raw")), "{leaked:?}");
    assert!(records(&stage.token_in_hand("residue", "freed")) > 0, "the allocator does wipe");
}
