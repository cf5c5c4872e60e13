//! One connection to the session bus: address, log-in, calls with their replies, signals. Blocking,
//! each wait bounded by the connection's deadline. Calls are collected and sent when a reply is
//! waited for, so that several cost one way.
//!
//! Not here: the wire format (`message.rs`, `wire.rs`), the calls and their order (`bus.rs`).

use crate::fault::Fault;
use crate::local_socket::{LocalName, connect_local, effective_uid, peer_uid};
use crate::message::{self, Call, Message, Sort};
use crate::options::Options;
use crate::wire::{Malformed, Writer};
use std::collections::VecDeque;
use std::fmt::Write as _;
use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

pub(crate) const BUS: &str = "org.freedesktop.DBus";
pub(crate) const BUS_PATH: &str = "/org/freedesktop/DBus";

/// How much is written at once: as much as the kernel takes as one piece.
const PIECE: usize = 32 * 1024;

/// How many messages are kept until they are asked for. A prompt has one signal.
const MOST_WAITING: usize = 64;

/// The number of a call, to fetch its reply by.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ticket(u32);

pub(crate) struct Connection {
    stream: UnixStream,
    end: Instant,
    /// No bound goes beyond it.
    limit: Instant,
    last: u32,
    /// The first call, which must be answered before any other.
    hello: Option<Ticket>,
    to_send: Zeroizing<Vec<u8>>,
    /// The calls that were not answered yet.
    unanswered: Vec<Ticket>,
    /// The sender that answered for the provider. The bus guarantees the name of a sender.
    provider: Option<String>,
    /// Received messages that were not asked for yet.
    waiting: VecDeque<Message>,
    received: Zeroizing<Vec<u8>>,
    /// The largest part of a message that is read.
    largest: usize,
}

impl Connection {
    /// Connects and logs in, within the options' deadline, which then bounds everything that
    /// follows.
    pub(crate) fn open(options: &Options) -> Result<Self, Fault> {
        let start = Instant::now();
        let end = start + options.deadline;
        let stream = dial(options, end)?;
        let mut this = Self {
            stream,
            end,
            limit: start + options.limit(),
            last: 0,
            hello: None,
            to_send: Zeroizing::new(Vec::new()),
            unanswered: Vec::new(),
            provider: None,
            waiting: VecDeque::new(),
            received: Zeroizing::new(Vec::with_capacity(4096)),
            largest: options.largest_part(),
        };
        // All of it in one go: the bus reads the log-in up to `BEGIN`, and what follows are
        // messages.
        let uid = hex(&effective_uid().to_string());
        this.to_send
            .extend_from_slice(format!("\0AUTH EXTERNAL {uid}\r\nBEGIN\r\n").as_bytes());
        let hello = Call {
            to: BUS,
            path: BUS_PATH,
            interface: BUS,
            method: "Hello",
            signature: "",
            body: Writer::default(),
        };
        this.hello = Some(this.ask(&hello));
        Ok(this)
    }

    /// Another bound for what follows, from now on, within that of the whole.
    pub(crate) fn allow(&mut self, time: Duration) {
        self.end = self.limit.min(Instant::now() + time);
    }

    /// What the bus says to the log-in. It compares the uid that was named with what the kernel
    /// says of the socket. A refusal shows as such or, from dbus-daemon, as a connection that is
    /// closed.
    fn welcome(&mut self, hello: Ticket) -> Result<(), Fault> {
        // Byte by byte, as what follows is no line any more; a line is short.
        let mut line = Vec::new();
        while !line.ends_with(b"\r\n") {
            let mut byte = [0u8];
            if line.len() > 512 || self.read(&mut byte)? == 0 {
                return Err(Fault::BusRefused);
            }
            line.push(byte[0]);
        }
        if !line.starts_with(b"OK") {
            return Err(Fault::BusRefused);
        }
        self.answer(hello).map(drop)
    }

    /// Takes a call along with the next ones.
    pub(crate) fn ask(&mut self, call: &Call<'_>) -> Ticket {
        self.last += 1;
        let message = call.encode(self.last);
        self.to_send.extend_from_slice(&message);
        let ticket = Ticket(self.last);
        self.unanswered.push(ticket);
        ticket
    }

