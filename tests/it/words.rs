//! How values from outside are shown, on both streams, and a standard output that loses its data.

use crate::support::{ROPC, Run, Sandbox};
use std::os::unix::process::CommandExt;
use std::process::Stdio;

/// Characters that control a terminal, change the direction of text, begin a line, or are
/// invisible; and a line that looks like one of ours.
const HOSTILE: &str = "a\u{1b}[31m\u{9b}1m\u{7f}\r\t\u{7}\u{61c}\u{200b}\u{200d}\u{200e}\u{202e}\u{2066}\u{2069}\u{2028}\u{2029}\u{ad}\u{feff}\u{2060}\u{e0041}\u{e0100}\nropc: error: forged";

/// True by the categories of Unicode, independent of the program's own list.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || ['\u{ad}', '\u{61c}', '\u{feff}'].contains(&c)
        || ('\u{200b}'..='\u{200f}').contains(&c)
        || ('\u{2028}'..='\u{202e}').contains(&c)
        || ('\u{2060}'..='\u{206f}').contains(&c)
        || ('\u{e0000}'..='\u{e0fff}').contains(&c)
}

/// The fault in an output, if it has one.
fn fault(text: &str) -> Option<String> {
    let hidden = text
        .chars()
        .find(|c| is_hidden(*c) && *c != '\n')
        .map(|c| format!("{c:?} is there"));
    let forged = text
        .lines()
        .any(|line| line.trim_start().starts_with("ropc: error: forged"));
    hidden.or_else(|| forged.then(|| "a value begins a line".to_owned()))
}

#[track_caller]
fn plain(what: &str, run: &Run) {
    for text in [&run.stdout, &run.stderr] {
        assert_eq!(fault(text), None, "{what}: {text:?}");
    }
}

/// A TOML or JSON text with every character escaped.
fn escaped(text: &str) -> String {
    text.chars()
        .map(|c| format!("\\U{:08x}", c as u32))
        .collect()
}

fn change_profile(sandbox: &Sandbox, change: impl Fn(&str) -> String) {
    let path = sandbox.profile_file("default");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(
        &path,
        text.lines()
            .map(|line| change(line) + "\n")
            .collect::<String>(),
    )
    .unwrap();
}

/// A line of a profile file that gives this key a hostile value.
fn hostile_line(key: &str) -> String {
    let value = match key {
        "scopes" => format!("[\"User.Read{}\"]", escaped(HOSTILE)),
        "command" => format!("[\"/bin/{0}\", \"{0}\"]", escaped(HOSTILE)),
        "username" => format!("\"svc{}@contoso.example\"", escaped(HOSTILE)),
        _ => format!("\"/{}\"", escaped(HOSTILE)),
    };
    match key {
        "secrets_dir" => format!("store = \"directory\"\nsecrets_dir = {value}"),
        "command" => format!("store = \"command\"\ncommand = {value}"),
        "nokey" => format!("\"{}\" = 1", escaped(HOSTILE)),
        _ => format!("{key} = {value}"),
    }
}

#[test]
fn no_value_of_a_profile_reaches_a_terminal_raw() {
    let keys = [
        "tenant",
        "client_id",
        "username",
        "authority",
        "ca_file",
        "scopes",
        "store",
        "key_source",
        "generation",
    ];
    for key in keys
        .iter()
        .copied()
        .chain(["secrets_dir", "command", "nokey"])
    {
        let sandbox = Sandbox::new();
        sandbox.login(&["--no-verify"]).expect(0);
        let line = hostile_line(key);
        let has_line = |text: &str| text.starts_with(&format!("{key} ="));
        let other_store = ["secrets_dir", "command"].contains(&key);
        change_profile(&sandbox, |text| match text {
            text if has_line(text) || (other_store && text.starts_with("store =")) => line.clone(),
            text if other_store && text.starts_with("key_source") => String::new(),
            text if key == "nokey" && text.starts_with("version") => format!("{text}\n{line}"),
            text => text.to_owned(),
        });
        for args in [
            &["status"][..],
            &["status", "--json"],
            &["list"],
            &["list", "--json"],
            &["doctor", "--timeout", "5s"],
            &["doctor", "--json", "--timeout", "5s"],
            &["token", "--timeout", "5s"],
            &["exec", "--timeout", "5s", "--", "true"],
            &["logout", "--yes"],
        ] {
            let run = sandbox.run(args);
            plain(&format!("{key}: {}", args.join(" ")), &run);
            if args.contains(&"--json") {
                assert!(run.stdout.is_ascii(), "{}", run.stdout);
                assert!(
                    run.stdout.is_empty()
                        || serde_json::from_str::<serde_json::Value>(&run.stdout).is_ok()
                );
            }
            let shows = run.stdout.clone() + &run.stderr;
            assert!(
                !shows.contains("forged") || shows.contains("\\u{1b}") || shows.contains("\\u001b"),
                "{shows}"
            );
        }
    }
}

