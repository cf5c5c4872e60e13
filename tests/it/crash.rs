//! A kill at every step of `login`, of a job, of `logout` and of `rename`: the old or the new state
//! is complete, and the next `login` removes all remains.

mod logout;
mod rename;

use crate::support::broker::{read_record, remove_cache, remove_record, run_many, store_items};
use crate::support::{Run, Sandbox, leaks, random_secret, secrets_json};
use entra_emulator::{CONTOSO_CLIENT, CONTOSO_USER};
use std::collections::BTreeSet;
use std::fs;

/// The signal of an abort.
const SIGABRT: i32 = 6;
const VARIABLE: &str = "ROPC_TEST_CRASH_AT";

const OF_LOGIN: [&str; 10] = [
    "verified",
    "journal-written",
    "enrolled",
    "item-written",
    "bundle-written",
    "profile-written",
    "cache-key-removed",
    "old-removed",
    "old-forgotten",
    "cache-key-written",
];
const OF_SIGN_IN: [&str; 3] = ["secrets-in-use", "attempt-recorded", "answer-received"];
const OF_LOGOUT: [&str; 2] = ["logout-items-removed", "logout-forgotten"];
const OF_RENAME: [&str; 4] = [
    "rename-journals-written",
    "items-copied",
    "profile-renamed",
    "rename-state-moved",
];
const OF_FILES: &str = "file-before-rename";
/// The point after the edit of a script; `tests/it/import/person.rs` kills there.
const OF_IMPORT: &str = "file-edited";
/// Where the memory tests stop the process; a kill must lose nothing there either.
const OF_MEMORY: [&str; 3] = ["token-in-hand", "logged-in", "verb-done"];
/// The point where a run with a cached token has the key of the cache; `tests/it/kernel_keyring.rs`
/// stops there.
const OF_WARM: &str = "cache-opened";

/// A profile with a first pair of secrets, and a second pair that replaces it.
struct Change {
    sandbox: Sandbox,
    secret: String,
    password: String,
}

impl Change {
    fn new() -> Self {
        let sandbox = Sandbox::new();
        sandbox.login(&[]).expect(0);
        let (secret, password) = (random_secret("C2"), random_secret("P2"));
        sandbox.watch("the second client secret", &secret);
        sandbox.watch("the second password", &password);
        Self {
            sandbox,
            secret,
            password,
        }
    }

    fn emulator_takes_old(&self) {
        self.sandbox
            .emulator
            .set_password(CONTOSO_USER, &self.sandbox.password);
        self.sandbox
            .emulator
            .set_client_secret(CONTOSO_CLIENT, &self.sandbox.client_secret);
    }

    fn emulator_takes_new(&self) {
        self.sandbox
            .emulator
            .set_password(CONTOSO_USER, &self.password);
        self.sandbox
            .emulator
            .set_client_secret(CONTOSO_CLIENT, &self.secret);
    }

    /// `login` with the second pair, killed at this point.
    fn login(&self, point: Option<&str>) -> Run {
        let facts = self.sandbox.facts();
        let mut args = vec![
            "login",
            "--secrets-stdin",
            "--yes",
            "--store",
            "file",
            "--key-source",
            "key-file",
        ];
        args.extend(facts.iter().map(String::as_str));
        let mut command = self.sandbox.command(&args);
        command.envs(point.map(|point| (VARIABLE, point)));
        self.sandbox.finish(
            "login",
            command,
            &secrets_json(&self.secret, &self.password),
        )
    }

    /// A job without a cached token and with an empty breaker.
    fn works(&self) -> bool {
        remove_record(&self.sandbox);
        let run = self.sandbox.run(&["token", "--no-cache"]);
        assert!(
            matches!(run.code, Some(0 | 4)),
            "only a refused sign-in may fail: {run:?}"
        );
        run.code == Some(0)
    }

