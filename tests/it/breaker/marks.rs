//! The mark of an attempt: on the disk before the first byte of the form leaves, and not before
//! that byte can leave.

use crate::support::broker::{read_record, record};
use crate::support::{Run, Sandbox};
use entra_emulator::{Config, Fault, Hold, Server, Times};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::ExitStatusExt;
use std::process::Child;
use std::time::Duration;

fn marks(sandbox: &Sandbox) -> usize {
    match record(sandbox, "user-") {
        Some(_) => read_record(sandbox)["sent"].as_array().unwrap().len(),
        None => 0,
    }
}

/// How far a listener lets a connection come before it falls silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Until {
    /// It is accepted.
    Tcp,
    /// A proxy has read CONNECT.
    Connect,
    /// A proxy has answered it, and nothing answers the handshake behind it.
    Tunnel,
}

/// A listener that lets one connection come that far, and then reports it.
fn silent(until: Until) -> (u16, std::sync::mpsc::Receiver<TcpStream>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (reached, events) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut head = [0u8; 512];
            if until != Until::Tcp && stream.read(&mut head).is_err() {
                return;
            }
            if until == Until::Tunnel {
                // The first byte of the handshake shows that the client uses the tunnel.
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
                let _ = stream.read(&mut head[..1]);
            }
            if reached.send(stream).is_err() {
                return;
            }
        }
    });
    (port, events)
}

/// `login --no-verify` at this authority.
fn enrol(sandbox: &Sandbox, authority: &str, ca: &str) {
    let mut args: Vec<String> = [
        "login",
        "--secrets-stdin",
        "--store",
        "file",
        "--key-source",
        "key-file",
        "--no-verify",
        "--yes",
    ]
    .map(str::to_owned)
    .into();
    args.extend(sandbox.facts());
    *args.last_mut().unwrap() = sandbox.root().join(ca).display().to_string();
    authority.clone_into(args.iter_mut().find(|a| a.starts_with("https://")).unwrap());
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    sandbox
        .run_with_input(&args, &sandbox.secrets_json())
        .expect(0);
}

fn send_signal(child: &Child, signal: i32) {
    #[allow(unsafe_code, reason = "the standard library sends SIGKILL only")]
    // SAFETY: kill has no preconditions; the child was not waited for, so the id is its own.
    unsafe {
        libc::kill(libc::pid_t::try_from(child.id()).unwrap(), signal);
    }
}

fn killed(sandbox: &Sandbox, mut child: Child, signal: i32, at: &str) -> Run {
    send_signal(&child, signal);
    let status = child.wait().unwrap();
    assert_eq!(status.signal(), Some(signal), "{at}");
    sandbox.keep(at, child.wait_with_output().unwrap())
}

#[test]
fn a_run_that_is_killed_before_the_first_byte_can_leave_leaves_no_mark() {
    for until in [Until::Tcp, Until::Connect, Until::Tunnel] {
        for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGKILL] {
            let mut sandbox = Sandbox::new();
            let (port, reached) = silent(until);
            if until == Until::Tcp {
                enrol(&sandbox, &format!("https://localhost:{port}"), "ca.pem");
            } else {
                let authority = sandbox.emulator.authority();
                enrol(&sandbox, &authority, "ca.pem");
                sandbox.set_env("HTTPS_PROXY", &format!("http://127.0.0.1:{port}"));
            }
            for _ in 0..3 {
                let child = sandbox.command(["token"]).spawn().unwrap();
                let stream = reached.recv_timeout(Duration::from_secs(30)).unwrap();
                killed(
                    &sandbox,
                    child,
                    signal,
                    &format!("{until:?}, signal {signal}"),
                );
                drop(stream);
            }
            assert_eq!(marks(&sandbox), 0, "{until:?}, signal {signal}");
            assert_eq!(sandbox.emulator.token_requests(), 0);
        }
    }
}

#[test]
fn control_a_run_that_is_killed_while_it_waits_for_the_answer_leaves_one() {
    for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGKILL] {
        let sandbox = Sandbox::new();
        sandbox.login(&["--no-verify"]).expect(0);
        let hold = Hold::new();
        sandbox
            .emulator
            .inject(Fault::Hold(hold.clone()), Times::Once);
        let child = sandbox.command(["token"]).spawn().unwrap();
        assert!(hold.wait_for(1, Duration::from_secs(30)));
        killed(&sandbox, child, signal, &format!("signal {signal}"));
        assert_eq!(marks(&sandbox), 1, "signal {signal}");
    }
}

