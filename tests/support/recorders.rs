//! Two relays on this machine that record the traffic: one for TCP, before the emulator, which sees
//! TLS records; one for the session bus, which sees D-Bus messages. They record what an observer of
//! the wire sees.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// The direction (true from the client), the number of the connection, and the bytes.
type Passed = (bool, usize, Vec<u8>);

/// A connected socket, of TCP or of Unix.
trait Stream: Read + Write + Send + Sized + 'static {
    /// The same socket once more.
    fn again(&self) -> Self;

    /// Says to the other side that nothing more comes.
    fn end(&self);
}

impl Stream for TcpStream {
    fn again(&self) -> Self {
        self.try_clone().unwrap()
    }

    fn end(&self) {
        let _ = self.shutdown(Shutdown::Write);
    }
}

impl Stream for UnixStream {
    fn again(&self) -> Self {
        self.try_clone().unwrap()
    }

    fn end(&self) {
        let _ = self.shutdown(Shutdown::Write);
    }
}

/// The traffic of both directions of every connection, in order of arrival.
#[derive(Clone, Default)]
struct Tape(Arc<Mutex<Vec<Passed>>>);

impl Tape {
    /// Copies from one end to the other and records it. `up` is the direction from the client.
    fn relay<S: Stream>(&self, up: bool, connection: usize, mut from: S, mut to: S) {
        let mut buffer = [0u8; 16 * 1024];
        while let Ok(count @ 1..) = from.read(&mut buffer) {
            self.0
                .lock()
                .unwrap()
                .push((up, connection, buffer[..count].to_vec()));
            if to.write_all(&buffer[..count]).is_err() {
                break;
            }
        }
        to.end();
    }

    /// Relays a connection in both directions.
    fn connect<S: Stream>(&self, connection: usize, client: S, server: S) {
        let up = self.clone();
        let down = self.clone();
        let from_server = server.again();
        let to_client = client.again();
        std::thread::spawn(move || up.relay(true, connection, client, server));
        std::thread::spawn(move || down.relay(false, connection, from_server, to_client));
    }

    /// Everything of one direction, by connection.
    fn streams(&self, up: bool) -> Vec<Vec<u8>> {
        let tape = self.0.lock().unwrap();
        let count = tape
            .iter()
            .map(|(_, connection, _)| connection + 1)
            .max()
            .unwrap_or(0);
        let mut streams = vec![Vec::new(); count];
        for (_, connection, bytes) in tape.iter().filter(|(direction, ..)| *direction == up) {
            streams[*connection].extend_from_slice(bytes);
        }
        streams
    }
}

/// A TCP relay. Its threads end with their connections, and the accepting thread with the test.
pub struct TlsRecorder {
    port: u16,
    tape: Tape,
}

impl TlsRecorder {
    /// A relay before a port of this machine.
    pub fn before(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (own, tape) = (listener.local_addr().unwrap().port(), Tape::default());
        let kept = tape.clone();
        std::thread::spawn(move || {
            for (number, client) in listener.incoming().flatten().enumerate() {
                let Ok(server) = TcpStream::connect(("127.0.0.1", port)) else {
                    continue;
                };
                for stream in [&client, &server] {
                    stream.set_nodelay(true).unwrap();
                }
                kept.connect(number, client, server);
            }
        });
        Self { port: own, tape }
    }

    /// `https://localhost:PORT`.
    pub fn authority(&self) -> String {
        format!("https://localhost:{}", self.port)
    }

    /// The encrypted payloads that clients sent: TLS records of type application data that are
    /// longer than the end of a handshake or an alert (RFC 8446 section 5.2). The form is among
    /// them.
    pub fn sent_records(&self) -> Vec<Vec<u8>> {
        let mut records = Vec::new();
        for stream in self.tape.streams(true) {
            let mut rest = stream.as_slice();
            while let [kind, _, _, high, low, after @ ..] = rest {
                let length = usize::from(u16::from_be_bytes([*high, *low]));
                let Some((payload, next)) = after.split_at_checked(length) else {
                    break;
                };
                if *kind == 23 && length > 150 {
                    records.push(payload.to_vec());
                }
                rest = next;
            }
        }
        records
    }
}

/// One secret as it crossed the bus, encrypted.
pub struct SealedSecret {
    pub iv: [u8; 16],
    pub ciphertext: Vec<u8>,
}

/// A relay before a D-Bus socket.
pub struct BusRecorder {
    address: String,
    tape: Tape,
}

impl BusRecorder {
    /// A relay before `unix:path=...`, at the path `own`.
    pub fn before(address: &str, own: &Path) -> Self {
        let path = address
            .strip_prefix("unix:path=")
            .expect("a path")
            .split([',', ';'])
            .next()
            .unwrap()
            .to_owned();
        let listener = UnixListener::bind(own).unwrap();
        let tape = Tape::default();
        let kept = tape.clone();
        std::thread::spawn(move || {
            for (number, client) in listener.incoming().flatten().enumerate() {
                let Ok(server) = UnixStream::connect(&path) else {
                    continue;
                };
                kept.connect(number, client, server);
            }
        });
        Self {
            address: format!("unix:path={}", own.display()),
            tape,
        }
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    /// The encrypted secrets in both directions: the structure (session, parameters, value, content
    /// type) of the Secret Service API, found by its parameters (an initialisation vector of 16
    /// bytes) and its content type.
    pub fn secrets(&self) -> Vec<SealedSecret> {
        let mut found = Vec::new();
        for stream in [self.tape.streams(true), self.tape.streams(false)].concat() {
            for at in 0..stream.len() {
                found.extend(sealed_at(&stream[at..]));
            }
        }
        found
    }

    /// Waits until this many secrets have passed.
    pub fn wait_for(&self, count: usize) -> Vec<SealedSecret> {
        let limit = Instant::now() + Duration::from_secs(5);
        loop {
            let secrets = self.secrets();
            if secrets.len() >= count || Instant::now() > limit {
                return secrets;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// `16, IV, length, ciphertext, length, content type` in little-endian order, as D-Bus marshals it.
/// gnome-keyring returns another content type than it got.
fn sealed_at(bytes: &[u8]) -> Option<SealedSecret> {
    let number =
        |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?) as usize);
    let length = (number(0)? == 16)
        .then(|| number(20))
        .flatten()
        .filter(|l| *l > 0 && *l % 16 == 0 && *l < 65_536)?;
    let after = 24 + length;
    let content = number(after).filter(|length| *length < 64)?;
    let (name, end) = bytes.get(after + 4..after + 5 + content)?.split_at(content);
    let is_type = end == [0] && name.contains(&b'/') && name.iter().all(u8::is_ascii_graphic);
    is_type.then(|| SealedSecret {
        iv: bytes[4..20].try_into().expect("16 bytes"),
        ciphertext: bytes[24..after].to_vec(),
    })
}
