//! A refusal in words: code, cause, next steps, and the ids by which a tenant admin finds the
//! sign-in.

use crate::clock::{day, epoch};
use crate::entra::{Asked, CertificateFault, Ids, Quote, Refusal};
use crate::error::{Error, Hint, Kind};
use crate::sentences::explain;
use crate::text::{Text, text};
use entra_codes::{Accepted, Judgement};
use std::fmt::Display;

/// The most characters of the service's own words in a message.
const SHOWN: usize = 400;

/// The most steps of a code that a refusal shows; `ropc explain` shows all.
const STEPS: usize = 2;
/// An assertion that is too old or too new by Entra's clock.
const OUTSIDE_OF_ITS_TIME: u32 = 700_024;
/// Clocks agree if they differ by less than this, in seconds: Entra tolerates minutes.
const NO_MATTER: u64 = 60;
/// Families of codes whose refusals name the scopes that were asked for.
const ABOUT_SCOPES: [&str; 4] = ["consent", "permission", "resource", "scope"];

pub(super) fn said(refusal: &Refusal, asked: &Asked) -> Error {
    let kind = if refusal.is_temporary() {
        Kind::Network
    } else {
        Kind::SignIn
    };
    let error = Error::new(kind, message(refusal, asked)).correlated(refusal.ids.correlation_id());
    let error = error.hints(steps(&refusal.judgement, asked));
    match refusal.judgement.code {
        Some(code) => error.hint(text!("entra-more", code = code)),
        None if kind == Kind::Network => error.hint(text!("entra-service-fault")),
        None if refusal.ids.is_empty() => error
            .hint(text!("entra-look-up"))
            .hint(Hint::remedy(text!("entra-when-gone"))),
        None => error
            .hint(text!("entra-give-ids"))
            .hint(Hint::remedy(text!("entra-when-gone"))),
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
    if let Some(claims) = &asked.claims
        && is_about_the_app(judgement)
    {
        lines.push(claims.words());
    }
    lines.extend(refusal.key.map(|fault| key(fault, asked)));
    if judgement.code == Some(OUTSIDE_OF_ITS_TIME) {
        lines.extend(clocks(refusal, asked));
    }
    // The service's own words name facts that no table has: the scope, the resource, the parameter.
    if let Some(said) = &refusal.text {
        lines.push(text!("entra-says", text = said.words()));
    }
    if !refusal.ids.is_empty() {
        lines.push(refusal.ids.words());
    }
    Text::joined(lines, "\n")
}

/// True if the answer may be about the app's assertion: no later check came.
fn is_about_the_app(judgement: &Judgement) -> bool {
    judgement.accepted == Accepted::NotJudged
}

/// What is wrong with the certificate, and its thumbprint as the portal shows it.
fn key(fault: CertificateFault, asked: &Asked) -> Text {
    let fault = match fault {
        CertificateFault::Unknown => text!("entra-key-unknown"),
        CertificateFault::Ended => text!("entra-key-ended"),
        CertificateFault::Signature => text!("entra-key-signature"),
    };
    match &asked.certificate {
        Some(facts) => text!(
            "entra-key-of",
            fault = fault,
            thumbprint = facts.shown_sha1(),
            ends = day(facts.ends)
        ),
        None => fault,
    }
}

/// By how much the clock of this machine differs from Entra's.
fn clocks(refusal: &Refusal, asked: &Asked) -> Option<Text> {
    let Some(Quote::Whole(time)) = &refusal.ids.time else {
        return None;
    };
    let theirs = epoch(time)?;
    let ours = asked.answered_at;
    let apart = ours.abs_diff(theirs);
    Some(if apart < NO_MATTER {
        text!("entra-clock-agrees")
    } else if ours < theirs {
        text!("entra-clock-behind", time = Text::span(apart))
    } else {
        text!("entra-clock-ahead", time = Text::span(apart))
    })
}

/// The first steps of the code.
fn steps(judgement: &Judgement, asked: &Asked) -> Vec<Hint> {
    let facts = asked.facts();
    let entry = judgement.entry.into_iter();
    entry
        .flat_map(|entry| explain::hints(entry, &facts).take(STEPS))
        .collect()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entra::Reply;
    use crate::entra::wire::{Answer, read};
    use crate::secret::CertificateFacts;

    /// 2026-11-23 08:00:11, UTC.
    const NOW: u64 = 1_795_420_811;

    /// The error for an answer of Entra with these codes.
    fn refused_with(codes: &str) -> Error {
        refused_by(&format!(
            "{{\"error\":\"invalid_grant\",\"error_codes\":[{codes}]}}"
        ))
    }

    fn refused_by(body: &str) -> Error {
        let reply = Reply {
            status: 400,
            content_type: "application/json".into(),
            retry_after: None,
            body: body.as_bytes().to_vec().into(),
        };
        let Answer::Refused(refusal) = read(&reply) else {
            panic!("{body}: an error is a refusal");
        };
        let asked = Asked {
            claims: None,
            host: "login.contoso.example".into(),
            tenant: "contoso.example".into(),
            client_id: "id".into(),
            scope: "scope".into(),
            certificate: Some(CertificateFacts {
                sha256: [0; 32],
                sha1: [0xab; 20],
                ends: NOW,
            }),
            answered_at: NOW,
        };
        said(&refusal, &asked)
    }

    #[test]
    fn an_assertion_outside_of_its_time_says_by_how_much_the_clocks_differ() {
        for (time, words) in [
            ("2026-11-23 08:07:11Z", "is 7m behind Entra's"),
            ("2026-11-23 07:30:11Z", "is 30m ahead of Entra's"),
            ("2026-11-23 08:00:41Z", "agrees with Entra's"),
        ] {
            let body = |code: u32| {
                format!(
                    "{{\"error\":\"invalid_client\",\"error_codes\":[{code}],\"timestamp\":\"{time}\"}}"
                )
            };
            let said = |code| refused_by(&body(code)).message.english();
            assert!(said(700_024).contains(words), "{}", said(700_024));
            assert!(
                !said(700_021).contains("clock of this machine"),
                "the control"
            );
        }
    }

    #[test]
    fn a_refused_certificate_has_its_reason_and_its_thumbprint() {
        for (reason, words) in [
            ("The key was not found.", "does not list this certificate"),
            ("The key used is expired.", "the certificate has ended"),
            (
                "The provided signature value did not match the expected signature value.",
                "another key",
            ),
        ] {
            let said = refused_by(&format!(
                "{{\"error\":\"invalid_client\",\"error_codes\":[700027],\
                  \"error_description\":\"AADSTS700027: x. [Reason - {reason}]\"}}"
            ));
            let said = said.message.english();
            assert!(said.contains(words) && said.contains("ABAB"), "{said}");
        }
    }

    #[test]
    fn a_refusal_has_three_hints_at_most_and_the_last_points_to_explain() {
        let mut shortened = 0;
        for entry in entra_codes::all() {
            let error = refused_with(&entry.first.to_string());
            let hints: Vec<String> = error.hints.iter().map(Hint::english).collect();
            assert!((1..=3).contains(&hints.len()), "{hints:#?}");
            assert!(
                hints.last().unwrap().contains("`ropc explain "),
                "{hints:#?}"
            );
            let text = entry.text(entra_codes::Language::English);
            shortened += usize::from(text.todo.len() > STEPS);
            let ends_by_login = hints.len() > 1 && !text.login.is_empty();
            assert_eq!(ends_by_login, error.remedy().is_some(), "{hints:#?}");
        }
        assert!(
            shortened > 20,
            "the control: {shortened} codes have more steps"
        );
        assert!((1..=3).contains(&refused_with("").hints.len()));
    }
}