#[test]
fn the_mark_is_on_the_disk_before_the_service_gets_a_byte_of_the_form() {
    let sandbox = Sandbox::new();
    sandbox.login(&["--no-verify"]).expect(0);
    let mut command = sandbox.command(["token"]);
    command.env("ROPC_TEST_CRASH_AT", "attempt-recorded");
    assert_eq!(
        sandbox.finish("token", command, &[]).signal,
        Some(libc::SIGABRT)
    );
    assert_eq!((marks(&sandbox), sandbox.emulator.token_requests()), (1, 0));
    assert!(
        sandbox.emulator.connections() >= 1,
        "there was a connection"
    );
}

#[test]
fn if_the_mark_cannot_be_written_nothing_is_sent() {
    let sandbox = Sandbox::new();
    sandbox.login(&["--no-verify"]).expect(0);
    // The first read finds a directory in place of the record; writing the mark finds one that
    // comes later.
    sandbox
        .emulator
        .inject(Fault::DelayHandshake(Duration::from_secs(2)), Times::Once);
    let child = sandbox.command(["token"]).spawn().unwrap();
    let end = std::time::Instant::now() + Duration::from_secs(30);
    while sandbox.emulator.connections() == 0 && std::time::Instant::now() < end {
        std::thread::sleep(Duration::from_millis(5));
    }
    let dir = crate::support::broker::record_dir(&sandbox);
    let lock = std::fs::read_dir(&dir)
        .unwrap()
        .map(|e| e.unwrap().path())
        .find(|p| {
            p.file_name()
                .unwrap()
                .to_string_lossy()
                .starts_with("user-")
        })
        .unwrap();
    std::fs::create_dir(lock.with_extension("json")).unwrap();
    let run = sandbox
        .keep("token", child.wait_with_output().unwrap())
        .expect(3);
    run.says(&[
        "cannot be written, so no password is sent",
        "ROPC_STATE_DIR",
    ]);
    assert_eq!(sandbox.emulator.token_requests(), 0);
}

#[test]
fn a_refused_connection_leaves_no_mark() {
    let sandbox = Sandbox::new();
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    enrol(&sandbox, &format!("https://localhost:{port}"), "ca.pem");
    for _ in 0..4 {
        sandbox
            .run(&["token"])
            .expect(6)
            .says(&["refused the connection"]);
    }
    assert_eq!(marks(&sandbox), 0);
}

#[test]
fn a_failed_handshake_leaves_no_mark_and_sends_nothing() {
    let sandbox = Sandbox::new();
    let other = Server::start(Config::contoso());
    other.write_ca(&sandbox.root().join("other.pem")).unwrap();
    enrol(&sandbox, &sandbox.emulator.authority(), "other.pem");
    for _ in 0..4 {
        assert_eq!(sandbox.run(&["token"]).code, Some(6));
    }
    assert_eq!((sandbox.emulator.token_requests(), marks(&sandbox)), (0, 0));
    assert!(sandbox.emulator.connections() >= 4, "it was reached");
}

#[test]
fn too_few_descriptors_leave_no_mark() {
    let sandbox = Sandbox::new();
    sandbox.login(&["--no-verify"]).expect(0);
    let mut codes = Vec::new();
    for limit in 4..16 {
        let mut command = sandbox.program("sh");
        command
            .args(["-c", "ulimit -n \"$1\"; shift; exec \"$@\"", "sh"])
            .arg(limit.to_string())
            .args([crate::support::ROPC, "token"]);
        let run = sandbox.finish(&format!("token with {limit} descriptors"), command, &[]);
        if run.code == Some(0) {
            break;
        }
        assert_eq!(
            (marks(&sandbox), sandbox.emulator.token_requests()),
            (0, 0),
            "{limit}: {run:?}"
        );
        codes.push(run.code);
    }
    assert!(codes.len() > 1, "the control: fewer do not suffice");
}
