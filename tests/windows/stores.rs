//! The contract of every store (`support/contract.rs`) on the Windows program: Credential Manager,
//! the file store, and the stores that ropc only reads.

use crate::credentials;
use crate::machine::Machine;
use crate::support::contract::{self, Store};
use crate::support::{Run, Sandbox, secrets_json};
use std::cell::RefCell;

#[test]
fn credential_manager_keeps_the_contract() {
    keeps("contract-os", "os");
}

#[test]
fn the_file_store_keeps_the_contract() {
    keeps("contract-file", "file");
}

#[test]
fn the_directory_store_keeps_the_contract() {
    keeps("contract-directory", "directory");
}

#[test]
fn the_command_store_keeps_the_contract() {
    keeps("contract-command", "command");
}

struct Case {
    machine: Machine,
    profile: &'static str,
    store: &'static str,
    password: RefCell<String>,
}

fn keeps(profile: &'static str, store: &'static str) {
    let Some(machine) = Machine::new(profile) else {
        return;
    };
    // Outside the scanned home, as another program keeps these secrets.
    std::fs::create_dir(machine.sandbox.root().join("source")).unwrap();
    let password = machine.sandbox.password.clone();
    let case = Case {
        machine,
        profile,
        store,
        password: RefCell::new(password.clone()),
    };
    case.give(&password);
    contract::keeps(&case);
}

impl Case {
    fn secrets(&self) -> Vec<u8> {
        secrets_json(&self.machine.sandbox.client_secret, &self.password.borrow())
    }
}

impl Store for Case {
    fn sandbox(&self) -> &Sandbox {
        &self.machine.sandbox
    }

    fn profile(&self) -> &str {
        self.profile
    }

    fn name(&self) -> &'static str {
        self.store
    }

    fn is_only_read(&self) -> bool {
        matches!(self.store, "directory" | "command")
    }

    /// Windows has no directory in memory for the cache key of such a store.
    fn has_cache(&self) -> bool {
        !self.is_only_read()
    }

    fn worth(&self) -> &'static str {
        match self.store {
            "os" => "every program of this account can read it",
            "file" => "a copy of the store without that file is worthless",
            "directory" => "an account that may read these files has the secrets",
            _ => "every program of this account that can run that program gets the secrets",
        }
    }

    fn give(&self, password: &str) {
        password.clone_into(&mut self.password.borrow_mut());
        let machine = &self.machine;
        machine.sandbox.watch("password given later", password);
        machine.write("source/password", &format!("{password}\r\n"));
        machine.write("source/client_secret", &machine.sandbox.client_secret);
        machine.write(
            "source/both.json",
            &String::from_utf8(self.secrets()).unwrap(),
        );
        machine.write(
            "source/print.cmd",
            &format!("@type \"{}\"\r\n", machine.path(r"source/both.json")),
        );
    }

    fn login(&self, more: &[&str]) -> Run {
        let (dir, script) = (
            self.machine.path("source"),
            self.machine.path("source/print"),
        );
        match self.store {
            "directory" => {
                let store = ["--store", "directory", "--secrets-dir", dir.as_str()];
                self.machine.login_without_pipe(&[more, &store].concat())
            }
            "command" => self.machine.login_without_pipe(
                &[more, &["--store", "command", "--", script.as_str()]].concat(),
            ),
            "file" => {
                let store = ["--store", "file", "--key-source", "key-file"];
                self.machine
                    .login_with(&[more, &store].concat(), &self.secrets())
            }
            store => self
                .machine
                .login_with(&[more, &["--store", store]].concat(), &self.secrets()),
        }
    }

    fn run(&self, args: &[&str]) -> Run {
        self.machine
            .run(&[&args[..1], &["-p", self.profile], &args[1..]].concat())
    }

    fn exec(&self, flags: &[&str]) -> Run {
        self.run(&[&["exec"], flags, &["--", "cmd", "/c", "rem"]].concat())
    }

    fn use_token(&self) {
        let shown = self
            .run(&["exec", "--", "cmd", "/c", "echo %GRAPH_ACCESS_TOKEN%"])
            .expect(0);
        let newest = self.machine.emulator().issued_tokens().pop().unwrap().token;
        assert_eq!(shown.stdout.trim(), newest, "{}", shown.stderr);
    }

    /// `None`: ropc does not read access lists.
    fn exec_open_to_others(&self) -> Option<Run> {
        None
    }

    fn assert_held(&self) {
        let items = credentials::items(self.profile);
        assert_eq!(
            items.len(),
            if self.store == "os" { 2 } else { 0 },
            "{items:?}"
        );
    }

    fn assert_left(&self) {
        assert!(credentials::items(self.profile).is_empty());
        assert!(
            !self
                .machine
                .sandbox
                .config_dir()
                .join("store.sealed")
                .exists(),
            "the emptied store is gone"
        );
        assert!(
            self.machine.sandbox.root().join("source/password").exists(),
            "the files of the source stay"
        );
    }
}
