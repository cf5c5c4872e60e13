//! One client of the HTTP library for one exchange, and the meaning of its failures, by their types
//! where they have one. Knows no request, and no secret except the proxy's credentials, which go to
//! the proxy only. The library reads no environment: this module gives it the route, the roots of
//! trust and the resolver. The library does not say why a proxy opens no tunnel, so this module
//! asks the proxy once more, only for the message.
//!
//! Sources: RFC 9110 section 9.3.6 (CONNECT) and 11.7 (Proxy-Authenticate).

use super::limit::Limit;
use super::proxy::{Proxy, Route};
use super::tls::{TlsFault, causes};
use super::{BadSetting, Cause, Flaw, ProxyFault};
use crate::os;
use bytes::Bytes;
use http_body_util::Empty;
use hyper::client::conn::http1;
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{HOST, HeaderMap, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION};
use std::error::Error;
use std::fmt;
use std::io::{self, ErrorKind};
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::ClientConfig;
use tokio_rustls::rustls::pki_types::ServerName;

/// The most authentication schemes of a proxy that a message names.
const SCHEMES: usize = 8;

/// How one exchange reaches its host.
pub(super) struct Link {
    /// Directly, or through a proxy.
    pub(super) route: Route,
    /// `host:port` of the endpoint.
    pub(super) target: String,
    /// Whom to trust.
    pub(super) tls: ClientConfig,
    /// Resolves names.
    pub(super) resolver: Arc<Resolver>,
    /// The time for the whole exchange.
    pub(super) limit: Limit,
}

impl Link {
    /// A client for one exchange: https only, no redirects, no retries, no connection reuse, with
    /// the route and roots of this link.
    pub(super) fn client(&self) -> Result<reqwest::Client, Cause> {
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("ropc/", env!("CARGO_PKG_VERSION")))
            .https_only(true)
            .http1_only()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .tcp_nodelay(true)
            .pool_max_idle_per_host(0)
            .connect_timeout(self.limit.to_connect())
            .dns_resolver(Arc::clone(&self.resolver))
            .no_proxy()
            .tls_backend_preconfigured(self.tls.clone());
        if let Route::Through(proxy) = &self.route {
            builder = builder.proxy(proxy.for_library()?);
        }
        builder
            .build()
            .map_err(|error| Cause::Broken(innermost(&error)))
    }

    /// The cause of an error of the library.
    pub(super) async fn cause(&self, error: &reqwest::Error) -> Cause {
        let is_late = error.is_connect() && error.is_timeout();
        let late = Some(self.limit.all);
        match &self.route {
            Route::Direct if is_late && self.resolver.asks() => Cause::SilentName,
            Route::Direct if is_late => Cause::Timeout(late),
            Route::Direct => Cause::of(error),
            Route::Through(proxy) if is_late => {
                Cause::Proxy(proxy.name.clone(), ProxyFault::Timeout(late))
            }
            Route::Through(proxy) => match tunnel_error(error) {
                Some((tunnel, words)) => self.tunnel_cause(proxy, tunnel, &words).await,
                None => Cause::of(error),
            },
        }
    }

    /// Why the proxy opened no tunnel.
    async fn tunnel_cause(
        &self,
        proxy: &Proxy,
        tunnel: &(dyn Error + 'static),
        words: &str,
    ) -> Cause {
        let fault = match words {
            "proxy authorization required" | "unsuccessful" => {
                refusal(proxy, &self.target, self.tls.clone()).await
            }
            "unexpected end of file" => ProxyFault::Closed(String::new()),
            _ => match Cause::of(tunnel) {
                Cause::Name => ProxyFault::Name,
                Cause::Refused => ProxyFault::Refused,
                Cause::Timeout(time) => ProxyFault::Timeout(time),
                Cause::Tls(fault) => ProxyFault::Tls(fault),
                Cause::Broken(detail) => ProxyFault::Closed(detail),
                other => return other,
            },
        };
        Cause::Proxy(proxy.name.clone(), fault)
    }
}

