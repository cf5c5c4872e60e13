//! Ctrl-C at a terminal, with a `PowerShell` script as the job.

use crate::support::pty::Terminal;
use crate::support::{Sandbox, default_signals};
use crate::{pwsh, sandbox};
use std::process::{Command, Output};

const SCRIPT: &str = "Write-Host \"ready $($env:ROPC_PROFILE)\"
try { Start-Sleep 600; Write-Host 'slept' } finally { [Console]::WriteLine('cleaned up') }
Write-Host 'went on'
";

/// Starts the command at a terminal, interrupts it, and returns its output and how it ended.
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
        "a setting of the terminal has changed"
    );
    terminal.finish()
}

/// `PowerShell` alone ends with 0 after one interruption and with 1 after another, so a shell that
/// outlives the interruption says which it was.
const SHELL: &str = "trap : INT
pwsh -NoProfile -File job.ps1
code=$?
echo \"it ended with $code\"
exit $code
";

#[test]
fn an_interruption_ends_the_script_as_without_ropc() {
    let Some(pwsh) = pwsh() else { return };
    let sandbox = sandbox(Sandbox::new(), &pwsh);
    std::fs::write(sandbox.root().join("job.ps1"), SCRIPT).unwrap();
    for flags in [&["exec", "--"][..], &["exec", "--serve", "--"]] {
        let command = sandbox.command([flags, &["sh", "-c", SHELL]].concat());
        let run = sandbox.keep("job", interrupted(command));
        assert!(run.stdout.contains("ready default"), "{}", run.stdout);
        assert!(
            !run.stdout.contains("slept") && !run.stdout.contains("went on"),
            "{}",
            run.stdout
        );
        assert_eq!(run.signal, None, "{flags:?}");
        let ended = format!("it ended with {}", run.code.unwrap());
        assert!(run.stdout.contains(&ended), "{ended}: {}", run.stdout);
    }
}
