//! TLS, ALPN, reuse of connections, many clients, start and stop.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use entra_emulator::{Config, Server};

use crate::client::{ask, config, connect_with, server};

#[test]
fn only_http_1_1_is_negotiated() {
    let s = server();
    assert!(connect_with(&s, &[b"h2"]).is_err());
    let tls = connect_with(&s, &[b"h2", b"http/1.1"]).unwrap();
    assert_eq!(tls.conn.alpn_protocol(), Some(&b"http/1.1"[..]));
    assert!(
        connect_with(&s, &[])
            .unwrap()
            .conn
            .alpn_protocol()
            .is_none()
    );
}

#[test]
fn each_server_has_a_root_of_its_own() {
    let (a, b) = (server(), server());
    assert_ne!(a.ca_pem(), b.ca_pem());
    let file = std::env::temp_dir().join(format!(
        "emulator-ca-{}-{}.pem",
        std::process::id(),
        a.port()
    ));
    a.write_ca(&file).unwrap();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), a.ca_pem());
    std::fs::remove_file(file).unwrap();
    assert_eq!(a.authority(), format!("https://localhost:{}", a.port()));
    assert_eq!(a.graph_url(), a.authority());
}

#[test]
fn plain_http_gets_no_answer() {
    let s = server();
    let mut tcp = TcpStream::connect(("127.0.0.1", s.port())).unwrap();
    tcp.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .unwrap();
    let mut all = Vec::new();
    let _ = tcp.read_to_end(&mut all);
    assert!(!all.starts_with(b"HTTP/"));
    assert!(s.requests().is_empty());
}

#[test]
fn a_connection_is_reused() {
    let s = server();
    let mut tls = connect_with(&s, &[b"http/1.1"]).unwrap();
    let request = String::from_utf8(ask().bytes())
        .unwrap()
        .replace("Connection: close\r\n", "");
    for n in 1..=3 {
        tls.write_all(request.as_bytes()).unwrap();
        let mut seen = Vec::new();
        let mut part = [0; 4096];
        while !seen.ends_with(b"}") {
            let got = tls.read(&mut part).unwrap();
            seen.extend_from_slice(&part[..got]);
        }
        assert_eq!((s.token_requests(), s.connections()), (n, 1));
    }
}

#[test]
fn two_hundred_clients_at_once() {
    let s = server();
    std::thread::scope(|scope| {
        let all: Vec<_> = (0..200)
            .map(|_| scope.spawn(|| ask().send(&s).status))
            .collect();
        assert!(all.into_iter().all(|t| t.join().unwrap() == 200));
    });
    assert_eq!((s.token_requests(), s.connections()), (200, 200));
    assert_eq!(s.violations(), Vec::<String>::new());
}

#[test]
fn five_hundred_open_connections_do_not_block_another() {
    let s = server();
    let idle: Vec<TcpStream> = (0..500)
        .map(|_| TcpStream::connect(("127.0.0.1", s.port())).unwrap())
        .collect();
    assert_eq!(ask().send(&s).status, 200);
    drop(idle);
}

#[test]
fn dropping_stops_it() {
    // Tests run in parallel, and the system may give a free port to another one at once: one clean
    // round is enough.
    let clean = (0..10).any(|_| {
        let s = server();
        let mut open = connect_with(&s, &[]).unwrap();
        let port = s.port();
        drop(s);
        assert!(
            !matches!(open.read(&mut [0; 10]), Ok(1..)),
            "its connections are closed"
        );
        let refused = TcpStream::connect(("127.0.0.1", port)).is_err();
        refused
            && Server::try_start(Config { port, ..config() })
                .is_ok_and(|again| again.port() == port)
    });
    assert!(clean);
}

#[test]
fn a_taken_port_is_an_error() {
    let s = server();
    assert!(
        Server::try_start(Config {
            port: s.port(),
            ..config()
        })
        .is_err()
    );
}

#[test]
fn a_huge_request_is_refused() {
    let s = server();
    let body = vec![b'a'; (1 << 20) + 1];
    let reply = ask().body(&body).send(&s);
    assert_eq!(reply.status, 413);
    assert!(s.requests().is_empty());
}
