//! The copy of the cache key in the kernel's keyring: what it saves, how long it lives, what
//! removes it, and that everything works if it is wrong or forbidden. With a real keyring and the
//! real kernel.

#![allow(
    unsafe_code,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the standard library knows no keyring of the kernel; filters and serials are numbers of the kernel's own widths"
)]

mod forbidden;

use crate::support::broker::{at, sealed_token};
use crate::support::keyring_daemon::{KeyringDaemon, State};
use crate::support::{Run, Sandbox, needs};
use entra_emulator::{Config, ExpiresIn, Fault, Times};
use std::ffi::CString;
use std::process::Command;
use std::time::Duration;

const ACCOUNT: i32 = libc::KEY_SPEC_USER_KEYRING;

/// A profile in a real keyring with a token in its cache; `None` if a program or the kernel's
/// keyring is missing.
fn warm(seconds: u64) -> Option<(Sandbox, KeyringDaemon)> {
    // The keyring belongs to the account, so all tests share it.
    let probe = format!(
        "ropc-test-probe-{}-{:?}",
        std::process::id(),
        std::thread::current().id()
    );
    if !needs::allowed(raw_add(&probe, b"x") >= 0, "the kernel's keyring") {
        return None;
    }
    raw_unlink(&probe);
    let daemon = KeyringDaemon::if_there(State::Unlocked)?;
    let mut sandbox =
        Sandbox::with(|config: Config| config.with_expires_in(ExpiresIn::Seconds(seconds)));
    for (name, value) in daemon.env() {
        if name != "HOME" && !name.starts_with("XDG_C") && name != "XDG_DATA_HOME" {
            sandbox.set_env(name, &value);
        }
    }
    login(&sandbox).expect(0);
    Some((sandbox, daemon))
}

fn login(sandbox: &Sandbox) -> Run {
    sandbox.login_into(&[], &["--yes"], &sandbox.secrets_json())
}

/// The name of the copy for the present generation of the profile.
fn key_name(sandbox: &Sandbox) -> String {
    let text = std::fs::read_to_string(sandbox.profile_file("default")).unwrap();
    let generation = text
        .lines()
        .find_map(|l| l.strip_prefix("generation = "))
        .unwrap()
        .trim_matches('"');
    format!("ropc:default/cache-key/{generation}")
}

fn c(text: &str) -> CString {
    CString::new(text).unwrap()
}

fn raw_add(name: &str, content: &[u8]) -> i64 {
    let name = c(name);
    // SAFETY: C strings and a buffer with its length, alive during the call.
    unsafe {
        libc::syscall(
            libc::SYS_add_key,
            c"user".as_ptr(),
            name.as_ptr(),
            content.as_ptr(),
            content.len(),
            ACCOUNT,
        )
    }
}

fn serial(name: &str) -> Option<i64> {
    let name = c(name);
    // SAFETY: C strings, alive during the call.
    let found = unsafe {
        libc::syscall(
            libc::SYS_keyctl,
            libc::KEYCTL_SEARCH,
            ACCOUNT,
            c"user".as_ptr(),
            name.as_ptr(),
            0,
        )
    };
    (found > 0).then_some(found)
}

fn raw_unlink(name: &str) {
    let Some(serial) = serial(name) else { return };
    // SAFETY: numbers only.
    let done =
        unsafe { libc::syscall(libc::SYS_keyctl, libc::KEYCTL_UNLINK, serial, ACCOUNT, 0, 0) };
    assert_eq!(done, 0);
}

fn content(name: &str) -> Option<Vec<u8>> {
    let mut bytes = vec![0u8; 256];
    let serial = serial(name)?;
    // SAFETY: a buffer with its length, alive during the call.
    let length = unsafe {
        libc::syscall(
            libc::SYS_keyctl,
            libc::KEYCTL_READ,
            serial,
            bytes.as_mut_ptr(),
            bytes.len(),
            0,
        )
    };
    bytes.truncate(usize::try_from(length).ok()?);
    Some(bytes)
}

