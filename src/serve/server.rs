//! Binds, accepts, and answers: hyper's HTTP/1.1 on its own thread with a one-thread runtime.
//!
//! The endpoint binds its port before the child starts and holds it until the child has ended, so
//! no other program can ever answer there for this job. It is the literal 127.0.0.1: `localhost`
//! may also mean `::1`, where another program could listen on the same port.

use super::check::{self, PATH, Rejection};
use super::connections::Connections;
use super::keeper::{Keeper, TokenSource};
use super::reply::{self, HttpReply};
use super::words::Event;
use super::{Resources, ServeError};
use crate::broker::Token;
use crate::clock::Clock;
use crate::os;
use crate::secret::EndpointKey;
use crate::ui::Ui;
use hyper::Request;
use hyper::body::{Body, Incoming};
use hyper::header::{CONNECTION, HeaderValue};
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::oneshot;

/// The endpoint closes the connection of a client that takes longer for its head, or leaves it idle
/// for longer.
const HEAD_TIME: Duration = Duration::from_secs(10);
/// The most bytes of a head; a real one is below 1 KiB. A connection can use no more memory than
/// this.
const HEAD_SIZE: usize = 16 * 1024;
const MOST_HEADERS: usize = 64;
/// The most characters of a resource in the log.
const SHOWN: usize = 120;
/// The pause after a failed accept (no free file descriptor), so that the loop does not spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// The settings of one endpoint.
#[derive(Debug)]
pub struct Settings<S> {
    /// The source of the tokens.
    pub source: S,
    /// The resources that clients may ask for.
    pub resources: Resources,
    /// The key that a client must send.
    pub key: Arc<EndpointKey>,
    /// The profile's client id, which replies repeat.
    pub client_id: String,
    /// `--min-ttl` in seconds.
    pub min_ttl: Option<u64>,
    /// The clock that decides how long a token still lives.
    pub clock: &'static dyn Clock,
    /// For messages of `--verbose`, and for the first failure of each kind.
    pub ui: Ui,
}

/// A running endpoint. Dropping it closes the port and every connection, and wipes the tokens.
#[derive(Debug)]
pub struct Endpoint {
    url: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

struct Shared<S> {
    keeper: Arc<Keeper<S>>,
    resources: Resources,
    key: Arc<EndpointKey>,
    client_id: String,
    host: String,
    connections: Connections,
    remarked: AtomicBool,
    clock: &'static dyn Clock,
    ui: Ui,
}

impl Endpoint {
    /// Binds the port and gets the first token of the profile, and only then answers: a job that
    /// cannot get a token never starts, and a client that waits only a second (Go) gets the token
    /// from memory. Fails if ropc cannot listen, or with the failure of the first token.
    pub fn start<S: TokenSource>(settings: Settings<S>) -> Result<(Self, Arc<Token>), ServeError> {
        let (listener, host) = listen().map_err(ServeError::NoListener)?;
        let url = format!("http://{host}{PATH}");
        let shared = Arc::new(Shared {
            keeper: Arc::new(Keeper::new(
                settings.source,
                settings.min_ttl,
                settings.clock,
                settings.ui.clone(),
            )),
            resources: settings.resources,
            key: settings.key,
            client_id: settings.client_id,
            host,
            connections: Connections::default(),
            remarked: AtomicBool::new(false),
            clock: settings.clock,
            ui: settings.ui,
        });
        let (stop, stopped) = oneshot::channel();
        let (report, outcome) = mpsc::channel();
        let thread = std::thread::Builder::new()
            .name("endpoint".into())
            .spawn(move || run(listener, shared, stopped, &report))
            .map_err(ServeError::NoThread)?;
        let endpoint = Self {
            url,
            stop: Some(stop),
            thread: Some(thread),
        };
        let first = outcome
            .recv()
            .map_err(|e| ServeError::NoThread(io::Error::other(e)))?;
        first.map(|token| (endpoint, token))
    }

