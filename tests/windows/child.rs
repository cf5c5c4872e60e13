//! A Windows command for the tests in this directory: a separate program. The first argument says
//! what it does:
//!
//! - `arguments ...` prints the others, one a line.
//! - `length NAME` prints how long a variable is.
//! - `fetch SECONDS` gets a token for Graph from the endpoint of `exec --serve`, twice, with a
//!   pause; prints both answers.
//! - `keys FILE` survives Ctrl-C, notes each in the file, and ends two seconds after the first with
//!   code 42.
//! - `pulse FILE` lets the file grow ten times a second until `FILE.stop` is there, at most a
//!   minute.
//! - `behind FILE wait|leave` starts a `pulse` and waits for it, or leaves it running.

use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio, exit};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::Duration;

static KEYS: AtomicU32 = AtomicU32::new(0);

unsafe extern "system" {
    fn SetConsoleCtrlHandler(
        handler: Option<unsafe extern "system" fn(u32) -> i32>,
        add: i32,
    ) -> i32;
}

unsafe extern "system" fn on_key(event: u32) -> i32 {
    KEYS.fetch_add(1, Ordering::SeqCst);
    i32::from(event < 2)
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args[..] {
        ["arguments", ref rest @ ..] => rest.iter().for_each(|arg| println!("{arg}")),
        ["length", name] => println!("{}", std::env::var(name).unwrap().len()),
        ["fetch", pause] => {
            println!("{}", fetch());
            sleep(Duration::from_secs(pause.parse().unwrap()));
            println!("{}", fetch());
        }
        ["keys", file] => keys(file),
        ["pulse", file] => pulse(file),
        ["behind", file, then] => {
            let mut child = Command::new(std::env::current_exe().unwrap())
                .args(["pulse", file])
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            if then == "wait" {
                child.wait().unwrap();
            }
        }
        _ => exit(2),
    }
}

fn append(file: &str, text: &str) {
    OpenOptions::new()
        .create(true)
        .append(true)
        .open(file)
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
}

/// The body of the answer, on one line.
fn fetch() -> String {
    let endpoint = std::env::var("IDENTITY_ENDPOINT").unwrap();
    let (host, path) = endpoint
        .strip_prefix("http://")
        .unwrap()
        .split_once('/')
        .unwrap();
    let key = std::env::var("IDENTITY_HEADER").unwrap();
    let query = "resource=https://graph.microsoft.com&api-version=2019-08-01";
    let mut stream = TcpStream::connect(host).unwrap();
    write!(
        stream,
        "GET /{path}?{query} HTTP/1.1\r\nHost: {host}\r\nX-IDENTITY-HEADER: {key}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
        .split("\r\n\r\n")
        .nth(1)
        .unwrap_or(&answer)
        .to_owned()
}

fn keys(file: &str) {
    // SAFETY: the handler is a function of this program.
    unsafe { SetConsoleCtrlHandler(Some(on_key), 1) };
    println!("ready");
    while KEYS.load(Ordering::SeqCst) == 0 {
        sleep(Duration::from_millis(10));
    }
    sleep(Duration::from_secs(2));
    append(file, &"key\n".repeat(KEYS.load(Ordering::SeqCst) as usize));
    exit(42);
}

fn pulse(file: &str) {
    for _ in 0..600 {
        if std::path::Path::new(&format!("{file}.stop")).exists() {
            return;
        }
        append(file, ".");
        sleep(Duration::from_millis(100));
    }
}
