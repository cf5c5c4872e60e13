//! A test program names the tests that this machine cannot run at its end, with the reason; in CI
//! that is a failure. This file shows it with this program itself, run again for one test whose
//! need nobody can meet.

use crate::support::needs;
use std::process::Command;

/// Does nothing without this variable, with which the tests below run it.
#[test]
fn a_test_with_a_need() {
    if let Some(met) = std::env::var_os("TEST_NEED_MET") {
        assert!(needs::allowed(met == "yes", "what nobody has") == (met == "yes"));
    }
}

fn run(met: &str, ci: bool) -> (bool, String) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "not_run::a_test_with_a_need"])
        .env("TEST_NEED_MET", met)
        .env_remove("CI");
    if ci {
        command.env("CI", "true");
    }
    let output = command.output().unwrap();
    let texts = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    (output.status.success(), texts.concat())
}

#[test]
fn a_test_that_was_not_run_is_listed_at_the_end() {
    let (passed, said) = run("no", false);
    assert!(passed && said.contains("1 passed"), "{said}");
    let table = said.split("NOT RUN").nth(1).unwrap();
    for part in [
        "1 test\n",
        "what nobody has is not allowed here",
        "run `cargo test`",
        "not_run::a_test_with_a_need",
    ] {
        assert!(table.contains(part), "{part} is not in:\n{table}");
    }
    // The control: if the need is met there is no table.
    let (passed, said) = run("yes", false);
    assert!(passed && !said.contains("NOT RUN"), "{said}");
}

/// A whole `cargo test` has one table: each program leaves its own part, as `tests/not-run` reads
/// it.
#[test]
#[cfg(target_os = "linux")]
fn in_a_whole_run_the_last_program_prints_the_table() {
    let own = std::env::current_exe().unwrap();
    // This shell plays cargo: `test` is one of its arguments.
    let script = "\"$1\" --exact not_run::a_test_with_a_need; echo \"cargo $$\"";
    let output = Command::new("bash")
        .args(["-c", script, "test"])
        .arg(&own)
        .env("TEST_NEED_MET", "no")
        .env_remove("CI")
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    let said = said.concat();
    assert!(said.contains("not run, though `ok` above: 1;"), "{said}");
    assert!(!said.contains("NOT RUN"), "{said}");
    let cargo = said.split("cargo ").last().unwrap();
    let id = cargo.lines().next().unwrap();
    let directory = own.parent().unwrap().join(format!("not-run-{id}"));
    let left = std::fs::read_to_string(directory.join(own.file_name().unwrap())).unwrap();
    std::fs::remove_dir_all(directory).unwrap();
    let (lack, test) = left.trim_end().split_once('\t').unwrap();
    assert!(lack.contains("what nobody has") && lack.contains("run `cargo test`"));
    assert_eq!(test, "not_run::a_test_with_a_need");
}

#[test]
fn a_run_of_some_programs_is_no_whole_run() {
    let whole = |line: &str| needs::is_whole(line.split(' '));
    for line in [
        "cargo test",
        "cargo test --locked --no-fail-fast",
        "cargo test --workspace breaker::",
        "cargo test -- --test-threads 2 --test",
    ] {
        assert!(whole(line), "{line}");
    }
    for line in [
        "cargo test --test it",
        "cargo test --test=it",
        "cargo test -p plaintext",
        "cargo test --lib --bins",
        "cargo run",
    ] {
        assert!(!whole(line), "{line}");
    }
}

#[test]
fn in_ci_a_need_that_is_not_met_is_a_failure() {
    assert!(run("yes", true).0, "the control");
    let (passed, said) = run("no", true);
    // Root can run everything; another account names what it lacks and goes on.
    assert_eq!(passed, !needs::is_root(), "{said}");
    assert!(
        said.contains("what nobody has is not allowed here"),
        "{said}"
    );
}
