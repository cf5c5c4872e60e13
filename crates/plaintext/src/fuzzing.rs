//! Fuzz target: a script or settings file of any kind. Compiled for tests and for fuzzing only.

#![cfg(any(test, fuzzing))]
#![allow(clippy::missing_panics_doc, reason = "a panic is a finding")]

use crate::{Field, Finding, Identity, Scan, scan};

const HOST: &str = "login.microsoftonline.com";

/// A line and what follows it.
fn first_line(data: &[u8]) -> Option<(&str, &[u8])> {
    let at = data.iter().position(|byte| *byte == b'\n')?;
    Some((std::str::from_utf8(&data[..at]).ok()?, &data[at + 1..]))
}

/// The sign-in that a file shows first, with its secrets or without.
fn of<'f>(found: &'f Scan, scopes: &'f [String], with_secrets: bool) -> Identity<'f> {
    let mut identity = Identity {
        hosts: &[HOST],
        tenant: first(found, Field::Tenant),
        client_id: first(found, Field::ClientId),
        username: first(found, Field::Username),
        password: "",
        client_secret: "",
        scopes,
    };
    if with_secrets {
        identity.password = first(found, Field::Password);
        identity.client_secret = first(found, Field::ClientSecret);
    }
    identity
}

/// The first value of a part, outside of comments; empty if there is none.
fn first(found: &Scan, field: Field) -> &str {
    let mut findings = found.findings.iter();
    let first = findings.find(|f| f.field == field && !f.commented);
    first.map_or("", Finding::text)
}

/// The first line is the file's name, the rest what it holds. What is read comes back byte for
/// byte; without a secret to take out nothing changes; a secret that was taken out is not found
/// again.
pub fn file(data: &[u8]) {
    let Some((name, bytes)) = first_line(data) else {
        return;
    };
    let Ok(found) = scan(bytes, name, &[HOST]) else {
        return;
    };
    assert!(
        *found.encode(found.text()) == *bytes,
        "the bytes did not come back"
    );
    let lines = found.text().split('\n').count();
    assert!(
        found.findings.iter().all(|f| (1..=lines).contains(&f.line)),
        "a line that is not there"
    );
    let shown = format!("{found:?}");
    let mut secrets = found.findings.iter().filter(|f| f.field.is_secret());
    assert!(
        !secrets.any(|f| shows(&shown, f.text())),
        "a value can be printed"
    );
    let all = 1..=usize::MAX;
    let scopes = [String::new()];
    let none = found
        .rewrite(&of(&found, &scopes, false), &all)
        .apply(bytes);
    assert!(
        none.is_ok_and(|none| *none == *bytes),
        "something changed without a reason"
    );
    if found.broken_at().is_none() {
        edit(&found, name, bytes);
    }
}

/// True if a text shows a secret. A short one, or one that is a word of ours, such as `Password`,
/// is in it anyway.
fn shows(text: &str, secret: &str) -> bool {
    let is_word = secret
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || " _,:".contains(c));
    secret.len() >= 8 && !is_word && text.contains(secret)
}

fn live_secrets(found: &Scan) -> impl Iterator<Item = &str> {
    let secrets = found.findings.iter();
    secrets
        .filter(|f| f.field.is_secret() && !f.commented)
        .map(Finding::text)
}

/// A secret that was taken out is not shown, and not found again.
fn edit(found: &Scan, name: &str, bytes: &[u8]) {
    let scopes = [String::new()];
    let Some(secret) = live_secrets(found).next() else {
        return;
    };
    let identity = of(found, &scopes, true);
    let edit = found.rewrite(&identity, &(1..=usize::MAX));
    let (before, after) = found.shown(&edit, &identity);
    let mut lines = before.lines.iter().chain(&after.lines);
    assert!(!lines.any(|line| shows(line, secret)), "a secret is shown");
    let Ok(new) = edit.apply(bytes) else {
        panic!("what was read is not read again")
    };
    assert!(*new != *bytes, "a secret that was found was not taken out");
    // Without the bytes that made it a code page it may be UTF-8 now, with a character that means
    // bytes here.
    let Ok(again) = scan(&new, name, &[HOST]) else {
        return;
    };
    let is_left = live_secrets(&again).any(|left| left == secret);
    assert!(
        again.broken_at().is_some() || !is_left || !edit.remains.is_empty(),
        "found again, and not said"
    );
}

#[cfg(test)]
mod tests {
    /// Every input that was ever worth keeping, on every run of the tests: no libFuzzer is needed
    /// for that.
    #[test]
    fn the_corpus_holds() {
        let corpus =
            std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/import_file");
        let mut inputs = 0;
        for entry in std::fs::read_dir(corpus).unwrap() {
            super::file(&std::fs::read(entry.unwrap().path()).unwrap());
            inputs += 1;
        }
        assert!(inputs > 40, "{inputs}");
    }
}
