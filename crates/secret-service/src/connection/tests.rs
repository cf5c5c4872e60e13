//! A connection whose other side is slow, sends too much or is another program.

use super::*;
use crate::message::PREFIX;
use crate::prompt::perform;
use std::os::unix::net::UnixListener;
use std::thread;

#[test]
fn addresses_are_read_as_the_specification_says() {
    let path = |text: &str| Some(LocalName::Path(text.into()));
    assert_eq!(place("unix:path=/run/user/0/bus"), path("/run/user/0/bus"));
    assert_eq!(place("unix:guid=12,path=/tmp/a%20b"), path("/tmp/a b"));
    assert_eq!(
        place("unix:abstract=/tmp/x,guid=1"),
        Some(LocalName::Abstract("/tmp/x".into()))
    );
    for bad in [
        "",
        "unix:",
        "unix:path=",
        "unix:path=%zz",
        "unix:path=%2",
        "unix:path=%+f",
        "unix:path=a%00b",
        "tcp:host=x",
        "path=/x",
    ] {
        assert_eq!(place(bad), None, "{bad}");
    }
}

/// The other side of one connection, after the log-in.
struct Peer(UnixStream);

/// A bus that lets one client in, greets it, and then does this. Its directory lives as long as the
/// first value.
fn bus(
    script: impl FnOnce(Peer) -> io::Result<()> + Send + 'static,
) -> (tempfile::TempDir, Options) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("bus");
    let listener = UnixListener::bind(&path).unwrap();
    thread::spawn(move || -> io::Result<()> {
        let mut peer = Peer(listener.accept()?.0);
        let mut line = Vec::new();
        while !line.ends_with(b"BEGIN\r\n") {
            let mut byte = [0u8];
            peer.0.read_exact(&mut byte)?;
            line.push(byte[0]);
        }
        peer.0.write_all(b"OK 0123456789abcdef\r\n")?;
        let (hello, _) = peer.call()?;
        peer.answer(hello, BUS)?;
        // A failure here means that the client left.
        script(peer)
    });
    let address = Some(format!("unix:path={}", path.display()));
    (
        dir,
        Options {
            address,
            deadline: Duration::from_millis(500),
            ..Options::default()
        },
    )
}

impl Peer {
    /// The next call: its number and its method.
    fn call(&mut self) -> io::Result<(u32, String)> {
        let mut bytes = vec![0u8; PREFIX];
        self.0.read_exact(&mut bytes)?;
        bytes.resize(
            message::length_of(bytes.first_chunk().unwrap(), 4096).unwrap(),
            0,
        );
        self.0.read_exact(&mut bytes[PREFIX..])?;
        let serial = u32::from_le_bytes(bytes[8..12].try_into().unwrap());
        Ok((serial, Message::decode(&bytes).unwrap().member))
    }

    /// An empty reply.
    fn answer(&mut self, call: u32, sender: &str) -> io::Result<()> {
        self.0
            .write_all(&frame(2, call, &[(7, "s", sender)], &Writer::default()))
    }

    /// The end of a prompt.
    fn completed(&mut self, sender: &str, path: &str, dismissed: bool) -> io::Result<()> {
        let mut body = Writer::default();
        body.boolean(dismissed);
        body.signature("s");
        body.text("");
        let fields = [
            (1, "o", path),
            (3, "s", "Completed"),
            (7, "s", sender),
            (8, "g", "bv"),
        ];
        self.0.write_all(&frame(4, 0, &fields, &body))
    }
}

/// A message as a bus passes it on; `reply_to` is left out when it is 0.
fn frame(sort: u8, reply_to: u32, fields: &[(u8, &str, &str)], body: &Writer) -> Vec<u8> {
    let mut w = Writer::default();
    for byte in [b'l', sort, 0, 1] {
        w.byte(byte);
    }
    w.number(crate::wire::length(body.bytes.len()));
    w.number(1);
    w.array(8, |w| {
        if reply_to != 0 {
            w.structure(|w| {
                w.byte(5);
                w.signature("u");
                w.number(reply_to);
            });
        }
        for (field, kind, value) in fields {
            w.structure(|w| {
                w.byte(*field);
                w.signature(kind);
                if *kind == "g" {
                    w.signature(value);
                } else {
                    w.text(value);
                }
            });
        }
    });
    w.align(8);
    w.bytes.extend_from_slice(&body.bytes);
    w.bytes.to_vec()
}

