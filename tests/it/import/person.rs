//! `ropc import` at a terminal, and a kill in the middle of it.

use super::{CLIENT_SECRET, PASSWORD, command, found_in, import, place, sample, sandbox};
use crate::support::pty::Terminal;
use std::os::unix::process::ExitStatusExt;

#[test]
fn import_asks_a_person_for_facts_that_the_file_does_not_have() {
    let sandbox = sandbox(PASSWORD, CLIENT_SECRET);
    let path = place(
        &sandbox,
        "half.env",
        format!("CLIENT_SECRET={CLIENT_SECRET}\nTENANT_ID=contoso.example\n").as_bytes(),
    );
    let mut terminal = Terminal::start(command(&sandbox, &path, &["--write"]));
    terminal.answer(
        "Application (client) id",
        entra_emulator::CONTOSO_CLIENT,
        false,
    );
    terminal.answer("User (UPN)", entra_emulator::CONTOSO_USER, false);
    terminal.answer("Password of svc-report@contoso.example", PASSWORD, true);
    terminal.answer("half.env like this?", "y", false);
    let run = sandbox
        .keep("import at a terminal", terminal.finish())
        .expect(0);
    // `import` also searches for typed secrets, and shows the edit before it makes it.
    for text in ["half.env holds neither secret", "-CLIENT_SECRET=[hidden]"] {
        assert!(run.stdout.contains(text), "{}", run.stdout);
    }
    assert!(
        found_in(run.stdout.as_bytes(), &[PASSWORD, CLIENT_SECRET]).is_empty(),
        "{}",
        run.stdout
    );
    assert_eq!(
        std::fs::read_to_string(&path).unwrap(),
        "TENANT_ID=contoso.example\n"
    );
    sandbox.run(&["exec", "--refresh", "--", "true"]).expect(0);
}

#[test]
fn a_no_at_the_terminal_changes_nothing() {
    let sandbox = sandbox(PASSWORD, CLIENT_SECRET);
    sandbox.login(&[]).expect(0);
    let before = sandbox.snapshot();
    let path = place(&sandbox, "example.ps1", &sample("example.ps1"));
    let mut terminal = Terminal::start(command(&sandbox, &path, &["--write"]));
    terminal.answer("Replace the profile", "n", false);
    sandbox
        .keep("import refused at a terminal", terminal.finish())
        .expect(1);
    assert_eq!(std::fs::read(&path).unwrap(), sample("example.ps1"));
    assert_eq!(sandbox.snapshot(), before);
}

#[test]
fn a_no_to_the_edit_sends_and_stores_nothing() {
    let sandbox = sandbox(PASSWORD, CLIENT_SECRET);
    let path = place(&sandbox, "example.ps1", &sample("example.ps1"));
    let mut terminal = Terminal::start(command(&sandbox, &path, &["--write"]));
    terminal.answer("example.ps1 like this?", "n", false);
    sandbox
        .keep("an edit that was refused", terminal.finish())
        .expect(1);
    assert_eq!(std::fs::read(&path).unwrap(), sample("example.ps1"));
    assert!(!sandbox.profile_file("default").exists());
    assert_eq!(sandbox.emulator.token_requests(), 0);
    // An unattended run needs the answer as a flag.
    import(&sandbox, &path, &["--write"])
        .expect(2)
        .says(&["`--write` asks before it edits", "`--write --yes`"]);
}

/// After a kill at any point the file is the old one or the new one, and never the new one without
/// stored secrets.
#[test]
fn a_kill_at_any_point_loses_nothing() {
    let mut edited = 0;
    // The renames in between are those of the journal, the store, the profile and the file itself.
    let renames = (1..=8).map(|time| format!("file-before-rename:{time}"));
    let points = [
        "verified",
        "bundle-written",
        "profile-written",
        "logged-in",
        "file-edited",
    ]
    .map(str::to_owned);
    for point in points.into_iter().chain(renames) {
        let sandbox = sandbox(PASSWORD, CLIENT_SECRET);
        let path = place(&sandbox, "example.ps1", &sample("example.ps1"));
        let mut killed = command(&sandbox, &path, &["--write", "--yes"]);
        killed.env("ROPC_TEST_CRASH_AT", &point);
        let output = killed.output().unwrap();
        let was_killed = output.status.signal() == Some(6);
        sandbox.keep("killed import", output);
        let now = std::fs::read(&path).unwrap();
        if now == sample("example.ps1") {
            assert!(was_killed, "{point}");
            import(&sandbox, &path, &["--write", "--yes"]).expect(0);
        } else {
            edited += 1;
            assert!(
                found_in(&now, &[PASSWORD, CLIENT_SECRET]).is_empty(),
                "{point}"
            );
        }
        sandbox.run(&["exec", "--", "true"]).expect(0);
        // A kill leaves at most the edited text beside the script.
        for (_, content) in crate::support::leaks::files_below(path.parent().unwrap()) {
            assert!(
                found_in(&content, &[PASSWORD, CLIENT_SECRET]).is_empty(),
                "{point}"
            );
        }
    }
    assert!(
        edited >= 1,
        "the control: some of these points are after the edit"
    );
}
