//! What the ways of `exec` to hand out tokens leave in memory: no stored secret, in `ropc` with the
//! first token in hand and in the command that gets them.

use crate::may_scan;
use crate::process::Still;
use crate::rows::{Connection, Row, Table, Wanted};
use crate::scenarios::Stage;

/// `exec` of a shell that stops itself, with these flags.
fn exec(stage: &Stage, flags: &[&str], script: &str) -> std::process::Command {
    let start = ["exec", "--no-cache"];
    let end = ["--", "sh", "-c", script];
    stage.sandbox.command([&start, flags, &end].concat())
}

const STOP: &str = "kill -STOP $$";
const FILE: &[&str] = &["--token-file", "TOKEN_FILE"];
const SEVERAL: &[&str] = &[
    "--env",
    "ONE",
    "--env",
    "OTHER=https://graph.microsoft.com/User.Read",
];

#[test]
fn a_token_by_file_and_several_tokens_leave_no_stored_secret() {
    if !may_scan() {
        return;
    }
    let mut table = Table::default();
    for (flags, in_hand, child) in [
        (
            FILE,
            "token by file, in hand",
            "the child with a token by file",
        ),
        (
            SEVERAL,
            "several tokens, the first in hand",
            "the child with several tokens",
        ),
    ] {
        let stage = Stage::file();
        let still = Still::at(exec(&stage, flags, STOP), "token-in-hand", b"");
        table.clean(in_hand, &stage, still.pid());
        drop(still);
        let stage = Stage::file();
        let still = Still::started(exec(&stage, flags, STOP), b"");
        still.wait_for_stop("the child");
        // `clean` expects a process of the size of ropc.
        let row = Wanted::of(&stage).row(child, still.pid());
        if !row.is_clean(Connection::Closed) {
            table.faults.push(format!("{child}: a stored secret"));
        }
        table.rows.push(row);
    }
    let stage = Stage::file();
    let json = stage.sandbox.root().join("both.json");
    std::fs::write(&json, stage.sandbox.secrets_json()).unwrap();
    let reads = "secrets=$(cat both.json); kill -STOP $$";
    let still = Still::started(exec(&stage, SEVERAL, reads), b"");
    still.wait_for_stop("the child");
    table.control(
        "CONTROL a child that reads both",
        &stage,
        still.pid(),
        finds_both,
    );
    println!("{}", table.print());
    assert!(table.faults.is_empty(), "{}", table.faults.join("\n"));
}

fn finds_both(row: &Row) -> bool {
    !row.password.is_nothing() && !row.client_secret.is_nothing()
}
