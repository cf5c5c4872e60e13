//! `ropc status` says whether a sign-in is possible: its rows agree with each other and with its
//! JSON.

use crate::support::Sandbox;
use crate::support::broker::{store_items, write_store};
use serde_json::Value;

/// The rows for the secrets and for the sign-in, and both in the JSON.
fn shown(sandbox: &Sandbox, code: i32) -> (String, String, Value) {
    let text = sandbox.run(&["status"]).expect(code).stdout;
    let row = |label: &str| {
        let row = text.lines().find_map(|line| line.strip_prefix(label));
        row.unwrap_or_else(|| panic!("{text}")).trim().to_owned()
    };
    let json = sandbox.run(&["status", "--json"]).expect(code).stdout;
    let json = serde_json::from_str(&json).unwrap();
    (row("secrets"), row("sign-in"), json)
}

#[test]
fn a_sign_in_without_its_secrets_is_never_called_ready() {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    let (secrets, sign_in, json) = shown(&sandbox, 0);
    assert_eq!((&*secrets, &*sign_in), ("present", "ready"), "control");
    assert_eq!(json["store"]["secrets"], "present");
    assert_eq!(json["breaker"]["state"], "ready");

    let mut items = store_items(&sandbox);
    items.retain(|name, _| name.contains("/cache-key/"));
    write_store(&sandbox, &items);
    let (secrets, sign_in, json) = shown(&sandbox, 5);
    assert_eq!(secrets, "missing");
    assert_eq!(sign_in, "not possible without the secrets");
    assert_eq!(json["store"]["secrets"], "missing");
    assert_eq!(json["breaker"]["state"], "ready", "the breaker's own");

    std::fs::remove_file(sandbox.config_dir().join("store.key")).unwrap();
    let (secrets, sign_in, json) = shown(&sandbox, 5);
    assert_eq!(secrets, "unavailable");
    assert_eq!(sign_in, "not possible while the secrets are unavailable");
    assert_eq!(json["store"]["secrets"], "unavailable");
}
