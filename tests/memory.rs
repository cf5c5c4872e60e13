//! The memory of the live process, searched for the stored secrets after a token was obtained, after a refusal, and while
//! the answer is awaited.
//!
//! The process stops itself at a named point (builds with debug assertions only), and its parent, as root, reads every
//! readable page. Whole copies count in every encoding, and of the plain text every fragment of 8 characters. The control
//! is the same scanner at a point where the secrets must be in memory, and the token, which it must find.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::zombie_processes,
    reason = "a panic is a failed test; tests name what they skip"
)]

mod support;

use entra_emulator::{Fault, Hold, Times};
use std::os::unix::fs::FileExt;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};
use support::{Sandbox, leaks};

/// Reading another process's memory needs root, because ropc makes itself unreadable to its own user.
fn may_scan() -> bool {
    let root =
        std::fs::read_to_string("/proc/self/status").is_ok_and(|s| s.lines().any(|l| l.starts_with("Uid:\t0\t")));
    if !root {
        assert!(std::env::var_os("CI").is_none(), "CI must run as root to scan memory");
        eprintln!("skipped: memory is scanned as root only");
    }
    root
}

/// Every readable and writable page, taken first and searched later, so that the process does not move on meanwhile.
fn dump(pid: u32) -> Vec<Vec<u8>> {
    let maps = std::fs::read_to_string(format!("/proc/{pid}/maps")).unwrap();
    let memory = std::fs::File::open(format!("/proc/{pid}/mem")).unwrap();
    let mut regions = Vec::new();
    for line in maps.lines().filter(|l| l.contains(" rw") || l.contains("[stack]")) {
        let (from, to) = line.split(' ').next().unwrap().split_once('-').unwrap();
        let address = |text: &str| u64::from_str_radix(text, 16).unwrap();
        let mut region = vec![0u8; usize::try_from(address(to) - address(from)).unwrap()];
        if memory.read_exact_at(&mut region, address(from)).is_ok() {
            regions.push(region);
        }
    }
    let size: usize = regions.iter().map(Vec::len).sum();
    assert!(size > 250_000, "only {size} bytes were read");
    regions
}

/// What of a secret is in the dump: encodings of the whole, and fragments of 8 characters of the plain text.
fn traces(dump: &[Vec<u8>], secret: &str) -> Vec<String> {
    let whole =
        dump.iter().filter_map(|region| leaks::find(region, secret)).map(|encoding| format!("whole, {encoding}"));
    let windows: Vec<&[u8]> = secret.as_bytes().windows(8).collect();
    let fragments = dump.iter().flat_map(|region| {
        windows.iter().filter(|w| contains(region, w)).map(|w| format!("fragment {}", String::from_utf8_lossy(w)))
    });
    whole.chain(fragments).collect()
}

fn contains(region: &[u8], needle: &[u8]) -> bool {
    let mut rest = region;
    while let Some(at) = rest.iter().position(|b| *b == needle[0]) {
        rest = &rest[at..];
        if rest.starts_with(needle) {
            return true;
        }
        rest = &rest[1..];
    }
    false
}

/// Starts ropc so that it stops at this point, and waits until it has.
fn stopped_at(sandbox: &Sandbox, point: &str, args: &[&str], input: &[u8]) -> Child {
    let mut command = sandbox.command(args);
    command.env("ROPC_TEST_STOP_AT", point).stdin(Stdio::piped());
    let mut child = command.spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), input).unwrap();
    wait_for(|| state(child.id()) == Some('T'), &format!("{point} was never reached"));
    child
}

fn state(pid: u32) -> Option<char> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(')')?.1.trim().chars().next()
}

