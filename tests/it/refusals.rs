//! Every composed answer of the emulator with `login`, `exec` and `token`: the exit code, and the
//! output word for word in `tests/golden/answers/NAME.txt`. `ROPC_UPDATE_GOLDEN=1` writes the
//! transcripts again.
//!
//! Real refusals, which the emulator judges, are in `tests/it/judged.rs`.

use crate::support::{Run, Sandbox, golden, needs};
use entra_emulator::{FIXTURE_NAMES, Fault, RetryAfter, Server, Times, fixture};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Trace and correlation id of every composed answer.
const TRACE: &str = "trace id 0d6b1f10-5a2c-4d0e-8f0a-7d7f3a2b4c00";
const CORRELATION: &str = "correlation id 5b0a8d4e-1f7f-4d0c-9a77-1a2b3c4d5e6f";

/// The right result of each answer, whose name is that of its transcript: exit code of `login` and
/// `token`, and words of the message and of the hints.
const EXPECTED: &[(&str, i32, &[&str])] = &[
    ("success", 0, &[]),
    ("success-with-optional-fields", 0, &[]),
    ("success-in-the-old-shape", 0, &[]),
    (
        "wrong-password",
        4,
        &["AADSTS50126: ", "`ropc login", "ropc explain 50126"],
    ),
    (
        "second-factor-needed",
        4,
        &[
            "AADSTS50076: ",
            "MFA is enforced cannot use the password grant (ROPC)",
            "managed identity",
            "refresh token",
        ],
    ),
    (
        "blocked-by-conditional-access",
        4,
        &["AADSTS53003: ", "Conditional Access"],
    ),
    ("smart-lockout", 4, &["AADSTS50053: ", "locked"]),
    ("password-expired", 4, &["AADSTS50055: ", "expired"]),
    ("user-unknown", 4, &["AADSTS50034: "]),
    ("wrong-client-secret", 4, &["AADSTS7000215: ", "secret"]),
    ("client-secret-expired", 4, &["AADSTS7000222: ", "expired"]),
    ("client-secret-missing", 4, &["AADSTS7000218: "]),
    ("no-consent", 4, &["AADSTS65001: ", "consent"]),
    ("client-id-is-no-guid", 4, &["AADSTS700038: "]),
    ("resource-unknown", 4, &["AADSTS500011: "]),
    ("scope-malformed", 4, &["AADSTS70011: ", "scope"]),
    ("grant-on-common", 4, &["AADSTS9001023: ", "tenant"]),
    ("parameter-missing", 4, &["AADSTS900144: "]),
    ("loop-protection", 4, &["AADSTS50196: "]),
    (
        "throttled-with-html",
        6,
        &["status 429", "too many requests"],
    ),
    (
        "throttled-with-json",
        6,
        &["AADSTS90055: ", "Too many requests"],
    ),
    (
        "throttled-until-a-date",
        6,
        &["status 429", "too many requests"],
    ),
    ("transient-failure", 6, &["AADSTS90033: "]),
    (
        "gateway-failure-without-body",
        6,
        &["status 502", "an empty answer"],
    ),
    ("two-codes", 4, &["AADSTS50126: "]),
    (
        "error-with-status-200",
        4,
        &["`invalid_grant` (HTTP 200)", "--retry`"],
    ),
    ("access-token-inside-claims", 4, &["AADSTS53003: "]),
    ("empty-token", 6, &["an answer with an empty token"]),
    ("body-too-large", 6, &["more than a token answer can be"]),
    (
        "line-break-in-token",
        6,
        &["a token with characters that no token has"],
    ),
    ("token-not-utf-8", 6, &["not the JSON of a token endpoint"]),
    (
        "redirect-to-another-host",
        6,
        &["a redirect, which ropc never follows with a password"],
    ),
];

/// Parts of the answers that no output may repeat.
const BODIES: [&str; 7] = [
    "eyJ",
    "access_token",
    "<html>",
    "X-Injected",
    "AAAAAAAA",
    "elsewhere.example",
    "not-a-token",
];

