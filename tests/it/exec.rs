//! What `ropc exec` promises a child and those who watch it: codes, signals, terminal, streams,
//! arguments, environment.

use crate::support::pty::Terminal;
use crate::support::{ROPC, Run, Sandbox, leaks};
use entra_emulator::{CONTOSO_CLIENT, CONTOSO_TENANT, CONTOSO_USER};
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

pub(crate) fn ready() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    sandbox
}

/// `ropc exec -- sh -c SCRIPT`.
pub(crate) fn sh(sandbox: &Sandbox, script: &str) -> Run {
    sandbox.run(&["exec", "--", "sh", "-c", script])
}

fn variables(run: &Run) -> BTreeMap<String, String> {
    run.stdout
        .lines()
        .filter_map(|l| l.split_once('='))
        .map(|(n, v)| (n.into(), v.into()))
        .collect()
}

#[test]
fn the_childs_exit_code_is_passed_on() {
    let sandbox = ready();
    for code in [0, 1, 3, 4, 42, 125, 255] {
        let run = sh(&sandbox, &format!("exit {code}")).expect(code);
        assert_eq!(
            (run.stdout.as_str(), run.stderr.as_str()),
            ("", ""),
            "ropc itself says nothing"
        );
    }
}

#[test]
fn a_child_that_dies_by_a_signal_is_seen_to_die_by_that_signal() {
    let sandbox = ready();
    for (name, number) in [("TERM", 15), ("KILL", 9), ("INT", 2), ("SEGV", 11)] {
        let run = sh(&sandbox, &format!("kill -{name} $$"));
        assert_eq!((run.code, run.signal), (None, Some(number)), "{name}");
    }
}

#[test]
fn the_process_is_replaced_and_not_supervised() {
    let sandbox = ready();
    let child = sandbox
        .command(["exec", "--", "sh", "-c", "echo $$ $PPID"])
        .spawn()
        .unwrap();
    let pid = child.id();
    let run = sandbox.keep("pids", child.wait_with_output().unwrap());
    assert_eq!(run.stdout.trim(), format!("{pid} {}", std::process::id()));
}

#[test]
fn what_fails_before_the_child_is_125_with_its_kind() {
    let sandbox = Sandbox::new();
    let run = sandbox.run(&["exec", "--", "true"]).expect(125);
    run.says(&[
        "ropc: error: configuration: there is no profile `default`",
        "ropc: hint: set it up once with `ropc login`",
    ]);
    sandbox.login(&[]).expect(0);
    sandbox
        .run(&["exec", "-p", "defalt", "--", "true"])
        .expect(125)
        .says(&["configuration: ", "did you mean `-p default`?"]);
    let mut missing_store = sandbox.command(["exec", "--no-cache", "--", "true"]);
    missing_store.env("ROPC_KEY_FILE", sandbox.root().join("no-such-key"));
    sandbox
        .finish("no key", missing_store, &[])
        .expect(125)
        .says(&["error: secret store: ", "hint: "]);
    sandbox
        .emulator
        .set_password(CONTOSO_USER, "changed meanwhile");
    sandbox
        .run(&["exec", "--refresh", "--", "true"])
        .expect(125)
        .says(&["error: sign-in refused: AADSTS50126"]);
}

#[test]
fn a_host_that_is_down_is_125_and_network() {
    let mut sandbox = Sandbox::new();
    sandbox.login(&["--no-verify"]).expect(0);
    // A proxy that nobody runs: port 9 of the loopback.
    sandbox.set_env("HTTPS_PROXY", "http://127.0.0.1:9");
    sandbox
        .run(&["exec", "--timeout", "10s", "--", "true"])
        .expect(125)
        .says(&["error: network: ", "HTTPS_PROXY"]);
}

