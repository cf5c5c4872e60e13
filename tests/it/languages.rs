//! The messages in each language: the most common failures word for word (`tests/golden/en`,
//! `tests/golden/ja`; `ROPC_UPDATE_GOLDEN=1` writes them again), what chooses the language, and
//! what it never changes.

use crate::support::{Run, Sandbox, golden};
use entra_emulator::{Fault, Times};
use std::collections::BTreeSet;
use std::fmt::Write;

const LANGUAGES: [&str; 2] = ["en", "ja"];

/// The cause of a failure.
enum Cause {
    /// The emulator gives this composed answer.
    Answer(&'static str),
    /// The emulator gives this error description, with an error word.
    Says(&'static str, &'static str),
    /// Nothing listens at the authority.
    NoListener,
    /// The bus of the profile's keychain does not exist.
    NoBus,
    /// There is no profile.
    NoProfile,
}

/// Name, cause, and the exit code of `login` (of `status` where there is no profile).
const FAILURES: [(&str, Cause, i32); 11] = [
    ("wrong-password", Cause::Answer("wrong-password"), 4),
    ("mfa-required", Cause::Answer("second-factor-needed"), 4),
    ("account-locked", Cause::Answer("smart-lockout"), 4),
    ("password-expired", Cause::Answer("password-expired"), 4),
    (
        "client-secret-wrong",
        Cause::Answer("wrong-client-secret"),
        4,
    ),
    (
        "client-secret-expired",
        Cause::Answer("client-secret-expired"),
        4,
    ),
    ("no-consent", Cause::Answer("no-consent"), 4),
    (
        "no-such-tenant",
        Cause::Says(
            "invalid_request",
            "AADSTS90002: Tenant 'contoso.example' not found. Check to make sure you have the correct tenant ID.",
        ),
        4,
    ),
    ("no-listener", Cause::NoListener, 6),
    ("no-bus", Cause::NoBus, 5),
    ("no-profile", Cause::NoProfile, 3),
];

/// One failure in one language: the output of `login` and `exec`.
fn transcript(language: &str, name: &str, cause: &Cause, code: i32) -> String {
    let mut sandbox = Sandbox::new();
    sandbox.set_env("ROPC_LANG", language);
    sandbox.set_env(
        "XDG_RUNTIME_DIR",
        &sandbox.root().join("run").display().to_string(),
    );
    let mut steps = vec!["login", "exec -- true"];
    let (store, mut facts) = (
        ["--store", "file", "--key-source", "key-file"],
        sandbox.facts(),
    );
    let mut store = store.as_slice();
    if let Cause::NoListener = cause {
        // Nothing listens on port 1.
        let at = facts.iter().position(|f| f == "--authority").unwrap();
        "https://localhost:1".clone_into(&mut facts[at + 1]);
    }
    let login = |sandbox: &Sandbox, store: &[&str], more: &[&str]| {
        let facts = facts.iter().map(String::as_str);
        let args: Vec<&str> = ["login", "--secrets-stdin", "--yes"]
            .into_iter()
            .chain(facts)
            .collect();
        sandbox.run_with_input(&[&args, store, more].concat(), &sandbox.secrets_json())
    };
    match cause {
        Cause::NoProfile => steps[0] = "status",
        _ => drop(login(&sandbox, store, &["--no-verify"]).expect(0)),
    }
    arrange(&sandbox, cause);
    if let Cause::NoBus = cause {
        store = &["--store", "os"];
    }
    let mut shown = format!("# {name}\n");
    for step in steps {
        // A new record for each run, as other tests check the breaker's messages after a refusal.
        let state = sandbox
            .root()
            .join(format!("state-{step}"))
            .display()
            .to_string();
        sandbox.set_env("ROPC_STATE_DIR", &state);
        let (run, code): (Run, i32) = match step {
            "login" => (login(&sandbox, store, &["--timeout", "20s"]), code),
            "status" => (sandbox.run(&["status"]), code),
            _ => (
                sandbox.run(&["exec", "--no-cache", "--timeout", "20s", "--", "true"]),
                125,
            ),
        };
        let run = run.expect(code);
        let said = golden::tidy(&run.stderr, &sandbox);
        let _ = write!(shown, "\n$ ropc {step}\n{said}exit code {code}\n");
    }
    shown
}

/// Makes the next sign-in of this sandbox fail.
fn arrange(sandbox: &Sandbox, cause: &Cause) {
    let emulator = &sandbox.emulator;
    match cause {
        Cause::Answer(answer) => emulator.inject(Fault::fixture(answer), Times::Always),
        Cause::Says(error, words) => emulator.inject(described(error, words), Times::Always),
        Cause::NoBus => name_the_keychain(sandbox),
        Cause::NoListener | Cause::NoProfile => {}
    }
}

/// Changes the profile to the keychain.
fn name_the_keychain(sandbox: &Sandbox) {
    let file = sandbox.profile_file("default");
    let text = std::fs::read_to_string(&file).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with("key_source"));
    let text = lines.collect::<Vec<_>>().join("\n");
    let text = text.replace("store = \"file\"", "store = \"os\"");
    std::fs::write(&file, text).unwrap();
}

