//! The environment, the arguments and the profile of a child.

use super::{ready, sh};
use crate::support::{ROPC, Run, Sandbox, leaks};
use entra_emulator::{CONTOSO_CLIENT, CONTOSO_TENANT, CONTOSO_USER};
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

fn variables(run: &Run) -> BTreeMap<String, String> {
    run.stdout
        .lines()
        .filter_map(|l| l.split_once('='))
        .map(|(n, v)| (n.into(), v.into()))
        .collect()
}

#[test]
fn only_the_token_and_the_facts_change_in_the_environment() {
    let mut sandbox = ready();
    sandbox.set_env("MY_SETTING", "with = signs and 'quotes'");
    sandbox.set_env("NO_PROXY", "intranet.example");
    let before = sandbox
        .command::<&str>([])
        .get_envs()
        .filter_map(|(n, v)| Some((text(n), text(v?))))
        .collect::<BTreeMap<_, _>>();
    let run = sandbox.run(&["exec", "--", "env"]).expect(0);
    let mut after = variables(&run);
    let token = after.remove("GRAPH_ACCESS_TOKEN").unwrap();
    assert_eq!(token, sandbox.emulator.issued_tokens()[0].token);
    let status = sandbox.run(&["status", "--json"]).expect(0);
    let status: serde_json::Value = serde_json::from_str(&status.stdout).unwrap();
    let expiry = status["cached_token"]["expires_on"].to_string();
    let facts = [
        ("ROPC_PROFILE", "default"),
        ("ROPC_TENANT_ID", CONTOSO_TENANT),
        ("ROPC_CLIENT_ID", CONTOSO_CLIENT),
        ("ROPC_USERNAME", CONTOSO_USER),
        ("ROPC_EXPIRES_ON", &expiry),
    ];
    for (name, value) in facts {
        assert_eq!(after.remove(name).as_deref(), Some(value), "{name}");
    }
    assert_eq!(after, before, "nothing else was added, changed or removed");
    assert!(
        after
            .keys()
            .all(|name| !name.starts_with("AZURE_") && !name.starts_with("IDENTITY_"))
    );
}

fn text(value: &OsStr) -> String {
    value.to_str().unwrap().to_owned()
}

#[test]
fn env_renames_the_variable_and_a_stale_token_is_removed() {
    let mut sandbox = ready();
    sandbox.set_env("GRAPH_ACCESS_TOKEN", "stale");
    let token = sandbox.emulator.issued_tokens()[0].token.clone();
    let with = variables(&sandbox.run(&["exec", "--", "env"]).expect(0));
    assert_eq!(
        with["GRAPH_ACCESS_TOKEN"], token,
        "the fresh token replaces it"
    );
    let with = variables(
        &sandbox
            .run(&["exec", "--env", "ONE", "--env", "TWO_2", "--", "env"])
            .expect(0),
    );
    assert_eq!((&with["ONE"], &with["TWO_2"]), (&token, &token));
    assert!(!with.contains_key("GRAPH_ACCESS_TOKEN"));
    let with = variables(
        &sandbox
            .run(&[
                "exec",
                "--env",
                "ONE",
                "--env",
                "GRAPH_ACCESS_TOKEN",
                "--",
                "env",
            ])
            .expect(0),
    );
    assert_eq!(
        (&with["ONE"], &with["GRAPH_ACCESS_TOKEN"]),
        (&token, &token)
    );
}

#[test]
fn nesting_is_refused_for_the_same_profile_with_the_way_out() {
    let sandbox = ready();
    sandbox.login(&["-p", "other"]).expect(0);
    let nested = |flags: &str| {
        sh(
            &sandbox,
            &format!("{flags} {ROPC} exec -- sh -c 'echo $ROPC_PROFILE'"),
        )
    };
    nested("").expect(2).says(&[
        "already runs inside `ropc exec` for the profile `default`",
        "`unset ROPC_EXPIRES_ON`",
    ]);
    let way_out = nested("unset ROPC_EXPIRES_ON;").expect(0);
    assert_eq!(way_out.stdout, "default\n");
    let other = sh(
        &sandbox,
        &format!("{ROPC} exec -p other -- sh -c 'echo $ROPC_PROFILE'"),
    )
    .expect(0);
    assert_eq!(other.stdout, "other\n");
    sh(&sandbox, &format!("{ROPC} token > /dev/null")).expect(0);
}