#[test]
fn every_composed_answer_has_its_exit_code_and_its_transcript() {
    let names: Vec<&str> = EXPECTED.iter().map(|(name, ..)| *name).collect();
    assert_eq!(
        names, FIXTURE_NAMES,
        "this table must have each answer of the emulator"
    );
    let next = AtomicUsize::new(0);
    let failures = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(case) = EXPECTED.get(next.fetch_add(1, Ordering::SeqCst)) {
                    let failure = std::panic::catch_unwind(|| one_answer(*case)).err();
                    failures.lock().unwrap().extend(failure.map(|_| case.0));
                }
            });
        }
    });
    assert!(
        failures.lock().unwrap().is_empty(),
        "see above for: {:?}",
        failures.lock().unwrap()
    );
}

fn one_answer((name, code, words): (&str, i32, &[&str])) {
    let mut sandbox = Sandbox::new();
    sandbox.login(&["--no-verify", "-p", "stored"]).expect(0);
    sandbox.emulator.inject(Fault::fixture(name), Times::Always);
    // A new record for each run, as other tests check what the breaker does after a refusal.
    let mut transcript = format!("# {}\n", fixture(name).unwrap().about);
    let mut step = |verb: &str, code: i32, run: &dyn Fn(&Sandbox) -> Run| {
        let state = sandbox
            .root()
            .join(format!("state-{}", verb.split(' ').next().unwrap()))
            .display()
            .to_string();
        sandbox.set_env("ROPC_STATE_DIR", &state);
        let run = run(&sandbox).expect(code);
        check(name, verb, code, words, &run);
        transcript += &[
            "\n$ ropc ",
            verb,
            "\n",
            &golden::tidy(&run.stderr, &sandbox),
            "exit code ",
            &code.to_string(),
            "\n",
        ]
        .concat();
    };
    step("login", code, &|s| s.login(&["--timeout", "20s"]));
    let exec = if code == 0 { 0 } else { 125 };
    step("exec -p stored -- true", exec, &|s| {
        s.run(&[
            "exec",
            "-p",
            "stored",
            "--no-cache",
            "--timeout",
            "20s",
            "--",
            "true",
        ])
    });
    // The output is discarded, so that the scan finds only tokens of refusals.
    step("token -p stored", code, &|s| {
        s.run(&["token", "-p", "stored", "--no-cache", "--timeout", "20s"])
    });
    assert!(
        sandbox.emulator.violations().is_empty(),
        "{name}: {:?}",
        sandbox.emulator.violations()
    );
    golden::compare(&format!("answers/{name}"), &transcript);
}

fn check(name: &str, verb: &str, code: i32, words: &[&str], run: &Run) {
    let shown = &run.stderr;
    for word in words {
        assert!(
            shown.contains(word),
            "{name}, {verb}: `{word}` is not in:\n{shown}"
        );
    }
    if code == 0 {
        return;
    }
    assert_eq!(run.stdout, "", "{name}, {verb}: stdout is for data");
    assert!(shown.contains("ropc: error: "), "{name}, {verb}:\n{shown}");
    assert!(
        shown.contains("\nropc: hint: "),
        "{name}, {verb}: no next step in:\n{shown}"
    );
    if code == 125 {
        let kind = ["error: sign-in refused: ", "error: network: "];
        assert!(
            kind.iter().any(|k| shown.contains(k)),
            "{name}: no kind in:\n{shown}"
        );
    }
    let body = fixture(name).unwrap().body;
    let has = |text: &str| body.windows(text.len()).any(|w| w == text.as_bytes());
    if has("trace_id") {
        assert!(
            shown.contains(TRACE) && shown.contains(CORRELATION),
            "{name}, {verb}: no ids in:\n{shown}"
        );
    }
    for part in BODIES {
        assert!(
            !shown.contains(part),
            "{name}, {verb}: `{part}` of the answer was printed:\n{shown}"
        );
    }
}

