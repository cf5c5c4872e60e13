//! The binding: secrets go only to the host that they were enrolled for. After an edit of a
//! profile's text file, or of its CA file, ropc fails, and the other host gets no connection.

use crate::support::Sandbox;
use entra_emulator::{
    CONTOSO_CLIENT, CONTOSO_PUBLIC_CLIENT, CONTOSO_TENANT, CONTOSO_USER, Config, Server,
};

fn profile(sandbox: &Sandbox) -> String {
    std::fs::read_to_string(sandbox.profile_file("default")).unwrap()
}

fn edit(sandbox: &Sandbox, from: &str, to: &str) {
    let text = profile(sandbox);
    assert!(text.contains(from), "`{from}` is not in:\n{text}");
    std::fs::write(sandbox.profile_file("default"), text.replace(from, to)).unwrap();
}

/// Asserts that every way to a token fails: with a token in the cache, without, and with `--retry`.
/// Nothing is sent.
#[track_caller]
fn is_refused(sandbox: &Sandbox, fact: &str) {
    is_never_sent(sandbox, fact);
    for args in [["token", "-p", "default"], ["exec", "--", "true"]] {
        sandbox
            .run(&args)
            .says(&[&format!("they are enrolled for the {fact} `")]);
    }
}

/// Asserts that nothing is sent. A cached token may still serve, as that uses no secret.
#[track_caller]
fn is_never_sent(sandbox: &Sandbox, fact: &str) {
    let before = (sandbox.snapshot(), sandbox.emulator.connections());
    let message =
        format!("was changed after its secrets were stored: they are enrolled for the {fact} `");
    let ways: [(&[&str], i32); 4] = [
        (&["exec", "--refresh", "--", "true"], 125),
        (&["token", "--refresh"], 3),
        (&["token", "--no-cache"], 3),
        (&["login", "--retry"], 3),
    ];
    for (args, code) in ways {
        let run = sandbox.run(args).expect(code).says(&[
            &message,
            "nothing was sent",
            "enrol again with `ropc login`",
        ]);
        assert_eq!(run.stdout, "");
    }
    assert_eq!(sandbox.emulator.connections(), before.1, "nobody was asked");
    let profiles = |files: &[(std::path::PathBuf, Vec<u8>)]| {
        files
            .iter()
            .filter(|(p, _)| p.starts_with(sandbox.config_dir()))
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(profiles(&sandbox.snapshot()), profiles(&before.0));
}

fn ready() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    sandbox
}

#[test]
fn a_profile_that_points_to_another_host_sends_nothing_there() {
    let sandbox = ready();
    let thief = Server::start(Config::contoso());
    edit(&sandbox, &sandbox.emulator.authority(), &thief.authority());
    is_refused(&sandbox, "authority");
    // Also not with the other host's root of trust in place of the enrolled one.
    std::fs::write(sandbox.root().join("ca.pem"), thief.ca_pem()).unwrap();
    is_refused(&sandbox, "authority");
    assert_eq!(thief.connections(), 0);
    // Also not when a person stores new secrets without reading the file.
    let login = ["login", "--yes", "--secrets-stdin"];
    let run = sandbox
        .run_with_input(&login, &sandbox.secrets_json())
        .expect(3);
    let way = format!("`ropc login --authority {} --ca-file ", thief.authority());
    run.says(&[
        "nothing in the store confirms it",
        &way,
        "find out who wrote it there",
    ]);
    assert_eq!(thief.connections(), 0);
    // The control: after a person enrols the other host, it gets the request.
    let (authority, ca) = (
        thief.authority(),
        sandbox.root().join("ca.pem").display().to_string(),
    );
    let enrol = [&login[..], &["--authority", &authority, "--ca-file", &ca]].concat();
    sandbox
        .run_with_input(&enrol, &sandbox.secrets_json())
        .expect(4);
    assert_eq!(thief.token_requests(), 1);
}

#[test]
fn an_edited_tenant_app_or_user_is_refused() {
    for (from, to, fact) in [
        (
            CONTOSO_TENANT,
            "11111111-2222-4333-8444-555555555555",
            "tenant",
        ),
        (CONTOSO_TENANT, "contoso.example", "tenant"),
        (CONTOSO_CLIENT, CONTOSO_PUBLIC_CLIENT, "client id"),
        (CONTOSO_USER, "admin@contoso.example", "user"),
    ] {
        let sandbox = ready();
        let text = profile(&sandbox);
        edit(&sandbox, from, to);
        is_refused(&sandbox, fact);
        std::fs::write(sandbox.profile_file("default"), text).unwrap();
        sandbox.run(&["exec", "--refresh", "--", "true"]).expect(0);
    }
}

