//! Unix: reads a line from the terminal, with echo or without, and restores the terminal however a
//! question ends. The terminal itself edits the line, at any width. Uses no buffer that outlives
//! the question: the standard library's own is never wiped, and a typed secret would stay there.

use super::question::Question;
use super::streams::{standard, stdin_file};
use crate::os::fault::Fault;
use crate::os::values::HIDDEN;
use std::fs::File;
use std::io::{self, Read, Write};
use zeroize::Zeroizing;

/// The longest line in bytes: more than a terminal allows (4,095 on Linux), and than any secret of
/// Entra.
const LONGEST: usize = 16 * 1024;

/// Asks at the terminal and reads one line.
pub(crate) fn typed_line(label: &str) -> io::Result<String> {
    let terminal = stdin_file()?;
    standard(2)?.write_all(label.as_bytes())?;
    let _question = Question::shown(stdin_file()?, label)?;
    read_line(&terminal).map(|mut line| std::mem::take(&mut *line))
}

/// Asks at the terminal and reads one hidden line. The screen then shows [`HIDDEN`], or `if_empty`.
pub(crate) fn typed_secret(label: &str, if_empty: &str) -> io::Result<Zeroizing<String>> {
    let terminal = stdin_file()?;
    let mut screen = standard(2)?;
    screen.write_all(label.as_bytes())?;
    let question = Question::hidden(stdin_file()?, label)?;
    let line = read_line(&terminal);
    drop(question);
    let shown = match &line {
        Ok(line) if line.is_empty() => if_empty,
        Ok(_) => HIDDEN,
        Err(_) => "",
    };
    writeln!(screen, "{shown}")?;
    line
}

fn read_line(mut terminal: &File) -> io::Result<Zeroizing<String>> {
    let mut bytes = Zeroizing::new(vec![0u8; LONGEST]);
    let mut length = 0;
    while !bytes[..length].contains(&b'\n') {
        match terminal.read(&mut bytes[length..]) {
            Ok(0) if length == LONGEST => {
                return Err(Fault::PromptTooLong.into());
            }
            // Ctrl-D, or the terminal is gone.
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => length += count,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    let line = std::str::from_utf8(&bytes[..length]).map_err(|_| Fault::PromptNotUnicode)?;
    Ok(Zeroizing::new(
        line.trim_end_matches(['\r', '\n']).to_owned(),
    ))
}
