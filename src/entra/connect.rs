//! One TLS connection to an https host: name, TCP, the proxy's tunnel, TLS; each step with its own failure. No request is known
//! here, and nothing secret but the proxy's credentials, which go to the proxy only.
//!
//! Sources: RFC 9110 section 9.3.6 (CONNECT) and 11.7 (Proxy-Authenticate), RFC 8305 section 5 (addresses side by side).

use super::http::Limit;
use super::proxy::{Proxy, Way};
use super::tls::TlsFault;
use super::{Cause, ProxyFault};
use crate::error::io_reason;
use crate::os;
use bytes::Bytes;
use http_body_util::Empty;
use hyper::client::conn::http1;
use hyper::header::{HOST, HeaderMap, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, USER_AGENT};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use std::cell::Cell;
use std::io::{self, ErrorKind};
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::ClientConfig;
use tokio_rustls::rustls::pki_types::ServerName;

/// What is sent as `User-Agent`.
pub(super) const AGENT: &str = concat!("ropc/", env!("CARGO_PKG_VERSION"));

/// Before the next address of a name is tried beside the one that does not answer (RFC 8305 section 8).
const NEXT_ADDRESS: Duration = Duration::from_millis(250);

/// The most authentication schemes of a proxy that are named.
const SCHEMES: usize = 8;

/// Bytes in both directions, whatever carries them.
pub(super) trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

/// A connection over which the host has proved its name.
pub(super) type Connection = TlsStream<Box<dyn Duplex>>;

/// Connects to host and port by this way, with this trust, in this time.
pub(super) async fn connect(
    (host, port): (&str, u16),
    way: &Way,
    tls: &Arc<ClientConfig>,
    limit: Limit,
) -> Result<Connection, Cause> {
    let asks_for_name = Cell::new(false);
    let work = async {
        let stream = match way {
            Way::Direct => reach(host, port, &asks_for_name).await?,
            Way::Through(proxy) => {
                let at_proxy = |fault| Cause::Proxy(proxy.name.clone(), fault);
                let stream = to_proxy(proxy, tls, &asks_for_name).await?;
                tunnel(stream, host, port, proxy).await.map_err(at_proxy)?
            }
        };
        handshake(host, stream, tls).await
    };
    let late = |_| match (way, asks_for_name.get()) {
        (Way::Direct, true) => Cause::SilentName,
        (Way::Direct, false) => Cause::Timeout(Some(limit.all)),
        (Way::Through(proxy), _) => Cause::Proxy(proxy.name.clone(), ProxyFault::Timeout(Some(limit.all))),
    };
    tokio::time::timeout_at(limit.end, work).await.map_err(late)?
}

async fn handshake(host: &str, stream: Box<dyn Duplex>, tls: &Arc<ClientConfig>) -> Result<Connection, Cause> {
    let bare = host.trim_matches(['[', ']']).to_owned();
    let name = ServerName::try_from(bare).map_err(|error| Cause::Broken(error.to_string()))?;
    let agreed = TlsConnector::from(Arc::clone(tls)).connect(name, stream).await;
    agreed.map_err(|error| TlsFault::find(&error).map_or_else(|| Cause::of_io(&error), Cause::Tls))
}

async fn reach(host: &str, port: u16, asks_for_name: &Cell<bool>) -> Result<Box<dyn Duplex>, Cause> {
    asks_for_name.set(true);
    let addresses = resolve(host, port).await?;
    asks_for_name.set(false);
    let stream = first_of(addresses).await.map_err(|error| Cause::of_io(&error))?;
    // One small request: it must not wait for more to send. A failure costs only time.
    let _ = stream.set_nodelay(true);
    Ok(Box::new(stream))
}

/// On a thread of its own: the system's resolver cannot be stopped, and may be left behind.
async fn resolve(host: &str, port: u16) -> Result<Vec<SocketAddr>, Cause> {
    let host = host.trim_matches(['[', ']']).to_owned();
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    let (sender, answer) = oneshot::channel();
    let ask = move || {
        // Nobody listens any more when the time was up.
        let _ = sender.send((host.as_str(), port).to_socket_addrs().map(Iterator::collect::<Vec<_>>));
    };
    let thread = std::thread::Builder::new().name("resolver".into()).spawn(ask);
    thread.map_err(|error| Cause::Exhausted(io_reason(&error)))?;
    match answer.await {
        Ok(Ok(addresses)) if !addresses.is_empty() => Ok(addresses),
        Ok(Err(error)) if os::is_exhausted(&error) => Err(Cause::Exhausted(io_reason(&error))),
        // A resolver that gets no descriptor for its files and its question says that the name is unknown.
        Ok(Err(_)) => Err(os::lacks_descriptors(4).map_or(Cause::Name, |error| Cause::Exhausted(io_reason(&error)))),
        Ok(Ok(_)) | Err(_) => Err(Cause::Name),
    }
}

/// The first address that answers; each has a head start before the next.
async fn first_of(addresses: Vec<SocketAddr>) -> io::Result<TcpStream> {
    let mut tries = JoinSet::new();
    let mut left = addresses.into_iter();
    let mut failure = io::Error::from(ErrorKind::NotFound);
    loop {
        let next = left.next();
        let is_last = next.is_none();
        if let Some(address) = next {
            tries.spawn(TcpStream::connect(address));
        }
        let patience = if is_last { Duration::MAX } else { NEXT_ADDRESS };
        match tokio::time::timeout(patience, tries.join_next()).await {
            Ok(Some(Ok(Ok(stream)))) => return Ok(stream),
            Ok(Some(Ok(Err(error)))) => failure = error,
            Ok(Some(Err(_))) | Err(_) => {}
            Ok(None) => return Err(failure),
        }
    }
}

