//! A refusal of the token endpoint, and how it reads to a person: code, cause, who fixes it, what
//! to do, and the ids with which a tenant admin finds the sign-in. Never the request, never the
//! body.

use super::explain;
use crate::error::{Error, Kind};
use crate::text::{Text, text};
use entra_codes::{Facts, Judgement};
use uuid::Uuid;

/// The most characters of the service's own words that are shown.
const SHOWN: usize = 400;
/// Stand in place of the service's words. The record keeps them, so they are English until they are
/// shown.
const LEFT_OUT: &str = "(left out: it may repeat a secret)";
const NOT_SEARCHED: &str =
    "(left out: the secrets could not be read again, so it cannot be searched for them)";

/// Families of codes that are about what was asked for, so that it is named.
const ABOUT_SCOPES: [&str; 4] = ["consent", "permission", "resource", "scope"];

const TRACE: &str = "trace id";
const CORRELATION: &str = "correlation id";
const TIME: &str = "time";

/// The correlation id in what [`Refusal::ids`] gave.
pub fn correlation_id(ids: &str) -> Option<Uuid> {
    let id = ids
        .split(", ")
        .find_map(|part| part.strip_prefix(CORRELATION))?;
    id.trim_start().parse().ok()
}

/// What [`Refusal::ids`] gave, for a person.
pub fn ids_in_words(ids: &str) -> Text {
    let value = |part: &str, name: &str| Some(part.strip_prefix(name)?.trim_start().to_owned());
    let words = |part: &str| {
        let trace = value(part, TRACE).map(|id| text!("entra-trace-id", id = id));
        let correlation =
            || value(part, CORRELATION).map(|id| text!("entra-correlation-id", id = id));
        let time = || value(part, TIME).map(|time| text!("entra-time", time = time));
        trace
            .or_else(correlation)
            .or_else(time)
            .unwrap_or_else(|| Text::words(part))
    };
    Text::joined(ids.split(", ").map(words), ", ")
}

/// An OAuth error answer, judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// HTTP status.
    pub status: u16,
    /// The field `error`.
    pub word: String,
    /// What follows from it.
    pub judgement: Judgement,
    /// The service's own words, without code and ids; empty for a code of the table, which our own
    /// words explain.
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
        self.judgement.code.map_or_else(
            || format!("`{}` (HTTP {})", self.word, self.status),
            |code| format!("AADSTS{code}"),
        )
    }

    /// The ids with which a tenant admin finds this sign-in in the logs, in English, as the record
    /// keeps them: see [`ids_in_words`].
    pub fn ids(&self) -> String {
        let part =
            |name: &str, value: &Option<String>| value.as_ref().map(|v| format!("{name} {v}"));
        let parts = [
            part(TRACE, &self.trace_id),
            part(CORRELATION, &self.correlation_id),
            part(TIME, &self.timestamp),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    /// True where waiting is the cure: exit code 6 in place of 4.
    pub fn is_temporary(&self) -> bool {
        use entra_codes::{Guard, Retry};
        self.status == 429
            || self.judgement.retry == Retry::Once
            || (self.judgement.guard == Guard::CoolDown
                && self.judgement.retry == Retry::AfterDelay)
    }

    /// The same without the service's words that repeat a secret: an endpoint that echoes must not
    /// write our logs.
    #[must_use]
    pub fn without_echo(mut self, repeats_a_secret: impl Fn(&str) -> bool) -> Self {
        let optional = [
            &mut self.trace_id,
            &mut self.correlation_id,
            &mut self.timestamp,
        ];
        let texts = [&mut self.word, &mut self.text]
            .into_iter()
            .chain(optional.into_iter().filter_map(Option::as_mut));
        for text in texts.filter(|text| repeats_a_secret(text)) {
            LEFT_OUT.clone_into(text);
        }
        // A number that no table knows may be a secret made of digits.
        let is_unknown = self.judgement.entry.is_none();
        self.judgement.code = self
            .judgement
            .code
            .filter(|code| !(is_unknown && repeats_a_secret(&code.to_string())));
        self
    }

    /// The same without any words of the service's own, for an answer that could not be searched
    /// for the secrets. What is left is chosen from our own lists, or is the id that we sent.
    #[must_use]
    pub fn without_words(mut self, request_id: &str) -> Self {
        /// RFC 6749 section 5.2, and what Entra adds ("Microsoft Entra error codes").
        const WORDS: [&str; 10] = [
            "invalid_request",
            "invalid_grant",
            "invalid_client",
            "unauthorized_client",
            "unsupported_grant_type",
            "invalid_scope",
            "invalid_resource",
            "interaction_required",
            "temporarily_unavailable",
            "server_error",
        ];
        if !WORDS.contains(&self.word.as_str()) {
            "(left out)".clone_into(&mut self.word);
        }
        if !self.text.is_empty() {
            NOT_SEARCHED.clone_into(&mut self.text);
        }
        // No number of Entra has more digits, and no password of Entra fewer than eight characters.
        self.judgement.code = self.judgement.code.filter(|code| *code < 10_000_000);
        self.correlation_id = self.correlation_id.filter(|id| id == request_id);
        Self {
            trace_id: None,
            timestamp: None,
            ..self
        }
    }

    /// In words, with the facts of the profile filled into the next steps.
    pub fn explain(&self, facts: &Facts<'_>) -> Error {
        let judgement = &self.judgement;
        let kind = if self.is_temporary() {
            Kind::Network
        } else {
            Kind::SignIn
        };
        let label = Text::words(self.label());
        let mut lines = vec![Text::joined(
            [label, explain::meaning(judgement.meaning)],
            ": ",
        )];
        lines.extend(judgement.entry.map(|entry| explain::cause(entry, facts)));
        let about_scopes = judgement
            .entry
            .is_some_and(|entry| ABOUT_SCOPES.contains(&entry.family.as_str()));
        if let Some(scope) = facts.scope
            && about_scopes
        {
            lines.push(text!("entra-asked", scope = scope));
        }
        // The service's own words name what no table can know: the scope, the resource, the
        // parameter.
        let said = match self.text.as_str() {
            "" => None,
            LEFT_OUT => Some(text!("entra-left-out")),
            NOT_SEARCHED => Some(text!("entra-not-searched")),
            text => Some(Text::words(text.chars().take(SHOWN).collect::<String>())),
        };
        lines.extend(said.map(|said| text!("entra-says", text = said)));
        let ids = self.ids();
        if !ids.is_empty() {
            lines.push(ids_in_words(&ids));
        }
        let mut error =
            Error::new(kind, Text::joined(lines, "\n")).correlated(correlation_id(&self.ids()));
        if let Some(entry) = judgement.entry {
            for (number, step) in (1..).zip(explain::steps(entry, facts)) {
                error = if explain::login_step(entry) == Some(number) {
                    error.remedy(step)
                } else {
                    error.hint(step)
                };
            }
        }
        match judgement.code {
            Some(code) => error.hint(text!("entra-more", code = code)),
            None if kind == Kind::Network => error.hint(text!("entra-service-fault")),
            None if ids.is_empty() => error
                .hint(text!("entra-look-up"))
                .remedy(text!("entra-when-gone")),
            None => error
                .hint(text!("entra-give-ids"))
                .remedy(text!("entra-when-gone")),
        }
    }
}
