//! A keyring for tests that gives a client no item of another client, as `KeePassXC` does by
//! default. It is between a program and the real bus, and answers such a `GetSecret` itself. Std
//! only. No assertions about `ropc`.

use std::io::{self, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;

/// The length of the part of a header that says how long the rest is, in bytes.
const PREFIX: usize = 16;

/// Listens at `socket` until the process ends, and forwards everything to the bus at `bus`. Both
/// are paths.
pub fn start(socket: &Path, bus: &Path) {
    let (listener, bus) = (
        UnixListener::bind(socket).expect("a socket"),
        bus.to_owned(),
    );
    thread::spawn(move || {
        for client in listener.incoming() {
            let bus = bus.clone();
            thread::spawn(move || -> io::Result<()> { serve(client?, UnixStream::connect(bus)?) });
        }
    });
}

/// One client, until either side ends.
fn serve(mut client: UnixStream, mut bus: UnixStream) -> io::Result<()> {
    pass_line(&mut client, &mut bus, b"BEGIN\r\n")?;
    pass_line(&mut bus, &mut client, b"\r\n")?;
    // Forward whole messages only, so that our answer is never inside another. And note the
    // keyring's name on the bus: clients ignore answers of others.
    let to_client = Arc::new(Mutex::new((client.try_clone()?, Vec::new())));
    let (answers, mut from_bus) = (Arc::clone(&to_client), bus.try_clone()?);
    let back = thread::spawn(move || -> io::Result<()> {
        loop {
            let message = message(&mut from_bus)?;
            let mut client = answers.lock().expect("not poisoned");
            if let Some(name) = keyring_in(&message) {
                client.1 = name;
            }
            client.0.write_all(&message)?;
        }
    });
    let mut has_stored = false;
    while let Ok(message) = message(&mut client) {
        has_stored |= names(&message, "CreateItem");
        if names(&message, "GetSecret") && !has_stored {
            let serial = message[8..12].try_into().expect("four bytes");
            let mut client = to_client.lock().expect("not poisoned");
            let answer = locked(serial, &client.1);
            client.0.write_all(&answer)?;
        } else if bus.write_all(&message).is_err() {
            break;
        }
    }
    let _ = bus.shutdown(std::net::Shutdown::Both);
    let _ = back.join();
    Ok(())
}

fn pass_line(from: &mut UnixStream, to: &mut UnixStream, end: &[u8]) -> io::Result<()> {
    let mut line = Vec::new();
    while !line.ends_with(end) {
        let mut byte = [0];
        from.read_exact(&mut byte)?;
        line.push(byte[0]);
    }
    to.write_all(&line)
}

/// Reads a whole message, little-endian as both sides write it here.
fn message(from: &mut UnixStream) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; PREFIX];
    from.read_exact(&mut bytes)?;
    assert_eq!(bytes[0], b'l', "little-endian");
    let number =
        |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes")) as usize;
    let length = (PREFIX + number(12)).next_multiple_of(8) + number(4);
    bytes.resize(length, 0);
    from.read_exact(&mut bytes[PREFIX..])?;
    Ok(bytes)
}

/// True if the message names this method. No secret contains it in the clear.
fn names(message: &[u8], method: &str) -> bool {
    message
        .windows(method.len())
        .any(|window| window == method.as_bytes())
}

/// The sender, if it is a program and not the bus itself.
fn keyring_in(message: &[u8]) -> Option<Vec<u8>> {
    const SENDER: &[u8] = b"\x07\x01s\0";
    let at = message
        .windows(SENDER.len())
        .position(|window| window == SENDER)?
        + SENDER.len();
    let length = u32::from_le_bytes(message.get(at..at + 4)?.try_into().ok()?) as usize;
    message
        .get(at + 4..at + 4 + length)
        .filter(|name| name.starts_with(b":"))
        .map(<[u8]>::to_vec)
}

/// The error reply of this sender to the call of this number.
fn locked(serial: [u8; 4], sender: &[u8]) -> Vec<u8> {
    let mut fields = vec![5, 1, b'u', 0];
    fields.extend(serial);
    for (field, text) in [
        (4, &b"org.freedesktop.Secret.Error.IsLocked"[..]),
        (7, sender),
    ] {
        fields.resize(fields.len().next_multiple_of(8), 0);
        fields.extend([field, 1, b's', 0]);
        fields.extend(u32::try_from(text.len()).expect("short").to_le_bytes());
        fields.extend(text);
        fields.push(0);
    }
    let mut bytes = vec![b'l', 3, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0];
    bytes.extend(u32::try_from(fields.len()).expect("short").to_le_bytes());
    bytes.extend(&fields);
    bytes.resize(bytes.len().next_multiple_of(8), 0);
    bytes
}