#[test]
fn a_command_that_cannot_be_run_is_126_and_one_that_is_not_there_127() {
    let sandbox = ready();
    let file = |name: &str, content: &str, mode: u32| {
        let path = sandbox.root().join(name);
        std::fs::write(&path, content).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        path.display().to_string()
    };
    let plain = file("plain", "#!/bin/sh\n", 0o644);
    let lost = file("lost", "#!/no/such/interpreter\n", 0o755);
    let directory = sandbox.root().display().to_string();
    for path in [&plain, &directory] {
        sandbox.run(&["exec", "--", path]).expect(126).says(&[
            "not executable: ",
            path,
            "hint: check",
        ]);
    }
    for (path, word) in [
        (lost.as_str(), "interpreter"),
        ("/no/such/file", "no such file"),
        ("no-such-command", "PATH"),
    ] {
        sandbox
            .run(&["exec", "--", path])
            .expect(127)
            .says(&["not found: ", path, word]);
    }
}

#[test]
fn nobody_need_read_why_it_could_not_be_run() {
    let sandbox = ready();
    let file = sandbox.root().join("no-program");
    std::fs::write(&file, "text").unwrap();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = sandbox.command(["exec", "--", file.to_str().unwrap()]);
    let output = command.stderr(writer).output().unwrap();
    sandbox.keep("no reader", output).expect(126);
}

#[test]
fn a_wrong_command_line_is_2_and_says_where_the_command_goes() {
    let sandbox = ready();
    sandbox
        .run(&["exec", "sh", "-c", "true"])
        .expect(2)
        .says(&["put the command after `--`"]);
    sandbox
        .run(&["exec"])
        .expect(2)
        .says(&["put the command after `--`"]);
    sandbox.run(&["exec", "--"]).expect(2);
    sandbox
        .run(&["exec", "--refrsh", "--", "true"])
        .expect(2)
        .says(&["--refresh"]);
    sandbox
        .run(&["exec", "--refresh", "--no-cache", "--", "true"])
        .expect(2)
        .says(&["cannot be used with"]);
    for name in [
        "PATH",
        "AZURE_CLIENT_SECRET",
        "ROPC_PROFILE",
        "DOTNET_STARTUP_HOOKS",
        "PSModulePath",
        "1A",
        "A=B",
        "",
    ] {
        sandbox
            .run(&["exec", "--env", name, "--", "true"])
            .expect(2)
            .says(&["hint: "]);
    }
}

/// Counts what it gets until there were as many as `$1`, and a little longer for those too many.
const COUNT_INTERRUPTS: &str = "n=0; trap 'n=$((n+1)); echo got $n' INT; echo ready
while [ $n -lt $1 ]; do sleep 0.05 & wait $!; done
for i in 1 2 3 4 5 6; do sleep 0.05 & wait $!; done; echo count $n";

#[test]
fn ctrl_c_reaches_the_child_exactly_once() {
    let sandbox = ready();
    // Once; and twice as the control, which shows that a second one would be counted.
    for presses in 1..=2 {
        let count = presses.to_string();
        let command = sandbox.command(["exec", "--", "sh", "-c", COUNT_INTERRUPTS, "sh", &count]);
        let mut terminal = Terminal::start(command);
        terminal.wait_for("ready");
        for press in 1..=presses {
            terminal.send("\u{3}");
            terminal.wait_for(&format!("got {press}"));
        }
        let run = sandbox.keep("interrupts", terminal.finish()).expect(0);
        assert!(
            run.stdout.contains(&format!("count {presses}")),
            "{}",
            run.stdout
        );
    }
}

#[test]
fn the_child_has_the_signals_and_descriptors_that_it_would_have_had() {
    let sandbox = ready();
    let look = "grep -E '^Sig(Ign|Blk|Cgt)' /proc/self/status; ls -l /proc/self/fd | sed 's/.* \\([0-9]*\\) -> .*/\\1/' | sort";
    // Started in the same way as ropc is, so that only what ropc does can make a difference.
    let mut direct = Command::new("sh");
    crate::support::default_signals(direct.args(["-c", look]).stdin(Stdio::null()));
    let direct = direct.output().unwrap();
    let run = sh(&sandbox, look).expect(0);
    assert_eq!(run.stdout, String::from_utf8(direct.stdout).unwrap());
    // SIGPIPE by what it does: a writer without a reader dies quietly.
    let run = sh(&sandbox, "(yes; echo $? >&2) | head -n 1").expect(0);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("y\n", "141\n"));
}

