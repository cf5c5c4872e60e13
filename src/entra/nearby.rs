//! One GET in plain HTTP to a service of this machine or of its host: no proxy, no redirect, no
//! repetition. Knows neither the question nor the answer.

use super::connect::resolve;
use super::limit::Limit;
use super::{Cause, Reply, TransportFault, http};
use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use reqwest::Url;
use reqwest::header::{HOST, HeaderName, HeaderValue};
use std::time::Duration;
use tokio::net::TcpStream;
use zeroize::Zeroizing;

/// The most bytes of an answer that are read.
const LONGEST: usize = 256 * 1024;

/// A header with its value.
pub(super) type HttpHeader = (HeaderName, HeaderValue);

/// The answer to one GET with this header.
pub(super) fn get(
    url: &Url,
    header: HttpHeader,
    timeout: Duration,
) -> Result<Reply, TransportFault> {
    http::run(async {
        let asked = Limit::of(timeout).hold(exchange(url, header)).await;
        asked.map_err(TransportFault::of_get)
    })
}

async fn exchange(url: &Url, header: HttpHeader) -> Result<Reply, Cause> {
    let (name, value) = header;
    let host = url.host_str().ok_or(Cause::NoHost)?;
    let port = url.port_or_known_default().ok_or(Cause::NoHost)?;
    let addresses = resolve(host.trim_matches(['[', ']']).to_owned(), port).await?;
    let stream = TcpStream::connect(&addresses[..])
        .await
        .map_err(|error| Cause::of(&error))?;
    let (mut sender, driver) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(|error| Cause::of(&error))?;
    tokio::spawn(driver);
    let request = Request::get(&url[url::Position::BeforePath..url::Position::AfterQuery])
        .header(HOST, format!("{host}:{port}"))
        .header(name, value)
        .body(Empty::<Bytes>::new())
        .map_err(|_| Cause::NoHost)?;
    let sent = sender.send_request(request).await;
    read(sent.map_err(|error| Cause::of(&error))?).await
}

async fn read(response: Response<Incoming>) -> Result<Reply, Cause> {
    let status = response.status().as_u16();
    let mut arriving = response.into_body();
    let mut body = Zeroizing::new(Vec::with_capacity(LONGEST));
    while let Some(frame) = arriving.frame().await {
        let frame = frame.map_err(|error| Cause::of(&error))?;
        let data = frame.data_ref().map_or(&[][..], |data| data);
        if body.len() + data.len() > LONGEST {
            return Err(Cause::TooLong);
        }
        body.extend_from_slice(data);
    }
    Ok(Reply {
        status,
        content_type: String::new(),
        retry_after: None,
        body,
    })
}
