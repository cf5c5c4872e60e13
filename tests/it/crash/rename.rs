//! `ropc rename`: everything goes along, and a kill at every step leaves the profile whole under
//! one of its two names.

use super::{OF_FILES, OF_RENAME, SIGABRT, VARIABLE};
use crate::support::broker::{read_record, store_items};
use crate::support::{Run, Sandbox, random_secret, secrets_json};
use entra_emulator::CONTOSO_USER;
use std::path::PathBuf;

/// `rename default reports`, killed at this point.
fn rename(sandbox: &Sandbox, point: Option<&str>) -> Run {
    let mut command = sandbox.command(["rename", "default", "reports"]);
    command.envs(point.map(|point| (VARIABLE, point)));
    sandbox.finish("rename", command, &[])
}

/// The files below HOME that name a profile in their path, and the items of its store.
fn named(sandbox: &Sandbox, name: &str) -> (Vec<PathBuf>, Vec<String>) {
    let files = sandbox.snapshot().into_iter().map(|(path, _)| path);
    let is_lock = |path: &PathBuf| path.extension().is_some_and(|end| end == "lock");
    let names_it = |path: &PathBuf| path.to_string_lossy().contains(name) && !is_lock(path);
    let items = store_items(sandbox).into_keys();
    (
        files.filter(names_it).collect(),
        items.filter(|item| item.starts_with(name)).collect(),
    )
}

#[test]
fn secrets_token_and_enrolled_copy_go_along() {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    let before = named(&sandbox, "default");
    assert_eq!((before.0.len(), before.1.len()), (3, 2), "{before:?}");
    let asked = sandbox.emulator.token_requests();
    rename(&sandbox, None).expect(0).says(&[
        "the profile `default` is called `reports` now",
        "`-p reports`",
    ]);
    assert_eq!(named(&sandbox, "default"), (vec![], vec![]));
    let after = named(&sandbox, "reports");
    assert_eq!((after.0.len(), after.1.len()), (3, 2), "{after:?}");
    sandbox
        .run(&["exec", "-p", "reports", "--", "true"])
        .expect(0);
    assert_eq!(
        sandbox.emulator.token_requests(),
        asked,
        "the cached token serves"
    );
    sandbox
        .run(&["exec", "-p", "reports", "--refresh", "--", "true"])
        .expect(0);
    sandbox
        .run(&["exec", "--", "true"])
        .expect(125)
        .says(&["there is no profile `default`"]);
}

#[test]
fn a_store_that_is_only_read_stays_where_it_is() {
    let sandbox = Sandbox::new();
    super::logout::login_into_a_directory(&sandbox);
    rename(&sandbox, None).expect(0);
    assert_eq!(named(&sandbox, "default").0, Vec::<PathBuf>::new());
    sandbox
        .run(&["exec", "-p", "reports", "--no-cache", "--", "true"])
        .expect(0);
}

#[test]
fn a_refused_secret_stays_refused_under_the_new_name() {
    let sandbox = Sandbox::new();
    let wrong = random_secret("No");
    sandbox.watch("a wrong password", &wrong);
    let secrets = secrets_json(&sandbox.client_secret, &wrong);
    sandbox.login_with(&["--no-verify"], &secrets).expect(0);
    sandbox.run(&["token"]).expect(4);
    rename(&sandbox, None).expect(0);
    assert_eq!(read_record(&sandbox)["refused"][0]["profile"], "reports");
    sandbox
        .run(&["token", "-p", "reports"])
        .expect(4)
        .says(&["`ropc login -p reports`"]);
    assert_eq!(sandbox.emulator.failed_sign_ins(CONTOSO_USER), 1);
}

#[test]
fn nothing_is_renamed_onto_another_profile() {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    sandbox.login(&["-p", "reports"]).expect(0);
    let before = sandbox.snapshot();
    rename(&sandbox, None)
        .expect(2)
        .says(&["there is a profile `reports` already"]);
    sandbox
        .run(&["rename", "default", "default"])
        .expect(2)
        .says(&["called `default` already"]);
    sandbox
        .run(&["rename", "defualt", "other"])
        .expect(3)
        .says(&["there is no profile `defualt`"]);
    sandbox.run(&["rename", "default", "../x"]).expect(3);
    let files: Vec<_> = sandbox.snapshot();
    let changed = files
        .iter()
        .filter(|file| !before.contains(file) && !file.1.is_empty());
    assert_eq!(changed.count(), 0);
}

#[test]
fn a_locked_store_leaves_the_profile_as_it_was() {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    let (key, away) = (
        sandbox.config_dir().join("store.key"),
        sandbox.root().join("key"),
    );
    std::fs::rename(&key, &away).unwrap();
    rename(&sandbox, None).expect(5).says(&["store.key"]);
    std::fs::rename(&away, &key).unwrap();
    assert_eq!(named(&sandbox, "reports").1, Vec::<String>::new());
    sandbox.run(&["exec", "--refresh", "--", "true"]).expect(0);
    rename(&sandbox, None).expect(0);
}

#[test]
fn a_rename_killed_at_any_step_leaves_one_whole_profile_and_can_be_repeated() {
    let files = (1..=9).map(|number| format!("{OF_FILES}:{number}"));
    let steps = OF_RENAME.into_iter().chain(["cache-key-removed"]);
    let mut ended = 0;
    for point in steps.map(str::to_owned).chain(files) {
        let sandbox = Sandbox::new();
        sandbox.login(&[]).expect(0);
        let killed = rename(&sandbox, Some(&point)).signal == Some(SIGABRT);
        ended += usize::from(killed);
        assert!(
            killed || point.starts_with(OF_FILES),
            "`rename` passes {point}"
        );
        let whole = ["default", "reports"].map(|name| {
            let run = sandbox.run(&["token", "--no-cache", "-p", name]);
            assert!(matches!(run.code, Some(0 | 3)), "{point}: {run:?}");
            run.code == Some(0)
        });
        assert!(whole[0] != whole[1], "{point}: {whole:?}");
        if killed {
            rename(&sandbox, None).expect(0);
        }
        assert_eq!(named(&sandbox, "default"), (vec![], vec![]), "{point}");
        let after = named(&sandbox, "reports");
        assert_eq!((after.0.len(), after.1.len()), (3, 2), "{point}: {after:?}");
        sandbox
            .run(&["exec", "-p", "reports", "--refresh", "--", "true"])
            .expect(0);
    }
    assert!(ended >= 11, "{ended}");
}

#[test]
fn what_a_killed_rename_left_is_removed_by_logout_under_either_name() {
    for point in OF_RENAME {
        let sandbox = Sandbox::new();
        sandbox.login(&[]).expect(0);
        rename(&sandbox, Some(point));
        sandbox.run(&["logout", "--all", "--yes"]).expect(0);
        assert!(store_items(&sandbox).is_empty(), "{point}");
    }
}
