//! What the child finds in its environment.

use super::job::Job;
use crate::support::Sandbox;
use std::collections::BTreeMap;

const HOSTILE: [(&str, &str); 16] = [
    ("IDENTITY_SERVER_THUMBPRINT", "0123"),
    ("IMDS_ENDPOINT", "http://127.0.0.1:9"),
    ("MSI_ENDPOINT", "http://127.0.0.1:9"),
    ("MSI_SECRET", "x"),
    ("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://127.0.0.1:9"),
    ("AZURE_FEDERATED_TOKEN_FILE", "/nowhere"),
    ("AZURE_CLIENT_ID", "x"),
    ("AZURE_TENANT_ID", "x"),
    ("AZURE_CLIENT_SECRET", "x"),
    ("AZURE_CLIENT_CERTIFICATE_PATH", "/nowhere"),
    ("AZURE_CLIENT_CERTIFICATE_PASSWORD", ""),
    ("AZURE_USERNAME", "x"),
    ("AZURE_PASSWORD", "x"),
    ("AZURE_TOKEN_CREDENTIALS", "dev"),
    ("GRAPH_ACCESS_TOKEN", "stale"),
    ("NO_PROXY", "corp.example"),
];

fn seen(hostile: bool, flags: &[&str]) -> (Sandbox, BTreeMap<String, String>) {
    let mut sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    if hostile {
        for (name, value) in HOSTILE {
            sandbox.set_env(name, value);
        }
    }
    let mut args = vec!["exec", "--serve"];
    args.extend(flags);
    args.extend(["--", "env", "-0"]);
    let out = sandbox.run(&args).expect(0).stdout;
    let pairs = out
        .split('\0')
        .filter_map(|line| line.split_once('='))
        .map(|(n, v)| (n.to_owned(), v.to_owned()));
    let map = pairs.collect();
    (sandbox, map)
}

#[test]
fn a_hostile_environment_is_cleaned() {
    let (_sandbox, env) = seen(true, &[]);
    for (name, _) in &HOSTILE[..13] {
        assert!(!env.contains_key(*name), "{name} must be gone, not blank");
    }
    assert!(
        !env.contains_key("GRAPH_ACCESS_TOKEN"),
        "a token in a variable goes stale"
    );
    assert_eq!(env["AZURE_TOKEN_CREDENTIALS"], "prod");
    assert_eq!(
        (env["NO_PROXY"].as_str(), env["no_proxy"].as_str()),
        (
            "corp.example,127.0.0.1,localhost",
            "corp.example,127.0.0.1,localhost"
        )
    );
    assert!(
        env["IDENTITY_ENDPOINT"].starts_with("http://127.0.0.1:")
            && !env["IDENTITY_ENDPOINT"].contains('?')
    );
    assert_eq!(env["IDENTITY_HEADER"].len(), 43);
    for fact in [
        "ROPC_PROFILE",
        "ROPC_TENANT_ID",
        "ROPC_CLIENT_ID",
        "ROPC_USERNAME",
        "ROPC_EXPIRES_ON",
    ] {
        assert!(env.contains_key(fact), "{fact}");
    }
}

#[test]
fn a_clean_environment_gets_nothing_but_the_contract() {
    let (_sandbox, env) = seen(false, &[]);
    let azure: Vec<&String> = env
        .keys()
        .filter(|n| n.starts_with("AZURE_") || n.starts_with("IDENTITY_"))
        .collect();
    assert_eq!(
        azure,
        [
            "AZURE_TOKEN_CREDENTIALS",
            "IDENTITY_ENDPOINT",
            "IDENTITY_HEADER"
        ]
    );
}

#[test]
fn keep_env_keeps_other_identities() {
    let (_sandbox, env) = seen(true, &["--keep-env"]);
    for (name, value) in &HOSTILE[1..14] {
        assert_eq!(env.get(*name).map(String::as_str), Some(*value), "{name}");
    }
    assert!(
        !env.contains_key("IDENTITY_SERVER_THUMBPRINT"),
        "with it the endpoint could not be used"
    );
    assert!(env.contains_key("IDENTITY_ENDPOINT") && env["NO_PROXY"].contains("127.0.0.1"));
}

