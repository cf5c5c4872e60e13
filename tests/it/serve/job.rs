//! A running `exec --serve` whose child reports the address of the endpoint to the test, and an
//! HTTP client that sends exactly the given bytes.

use crate::support::{Run, Sandbox};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::time::Duration;

/// A child that prints the two variables and then runs this shell code.
pub fn reporting(then: &str) -> String {
    format!("printf '%s\\n%s\\n' \"$IDENTITY_ENDPOINT\" \"$IDENTITY_HEADER\"; {then}")
}

/// A job whose child runs until its input is closed.
pub struct Job<'a> {
    sandbox: &'a Sandbox,
    pub parent: Child,
    pub url: String,
    pub key: String,
    out: BufReader<std::process::ChildStdout>,
}

/// An answer in its parts.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Reply {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }

    pub fn token(&self) -> String {
        assert_eq!(self.status, 200, "{self:?}");
        self.json()["access_token"].as_str().unwrap().to_owned()
    }
}

impl<'a> Job<'a> {
    /// A child that ends with code 0 when its input is closed.
    pub fn start(sandbox: &'a Sandbox, flags: &[&str]) -> Self {
        Self::running(sandbox, flags, "cat >/dev/null")
    }

    /// A child that reports the address of the endpoint and then runs this shell code.
    pub fn running(sandbox: &'a Sandbox, flags: &[&str], then: &str) -> Self {
        let script = reporting(then);
        let mut args = vec!["exec", "--serve"];
        args.extend(flags);
        args.extend(["--", "sh", "-c", &script]);
        let mut parent = sandbox
            .command(&args)
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(parent.stdout.take().unwrap());
        let (url, key) = (line(&mut out), line(&mut out));
        assert!(
            url.starts_with("http://127.0.0.1:") && key.len() == 43,
            "no endpoint: `{url}`"
        );
        Self {
            sandbox,
            parent,
            url,
            key,
            out,
        }
    }

    /// The next line that the child writes.
    pub fn line(&mut self) -> String {
        line(&mut self.out)
    }

    /// `127.0.0.1:PORT`.
    pub fn host(&self) -> &str {
        self.url
            .strip_prefix("http://")
            .unwrap()
            .split('/')
            .next()
            .unwrap()
    }

    /// A request as a client makes it.
    pub fn ask(&self, resource: &str) -> Reply {
        self.send(&self.request(
            &format!("/msi/token?resource={resource}&api-version=2019-08-01"),
            &[],
        ))
    }

    /// A token for Graph.
    pub fn graph(&self) -> Reply {
        self.ask("https://graph.microsoft.com")
    }

    /// A correct request for this target, with more headers.
    pub fn request(&self, target: &str, more: &[&str]) -> String {
        let more: String = more.iter().flat_map(|h| [h, "\r\n"]).collect();
        format!(
            "GET {target} HTTP/1.1\r\nHost: {}\r\nX-IDENTITY-HEADER: {}\r\n{more}\r\n",
            self.host(),
            self.key
        )
    }

    /// Sends these bytes and reads one answer.
    pub fn send(&self, request: &str) -> Reply {
        let mut stream = self.connect();
        stream.write_all(request.as_bytes()).unwrap();
        read_reply(&mut stream)
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.host()).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(60)))
            .unwrap();
        stream
    }

    pub fn signal(&self, name: &str) {
        signal(self.parent.id(), name);
    }

    /// Lets the child end, and returns the finished run.
    pub fn end(mut self) -> Run {
        drop(self.parent.stdin.take());
        self.wait()
    }

    /// Waits for the end of the run.
    pub fn wait(mut self) -> Run {
        let mut rest = Vec::new();
        self.out.read_to_end(&mut rest).unwrap();
        let mut output = self.parent.wait_with_output().unwrap();
        output.stdout = rest;
        self.sandbox.keep("exec --serve", output)
    }
}

/// Reads one answer of the contract: the head, then as many bytes as it names.
pub fn read_reply(stream: &mut TcpStream) -> Reply {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).unwrap_or(0) == 0 {
            break;
        }
    }
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|s| s.parse().ok())
        .unwrap_or(0);
    let length = head.lines().find_map(|l| {
        l.to_ascii_lowercase()
            .strip_prefix("content-length: ")?
            .parse()
            .ok()
    });
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body).unwrap_or_default();
    Reply {
        status,
        head,
        body: String::from_utf8_lossy(&body).into_owned(),
    }
}

/// `kill -NAME PID`.
pub fn signal(pid: u32, name: &str) {
    let done = std::process::Command::new("kill")
        .args([&format!("-{name}"), &pid.to_string()])
        .status()
        .unwrap();
    assert!(done.success(), "kill -{name} {pid}");
}

fn line(out: &mut impl BufRead) -> String {
    let mut text = String::new();
    out.read_line(&mut text).unwrap();
    text.trim_end().to_owned()
}
