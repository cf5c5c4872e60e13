//! The main job with the file store: `login` once, `exec` ever after.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::zombie_processes,
    reason = "a panic is a failed test; tests name what they skip"
)]

mod support;

use entra_emulator::CONTOSO_USER;
use support::Sandbox;

#[test]
fn login_then_exec_shows_who_it_is() {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0).says(&["signed in as", "next: `ropc exec"]);
    let url = format!("{}/v1.0/me", sandbox.emulator.graph_url());
    let script = format!("curl -sS --cacert ca.pem -H \"Authorization: Bearer $GRAPH_ACCESS_TOKEN\" {url}");
    let run = sandbox.run(&["exec", "--", "sh", "-c", &script]).expect(0);
    assert!(run.stdout.contains(CONTOSO_USER), "{}", run.stdout);
    assert_eq!(sandbox.emulator.token_requests(), 1, "the token of the login serves the first job");
    assert!(sandbox.emulator.violations().is_empty(), "{:?}", sandbox.emulator.violations());
}

#[test]
fn the_scan_finds_a_leak_in_an_output_and_in_a_file() {
    let mut sandbox = Sandbox::new();
    sandbox.without_scan();
    assert!(sandbox.leaks().is_empty());
    std::fs::write(sandbox.home().join("notes.txt"), format!("pw: {}", sandbox.password)).unwrap();
    sandbox.login(&[]).expect(0);
    sandbox.run(&["exec", "--", "printf", "%s", &sandbox.client_secret]).expect(0);
    let found = sandbox.leaks().join("\n");
    assert!(found.contains("password (raw) in") && found.contains("client secret (raw) in stdout of"), "{found}");
}

#[test]
fn a_slip_in_the_commands_name_costs_no_sign_in() {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    for program in ["no-such-program", "./no/such/path"] {
        sandbox.run(&["exec", "--no-cache", "--", program]).expect(127).says(&["was not found"]);
        sandbox.run(&["exec", "--no-cache", "--serve", "--", program]).expect(127);
    }
    assert_eq!(sandbox.emulator.token_requests(), 1, "only the login");
}