#[test]
fn the_core_limit_is_given_back() {
    let sandbox = ready();
    let hard = Command::new("sh")
        .args(["-c", "ulimit -H -c"])
        .output()
        .unwrap();
    let limits: &[&str] = if hard.stdout == b"0\n" {
        &["0"]
    } else {
        &["0", "4"]
    };
    for limit in limits {
        let mut command = Command::new("sh");
        let script = format!(
            "ulimit -S -c {limit} && exec {ROPC} exec -- sh -c 'ulimit -S -c; ulimit -H -c'"
        );
        command
            .args(["-c", &script])
            .env_clear()
            .env("HOME", sandbox.home())
            .env("PATH", "/usr/bin:/bin");
        let run = sandbox.keep("limits", command.output().unwrap()).expect(0);
        assert_eq!(
            run.stdout,
            format!("{limit}\n{}", String::from_utf8_lossy(&hard.stdout))
        );
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_daemon_that_ignores_its_children_is_no_hindrance_and_its_command_finds_that_unchanged() {
    // The kernel then clears away whatever ropc starts, such as the program of a command store,
    // before it can be asked how it ended.
    let sandbox = Sandbox::new();
    let secrets = sandbox.root().join("both.json");
    std::fs::write(&secrets, sandbox.secrets_json()).unwrap();
    let facts = sandbox.facts();
    let mut login: Vec<&str> = vec!["login"];
    login.extend(facts.iter().map(String::as_str));
    login.extend([
        "--yes",
        "--store",
        "command",
        "--",
        "cat",
        secrets.to_str().unwrap(),
    ]);
    sandbox.run(&login).expect(0);
    let ignored = |signals: &str, args: &[&str]| {
        let model = sandbox.command(["x"]);
        let mut command = Command::new("env");
        command.args([signals, ROPC]).args(args).args([
            "--",
            "grep",
            "SigIgn",
            "/proc/self/status",
        ]);
        command
            .env_clear()
            .envs(model.get_envs().filter_map(|(n, v)| Some((n, v?))))
            .current_dir(sandbox.root());
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let run = sandbox.finish("env", command, b"").expect(0);
        let mask = u64::from_str_radix(run.stdout.split_whitespace().last().unwrap(), 16).unwrap();
        mask & (1 << (libc::SIGCHLD - 1)) != 0
    };
    for way in [&["exec", "--no-cache"][..], &["exec", "--serve"]] {
        assert!(ignored("--ignore-signal=CHLD", way), "{way:?}");
        assert!(
            !ignored("--default-signal=CHLD", way),
            "{way:?}: the control"
        );
    }
}

#[test]
fn standard_input_reaches_the_child() {
    let sandbox = ready();
    let input = b"line one\n\0\xff\nlast without newline";
    let mut child = sandbox
        .command(["exec", "--", "od", "-An", "-tx1", "-v"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), input).unwrap();
    let run = sandbox
        .keep("od", child.wait_with_output().unwrap())
        .expect(0);
    let shown: Vec<u8> = run
        .stdout
        .split_whitespace()
        .map(|hex| u8::from_str_radix(hex, 16).unwrap())
        .collect();
    assert_eq!(shown, input);
}

#[test]
fn the_environment_is_the_same_but_for_the_token_and_the_facts() {
    let mut sandbox = ready();
    sandbox.set_env("MY_SETTING", "with = signs and 'quotes'");
    sandbox.set_env("NO_PROXY", "intranet.example");
    let before = sandbox
        .command::<&str>([])
        .get_envs()
        .filter_map(|(n, v)| Some((text(n), text(v?))))
        .collect::<BTreeMap<_, _>>();
    let run = sandbox.run(&["exec", "--", "env"]).expect(0);
    let mut after = variables(&run);
    let token = after.remove("GRAPH_ACCESS_TOKEN").unwrap();
    assert_eq!(token, sandbox.emulator.issued_tokens()[0].token);
    let status = sandbox.run(&["status", "--json"]).expect(0);
    let status: serde_json::Value = serde_json::from_str(&status.stdout).unwrap();
    let expiry = status["cached_token"]["expires_on"].to_string();
    let facts = [
        ("ROPC_PROFILE", "default"),
        ("ROPC_TENANT_ID", CONTOSO_TENANT),
        ("ROPC_CLIENT_ID", CONTOSO_CLIENT),
        ("ROPC_USERNAME", CONTOSO_USER),
        ("ROPC_EXPIRES_ON", &expiry),
    ];
    for (name, value) in facts {
        assert_eq!(after.remove(name).as_deref(), Some(value), "{name}");
    }
    assert_eq!(after, before, "nothing else was added, changed or removed");
    assert!(
        after
            .keys()
            .all(|name| !name.starts_with("AZURE_") && !name.starts_with("IDENTITY_"))
    );
}

fn text(value: &OsStr) -> String {
    value.to_str().unwrap().to_owned()
}

#[test]
fn env_renames_the_variable_and_a_stale_token_goes() {
    let mut sandbox = ready();
    sandbox.set_env("GRAPH_ACCESS_TOKEN", "stale");
    let token = sandbox.emulator.issued_tokens()[0].token.clone();
    let with = variables(&sandbox.run(&["exec", "--", "env"]).expect(0));
    assert_eq!(
        with["GRAPH_ACCESS_TOKEN"], token,
        "the fresh one replaces it"
    );
    let with = variables(
        &sandbox
            .run(&["exec", "--env", "ONE", "--env", "TWO_2", "--", "env"])
            .expect(0),
    );
    assert_eq!((&with["ONE"], &with["TWO_2"]), (&token, &token));
    assert!(!with.contains_key("GRAPH_ACCESS_TOKEN"));
    let with = variables(
        &sandbox
            .run(&[
                "exec",
                "--env",
                "ONE",
                "--env",
                "GRAPH_ACCESS_TOKEN",
                "--",
                "env",
            ])
            .expect(0),
    );
    assert_eq!(
        (&with["ONE"], &with["GRAPH_ACCESS_TOKEN"]),
        (&token, &token)
    );
}

#[test]
fn nesting_is_refused_for_the_same_profile_with_the_way_out() {
    let sandbox = ready();
    sandbox.login(&["-p", "other"]).expect(0);
    let nested = |flags: &str| {
        sh(
            &sandbox,
            &format!("{flags} {ROPC} exec -- sh -c 'echo $ROPC_PROFILE'"),
        )
    };
    nested("").expect(2).says(&[
        "already runs inside `ropc exec` for the profile `default`",
        "`unset ROPC_EXPIRES_ON`",
    ]);
    let way_out = nested("unset ROPC_EXPIRES_ON;").expect(0);
    assert_eq!(way_out.stdout, "default\n");
    let other = sh(
        &sandbox,
        &format!("{ROPC} exec -p other -- sh -c 'echo $ROPC_PROFILE'"),
    )
    .expect(0);
    assert_eq!(other.stdout, "other\n");
    sh(&sandbox, &format!("{ROPC} token > /dev/null")).expect(0);
}

#[test]
fn a_token_of_64_kib_fits_and_one_that_no_variable_holds_is_a_clear_error() {
    let sandbox = Sandbox::with(|config| config.with_token_size(64 * 1024));
    sandbox.login(&[]).expect(0);
    let run = sh(&sandbox, "printf %s \"$GRAPH_ACCESS_TOKEN\" | wc -c").expect(0);
    assert_eq!(run.stdout.trim(), "65536");
    sandbox
        .emulator
        .configure(|config| config.token_size = Some(200 * 1024));
    let run = sandbox
        .run(&["exec", "--refresh", "--", "true"])
        .expect(125);
    run.says(&[
        "error: failure: the token is 204800 bytes long, and a variable holds at most",
        "`ropc token`",
    ]);
    assert_eq!(
        sandbox.run(&["token"]).expect(0).stdout.trim().len(),
        200 * 1024,
        "the way out works"
    );
}

#[test]
fn arguments_arrive_exactly() {
    let sandbox = ready();
    let plain = [
        "a b",
        "",
        "\"quoted\"",
        "it's",
        "new\nline",
        "--",
        "-p",
        "--env",
        "$HOME `id` \\",
        "*",
        "ü日🔑",
        "=",
    ];
    let mut arguments: Vec<OsString> = plain.iter().map(OsString::from).collect();
    arguments.push(OsString::from_vec(b"not\xffUTF-8".to_vec()));
    let fixed = [
        "exec",
        "--",
        "sh",
        "-c",
        "for a; do printf '[%s]' \"$a\"; done",
        "sh",
    ]
    .map(OsString::from);
    let output = sandbox
        .command(fixed.iter().chain(&arguments))
        .output()
        .unwrap();
    let expected: Vec<u8> = arguments
        .iter()
        .flat_map(|a| [b"[", a.as_bytes(), b"]"].concat())
        .collect();
    assert_eq!(output.stdout, expected);
}

#[test]
fn the_profile_is_chosen_by_flag_then_by_variable_then_by_default() {
    use std::os::unix::ffi::OsStrExt;
    let mut sandbox = ready();
    for name in ["one", "two"] {
        sandbox.login(&["-p", name]).expect(0);
    }
    let chosen = |sandbox: &Sandbox, flags: &[&str]| {
        sandbox
            .run(&[&["exec"], flags, &["--", "sh", "-c", "echo $ROPC_PROFILE"]].concat())
            .expect(0)
            .stdout
    };
    assert_eq!(chosen(&sandbox, &[]), "default\n");
    sandbox.set_env("ROPC_PROFILE", "one");
    assert_eq!(chosen(&sandbox, &[]), "one\n");
    assert_eq!(chosen(&sandbox, &["-p", "two"]), "two\n");
    assert_eq!(chosen(&sandbox, &["--profile=two"]), "two\n");
    sandbox.set_env("ROPC_PROFILE", "../one");
    sandbox.run(&["exec", "--", "true"]).expect(125).says(&[
        "configuration: ",
        "cannot be the name of a profile",
        "ROPC_PROFILE",
    ]);
    sandbox.set_env("ROPC_PROFILE", "");
    assert_eq!(chosen(&sandbox, &[]), "default\n");
    // A name that cannot be read is no `default`.
    for (verb, code) in [
        (&["token"][..], 3),
        (&["exec", "--", "true"], 125),
        (&["doctor"], 3),
    ] {
        let mut command = sandbox.command(verb);
        command.env("ROPC_PROFILE", std::ffi::OsStr::from_bytes(b"one\xff"));
        sandbox
            .finish("no Unicode", command, b"")
            .expect(code)
            .says(&["cannot be the name", "ROPC_PROFILE"]);
    }
}

#[test]
fn nothing_of_the_child_holds_a_stored_secret() {
    let sandbox = ready();
    // Also right after a sign-in, when the process held both secrets a moment ago.
    let look = "cat /proc/$$/environ /proc/$$/cmdline; cat /proc/$$/maps | cut -c1-80 > /dev/null";
    for flags in [
        &["exec", "--", "sh", "-c", look][..],
        &["exec", "--no-cache", "--", "sh", "-c", look],
    ] {
        let run = sandbox.run(flags).expect(0);
        assert!(
            run.stdout.contains("GRAPH_ACCESS_TOKEN"),
            "it looked at the right place"
        );
        for secret in [&sandbox.password, &sandbox.client_secret] {
            assert_eq!(leaks::find(run.stdout.as_bytes(), secret), None);
        }
    }
    let mut leaky = ready();
    leaky.without_scan();
    leaky.set_env("LEFT_BEHIND", &leaky.password.clone());
    let run = sh(&leaky, look).expect(0);
    assert!(
        leaks::find(run.stdout.as_bytes(), &leaky.password).is_some(),
        "the control is found"
    );
}
