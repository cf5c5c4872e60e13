//! The HTTP adapter: one request over TLS, HTTP/1.1, no redirects, no retries, no cookies, bounded
//! in time and size. The body is one exactly sized buffer in a stream that cannot be replayed: the
//! library drops it as soon as it is written, so no copy stays during the wait for the answer
//! (measured: the library keeps a reusable body until the status arrives). The library asks for it
//! when the connection is open and the head of the request is ready: a request that ends earlier
//! has sent nothing.

use super::connect::Link;
use super::limit::Limit;
use super::proxy::ProxySettings;
use super::roots::{RootSettings, Roots};
use super::{BeforeFirstByte, Cause, Post, Reply, Stage, TokenEndpoint, TransportFault, wire};
use crate::os;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::Uri;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::{Method, Request, Response, Url};
use std::ffi::OsStr;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use zeroize::Zeroizing;

/// The network settings of the environment.
#[derive(Clone, Debug, Default)]
pub struct NetworkSettings {
    /// Proxies.
    pub proxy: ProxySettings,
    /// Roots of trust.
    pub roots: RootSettings,
}

impl NetworkSettings {
    /// Reads the usual variables for proxies and roots. An empty value names no proxy; of the roots it
    /// counts as set.
    pub fn read<'e>(variable: impl Fn(&str) -> Option<&'e OsStr>) -> Self {
        Self {
            proxy: ProxySettings::read(&variable),
            roots: RootSettings::read(&variable),
        }
    }
}

/// The real endpoint. Builds nothing before the first request: a run with a cached token never pays
/// for TLS.
#[derive(Debug)]
pub struct HttpEndpoint {
    settings: NetworkSettings,
}

impl HttpEndpoint {
    /// An endpoint with these settings.
    pub fn new(settings: NetworkSettings) -> Self {
        Self { settings }
    }
}

impl TokenEndpoint for HttpEndpoint {
    fn post(&self, post: Post) -> Result<Reply, TransportFault> {
        let outcome = run(send(post, &self.settings));
        // The handshake leaves the keys of the connection on the stack (measured).
        locked_memory::scrub_stack();
        outcome
    }
}

/// Runs one exchange on its own runtime.
pub(super) fn run<T>(
    work: impl Future<Output = Result<T, TransportFault>>,
) -> Result<T, TransportFault> {
    let exhausted = |error| TransportFault::not_sent(Cause::exhausted(error));
    // The runtime panics if it gets no descriptor for signals.
    os::lacks_descriptors(os::RUNTIME_DESCRIPTORS)
        .map_or(Ok(()), Err)
        .map_err(exhausted)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.map_err(exhausted)?.block_on(work)
}

async fn send(post: Post, settings: &NetworkSettings) -> Result<Reply, TransportFault> {
    let handed_over = Arc::new(AtomicBool::new(false));
    let limit = Limit::of(post.timeout);
    let body = OneShot {
        bytes: Some(Bytes::from_owner(post.body)),
        before: Some(post.before_first_byte),
        handed_over: Arc::clone(&handed_over),
    };
    let url = url(&post.url)?;
    let mut request = Request::new(Method::POST, url);
    let headers = request.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/x-www-form-urlencoded"),
    );
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    if let Ok(id) = post.request_id.hyphenated().to_string().parse() {
        headers.insert("client-request-id", id);
    }
    headers.insert("return-client-request-id", HeaderValue::from_static("true"));
    *request.body_mut() = Some(reqwest::Body::wrap(body));
    let sent = exchange(request, &post.roots, settings, limit).await;
    let response = sent.map_err(|cause| TransportFault {
        stage: if handed_over.load(Ordering::SeqCst) {
            Stage::Unanswered
        } else {
            Stage::NotSent
        },
        cause,
    })?;
    read(response, limit).await
}

/// Parses the address of an endpoint.
pub(super) fn url(text: &str) -> Result<Url, TransportFault> {
    text.parse()
        .map_err(|_| TransportFault::not_sent(Cause::NoHost))
}

/// Connects, sends one request and waits for the head of the answer.
pub(super) async fn exchange(
    request: Request,
    roots: &Roots,
    settings: &NetworkSettings,
    limit: Limit,
) -> Result<Response, Cause> {
    let url = request.url();
    if url.scheme() != "https" {
        return Err(Cause::NoHost);
    }
    let target = url
        .host_str()
        .zip(url.port_or_known_default())
        .map(|(host, port)| format!("{host}:{port}"))
        .ok_or(Cause::NoHost)?;
    let route = settings
        .proxy
        .route(&url.as_str().parse::<Uri>().map_err(|_| Cause::NoHost)?)
        .map_err(Cause::Setting)?;
    let link = Link {
        route,
        target,
        tls: roots.client(&settings.roots)?,
        resolver: Arc::default(),
        limit,
    };
    let client = link.client()?;
    limit
        .hold(async {
            match client.execute(request).await {
                Ok(response) => Ok(response),
                Err(error) => Err(link.cause(&error).await),
            }
        })
        .await
}

pub(super) async fn read(response: Response, limit: Limit) -> Result<Reply, TransportFault> {
    let status = response.status().as_u16();
    let headers = response.headers();
    let content_type = header(headers, &CONTENT_TYPE)
        .unwrap_or_default()
        .to_ascii_lowercase();
    let retry_after = header(headers, &RETRY_AFTER);
    let body = limit
        .hold(collect(response))
        .await
        .map_err(|cause| TransportFault {
            stage: Stage::CutOff(status),
            cause,
        })?;
    Ok(Reply {
        status,
        content_type,
        retry_after,
        body,
    })
}

async fn collect(mut response: Response) -> Result<Zeroizing<Vec<u8>>, Cause> {
    let expected = response
        .content_length()
        .unwrap_or(16 * 1024)
        .min(wire::BODY_LIMIT as u64);
    let mut body = Zeroizing::new(Vec::with_capacity(usize::try_from(expected).unwrap_or(0)));
    while let Some(data) = response.chunk().await.map_err(|error| Cause::of(&error))? {
        if body.len() + data.len() > wire::BODY_LIMIT {
            return Err(Cause::TooLong);
        }
        body.extend_from_slice(&data);
    }
    Ok(body)
}

pub(super) fn header(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers
        .get(name)?
        .to_str()
        .ok()
        .map(|v| v.chars().take(128).collect())
}

/// A body that can be read once, and only after the callback before its first byte has succeeded.
struct OneShot {
    bytes: Option<Bytes>,
    before: Option<BeforeFirstByte>,
    /// Set when the library has the bytes.
    handed_over: Arc<AtomicBool>,
}

impl Body for OneShot {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let bytes = self.bytes.take();
        // The callback writes a file and blocks: nothing else runs in this runtime.
        if let Some(Err(error)) = self.before.take().map(|before| before()) {
            return Poll::Ready(Some(Err(error)));
        }
        if bytes.is_some() {
            self.handed_over.store(true, Ordering::SeqCst);
        }
        Poll::Ready(bytes.map(|b| Ok(Frame::data(b))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.as_ref().map_or(0, |b| b.len() as u64))
    }
}
