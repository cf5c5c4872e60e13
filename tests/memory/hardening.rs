//! What the process asks of the system: pages that are locked and left out of dumps, no core file, no reader of the same
//! account. Each with the control that shows what it would be without.

use crate::may_scan;
use crate::process::{Still, token};
use crate::scan::{Pages, Snapshot};
use crate::scenarios::Stage;
use crate::support::ROPC;
use std::process::{Command, Stdio};

/// The field of `/proc/PID/status`, in kB.
fn kilobytes(pid: u32, field: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with(field)).unwrap();
    line.split_ascii_whitespace().nth(1).unwrap().parse().unwrap()
}

/// The `VmFlags` of the mapping that holds these bytes (see `proc_pid_smaps(5)`: `lo` is locked, `dd` is left out of dumps).
fn flags_around(pid: u32, bytes: &[u8]) -> Vec<String> {
    let snapshot = Snapshot::take(pid, Pages::Writable).unwrap();
    let regions: Vec<_> =
        snapshot.regions().iter().filter(|r| r.content.windows(bytes.len()).any(|window| window == bytes)).collect();
    let [region] = regions.as_slice() else { panic!("in {} places", regions.len()) };
    let smaps = std::fs::read_to_string(format!("/proc/{pid}/smaps")).unwrap();
    let mut inside = false;
    for line in smaps.lines() {
        if let Some((from, to)) = line.split(' ').next().and_then(|range| range.split_once('-')) {
            let address = |text: &str| u64::from_str_radix(text, 16).unwrap_or_default();
            inside = (address(from)..address(to)).contains(&region.start);
        } else if let Some(flags) = line.strip_prefix("VmFlags:").filter(|_| inside) {
            return flags.split_ascii_whitespace().map(str::to_owned).collect();
        }
    }
    panic!("no mapping at {:x}", region.start)
}

#[test]
fn the_pages_of_secrets_are_locked_and_left_out_of_dumps() {
    if !may_scan() {
        return;
    }
    let stage = Stage::file();
    let in_use = Still::at(token(&stage.sandbox, &[]), "attempt-recorded", b"");
    for secret in [&stage.sandbox.password, &stage.sandbox.client_secret] {
        let flags = flags_around(in_use.pid(), secret.as_bytes());
        assert!(flags.iter().any(|f| f == "lo") && flags.iter().any(|f| f == "dd"), "{flags:?}");
    }
    assert_eq!(kilobytes(in_use.pid(), "VmLck"), 32);
    // The control: what holds no secret locks nothing.
    let without = Still::at(stage.sandbox.command(["list"]), "verb-done", b"");
    assert_eq!(kilobytes(without.pid(), "VmLck"), 0);
}

#[test]
fn where_nothing_may_be_locked_the_job_runs_all_the_same() {
    if !may_scan() || Command::new("setpriv").arg("--version").output().is_err() {
        return;
    }
    let stage = Stage::file();
    // Root may lock whatever the limit says, unless it has lost that right.
    let model = token(&stage.sandbox, &[]);
    let limited = |point: &str| {
        let mut command = Command::new("setpriv");
        command.args(["--bounding-set", "-ipc_lock", "prlimit", "--memlock=0:0", ROPC]).args(model.get_args());
        command.env_clear().envs(model.get_envs().filter_map(|(n, v)| Some((n, v?))));
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).current_dir(stage.sandbox.root());
        command.env("ROPC_TEST_STOP_AT", point);
        command
    };
    let in_use = Still::at(limited("attempt-recorded"), "attempt-recorded", b"");
    assert_eq!(kilobytes(in_use.pid(), "VmLck"), 0, "the control: it was not allowed");
    let flags = flags_around(in_use.pid(), stage.sandbox.password.as_bytes());
    assert!(!flags.iter().any(|f| f == "lo") && flags.iter().any(|f| f == "dd"), "{flags:?}");
    drop(in_use);
    stage.sandbox.finish("token without locked memory", limited("nowhere"), b"").expect(0);
}

#[test]
fn no_core_file_is_written_and_no_other_process_of_the_account_may_read() {
    if !may_scan() || Command::new("setpriv").arg("--version").output().is_err() {
        return;
    }
    let nobody = ["--reuid=65534", "--regid=65534", "--clear-groups"];
    let readable = |pid: u32, file: &str| {
        let path = format!("/proc/{pid}/{file}");
        let read = Command::new("setpriv").args(nobody).args(["head", "-c", "1", &path]).output().unwrap();
        read.status.success()
    };
    let stage = Stage::bare();
    // Where that account may run it.
    let binary = stage.sandbox.root().join("ropc");
    std::fs::copy(ROPC, &binary).unwrap();
    std::os::unix::fs::chown(stage.sandbox.root(), Some(65534), Some(65534)).unwrap();
    let mut command = Command::new("setpriv");
    command.args(nobody).arg(&binary).arg("list").env_clear().env("HOME", stage.sandbox.root());
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let ropc = Still::at(command, "verb-done", b"");
    let mut other = Command::new("setpriv").args(nobody).args(["sleep", "600"]).spawn().unwrap();
    crate::process::wait_for(
        || std::fs::read(format!("/proc/{}/comm", other.id())).is_ok_and(|comm| comm == b"sleep\n"),
        "the control does not start",
    );
    for file in ["maps", "environ"] {
        assert!(!readable(ropc.pid(), file), "{file}");
        assert!(readable(other.id(), file), "the control: {file} of any other program can be read");
    }
    let core = |pid: u32| {
        let limits = std::fs::read_to_string(format!("/proc/{pid}/limits")).unwrap();
        let line = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        (words[4].to_owned(), words[5].to_owned())
    };
    // Only the soft limit: what the child gets back stands in `tests/exec.rs`.
    assert_eq!(core(ropc.pid()).0, "0");
    assert_eq!(core(ropc.pid()).1, core(other.id()).1);
    other.kill().unwrap();
    other.wait().unwrap();
}
