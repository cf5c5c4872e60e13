//! The findings of one snapshot of a process as a row of the table, and printing the table.

use crate::keys::{bus_keys, tls_keys};
use crate::recorders::SealedSecret;
use crate::scan::{Finder, Found, Pages, Snapshot};
use crate::scenarios::Stage;
use std::fmt::Write;

/// The findings of one snapshot.
pub(crate) struct Row {
    pub(crate) scenario: &'static str,
    pub(crate) size: usize,
    pub(crate) password: Found,
    pub(crate) client_secret: Found,
    /// 16-byte blocks of the TLS records and of the D-Bus messages that carried the secrets.
    pub(crate) records: usize,
    pub(crate) messages: Option<usize>,
    /// Traffic secrets, AES keys of TLS, AES keys of the bus.
    pub(crate) keys: (usize, usize, usize),
}

impl Row {
    pub(crate) fn is_clean(&self, connection: Connection) -> bool {
        let (traffic, aes, bus) = self.keys;
        self.password.is_nothing()
            && self.client_secret.is_nothing()
            && self.records == 0
            && self.messages.unwrap_or(0) == 0
            && (connection == Connection::Open || traffic + aes == 0)
            && bus == 0
    }
}

/// The state of the connection to the token endpoint. While it is open it needs its keys, and no
/// recorded message holds a secret that they open.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Connection {
    Open,
    Closed,
}

#[derive(Default)]
pub(crate) struct Table {
    pub(crate) rows: Vec<Row>,
    pub(crate) faults: Vec<String>,
}

/// One secret to search for.
pub(crate) struct Sought(Finder);

impl Sought {
    pub(crate) fn of(secret: &str) -> Self {
        Self(Finder::of(&[secret]))
    }

    pub(crate) fn found(&self, snapshot: &Snapshot) -> Found {
        self.0.search(snapshot).remove(0)
    }

    pub(crate) fn found_in(&self, pid: u32) -> Found {
        self.found(&Snapshot::take(pid, Pages::Present).unwrap())
    }
}

/// What to search for in the snapshots of one stage.
pub(crate) struct Wanted<'s> {
    pub(crate) stage: &'s Stage,
    pub(crate) finder: Finder,
}

impl<'s> Wanted<'s> {
    pub(crate) fn of(stage: &'s Stage) -> Self {
        Self {
            stage,
            finder: Finder::of(&[&stage.sandbox.password, &stage.sandbox.client_secret]),
        }
    }

    pub(crate) fn row(&self, scenario: &'static str, pid: u32) -> Row {
        let snapshot = Snapshot::take(pid, Pages::Present).unwrap();
        // One message each for the write, the read-back and at least one read.
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

    /// True when neither secret is left: the server may have read the last byte before the client's
    /// thread goes on.
    pub(crate) fn is_gone(&self, pid: u32) -> bool {
        let snapshot = Snapshot::take(pid, Pages::Writable).unwrap();
        self.finder.search(&snapshot).iter().all(Found::is_nothing)
    }
}

impl Table {
    pub(crate) fn clean(&mut self, scenario: &'static str, stage: &Stage, pid: u32) {
        self.clean_with(Connection::Closed, scenario, stage, pid);
    }

    pub(crate) fn clean_with(
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

    pub(crate) fn control(
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

    pub(crate) fn print(&self) -> String {
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