#[test]
fn another_ca_file_or_other_content_or_none_is_refused() {
    let sandbox = ready();
    let thief = Server::start(Config::contoso());
    let enrolled = std::fs::read(sandbox.root().join("ca.pem")).unwrap();
    std::fs::write(
        sandbox.root().join("ca.pem"),
        [enrolled.as_slice(), thief.ca_pem().as_bytes()].concat(),
    )
    .unwrap();
    is_never_sent(&sandbox, "CA file's SHA-256");
    std::fs::write(sandbox.root().join("ca.pem"), &enrolled).unwrap();
    std::fs::write(sandbox.root().join("thief.pem"), thief.ca_pem()).unwrap();
    edit(&sandbox, "/ca.pem\"", "/thief.pem\"");
    is_never_sent(&sandbox, "CA file's SHA-256");
    let text: String = profile(&sandbox)
        .lines()
        .filter(|l| !l.starts_with("ca_file"))
        .map(|l| format!("{l}\n"))
        .collect();
    std::fs::write(sandbox.profile_file("default"), text).unwrap();
    is_never_sent(&sandbox, "CA file's SHA-256");
}

#[test]
fn the_error_names_a_missing_ca_file() {
    let sandbox = ready();
    std::fs::remove_file(sandbox.root().join("ca.pem")).unwrap();
    sandbox.run(&["token", "--refresh"]).expect(3).says(&[
        "the CA file ",
        "ca.pem cannot be read: it does not exist",
        "--ca-file",
    ]);
}

#[test]
fn a_copy_of_the_same_ca_file_elsewhere_is_the_same_root() {
    let sandbox = ready();
    std::fs::copy(
        sandbox.root().join("ca.pem"),
        sandbox.root().join("copy.pem"),
    )
    .unwrap();
    edit(&sandbox, "/ca.pem\"", "/copy.pem\"");
    sandbox.run(&["exec", "--refresh", "--", "true"]).expect(0);
}

#[test]
fn a_confidential_app_cannot_be_made_public_by_an_edit() {
    let sandbox = ready();
    edit(&sandbox, "store = ", "public_client = true\nstore = ");
    let connections = sandbox.emulator.connections();
    sandbox
        .run(&["token", "--refresh"])
        .expect(3)
        .says(&["public_client = true", "nothing was sent"]);
    assert_eq!(sandbox.emulator.connections(), connections);
}

#[test]
fn the_generation_of_another_profile_does_not_open_its_secrets() {
    let sandbox = ready();
    sandbox.login(&["-p", "other"]).expect(0);
    let generation = |name: &str| {
        let text = std::fs::read_to_string(sandbox.profile_file(name)).unwrap();
        text.lines()
            .find_map(|l| l.strip_prefix("generation = "))
            .unwrap()
            .trim_matches('"')
            .to_owned()
    };
    edit(&sandbox, &generation("default"), &generation("other"));
    sandbox
        .run(&["token", "--refresh"])
        .expect(5)
        .says(&["holds no secrets for the profile `default`"]);
}

#[test]
fn scopes_may_be_edited() {
    let sandbox = ready();
    edit(
        &sandbox,
        "https://graph.microsoft.com/.default",
        "User.Read",
    );
    sandbox.run(&["exec", "--", "true"]).expect(0);
    let last = sandbox.emulator.requests().pop().unwrap();
    assert_eq!(
        (last.field("scope"), last.status),
        (Some("User.Read"), Some(200))
    );
}

#[test]
fn a_login_does_not_take_another_root_of_trust_from_an_edited_file() {
    let sandbox = ready();
    let own = sandbox.root().join("own.pem");
    std::fs::write(&own, Server::start(Config::contoso()).ca_pem()).unwrap();
    edit(
        &sandbox,
        &sandbox.root().join("ca.pem").display().to_string(),
        &own.display().to_string(),
    );
    let before = sandbox.emulator.connections();
    let login = ["login", "--yes", "--secrets-stdin"];
    sandbox
        .run_with_input(&login, &sandbox.secrets_json())
        .expect(3)
        .says(&["nothing in the store confirms it"]);
    assert_eq!(sandbox.emulator.connections(), before, "nobody was asked");
    // The control: facts that the store confirms need no flag.
    edit(
        &sandbox,
        &own.display().to_string(),
        &sandbox.root().join("ca.pem").display().to_string(),
    );
    sandbox
        .run_with_input(&login, &sandbox.secrets_json())
        .expect(0);
    // With the new root as a flag no confirmation is necessary, although the old file is gone.
    std::fs::rename(
        sandbox.root().join("ca.pem"),
        sandbox.root().join("new.pem"),
    )
    .unwrap();
    let by_hand = [&login[..], &["--ca-file", "new.pem"]].concat();
    sandbox
        .run_with_input(&by_hand, &sandbox.secrets_json())
        .expect(0);
}
