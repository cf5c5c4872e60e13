//! Existing clients, unmodified and from their registries, in a hostile environment: each gets the
//! emulator's token from `exec --serve` and calls `/v1.0/me` with it.
//!
//! `.ci/peers.sh DIR` installs them; `ROPC_TEST_PEERS=DIR` names their directory. Without it the
//! tests are reported as not run, and in CI they fail.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "helpers of one test binary; a panic is a failed test"
)]

mod assertion;
#[path = "../support/mod.rs"]
mod support;

use entra_emulator::{CONTOSO_USER, ExpiresIn};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use support::{ROPC, Run, Sandbox};

/// The directory of the clients; `None` without this one.
fn peers(needed: &str) -> Option<PathBuf> {
    support::needs::peer(needed)
}

fn script(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/sdk/peers")
        .join(name)
        .display()
        .to_string()
}

/// A proxy that no client may use: it counts connections, and answers none.
struct Trap {
    url: String,
    caught: Arc<AtomicUsize>,
}

impl Trap {
    fn set() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let caught = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&caught);
        std::thread::spawn(move || {
            while listener.accept().is_ok() {
                count.fetch_add(1, Ordering::SeqCst);
            }
        });
        Self { url, caught }
    }
}

/// A sandbox with a profile, and an environment in which each of these clients fails without
/// `--serve`'s changes.
fn hostile(sandbox: &mut Sandbox, trap: &Trap, peers: &Path) {
    sandbox.login(&[]).expect(0);
    let ca = sandbox.root().join("ca.pem").display().to_string();
    let proxy = trap.url.as_str();
    for (name, value) in [
        ("HTTP_PROXY", proxy),
        ("http_proxy", proxy),
        ("HTTPS_PROXY", proxy),
        ("https_proxy", proxy),
        ("ALL_PROXY", proxy),
        // The emulator's Graph is at localhost; `--serve` has to add 127.0.0.1.
        ("NO_PROXY", "localhost"),
        ("IDENTITY_SERVER_THUMBPRINT", ""),
        ("IMDS_ENDPOINT", "http://127.0.0.1:9"),
        ("MSI_ENDPOINT", "http://127.0.0.1:9"),
        ("MSI_SECRET", "left over"),
        ("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://127.0.0.1:9"),
        ("AZURE_CLIENT_ID", "3b9c6f0e-0000-0000-0000-000000000000"),
        ("AZURE_TENANT_ID", "7f1d3c52-0000-0000-0000-000000000000"),
        ("AZURE_CLIENT_SECRET", "left over"),
        ("AZURE_USERNAME", "somebody@contoso.example"),
        ("AZURE_PASSWORD", "left over"),
        ("AZURE_FEDERATED_TOKEN_FILE", "/nowhere"),
        ("AZURE_TOKEN_CREDENTIALS", "dev"),
        ("NODE_EXTRA_CA_CERTS", &ca),
        ("PEERS", &peers.display().to_string()),
        ("CLIMICROSOFT365_NOUPDATE", "1"),
    ] {
        sandbox.set_env(name, value);
    }
}

/// Runs a command in `exec --serve`, and shows that the token of this directory reached Graph and
/// no proxy saw anything.
fn served(sandbox: &Sandbox, trap: &Trap, command: &[&str]) -> Run {
    let mut args = vec!["exec", "--serve", "--"];
    args.extend(command);
    let run = sandbox.run(&args).expect(0);
    assert!(
        run.stdout.contains(CONTOSO_USER),
        "{}\n{}",
        run.stdout,
        run.stderr
    );
    let issued = sandbox.emulator.issued_tokens();
    let called = sandbox
        .emulator
        .requests()
        .iter()
        .filter(|r| r.path == "/v1.0/me")
        .count();
    assert!(called > 0 && !issued.is_empty());
    assert_eq!(
        trap.caught.load(Ordering::SeqCst),
        0,
        "nothing went to the proxy"
    );
    run
}

fn python(client: &str) {
    let Some(peers) = peers("py/bin/python") else {
        return;
    };
    let (mut sandbox, trap) = (Sandbox::new(), Trap::set());
    hostile(&mut sandbox, &trap, &peers);
    let (program, graph) = (
        peers.join("py/bin/python").display().to_string(),
        sandbox.emulator.graph_url(),
    );
    served(
        &sandbox,
        &trap,
        &[&program, &script("graph_me.py"), client, &graph, "ca.pem"],
    );
    assert_eq!(
        sandbox.emulator.token_requests(),
        1,
        "the cached token served"
    );
}

fn node(client: &str) {
    let Some(peers) = peers("node/node_modules/@azure/identity") else {
        return;
    };
    let (mut sandbox, trap) = (Sandbox::new(), Trap::set());
    hostile(&mut sandbox, &trap, &peers);
    let graph = sandbox.emulator.graph_url();
    served(
        &sandbox,
        &trap,
        &["node", &script("graph_me.mjs"), client, &graph],
    );
    assert_eq!(
        sandbox.emulator.token_requests(),
        1,
        "the cached token served"
    );
}

#[test]
fn azure_identity_for_python_as_managed_identity() {
    python("managed");
}

#[test]
fn azure_identity_for_python_as_default_credential() {
    python("default");
}

#[test]
fn msal_for_python() {
    python("msal");
}

#[test]
fn azure_identity_for_node_as_managed_identity() {
    node("managed");
}

#[test]
fn azure_identity_for_node_as_default_credential() {
    node("default");
}

#[test]
fn azure_identity_for_rust() {
    let Some(peers) = peers("rust-peer") else {
        return;
    };
    let (mut sandbox, trap) = (Sandbox::new(), Trap::set());
    hostile(&mut sandbox, &trap, &peers);
    let (program, graph) = (
        peers.join("rust-peer").display().to_string(),
        sandbox.emulator.graph_url(),
    );
    served(&sandbox, &trap, &[&program, "managed", &graph, "ca.pem"]);
}

