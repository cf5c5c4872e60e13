//! A raw HTTP client over rustls: the test writes the bytes, and gets the whole answer or a cut
//! one.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use entra_emulator::{CONTOSO_CLIENT, CONTOSO_TENANT, CONTOSO_USER, Config, DEFAULT_SCOPE, Server};
use serde_json::Value;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{CertificateDer, pem::PemObject};
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

pub const PASSWORD: &str = "made-up password of the tests";
pub const SECRET: &str = "made~up.secret-of-the-tests";
pub const REQUEST_ID: &str = "5b0a8d4e-1f7f-4d0c-9a77-1a2b3c4d5e6f";

pub type Tls = StreamOwned<ClientConnection, TcpStream>;

pub fn config() -> Config {
    Config::contoso()
        .with_password(PASSWORD)
        .with_client_secret(SECRET)
        .without_loop_limit()
}

pub fn server() -> Server {
    Server::start(config())
}

/// An answer; `whole` is false when the connection ended before the announced end of the body.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub whole: bool,
}

impl Reply {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, v)| v.as_str())
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&self.body)))
    }

    /// The first AADSTS number, 0 for a success.
    pub fn code(&self) -> u64 {
        self.json()["error_codes"][0].as_u64().unwrap_or(0)
    }

    pub fn token(&self) -> String {
        self.json()["access_token"].as_str().unwrap().to_owned()
    }
}

pub fn connect_with(server: &Server, alpn: &[&[u8]]) -> io::Result<Tls> {
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(server.ca_pem().as_bytes()).unwrap())
        .unwrap();
    let mut config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = alpn.iter().map(|p| p.to_vec()).collect();
    let tcp = TcpStream::connect(("127.0.0.1", server.port()))?;
    tcp.set_read_timeout(Some(Duration::from_secs(20)))?;
    let session = ClientConnection::new(Arc::new(config), "localhost".try_into().unwrap()).unwrap();
    let mut stream = StreamOwned::new(session, tcp);
    stream.conn.complete_io(&mut stream.sock)?;
    Ok(stream)
}

/// Sends bytes on a new connection and reads until the server closes.
pub fn raw(server: &Server, request: &[u8]) -> io::Result<Reply> {
    let mut tls = connect_with(server, &[b"http/1.1"])?;
    tls.write_all(request)?;
    let mut all = Vec::new();
    // A missing close_notify after a cut-off is an error; the bytes before it still count.
    let ended = tls.read_to_end(&mut all);
    let _ = tls.sock.shutdown(Shutdown::Both);
    if all.is_empty() {
        ended?;
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(parse(&all))
}

fn parse(all: &[u8]) -> Reply {
    let split = all
        .windows(4)
        .position(|w| w == b"\r\n\r\n")
        .expect("a whole head");
    let head = String::from_utf8(all[..split].to_vec()).unwrap();
    let mut lines = head.split("\r\n");
    let status = lines
        .next()
        .unwrap()
        .split(' ')
        .nth(1)
        .unwrap()
        .parse()
        .unwrap();
    let headers: Vec<(String, String)> = lines
        .map(|l| l.split_once(": ").unwrap())
        .map(|(n, v)| (n.to_owned(), v.to_owned()))
        .collect();
    let mut reply = Reply {
        status,
        headers,
        body: all[split + 4..].to_vec(),
        whole: true,
    };
    if reply.header("transfer-encoding") == Some("chunked") {
        (reply.body, reply.whole) = dechunk(&reply.body);
    } else if let Some(length) = reply.header("content-length") {
        reply.whole = length.parse() == Ok(reply.body.len());
    }
    reply
}

fn dechunk(mut rest: &[u8]) -> (Vec<u8>, bool) {
    let mut body = Vec::new();
    while let Some(end) = rest.windows(2).position(|w| w == b"\r\n") {
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..end]).unwrap(), 16).unwrap();
        if size == 0 {
            return (body, true);
        }
        let Some(chunk) = rest.get(end + 2..end + 2 + size) else {
            break;
        };
        body.extend(chunk);
        rest = rest.get(end + 4 + size..).unwrap_or_default();
    }
    (body, false)
}

/// Encodes one value as a correct client does.
pub fn encode(text: &str) -> String {
    text.bytes().fold(String::new(), |out, b| {
        if b.is_ascii_alphanumeric() || b"-._".contains(&b) {
            out + &char::from(b).to_string()
        } else {
            out + &format!("%{b:02X}")
        }
    })
}

/// A token request that a test can change.
#[derive(Clone)]
pub struct Ask {
    pub method: String,
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub fields: Vec<(String, String)>,
    pub raw_body: Option<Vec<u8>>,
}

impl Default for Ask {
    fn default() -> Self {
        let own = |(n, v): (&str, &str)| (n.to_owned(), v.to_owned());
        Self {
            method: "POST".into(),
            target: format!("/{CONTOSO_TENANT}/oauth2/v2.0/token"),
            headers: [
                ("Host", "localhost"),
                ("Content-Type", "application/x-www-form-urlencoded"),
                ("Accept", "application/json"),
                ("client-request-id", REQUEST_ID),
                ("User-Agent", "emulator-tests/1.0"),
            ]
            .map(own)
            .to_vec(),
            fields: [
                ("client_id", CONTOSO_CLIENT),
                ("client_secret", SECRET),
                ("grant_type", "password"),
                ("username", CONTOSO_USER),
                ("password", PASSWORD),
                ("scope", DEFAULT_SCOPE),
            ]
            .map(own)
            .to_vec(),
            raw_body: None,
        }
    }
}

impl Ask {
    pub fn tenant(mut self, tenant: &str) -> Self {
        self.target = format!("/{tenant}/oauth2/v2.0/token");
        self
    }

    pub fn set(mut self, name: &str, value: &str) -> Self {
        match self.fields.iter_mut().find(|(n, _)| n == name) {
            Some(field) => value.clone_into(&mut field.1),
            None => self.fields.push((name.to_owned(), value.to_owned())),
        }
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(n, _)| n != name);
        self
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(n, _)| !n.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn body(mut self, body: &[u8]) -> Self {
        self.raw_body = Some(body.to_vec());
        self
    }

    pub fn form(&self) -> Vec<u8> {
        let pairs: Vec<String> = self
            .fields
            .iter()
            .map(|(n, v)| format!("{}={}", encode(n), encode(v)))
            .collect();
        pairs.join("&").into_bytes()
    }

    pub fn bytes(&self) -> Vec<u8> {
        let body = self.raw_body.clone().unwrap_or_else(|| self.form());
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.target);
        for (name, value) in &self.headers {
            head = format!("{head}{name}: {value}\r\n");
        }
        head = format!(
            "{head}Connection: close\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        [head.into_bytes(), body].concat()
    }

    pub fn send(&self, server: &Server) -> Reply {
        raw(server, &self.bytes()).unwrap()
    }
}

/// The right request.
pub fn ask() -> Ask {
    Ask::default()
}

pub fn get(server: &Server, target: &str, headers: &[(&str, &str)]) -> Reply {
    let mut head = format!("GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
    for (name, value) in headers {
        head = format!("{head}{name}: {value}\r\n");
    }
    raw(server, format!("{head}\r\n").as_bytes()).unwrap()
}
