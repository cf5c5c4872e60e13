//! Why TLS was not agreed: read from the types of the TLS library, and in words with a way out for
//! each. Pure.

use crate::clock::rfc3339;
use crate::os;
use crate::text::{Text, text};
use std::error::Error;
use std::io;
use tokio_rustls::rustls::{self, AlertDescription, CertificateError, PeerIncompatible};

/// Why there is no trusted TLS connection. All but a broken connection stays as it is until a
/// person acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TlsFault {
    /// A certificate of the chain has ended; end and the time it was compared with, epoch seconds,
    /// where the verifier says so.
    Expired(Option<(u64, u64)>),
    /// A certificate of the chain is not valid yet; its start and the time it was compared with.
    NotYetValid(Option<(u64, u64)>),
    /// It is for other names; these, where the verifier says so.
    OtherName(Vec<String>),
    /// Nobody who is trusted issued it.
    UnknownIssuer,
    /// It is for something else than a server.
    OtherUse,
    /// Its issuer took it back.
    Revoked,
    /// Whether it was taken back cannot be found out.
    RevocationUnknown,
    /// A signature does not fit, or is made in a way that is not accepted.
    BadSignature,
    /// It cannot be used, for this reason of the library.
    BadCertificate(Text),
    /// No version, cipher or key exchange in common: TLS 1.2 and 1.3 are spoken.
    NothingInCommon,
    /// The other side says no more than that. In TLS 1.2 that may be a missing certificate of the
    /// client as well (RFC 5246 section 7.4.6).
    NothingAgreed,
    /// What answers does not speak TLS.
    NotTls,
    /// The other side asks for a certificate of the client.
    WantsCertificate,
    /// The other side does not know the name.
    NameUnknownThere,
    /// The other side broke off with this alert (RFC 8446 section 6).
    Alert(String),
    /// Anything else.
    Other(String),
}

impl TlsFault {
    /// What the TLS library says in this error or in what caused it. `None`: the connection broke
    /// off, and nothing is known of the certificate.
    pub(super) fn find(error: &(dyn Error + 'static)) -> Option<Self> {
        causes(error)
            .find_map(|error| error.downcast_ref())
            .map(Self::of)
    }

    fn of(error: &rustls::Error) -> Self {
        match error {
            rustls::Error::InvalidCertificate(certificate) => Self::of_certificate(certificate),
            rustls::Error::NoCertificatesPresented => {
                Self::BadCertificate(text!("entra-tls-none-presented"))
            }
            rustls::Error::PeerIncompatible(
                PeerIncompatible::ServerDoesNotSupportTls12Or13
                | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig
                | PeerIncompatible::NoCipherSuitesInCommon
                | PeerIncompatible::NoKxGroupsInCommon
                | PeerIncompatible::NoSignatureSchemesInCommon,
            ) => Self::NothingInCommon,
            rustls::Error::AlertReceived(alert) => Self::of_alert(*alert),
            rustls::Error::InvalidMessage(_) => Self::NotTls,
            other => Self::Other(other.to_string()),
        }
    }

    fn of_certificate(error: &CertificateError) -> Self {
        use CertificateError as C;
        match error {
            C::ExpiredContext { time, not_after } => {
                Self::Expired(Some((not_after.as_secs(), time.as_secs())))
            }
            C::Expired => Self::Expired(None),
            C::NotValidYetContext { time, not_before } => {
                Self::NotYetValid(Some((not_before.as_secs(), time.as_secs())))
            }
            C::NotValidYet => Self::NotYetValid(None),
            C::NotValidForNameContext { presented, .. } => Self::OtherName(presented.clone()),
            C::NotValidForName => Self::OtherName(Vec::new()),
            C::UnknownIssuer => Self::UnknownIssuer,
            C::InvalidPurpose | C::InvalidPurposeContext { .. } => Self::OtherUse,
            C::Revoked => Self::Revoked,
            C::UnknownRevocationStatus
            | C::ExpiredRevocationList
            | C::ExpiredRevocationListContext { .. } => Self::RevocationUnknown,
            C::BadSignature
            | C::UnsupportedSignatureAlgorithmContext { .. }
            | C::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => Self::BadSignature,
            // The verifier of the platform has a type of its own for it, which it does not export.
            C::Other(other) if other.to_string().contains("invalid extensions") => Self::OtherUse,
            C::Other(other) => Self::BadCertificate(Text::words(shown(&other.to_string()))),
            other => Self::BadCertificate(Text::words(shown(&other.to_string()))),
        }
    }

    fn of_alert(alert: AlertDescription) -> Self {
        match alert {
            AlertDescription::ProtocolVersion | AlertDescription::InsufficientSecurity => {
                Self::NothingInCommon
            }
            AlertDescription::HandshakeFailure => Self::NothingAgreed,
            AlertDescription::CertificateRequired => Self::WantsCertificate,
            AlertDescription::UnrecognisedName => Self::NameUnknownThere,
            other => Self::Alert(other.as_str().unwrap_or("unknown").to_owned()),
        }
    }

    /// Why, to be put after "no trusted TLS connection to ...:".
    pub(super) fn words(&self) -> Text {
        match self {
            Self::Expired(Some((end, now))) => {
                text!(
                    "entra-tls-expired-at",
                    end = local(*end),
                    ago = Text::span(now.saturating_sub(*end))
                )
            }
            Self::Expired(None) => text!("entra-tls-expired"),
            Self::NotYetValid(Some((start, now))) => {
                text!(
                    "entra-tls-not-yet-at",
                    start = local(*start),
                    left = Text::span(start.saturating_sub(*now))
                )
            }
            Self::NotYetValid(None) => text!("entra-tls-not-yet"),
            Self::OtherName(names) if names.is_empty() => text!("entra-tls-other-name"),
            Self::OtherName(names) => text!("entra-tls-other-names", names = listed(names)),
            Self::UnknownIssuer => text!("entra-tls-issuer"),
            Self::OtherUse => text!("entra-tls-use"),
            Self::Revoked => text!("entra-tls-revoked"),
            Self::RevocationUnknown => text!("entra-tls-revocation-unknown"),
            Self::BadSignature => text!("entra-tls-signature"),
            Self::BadCertificate(reason) => {
                text!("entra-tls-bad-certificate", reason = reason)
            }
            Self::NothingInCommon => text!("entra-tls-nothing-in-common"),
            Self::NothingAgreed => text!("entra-tls-nothing-agreed"),
            Self::NotTls => text!("entra-tls-not-tls"),
            Self::WantsCertificate => text!("entra-tls-wants-certificate"),
            Self::NameUnknownThere => text!("entra-tls-name-unknown"),
            Self::Alert(alert) => text!("entra-tls-alert", alert = alert),
            Self::Other(reason) => Text::words(shown(reason)),
        }
    }

    /// What to do, best first.
    pub(super) fn steps(&self) -> Vec<Text> {
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
            Self::BadCertificate(_) => vec![text!("entra-tls-replace"), text!("entra-inspected")],
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

/// An error and what caused it; the standard library hides what its own error wraps.
pub(super) fn causes<'e>(
    error: &'e (dyn Error + 'static),
) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error: &&'e (dyn Error + 'static)| {
        let wrapped = error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        wrapped
            .map(|inner| inner as &(dyn Error + 'static))
            .or_else(|| (*error).source())
    })
}