fn described(error: &str, words: &str) -> Fault {
    let answer = serde_json::json!({
        "error": error, "error_description": words, "error_codes": [90_002], "timestamp": "2026-11-22 05:40:11Z",
        "trace_id": "0d6b1f10-5a2c-4d0e-8f0a-7d7f3a2b4c00", "correlation_id": "5b0a8d4e-1f7f-4d0c-9a77-1a2b3c4d5e6f",
    });
    let headers = vec![("Content-Type".to_owned(), "application/json".to_owned())];
    Fault::Custom {
        status: 400,
        headers,
        body: serde_json::to_vec(&answer).unwrap(),
    }
}

/// What does not depend on the language: prefixes, kinds, exit codes, and what is in backticks.
fn frame(transcript: &str) -> Vec<String> {
    let kinds = [
        "failure",
        "usage",
        "configuration",
        "sign-in refused",
        "secret store",
        "network",
    ];
    let prefix = |line: &str| -> Option<String> {
        let rest = line.strip_prefix("ropc: ")?;
        let word = ["error: ", "hint: ", "warning: "]
            .into_iter()
            .find(|word| rest.starts_with(word))
            .unwrap_or("");
        let kind = kinds
            .into_iter()
            .find(|kind| rest.starts_with(&format!("error: {kind}: ")))
            .unwrap_or("");
        let mut quoted: Vec<&str> = line.split('`').skip(1).step_by(2).collect();
        quoted.sort_unstable();
        Some(format!("{word}{kind} {quoted:?}"))
    };
    let fixed = |line: &str| line.starts_with(['$', '#']) || line.starts_with("exit code");
    transcript
        .lines()
        .filter_map(|line| {
            if fixed(line) {
                Some(line.to_owned())
            } else {
                prefix(line)
            }
        })
        .collect()
}

fn is_japanese(text: &str) -> bool {
    text.chars()
        .any(|c| ('\u{3040}'..='\u{30ff}').contains(&c) || ('\u{4e00}'..='\u{9fff}').contains(&c))
}

#[test]
fn the_most_common_failures_read_well_in_each_language() {
    // On other systems the keychain needs no bus.
    let here = |(_, cause, _): &&(&str, Cause, i32)| {
        cfg!(target_os = "linux") || !matches!(cause, Cause::NoBus)
    };
    let failures: Vec<_> = FAILURES.iter().filter(here).collect();
    std::thread::scope(|scope| {
        let one = |(name, cause, code): &(&str, Cause, i32)| {
            let [english, japanese] =
                LANGUAGES.map(|language| transcript(language, name, cause, *code));
            assert_eq!(
                frame(&english),
                frame(&japanese),
                "{name}: what must be the same in both languages"
            );
            assert!(!is_japanese(&english), "{name}:\n{english}");
            for line in japanese
                .lines()
                .filter(|line| line.starts_with("ropc: ") || line.starts_with("      "))
            {
                assert!(is_japanese(line), "{name}: English is left over: {line}");
            }
            for (language, shown) in LANGUAGES.iter().zip([&english, &japanese]) {
                golden::compare(&format!("{language}/{name}"), shown);
            }
        };
        let halves = failures.split_at(failures.len() / 2);
        for half in [halves.0, halves.1] {
            scope.spawn(move || {
                for failure in half {
                    one(failure);
                }
            });
        }
    });
    let names: BTreeSet<String> = FAILURES
        .iter()
        .map(|(name, ..)| (*name).to_owned())
        .collect();
    for language in LANGUAGES {
        assert_eq!(
            golden::names(language).into_iter().collect::<BTreeSet<_>>(),
            names,
            "left over in {language}"
        );
    }
}