async fn to_proxy(
    proxy: &Proxy,
    tls: &Arc<ClientConfig>,
    asks_for_name: &Cell<bool>,
) -> Result<Box<dyn Duplex>, Cause> {
    let connected = async {
        let stream = reach(&proxy.host, proxy.port, asks_for_name).await?;
        if !proxy.tls {
            return Ok(stream);
        }
        let secured = handshake(&proxy.host, stream, tls).await?;
        Ok(Box::new(secured) as Box<dyn Duplex>)
    };
    connected.await.map_err(|cause| match cause {
        Cause::Name | Cause::SilentName => Cause::Proxy(proxy.name.clone(), ProxyFault::Name),
        Cause::Refused => Cause::Proxy(proxy.name.clone(), ProxyFault::Refused),
        Cause::Timeout(time) => Cause::Proxy(proxy.name.clone(), ProxyFault::Timeout(time)),
        Cause::Tls(fault) => Cause::Proxy(proxy.name.clone(), ProxyFault::Tls(fault)),
        Cause::Broken(detail) => Cause::Proxy(proxy.name.clone(), ProxyFault::Closed(detail)),
        other => other,
    })
}

/// Asks for a tunnel to host and port.
async fn tunnel(stream: Box<dyn Duplex>, host: &str, port: u16, proxy: &Proxy) -> Result<Box<dyn Duplex>, ProxyFault> {
    let closed = |error: hyper::Error| ProxyFault::Closed(innermost(&error));
    let (mut sender, driver) = http1::handshake(TokioIo::new(stream)).await.map_err(closed)?;
    tokio::spawn(driver.with_upgrades());
    let target = format!("{host}:{port}");
    let mut request = Request::new(Empty::<Bytes>::new());
    *request.method_mut() = Method::CONNECT;
    *request.uri_mut() = target.parse().map_err(|_| ProxyFault::Closed(String::new()))?;
    let headers = request.headers_mut();
    headers.insert(HOST, target.parse().map_err(|_| ProxyFault::Closed(String::new()))?);
    headers.insert(USER_AGENT, hyper::header::HeaderValue::from_static(AGENT));
    headers.extend(proxy.authorization.clone().map(|credentials| (PROXY_AUTHORIZATION, credentials)));
    let response = sender.send_request(request).await.map_err(closed)?;
    if response.status() != StatusCode::OK {
        return Err(refused(&response, proxy.authorization.is_some()));
    }
    let upgraded = hyper::upgrade::on(response).await.map_err(closed)?;
    Ok(Box::new(TokioIo::new(upgraded)))
}

fn refused<T>(response: &Response<T>, had_credentials: bool) -> ProxyFault {
    let status = response.status().as_u16();
    ProxyFault::Status { status, schemes: schemes(response.headers()), had_credentials }
}

/// The names of the schemes that a proxy offers: the first word of each header, and of each challenge in a list of them.
fn schemes(headers: &HeaderMap) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for value in headers.get_all(PROXY_AUTHENTICATE).iter().filter_map(|value| value.to_str().ok()) {
        for part in value.split(',') {
            let word = part.split_whitespace().next().unwrap_or_default();
            let is_scheme = !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
            let is_new = !found.iter().any(|known| known.eq_ignore_ascii_case(word));
            if is_scheme && is_new && found.len() < SCHEMES {
                found.push(word.chars().take(20).collect());
            }
        }
    }
    found
}

/// The innermost message, without a bare OS code.
pub(super) fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    let text = last.to_string();
    text.split(" (os error").next().unwrap_or_default().chars().filter(|c| !c.is_control()).take(200).collect()
}

impl Cause {
    /// By the kind of what the operating system says, whose words are in the language of the machine.
    pub(super) fn of_io(error: &io::Error) -> Self {
        if os::is_exhausted(error) {
            return Self::Exhausted(io_reason(error));
        }
        match error.kind() {
            ErrorKind::ConnectionRefused => Self::Refused,
            ErrorKind::TimedOut => Self::Timeout(None),
            _ => Self::Broken(innermost(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cause_is_known_in_every_language_of_the_system() {
        // As Windows says it in Japanese; the kind is the same everywhere.
        let refused = "対象のコンピューターによって拒否されたため、接続できませんでした。";
        for (kind, words, cause) in [
            (ErrorKind::ConnectionRefused, refused, Cause::Refused),
            (ErrorKind::ConnectionRefused, "Connection refused", Cause::Refused),
            (ErrorKind::TimedOut, "接続できませんでした。", Cause::Timeout(None)),
            (ErrorKind::ConnectionReset, "reset", Cause::Broken("reset".into())),
        ] {
            assert_eq!(Cause::of_io(&io::Error::new(kind, words)), cause, "{words}");
        }
    }

    #[test]
    fn the_schemes_of_a_proxy_are_named_once() {
        let mut headers = HeaderMap::new();
        for value in ["Negotiate", "NTLM", "Basic realm=\"a, b\", Digest realm=\"x\", qop=\"auth\"", "basic realm=x"] {
            headers.append(PROXY_AUTHENTICATE, value.parse().unwrap());
        }
        assert_eq!(schemes(&headers), ["Negotiate", "NTLM", "Basic", "Digest"]);
        assert!(schemes(&HeaderMap::new()).is_empty());
    }
}
