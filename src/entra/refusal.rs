//! A refusal of the token endpoint, and how it reads to a person: code, cause, who fixes it, what to do, and the ids with
//! which a tenant admin finds the sign-in. Never the request, never the body.

use super::aadsts::{self, Facts, Judgement};
use super::wire::Odd;
use crate::error::{Error, Kind};

/// An OAuth error answer, judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// HTTP status.
    pub status: u16,
    /// The field `error`.
    pub word: String,
    /// What follows from it.
    pub judgement: Judgement,
    /// The service's own words, without code and ids.
    pub text: String,
    /// `trace_id`.
    pub trace_id: Option<String>,
    /// `correlation_id`; equals the request id that was sent.
    pub correlation_id: Option<String>,
    /// `timestamp` as sent.
    pub timestamp: Option<String>,
    /// `Retry-After` as sent.
    pub retry_after: Option<String>,
}

impl Refusal {
    /// `AADSTS50126`, or the OAuth word where there is no number.
    pub fn label(&self) -> String {
        self.judgement
            .code
            .map_or_else(|| format!("`{}` (HTTP {})", self.word, self.status), |code| format!("AADSTS{code}"))
    }

    /// The ids with which a tenant admin finds this sign-in in the logs.
    pub fn ids(&self) -> String {
        let part = |name: &str, value: &Option<String>| value.as_ref().map(|v| format!("{name} {v}"));
        let parts = [
            part("trace id", &self.trace_id),
            part("correlation id", &self.correlation_id),
            part("time", &self.timestamp),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    /// True where waiting is the cure: exit code 6 in place of 4.
    pub fn is_temporary(&self) -> bool {
        use aadsts::{Guard, Retry};
        self.status == 429
            || self.judgement.retry == Retry::Once
            || (self.judgement.guard == Guard::CoolDown && self.judgement.retry == Retry::AfterDelay)
    }

    /// In words, with the facts of the profile filled into the next steps.
    pub fn explain(&self, facts: &Facts<'_>) -> Error {
        let judgement = &self.judgement;
        let kind = if self.is_temporary() { Kind::Network } else { Kind::SignIn };
        let mut lines = vec![format!("{}: {}", self.label(), judgement.meaning)];
        match judgement.entry {
            Some(entry) => lines.push(aadsts::fill(&entry.cause, facts)),
            None if !self.text.is_empty() => lines.push(format!("Entra says: {}", self.text)),
            None => {}
        }
        lines.extend(Some(self.ids()).filter(|ids| !ids.is_empty()));
        let mut error = Error::new(kind, lines.join("\n"));
        if let Some(entry) = judgement.entry {
            error = error.hints(entry.todo.iter().map(|step| aadsts::fill(step, facts)));
        }
        match judgement.code {
            Some(code) => error.hint(format!("more: `ropc explain {code}`")),
            None => {
                error.hint("give the ids above to the tenant admin: they find the sign-in in the Entra sign-in logs")
            }
        }
    }
}

/// An answer that is not a token endpoint's, in words.
pub fn odd_answer_error(odd: &Odd, host: &str) -> Error {
    let message = format!("{host} answered with status {} and {}", odd.status, odd.reason);
    match odd.status {
        429 => Error::new(Kind::Network, format!("{message}: too many requests"))
            .hint("wait, then run it again; spread jobs that start at the same minute"),
        408 | 500..=599 => {
            Error::new(Kind::Network, format!("{message}: the service or something before it has a fault"))
                .hint("run it again later; Microsoft's status page is https://status.cloud.microsoft/")
        }
        _ => Error::new(Kind::Network, format!("{message}: something other than Entra's token endpoint answered"))
            .hint("look for a proxy or a captive portal in between, and check `--authority`"),
    }
}
