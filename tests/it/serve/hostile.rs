//! Clients that must get nothing: each is refused, no reply holds a byte of the token, and the
//! child is still served.

use super::job::{Job, Reply, read_reply};
use crate::support::Sandbox;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

const TARGET: &str = "/msi/token?resource=https://graph.microsoft.com&api-version=2019-08-01";

fn job(sandbox: &Sandbox) -> Job<'_> {
    sandbox.login(&[]).expect(0);
    Job::start(sandbox, &[])
}

#[track_caller]
fn assert_refused(reply: &Reply, token: &str, status: u16) {
    assert_eq!(reply.status, status, "{reply:?}");
    let text = format!("{}{}", reply.head, reply.body);
    assert!(
        !text.contains(&token[..16]) && !text.contains(&token[token.len() - 16..]),
        "token bytes in {text}"
    );
    assert!(
        !reply.head.to_ascii_lowercase().contains("access-control"),
        "{text}"
    );
}

/// What it is, the request, and the status of its answer.
type Case = (&'static str, String, u16);

/// A client that does not know the key.
fn without_the_key(job: &Job<'_>) -> Vec<Case> {
    let right = job.request(TARGET, &[]);
    let swap = |from: &str, to: &str| right.replacen(from, to, 1);
    vec![
        ("wrong key", swap(&job.key, &"A".repeat(43)), 401),
        ("short key", swap(&job.key, &job.key[..42]), 401),
        ("long key", swap(&job.key, &format!("{}A", job.key)), 401),
        (
            "no key",
            swap(&format!("X-IDENTITY-HEADER: {}\r\n", job.key), ""),
            401,
        ),
        (
            "key of the older contract",
            swap("X-IDENTITY-HEADER", "secret"),
            401,
        ),
        (
            "two keys",
            job.request(TARGET, &[&format!("X-IDENTITY-HEADER: {}", job.key)]),
            401,
        ),
    ]
}

/// A web page in a browser of this machine, or somebody behind a proxy.
fn from_elsewhere(job: &Job<'_>) -> Vec<Case> {
    let right = job.request(TARGET, &[]);
    let swap = |from: &str, to: &str| right.replacen(from, to, 1);
    let host = job.host();
    let port = host.rsplit_once(':').unwrap().1;
    vec![
        (
            "localhost",
            swap(&format!("Host: {host}"), &format!("Host: localhost:{port}")),
            403,
        ),
        (
            "rebound name",
            swap(
                &format!("Host: {host}"),
                &format!("Host: evil.example:{port}"),
            ),
            403,
        ),
        (
            "no port",
            swap(&format!("Host: {host}"), "Host: 127.0.0.1"),
            403,
        ),
        ("no host", swap(&format!("Host: {host}\r\n"), ""), 403),
        (
            "two hosts",
            job.request(TARGET, &[&format!("Host: {host}")]),
            403,
        ),
        (
            "web page",
            job.request(TARGET, &["Origin: https://evil.example"]),
            403,
        ),
        ("opaque origin", job.request(TARGET, &["Origin: null"]), 403),
        (
            "forwarded",
            job.request(TARGET, &["X-Forwarded-For: 10.0.0.1"]),
            403,
        ),
        (
            "forwarded, RFC 7239",
            job.request(TARGET, &["Forwarded: for=10.0.0.1"]),
            403,
        ),
    ]
}

/// With the key, and not what the contract says.
fn of_another_form(job: &Job<'_>) -> Vec<Case> {
    let right = job.request(TARGET, &[]);
    let swap = |from: &str, to: &str| right.replacen(from, to, 1);
    let host = job.host();
    vec![
        (
            "through a proxy",
            swap(
                &format!("GET {TARGET}"),
                &format!("GET http://{host}{TARGET}"),
            ),
            400,
        ),
        (
            "tunnel",
            swap(&format!("GET {TARGET}"), &format!("CONNECT {host}")),
            405,
        ),
        ("post", swap("GET", "POST"), 405),
        ("head", swap("GET", "HEAD"), 405),
        ("pre-flight", swap("GET", "OPTIONS"), 405),
        (
            "body",
            job.request(TARGET, &["Content-Length: 4"]) + "abcd",
            400,
        ),
        (
            "other path",
            swap("/msi/token", "/metadata/identity/oauth2/token"),
            400,
        ),
        ("root", swap(TARGET, "/"), 400),
        ("other version", swap("2019-08-01", "2017-09-01"), 400),
        ("no resource", swap("resource=", "x="), 400),
        (
            "two resources",
            swap("resource=", "resource=x&resource="),
            400,
        ),
        (
            "other resource",
            swap("https://graph.microsoft.com", "https://vault.azure.net"),
            403,
        ),
        (
            "look-alike",
            swap(
                "https://graph.microsoft.com",
                "https://graph.microsoft.com.evil.example",
            ),
            403,
        ),
        ("no HTTP", "hello\r\n\r\n".to_owned(), 400),
        ("old HTTP", swap("HTTP/1.1", "HTTP/3.7"), 400),
    ]
}

#[test]
fn requests_that_are_not_the_childs_are_refused() {
    let sandbox = Sandbox::new();
    let job = job(&sandbox);
    let token = job.graph().token();
    let cases = [
        without_the_key(&job),
        from_elsewhere(&job),
        of_another_form(&job),
    ]
    .concat();
    for (name, request, status) in cases {
        let reply = job.send(&request);
        eprintln!("{name}: {}", reply.status);
        assert_refused(&reply, &token, status);
    }
    assert_eq!(
        job.send(&job.request(TARGET, &[])).token(),
        token,
        "control: the same request unchanged"
    );
    job.end().expect(0);
    assert_eq!(sandbox.emulator.token_requests(), 1);
}

#[test]
fn a_head_without_end_is_cut_off() {
    let sandbox = Sandbox::new();
    let job = job(&sandbox);
    let token = job.graph().token();
    let long = format!("X-Long: {}", "a".repeat(1024 * 1024));
    let mut stream = job.connect();
    // The endpoint stops reading long before the end; what it closes cannot be written to.
    let _ = stream.write_all(job.request(TARGET, &[&long]).as_bytes());
    let reply = read_reply(&mut stream);
    assert!(matches!(reply.status, 0 | 431), "{reply:?}");
    assert!(!reply.body.contains(&token[..16]));
    let many: Vec<String> = (0..200).map(|i| format!("X-{i}: a")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_refused(&job.send(&job.request(TARGET, &many)), &token, 431);
    assert_refused(
        &job.send(&format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(100_000))),
        &token,
        431,
    );
    assert_eq!(job.graph().token(), token);
    job.end().expect(0);
}

#[test]
fn slow_clients_are_cut_off_and_hold_nobody_up() {
    let sandbox = Sandbox::new();
    let job = job(&sandbox);
    let token = job.graph().token();
    let started = Instant::now();
    let slow: Vec<TcpStream> = (0..20)
        .map(|_| {
            let mut stream = job.connect();
            stream
                .write_all(b"GET /msi/token HTTP/1.1\r\nHost: 127")
                .unwrap();
            stream
        })
        .collect();
    assert_eq!(job.graph().token(), token);
    for mut stream in slow {
        // One byte now and then keeps nothing open: the whole head has one deadline.
        let mut end = Vec::new();
        let _ = stream.write_all(b".");
        // The end of the stream or a reset: either way it is over. A held one would take the minute
        // of the read timeout.
        let _ = stream.read_to_end(&mut end);
        assert!(!String::from_utf8_lossy(&end).contains(&token[..16]));
    }
    assert!(
        started.elapsed() < Duration::from_secs(50),
        "{:?}",
        started.elapsed()
    );
    assert_eq!(job.graph().token(), token);
    job.end().expect(0);
}

/// How many connections the endpoint has accepted and not closed. One that still queues belongs to
/// no process and has no inode. This table is for everybody, while only root sees what a process
/// that protects itself holds open.
fn accepted(job: &Job<'_>) -> usize {
    let port: u16 = job.host().rsplit_once(':').unwrap().1.parse().unwrap();
    let local = format!("0100007F:{port:04X}");
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
    let rows = table
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>());
    rows.filter(|row| row[1] == local && row[3] != "0A" && row[9] != "0")
        .count()
}

