//! `Azure.Identity` and MSAL for .NET, and MSAL for Python, under `exec --serve`: renewal, outage,
//! refusal, revocation, many callers, proxies. Each test runs once for each client.

use crate::support::{Run, Sandbox, needs};
use crate::{pwsh, sandbox};
use entra_emulator::{CONTOSO_USER, ExpiresIn, Fault, Times};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::ops::RangeInclusive;
use std::process::{Child, ChildStdout, Stdio};
use std::time::{Duration, Instant};

#[derive(Clone, Copy, Debug)]
enum Peer {
    AzureIdentity,
    MsalNet,
    MsalPython,
}

impl Peer {
    /// The command that asks for tokens; `None` if it is not installed.
    fn command(self) -> Option<Vec<String>> {
        let script = |name: &str| {
            let peers = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/powershell/peers/");
            format!("{peers}{name}")
        };
        let in_pwsh =
            |name: &str| ["pwsh", "-NoProfile", "-File", &script(name)].map(str::to_owned);
        Some(match self {
            Self::AzureIdentity => in_pwsh("identity.ps1").to_vec(),
            Self::MsalNet => in_pwsh("msal.ps1").to_vec(),
            Self::MsalPython => {
                let python = needs::peer("py/bin/python")?.join("py/bin/python");
                vec![
                    python.display().to_string(),
                    "-I".to_owned(),
                    script("msal.py"),
                ]
            }
        })
    }

    /// How often one call asks the endpoint before it gives up.
    fn most_requests(self) -> usize {
        match self {
            Self::AzureIdentity => 6,
            Self::MsalNet | Self::MsalPython => 4,
        }
    }
}

/// Makes each of these tests for each client.
macro_rules! for_each_client {
    ($($test:ident)*) => {
        for_each_client!(@ azure_identity AzureIdentity $($test)*);
        for_each_client!(@ msal_net MsalNet $($test)*);
        for_each_client!(@ msal_python MsalPython $($test)*);
    };
    (@ $client:ident $peer:ident $($test:ident)*) => {
        mod $client {
            $(#[test]
            fn $test() {
                super::$test(super::Peer::$peer);
            })*
        }
    };
}

for_each_client! {
    it_outlives_several_tokens_and_32_callers_make_one_sign_in
    no_call_fails_in_an_outage_while_a_token_lives
    a_refusal_is_said_at_once
    without_a_token_the_client_gets_the_outage_at_once
    a_token_that_was_replaced_is_not_handed_out_again
    no_proxy_sees_the_key_whatever_no_proxy_says
}

/// A job that asks for tokens, as many at once as each line of its input says.
struct Client<'s> {
    sandbox: &'s Sandbox,
    process: Child,
    output: BufReader<ChildStdout>,
}

