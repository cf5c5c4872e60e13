//! `exec --serve`: how fast the endpoint gives a token from memory, and its cost without requests.
//! The child of `ropc exec --serve` is this program again, as the client with the endpoint's
//! address and key.

use crate::stage::Stage;
use crate::table::Table;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// Runs the client below as the child, and reports its output.
pub fn rows(stage: &Stage, quick: bool, table: &mut Table) {
    stage.forget_rate();
    let own = std::env::current_exe().expect("this program");
    let own = own.to_str().expect("a path in UTF-8");
    let seconds = if quick { "3" } else { "60" };
    let output = stage
        .ropc(&["exec", "--serve", "--", own, "client", seconds])
        .output()
        .expect("ropc");
    assert!(
        output.status.success(),
        "exec --serve: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let value = |name: &str| {
        text.lines()
            .find_map(|l| l.strip_prefix(name))
            .and_then(|v| v.trim().parse::<f64>().ok())
            .unwrap_or(f64::NAN)
    };
    let p99 = value("p99");
    let row = |table: &mut Table, measure: &str, shown: String, outcome: &str, reach: &str| {
        table.row(measure, shown, "", outcome.to_owned(), reach);
    };
    let shown = format!(
        "p50 {:.2} ms, p99 {p99:.2} ms, most {:.2} ms",
        value("p50"),
        value("most")
    );
    row(
        table,
        "`--serve`: 100 requests a second for 10 s",
        shown,
        if p99 < 2.0 { "within" } else { "over" },
        "p99 below 2 ms",
    );
    let shown = format!(
        "{:.0} requests a second on one connection, {:.0} on a new one each",
        value("kept"),
        value("fresh")
    );
    row(
        table,
        "`--serve`: as fast as it goes",
        shown,
        "reported",
        "",
    );
    let idle = value("idle");
    let shown = format!("{idle:.0} ms CPU, {:.1} MiB resident", value("resident"));
    row(
        table,
        &format!("`--serve`: idle for {seconds} s"),
        shown,
        if idle < 1.0 { "within" } else { "over" },
        "CPU 0",
    );
}

/// One request; panics if the answer is not a token.
fn ask(stream: &mut TcpStream, request: &[u8], buffer: &mut Vec<u8>) {
    stream.write_all(request).expect("a request");
    buffer.clear();
    let mut part = [0u8; 16 * 1024];
    loop {
        let length = stream.read(&mut part).expect("an answer");
        assert!(
            length > 0,
            "the endpoint closed the connection: {}",
            String::from_utf8_lossy(buffer)
        );
        buffer.extend_from_slice(&part[..length]);
        let text = String::from_utf8_lossy(buffer);
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        let wanted = head.lines().find_map(|l| {
            l.to_ascii_lowercase()
                .strip_prefix("content-length:")
                .map(str::to_owned)
        });
        if wanted
            .and_then(|n| n.trim().parse::<usize>().ok())
            .is_some_and(|n| body.len() >= n)
        {
            assert!(body.contains("access_token"), "{body}");
            return;
        }
    }
}

/// The child: prints names and numbers.
pub fn client() {
    let variable = |name: &str| std::env::var(name).unwrap_or_else(|_| panic!("no {name}"));
    let (url, key) = (variable("IDENTITY_ENDPOINT"), variable("IDENTITY_HEADER"));
    let (host, path) = url
        .strip_prefix("http://")
        .and_then(|u| u.split_once('/'))
        .expect("an http address");
    let query = "api-version=2019-08-01&resource=https%3A%2F%2Fgraph.microsoft.com";
    let request =
        format!("GET /{path}?{query} HTTP/1.1\r\nHost: {host}\r\nX-IDENTITY-HEADER: {key}\r\n\r\n");
    let (request, mut buffer) = (request.as_bytes(), Vec::new());
    let mut kept = connect(host);
    ask(&mut kept, request, &mut buffer);

    let (start, mut took) = (Instant::now(), Vec::new());
    for number in 0..1000_u32 {
        let due = Duration::from_millis(10) * number;
        std::thread::sleep(due.saturating_sub(start.elapsed()));
        let begun = Instant::now();
        ask(&mut kept, request, &mut buffer);
        took.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    took.sort_by(f64::total_cmp);
    println!("p50 {}\np99 {}\nmost {}", took[500], took[990], took[999]);

    println!(
        "kept {}",
        busy(&mut || ask(&mut kept, request, &mut buffer))
    );
    println!(
        "fresh {}",
        busy(&mut || ask(&mut connect(host), request, &mut buffer))
    );
    drop(kept);
    at_rest();
}

fn connect(host: &str) -> TcpStream {
    let stream = TcpStream::connect(host).expect("the endpoint");
    stream.set_nodelay(true).expect("no delay");
    stream
}

/// Calls a second, over three seconds.
fn busy(once: &mut dyn FnMut()) -> f64 {
    let (start, mut count) = (Instant::now(), 0.0);
    while start.elapsed() < Duration::from_secs(3) {
        once();
        count += 1.0;
    }
    count / start.elapsed().as_secs_f64()
}

/// The CPU time and the memory of the parent without requests.
fn at_rest() {
    let parent = std::os::unix::process::parent_id();
    std::thread::sleep(Duration::from_secs(1));
    let before = cpu(parent);
    let seconds = std::env::args()
        .nth(2)
        .and_then(|s| s.parse().ok())
        .unwrap_or(3);
    std::thread::sleep(Duration::from_secs(seconds));
    println!("idle {}", cpu(parent) - before);
    let status = std::fs::read_to_string(format!("/proc/{parent}/status")).unwrap_or_default();
    let resident = status
        .lines()
        .find_map(|l| l.strip_prefix("VmRSS:"))
        .and_then(|l| l.split_whitespace().next());
    println!(
        "resident {}",
        resident
            .and_then(|kib| kib.parse::<f64>().ok())
            .unwrap_or(f64::NAN)
            / 1024.0
    );
}

/// CPU time of all threads of a process so far, in milliseconds.
fn cpu(process: u32) -> f64 {
    let tasks = std::fs::read_dir(format!("/proc/{process}/task"))
        .into_iter()
        .flatten()
        .flatten();
    let nanoseconds = tasks.map(|task| {
        let text = std::fs::read_to_string(task.path().join("schedstat")).unwrap_or_default();
        text.split(' ')
            .next()
            .and_then(|n| n.parse::<f64>().ok())
            .unwrap_or(f64::NAN)
    });
    nanoseconds.sum::<f64>() / 1e6
}
