//! Which verbs make files and directories: none that only reads, and none in the home of another
//! account.

use crate::support::{Run, Sandbox, needs};
use std::fs;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};

/// Everything below a directory, with directories, sorted.
fn entries(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
    {
        if entry.is_dir() && !entry.is_symlink() {
            found.extend(entries(&entry));
        }
        found.push(entry);
    }
    found.sort();
    found
}

/// Every verb that only reads.
const LOOKS: [&[&str]; 9] = [
    &["doctor", "--timeout", "20s"],
    &["doctor", "--json", "--timeout", "20s"],
    &["status"],
    &["status", "--json"],
    &["list"],
    &["list", "--json"],
    &["explain", "50126"],
    &["logout", "--all", "--yes"],
    &["exec", "--", "true"],
];

#[test]
fn verbs_that_only_read_make_nothing() {
    // Not in an empty home, not the home itself, and not beside a profile that never signed in.
    for home in ["home", "home/not/there"] {
        let mut sandbox = Sandbox::new();
        let home = sandbox.root().join(home);
        let places = [
            ("ROPC_CONFIG_DIR", ".config"),
            ("ROPC_STATE_DIR", ".state"),
            ("ROPC_CACHE_DIR", ".cache"),
        ];
        sandbox.set_env("HOME", home.to_str().unwrap());
        for named in [false, true] {
            for (variable, name) in places.iter().filter(|_| named) {
                sandbox.set_env(variable, home.join(name).to_str().unwrap());
            }
            let before = entries(sandbox.root());
            for args in LOOKS {
                sandbox.run(args);
                assert_eq!(
                    entries(sandbox.root()),
                    before,
                    "`ropc {}` made something",
                    args.join(" ")
                );
            }
        }
    }
    let sandbox = Sandbox::new();
    let profile = sandbox.profile_file("default");
    fs::create_dir_all(profile.parent().unwrap()).unwrap();
    let facts = sandbox.facts();
    let text = format!(
        "version = 1\ntenant = \"{}\"\nclient_id = \"{}\"\nusername = \"{}\"\nauthority = \"{}\"\nca_file = \"{}\"\n\
         scopes = [\"User.Read\"]\nstore = \"file\"\nkey_source = \"key-file\"\ngeneration = \"0123456789abcdef\"\n",
        facts[1], facts[3], facts[5], facts[7], facts[9]
    );
    fs::write(&profile, text).unwrap();
    let before = entries(sandbox.root());
    for args in &LOOKS[..7] {
        sandbox.run(args);
        assert_eq!(
            entries(sandbox.root()),
            before,
            "`ropc {}` made something",
            args.join(" ")
        );
    }
    // The control: the test sees the files of a verb that writes.
    sandbox.login(&["--yes", "--no-verify"]).expect(0);
    assert_ne!(entries(sandbox.root()), before);
}

#[test]
fn a_login_makes_nothing_in_the_home_of_another_account() {
    if !needs::root() {
        return;
    }
    let mut sandbox = Sandbox::new();
    let login = |sandbox: &Sandbox| -> Run { sandbox.login(&["--yes"]) };
    chown(sandbox.home(), Some(65534), Some(65534)).unwrap();
    let before = entries(sandbox.root());
    login(&sandbox).expect(3).says(&[
        "belongs to",
        "cannot read; nothing was made",
        "sudo -u",
        "ROPC_CONFIG_DIR",
    ]);
    assert_eq!(entries(sandbox.root()), before);
    assert_eq!(sandbox.emulator.connections(), 0);
    // A directory of another account in one's own home is not better.
    let other = sandbox.home().join(".config");
    fs::create_dir(&other).unwrap();
    chown(&other, Some(65534), None).unwrap();
    chown(sandbox.home(), Some(0), Some(0)).unwrap();
    login(&sandbox).expect(3).says(&["nothing was made"]);
    // If only state and cache are wrong, ropc warns before it makes anything.
    chown(sandbox.home(), Some(65534), Some(65534)).unwrap();
    let named = sandbox.root().join("config");
    sandbox.set_env("ROPC_CONFIG_DIR", named.to_str().unwrap());
    let run = login(&sandbox).says(&["warning", "ROPC_STATE_DIR", "ROPC_CACHE_DIR"]);
    assert!(
        run.code == Some(0) || run.stderr.contains("another account"),
        "{}",
        run.stderr
    );
    // The control: all three variables are set, or the home belongs to the account.
    for (variable, name) in [("ROPC_STATE_DIR", "state"), ("ROPC_CACHE_DIR", "cache")] {
        let dir = sandbox.root().join(name);
        sandbox.set_env(variable, dir.to_str().unwrap());
    }
    let run = login(&sandbox).expect(0);
    assert!(!run.stderr.contains("warning"), "{}", run.stderr);
    let own = Sandbox::new();
    login(&own).expect(0);
}
