//! The items in Credential Manager: which ones, for how long, and their largest size.

use crate::machine::{Machine, system};
use crate::support::secrets_json;
use entra_emulator::CONTOSO_CLIENT;
use std::collections::BTreeSet;

/// `CRED_PERSIST_LOCAL_MACHINE` in Wine's registry: for this machine, and not for the user's other
/// machines.
const LOCAL: &str = "Persist    REG_DWORD    0x2";

/// The items of a profile, each as the text that the system shows of it.
pub(crate) fn items(profile: &str) -> BTreeSet<String> {
    // While another test changes the list, the system may show an item twice or not at all.
    let mut before = listed(profile);
    for _ in 0..100 {
        let now = listed(profile);
        if now == before {
            return now;
        }
        before = now;
    }
    panic!("the list does not settle: {before:?}");
}

fn listed(profile: &str) -> BTreeSet<String> {
    let list: &[&str] = if cfg!(windows) {
        &["cmdkey", "/list"]
    } else {
        &[
            "reg",
            "query",
            r"HKCU\Software\Wine\Credential Manager",
            "/s",
        ]
    };
    let output = system(list).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).replace("\r\n", "\n");
    let of_profile = |block: &&str| {
        [
            format!("{profile}/bundle/"),
            format!("{profile}/cache-key/"),
        ]
        .iter()
        .any(|n| block.contains(n.as_str()))
    };
    text.split("\n\n")
        .filter(of_profile)
        .map(str::to_owned)
        .collect()
}

#[test]
fn a_profile_is_two_items_of_this_machine() {
    let Some(machine) = Machine::new("items") else {
        return;
    };
    assert!(items("items").is_empty());
    machine.login(&[]).expect(0);
    let first = items("items");
    assert_eq!(first.len(), 2, "the bundle and the cache key: {first:?}");
    let local = if cfg!(windows) {
        "Local machine persistence"
    } else {
        LOCAL
    };
    assert!(first.iter().all(|item| item.contains(local)), "{first:?}");

    machine.login(&["--yes"]).expect(0);
    let second = items("items");
    assert_eq!(second.len(), 2, "the older generation is gone: {second:?}");
    assert!(
        second.iter().all(|item| !first.contains(item)),
        "and these are new ones"
    );

    machine.run(&["logout", "-p", "items", "--yes"]).expect(0);
    assert!(items("items").is_empty());
}

#[test]
fn a_bundle_of_exactly_2560_bytes_works_and_one_more_is_an_error() {
    let Some(machine) = Machine::new("limit") else {
        return;
    };
    let login = |length: usize| {
        machine.login_with(
            &["--no-verify", "--yes"],
            &secrets_json(&"x".repeat(length), &machine.sandbox.password),
        )
    };
    let refused = login(2500)
        .expect(5)
        .says(&["a keychain takes 2560", "shorten the password"]);
    let length = refused
        .stderr
        .split(" bytes")
        .next()
        .unwrap()
        .rsplit(' ')
        .next()
        .unwrap()
        .parse::<usize>()
        .unwrap();
    let longest = 2500 - (length - 2560);
    login(longest + 1).expect(5).says(&["has 2561 bytes"]);
    assert!(
        items("limit").is_empty(),
        "a bundle that is too long is not stored"
    );

    machine
        .emulator()
        .set_client_secret(CONTOSO_CLIENT, &"x".repeat(longest));
    login(longest).expect(0);
    machine
        .run(&["exec", "-p", "limit", "--", "cmd", "/c", "rem"])
        .expect(0);
    assert_eq!(machine.emulator().token_requests(), 1);
}

#[test]
fn a_missing_item_names_the_account() {
    let Some(machine) = Machine::new("account") else {
        return;
    };
    machine.login(&[]).expect(0);
    let name = |item: &String| {
        let start = item.find("account/").unwrap();
        item[start..].lines().next().unwrap().trim().to_owned()
    };
    // As for another account: the profile's file exists, its items do not.
    for item in items("account") {
        remove(&name(&item), &item);
    }
    assert!(items("account").is_empty());
    let whoami = system(&["whoami"]).output().unwrap();
    let whoami = String::from_utf8_lossy(&whoami.stdout)
        .trim()
        .to_lowercase();
    let run = machine
        .run(&["exec", "-p", "account", "--", "cmd", "/c", "rem"])
        .expect(125);
    assert!(
        run.stderr
            .to_lowercase()
            .contains(&format!("which is {whoami} here")),
        "{whoami}: {}",
        run.stderr
    );
    assert_eq!(machine.emulator().token_requests(), 1, "only the login's");
}

fn remove(name: &str, item: &str) {
    let target = format!("/delete:{name}");
    let key = item
        .lines()
        .find(|line| line.starts_with("HKEY_"))
        .unwrap_or_default()
        .trim();
    let command: &[&str] = if cfg!(windows) {
        &["cmdkey", &target]
    } else {
        &["reg", "delete", key, "/f"]
    };
    assert!(system(command).output().unwrap().status.success());
}
