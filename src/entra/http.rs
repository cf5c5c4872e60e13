//! The HTTP adapter: one POST over TLS, HTTP/1.1, no redirects, no retries, no cookies, bounded in time and size.
//!
//! The body is one exactly sized buffer handed over as a stream that cannot be replayed: the library drops it as soon as
//! it is written, so no copy waits with the answer (measured: a reusable body is kept until the status arrives).

use super::{Cause, Post, Reply, Roots, Stage, TokenEndpoint, TransportFault, wire};
use crate::l10n::msg;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use std::convert::Infallible;
use std::error::Error;
use std::io::ErrorKind;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use zeroize::Zeroizing;

/// Time for name resolution, TCP, proxy and TLS together.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The real endpoint. Builds nothing before it is asked: a warm run never pays for TLS.
#[derive(Debug)]
pub struct HttpEndpoint;

impl TokenEndpoint for HttpEndpoint {
    fn post(&self, post: Post) -> Result<Reply, TransportFault> {
        let progress = Arc::new(Progress::default());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|e| {
            TransportFault { stage: Stage::NotSent, cause: Cause::Broken, detail: crate::error::io_reason(&e) }
        })?;
        let timeout = post.timeout;
        let outcome = runtime.block_on(async {
            let work = send(post, Arc::clone(&progress));
            tokio::time::timeout(timeout, work).await.unwrap_or_else(|_| {
                Err(TransportFault { stage: progress.stage(), cause: Cause::Timeout, detail: String::new() })
            })
        });
        // Dropping the runtime would wait for a name server that never answers, far beyond the deadline.
        runtime.shutdown_background();
        // The handshake leaves the keys of the connection there (measured).
        locked_memory::scrub_stack();
        outcome
    }
}

/// How far a request has got, for the moment at which it ends without an answer.
#[derive(Default)]
struct Progress {
    handed_over: AtomicBool,
    /// 0 until there is one.
    status: AtomicU16,
}

impl Progress {
    fn stage(&self) -> Stage {
        match (self.status.load(Ordering::SeqCst), self.handed_over.load(Ordering::SeqCst)) {
            (0, false) => Stage::NotSent,
            (0, true) => Stage::Unanswered,
            (status, _) => Stage::CutOff(status),
        }
    }
}

async fn send(post: Post, progress: Arc<Progress>) -> Result<Reply, TransportFault> {
    let client = client(&post.roots, post.timeout)?;
    let body = OneShot { bytes: Some(Bytes::from_owner(post.body)), progress: Arc::clone(&progress) };
    let sent = client
        .post(&post.url)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(ACCEPT, "application/json")
        .header("client-request-id", post.request_id.hyphenated().to_string())
        .header("return-client-request-id", "true")
        .body(reqwest::Body::wrap(body))
        .send()
        .await;
    let response = sent.map_err(|e| fault(progress.stage(), e))?;
    // A body that does not come in time must not hide that the request was answered.
    progress.status.store(response.status().as_u16(), Ordering::SeqCst);
    read(response).await
}

pub(super) async fn read(mut response: reqwest::Response) -> Result<Reply, TransportFault> {
    let status = response.status().as_u16();
    let headers = response.headers();
    let content_type = header(headers, CONTENT_TYPE.as_str()).unwrap_or_default().to_ascii_lowercase();
    let retry_after = header(headers, RETRY_AFTER.as_str());
    let expected = response.content_length().unwrap_or(16 * 1024).min(wire::BODY_LIMIT as u64);
    let mut body = Zeroizing::new(Vec::with_capacity(usize::try_from(expected).unwrap_or(0)));
    while let Some(chunk) = response.chunk().await.map_err(|e| fault(Stage::CutOff(status), e))? {
        if body.len() + chunk.len() > wire::BODY_LIMIT {
            return Err(TransportFault { stage: Stage::CutOff(status), cause: Cause::TooLong, detail: String::new() });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Reply { status, content_type, retry_after, body })
}

pub(super) fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(|v| v.chars().take(128).collect())
}

/// A client for one exchange: https only, no redirects, no retries, no kept connections, these roots.
pub(super) fn client(roots: &Roots, timeout: Duration) -> Result<reqwest::Client, TransportFault> {
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("ropc/", env!("CARGO_PKG_VERSION")))
        .https_only(true)
        .http1_only()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .tcp_nodelay(true)
        .pool_max_idle_per_host(0)
        .connect_timeout(CONNECT_TIMEOUT.min(timeout));
    if let Roots::Only(pem) = roots {
        let roots =
            reqwest::Certificate::from_pem_bundle(pem).map_err(|e| fault_of(Stage::NotSent, Cause::Roots, &e))?;
        if roots.is_empty() {
            return Err(TransportFault {
                stage: Stage::NotSent,
                cause: Cause::Roots,
                detail: msg!("entra-no-certificate"),
            });
        }
        builder = builder.tls_certs_only(roots);
    }
    let cause = if matches!(roots, Roots::System) { Cause::SystemRoots } else { Cause::Roots };
    builder.build().map_err(|e| fault_of(Stage::NotSent, cause, &e))
}

