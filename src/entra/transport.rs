//! Why no usable answer came, and whether the password may have left this machine. Pure.

use crate::error::{Error, Kind};
use crate::l10n::msg;

/// How far the request got. The breaker counts what may have been judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The body was not handed to the connection.
    NotSent,
    /// The body, or a part of it, was sent; no status came back.
    Unanswered,
    /// This status came back, and the rest was cut off, too late or too long.
    CutOff(u16),
}

/// What went wrong, as far as it can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The name has no address.
    Name,
    /// Nothing listens there, or a firewall says so.
    Refused,
    /// The time was up.
    Timeout,
    /// The certificate is not trusted, or TLS failed otherwise.
    Tls,
    /// The proxy refused or could not be reached.
    Proxy,
    /// The answer is longer than a token answer can be.
    TooLong,
    /// The roots of trust could not be used.
    Roots,
    /// This system has no roots of trust, or they cannot be read.
    SystemRoots,
    /// Anything else: connection reset, not HTTP.
    Broken,
}

/// A request without a usable answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransportFault {
    /// How far it got.
    pub stage: Stage,
    /// What went wrong.
    pub cause: Cause,
    /// The library's words, without URL and request.
    pub detail: String,
}

impl TransportFault {
    /// True if the same request may be tried once more: nothing was judged as far as can be known, and the cause may pass.
    /// A 4xx that was cut off may have been a judged password.
    pub fn may_repeat(&self) -> bool {
        let passing = !matches!(self.cause, Cause::Tls | Cause::TooLong | Cause::Roots | Cause::SystemRoots);
        let judged = matches!(self.stage, Stage::CutOff(status) if (300..500).contains(&status));
        passing && !judged
    }

    /// In words, for the host of the authority.
    pub fn explain(&self, host: &str) -> Error {
        let what = match self.cause {
            Cause::Name => msg!("entra-no-name", host = host),
            Cause::Refused => msg!("entra-connection-refused", host = host),
            Cause::Timeout => match self.stage {
                Stage::NotSent => msg!("entra-no-connection-in-time", host = host),
                Stage::Unanswered => msg!("entra-no-answer-in-time", host = host),
                Stage::CutOff(status) => msg!("entra-cut-off", host = host, status = status),
            },
            Cause::Tls => msg!("entra-no-tls", host = host),
            Cause::Proxy => msg!("entra-proxy", host = host),
            Cause::TooLong => msg!("entra-too-long", host = host),
            Cause::Roots => msg!("entra-no-roots"),
            Cause::SystemRoots => msg!("entra-no-system-roots"),
            Cause::Broken => match self.stage {
                Stage::CutOff(status) => msg!("entra-cut-off", host = host, status = status),
                Stage::Unanswered => msg!("entra-closed", host = host),
                Stage::NotSent => msg!("entra-connection-failed", host = host),
            },
        };
        let detailed = || msg!("entra-fault-with-detail", fault = what, detail = self.detail);
        let message = if self.detail.is_empty() { what } else { detailed() };
        let mut error = Error::new(Kind::Network, message);
        for hint in self.next_steps(host) {
            error = error.hint(hint);
        }
        error
    }

    fn next_steps(&self, host: &str) -> Vec<String> {
        let try_it = || msg!("entra-try-curl", host = host);
        match self.cause {
            Cause::Name => vec![msg!("entra-check-dns"), try_it()],
            Cause::Refused => vec![msg!("entra-check-firewall"), try_it()],
            Cause::Timeout => vec![msg!("entra-wait-longer"), try_it()],
            Cause::Tls => vec![msg!("entra-inspected"), msg!("entra-check-clock")],
            Cause::Proxy => vec![msg!("entra-check-proxy"), try_it()],
            Cause::TooLong => vec![msg!("entra-not-entra")],
            Cause::Roots => vec![msg!("entra-give-pem")],
            Cause::SystemRoots => vec![msg!("entra-install-roots"), msg!("entra-enrol-roots")],
            Cause::Broken => vec![msg!("entra-look-between"), try_it()],
        }
    }
}
