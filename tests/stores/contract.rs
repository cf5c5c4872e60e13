//! What every store promises, whatever keeps the secrets: one test a store, all of them the same.

use crate::case::{Case, Kind, items};
use crate::support::random_secret;
use entra_emulator::CONTOSO_USER;

#[test]
fn the_os_store_keeps_the_contract() {
    contract(Kind::Os);
}

#[test]
fn the_file_store_with_a_key_file_keeps_the_contract() {
    contract(Kind::File("key-file"));
}

#[test]
fn the_file_store_with_a_systemd_credential_keeps_the_contract() {
    contract(Kind::File("credential"));
}

#[test]
fn the_file_store_with_a_key_in_the_keychain_keeps_the_contract() {
    contract(Kind::File("keychain"));
}

#[test]
fn the_file_store_with_a_passphrase_keeps_the_contract() {
    contract(Kind::File("passphrase"));
}

#[test]
fn the_directory_store_keeps_the_contract() {
    contract(Kind::Directory);
}

#[test]
fn the_command_store_keeps_the_contract() {
    contract(Kind::Command);
}

fn contract(kind: Kind) {
    let Some(case) = Case::new(kind) else { return };
    works(&case);
    refuses_a_wrong_password_once(&case);
    follows_a_rotation(&case);
    is_bound_or_refused(&case);
    leaves_nothing(&case);
    assert!(case.sandbox.emulator.violations().is_empty(), "{:?}", case.sandbox.emulator.violations());
}

fn works(case: &Case) {
    let emulator = &case.sandbox.emulator;
    case.login(&[]).expect(0).says(&["signed in as", case.worth()]);
    let script = format!(
        "curl -sS --cacert ca.pem -H \"Authorization: Bearer $GRAPH_ACCESS_TOKEN\" {}/v1.0/me",
        emulator.graph_url()
    );
    let run = case.run(&["exec", "--", "sh", "-c", &script]).expect(0);
    assert!(run.stdout.contains(CONTOSO_USER), "{}", run.stdout);
    assert_eq!(emulator.token_requests(), 1, "the token of the login serves the first job");
    case.run(&["exec", "--no-cache", "--", "true"]).expect(0);
    assert_eq!(emulator.token_requests(), 2, "and what is in the store gives another");
    let status = case.run(&["status", "--json"]).expect(0).stdout;
    let secrets = if case.kind == Kind::Command { "on-demand" } else { "present" };
    for part in [format!("\"kind\":\"{}\"", case.kind.name()), format!("\"secrets\":\"{secrets}\"")] {
        assert!(status.contains(&part), "no {part} in {status}");
    }
    assert!(status.contains("\"state\":\"valid\""), "{status}");
    if let (Kind::File("keychain"), Some(daemon)) = (case.kind, &case.daemon) {
        assert!(matches!(items(daemon).as_slice(), [one] if one.starts_with("store-key/")), "{:?}", items(daemon));
    }
    let file = std::fs::read_to_string(case.sandbox.profile_file("default")).unwrap();
    assert!(file.contains(&format!("store = \"{}\"", case.kind.name())), "{file}");
}

fn refuses_a_wrong_password_once(case: &Case) {
    let emulator = &case.sandbox.emulator;
    case.give(&random_secret("Wr"));
    if !case.kind.is_engine() {
        case.login(&["--yes", "--no-verify"]).expect(0);
    }
    let before = emulator.token_requests();
    case.run(&["exec", "--no-cache", "--", "true"]).expect(125).says(&["sign-in refused", "AADSTS50126"]);
    let again = case.run(&["exec", "--no-cache", "--", "true"]).expect(125).says(&["refused it before", "--retry"]);
    if case.kind.is_engine() {
        again.says(&["a new one is tried by itself"]);
    }
    assert_eq!(emulator.token_requests(), before + 1, "a refused password is sent once");
    case.run(&["login", "--retry", "--yes"]).expect(4);
    assert_eq!(emulator.token_requests(), before + 2, "and once more when a person asks");
    case.give(&case.sandbox.password);
    if !case.kind.is_engine() {
        case.login(&["--yes"]).expect(0);
    }
    case.run(&["exec", "--no-cache", "--", "true"]).expect(0);
}

/// Engines: a changed password is used without a `login`. The others: `login` changes it.
fn follows_a_rotation(case: &Case) {
    let new = random_secret("Nx");
    assert!(case.sandbox.emulator.set_password(CONTOSO_USER, &new));
    case.give(&new);
    if !case.kind.is_engine() {
        case.login(&["--yes"]).expect(0);
    }
    case.run(&["exec", "--no-cache", "--", "true"]).expect(0);
}