    /// The reply to a call; an error reply is its fault.
    pub(crate) fn reply(&mut self, ticket: Ticket) -> Result<Message, Fault> {
        let flushed = self.flush();
        if let Some(hello) = self.hello.take() {
            flushed.map_err(refused)?;
            self.welcome(hello).map_err(refused)?;
        } else {
            flushed?;
        }
        self.answer(ticket)
    }

    fn answer(&mut self, ticket: Ticket) -> Result<Message, Fault> {
        let message = self.next(|m| m.is_reply() && m.reply_to == ticket.0)?;
        if message.sender != BUS
            && *self.provider.get_or_insert_with(|| message.sender.clone()) != message.sender
        {
            // It was restarted and does not know our session, or another program answers in its
            // place.
            return Err(Fault::DaemonGone);
        }
        if message.sort == Sort::Error {
            Err(Fault::from_name(&message.error))
        } else {
            Ok(message)
        }
    }

    /// The next signal of the provider or of the bus.
    pub(crate) fn signal(&mut self) -> Result<Message, Fault> {
        self.flush()?;
        self.next(|m| m.sort == Sort::Signal)
    }

    fn next(&mut self, wanted: impl Fn(&Message) -> bool) -> Result<Message, Fault> {
        if let Some(found) = self
            .waiting
            .iter()
            .position(&wanted)
            .and_then(|at| self.waiting.remove(at))
        {
            return Ok(found);
        }
        loop {
            let message = self.receive()?;
            if !self.admits(&message) {
                continue;
            }
            self.unanswered
                .retain(|ticket| !message.is_reply() || ticket.0 != message.reply_to);
            if wanted(&message) {
                return Ok(message);
            }
            self.waiting.push_back(message);
        }
    }

    /// True if the message is kept. All others are dropped: every program on the bus may send us
    /// any number of messages.
    fn admits(&self, message: &Message) -> bool {
        match message.sort {
            Sort::Return | Sort::Error => self.unanswered.contains(&Ticket(message.reply_to)),
            Sort::Signal => {
                let known =
                    message.sender == BUS || self.provider.as_ref() == Some(&message.sender);
                known && self.waiting.len() < MOST_WAITING
            }
            Sort::Other => false,
        }
    }

    fn receive(&mut self) -> Result<Message, Fault> {
        self.fill(message::PREFIX)?;
        let prefix = self.received.first_chunk().ok_or(Malformed)?;
        let length = message::length_of(prefix, self.largest)?;
        self.fill(length)?;
        let message = Message::decode(&self.received[..length])?;
        self.received.drain(..length);
        Ok(message)
    }

    /// Reads at least this many bytes. More bytes stay for the next message.
    fn fill(&mut self, length: usize) -> Result<(), Fault> {
        let mut part = [0u8; 4096];
        while self.received.len() < length {
            match self.read(&mut part)? {
                0 => return Err(Fault::DaemonGone),
                read => self.received.extend_from_slice(&part[..read]),
            }
        }
        Ok(())
    }

    fn read(&mut self, into: &mut [u8]) -> Result<usize, Fault> {
        uninterrupted(|| {
            self.stream
                .set_read_timeout(Some(self.left()?))
                .map_err(|e| lost(&e))?;
            Ok((&self.stream).read(into))
        })
    }

    fn flush(&mut self) -> Result<(), Fault> {
        let mut sent = 0;
        while sent < self.to_send.len() {
            let end = self.to_send.len().min(sent + PIECE);
            let written = uninterrupted(|| {
                // The bound is that of a piece, in the kernel as well: who takes one after the
                // other would get the time for each.
                self.stream
                    .set_write_timeout(Some(self.left()?))
                    .map_err(|e| lost(&e))?;
                Ok((&self.stream).write(&self.to_send[sent..end]))
            })?;
            if written == 0 {
                return Err(Fault::DaemonGone);
            }
            sent += written;
        }
        self.to_send.clear();
        Ok(())
    }

    /// A time-out of zero would mean "none".
    fn left(&self) -> Result<Duration, Fault> {
        until(self.end)
    }
}

