//! What the guide shows of `login` and `import` is what a run prints: the same lines in the same
//! order, each with the same beginning. What differs from run to run comes behind that. The page
//! has a keychain and the test a store in a file, so the lines on what a store is worth are left
//! out.

use super::{blocks, page};
use crate::import::{CLIENT_SECRET, PASSWORD, import, place, sandbox};
use crate::support::{Sandbox, documents};

const WORTH: [&str; 2] = [
    "ropc: the secrets will go into ",
    "ropc: this account's logon password seals it",
];
/// Bytes that a line of the page and a line of the run have in common at least: no two lines of a
/// page do.
const SAME: usize = 28;

/// What the program says in a block of a page.
fn shown(name: &str, command: &str) -> Vec<String> {
    said(&documents::block_that_begins(name, command))
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
    let mut sandbox = sandbox(PASSWORD, CLIENT_SECRET);
    // The script holds the secrets until it is edited, and the page shows them.
    sandbox.without_scan();
    let script = blocks(&page("docs/guide/import.md")).swap_remove(0).text;
    let file = place(&sandbox, "report.ps1", script.as_bytes());
    let path = file.display().to_string();
    let run = import(&sandbox, &file, &["--write", "--yes"]).expect(0);
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
    let last = wrong.len() - 1;
    wrong.swap(1, 9);
    wrong.swap(last - 1, last);
    assert!(difference(&wrong, &ran).is_some(), "the control: hints");
}

#[test]
fn the_sample_of_login_is_what_a_run_prints() {
    let sandbox = Sandbox::new();
    let ran = said(&sandbox.login(&[]).expect(0).stderr);
    let shown = shown("docs/guide/first-job.md", "$ ropc login");
    assert_eq!(difference(&shown, &ran), None);
}
