//! Files of many kinds: `import` stores and removes their secrets, or says that it does not
//! understand them. Nothing else in a file changes.

use super::understood::{Sample, UNDERSTOOD};
use super::{CLIENT_SECRET, PASSWORD, found_in, import, place, sample, sandbox};
use crate::support::Sandbox;
use entra_emulator::{CONTOSO_CLIENT, CONTOSO_TENANT, CONTOSO_USER};
use std::path::Path;

#[test]
fn import_stores_the_secrets_of_a_file_and_removes_them() {
    for row in UNDERSTOOD {
        let sandbox = sandbox(row.password, row.client_secret);
        let old = sample(row.file);
        let path = place(&sandbox, row.file, &old);
        let secrets = [row.password, row.client_secret];
        if !["escapes.json", "doubled.ps1", "quotes.ps1", "concat.ps1"].contains(&row.file) {
            assert!(
                !found_in(&old, &secrets[1..]).is_empty(),
                "the control: {} holds the secrets",
                row.file
            );
        }
        dry_run_shows(row, &sandbox, &path, &old);
        let run = import(&sandbox, &path, &[row.more, &["--write", "--yes"]].concat());
        assert_eq!(run.code, Some(0), "{}: {}", row.file, run.stderr);
        let run = run
            .says(&["signed in as svc-report@contoso.example"])
            .says(row.says);
        let new = std::fs::read(&path).unwrap();
        assert_eq!(
            found_in(&new, &secrets),
            Vec::<&str>::new(),
            "{}:\n{}",
            row.file,
            String::from_utf8_lossy(&new)
        );
        only_the_named_lines_changed(row.file, &old, &new, &run.stderr);
        the_pair_was_sent(row, &sandbox);
        // The stored pair signs in without the file.
        sandbox.run(&["exec", "--refresh", "--", "true"]).expect(0);
    }
}

fn dry_run_shows(row: &Sample, sandbox: &Sandbox, path: &Path, old: &[u8]) {
    let shown = import(sandbox, path, &[row.more, &["--dry-run"]].concat()).expect(0);
    assert_eq!(
        std::fs::read(path).unwrap(),
        old,
        "{}: `--dry-run` changes nothing",
        row.file
    );
    assert!(
        shown.stdout.is_empty() && shown.stderr.contains("[hidden, "),
        "{}",
        shown.stderr
    );
    assert!(
        shown.stderr.contains("`--write` in place of `--dry-run`"),
        "{}",
        shown.stderr
    );
    assert_eq!(sandbox.emulator.token_requests(), 0, "{}", row.file);
    for says in row
        .says
        .iter()
        .filter(|says| says.contains("that is empty now"))
    {
        assert!(
            shown.stderr.contains(says),
            "{}: `--dry-run` says the same: {}",
            row.file,
            shown.stderr
        );
    }
}

fn the_pair_was_sent(row: &Sample, sandbox: &Sandbox) {
    let requests = sandbox.emulator.requests();
    let sent = requests.last().unwrap();
    assert_eq!(sent.field("password"), Some(row.password), "{}", row.file);
    assert_eq!(
        sent.field("client_secret"),
        Some(row.client_secret),
        "{}",
        row.file
    );
    assert_eq!(
        sent.field("client_id"),
        Some(CONTOSO_CLIENT),
        "{}",
        row.file
    );
    assert_eq!(sent.field("username"), Some(CONTOSO_USER), "{}", row.file);
    assert!(
        sent.path.contains(CONTOSO_TENANT),
        "{}: {}",
        row.file,
        sent.path
    );
}

/// Asserts that every line outside the list of edited ones is in the new file, in the same order,
/// byte for byte.
fn only_the_named_lines_changed(file: &str, old: &[u8], new: &[u8], stderr: &str) {
    let list = stderr
        .split("is edited (old lines ")
        .nth(1)
        .unwrap_or_else(|| panic!("{file}: {stderr}"));
    let list = list.split(')').next().unwrap();
    let edited: Vec<std::ops::RangeInclusive<usize>> = list
        .split(", ")
        .map(|range| {
            let (from, to) = range.split_once('-').unwrap_or((range, range));
            from.parse().unwrap()..=to.parse().unwrap()
        })
        .collect();
    let mut left = new.split_inclusive(|b| *b == b'\n');
    for (index, line) in old.split_inclusive(|b| *b == b'\n').enumerate() {
        if !edited.iter().any(|lines| lines.contains(&(index + 1))) {
            assert!(
                left.any(|l| l == line),
                "{file}: line {} is lost or moved",
                index + 1
            );
        }
    }
}

/// Files without a sign-in that `import` could take: it says so, sends nothing and changes nothing.
#[test]
fn import_names_what_it_does_not_understand_and_changes_nothing() {
    for (file, code, says) in [
        (
            "computed.ps1",
            3,
            &[
                "line 3  client secret  not used: computed when the script runs",
                "line 5  password       not used: computed",
                "line 2  client id      not used: from a variable",
                "does not understand (lines 3, 5)",
            ][..],
        ),
        (
            "placeholders.env",
            3,
            &["not used: from a variable", "not used: a placeholder"],
        ),
        (
            "interpolated.ps1",
            2,
            &["not used: put together", "`--password-file` is missing"],
        ),
        (
            "format.ps1",
            2,
            &["not used: computed", "`--password-file` is missing"],
        ),
        (
            "two-tenants.ps1",
            3,
            &[
                "holds 2 different values for client secret (lines 3, 10)",
                "--lines FROM-TO",
            ],
        ),
        (
            "two-passwords.env",
            3,
            &[
                "holds 2 different values for password (lines 5-6)",
                "--lines FROM-TO",
            ],
        ),
        ("unclosed.ps1", 3, &["what begins in line 6 never ends"]),
    ] {
        let sandbox = sandbox(PASSWORD, CLIENT_SECRET);
        let path = place(&sandbox, file, &sample(file));
        let before = sandbox.snapshot();
        let run = import(&sandbox, &path, &["--write", "--yes"]);
        assert_eq!(run.code, Some(code), "{file}: {}", run.stderr);
        run.says(says);
        assert_eq!(std::fs::read(&path).unwrap(), sample(file), "{file}");
        assert_eq!(sandbox.snapshot(), before, "{file}: nothing is stored");
        assert_eq!(
            sandbox.emulator.token_requests(),
            0,
            "{file}: nothing is sent"
        );
    }
}
