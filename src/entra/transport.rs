//! Why no usable answer came, and whether the password may have left this machine. Pure.

use super::proxy::{BadSetting, ProxyName};
use super::root_setting::BadRootSetting;
use super::tls::TlsFault;
use std::error::Error;
use std::io;
use std::sync::Arc;
use std::time::Duration;

/// How far the request got. As soon as its first byte could leave, Entra may have judged the
/// password, whatever came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// There was no connection, or the body was not given to it.
    NotSent,
    /// The body, or a part of it, may have been sent; no status came back.
    Unanswered,
    /// This status came back; the rest was cut off, too late or too long.
    CutOff(u16),
}

/// What went wrong, as far as ropc can know.
#[derive(Clone, Debug)]
pub enum Cause {
    /// The address has no host that https can reach.
    NoHost,
    /// The name has no address.
    Name,
    /// No name server answered in time.
    SilentName,
    /// The host or a firewall refused the connection.
    Refused,
    /// A time limit: ours, of this length, or the system's.
    Timeout(Option<Duration>),
    /// The certificate is not trusted, or TLS failed otherwise.
    Tls(TlsFault),
    /// This proxy could not be reached, or refused.
    Proxy(ProxyName, ProxyFault),
    /// The setting of the proxy cannot be used. ropc tried nothing.
    Setting(BadSetting),
    /// The answer is longer than a token answer can be.
    TooLong,
    /// This system has no roots of trust; with the variable at fault, if there is one.
    SystemRoots(Option<BadRootSetting>),
    /// This machine gives no more file descriptors, threads or memory.
    Exhausted(Arc<io::Error>),
    /// Any other failure, in the library's words, which may be empty: connection reset, not HTTP.
    Broken(String),
}

/// What went wrong between this machine and the proxy, or at the proxy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProxyFault {
    /// Its name has no address.
    Name,
    /// It refused the connection.
    Refused,
    /// No connection through it in time.
    Timeout(Option<Duration>),
    /// The connection to it is not trusted (a proxy with `https://`).
    Tls(TlsFault),
    /// It answered CONNECT with another status than 200.
    Status {
        /// The status.
        status: u16,
        /// The schemes of `Proxy-Authenticate`.
        schemes: Vec<String>,
        /// True if ropc sent credentials.
        had_credentials: bool,
    },
    /// It closed the connection or spoke no HTTP; the library's words.
    Closed(String),
}

/// A request without a usable answer.
#[derive(Clone, Debug)]
pub struct TransportFault {
    /// How far it got.
    pub stage: Stage,
    /// What went wrong.
    pub cause: Cause,
}

impl ProxyFault {
    /// True if it may be temporary: not a rule of the proxy, not a certificate.
    fn may_pass(&self) -> bool {
        match self {
            Self::Name | Self::Refused | Self::Timeout(_) | Self::Closed(_) => true,
            Self::Tls(_) => false,
            Self::Status { status, .. } => matches!(status, 408 | 429 | 500 | 502..=504),
        }
    }
}

impl Cause {
    /// The cause for a system that has no descriptors, threads or memory left.
    pub(super) fn exhausted(error: io::Error) -> Self {
        Self::Exhausted(Arc::new(error))
    }

    /// The error of the system behind it, where there is one.
    pub(crate) fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Exhausted(error) => Some(error.as_ref()),
            Self::SystemRoots(Some(bad)) => bad.source(),
            _ => None,
        }
    }
}

impl TransportFault {
    /// A fault before anything was sent.
    pub fn not_sent(cause: Cause) -> Self {
        Self {
            stage: Stage::NotSent,
            cause,
        }
    }

    /// A fault of a request without a body, which would show how far it got: the cause decides.
    pub(super) fn of_get(cause: Cause) -> Self {
        let stage = match cause {
            Cause::Timeout(_) | Cause::Broken(_) => Stage::Unanswered,
            _ => Stage::NotSent,
        };
        Self { stage, cause }
    }

    /// True if ropc may repeat the request at the pace of the breaker: the cause may be temporary,
    /// and the part of the answer that came does not look like a refusal.
    pub fn may_repeat(&self) -> bool {
        let passing = match &self.cause {
            Cause::Name
            | Cause::SilentName
            | Cause::Refused
            | Cause::Timeout(_)
            | Cause::Broken(_) => true,
            Cause::Proxy(_, fault) => fault.may_pass(),
            Cause::NoHost
            | Cause::Tls(_)
            | Cause::Setting(_)
            | Cause::TooLong
            | Cause::SystemRoots(_)
            | Cause::Exhausted(_) => false,
        };
        let refused = matches!(self.stage, Stage::CutOff(status) if (300..500).contains(&status));
        passing && !refused
    }
}