/// As the log-in writes the account.
fn hex(text: &str) -> String {
    text.bytes().fold(String::new(), |mut digits, byte| {
        // Writing into a string cannot fail.
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

/// Makes a system call, and again each time a signal interrupts it, as Ctrl-Z and `fg` do.
fn uninterrupted<T>(mut call: impl FnMut() -> Result<io::Result<T>, Fault>) -> Result<T, Fault> {
    loop {
        match call()? {
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            done => return done.map_err(|e| lost(&e)),
        }
    }
}

fn until(end: Instant) -> Result<Duration, Fault> {
    Some(end.saturating_duration_since(Instant::now()))
        .filter(|left| !left.is_zero())
        .ok_or(Fault::TimedOut)
}

impl From<Malformed> for Fault {
    fn from(_: Malformed) -> Self {
        Self::other("unexpected D-Bus reply")
    }
}

/// Before the bus has said welcome, a connection that is closed is a refusal.
fn refused(fault: Fault) -> Fault {
    if fault == Fault::DaemonGone {
        Fault::BusRefused
    } else {
        fault
    }
}

/// An error on an open connection.
fn lost(error: &io::Error) -> Fault {
    match error.kind() {
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => Fault::TimedOut,
        _ => Fault::DaemonGone,
    }
}

/// Tries the addresses in their order; the last failure counts.
fn dial(options: &Options, end: Instant) -> Result<UnixStream, Fault> {
    let mut fault = Fault::NoBus;
    for place in places(options) {
        let dialled = connect_local(&place, until(end)?);
        match dialled.and_then(|stream| Ok((peer_uid(&stream)?, stream))) {
            // An address outlives its bus, and then another account may listen there: in a
            // directory for all, or anywhere in the namespace without files. It would get every
            // secret, so nothing is sent to it.
            Ok((uid, stream)) if uid == effective_uid() || uid == 0 => return Ok(stream),
            Ok(_) => fault = Fault::BusRefused,
            Err(e) if e.kind() == io::ErrorKind::PermissionDenied => fault = Fault::BusRefused,
            // The bus takes no connection: stopped, with a full queue.
            Err(e) if e.kind() == io::ErrorKind::WouldBlock => fault = Fault::TimedOut,
            Err(_) => {}
        }
    }
    Err(fault)
}

/// The given address, else that of the session, else where the bus of an account without a session
/// is.
#[expect(
    clippy::disallowed_methods,
    reason = "where the bus of this session is, as every D-Bus library reads it"
)]
fn places(options: &Options) -> Vec<LocalName> {
    let of_session = || {
        std::env::var("DBUS_SESSION_BUS_ADDRESS")
            .ok()
            .filter(|address| !address.is_empty())
    };
    if let Some(addresses) = options.address.clone().or_else(of_session) {
        return addresses.split(';').filter_map(place).collect();
    }
    let runtime = std::env::var_os("XDG_RUNTIME_DIR")
        .map(PathBuf::from)
        .filter(|dir| dir.is_absolute());
    let runtime =
        runtime.unwrap_or_else(|| PathBuf::from(format!("/run/user/{}", effective_uid())));
    vec![LocalName::Path(
        runtime.join("bus").into_os_string().into_encoded_bytes(),
    )]
}

/// Where a bus listens, of an address as `unix:path=/run/user/1000/bus,guid=...`. Only sockets of
/// this machine: the secrets of an account do not belong on a network.
fn place(address: &str) -> Option<LocalName> {
    address
        .strip_prefix("unix:")?
        .split(',')
        .find_map(|pair| match pair.split_once('=')? {
            ("path", value) => Some(LocalName::Path(unescaped(value)?)),
            ("abstract", value) => Some(LocalName::Abstract(unescaped(value)?)),
            _ => None,
        })
}

/// `%20` is a blank.
fn unescaped(value: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        if *first == b'%' {
            let ([high, low], after) = after.split_first_chunk()?;
            bytes.push((digit(*high)? << 4) | digit(*low)?);
            rest = after;
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    // NUL ends a path for the system.
    (!bytes.is_empty() && !bytes.contains(&0)).then_some(bytes)
}

/// The value of one hexadecimal digit: `from_str_radix` takes a sign, too.
fn digit(c: u8) -> Option<u8> {
    char::from(c).to_digit(16)?.try_into().ok()
}

#[cfg(test)]
mod tests;
