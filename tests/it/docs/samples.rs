//! What the guide shows of `login` and `import` is what a run prints: the same lines in the same order,
//! each with the same beginning. What differs from run to run comes behind that. The page has a keychain
//! and the test a store in a file, so the lines on what a store is worth are left out.

use super::{blocks, page};
use crate::support::Sandbox;
use entra_emulator::{Config, Server};

/// The made-up secrets of the script on the page.
const PASSWORD: &str = "made-up Password & 100%";
const CLIENT_SECRET: &str = "Xx8~made.up-secret-value-000000000000000";
const WORTH: [&str; 2] = [
    "ropc: the secrets will go into ",
    "ropc: this account's logon password seals it",
];
/// Bytes that a line of the page and a line of the run have in common at least.
const SAME: usize = 12;

/// A tenant that knows them and has the permission that the script asks for.
fn sandbox() -> Sandbox {
    let mut config = Config::contoso()
        .with_password(PASSWORD)
        .with_client_secret(CLIENT_SECRET);
    config.permissions.push("Team.Create".to_owned());
    let scope = "https://graph.microsoft.com/Team.Create";
    config.apps[0].consented.push(scope.to_owned());
    Sandbox::around(
        Server::start(config),
        PASSWORD.to_owned(),
        CLIENT_SECRET.to_owned(),
    )
}

/// What the program says in a block of a page.
fn shown(name: &str, command: &str) -> Vec<String> {
    let block = blocks(&page(name))
        .into_iter()
        .find(|block| block.text.starts_with(command))
        .unwrap();
    said(&block.text)
}

fn said(text: &str) -> Vec<String> {
    text.lines()
        .filter(|line| line.starts_with("ropc: "))
        .filter(|line| !WORTH.iter().any(|start| line.starts_with(start)))
        .map(str::to_owned)
        .collect()
}

fn common(one: &str, other: &str) -> usize {
    let pairs = one.bytes().zip(other.bytes());
    pairs.take_while(|(a, b)| a == b).count()
}

/// The first line in which the page and the run differ.
fn difference(shown: &[String], ran: &[String]) -> Option<String> {
    let apart = shown
        .iter()
        .zip(ran)
        .find(|(page, run)| common(page, run) < SAME.min(run.len()));
    match apart {
        Some((page, run)) => Some(format!("page: {page}\nrun:  {run}")),
        None if shown.len() != ran.len() => Some(format!("page: {shown:?}\nrun:  {ran:?}")),
        None => None,
    }
}

#[test]
fn the_sample_of_import_is_what_a_run_prints() {
    let mut sandbox = sandbox();
    // The script holds the secrets until it is edited, and the page shows them.
    sandbox.without_scan();
    let script = blocks(&page("docs/guide/import.md")).swap_remove(0).text;
    let file = sandbox.root().join("report.ps1");
    std::fs::write(&file, script).unwrap();
    let authority = sandbox.emulator.authority();
    let ca = sandbox.root().join("ca.pem").display().to_string();
    let path = file.display().to_string();
    let mut args = vec!["import", &path, "--write", "--yes"];
    args.extend(["--authority", &authority, "--ca-file", &ca]);
    args.extend(["--store", "file", "--key-source", "key-file"]);
    let run = sandbox.run(&args).expect(0);
    let ran = said(&run.stderr.replace(&path, "/srv/jobs/report.ps1"));
    let shown = shown(
        "docs/guide/import.md",
        "$ ropc import report.ps1 --write --yes",
    );
    assert_eq!(difference(&shown, &ran), None);

    let after = blocks(&page("docs/guide/import.md")).swap_remove(1).text;
    let edited = std::fs::read_to_string(&file).unwrap();
    assert_eq!(edited.trim_end(), after.trim_end(), "the script of after");

    let mut wrong = shown;
    wrong.swap(1, 9);
    assert!(difference(&wrong, &ran).is_some(), "the control");
}

#[test]
fn the_sample_of_login_is_what_a_run_prints() {
    let sandbox = sandbox();
    let ran = said(&sandbox.login(&[]).expect(0).stderr);
    let shown = shown("docs/guide/first-job.md", "$ ropc login");
    assert_eq!(difference(&shown, &ran), None);
}
