//! The ways out of a refusal: a retry, another `login`, a `logout`.

use super::refused::HOUR;
use super::{store_password, wrong};
use crate::support::broker::{login_as, pass, status};
use crate::support::{Sandbox, random_secret, secrets_json};
use entra_emulator::{CONTOSO_CLIENT, CONTOSO_USER};

#[test]
fn login_retry_sends_a_refused_password_once_more() {
    let sandbox = Sandbox::new();
    let later = wrong(&sandbox);
    store_password(&sandbox, &later);
    sandbox.run(&["token"]).expect(4);
    sandbox
        .run(&["login", "--retry"])
        .expect(4)
        .says(&["AADSTS50126"]);
    sandbox.run(&["token"]).expect(4).says(&["is not sent"]);
    assert_eq!(sandbox.emulator.token_requests(), 2);
    sandbox.emulator.set_password(CONTOSO_USER, &later);
    pass(&sandbox, HOUR);
    sandbox.run(&["token"]).expect(4).says(&["is not sent"]);
    sandbox.run(&["login", "--retry"]).expect(0);
    sandbox.run(&["token", "--no-cache"]).expect(0);
    assert_eq!(status(&sandbox, "default")["breaker"]["state"], "ready");
}

#[test]
fn a_retry_that_works_clears_the_same_secret_in_every_profile() {
    let sandbox = Sandbox::new();
    let (later, secret) = (wrong(&sandbox), random_secret("Cl"));
    sandbox.watch("the later client secret", &secret);
    for profile in ["one", "two"] {
        let secrets = secrets_json(&secret, &later);
        login_as(&sandbox, CONTOSO_USER, profile, &secrets, &["--no-verify"]).expect(0);
    }
    sandbox
        .run(&["token", "-p", "one"])
        .expect(4)
        .says(&["AADSTS7000215"]);
    sandbox.emulator.set_client_secret(CONTOSO_CLIENT, &secret);
    sandbox
        .run(&["login", "--retry", "-p", "one"])
        .expect(4)
        .says(&["AADSTS50126"]);
    sandbox
        .run(&["token", "-p", "two"])
        .expect(4)
        .says(&["is not sent"]);
    sandbox.emulator.set_password(CONTOSO_USER, &later);
    sandbox.run(&["login", "--retry", "-p", "two"]).expect(0);
    for profile in ["two", "one"] {
        sandbox
            .run(&["token", "--no-cache", "-p", profile])
            .expect(0);
    }
}

#[test]
fn a_failed_login_leaves_the_old_secrets_in_use_warm_and_cold() {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    let before = sandbox
        .snapshot()
        .into_iter()
        .filter(|(p, _)| p.starts_with(sandbox.config_dir()))
        .collect::<Vec<_>>();
    let bad = secrets_json(&sandbox.client_secret, &wrong(&sandbox));
    sandbox
        .login_with(&["--yes"], &bad)
        .expect(4)
        .says(&["AADSTS50126", "nothing was stored"]);
    sandbox
        .login_with(&["--yes"], &bad)
        .expect(4)
        .says(&["is not sent", "--secrets-stdin"]);
    let after = sandbox
        .snapshot()
        .into_iter()
        .filter(|(p, _)| p.starts_with(sandbox.config_dir()))
        .collect::<Vec<_>>();
    assert_eq!(before, after);
    assert_eq!(sandbox.emulator.token_requests(), 2);
    sandbox.run(&["exec", "--", "true"]).expect(0);
    assert_eq!(sandbox.emulator.token_requests(), 2, "warm");
    sandbox.run(&["exec", "--no-cache", "--", "true"]).expect(0);
    assert_eq!(sandbox.emulator.token_requests(), 3, "cold");
}

#[test]
fn logout_drops_cache_record_and_secrets() {
    let sandbox = Sandbox::new();
    let bad = wrong(&sandbox);
    store_password(&sandbox, &bad);
    sandbox.run(&["token"]).expect(4);
    sandbox.run(&["logout", "--yes"]).expect(0);
    assert_eq!(
        crate::support::broker::read_record(&sandbox)["refused"],
        serde_json::json!([])
    );
    assert!(crate::support::broker::store_items(&sandbox).is_empty());
    store_password(&sandbox, &bad);
    sandbox.run(&["token"]).expect(4).says(&["AADSTS50126: "]);
    assert_eq!(
        sandbox.emulator.token_requests(),
        2,
        "ropc sends it again after a logout and a login"
    );
    pass(&sandbox, HOUR);
    sandbox.login(&["--yes"]).expect(0);
    sandbox.run(&["logout", "--yes"]).expect(0);
    assert!(!sandbox.cache_dir().join("tokens/default").exists());
    assert!(!sandbox.profile_file("default").exists());
}
