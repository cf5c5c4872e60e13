//! `ropc exec` and `ropc explain` at a shell: scripts that are no programs, and hints in the syntax
//! of the shell.

use crate::exec::{ready, sh};
use crate::support::{ROPC, Sandbox};
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

/// POSIX's `execvp` gives a file that the kernel cannot run to /bin/sh, which would run a script of
/// another language.
#[test]
fn a_script_without_an_interpreter_line_is_never_run_by_a_shell() {
    let sandbox = ready();
    let body = "touch ran\n";
    for (name, line) in [
        ("job.ps1", Some("pwsh -File ./job.ps1")),
        ("job.PS1", Some("pwsh -File ./job.PS1")),
        ("job.psm1", Some("pwsh -Command Import-Module ./job.psm1")),
        ("job.py", Some("python3 ./job.py")),
        ("job.mjs", Some("node ./job.mjs")),
        ("job.rb", Some("ruby ./job.rb")),
        ("my job.sh", Some("sh './my job.sh'")),
        ("job", None),
        ("job.unknown", None),
    ] {
        let path = sandbox.root().join(name);
        std::fs::write(&path, body).unwrap();
        for (mode, serve) in [(0o755, false), (0o755, true), (0o644, false)] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            let program = format!("./{name}");
            let args = [
                &["exec"][..],
                if serve { &["--serve"] } else { &[] },
                &["--", &program],
            ]
            .concat();
            let run = sandbox.run(&args).expect(126).says(&["not executable: "]);
            let typed = line.map(|line| format!("`ropc exec -- {line}`"));
            assert!(
                typed.is_none_or(|typed| run.stderr.contains(&typed)),
                "{name}: {}",
                run.stderr
            );
            assert!(!sandbox.root().join("ran").exists(), "{name} was run");
        }
    }
    // The controls: a C library would run it, and an interpreter line and a search in PATH still
    // work.
    std::fs::set_permissions(
        sandbox.root().join("job"),
        std::fs::Permissions::from_mode(0o755),
    )
    .unwrap();
    let direct = Command::new("env")
        .arg("./job")
        .current_dir(sandbox.root())
        .status()
        .unwrap();
    assert!(direct.success() && sandbox.root().join("ran").exists());
    std::fs::write(sandbox.root().join("job"), "#!/bin/sh\nexit 7\n").unwrap();
    std::fs::set_permissions(
        sandbox.root().join("job"),
        std::fs::Permissions::from_mode(0o755),
    )
    .unwrap();
    for flags in [&["exec"][..], &["exec", "--serve"]] {
        sandbox.run(&[flags, &["--", "./job"]].concat()).expect(7);
        sandbox
            .run(&[flags, &["--", "sh", "-c", "exit 8"]].concat())
            .expect(8);
    }
}

#[test]
fn hints_are_in_the_syntax_of_the_shell() {
    let mut sandbox = ready();
    sandbox.set_env(
        "PSModulePath",
        "/home/someone/.local/share/powershell/Modules",
    );
    sh(&sandbox, &format!("{ROPC} exec -- true"))
        .expect(2)
        .says(&["`Remove-Item Env:ROPC_EXPIRES_ON`"]);
    let run = sandbox
        .run(&["explain", "nothing known"])
        .expect(2)
        .says(&["`Get-Error | ropc explain`"]);
    assert!(!run.stderr.contains('<'), "{}", run.stderr);
    sandbox.set_env("PSModulePath", "");
    sh(&sandbox, &format!("{ROPC} exec -- true"))
        .expect(2)
        .says(&["`unset ROPC_EXPIRES_ON`"]);
}

#[test]
fn explain_takes_what_an_array_expands_to() {
    let sandbox = Sandbox::new();
    let plain = sandbox.run(&["explain", "50126", "50076"]).expect(0).stdout;
    assert!(
        plain.contains("50126") && plain.contains("50076"),
        "{plain}"
    );
    for args in [
        &["50126,50076"][..],
        &["50126,", "50076"],
        &["[50126, 50076]"],
        &["AADSTS50126", "50076", "50126"],
    ] {
        assert_eq!(
            sandbox.run(&[&["explain"], args].concat()).expect(0).stdout,
            plain,
            "{args:?}"
        );
    }
}