pub(super) fn fault(stage: Stage, error: reqwest::Error) -> TransportFault {
    let error = error.without_url();
    let cause = if error.is_timeout() { Cause::Timeout } else { cause_of(&error) };
    fault_of(stage, cause, &error)
}

/// By the words of the libraries, which are English, and by the kind of what the operating system says, whose words are in the
/// language of the machine (Windows).
fn cause_of(error: &(dyn Error + 'static)) -> Cause {
    let (text, kinds) = (chain(error).to_ascii_lowercase(), kinds(error));
    let has = |words: &[&str]| words.iter().any(|w| text.contains(w));
    let is = |kind: ErrorKind| kinds.contains(&kind);
    if is(ErrorKind::TimedOut) || has(&["timed out"]) {
        Cause::Timeout
    } else if (is(ErrorKind::ConnectionReset) || has(&["handshake eof", "reset by peer"])) && !has(&["proxy", "tunnel"])
    {
        // A connection that broke off, which may pass; not a certificate that stays untrusted.
        Cause::Broken
    } else if has(&["certificate", "tls handshake", "handshake", "alert", "invalidmessage", "corrupt message"]) {
        Cause::Tls
    } else if has(&["proxy", "tunnel"]) {
        Cause::Proxy
    } else if has(&["dns error", "failed to lookup", "name or service not known", "no such host"]) {
        Cause::Name
    } else if is(ErrorKind::ConnectionRefused) || has(&["refused"]) {
        Cause::Refused
    } else {
        Cause::Broken
    }
}

fn fault_of(stage: Stage, cause: Cause, error: &reqwest::Error) -> TransportFault {
    let detail = match cause {
        // The sentence around it says all there is to say.
        Cause::Timeout | Cause::Refused | Cause::Name => String::new(),
        _ => innermost(error),
    };
    TransportFault { stage, cause, detail }
}

/// An error and what caused it.
fn causes<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error: &&'e (dyn Error + 'static)| (*error).source())
}

/// All messages of the chain, for classification only.
fn chain(error: &(dyn Error + 'static)) -> String {
    causes(error).map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// The kinds of the errors of the operating system in it.
fn kinds(error: &(dyn Error + 'static)) -> Vec<ErrorKind> {
    causes(error).filter_map(|error| Some(error.downcast_ref::<std::io::Error>()?.kind())).collect()
}

/// The innermost message, without a bare OS code.
fn innermost(error: &dyn Error) -> String {
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    let text = last.to_string();
    text.split(" (os error").next().unwrap_or_default().chars().filter(|c| !c.is_control()).take(200).collect()
}

/// A body that can be read once and notes when that happens.
struct OneShot {
    bytes: Option<Bytes>,
    progress: Arc<Progress>,
}

impl Body for OneShot {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let bytes = self.bytes.take();
        if bytes.is_some() {
            self.progress.handed_over.store(true, Ordering::SeqCst);
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt;
    use std::io;

    /// Words of a library around an error of the operating system.
    #[derive(Debug)]
    struct Around(&'static str, io::Error);

    impl fmt::Display for Around {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }

    impl Error for Around {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&self.1)
        }
    }

    #[test]
    fn the_cause_is_known_in_every_language_of_the_system() {
        // As Windows says it in Japanese; the kind is the same everywhere.
        let refused = "対象のコンピューターによって拒否されたため、接続できませんでした。";
        let reset = "既存の接続はリモート ホストに強制的に切断されました。";
        for (library, kind, words, cause) in [
            ("tcp connect error", ErrorKind::ConnectionRefused, refused, Cause::Refused),
            ("tcp connect error", ErrorKind::ConnectionRefused, "Connection refused", Cause::Refused),
            ("tcp connect error", ErrorKind::TimedOut, "接続できませんでした。", Cause::Timeout),
            ("tls handshake", ErrorKind::ConnectionReset, reset, Cause::Broken),
            ("tunnel error", ErrorKind::ConnectionRefused, refused, Cause::Proxy),
            ("dns error", ErrorKind::Other, "そのようなホストは不明です。", Cause::Name),
            ("connect", ErrorKind::InvalidData, "invalid peer certificate: UnknownIssuer", Cause::Tls),
            ("connection error", ErrorKind::BrokenPipe, "パイプを終了しています。", Cause::Broken),
        ] {
            assert_eq!(cause_of(&Around(library, io::Error::new(kind, words))), cause, "{library}: {words}");
        }
    }
}
