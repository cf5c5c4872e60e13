//! Failures: the file and everything stored stay unchanged, and no secret goes to a host that only
//! a file names.

use super::{CLIENT_SECRET, PASSWORD, import, place, sample, sandbox};
use entra_emulator::{Fault, Times};

#[test]
fn a_refused_sign_in_leaves_the_file_as_it_was() {
    let sandbox = sandbox("another made-up password", CLIENT_SECRET);
    sandbox.watch("password of the file", PASSWORD);
    let path = place(&sandbox, "example.ps1", &sample("example.ps1"));
    import(&sandbox, &path, &["--write", "--yes"])
        .expect(4)
        .says(&["AADSTS50126", "nothing was stored"]);
    assert_eq!(std::fs::read(&path).unwrap(), sample("example.ps1"));
    assert!(!sandbox.profile_file("default").exists());
}

/// Whatever Entra refuses: without a profile there is nothing to look at, to try again or to
/// change.
#[test]
fn no_hint_of_a_refused_first_import_needs_a_profile() {
    let path_of = |sandbox: &_| place(sandbox, "example.ps1", &sample("example.ps1"));
    for code in [650_053, 500_011, 50_126, 7_000_215, 700_016, 50_034, 65_001] {
        let sandbox = sandbox(PASSWORD, CLIENT_SECRET);
        let path = path_of(&sandbox);
        sandbox.emulator.inject(Fault::Aadsts(code), Times::Once);
        let run = import(&sandbox, &path, &[]).expect(4);
        let hints: Vec<&str> = run
            .stderr
            .lines()
            .filter(|l| l.contains("hint: "))
            .collect();
        assert!((1..=3).contains(&hints.len()), "{code}: {}", run.stderr);
        for command in ["`ropc login", "`ropc status", "`ropc doctor"] {
            assert!(
                !hints.iter().any(|hint| hint.contains(command)),
                "{code}: {}",
                run.stderr
            );
        }
        if code != 65_001 {
            assert!(hints[0].contains("`ropc import "), "{code}: {}", run.stderr);
        }
    }
    // The control: where a profile is, its commands work.
    let sandbox = sandbox(PASSWORD, CLIENT_SECRET);
    sandbox.login(&[]).expect(0);
    let path = path_of(&sandbox);
    sandbox.emulator.inject(Fault::Aadsts(650_053), Times::Once);
    import(&sandbox, &path, &["--yes"])
        .expect(4)
        .says(&["`ropc login --scope SCOPE`"]);
}

#[test]
fn a_network_fault_leaves_the_file_as_it_was() {
    let sandbox = sandbox(PASSWORD, CLIENT_SECRET);
    let path = place(&sandbox, "example.ps1", &sample("example.ps1"));
    sandbox.emulator.inject(Fault::BadGateway, Times::Next(2));
    import(&sandbox, &path, &["--write", "--yes"])
        .expect(6)
        .says(&["nothing was stored"]);
    assert_eq!(std::fs::read(&path).unwrap(), sample("example.ps1"));
    // The control: without the fault it goes on. (The same sign-in would wait now, as Entra may
    // have judged it.)
    let other = crate::import::sandbox(PASSWORD, CLIENT_SECRET);
    let path = place(&other, "example.ps1", &sample("example.ps1"));
    import(&other, &path, &["--write", "--yes"]).expect(0);
}

#[test]
fn a_host_that_only_the_file_names_gets_nothing() {
    let sandbox = sandbox(PASSWORD, CLIENT_SECRET);
    let path = place(&sandbox, "unknown-host.ps1", &sample("unknown-host.ps1"));
    let file = path.display().to_string();
    sandbox
        .run(&[
            "import",
            &file,
            "--write",
            "--yes",
            "--store",
            "file",
            "--key-source",
            "key-file",
        ])
        .expect(3)
        .says(&[
            "line 6",
            "login.unknown.example",
            "`--authority https://login.unknown.example`",
        ]);
    assert_eq!(std::fs::read(&path).unwrap(), sample("unknown-host.ps1"));
    // The control: with a flag from a person it goes on.
    import(&sandbox, &path, &[]).expect(0);
}

