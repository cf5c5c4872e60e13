//! The demo: the main job of `ropc` from an empty home to a clean end, against the emulator. It
//! builds and runs the real program, checks every step, and removes its files. It serves no
//! requests, and must get no real secret.
//!
//! The same program plays the admin's script: `demo fetch URL CA` is the child that `ropc exec`
//! runs.

mod output;
mod stage;

use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use entra_emulator::{CONTOSO_CLIENT, CONTOSO_DOMAIN, CONTOSO_USER};
use output::{Outcome, say, title};
use serde_json::Value;
use stage::{Stage, build_ropc};
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{CertificateDer, pem::PemObject as _};
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let result = match args
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        [] => demo(),
        ["fetch", url, ca] => fetch(url, Path::new(ca)),
        _ => Err("usage: demo, or as the child of `ropc exec`: demo fetch URL CA".into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            let _ = writeln!(io::stderr(), "demo: error: {e}");
            ExitCode::FAILURE
        }
    }
}

/// The steps of the demo: each is one command of the real program and its right result.
fn demo() -> Outcome<()> {
    say("Building ropc. The first time takes a few minutes.")?;
    let stage = Stage::new(build_ropc()?)?;
    let authority = stage.server.authority();
    say(&format!(
        "An emulated Entra tenant listens on {authority}; HOME is {} and is empty.",
        stage.home().display()
    ))?;
    say(
        "Both secrets come through a pipe, as {\"client_secret\": \"...\", \"password\": \"...\"}.",
    )?;
    enrol(&stage, &authority)?;
    let url = format!("{}/v1.0/me", stage.server.graph_url());
    let script = ["--", "demo", "fetch", &url, "ca.pem"];
    run_and_look(&stage, &script)?;
    lose_and_replace_the_password(&stage, &script)?;
    remove(&stage)
}

fn enrol(stage: &Stage, authority: &str) -> Outcome<()> {
    title("1. Store the secrets once, after proof that the sign-in works")?;
    let facts = [
        "--tenant",
        CONTOSO_DOMAIN,
        "--client-id",
        CONTOSO_CLIENT,
        "--username",
        CONTOSO_USER,
    ];
    let place = [
        "--authority",
        authority,
        "--ca-file",
        "ca.pem",
        "--store",
        "file",
        "--key-source",
        "key-file",
    ];
    let login = [&["login"], &facts[..], &place[..], &["--secrets-stdin"]].concat();
    stage.ropc(
        &login,
        Some(&stage.secrets()),
        0,
        &["signed in as svc-report@contoso.example"],
    )?;
    stage.sign_ins(1)
}

fn run_and_look(stage: &Stage, script: &[&str]) -> Outcome<()> {
    title(
        "2. Run the job: a child process asks Graph who it is, with the token from its environment",
    )?;
    let job = [&["exec"], script].concat();
    stage.ropc(&job, None, 0, &["200", "Report Service", CONTOSO_USER])?;
    stage.sign_ins(1)?;
    say("The token of the login served the job: no second sign-in.")?;

    title("3. Look at what is stored")?;
    let facts = [
        "secrets        present",
        "cached token   until",
        "sign-in        ready",
    ];
    stage.ropc(&["status"], None, 0, &facts)?;
    stage.nothing_in_the_clear()
}

fn lose_and_replace_the_password(stage: &Stage, script: &[&str]) -> Outcome<()> {
    title("4. Somebody changes the user's password, and the job goes on asking for new tokens")?;
    stage.change_password();
    let refresh = [&["exec", "--refresh"], script].concat();
    stage.ropc(&refresh, None, 125, &["AADSTS50126"])?;
    stage.sign_ins(2)?;
    let held = ["is not sent: Entra refused it before"];
    stage.ropc(&refresh, None, 125, &held)?;
    stage.sign_ins(2)?;
    say(
        "The breaker held the second one back: a refused password is not sent again, so it cannot lock the account.",
    )?;

    title("5. Store the new password; the old one is gone")?;
    let login = ["login", "--yes", "--secrets-stdin"];
    stage.ropc(&login, Some(&stage.secrets()), 0, &["signed in as"])?;
    let job = [&["exec"], script].concat();
    stage.ropc(&job, None, 0, &[CONTOSO_USER])?;
    stage.sign_ins(3)?;
    stage.nothing_in_the_clear()
}

fn remove(stage: &Stage) -> Outcome<()> {
    title("6. Remove everything")?;
    let removed = ["removed the profile `default`"];
    stage.ropc(&["logout", "--yes"], None, 0, &removed)?;
    stage.ropc(&["list"], None, 0, &["there is no profile yet"])?;
    match stage.server.violations().as_slice() {
        [] => say(
            "\nAll steps went as they should. The emulator and the home directory are gone now.",
        ),
        found => Err(format!("requests were not as they should be: {}", found.join("; ")).into()),
    }
}

/// The admin's script: reads the token from the environment, asks Graph over TLS, prints who it is.
fn fetch(url: &str, ca: &Path) -> Outcome<()> {
    let token = std::env::var("GRAPH_ACCESS_TOKEN")
        .map_err(|_| "GRAPH_ACCESS_TOKEN is not set: use `ropc exec`")?;
    let (host, path) = url
        .strip_prefix("https://")
        .and_then(|rest| rest.split_once('/'))
        .ok_or("the address is not https")?;
    let (name, _) = host.rsplit_once(':').ok_or("the address has no port")?;
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(ca)?)?;
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let tcp = TcpStream::connect(host)?;
    tcp.set_read_timeout(Some(Duration::from_secs(20)))?;
    let mut tls = StreamOwned::new(
        ClientConnection::new(Arc::new(config), name.to_owned().try_into()?)?,
        tcp,
    );
    write!(
        tls,
        "GET /{path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    tls.read_to_string(&mut answer)?;
    let (head, body) = answer
        .split_once("\r\n\r\n")
        .ok_or("the answer has no end of its head")?;
    let status = head.split(' ').nth(1).unwrap_or_default();
    say(&format!(
        "GET /{path} with a token of {} bytes: {status}",
        token.len()
    ))?;
    let me: Value = serde_json::from_str(body)?;
    for key in ["displayName", "userPrincipalName", "id"] {
        say(&format!("{key:<18} {}", me[key].as_str().unwrap_or("-")))?;
    }
    if status == "200" {
        Ok(())
    } else {
        Err(format!("Graph answered {status}").into())
    }
}