impl Proxy {
    fn for_library(&self) -> Result<reqwest::Proxy, Cause> {
        let scheme = if self.tls { "https" } else { "http" };
        let proxy =
            reqwest::Proxy::all(format!("{scheme}://{}", self.name.address)).map_err(|_| {
                Cause::Setting(BadSetting {
                    setting: self.name.from,
                    flaw: Flaw::NoAddress,
                })
            })?;
        Ok(match &self.authorization {
            Some(credentials) => proxy.custom_http_auth(credentials.clone()),
            None => proxy,
        })
    }
}

/// The system's resolver, on its own thread: nobody can stop it, so it may outlive the exchange.
#[derive(Debug, Default)]
pub(super) struct Resolver {
    asks: Arc<AtomicBool>,
}

impl Resolver {
    /// True while no answer has come.
    pub(super) fn asks(&self) -> bool {
        self.asks.load(Ordering::SeqCst)
    }
}

/// A name without an address, and why.
#[derive(Debug)]
struct UnresolvedName(Cause);

impl fmt::Display for UnresolvedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name has no address")
    }
}

impl Error for UnresolvedName {}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let asks = Arc::clone(&self.asks);
        Box::pin(async move {
            asks.store(true, Ordering::SeqCst);
            // The library fills in the port of the request.
            let found = resolve(name.as_str().to_owned(), 0).await;
            asks.store(false, Ordering::SeqCst);
            match found {
                Ok(addresses) => Ok(Box::new(addresses.into_iter()) as Addrs),
                Err(cause) => Err(Box::new(UnresolvedName(cause)) as Box<dyn Error + Send + Sync>),
            }
        })
    }
}

pub(super) async fn resolve(host: String, port: u16) -> Result<Vec<SocketAddr>, Cause> {
    let (sender, answer) = oneshot::channel();
    let ask = move || {
        // Fails only after the time limit, and then nobody needs the answer.
        let _ = sender.send(
            (host.as_str(), port)
                .to_socket_addrs()
                .map(Iterator::collect::<Vec<_>>),
        );
    };
    let thread = std::thread::Builder::new()
        .name("resolver".into())
        .spawn(ask);
    thread.map_err(Cause::exhausted)?;
    match answer.await {
        Ok(Ok(addresses)) if !addresses.is_empty() => Ok(addresses),
        Ok(Err(error)) if os::is_exhausted(&error) => Err(Cause::exhausted(error)),
        // Without a free descriptor the resolver reports the name as unknown.
        Ok(Err(_)) => Err(os::lacks_descriptors(4).map_or(Cause::Name, Cause::exhausted)),
        Ok(Ok(_)) | Err(_) => Err(Cause::Name),
    }
}

/// The tunnel's error among the causes. Its type is not public, so this recognises it by its words.
fn tunnel_error(error: &reqwest::Error) -> Option<(&(dyn Error + 'static), String)> {
    causes(error).find_map(|error| {
        Some((
            error,
            error.to_string().strip_prefix("tunnel error: ")?.to_owned(),
        ))
    })
}

/// A byte stream in both directions: TCP or TLS.
trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

/// Asks a proxy again that opens no tunnel to this `host:port`, and returns its reason.
async fn refusal(proxy: &Proxy, target: &str, tls: ClientConfig) -> ProxyFault {
    match ask_for_tunnel(proxy, target, tls).await {
        Ok(head) if head.status() == StatusCode::OK => ProxyFault::Closed(String::new()),
        Ok(head) => ProxyFault::Status {
            status: head.status().as_u16(),
            schemes: schemes(head.headers()),
            had_credentials: proxy.authorization.is_some(),
        },
        Err(error) => ProxyFault::Closed(innermost(error.as_ref())),
    }
}

async fn ask_for_tunnel(
    proxy: &Proxy,
    target: &str,
    tls: ClientConfig,
) -> Result<hyper::Response<hyper::body::Incoming>, Box<dyn Error + Send + Sync>> {
    let host = proxy.host.trim_matches(['[', ']']).to_owned();
    let addresses = resolve(host.clone(), proxy.port)
        .await
        .map_err(UnresolvedName)?;
    let mut stream: Box<dyn Duplex> = Box::new(TcpStream::connect(&addresses[..]).await?);
    if proxy.tls {
        let connector = TlsConnector::from(Arc::new(tls));
        stream = Box::new(
            connector
                .connect(ServerName::try_from(host)?, stream)
                .await?,
        );
    }
    let (mut sender, driver) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(driver);
    let mut request = Request::new(Empty::<Bytes>::new());
    *request.method_mut() = Method::CONNECT;
    *request.uri_mut() = target.parse()?;
    request.headers_mut().insert(HOST, target.parse()?);
    request.headers_mut().extend(
        proxy
            .authorization
            .clone()
            .map(|credentials| (PROXY_AUTHORIZATION, credentials)),
    );
    Ok(sender.send_request(request).await?)
}

/// The names of the schemes that a proxy offers: the first word of each header, and of each
/// challenge in a list of them.
fn schemes(headers: &HeaderMap) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for value in headers
        .get_all(PROXY_AUTHENTICATE)
        .iter()
        .filter_map(|value| value.to_str().ok())
    {
        for part in value.split(',') {
            let word = part.split_whitespace().next().unwrap_or_default();
            let is_scheme =
                !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
            let is_new = !found.iter().any(|known| known.eq_ignore_ascii_case(word));
            if is_scheme && is_new && found.len() < SCHEMES {
                found.push(word.chars().take(20).collect());
            }
        }
    }
    found
}

