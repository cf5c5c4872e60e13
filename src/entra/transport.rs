//! Why no usable answer came, and whether the password may have left this machine. Pure.

use super::proxy::{BadSetting, ProxyName};
use super::roots::BadRootSetting;
use super::tls::TlsFault;
use crate::error::{Error, Kind};
use crate::text::{Text, text};
use std::time::Duration;

/// How far the request got. Whatever came back, the password may have been judged once its first
/// byte could leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The connection did not come about, or the body was not handed to it.
    NotSent,
    /// The body, or a part of it, may have been sent; no status came back.
    Unanswered,
    /// This status came back, and the rest was cut off, too late or too long.
    CutOff(u16),
}

/// What went wrong, as far as it can be known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The address has no host that https can reach.
    NoHost,
    /// The name has no address.
    Name,
    /// No name server answered in time.
    SilentName,
    /// Nothing listens there, or a firewall says so.
    Refused,
    /// The time was up: ours, of this length, or the system's.
    Timeout(Option<Duration>),
    /// The certificate is not trusted, or TLS failed otherwise.
    Tls(TlsFault),
    /// This proxy could not be reached, or refused.
    Proxy(ProxyName, ProxyFault),
    /// What names the proxy cannot be used. Nothing was tried.
    Setting(BadSetting),
    /// The answer is longer than a token answer can be.
    TooLong,
    /// This system has no roots of trust; the variable that is to blame, if one is.
    SystemRoots(Option<BadRootSetting>),
    /// This machine gives no more file descriptors, threads or memory, in the system's words.
    Exhausted(Text),
    /// Anything else, in the library's words, which may be none: connection reset, not HTTP.
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
        /// Credentials were sent.
        had_credentials: bool,
    },
    /// It closed the connection or spoke no HTTP; the library's words.
    Closed(String),
}

/// A request without a usable answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransportFault {
    /// How far it got.
    pub stage: Stage,
    /// What went wrong.
    pub cause: Cause,
}

impl ProxyFault {
    /// True if it may be gone in a second: not a rule of the proxy, not a certificate.
    fn may_pass(&self) -> bool {
        match self {
            Self::Name | Self::Refused | Self::Timeout(_) | Self::Closed(_) => true,
            Self::Tls(_) => false,
            Self::Status { status, .. } => matches!(status, 408 | 429 | 500 | 502..=504),
        }
    }

    fn words(&self, host: &str, proxy: &Text) -> Text {
        match self {
            Self::Name => text!("entra-proxy-no-name", proxy = proxy),
            Self::Refused => text!("entra-proxy-refused", proxy = proxy),
            Self::Timeout(time) => text!(
                "entra-proxy-timeout",
                host = host,
                proxy = proxy,
                time = length(*time)
            ),
            Self::Tls(fault) => text!("entra-proxy-no-tls", proxy = proxy, reason = fault.words()),
            Self::Status {
                status: 407,
                had_credentials: false,
                schemes,
            } => {
                text!(
                    "entra-proxy-wants-credentials",
                    proxy = proxy,
                    schemes = offered(schemes)
                )
            }
            Self::Status {
                status: 407,
                schemes,
                ..
            } => {
                text!(
                    "entra-proxy-refuses-credentials",
                    proxy = proxy,
                    schemes = offered(schemes)
                )
            }
            Self::Status { status, .. } => text!(
                "entra-proxy-status",
                host = host,
                proxy = proxy,
                status = status
            ),
            Self::Closed(detail) if detail.is_empty() => {
                text!("entra-proxy-closed", host = host, proxy = proxy)
            }
            Self::Closed(detail) => {
                text!(
                    "entra-proxy-closed-detail",
                    host = host,
                    proxy = proxy,
                    detail = detail
                )
            }
        }
    }

    fn steps(&self, host: &str, setting: &Text) -> Vec<Text> {
        let rules = || text!("entra-proxy-check", setting = setting, host = host);
        match self {
            Self::Status {
                status: 407,
                had_credentials,
                schemes,
            } => {
                let mut steps = Vec::new();
                if schemes.is_empty()
                    || schemes
                        .iter()
                        .any(|scheme| scheme.eq_ignore_ascii_case("basic"))
                {
                    steps.push(if *had_credentials {
                        text!("entra-proxy-check-credentials", setting = setting)
                    } else {
                        text!("entra-proxy-give-credentials", setting = setting)
                    });
                }
                steps.extend([
                    text!("entra-proxy-basic-only"),
                    text!("entra-proxy-let-through", host = host),
                ]);
                steps
            }
            Self::Status {
                status: 401 | 403 | 404 | 405 | 451,
                ..
            } => {
                vec![text!("entra-proxy-let-through", host = host), rules()]
            }
            Self::Status {
                status: 500..=599, ..
            } => vec![text!("entra-proxy-cannot-reach", host = host), rules()],
            Self::Tls(fault) => fault.steps(),
            _ => vec![rules(), text!("entra-try-curl", host = host)],
        }
    }
}

