//! `Azure.Identity` for .NET under `exec --serve`: renewal, outage, refusal, revocation, many
//! callers, proxies.

use crate::support::{Run, Sandbox, needs};
use crate::{pwsh, sandbox};
use entra_emulator::{CONTOSO_USER, ExpiresIn, Fault, Times};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdout, Stdio};
use std::time::{Duration, Instant};

/// A job that asks for tokens when it is told to.
struct Client<'s> {
    sandbox: &'s Sandbox,
    process: Child,
    output: BufReader<ChildStdout>,
}

impl<'s> Client<'s> {
    fn start(sandbox: &'s Sandbox, flags: &[&str]) -> Self {
        let script = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/powershell/peers/identity.ps1"
        );
        let args = [
            &["exec", "--serve"],
            flags,
            &["--", "pwsh", "-NoProfile", "-File", script],
        ]
        .concat();
        let mut process = sandbox
            .command(&args)
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        let mut client = Self {
            sandbox,
            process,
            output,
        };
        assert_eq!(client.line(), "ready");
        client
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    /// So many credentials at once; each token, or the words of the failure.
    fn ask(&mut self, count: usize) -> Vec<Result<String, String>> {
        writeln!(self.process.stdin.as_mut().unwrap(), "{count}").unwrap();
        (0..count)
            .map(|_| match self.line().split_once(' ').unwrap() {
                ("ok", token) => Ok(token.to_owned()),
                (_, words) => Err(words.to_owned()),
            })
            .collect()
    }

    fn token(&mut self) -> Result<String, String> {
        self.ask(1).remove(0)
    }

    fn end(mut self) -> Run {
        drop(self.process.stdin.take());
        self.sandbox
            .keep("the client", self.process.wait_with_output().unwrap())
    }
}

/// Tokens of less than 5 minutes: the client keeps none of them and asks each time.
fn ready(seconds: u64) -> Option<Sandbox> {
    let (pwsh, libraries) = (
        pwsh()?,
        needs::named("ROPC_TEST_DOTNET", "the DLLs of Azure.Identity")?,
    );
    let mut sandbox = sandbox(
        Sandbox::with(|config| config.with_expires_in(ExpiresIn::Seconds(seconds))),
        &pwsh,
    );
    sandbox.set_env("ROPC_TEST_DOTNET", &libraries.display().to_string());
    Some(sandbox)
}

#[test]
fn it_outlives_several_tokens_and_32_callers_make_one_sign_in() {
    let Some(sandbox) = ready(12) else { return };
    let mut client = Client::start(&sandbox, &["--refresh"]);
    let (mut seen, started) = (BTreeSet::new(), Instant::now());
    while seen.len() < 3 {
        assert!(started.elapsed() < Duration::from_secs(120));
        seen.extend(client.ask(32).into_iter().map(|answer| answer.unwrap()));
        std::thread::sleep(Duration::from_millis(500));
    }
    let tokens = sandbox.emulator.issued_tokens().len();
    assert!(
        tokens <= seen.len() + 3,
        "{tokens} sign-ins for {} tokens",
        seen.len()
    );
    client.end().expect(0);
}

/// 30 seconds without the service, from just before the token is renewed ahead: by the breaker's
/// pace the third try, which is the first that can succeed, comes before the token's end.
#[test]
fn no_call_fails_in_an_outage_while_a_token_lives() {
    let Some(sandbox) = ready(110) else { return };
    let mut client = Client::start(&sandbox, &["--refresh"]);
    let started = Instant::now();
    let first = client.token().unwrap();
    let mut down = false;
    let renewed = loop {
        let elapsed = started.elapsed().as_secs();
        match (elapsed, down) {
            (45..75, false) => sandbox.emulator.inject(Fault::Unavailable, Times::Always),
            (75.., true) => sandbox.emulator.clear_faults(),
            _ => {}
        }
        down = (45..75).contains(&elapsed);
        assert!(elapsed < 200, "it is not renewed");
        let token = client
            .token()
            .unwrap_or_else(|words| panic!("after {elapsed} s: {words}"));
        if token != first {
            break elapsed;
        }
        std::thread::sleep(Duration::from_secs(1));
    };
    assert!(
        renewed >= 75,
        "control: the service was down until then, and the token was asked for all the time"
    );
    assert!(
        sandbox.emulator.token_requests() <= 6,
        "{}",
        sandbox.emulator.token_requests()
    );
    client.end().expect(0).says(&["the old one still serves"]);
}

/// Without a token in hand: an answer that says what to do, and no more sends than the breaker
/// allows.
#[test]
fn a_refusal_and_an_outage_are_told_at_once() {
    // A try that is due within half a minute is 503, which the client repeats; its repetitions send
    // nothing.
    for (fault, words, most, asks) in [
        (None, &["AADSTS50126", "ropc login"][..], 1, 1),
        (
            Some(Fault::Unavailable),
            &["503", "AADSTS90033", "next try at"][..],
            2,
            6,
        ),
    ] {
        let Some(sandbox) = ready(6) else { return };
        let mut client = Client::start(&sandbox, &["--refresh", "--verbose"]);
        client.token().unwrap();
        let sent = sandbox.emulator.token_requests();
        match fault {
            Some(fault) => sandbox.emulator.inject(fault, Times::Always),
            None => assert!(sandbox.emulator.set_password(CONTOSO_USER, "another one")),
        }
        std::thread::sleep(Duration::from_secs(8));
        let said = client.token().unwrap_err();
        for word in words {
            assert!(said.contains(word), "{word}: {said}");
        }
        let sends = sandbox.emulator.token_requests() - sent;
        assert!((1..=most).contains(&sends), "{sends} sends");
        let run = client.end().expect(0);
        let answers = run
            .stderr
            .lines()
            .filter(|line| line.contains("endpoint: 403") || line.contains("endpoint: 503"));
        let answers = answers.count();
        assert!(
            (1..=asks).contains(&answers),
            "{answers} requests of one call: {}",
            run.stderr
        );
    }
}

#[test]
fn a_token_that_was_replaced_is_not_handed_out_again() {
    let Some(sandbox) = ready(280) else { return };
    let mut client = Client::start(&sandbox, &[]);
    let first = client.token().unwrap();
    assert_eq!(client.token().unwrap(), first, "the control");
    sandbox.run(&["token", "--refresh"]).expect(0);
    assert_ne!(client.token().unwrap(), first);
    client.end().expect(0);
}

/// .NET knows no `*` in `NO_PROXY`.
#[test]
fn no_proxy_sees_the_key_whatever_no_proxy_says() {
    for list in ["*", "corp.example", "localhost", ".example,*"] {
        let Some(mut sandbox) = ready(280) else {
            return;
        };
        let trap = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        trap.set_nonblocking(true).unwrap();
        let address = format!("http://{}", trap.local_addr().unwrap());
        for (name, value) in [
            ("http_proxy", address.as_str()),
            ("HTTP_PROXY", &address),
            ("NO_PROXY", list),
        ] {
            sandbox.set_env(name, value);
        }
        let mut client = Client::start(&sandbox, &[]);
        client
            .token()
            .unwrap_or_else(|words| panic!("{list}: {words}"));
        assert!(trap.accept().is_err(), "{list}: the proxy was asked");
        client.end().expect(0);
    }
}