#[test]
fn a_token_of_64_kib_fits_and_one_that_no_variable_holds_is_a_clear_error() {
    let sandbox = Sandbox::with(|config| config.with_token_size(64 * 1024));
    sandbox.login(&[]).expect(0);
    let run = sh(&sandbox, "printf %s \"$GRAPH_ACCESS_TOKEN\" | wc -c").expect(0);
    assert_eq!(run.stdout.trim(), "65536");
    sandbox
        .emulator
        .configure(|config| config.token_size = Some(200 * 1024));
    let run = sandbox
        .run(&["exec", "--refresh", "--", "true"])
        .expect(125);
    run.says(&[
        "error: failure: the token is 204800 bytes long, and a variable holds at most",
        "`ropc token`",
    ]);
    assert_eq!(
        sandbox.run(&["token"]).expect(0).stdout.trim().len(),
        200 * 1024,
        "the command of the hint works"
    );
}

#[test]
fn arguments_arrive_exactly() {
    let sandbox = ready();
    let plain = [
        "a b",
        "",
        "\"quoted\"",
        "it's",
        "new\nline",
        "--",
        "-p",
        "--env",
        "$HOME `id` \\",
        "*",
        "ü日🔑",
        "=",
    ];
    let mut arguments: Vec<OsString> = plain.iter().map(OsString::from).collect();
    arguments.push(OsString::from_vec(b"not\xffUTF-8".to_vec()));
    let fixed = [
        "exec",
        "--",
        "sh",
        "-c",
        "for a; do printf '[%s]' \"$a\"; done",
        "sh",
    ]
    .map(OsString::from);
    let output = sandbox
        .command(fixed.iter().chain(&arguments))
        .output()
        .unwrap();
    let expected: Vec<u8> = arguments
        .iter()
        .flat_map(|a| [b"[", a.as_bytes(), b"]"].concat())
        .collect();
    assert_eq!(output.stdout, expected);
}

#[test]
fn the_profile_is_chosen_by_flag_then_by_variable_then_by_default() {
    use std::os::unix::ffi::OsStrExt;
    let mut sandbox = ready();
    for name in ["one", "two"] {
        sandbox.login(&["-p", name]).expect(0);
    }
    let chosen = |sandbox: &Sandbox, flags: &[&str]| {
        sandbox
            .run(&[&["exec"], flags, &["--", "sh", "-c", "echo $ROPC_PROFILE"]].concat())
            .expect(0)
            .stdout
    };
    assert_eq!(chosen(&sandbox, &[]), "default\n");
    sandbox.set_env("ROPC_PROFILE", "one");
    assert_eq!(chosen(&sandbox, &[]), "one\n");
    assert_eq!(chosen(&sandbox, &["-p", "two"]), "two\n");
    assert_eq!(chosen(&sandbox, &["--profile=two"]), "two\n");
    sandbox.set_env("ROPC_PROFILE", "../one");
    sandbox.run(&["exec", "--", "true"]).expect(125).says(&[
        "configuration: ",
        "cannot be the name of a profile",
        "ROPC_PROFILE",
    ]);
    sandbox.set_env("ROPC_PROFILE", "");
    assert_eq!(chosen(&sandbox, &[]), "default\n");
    // A name that is not Unicode does not mean `default`.
    for (verb, code) in [
        (&["token"][..], 3),
        (&["exec", "--", "true"], 125),
        (&["doctor"], 3),
    ] {
        let mut command = sandbox.command(verb);
        command.env("ROPC_PROFILE", std::ffi::OsStr::from_bytes(b"one\xff"));
        sandbox
            .finish("no Unicode", command, b"")
            .expect(code)
            .says(&["cannot be the name", "ROPC_PROFILE"]);
    }
}

#[test]
fn nothing_of_the_child_holds_a_stored_secret() {
    let sandbox = ready();
    // Also immediately after a sign-in, when the process has just held both secrets.
    let look = "cat /proc/$$/environ /proc/$$/cmdline; cat /proc/$$/maps | cut -c1-80 > /dev/null";
    for flags in [
        &["exec", "--", "sh", "-c", look][..],
        &["exec", "--no-cache", "--", "sh", "-c", look],
    ] {
        let run = sandbox.run(flags).expect(0);
        assert!(
            run.stdout.contains("GRAPH_ACCESS_TOKEN"),
            "the search read the right place"
        );
        for secret in [&sandbox.password, &sandbox.client_secret] {
            assert_eq!(leaks::find(run.stdout.as_bytes(), secret), None);
        }
    }
    let mut leaky = ready();
    leaky.without_scan();
    leaky.set_env("LEFT_BEHIND", &leaky.password.clone());
    let run = sh(&leaky, look).expect(0);
    assert!(
        leaks::find(run.stdout.as_bytes(), &leaky.password).is_some(),
        "the control is found"
    );
}
