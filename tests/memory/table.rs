//! One run of everything, as a table: scenario by encoding, how many copies were found. All are 0,
//! but for the controls, which the same scanner must find in the same run.

use crate::keys::{bus_keys, tls_keys};
use crate::may_scan;
use crate::process::{Still, token, wait_for};
use crate::recorders::{SealedSecret, TlsRecorder};
use crate::scan::{Finder, Found, Pages, Snapshot};
use crate::scenarios::Stage;
use entra_emulator::Fault;
use std::fmt::Write;

/// What one snapshot holds.
struct Row {
    scenario: &'static str,
    size: usize,
    password: Found,
    client_secret: Found,
    /// 16-byte blocks of the TLS records and of the D-Bus messages that carried the secrets.
    records: usize,
    messages: Option<usize>,
    /// Traffic secrets, AES keys of TLS, AES keys of the bus.
    keys: (usize, usize, usize),
}

impl Row {
    fn is_clean(&self, connection: Connection) -> bool {
        let (traffic, aes, bus) = self.keys;
        self.password.is_nothing()
            && self.client_secret.is_nothing()
            && self.records == 0
            && self.messages.unwrap_or(0) == 0
            && (connection == Connection::Open || traffic + aes == 0)
            && bus == 0
    }
}

/// That to the token endpoint. While it is open it needs its keys, and there is nothing yet that
/// they open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Connection {
    Open,
    Closed,
}

#[derive(Default)]
struct Table {
    rows: Vec<Row>,
    faults: Vec<String>,
}

/// What is looked for in the snapshots of one stage.
struct Wanted<'s> {
    stage: &'s Stage,
    finder: Finder,
}

impl<'s> Wanted<'s> {
    fn of(stage: &'s Stage) -> Self {
        Self {
            stage,
            finder: Finder::of(&[&stage.sandbox.password, &stage.sandbox.client_secret]),
        }
    }

    fn row(&self, scenario: &'static str, pid: u32) -> Row {
        let snapshot = Snapshot::take(pid, Pages::Present).unwrap();
        // Written, read back and, at least once, read.
        let messages: Option<Vec<SealedSecret>> =
            self.stage.bus.as_ref().map(|bus| bus.wait_for(3));
        assert!(
            messages.as_ref().is_none_or(|all| all.len() >= 3),
            "{scenario}: the bus was not recorded"
        );
        let [password, client_secret] = self.finder.search(&snapshot).try_into().expect("two");
        let (traffic, aes) = tls_keys(&snapshot, &self.stage.sandbox.emulator.tls_secrets());
        Row {
            scenario,
            size: snapshot.size(),
            password,
            client_secret,
            records: self
                .stage
                .tls
                .sent_records()
                .iter()
                .map(|record| snapshot.blocks_of(record))
                .sum(),
            keys: (
                traffic,
                aes,
                messages
                    .as_ref()
                    .map_or(0, |m| bus_keys(&snapshot, &m[m.len() - 2..])),
            ),
            messages: messages
                .map(|all| all.iter().map(|m| snapshot.blocks_of(&m.ciphertext)).sum()),
        }
    }

    /// True once neither secret is left: the server may have read the last byte before the client's
    /// thread has gone on.
    fn is_gone(&self, pid: u32) -> bool {
        let snapshot = Snapshot::take(pid, Pages::Writable).unwrap();
        self.finder.search(&snapshot).iter().all(Found::is_nothing)
    }
}

impl Table {
    fn clean(&mut self, scenario: &'static str, stage: &Stage, pid: u32) {
        self.clean_with(Connection::Closed, scenario, stage, pid);
    }

    fn clean_with(
        &mut self,
        connection: Connection,
        scenario: &'static str,
        stage: &Stage,
        pid: u32,
    ) {
        let row = Wanted::of(stage).row(scenario, pid);
        if !row.is_clean(connection) {
            let places = [&row.password.places, &row.client_secret.places];
            self.faults.push(format!(
                "{scenario}: a trace is left, in {places:?}, keys {:?}",
                row.keys
            ));
        }
        if row.size < 4_000_000 {
            self.faults
                .push(format!("{scenario}: only {} bytes were read", row.size));
        }
        self.rows.push(row);
    }

    fn control(
        &mut self,
        scenario: &'static str,
        stage: &Stage,
        pid: u32,
        finds: impl Fn(&Row) -> bool,
    ) {
        let row = Wanted::of(stage).row(scenario, pid);
        if !finds(&row) {
            self.faults
                .push(format!("{scenario}: the control finds nothing"));
        }
        self.rows.push(row);
    }

    fn print(&self) -> String {
        let mut text = String::new();
        let encodings = Finder::encodings();
        let _ = writeln!(
            text,
            "copies of password/client secret, whole, by encoding:"
        );
        for (number, name) in encodings.iter().enumerate() {
            let _ = write!(
                text,
                "{}{} {name}",
                if number == 0 { "  " } else { "; " },
                number + 1
            );
        }
        let _ = writeln!(
            text,
            "\npieces: places with 8 or more characters in any encoding; TLS, bus: 16-byte blocks of the"
        );
        let _ = writeln!(
            text,
            "ciphertext; keys: TLS traffic secrets + TLS AES keys + bus AES keys\n"
        );
        let _ = write!(text, "{:<34}", "scenario");
        for number in 1..=encodings.len() {
            let _ = write!(text, "{number:>4}");
        }
        let _ = writeln!(text, "  pieces  TLS  bus   keys   MB");
        for row in &self.rows {
            let _ = write!(text, "{:<34}", row.scenario);
            for encoding in &encodings {
                let of = |found: &Found| found.whole.get(encoding).copied().unwrap_or(0);
                let _ = write!(
                    text,
                    "{:>4}",
                    format!("{}/{}", of(&row.password), of(&row.client_secret))
                );
            }
            let pieces = format!("{}/{}", row.password.pieces, row.client_secret.pieces);
            let messages = row.messages.map_or("-".into(), |count| count.to_string());
            let keys = format!("{}+{}+{}", row.keys.0, row.keys.1, row.keys.2);
            let _ = writeln!(
                text,
                "{pieces:>8}{:>5}{messages:>5}{keys:>7}{:>5}",
                row.records,
                row.size / 1_000_000
            );
        }
        text
    }
}

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
        ("an error with status 200", Some(Fault::fixture("E24a"))),
    ];
    for (scenario, fault) in faults {
        let stage = match fault {
            Some(fault) => Stage::file().fault(fault),
            None => Stage::file().wrong_password(),
        };
        table.clean(scenario, &stage, stage.failed().pid());
    }
    // Another server stands there, whose certificate the enrolled root did not sign.
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
    // The messages of the bus, where they must be: in the memory of the relay, which is this
    // process.
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
    println!(
        "control: the token in hand is found {own} times, that of another run {foreign} times"
    );
    if own == 0 || foreign != 0 {
        table.faults.push("the token: the scanner is blind".into());
    }
}
