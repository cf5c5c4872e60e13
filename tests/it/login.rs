//! `ropc login` and `ropc logout` without a person: a failure changes nothing, a success replaces
//! everything, and ropc warns of a probable mistake before the sign-in.

mod disk;
mod moves;

use crate::support::{Sandbox, leaks, secrets_json};
use entra_emulator::{CONTOSO_CLIENT, CONTOSO_PUBLIC_CLIENT, CONTOSO_USER, Fault, Times};
use std::path::PathBuf;

type Files = Vec<(PathBuf, Vec<u8>)>;

/// Everything below the configuration directory: profiles, store, key.
fn stored(sandbox: &Sandbox) -> Files {
    let mut files = leaks::files_below(&sandbox.config_dir());
    files.sort();
    files
}

/// Asserts that the old state is unchanged byte for byte, and signs in.
#[track_caller]
fn is_as_before(sandbox: &Sandbox, before: &Files) {
    assert_eq!(&stored(sandbox), before, "the old state was touched");
    // The test makes more sign-ins than ropc's rate limit allows.
    let _ = std::fs::remove_dir_all(sandbox.state_dir());
    let count = sandbox.emulator.token_requests();
    sandbox.run(&["exec", "--refresh", "--", "true"]).expect(0);
    let requests = sandbox.emulator.requests();
    assert_eq!(sandbox.emulator.token_requests(), count + 1);
    assert_eq!(
        requests.last().unwrap().field("password"),
        Some(sandbox.password.as_str()),
        "the old password is in use"
    );
}

#[test]
fn login_replaces_an_existing_profile_only_with_yes() {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    let before = sandbox.snapshot();
    sandbox
        .login(&[])
        .expect(2)
        .says(&["the profile `default` exists", "--yes"]);
    assert_eq!(sandbox.snapshot(), before);
    assert_eq!(sandbox.emulator.token_requests(), 1, "nothing was sent");
    sandbox.login(&["--yes"]).expect(0);
    assert_ne!(
        sandbox.snapshot(),
        before,
        "the control: with `--yes` it is replaced"
    );
}

#[test]
fn a_refused_login_leaves_the_old_profile_byte_identical_and_in_use() {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    let before = stored(&sandbox);
    let wrong = secrets_json(&sandbox.client_secret, "a new and wrong password");
    sandbox.login_with(&["--yes"], &wrong).expect(4).says(&[
        "AADSTS50126",
        "the profile `default` and its secrets are as they were",
    ]);
    is_as_before(&sandbox, &before);
    let wrong = secrets_json("a~new~and~wrong~secret", &sandbox.password);
    sandbox
        .login_with(&["--yes"], &wrong)
        .expect(4)
        .says(&["AADSTS7000215"]);
    is_as_before(&sandbox, &before);
    for fault in [
        Fault::BadGateway,
        Fault::NotJson,
        Fault::CloseAfterRequest,
        Fault::CutBody,
    ] {
        sandbox.emulator.inject(fault, Times::Next(2));
        sandbox.login(&["--yes"]).expect(6).says(&["as they were"]);
        sandbox.emulator.clear_faults();
        is_as_before(&sandbox, &before);
    }
}

#[test]
fn no_verify_stores_without_a_connection_and_says_so() {
    let sandbox = Sandbox::new();
    sandbox
        .login(&["--no-verify"])
        .expect(0)
        .says(&["ropc did not try the sign-in", "`ropc login --retry`"]);
    assert_eq!(sandbox.emulator.connections(), 0);
    sandbox.run(&["exec", "--", "true"]).expect(0);
    assert_eq!(sandbox.emulator.token_requests(), 1);
}

#[test]
fn a_public_client_sends_and_stores_no_client_secret() {
    let sandbox = Sandbox::new();
    let mut facts = sandbox.facts();
    let at = facts.iter().position(|f| f == "--client-id").unwrap();
    facts[at + 1] = CONTOSO_PUBLIC_CLIENT.to_owned();
    let mut args = vec![
        "login",
        "--secrets-stdin",
        "--public-client",
        "--store",
        "file",
        "--key-source",
        "key-file",
    ];
    args.extend(facts.iter().map(String::as_str));
    let password =
        serde_json::to_vec(&serde_json::json!({ "password": sandbox.password })).unwrap();
    sandbox
        .run_with_input(&args, &password)
        .expect(0)
        .says(&["the password is in the encrypted file"]);
    sandbox.run(&["exec", "--refresh", "--", "true"]).expect(0);
    for request in sandbox.emulator.requests() {
        assert!(request.form.iter().all(|(name, _)| name != "client_secret"));
    }
    sandbox
        .run_with_input(&args, &sandbox.secrets_json())
        .expect(2)
        .says(&["exists"]);
    args.push("--yes");
    sandbox
        .run_with_input(&args, &sandbox.secrets_json())
        .expect(2)
        .says(&["another credential than the app"]);
}

#[test]
fn login_warns_of_probable_mistakes() {
    let guid = "5d0e1a2b-3c4d-4e5f-8a9b-0c1d2e3f4a5b";
    let rows = [
        (
            guid,
            "fine-password",
            "the client secret is a GUID: that is usually the secret's id",
            1,
        ),
        (
            "fine~secret",
            " leading blank",
            "the password begins or ends with a blank",
            1,
        ),
        ("fine~secret", "fine-password", "", 0),
    ];
    for (secret, password, words, count) in rows {
        let sandbox = Sandbox::new();
        sandbox.watch("client secret", secret);
        sandbox.watch("password", password);
        let run = sandbox
            .login_with(&["--no-verify"], &secrets_json(secret, password))
            .expect(0);
        let warnings: Vec<&str> = run
            .stderr
            .lines()
            .filter(|l| l.starts_with("ropc: warning: "))
            .collect();
        assert_eq!(warnings.len(), count, "{warnings:?}");
        assert!(warnings.iter().all(|w| w.contains(words)), "{warnings:?}");
    }
}

