//! Accepting connections: TCP, the faults of connections, TLS, then HTTP/1.1; and the second
//! listener, in plain HTTP. Knows nothing of the content of HTTP.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::fault::Fault;
use crate::serve::serve;
use crate::state::Shared;
use crate::workload::Door;

/// The queue of the listener, as five hundred clients may connect at the same moment.
const BACKLOG: u32 = 2048;

/// Binds loopback; port 0 lets the system choose. Needs a running runtime.
pub(crate) fn bind(port: u16) -> io::Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    if port != 0 {
        socket.set_reuseaddr(true)?;
    }
    socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
    socket.listen(BACKLOG)
}

/// Accepts until the future is dropped.
pub(crate) async fn accept_all(listener: TcpListener, tls: TlsAcceptor, shared: Arc<Shared>) {
    loop {
        let Ok((stream, peer)) = listener.accept().await else {
            // Probably out of file descriptors: wait until others finish.
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        let fault = {
            let mut state = shared.lock();
            state.connections += 1;
            state.faults.for_connection()
        };
        // A connection that breaks affects only its client; the records have the answer.
        let connection = Connection {
            stream,
            port: peer.port(),
            fault,
        };
        tokio::spawn(connection.run(tls.clone(), Arc::clone(&shared)));
    }
}

struct Connection {
    stream: TcpStream,
    /// The client's.
    port: u16,
    fault: Option<Fault>,
}

impl Connection {
    async fn run(self, tls: TlsAcceptor, shared: Arc<Shared>) {
        match self.fault {
            Some(Fault::CloseBeforeHandshake) => return,
            Some(Fault::DelayHandshake(delay)) => tokio::time::sleep(delay).await,
            _ => {}
        }
        // Small answers must not wait for the client's acknowledgement; a failure costs only time.
        let _ = self.stream.set_nodelay(true);
        let Ok(stream) = tls.accept(self.stream).await else {
            return;
        };
        if let Some(Fault::DelayRead(delay)) = self.fault {
            tokio::time::sleep(delay).await;
        }
        let service =
            service_fn(move |request| serve(Arc::clone(&shared), Door::Tls, self.port, request));
        // An error is the cut-off of a fault, or a client that has gone.
        let _ = http1::Builder::new()
            .serve_connection(TokioIo::new(stream), service)
            .await;
    }
}

/// Accepts plain HTTP until the future is dropped: the endpoints of a machine for its workloads.
pub(crate) async fn accept_plain(listener: TcpListener, shared: Arc<Shared>) {
    loop {
        let Ok((stream, peer)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        let shared = Arc::clone(&shared);
        let service = service_fn(move |request| {
            serve(Arc::clone(&shared), Door::Plain, peer.port(), request)
        });
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}
