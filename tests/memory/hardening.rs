//! The hardening of the process: pages that are locked and left out of dumps, no core file, no
//! access by the same account. Each with a control without it.

use crate::may_scan;
use crate::process::{Still, token};
use crate::scan::flags_around;
use crate::scenarios::Stage;
use crate::support::{ROPC, copy_program, needs};
use std::process::{Command, Stdio};

/// The field of `/proc/PID/status`, in kB.
fn kilobytes(pid: u32, field: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with(field)).unwrap();
    line.split_ascii_whitespace()
        .nth(1)
        .unwrap()
        .parse()
        .unwrap()
}

#[test]
fn the_pages_of_secrets_are_locked_and_left_out_of_dumps() {
    if !may_scan() {
        return;
    }
    let stage = Stage::file();
    let in_use = Still::at(token(&stage.sandbox, &[]), "secrets-in-use", b"");
    for secret in [&stage.sandbox.password, &stage.sandbox.client_secret] {
        let flags = flags_around(in_use.pid(), secret.as_bytes());
        assert!(
            flags.iter().any(|f| f == "lo") && flags.iter().any(|f| f == "dd"),
            "{flags:?}"
        );
    }
    assert_eq!(kilobytes(in_use.pid(), "VmLck"), 32);
    // The control: a run without secrets locks nothing.
    let without = Still::at(stage.sandbox.command(["list"]), "verb-done", b"");
    assert_eq!(kilobytes(without.pid(), "VmLck"), 0);
}

#[test]
fn a_job_runs_also_if_it_may_lock_no_memory() {
    if !may_scan() || !needs::programs(&["setpriv"]) {
        return;
    }
    let stage = Stage::file();
    // Root may lock memory in spite of the limit, unless it has lost that right.
    let model = token(&stage.sandbox, &[]);
    let limited = |point: &str| {
        let mut command = Command::new("setpriv");
        command
            .args([
                "--bounding-set",
                "-ipc_lock",
                "prlimit",
                "--memlock=0:0",
                ROPC,
            ])
            .args(model.get_args());
        command
            .env_clear()
            .envs(model.get_envs().filter_map(|(n, v)| Some((n, v?))));
        command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .current_dir(stage.sandbox.root());
        command.env("ROPC_TEST_STOP_AT", point);
        command
    };
    let in_use = Still::at(limited("secrets-in-use"), "secrets-in-use", b"");
    assert_eq!(
        kilobytes(in_use.pid(), "VmLck"),
        0,
        "the control: locking was not allowed"
    );
    let flags = flags_around(in_use.pid(), stage.sandbox.password.as_bytes());
    assert!(
        !flags.iter().any(|f| f == "lo") && flags.iter().any(|f| f == "dd"),
        "{flags:?}"
    );
    drop(in_use);
    stage
        .sandbox
        .finish("token without locked memory", limited("nowhere"), b"")
        .expect(0);
}

#[test]
fn no_core_file_is_written_and_no_other_process_of_the_account_may_read() {
    if !may_scan() || !needs::programs(&["setpriv"]) {
        return;
    }
    let as_nobody = |program: &str| {
        let mut command = Command::new("prlimit");
        // With any soft limit of the tests, these would write a core file.
        command.args([
            "--core=1048576:",
            "setpriv",
            "--reuid=65534",
            "--regid=65534",
            "--clear-groups",
            program,
        ]);
        command
    };
    let readable = |pid: u32, file: &str| {
        let read = as_nobody("head")
            .args(["-c", "1", &format!("/proc/{pid}/{file}")])
            .output()
            .unwrap();
        read.status.success()
    };
    let stage = Stage::bare();
    // A copy that the other account may run.
    let binary = stage.sandbox.root().join("ropc");
    copy_program(ROPC, &binary);
    std::os::unix::fs::chown(stage.sandbox.root(), Some(65534), Some(65534)).unwrap();
    let mut command = as_nobody(binary.to_str().unwrap());
    command
        .arg("list")
        .env_clear()
        .env("HOME", stage.sandbox.root());
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let ropc = Still::at(command, "verb-done", b"");
    let mut other = as_nobody("sleep").arg("600").spawn().unwrap();
    crate::process::wait_for(
        || std::fs::read(format!("/proc/{}/comm", other.id())).is_ok_and(|comm| comm == b"sleep\n"),
        "the control does not start",
    );
    for file in ["maps", "environ"] {
        assert!(!readable(ropc.pid(), file), "{file}");
        assert!(
            readable(other.id(), file),
            "the control: {file} of any other program can be read"
        );
    }
    let core = |pid: u32| {
        let limits = std::fs::read_to_string(format!("/proc/{pid}/limits")).unwrap();
        let line = limits
            .lines()
            .find(|line| line.starts_with("Max core file size"))
            .unwrap();
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        (words[4].to_owned(), words[5].to_owned())
    };
    // Only the soft limit: `tests/it/exec.rs` tests what the child gets back.
    assert_eq!(core(ropc.pid()).0, "0");
    assert_eq!(core(other.id()).0, "1048576", "the control");
    assert_eq!(core(ropc.pid()).1, core(other.id()).1);
    other.kill().unwrap();
    other.wait().unwrap();
}
