//! Asks a machine in Azure, or the runner of a GitHub workflow, for a statement about this job.
//! Sends no stored secret: only the key that the machine or the runner gave to this process.
//!
//! Sources: Microsoft, "Use managed identities on a virtual machine" (IMDS, and which statuses
//! pass) and "Use managed identities for App Service"; GitHub, "OpenID Connect reference".

use super::http::{self, NetworkSettings};
use super::limit::Limit;
use super::nearby::{self, HttpHeader};
use super::{Reply, Roots, TransportFault};
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderName, HeaderValue};
use reqwest::{Method, Request, Url};
use serde::Deserialize;
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// The address of IMDS on every virtual machine.
const IMDS: &str = "http://169.254.169.254";
/// The variable that names another address of IMDS, as Azure's clients read it.
const IMDS_ELSEWHERE: &str = "AZURE_POD_IDENTITY_AUTHORITY_HOST";
/// The address and the key of an App Service endpoint.
const APP_SERVICE: [&str; 2] = ["IDENTITY_ENDPOINT", "IDENTITY_HEADER"];
/// The address and the token of a runner.
const RUNNER: [&str; 2] = [
    "ACTIONS_ID_TOKEN_REQUEST_URL",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
];

/// The most time for one question to a service of this machine: it answers at once or not at all.
const NEARBY: Duration = Duration::from_secs(3);
/// The most time for one question to a runner's service.
const FAR: Duration = Duration::from_secs(10);
/// The waits before the second and the third question, where the failure may pass.
const PAUSES: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(3)];

/// Why there is no statement.
#[derive(Debug)]
pub enum WorkloadFault {
    /// This variable, which the source needs, is not set.
    NoVariable(&'static str),
    /// This variable is set and is no address of a kind that the source has.
    BadVariable(&'static str),
    /// The service did not answer.
    NoAnswer {
        /// Its host.
        host: String,
        /// Why.
        fault: TransportFault,
    },
    /// The service refused.
    Refused {
        /// Its host.
        host: String,
        /// The HTTP status.
        status: u16,
    },
    /// The service answered with something else.
    Odd {
        /// Its host.
        host: String,
    },
}

impl WorkloadFault {
    /// True if the same question may get an answer in a moment.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::NoAnswer { fault, .. } => fault.may_repeat(),
            Self::Refused { status, .. } => matches!(status, 404 | 410 | 429 | 500..=599),
            Self::NoVariable(_) | Self::BadVariable(_) | Self::Odd { .. } => false,
        }
    }
}

/// A service that gives statements, and the key to it.
#[derive(Debug)]
pub struct StatementService {
    url: Url,
    header: HttpHeader,
    kind: ServiceKind,
}

/// How to ask a service, and where its answer has the statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ServiceKind {
    ManagedIdentity,
    Runner,
}

/// What to ask.
#[derive(Debug)]
pub struct StatementQuestion<'a> {
    /// For whom the statement must be.
    pub audience: &'a str,
    /// Proxies and roots, for a runner. A managed identity is never behind a proxy.
    pub settings: &'a NetworkSettings,
    /// The most time for all of it.
    pub limit: Duration,
}