/// A profile that names another host is refused by the binding; without a binding, one that others may write is.
fn is_bound_or_refused(case: &Case) {
    use std::os::unix::fs::PermissionsExt;
    let path = case.sandbox.profile_file("default");
    let good = std::fs::read_to_string(&path).unwrap();
    let before = case.sandbox.emulator.connections();
    if case.kind.is_engine() {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o620)).unwrap();
        case.run(&["exec", "--no-cache", "--", "true"]).expect(125).says(&[
            "configuration",
            "others may write",
            "chmod go-w",
        ]);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    } else {
        std::fs::write(&path, good.replace("https://localhost", "https://127.0.0.1")).unwrap();
        case.run(&["exec", "--no-cache", "--", "true"]).expect(125).says(&[
            "configuration",
            "authority",
            "nothing was sent",
        ]);
        std::fs::write(&path, &good).unwrap();
    }
    assert_eq!(case.sandbox.emulator.connections(), before, "nobody was asked");
    case.run(&["exec", "--no-cache", "--", "true"]).expect(0);
}

fn leaves_nothing(case: &Case) {
    case.run(&["logout", "--yes"]).expect(0);
    assert!(!case.sandbox.profile_file("default").exists());
    case.assert_left();
    case.run(&["exec", "--", "true"]).expect(125).says(&["there is no profile"]);
}

#[test]
fn a_profile_moves_from_store_to_store_and_leaves_nothing_behind() {
    let Some(case) = Case::new(Kind::File("keychain")) else { return };
    let daemon = case.daemon.as_ref().unwrap();
    let into = |store: &[&str]| case.sandbox.login_into(store, &["--yes"], &case.sandbox.secrets_json()).expect(0);
    into(&["--store", "os"]);
    assert_eq!(items(daemon).len(), 2, "bundle and cache key");
    into(&["--store", "file", "--key-source", "keychain"]);
    assert!(matches!(items(daemon).as_slice(), [key] if key.starts_with("store-key/")), "{:?}", items(daemon));
    let dir = case.secrets_dir();
    std::fs::create_dir(&dir).unwrap();
    std::fs::write(dir.join("password"), &case.sandbox.password).unwrap();
    std::fs::write(dir.join("client_secret"), &case.sandbox.client_secret).unwrap();
    let facts = case.sandbox.facts();
    let mut args: Vec<&str> = facts.iter().map(String::as_str).collect();
    let dir = dir.display().to_string();
    args.splice(..0, ["login", "--yes", "--store", "directory", "--secrets-dir", &dir]);
    case.sandbox.run(&args).expect(0).says(&["other accounts here may read some of them"]);
    assert_eq!(items(daemon), Vec::<String>::new());
    assert!(!case.sandbox.config_dir().join("store.sealed").exists());
    case.sandbox.run(&["exec", "--no-cache", "--", "true"]).expect(0);
}

#[test]
fn a_store_opens_with_the_source_that_sealed_it_and_with_no_other() {
    let Some(case) = Case::new(Kind::File("credential")) else { return };
    let mut sandbox = case.sandbox;
    let key = sandbox.root().join("other.key");
    // Without `--key-source` the first that is configured is taken, and the header keeps it.
    sandbox.set_env("ROPC_KEY_FILE", key.to_str().unwrap());
    sandbox.login_into(&["--store", "file"], &[], &sandbox.secrets_json()).expect(0).says(&["systemd credential"]);
    sandbox.run(&["exec", "--no-cache", "--", "true"]).expect(0);
    sandbox.set_env("CREDENTIALS_DIRECTORY", "");
    sandbox
        .run(&["exec", "--no-cache", "--", "true"])
        .expect(125)
        .says(&["systemd credential", "CREDENTIALS_DIRECTORY"]);
    assert!(!key.exists(), "no other key was made");
    sandbox
        .login_into(&["--store", "file", "--key-source", "key-file"], &["-p", "b"], &sandbox.secrets_json())
        .expect(5)
        .says(&["sealed with a key from the source credential", "--key-source credential"]);
}

#[test]
fn a_passphrase_is_never_waited_for_unattended() {
    let Some(case) = Case::new(Kind::File("passphrase")) else { return };
    case.login(&[]).expect(0);
    for args in [&["exec", "--", "true"][..], &["exec", "--no-cache", "--", "true"]] {
        case.sandbox.run(args).expect(125).says(&[
            "no terminal to ask at",
            "--key-source key-file",
            "--key-source credential",
        ]);
    }
    let refused = case.sandbox.login_into(&["--store", "file"], &["-p", "new"], &case.sandbox.secrets_json());
    refused.expect(5).says(&["no terminal to ask at"]);
}

#[test]
fn a_new_file_store_without_any_key_source_is_refused_with_the_options() {
    let sandbox = crate::support::Sandbox::new();
    sandbox.login_into(&["--store", "file"], &[], &sandbox.secrets_json()).expect(3).says(&[
        "no source for one was named",
        "--key-source key-file",
        "--key-source credential",
        "--key-source keychain",
    ]);
    assert_eq!(sandbox.emulator.connections(), 0);
}