#[test]
fn the_cli_for_microsoft_365() {
    let Some(peers) = peers("node/node_modules/.bin/m365") else {
        return;
    };
    let (mut sandbox, trap) = (Sandbox::new(), Trap::set());
    hostile(&mut sandbox, &trap, &peers);
    // Its telemetry would go to the internet, through the proxy.
    let config = sandbox.home().join(".config/configstore");
    std::fs::create_dir_all(&config).unwrap();
    std::fs::write(
        config.join("cli-m365-config.json"),
        r#"{"disableTelemetry": true}"#,
    )
    .unwrap();
    let m365 = peers
        .join("node/node_modules/.bin/m365")
        .display()
        .to_string();
    let graph = sandbox.emulator.graph_url();
    let job = format!(
        "set -e; '{m365}' login --authType identity --output none
         '{m365}' request --url '{graph}/v1.0/me' --resource https://graph.microsoft.com
         '{m365}' logout --output none"
    );
    served(&sandbox, &trap, &["sh", "-c", &job]);
    for token in sandbox.emulator.issued_tokens() {
        sandbox.watch("a token that m365 kept after its logout", &token.token);
    }
}

#[test]
fn without_serve_the_same_client_fails_there() {
    let Some(peers) = peers("py/bin/python") else {
        return;
    };
    let (mut sandbox, trap) = (Sandbox::new(), Trap::set());
    hostile(&mut sandbox, &trap, &peers);
    let (program, graph) = (
        peers.join("py/bin/python").display().to_string(),
        sandbox.emulator.graph_url(),
    );
    let back = format!(
        "export IDENTITY_SERVER_THUMBPRINT= NO_PROXY=localhost no_proxy=localhost; exec '{program}' '{}' managed '{graph}' ca.pem",
        script("graph_me.py")
    );
    let run = sandbox.run(&["exec", "--serve", "--", "sh", "-c", &back]);
    assert_ne!(run.code, Some(0), "control: the environment is hostile");
}

/// Long enough for three tokens and a part of a fourth.
const SHORT: u64 = 8;

#[test]
fn python_and_node_outlive_three_tokens_and_never_see_an_expired_one() {
    let Some(peers) = peers("node/node_modules/@azure/identity") else {
        return;
    };
    let started = std::time::Instant::now();
    let (mut sandbox, trap) = (
        Sandbox::with(|config| config.with_expires_in(ExpiresIn::Seconds(SHORT))),
        Trap::set(),
    );
    hostile(&mut sandbox, &trap, &peers);
    let (program, graph) = (
        peers.join("py/bin/python").display().to_string(),
        sandbox.emulator.graph_url(),
    );
    let seconds = SHORT * 3 + 2;
    let job = format!(
        "'{program}' '{py}' managed '{graph}' ca.pem {seconds} & first=$!
         node '{js}' managed '{graph}' {seconds}; second=$?
         wait $first && exit $second",
        py = script("graph_me.py"),
        js = script("graph_me.mjs")
    );
    let run = served(&sandbox, &trap, &["sh", "-c", &job]);
    assert_eq!(run.stdout.lines().count(), 2, "{}", run.stdout);
    let tokens = sandbox.emulator.issued_tokens().len();
    assert!(tokens >= 4, "{tokens} tokens");
    assert_eq!(
        sandbox.emulator.token_requests(),
        tokens,
        "one sign-in a token, for two clients that ask every second"
    );
    // Such a short token is renewed ahead at half of its life, and not more often, however long the
    // clients take.
    let most = started.elapsed().as_secs() / (SHORT / 2) + 2;
    assert!(tokens as u64 <= most, "{tokens} tokens, at most {most}");
}

/// As `docs/recipes/azure-cli.md` has it.
fn shim() -> String {
    support::documents::block_that_begins("docs/recipes/azure-cli.md", "#!/bin/sh")
}

#[test]
fn a_shim_of_az_serves_the_cli_credentials() {
    let Some(peers) = peers("node/node_modules/@azure/identity") else {
        return;
    };
    let mut sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    let bin = sandbox.root().join("shim");
    std::fs::create_dir(&bin).unwrap();
    let shim = shim().replace("exec ropc ", &format!("exec '{ROPC}' "));
    std::fs::write(bin.join("az"), shim).unwrap();
    std::fs::set_permissions(
        bin.join("az"),
        std::os::unix::fs::PermissionsExt::from_mode(0o755),
    )
    .unwrap();
    sandbox.set_env("PEERS", &peers.display().to_string());
    sandbox.set_env(
        "NODE_EXTRA_CA_CERTS",
        &sandbox.root().join("ca.pem").display().to_string(),
    );
    let graph = sandbox.emulator.graph_url();
    let python = peers.join("py/bin/python").display().to_string();
    let rust = peers.join("rust-peer").display().to_string();
    let mut commands = vec![
        vec![
            python,
            script("graph_me.py"),
            "cli".into(),
            graph.clone(),
            "ca.pem".into(),
        ],
        vec![
            "node".into(),
            script("graph_me.mjs"),
            "cli".into(),
            graph.clone(),
        ],
    ];
    if Path::new(&rust).exists() {
        commands.push(vec![rust, "cli".into(), graph, "ca.pem".into()]);
    }
    for command in commands {
        let mut child = sandbox.program(&command[0]);
        child.args(&command[1..]).env(
            "PATH",
            format!("{}:/usr/local/bin:/usr/bin:/bin", bin.display()),
        );
        let run = sandbox.finish(&command[0], child, b"").expect(0);
        assert!(run.stdout.contains(CONTOSO_USER), "{}", run.stdout);
    }
}
