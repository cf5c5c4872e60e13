//! A server that sends the secrets back, in every encoding: ropc shows, records and caches nothing
//! of them.

#[path = "../../src/echo/samples.rs"]
mod samples;

use crate::support::{Run, Sandbox, leaks, random_secret};
use entra_emulator::{Config, Fault, Server, Times};
use serde_json::{Value, json};

fn sandbox(password: &str) -> Sandbox {
    let client_secret = random_secret("Cs");
    let config = Config::contoso()
        .without_loop_limit()
        .with_password(password)
        .with_client_secret(&client_secret);
    Sandbox::around(Server::start(config), password.into(), client_secret)
}

fn answer(sandbox: &Sandbox, status: u16, body: &Value) {
    let headers = vec![("Content-Type".to_owned(), "application/json".to_owned())];
    let body = serde_json::to_vec(body).unwrap();
    sandbox.emulator.inject(
        Fault::Custom {
            status,
            headers,
            body,
        },
        Times::Once,
    );
}

fn refusal(code: u32, text: &str) -> Value {
    json!({ "error": "interaction_required", "error_codes": [code], "error_description": format!("AADSTS{code}: it was {text} that came.") })
}

/// A refused sign-in with a new record, as another test checks how many sign-ins a user may make.
fn refused(sandbox: &Sandbox, body: &Value) -> Run {
    std::fs::remove_dir_all(sandbox.state_dir()).unwrap_or_default();
    answer(sandbox, 400, body);
    sandbox.login(&["-p", "p", "--retry"]).expect(4)
}

/// True if a part of the text that is long enough to be recognised is in an output or in a file.
fn is_kept(sandbox: &Sandbox, run: &Run, text: &str) -> bool {
    let part: String = text.chars().take(12).collect();
    let escaped = part.replace('\\', "\\\\").replace('"', "\\\"");
    let files = leaks::files_below(&sandbox.home())
        .into_iter()
        .map(|(_, content)| String::from_utf8_lossy(&content).into_owned());
    let texts = [run.stdout.clone(), run.stderr.clone()]
        .into_iter()
        .chain(files);
    texts
        .into_iter()
        .any(|place| place.contains(&part) || place.contains(&escaped))
}

#[test]
fn the_words_of_an_unknown_code_are_left_out_if_they_hold_a_secret_in_any_encoding() {
    for (secret, table) in [
        (samples::ASCII_SECRET, samples::ASCII.as_slice()),
        (samples::OTHER_SECRET, samples::OTHER.as_slice()),
    ] {
        let sandbox = sandbox(secret);
        // Of several lines ropc reads only the first.
        for (name, echo) in table.iter().filter(|(name, _)| *name != "lines") {
            let run =
                refused(&sandbox, &refusal(4_999_999, echo)).says(&["AADSTS4999999", "left out"]);
            assert!(!is_kept(&sandbox, &run, echo), "{name}: {}", run.stderr);
        }
    }
    // The control: with other secrets ropc shows the same words.
    let sandbox = sandbox("Another+Trumpet&y%8");
    for (name, echo) in samples::ASCII
        .iter()
        .filter(|(name, _)| ["spaced", "rot13", "reversed", "upper"].contains(name))
    {
        let run = refused(&sandbox, &refusal(4_999_999, echo)).says(&["Entra says: it was "]);
        assert!(is_kept(&sandbox, &run, echo), "{name}: {}", run.stderr);
    }
}

#[test]
fn text_that_looks_encoded_is_left_out() {
    let sandbox = sandbox(samples::ASCII_SECRET);
    // SHA-256 of the password, and a possible ciphertext.
    for echo in [
        "9e3d0a2e61c0f4b7a5d1c8e2f6b3907d4c5e8fa1b2039d7e6c4f5a8b1d0e2f37",
        "Zt9kXq27LmPw04bVnAq",
    ] {
        refused(&sandbox, &refusal(4_999_999, echo)).says(&["left out"]);
    }
    let id = "3b9c6f0e-6a1d-4f57-8d6b-b1f1c3f2e901";
    refused(&sandbox, &refusal(4_999_999, id)).says(&[id]);
}