/// A time as the clock on the wall shows it.
fn local(epoch: u64) -> String {
    os::local_time(epoch).map_or_else(
        || rfc3339(epoch),
        |t| {
            format!(
                "{}-{:02}-{:02} {:02}:{:02}:{:02}",
                t.year, t.month, t.day, t.hour, t.minute, t.second
            )
        },
    )
}

/// The first few names of a certificate. They come from outside.
fn listed(names: &[String]) -> String {
    const MOST: usize = 5;
    let mut list = names
        .iter()
        .take(MOST)
        .map(|name| shown(name))
        .collect::<Vec<_>>()
        .join(", ");
    if names.len() > MOST {
        list.push_str(", ...");
    }
    list
}

fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::time::Duration;
    use tokio_rustls::rustls::pki_types::UnixTime;

    fn time(seconds: u64) -> UnixTime {
        UnixTime::since_unix_epoch(Duration::from_secs(seconds))
    }

    #[test]
    fn each_kind_is_known_by_its_type_through_the_chain() {
        let invalid = rustls::Error::InvalidCertificate;
        let other = rustls::OtherError(Arc::new(io::Error::other(
            "certificate had invalid extensions",
        )));
        for (error, fault) in [
            (
                invalid(CertificateError::ExpiredContext {
                    time: time(90),
                    not_after: time(30),
                }),
                TlsFault::Expired(Some((30, 90))),
            ),
            (
                invalid(CertificateError::NotValidYetContext {
                    time: time(30),
                    not_before: time(90),
                }),
                TlsFault::NotYetValid(Some((90, 30))),
            ),
            (invalid(CertificateError::Expired), TlsFault::Expired(None)),
            (
                invalid(CertificateError::NotValidForName),
                TlsFault::OtherName(Vec::new()),
            ),
            (
                invalid(CertificateError::UnknownIssuer),
                TlsFault::UnknownIssuer,
            ),
            (invalid(CertificateError::Revoked), TlsFault::Revoked),
            (
                invalid(CertificateError::UnknownRevocationStatus),
                TlsFault::RevocationUnknown,
            ),
            (
                invalid(CertificateError::BadSignature),
                TlsFault::BadSignature,
            ),
            (
                invalid(CertificateError::InvalidPurpose),
                TlsFault::OtherUse,
            ),
            (invalid(CertificateError::Other(other)), TlsFault::OtherUse),
            (
                rustls::Error::AlertReceived(AlertDescription::ProtocolVersion),
                TlsFault::NothingInCommon,
            ),
            (
                rustls::Error::AlertReceived(AlertDescription::HandshakeFailure),
                TlsFault::NothingAgreed,
            ),
            (
                rustls::Error::AlertReceived(AlertDescription::UnrecognisedName),
                TlsFault::NameUnknownThere,
            ),
            (
                rustls::Error::AlertReceived(AlertDescription::CertificateRequired),
                TlsFault::WantsCertificate,
            ),
            (
                rustls::Error::AlertReceived(AlertDescription::AccessDenied),
                TlsFault::Alert("AccessDenied".into()),
            ),
            (
                rustls::Error::InvalidMessage(rustls::InvalidMessage::InvalidContentType),
                TlsFault::NotTls,
            ),
        ] {
            let wrapped = io::Error::other(io::Error::new(io::ErrorKind::InvalidData, error));
            assert_eq!(TlsFault::find(&wrapped), Some(fault.clone()), "{wrapped}");
            assert!(
                !fault.words().english().is_empty() && !fault.steps().is_empty(),
                "{fault:?}"
            );
        }
        assert_eq!(
            TlsFault::find(&io::Error::from(io::ErrorKind::ConnectionReset)),
            None,
            "a broken connection"
        );
    }
}
