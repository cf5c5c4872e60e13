//! Secrets that PowerShell itself writes to a file or into a pipe: `login` takes them as they were
//! meant, or refuses them before anything is sent and names the command that writes them right.

use crate::support::{Sandbox, secrets_json};
use crate::{environment, in_powershell, pwsh};
use entra_emulator::CONTOSO_USER;
use std::path::Path;

/// Letters that each encoding writes in its own way.
const PASSWORD: &str = "Grüße~2026";
/// What the hints name, for Windows PowerShell 5.1 too.
const UTF8: &str = "$OutputEncoding = [Text.UTF8Encoding]::new($false)";
const FROM_FILE: &str = "Enroll --client-secret-file client-secret --password-file password";
const FROM_PIPE: &str = "$password | Enroll --client-secret-file client-secret --password-file '-'";
const JSON_FROM_PIPE: &str = "$secrets | ConvertTo-Json | Enroll --secrets-stdin";

/// A sandbox without a profile, and a file with the right secrets.
fn ready(pwsh: &Path) -> Sandbox {
    let sandbox = environment(Sandbox::new(), pwsh);
    assert!(sandbox.emulator.set_password(CONTOSO_USER, PASSWORD));
    sandbox.watch("password", PASSWORD);
    let secrets = secrets_json(&sandbox.client_secret, PASSWORD);
    std::fs::write(sandbox.root().join("secrets.json"), secrets).unwrap();
    sandbox
}

/// What each of the scripts says, one after the other in one PowerShell, with `code N` at its end.
/// They know `$password`, `$secrets` and `Enroll`, which is `ropc login` with the profile's facts.
fn answers(sandbox: &Sandbox, pwsh: &Path, scripts: &[String]) -> Vec<String> {
    let start = format!(
        "$secrets = [IO.File]::ReadAllText('secrets.json') | ConvertFrom-Json
        $password = $secrets.password
        [IO.File]::WriteAllText('client-secret', $secrets.client_secret)
        $ascii = [Text.ASCIIEncoding]::new(); $utf16 = [Text.UnicodeEncoding]::new()
        function Enroll {{ $input | ropc login --yes --store file --key-source key-file {} @args }}\n",
        sandbox.facts().join(" ")
    );
    let end = "2>&1 | Out-String -Width 1000; \"code $LASTEXITCODE\"; '----'";
    let each = scripts
        .iter()
        .map(|script| format!(". {{ {script} }} {end}\n"));
    let script = start + &each.collect::<String>();
    let said = in_powershell(sandbox, pwsh, &script).stdout;
    let answers: Vec<String> = said.split_terminator("----\n").map(str::to_owned).collect();
    assert_eq!(answers.len(), scripts.len(), "{said}");
    answers
}

#[test]
fn what_is_written_as_utf8_arrives() {
    let Some(pwsh) = pwsh() else { return };
    let sandbox = ready(&pwsh);
    let files = [
        "[IO.File]::WriteAllText('password', $password)",
        "Set-Content password $password",
        "Set-Content password $password -NoNewline -Encoding utf8NoBOM",
        "$password > password",
        "$password | Out-File password",
    ];
    let pipes = [
        JSON_FROM_PIPE.to_owned(),
        FROM_PIPE.to_owned(),
        // Windows PowerShell 5.1 begins with ASCII.
        format!("$OutputEncoding = $ascii; {UTF8}; {JSON_FROM_PIPE}"),
        format!("$OutputEncoding = $utf16; {UTF8}; {FROM_PIPE}"),
    ];
    let scripts: Vec<String> = files
        .iter()
        .map(|write| format!("{write}; {FROM_FILE}"))
        .chain(pipes)
        .collect();
    for (answer, script) in answers(&sandbox, &pwsh, &scripts).iter().zip(&scripts) {
        assert!(answer.contains("code 0"), "{script}: {answer}");
    }
    let passwords = sandbox.emulator.requests();
    let passwords: Vec<_> = passwords
        .iter()
        .map(|form| form.field("password"))
        .collect();
    assert_eq!(passwords, vec![Some(PASSWORD); scripts.len()]);
}

