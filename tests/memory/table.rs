//! One run of all scenarios, as a table: scenario by encoding, with the number of copies found. All
//! are 0 except the controls, which the same scanner must find in the same run.

use crate::may_scan;
use crate::process::{Still, token, wait_for};
use crate::recorders::TlsRecorder;
use crate::rows::{Connection, Row, Table, Wanted};
use crate::scan::{Found, Pages, Snapshot};
use crate::scenarios::Stage;
use entra_emulator::Fault;

#[test]
fn table() {
    if !may_scan() {
        return;
    }
    let mut table = Table::default();
    tokens(&mut table);
    failures(&mut table);
    logins(&mut table);
    imports(&mut table);
    controls(&mut table);
    println!("{}", table.print());
    assert!(table.faults.is_empty(), "{}", table.faults.join("\n"));
}

fn tokens(table: &mut Table) {
    if let Some(stage) = Stage::keychain() {
        table.clean(
            "token in hand, keychain",
            &stage,
            stage.token_in_hand().pid(),
        );
        let (still, hold) = stage.awaited();
        let wanted = Wanted::of(&stage);
        wait_for(
            || wanted.is_gone(still.pid()),
            "a secret is still in memory",
        );
        table.clean_with(
            Connection::Open,
            "answer awaited, keychain",
            &stage,
            still.pid(),
        );
        hold.release();
    }
    let stage = Stage::file();
    table.clean("token in hand, file", &stage, stage.token_in_hand().pid());
    for kind in ["directory", "command"] {
        let (in_hand, awaited) = match kind {
            "directory" => ("token in hand, directory", "answer awaited, directory"),
            _ => ("token in hand, command", "answer awaited, command"),
        };
        let stage = Stage::only_read(kind);
        table.clean(in_hand, &stage, stage.token_in_hand().pid());
        let (still, hold) = stage.awaited();
        let wanted = Wanted::of(&stage);
        wait_for(
            || wanted.is_gone(still.pid()),
            "a secret is still in memory",
        );
        table.clean_with(Connection::Open, awaited, &stage, still.pid());
        hold.release();
    }
    let mut command =
        stage
            .sandbox
            .command(["exec", "--no-cache", "--", "sh", "-c", "kill -STOP $$"]);
    command.env_remove("ROPC_TEST_STOP_AT");
    let child = Still::started(command, b"");
    child.wait_for_stop("the child");
    let row = Wanted::of(&stage).row("the child of exec", child.pid());
    if !row.is_clean(Connection::Closed) {
        table
            .faults
            .push("the child of exec holds a stored secret".into());
    }
    table.rows.push(row);
}

fn failures(table: &mut Table) {
    if let Some(stage) = Stage::keychain().map(Stage::wrong_password) {
        table.clean("wrong password, keychain", &stage, stage.failed().pid());
    }
    let faults = [
        ("wrong password, file", None),
        ("refused by policy (50076)", Some(Fault::Aadsts(50076))),
        (
            "no answer in time",
            Some(Fault::Hold(entra_emulator::Hold::new())),
        ),
        ("closed after the request", Some(Fault::CloseAfterRequest)),
        ("answer cut off", Some(Fault::CutBody)),
        ("TLS fails", Some(Fault::CloseBeforeHandshake)),
        ("502, twice", Some(Fault::BadGateway)),
        ("not JSON", Some(Fault::NotJson)),
        (
            "an error with status 200",
            Some(Fault::fixture("error-with-status-200")),
        ),
    ];
    for (scenario, fault) in faults {
        let stage = match fault {
            Some(fault) => Stage::file().fault(fault),
            None => Stage::file().wrong_password(),
        };
        table.clean(scenario, &stage, stage.failed().pid());
    }
    // Another server answers, with a certificate that the enrolled root did not sign.
    let other = entra_emulator::Server::start(entra_emulator::Config::contoso());
    let mut stage = Stage::file();
    stage.tls = TlsRecorder::before(other.port());
    let args = stage.login_args(&[
        "--secrets-stdin",
        "--no-verify",
        "--yes",
        "--store",
        "file",
        "--key-source",
        "key-file",
    ]);
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    stage
        .sandbox
        .run_with_input(&args, &stage.sandbox.secrets_json())
        .expect(0);
    table.clean("certificate not trusted", &stage, stage.failed().pid());
}

fn logins(table: &mut Table) {
    let stage = Stage::bare();
    table.clean("login from a pipe", &stage, stage.login_from_pipe().pid());
    let stage = Stage::bare();
    table.clean("login from files", &stage, stage.login_from_files().pid());
    let stage = Stage::bare();
    table.clean(
        "login from prompts",
        &stage,
        stage.login_from_prompt().pid(),
    );
    let stage = Stage::file();
    table.clean(
        "login that keeps one",
        &stage,
        stage.login_that_keeps_one().pid(),
    );
}

fn imports(table: &mut Table) {
    for (scenario, more, point) in [
        ("import, signed in", &[][..], "logged-in"),
        ("import --write, signed in", &["--write"], "logged-in"),
        ("import --write, file edited", &["--write"], "file-edited"),
        (
            "import --write --backup, edited",
            &["--write", "--backup"],
            "file-edited",
        ),
    ] {
        let stage = Stage::bare();
        table.clean(scenario, &stage, stage.imported(more, point, None).pid());
    }
    let stage = Stage::bare();
    let kept = stage.imported(&["--write"], "logged-in", Some("secrets"));
    table.control(
        "CONTROL import: the file's text",
        &stage,
        kept.pid(),
        |row| row.password.whole.contains_key("raw") && row.client_secret.whole.contains_key("raw"),
    );
}

fn controls(table: &mut Table) {
    let raw = |found: &Found| found.whole.contains_key("raw");
    let both = move |row: &Row| raw(&row.password) && raw(&row.client_secret);
    let stage = Stage::file();
    let in_use = Still::at(token(&stage.sandbox, &[]), "secrets-in-use", b"");
    table.control("CONTROL secrets in use", &stage, in_use.pid(), both);
    drop(in_use);
    let leak = stage.leaking("secrets", "token-in-hand");
    table.control("CONTROL secrets leaked", &stage, leak.pid(), both);
    drop(leak);
    let token = stage
        .sandbox
        .emulator
        .issued_tokens()
        .last()
        .unwrap()
        .token
        .clone();
    let stage = Stage::keychain().unwrap_or_else(Stage::file);
    // The messages of the bus must be in the memory of the relay, which is this process.
    drop(stage.token_in_hand());
    table.control(
        "CONTROL the relay: bus messages",
        &stage,
        std::process::id(),
        |row| row.messages != Some(0),
    );
    let leak = stage.leaking("freed", "token-in-hand");
    table.control("CONTROL not wiped: TLS record", &stage, leak.pid(), |row| {
        row.records > 0
    });
    drop(leak);
    let (still, hold) = stage.awaited();
    table.control(
        "CONTROL connection open: its keys",
        &stage,
        still.pid(),
        |row| row.keys.0 + row.keys.1 > 0,
    );
    hold.release();
    drop(still);
    let in_hand = stage.token_in_hand();
    let token_now = stage
        .sandbox
        .emulator
        .issued_tokens()
        .last()
        .unwrap()
        .token
        .clone();
    let snapshot = Snapshot::take(in_hand.pid(), Pages::Present).unwrap();
    let (own, foreign) = (
        snapshot.count(token_now.as_bytes()),
        snapshot.count(token.as_bytes()),
    );
    println!("control: its own token is found {own} times, that of another run {foreign} times");
    if own == 0 || foreign != 0 {
        table.faults.push("the token: the scanner is blind".into());
    }
}
