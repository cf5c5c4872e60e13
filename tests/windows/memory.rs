//! The memory of the Windows program: under Wine it is a Linux process, whose memory the test
//! reads. What the program does with its secrets is the same as on Windows; whether pages are
//! locked depends on Wine's `VirtualLock`. Without Credential Manager, as Windows and Wine keep its
//! copies differently.

use crate::machine::Machine;
use crate::scan::{Finder, Found, Pages, Snapshot, flags_around};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A stopped run; dropping this kills it.
struct Still(Child);

impl Drop for Still {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The secrets to search for in a run that stops at a point.
struct Stage {
    machine: Machine,
    finder: Finder,
}

impl Stage {
    fn new(profile: &'static str) -> Option<Self> {
        let machine = Machine::new(profile)?;
        machine
            .login(&["--no-verify", "--store", "file", "--key-source", "key-file"])
            .expect(0);
        let finder = Finder::of(&[&machine.sandbox.password, &machine.sandbox.client_secret]);
        Some(Self { machine, finder })
    }

    /// `ropc token` that stops at this point, with one of the leaks of debug builds.
    fn token(&self, profile: &str, point: &str, leak: &str) -> Still {
        let mut command: Command = self
            .machine
            .command(&["token", "-p", profile, "--no-cache"]);
        command
            .env("ROPC_TEST_STOP_AT", point)
            .env("ROPC_TEST_LEAK", leak);
        Still(
            command
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap(),
        )
    }

    /// Waits until the memory has the given state. It stays so, as the process stops.
    fn wait_for(&self, still: &Still, done: impl Fn(&[Found], &Snapshot) -> bool) -> bool {
        let end = Instant::now() + Duration::from_secs(60);
        while Instant::now() < end {
            if let Ok(snapshot) = Snapshot::take(still.0.id(), Pages::Writable)
                && done(&self.finder.search(&snapshot), &snapshot)
            {
                return true;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        false
    }

    /// `ropc token`, stopped when it has the token; and that token.
    fn token_in_hand(&self, profile: &str, leak: &str) -> (Still, String) {
        let before = self.machine.emulator().issued_tokens().len();
        let still = self.token(profile, "token-in-hand", leak);
        let token = || {
            self.machine
                .emulator()
                .issued_tokens()
                .get(before)
                .map(|issued| issued.token.clone())
        };
        let has_it = |_: &[Found], memory: &Snapshot| {
            token().is_some_and(|token| memory.count(token.as_bytes()) > 0)
        };
        assert!(
            self.wait_for(&still, has_it),
            "the control: the token itself is never found"
        );
        wait_until_idle(still.0.id());
        (still, token().unwrap_or_default())
    }
}

/// Waits until the process has used no processor time for a while.
fn wait_until_idle(pid: u32) {
    let used = || {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
        let fields = stat
            .rsplit_once(')')
            .unwrap()
            .1
            .split_ascii_whitespace()
            .skip(11)
            .take(2);
        fields
            .map(|ticks| ticks.parse::<u64>().unwrap())
            .sum::<u64>()
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
fn secrets_in_use_are_once_on_locked_pages() {
    let Some(stage) = Stage::new("locked") else {
        return;
    };
    let still = stage.token("locked", "secrets-in-use", "");
    let once = |found: &Found| found.whole.get("raw") == Some(&1) && found.whole.len() == 1;
    assert!(
        stage.wait_for(&still, |found, _| found.iter().all(once)),
        "there was never exactly one copy of each"
    );
    wait_until_idle(still.0.id());
    for secret in [
        &stage.machine.sandbox.password,
        &stage.machine.sandbox.client_secret,
    ] {
        let flags = flags_around(still.0.id(), secret.as_bytes());
        assert!(flags.iter().any(|flag| flag == "lo"), "{flags:?}");
    }
}

#[test]
fn with_the_token_in_hand_no_trace_of_the_secrets_is_left() {
    let Some(stage) = Stage::new("residue") else {
        return;
    };
    let found = |leak: &str| {
        let (still, token) = stage.token_in_hand("residue", leak);
        if leak.is_empty() {
            // On a busy machine it may have stopped before its point. The assertion below shows a
            // failure.
            stage.wait_for(&still, |found, _| found.iter().all(Found::is_nothing));
        }
        let memory = Snapshot::take(still.0.id(), Pages::Present).unwrap();
        (stage.finder.search(&memory), memory.count(token.as_bytes()))
    };
    let (secrets, tokens) = found("");
    assert!(secrets.iter().all(Found::is_nothing), "{secrets:?}");
    // The controls, with the leaks of debug builds: the secrets, and freed copies of the token in
    // the libraries.
    let (leaked, _) = found("secrets");
    assert!(
        leaked.iter().all(|found| found.whole.contains_key("raw")),
        "{leaked:?}"
    );
    let (_, unwiped) = found("freed");
    assert!(
        unwiped > tokens,
        "{unwiped} copies of the token without the wiping allocator, {tokens} with it"
    );
}
