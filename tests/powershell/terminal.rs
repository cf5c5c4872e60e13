//! Ctrl-C at a terminal, where the job is a script of `PowerShell`.

use crate::support::pty::Terminal;
use crate::support::{Sandbox, default_signals};
use crate::{pwsh, sandbox};
use std::process::{Command, Output};

const SCRIPT: &str = "Write-Host \"ready $($env:ROPC_PROFILE)\"
try { Start-Sleep 600; Write-Host 'slept' } finally { [Console]::WriteLine('cleaned up') }
Write-Host 'went on'
";

/// Starts it at a terminal, interrupts it, and gives what was seen and how it ended.
fn interrupted(mut command: Command) -> Output {
    default_signals(&mut command);
    let mut terminal = Terminal::start(command);
    terminal.wait_for("ready ");
    terminal.send("\u{3}");
    terminal.wait_for("cleaned up");
    terminal.wait();
    assert_eq!(
        terminal.stty(),
        terminal.stty_at_first(),
        "every setting of the terminal is as it was"
    );
    terminal.finish()
}

#[test]
fn an_interruption_ends_the_script_as_without_ropc() {
    let Some(pwsh) = pwsh() else { return };
    let sandbox = sandbox(Sandbox::new(), &pwsh);
    std::fs::write(sandbox.root().join("job.ps1"), SCRIPT).unwrap();
    let script = ["pwsh", "-NoProfile", "-File", "job.ps1"];
    let model = sandbox.command(["x"]);
    let mut alone = Command::new(&pwsh);
    alone
        .args(&script[1..])
        .env_clear()
        .envs(model.get_envs().filter_map(|(n, v)| Some((n, v?))))
        .current_dir(sandbox.root());
    let control = sandbox.keep("alone", interrupted(alone));
    for flags in [&["exec", "--"][..], &["exec", "--serve", "--"]] {
        let command = sandbox.command([flags, &script].concat());
        let run = sandbox.keep("job", interrupted(command));
        assert!(run.stdout.contains("ready default"), "{}", run.stdout);
        assert!(
            !run.stdout.contains("slept") && !run.stdout.contains("went on"),
            "{}",
            run.stdout
        );
        assert_eq!(
            (run.code, run.signal),
            (control.code, control.signal),
            "{flags:?}"
        );
    }
}