/// The innermost message, without a bare OS code.
fn innermost(error: &(dyn Error + 'static)) -> String {
    let text = causes(error).last().unwrap_or(error).to_string();
    text.split(" (os error")
        .next()
        .unwrap_or_default()
        .chars()
        .filter(|c| !c.is_control())
        .take(200)
        .collect()
}

impl Cause {
    /// The cause of an error, by the types in its chain: the words of a system are in its language,
    /// and those of a library change.
    pub(super) fn of(error: &(dyn Error + 'static)) -> Self {
        if let Some(UnresolvedName(cause)) = causes(error).find_map(|error| error.downcast_ref()) {
            return cause.clone();
        }
        if let Some(fault) = TlsFault::find(error) {
            return Self::Tls(fault);
        }
        let system = causes(error)
            .filter_map(|error| error.downcast_ref::<io::Error>())
            .last();
        let exhausted = system.filter(|error| os::is_exhausted(error));
        if let Some(code) = exhausted.and_then(io::Error::raw_os_error) {
            return Self::exhausted(io::Error::from_raw_os_error(code));
        }
        match system.map(io::Error::kind) {
            Some(ErrorKind::ConnectionRefused) => Self::Refused,
            Some(ErrorKind::TimedOut) => Self::Timeout(None),
            _ => Self::Broken(innermost(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cause_is_known_in_every_language_of_the_system() {
        // The text of Windows in Japanese; the kind is the same everywhere.
        let refused = "対象のコンピューターによって拒否されたため、接続できませんでした。";
        for (kind, words, cause) in [
            (ErrorKind::ConnectionRefused, refused, Cause::Refused),
            (
                ErrorKind::ConnectionRefused,
                "Connection refused",
                Cause::Refused,
            ),
            (
                ErrorKind::TimedOut,
                "接続できませんでした。",
                Cause::Timeout(None),
            ),
            (
                ErrorKind::ConnectionReset,
                "reset",
                Cause::Broken("reset".into()),
            ),
        ] {
            let around = io::Error::other(io::Error::new(kind, words));
            assert_eq!(
                format!("{:?}", Cause::of(&around)),
                format!("{cause:?}"),
                "{words}"
            );
        }
        let name = io::Error::other(UnresolvedName(Cause::Name));
        assert!(matches!(Cause::of(&name), Cause::Name));
    }

    #[test]
    fn each_scheme_of_a_proxy_is_listed_once() {
        let mut headers = HeaderMap::new();
        for value in [
            "Negotiate",
            "NTLM",
            "Basic realm=\"a, b\", Digest realm=\"x\", qop=\"auth\"",
            "basic realm=x",
        ] {
            headers.append(PROXY_AUTHENTICATE, value.parse().unwrap());
        }
        assert_eq!(schemes(&headers), ["Negotiate", "NTLM", "Basic", "Digest"]);
        assert!(schemes(&HeaderMap::new()).is_empty());
    }
}