impl TransportFault {
    /// Before anything was sent.
    pub fn not_sent(cause: Cause) -> Self {
        Self {
            stage: Stage::NotSent,
            cause,
        }
    }

    /// True if the same request may be tried once more at the pace of the breaker: the cause may
    /// pass, and what came of the answer does not look like a refusal.
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

    fn kind(&self) -> Kind {
        match &self.cause {
            Cause::Setting(_) | Cause::SystemRoots(Some(_)) => Kind::Config,
            Cause::Exhausted(_) => Kind::Other,
            _ => Kind::Network,
        }
    }

    /// In words, for the host of the authority.
    pub fn explain(&self, host: &str) -> Error {
        Error::new(self.kind(), self.words(host)).hints(self.next_steps(host))
    }

    fn words(&self, host: &str) -> Text {
        match &self.cause {
            Cause::NoHost => text!("entra-no-https-host"),
            Cause::Name => text!("entra-no-name", host = host),
            Cause::SilentName => text!("entra-silent-name", host = host),
            Cause::Refused => text!("entra-connection-refused", host = host),
            Cause::Timeout(time) => match self.stage {
                Stage::NotSent => text!(
                    "entra-no-connection-in-time",
                    host = host,
                    time = length(*time)
                ),
                Stage::Unanswered => {
                    text!("entra-no-answer-in-time", host = host, time = length(*time))
                }
                Stage::CutOff(status) => text!("entra-cut-off", host = host, status = status),
            },
            Cause::Tls(fault) => text!("entra-no-tls", host = host, reason = fault.words()),
            Cause::Proxy(proxy, fault) => fault.words(host, &at(proxy)),
            Cause::Setting(bad) => bad.words(),
            Cause::TooLong => text!("entra-too-long", host = host),
            Cause::SystemRoots(Some(bad)) => bad.words(),
            Cause::SystemRoots(None) => text!("entra-no-system-roots"),
            Cause::Exhausted(reason) => text!("entra-exhausted", host = host, reason = reason),
            Cause::Broken(detail) => {
                let fault = match self.stage {
                    Stage::CutOff(status) => text!("entra-cut-off", host = host, status = status),
                    Stage::Unanswered => text!("entra-closed", host = host),
                    Stage::NotSent => text!("entra-connection-failed", host = host),
                };
                if detail.is_empty() {
                    fault
                } else {
                    text!("entra-fault-with-detail", fault = fault, detail = detail)
                }
            }
        }
    }

    fn next_steps(&self, host: &str) -> Vec<Text> {
        let try_it = || text!("entra-try-curl", host = host);
        match &self.cause {
            Cause::Name => vec![text!("entra-check-dns"), try_it()],
            Cause::SilentName => vec![
                text!("entra-silent-name-servers"),
                text!("entra-silent-name-proxy"),
            ],
            Cause::Refused => vec![text!("entra-check-firewall"), try_it()],
            Cause::Timeout(time) => match (self.stage, longer(*time)) {
                (Stage::NotSent, None) => vec![text!("entra-check-firewall"), try_it()],
                (Stage::NotSent, Some(time)) => {
                    vec![
                        text!("entra-check-firewall"),
                        text!("entra-wait-longer", time = time),
                        try_it(),
                    ]
                }
                (_, Some(time)) => vec![text!("entra-wait-longer", time = time), try_it()],
                (_, None) => vec![try_it()],
            },
            Cause::Tls(fault) => fault.steps(),
            Cause::Proxy(proxy, fault) => fault.steps(host, &proxy.from.words()),
            Cause::Setting(bad) => bad.steps(),
            Cause::TooLong => vec![text!("entra-not-entra")],
            Cause::SystemRoots(Some(bad)) => bad.steps(),
            Cause::SystemRoots(None) => {
                vec![text!("entra-install-roots"), text!("entra-enrol-roots")]
            }
            Cause::Exhausted(_) => vec![text!("entra-raise-limits")],
            Cause::NoHost => Vec::new(),
            Cause::Broken(_) => vec![text!("entra-look-between"), try_it()],
        }
    }
}

/// A proxy for a sentence.
fn at(proxy: &ProxyName) -> Text {
    text!(
        "entra-at-proxy",
        proxy = proxy.address,
        setting = proxy.from.words()
    )
}

fn offered(schemes: &[String]) -> Text {
    if schemes.is_empty() {
        text!("entra-proxy-no-scheme")
    } else {
        Text::words(schemes.join(", "))
    }
}

/// How long was waited, rounded to seconds.
fn length(time: Option<Duration>) -> Text {
    time.map_or_else(
        || text!("entra-time-of-system"),
        |time| Text::span(rounded(time)),
    )
}

fn rounded(time: Duration) -> u64 {
    (time + Duration::from_millis(500)).as_secs().max(1)
}

/// A longer `--timeout` than the one that was used.
fn longer(time: Option<Duration>) -> Option<String> {
    let twice = Duration::from_secs(rounded(time?).saturating_mul(2).max(60));
    Some(
        humantime::format_duration(twice)
            .to_string()
            .replace(' ', ""),
    )
}