/// The fields of the key in `/proc/keys`: serial, flags, usage, what is left, rights, uid, gid,
/// type, description.
fn proc_line(name: &str) -> Option<Vec<String>> {
    let text = std::fs::read_to_string("/proc/keys").unwrap();
    let line = text.lines().find(|l| l.contains(&format!("{name}:")))?;
    Some(line.split_whitespace().map(str::to_owned).collect())
}

/// Runs `token`; true if it made a request.
#[track_caller]
fn signs_in(sandbox: &Sandbox) -> bool {
    let before = sandbox.emulator.token_requests();
    let run = sandbox.run(&["token"]).expect(0);
    assert_eq!(
        run.stdout.trim(),
        sandbox.emulator.issued_tokens().last().unwrap().token
    );
    sandbox.emulator.token_requests() != before
}

fn key_place(sandbox: &Sandbox) -> serde_json::Value {
    let status = sandbox.run(&["status", "--json"]).expect(0);
    serde_json::from_str::<serde_json::Value>(&status.stdout).unwrap()["cached_token"]["key"]
        .clone()
}

#[test]
fn a_run_with_a_cached_token_asks_the_kernel_and_not_the_keyring() {
    let Some((sandbox, daemon)) = warm(3600) else {
        return;
    };
    let name = key_name(&sandbox);
    assert_eq!(content(&name).unwrap().len(), 32);
    assert_eq!(key_place(&sandbox), "kernel-keyring");
    sandbox.run(&["status"]).expect(0);
    daemon.lock();
    sandbox.run(&["exec", "--", "true"]).expect(0);
    sandbox
        .run(&["exec", "--verbose", "--", "true"])
        .expect(0)
        .says(&["kernel keyring", "token from the cache"]);
    // Control: without the copy ropc asks the locked keyring, and reports that.
    raw_unlink(&name);
    sandbox
        .run(&["exec", "--", "true"])
        .expect(125)
        .says(&["locked"]);
    assert_eq!(sandbox.emulator.token_requests(), 1);
}

#[test]
fn a_lost_copy_is_made_again_from_the_keyring() {
    let Some((sandbox, _daemon)) = warm(3600) else {
        return;
    };
    let name = key_name(&sandbox);
    let before = content(&name);
    raw_unlink(&name);
    assert!(!signs_in(&sandbox));
    assert_eq!(content(&name), before);
}

#[test]
fn it_lives_no_longer_than_the_token() {
    let Some((sandbox, _daemon)) = warm(3600) else {
        return;
    };
    let fields = proc_line(&key_name(&sandbox)).unwrap();
    assert!(
        fields[3] == "59m" || fields[3] == "60m" || fields[3] == "1h",
        "{fields:?}"
    );
    // The account may view, read and search; nobody may write it, or change its rights or its time.
    assert_eq!(fields[4], "1b0b0000", "{fields:?}");
    let in_all = std::fs::read_to_string("/proc/keys")
        .unwrap()
        .matches(&key_name(&sandbox))
        .count();
    assert_eq!(in_all, 1, "one copy, in one place");

    let Some((short, _daemon)) = warm(8) else {
        return;
    };
    let name = key_name(&short);
    assert!(
        serial(&name).is_some(),
        "control: it exists while the token lives"
    );
    std::thread::sleep(Duration::from_secs(9));
    assert_eq!((serial(&name), content(&name)), (None, None));
    assert!(signs_in(&short));
    assert!(serial(&name).is_some());
}

#[test]
fn a_clock_that_was_set_back_makes_it_live_no_longer() {
    if !needs::programs(&["faketime"]) {
        return;
    }
    let Some((sandbox, _daemon)) = warm(3600) else {
        return;
    };
    let name = key_name(&sandbox);
    raw_unlink(&name);
    // The token is from the future, so it does not serve, and there is no other one.
    sandbox.emulator.inject(Fault::BadGateway, Times::Always);
    at(&sandbox, "-1d", &["token"]).expect(6);
    let left = proc_line(&name).map(|fields| fields[3].clone());
    assert!(
        left.as_deref()
            .is_none_or(|left| left.ends_with('m') || left == "1h"),
        "{left:?}"
    );
}

