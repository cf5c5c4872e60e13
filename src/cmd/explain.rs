//! `ropc explain`: what a code means for a password sign-in. Offline, no profile, no secret.

use crate::cli::ExplainArgs;
use crate::entra::aadsts;
use crate::error::{Error, Result};
use crate::os;
use crate::ui::Ui;
use std::io::{IsTerminal, Read};
use std::process::ExitCode;

const HOW: &str = "give the number, as in `ropc explain 50126`, or the whole error text: `ropc explain < error.txt`";

/// Texts without a code that people have in hand all the same: words of which one tells them, and what to do.
const WITHOUT_CODE: [(&[&str], &str); 3] = [
    (
        &["invalidauthenticationtoken", "lifetime validation failed", "token is expired", "token has expired"],
        "this is Graph's answer, not the sign-in's: the token has ended or was revoked. `ropc token --refresh` once, and \
         `ropc exec --serve` for jobs longer than a token",
    ),
    (
        &["authorization_requestdenied", "insufficient privileges", "erroraccessdenied"],
        "this is Graph's answer, not the sign-in's: the token lacks a permission, or the user a right. Compare what \
         `ropc status` says that the token carries with the reference page of the API",
    ),
    (
        &["(400)", "(401)", "400 (bad request)", "401 (unauthorized)", "400 client error", "401 client error"],
        "this text has the HTTP status only, and the code stands in the body of the answer: in PowerShell print \
         `$_.ErrorDetails.Message`, in Python `response.text`",
    ),
];

pub(super) fn run(args: &ExplainArgs, ui: &Ui) -> Result<ExitCode> {
    let text = match args.what.as_slice() {
        [] if stdin_is_terminal() => {
            return Err(Error::usage("no code was given").hint(HOW));
        }
        [] => read_input()?,
        [dash] if dash == "-" => read_input()?,
        words => words.join(" "),
    };
    let mut codes: Vec<u32> = aadsts::parse_code(text.trim()).into_iter().collect();
    if codes.is_empty() {
        codes = aadsts::find_codes(&text);
    }
    if codes.is_empty() {
        return Err(no_code(&text));
    }
    let sections: Vec<String> = codes.iter().map(|code| section(*code)).collect();
    ui.data(&sections.join("\n\n"));
    Ok(ExitCode::SUCCESS)
}

fn section(code: u32) -> String {
    aadsts::lookup(code).map_or_else(|| aadsts::render_unknown(code), |entry| aadsts::render(entry, code)).join("\n")
}

/// Nobody types an error text: waiting for one in silence would look like a hang.
fn stdin_is_terminal() -> bool {
    os::stdin_file().is_ok_and(|file| file.is_terminal())
}

/// At most as much text as is searched; twice the bytes, as it may be UTF-16.
fn read_input() -> Result<String> {
    let unreadable =
        |e: std::io::Error| Error::usage(format!("standard input cannot be read: {}", crate::error::io_reason(&e)));
    let mut bytes = Vec::new();
    let most = 2 * aadsts::MAX_TEXT as u64;
    os::stdin_file().map_err(unreadable)?.take(most).read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(aadsts::decode(&bytes))
}

fn no_code(text: &str) -> Error {
    if text.trim().is_empty() {
        return Error::usage("no code was given: standard input is empty").hint(HOW);
    }
    let error = Error::usage("there is no AADSTS code in that text");
    let flat = aadsts::flatten(text);
    match WITHOUT_CODE.iter().find(|(words, _)| words.iter().any(|word| flat.contains(word))) {
        Some((_, advice)) => error.hint(*advice),
        None => error.hint(HOW),
    }
}
