//! What Entra said at one sign-in, as the record keeps it. No rules.

use super::ids;
use crate::entra::{Ids, Refusal};
use entra_codes::{Guess, Meaning};
use serde::{Deserialize, Serialize};

/// The part of Entra's answer that later runs repeat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    pub(crate) at: u64,
    pub(crate) label: String,
    pub(crate) code: Option<u32>,
    /// The probable meaning, where the table does not know the code. The words are chosen when a
    /// run shows it, as that run may have another language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) guess: Option<Guess>,
    /// Trace id, correlation id and the service's time.
    #[serde(with = "ids")]
    pub(crate) ids: Ids,
    /// True if the failure ends by waiting (exit code 6).
    pub(crate) temporary: bool,
}

impl Said {
    /// The meaning of the answer.
    pub(crate) fn meaning(&self) -> Meaning {
        match (self.guess, self.code.and_then(entra_codes::lookup)) {
            (None, Some(known)) => Meaning::Known(known),
            (guess, _) => Meaning::Guessed(guess.unwrap_or(Guess::Other)),
        }
    }

    pub(crate) fn new(refusal: &Refusal, at: u64) -> Self {
        Self {
            at,
            label: refusal.label(),
            code: refusal.judgement.code,
            guess: match refusal.judgement.meaning {
                Meaning::Known(_) => None,
                Meaning::Guessed(guess) => Some(guess),
            },
            ids: refusal.ids.clone(),
            temporary: refusal.is_temporary(),
        }
    }

    /// For an answer that no token endpoint gives: keeps only its status.
    pub(crate) fn of_status(status: u16, at: u64) -> Self {
        let guess = match status {
            429 => Guess::TooManyRequests,
            408 | 500..=599 => Guess::Service,
            _ => Guess::Unreadable,
        };
        Self {
            at,
            label: format!("HTTP {status}"),
            code: None,
            guess: Some(guess),
            ids: Ids::default(),
            temporary: true,
        }
    }
}

/// The result of the last sign-in that Entra may have judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LastAnswer {
    /// An answer.
    Said(Said),
    /// No answer.
    Nothing {
        /// When the request was sent, epoch seconds.
        at: u64,
        /// Its id.
        request_id: String,
    },
}
