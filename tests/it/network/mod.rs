//! The connection to the authority, through the real binary: proxies and their settings, TLS with
//! each kind of bad certificate, roots of trust, time limits, and a machine without free resources.

mod clouds;
mod lifetime;
mod limits;
mod proxy;
mod roots;
mod tls;

use crate::doctor::{doctor, enrolled_unproved};
use crate::support::{Run, Sandbox};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A profile that never signed in.
fn cold() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.login(&["--no-verify"]).expect(0);
    sandbox
}

/// One sign-in, even with a cached token.
fn sign_in(sandbox: &Sandbox) -> Run {
    sandbox.run(&["token", "--no-cache"])
}

/// Uses a new record from now on: Entra and ropc treat many sign-ins in five minutes as a loop.
fn fresh_record(sandbox: &mut Sandbox) {
    let number = sandbox.emulator.connections();
    let state = sandbox.root().join(format!("state-{number}"));
    sandbox.set_env("ROPC_STATE_DIR", state.to_str().unwrap());
}

/// A listener on loopback that answers each connection with the same bytes, or opens the tunnel
/// that CONNECT asks for.
struct Peer {
    port: u16,
    heads: Arc<Mutex<Vec<String>>>,
}

#[derive(Clone, Copy)]
enum Script {
    /// A tunnel, as CONNECT asks.
    Tunnel,
    /// A tunnel to this port, whatever CONNECT asks.
    To(u16),
    /// These bytes after the first of the other side, then the end.
    Says(&'static [u8]),
}

impl Peer {
    fn start(script: Script) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let heads = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&heads);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let seen = Arc::clone(&seen);
                std::thread::spawn(move || serve(stream, script, &seen));
            }
        });
        Self { port, heads }
    }

    /// The first bytes of each connection, one entry each.
    fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }

    fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }
}

fn serve(mut stream: TcpStream, script: Script, seen: &Mutex<Vec<String>>) {
    let mut head = vec![0; 4096];
    let Ok(length) = stream.read(&mut head) else {
        return;
    };
    let head = String::from_utf8_lossy(&head[..length]).into_owned();
    let target = head.split(' ').nth(1).unwrap_or_default().to_owned();
    seen.lock().unwrap().push(head);
    match script {
        // The other side may have closed already.
        Script::Says(bytes) => {
            let _ = stream.write_all(bytes);
            let _ = stream.shutdown(std::net::Shutdown::Write);
            let _ = stream.read(&mut [0; 4096]);
        }
        Script::Tunnel | Script::To(_) => {
            let port = match script {
                Script::To(port) => port,
                _ => target.rsplit(':').next().unwrap().parse().unwrap(),
            };
            let there = TcpStream::connect(("127.0.0.1", port)).unwrap();
            stream
                .write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")
                .unwrap();
            let (from, to) = (stream.try_clone().unwrap(), there.try_clone().unwrap());
            std::thread::spawn(move || relay(from, to));
            relay(there, stream);
        }
    }
}

fn relay(mut from: TcpStream, mut to: TcpStream) {
    let _ = std::io::copy(&mut from, &mut to);
    let _ = to.shutdown(std::net::Shutdown::Write);
}
