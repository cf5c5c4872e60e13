//! `ropc` and a person at a terminal: the questions, hidden answers, and the state after an
//! interruption.

mod dialogs;
mod signals;
mod waiting;

use crate::support::pty::Terminal;
use crate::support::{Sandbox, leaks};
use entra_emulator::{CONTOSO_CLIENT, CONTOSO_USER};

/// `login` at a terminal, with some facts as flags and typed secrets.
fn login(sandbox: &Sandbox, leave_out: &[&str], more: &[&str]) -> Terminal {
    let facts = sandbox.facts();
    let mut args = vec!["login", "--store", "file", "--key-source", "key-file"];
    for pair in facts
        .chunks(2)
        .filter(|pair| !leave_out.contains(&pair[0].as_str()))
    {
        args.extend(pair.iter().map(String::as_str));
    }
    args.extend(more);
    Terminal::start(sandbox.command(&args))
}

fn type_secrets(sandbox: &Sandbox, terminal: &mut Terminal) {
    terminal.answer("Client secret value", &sandbox.client_secret, true);
    terminal.answer(
        "Password of svc-report@contoso.example",
        &sandbox.password,
        true,
    );
}

#[test]
fn a_first_login_asks_for_everything_and_shows_no_secret() {
    let sandbox = Sandbox::new();
    let mut terminal = login(&sandbox, &["--tenant", "--client-id", "--username"], &[]);
    // After a mistake login names it and asks again, before the next question.
    terminal.answer("Tenant (id or domain)", "common", false);
    terminal.wait_for("AADSTS9001023");
    terminal.send("contoso.example\r");
    terminal.answer("Application (client) id", CONTOSO_CLIENT, false);
    terminal.answer("User (UPN)", CONTOSO_USER, false);
    type_secrets(&sandbox, &mut terminal);
    let run = sandbox.keep("first login", terminal.finish()).expect(0);
    assert!(
        run.stdout.contains(CONTOSO_USER),
        "the control: other answers are echoed and captured"
    );
    for secret in [&sandbox.password, &sandbox.client_secret] {
        assert_eq!(
            leaks::find(run.stdout.as_bytes(), secret),
            None,
            "{}",
            run.stdout
        );
    }
    sandbox.run(&["exec", "--refresh", "--", "true"]).expect(0);
}

#[test]
fn a_refused_password_that_is_typed_again_is_not_sent_and_the_way_out_is_named() {
    let sandbox = Sandbox::new();
    let mut terminal = login(&sandbox, &[], &[]);
    let label = "Password of svc-report@contoso.example";
    terminal.answer("Client secret value", &sandbox.client_secret, true);
    terminal.answer(label, "Wrong-7-Horse", true);
    terminal.wait_for("AADSTS50126");
    terminal.answer(label, "Wrong-7-Horse", true);
    terminal.wait_for("`ropc login --retry`");
    assert_eq!(sandbox.emulator.token_requests(), 1, "sent once");
    terminal.answer(label, &sandbox.password, true);
    sandbox.keep("typed again", terminal.finish()).expect(0);
}

#[test]
fn control_with_echo_on_the_terminal_shows_a_typed_secret() {
    // The control of this file: with echo on, the same scan finds the secret.
    let mut sandbox = Sandbox::new();
    sandbox.without_scan();
    let mut command = sandbox.program("head");
    command.args(["-n", "1"]);
    let mut terminal = Terminal::start(command);
    terminal.send(&format!("{}\r", sandbox.password));
    let output = terminal.finish();
    assert_eq!(leaks::find(&output.stdout, &sandbox.password), Some("raw"));
}

#[test]
fn an_empty_client_secret_means_a_public_client() {
    let sandbox = Sandbox::with(|mut config| {
        config.apps[0].client_type = entra_emulator::ClientType::Public;
        config
    });
    // The sandbox gives the app a secret; make it public.
    sandbox
        .emulator
        .configure(|config| config.apps[0].client_type = entra_emulator::ClientType::Public);
    let mut terminal = login(&sandbox, &[], &[]);
    terminal.answer("Client secret value (empty if the app has none)", "", true);
    terminal.answer("Password of", &sandbox.password.clone(), true);
    sandbox.keep("public client", terminal.finish()).expect(0);
    assert!(
        sandbox
            .emulator
            .requests()
            .iter()
            .all(|r| r.field("client_secret").is_none())
    );
    let profile = std::fs::read_to_string(sandbox.profile_file("default")).unwrap();
    assert!(profile.contains("public_client = true"), "{profile}");
}

