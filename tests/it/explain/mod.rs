//! `ropc explain` with texts that people have: the output of PowerShell, Python, SDKs and logs, as
//! a redirection writes it. The samples follow the forms of the tools; ids are invented. The name
//! of a sample ends in its codes.

use entra_codes::{decode, find_codes};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Each sample with the codes that its name promises.
fn samples() -> Vec<(String, String, Vec<u32>)> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/explain/samples");
    let mut found: Vec<_> = std::fs::read_dir(dir)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            let codes = name
                .split('.')
                .filter_map(|part| part.parse().ok())
                .collect();
            (name, std::fs::read_to_string(path).unwrap(), codes)
        })
        .collect();
    found.sort();
    assert!(found.len() >= 12, "{}", found.len());
    found
}

fn explain(args: &[&str], input: &[u8]) -> Output {
    explain_in("en", args, input)
}

fn explain_in(language: &str, args: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_ropc"))
        .arg("explain")
        .args(args)
        .env_clear()
        .env("ROPC_LANG", language)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that has read enough closes the pipe.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

/// The codes in the program's answer, from the first line of each section.
fn answered(output: &Output) -> Vec<u32> {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let heads = text
        .split("\n\n")
        .filter_map(|section| section.strip_prefix("AADSTS")?.split(':').next());
    heads.map(|code| code.parse().unwrap()).collect()
}

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

/// A text as redirections write it.
fn encodings(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let marked = format!("\u{feff}{text}");
    let windows = marked.replace('\n', "\r\n");
    vec![
        ("UTF-8", text.as_bytes().to_vec()),
        ("UTF-8 with a mark", marked.clone().into_bytes()),
        ("CRLF", windows.clone().into_bytes()),
        ("UTF-16LE", utf16(&windows, u16::to_le_bytes)),
        ("UTF-16BE", utf16(&windows, u16::to_be_bytes)),
        ("UTF-16LE without a mark", utf16(text, u16::to_le_bytes)),
        ("UTF-16BE without a mark", utf16(text, u16::to_be_bytes)),
        (
            "UTF-16LE appended to a file in 8 bits",
            [b"02:00 start\r\n".to_vec(), utf16(text, u16::to_le_bytes)].concat(),
        ),
    ]
}

#[test]
fn every_sample_is_read_from_standard_input_in_every_encoding() {
    for (name, text, codes) in samples() {
        for (encoding, bytes) in encodings(&text) {
            assert_eq!(find_codes(&decode(&bytes)), codes, "{name} as {encoding}");
        }
        for args in [&[][..], &["-"]] {
            let output = explain(args, &utf16(&format!("\u{feff}{text}"), u16::to_le_bytes));
            assert_eq!(
                (output.status.code(), answered(&output)),
                (Some(0), codes.clone()),
                "{name}"
            );
        }
    }
}

/// The lines of a text, broken after `width` characters as by a console of that width; `indent`
/// begins each continued line.
fn wrapped(text: &str, width: usize, indent: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let (mut column, mut rest) = (0, line);
        while let Some(c) = rest.chars().next() {
            if column == width {
                out.push_str("\r\n");
                out.push_str(indent);
                column = indent.len();
            }
            out.push(c);
            column += 1;
            rest = &rest[c.len_utf8()..];
        }
        out.push_str("\r\n");
    }
    out
}

#[test]
fn every_sample_survives_a_console_of_any_width() {
    let mut broken = 0;
    for (name, text, codes) in samples() {
        // Colour sequences are no columns, and CLIXML has its own breaks.
        if text.contains('\u{1b}') || name.starts_with("clixml") || name.starts_with("container") {
            continue;
        }
        for width in 40..=160 {
            for indent in ["", "                    ", "     | "] {
                let text = wrapped(&text, width, indent);
                broken += usize::from(
                    codes
                        .iter()
                        .any(|code| !text.contains(&format!("AADSTS{code}"))),
                );
                assert_eq!(
                    find_codes(&text),
                    codes,
                    "{name}, {width} columns, {indent:?}:\n{text}"
                );
            }
        }
    }
    assert!(broken > 100, "the breaks fall into the codes: {broken}");
}

#[test]
fn several_numbers_are_several_codes() {
    assert_eq!(
        answered(&explain(&["50126", "AADSTS53003"], b"")),
        [50126, 53003]
    );
    assert_eq!(
        answered(&explain(&["AADSTS 50126"], b"")),
        [50126],
        "the control: one code of two words"
    );
    assert_eq!(answered(&explain(&[], b"50126\n65001\n")), [50126, 65001]);
    assert_eq!(
        explain(&["50126", "retries"], b"").status.code(),
        Some(2),
        "a number in a sentence is none"
    );
}

