//! The main job with the file store: `login` once, then `exec`.

use crate::support::Sandbox;
#[cfg(target_os = "linux")]
use crate::support::leaks;
use entra_emulator::CONTOSO_USER;

#[test]
fn after_login_a_job_of_exec_signs_in_as_the_user() {
    let sandbox = Sandbox::new();
    sandbox
        .login(&[])
        .expect(0)
        .says(&["signed in as", "next: `ropc exec"]);
    let url = format!("{}/v1.0/me", sandbox.emulator.graph_url());
    let script =
        format!("curl -sS --cacert ca.pem -H \"Authorization: Bearer $GRAPH_ACCESS_TOKEN\" {url}");
    let run = sandbox.run(&["exec", "--", "sh", "-c", &script]).expect(0);
    assert!(run.stdout.contains(CONTOSO_USER), "{}", run.stdout);
    assert_eq!(
        sandbox.emulator.token_requests(),
        1,
        "the token of the login serves the first job"
    );
    assert!(
        sandbox.emulator.violations().is_empty(),
        "{:?}",
        sandbox.emulator.violations()
    );
}

#[test]
fn the_scan_finds_a_leak_in_an_output_and_in_a_file() {
    let mut sandbox = Sandbox::new();
    sandbox.without_scan();
    assert!(sandbox.leaks().is_empty());
    std::fs::write(
        sandbox.home().join("notes.txt"),
        format!("pw: {}", sandbox.password),
    )
    .unwrap();
    sandbox.login(&[]).expect(0);
    sandbox
        .run(&["exec", "--", "printf", "%s", &sandbox.client_secret])
        .expect(0);
    let found = sandbox.leaks().join("\n");
    assert!(
        found.contains("password (raw) in") && found.contains("client secret (raw) in stdout of"),
        "{found}"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn the_scan_finds_a_leak_in_arguments_in_an_environment_and_a_stored_token() {
    let mut sandbox = Sandbox::new();
    sandbox.without_scan();
    sandbox.login(&[]).expect(0);
    assert!(sandbox.leaks().is_empty());
    let token = sandbox.emulator.issued_tokens()[0].token.clone();
    std::fs::write(sandbox.home().join("notes.txt"), &token).unwrap();
    // A child that gets one secret as an argument, and puts the other into the environment of its
    // own child.
    std::fs::write(sandbox.root().join("secret"), &sandbox.password).unwrap();
    let script = "LEAKED=$(cat secret) sleep 0.3";
    sandbox
        .run(&["exec", "--", "sh", "-c", script, &sandbox.client_secret])
        .expect(0);
    let found = sandbox.leaks().join("\n");
    for wanted in [
        "password (raw) in environment of sleep",
        "client secret (raw) in arguments of sh",
        "a token in /",
    ] {
        assert!(found.contains(wanted), "{wanted} is not in:\n{found}");
    }
}

/// Every `execve` of the run and of its children, with all arguments and the whole environment.
#[cfg(target_os = "linux")]
fn traced(sandbox: &Sandbox, args: &[&str], input: &[u8]) -> (crate::support::Run, Vec<u8>) {
    let log = sandbox.root().join("calls");
    let mut strace = sandbox.program("strace");
    strace
        .args(["-f", "-v", "-s", "1000000", "-e", "trace=execve", "-o"])
        .arg(&log)
        .arg(crate::support::ROPC)
        .args(args);
    let run = sandbox.finish(&args.join(" "), strace, input);
    (run, std::fs::read(&log).unwrap())
}

/// The control of the test below: the token is in the child's environment, where it belongs, and
/// nowhere else.
#[cfg(target_os = "linux")]
fn only_the_child_has_the_token(sandbox: &Sandbox, args: &[&str], calls: &str) {
    let tokens = sandbox.emulator.issued_tokens();
    let with_token: Vec<&str> = calls
        .lines()
        .filter(|line| tokens.iter().any(|t| line.contains(&t.token)))
        .collect();
    let is_plain_exec = args[0] == "exec" && !args.contains(&"--serve");
    assert_eq!(
        !with_token.is_empty(),
        is_plain_exec,
        "{args:?}: {with_token:?}"
    );
    assert!(
        !with_token.iter().any(|line| line.contains("ropc\", [")),
        "{with_token:?}"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn no_process_of_a_whole_job_gets_a_stored_secret() {
    if !crate::support::needs::programs(&["strace"]) {
        return;
    }
    let sandbox = Sandbox::new();
    let facts = sandbox.facts();
    let mut login = vec![
        "login",
        "--secrets-stdin",
        "--store",
        "file",
        "--key-source",
        "key-file",
    ];
    login.extend(facts.iter().map(String::as_str));
    let runs: [(&[&str], &[u8], usize); 4] = [
        (&login, &sandbox.secrets_json(), 1),
        (
            &["exec", "--refresh", "--", "sh", "-c", "true; /bin/true"],
            b"",
            3,
        ),
        (
            &[
                "exec",
                "--refresh",
                "--serve",
                "--",
                "sh",
                "-c",
                "true; /bin/true",
            ],
            b"",
            4,
        ),
        (&["token", "--refresh"], b"", 1),
    ];
    for (args, input, processes) in runs {
        let (run, calls) = traced(&sandbox, args, input);
        run.expect(0);
        let text = String::from_utf8_lossy(&calls).into_owned();
        assert!(
            text.matches("execve(").count() >= processes && text.contains("\"HOME="),
            "{text}"
        );
        for secret in [&sandbox.password, &sandbox.client_secret] {
            assert_eq!(leaks::find(&calls, secret), None, "{args:?}:\n{text}");
        }
        only_the_child_has_the_token(&sandbox, args, &text);
    }
}

#[test]
fn a_misspelt_command_causes_no_sign_in() {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    for program in ["no-such-program", "./no/such/path"] {
        sandbox
            .run(&["exec", "--no-cache", "--", program])
            .expect(127)
            .says(&["was not found"]);
        sandbox
            .run(&["exec", "--no-cache", "--serve", "--", program])
            .expect(127);
    }
    assert_eq!(sandbox.emulator.token_requests(), 1, "only the login");
}
