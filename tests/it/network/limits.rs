//! A machine without free descriptors or threads: the error names the cause, nothing panics, and no
//! mark is left.

use super::*;
use crate::support::{ROPC, copy_program, needs};
use std::process::Command;

/// The same run under a limit of the shell; `$AS` and `$PROGRAM` may name the account and the copy
/// of the program.
fn limited(sandbox: &Sandbox, limit: &str, args: &[&str]) -> Command {
    let mut command = sandbox.program("bash");
    let script =
        format!("exec $AS bash -c '{limit}; exec \"$0\" \"$@\"' \"${{PROGRAM:-$0}}\" \"$@\"");
    command.args(["-c", &script]).arg(ROPC).args(args);
    command
}

#[test]
fn too_few_descriptors_are_exit_code_1_without_a_panic_or_a_mark() {
    let mut sandbox = cold();
    let runs: [&[&str]; 5] = [
        &["token", "--no-cache"],
        &["exec", "--no-cache", "--", "true"],
        &["exec", "--serve", "--no-cache", "--", "true"],
        &["login", "--retry"],
        &["doctor", "--json"],
    ];
    let mut refused = 0;
    for descriptors in 3..=20 {
        let state = sandbox.root().join(format!("state-{descriptors}"));
        sandbox.set_env("ROPC_STATE_DIR", state.to_str().unwrap());
        let before = sandbox.emulator.connections();
        let mut all_refused = true;
        for args in runs {
            let command = limited(&sandbox, &format!("ulimit -n {descriptors}"), args);
            let run = sandbox.finish(&format!("{descriptors}: {}", args.join(" ")), command, &[]);
            let code = run.code.unwrap_or(-1);
            assert!(
                !run.stderr.contains("panicked") && code != 101,
                "{descriptors} {args:?}: {}",
                run.stderr
            );
            let is_refused =
                run.stderr.contains("ropc: error:") && run.stderr.contains("too many open files");
            if is_refused {
                let expected = if args[0] == "exec" { 125 } else { 1 };
                assert_eq!(code, expected, "{descriptors} {args:?}: {}", run.stderr);
                assert!(run.stderr.contains("ulimit -n"), "{}", run.stderr);
                refused += 1;
            }
            all_refused &= is_refused;
        }
        if all_refused {
            assert_eq!(sandbox.emulator.connections(), before, "{descriptors}");
            // The control, and no mark: with enough descriptors the same account signs in at once.
            sandbox
                .finish("enough", limited(&sandbox, "ulimit -n 64", runs[0]), &[])
                .expect(0);
        }
    }
    assert!(refused > 20, "{refused}");
}

#[test]
fn no_thread_is_exit_code_1_and_doctor_says_what_it_could_not_check() {
    if !needs::programs(&["setpriv"]) || !needs::root() {
        return;
    }
    let sandbox = cold();
    let program = sandbox.root().join("ropc");
    copy_program(ROPC, &program);
    let owned = Command::new("chown")
        .args(["-R", "65534:65534"])
        .arg(sandbox.root())
        .status()
        .unwrap();
    assert!(owned.success());
    let as_nobody = |limit: &str, args: &[&str]| {
        let mut command = limited(&sandbox, limit, args);
        command
            .env("PROGRAM", &program)
            .env("AS", "setpriv --reuid 65534 --regid 65534 --clear-groups");
        sandbox.finish(
            &format!("{limit} as nobody: {}", args.join(" ")),
            command,
            &[],
        )
    };
    let none = "ulimit -u 1";
    let run = as_nobody(none, &["token", "--no-cache"])
        .expect(1)
        .says(&["no resources left", "ulimit -u"]);
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    as_nobody(none, &["exec", "--serve", "--no-cache", "--", "true"])
        .expect(125)
        .says(&["ulimit -u"]);
    let report = as_nobody(none, &["doctor", "--json"]);
    assert!(
        report.code != Some(0) && report.stdout.contains("too few file descriptors, threads"),
        "{}",
        report.stdout
    );
    assert_eq!(sandbox.emulator.connections(), 0);
    // The control: without the limit the same account signs in, and no mark stops it.
    as_nobody("true", &["token", "--no-cache"]).expect(0);
}