const PROVIDER: &str = ":1.5";
const STRANGER: &str = ":1.6";
const PROMPT: &str = "/prompt/p1";

fn ping(bus: &mut Connection, body: &[u8]) -> Ticket {
    let mut w = Writer::default();
    w.blob(body);
    bus.ask(&Call {
        to: "a.b",
        path: "/a",
        interface: "a.b",
        method: "Ping",
        signature: "ay",
        body: w,
    })
}

#[test]
fn what_nobody_asked_for_is_not_kept() {
    let (_dir, options) = bus(|mut peer| {
        let (first, _) = peer.call()?;
        for number in 0..5_000 {
            peer.completed(STRANGER, PROMPT, true)?;
            peer.answer(1_000 + number, PROVIDER)?;
            peer.0.write_all(&frame(
                1,
                0,
                &[(1, "o", "/a"), (3, "s", "Ping")],
                &Writer::default(),
            ))?;
        }
        peer.answer(first, PROVIDER)?;
        let (second, _) = peer.call()?;
        // The same answer twice, and more signals of the provider itself than it has reason to
        // send.
        for _ in 0..5_000 {
            peer.answer(first, PROVIDER)?;
            peer.completed(PROVIDER, PROMPT, true)?;
        }
        peer.answer(second, PROVIDER)?;
        peer.call().map(drop)
    });
    let options = Options {
        deadline: Duration::from_secs(10),
        ..options
    };
    let mut bus = Connection::open(&options).unwrap();
    let first = ping(&mut bus, b"");
    bus.reply(first).unwrap();
    assert_eq!(bus.waiting.len(), 0);
    let second = ping(&mut bus, b"");
    bus.reply(second).unwrap();
    assert_eq!(bus.waiting.len(), MOST_WAITING);
}

#[test]
fn a_call_that_a_signal_breaks_off_is_made_again() {
    use io::ErrorKind::{ConnectionReset, Interrupted, WouldBlock};
    let made = |outcomes: &[Option<io::ErrorKind>]| {
        let mut outcomes = outcomes.iter();
        uninterrupted(|| {
            Ok(outcomes
                .next()
                .unwrap()
                .map_or(Ok(outcomes.len()), |kind| Err(kind.into())))
        })
    };
    assert_eq!(
        made(&[Some(Interrupted), Some(Interrupted), None, None]),
        Ok(1),
        "and no more often than needed"
    );
    assert_eq!(made(&[Some(WouldBlock), None]), Err(Fault::TimedOut));
    assert_eq!(made(&[Some(ConnectionReset), None]), Err(Fault::DaemonGone));
    assert_eq!(
        uninterrupted(|| Err::<io::Result<()>, _>(Fault::TimedOut)),
        Err(Fault::TimedOut)
    );
}

#[test]
fn a_signal_that_bears_the_number_of_a_call_is_no_answer() {
    let (_dir, options) = bus(|mut peer| {
        for _ in 0..2 {
            let (call, _) = peer.call()?;
            peer.0
                .write_all(&frame(4, call, &[(7, "s", PROVIDER)], &Writer::default()))?;
            peer.answer(call, PROVIDER)?;
        }
        peer.call().map(drop)
    });
    let mut bus = Connection::open(&options).unwrap();
    for _ in 0..2 {
        let ticket = ping(&mut bus, b"");
        assert_eq!(
            bus.reply(ticket).map(|message| message.sort),
            Ok(Sort::Return)
        );
    }
}

#[test]
fn another_sender_is_not_taken_for_the_provider() {
    let (_dir, options) = bus(|mut peer| {
        for sender in [PROVIDER, PROVIDER, BUS, STRANGER] {
            let (call, _) = peer.call()?;
            peer.answer(call, sender)?;
        }
        peer.call().map(drop)
    });
    let mut bus = Connection::open(&options).unwrap();
    for expected in [None, None, None, Some(Fault::DaemonGone)] {
        let ticket = ping(&mut bus, b"");
        assert_eq!(bus.reply(ticket).err(), expected);
    }
}

