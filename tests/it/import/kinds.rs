//! Each kind of fault that `import` once had, in a small example, with `--write` through the real
//! binary. `[[X]]` is a made-up value. For all of them: exit code 0 means that no secret is left in
//! any spelling; every other call stays; only the two secrets are sent.

mod shapes;

use super::{found_in, import, place, sandbox};
use crate::support::Sandbox;
use entra_emulator::{CONTOSO_CLIENT, CONTOSO_TENANT, CONTOSO_USER};
use shapes::KINDS;

const PASSWORD: &str = "Herbst-Reise.2031y";
const CLIENT_SECRET: &str = "Zz9~Z.made-up-client-secret-9876543210";

#[derive(Clone, Copy)]
struct Kind {
    file: &'static str,
    text: &'static str,
    /// Flags for facts that the file does not have.
    more: &'static [&'static str],
    /// The right exit code.
    code: i32,
    /// Text that the new file holds.
    keeps: &'static [&'static str],
    /// Text that the new file does not hold.
    loses: &'static [&'static str],
    says: &'static [&'static str],
    /// The scope of the profile.
    scope: Option<&'static str>,
}

const KIND: Kind = Kind {
    file: "",
    text: "",
    more: &[],
    code: 0,
    keeps: &[],
    loses: &[],
    says: &[],
    scope: None,
};

/// A text with the made-up values.
fn written(text: &str, sandbox: &Sandbox) -> String {
    let fields = [
        ("grant_type", "password"),
        ("client_id", CONTOSO_CLIENT),
        ("client_secret", CLIENT_SECRET),
        ("username", CONTOSO_USER),
        ("password", PASSWORD),
        ("scope", "User.Read"),
    ];
    let joined = |entry: &dyn Fn(&str, &str) -> String, between: &str| {
        let all: Vec<String> = fields
            .iter()
            .map(|(name, value)| entry(name, value))
            .collect();
        all.join(between)
    };
    let in_root = |name: &str| sandbox.root().join(name).display().to_string();
    let python = joined(&|n, v| format!("'{n}': '{v}'"), ", ");
    text.replace(
        "[[PS]]",
        &format!("@{{ {} }}", joined(&|n, v| format!("{n} = '{v}'"), "; ")),
    )
    .replace("[[PY]]", &format!("{{{python}}}"))
    .replace("[[SH]]", &joined(&|n, v| format!("-d '{n}={v}'"), " "))
    .replace("[[F]]", &joined(&|n, v| format!("{n}={v}"), "&"))
    .replace(
        "[[E]]",
        "https://login.microsoftonline.com/[[T]]/oauth2/v2.0/token",
    )
    .replace("[[G]]", "https://graph.microsoft.com/v1.0")
    .replace("[[T]]", CONTOSO_TENANT)
    .replace("[[C]]", CONTOSO_CLIENT)
    .replace("[[U]]", CONTOSO_USER)
    .replace("[[S]]", CLIENT_SECRET)
    .replace("[[P]]", PASSWORD)
    .replace(
        "[[S64]]",
        "Wno5floubWFkZS11cC1jbGllbnQtc2VjcmV0LTk4NzY1NDMyMTA=",
    )
    .replace("[[P64]]", "SGVyYnN0LVJlaXNlLjIwMzF5")
    .replace("[[client-secret]]", &in_root("client-secret"))
    .replace("[[password]]", &in_root("password"))
}

/// What is wrong with the result of a kind, if anything.
fn wrong(kind: &Kind) -> Option<String> {
    let sandbox = sandbox(PASSWORD, CLIENT_SECRET);
    for (name, secret) in [("password", PASSWORD), ("client-secret", CLIENT_SECRET)] {
        std::fs::write(sandbox.root().join(name), secret).unwrap();
    }
    let old = written(kind.text, &sandbox);
    let path = place(&sandbox, kind.file, old.as_bytes());
    let more: Vec<String> = kind
        .more
        .iter()
        .map(|flag| written(flag, &sandbox))
        .collect();
    let mut flags: Vec<&str> = more.iter().map(String::as_str).collect();
    flags.extend(["--write", "--yes"]);
    let run = import(&sandbox, &path, &flags);
    let new = std::fs::read_to_string(&path).unwrap();
    let has = |text: &&&str| new.contains(&written(text, &sandbox));
    let left = found_in(new.as_bytes(), &[PASSWORD, CLIENT_SECRET]);
    let sent = sandbox.emulator.requests();
    let odd = sent.iter().find(|request| {
        let is = |name, secret| request.field(name).is_none_or(|sent| sent == secret);
        !(is("password", PASSWORD) && is("client_secret", CLIENT_SECRET))
    });
    let profile = std::fs::read_to_string(sandbox.profile_file("default")).unwrap_or_default();
    let mut faults = Vec::new();
    let mut check = |is_right: bool, fault: String| faults.extend((!is_right).then_some(fault));
    check(
        run.code == Some(kind.code),
        format!("exit code {:?}", run.code),
    );
    check(
        run.code != Some(0) || left.is_empty(),
        format!("left: {left:?}"),
    );
    check(odd.is_none(), "something else was sent".to_owned());
    for text in kind.keeps.iter().filter(|text| !has(text)) {
        check(false, format!("lost: {text}"));
    }
    for text in kind.loses.iter().filter(has) {
        check(false, format!("kept: {text}"));
    }
    for text in kind.says.iter().filter(|text| !run.stderr.contains(**text)) {
        check(false, format!("not said: {text}"));
    }
    let is_scope = kind.scope.is_none_or(|scope| profile.contains(scope));
    check(is_scope, format!("the profile is {profile}"));
    if faults.is_empty() {
        return None;
    }
    Some(format!(
        "{}: {}\n{}\n{new}",
        kind.file,
        faults.join("; "),
        run.stderr
    ))
}

#[test]
fn no_kind_gives_a_wrong_result() {
    let found: Vec<String> = KINDS.iter().filter_map(wrong).collect();
    assert!(
        found.is_empty(),
        "{} of {}:\n{}",
        found.len(),
        KINDS.len(),
        found.join("\n=====\n")
    );
}

/// The control: a fault is seen where there is one.
#[test]
fn the_check_finds_a_fault() {
    let blind = Kind {
        keeps: &["a line that is not there"],
        says: &["a word that is not said"],
        code: 9,
        ..KINDS[0]
    };
    let fault = wrong(&blind).unwrap_or_default();
    for seen in ["exit code Some(0)", "lost: a line", "not said: a word"] {
        assert!(fault.contains(seen), "{seen}: {fault}");
    }
}