    /// Asserts that the profile is the old one or the new one: a mixture works with neither pair.
    fn is_whole(&self, point: &str) {
        self.emulator_takes_old();
        let old = self.works();
        self.emulator_takes_new();
        let new = self.works();
        assert!(
            old != new,
            "{point}: works with the old pair: {old}, with the new one: {new}"
        );
        // A job with any state of the cache: no error, and only a token that was issued.
        if new {
            let run = self.sandbox.run(&["token"]).expect(0);
            assert!(
                self.sandbox
                    .emulator
                    .issued_tokens()
                    .iter()
                    .any(|t| t.token == run.stdout.trim()),
                "{point}"
            );
        }
    }

    /// Asserts that no remains of the killed `login` are left, in the store or beside it.
    fn is_swept(&self, point: &str) {
        let profile = fs::read_to_string(self.sandbox.profile_file("default")).unwrap();
        let generation = profile
            .lines()
            .find_map(|l| l.strip_prefix("generation = \"")?.strip_suffix('"'))
            .unwrap();
        let names: BTreeSet<String> = store_items(&self.sandbox).into_keys().collect();
        let wanted = ["bundle", "cache-key"].map(|kind| format!("default/{kind}/{generation}"));
        assert_eq!(names, BTreeSet::from(wanted), "{point}");
        assert!(
            !self
                .sandbox
                .profile_file("default")
                .with_extension("pending")
                .exists(),
            "{point}: the journal"
        );
        let beside: Vec<_> = fs::read_dir(self.sandbox.config_dir())
            .unwrap()
            .map(|e| e.unwrap().file_name())
            .collect();
        assert!(
            !beside
                .iter()
                .any(|n| n.to_string_lossy().starts_with(".ropc-")),
            "{point}: {beside:?}"
        );
    }
}

/// Kills `login` at this point; false if it never reaches the point.
fn login_survives(point: &str) -> bool {
    let change = Change::new();
    change.emulator_takes_new();
    let run = change.login(Some(point));
    if run.signal != Some(SIGABRT) {
        run.expect(0);
        return false;
    }
    change.is_whole(point);
    change.emulator_takes_new();
    remove_record(&change.sandbox);
    change.login(None).expect(0);
    change.is_swept(point);
    assert!(change.works(), "{point}");
    true
}

#[test]
fn a_login_killed_at_any_step_leaves_the_old_or_the_new_profile_whole() {
    for point in OF_LOGIN.iter().chain(&OF_SIGN_IN).chain(&OF_MEMORY[1..]) {
        assert!(login_survives(point), "`login` passes {point}");
    }
}

#[test]
fn a_login_killed_before_any_of_its_files_takes_its_name_leaves_a_whole_profile() {
    let mut number = 1;
    while login_survives(&format!("{OF_FILES}:{number}")) {
        number += 1;
    }
    assert!(
        number > 8,
        "journal, store, profile, record and cache are written: {number}"
    );
}

#[test]
fn a_first_login_killed_at_any_step_can_be_repeated() {
    let files = (1..=9).map(|number| format!("{OF_FILES}:{number}"));
    let steps = OF_LOGIN
        .iter()
        .chain(&OF_SIGN_IN)
        .map(|point| (*point).to_owned());
    let mut ended = 0;
    for point in steps.chain(files) {
        let sandbox = Sandbox::new();
        let facts = sandbox.facts();
        let mut args = vec![
            "login",
            "--secrets-stdin",
            "--yes",
            "--store",
            "file",
            "--key-source",
            "key-file",
        ];
        args.extend(facts.iter().map(String::as_str));
        let mut command = sandbox.command(&args);
        command.env(VARIABLE, &point);
        let run = sandbox.finish("login", command, &sandbox.secrets_json());
        ended += usize::from(run.signal == Some(SIGABRT));
        let change = Change {
            secret: sandbox.client_secret.clone(),
            password: sandbox.password.clone(),
            sandbox,
        };
        change.login(None).expect(0);
        change.is_swept(&point);
        change.sandbox.run(&["exec", "--", "true"]).expect(0);
    }
    assert!(
        ended >= 14,
        "most of these steps are in a first login as well: {ended}"
    );
}

