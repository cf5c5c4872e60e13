//! The record in the format of version 1, and its meaning in the present format. ropc reads it and
//! never writes it.

use super::{CountedSignIn, Ledger, Outcome, Pause, Refused, Sent, VERSION};
use serde::Deserialize;

/// A record of version 1.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::broker) struct First {
    #[serde(rename = "version")]
    _version: u32,
    #[serde(default)]
    written: u64,
    about: String,
    #[serde(default)]
    unanswered: Vec<AttemptV1>,
    #[serde(default)]
    refused: Vec<Refused>,
    #[serde(default)]
    refusals_at: Vec<u64>,
    #[serde(default)]
    sign_ins: Vec<CountedSignIn>,
    #[serde(default)]
    pauses: Vec<Pause>,
}

/// A request that was about to be sent. In version 1 the generation decided how long it counted;
/// now the pace does.
#[derive(Deserialize)]
struct AttemptV1 {
    request_id: String,
    at: u64,
    #[serde(rename = "generation")]
    _generation: String,
}

fn sent(request_id: String, at: u64, outcome: Outcome) -> Sent {
    Sent {
        request_id,
        at,
        outcome,
        said: None,
    }
}

impl From<First> for Ledger {
    fn from(first: First) -> Self {
        let open = first
            .unanswered
            .into_iter()
            .map(|a| sent(a.request_id, a.at, Outcome::Unclear));
        let refused = first
            .refusals_at
            .into_iter()
            .map(|at| sent(String::new(), at, Outcome::Refused));
        let mut sent: Vec<Sent> = open.chain(refused).collect();
        sent.sort_by_key(|s| s.at);
        Self {
            version: VERSION,
            written: first.written,
            about: first.about,
            sent,
            refused: first.refused,
            sign_ins: first.sign_ins,
            pauses: first.pauses,
        }
    }
}
