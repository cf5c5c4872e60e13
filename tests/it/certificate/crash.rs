//! A kill between the items of a `login` with a certificate: the profile with the client secret is
//! whole, and the next `login` removes what the killed one left.

use super::Bench;
use crate::support::broker::store_items;

/// The signal of an abort.
const SIGABRT: i32 = 6;

#[test]
fn a_kill_between_key_and_bundle_leaves_the_old_profile_whole() {
    let bench = Bench::new();
    let sandbox = &bench.sandbox;
    sandbox.login(&[]).expect(0);
    let before = store_items(sandbox);
    let file = bench.text("app.pem");
    let facts = sandbox.facts();
    let mut args = vec!["login", "--yes", "--certificate", file.as_str()];
    args.extend(facts.iter().map(String::as_str));
    let mut command = sandbox.command(&args);
    command.env("ROPC_TEST_CRASH_AT", "item-written");
    assert_eq!(sandbox.finish("login", command, &[]).signal, Some(SIGABRT));
    // The control: the key is there, and no profile names it.
    let killed = store_items(sandbox);
    let key = killed.keys().find(|name| !before.contains_key(*name));
    assert!(key.unwrap().contains("/certificate/"), "{key:?}");
    bench.exec().expect(0);
    let last = bench.requests().pop().unwrap();
    assert!(last.field("client_secret").is_some());
    sandbox.run(&args).expect(0);
    bench.exec().expect(0);
    assert!(
        bench
            .requests()
            .pop()
            .unwrap()
            .field("client_assertion")
            .is_some()
    );
    let after = store_items(sandbox);
    assert_eq!(
        after.len(),
        3,
        "key, bundle and cache key: {:?}",
        after.keys()
    );
    assert!(
        !after
            .keys()
            .any(|name| before.contains_key(name) || Some(name) == key)
    );
}