#[test]
fn texts_without_a_code_get_the_advice_that_fits() {
    for (text, says) in [
        ("", "standard input is empty"),
        (" \r\n", "standard input is empty"),
        ("HTTP 50126", "there is no AADSTS code in that text"),
        (
            "Invoke-WebRequest : The remote server returned an error: (400) Bad Request.",
            "in PowerShell print `$_.ErrorDetails.Message`",
        ),
        (
            "requests.exceptions.HTTPError: 401 Client Error: Unauthorized for url: https://login.microsoftonline.com/x",
            "in Python `response.text`",
        ),
    ] {
        let output = explain(&[], text.as_bytes());
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{text}: {stderr}");
        assert!(
            stderr.starts_with("ropc: error: ") && stderr.contains(says),
            "{text}: {stderr}"
        );
        assert!(output.stdout.is_empty());
    }
}

/// Whoever pastes them has a job that fails, and no code of Entra.
#[test]
fn answers_of_graph_and_a_missing_step_are_explained_in_three_lines() {
    for (text, title, first) in [
        (
            "Get-MgUser : Lifetime validation failed, the token is expired.\nStatus: 401 (Unauthorized)\nErrorCode: InvalidAuthenticationToken",
            "Graph's answer, not the sign-in's: the token has ended",
            "`ropc exec --refresh -- COMMAND`",
        ),
        (
            "Get-MgUser : Insufficient privileges to complete the operation.\nStatus: 403 (Forbidden)\nErrorCode: Authorization_RequestDenied",
            "Graph's answer, not the sign-in's: the token lacks a permission",
            "`ropc status`",
        ),
        (
            r#"{"error":{"code":"Request_ResourceNotFound","message":"Resource 'x' does not exist"}}"#,
            "Graph's answer, not the sign-in's: the sign-in works",
            "https://learn.microsoft.com/graph/errors",
        ),
        (
            "Error: interaction_required",
            "`interaction_required`: Entra wants a step",
            "`ropc explain 50076`",
        ),
    ] {
        for output in [explain(&[], text.as_bytes()), explain(&[text], b"")] {
            let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
            let lines: Vec<&str> = stdout.lines().take(3).collect();
            assert_eq!(output.status.code(), Some(0), "{text}: {stdout}");
            assert!(lines[0].starts_with(title), "{text}: {stdout}");
            assert!(
                lines[1] == "what to do:" && lines[2].contains(first),
                "{text}: {stdout}"
            );
            assert!(output.stderr.is_empty());
        }
    }
    let both = explain(&[], b"AADSTS50126: x\nAuthorization_RequestDenied");
    assert_eq!(answered(&both), [50126], "a code says more");
}

#[test]
fn the_answer_is_in_the_language_of_the_run() {
    let said = |language: &str, args: &[&str]| {
        String::from_utf8(explain_in(language, args, b"AADSTS50034: x").stdout).unwrap()
    };
    for (language, lines) in [
        (
            "en",
            [
                "AADSTS50034: user not found in this tenant",
                "who fixes it: the user; the owner",
                "what to do:",
            ],
        ),
        (
            "ja",
            [
                "AADSTS50034: このテナントにユーザーが見つかりません",
                "対処する人: ユーザー、",
                "対処方法:",
            ],
        ),
    ] {
        for args in [&["50034"][..], &[], &["-"]] {
            let text = said(language, args);
            for line in lines {
                assert!(
                    text.lines().any(|l| l.starts_with(line)),
                    "{language}: {line}: {text}"
                );
            }
            assert!(
                text.contains("`ropc login --tenant TENANT --username UPN`"),
                "{text}"
            );
        }
    }
    assert!(said("en", &["50034"]).is_ascii());
    assert!(said("ja", &["59999"]).contains("このバージョンの表にありません"));
}

/// Nobody types an error text, so `explain` at a terminal says at once what to do.
#[cfg(unix)]
#[test]
fn without_an_argument_at_a_terminal_it_says_how_to_use_it() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ropc"));
    command.arg("explain").env_clear().env("ROPC_LANG", "en");
    let output = crate::support::pty::Terminal::start(command).finish();
    let seen = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(2), "{seen}");
    assert!(
        seen.contains("no code was given") && seen.contains("`ropc explain < error.txt`"),
        "{seen}"
    );
}
