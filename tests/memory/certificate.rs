//! The key of a certificate, the password of its file, and the assertion that the key signs: no
//! piece of them is in memory while the answer is awaited, or with the token in hand. The key is
//! sought as the file, the store and the crypto library hold it: base64, big-endian, little-endian.
//! The same search finds it while it is in use.

use crate::may_scan;
use crate::process::{Still, token, wait_for};
use crate::rows::Sought;
use crate::scan::{Found, Pages, Snapshot};
use crate::scenarios::{Stage, wait_for_the_end};
use crate::support::pty::Terminal;
use crate::support::random_secret;
use entra_emulator::AppCertificate;
use p12_keystore::{Certificate, KeyStore, KeyStoreEntry, PrivateKey, PrivateKeyChain};

/// Where the private numbers begin in a PKCS#8 file of 2,048 bits: after headers, modulus and
/// public exponent.
const PRIVATE: usize = 304;

/// What to search for.
struct Key {
    forms: [(&'static str, Vec<u8>); 3],
}

impl Key {
    fn of(certificate: &AppCertificate) -> Self {
        let numbers = certificate.key()[PRIVATE..].to_vec();
        let reversed = numbers.iter().rev().copied().collect();
        let pem = certificate.pem();
        let lines = pem.lines().skip(8).take_while(|line| line.len() == 64);
        Self {
            forms: [
                ("big-endian", numbers),
                ("little-endian", reversed),
                ("base64", lines.collect::<String>().into_bytes()),
            ],
        }
    }

    /// Pieces that are there, by form.
    fn found(&self, snapshot: &Snapshot) -> Vec<(&'static str, usize)> {
        let counted = |(form, bytes): &(&'static str, Vec<u8>)| (*form, snapshot.pieces_of(bytes));
        self.forms.iter().map(counted).collect()
    }

    fn found_in(&self, pid: u32) -> Vec<(&'static str, usize)> {
        self.found(&Snapshot::take(pid, Pages::Present).unwrap())
    }

    /// What is found of one copy as it is stored, and of nothing else.
    fn one_copy(&self) -> Vec<(&'static str, usize)> {
        let pieces = self.forms[0].1.len() / 8;
        vec![("big-endian", pieces), ("little-endian", 0), ("base64", 0)]
    }
}

/// True if no form is found.
fn is_nothing(found: &[(&str, usize)]) -> bool {
    found.iter().all(|(_, count)| *count == 0)
}

#[test]
fn no_piece_of_the_key_of_a_certificate_stays() {
    if !may_scan() {
        return;
    }
    let certificate = AppCertificate::ending_in(365);
    let key = Key::of(&certificate);
    let stage = Stage::certificate(&certificate);

    let in_use = Still::at(token(&stage.sandbox, &[]), "secrets-in-use", b"");
    let snapshot = Snapshot::take(in_use.pid(), Pages::Present).unwrap();
    in_use.finish();
    let pieces = key.found(&snapshot);
    let signature = last_signature(&stage).found(&snapshot);
    println!("CONTROL in use           {pieces:?} {signature:?}");
    assert!(pieces[0].1 > 0 && !signature.is_nothing());

    let (still, hold) = stage.awaited();
    wait_for(
        || is_nothing(&key.found_in(still.pid())),
        "a piece of the key is in memory",
    );
    println!("answer awaited           {:?}", key.found_in(still.pid()));
    hold.release();
    drop(still);

    let in_hand = stage.token_in_hand();
    let signature = last_signature(&stage).found_in(in_hand.pid());
    let pieces = key.found_in(in_hand.pid());
    println!("token in hand            {pieces:?} {signature:?}");
    assert!(is_nothing(&pieces) && signature.is_nothing());
    drop(in_hand);

    let leak = stage.leaking("secrets", "token-in-hand");
    let pieces = key.found_in(leak.pid());
    println!("CONTROL key leaked       {pieces:?}");
    assert!(pieces[0].1 > 0, "the control finds nothing");
}

/// The signature of the assertion that was sent last.
fn last_signature(stage: &Stage) -> Sought {
    let requests = stage.sandbox.emulator.requests();
    let sent = requests.iter().rfind(|r| r.is_token_request()).unwrap();
    let assertion = sent.field("client_assertion").unwrap();
    Sought::of(assertion.rsplit_once('.').unwrap().1)
}

/// How `login` gets the certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum File {
    Pem,
    /// PKCS#12, with its password in a file.
    Given,
    /// PKCS#12, with its password typed.
    Typed,
}

/// A `login` with the file of a certificate.
struct Login {
    stage: Stage,
    file: File,
    key: Key,
    password: String,
    sought: Sought,
}

impl Login {
    fn with(file: File) -> Self {
        let certificate = AppCertificate::ending_in(365);
        let stage = Stage::listing(&certificate);
        let password = random_secret("Pfx");
        let bytes = match file {
            File::Pem => certificate.pem().into_bytes(),
            File::Given | File::Typed => pkcs12(&certificate, &password),
        };
        let own = stage.sandbox.password.clone();
        for (name, content) in [
            ("app", bytes.as_slice()),
            ("app-password", password.as_bytes()),
            ("password", own.as_bytes()),
        ] {
            let path = stage.sandbox.root().join(name);
            std::fs::write(&path, content).unwrap();
            let private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
            std::fs::set_permissions(path, private).unwrap();
        }
        Self {
            key: Key::of(&certificate),
            sought: Sought::of(&password),
            stage,
            file,
            password,
        }
    }

    /// Starts it, with these variables, and types the password of the file if it is asked.
    fn start(&self, variables: &[(&str, &str)]) -> Terminal {
        let mut flags = vec!["--certificate", "app", "--password-file", "password"];
        flags.extend(["--store", "file", "--key-source", "key-file", "--yes"]);
        if self.file == File::Given {
            flags.extend(["--certificate-password-file", "app-password"]);
        }
        let mut command = self.stage.sandbox.command(self.stage.login_args(&flags));
        command.envs(variables.iter().copied());
        let mut terminal = Terminal::start(command);
        if self.file == File::Typed {
            terminal.answer("Password of the certificate file", &self.password, true);
        }
        terminal
    }

    /// The key, and the password of the file, in a process.
    fn found(&self, pid: u32) -> (Vec<(&'static str, usize)>, Found) {
        let snapshot = Snapshot::take(pid, Pages::Present).unwrap();
        (self.key.found(&snapshot), self.sought.found(&snapshot))
    }
}

/// A PKCS#12 file as OpenSSL and Windows write it.
fn pkcs12(certificate: &AppCertificate, password: &str) -> Vec<u8> {
    let key = PrivateKey::from_der(certificate.key()).unwrap();
    let public = Certificate::from_der(certificate.public().der()).unwrap();
    let chain = PrivateKeyChain::new("app", key, [public]);
    let mut store = KeyStore::new();
    store.add_entry("app", KeyStoreEntry::PrivateKeyChain(chain));
    store.writer(password).write().unwrap()
}

#[test]
fn no_piece_of_a_certificate_file_stays_after_login() {
    if !may_scan() {
        return;
    }
    for file in [File::Pem, File::Given, File::Typed] {
        let login = Login::with(file);
        // The key is there once, to be stored when Entra has accepted it: the control of the key.
        let (run, hold) = login.stage.awaited_by(|| login.start(&[]));
        wait_for(
            || {
                let (key, password) = login.found(run.pid());
                key == login.key.one_copy() && password.is_nothing()
            },
            &format!("{file:?}: {:?}", login.found(run.pid())),
        );
        println!("{file:?}: answer awaited  {:?}", login.found(run.pid()));
        hold.release();
        drop(run);

        let run = login.start(&[("ROPC_TEST_STOP_AT", "logged-in")]);
        wait_for_the_end(&run);
        let (key, password) = login.found(run.pid());
        println!("{file:?}: logged in       {key:?} {password:?}");
        assert!(is_nothing(&key) && password.is_nothing(), "{file:?}");
        drop(run);

        let leak = ("ROPC_TEST_LEAK", "secrets");
        let run = login.start(&[("ROPC_TEST_STOP_AT", "logged-in"), leak]);
        wait_for_the_end(&run);
        let (_, password) = login.found(run.pid());
        println!("{file:?}: CONTROL kept    {password:?}");
        assert_eq!(password.is_nothing(), file == File::Pem, "the control");
    }
}
