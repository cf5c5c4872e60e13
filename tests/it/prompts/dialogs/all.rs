//! The dialogs: what is prepared, the command line, and what the person answers.

use super::wait_for_question;
use crate::support::Sandbox;
use crate::support::pty::Terminal;
use entra_emulator::{CONTOSO_CLIENT, CONTOSO_DOMAIN, CONTOSO_USER, FEDERATED_USER, Fault, Times};
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;

/// One answer of the person.
pub(super) enum Answer {
    /// Visible.
    Line(&'static str),
    /// Hidden: a made-up value.
    Hidden(&'static str),
    /// Hidden: the right password.
    Password,
    /// Hidden: the right client secret.
    ClientSecret,
    /// Hidden: a new secret that is wrong.
    Wrong,
    /// Hidden: 257 characters.
    Long,
}

use Answer::{ClientSecret, Hidden, Line, Long, Password, Wrong};

/// One dialog.
pub(super) struct Dialog {
    pub(super) name: &'static str,
    /// The flags after the facts that `leave_out` leaves.
    pub(super) command: &'static [&'static str],
    pub(super) leave_out: &'static [&'static str],
    pub(super) prepare: fn(&mut Sandbox),
    pub(super) answers: &'static [Answer],
    pub(super) code: i32,
}

const FILE: &[&str] = &["login", "--store", "file", "--key-source", "key-file"];
const NAMES: &[&str] = &["--tenant", "--client-id", "--username"];
const ALL: &[&str] = &[
    "--tenant",
    "--client-id",
    "--username",
    "--authority",
    "--ca-file",
];
const IMPORT: &[&str] = &[
    "import",
    "report.sh",
    "--write",
    "--store",
    "file",
    "--key-source",
    "key-file",
];
const GUID: &str = "0d3b7c5a-6b0e-4a58-9d9e-0c5c9a2f7b11";

pub(super) const DIALOGS: &[Dialog] = &[
    Dialog {
        name: "first-login",
        command: FILE,
        leave_out: NAMES,
        prepare: |_| (),
        answers: &[
            Line(CONTOSO_DOMAIN),
            Line(CONTOSO_CLIENT),
            Line(CONTOSO_USER),
            ClientSecret,
            Password,
        ],
        code: 0,
    },
    Dialog {
        name: "every-mistake-is-asked-again",
        command: FILE,
        leave_out: NAMES,
        prepare: |_| (),
        answers: &[
            Line(""),
            Line("common"),
            Line("unknown.example"),
            Line(CONTOSO_DOMAIN),
            Line("reports"),
            Line(CONTOSO_CLIENT),
            Line("svc-report"),
            Line("svc-report@elsewhere.example"),
            Line("maybe"),
            Line("n"),
            Line(FEDERATED_USER),
            Line("n"),
            Line(CONTOSO_USER),
            Hidden(GUID),
            Line(""),
            ClientSecret,
            Hidden(""),
            Hidden("made up "),
            Line("n"),
            Hidden("made\tup"),
            Line("n"),
            Long,
            Line("n"),
            Password,
        ],
        code: 0,
    },
    Dialog {
        name: "public-client",
        command: FILE,
        leave_out: &[],
        prepare: |sandbox| {
            sandbox.emulator.configure(|config| {
                config.apps[0].client_type = entra_emulator::ClientType::Public;
            });
        },
        answers: &[Hidden(""), Password],
        code: 0,
    },
    Dialog {
        name: "refused-password",
        command: FILE,
        leave_out: &[],
        prepare: |sandbox| refuse(sandbox, "wrong-password", 1),
        answers: &[ClientSecret, Wrong, Password],
        code: 0,
    },
    Dialog {
        name: "password-refused-twice",
        command: FILE,
        leave_out: &[],
        prepare: |sandbox| refuse(sandbox, "wrong-password", 2),
        answers: &[ClientSecret, Wrong, Wrong],
        code: 4,
    },
    Dialog {
        name: "refused-client-secret",
        command: FILE,
        leave_out: &[],
        prepare: |sandbox| refuse(sandbox, "wrong-client-secret", 1),
        answers: &[Wrong, Password, ClientSecret],
        code: 0,
    },
    Dialog {
        name: "replace-a-profile",
        command: &["login", "--scope", "User.Read"],
        leave_out: &[],
        prepare: |sandbox| drop(sandbox.login(&[]).expect(0)),
        answers: &[Line("y"), Hidden(""), Hidden("")],
        code: 0,
    },
    Dialog {
        name: "keep-a-profile",
        command: &["login"],
        leave_out: &[],
        prepare: |sandbox| drop(sandbox.login(&[]).expect(0)),
        answers: &[Line("")],
        code: 1,
    },
    Dialog {
        name: "a-certificate-takes-the-place-of-the-secret",
        command: &["login", "--certificate", "app.pfx", "--no-verify"],
        leave_out: &[],
        prepare: with_certificate_file,
        answers: &[Line("y"), Hidden("hunter3"), Hidden("hunter2")],
        code: 0,
    },
    Dialog {
        name: "no-keychain",
        command: &["login"],
        leave_out: &[],
        prepare: no_keychain,
        answers: &[Line("y"), ClientSecret, Password],
        code: 0,
    },
    Dialog {
        name: "no-keychain-and-no-file",
        command: &["login"],
        leave_out: &[],
        prepare: no_keychain,
        answers: &[Line("n")],
        code: 1,
    },
    Dialog {
        name: "no-network",
        command: &[
            "login",
            "--store",
            "file",
            "--key-source",
            "key-file",
            "--authority",
            // Nothing listens on port 1.
            "https://localhost:1",
        ],
        leave_out: &["--authority"],
        prepare: |_| (),
        answers: &[ClientSecret, Password],
        code: 6,
    },
    Dialog {
        name: "logout",
        command: &["logout"],
        leave_out: ALL,
        prepare: |sandbox| drop(sandbox.login(&[]).expect(0)),
        answers: &[Line("y")],
        code: 0,
    },
    Dialog {
        name: "logout-declined",
        command: &["logout"],
        leave_out: ALL,
        prepare: |sandbox| drop(sandbox.login(&[]).expect(0)),
        answers: &[Line("")],
        code: 1,
    },
    Dialog {
        name: "logout-of-all",
        command: &["logout", "--all"],
        leave_out: ALL,
        prepare: |sandbox| {
            sandbox.login(&[]).expect(0);
            sandbox.login(&["-p", "reports"]).expect(0);
        },
        answers: &[Line("y")],
        code: 0,
    },
    Dialog {
        name: "import",
        command: IMPORT,
        leave_out: NAMES,
        prepare: plain_script,
        answers: &[Line("y")],
        code: 0,
    },
    Dialog {
        name: "import-declined",
        command: IMPORT,
        leave_out: NAMES,
        prepare: plain_script,
        answers: &[Line("")],
        code: 1,
    },
    Dialog {
        name: "passphrase-of-a-job",
        command: &["exec", "--refresh", "--", "true"],
        leave_out: ALL,
        prepare: with_passphrase,
        answers: &[Hidden("five random words, typed")],
        code: 0,
    },
    Dialog {
        name: "passphrase",
        command: &["login", "--store", "file", "--key-source", "passphrase"],
        leave_out: &[],
        prepare: |_| (),
        answers: &[
            Hidden("too short"),
            Hidden("five random words, typed"),
            Hidden("five random words, mistyped"),
            Hidden("five random words, typed"),
            Hidden("five random words, typed"),
            ClientSecret,
            Password,
        ],
        code: 0,
    },
];

