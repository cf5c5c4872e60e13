//! Questions to a person at a terminal, as dialoguer's theme draws them. Written to stderr; secrets
//! are not echoed. A [`Terminal`] exists only if the run has a terminal, so code cannot prompt in
//! an unattended job.

use super::error::VerbError;
use crate::error::Error;
use crate::os;
use crate::prompt::{Prompt, Result, Unanswered};
use crate::text::Text;
use crate::ui::Ui;
use crate::visible;
use dialoguer::theme::{SimpleTheme, Theme};
use std::cell::Cell;
use std::io::IsTerminal;
use zeroize::Zeroizing;

/// A person's terminal.
#[derive(Debug)]
pub(super) struct Terminal<'a> {
    ui: &'a Ui,
    asked_secret: Cell<bool>,
}

impl<'a> Terminal<'a> {
    /// The terminal, if stderr can show questions and stdin can take answers.
    #[expect(
        clippy::disallowed_methods,
        reason = "asks whether it is a terminal; nothing is read through the buffer"
    )]
    pub(super) fn find(ui: &'a Ui) -> Option<Self> {
        (std::io::stdin().is_terminal() && std::io::stderr().is_terminal()).then(|| Self {
            ui,
            asked_secret: Cell::new(false),
        })
    }

    fn shown(&self, text: &Text) -> String {
        visible::line(&self.ui.words(text)).into_owned()
    }

    fn ask(label: &str) -> Result<String> {
        os::typed_line(&drawn(label)).map_err(|_| Unanswered)
    }
}

impl Prompt for Terminal<'_> {
    fn line(&self, label: &Text) -> Result<String> {
        Self::ask(&self.shown(label))
    }

    fn secret(&self, label: &Text, if_empty: &Text) -> Result<Zeroizing<String>> {
        self.asked_secret.set(true);
        os::typed_secret(&drawn(&self.shown(label)), &self.shown(if_empty)).map_err(|_| Unanswered)
    }

    fn confirm(&self, question: &Text) -> Result<bool> {
        let label = format!("{} [y/N]", self.shown(question));
        loop {
            match Self::ask(&label)?.trim().to_ascii_lowercase().as_str() {
                "y" | "yes" => return Ok(true),
                "" | "n" | "no" => return Ok(false),
                // Often the answer to another question.
                _ => self.object(&VerbError::NotYesOrNo.into()),
            }
        }
    }

    fn object(&self, wrong: &Error) {
        self.ui.error(wrong);
    }
}

fn drawn(label: &str) -> String {
    let mut question = String::new();
    // A `String` takes whatever is written to it.
    let _ = SimpleTheme.format_input_prompt(&mut question, label, None);
    question
}

/// What a person typed or pasted too much may be a part of a secret: the shell must not get it.
impl Drop for Terminal<'_> {
    fn drop(&mut self) {
        if self.asked_secret.get() {
            os::discard_typed();
        }
    }
}
