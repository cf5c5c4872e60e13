//! The published example from end to end: both secrets in the script, `import --write`, neither in
//! it, and the edited script runs with the token of `ropc exec`.

use super::{CLIENT_SECRET, PASSWORD, found_in, import, place, sample, sandbox};

/// Runs the two remaining lines as PowerShell would: reads the variable for `Connect-MgGraph` from
/// its environment. Any other line is an error.
const FAKE_POWERSHELL: &str = r#"#!/bin/sh
set -eu
while IFS= read -r line; do
  case $line in
    '' | '#'*) ;;
    'Connect-MgGraph -AccessToken ($env:'*' | ConvertTo-SecureString -AsPlainText -Force)')
      name=${line#*env:}; name=${name%% *}
      eval "token=\${$name}"
      [ -n "$token" ] ;;
    Get-MgUser) printf 'length %s\n' "${#token}"; printf '%s' "$token" >token.out ;;
    *) printf 'not understood: %s\n' "$line" >&2; exit 9 ;;
  esac
done <"$1"
"#;

fn grep(secret: &str, path: &std::path::Path) -> bool {
    let output = std::process::Command::new("grep")
        .arg("-qF")
        .arg("--")
        .arg(secret)
        .arg(path)
        .status();
    output.unwrap().success()
}

#[test]
fn the_next_command_takes_a_file_of_any_name_as_one_word() {
    let sandbox = sandbox(PASSWORD, CLIENT_SECRET);
    let name = "it's $(touch hit) `touch hit`.ps1";
    let path = place(&sandbox, name, &sample("example.ps1"));
    let run = import(&sandbox, &path, &["--write", "--yes"]).expect(0);
    let (_, next) = run.stderr.split_once("ropc exec -- pwsh ").unwrap();
    let (word, _) = next.split_once("`\n").unwrap();
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", &format!("printf %s {word}")]);
    let output = shell.current_dir(sandbox.root()).output().unwrap();
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        path.to_string_lossy()
    );
    assert!(!sandbox.root().join("hit").exists());
}

#[test]
fn after_the_edit_the_secrets_are_in_the_store_alone_and_the_job_runs() {
    let mut sandbox = sandbox(PASSWORD, CLIENT_SECRET);
    // The fake PowerShell writes the token to a file on purpose; the test searches for the secrets
    // below.
    let path = place(&sandbox, "example.ps1", &sample("example.ps1"));
    assert!(
        grep(PASSWORD, &path) && grep(CLIENT_SECRET, &path),
        "before, both are there"
    );
    import(&sandbox, &path, &["--write", "--yes"])
        .expect(0)
        .says(&["next: `ropc exec -- pwsh ", "example.ps1`"]);
    assert!(
        !grep(PASSWORD, &path) && !grep(CLIENT_SECRET, &path),
        "after, neither is"
    );
    assert!(found_in(&std::fs::read(&path).unwrap(), &[PASSWORD, CLIENT_SECRET]).is_empty());
    sandbox.assert_no_leak();
    let pwsh = place(&sandbox, "pwsh", FAKE_POWERSHELL.as_bytes());
    std::fs::set_permissions(&pwsh, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let (pwsh, script) = (pwsh.display().to_string(), path.display().to_string());
    let run = sandbox.run(&["exec", "--", &pwsh, &script]).expect(0);
    let token = std::fs::read_to_string(sandbox.root().join("token.out")).unwrap();
    assert!(
        run.stdout.starts_with("length ") && token.starts_with("eyJ"),
        "{}",
        run.stdout
    );
    // The control: without `exec` there is no token, and the fake does not understand the old
    // script.
    let mut bare = std::process::Command::new(&pwsh);
    assert!(
        !bare
            .arg(&path)
            .env_remove("GRAPH_ACCESS_TOKEN")
            .current_dir(sandbox.root())
            .status()
            .unwrap()
            .success()
    );
    let old = place(&sandbox, "old.ps1", &sample("example.ps1"));
    sandbox
        .run(&["exec", "--", &pwsh, &old.display().to_string()])
        .expect(9);
    sandbox.without_scan();
}