#[test]
fn a_sign_in_name_with_such_a_character_is_refused() {
    let sandbox = Sandbox::new();
    for c in HOSTILE.chars().filter(|c| is_hidden(*c)) {
        let user = format!("svc{c}report@contoso.example");
        let run = sandbox.login(&["--username", &user]);
        assert_ne!(run.code, Some(0), "the flag is there twice");
        let facts = sandbox.facts();
        let mut args: Vec<&str> = facts
            .iter()
            .map(|f| if f.contains('@') { user.as_str() } else { f })
            .collect();
        args.extend([
            "login",
            "--secrets-stdin",
            "--store",
            "file",
            "--key-source",
            "key-file",
        ]);
        args.rotate_left(facts.len());
        let run = sandbox
            .run_with_input(&args, &sandbox.secrets_json())
            .expect(3)
            .says(&["is not a sign-in name"]);
        plain("login", &run);
    }
    assert_eq!(sandbox.emulator.connections(), 0);
}

/// A hostile text in each place of a command line.
const HOSTILE_ARGUMENTS: &[&[&str]] = &[
    &[HOSTILE],
    &["status", HOSTILE],
    &["status", "-p", HOSTILE],
    &["login", "--tenant", HOSTILE],
    &["login", "--cloud", HOSTILE],
    &["login", "--authority", HOSTILE],
    &["login", "--store", HOSTILE],
    &["login", "--client-id", HOSTILE],
    &[
        "login",
        "--password-file",
        HOSTILE,
        "--client-secret-file",
        HOSTILE,
    ],
    &[
        "login",
        "--store",
        "directory",
        "--secrets-dir",
        HOSTILE,
        "--ca-file",
        HOSTILE,
    ],
    &["token", "--scope", HOSTILE],
    &["token", "--output", HOSTILE],
    &["token", "--min-ttl", HOSTILE],
    &["exec", "--", HOSTILE],
    &["exec", "--env", HOSTILE, "--", "true"],
    &["exec", "--serve", "--allow-resource", HOSTILE, "--", "true"],
    &["explain", HOSTILE],
    &["import", HOSTILE],
    &["generate", HOSTILE],
    &["generate", "man", HOSTILE],
    &["logout", "-p", HOSTILE],
];

#[test]
fn no_argument_or_file_name_reaches_a_terminal_raw() {
    let mut sandbox = Sandbox::new();
    sandbox.login(&["--no-verify"]).expect(0);
    let there = sandbox.root().join("dir").join(HOSTILE.replace('/', ""));
    std::fs::create_dir_all(&there).unwrap();
    let script = there.join("job.sh");
    std::fs::write(
        &script,
        "TENANT_ID='contoso.example'\nUSERNAME='svc\u{202e}x@contoso.example'\nCLIENT_ID=\"a\u{1b}b\"\n",
    )
    .unwrap();
    let (there, script) = (there.to_str().unwrap(), script.to_str().unwrap());
    let (flag, authority) = (format!("--{HOSTILE}"), format!("https://{HOSTILE}.example"));
    let made: [&[&str]; 6] = [
        &[&flag],
        &["status", &flag],
        &["login", "--authority", &authority],
        &["import", script],
        &["import", there],
        &["generate", "man", there],
    ];
    for args in HOSTILE_ARGUMENTS.iter().copied().chain(made) {
        let run = sandbox.run(args);
        plain(&args.join(" "), &run);
        sandbox.set_env("ROPC_LANG", "ja");
        plain(&args.join(" "), &sandbox.run(args));
        sandbox.set_env("ROPC_LANG", "en");
    }
}