#[test]
fn login_warns_of_a_secret_file_that_others_may_read() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::new();
    let facts = sandbox.facts();
    for (name, secret) in [("pw", &sandbox.password), ("cs", &sandbox.client_secret)] {
        std::fs::write(sandbox.root().join(name), secret).unwrap();
    }
    for (mode, warned) in [(0o644, true), (0o640, true), (0o600, false)] {
        std::fs::set_permissions(
            sandbox.root().join("pw"),
            std::fs::Permissions::from_mode(mode),
        )
        .unwrap();
        std::fs::set_permissions(
            sandbox.root().join("cs"),
            std::fs::Permissions::from_mode(0o600),
        )
        .unwrap();
        let mut args = vec![
            "login",
            "--yes",
            "--store",
            "file",
            "--key-source",
            "key-file",
        ];
        args.extend(["--password-file", "pw", "--client-secret-file", "cs"]);
        args.extend(facts.iter().map(String::as_str));
        let run = sandbox.run(&args).expect(0);
        assert_eq!(
            run.stderr.contains("other accounts may read pw"),
            warned,
            "{mode:o}: {}",
            run.stderr
        );
    }
}

#[test]
fn retry_sends_a_refused_secret_once_more() {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    sandbox
        .emulator
        .set_password(CONTOSO_USER, "changed for a moment");
    sandbox
        .run(&["token", "--refresh"])
        .expect(4)
        .says(&["AADSTS50126"]);
    sandbox
        .emulator
        .set_password(CONTOSO_USER, &sandbox.password);
    let count = sandbox.emulator.token_requests();
    sandbox.run(&["token", "--refresh"]).expect(4).says(&[
        "is not sent: Entra refused it before",
        "`ropc login --retry`",
    ]);
    assert_eq!(sandbox.emulator.token_requests(), count, "it was not sent");
    for fact in [
        &["--tenant", "contoso.example"][..],
        &["--store", "directory"],
        &["--secrets-dir", "/nonexistent"],
        &["--", "false"],
    ] {
        sandbox
            .run(&[&["login", "--retry"], fact].concat())
            .expect(2)
            .says(&["takes no other facts"]);
    }
    assert_eq!(sandbox.emulator.token_requests(), count, "nor then");
    sandbox
        .run(&["login", "--retry"])
        .expect(0)
        .says(&["its secrets are in use again"]);
    assert_eq!(sandbox.emulator.token_requests(), count + 1);
    sandbox.run(&["exec", "--refresh", "--", "true"]).expect(0);
}

#[test]
fn an_unattended_login_names_all_missing_answers_at_once() {
    let mut sandbox = Sandbox::new();
    let all = [
        "--tenant",
        "contoso.example",
        "--client-id",
        "3b9c6f0e-6a1d-4f57-8d6b-b1f1c3f2e901",
    ];
    let facts = [&all[..], &["--username", "u@contoso.example"]].concat();
    let with = |more: &[&'static str]| [&facts[..], more].concat();
    let secrets = "`--password-file` and `--client-secret-file` are missing";
    let steps: [(Vec<&str>, &str, &str); 7] = [
        (
            vec![],
            "`--tenant`, `--client-id`, `--username`, `--password-file` and `--client-secret-file` are missing",
            "",
        ),
        (
            vec!["--secrets-stdin"],
            "`--tenant`, `--client-id` and `--username` are missing",
            "",
        ),
        (
            all[..2].to_vec(),
            "`--client-id`, `--username`, `--password-file`",
            "--secrets-stdin",
        ),
        (with(&[]), secrets, "--secrets-stdin"),
        (
            with(&["--password-file", "x"]),
            "`--client-secret-file` is missing",
            "--public-client",
        ),
        (
            with(&["--public-client"]),
            "`--password-file` is missing",
            "--secrets-stdin",
        ),
        (
            vec!["--store", "directory"],
            "`--tenant`, `--client-id` and `--username` are missing",
            "",
        ),
    ];
    for variable in [None, Some("1"), Some("true")] {
        if let Some(value) = variable {
            sandbox.set_env("ROPC_NO_INPUT", value);
        }
        for (flags, words, hint) in &steps {
            let run = sandbox.run(&[&["login"], flags.as_slice()].concat());
            run.expect(2).says(&[words, hint, "ropc login --help"]);
        }
    }
    assert!(!sandbox.config_dir().exists(), "nothing was made");
}

#[test]
fn an_app_of_microsofts_own_is_named_before_it_costs_a_sign_in() {
    let sandbox = Sandbox::new();
    let azure_cli = "04B07795-8ddb-461a-bbee-02f9e1bf7b46";
    let facts = sandbox.facts();
    let mut args = vec!["login", "--secrets-stdin", "--no-verify", "--store", "file"];
    args.extend(["--key-source", "key-file"]);
    args.extend(facts.iter().map(|fact| match fact.as_str() {
        CONTOSO_CLIENT => azure_cli,
        other => other,
    }));
    sandbox
        .run_with_input(&args, &sandbox.secrets_json())
        .expect(0)
        .says(&["Azure CLI", "mandatory MFA", "`ropc setup`"]);
    let own = sandbox.login(&["-p", "own"]).expect(0);
    assert!(!own.stderr.contains("mandatory MFA"), "the control");
}