impl StatementService {
    /// The service for managed identities: that of App Service where its variables are set, else
    /// IMDS. Fails with `BadVariable` if the address or the key in a variable cannot be used.
    pub fn managed_identity<'e>(
        client_id: Option<&str>,
        variable: impl Fn(&str) -> Option<&'e str>,
    ) -> Result<Self, WorkloadFault> {
        let (mut url, header) = if let [Some(address), Some(key)] = APP_SERVICE.map(&variable) {
            app_service(address, key)?
        } else {
            imds(variable(IMDS_ELSEWHERE).unwrap_or(IMDS))?
        };
        if let Some(client_id) = client_id {
            url.query_pairs_mut().append_pair("client_id", client_id);
        }
        Ok(Self {
            url,
            header,
            kind: ServiceKind::ManagedIdentity,
        })
    }

    /// The service of the runner, which it names to jobs with the permission `id-token: write`.
    /// Fails with `NoVariable` for other jobs, with `BadVariable` if a value cannot be used.
    pub fn github<'e>(variable: impl Fn(&str) -> Option<&'e str>) -> Result<Self, WorkloadFault> {
        let [address, token] = RUNNER.map(|name| (name, variable(name)));
        let set = |(name, value): (&'static str, Option<&'e str>)| {
            value.ok_or(WorkloadFault::NoVariable(name))
        };
        let url = address_in(RUNNER[0], set(address)?, "https")?;
        let bearer = Zeroizing::new(format!("Bearer {}", set(token)?));
        Ok(Self {
            url,
            header: (AUTHORIZATION, sealed(RUNNER[1], &bearer)?),
            kind: ServiceKind::Runner,
        })
    }

    /// Asks, three times at most, until there is a statement, a lasting failure, or no more time.
    /// Fails with the fault of the last question.
    pub fn ask(
        &self,
        question: &StatementQuestion<'_>,
    ) -> Result<Zeroizing<Vec<u8>>, WorkloadFault> {
        let end = Instant::now() + question.limit;
        for pause in PAUSES {
            match self.once(question, end) {
                Err(fault) if fault.may_pass() && Instant::now() + pause < end => {
                    std::thread::sleep(pause);
                }
                outcome => return outcome,
            }
        }
        self.once(question, end)
    }

    fn once(
        &self,
        question: &StatementQuestion<'_>,
        end: Instant,
    ) -> Result<Zeroizing<Vec<u8>>, WorkloadFault> {
        let host = self.url.host_str().unwrap_or_default().to_owned();
        let left = end.saturating_duration_since(Instant::now());
        let reply = match self.kind {
            ServiceKind::ManagedIdentity => {
                let url = self.asking("resource", question.audience);
                nearby::get(&url, self.header.clone(), left.min(NEARBY))
            }
            ServiceKind::Runner => {
                let url = self.asking("audience", question.audience);
                self.far(url, question.settings, left.min(FAR))
            }
        };
        match reply {
            Err(fault) => Err(WorkloadFault::NoAnswer { host, fault }),
            Ok(reply) => read(&reply, self.kind, host),
        }
    }

    fn asking(&self, name: &str, audience: &str) -> Url {
        let mut url = self.url.clone();
        url.query_pairs_mut().append_pair(name, audience);
        url
    }

    /// Over TLS with the system's roots, and through the proxy that a sign-in would take.
    fn far(
        &self,
        url: Url,
        settings: &NetworkSettings,
        timeout: Duration,
    ) -> Result<Reply, TransportFault> {
        let mut request = Request::new(Method::GET, url);
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(self.header.0.clone(), self.header.1.clone());
        http::run(async {
            let limit = Limit::of(timeout);
            let sent = http::exchange(request, &Roots::System, settings, limit).await;
            http::read(sent.map_err(TransportFault::of_get)?, limit).await
        })
    }
}

fn app_service(address: &str, key: &str) -> Result<(Url, HttpHeader), WorkloadFault> {
    let mut url = address_in(APP_SERVICE[0], address, "http")?;
    url.query_pairs_mut()
        .append_pair("api-version", "2019-08-01");
    let name = HeaderName::from_static("x-identity-header");
    Ok((url, (name, sealed(APP_SERVICE[1], key)?)))
}

fn imds(base: &str) -> Result<(Url, HttpHeader), WorkloadFault> {
    let mut url = address_in(IMDS_ELSEWHERE, base, "http")?;
    url.set_path("/metadata/identity/oauth2/token");
    url.query_pairs_mut()
        .append_pair("api-version", "2018-02-01");
    let name = HeaderName::from_static("metadata");
    Ok((url, (name, HeaderValue::from_static("true"))))
}

/// The address in a variable.
fn address_in(name: &'static str, text: &str, scheme: &str) -> Result<Url, WorkloadFault> {
    Url::parse(text)
        .ok()
        .filter(|url| url.scheme() == scheme && url.has_host())
        .ok_or(WorkloadFault::BadVariable(name))
}

/// A key as a header that no `Debug` shows.
fn sealed(name: &'static str, key: &str) -> Result<HeaderValue, WorkloadFault> {
    let mut value = HeaderValue::from_str(key).map_err(|_| WorkloadFault::BadVariable(name))?;
    value.set_sensitive(true);
    Ok(value)
}

#[derive(Deserialize)]
struct WireStatement {
    access_token: Option<Zeroizing<String>>,
    value: Option<Zeroizing<String>>,
}