#[test]
fn every_transcript_belongs_to_an_answer() {
    for name in golden::names("answers") {
        assert!(
            EXPECTED.iter().any(|(shown, ..)| *shown == name),
            "{name} is left over"
        );
    }
}

#[test]
fn with_three_seconds_a_run_does_not_wait_for_a_minute_of_throttling() {
    let sandbox = Sandbox::new();
    sandbox.login(&["--no-verify"]).expect(0);
    let wait = RetryAfter::Seconds(60);
    sandbox.emulator.inject(
        Fault::Throttled {
            retry_after: wait,
            html: true,
        },
        Times::Always,
    );
    let start = Instant::now();
    sandbox
        .run(&["token", "--timeout", "3s"])
        .expect(6)
        .says(&["status 429", "wait, then run it again"]);
    assert!(
        start.elapsed() < Duration::from_secs(30),
        "the run waited for the minute"
    );
    assert_eq!(sandbox.emulator.token_requests(), 1);
}

#[test]
fn a_redirect_is_never_followed() {
    if !needs::programs(&["curl"]) {
        return;
    }
    let sandbox = Sandbox::new();
    let elsewhere = Server::start(entra_emulator::Config::contoso());
    let target = format!(
        "{}/{}/oauth2/v2.0/token",
        elsewhere.authority(),
        entra_emulator::CONTOSO_TENANT
    );
    for status in [301, 302, 303, 307, 308] {
        let headers = vec![("Location".to_owned(), target.clone())];
        sandbox.emulator.inject(
            Fault::Custom {
                status,
                headers,
                body: Vec::new(),
            },
            Times::Once,
        );
        sandbox.login(&["--retry"]).expect(6).says(&[
            &format!("status {status}"),
            "a redirect, which ropc never follows",
        ]);
    }
    assert_eq!(
        elsewhere.connections(),
        0,
        "the other host got no connection"
    );
    // The control: a client that follows redirects connects there.
    sandbox
        .emulator
        .inject(Fault::Redirect(target), Times::Once);
    let url = format!(
        "{}/{}/oauth2/v2.0/token",
        sandbox.emulator.authority(),
        entra_emulator::CONTOSO_TENANT
    );
    Command::new("curl")
        .args(["-sSk", "-L", "-d", "grant_type=x", "-o", "/dev/null", &url])
        .status()
        .unwrap();
    assert_eq!(elsewhere.connections(), 1);
}

#[test]
fn an_endpoint_that_echoes_the_secrets_does_not_write_them_into_our_log() {
    let sandbox = Sandbox::new();
    let texts = [
        format!("wrong password {} for this user", sandbox.password),
        format!(
            "client_secret={} is unknown",
            form_encoded(&sandbox.client_secret)
        ),
    ];
    for text in texts {
        for (n, field) in [
            "error",
            "error_description",
            "trace_id",
            "correlation_id",
            "timestamp",
        ]
        .iter()
        .enumerate()
        {
            let mut answer =
                serde_json::json!({ "error": "interaction_required", "error_codes": [4_999_999] });
            answer[*field] = text.clone().into();
            let headers = vec![("Content-Type".to_owned(), "application/json".to_owned())];
            let body = serde_json::to_vec(&answer).unwrap();
            sandbox.emulator.inject(
                Fault::Custom {
                    status: 400,
                    headers,
                    body,
                },
                Times::Once,
            );
            let name = format!("p{n}");
            sandbox
                .login(&["-p", &name, "--retry"])
                .expect(4)
                .says(&["AADSTS4999999"]);
        }
    }
    // Every output and every file: `Drop` scans the same. The control is the scan's own, in
    // main_job.rs.
    sandbox.assert_no_leak();
    let left_out = sandbox.login(&["-p", "p", "--no-verify"]).expect(0);
    assert!(!left_out.stderr.contains("left out"));
}

fn form_encoded(text: &str) -> String {
    text.bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() {
                (b as char).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect()
}
