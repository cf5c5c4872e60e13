//! `ropc generate completions`: each script loaded in its shell at a terminal, where the test types
//! and presses Tab as a person does; and what `ropc` itself offers. PowerShell:
//! `tests/powershell/`.

use crate::support::pty::Terminal;
use crate::support::{ROPC, Sandbox, needs};
use std::path::Path;
use std::time::Duration;

/// A shell that loads the script and nothing else.
struct Shell {
    program: &'static str,
    arguments: &'static [&'static str],
    load: &'static str,
}

const SHELLS: [Shell; 4] = [
    Shell {
        program: "bash",
        arguments: &["--norc", "-i"],
        load: "source <(ropc generate completions bash)",
    },
    Shell {
        program: "elvish",
        arguments: &["-norc"],
        load: "eval (ropc generate completions elvish | slurp)",
    },
    Shell {
        program: "fish",
        arguments: &["--no-config", "-i"],
        load: "ropc generate completions fish | source",
    },
    Shell {
        program: "zsh",
        arguments: &["-f", "-i"],
        load: "autoload -Uz compinit; compinit -u -D; source <(ropc generate completions zsh)",
    },
];

/// What a person types before and after Tab, and what the finished command prints.
const TYPED: [(&str, &str, &str); 9] = [
    ("ropc rena", "x y", "there is no profile `x`"),
    ("ropc status --json -p nigh", "", "\"nightly\""),
    ("ropc explain 7004", "", "AADSTS70043"),
    (
        "ropc generate completions --no-i",
        "tcsh",
        "invalid value 'tcsh'",
    ),
    ("ropc import unfinis", "", "unfinished-work.txt"),
    (
        "ropc generate man unfinis",
        "",
        "unfinished-work.txt is not a directory",
    ),
    // Nothing but the person knows it, and it is no file.
    ("ropc setup --app unfinis", "", "$appName = 'unfinis'"),
    (
        "ropc exec -p nightly -- mkfif",
        " --version",
        "mkfifo (GNU coreutils)",
    ),
    (
        "ropc exec -p nightly -- cat unfinis",
        "",
        "the last line of it",
    ),
];

fn sandbox() -> Sandbox {
    let mut sandbox = Sandbox::new();
    let bin = Path::new(ROPC).parent().unwrap().display();
    sandbox.set_env("PATH", &format!("{bin}:/usr/local/bin:/usr/bin:/bin"));
    sandbox.set_env("TERM", "xterm");
    sandbox.login(&["-p", "nightly"]).expect(0);
    let file = sandbox.root().join("unfinished-work.txt");
    std::fs::write(file, "the last line of it\n").unwrap();
    sandbox
}

/// A shell may take what is typed while it looks for candidates for a choice among them.
fn wait_until_quiet(terminal: &Terminal) {
    let mut seen = 0;
    while terminal.seen().len() > seen {
        seen = terminal.seen().len();
        std::thread::sleep(Duration::from_millis(700));
    }
}

#[test]
fn tab_completes_in_every_shell_what_ropc_knows_and_then_the_other_program() {
    let programs = SHELLS.map(|shell| shell.program);
    if !needs::programs(&programs) {
        return;
    }
    let sandbox = sandbox();
    for shell in SHELLS {
        let mut command = sandbox.program(shell.program);
        command.args(shell.arguments);
        let mut terminal = Terminal::start(command);
        terminal.send(&format!("{}\r", shell.load));
        terminal.send("ropc list\r");
        terminal.wait_for("contoso");
        for (before, after, printed) in TYPED {
            let seen = terminal.seen().len();
            terminal.send(&format!("{before}\t"));
            wait_until_quiet(&terminal);
            terminal.send(&format!("{after}\r"));
            let is_printed = |t: &Terminal| t.seen()[seen..].contains(printed);
            terminal.wait_until(is_printed, &format!("{}: {before}", shell.program));
        }
        terminal.send("exit\r");
        terminal.wait();
    }
}

/// What ropc offers where the shell completes files.
const FILES: &[&str] = &[""];

/// What ropc offers for these words, of which the last is incomplete.
fn offered(sandbox: &Sandbox, words: &[&str]) -> Vec<String> {
    let run = sandbox
        .run(&[&["complete", "--", "ropc"], words].concat())
        .expect(0);
    assert_eq!(run.stderr, "");
    let values = run.stdout.lines().map(|line| line.split('\t').next());
    values.map(|value| value.unwrap().to_owned()).collect()
}

#[test]
fn names_and_values_are_offered_and_a_hidden_verb_is_not() {
    let sandbox = sandbox();
    for (words, expected) in [
        (&["login", "--store", "f"][..], &["file"][..]),
        (&["login", "--cloud", "usg"], &["usgov", "usgov-dod"]),
        (&["import", "--cloud=ch"], &["--cloud=china"]),
        (&["token", "--output", "h"], &["header"]),
        (&["exec", "--ser"], &["--serve"]),
        (&["exec", "--", "--ser"], &[]),
        (&["exec", "-p", ""], &["nightly"]),
        (&["rename", "nig"], &["nightly"]),
        (&["import", ""], FILES),
        (&["login", "--ca-file", ""], FILES),
        (&["login", "--password-file=x"], FILES),
        (&["import", "--dry"], &["--dry-run"]),
        (&["generate", "man", ""], FILES),
        (&["login", "--tenant", ""], &[]),
        (&["token", "--scope", ""], &[]),
        (&["generate", "completions", "b"], &["bash"]),
        (&["ren"], &["rename"]),
        (&["renew"], &[]),
        (&["comp"], &[]),
        (&["help", "rene"], &[]),
    ] {
        assert_eq!(offered(&sandbox, words), expected, "{words:?}");
    }
    let all = offered(&sandbox, &[""]);
    assert!(all.contains(&"doctor".to_owned()) && !all.contains(&"--verbose".to_owned()));
    let codes = sandbox.run(&["complete", "--", "ropc", "explain", "50126"]);
    assert!(codes.stdout.starts_with("50126\t"), "{}", codes.stdout);
    assert_eq!(sandbox.run(&["complete"]).expect(0).stdout, "");
}

#[test]
fn completion_reads_no_secret_and_leaves_nothing() {
    let sandbox = Sandbox::new();
    let before = sandbox.snapshot();
    assert_eq!(offered(&sandbox, &["exec", "-p", ""]), Vec::<String>::new());
    assert_eq!(sandbox.snapshot(), before);
}
