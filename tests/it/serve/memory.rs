//! The parent's memory while it serves, read as root through `/proc/PID/mem`.

use super::job::Job;
use crate::support::{Sandbox, leaks, needs};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::process::{Command, Stdio};

/// All writable memory of the process: heap, stacks, data. Read-only mappings hold files of this
/// machine.
fn writable_memory(pid: u32) -> Option<Vec<u8>> {
    let maps = std::fs::read_to_string(format!("/proc/{pid}/maps")).ok()?;
    let mut memory = File::open(format!("/proc/{pid}/mem")).ok()?;
    let mut content = Vec::new();
    for line in maps.lines().filter(|l| {
        l.split(' ')
            .nth(1)
            .is_some_and(|mode| mode.starts_with("rw"))
    }) {
        let (start, end) = line.split(' ').next()?.split_once('-')?;
        let (start, end) = (
            u64::from_str_radix(start, 16).ok()?,
            u64::from_str_radix(end, 16).ok()?,
        );
        memory.seek(SeekFrom::Start(start)).ok()?;
        // A page that cannot be read ends its region, not the scan.
        let _ = (&mut memory).take(end - start).read_to_end(&mut content);
    }
    (!content.is_empty()).then_some(content)
}

/// Like [`leaks::find`], but fast enough for a whole process.
fn find(memory: &[u8], secret: &str) -> Option<&'static str> {
    leaks::encodings(secret)
        .into_iter()
        .find(|(_, needle)| holds(memory, needle))
        .map(|(name, _)| name)
}

fn holds(memory: &[u8], needle: &[u8]) -> bool {
    let (first, rest) = (needle[0], &needle[1..]);
    let mut at = 0;
    while let Some(found) = memory[at..].iter().position(|b| *b == first) {
        at += found + 1;
        if memory[at..].starts_with(rest) {
            return true;
        }
    }
    false
}

#[test]
fn the_serving_parent_holds_no_stored_secret() {
    if !needs::root() {
        return;
    }
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    let job = Job::start(&sandbox, &["--refresh"]);
    let token = job.graph().token();
    let memory = writable_memory(job.parent.id()).unwrap();
    assert_eq!(
        sandbox.emulator.token_requests(),
        2,
        "this token is from a real sign-in"
    );
    assert!(
        find(&memory, &token).is_some(),
        "control: the scan finds the token, which it holds"
    );
    assert!(
        find(&memory, &job.key).is_some(),
        "control: the scan finds the key"
    );
    assert_eq!(find(&memory, &sandbox.password), None, "password");
    assert_eq!(find(&memory, &sandbox.client_secret), None, "client secret");
    job.end().expect(0);
}

#[test]
fn the_scan_finds_a_password_in_a_process_that_holds_one() {
    let sandbox = Sandbox::new();
    let mut holder = Command::new("sh")
        .args(["-c", "read -r held; echo ready; read -r end"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(
        holder.stdin.as_mut().unwrap(),
        format!("{}\n", sandbox.password).as_bytes(),
    )
    .unwrap();
    let mut ready = [0u8; 5];
    holder
        .stdout
        .as_mut()
        .unwrap()
        .read_exact(&mut ready)
        .unwrap();
    let memory = writable_memory(holder.id());
    drop(holder.stdin.take());
    holder.wait().unwrap();
    let Some(memory) = memory else {
        assert!(!needs::allowed(
            false,
            "to read the memory of another process"
        ));
        return;
    };
    assert_eq!(find(&memory, &sandbox.password), Some("raw"));
    assert_eq!(find(&memory, &sandbox.client_secret), None);
}