#[test]
fn the_language_comes_from_one_variable_or_from_the_locale() {
    let says = |pairs: &[(&str, &str)]| {
        let mut sandbox = Sandbox::new();
        for (name, value) in pairs {
            sandbox.set_env(name, value);
        }
        sandbox.run(&["status"]).expect(3).stderr
    };
    for japanese in [
        &[("ROPC_LANG", "ja")][..],
        &[("LANG", "ja_JP.UTF-8")],
        &[("ROPC_LANG", "ja"), ("LC_ALL", "C")],
        &[("LANG", "C.UTF-8"), ("LC_MESSAGES", "ja_JP.utf8")],
    ] {
        assert!(is_japanese(&says(japanese)), "{japanese:?}");
    }
    for english in [
        &[][..],
        &[("LANG", "C")],
        &[("LANG", "ja_JP.eucJP")],
        &[("LANG", "fr_FR.UTF-8")],
        &[("ROPC_LANG", "en"), ("LANG", "ja_JP.UTF-8")],
    ] {
        let shown = says(english);
        assert!(
            !is_japanese(&shown) && !shown.contains("warning"),
            "{english:?}: {shown}"
        );
    }
    let unknown = says(&[("ROPC_LANG", "tlh"), ("LANG", "ja_JP.UTF-8")]);
    assert!(
        unknown.contains("ropc: warning: ROPC_LANG is `tlh`") && !is_japanese(&unknown),
        "{unknown}"
    );
}

#[test]
fn json_and_data_are_the_same_in_every_language() {
    let mut sandbox = Sandbox::new();
    sandbox.login(&["-p", "good"]).expect(0);
    std::fs::write(sandbox.profile_file("bad"), "tenant = 1\n").unwrap();
    let mut outputs = |args: &[&str]| {
        LANGUAGES.map(|language| {
            sandbox.set_env("ROPC_LANG", language);
            let run = sandbox.run(args);
            (run.stdout, run.code)
        })
    };
    for args in [
        &["status", "-p", "good", "--json"][..],
        &["list", "--json"],
        &["status", "-p", "bad", "--json"],
    ] {
        let [english, japanese] = outputs(args);
        assert_eq!(english, japanese, "{args:?}");
    }
    let [_, (report, code)] = outputs(&["doctor", "-p", "good", "--json"]);
    assert!(
        report.contains("\"version\":1") && !is_japanese(&report),
        "{code:?}: {report}"
    );
    // The control: without --json the language is another one.
    for args in [
        &["status", "-p", "good"][..],
        &["list"],
        &["doctor", "-p", "good"],
    ] {
        let [english, japanese] = outputs(args);
        assert!(
            !is_japanese(&english.0) && is_japanese(&japanese.0),
            "{args:?}: {japanese:?}"
        );
    }
}

#[test]
fn help_and_usage_errors_are_in_the_language_too() {
    let mut sandbox = Sandbox::new();
    sandbox.set_env("ROPC_LANG", "ja_JP.UTF-8");
    let help = sandbox.run(&["login", "--help"]).expect(0);
    assert!(
        help.stdout.contains("使い方: ropc login") && !help.stdout.contains("Usage"),
        "{}",
        help.stdout
    );
    let wrong = sandbox.run(&["login", "--tenat", "x"]).expect(2).stderr;
    assert!(
        wrong.starts_with("ropc: error: 引数 '--tenat' は指定できません\n"),
        "{wrong}"
    );
    assert!(
        wrong.contains("'--tenant'") && wrong.contains("使い方: ropc login"),
        "{wrong}"
    );
    let none = sandbox.run(&["exec", "true"]).expect(2).stderr;
    assert!(
        none.contains("\nropc: hint: コマンドは `--` の後に"),
        "{none}"
    );
    // Data is data: completions are for a shell.
    let completions = sandbox
        .run(&["generate", "completions", "bash"])
        .expect(0)
        .stdout;
    assert!(!is_japanese(&completions));
}
