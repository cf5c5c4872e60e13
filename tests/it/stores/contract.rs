//! The contract of every store: one test a store, all with the same cases (`support/contract.rs`),
//! which the Windows program has to pass as well.

use super::case::{Case, Kind, items};
use crate::support::contract::{self, Store};
use crate::support::{Run, Sandbox, needs};
use entra_emulator::CONTOSO_USER;
use std::os::unix::fs::PermissionsExt;

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
    contract::keeps(&case);
}

impl Store for Case {
    fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    fn profile(&self) -> &'static str {
        "default"
    }

    fn name(&self) -> &'static str {
        self.kind.name()
    }

    fn is_only_read(&self) -> bool {
        self.kind.is_only_read()
    }

    fn worth(&self) -> &'static str {
        Self::worth(self)
    }

    fn give(&self, password: &str) {
        Self::give(self, password);
    }

    fn login(&self, more: &[&str]) -> Run {
        Self::login(self, more)
    }

    fn run(&self, args: &[&str]) -> Run {
        Self::run(self, args)
    }

    fn exec(&self, flags: &[&str]) -> Run {
        Self::run(self, &[&["exec"], flags, &["--", "true"]].concat())
    }

    /// Makes a request to Graph with the token.
    fn use_token(&self) {
        if !needs::programs(&["curl"]) {
            return;
        }
        let script = format!(
            "curl -sS --cacert ca.pem -H \"Authorization: Bearer $GRAPH_ACCESS_TOKEN\" {}/v1.0/me",
            self.sandbox.emulator.graph_url()
        );
        let run = Self::run(self, &["exec", "--", "sh", "-c", &script]).expect(0);
        assert!(run.stdout.contains(CONTOSO_USER), "{}", run.stdout);
    }

    fn exec_open_to_others(&self) -> Option<Run> {
        let path = self.sandbox.profile_file("default");
        let set =
            |mode| std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        set(0o620);
        let run = self.exec(&["--no-cache"]);
        set(0o600);
        Some(run)
    }

    fn assert_held(&self) {
        if let Some(other) = &self.other {
            assert_eq!(
                (
                    other.count("application", "ropc"),
                    other.count("source", "other")
                ),
                (2, 2)
            );
        }
        if let (Kind::File("keychain"), Some(daemon)) = (self.kind, &self.daemon) {
            assert!(
                matches!(items(daemon).as_slice(), [one] if one.starts_with("store-key/")),
                "{:?}",
                items(daemon)
            );
        }
    }

    fn assert_left(&self) {
        Self::assert_left(self);
    }
}

#[test]
fn a_profile_moves_from_store_to_store_and_leaves_nothing_behind() {
    let Some(case) = Case::new(Kind::File("keychain")) else {
        return;
    };
    let daemon = case.daemon.as_ref().unwrap();
    let into = |store: &[&str]| {
        case.sandbox
            .login_into(store, &["--yes"], &case.sandbox.secrets_json())
            .expect(0)
    };
    into(&["--store", "os"]);
    assert_eq!(items(daemon).len(), 2, "bundle and cache key");
    into(&["--store", "file", "--key-source", "keychain"]);
    assert!(
        matches!(items(daemon).as_slice(), [key] if key.starts_with("store-key/")),
        "{:?}",
        items(daemon)
    );
    let dir = case.secrets_dir();
    std::fs::create_dir(&dir).unwrap();
    std::fs::write(dir.join("password"), &case.sandbox.password).unwrap();
    std::fs::write(dir.join("client_secret"), &case.sandbox.client_secret).unwrap();
    let facts = case.sandbox.facts();
    let mut args: Vec<&str> = facts.iter().map(String::as_str).collect();
    let dir = dir.display().to_string();
    args.splice(
        ..0,
        [
            "login",
            "--yes",
            "--store",
            "directory",
            "--secrets-dir",
            &dir,
        ],
    );
    case.sandbox
        .run(&args)
        .expect(0)
        .says(&["other accounts here may read some of them"]);
    assert_eq!(items(daemon), Vec::<String>::new());
    assert!(!case.sandbox.config_dir().join("store.sealed").exists());
    case.sandbox
        .run(&["exec", "--no-cache", "--", "true"])
        .expect(0);
}