/// A script, and what `ropc` says of what the script writes.
type Row = (String, [&'static str; 2]);

/// Files that PowerShell writes in another encoding, or with something around the value.
fn odd_files() -> Vec<Row> {
    let write_all_text = |reason| [reason, "WriteAllText"];
    let utf16 = write_all_text("UTF-16");
    let rows = [
        ("Set-Content password $password -Encoding unicode", utf16),
        // The redirection of Windows PowerShell 5.1.
        ("$password | Out-File password -Encoding unicode", utf16),
        (
            "[IO.File]::WriteAllText('password', $password, [Text.UnicodeEncoding]::new($false, $false))",
            utf16,
        ),
        (
            "Set-Content password $password -Encoding bigendianunicode",
            utf16,
        ),
        (
            "Set-Content password $password -Encoding utf8BOM",
            write_all_text("byte-order mark"),
        ),
        (
            "Set-Content password $password -Encoding utf32",
            write_all_text("UTF-"),
        ),
        (
            "Set-Content password $password -Encoding latin1",
            write_all_text("not UTF-8"),
        ),
        (
            "[IO.File]::WriteAllText('password', $password, [Text.Encoding]::GetEncoding(1252))",
            write_all_text("not UTF-8"),
        ),
        (
            "Set-Content password \"$password`r\" -NoNewline",
            write_all_text("a line break"),
        ),
        (
            "Set-Content password $password, ''",
            write_all_text("a line break"),
        ),
        (
            "Set-Content password \"`\"$password`\"\"",
            ["quotation marks", "at a terminal asks"],
        ),
        (
            "Set-Content password $password.Replace('~', [string][char]0)",
            ["a NUL character", "UTF-16"],
        ),
    ];
    rows.map(|(write, said)| (format!("{write}; {FROM_FILE}"), said))
        .to_vec()
}

/// What PowerShell writes to protect a value.
fn protected() -> [Row; 2] {
    let secure = "ConvertTo-SecureString $password -AsPlainText -Force";
    let rows = [
        (
            format!("{secure} | ConvertFrom-SecureString | Set-Content password"),
            "NetworkCredential",
        ),
        (
            format!("[pscredential]::new('u', ({secure})) | Export-Clixml password"),
            "Import-Clixml",
        ),
    ];
    rows.map(|(write, fix)| {
        let said = ["PowerShell writes to protect", fix];
        (format!("{write}; {FROM_FILE}"), said)
    })
}

#[test]
fn another_encoding_is_refused_with_the_command_that_writes_it_right() {
    let Some(pwsh) = pwsh() else { return };
    let sandbox = ready(&pwsh);
    let pipes = ["$utf16", "[Text.UnicodeEncoding]::new($true, $true)"].map(|encoding| {
        let script = format!("$OutputEncoding = {encoding}; {JSON_FROM_PIPE}");
        (script, ["UTF-16", UTF8])
    });
    let rows = [&odd_files()[..], &protected(), &pipes].concat();
    let scripts: Vec<String> = rows.iter().map(|(script, _)| script.clone()).collect();
    for (answer, (script, said)) in answers(&sandbox, &pwsh, &scripts).iter().zip(&rows) {
        let is_refused =
            answer.contains("code 2") && said.iter().all(|words| answer.contains(words));
        assert!(is_refused, "{script}: {answer}");
    }
    assert_eq!(sandbox.emulator.connections(), 0, "nothing is sent");
}

/// ASCII, with which Windows PowerShell 5.1 writes into a pipe, has no letter for `ü`.
#[test]
fn a_password_whose_letters_the_pipe_lost_is_refused_with_the_reason() {
    let Some(pwsh) = pwsh() else { return };
    let sandbox = ready(&pwsh);
    let script = format!("$OutputEncoding = $ascii; {FROM_PIPE}");
    let answer = &answers(&sandbox, &pwsh, &[script])[0];
    for words in ["code 4", "AADSTS50126", UTF8] {
        assert!(answer.contains(words), "{words}: {answer}");
    }
    let requests = sandbox.emulator.requests();
    let sent = requests.last().unwrap().field("password");
    assert_eq!(sent, Some("Gr??e~2026"), "the control");
}
