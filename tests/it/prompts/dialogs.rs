//! Whole dialogs at a pseudo-terminal, word for word in each language: `tests/golden/dialogs/`
//! (`ROPC_UPDATE_GOLDEN=1` writes them again).

mod all;

use crate::support::pty::Terminal;
use crate::support::{Sandbox, golden, random_secret};
use all::Answer::{ClientSecret, Hidden, Line, Long, Password, Wrong};
use all::{DIALOGS, Dialog};
use entra_emulator::{CONTOSO_CLIENT, CONTOSO_DOMAIN, CONTOSO_USER};
use std::collections::BTreeSet;
use std::fmt::Write;

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