#[test]
fn a_store_opens_with_the_source_that_sealed_it_and_with_no_other() {
    let Some(case) = Case::new(Kind::File("credential")) else {
        return;
    };
    let mut sandbox = case.sandbox;
    let key = sandbox.root().join("other.key");
    // Without `--key-source` ropc takes the first configured source, and the header keeps it.
    sandbox.set_env("ROPC_KEY_FILE", key.to_str().unwrap());
    sandbox
        .login_into(&["--store", "file"], &[], &sandbox.secrets_json())
        .expect(0)
        .says(&["systemd credential"]);
    sandbox.run(&["exec", "--no-cache", "--", "true"]).expect(0);
    sandbox.set_env("CREDENTIALS_DIRECTORY", "");
    sandbox
        .run(&["exec", "--no-cache", "--", "true"])
        .expect(125)
        .says(&["systemd credential", "CREDENTIALS_DIRECTORY"]);
    assert!(!key.exists(), "no other key was made");
    sandbox
        .login_into(
            &["--store", "file", "--key-source", "key-file"],
            &["-p", "b"],
            &sandbox.secrets_json(),
        )
        .expect(5)
        .says(&[
            "sealed with a key from the source credential",
            "--key-source credential",
        ]);
}

#[test]
fn without_a_named_source_an_open_keychain_goes_before_a_question_to_a_person() {
    let Some(case) = Case::new(Kind::File("keychain")) else {
        return;
    };
    let into = ["--store", "file"];
    case.sandbox
        .login_into(&into, &[], &case.sandbox.secrets_json())
        .expect(0)
        .says(&["its key is in the keychain"]);
    assert!(
        matches!(items(case.daemon.as_ref().unwrap()).as_slice(), [key] if key.starts_with("store-key/"))
    );
    let Some(case) = Case::new(Kind::File("passphrase")) else {
        return;
    };
    case.login_without_a_source()
        .expect(0)
        .says(&["as safe as the passphrase"]);
}

#[test]
fn a_store_without_its_key_in_the_keychain_is_an_error_and_no_empty_store() {
    let Some(case) = Case::new(Kind::File("keychain")) else {
        return;
    };
    case.login(&[]).expect(0);
    let daemon = case.daemon.as_ref().unwrap();
    let mut tool = std::process::Command::new("secret-tool");
    assert!(
        daemon
            .apply_env(tool.args(["clear", "service", "ropc"]))
            .status()
            .unwrap()
            .success()
    );
    assert_eq!(items(daemon), Vec::<String>::new());
    let words = ["the key of the file store is not available", "store-key/"];
    case.run(&["exec", "--no-cache", "--", "true"])
        .expect(125)
        .says(&words);
    let status = case.run(&["status", "--json"]).expect(5).stdout;
    assert!(status.contains("\"secrets\":\"unavailable\""), "{status}");
    assert_eq!(
        case.sandbox.emulator.token_requests(),
        1,
        "only the login was sent"
    );
}

#[test]
fn an_unattended_run_never_waits_for_a_passphrase() {
    let Some(case) = Case::new(Kind::File("passphrase")) else {
        return;
    };
    case.login(&[]).expect(0);
    for args in [
        &["exec", "--", "true"][..],
        &["exec", "--no-cache", "--", "true"],
    ] {
        case.sandbox.run(args).expect(125).says(&[
            "a person types at a terminal",
            "--key-source key-file",
            "--key-source credential",
        ]);
    }
    let refused = case.sandbox.login_into(
        &["--store", "file"],
        &["-p", "new"],
        &case.sandbox.secrets_json(),
    );
    refused.expect(5).says(&["a person types at a terminal"]);
}

#[test]
fn a_new_file_store_without_any_key_source_is_refused_with_the_options() {
    let sandbox = crate::support::Sandbox::new();
    sandbox
        .login_into(&["--store", "file"], &[], &sandbox.secrets_json())
        .expect(3)
        .says(&[
            "no source for one was named",
            "--key-source key-file",
            "--key-source credential",
            "--key-source keychain",
        ]);
    assert_eq!(sandbox.emulator.connections(), 0);
}
