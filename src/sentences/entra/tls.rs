//! Why there is no trusted TLS connection, and the hints for each kind.

use crate::entra::TlsFault;
use crate::text::{Text, text};

/// The most names of a certificate in a message.
const NAMES: usize = 5;

impl TlsFault {
    /// The reason, for the place after "no trusted TLS connection to ...:".
    pub(crate) fn words(&self) -> Text {
        match self {
            Self::Expired(Some(end)) => text!("entra-tls-expired-at", end = Text::past(*end)),
            Self::Expired(None) => text!("entra-tls-expired"),
            Self::NotYetValid(Some(start)) => {
                text!("entra-tls-not-yet-at", start = Text::due(*start))
            }
            Self::NotYetValid(None) => text!("entra-tls-not-yet"),
            Self::OtherName(names) if names.is_empty() => text!("entra-tls-other-name"),
            Self::OtherName(names) => text!("entra-tls-other-names", names = listed(names)),
            Self::UnknownIssuer => text!("entra-tls-issuer"),
            Self::OtherUse => text!("entra-tls-use"),
            Self::Revoked => text!("entra-tls-revoked"),
            Self::RevocationUnknown => text!("entra-tls-revocation-unknown"),
            Self::BadSignature => text!("entra-tls-signature"),
            Self::NoCertificate => text!(
                "entra-tls-bad-certificate",
                reason = text!("entra-tls-none-presented")
            ),
            Self::BadCertificate(reason) => {
                text!("entra-tls-bad-certificate", reason = reason)
            }
            Self::NothingInCommon => text!("entra-tls-nothing-in-common"),
            Self::NothingAgreed => text!("entra-tls-nothing-agreed"),
            Self::NotTls => text!("entra-tls-not-tls"),
            Self::WantsCertificate => text!("entra-tls-wants-certificate"),
            Self::NameUnknownThere => text!("entra-tls-name-unknown"),
            Self::Alert(alert) => text!("entra-tls-alert", alert = alert),
            Self::Other(reason) => Text::words(reason),
        }
    }

    /// What to do, best first.
    pub(crate) fn steps(&self) -> Vec<Text> {
        match self {
            Self::Expired(_) => vec![text!("entra-tls-renew"), text!("entra-check-clock")],
            Self::NotYetValid(_) => {
                vec![text!("entra-check-clock"), text!("entra-tls-wait-or-renew")]
            }
            Self::OtherName(_) | Self::NameUnknownThere => {
                vec![text!("entra-tls-check-name"), text!("entra-inspected")]
            }
            Self::UnknownIssuer => {
                vec![text!("entra-inspected"), text!("entra-tls-look-at-issuer")]
            }
            Self::OtherUse => vec![text!("entra-tls-server-use")],
            Self::Revoked => vec![text!("entra-tls-replace"), text!("entra-tls-do-not-trust")],
            Self::RevocationUnknown => vec![text!("entra-tls-let-revocation-through")],
            Self::BadSignature => {
                vec![
                    text!("entra-tls-another-root"),
                    text!("entra-tls-replace"),
                    text!("entra-inspected"),
                ]
            }
            Self::NoCertificate | Self::BadCertificate(_) => {
                vec![text!("entra-tls-replace"), text!("entra-inspected")]
            }
            Self::NothingInCommon => vec![text!("entra-tls-switch-on"), text!("entra-inspected")],
            Self::NothingAgreed => vec![
                text!("entra-tls-no-client-certificate"),
                text!("entra-tls-look-between"),
            ],
            Self::NotTls => vec![text!("entra-tls-check-port")],
            Self::WantsCertificate => vec![text!("entra-tls-no-client-certificate")],
            Self::Alert(_) | Self::Other(_) => {
                vec![text!("entra-tls-look-between"), text!("entra-inspected")]
            }
        }
    }
}

/// The first few names of a certificate.
fn listed(names: &[String]) -> String {
    let mut list = names
        .iter()
        .take(NAMES)
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(", ");
    if names.len() > NAMES {
        list.push_str(", ...");
    }
    list
}
