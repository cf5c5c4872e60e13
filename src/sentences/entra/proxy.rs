//! What is wrong between this machine and a proxy, or with the settings that name one, and what to
//! do.

use super::transport::length;
use crate::entra::{BadSetting, Flaw, ProxyFault, ProxyName, Setting};
use crate::text::{Text, text};

impl Setting {
    /// For a sentence.
    pub(crate) fn words(self) -> Text {
        match self {
            Self::Variable(name) => Text::words(name),
            Self::System => text!("entra-system-settings"),
        }
    }
}

impl ProxyName {
    /// For a sentence.
    pub(super) fn words(&self) -> Text {
        text!(
            "entra-at-proxy",
            proxy = self.address,
            setting = self.from.words()
        )
    }
}

impl Flaw {
    fn words(&self) -> Text {
        match self {
            Self::NotText => text!("entra-setting-not-text"),
            Self::ControlCharacter => text!("entra-setting-control"),
            Self::Blank => text!("entra-setting-blank"),
            Self::Quoted => text!("entra-setting-quoted"),
            Self::Character => text!("entra-setting-character"),
            Self::Scheme(scheme) => text!("entra-setting-scheme", scheme = scheme),
            Self::NoHost => text!("entra-setting-no-host"),
            Self::Port => text!("entra-setting-port"),
            Self::Rest => text!("entra-setting-rest"),
            Self::NoAddress => text!("entra-setting-no-address"),
        }
    }
}

impl BadSetting {
    /// What happened.
    pub(crate) fn words(&self) -> Text {
        text!(
            "entra-setting-unusable",
            setting = self.setting.words(),
            flaw = self.flaw.words()
        )
    }

    /// What to do.
    pub(crate) fn steps(&self) -> Vec<Text> {
        let setting = self.setting.words();
        match (self.setting, &self.flaw) {
            (Setting::System, _) => vec![text!("entra-setting-in-variable")],
            (Setting::Variable(_), _) if self.is_of_exceptions() => {
                vec![text!("entra-setting-correct-list", setting = setting)]
            }
            (_, Flaw::Scheme(_)) => {
                vec![
                    text!("entra-setting-http-proxy", setting = setting),
                    text!("entra-setting-unset", setting = setting),
                ]
            }
            _ => vec![
                text!("entra-setting-correct", setting = setting),
                text!("entra-setting-unset", setting = setting),
            ],
        }
    }
}

impl ProxyFault {
    pub(super) fn words(&self, host: &str, proxy: &Text) -> Text {
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

    pub(super) fn steps(&self, host: &str, setting: &Text) -> Vec<Text> {
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

fn offered(schemes: &[String]) -> Text {
    if schemes.is_empty() {
        text!("entra-proxy-no-scheme")
    } else {
        Text::words(schemes.join(", "))
    }
}
