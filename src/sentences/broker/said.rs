//! What Entra said at an earlier sign-in, in words.

use crate::broker::{LastAnswer, Said};
use crate::entra::Ids;
use crate::sentences::explain;
use crate::text::{Text, text};

impl From<&Said> for Text {
    fn from(said: &Said) -> Self {
        let label = &said.label;
        let meaning = explain::meaning(said.meaning());
        let at = Text::past(said.at);
        // The time of the answer is in `at` already.
        let ids = Ids {
            time: None,
            ..said.ids.clone()
        };
        if ids.is_empty() {
            return text!("broker-said", label = label, meaning = meaning, at = at);
        }
        text!(
            "broker-said-with-ids",
            label = label,
            meaning = meaning,
            at = at,
            ids = ids.words()
        )
    }
}

impl From<&LastAnswer> for Text {
    fn from(answer: &LastAnswer) -> Self {
        match answer {
            LastAnswer::Said(said) => said.into(),
            LastAnswer::Nothing { at, request_id } => {
                text!(
                    "broker-said-nothing",
                    at = Text::past(*at),
                    request = request_id
                )
            }
        }
    }
}

/// Where to read more about it.
pub(super) fn more(said: &Said) -> Option<Text> {
    said.code.map(|code| text!("entra-more", code = code))
}
