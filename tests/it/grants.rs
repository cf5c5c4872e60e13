//! The advice to reduce permissions, at `login` and in `status`, with an emulated app that has too
//! many.

use crate::support::Sandbox;
use entra_emulator::{CONTOSO_CLIENT, GRAPH_RESOURCE};

/// An app with consent for these permissions of Graph.
fn granted(permissions: &[&str]) -> Sandbox {
    Sandbox::with(|mut config| {
        config
            .permissions
            .extend(permissions.iter().map(|p| (*p).to_owned()));
        config.apps[0].consented = permissions
            .iter()
            .map(|p| format!("{GRAPH_RESOURCE}/{p}"))
            .collect();
        config
    })
}

const WIDE: &[&str] = &[
    "User.ReadBasic.All",
    "Team.Create",
    "Directory.ReadWrite.All",
    "Mail.ReadWrite",
];

/// The lines of the advice in the output of `login`.
fn nudges(stderr: &str) -> Vec<&str> {
    let is_nudge = |line: &&str| {
        [
            "wider than a job",
            "a token carries every permission",
            "then name what",
        ]
        .iter()
        .any(|words| line.contains(words))
    };
    stderr.lines().filter(is_nudge).collect()
}

#[test]
fn a_token_with_far_more_than_the_named_scopes_gets_the_advice() {
    let sandbox = granted(WIDE);
    let login = sandbox
        .login(&["--scope", "User.ReadBasic.All", "--scope", "team.create"])
        .expect(0);
    let lines = nudges(&login.stderr);
    assert_eq!(lines.len(), 2, "{}", login.stderr);
    assert!(
        lines[0].starts_with("ropc: wider than a job should need: Directory.ReadWrite.All ("),
        "{lines:?}"
    );
    assert!(
        lines[0].contains("Mail.ReadWrite (") && !lines[0].contains("Team.Create"),
        "{lines:?}"
    );
    assert!(
        lines[1].starts_with("ropc: hint: ") && lines[1].contains("Enterprise apps > (app "),
        "{lines:?}"
    );
    assert!(lines[1].contains(CONTOSO_CLIENT), "{lines:?}");
    let status = sandbox.run(&["status"]).expect(0);
    let rows: Vec<&str> = status
        .stdout
        .lines()
        .filter(|l| l.starts_with("too wide") || l.starts_with("narrow it"))
        .collect();
    assert_eq!(rows.len(), 2, "{}", status.stdout);
    let json: serde_json::Value =
        serde_json::from_str(&sandbox.run(&["status", "--json"]).expect(0).stdout).unwrap();
    let grants = &json["grants"];
    assert_eq!(grants["asked_everything"], false);
    assert_eq!(
        grants["unasked"],
        serde_json::json!(["Directory.ReadWrite.All", "Mail.ReadWrite"])
    );
    assert_eq!(grants["granted"].as_array().unwrap().len(), 4);
    assert_eq!(grants["wide"][0]["scope"], "Directory.ReadWrite.All");
    assert_eq!(
        grants["wide"][0]["reason"],
        "can change users, groups and other directory objects"
    );
    // The token is cached as usual: the advice causes no sign-in and no failure.
    assert_eq!(sandbox.emulator.token_requests(), 1);
    sandbox.run(&["exec", "--", "true"]).expect(0).says(&[]);
}

#[test]
fn a_default_scope_with_wide_permissions_gets_the_advice() {
    let many: Vec<String> = ["Files", "Group", "User", "Sites", "Device", "Team"]
        .map(|p| format!("{p}.ReadWrite.All"))
        .to_vec();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let sandbox = granted(&many);
    let login = sandbox.login(&[]).expect(0);
    let lines = nudges(&login.stderr);
    assert_eq!(lines.len(), 3, "at most three lines: {}", login.stderr);
    assert!(lines[0].ends_with(", and 2 more"), "{lines:?}");
    assert!(
        lines[2].contains("`ropc login --scope User.ReadBasic.All --scope Team.Create`"),
        "{lines:?}"
    );
    let status = sandbox.run(&["status"]).expect(0).stdout;
    assert_eq!(
        status
            .lines()
            .filter(|l| l.starts_with("narrow it"))
            .count(),
        2,
        "{status}"
    );
}

#[test]
fn a_token_without_wide_permissions_or_with_named_ones_gets_no_advice() {
    let modest = Sandbox::new();
    assert_eq!(
        nudges(&modest.login(&[]).expect(0).stderr),
        Vec::<&str>::new()
    );
    let status = modest.run(&["status"]).expect(0).stdout;
    assert!(
        !status.contains("too wide") && status.contains("granted scopes"),
        "{status}"
    );
    let asked = granted(&["Directory.ReadWrite.All"]);
    let login = asked
        .login(&["--scope", "Directory.ReadWrite.All"])
        .expect(0);
    assert_eq!(
        nudges(&login.stderr),
        Vec::<&str>::new(),
        "a person decided that"
    );
    asked.login(&["--yes", "--no-verify"]).expect(0);
    let json: serde_json::Value =
        serde_json::from_str(&asked.run(&["status", "--json"]).expect(0).stdout).unwrap();
    assert_eq!(
        json["grants"],
        serde_json::Value::Null,
        "no token, nothing to compare"
    );
}

#[test]
fn the_advice_is_in_japanese_too_and_json_stays_english() {
    let mut sandbox = granted(WIDE);
    sandbox.set_env("ROPC_LANG", "ja");
    let login = sandbox.login(&["--scope", "User.ReadBasic.All"]).expect(0);
    login.says(&[
        "ropc: ジョブに必要な範囲を大きく超えています: Directory",
        "ropc: hint: トークンには",
        "エンタープライズ アプリ",
    ]);
    let status = sandbox.run(&["status"]).expect(0).stdout;
    assert!(
        status.contains("Directory.ReadWrite.All (ユーザー、グループなど"),
        "{status}"
    );
    let json = sandbox.run(&["status", "--json"]).expect(0).stdout;
    assert!(
        json.is_ascii() && json.contains("can change users, groups"),
        "{json}"
    );
}
