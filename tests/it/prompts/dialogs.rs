//! Whole dialogs at a pseudo-terminal, word for word in each language: `tests/golden/dialogs/`
//! (`ROPC_UPDATE_GOLDEN=1` writes them again).

use crate::support::pty::Terminal;
use crate::support::{Sandbox, golden, random_secret};
use entra_emulator::{CONTOSO_CLIENT, CONTOSO_DOMAIN, CONTOSO_USER, FEDERATED_USER, Fault, Times};
use std::collections::BTreeSet;
use std::fmt::Write;

/// One answer of the person.
enum Answer {
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
struct Dialog {
    name: &'static str,
    /// The flags after the facts that `leave_out` leaves.
    command: &'static [&'static str],
    leave_out: &'static [&'static str],
    prepare: fn(&mut Sandbox),
    answers: &'static [Answer],
    code: i32,
}

const FILE: &[&str] = &["login", "--store", "file", "--key-source", "key-file"];
const NAMES: &[&str] = &["--tenant", "--client-id", "--username"];
const GUID: &str = "0d3b7c5a-6b0e-4a58-9d9e-0c5c9a2f7b11";

const DIALOGS: &[Dialog] = &[
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
        prepare: |sandbox| refuse(sandbox, "E4", 1),
        answers: &[ClientSecret, Wrong, Password],
        code: 0,
    },
    Dialog {
        name: "password-refused-twice",
        command: FILE,
        leave_out: &[],
        prepare: |sandbox| refuse(sandbox, "E4", 2),
        answers: &[ClientSecret, Wrong, Wrong],
        code: 4,
    },
    Dialog {
        name: "refused-client-secret",
        command: FILE,
        leave_out: &[],
        prepare: |sandbox| refuse(sandbox, "E10", 1),
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

fn no_keychain(sandbox: &mut Sandbox) {
    sandbox.set_env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
}

/// The command line of a dialog, as the transcript shows it and as it runs.
fn arguments(dialog: &Dialog, sandbox: &Sandbox) -> Vec<String> {
    let mut args: Vec<String> = dialog.command.iter().map(|&arg| arg.to_owned()).collect();
    let facts = sandbox.facts();
    let facts = facts
        .chunks(2)
        .filter(|pair| !dialog.leave_out.contains(&pair[0].as_str()) && !args.contains(&pair[0]));
    let facts: Vec<String> = facts.flatten().cloned().collect();
    args.extend(facts);
    args
}

/// Waits for the next question.
fn wait_for_question(terminal: &Terminal, seen: usize, is_hidden: bool) {
    terminal.wait_until(
        |t| {
            let shown = t.seen();
            let last = shown.rsplit('\n').next().unwrap_or_default();
            shown.len() > seen
                && last.ends_with(": ")
                && !last.starts_with("ropc")
                && t.echoes() != is_hidden
        },
        "the next question",
    );
}

fn transcript(dialog: &Dialog, language: &str) -> String {
    let mut sandbox = Sandbox::new();
    sandbox.set_env("ROPC_LANG", language);
    sandbox.set_env("NO_COLOR", "1");
    (dialog.prepare)(&mut sandbox);
    let args = arguments(dialog, &sandbox);
    let mut terminal = Terminal::start(sandbox.command(&args));
    let mut seen = 0;
    for answer in dialog.answers {
        let wrong = random_secret("Wr");
        let long = "long".repeat(65);
        let (typed, is_hidden) = match answer {
            Line(text) => (*text, false),
            Hidden(text) => (*text, true),
            Password => (sandbox.password.as_str(), true),
            ClientSecret => (sandbox.client_secret.as_str(), true),
            Wrong => (wrong.as_str(), true),
            Long => (&long[..257], true),
        };
        wait_for_question(&terminal, seen, is_hidden);
        if is_hidden && typed.len() > 10 {
            sandbox.watch("a hidden answer", typed);
        }
        seen = terminal.seen().len() + if is_hidden { 0 } else { typed.len() };
        terminal.send(&format!("{typed}\r"));
    }
    let run = sandbox
        .keep(dialog.name, terminal.finish())
        .expect(dialog.code);
    let said = golden::tidy(&run.stdout.replace("\r\n", "\n"), &sandbox);
    let typed = golden::tidy(&args.join(" "), &sandbox);
    let mut shown = format!("# {}\n\n$ ropc {typed}", dialog.name);
    let _ = writeln!(shown, "{said}exit code {}", dialog.code);
    shown
}

#[test]
fn each_dialog_reads_well_in_each_language() {
    for language in ["en", "ja"] {
        std::thread::scope(|scope| {
            for half in DIALOGS.chunks(DIALOGS.len().div_ceil(2)) {
                scope.spawn(move || {
                    for dialog in half {
                        let shown = transcript(dialog, language);
                        golden::compare(&format!("dialogs/{language}/{}", dialog.name), &shown);
                    }
                });
            }
        });
        let names: BTreeSet<String> = DIALOGS.iter().map(|d| d.name.to_owned()).collect();
        let kept: BTreeSet<String> = golden::names(&format!("dialogs/{language}"))
            .into_iter()
            .collect();
        assert_eq!(kept, names, "left over in {language}");
    }
}

/// What a person types after the last answer is no command for the shell.
#[test]
fn what_is_typed_after_the_last_answer_never_reaches_the_shell() {
    let sandbox = Sandbox::new();
    let facts = sandbox.facts().join(" ");
    let script = format!(
        "{} login --store file --key-source key-file {facts}; echo \"code $?\"; read -r line; echo \"line: [$line]\"",
        crate::support::ROPC
    );
    let mut command = sandbox.program("sh");
    command.args(["-c", &script]);
    let mut terminal = Terminal::start(command);
    terminal.answer("Client secret value", &sandbox.client_secret, true);
    // The answer, and while ropc signs in, once more.
    let twice = format!("{0}\r{0}", sandbox.password);
    terminal.answer("Password of", &twice, true);
    terminal.wait_for("code 0");
    terminal.send("whole\r");
    terminal.wait_for("line: [");
    let run = sandbox.keep("typed ahead", terminal.finish()).expect(0);
    assert!(run.stdout.contains("line: [whole]"), "{}", run.stdout);
    // The control: a run that asked for no secret leaves the line to the shell.
    let script = format!(
        "echo ready; sleep 1; {} list; read -r line; echo \"line: [$line]\"",
        crate::support::ROPC
    );
    let mut command = sandbox.program("sh");
    command.args(["-c", &script]);
    let mut terminal = Terminal::start(command);
    terminal.wait_for("ready");
    terminal.send("ahead\r");
    let run = sandbox.keep("control", terminal.finish()).expect(0);
    assert!(run.stdout.contains("line: [ahead]"), "{}", run.stdout);
}

/// In a narrow terminal the line editor of the terminal wraps, and nothing is drawn again.
#[test]
fn each_question_appears_once_in_a_narrow_terminal() {
    let sandbox = Sandbox::new();
    let args = arguments(&DIALOGS[0], &sandbox);
    let mut terminal = Terminal::start(sandbox.command(&args));
    terminal.resize(40);
    terminal.answer("Tenant (id or domain)", CONTOSO_DOMAIN, false);
    terminal.answer("Application (client) id", CONTOSO_CLIENT, false);
    terminal.answer("User (UPN)", CONTOSO_USER, false);
    terminal.answer("Client secret value", &sandbox.client_secret, true);
    terminal.answer("Password of", &sandbox.password, true);
    let run = sandbox.keep("narrow", terminal.finish()).expect(0);
    for question in ["Tenant (", "Application (", "User (", "Client secret value"] {
        assert_eq!(run.stdout.matches(question).count(), 1, "{}", run.stdout);
    }
}