#[test]
fn a_known_code_is_explained_in_our_words_alone() {
    let sandbox = sandbox(samples::ASCII_SECRET);
    for (code, ours) in [
        (50126, "user name or password refused"),
        (50076, "AADSTS50076"),
        (7_000_215, "AADSTS7000215"),
    ] {
        let mut body = refusal(code, "marmalade");
        body["trace_id"] = "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f0".into();
        body["timestamp"] = "marmalade".into();
        body["error"] = "marmalade".into();
        let run = refused(&sandbox, &body).says(&[ours, "trace id 0f1e2d3c"]);
        assert!(!is_kept(&sandbox, &run, "marmalade"), "{}", run.stderr);
    }
    let run = refused(&sandbox, &refusal(4_999_999, "marmalade")).says(&["marmalade"]);
    assert!(is_kept(&sandbox, &run, "marmalade"), "the control");
}

#[test]
fn an_id_that_holds_a_secret_is_left_out() {
    let sandbox = sandbox(samples::ASCII_SECRET);
    let bytes: String = samples::ASCII_SECRET
        .bytes()
        .map(|b| format!("{b:02x}"))
        .collect();
    let id = format!(
        "{}-{}-{}-{}-{}",
        &bytes[..8],
        &bytes[8..12],
        &bytes[12..16],
        &bytes[16..20],
        &bytes[20..32]
    );
    for field in ["trace_id", "correlation_id"] {
        let mut body = refusal(50126, "x");
        body[field] = id.clone().into();
        let run = refused(&sandbox, &body).says(&["left out"]);
        assert!(!is_kept(&sandbox, &run, &id), "{}", run.stderr);
    }
    for time in [
        "75 100 57 43 84 114 111 109",
        "7510057438411411",
        samples::ASCII_SECRET,
    ] {
        let mut body = refusal(50126, "x");
        body["timestamp"] = time.into();
        let run = refused(&sandbox, &body);
        assert!(!is_kept(&sandbox, &run, time), "{}", run.stderr);
    }
}

#[test]
fn the_scope_of_a_token_holds_no_secret_and_neither_does_the_cache() {
    let granted = |scope: &str| json!({ "token_type": "Bearer", "expires_in": 3599, "access_token": "x.y.z", "scope": format!("User.Read {scope}") });
    let names = [
        "raw",
        "hex",
        "base32",
        "base58",
        "base64",
        "base64 UTF-16LE",
        "reversed",
        "dashed",
        "rot13",
        "upper",
        "decimal digits",
    ];
    let sandbox = sandbox(samples::ASCII_SECRET);
    sandbox.login(&["--no-verify"]).expect(0);
    let look = |scope: &str| {
        std::fs::remove_dir_all(sandbox.state_dir()).unwrap_or_default();
        answer(&sandbox, 200, &granted(scope));
        let run = sandbox
            .run(&["token", "--refresh", "--output", "json"])
            .expect(0);
        let status = sandbox.run(&["status", "--json"]).expect(0);
        assert!(status.stdout.contains("\"valid\""), "{}", status.stdout);
        run.stdout + &status.stdout
    };
    for (name, echo) in samples::ASCII
        .iter()
        .filter(|(name, _)| names.contains(name))
    {
        let shown = look(echo);
        assert!(!shown.contains(&echo[..12]), "{name}: {shown}");
        let dotted = format!("api://x/{}.{}", &echo[..8], &echo[8..]);
        let shown = look(&dotted);
        assert!(!shown.contains(&dotted), "{name}: {shown}");
    }
    // The controls: permissions that are no secret stay, well known or not.
    assert!(look("Mail.Send").contains("User.Read Mail.Send"));
    assert!(look("api://x/access_as_user").contains("User.Read api://x/access_as_user"));
}
