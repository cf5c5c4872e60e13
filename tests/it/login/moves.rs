//! What `logout` and a `login` into another store leave, also beside damaged profiles.

use super::{Files, is_as_before, stored};
#[cfg(all(unix, not(target_os = "macos")))]
use crate::support::keyring_daemon::{KeyringDaemon, State};
use crate::support::{Sandbox, leaks};
use std::path::{Path, PathBuf};

#[test]
fn logout_removes_everything_of_the_profile() {
    let sandbox = Sandbox::new();
    sandbox.login(&["-p", "keep"]).expect(0);
    let others = sandbox.snapshot();
    sandbox.login(&["-p", "gone"]).expect(0);
    let generation = generation_of(&sandbox, "gone");
    assert!(
        !mentions(&sandbox, &generation).is_empty(),
        "the control: some file names it before"
    );
    sandbox
        .run(&["exec", "-p", "gone", "--scope", "User.Read", "--", "true"])
        .expect(0);
    sandbox
        .run(&["logout", "-p", "gone"])
        .expect(2)
        .says(&["--yes"]);
    sandbox
        .run(&["logout", "-p", "gone", "--yes"])
        .expect(0)
        .says(&["removed the profile `gone` with its secrets"]);
    assert_eq!(mentions(&sandbox, &generation), Vec::<PathBuf>::new());
    let left: Vec<PathBuf> = sandbox
        .snapshot()
        .into_iter()
        .map(|(path, _)| path)
        .collect();
    let before: Vec<PathBuf> = others.iter().map(|(path, _)| path.clone()).collect();
    let new: Vec<&PathBuf> = left.iter().filter(|p| !before.contains(p)).collect();
    assert!(
        new.iter().all(|p| std::fs::read(p).unwrap().is_empty()),
        "files with content are left: {new:?}"
    );
    let size = |files: &Files| {
        files
            .iter()
            .find(|(p, _)| p.ends_with("store.sealed"))
            .map(|(_, c)| c.len())
    };
    assert_eq!(
        size(&sandbox.snapshot()),
        size(&others),
        "its records are gone from the store"
    );
    sandbox
        .run(&["exec", "-p", "gone", "--", "true"])
        .expect(125)
        .says(&["there is no profile `gone`"]);
    sandbox
        .run(&["exec", "-p", "keep", "--refresh", "--", "true"])
        .expect(0);
    sandbox
        .run(&["logout", "--all", "--yes"])
        .expect(0)
        .says(&["removed the profile `keep`"]);
    sandbox
        .run(&["list"])
        .expect(0)
        .says(&["there is no profile yet"]);
}

fn generation_of(sandbox: &Sandbox, name: &str) -> String {
    let text = std::fs::read_to_string(sandbox.profile_file(name)).unwrap();
    text.lines()
        .find_map(|l| l.strip_prefix("generation = "))
        .unwrap()
        .trim_matches('"')
        .to_owned()
}

/// Files that name a text in their content or path.
fn mentions(sandbox: &Sandbox, text: &str) -> Vec<PathBuf> {
    let has = |path: &Path, content: &[u8]| {
        leaks::find(content, text).is_some() || path.display().to_string().contains(text)
    };
    sandbox
        .snapshot()
        .into_iter()
        .filter(|(path, content)| has(path, content))
        .map(|(path, _)| path)
        .collect()
}

#[test]
#[cfg(all(unix, not(target_os = "macos")))]
fn a_login_into_another_store_moves_the_profile_and_empties_the_old_one() {
    let mut sandbox = Sandbox::new();
    let Some(daemon) = KeyringDaemon::if_there(State::Unlocked) else {
        return;
    };
    let session = daemon.env();
    for name in ["DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"] {
        sandbox.set_env(name, &session[name]);
    }
    sandbox.login(&["-p", "other", "--no-verify"]).expect(0);
    let size = || {
        std::fs::metadata(sandbox.config_dir().join("store.sealed"))
            .unwrap()
            .len()
    };
    let without = size();
    sandbox.login(&[]).expect(0);
    assert!(size() > without);
    sandbox
        .login_into(&["--store", "os"], &["--yes"], &sandbox.secrets_json())
        .expect(0)
        .says(&["Secret Service"]);
    assert_eq!(
        size(),
        without,
        "the old bundle and the old cache key are gone"
    );
    sandbox.run(&["exec", "--refresh", "--", "true"]).expect(0);
    sandbox.login(&["--yes"]).expect(0);
    sandbox.run(&["exec", "--refresh", "--", "true"]).expect(0);
    let status = sandbox.run(&["status", "--json"]).expect(0);
    assert!(
        status.stdout.contains("\"kind\":\"file\""),
        "{}",
        status.stdout
    );
}