impl<'s> Client<'s> {
    fn start(peer: Peer, sandbox: &'s Sandbox, flags: &[&str]) -> Self {
        let command = peer.command().expect("`ready` has looked");
        let mut args = [&["exec", "--serve"], flags, &["--"]].concat();
        args.extend(command.iter().map(String::as_str));
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

    /// Asks with `count` credentials at once; returns each token, or the words of the failure.
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

    /// The first token. .NET compiles the client's code during its first call, which can outlast a
    /// token of a few seconds: the client then refuses it.
    fn first_token(&mut self) -> String {
        let mut tries = 0;
        loop {
            tries += 1;
            match self.token() {
                Ok(token) => return token,
                Err(words) => assert!(tries < 5 && words.contains("ExpiresOn"), "{words}"),
            }
        }
    }

    fn end(mut self) -> Run {
        drop(self.process.stdin.take());
        self.sandbox
            .keep("the client", self.process.wait_with_output().unwrap())
    }
}

/// A sandbox with tokens of less than 5 minutes: the client caches none of them and asks each time.
fn ready(peer: Peer, seconds: u64) -> Option<Sandbox> {
    let (pwsh, libraries) = (
        pwsh()?,
        needs::named("ROPC_TEST_DOTNET", "the DLLs of Azure.Identity")?,
    );
    peer.command()?;
    let mut sandbox = sandbox(
        Sandbox::with(|config| config.with_expires_in(ExpiresIn::Seconds(seconds))),
        &pwsh,
    );
    sandbox.set_env("ROPC_TEST_DOTNET", &libraries.display().to_string());
    Some(sandbox)
}

fn it_outlives_several_tokens_and_32_callers_make_one_sign_in(peer: Peer) {
    let Some(sandbox) = ready(peer, 12) else {
        return;
    };
    let mut client = Client::start(peer, &sandbox, &["--refresh", "--min-ttl", "6"]);
    client.first_token();
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

/// An outage until two renewals have failed: by the breaker's pace the third one, which succeeds,
/// comes before the token's end.
fn no_call_fails_in_an_outage_while_a_token_lives(peer: Peer) {
    let Some(sandbox) = ready(peer, 110) else {
        return;
    };
    let mut client = Client::start(peer, &sandbox, &["--refresh"]);
    let started = Instant::now();
    let first = client.first_token();
    let before = sandbox.emulator.token_requests();
    sandbox.emulator.inject(Fault::Unavailable, Times::Always);
    let mut down = true;
    loop {
        let token = client
            .token()
            .unwrap_or_else(|words| panic!("after {:?}: {words}", started.elapsed()));
        if token != first {
            break;
        }
        if down && sandbox.emulator.token_requests() == before + 2 {
            sandbox.emulator.clear_faults();
            down = false;
        }
        assert!(started.elapsed().as_secs() < 200, "it is not renewed");
        std::thread::sleep(Duration::from_secs(1));
    }
    assert!(!down, "control: no token is issued in the outage");
    let sent = sandbox.emulator.token_requests() - before;
    assert!((3..=5).contains(&sent), "{sent}");
    client
        .end()
        .expect(0)
        .says(&["the old one is still served"]);
}

fn a_refusal_is_said_at_once(peer: Peer) {
    let expected = Expected {
        words: ["AADSTS50126", "ropc login"],
        sends: 1..=1,
        requests: 1..=1,
    };
    without_a_token(peer, None, &expected);
}

/// If the next try is due within half a minute the answer is 503, after which the client repeats.
/// Its repetitions send nothing: the breaker's pace sends at once, after 2 s and after 30 s more.
fn without_a_token_the_client_gets_the_outage_at_once(peer: Peer) {
    let expected = Expected {
        words: ["AADSTS90033", "next try at"],
        sends: 1..=3,
        requests: 1..=peer.most_requests(),
    };
    without_a_token(peer, Some(Fault::Unavailable), &expected);
}

/// The expected result of one call.
struct Expected {
    /// Words in the client's message.
    words: [&'static str; 2],
    /// Sign-ins.
    sends: RangeInclusive<usize>,
    /// Requests of the client to the endpoint.
    requests: RangeInclusive<usize>,
}

/// One call without a token: the answer says what to do.
fn without_a_token(peer: Peer, fault: Option<Fault>, expected: &Expected) {
    let Some(sandbox) = ready(peer, 6) else {
        return;
    };
    let mut client = Client::start(peer, &sandbox, &["--refresh", "--verbose"]);
    client.first_token();
    let before = sandbox.emulator.token_requests();
    match fault {
        Some(fault) => sandbox.emulator.inject(fault, Times::Always),
        None => assert!(sandbox.emulator.set_password(CONTOSO_USER, "another one")),
    }
    std::thread::sleep(Duration::from_secs(8));
    let said = client.token().unwrap_err();
    for word in expected.words {
        assert!(said.contains(word), "{word}: {said}");
    }
    let sent = sandbox.emulator.token_requests() - before;
    assert!(expected.sends.contains(&sent), "{sent} sends");
    let run = client.end().expect(0);
    let answers = run
        .stderr
        .lines()
        .filter(|line| line.contains("endpoint: 403") || line.contains("endpoint: 503"))
        .count();
    assert!(
        expected.requests.contains(&answers),
        "{answers} requests of one call: {}",
        run.stderr
    );
}

fn a_token_that_was_replaced_is_not_handed_out_again(peer: Peer) {
    let Some(sandbox) = ready(peer, 280) else {
        return;
    };
    let mut client = Client::start(peer, &sandbox, &[]);
    let first = client.first_token();
    assert_eq!(client.token().unwrap(), first, "the control");
    sandbox.run(&["token", "--refresh"]).expect(0);
    assert_ne!(client.token().unwrap(), first);
    client.end().expect(0);
}

/// .NET knows no `*` in `NO_PROXY`.
fn no_proxy_sees_the_key_whatever_no_proxy_says(peer: Peer) {
    for list in ["*", "corp.example", "localhost", ".example,*"] {
        let Some(mut sandbox) = ready(peer, 280) else {
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
        let mut client = Client::start(peer, &sandbox, &[]);
        client
            .token()
            .unwrap_or_else(|words| panic!("{list}: {words}"));
        assert!(trap.accept().is_err(), "{list}: the proxy was asked");
        client.end().expect(0);
    }
}