    /// The value of `IDENTITY_ENDPOINT`: no query, because clients append theirs as text.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // The thread may have ended already; then nobody receives this.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// A listener, and its address as in `127.0.0.1:40123`.
fn listen() -> io::Result<(std::net::TcpListener, String)> {
    let listener = os::loopback_listener()?;
    listener.set_nonblocking(true)?;
    let host = listener.local_addr()?.to_string();
    Ok((listener, host))
}

/// Reports the first token, or why there is none, and then serves until it is stopped.
fn run<S: TokenSource>(
    listener: std::net::TcpListener,
    shared: Arc<Shared<S>>,
    mut stopped: oneshot::Receiver<()>,
    report: &mpsc::Sender<Result<Arc<Token>, ServeError>>,
) {
    let runtime = match runtime() {
        Ok(runtime) => runtime,
        Err(e) => return drop(report.send(Err(ServeError::NoThread(e)))),
    };
    runtime.block_on(async {
        let listener = match tokio::net::TcpListener::from_std(listener) {
            Ok(listener) => listener,
            Err(e) => return drop(report.send(Err(ServeError::NoThread(e)))),
        };
        let first = shared.keeper.first().await.map_err(|failure| failure.error);
        let failed = first.is_err();
        let _ = report.send(first);
        if failed {
            return;
        }
        let accepting = tokio::spawn(accept_all(listener, shared));
        // An error means that the handle is gone, which has the same meaning.
        let _ = (&mut stopped).await;
        accepting.abort();
    });
    // Connections end with their runtime. A running renewal is a separate process and ends without
    // us.
}

fn runtime() -> io::Result<tokio::runtime::Runtime> {
    // tokio panics if it gets no descriptor for signals.
    if let Some(error) = os::lacks_descriptors(os::RUNTIME_DESCRIPTORS) {
        return Err(error);
    }
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
}

async fn accept_all<S: TokenSource>(listener: tokio::net::TcpListener, shared: Arc<Shared<S>>) {
    for id in 0_u64.. {
        match listener.accept().await {
            Ok((stream, _)) => {
                let task = tokio::spawn(serve(stream, id, Arc::clone(&shared)));
                shared.connections.add(id, task.abort_handle());
            }
            Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
        }
    }
}

async fn serve<S: TokenSource>(stream: tokio::net::TcpStream, id: u64, shared: Arc<Shared<S>>) {
    let service = service_fn(|request| {
        let shared = Arc::clone(&shared);
        async move { Ok::<_, Infallible>(answer(request, id, &shared).await) }
    });
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(HEAD_SIZE)
        .max_headers(MOST_HEADERS)
        .keep_alive(true)
        .half_close(false);
    // It does not matter how a connection ends.
    let _ = http.serve_connection(TokioIo::new(stream), service).await;
}

async fn answer<S: TokenSource>(
    request: Request<Incoming>,
    id: u64,
    shared: &Shared<S>,
) -> HttpReply {
    let has_body = !request.body().is_end_stream();
    let (head, _) = request.into_parts();
    let ask = match check::check(&head, has_body, &shared.host, &shared.key) {
        Ok(ask) => ask,
        Err(rejection) => return reject(rejection, &shared.ui),
    };
    shared.connections.trust(id);
    let shown: String = ask.resource.chars().take(SHOWN).collect();
    let granted = shared.keeper.granted();
    let wanted = match shared.resources.decide(&ask.resource, granted.as_deref()) {
        Ok(wanted) => wanted,
        Err(denied) => {
            shared
                .ui
                .verbose(|| Event::Denied { resource: &shown }.into());
            return reply::not_allowed(&denied);
        }
    };
    if let Some(named) = &ask.identity
        && !named.eq_ignore_ascii_case(&shared.client_id)
    {
        remark_other_identity(shared);
    }
    match shared.keeper.get(&wanted, ask.refused.as_deref()).await {
        Ok(token) => {
            shared
                .ui
                .verbose(|| Event::Granted { resource: &shown }.into());
            reply::token(&token, &ask.resource, &shared.client_id)
        }
        Err(failure) => {
            let answer = reply::failure(&failure, shared.clock.now());
            let failed = Event::Failed {
                resource: &shown,
                status: answer.status(),
            };
            shared.ui.verbose(|| failed.into());
            answer
        }
    }
}

/// The answer to a rejected request. The endpoint reads nothing more on this connection.
fn reject(rejection: Rejection, ui: &Ui) -> HttpReply {
    let mut answer = reply::refusal(rejection);
    ui.verbose(|| Event::Rejected(rejection, answer.status()).into());
    answer
        .headers_mut()
        .insert(CONNECTION, HeaderValue::from_static("close"));
    answer
}

/// Warns that the client named another identity and that there is only one. Once for the whole job,
/// as clients ask often.
fn remark_other_identity<S>(shared: &Shared<S>) {
    if shared.remarked.swap(true, Ordering::Relaxed) {
        shared.ui.verbose(|| Event::OtherIdentity.into());
    } else {
        shared.ui.note(&Event::OtherIdentity.into());
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Failure, Order, Wanted};
    use super::*;
    use crate::clock::SystemClock;
    use crate::profile::{CLOUDS, Scopes};
    use crate::secret::AccessToken;
    use crate::ui::Color;
    use std::net::TcpStream;

    struct Always;

    impl TokenSource for Always {
        async fn renew(&self, _: &Order) -> Result<Token, Failure> {
            Ok(Token {
                access: AccessToken::new("t".into()),
                obtained_at: 0,
                expires_at: u64::MAX,
                scope: None,
            })
        }

        fn stored(&self) -> Option<String> {
            None
        }

        fn shared(&self, _: &Wanted) -> Option<String> {
            None
        }
    }

    #[test]
    fn an_endpoint_that_is_dropped_holds_no_port_and_no_token() {
        let settings = Settings {
            source: Always,
            resources: Resources::new(&Scopes::parse(&["User.Read"]).unwrap(), &CLOUDS[0], &[])
                .unwrap(),
            key: Arc::new(EndpointKey::random().unwrap()),
            client_id: String::new(),
            min_ttl: None,
            clock: &SystemClock,
            ui: Ui::new(Color::Never, true, false, crate::text::Reader::default()),
        };
        let (endpoint, token) = Endpoint::start(settings).unwrap();
        let host = endpoint.url().split('/').nth(2).unwrap().to_owned();
        let kept = Arc::downgrade(&token);
        drop(token);
        let open = TcpStream::connect(&host).unwrap();
        assert!(kept.upgrade().is_some(), "control: it is kept for clients");
        drop(endpoint);
        assert!(kept.upgrade().is_none());
        drop(open);
        assert!(TcpStream::connect(&host).is_err());
    }
}