/// The statement in an answer.
fn read(
    reply: &Reply,
    kind: ServiceKind,
    host: String,
) -> Result<Zeroizing<Vec<u8>>, WorkloadFault> {
    if reply.status != 200 {
        let status = reply.status;
        return Err(WorkloadFault::Refused { host, status });
    }
    let wire: Option<WireStatement> = serde_json::from_slice(&reply.body).ok();
    let statement = wire.and_then(|wire| match kind {
        ServiceKind::ManagedIdentity => wire.access_token,
        ServiceKind::Runner => wire.value,
    });
    match statement {
        Some(mut text) => Ok(Zeroizing::new(std::mem::take(&mut *text).into_bytes())),
        None => Err(WorkloadFault::Odd { host }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set<'e>(pairs: &'e [(&'e str, &'e str)]) -> impl Fn(&str) -> Option<&'e str> {
        move |name| {
            let found = pairs.iter().find(|(own, _)| *own == name);
            found.map(|(_, value)| *value)
        }
    }

    #[test]
    fn a_managed_identity_is_that_of_app_service_where_its_variables_are_set() {
        let at = |pairs: &[(&str, &str)], id| {
            let service = StatementService::managed_identity(id, set(pairs)).unwrap();
            (
                service.asking("resource", "api://x").to_string(),
                format!("{:?}", service.header),
            )
        };
        let (url, _) = at(&[], None);
        assert_eq!(
            url,
            "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=api%3A%2F%2Fx"
        );
        let both = [
            ("IDENTITY_ENDPOINT", "http://localhost:42/msi/token/"),
            ("IDENTITY_HEADER", "hunter2"),
        ];
        let (url, header) = at(&both, Some("id"));
        assert_eq!(
            url,
            "http://localhost:42/msi/token/?api-version=2019-08-01&client_id=id&resource=api%3A%2F%2Fx"
        );
        assert!(!header.contains("hunter2"), "{header}");
        // One of the two is the mark of another service.
        assert!(at(&both[..1], None).0.starts_with(IMDS));
    }

    #[test]
    fn a_runner_needs_both_variables_and_https() {
        let url = (
            RUNNER[0],
            "https://runner.contoso.example/token?api-version=2.0",
        );
        let github = |pairs: &[(&str, &str)]| {
            StatementService::github(set(pairs)).map(|e| e.asking("audience", "a b").to_string())
        };
        assert_eq!(
            github(&[url, (RUNNER[1], "key")]).unwrap(),
            "https://runner.contoso.example/token?api-version=2.0&audience=a+b"
        );
        for (pairs, name) in [(&[][..], RUNNER[0]), (&[url], RUNNER[1])] {
            let fault = github(pairs).unwrap_err();
            assert!(
                matches!(fault, WorkloadFault::NoVariable(n) if n == name),
                "{fault:?}"
            );
        }
        let plain = (RUNNER[0], "http://runner.contoso.example/");
        let fault = github(&[plain, (RUNNER[1], "key")]).unwrap_err();
        assert!(
            matches!(fault, WorkloadFault::BadVariable(n) if n == RUNNER[0]),
            "{fault:?}"
        );
    }

    #[test]
    fn only_an_answer_with_a_statement_is_one() {
        let reply = |status, body: &str| Reply {
            status,
            content_type: String::new(),
            retry_after: None,
            body: Zeroizing::new(body.into()),
        };
        let outcome = |status, body, kind| read(&reply(status, body), kind, "h".into());
        let token = r#"{"access_token":"a.b.c","expires_on":"1"}"#;
        let given = outcome(200, token, ServiceKind::ManagedIdentity).unwrap();
        assert_eq!(given.as_slice(), b"a.b.c");
        let other = outcome(200, token, ServiceKind::Runner);
        assert!(matches!(other, Err(WorkloadFault::Odd { .. })));
        for (status, may_pass) in [
            (400, false),
            (401, false),
            (403, false),
            (404, true),
            (410, true),
            (429, true),
            (500, true),
        ] {
            let fault = outcome(status, token, ServiceKind::ManagedIdentity).unwrap_err();
            assert_eq!(fault.may_pass(), may_pass, "{status}");
        }
        assert!(matches!(
            outcome(200, "<html>", ServiceKind::Runner),
            Err(WorkloadFault::Odd { .. })
        ));
    }
}
