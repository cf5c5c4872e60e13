//! The look-up of `login` finds the tenant in another cloud. The real hosts of both clouds, which a
//! proxy of the test leads to the emulator.

use super::{Peer, Script};
use crate::support::pty::Terminal;
use crate::support::{Run, Sandbox};
use entra_emulator::{CONTOSO_TENANT, Certificate, Fault, Route, Times};

/// A tenant whose sign-ins go to this host, for a `login` at the global cloud.
fn at(host: &str) -> (Sandbox, Peer) {
    let mut sandbox = Sandbox::with(|mut config| {
        config.certificate = Certificate::OfClouds;
        config
    });
    let endpoint = format!("https://{host}/{CONTOSO_TENANT}/oauth2/v2.0/token");
    let answer = Fault::Custom {
        status: 200,
        headers: vec![("content-type".into(), "application/json".into())],
        body: serde_json::json!({ "token_endpoint": endpoint })
            .to_string()
            .into_bytes(),
    };
    sandbox
        .emulator
        .inject_on(Route::Discovery, answer, Times::Once);
    let proxy = Peer::start(Script::To(sandbox.emulator.port()));
    sandbox.set_env("HTTPS_PROXY", &format!("http://{}", proxy.address()));
    (sandbox, proxy)
}

fn login(sandbox: &Sandbox) -> Terminal {
    Terminal::start(sandbox.command(at_no_host(sandbox)))
}

/// A `login` that names no host.
fn at_no_host(sandbox: &Sandbox) -> Vec<String> {
    // The emulator has the Graph of the global cloud.
    let scope = "https://graph.microsoft.com/.default";
    let store = ["--store", "file", "--key-source", "key-file"];
    let args = [&["login", "--scope", scope], &store[..]].concat();
    let facts = sandbox.facts();
    let facts = facts.chunks(2).filter(|pair| pair[0] != "--authority");
    let args = args.into_iter().map(str::to_owned);
    args.chain(facts.flatten().cloned()).collect()
}

/// The hosts that the program connected to, one after the other.
fn hosts(proxy: &Peer) -> Vec<String> {
    let heads = proxy.heads();
    let mut hosts: Vec<String> = heads
        .iter()
        .map(|head| head.split([' ', ':']).nth(1).unwrap().to_owned())
        .collect();
    hosts.dedup();
    hosts
}

fn finish(sandbox: &Sandbox, terminal: Terminal, code: i32) -> Run {
    sandbox.keep("login", terminal.finish()).expect(code)
}

#[test]
fn a_yes_moves_the_sign_in_to_the_cloud_of_the_tenant() {
    let (sandbox, proxy) = at("login.microsoftonline.us");
    let mut terminal = login(&sandbox);
    terminal.answer("use that cloud?", "y", false);
    terminal.answer("Client secret value", &sandbox.client_secret, true);
    terminal.answer("Password of", &sandbox.password, true);
    finish(&sandbox, terminal, 0);
    let profile = std::fs::read_to_string(sandbox.profile_file("default")).unwrap();
    assert!(profile.contains("usgov"), "{profile}");
    assert_eq!(
        hosts(&proxy),
        ["login.microsoftonline.com", "login.microsoftonline.us"],
        "the first host got one question, and no secret"
    );
}

#[test]
fn a_yes_moves_an_existing_profile_too() {
    let (mut sandbox, proxy) = at("login.microsoftonline.us");
    let mut args = at_no_host(&sandbox);
    let unattended = ["--secrets-stdin", "--no-verify"].map(str::to_owned);
    let first = [args.clone(), unattended.to_vec()].concat();
    let first: Vec<&str> = first.iter().map(String::as_str).collect();
    sandbox
        .run_with_input(&first, &sandbox.secrets_json())
        .expect(0);
    let at = args.iter().position(|arg| arg == "--ca-file").unwrap();
    let ca: Vec<String> = args.drain(at..at + 2).collect();
    sandbox.set_env("SSL_CERT_FILE", &ca[1]);
    let mut terminal = Terminal::start(sandbox.command(args));
    terminal.answer("use that cloud?", "y", false);
    terminal.answer("Replace the profile `default`?", "y", false);
    terminal.answer("Client secret value", &sandbox.client_secret, true);
    terminal.answer("Password of", &sandbox.password, true);
    finish(&sandbox, terminal, 0);
    let profile = std::fs::read_to_string(sandbox.profile_file("default")).unwrap();
    assert!(profile.contains("usgov"), "{profile}");
    assert!(
        !profile.contains("ca_file"),
        "it was that of the other host: {profile}"
    );
    let hosts = hosts(&proxy);
    assert_eq!(
        hosts,
        ["login.microsoftonline.com", "login.microsoftonline.us"]
    );
}

#[test]
fn a_no_ends_it_with_the_flag_before_any_secret_is_asked_for() {
    let (sandbox, proxy) = at("login.microsoftonline.us");
    let mut terminal = login(&sandbox);
    terminal.answer("use that cloud?", "n", false);
    let run = finish(&sandbox, terminal, 3);
    assert!(run.stdout.contains("--cloud usgov`"), "{}", run.stdout);
    assert!(
        !run.stdout.contains("Client secret value"),
        "{}",
        run.stdout
    );
    assert_eq!(hosts(&proxy), ["login.microsoftonline.com"]);
    assert!(!sandbox.profile_file("default").exists());
}

#[test]
fn a_host_of_no_known_cloud_is_named_and_never_chosen() {
    let (sandbox, proxy) = at("login.contoso.example");
    let run = finish(&sandbox, login(&sandbox), 3);
    assert!(
        run.stdout
            .contains("--authority https://login.contoso.example"),
        "{}",
        run.stdout
    );
    assert_eq!(hosts(&proxy), ["login.microsoftonline.com"]);
}