#[test]
fn a_token_is_in_a_variable_only_if_asked_for() {
    let (sandbox, env) = seen(false, &["--env", "MY_TOKEN"]);
    assert_eq!(env["MY_TOKEN"], sandbox.emulator.issued_tokens()[0].token);
    assert!(!env.contains_key("GRAPH_ACCESS_TOKEN"));
    let (sandbox, env) = seen(false, &["--env", "GRAPH_ACCESS_TOKEN"]);
    assert_eq!(
        env["GRAPH_ACCESS_TOKEN"],
        sandbox.emulator.issued_tokens()[0].token
    );
}

#[test]
fn the_key_is_another_one_each_run_and_on_no_command_line() {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    let (first, second) = (Job::start(&sandbox, &[]), Job::start(&sandbox, &[]));
    assert_ne!(first.key, second.key);
    assert_eq!(
        first
            .send(&first.request("/", &[]).replace(&first.key, &second.key))
            .status,
        401
    );
    assert!(!on_a_command_line(&first.key));
    let mut control = std::process::Command::new("sh")
        .args(["-c", "sleep 20", &first.key])
        .spawn()
        .unwrap();
    // A process that was just started has no arguments yet for a moment.
    let seen = (0..500).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(10));
        on_a_command_line(&first.key)
    });
    assert!(seen, "control: it would be seen");
    control.kill().unwrap();
    control.wait().unwrap();
    first.end().expect(0);
    second.end().expect(0);
}

/// .NET knows no `*`, and curl and Python know it only alone: a proxy that is still set would get
/// the endpoint's key.
#[test]
fn no_form_of_no_proxy_lets_a_proxy_see_the_key() {
    let proxy = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    proxy.set_nonblocking(true).unwrap();
    let address = format!("http://{}", proxy.local_addr().unwrap());
    let ask = "curl -sS -m 5 -H \"X-IDENTITY-HEADER: $IDENTITY_HEADER\" \
        \"$IDENTITY_ENDPOINT?resource=https://graph.microsoft.com&api-version=2019-08-01\" >/dev/null; echo $NO_PROXY";
    for list in [
        None,
        Some("*"),
        Some("corp.example"),
        Some(" * , corp.example"),
        Some("localhost"),
        Some(""),
    ] {
        let mut sandbox = Sandbox::new();
        sandbox.login(&[]).expect(0);
        for name in ["http_proxy", "HTTP_PROXY", "all_proxy"] {
            sandbox.set_env(name, &address);
        }
        if let Some(list) = list {
            sandbox.set_env("NO_PROXY", list);
        }
        let run = sandbox
            .run(&["exec", "--serve", "--", "sh", "-c", ask])
            .expect(0);
        assert_eq!(
            (run.stderr.as_str(), proxy.accept().is_err()),
            ("", true),
            "{list:?}"
        );
        let hosts: Vec<&str> = run.stdout.trim().split(',').map(str::trim).collect();
        assert!(
            hosts.contains(&"127.0.0.1") && hosts.contains(&"localhost"),
            "{list:?}: {hosts:?}"
        );
        let without = ask.replace("curl", "NO_PROXY= no_proxy= curl -x $PROXY");
        if list.is_none() {
            sandbox.set_env("PROXY", &address);
            sandbox
                .run(&["exec", "--serve", "--", "sh", "-c", &without])
                .expect(0);
            assert!(proxy.accept().is_ok(), "control: it would have been seen");
        }
    }
}

