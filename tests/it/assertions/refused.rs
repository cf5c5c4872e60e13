//! Assertions that nobody accepts: those that ropc does not send, those that Entra refuses, and
//! sources that `login` did not enrol.

use super::{enrolled, federated, login, write};
use crate::support::Sandbox;
use entra_emulator::{Fault, Statement, Times};
use std::time::Duration;

#[test]
fn an_assertion_that_has_ended_is_not_sent() {
    let (sandbox, _) = enrolled();
    let sent = sandbox.emulator.token_requests();
    write(&sandbox, |s| s.age = Duration::from_secs(7200));
    sandbox.run(&["token", "--no-cache"]).expect(3).says(&[
        "ended at",
        "minutes ago); nothing was sent",
        "check the clock",
    ]);
    for (text, reason) in [
        ("", "it is empty"),
        ("no.jwt", "three parts"),
        ("a.b.c", "not the JSON"),
    ] {
        std::fs::write(sandbox.root().join("token"), text).unwrap();
        sandbox
            .run(&["token", "--no-cache"])
            .expect(3)
            .says(&["gives no assertion", reason]);
    }
    assert_eq!(sandbox.emulator.token_requests(), sent);
    write(&sandbox, |_| ());
    sandbox.run(&["token", "--no-cache"]).expect(0);
}

type Change = fn(&mut Statement);

#[test]
fn each_refusal_of_an_assertion_says_what_it_says_and_where_to_compare_it() {
    let changes: [(u32, Change); 5] = [
        (700_211, |s| s.issuer.push('/')),
        (700_212, |s| s.audience.push_str("USGov")),
        (700_213, |s| s.subject.push('2')),
        (7_002_138, |s| s.subject.make_ascii_uppercase()),
        (700_229, |s| s.of_user = true),
    ];
    for (code, change) in changes {
        let sandbox = federated();
        let path = write(&sandbox, change);
        let file = path.to_str().unwrap();
        let run = login(&sandbox, &["--assertion-file", file]).expect(4);
        run.says(&[
            &format!("AADSTS{code}: "),
            "the assertion says: issuer `https://token.actions.contoso.example",
            &format!("ropc explain {code}"),
            "nothing was stored",
        ]);
        // Nothing is latched: with a right assertion the same command works at once.
        write(&sandbox, |_| ());
        login(&sandbox, &["--assertion-file", file]).expect(0);
    }
}

/// A code, and who fixes it.
const FIXERS: [(u32, &str); 7] = [
    (
        70_021,
        "the owner of the app registration or of the profile; nobody: wait",
    ),
    (700_211, OWNER),
    (700_212, OWNER),
    (700_213, OWNER),
    (7_002_138, OWNER),
    (7_000_226, OWNER),
    (700_024, "an admin of the machine that signs in"),
];
const OWNER: &str = "the owner of the app registration or of the profile";

#[test]
fn a_job_asks_once_and_the_next_one_waits_but_is_not_latched() {
    let job = ["exec", "--refresh", "--", "true"];
    for (code, who) in FIXERS {
        let (sandbox, path) = enrolled();
        let before = sandbox.emulator.token_requests();
        let label = format!("AADSTS{code}");
        sandbox.emulator.inject(Fault::Aadsts(code), Times::Always);
        sandbox.run(&job).expect(125).says(&[&label]);
        assert_eq!(sandbox.emulator.token_requests(), before + 1, "{code}");
        sandbox.run(&job).expect(125).says(&[
            "nothing is sent for",
            "with this app and these scopes before",
        ]);
        assert_eq!(sandbox.emulator.token_requests(), before + 1, "{code}");
        sandbox.emulator.clear_faults();
        let file = path.to_str().unwrap();
        login(&sandbox, &["--yes", "--assertion-file", file]).expect(0);
        sandbox.run(&job).expect(0);
        let explained = sandbox.run(&["explain", &code.to_string()]).stdout;
        let line = format!("who fixes it: {who}\n");
        assert!(explained.contains(&line), "{explained}");
    }
}

#[test]
fn an_app_without_federated_credentials_is_named() {
    let sandbox = Sandbox::new();
    let path = write(&sandbox, |_| ());
    login(&sandbox, &["--assertion-file", path.to_str().unwrap()])
        .expect(4)
        .says(&["AADSTS7000226: ", "Federated credentials"]);
}

#[test]
fn a_source_that_login_did_not_enrol_is_neither_asked_nor_used() {
    let (sandbox, path) = enrolled();
    let file = sandbox.profile_file("default");
    let profile = std::fs::read_to_string(&file).unwrap();
    let sent = sandbox.emulator.token_requests();
    let mark = sandbox.root().join("was-run");
    let argv = format!("[\"/usr/bin/touch\", \"{}\"]", mark.display());
    let line = format!("assertion_file = \"{}\"\n", path.display());
    for (from, to) in [
        (line.as_str(), "assertion_file = \"/other\"\n".to_owned()),
        (
            "app_credential = \"assertion-file\"\n",
            "app_credential = \"github\"\n".to_owned(),
        ),
        (
            "app_credential = \"assertion-file\"\n",
            format!("app_credential = \"assertion-command\"\nassertion_command = {argv}\n"),
        ),
        ("app_credential = \"assertion-file\"\n", String::new()),
    ] {
        assert!(profile.contains(from), "{profile}");
        let mut edited = profile.replace(from, &to);
        if from != line {
            edited = edited.replace(&line, "");
        }
        std::fs::write(&file, edited).unwrap();
        sandbox
            .run(&["token", "--no-cache"])
            .expect(3)
            .says(&["they are enrolled for the app credential `assertion-file "]);
        sandbox.run(&["doctor"]);
    }
    assert!(!mark.exists(), "no program was run");
    assert_eq!(sandbox.emulator.token_requests(), sent);
    std::fs::write(&file, profile).unwrap();
    sandbox.run(&["token", "--no-cache"]).expect(0);
}

#[test]
fn flags_that_contradict_each_other_are_refused() {
    let sandbox = federated();
    for (flags, words) in [
        (&["--assertion", "gitlab"][..], "no source of assertions"),
        (&["--assertion", "managed-identity=x"], "(client) id"),
        (
            &["--assertion", "github", "--public-client"],
            "cannot be used with",
        ),
        (
            &["--assertion", "github", "--assertion-command"],
            "cannot be used with",
        ),
        (&["--assertion-command"], "needs the program"),
    ] {
        let run = login(&sandbox, flags);
        assert!(matches!(run.code, Some(2 | 3)), "{flags:?} {run:?}");
        run.says(&[words]);
    }
    let path = write(&sandbox, |_| ());
    sandbox
        .login(&["--assertion-file", path.to_str().unwrap()])
        .expect(2)
        .says(&["it has another credential than the app"]);
    assert_eq!(sandbox.emulator.connections(), 0);
}
