//! How long ropc waits for a program and its children, and what it gives them.

use super::*;

#[test]
fn a_program_gets_no_variable_of_ours() {
    let env = Environment::from_pairs([("ROPC_KEY_FILE", "/x"), ("PATH", "/bin")]);
    let program = Program::new(vec!["x".into()], &env);
    assert_eq!(program.withheld, ["ROPC_KEY_FILE"]);
}

#[cfg(unix)]
mod processes {
    use super::*;

    fn sh(script: &str) -> Program {
        let argv = ["/bin/sh", "-c", script].map(str::to_owned).to_vec();
        Program::new(argv, &Environment::default())
    }

    fn is_line(output: &[u8]) -> bool {
        output.ends_with(b"\n")
    }

    #[test]
    fn ropc_does_not_wait_for_a_background_process_that_holds_the_pipe() {
        let dir = tempfile::tempdir().unwrap();
        let pid = dir.path().join("pid");
        let script = format!("sleep 300 & echo $! >{}; echo output", pid.display());
        let start = Instant::now();
        let output = sh(&script).run(DEADLINE, is_line).unwrap();
        assert_eq!(output.as_slice(), b"output\n");
        assert!(start.elapsed() < DEADLINE);
        // ropc must not end it: it may be an agent that serves the next run.
        let child = std::fs::read_to_string(&pid).unwrap();
        let kill = sh(&format!("kill {child}"));
        assert!(kill.run(DEADLINE, is_line).is_ok());
        // The exit status decides, not the output.
        let failed = sh("sleep 2 & echo output; exit 3").run(DEADLINE, is_line);
        assert!(
            matches!(&failed, Err(ProgramFault::Failed(status)) if status.code() == Some(3)),
            "{failed:?}"
        );
    }

    #[test]
    fn a_program_that_hangs_is_ended_with_its_children() {
        let dir = tempfile::tempdir().unwrap();
        let pid = dir.path().join("pid");
        for script in [
            "sleep 300 & echo $! > PID; wait",
            "sleep 300 & echo $! > PID; exit 0",
            "exec >&-; echo $$ > PID; sleep 300",
        ] {
            let script = script.replace("PID", &pid.display().to_string());
            let ended = sh(&script).run(Duration::from_millis(800), is_line);
            assert!(matches!(ended, Err(ProgramFault::TimedOut(_))), "{ended:?}");
            let child = std::fs::read_to_string(&pid).unwrap();
            let state = || {
                std::fs::read_to_string(format!("/proc/{}/stat", child.trim())).unwrap_or_default()
            };
            // Killed: it is gone as soon as the kernel runs. Its new parent may leave it a zombie.
            let gone = || state().is_empty() || state().contains(") Z ");
            let end = Instant::now() + Duration::from_secs(30);
            while !gone() && Instant::now() < end {
                std::thread::sleep(POLL);
            }
            assert!(gone(), "{script}: {}", state());
        }
    }
}