#[test]
fn an_inner_run_takes_away_what_the_outer_one_has_set() {
    let mut sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    sandbox.login(&["-p", "other"]).expect(0);
    sandbox.set_env("NO_PROXY", "corp.example");
    let inner = |sandbox: &Sandbox, outer: &[&str], inner: &[&str]| {
        let mut args = vec!["exec"];
        args.extend(outer);
        args.extend(["--", crate::support::ROPC, "exec", "-p", "other"]);
        args.extend(inner);
        args.extend(["--", "env"]);
        let out = sandbox.run(&args).expect(0).stdout;
        let pairs = out
            .lines()
            .filter_map(|line| line.split_once('='))
            .map(|(n, v)| (n.to_owned(), v.to_owned()));
        pairs.collect::<BTreeMap<String, String>>()
    };
    let plain = inner(&sandbox, &["--serve", "--env", "OUTER"], &[]);
    for name in [
        "IDENTITY_ENDPOINT",
        "IDENTITY_HEADER",
        "AZURE_TOKEN_CREDENTIALS",
        "OUTER",
        "ROPC_VARIABLES",
    ] {
        assert!(!plain.contains_key(name), "{name} is the outer run's");
    }
    assert_eq!(
        (plain["NO_PROXY"].as_str(), plain["ROPC_PROFILE"].as_str()),
        ("corp.example", "other")
    );
    assert!(plain.contains_key("GRAPH_ACCESS_TOKEN"));
    let named = inner(
        &sandbox,
        &["--env", "OUTER", "--env", "BOTH"],
        &["--env", "BOTH"],
    );
    assert!(
        named.contains_key("BOTH")
            && !named.contains_key("OUTER")
            && !named.contains_key("GRAPH_ACCESS_TOKEN")
    );
    let (outer, serving) = (
        seen(false, &[]).1,
        inner(&sandbox, &["--serve"], &["--serve"]),
    );
    assert_eq!(serving["NO_PROXY"], "corp.example,127.0.0.1,localhost");
    assert_ne!(serving["IDENTITY_HEADER"], outer["IDENTITY_HEADER"]);

    // The control: what the platform itself has set bears no mark, and stays.
    let platform = [
        ("IDENTITY_ENDPOINT", "http://127.0.0.1:41741/msi/token"),
        ("IDENTITY_HEADER", "platform"),
        ("AZURE_TOKEN_CREDENTIALS", "dev"),
    ];
    for (name, value) in platform {
        sandbox.set_env(name, value);
    }
    let kept = inner(&sandbox, &[], &[]);
    for (name, value) in platform {
        assert_eq!(kept[name], value, "{name}");
    }
}

#[test]
fn an_inner_run_keeps_the_list_of_hosts_that_somebody_else_has_made() {
    let list = |own: &str, between: &str| {
        let mut sandbox = Sandbox::new();
        sandbox.login(&[]).expect(0);
        sandbox.login(&["-p", "other"]).expect(0);
        sandbox.set_env("NO_PROXY", own);
        let script = format!(
            "{between} {} exec -p other -- sh -c 'echo \"$NO_PROXY\"'",
            crate::support::ROPC
        );
        sandbox
            .run(&["exec", "--serve", "--", "sh", "-c", &script])
            .expect(0)
            .stdout
            .trim_end()
            .to_owned()
    };
    for own in [
        "corp.example, localhost , 127.0.0.1",
        "corp.example,127.0.0.1,localhost",
        "127.0.0.1,localhost",
    ] {
        assert_eq!(
            list(own, ""),
            own,
            "nothing was added, so nothing is taken away"
        );
    }
    assert_eq!(
        list("corp.example", "NO_PROXY=mine.example"),
        "mine.example"
    );
    let longer = "corp.example,127.0.0.1,localhost,mine.example";
    assert_eq!(
        list("corp.example", "NO_PROXY=$NO_PROXY,mine.example"),
        longer
    );
    // The control: what was added goes.
    assert_eq!(list("corp.example", ""), "corp.example");
}

#[test]
fn nesting_is_refused_with_a_true_message_and_only_while_the_outer_token_lives() {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    let nested = |flags: &[&str], before: &str| {
        let script = format!("{before} {} exec -- true", crate::support::ROPC);
        sandbox.run(&[&["exec"], flags, &["--", "sh", "-c", &script]].concat())
    };
    let run = nested(&["--serve"], "")
        .expect(2)
        .says(&["the endpoint of the outer run"]);
    assert!(!run.stderr.contains("in the environment"), "{}", run.stderr);
    nested(&[], "")
        .expect(2)
        .says(&["the token is in the environment"]);
    for flags in [&["--serve"][..], &[]] {
        nested(flags, "ROPC_EXPIRES_ON=1700000000").expect(0);
    }
}

fn on_a_command_line(key: &str) -> bool {
    let processes = std::fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| std::fs::read(entry.ok()?.path().join("cmdline")).ok());
    processes
        .into_iter()
        .any(|line| line.windows(key.len()).any(|w| w == key.as_bytes()))
}
