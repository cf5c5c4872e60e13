//! `ropc generate completions powershell`, loaded in a real `PowerShell` and asked with its own
//! `CompleteInput`.

use crate::support::{ROPC, Sandbox};
use crate::{in_powershell, pwsh, sandbox};
use std::path::Path;

const LOAD: &str = "ropc generate completions powershell | Out-String | Invoke-Expression";
/// `Complete 'LINE'` prints what Tab offers at the end of a line, in one line.
const COMPLETE: &str = "function Complete($Line) {
    # As PSReadLine does: an empty text from the script ends the completion with an exception.
    try { $found = [System.Management.Automation.CommandCompletion]::CompleteInput($Line, $Line.Length, $null) } catch { return '' }
    $found.CompletionMatches.CompletionText -join ' ' }";

/// What Tab offers for each line.
fn offers(sandbox: &Sandbox, pwsh: &Path, load: &str, lines: &[&str]) -> Vec<Vec<String>> {
    let asked: Vec<String> = lines
        .iter()
        .map(|line| format!("Complete '{}'", line.replace('\'', "''")))
        .collect();
    let asked = asked.join("\n");
    let run = in_powershell(sandbox, pwsh, &format!("{load}\n{COMPLETE}\n{asked}")).expect(0);
    assert_eq!(run.stderr.trim(), "", "{load}");
    let answers: Vec<Vec<String>> = run
        .stdout
        .lines()
        .map(|line| line.split_whitespace().map(str::to_owned).collect())
        .collect();
    assert_eq!(answers.len(), lines.len(), "{}", run.stdout);
    answers
}

fn offer(sandbox: &Sandbox, pwsh: &Path, line: &str) -> Vec<String> {
    offers(sandbox, pwsh, LOAD, &[line]).remove(0)
}

#[test]
fn tab_offers_the_values_of_a_flag() {
    let Some(pwsh) = pwsh() else { return };
    let sandbox = sandbox(Sandbox::new(), &pwsh);
    sandbox.login(&["-p", "nightly"]).expect(0);
    let expected = [
        ("ropc login --store ", "os file directory command"),
        ("ropc import a.ps1 --store f", "file"),
        ("ropc login --cloud usg", "usgov usgov-dod"),
        ("ropc import --cloud=ch", "--cloud=china"),
        ("ropc login --key-source k", "key-file keychain"),
        ("ropc token --output ", "text json header az"),
        ("ropc token -p x --output=j", "--output=json"),
        ("ropc --color a", "auto always"),
        ("ropc status --color ne", "never"),
        ("$x = 1; ropc generate completions p", "powershell"),
        ("ropc.exe generate m", "man"),
        ("& ropc tok", "token"),
        ("ropc token --out", "--output"),
        ("ropc exec -p ", "default nightly"),
        ("ropc status -p ni", "nightly"),
        ("ropc explain 700021", "700021 7000214 7000215 7000218"),
        ("ropc import nigh", "./nightly.env"),
        ("ropc login --ca-file nigh", "./nightly.env"),
        ("ropc login --tenant nigh", ""),
        ("ropc token --scope ", ""),
    ];
    std::fs::write(sandbox.root().join("nightly.env"), "").unwrap();
    // The name of the program on Windows.
    std::os::unix::fs::symlink(ROPC, sandbox.root().join("ropc.exe")).unwrap();
    let load = format!("$env:PATH += \":$PWD\"; {LOAD}");
    let lines = expected.map(|(line, _)| line);
    for ((line, words), offered) in expected.iter().zip(offers(&sandbox, &pwsh, &load, &lines)) {
        assert_eq!(offered.join(" "), *words, "{line}");
    }
}

#[test]
fn after_the_dashes_tab_completes_another_program() {
    let Some(pwsh) = pwsh() else { return };
    let sandbox = sandbox(Sandbox::new(), &pwsh);
    std::fs::write(sandbox.root().join("nightly.ps1"), "").unwrap();
    let lines = [
        "ropc exec --ser",
        "ropc exec -- --ser",
        "ropc exec -- pwsh --ser",
        "ropc exec -p default -- pws",
        "ropc exec -- pwsh nigh",
        "ropc login --store command -- pws",
    ];
    let offered = offers(&sandbox, &pwsh, LOAD, &lines);
    assert_eq!(
        offered[0],
        ["--serve"],
        "the control: before them it is a flag of ropc"
    );
    assert!(
        offered[1].is_empty() && offered[2].is_empty(),
        "{offered:?}"
    );
    assert_eq!(offered[3][0], "pwsh", "a program of PATH");
    assert!(
        offered[4].len() == 1 && offered[4][0].ends_with("nightly.ps1"),
        "{offered:?}"
    );
    assert_eq!(offered[5][0], "pwsh");
}

#[test]
fn tab_offers_every_verb_and_no_hidden_one() {
    let Some(pwsh) = pwsh() else { return };
    let sandbox = sandbox(Sandbox::new(), &pwsh);
    let all = offer(&sandbox, &pwsh, "ropc ");
    for verb in [
        "login", "import", "exec", "token", "status", "list", "logout", "rename", "doctor",
        "explain", "setup", "generate",
    ] {
        assert!(all.iter().any(|word| word == verb), "{verb}: {all:?}");
    }
    let renew = offers(
        &sandbox,
        &pwsh,
        LOAD,
        &["ropc renew", "ropc help renew", "ropc help tok"],
    );
    assert!(
        !all.contains(&"renew".to_owned()) && renew[0].is_empty() && renew[1].is_empty(),
        "{renew:?}"
    );
    assert_eq!(renew[2], ["token"], "the control");
}

#[test]
fn a_powershell_profile_with_other_lines_loads_the_script_appended_or_as_a_line() {
    let Some(pwsh) = pwsh() else { return };
    let sandbox = sandbox(Sandbox::new(), &pwsh);
    let profile = |added: &str| {
        let path = sandbox.root().join("profile.ps1");
        std::fs::write(
            &path,
            format!("Set-StrictMode -Version Latest\n$above = 'set'\n{added}\n$below = 'set'\n"),
        )
        .unwrap();
        let load = ". ./profile.ps1; if (\"$above$below\" -ne 'setset') { throw 'the profile did not load' }";
        in_powershell(
            &sandbox,
            &pwsh,
            &format!("{load}\n{COMPLETE}\nComplete 'ropc token --output h'"),
        )
    };
    let script = sandbox
        .run(&["generate", "completions", "powershell"])
        .expect(0)
        .stdout;
    assert!(
        script.is_ascii(),
        "Windows PowerShell 5.1 reads a profile without a byte order mark in the system's code page"
    );
    for added in [script.as_str(), LOAD, &format!("{script}\n{script}")] {
        let run = profile(added).expect(0);
        assert_eq!((run.stdout.trim(), run.stderr.trim()), ("header", ""));
    }
    let run = profile("using namespace System.Management.Automation");
    assert!(
        !run.stderr.is_empty() && !run.stdout.contains("header"),
        "the control: `using` breaks a profile"
    );
}
