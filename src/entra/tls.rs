//! Why TLS failed: read from the types of the TLS library. Pure.

use std::error::Error;
use std::io;
use tokio_rustls::rustls::{self, AlertDescription, CertificateError, PeerIncompatible};

/// Why there is no trusted TLS connection. Each of these lasts until a person acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TlsFault {
    /// A certificate of the chain has ended; when, epoch seconds, where the verifier reports it.
    Expired(Option<u64>),
    /// A certificate of the chain is not valid yet; its start, where the verifier reports it.
    NotYetValid(Option<u64>),
    /// It is for other names; these, where the verifier reports them.
    OtherName(Vec<String>),
    /// No trusted issuer issued it.
    UnknownIssuer,
    /// It is not for a server.
    OtherUse,
    /// Its issuer revoked it.
    Revoked,
    /// Whether its issuer revoked it is unknown.
    RevocationUnknown,
    /// A signature is wrong, or its algorithm is not accepted.
    BadSignature,
    /// The server showed none.
    NoCertificate,
    /// It cannot be used, for this reason of the library.
    BadCertificate(String),
    /// No version, cipher or key exchange in common: ropc speaks TLS 1.2 and 1.3.
    NothingInCommon,
    /// The other side reports only `handshake_failure`. In TLS 1.2 that may be a missing
    /// certificate of the client as well (RFC 5246 section 7.4.6).
    NothingAgreed,
    /// The other side does not speak TLS.
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
    /// The TLS fault in this error or its causes. `None`: the connection broke off, and nothing is
    /// known of the certificate.
    pub(super) fn find(error: &(dyn Error + 'static)) -> Option<Self> {
        causes(error)
            .find_map(|error| error.downcast_ref())
            .map(Self::of)
    }

    fn of(error: &rustls::Error) -> Self {
        match error {
            rustls::Error::InvalidCertificate(certificate) => Self::of_certificate(certificate),
            rustls::Error::NoCertificatesPresented => Self::NoCertificate,
            rustls::Error::PeerIncompatible(
                PeerIncompatible::ServerDoesNotSupportTls12Or13
                | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig
                | PeerIncompatible::NoCipherSuitesInCommon
                | PeerIncompatible::NoKxGroupsInCommon
                | PeerIncompatible::NoSignatureSchemesInCommon,
            ) => Self::NothingInCommon,
            rustls::Error::AlertReceived(alert) => Self::of_alert(*alert),
            rustls::Error::InvalidMessage(_) => Self::NotTls,
            other => Self::Other(shown(&other.to_string())),
        }
    }

    fn of_certificate(error: &CertificateError) -> Self {
        use CertificateError as C;
        match error {
            C::ExpiredContext { not_after, .. } => Self::Expired(Some(not_after.as_secs())),
            C::Expired => Self::Expired(None),
            C::NotValidYetContext { not_before, .. } => {
                Self::NotYetValid(Some(not_before.as_secs()))
            }
            C::NotValidYet => Self::NotYetValid(None),
            C::NotValidForNameContext { presented, .. } => {
                Self::OtherName(presented.iter().map(|name| shown(name)).collect())
            }
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
            // The platform's verifier has a type for it, which it does not export.
            C::Other(other) if other.to_string().contains("invalid extensions") => Self::OtherUse,
            C::Other(other) => Self::BadCertificate(shown(&other.to_string())),
            other => Self::BadCertificate(shown(&other.to_string())),
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

/// Words from outside, without control characters and not too long.
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

    fn is_known(error: rustls::Error, fault: &TlsFault) {
        let wrapped = io::Error::other(io::Error::new(io::ErrorKind::InvalidData, error));
        assert_eq!(TlsFault::find(&wrapped).as_ref(), Some(fault), "{wrapped}");
        assert!(
            !fault.words().english().is_empty() && !fault.steps().is_empty(),
            "{fault:?}"
        );
    }

    #[test]
    fn each_flaw_of_a_certificate_is_recognised_by_type_in_a_chain_of_errors() {
        use CertificateError as C;
        let other = rustls::OtherError(Arc::new(io::Error::other(
            "certificate had invalid extensions",
        )));
        let expired = C::ExpiredContext {
            time: time(90),
            not_after: time(30),
        };
        let not_yet = C::NotValidYetContext {
            time: time(30),
            not_before: time(90),
        };
        for (error, fault) in [
            (expired, TlsFault::Expired(Some(30))),
            (not_yet, TlsFault::NotYetValid(Some(90))),
            (C::Expired, TlsFault::Expired(None)),
            (C::NotValidForName, TlsFault::OtherName(Vec::new())),
            (C::UnknownIssuer, TlsFault::UnknownIssuer),
            (C::Revoked, TlsFault::Revoked),
            (C::UnknownRevocationStatus, TlsFault::RevocationUnknown),
            (C::BadSignature, TlsFault::BadSignature),
            (C::InvalidPurpose, TlsFault::OtherUse),
            (C::Other(other), TlsFault::OtherUse),
        ] {
            is_known(rustls::Error::InvalidCertificate(error), &fault);
        }
    }

    #[test]
    fn each_failure_of_a_handshake_is_recognised_by_type_in_a_chain_of_errors() {
        use AlertDescription as A;
        for (alert, fault) in [
            (A::ProtocolVersion, TlsFault::NothingInCommon),
            (A::HandshakeFailure, TlsFault::NothingAgreed),
            (A::UnrecognisedName, TlsFault::NameUnknownThere),
            (A::CertificateRequired, TlsFault::WantsCertificate),
            (A::AccessDenied, TlsFault::Alert("AccessDenied".into())),
        ] {
            is_known(rustls::Error::AlertReceived(alert), &fault);
        }
        is_known(
            rustls::Error::NoCertificatesPresented,
            &TlsFault::NoCertificate,
        );
        is_known(
            rustls::Error::InvalidMessage(rustls::InvalidMessage::InvalidContentType),
            &TlsFault::NotTls,
        );
        assert_eq!(
            TlsFault::find(&io::Error::from(io::ErrorKind::ConnectionReset)),
            None,
            "a broken connection"
        );
    }
}