#[test]
fn login_asks_before_it_replaces_a_profile_and_the_default_is_no() {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    let before = sandbox.snapshot();
    for no in ["n\r", "\r", "yeah\rno\r"] {
        let mut terminal = login(&sandbox, &[], &[]);
        terminal.wait_for("Replace the profile `default`?");
        terminal.send(no);
        let run = sandbox.keep("no", terminal.finish()).expect(1);
        assert!(run.stdout.contains("nothing was changed"), "{}", run.stdout);
        assert_eq!(sandbox.snapshot(), before);
    }
    let mut terminal = login(&sandbox, &[], &[]);
    terminal.wait_for("Replace the profile `default`?");
    terminal.send("y\r");
    type_secrets(&sandbox, &mut terminal);
    sandbox.keep("yes", terminal.finish()).expect(0);
    assert_ne!(sandbox.snapshot(), before);
}

#[test]
fn login_says_that_there_is_no_keychain_before_it_asks_anything() {
    let sandbox = Sandbox::new();
    let mut command = sandbox.command(["login", "-p", "nightly"]);
    command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
    let mut terminal = Terminal::start(command);
    terminal.wait_for("Keep the secrets in that file?");
    terminal.send("n\r");
    let run = sandbox.keep("no keychain", terminal.finish()).expect(1);
    assert!(
        run.stdout.contains("no D-Bus session bus"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout
            .contains("`ropc login -p nightly --store file --key-source key-file`"),
        "{}",
        run.stdout
    );
    assert!(!run.stdout.contains("Tenant"), "{}", run.stdout);
}

#[test]
fn the_file_that_login_offers_has_the_key_of_the_flag() {
    let sandbox = Sandbox::new();
    for source in ["passphrase", "key-file"] {
        let mut command = sandbox.command(["login", "--key-source", source]);
        command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
        let mut terminal = Terminal::start(command);
        terminal.wait_for("Keep the secrets in that file?");
        terminal.send("n\r");
        let run = sandbox.keep(source, terminal.finish()).expect(1);
        let words = format!("its key from {source}:");
        assert!(run.stdout.contains(&words), "{}", run.stdout);
    }
}

#[test]
fn an_empty_answer_keeps_the_stored_secret() {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    let password = crate::support::random_secret("pw");
    sandbox.watch("the new password", &password);
    assert!(sandbox.emulator.set_password(CONTOSO_USER, &password));
    let mut terminal = login(&sandbox, &[], &["--yes"]);
    terminal.answer("Client secret value (empty: keep the stored one)", "", true);
    terminal.answer(
        "Password of svc-report@contoso.example (empty: keep the stored one)",
        &password,
        true,
    );
    let run = sandbox.keep("a new password", terminal.finish()).expect(0);
    assert!(
        run.stdout.contains("the stored client secret is kept"),
        "{}",
        run.stdout
    );
    // Both stay: for example to change the scopes without the secrets.
    let mut terminal = login(&sandbox, &[], &["--yes", "--scope", "User.Read"]);
    terminal.answer("Client secret value", "", true);
    terminal.answer("Password of", "", true);
    sandbox.keep("other scopes", terminal.finish()).expect(0);
    let requests = sandbox.emulator.requests();
    let last = requests.last().unwrap();
    assert_eq!(
        last.field("client_secret"),
        Some(sandbox.client_secret.as_str())
    );
    assert_eq!(last.field("password"), Some(password.as_str()));
    // For another user login keeps nothing, and the question does not offer it.
    let mut terminal = login(
        &sandbox,
        &["--username"],
        &["--yes", "--username", "other@contoso.example"],
    );
    terminal.answer(
        "Client secret value (empty if the app has none)",
        &sandbox.client_secret,
        true,
    );
    terminal.answer("Password of other@contoso.example: ", "", true);
    terminal.wait_for("the password is empty");
    terminal.send("\u{4}");
    let run = sandbox.keep("another user", terminal.finish()).expect(2);
    assert!(
        !run.stdout
            .contains("Password of other@contoso.example (empty")
    );
}

#[test]
fn a_signal_that_is_ignored_before_a_question_is_ignored_after_it() {
    // As with `nohup`: a job whose store asks for its passphrase lives on when the window closes.
    const PASSPHRASE: &str = "five random words, typed";
    let sandbox = Sandbox::new();
    sandbox.watch("passphrase", PASSPHRASE);
    let facts = sandbox.facts();
    let mut args = vec!["login", "--store", "file", "--key-source", "passphrase"];
    args.extend(facts.iter().map(String::as_str));
    let mut terminal = Terminal::start(sandbox.command(&args));
    terminal.answer("New passphrase of the file store", PASSPHRASE, true);
    terminal.answer("The same again", PASSPHRASE, true);
    type_secrets(&sandbox, &mut terminal);
    sandbox.keep("login", terminal.finish()).expect(0);
    let job = |before: &str| {
        let script = format!(
            "{before}exec {} exec -- sh -c 'kill -HUP $$; kill -INT $$; echo survived'",
            crate::support::ROPC
        );
        let mut command = sandbox.program("sh");
        command.arg("-c").arg(script);
        crate::support::default_signals(&mut command);
        let mut terminal = Terminal::start(command);
        terminal.wait_for("assphrase of the file store");
        terminal.wait_until(|t| !t.echoes(), "echo off");
        if !before.is_empty() {
            terminal.send("\u{3}");
        }
        terminal.send(&format!("{PASSPHRASE}\r"));
        sandbox.keep("job", terminal.finish())
    };
    let run = job("trap '' HUP INT; ").expect(0);
    assert!(run.stdout.contains("survived"), "{}", run.stdout);
    assert_eq!(
        job("").signal,
        Some(1),
        "the control: without an ignored signal the first one ends the job"
    );
}

#[test]
fn the_end_of_input_at_a_prompt_is_no_empty_answer() {
    let sandbox = Sandbox::new();
    let mut terminal = login(&sandbox, &[], &[]);
    terminal.answer("Client secret value", &sandbox.client_secret.clone(), true);
    terminal.wait_for("Password of");
    terminal.wait_until(|t| !t.echoes(), "echo off");
    terminal.send("\u{4}");
    let run = sandbox.keep("end of input", terminal.finish()).expect(2);
    assert_eq!(sandbox.emulator.token_requests(), 0, "{}", run.stdout);
    assert!(!sandbox.profile_file("default").exists());
}

#[test]
fn no_input_fails_at_once_even_at_a_terminal() {
    let mut sandbox = Sandbox::new();
    let terminal = login(&sandbox, &["--tenant"], &["--no-input"]);
    let run = sandbox.keep("no input", terminal.finish()).expect(2);
    assert!(
        run.stdout.contains("`--tenant`, `--password-file`"),
        "{}",
        run.stdout
    );
    sandbox.set_env("ROPC_NO_INPUT", "1");
    let terminal = login(&sandbox, &[], &[]);
    let run = sandbox.keep("no input", terminal.finish()).expect(2);
    assert!(
        run.stdout.contains("`--client-secret-file` are missing"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout.contains("--no-input"),
        "it says why it did not ask: {}",
        run.stdout
    );
}

#[test]
fn token_prints_to_a_terminal_only_with_show() {
    let mut sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    let token = sandbox.emulator.issued_tokens()[0].token.clone();
    let terminal = Terminal::start(sandbox.command(["token"]));
    let run = sandbox.keep("token", terminal.finish()).expect(2);
    assert!(
        run.stdout.contains("--show") && !run.stdout.contains(&token),
        "{}",
        run.stdout
    );
    sandbox.without_scan();
    let terminal = Terminal::start(sandbox.command(["token", "--show"]));
    let run = sandbox.keep("token", terminal.finish()).expect(0);
    assert!(run.stdout.contains(&token), "the control");
}

#[test]
fn logout_asks_and_the_default_is_no() {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    let before = sandbox.snapshot();
    let mut terminal = Terminal::start(sandbox.command(["logout"]));
    terminal.wait_for("Remove default with all secrets?");
    terminal.send("\r");
    sandbox.keep("logout", terminal.finish()).expect(1);
    assert_eq!(sandbox.snapshot(), before);
    let mut terminal = Terminal::start(sandbox.command(["logout"]));
    terminal.wait_for("Remove default with all secrets?");
    terminal.send("y\r");
    sandbox.keep("logout", terminal.finish()).expect(0);
    assert!(!sandbox.profile_file("default").exists());
}

/// The keyring shows its dialog on the desktop: the person at the terminal must know.
#[test]
#[cfg(not(target_os = "macos"))]
fn a_dialog_is_announced_before_the_wait_for_it() {
    use crate::support::keyring_daemon::{KeyringDaemon, State};
    let Some(keyring) = KeyringDaemon::if_there(State::Unlocked) else {
        return;
    };
    let mut sandbox = Sandbox::new();
    sandbox.set_env("DBUS_SESSION_BUS_ADDRESS", &keyring.address());
    sandbox
        .login_into(&["--store", "os"], &[], &sandbox.secrets_json())
        .expect(0);
    let announced = "the keyring is locked: answer its dialog in the desktop session";
    keyring.lock();
    // Without a desktop the keyring gives up.
    let run = sandbox
        .keep(
            "locked",
            Terminal::start(sandbox.command(["logout", "--yes"])).finish(),
        )
        .expect(5);
    assert!(run.stdout.contains(announced), "{}", run.stdout);
    let run = sandbox.run(&["logout", "--yes"]).expect(5);
    assert!(
        !run.stderr.contains(announced),
        "an unattended run: {}",
        run.stderr
    );
}
