//! The edit itself: mode, owner, links, backup, copies beside the file, and a kill in the middle.

use super::{CLIENT_SECRET, PASSWORD, command, found_in, import, place, sample, sandbox};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

/// Everything in the directory of the jobs, by name.
fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(dir)
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn mode_and_owner_stay_and_no_other_file_is_left() {
    let sandbox = sandbox(PASSWORD, CLIENT_SECRET);
    for bits in [0o640, 0o755] {
        let path = place(&sandbox, "example.ps1", &sample("example.ps1"));
        std::fs::set_permissions(&path, PermissionsExt::from_mode(bits)).unwrap();
        let root = path.metadata().unwrap().uid() == 0;
        if root {
            std::os::unix::fs::chown(&path, Some(12345), Some(54321)).unwrap();
        }
        import(&sandbox, &path, &["--write", "--yes"]).expect(0);
        assert_eq!(mode(&path), bits);
        let meta = path.metadata().unwrap();
        assert!(!root || (meta.uid(), meta.gid()) == (12345, 54321));
        assert_eq!(names(path.parent().unwrap()), ["example.ps1"]);
    }
}

#[test]
fn a_backup_is_made_only_when_asked_for_and_is_private() {
    let sandbox = sandbox(PASSWORD, CLIENT_SECRET);
    let path = place(&sandbox, "example.ps1", &sample("example.ps1"));
    import(&sandbox, &path, &["--write", "--yes", "--backup"])
        .expect(0)
        .says(&["that copy holds the secrets", "ropc-backup"]);
    let backup = path.with_file_name("example.ps1.ropc-backup");
    assert_eq!(std::fs::read(&backup).unwrap(), sample("example.ps1"));
    assert_eq!(mode(&backup), 0o600);
    assert_eq!(
        found_in(&std::fs::read(&backup).unwrap(), &[PASSWORD, CLIENT_SECRET]).len(),
        2,
        "as it says"
    );
    // It is not overwritten.
    std::fs::write(&path, sample("example.ps1")).unwrap();
    let count = sandbox.emulator.token_requests();
    import(&sandbox, &path, &["--write", "--backup", "--yes"])
        .expect(3)
        .says(&["ropc-backup exists"]);
    assert_eq!(
        sandbox.emulator.token_requests(),
        count,
        "the error comes before anything is sent"
    );
    sandbox.run(&["import", "x", "--backup"]).expect(2);
}

#[test]
fn a_change_by_another_program_meanwhile_stays() {
    let sandbox = sandbox(PASSWORD, CLIENT_SECRET);
    let path = place(&sandbox, "example.ps1", &sample("example.ps1"));
    let mut stopped = command(&sandbox, &path, &["--write", "--yes"]);
    stopped
        .env("ROPC_TEST_STOP_AT", "logged-in")
        .stdin(std::process::Stdio::null());
    let child = stopped
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let stat = format!("/proc/{}/stat", child.id());
    let is_stopped = || {
        std::fs::read_to_string(&stat)
            .is_ok_and(|s| s.rsplit_once(") ").is_some_and(|(_, s)| s.starts_with('T')))
    };
    let limit = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while !is_stopped() {
        assert!(std::time::Instant::now() < limit, "it never signed in");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let other = [b"# a colleague\n".as_slice(), &sample("example.ps1")].concat();
    std::fs::write(&path, &other).unwrap();
    std::process::Command::new("kill")
        .args(["-CONT", &child.id().to_string()])
        .status()
        .unwrap();
    let run = sandbox.keep(
        "import of a file that changes",
        child.wait_with_output().unwrap(),
    );
    run.expect(1).says(&[
        "is as it was: it was changed after it was read",
        "once more with `--yes`",
    ]);
    assert_eq!(std::fs::read(&path).unwrap(), other);
    assert_eq!(names(path.parent().unwrap()), ["example.ps1"]);
    import(&sandbox, &path, &["--write", "--yes"]).expect(0);
}

#[test]
fn symbolic_links_are_followed_and_hard_links_are_an_error() {
    let sandbox = sandbox(PASSWORD, CLIENT_SECRET);
    let path = place(&sandbox, "example.ps1", &sample("example.ps1"));
    let link = sandbox.root().join("link.ps1");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    import(&sandbox, &link, &["--write", "--yes"]).expect(0);
    assert!(
        link.symlink_metadata().unwrap().is_symlink(),
        "the link is still a link"
    );
    assert!(found_in(&std::fs::read(&path).unwrap(), &[PASSWORD, CLIENT_SECRET]).is_empty());
    std::fs::write(&path, sample("example.ps1")).unwrap();
    std::fs::hard_link(&path, path.with_file_name("second.ps1")).unwrap();
    let count = sandbox.emulator.token_requests();
    import(&sandbox, &path, &["--write", "--yes"])
        .expect(3)
        .says(&["a second name"]);
    assert_eq!(std::fs::read(&path).unwrap(), sample("example.ps1"));
    assert_eq!(sandbox.emulator.token_requests(), count);
}

#[test]
fn the_report_names_copies_beside_the_file() {
    let sandbox = sandbox(PASSWORD, CLIENT_SECRET);
    let path = place(&sandbox, "example.ps1", &sample("example.ps1"));
    let dir = path.parent().unwrap();
    for copy in ["example.ps1~", ".example.ps1.swp", "unrelated.txt"] {
        std::fs::write(dir.join(copy), "x").unwrap();
    }
    let run = import(&sandbox, &path, &[]).expect(0);
    let run = run.says(&[
        "example.ps1~ may hold",
        ".example.ps1.swp may hold",
        "change the password and the client secret",
    ]);
    assert!(
        !run.stderr.contains("unrelated") && !run.stderr.contains("git tracks"),
        "{}",
        run.stderr
    );
    run.says(&["still holds the secrets: `--write` removes them"]);
}

#[test]
fn the_report_names_a_file_that_git_knows() {
    let sandbox = sandbox(PASSWORD, CLIENT_SECRET);
    let path = place(&sandbox, "example.ps1", &sample("example.ps1"));
    let git = |args: &[&str]| {
        let dir = sandbox.root().join("jobs");
        let mut command = std::process::Command::new("git");
        command
            .args(args)
            .current_dir(dir)
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("HOME", sandbox.root());
        command.output().is_ok_and(|output| output.status.success())
    };
    if !crate::support::needs::programs(&["git"]) {
        return;
    }
    assert!(git(&["init", "-q"]));
    import(&sandbox, &path, &["--dry-run"]).expect(0);
    let run = import(&sandbox, &path, &[])
        .expect(0)
        .says(&["in a git work tree"]);
    assert!(!run.stderr.contains("git tracks"), "{}", run.stderr);
    assert!(git(&["add", "example.ps1"]));
    import(&sandbox, &path, &["--yes"])
        .expect(0)
        .says(&["git tracks example.ps1"]);
}

#[test]
fn the_secrets_of_a_shape_in_a_subdirectory_of_home_are_searched_for() {
    // The control of the sandbox's scan: it finds a script in HOME that is not edited.
    let mut sandbox = sandbox(PASSWORD, CLIENT_SECRET);
    std::fs::write(sandbox.home().join("script.ps1"), sample("example.ps1")).unwrap();
    assert_eq!(sandbox.leaks().len(), 2);
    import(
        &sandbox,
        &sandbox.home().join("script.ps1"),
        &["--write", "--yes"],
    )
    .expect(0);
    sandbox.assert_no_leak();
    sandbox.without_scan();
}