#[test]
fn import_replaces_an_existing_profile_only_with_yes() {
    let sandbox = sandbox(PASSWORD, CLIENT_SECRET);
    sandbox.login(&[]).expect(0);
    let before = sandbox.snapshot();
    let path = place(&sandbox, "example.ps1", &sample("example.ps1"));
    import(&sandbox, &path, &[])
        .expect(2)
        .says(&["the profile `default` exists", "--yes"]);
    assert_eq!(sandbox.snapshot(), before);
    assert_eq!(std::fs::read(&path).unwrap(), sample("example.ps1"));
    import(&sandbox, &path, &["--write", "--yes"]).expect(0);
}

#[test]
fn the_error_names_what_is_missing() {
    let sandbox = sandbox(PASSWORD, CLIENT_SECRET);
    let path = place(
        &sandbox,
        "half.env",
        format!("CLIENT_SECRET={CLIENT_SECRET}\n").as_bytes(),
    );
    import(&sandbox, &path, &["--write", "--yes"])
        .expect(2)
        .says(&["--tenant", "--client-id", "--username", "--password-file"]);
    assert_eq!(sandbox.emulator.token_requests(), 0);
    let password = sandbox.root().join("password");
    std::fs::write(&password, PASSWORD).unwrap();
    let facts = sandbox.facts();
    let facts: Vec<&str> = facts.iter().take(6).map(String::as_str).collect();
    let more = [
        facts.as_slice(),
        &[
            "--write",
            "--yes",
            "--password-file",
            password.to_str().unwrap(),
        ],
    ]
    .concat();
    import(&sandbox, &path, &more).expect(0);
    assert_eq!(std::fs::read(&path).unwrap(), b"");
}

#[test]
fn import_refuses_stores_that_ropc_only_reads() {
    let sandbox = sandbox(PASSWORD, CLIENT_SECRET);
    let path = place(&sandbox, "example.ps1", &sample("example.ps1"));
    let run = sandbox.run(&[
        "import",
        &path.display().to_string(),
        "--store",
        "directory",
        "--write",
        "--yes",
    ]);
    run.expect(2)
        .says(&["invalid value 'directory'", "os, file"]);
    // Nor the store of a profile that is there.
    let dir = sandbox.root().display().to_string();
    let facts = sandbox.facts();
    let mut args = vec!["login", "--no-verify", "--store", "directory"];
    args.extend(["--secrets-dir", &dir]);
    args.extend(facts.iter().map(String::as_str));
    sandbox.run(&args).expect(0);
    sandbox
        .run(&["import", &path.display().to_string(), "--write", "--yes"])
        .expect(2)
        .says(&["only reads the store `directory`"]);
    assert_eq!(std::fs::read(&path).unwrap(), sample("example.ps1"));
}

#[test]
fn a_secret_that_stays_because_ropc_does_not_understand_it_is_an_error() {
    let sandbox = sandbox(PASSWORD, CLIENT_SECRET);
    let path = place(&sandbox, "escaped-copy.ps1", &sample("escaped-copy.ps1"));
    import(&sandbox, &path, &["--write", "--yes"])
        .expect(1)
        .says(&[
            "still holds a secret in these lines: 6",
            "remove it by hand",
        ]);
    let new = String::from_utf8(std::fs::read(&path).unwrap()).unwrap();
    assert!(
        !new.contains(PASSWORD) && !new.contains(CLIENT_SECRET),
        "ropc removes what it understands: {new}"
    );
    sandbox.run(&["exec", "--", "true"]).expect(0);
}

#[test]
fn a_certificate_in_the_file_is_named_with_its_command_and_stays() {
    let sandbox = sandbox(PASSWORD, CLIENT_SECRET);
    let mut text = sample("example.ps1");
    text.extend(b"# Connect-PnPOnline -CertificatePath 'C:\\keys\\app.pfx'\n");
    let path = place(&sandbox, "example.ps1", &text);
    let run = import(&sandbox, &path, &["--write", "--yes"]).expect(0);
    run.says(&[
        "C:\\keys\\app.pfx",
        "--certificate 'C:\\keys\\app.pfx'` stores its key",
    ]);
    let after = std::fs::read_to_string(&path).unwrap();
    assert!(after.contains("app.pfx"), "{after}");
    let other = crate::import::sandbox(PASSWORD, CLIENT_SECRET);
    let path = place(&other, "example.ps1", &sample("example.ps1"));
    let run = import(&other, &path, &[]).expect(0);
    assert!(
        !run.stderr.contains("certificate"),
        "the control: {}",
        run.stderr
    );
}