#[test]
fn another_key_source_is_refused_and_the_store_is_not_overwritten() {
    let mut sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    let before = stored(&sandbox);
    let credentials = sandbox.root().join("credentials");
    std::fs::create_dir(&credentials).unwrap();
    std::fs::write(credentials.join("ropc-key"), [7u8; 32]).unwrap();
    sandbox.set_env("CREDENTIALS_DIRECTORY", &credentials.display().to_string());
    let run = sandbox.login_into(
        &["--store", "file", "--key-source", "credential"],
        &["--yes"],
        &sandbox.secrets_json(),
    );
    run.expect(5).says(&[
        "was sealed with a key from the source key-file, not credential",
        "`ropc login --key-source key-file`",
    ]);
    is_as_before(&sandbox, &before);
}

#[test]
fn logout_all_removes_the_other_profiles_beside_a_damaged_one() {
    let sandbox = Sandbox::new();
    for name in ["a", "damaged", "z"] {
        sandbox.login(&["-p", name]).expect(0);
    }
    std::fs::write(sandbox.profile_file("damaged"), "tenant = 7").unwrap();
    // The warning names the damaged profile, and nothing is removed without an answer.
    sandbox.run(&["logout", "--all"]).expect(2).says(&[
        "damaged.toml",
        "is removed as it is",
        "--yes",
    ]);
    assert!(sandbox.profile_file("a").exists() && sandbox.profile_file("damaged").exists());
    let run = sandbox.run(&["logout", "--all", "--yes"]).expect(0);
    run.says(&[
        "removed the profile `a`",
        "removed the profile `z`",
        "damaged.toml",
        "removed the profile `damaged`",
    ]);
    assert!(!sandbox.profile_file("damaged").exists() && !sandbox.profile_file("z").exists());
    assert!(
        !sandbox.config_dir().join("store.sealed").exists(),
        "the enrolled copy says where the secrets are"
    );
    sandbox
        .run(&["logout", "--all", "--yes"])
        .expect(0)
        .says(&["there is no profile"]);
}

#[test]
fn logout_all_names_files_that_are_no_profiles_and_removes_the_others() {
    let sandbox = Sandbox::new();
    sandbox.login(&["-p", "a"]).expect(0);
    std::fs::write(sandbox.profile_file("unknown"), "tenant = 7").unwrap();
    std::fs::create_dir(sandbox.profile_file("directory")).unwrap();
    let run = sandbox.run(&["logout", "--all", "--yes"]).expect(3).says(&[
        "removed the file of the profile `unknown`; ropc did not find its secrets, if any are left",
        "directory.toml cannot be removed: it is a directory",
        "remove it by hand",
    ]);
    assert!(
        !run.stderr.contains("nothing was changed"),
        "{}",
        run.stderr
    );
    // The control: ropc knows the secrets of a good profile.
    run.says(&["removed the profile `a` with its secrets"]);
    std::fs::remove_dir(sandbox.profile_file("directory")).unwrap();
    sandbox
        .run(&["logout", "--all", "--yes"])
        .expect(0)
        .says(&["there is no profile"]);
}

#[test]
fn a_file_store_works_in_the_home_to_which_it_is_copied() {
    let mut sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    let elsewhere = sandbox.root().join("elsewhere/.config");
    std::fs::create_dir_all(&elsewhere).unwrap();
    let copied = std::process::Command::new("cp")
        .arg("-a")
        .args([&sandbox.config_dir(), &elsewhere])
        .status();
    assert!(copied.unwrap().success());
    let home = sandbox.root().join("elsewhere").display().to_string();
    sandbox.run(&["logout", "--all", "--yes"]).expect(0);
    sandbox.run(&["exec", "--", "true"]).expect(125);
    sandbox.set_env("HOME", &home);
    sandbox.run(&["exec", "--", "true"]).expect(0);
}
