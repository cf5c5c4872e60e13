//! One request: read it, record it, apply the fault of the moment, route it, turn the answer into
//! bytes.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::SystemTime;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Limited};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::header::{HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Request, Response, StatusCode};

use crate::answer::{Answer, Cut, Mark};
use crate::fault::{Fault, Route};
use crate::record::Recorded;
use crate::state::Shared;
use crate::workload::{self, Door};
use crate::{discovery, form, graph, ids, judge, violation};

/// A request body above this is refused with 413.
const LARGEST_BODY: usize = 1 << 20;
/// How many bytes a cut-off body promises and does not send.
const MISSING: usize = 64;

/// Answers one request. An error closes the connection without an answer.
pub(crate) async fn serve(
    shared: Arc<Shared>,
    door: Door,
    port: u16,
    request: Request<Incoming>,
) -> io::Result<Response<Out>> {
    let (parts, body) = request.into_parts();
    let Ok(body) = Limited::new(body, LARGEST_BODY).collect().await else {
        return Ok(to_response(Answer::html(413, "<html>too large</html>")));
    };
    let seen = recorded(&parts, body.to_bytes(), port);
    let route = route_of(&seen.path, door);
    let mark = mark_of(&seen);
    let (seen, fault, answer) = {
        let mut state = shared.lock();
        let seen = state.record(seen);
        let fault = state.faults.for_request(route);
        let replaced = fault.as_ref().and_then(|f| f.replacement(&mark));
        let mut real = || match route {
            Route::Token => judge::answer(&mut state, &seen, &mark),
            Route::Graph => graph::answer(&state, &seen, &mark),
            Route::Discovery => discovery::answer(&state.config, &shared.authority, &seen, &mark),
            Route::Workload => workload::answer(&state.config.workload, &seen),
            Route::Any => Answer::html(404, "<html>not found</html>"),
        };
        let judged = matches!(fault, Some(Fault::Judged(_))).then(&mut real);
        let answer = replaced.or(judged).unwrap_or_else(real);
        (seen, fault, answer)
    };
    let answer = match fault {
        Some(Fault::CloseAfterRequest) => return Err(io::Error::other("closed as the test asked")),
        Some(Fault::DelayAnswer(delay)) => {
            tokio::time::sleep(delay).await;
            answer
        }
        Some(Fault::Hold(hold)) => {
            hold.pass().await;
            answer
        }
        Some(fault) => fault.disfigure(answer),
        None => answer,
    };
    shared.lock().answered(seen.number, answer.status);
    Ok(to_response(answer))
}

/// The route of a path; `Any` means a path that nothing serves.
fn route_of(path: &str, door: Door) -> Route {
    let lower = path.to_ascii_lowercase();
    if workload::serves(path, door) {
        Route::Workload
    } else if door == Door::Plain {
        Route::Any
    } else if judge::tenant_of_path(path).is_some() {
        Route::Token
    } else if lower.starts_with("/v1.0/") {
        Route::Graph
    } else if discovery::serves(&lower) {
        Route::Discovery
    } else {
        Route::Any
    }
}

fn recorded(parts: &Parts, body: Bytes, port: u16) -> Recorded {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let mut seen = Recorded {
        at: SystemTime::now(),
        version: format!("{:?}", parts.version),
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().map(str::to_owned),
        headers: parts
            .headers
            .iter()
            .map(|(n, v)| (n.as_str().to_owned(), text(v)))
            .collect(),
        form: Vec::new(),
        body: body.into(),
        status: None,
        remote_port: port,
        number: 0,
        malformed: None,
    };
    if violation::is_form(&seen) {
        match form::decode(&seen.body) {
            Ok(pairs) => seen.form = pairs,
            Err(malformed) => seen.malformed = Some(malformed),
        }
    }
    seen
}

fn mark_of(seen: &Recorded) -> Mark {
    let sent = seen
        .header("client-request-id")
        .filter(|id| ids::is_guid(id));
    Mark {
        correlation_id: sent.map_or_else(ids::guid, str::to_owned),
        trace_id: ids::guid(),
        telemetry: seen.header("x-client-sku").is_some(),
    }
}

fn to_response(answer: Answer) -> Response<Out> {
    let Answer {
        status,
        headers,
        mut body,
        cut,
    } = answer;
    let promised = body.len() + MISSING;
    if matches!(cut, Some(Cut::Chunk | Cut::Stall)) {
        body.truncate(body.len() / 2);
    }
    let mut response = Response::new(Out {
        data: Some(body.into()),
        cut,
        flushed: false,
    });
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in headers {
        // A server cannot send a header that HTTP does not allow.
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().append(name, value);
        }
    }
    if cut == Some(Cut::Length) {
        response
            .headers_mut()
            .insert("content-length", HeaderValue::from(promised));
    }
    response
}

/// A response body that can break off.
pub(crate) struct Out {
    data: Option<Bytes>,
    cut: Option<Cut>,
    flushed: bool,
}

impl Body for Out {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if let Some(data) = self.data.take().filter(|d| !d.is_empty()) {
            return Poll::Ready(Some(Ok(Frame::data(data))));
        }
        match self.cut {
            None => return Poll::Ready(None),
            // Nothing wakes this task: it ends with the connection.
            Some(Cut::Stall) => return Poll::Pending,
            Some(_) => {}
        }
        // One pause, so that hyper sends what it has before it drops the connection.
        if !self.flushed {
            self.flushed = true;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(io::Error::other("cut off as the test asked"))))
    }

    fn is_end_stream(&self) -> bool {
        self.cut.is_none() && self.data.as_ref().is_none_or(Bytes::is_empty)
    }

    fn size_hint(&self) -> SizeHint {
        match (&self.data, self.cut) {
            (Some(data), None) => SizeHint::with_exact(data.len() as u64),
            _ => SizeHint::default(),
        }
    }
}
