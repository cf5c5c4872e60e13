//! `ropc` at a PowerShell prompt: exit codes, streams, scripts, hints, arrays and blocks.

use crate::support::Sandbox;
use crate::{in_powershell, pwsh, sandbox};

#[test]
fn a_script_gets_a_token_and_the_shell_its_code_and_streams() {
    let Some(pwsh) = pwsh() else { return };
    let sandbox = sandbox(Sandbox::new(), &pwsh);
    let script = "param($Code)\n\
        $left = [long]$env:ROPC_EXPIRES_ON - [DateTimeOffset]::UtcNow.ToUnixTimeSeconds()\n\
        Write-Output \"token $($env:GRAPH_ACCESS_TOKEN.Length) left $($left -ge 600)\"\n\
        [Console]::Error.WriteLine('to stderr')\n\
        exit $Code\n";
    std::fs::write(sandbox.root().join("job.ps1"), script).unwrap();
    let length = sandbox.emulator.issued_tokens()[0].token.len();
    for flags in [
        &["exec"][..],
        &["exec", "--serve", "--env", "GRAPH_ACCESS_TOKEN"],
    ] {
        for code in [0, 1, 3, 125, 255] {
            let code_text = code.to_string();
            let args = [
                flags,
                &["--", "pwsh", "-NoProfile", "-File", "job.ps1", &code_text],
            ]
            .concat();
            let run = sandbox.run(&args).expect(code);
            assert_eq!(run.stdout.trim(), format!("token {length} left True"));
            assert_eq!(run.stderr.trim(), "to stderr");
        }
    }
}

#[test]
fn jobs_of_a_script_have_its_token() {
    let Some(pwsh) = pwsh() else { return };
    let sandbox = sandbox(Sandbox::new(), &pwsh);
    let script = "$ErrorActionPreference = 'Stop'
        $length = { $env:GRAPH_ACCESS_TOKEN.Length }
        Start-Job $length | Receive-Job -Wait
        Start-ThreadJob $length | Receive-Job -Wait
        1 | ForEach-Object -Parallel $length
        pwsh -NoProfile -Command '$env:GRAPH_ACCESS_TOKEN.Length'
        $env:GRAPH_ACCESS_TOKEN = $null
        Start-Job $length | Receive-Job -Wait\n";
    std::fs::write(sandbox.root().join("jobs.ps1"), script).unwrap();
    let run = sandbox
        .run(&["exec", "--", "pwsh", "-NoProfile", "-File", "jobs.ps1"])
        .expect(0);
    let length = sandbox.emulator.issued_tokens()[0].token.len().to_string();
    let seen: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(
        seen,
        [&length[..], &length, &length, &length, "0"],
        "the last is the control"
    );
}

#[test]
fn a_script_by_its_name_is_refused_with_a_line_that_powershell_runs() {
    let Some(pwsh) = pwsh() else { return };
    let sandbox = sandbox(Sandbox::new(), &pwsh);
    let path = sandbox.root().join("my job.ps1");
    std::fs::write(
        &path,
        "Write-Output \"ran $($env:GRAPH_ACCESS_TOKEN.Length -gt 0)\"\n",
    )
    .unwrap();
    for mode in [0o644, 0o755] {
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(mode))
            .unwrap();
        let typed = "ropc exec -- './my job.ps1'; exit $LASTEXITCODE";
        let run = in_powershell(&sandbox, &pwsh, typed).expect(126);
        let line = run
            .stderr
            .split('`')
            .find(|part| part.starts_with("ropc exec"))
            .expect("a line to type")
            .to_owned();
        assert_eq!(
            in_powershell(&sandbox, &pwsh, &line)
                .expect(0)
                .stdout
                .trim(),
            "ran True",
            "{line}"
        );
    }
}

#[test]
fn hints_are_lines_that_powershell_runs() {
    let Some(pwsh) = pwsh() else { return };
    let sandbox = sandbox(Sandbox::new(), &pwsh);
    let nested = |before: &str| {
        let inner = format!(
            "{before}; ropc exec -- pwsh -NoProfile -Command 'Write-Output inner'; exit $LASTEXITCODE"
        );
        sandbox.run(&["exec", "--", "pwsh", "-NoProfile", "-Command", &inner])
    };
    let refused = nested("$null = 1").expect(2);
    let way = refused
        .stderr
        .split('`')
        .find(|part| part.contains("ROPC_EXPIRES_ON"))
        .expect("a way out")
        .to_owned();
    assert_eq!(nested(&way).expect(0).stdout.trim(), "inner", "{way}");

    let how = in_powershell(&sandbox, &pwsh, "ropc explain nothing; exit $LASTEXITCODE").expect(2);
    let line = how
        .stderr
        .split('`')
        .find(|part| part.contains('|'))
        .expect("a pipeline")
        .to_owned();
    let failing = format!("try {{ throw 'AADSTS50126: wrong' }} catch {{ }}\n{line}");
    assert!(
        in_powershell(&sandbox, &pwsh, &failing)
            .expect(0)
            .stdout
            .contains("50126"),
        "{line}"
    );
}

#[test]
fn arrays_and_blocks_are_passed_as_powershell_passes_them() {
    let Some(pwsh) = pwsh() else { return };
    let sandbox = sandbox(Sandbox::new(), &pwsh);
    for typed in [
        "ropc explain 50126,50076",
        "$codes = 50126, 50076; ropc explain $codes",
        "ropc explain '50126,50076'",
    ] {
        let text = in_powershell(&sandbox, &pwsh, typed).expect(0).stdout;
        assert!(
            text.contains("50126") && text.contains("50076"),
            "{typed}: {text}"
        );
    }
    let block =
        "$found = ropc exec --serve -- pwsh -NoProfile { [pscustomobject]@{ Key = $env:IDENTITY_HEADER.Length } }
        $found.Key";
    assert_eq!(
        in_powershell(&sandbox, &pwsh, block)
            .expect(0)
            .stdout
            .trim(),
        "43",
        "the shell gets objects"
    );
}

/// .NET loads the files that this variable names into every program, which could print the token.
#[test]
fn env_refuses_variables_that_dotnet_acts_on() {
    let Some(pwsh) = pwsh() else { return };
    let sandbox = sandbox(Sandbox::new(), &pwsh);
    let with = |name: &str| {
        let typed = format!(
            "ropc exec --env {name} -- pwsh -NoProfile -Command 'exit 7'; exit $LASTEXITCODE"
        );
        in_powershell(&sandbox, &pwsh, &typed)
    };
    for name in [
        "DOTNET_STARTUP_HOOKS",
        "PSModulePath",
        "dotnet_additional_deps",
        "CORECLR_PROFILER",
    ] {
        let run = with(name).expect(2);
        assert!(
            !sandbox
                .emulator
                .issued_tokens()
                .iter()
                .any(|t| run.stderr.contains(&t.token)),
            "{name}"
        );
    }
    with("MY_TOKEN").expect(7);
}
