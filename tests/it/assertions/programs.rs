//! A program that prints the assertion.

use super::{federated, login, write};
use crate::support::Sandbox;

/// `login` with a program of the shell.
fn with_script(sandbox: &Sandbox, script: &str) -> crate::support::Run {
    let flags = [
        "--yes",
        "--assertion-command",
        "--",
        "/bin/sh",
        "-c",
        script,
    ];
    login(sandbox, &flags)
}

#[test]
fn what_a_program_prints_is_the_assertion_and_its_other_words_are_not_shown() {
    let sandbox = federated();
    let path = write(&sandbox, |_| ()).display().to_string();
    with_script(&sandbox, &format!("cat {path}; cat {path} >&2"))
        .expect(0)
        .says(&["an assertion of the program `/bin/sh`"]);
    with_script(&sandbox, &format!("cat {path}; exit 7"))
        .expect(3)
        .says(&[
            "failed (exit status: 7)",
            "run it by hand",
            "`assertion_command`",
        ]);
    with_script(&sandbox, &format!("cat {path} {path}"))
        .expect(3)
        .says(&["gives no assertion"]);
    with_script(&sandbox, "echo ROPC=$ROPC_CONFIG_DIR.b.c")
        .expect(3)
        .says(&["gives no assertion"]);
    let flags = [
        "--yes",
        "--timeout",
        "2s",
        "--assertion-command",
        "--",
        "/bin/sleep",
        "300",
    ];
    login(&sandbox, &flags)
        .expect(6)
        .says(&["ropc ended it", "must not prompt"]);
    let none = ["--yes", "--assertion-command", "--", "no-such-program"];
    login(&sandbox, &none)
        .expect(3)
        .says(&["was not found", "whole path"]);
    assert_eq!(sandbox.emulator.token_requests(), 1);
}

#[test]
fn the_program_of_a_store_and_that_of_the_assertions_are_enrolled_one_after_the_other() {
    let sandbox = federated();
    let path = write(&sandbox, |_| ()).display().to_string();
    let print = format!("cat {}", sandbox.root().join("secrets.json").display());
    let secrets =
        serde_json::json!({"password": sandbox.password, "client_secret": sandbox.client_secret});
    std::fs::write(sandbox.root().join("secrets.json"), secrets.to_string()).unwrap();
    let facts = sandbox.facts();
    let facts: Vec<&str> = facts.iter().map(String::as_str).collect();
    let store = |more: &[&str]| {
        let flags = [&["login", "--yes", "--store", "command"][..], &facts, more].concat();
        sandbox.run(&flags)
    };
    store(&["--assertion-command", "--", "/bin/cat", &path])
        .expect(2)
        .says(&["enrol the store first"]);
    store(&["--", "/bin/sh", "-c", &print]).expect(0);
    let secrets = serde_json::json!({"password": sandbox.password});
    std::fs::write(sandbox.root().join("secrets.json"), secrets.to_string()).unwrap();
    store(&["--assertion-command", "--", "/bin/cat", &path]).expect(0);
    sandbox.run(&["token", "--no-cache"]).expect(0);
    // The copy that `login` enrolled binds the source: this store has no binding of its own.
    let file = sandbox.profile_file("default");
    let profile = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, profile.replace("/bin/cat", "/bin/tac")).unwrap();
    sandbox
        .run(&["token", "--no-cache"])
        .expect(3)
        .says(&["app credential"]);
}