#[test]
fn logout_and_a_new_login_remove_the_copy() {
    let Some((sandbox, _daemon)) = warm(3600) else {
        return;
    };
    let first = key_name(&sandbox);
    login(&sandbox).expect(0);
    let second = key_name(&sandbox);
    assert!(first != second && serial(&first).is_none() && serial(&second).is_some());
    sandbox.run(&["logout", "--yes"]).expect(0);
    assert_eq!(serial(&second), None);
}

#[test]
fn a_run_that_a_logout_overtakes_leaves_no_copy() {
    let Some((sandbox, _daemon)) = warm(3600) else {
        return;
    };
    let name = key_name(&sandbox);
    // Stopped after it read the key; then it goes on, before or after the logout.
    for logged_out in [false, true] {
        raw_unlink(&name);
        let mut command = sandbox.command(["token"]);
        command.env("ROPC_TEST_STOP_AT", "cache-opened");
        let run = command.spawn().unwrap();
        let stopped = || {
            std::fs::read_to_string(format!("/proc/{}/stat", run.id()))
                .is_ok_and(|s| s.contains(") T "))
        };
        let end = std::time::Instant::now() + Duration::from_secs(30);
        while !stopped() {
            assert!(std::time::Instant::now() < end, "it never came");
            std::thread::sleep(Duration::from_millis(5));
        }
        if logged_out {
            sandbox.run(&["logout", "--yes"]).expect(0);
        }
        assert!(
            Command::new("kill")
                .args(["-CONT", &run.id().to_string()])
                .status()
                .unwrap()
                .success()
        );
        sandbox
            .keep("the warm run", run.wait_with_output().unwrap())
            .expect(0);
        assert_eq!(serial(&name).is_none(), logged_out);
    }
}

#[test]
fn another_key_under_its_name_does_no_harm() {
    let Some((sandbox, _daemon)) = warm(3600) else {
        return;
    };
    let name = key_name(&sandbox);
    let right = content(&name).unwrap();
    for wrong in [&[7u8; 32][..], &[7u8; 31], &[7u8; 33], &right[..31], b"x"] {
        raw_unlink(&name);
        assert!(raw_add(&name, wrong) > 0);
        assert!(
            !signs_in(&sandbox),
            "the keyring's own key opened the cache"
        );
        assert_eq!(
            content(&name),
            Some(right.clone()),
            "the copy is right again"
        );
    }
    // A sign-in seals with the keyring's key, whatever copy exists: the other key opens nothing.
    raw_unlink(&name);
    assert!(raw_add(&name, &[7u8; 32]) > 0);
    sandbox.run(&["token", "--refresh"]).expect(0);
    assert_eq!(content(&name), Some(right));
    raw_unlink(&name);
    assert!(!signs_in(&sandbox));
}

#[test]
fn a_tampered_cache_is_a_miss() {
    let Some((sandbox, _daemon)) = warm(3600) else {
        return;
    };
    let path = sealed_token(&sandbox, "default");
    // In the clear: the magic and the token's end; then nonce, text, tag.
    for position in [0, 7, 8, 12, 15, 16, 40, 200] {
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[position] ^= 1;
        std::fs::write(&path, bytes).unwrap();
        assert!(signs_in(&sandbox), "byte {position}");
    }
    assert!(!signs_in(&sandbox), "control: an untouched file serves");
}

#[test]
fn fast_stores_have_no_copy() {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    sandbox.run(&["exec", "--", "true"]).expect(0);
    assert_eq!(serial(&key_name(&sandbox)), None);
    assert_eq!(key_place(&sandbox), "store");
}
