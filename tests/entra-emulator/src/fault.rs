//! Faults on demand: what can go wrong, how often, on which route, and the queue. `serve`
//! (requests) and `listen` (connections) turn a fault into bytes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};

use tokio::sync::watch;

use crate::answer::{Answer, Cut, Mark};
use crate::fixtures;

/// The `Retry-After` header of a 429.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryAfter {
    /// No header.
    Absent,
    /// Seconds.
    Seconds(u64),
    /// An HTTP date this far in the future.
    Date(Duration),
}

/// Something that goes wrong.
///
/// Delays, [`Fault::Hold`], [`Fault::CloseAfterRequest`], [`Fault::CutBody`],
/// [`Fault::CutChunked`], [`Fault::StallBody`] and [`Fault::WrongContentType`] happen to the real
/// answer: the password is judged and counted, as with [`Fault::Judged`]. All others replace the
/// answer: nothing is judged. Faults of connections act when a connection is made, not on a reused
/// one.
#[derive(Clone, Debug)]
pub enum Fault {
    /// Connection: wait before the TLS handshake.
    DelayHandshake(Duration),
    /// Connection: close before the TLS handshake.
    CloseBeforeHandshake,
    /// Connection: wait between the handshake and reading the first request.
    DelayRead(Duration),
    /// Wait between judging and answering.
    DelayAnswer(Duration),
    /// Keep the answer back until [`Hold::release`].
    Hold(Hold),
    /// Judge the request, then close without a byte of answer.
    CloseAfterRequest,
    /// Announce a longer body than is sent.
    CutBody,
    /// Break off inside a chunked body.
    CutChunked,
    /// Send status and headers and half of the body, then nothing more.
    StallBody,
    /// The real answer's body as `text/html`.
    WrongContentType,
    /// 429, as JSON or HTML.
    Throttled {
        /// The `Retry-After` header.
        retry_after: RetryAfter,
        /// An HTML body instead of JSON.
        html: bool,
    },
    /// 500 with a JSON body without codes.
    InternalError,
    /// 502 with an empty body and no content type.
    BadGateway,
    /// 503 with 90033 as JSON.
    Unavailable,
    /// 504 with HTML.
    GatewayTimeout,
    /// 408 with an empty body.
    RequestTimeout,
    /// 302 to this address.
    Redirect(String),
    /// 200 with a 2 MiB body (valid JSON with a huge token).
    HugeBody,
    /// 200 with text that is not JSON.
    NotJson,
    /// 200 with JSON whose token is not UTF-8.
    InvalidUtf8,
    /// 200 with an error object.
    ErrorWith200,
    /// 200 with an empty access token.
    EmptyToken,
    /// 200 with CR and LF inside the access token.
    TokenWithCrlf,
    /// 400 whose `claims` contain the word `access_token`.
    TokenWordInClaims,
    /// The answer of this AADSTS number, with its usual status and word.
    Aadsts(u32),
    /// One of [`crate::fixtures()`] by name, byte for byte. An unknown name is answered with 500.
    Fixture(String),
    /// Any answer.
    Custom {
        /// Status, 200 to 599.
        status: u16,
        /// Headers; nothing is added but `content-length` and `date`.
        headers: Vec<(String, String)>,
        /// Body.
        body: Vec<u8>,
    },
    /// Judge and count the request, then replace the answer with that of this fault, as a gateway
    /// before the service may do.
    Judged(Box<Fault>),
}

impl Fault {
    /// The fixture of this name.
    pub fn fixture(name: &str) -> Self {
        Self::Fixture(name.to_owned())
    }

    fn of_connection(&self) -> bool {
        matches!(
            self,
            Self::DelayHandshake(_) | Self::CloseBeforeHandshake | Self::DelayRead(_)
        )
    }

    /// The answer that replaces the real one; `None` if the request must be judged.
    pub(crate) fn replacement(&self, mark: &Mark) -> Option<Answer> {
        let named = match self {
            Self::HugeBody => "body-too-large",
            Self::InvalidUtf8 => "token-not-utf-8",
            Self::ErrorWith200 => "error-with-status-200",
            Self::EmptyToken => "empty-token",
            Self::TokenWithCrlf => "line-break-in-token",
            Self::TokenWordInClaims => "access-token-inside-claims",
            Self::BadGateway => "gateway-failure-without-body",
            Self::Fixture(name) => name,
            Self::Judged(fault) => return fault.replacement(mark),
            _ => return self.plain_replacement(mark),
        };
        let Some(f) = fixtures::fixture(named) else {
            return Some(Answer::html(500, "<html>no such fixture</html>"));
        };
        Some(Answer::custom(f.status, f.headers, f.body))
    }

