//! `ropc explain`: what a code means for a password sign-in. Offline, no profile, no secret.

use crate::cli::ExplainArgs;
use crate::entra::aadsts;
use crate::error::{Error, Result};
use crate::os;
use crate::ui::Ui;
use std::io::{IsTerminal, Read};
use std::process::ExitCode;

const HOW: &str = "give the number, as in `ropc explain 50126`, or the whole error text: `ropc explain - < error.txt`";

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
        return Err(Error::usage("there is no AADSTS code in that text").hint(HOW));
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

/// At most as much text as is searched; what is not UTF-8 is replaced, as the code is plain ASCII.
fn read_input() -> Result<String> {
    let unreadable =
        |e: std::io::Error| Error::usage(format!("standard input cannot be read: {}", crate::error::io_reason(&e)));
    let mut bytes = Vec::new();
    os::stdin_file().map_err(unreadable)?.take(aadsts::MAX_TEXT as u64).read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