#[test]
fn no_usage_shows_the_name_that_the_program_was_started_by() {
    let sandbox = Sandbox::new();
    for name in [HOSTILE, "/opt/\u{202e}renamed", "renamed"] {
        for args in [
            &["--help"][..],
            &["exec", "--help"],
            &["login", "--nope"],
            &["exec"],
            &[],
        ] {
            let mut command = sandbox.command(args);
            command
                .arg0(name)
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped());
            let run = sandbox.finish(&args.join(" "), command, &[]);
            plain(&args.join(" "), &run);
            // The control of the search: the output has a usage.
            let shown = run.stdout + &run.stderr;
            assert!(
                shown.contains("Usage: ropc ") && !shown.contains("renamed"),
                "{shown}"
            );
        }
    }
}

#[test]
fn no_variable_reaches_a_terminal_raw() {
    let sandbox = Sandbox::new();
    sandbox.login(&["--no-verify"]).expect(0);
    for name in [
        "ROPC_PROFILE",
        "ROPC_CONFIG_DIR",
        "ROPC_STATE_DIR",
        "ROPC_KEY_FILE",
        "ROPC_LANG",
        "HTTPS_PROXY",
        "SSL_CERT_FILE",
    ] {
        for args in [
            &["status"][..],
            &["doctor", "--timeout", "5s"],
            &["token", "--timeout", "5s"],
        ] {
            let mut command = sandbox.command(args);
            command.env(name, HOSTILE);
            plain(name, &sandbox.finish(name, command, &[]));
        }
    }
}

#[test]
fn the_check_of_outputs_finds_hidden_characters() {
    // ropc does not change the output of the child.
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    let run = sandbox
        .run(&["exec", "--", "printf", "%s", HOSTILE])
        .expect(0);
    assert!(fault(&run.stdout).is_some());
    assert!(
        fault("x\nropc: error: forged").is_some() && fault("x\\nropc: error: forged").is_none()
    );
}

/// Each verb that gives data, with the streams of a shell's redirection.
fn redirected(sandbox: &Sandbox, args: &str, to: &str) -> Run {
    let mut command = sandbox.program("sh");
    command.args(["-c", &format!("exec {ROPC} {args} {to}")]);
    sandbox.finish(&format!("{args} {to}"), command, &[])
}

#[test]
fn data_that_cannot_be_written_is_a_failure() {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    let requests = sandbox.emulator.token_requests();
    let verbs = [
        "token",
        "token --output json",
        "token --refresh",
        "status",
        "status --json",
        "list",
        "list --json",
        "doctor --json",
        "explain 50126",
        "generate completions bash",
        "--help",
        "login --help",
        "--version",
    ];
    for to in [">&-", "1</dev/null", ">/dev/full"] {
        for args in verbs
            .iter()
            .filter(|args| !(to == ">/dev/full" && args.contains("--refresh")))
        {
            let run = redirected(&sandbox, args, to);
            assert_eq!(run.code, Some(1), "{args} {to}: {}", run.stderr);
            assert!(
                run.stderr.contains("standard output cannot be written"),
                "{args} {to}: {}",
                run.stderr
            );
        }
    }
    assert_eq!(
        sandbox.emulator.token_requests(),
        requests,
        "no sign-in if the token would be lost"
    );
    // The controls: a file that takes all data, however it was opened, and a child with its own
    // output.
    for args in verbs {
        for to in [">/dev/null", "1<>/dev/null"] {
            redirected(&sandbox, args, to).expect(0);
        }
    }
    assert!(
        sandbox.emulator.token_requests() > requests,
        "`--refresh` asks"
    );
    redirected(&sandbox, "exec -- true", ">&-").expect(0);
}

#[test]
fn a_stream_that_is_closed_is_closed_for_the_command_too() {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    for verb in ["exec", "exec --serve"] {
        for (stream, uses_it) in [
            ("0<&-", "cat"),
            (">&-", "echo lost"),
            ("2>&-", "echo lost >&2"),
        ] {
            let job = format!("{verb} -- sh -c '{uses_it}'");
            let run = redirected(&sandbox, &job, stream);
            assert!(
                run.code.is_some_and(|code| code != 0),
                "{job} {stream}: {:?}",
                run.code
            );
            // The controls: the same command with its stream, and another one without it.
            redirected(&sandbox, &job, "").expect(0);
            redirected(&sandbox, &format!("{verb} -- true"), stream).expect(0);
        }
    }
}