#[test]
fn the_password_of_a_certificate_file_is_not_sent_as_that_of_the_user() {
    let sandbox = sandbox(PASSWORD, CLIENT_SECRET);
    let lines = format!(
        "$app = '3b9c6f0e-6a1d-4f57-8d6b-b1f1c3f2e901'\n\
         Connect-PnPOnline -ClientId $app -Tenant contoso.example -CertificatePath '/srv/app.pfx' \
         -CertificatePassword (ConvertTo-SecureString -AsPlainText '{PASSWORD}' -Force)\n"
    );
    let path = place(&sandbox, "pnp.ps1", lines.as_bytes());
    import(&sandbox, &path, &[]).expect(3).says(&[
        "--certificate /srv/app.pfx` stores its key",
        "holds neither a password nor a client secret",
    ]);
    assert_eq!(sandbox.emulator.token_requests(), 0);
    // The control: beside it the password of the user is taken.
    let settings = format!(
        "AZURE_TENANT_ID=contoso.example\nAZURE_CLIENT_ID=3b9c6f0e-6a1d-4f57-8d6b-b1f1c3f2e901\n\
         AZURE_CLIENT_CERTIFICATE_PASSWORD='another one'\nAZURE_CLIENT_SECRET='{CLIENT_SECRET}'\n\
         AZURE_USERNAME=svc-report@contoso.example\nAZURE_PASSWORD='{PASSWORD}'\n"
    );
    let path = place(&sandbox, "job.env", settings.as_bytes());
    import(&sandbox, &path, &["--yes"]).expect(0);
    assert_eq!(sandbox.emulator.token_requests(), 1);
}

#[test]
fn a_file_that_signs_in_as_no_user_is_refused_before_anything_is_sent() {
    let sandbox = sandbox(PASSWORD, CLIENT_SECRET);
    let text = format!(
        "password = '{PASSWORD}'\nform = {{'grant_type': 'client_credentials', \
         'client_id': '3b9c6f0e-6a1d-4f57-8d6b-b1f1c3f2e901', 'client_secret': '{CLIENT_SECRET}'}}\n"
    );
    let path = place(&sandbox, "app.py", text.as_bytes());
    import(&sandbox, &path, &["--write", "--yes"])
        .expect(3)
        .says(&["asks for a token of the app alone (line 2)", "`ropc login`"]);
    assert_eq!(sandbox.emulator.token_requests(), 0);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
}

#[test]
fn the_password_of_another_service_is_neither_sent_nor_taken_out() {
    let sandbox = sandbox(PASSWORD, CLIENT_SECRET);
    sandbox.watch("the password of the mail server", "Blau-Regen.5521q");
    let facts = format!(
        "TENANT_ID=contoso.example\nCLIENT_ID=3b9c6f0e-6a1d-4f57-8d6b-b1f1c3f2e901\n\
         CLIENT_SECRET='{CLIENT_SECRET}'\n"
    );
    let mail = "SMTP_USER=svc-report@contoso.example\nSMTP_PASSWORD=Blau-Regen.5521q\n";
    let path = place(&sandbox, "job.env", format!("{facts}{mail}").as_bytes());
    import(&sandbox, &path, &["--write", "--yes"])
        .expect(2)
        .says(&["line 5", "of another service", "--password-file"]);
    assert_eq!(sandbox.emulator.token_requests(), 0);
    // The control: beside it the password of the user is taken.
    let user = format!("GRAPH_USER=svc-report@contoso.example\nGRAPH_PASSWORD='{PASSWORD}'\n");
    std::fs::write(&path, format!("{facts}{mail}{user}")).unwrap();
    import(&sandbox, &path, &["--write", "--yes"]).expect(0);
    let new = std::fs::read_to_string(&path).unwrap();
    assert!(new.contains(mail) && !new.contains(PASSWORD), "{new}");
}

/// A person pastes the command of a hint into a shell.
#[test]
fn a_scope_that_holds_a_command_is_one_word_of_the_command_in_the_hint() {
    let sandbox = sandbox(PASSWORD, CLIENT_SECRET);
    let script = String::from_utf8(sample("example.ps1")).unwrap();
    let other = script.replace(
        r#""user.readbasic.all team.create""#,
        "'$(touch made) it`s'",
    );
    assert_ne!(script, other);
    let path = place(&sandbox, "other-scope.ps1", other.as_bytes());
    import(&sandbox, &path, &["--dry-run", "--scope", "Mail.Read"])
        .expect(0)
        .says(&["`ropc login -p NAME --scope '$(touch made) it`s'`"]);
}