/// A job without a cached token, killed at this point; false if it never reaches the point.
fn job_survives(point: &str) -> bool {
    let sandbox = Sandbox::new();
    sandbox.login(&["--no-verify"]).expect(0);
    let mut command = sandbox.command(["token"]);
    command.env(VARIABLE, point);
    let run = sandbox.finish("token", command, &[]);
    if run.signal != Some(SIGABRT) {
        run.expect(0);
        return false;
    }
    assert_eq!(run.stdout.is_empty(), point != "verb-done", "{point}");
    for run in run_many(&sandbox, &["exec", "--", "true"], 3, 3) {
        run.expect(0);
    }
    assert!(sandbox.emulator.token_requests() <= 2, "{point}");
    assert_eq!(
        read_record(&sandbox)["sent"],
        serde_json::json!([]),
        "{point}"
    );
    true
}

#[test]
fn after_a_job_killed_at_any_step_the_next_one_works() {
    for point in [
        "secrets-in-use",
        "attempt-recorded",
        "answer-received",
        "cache-key-written",
        "token-in-hand",
        "verb-done",
    ] {
        assert!(job_survives(point), "{point}");
    }
    let mut number = 1;
    while job_survives(&format!("{OF_FILES}:{number}")) {
        number += 1;
    }
    assert!(
        number > 4,
        "record, record, key and token are written: {number}"
    );
}

#[test]
fn two_kills_in_the_middle_of_a_request_are_the_most() {
    let sandbox = Sandbox::new();
    sandbox.login(&["--no-verify"]).expect(0);
    for _ in 0..2 {
        let mut command = sandbox.command(["token"]);
        command.env(VARIABLE, "answer-received");
        assert_eq!(sandbox.finish("token", command, &[]).signal, Some(SIGABRT));
    }
    sandbox.run(&["token"]).expect(6).says(&[
        "nothing is sent",
        "2 sign-ins in a row",
        "`ropc login --retry`",
    ]);
    assert_eq!(sandbox.emulator.token_requests(), 2);
    sandbox.run(&["login", "--retry"]).expect(0);
    remove_cache(&sandbox);
    sandbox.run(&["token"]).expect(0);
}

#[test]
fn a_kill_while_a_refusal_is_written_leaves_an_attempt_on_record() {
    let sandbox = Sandbox::new();
    let wrong = random_secret("No");
    sandbox.watch("a wrong password", &wrong);
    sandbox
        .login_with(
            &["--no-verify"],
            &secrets_json(&sandbox.client_secret, &wrong),
        )
        .expect(0);
    let mut command = sandbox.command(["token"]);
    command.env(VARIABLE, format!("{OF_FILES}:2"));
    assert_eq!(sandbox.finish("token", command, &[]).signal, Some(SIGABRT));
    assert_eq!(read_record(&sandbox)["sent"].as_array().unwrap().len(), 1);
    for _ in 0..5 {
        sandbox.run(&["token"]).expect(4);
    }
    assert_eq!(sandbox.emulator.failed_sign_ins(CONTOSO_USER), 2);
}

#[test]
fn every_crash_point_of_the_program_is_tested_here() {
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut named = BTreeSet::new();
    for (path, content) in leaks::files_below(&source) {
        let text = String::from_utf8_lossy(&content).into_owned();
        for part in text.split("point(\"").skip(1) {
            let name = part.split('"').next().unwrap().to_owned();
            assert!(
                name.chars().all(|c| c.is_ascii_lowercase() || c == '-'),
                "{name} in {}",
                path.display()
            );
            named.insert(name);
        }
    }
    let tested: BTreeSet<String> = OF_LOGIN
        .iter()
        .chain(&OF_SIGN_IN)
        .chain(&OF_LOGOUT)
        .chain(&OF_RENAME)
        .chain(&OF_MEMORY)
        .chain([&OF_FILES, &OF_IMPORT, &OF_WARM])
        .map(|s| (*s).to_owned())
        .collect();
    assert_eq!(named, tested);
}

#[test]
fn control_a_point_that_is_never_reached_kills_nothing() {
    let change = Change::new();
    change.emulator_takes_new();
    change.login(Some("no-such-point")).expect(0);
    change.is_whole("none");
    change.is_swept("none");
}
