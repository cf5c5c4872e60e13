//! `ropc generate completions`: the script for every shell, and what bash does with it. PowerShell:
//! `tests/powershell/`.

use crate::support::Sandbox;
use std::process::{Command, Stdio};

const SHELLS: [&str; 5] = ["bash", "elvish", "fish", "powershell", "zsh"];

fn script(sandbox: &Sandbox, shell: &str) -> String {
    sandbox
        .run(&["generate", "completions", shell])
        .expect(0)
        .stdout
}

#[test]
fn no_shell_shows_a_hidden_verb() {
    let sandbox = Sandbox::new();
    for shell in SHELLS {
        let text = script(&sandbox, shell);
        assert!(!text.contains("renew"), "{shell}");
        assert!(text.contains("doctor"), "{shell}: the control");
        // The generator for elvish knows no values.
        assert!(shell == "elvish" || text.contains("usgov-dod"), "{shell}");
    }
}

/// What bash offers for these words, of which the last is incomplete.
fn offered(sandbox: &Sandbox, words: &[&str]) -> Vec<String> {
    let asked = "eval \"$SCRIPT\"; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); \
        function=$(complete -p ropc | sed 's/.*-F \\([^ ]*\\).*/\\1/'); \
        $function ropc \"${COMP_WORDS[COMP_CWORD]}\" \"${COMP_WORDS[COMP_CWORD - 1]}\"; printf '%s\\n' \"${COMPREPLY[@]}\"";
    let mut command = Command::new("bash");
    command
        .args(["--norc", "-c", asked, "bash"])
        .args(words)
        .env("SCRIPT", script(sandbox, "bash"));
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let run = sandbox.finish("bash", command, b"").expect(0);
    assert_eq!(run.stderr, "");
    run.stdout.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn bash_completes_values_and_after_the_dashes_another_program() {
    let sandbox = Sandbox::new();
    for (words, expected) in [
        (&["ropc", "login", "--store", "f"][..], &["file"][..]),
        (
            &["ropc", "login", "--cloud", "usg"],
            &["usgov", "usgov-dod"],
        ),
        (&["ropc", "token", "--output", "h"], &["header"]),
        (&["ropc", "exec", "--ser"], &["--serve"]),
        (&["ropc", "exec", "--", "--ser"], &[]),
        (&["ropc", "exec", "--", "bash", "--ser"], &[]),
        (&["ropc", "ren"], &[]),
    ] {
        assert_eq!(offered(&sandbox, words), expected, "{words:?}");
    }
    assert!(offered(&sandbox, &["ropc", "exec", "--", "bas"]).contains(&"bash".to_owned()));
}
