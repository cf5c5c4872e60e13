//! Transcripts kept word for word below `tests/golden/`. `ROPC_UPDATE_GOLDEN=1` writes them again.

use super::Sandbox;
use std::path::{Path, PathBuf};

/// Ports, paths and present times change from run to run; ids and times of the composed answers do
/// not.
pub fn tidy(text: &str, sandbox: &Sandbox) -> String {
    let port = format!("localhost:{}", sandbox.emulator.port());
    let text = text
        .replace(&port, "localhost:PORT")
        .replace(&sandbox.root().display().to_string(), "DIR");
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find('T') {
        let time = at
            .checked_sub(10)
            .and_then(|start| rest.get(start..at + 10))
            .filter(|t| is_time(t));
        out.push_str(&rest[..if time.is_some() { at - 10 } else { at + 1 }]);
        out.push_str(if time.is_some() { "TIME" } else { "" });
        rest = &rest[if time.is_some() { at + 10 } else { at + 1 }..];
    }
    out.push_str(rest);
    lifetimes(&next_tries(&out))
}

/// `2026-11-29 07:14:00 (in 9 minutes)`: local time and a span.
fn next_tries(text: &str) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some(at) = rest.find(" (") {
        let (before, after) = rest.split_at(at);
        let time = before
            .len()
            .checked_sub(19)
            .and_then(|start| before.get(start..));
        let is_local = time.is_some_and(|time| is_time(&format!("{}Z", time.replace(' ', "T"))));
        if is_local && let Some(end) = after.find(')') {
            out += &before[..before.len() - 19];
            out += "SOON";
            rest = &after[end + 1..];
        } else {
            out += before;
            out += " (";
            rest = &after[2..];
        }
    }
    out + rest
}

/// `2026-11-22T05:40:11Z`.
fn is_time(text: &str) -> bool {
    text.len() == 20
        && text
            .bytes()
            .zip("0000-00-00T00:00:00Z".bytes())
            .all(|(b, p)| {
                if p == b'0' {
                    b.is_ascii_digit()
                } else {
                    b == p
                }
            })
}

/// The emulator's lifetimes are random, and an expiry is a time.
fn lifetimes(text: &str) -> String {
    let before = |l: &str| {
        ["the token lives ", "トークンの有効期間: "]
            .into_iter()
            .find(|words| l.contains(words))
    };
    let line = |l: &str| match before(l) {
        Some(words) => format!(
            "{}{words}A WHILE",
            l.split(words).next().unwrap_or_default()
        ),
        None => l.to_owned(),
    };
    text.lines().map(|l| line(l) + "\n").collect()
}

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/{name}.txt"))
}

pub fn compare(name: &str, transcript: &str) {
    let path = path(name);
    if std::env::var_os("ROPC_UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, transcript).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == transcript,
        "{name} reads differently (ROPC_UPDATE_GOLDEN=1 accepts it).\n--- kept\n{kept}\n--- now\n{transcript}"
    );
}

/// The names of the transcripts in a directory below `tests/golden/`, sorted.
pub fn names(dir: &str) -> Vec<String> {
    let entries = std::fs::read_dir(path("x").with_file_name(dir))
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let files = entries.filter(|path| path.is_file());
    let mut names: Vec<String> = files
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}