#[test]
fn only_the_provider_ends_its_prompt() {
    let (_dir, options) = bus(|mut peer| {
        let (first, _) = peer.call()?;
        peer.answer(first, PROVIDER)?;
        for _ in 0..2 {
            let (add_match, _) = peer.call()?;
            peer.answer(add_match, BUS)?;
        }
        let (prompt, _) = peer.call()?;
        // Before and after the answer, as providers do both.
        peer.completed(STRANGER, PROMPT, true)?;
        peer.answer(prompt, PROVIDER)?;
        peer.completed(STRANGER, PROMPT, true)?;
        peer.completed(PROVIDER, "/prompt/p2", true)?;
        peer.completed(PROVIDER, PROMPT, false)?;
        peer.call().map(drop)
    });
    let mut bus = Connection::open(&options).unwrap();
    let first = ping(&mut bus, b"");
    bus.reply(first).unwrap();
    let done = perform(&mut bus, PROMPT).unwrap().expect("a signal");
    assert_eq!(
        (done.path.as_str(), done.sender.as_str()),
        (PROMPT, PROVIDER)
    );
}

#[test]
fn endless_signals_do_not_outlast_the_deadline() {
    let (_dir, options) = bus(|mut peer| {
        peer.call()?;
        loop {
            peer.completed(STRANGER, PROMPT, false)?;
        }
    });
    let mut bus = Connection::open(&options).unwrap();
    let start = Instant::now();
    let ticket = ping(&mut bus, b"");
    assert_eq!(bus.reply(ticket).err(), Some(Fault::TimedOut));
    assert!(
        start.elapsed() < options.deadline * 3,
        "{:?}",
        start.elapsed()
    );
}

#[test]
fn a_bus_that_takes_a_message_in_sips_does_not_outlast_the_deadline() {
    let (_dir, options) = bus(|mut peer| {
        let (first, _) = peer.call()?;
        peer.answer(first, PROVIDER)?;
        let mut sip = vec![0u8; 40 * 1024];
        // Four megabytes take it ten seconds.
        while peer.0.read(&mut sip)? > 0 {
            thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    });
    let mut bus = Connection::open(&options).unwrap();
    let first = ping(&mut bus, b"");
    bus.reply(first).unwrap();
    let start = Instant::now();
    let ticket = ping(&mut bus, &vec![0; 4 * 1024 * 1024]);
    assert_eq!(bus.reply(ticket).err(), Some(Fault::TimedOut));
    assert!(
        start.elapsed() < options.deadline * 3,
        "{:?}",
        start.elapsed()
    );
}

#[test]
fn no_bound_goes_beyond_that_of_the_whole() {
    let (_dir, options) = bus(|_| Ok(()));
    let mut bus = Connection::open(&options).unwrap();
    bus.allow(Duration::from_secs(60));
    assert!(bus.left().unwrap() <= options.deadline);
    let (_dir, options) = self::bus(|_| Ok(()));
    let mut bus = Connection::open(&Options {
        unlock: Some(Duration::from_secs(20)),
        ..options
    })
    .unwrap();
    bus.allow(Duration::from_secs(20));
    assert!(
        bus.left().unwrap() > Duration::from_secs(19),
        "control: a person gets their time"
    );
}

#[test]
fn a_bus_that_takes_no_connection_costs_the_deadline_of_a_piece_of_work() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("bus");
    let _listener = crate::local_socket::listen_to_one(&path).unwrap();
    let _waits = UnixStream::connect(&path).unwrap();
    let address = Some(format!("unix:path={}", path.display()));
    let unlock = Some(Duration::from_secs(60));
    let (sender, answer) = std::sync::mpsc::channel();
    thread::spawn(move || {
        let opened = Connection::open(&Options {
            address,
            deadline: Duration::from_millis(300),
            unlock,
            ..Options::default()
        });
        sender.send(opened.err())
    });
    assert_eq!(
        answer.recv_timeout(Duration::from_secs(5)),
        Ok(Some(Fault::TimedOut))
    );
}
