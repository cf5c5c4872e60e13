//! `ropc login` and `ropc logout` without a person: a failure changes nothing, a success replaces
//! everything, and what looks like a slip of the hand is said before it costs a sign-in.

#[cfg(all(unix, not(target_os = "macos")))]
use crate::support::keyring_daemon::{KeyringDaemon, State};
use crate::support::{ROPC, Run, Sandbox, leaks, needs, secrets_json};
use entra_emulator::{CONTOSO_PUBLIC_CLIENT, CONTOSO_USER, Fault, Times};
use std::path::{Path, PathBuf};
use std::process::Command;

type Files = Vec<(PathBuf, Vec<u8>)>;

/// Everything below the configuration directory: profiles, store, key.
fn stored(sandbox: &Sandbox) -> Files {
    let mut files = leaks::files_below(&sandbox.config_dir());
    files.sort();
    files
}

/// The old state is there byte for byte, and it signs in.
#[track_caller]
fn is_as_before(sandbox: &Sandbox, before: &Files) {
    assert_eq!(&stored(sandbox), before, "the old state was touched");
    // More sign-ins than ropc's own rate allows are made here on purpose.
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
fn an_existing_profile_is_replaced_only_when_that_was_said() {
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
        .says(&["the sign-in was not tried", "`ropc login --retry`"]);
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
        .says(&["public client, which must not send one"]);
}

#[test]
fn slips_of_the_hand_are_said() {
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
fn a_file_with_a_secret_that_others_may_read_is_said() {
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

/// `ropc` under a limit of the size of files, which is what a full disk is to a writer.
fn with_file_limit(sandbox: &Sandbox, blocks: u32, args: &[&str], input: &[u8]) -> Run {
    let mut command = Command::new("sh");
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec {ROPC} \"$@\"");
    command
        .args(["-c", &script, "sh"])
        .args(args)
        .env_clear()
        .env("HOME", sandbox.home())
        .env("PATH", "/usr/bin:/bin");
    command
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    sandbox.finish("login with a file limit", command, input)
}

#[test]
fn a_disk_that_is_full_leaves_the_old_state_working() {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    let before = stored(&sandbox);
    let facts = sandbox.facts();
    let mut args = vec![
        "login",
        "--yes",
        "--secrets-stdin",
        "--store",
        "file",
        "--key-source",
        "key-file",
    ];
    args.extend(facts.iter().map(String::as_str));
    // Without a verification, so that the record of sign-ins is not what fails first.
    args.push("--no-verify");
    with_file_limit(&sandbox, 0, &args, &sandbox.secrets_json())
        .expect(3)
        .says(&["cannot be written", "nothing was changed"]);
    is_as_before(&sandbox, &before);
    // Room for the journal of a few bytes, and none for the store.
    let sandbox = Sandbox::new();
    for name in ["default", "a", "b", "c"] {
        sandbox.login(&["--no-verify", "-p", name]).expect(0);
    }
    let before = stored(&sandbox);
    with_file_limit(&sandbox, 1, &args_for(&sandbox), &sandbox.secrets_json())
        .expect(5)
        .says(&["cannot be written", "nothing was changed"]);
    is_as_before(&sandbox, &before);
    // The control: with room enough the same command succeeds.
    with_file_limit(&sandbox, 1000, &args_for(&sandbox), &sandbox.secrets_json()).expect(0);
    assert_ne!(stored(&sandbox), before);
}

fn args_for(sandbox: &Sandbox) -> Vec<&'static str> {
    let words = [
        "login",
        "--yes",
        "--secrets-stdin",
        "--store",
        "file",
        "--key-source",
        "key-file",
        "--no-verify",
    ];
    let facts = sandbox.facts().into_iter().map(|f| &*f.leak());
    words.into_iter().chain(facts).collect()
}

#[test]
fn a_real_full_file_system_leaves_the_old_state_working() {
    let mut sandbox = Sandbox::new();
    let Some(disk) = Disk::mount(sandbox.root()) else {
        return;
    };
    sandbox.set_env(
        "ROPC_CONFIG_DIR",
        &disk.0.join("config").display().to_string(),
    );
    sandbox.login(&["--no-verify"]).expect(0);
    let files = || leaks::files_below(&disk.0.join("config"));
    let before = files();
    let ballast = disk.0.join("ballast");
    let full = std::fs::write(&ballast, vec![b'x'; 1 << 20]).unwrap_err();
    assert_eq!(full.kind(), std::io::ErrorKind::StorageFull);
    sandbox
        .login(&["--yes", "--no-verify"])
        .expect(3)
        .says(&["the disk is full", "nothing was changed"]);
    assert_eq!(files(), before);
    sandbox.run(&["exec", "--refresh", "--", "true"]).expect(0);
    std::fs::remove_file(ballast).unwrap();
    sandbox.login(&["--yes", "--no-verify"]).expect(0);
}

/// A file system of 64 KiB; only root may mount one.
struct Disk(PathBuf);

impl Disk {
    fn mount(root: &Path) -> Option<Self> {
        let place = root.join("disk");
        std::fs::create_dir(&place).unwrap();
        let output = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=64k", "none"])
            .arg(&place)
            .output()
            .ok()?;
        needs::allowed(output.status.success(), "to mount a file system").then_some(Self(place))
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
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
    sandbox
        .run(&["login", "--retry"])
        .expect(0)
        .says(&["its secrets are in use again"]);
    assert_eq!(sandbox.emulator.token_requests(), count + 1);
    sandbox.run(&["exec", "--refresh", "--", "true"]).expect(0);
}

#[test]
fn missing_answers_are_all_named_at_once_where_nobody_can_be_asked() {
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
fn logout_leaves_nothing_of_the_profile() {
    let sandbox = Sandbox::new();
    sandbox.login(&["-p", "keep"]).expect(0);
    let others = sandbox.snapshot();
    sandbox.login(&["-p", "gone"]).expect(0);
    let generation = generation_of(&sandbox, "gone");
    assert!(
        !mentions(&sandbox, &generation).is_empty(),
        "the control: it is named somewhere before"
    );
    sandbox
        .run(&["exec", "-p", "gone", "--scope", "User.Read", "--", "true"])
        .expect(0);
    sandbox
        .run(&["logout", "-p", "gone"])
        .expect(2)
        .says(&["--yes"]);
    sandbox
        .run(&["logout", "-p", "gone", "--yes"])
        .expect(0)
        .says(&["removed the profile `gone` with its secrets"]);
    assert_eq!(mentions(&sandbox, &generation), Vec::<PathBuf>::new());
    let left: Vec<PathBuf> = sandbox
        .snapshot()
        .into_iter()
        .map(|(path, _)| path)
        .collect();
    let before: Vec<PathBuf> = others.iter().map(|(path, _)| path.clone()).collect();
    let new: Vec<&PathBuf> = left.iter().filter(|p| !before.contains(p)).collect();
    assert!(
        new.iter().all(|p| std::fs::read(p).unwrap().is_empty()),
        "files with content are left: {new:?}"
    );
    let size = |files: &Files| {
        files
            .iter()
            .find(|(p, _)| p.ends_with("store.sealed"))
            .map(|(_, c)| c.len())
    };
    assert_eq!(
        size(&sandbox.snapshot()),
        size(&others),
        "its records are out of the store"
    );
    sandbox
        .run(&["exec", "-p", "gone", "--", "true"])
        .expect(125)
        .says(&["there is no profile `gone`"]);
    sandbox
        .run(&["exec", "-p", "keep", "--refresh", "--", "true"])
        .expect(0);
    sandbox
        .run(&["logout", "--all", "--yes"])
        .expect(0)
        .says(&["removed the profile `keep`"]);
    sandbox
        .run(&["list"])
        .expect(0)
        .says(&["there is no profile yet"]);
}

fn generation_of(sandbox: &Sandbox, name: &str) -> String {
    let text = std::fs::read_to_string(sandbox.profile_file(name)).unwrap();
    text.lines()
        .find_map(|l| l.strip_prefix("generation = "))
        .unwrap()
        .trim_matches('"')
        .to_owned()
}

/// Files that name a text in their content or path.
fn mentions(sandbox: &Sandbox, text: &str) -> Vec<PathBuf> {
    let has = |path: &Path, content: &[u8]| {
        leaks::find(content, text).is_some() || path.display().to_string().contains(text)
    };
    sandbox
        .snapshot()
        .into_iter()
        .filter(|(path, content)| has(path, content))
        .map(|(path, _)| path)
        .collect()
}

#[test]
#[cfg(all(unix, not(target_os = "macos")))]
fn a_login_into_another_store_moves_the_profile_and_empties_the_old_one() {
    let mut sandbox = Sandbox::new();
    let Some(daemon) = KeyringDaemon::if_there(State::Unlocked) else {
        return;
    };
    let session = daemon.env();
    for name in ["DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"] {
        sandbox.set_env(name, &session[name]);
    }
    sandbox.login(&["-p", "other", "--no-verify"]).expect(0);
    let size = || {
        std::fs::metadata(sandbox.config_dir().join("store.sealed"))
            .unwrap()
            .len()
    };
    let without = size();
    sandbox.login(&[]).expect(0);
    assert!(size() > without);
    sandbox
        .login_into(&["--store", "os"], &["--yes"], &sandbox.secrets_json())
        .expect(0)
        .says(&["Secret Service"]);
    assert_eq!(
        size(),
        without,
        "the old bundle and the old cache key are gone"
    );
    sandbox.run(&["exec", "--refresh", "--", "true"]).expect(0);
    sandbox.login(&["--yes"]).expect(0);
    sandbox.run(&["exec", "--refresh", "--", "true"]).expect(0);
    let status = sandbox.run(&["status", "--json"]).expect(0);
    assert!(
        status.stdout.contains("\"kind\":\"file\""),
        "{}",
        status.stdout
    );
}

#[test]
fn another_key_source_is_refused_and_the_store_is_not_overwritten() {
    let mut sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    let before = stored(&sandbox);
    let credentials = sandbox.root().join("credentials");
    std::fs::create_dir(&credentials).unwrap();
    std::fs::write(credentials.join("ropc-key"), [7u8; 32]).unwrap();
    sandbox.set_env("CREDENTIALS_DIRECTORY", &credentials.display().to_string());
    let run = sandbox.login_into(
        &["--store", "file", "--key-source", "credential"],
        &["--yes"],
        &sandbox.secrets_json(),
    );
    run.expect(5).says(&[
        "was sealed with a key from the source key-file, not credential",
        "`ropc login --key-source key-file`",
    ]);
    is_as_before(&sandbox, &before);
}

#[test]
fn one_damaged_profile_keeps_none_of_the_others() {
    let sandbox = Sandbox::new();
    for name in ["a", "damaged", "z"] {
        sandbox.login(&["-p", name]).expect(0);
    }
    std::fs::write(sandbox.profile_file("damaged"), "tenant = 7").unwrap();
    // Whoever is asked learns which one it is, and nothing is removed without an answer.
    sandbox.run(&["logout", "--all"]).expect(2).says(&[
        "damaged.toml",
        "is removed as it is",
        "--yes",
    ]);
    assert!(sandbox.profile_file("a").exists() && sandbox.profile_file("damaged").exists());
    let run = sandbox.run(&["logout", "--all", "--yes"]).expect(0);
    run.says(&[
        "removed the profile `a`",
        "removed the profile `z`",
        "damaged.toml",
        "removed the profile `damaged`",
    ]);
    assert!(!sandbox.profile_file("damaged").exists() && !sandbox.profile_file("z").exists());
    assert!(
        !sandbox.config_dir().join("store.sealed").exists(),
        "what `login` enrolled says where the secrets are"
    );
    sandbox
        .run(&["logout", "--all", "--yes"])
        .expect(0)
        .says(&["there is no profile"]);
}

#[test]
fn what_is_no_profile_at_all_is_named_and_keeps_none_of_the_others() {
    let sandbox = Sandbox::new();
    sandbox.login(&["-p", "a"]).expect(0);
    std::fs::write(sandbox.profile_file("unknown"), "tenant = 7").unwrap();
    std::fs::create_dir(sandbox.profile_file("directory")).unwrap();
    let run = sandbox.run(&["logout", "--all", "--yes"]).expect(3).says(&[
        "removed the file of the profile `unknown`; secrets that are left anywhere were not found",
        "directory.toml cannot be removed: it is a directory",
        "remove it by hand",
    ]);
    assert!(
        !run.stderr.contains("nothing was changed"),
        "{}",
        run.stderr
    );
    // The control: of a profile that is one, the secrets are known.
    run.says(&["removed the profile `a` with its secrets"]);
    std::fs::remove_dir(sandbox.profile_file("directory")).unwrap();
    sandbox
        .run(&["logout", "--all", "--yes"])
        .expect(0)
        .says(&["there is no profile"]);
}
