//! Why no usable answer came, and whether the password may have left this machine. Pure.

use crate::error::{Error, Kind};

/// How far the request got. The breaker counts what may have been judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The body was not handed to the connection.
    NotSent,
    /// The body, or a part of it, was sent; no status came back.
    Unanswered,
    /// This status came back, and the rest was cut off or too long.
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
        let passing = !matches!(self.cause, Cause::Tls | Cause::TooLong | Cause::Roots);
        let judged = matches!(self.stage, Stage::CutOff(status) if (300..500).contains(&status));
        passing && !judged
    }

    /// In words, for the host of the authority.
    pub fn explain(&self, host: &str) -> Error {
        let what = match self.cause {
            Cause::Name => format!("the name {host} cannot be resolved"),
            Cause::Refused => format!("{host} refused the connection"),
            Cause::Timeout => match self.stage {
                Stage::NotSent => format!("no connection to {host} in time"),
                _ => format!("{host} did not answer in time"),
            },
            Cause::Tls => format!("no trusted TLS connection to {host}"),
            Cause::Proxy => format!("the proxy let no connection to {host} through"),
            Cause::TooLong => format!("{host} answered with more than a token answer can be"),
            Cause::Roots => "the roots of trust cannot be used".to_owned(),
            Cause::Broken => match self.stage {
                Stage::CutOff(status) => format!("the answer of {host} (status {status}) was cut off"),
                Stage::Unanswered => format!("{host} closed the connection without an answer"),
                Stage::NotSent => format!("the connection to {host} failed"),
            },
        };
        let message = if self.detail.is_empty() { what } else { format!("{what}: {}", self.detail) };
        let mut error = Error::new(Kind::Network, message);
        for hint in self.next_steps(host) {
            error = error.hint(hint);
        }
        error
    }

    fn next_steps(&self, host: &str) -> Vec<String> {
        let try_it = format!("try `curl -v https://{host}/` on this machine, under this account");
        match self.cause {
            Cause::Name => vec!["check DNS, and HTTPS_PROXY if this machine reaches the internet through a proxy only".into(), try_it],
            Cause::Refused => vec!["check firewall and port; behind a proxy set HTTPS_PROXY for this job too".into(), try_it],
            Cause::Timeout => vec!["run it again; `--timeout 5m` waits longer".into(), try_it],
            Cause::Tls => vec![
                "if your network inspects TLS, add its root certificate to the system's store, or enrol it with `ropc login --ca-file ROOT.pem`".into(),
                "check the clock of this machine".into(),
            ],
            Cause::Proxy => vec![
                "check HTTPS_PROXY and the proxy's rules for this host, or name the host in NO_PROXY".into(),
                try_it,
            ],
            Cause::TooLong => vec!["something other than Entra answers there: check proxy and `--authority`".into()],
            Cause::Roots => vec!["give `--ca-file` a PEM file with at least one CERTIFICATE block".into()],
            Cause::Broken => vec!["run it again; if it stays, look for a proxy or firewall in between".into(), try_it],
        }
    }
}