    fn plain_replacement(&self, mark: &Mark) -> Option<Answer> {
        Some(match self {
            Self::Throttled { retry_after, html } => {
                let answer = if *html {
                    Answer::html(429, "<html>Too many requests</html>")
                } else {
                    Answer::error(&90_055.into(), mark)
                };
                match retry_after {
                    RetryAfter::Absent => answer,
                    RetryAfter::Seconds(s) => answer.with_header("Retry-After", &s.to_string()),
                    RetryAfter::Date(ahead) => answer.with_header(
                        "Retry-After",
                        &httpdate::fmt_http_date(SystemTime::now() + *ahead),
                    ),
                }
            }
            Self::InternalError => {
                Answer::json(500, &serde_json::json!({"error": "server_error"}), mark)
            }
            Self::Unavailable => Answer::error(&90_033.into(), mark),
            Self::GatewayTimeout => Answer::html(504, "<html>gateway timeout</html>"),
            Self::RequestTimeout => Answer::custom(408, Vec::new(), Vec::new()),
            Self::Redirect(to) => {
                Answer::custom(302, vec![("Location".into(), to.clone())], Vec::new())
            }
            Self::NotJson => Answer::json_text(200, "this is not JSON {", mark),
            Self::Aadsts(number) => Answer::error(&(*number).into(), mark),
            Self::Custom {
                status,
                headers,
                body,
            } => Answer::custom(*status, headers.clone(), body.clone()),
            _ => return None,
        })
    }

    /// Changes the real answer.
    pub(crate) fn disfigure(&self, mut answer: Answer) -> Answer {
        match self {
            Self::CutBody => answer.cut = Some(Cut::Length),
            Self::CutChunked => answer.cut = Some(Cut::Chunk),
            Self::StallBody => answer.cut = Some(Cut::Stall),
            Self::WrongContentType => answer = answer.with_header("Content-Type", "text/html"),
            _ => {}
        }
        answer
    }
}

/// How often a fault acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Times {
    /// On the next one.
    Once,
    /// On the next so many.
    Next(u32),
    /// On all, until [`Server::clear_faults`](crate::Server::clear_faults).
    Always,
}

/// Where a fault of a request acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// The token endpoint.
    Token,
    /// `/v1.0/...`.
    Graph,
    /// User realm and `OpenID` discovery.
    Discovery,
    /// The endpoints from which a workload gets a statement about itself.
    Workload,
    /// Every request.
    Any,
}

/// Holds answers back until it is released. Clones share one state.
#[derive(Clone, Debug)]
pub struct Hold {
    open: Arc<watch::Sender<bool>>,
    waiting: Arc<AtomicUsize>,
}

impl Default for Hold {
    fn default() -> Self {
        Self::new()
    }
}

impl Hold {
    /// A closed hold.
    pub fn new() -> Self {
        Self {
            open: Arc::new(watch::Sender::new(false)),
            waiting: Arc::default(),
        }
    }

    /// Lets all waiting and all later requests go on.
    pub fn release(&self) {
        self.open.send_replace(true);
    }

    /// How many requests wait now, without those of clients that have gone.
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::SeqCst)
    }

    /// Blocks until `count` requests wait; false if the time ends first.
    pub fn wait_for(&self, count: usize, timeout: Duration) -> bool {
        let end = Instant::now() + timeout;
        while self.waiting() < count {
            if Instant::now() >= end {
                return false;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        true
    }

    pub(crate) async fn pass(&self) {
        let _counted = Waiting::new(&self.waiting);
        let mut open = self.open.subscribe();
        // An error means that every sender is gone; `self` is one, so it cannot happen.
        let _ = open.wait_for(|open| *open).await;
    }
}

/// Counts one waiting request for as long as it lives, also when the connection is dropped.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// The remaining faults, in the order of their injection.
#[derive(Default)]
pub(crate) struct Queue(Vec<(Route, Fault, Option<u32>)>);

impl Queue {
    pub(crate) fn push(&mut self, route: Route, fault: Fault, times: Times) {
        let left = match times {
            Times::Once => Some(1),
            Times::Next(n) => Some(n),
            Times::Always => None,
        };
        self.0.push((route, fault, left));
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// The next fault for a request on this route.
    pub(crate) fn for_request(&mut self, route: Route) -> Option<Fault> {
        self.take(|at, fault| !fault.of_connection() && (at == Route::Any || at == route))
    }

    /// The next fault for a new connection.
    pub(crate) fn for_connection(&mut self) -> Option<Fault> {
        self.take(|_, fault| fault.of_connection())
    }

    fn take(&mut self, fits: impl Fn(Route, &Fault) -> bool) -> Option<Fault> {
        self.0.retain(|(_, _, left)| *left != Some(0));
        let (_, fault, left) = self
            .0
            .iter_mut()
            .find(|(route, fault, _)| fits(*route, fault))?;
        let fault = fault.clone();
        if let Some(left) = left {
            *left -= 1;
        }
        Some(fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_come_in_order_and_as_often_as_asked() {
        let mut q = Queue::default();
        q.push(Route::Token, Fault::BadGateway, Times::Next(2));
        q.push(Route::Token, Fault::CloseBeforeHandshake, Times::Once);
        q.push(Route::Graph, Fault::NotJson, Times::Once);
        q.push(Route::Token, Fault::HugeBody, Times::Always);
        assert!(matches!(
            q.for_connection(),
            Some(Fault::CloseBeforeHandshake)
        ));
        assert!(q.for_connection().is_none());
        assert!(matches!(
            q.for_request(Route::Token),
            Some(Fault::BadGateway)
        ));
        assert!(matches!(
            q.for_request(Route::Token),
            Some(Fault::BadGateway)
        ));
        for _ in 0..3 {
            assert!(matches!(q.for_request(Route::Token), Some(Fault::HugeBody)));
        }
        assert!(matches!(q.for_request(Route::Graph), Some(Fault::NotJson)));
        assert!(q.for_request(Route::Graph).is_none());
        q.clear();
        assert!(q.for_request(Route::Token).is_none());
    }
}
