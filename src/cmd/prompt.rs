//! Questions to a person at a terminal, through dialoguer. Drawn on stderr; secrets are not echoed.
//! A [`Terminal`] exists only if the run has a terminal, so code cannot prompt in an unattended
//! job.

use crate::os;
use crate::prompt::{Prompt, Result, Unanswered};
use crate::text::{Reader, Text};
use crate::visible;
use dialoguer::Input;
use std::io::IsTerminal;
use zeroize::Zeroizing;

/// A person's terminal.
#[derive(Debug)]
pub(super) struct Terminal {
    reader: Reader,
}

impl Terminal {
    /// The terminal, if stderr can show questions and stdin can take answers.
    #[expect(
        clippy::disallowed_methods,
        reason = "asks whether it is a terminal; nothing is read through the buffer"
    )]
    pub(super) fn find(reader: &Reader) -> Option<Self> {
        (std::io::stdin().is_terminal() && std::io::stderr().is_terminal()).then(|| Self {
            reader: reader.clone(),
        })
    }

    fn shown(&self, text: &Text) -> String {
        visible::line(&text.render(&self.reader)).into_owned()
    }
}

impl Prompt for Terminal {
    fn line(&self, label: &Text) -> Result<String> {
        let _echo = os::Echo::guard();
        Input::<String>::new()
            .with_prompt(self.shown(label))
            .interact_text()
            .map_err(|_| Unanswered)
    }

    fn secret(&self, label: &Text) -> Result<Zeroizing<String>> {
        os::typed_secret(&self.shown(label)).map_err(|_| Unanswered)
    }

    fn confirm(&self, question: &Text) -> Result<bool> {
        // A line and not a single key: dialoguer's own yes-or-no hides the cursor, and an
        // interruption would leave it hidden.
        let _echo = os::Echo::guard();
        let prompt = Input::<String>::new()
            .with_prompt(format!("{} [y/N]", self.shown(question)))
            .allow_empty(true);
        let answer = prompt.interact_text().map_err(|_| Unanswered)?;
        Ok(matches!(
            answer.trim().to_ascii_lowercase().as_str(),
            "y" | "yes"
        ))
    }
}
