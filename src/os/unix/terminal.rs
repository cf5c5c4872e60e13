//! Unix: reads a line from the terminal without echo, and restores the terminal however a question
//! ends. Uses no buffer that outlives the question: the library for our other questions uses the
//! standard library's buffer, which is never wiped, and the last typed secret stayed there
//! (measured).

use super::question::Question;
use super::{standard, stdin_file};
use crate::os::Fault;
use std::fs::File;
use std::io::{self, Read, Write};
use zeroize::Zeroizing;

/// The longest line in bytes: more than a terminal allows (4,095 on Linux), and than any secret of
/// Entra.
const LONGEST: usize = 16 * 1024;

/// While it lives, a signal that ends or stops the process first restores the terminal.
#[derive(Debug)]
pub(crate) struct Echo {
    _question: Option<Question>,
}

impl Echo {
    /// Remembers the terminal's settings and watches for signals. For questions with visible
    /// answers; [`typed_secret`] does this itself.
    pub(crate) fn guard() -> Self {
        Self {
            _question: stdin_file().and_then(Question::shown).ok(),
        }
    }
}

/// Asks at the terminal and reads one hidden line; the terminal edits it.
pub(crate) fn typed_secret(label: &str) -> io::Result<Zeroizing<String>> {
    let terminal = stdin_file()?;
    let mut screen = standard(2)?;
    write!(screen, "{label}: ")?;
    let question = Question::hidden(stdin_file()?, label)?;
    let line = read_line(&terminal);
    drop(question);
    writeln!(screen, "{}", if line.is_ok() { "[hidden]" } else { "" })?;
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
