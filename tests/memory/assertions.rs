//! An app that another identity provider proves: no secret is in memory while the source of its
//! assertion answers, and no assertion while the answer is awaited or with the token in hand. The
//! controls leak the secrets that were read to compare the binding, and look while the assertion is
//! in use.

use crate::may_scan;
use crate::process::{Still, token, wait_for};
use crate::rows::Sought;
use crate::scan::{Finder, Found, Pages, Snapshot};
use crate::scenarios::Stage;
use crate::support::Sandbox;
use entra_emulator::{Config, Fault, Hold, Route, Times};
use std::time::Duration;

/// True if a run that waits for its assertion holds the password.
fn holds_the_password(sandbox: &Sandbox, leak: Option<&str>) -> bool {
    let hold = Hold::new();
    let fault = Fault::Hold(hold.clone());
    sandbox
        .emulator
        .inject_on(Route::Workload, fault, Times::Once);
    let mut command = token(sandbox, &[]);
    leak.map(|leak| command.env("ROPC_TEST_LEAK", leak));
    let still = Still::started(command, b"");
    assert!(hold.wait_for(1, Duration::from_secs(60)), "nobody asked");
    let snapshot = Snapshot::take(still.pid(), Pages::Present).unwrap();
    hold.release();
    let found = Finder::of(&[&sandbox.password]).search(&snapshot);
    !found.iter().all(Found::is_nothing)
}

#[test]
fn no_secret_is_in_memory_while_the_source_of_an_assertion_answers() {
    if !may_scan() {
        return;
    }
    let mut sandbox = Sandbox::with(Config::with_federation);
    let machine = sandbox.emulator.machine_url();
    sandbox.set_env("AZURE_POD_IDENTITY_AUTHORITY_HOST", &machine);
    let password = serde_json::json!({ "password": sandbox.password }).to_string();
    let flags = ["--assertion", "managed-identity", "--no-verify"];
    sandbox.login_with(&flags, password.as_bytes()).expect(0);
    assert!(!holds_the_password(&sandbox, None));
    assert!(holds_the_password(&sandbox, Some("secrets")), "the control");
}

#[test]
fn no_piece_of_an_assertion_stays() {
    if !may_scan() {
        return;
    }
    for source in ["--assertion-file", "--assertion-command"] {
        let (stage, signature) = Stage::federated(source);
        let signature = Sought::of(&signature);

        let in_use = Still::at(token(&stage.sandbox, &[]), "secrets-in-use", b"");
        let left = signature.found_in(in_use.pid());
        println!("{source}: CONTROL in use {left:?}");
        assert!(!left.is_nothing(), "{source}: the control finds nothing");
        drop(in_use);

        let (still, hold) = stage.awaited();
        wait_for(
            || signature.found_in(still.pid()).is_nothing(),
            "a piece of the assertion is in memory",
        );
        hold.release();
        drop(still);

        let in_hand = stage.token_in_hand();
        let left = signature.found_in(in_hand.pid());
        println!("{source}: token in hand  {left:?}");
        assert!(left.is_nothing(), "{source}");
    }
}
