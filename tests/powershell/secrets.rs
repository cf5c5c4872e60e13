//! Secrets as `PowerShell` itself writes them, into a file or a pipe, in every encoding: what
//! arrives is the secret or a refusal that says what to do, and never another text.

use crate::support::{Run, Sandbox, random_secret, secrets_json};
use crate::{in_powershell, pwsh, sandbox};
use entra_emulator::CONTOSO_USER;

/// A sandbox whose user has a password with letters that encodings differ in. The file `password`
/// holds it, `both.json` both secrets, each as UTF-8 without a newline.
fn ready() -> Option<(Sandbox, String)> {
    let pwsh = pwsh()?;
    let sandbox = sandbox(Sandbox::new(), &pwsh);
    let password = format!("Pä\u{df}wörd €\u{1f511} {}", random_secret("Pw"));
    sandbox.watch("the password with umlauts", &password);
    assert!(sandbox.emulator.set_password(CONTOSO_USER, &password));
    let files = [
        ("password", password.clone().into_bytes()),
        ("client", sandbox.client_secret.clone().into_bytes()),
        ("both.json", secrets_json(&sandbox.client_secret, &password)),
    ];
    for (name, content) in files {
        std::fs::write(sandbox.root().join(name), content).unwrap();
    }
    Some((sandbox, password))
}

/// Runs these lines, in which `$secret` and `$both` are the texts and `login` is `ropc login` with
/// all but the secrets.
fn run(sandbox: &Sandbox, lines: &str) -> Run {
    let pwsh = pwsh().expect("`ready` has looked");
    let facts: Vec<String> = sandbox
        .facts()
        .iter()
        .map(|fact| format!("'{fact}'"))
        .collect();
    let script = format!(
        "$secret = [IO.File]::ReadAllText('password'); $both = [IO.File]::ReadAllText('both.json')
        $facts = @({}, '--yes', '--store', 'file', '--key-source', 'key-file')
        {lines}
        exit $LASTEXITCODE",
        facts.join(", ")
    );
    in_powershell(sandbox, &pwsh, &script)
}

const FROM_FILE: &str = "ropc login @facts --client-secret-file client --password-file written";

#[test]
fn a_file_in_utf_8_is_the_secret_and_any_other_is_refused_before_anything_is_sent() {
    let Some((sandbox, password)) = ready() else {
        return;
    };
    for (write, fault) in [
        ("$secret > written", None),
        ("$secret | Out-File written", None),
        ("Set-Content written $secret", None),
        ("Set-Content written $secret -Encoding utf8NoBOM", None),
        (
            "Set-Content written $secret -Encoding utf8BOM",
            Some("byte-order mark"),
        ),
        (
            "$secret | Out-File written -Encoding utf8BOM",
            Some("byte-order mark"),
        ),
        (
            "Set-Content written $secret -Encoding unicode",
            Some("UTF-16"),
        ),
        (
            "$secret | Out-File written -Encoding unicode",
            Some("UTF-16"),
        ),
        (
            "Set-Content written $secret -Encoding bigendianunicode",
            Some("UTF-16"),
        ),
        ("Set-Content written $secret -Encoding utf32", Some("")),
        (
            "Set-Content written $secret -Encoding latin1",
            Some("not UTF-8"),
        ),
        (
            "Set-Content written $secret -Encoding 1252",
            Some("not UTF-8"),
        ),
        (
            "ConvertTo-SecureString $secret -AsPlainText -Force | ConvertFrom-SecureString | Set-Content written",
            Some("PowerShell writes to protect"),
        ),
        (
            "ConvertTo-SecureString $secret -AsPlainText -Force | Export-Clixml written",
            Some("PowerShell writes to protect"),
        ),
    ] {
        let before = sandbox.emulator.connections();
        let ended = run(&sandbox, &format!("{write}; {FROM_FILE}"));
        let Some(fault) = fault else {
            ended.expect(0);
            let requests = sandbox.emulator.requests();
            let sent = requests.last().unwrap().field("password").unwrap();
            assert_eq!(sent, password, "{write}");
            continue;
        };
        ended.expect(2).says(&[fault, "ropc: hint: "]);
        assert_eq!(sandbox.emulator.connections(), before, "{write}: sent");
    }
}

#[test]
fn a_pipe_from_powershell_is_read_in_its_default_encoding_and_others_are_refused() {
    let Some((sandbox, password)) = ready() else {
        return;
    };
    let pipe = "$both | ropc login @facts --secrets-stdin";
    let one = "$secret | ropc login @facts --client-secret-file client --password-file -";
    for line in [pipe, one] {
        run(&sandbox, line).expect(0);
        let requests = sandbox.emulator.requests();
        let sent = requests.last().unwrap().field("password").unwrap();
        assert_eq!(sent, password, "{line}");
        let before = sandbox.emulator.connections();
        for encoding in ["Unicode", "BigEndianUnicode", "UTF32", "Latin1"] {
            let set = format!("$OutputEncoding = [Text.Encoding]::{encoding}; {line}");
            run(&sandbox, &set).expect(2).says(&["ropc: hint: "]);
        }
        assert_eq!(sandbox.emulator.connections(), before, "{line}: sent");
    }
}

/// As Windows PowerShell 5.1 pipes: what ASCII lacks becomes `?`, which nobody can tell from a
/// password with question marks. The refusal says so.
#[test]
fn a_pipe_in_ascii_is_refused_by_the_service_and_explained() {
    let Some((sandbox, _)) = ready() else { return };
    let ascii = "$OutputEncoding = [Text.Encoding]::ASCII";
    let line = "$secret | ropc login @facts --client-secret-file client --password-file -";
    run(&sandbox, &format!("{ascii}; {line}"))
        .expect(4)
        .says(&["AADSTS50126", "OutputEncoding"]);
}
