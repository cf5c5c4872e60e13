//! How a refusal reads: code, cause, who fixes it, what to do, and the ids with which a tenant admin
//! finds the sign-in.

use crate::entra::{Asked, Ids, Quote, Refusal};
use crate::error::{Error, Kind};
use crate::text::{Text, explain, text};
use entra_codes::Judgement;
use std::fmt::Display;

/// The most characters of the service's own words that are shown.
const SHOWN: usize = 400;

/// Families of codes that are about what was asked for, so that it is named.
const ABOUT_SCOPES: [&str; 4] = ["consent", "permission", "resource", "scope"];

pub(super) fn said(refusal: &Refusal, asked: &Asked) -> Error {
    let kind = if refusal.is_temporary() {
        Kind::Network
    } else {
        Kind::SignIn
    };
    let error = Error::new(kind, message(refusal, asked)).correlated(refusal.ids.correlation_id());
    let error = with_steps(error, &refusal.judgement, asked);
    match refusal.judgement.code {
        Some(code) => error.hint(text!("entra-more", code = code)),
        None if kind == Kind::Network => error.hint(text!("entra-service-fault")),
        None if refusal.ids.is_empty() => error
            .hint(text!("entra-look-up"))
            .remedy(text!("entra-when-gone")),
        None => error
            .hint(text!("entra-give-ids"))
            .remedy(text!("entra-when-gone")),
    }
}

fn message(refusal: &Refusal, asked: &Asked) -> Text {
    let judgement = &refusal.judgement;
    let label = Text::words(refusal.label());
    let mut lines = vec![Text::joined(
        [label, explain::meaning(judgement.meaning)],
        ": ",
    )];
    if let Some(entry) = judgement.entry {
        lines.push(explain::cause(entry, &asked.facts()));
        if ABOUT_SCOPES.contains(&entry.family.as_str()) {
            lines.push(text!("entra-asked", scope = asked.scope));
        }
    }
    // The service's own words name what no table can know: the scope, the resource, the parameter.
    if let Some(said) = &refusal.text {
        lines.push(text!("entra-says", text = said.words()));
    }
    if !refusal.ids.is_empty() {
        lines.push(refusal.ids.words());
    }
    Text::joined(lines, "\n")
}

/// Adds the steps of the code, of which one may end the refusal.
fn with_steps(mut error: Error, judgement: &Judgement, asked: &Asked) -> Error {
    let Some(entry) = judgement.entry else {
        return error;
    };
    for (number, step) in (1..).zip(explain::steps(entry, &asked.facts())) {
        error = if explain::login_step(entry) == Some(number) {
            error.remedy(step)
        } else {
            error.hint(step)
        };
    }
    error
}

impl Ids {
    /// `trace id ..., correlation id ..., time ...`.
    pub(crate) fn words(&self) -> Text {
        let trace = self.trace.as_ref();
        let correlation = self.correlation.as_ref();
        let time = self.time.as_ref();
        let parts = [
            trace.map(|id| text!("entra-trace-id", id = id.words())),
            correlation.map(|id| text!("entra-correlation-id", id = id.words())),
            time.map(|time| text!("entra-time", time = time.words())),
        ];
        Text::joined(parts.into_iter().flatten(), ", ")
    }
}

impl<T: Display> Quote<T> {
    fn words(&self) -> Text {
        match self {
            Self::Whole(value) => {
                Text::words(value.to_string().chars().take(SHOWN).collect::<String>())
            }
            Self::MayRepeat => text!("entra-left-out"),
            Self::NotSearched => text!("entra-not-searched"),
        }
    }
}
