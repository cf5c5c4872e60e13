//! A kill at every step of `logout`, and strays that an earlier kill left in a store.

use super::{Change, OF_FILES, OF_LOGOUT, SIGABRT, VARIABLE};
use crate::support::broker::store_items;
use crate::support::{Sandbox, leaks};
use std::fs;

#[test]
fn a_logout_killed_at_any_step_can_be_repeated() {
    let files = (1..=6).map(|number| format!("{OF_FILES}:{number}"));
    let steps = OF_LOGOUT
        .iter()
        .copied()
        .chain(["cache-key-removed"])
        .map(str::to_owned);
    let mut ended = 0;
    for point in steps.chain(files) {
        let change = Change::new();
        let sandbox = &change.sandbox;
        let mut command = sandbox.command(["logout", "--yes"]);
        command.env(VARIABLE, &point);
        let killed = sandbox.finish("logout", command, &[]).signal == Some(SIGABRT);
        ended += usize::from(killed);
        if killed {
            // Half removed: a job says what is missing, or still works.
            let run = sandbox.run(&["token", "--no-cache"]);
            assert!(matches!(run.code, Some(0 | 5)), "{point}: {run:?}");
            sandbox.run(&["logout", "--yes"]).expect(0);
        }
        assert!(store_items(sandbox).is_empty(), "{point}");
        assert!(
            !sandbox.profile_file("default").exists()
                && !sandbox.cache_dir().join("tokens/default").exists()
        );
        let names: Vec<_> = leaks::files_below(&sandbox.config_dir())
            .into_iter()
            .map(|(path, _)| path)
            .collect();
        assert!(
            names
                .iter()
                .all(|p| !p.to_string_lossy().contains(".ropc-")),
            "{point}: {names:?}"
        );
        sandbox.login(&[]).expect(0);
    }
    assert!(ended >= 5, "{ended}");
}

/// `login` of the profile `default` into the file store, killed when the secrets are stored and the
/// profile is not written yet.
fn killed_before_the_profile(sandbox: &Sandbox) {
    let facts = sandbox.facts();
    let mut args = vec![
        "login",
        "--secrets-stdin",
        "--yes",
        "--store",
        "file",
        "--key-source",
        "key-file",
    ];
    args.extend(facts.iter().map(String::as_str));
    let mut command = sandbox.command(&args);
    command.env(VARIABLE, "bundle-written");
    assert_eq!(
        sandbox
            .finish("login", command, &sandbox.secrets_json())
            .signal,
        Some(SIGABRT)
    );
    assert_eq!(
        store_items(sandbox).len(),
        1,
        "the control: an item that no profile names"
    );
}

/// `login` into the directory store, which ropc only reads.
pub(super) fn login_into_a_directory(sandbox: &Sandbox) {
    let dir = sandbox.root().join("secrets");
    fs::create_dir_all(&dir).unwrap();
    fs::write(dir.join("password"), &sandbox.password).unwrap();
    fs::write(dir.join("client_secret"), &sandbox.client_secret).unwrap();
    let (facts, dir) = (sandbox.facts(), dir.display().to_string());
    let mut args = vec![
        "login",
        "--yes",
        "--store",
        "directory",
        "--secrets-dir",
        &dir,
    ];
    args.extend(facts.iter().map(String::as_str));
    sandbox.run(&args).expect(0);
}

fn holds_nothing(sandbox: &Sandbox) {
    assert!(!sandbox.config_dir().join("store.sealed").exists());
    assert!(
        !sandbox
            .profile_file("default")
            .with_extension("pending")
            .exists(),
        "the journal"
    );
}

#[test]
fn a_stray_is_found_in_the_store_where_it_was_left() {
    for all in [false, true] {
        // There was never a profile.
        let sandbox = Sandbox::new();
        killed_before_the_profile(&sandbox);
        sandbox
            .run(
                &["logout", "--yes"]
                    .into_iter()
                    .chain(all.then_some("--all"))
                    .collect::<Vec<_>>(),
            )
            .expect(0);
        holds_nothing(&sandbox);
        sandbox
            .run(&["logout", "--yes"])
            .expect(3)
            .says(&["there is no profile"]);
    }
    // The profile names another store.
    let sandbox = Sandbox::new();
    login_into_a_directory(&sandbox);
    killed_before_the_profile(&sandbox);
    sandbox.run(&["exec", "--no-cache", "--", "true"]).expect(0);
    sandbox.run(&["logout", "--yes"]).expect(0);
    holds_nothing(&sandbox);
    // So does the next `login`.
    let sandbox = Sandbox::new();
    killed_before_the_profile(&sandbox);
    login_into_a_directory(&sandbox);
    holds_nothing(&sandbox);
    // In a store that cannot be opened the stray stays, and the journal still names it.
    let sandbox = Sandbox::new();
    killed_before_the_profile(&sandbox);
    let (key, away) = (
        sandbox.config_dir().join("store.key"),
        sandbox.root().join("key"),
    );
    fs::rename(&key, &away).unwrap();
    let run = sandbox.run(&["logout", "--yes"]).expect(5);
    run.says(&[
        "an older copy of its secrets is left in the store `file`",
        "store.key",
        "run `ropc logout` again",
    ]);
    fs::rename(&away, &key).unwrap();
    sandbox.run(&["logout", "--yes"]).expect(0);
    holds_nothing(&sandbox);
}
