//! `ropc explain`: what a code means for a password sign-in. Offline, no profile, no secret.

use crate::cli::ExplainArgs;
use crate::entra::explain::{render, render_unknown};
use crate::error::{Error, Result};
use crate::os;
use crate::shell::Shell;
use crate::text::{Text, text};
use crate::ui::Ui;
use std::collections::BTreeSet;
use std::io::{IsTerminal, Read};
use std::process::ExitCode;

/// Texts without a code that people have in hand all the same: the words that tell them, of which
/// one must be there.
const TOKEN_ENDED: [&str; 4] = [
    "invalidauthenticationtoken",
    "lifetime validation failed",
    "token is expired",
    "token has expired",
];
const NO_RIGHT: [&str; 3] = [
    "authorization_requestdenied",
    "insufficient privileges",
    "erroraccessdenied",
];
const STATUS_ONLY: [&str; 6] = [
    "(400)",
    "(401)",
    "400 (bad request)",
    "401 (unauthorized)",
    "400 client error",
    "401 client error",
];

pub(super) fn run(args: &ExplainArgs, shell: Shell, ui: &Ui) -> Result<ExitCode> {
    let text = match args.what.as_slice() {
        [] if stdin_is_terminal() => {
            return Err(Error::usage(text!("explain-no-code")).hint(how(shell)));
        }
        [] => read_input()?,
        [dash] if dash == "-" => read_input()?,
        words => words.join(" "),
    };
    // `AADSTS 50126` is one, `50126 53003` and `50126,53003` (what PowerShell makes of an array, or
    // JSON) are two, and a number in a sentence may be anything.
    let words = || {
        text.split([' ', '\t', '\r', '\n', ',', ';', '[', ']'])
            .filter(|word| !word.is_empty())
    };
    let several = || {
        words()
            .map(entra_codes::parse_code)
            .collect::<Option<Vec<u32>>>()
    };
    let mut codes = entra_codes::parse_code(text.trim())
        .map(|code| vec![code])
        .or_else(several)
        .unwrap_or_default();
    if codes.is_empty() {
        codes = entra_codes::find_codes(&text);
    }
    if codes.is_empty() {
        return Err(no_code(&text, shell));
    }
    let mut seen = BTreeSet::new();
    codes.retain(|code| seen.insert(*code));
    let sections = codes.iter().map(|code| section(*code));
    ui.data(&ui.words(&Text::joined(sections, "\n\n")));
    Ok(ExitCode::SUCCESS)
}

fn section(code: u32) -> Text {
    let lines =
        entra_codes::lookup(code).map_or_else(|| render_unknown(code), |entry| render(entry, code));
    Text::joined(lines, "\n")
}

/// Nobody types an error text: waiting for one in silence would look like a hang.
fn stdin_is_terminal() -> bool {
    os::stdin_file().is_ok_and(|file| file.is_terminal())
}

/// At most as much text as is searched; twice the bytes, as it may be UTF-16.
fn read_input() -> Result<String> {
    let unreadable = |e: std::io::Error| {
        Error::usage(text!(
            "explain-unreadable",
            reason = crate::error::io_reason(&e)
        ))
    };
    let mut bytes = Vec::new();
    let most = 2 * entra_codes::MAX_TEXT as u64;
    os::stdin_file()
        .map_err(unreadable)?
        .take(most)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    Ok(entra_codes::decode(&bytes))
}

fn how(shell: Shell) -> Text {
    text!("explain-how", command = shell.explain_error())
}

fn no_code(text: &str, shell: Shell) -> Error {
    if text.trim().is_empty() {
        return Error::usage(text!("explain-empty-input")).hint(how(shell));
    }
    let flat = entra_codes::flatten(text);
    let says = |words: &[&str]| words.iter().any(|word| flat.contains(word));
    Error::usage(text!("explain-code-not-found")).hint(if says(&TOKEN_ENDED) {
        text!("explain-token-ended")
    } else if says(&NO_RIGHT) {
        text!("explain-no-right")
    } else if says(&STATUS_ONLY) {
        text!("explain-status-only")
    } else {
        how(shell)
    })
}