/// The next sign-ins get this composed answer.
fn refuse(sandbox: &Sandbox, answer: &str, times: u32) {
    sandbox
        .emulator
        .inject(Fault::fixture(answer), Times::Next(times));
}

/// A profile with a client secret, and a PKCS#12 file with the password `hunter2`.
fn with_certificate_file(sandbox: &mut Sandbox) {
    sandbox.login(&[]).expect(0);
    let file = sandbox.root().join("app.pfx");
    let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/corpus/certificate_pfx");
    std::fs::write(
        &file,
        std::fs::read(format!("{corpus}/rc2-40-sha1.pfx")).unwrap(),
    )
    .unwrap();
    std::fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
}

fn no_keychain(sandbox: &mut Sandbox) {
    sandbox.set_env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
}

/// A script with everything in plain text.
fn plain_script(sandbox: &mut Sandbox) {
    let script = format!(
        "TENANT_ID='{CONTOSO_DOMAIN}'\nCLIENT_ID='{CONTOSO_CLIENT}'\nCLIENT_SECRET='{}'\n\
         USERNAME='{CONTOSO_USER}'\nPASSWORD='{}'\n",
        sandbox.client_secret, sandbox.password
    );
    std::fs::write(sandbox.root().join("report.sh"), script).unwrap();
}

/// A profile in a store with a passphrase, which a person has typed.
fn with_passphrase(sandbox: &mut Sandbox) {
    let facts = sandbox.facts();
    let mut args = vec!["login", "--store", "file", "--key-source", "passphrase"];
    args.extend(facts.iter().map(String::as_str));
    let mut terminal = Terminal::start(sandbox.command(args));
    let answers = [
        "five random words, typed",
        "five random words, typed",
        &sandbox.client_secret,
        &sandbox.password,
    ];
    let mut seen = 0;
    for answer in answers {
        wait_for_question(&terminal, seen, true);
        seen = terminal.seen().len();
        terminal.send(&format!("{answer}\r"));
    }
    sandbox.keep("login", terminal.finish()).expect(0);
}
