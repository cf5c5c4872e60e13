//! `ropc explain`: what a code means for a password sign-in. Offline, no profile, no secret.

use super::error::VerbError;
use crate::cli::ExplainArgs;
use crate::error::Result;
use crate::os;
use crate::sentences::explain::{Pasted, render, render_pasted, render_unknown};
use crate::shell::Shell;
use crate::text::Text;
use crate::ui::Ui;
use std::collections::BTreeSet;
use std::io::{IsTerminal, Read};
use std::process::ExitCode;

/// Words of texts without a code that people paste as well. The first that fits counts.
const WITHOUT_CODE: [(Pasted, &[&str]); 4] = [
    (
        Pasted::TokenEnded,
        &[
            "invalidauthenticationtoken",
            "lifetime validation failed",
            "token is expired",
            "token has expired",
        ],
    ),
    (
        Pasted::NoRight,
        &[
            "authorization_requestdenied",
            "insufficient privileges",
            "erroraccessdenied",
        ],
    ),
    (
        Pasted::OtherOfGraph,
        &[
            "request_badrequest",
            "request_resourcenotfound",
            "request_unsupportedquery",
            "authorization_identitynotfound",
            "mailboxnotenabledforrestapi",
            "erroritemnotfound",
            "toomanyrequests",
        ],
    ),
    (
        Pasted::StepMissing,
        &[
            "interaction_required",
            "interaction required",
            "interactionrequired",
        ],
    ),
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
        [] if stdin_is_terminal() => return Err(VerbError::NothingToExplain(shell).into()),
        [] => read_input()?,
        [dash] if dash == "-" => read_input()?,
        words => words.join(" "),
    };
    let mut codes = codes_of(&text);
    let mut seen = BTreeSet::new();
    codes.retain(|code| seen.insert(*code));
    let mut sections: Vec<Text> = codes.iter().map(|code| section(*code)).collect();
    if sections.is_empty() {
        let flat = entra_codes::flatten(&text);
        let pasted = without_code(&flat).ok_or_else(|| unexplained(&flat, shell))?;
        sections.push(Text::joined(render_pasted(pasted), "\n"));
    }
    ui.data(&ui.words(&Text::joined(sections, "\n\n")));
    Ok(ExitCode::SUCCESS)
}

/// The codes in a text: `AADSTS 50126` is one code, `50126 53003` and `50126,53003` (as PowerShell
/// or JSON write a list) are two. A bare number in a sentence is none.
fn codes_of(text: &str) -> Vec<u32> {
    if let Some(code) = entra_codes::parse_code(text.trim()) {
        return vec![code];
    }
    let words = text.split([' ', '\t', '\r', '\n', ',', ';', '[', ']']);
    let words = words.filter(|word| !word.is_empty());
    let several: Option<Vec<u32>> = words.map(entra_codes::parse_code).collect();
    match several {
        Some(several) if !several.is_empty() => several,
        _ => entra_codes::find_codes(text),
    }
}

fn section(code: u32) -> Text {
    let lines =
        entra_codes::lookup(code).map_or_else(|| render_unknown(code), |entry| render(entry, code));
    Text::joined(lines, "\n")
}

/// True if standard input is a terminal: then there is no text to wait for, and waiting would look
/// like a hang.
fn stdin_is_terminal() -> bool {
    os::stdin_file().is_ok_and(|file| file.is_terminal())
}

/// Reads as much text as the search uses; twice the bytes, as it may be UTF-16.
fn read_input() -> Result<String> {
    let mut bytes = Vec::new();
    let most = 2 * entra_codes::MAX_TEXT as u64;
    os::stdin_file()
        .and_then(|file| file.take(most).read_to_end(&mut bytes))
        .map_err(VerbError::InputUnreadable)?;
    Ok(entra_codes::decode(&bytes))
}

/// The codes of the table with their titles, in English.
pub(super) fn known() -> impl Iterator<Item = (u32, &'static str)> {
    let entries = entra_codes::all().iter();
    entries.map(|entry| {
        let text = entry.text(entra_codes::Language::English);
        (entry.first, text.title.as_str())
    })
}

/// What a flattened text without a code is.
fn without_code(flat: &str) -> Option<Pasted> {
    let mut known = WITHOUT_CODE.iter();
    known
        .find(|(_, words)| has_one_of(flat, words))
        .map(|(pasted, _)| *pasted)
}

/// Why a flattened text is not explained.
fn unexplained(flat: &str, shell: Shell) -> VerbError {
    if flat.trim().is_empty() {
        VerbError::InputEmpty(shell)
    } else if has_one_of(flat, &STATUS_ONLY) {
        VerbError::StatusOnly
    } else {
        VerbError::NoCode(shell)
    }
}

fn has_one_of(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}
