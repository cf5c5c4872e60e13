//! A full disk, as a limit of file sizes and as a real file system: the old state still works.

use super::{is_as_before, stored};
use crate::support::{ROPC, Run, Sandbox, leaks, needs};
use std::path::{Path, PathBuf};
use std::process::Command;

/// `ropc` with a limit of file sizes, which to a writer is the same as a full disk.
fn with_file_limit(sandbox: &Sandbox, blocks: u32, args: &[&str], input: &[u8]) -> Run {
    let mut command = Command::new("sh");
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec {ROPC} \"$@\"");
    command
        .args(["-c", &script, "sh"])
        .args(args)
        .env_clear()
        .env("HOME", sandbox.home())
        .env("PATH", "/usr/bin:/bin");
    command
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    sandbox.finish("login with a file limit", command, input)
}

#[test]
fn a_disk_that_is_full_leaves_the_old_state_working() {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    let before = stored(&sandbox);
    let facts = sandbox.facts();
    let mut args = vec![
        "login",
        "--yes",
        "--secrets-stdin",
        "--store",
        "file",
        "--key-source",
        "key-file",
    ];
    args.extend(facts.iter().map(String::as_str));
    // Without a trial, so that the sign-in record does not fail first.
    args.push("--no-verify");
    with_file_limit(&sandbox, 0, &args, &sandbox.secrets_json())
        .expect(3)
        .says(&["cannot be written", "nothing was changed"]);
    is_as_before(&sandbox, &before);
    // Room for the journal of a few bytes, and none for the store.
    let sandbox = Sandbox::new();
    for name in ["default", "a", "b", "c"] {
        sandbox.login(&["--no-verify", "-p", name]).expect(0);
    }
    let before = stored(&sandbox);
    with_file_limit(&sandbox, 1, &args_for(&sandbox), &sandbox.secrets_json())
        .expect(5)
        .says(&["cannot be written", "nothing was changed"]);
    is_as_before(&sandbox, &before);
    // The control: with room enough the same command succeeds.
    with_file_limit(&sandbox, 1000, &args_for(&sandbox), &sandbox.secrets_json()).expect(0);
    assert_ne!(stored(&sandbox), before);
}

fn args_for(sandbox: &Sandbox) -> Vec<&'static str> {
    let words = [
        "login",
        "--yes",
        "--secrets-stdin",
        "--store",
        "file",
        "--key-source",
        "key-file",
        "--no-verify",
    ];
    let facts = sandbox.facts().into_iter().map(|f| &*f.leak());
    words.into_iter().chain(facts).collect()
}

#[test]
fn a_real_full_file_system_leaves_the_old_state_working() {
    let mut sandbox = Sandbox::new();
    let Some(disk) = Disk::mount(sandbox.root()) else {
        return;
    };
    sandbox.set_env(
        "ROPC_CONFIG_DIR",
        &disk.0.join("config").display().to_string(),
    );
    sandbox.login(&["--no-verify"]).expect(0);
    let files = || leaks::files_below(&disk.0.join("config"));
    let before = files();
    let ballast = disk.0.join("ballast");
    let full = std::fs::write(&ballast, vec![b'x'; 1 << 20]).unwrap_err();
    assert_eq!(full.kind(), std::io::ErrorKind::StorageFull);
    sandbox
        .login(&["--yes", "--no-verify"])
        .expect(3)
        .says(&["the disk is full", "nothing was changed"]);
    assert_eq!(files(), before);
    sandbox.run(&["exec", "--refresh", "--", "true"]).expect(0);
    std::fs::remove_file(ballast).unwrap();
    sandbox.login(&["--yes", "--no-verify"]).expect(0);
}

/// A file system of 64 KiB; only root may mount one.
struct Disk(PathBuf);

impl Disk {
    fn mount(root: &Path) -> Option<Self> {
        let place = root.join("disk");
        std::fs::create_dir(&place).unwrap();
        let output = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=64k", "none"])
            .arg(&place)
            .output()
            .ok()?;
        needs::allowed(output.status.success(), "to mount a file system").then_some(Self(place))
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}
