//! Why no usable answer came, and what to do.

use crate::entra::{Cause, Stage, TransportFault};
use crate::error::{Error, Kind};
use crate::text::{Text, io_reason, text};
use std::time::Duration;

/// The error for a request to this host.
pub(super) fn said(fault: &TransportFault, host: &str) -> Error {
    Error::new(fault.kind(), fault.words(host)).hints(fault.next_steps(host))
}

impl TransportFault {
    fn kind(&self) -> Kind {
        match &self.cause {
            Cause::Setting(_) | Cause::SystemRoots(Some(_)) => Kind::Config,
            Cause::Exhausted(_) => Kind::Other,
            _ => Kind::Network,
        }
    }

    pub(in crate::sentences) fn words(&self, host: &str) -> Text {
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
            Cause::Proxy(proxy, fault) => fault.words(host, &proxy.words()),
            Cause::Setting(bad) => bad.words(),
            Cause::TooLong => text!("entra-too-long", host = host),
            Cause::SystemRoots(Some(bad)) => bad.words(),
            Cause::SystemRoots(None) => text!("entra-no-system-roots"),
            Cause::Exhausted(error) => {
                text!("entra-exhausted", host = host, reason = io_reason(error))
            }
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

/// The length of a time limit, rounded to seconds.
pub(super) fn length(time: Option<Duration>) -> Text {
    time.map_or_else(
        || text!("entra-time-of-system"),
        |time| Text::span(rounded(time)),
    )
}

fn rounded(time: Duration) -> u64 {
    (time + Duration::from_millis(500)).as_secs().max(1)
}

/// A longer `--timeout` than that of this run.
fn longer(time: Option<Duration>) -> Option<String> {
    let twice = Duration::from_secs(rounded(time?).saturating_mul(2).max(60));
    Some(
        humantime::format_duration(twice)
            .to_string()
            .replace(' ', ""),
    )
}
