//! A refusal of the token endpoint: the parts that ropc may record and show. Never the request,
//! never the body.

use entra_codes::{Guard, Judgement, Retry};
use uuid::Uuid;

/// A text of the service, if ropc may record and show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Quote<T> {
    /// As it came.
    Whole(T),
    /// Left out: it may repeat a secret.
    MayRepeat,
    /// Left out: ropc could not read the secrets again, so it could not search the text for them.
    NotSearched,
}

impl<T: ToString> Quote<T> {
    fn without_echo(self, repeats_a_secret: &impl Fn(&str) -> bool) -> Self {
        match self {
            Self::Whole(value) if repeats_a_secret(&value.to_string()) => Self::MayRepeat,
            other => other,
        }
    }
}

/// The ids by which a tenant admin finds a sign-in in the logs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ids {
    /// `trace_id`.
    pub trace: Option<Quote<Uuid>>,
    /// `correlation_id`; equals the request id that was sent.
    pub correlation: Option<Quote<Uuid>>,
    /// `timestamp`: UTC, to the second, as sent.
    pub time: Option<Quote<String>>,
}

impl Ids {
    /// True if the service gave none.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The correlation id, where it may be shown.
    pub fn correlation_id(&self) -> Option<Uuid> {
        match self.correlation {
            Some(Quote::Whole(id)) => Some(id),
            _ => None,
        }
    }
}

/// Why Entra refuses a certificate (AADSTS700027), by the reason in its description.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateFault {
    /// The app does not list the certificate.
    Unknown,
    /// The certificate has ended, by Entra's clock or by the app's entry.
    Ended,
    /// The signature was not made with the key of the certificate.
    Signature,
}

impl CertificateFault {
    /// Reads the reason in a description.
    pub(super) fn find(description: &str) -> Option<Self> {
        let reasons = [
            ("The key was not found", Self::Unknown),
            ("is not registered on application", Self::Unknown),
            ("The key used is expired", Self::Ended),
            ("did not match the expected signature", Self::Signature),
        ];
        let found = reasons
            .iter()
            .find(|(words, _)| description.contains(words));
        found.map(|(_, fault)| *fault)
    }
}

/// An OAuth error answer, judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// HTTP status.
    pub status: u16,
    /// The field `error`; `None` where it is left out.
    pub word: Option<String>,
    /// Its meaning, by the code table.
    pub judgement: Judgement,
    /// The service's own words, without code and ids. `None` if it has none, and for a code of the
    /// table, which our own words explain.
    pub text: Option<Quote<String>>,
    /// What is wrong with the app's certificate, if Entra says so.
    pub key: Option<CertificateFault>,
    /// The ids by which an admin finds it.
    pub ids: Ids,
    /// `Retry-After` as sent.
    pub retry_after: Option<String>,
}

impl Refusal {
    /// The same for a request with an assertion of another identity provider: no credential of the
    /// app is stored that must not be sent again.
    pub(crate) fn of_assertion(mut self) -> Self {
        if self.judgement.guard == Guard::LatchAppCredential {
            self.judgement.guard = Guard::Slow;
        }
        self
    }

    /// `AADSTS50126`; the OAuth word where there is no number; else the status.
    pub fn label(&self) -> String {
        match (self.judgement.code, &self.word) {
            (Some(code), _) => format!("AADSTS{code}"),
            (None, Some(word)) => format!("`{word}` (HTTP {})", self.status),
            (None, None) => format!("HTTP {}", self.status),
        }
    }

    /// True if it ends by waiting: exit code 6 in place of 4.
    pub fn is_temporary(&self) -> bool {
        self.status == 429
            || self.judgement.retry == Retry::Once
            || (self.judgement.guard == Guard::CoolDown
                && self.judgement.retry == Retry::AfterDelay)
    }

    /// The refusal without the service's words that repeat a secret: an endpoint that echoes must
    /// not write into our logs.
    #[must_use]
    pub fn without_echo(mut self, repeats_a_secret: impl Fn(&str) -> bool) -> Self {
        self.word = self.word.filter(|word| !repeats_a_secret(word));
        self.text = self.text.map(|text| text.without_echo(&repeats_a_secret));
        self.ids = Ids {
            trace: self.ids.trace.map(|id| id.without_echo(&repeats_a_secret)),
            correlation: self
                .ids
                .correlation
                .map(|id| id.without_echo(&repeats_a_secret)),
            time: self
                .ids
                .time
                .map(|time| time.without_echo(&repeats_a_secret)),
        };
        // An unknown number may be a secret made of digits.
        let is_unknown = self.judgement.entry.is_none();
        self.judgement.code = self
            .judgement
            .code
            .filter(|code| !(is_unknown && repeats_a_secret(&code.to_string())));
        self
    }

    /// The refusal without the service's own words, for an answer that ropc could not search for
    /// the secrets. It keeps words of our own lists, and the id that we sent.
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
        self.word = self.word.filter(|word| WORDS.contains(&word.as_str()));
        self.text = self.text.map(|_| Quote::NotSearched);
        // No code of Entra has more digits, and no password has fewer than eight characters.
        self.judgement.code = self.judgement.code.filter(|code| *code < 10_000_000);
        let id = self.ids.correlation_id();
        self.ids = Ids {
            correlation: id
                .filter(|id| id.to_string() == request_id)
                .map(Quote::Whole),
            ..Ids::default()
        };
        self
    }
}
