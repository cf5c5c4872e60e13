//! Values that are known, and values that are not guessed.

use super::*;
use crate::names::Field;
use crate::powershell::lex::lex;

fn values(text: &str) -> Vec<(String, Option<String>)> {
    let tokens = lex(text, 0..text.len());
    let found = read(&tokens.list, text);

    let fields = found
        .bindings
        .into_iter()
        .filter(|b| field_of(&b.name).is_some_and(Field::is_secret));
    fields
        .map(|b| (b.name.clone(), b.value.meaning.shown()))
        .collect()
}

#[test]
fn values_that_are_known() {
    for (text, value) in [
        ("$Password = 'a''b'", "a'b"),
        ("$Password='a'+\"b\" + 'c'", "abc"),
        ("$Password =\n  'a' +\n  'b'", "ab"),
        ("[string]$Password = ('a')", "a"),
        ("param([string]$Password = 'a', $x)", "a"),
        ("$script:Password = 'a' # 'b'", "a"),
        ("@{ password = 'a'; x = 1 }", "a"),
        ("@{ 'password'='a' }", "a"),
        ("$b.password = 'a'", "a"),
        ("$b['password'] = 'a'", "a"),
        (
            "$Password = ConvertTo-SecureString 'a' -AsPlainText -Force",
            "a",
        ),
        (
            "$Password = ConvertTo-SecureString -AsPlainText -Force -String 'a'",
            "a",
        ),
        (
            "$Password = 'a' | ConvertTo-SecureString -AsPlainText -Force",
            "a",
        ),
        ("Connect-X -Password 'a' -Force", "a"),
        ("Connect-X -Password:'a'", "a"),
        (
            "Connect-X -Password (ConvertTo-SecureString 'a' -AsPlainText -Force) -Y",
            "a",
        ),
        (
            "New-Object System.Management.Automation.PSCredential ('u@x.example', (ConvertTo-SecureString 'a' -AsPlainText -Force))",
            "a",
        ),
        ("New-Object PSCredential -ArgumentList 'u', $p", "$p"),
        ("[pscredential]::new($u, $p)", "$p"),
        ("$Password = $Other", "$other"),
        ("$Password = @'\na\n'@", "a"),
    ] {
        let found = values(text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert_eq!(found[0].1.as_deref(), Some(value), "{text}");
    }
}

#[test]
fn values_that_are_not_guessed() {
    for text in [
        "$Password = Read-Host -AsSecureString",
        "$Password = 'a{0}' -f $x",
        "$Password = 'a'.Trim()",
        "$Password = 'a' -replace 'a', 'b'",
        "$Password = \"a$x\"",
        "$Password = Get-Secret -Name x -AsPlainText",
        "$Password = $x.y",
        "$Password = 'a' * 3",
        "$Password += 'a'",
        "$Password = (Get-Content 'pw.txt')",
        "$Password = [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('YQ=='))",
        "$Password = if ($x) { 'a' } else { 'b' }",
        "$Password = -join ('a', 'b')",
        "$Password = ConvertTo-SecureString '01000000d08c9ddf'",
        "$Password = '01000000d08c9ddf' | ConvertTo-SecureString -Key $k",
        "Connect-X -Password secret-word",
    ] {
        let found = values(text);
        assert!(!found.is_empty(), "{text}");
        assert!(
            found.iter().all(|(_, value)| value.is_none()),
            "{text}: {found:?}"
        );
    }
}