#[test]
fn ten_thousand_connections_do_not_keep_the_child_out() {
    let sandbox = Sandbox::new();
    let job = job(&sandbox);
    let token = job.graph().token();
    let mut held: std::collections::VecDeque<TcpStream> = std::collections::VecDeque::new();
    for i in 0..10_000 {
        let mut stream = job.connect();
        if i % 3 == 0 {
            stream
                .write_all(b"GET /msi/token HTTP/1.1\r\nX-IDENTITY-HEADER: guess\r\n")
                .unwrap();
        }
        held.push_back(stream);
        // As many as this process may hold open; the endpoint itself keeps fewer.
        if held.len() > 600 {
            held.pop_front();
        }
        // More than the queue of the listener takes would cost each of the rest a second of TCP's
        // own waiting.
        if i % 100 == 99 {
            assert_eq!(job.graph().token(), token, "after {} connections", i + 1);
        }
    }
    let open = accepted(&job);
    assert!(
        (1..320).contains(&open),
        "the endpoint holds a bounded number of connections: {open}"
    );
    drop(held);
    assert_eq!(job.graph().token(), token);
    job.end().expect(0);
    assert_eq!(sandbox.emulator.token_requests(), 1);
}

#[test]
fn the_port_is_on_loopback_only_and_closes_with_the_child() {
    let sandbox = Sandbox::new();
    let job = job(&sandbox);
    let host = job.host().to_owned();
    let port: u16 = host.rsplit_once(':').unwrap().1.parse().unwrap();
    let hex = format!("0100007F:{port:04X} 00000000:0000 0A");
    let tcp = std::fs::read_to_string("/proc/net/tcp").unwrap();
    assert!(
        tcp.contains(&hex),
        "listening on 127.0.0.1 and on no other address"
    );
    assert!(!tcp.contains(&format!("00000000:{port:04X} 00000000:0000 0A")));
    assert!(
        std::net::TcpListener::bind(("127.0.0.1", port)).is_err(),
        "held while the child runs"
    );
    job.end().expect(0);
    assert!(
        TcpStream::connect(&host).is_err(),
        "closed when the child has ended"
    );
}