fn wait_for(mut done: impl FnMut() -> bool, why: &str) {
    let limit = Instant::now() + Duration::from_secs(20);
    while !done() {
        assert!(Instant::now() < limit, "{why}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn end(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

#[track_caller]
fn assert_clean(sandbox: &Sandbox, pid: u32, when: &str) {
    let dump = dump(pid);
    for (what, secret) in [("password", &sandbox.password), ("client secret", &sandbox.client_secret)] {
        let found = traces(&dump, secret);
        assert!(found.is_empty(), "{when}: the {what} is in memory: {found:?}");
    }
}

#[test]
fn the_scanner_sees_the_secrets_while_they_are_in_use_and_the_token_later() {
    if !may_scan() {
        return;
    }
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    let child = stopped_at(&sandbox, "attempt-recorded", &["token", "--no-cache"], b"");
    let live = dump(child.id());
    assert!(traces(&live, &sandbox.password).iter().any(|t| t.starts_with("whole")), "the control finds no password");
    assert!(
        traces(&live, &sandbox.client_secret).iter().any(|t| t.starts_with("whole")),
        "the control finds no secret"
    );
    end(child);
    let child = stopped_at(&sandbox, "token-in-hand", &["token", "--no-cache"], b"");
    let token = sandbox.emulator.issued_tokens().last().unwrap().token.clone();
    assert!(dump(child.id()).iter().any(|region| contains(region, token.as_bytes())), "the scanner is blind");
    end(child);
}

#[test]
fn no_trace_is_left_when_the_token_is_in_hand() {
    if !may_scan() {
        return;
    }
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    let child = stopped_at(&sandbox, "token-in-hand", &["exec", "--no-cache", "--", "true"], b"");
    assert_clean(&sandbox, child.id(), "token in hand");
    end(child);
}

#[test]
fn no_trace_is_left_after_a_login_from_a_pipe_or_a_file() {
    if !may_scan() {
        return;
    }
    let sandbox = Sandbox::new();
    let facts = sandbox.facts();
    let store = ["--store", "file", "--key-source", "key-file", "--yes"];
    let args = |more: &[&'static str]| -> Vec<String> {
        ["login"].iter().chain(more).chain(&store).map(|s| (*s).to_owned()).chain(facts.clone()).collect()
    };
    let pipe = args(&["--secrets-stdin"]);
    let pipe: Vec<&str> = pipe.iter().map(String::as_str).collect();
    let child = stopped_at(&sandbox, "logged-in", &pipe, &sandbox.secrets_json());
    assert_clean(&sandbox, child.id(), "login from a pipe");
    end(child);

    let secrets = sandbox.root().join("secrets");
    std::fs::create_dir(&secrets).unwrap();
    std::fs::write(secrets.join("pw"), format!("{}\n", sandbox.password)).unwrap();
    std::fs::write(secrets.join("cs"), format!("{}\n", sandbox.client_secret)).unwrap();
    let files = args(&["--password-file", "secrets/pw", "--client-secret-file", "secrets/cs"]);
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let child = stopped_at(&sandbox, "logged-in", &files, b"");
    assert_clean(&sandbox, child.id(), "login from files");
    end(child);
}

#[test]
fn no_trace_is_left_after_a_sign_in_that_failed() {
    if !may_scan() {
        return;
    }
    let faults = [
        Fault::Aadsts(50076),
        Fault::CloseAfterRequest,
        Fault::CloseBeforeHandshake,
        Fault::BadGateway,
        Fault::NotJson,
        Fault::fixture("E24a"),
    ];
    for fault in faults {
        let sandbox = Sandbox::new();
        sandbox.login(&[]).expect(0);
        let name = format!("{fault:?}");
        sandbox.emulator.inject(fault, Times::Always);
        let child = stopped_at(&sandbox, "verb-done", &["token", "--no-cache"], b"");
        assert_clean(&sandbox, child.id(), &name);
        end(child);
    }
}

#[test]
fn nothing_is_left_while_the_answer_is_awaited() {
    if !may_scan() {
        return;
    }
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    let hold = Hold::new();
    sandbox.emulator.inject(Fault::Hold(hold.clone()), Times::Once);
    let mut command = sandbox.command(["token", "--no-cache"]);
    let child = command.spawn().unwrap();
    assert!(hold.wait_for(1, Duration::from_secs(20)), "the request never came");
    let pid = child.id();
    let gone = || {
        let dump = dump(pid);
        traces(&dump, &sandbox.password).is_empty() && traces(&dump, &sandbox.client_secret).is_empty()
    };
    // The server may have read the last byte before the client's thread has gone on.
    wait_for(gone, "a secret is still in memory");
    hold.release();
    end(child);
}

#[test]
fn the_stores_that_are_only_read_leave_no_trace_either() {
    if !may_scan() {
        return;
    }
    let sandbox = Sandbox::new();
    let path = |name: &str| sandbox.root().join(name).display().to_string();
    std::fs::write(path("password"), format!("{}\n", sandbox.password)).unwrap();
    std::fs::write(path("client_secret"), &sandbox.client_secret).unwrap();
    std::fs::write(path("both.json"), sandbox.secrets_json()).unwrap();
    let (facts, here, json) = (sandbox.facts(), sandbox.root().display().to_string(), path("both.json"));
    for store in [&["directory", "--secrets-dir", &here][..], &["command", "--", "cat", &json]] {
        let mut args = vec!["login", "--no-verify", "--yes"];
        args.extend(facts.iter().map(String::as_str));
        args.push("--store");
        args.extend(store);
        sandbox.run(&args).expect(0);
        // The control: at this point the secrets are in use.
        let child = stopped_at(&sandbox, "attempt-recorded", &["token", "--no-cache"], b"");
        let live = dump(child.id());
        assert!(
            traces(&live, &sandbox.password).iter().any(|t| t.starts_with("whole")),
            "the control finds no password"
        );
        end(child);
        let child = stopped_at(&sandbox, "token-in-hand", &["token", "--no-cache"], b"");
        assert_clean(&sandbox, child.id(), store[0]);
        end(child);
    }
}
