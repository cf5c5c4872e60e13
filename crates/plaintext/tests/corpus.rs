//! The corpus of shapes, each with its verdict, through the whole of `scan` and `rewrite`; and what
//! must hold for all of them.
//!
//! `=== NAME | VERDICT | more`. Verdicts: `replaced`, `left REASON`, `found`, `refused`, `unclear
//! REASON`. More: `keeps TEXT` (is in the new file), `leaves REASON` (another request stays),
//! `warns` (a line is named that uses an emptied value), `remains` (a secret is left, and said).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    reason = "a panic is a failed test"
)]

mod support;

use plaintext::{Field, Identity, Left, Rewritten, Unreadable, Why, scan};
use support::{HOSTS, PASSWORD, SECRET, identity, written};

struct Shape {
    name: String,
    verdict: String,
    more: Vec<String>,
    text: String,
}

fn shapes(corpus: &str) -> Vec<Shape> {
    let shape = |part: &str| {
        let (head, text) = part.split_once('\n').unwrap();
        let mut head = head.split('|').map(|piece| piece.trim().to_owned());
        Shape {
            name: head.next().unwrap(),
            verdict: head.next().unwrap(),
            more: head.map(|more| written(&more)).collect(),
            text: written(text),
        }
    };
    corpus.split("\n=== ").skip(1).map(shape).collect()
}

const SCRIPTS: [&str; 4] = [
    include_str!("corpus/powershell.txt"),
    include_str!("corpus/shell.txt"),
    include_str!("corpus/python.txt"),
    include_str!("corpus/javascript.txt"),
];

fn word(why: &Why) -> &'static str {
    match why {
        Why::Address => "address",
        Why::Unknown(_) => "unknown",
        Why::Other(_) => "other",
        Why::Extra(_) => "extra",
        Why::Scope(_) => "scope",
        Why::Headers => "headers",
        Why::Loaded { .. } => "loaded",
        Why::Shape(_) => "shape",
        Why::Answer(_) => "answer",
        Why::Loop => "loop",
        Why::Later => "later",
        Why::Uncalled => "uncalled",
        Why::Broken => "broken",
    }
}

fn edited(shape: &Shape) -> (Rewritten, String) {
    let found = scan(shape.text.as_bytes(), &shape.name, &HOSTS)
        .unwrap_or_else(|e| panic!("{}: {e:?}", shape.name));
    let scopes = ["User.Read".to_owned()];
    let v1 = ["https://graph.microsoft.com/.default".to_owned()];
    let scopes = if shape.name.starts_with("v1-") {
        &v1
    } else {
        &scopes
    };
    let new = found.rewrite(&identity(scopes), &(1..=usize::MAX));
    let text = String::from_utf8(new.apply(shape.text.as_bytes()).unwrap().to_vec()).unwrap();
    (new, text)
}

/// What is wrong with a verdict, if anything.
fn wrong(shape: &Shape) -> Option<String> {
    let (new, text) = edited(shape);
    let reasons: Vec<&str> = new.left.iter().map(|Left { why, .. }| word(why)).collect();
    let is_right = if let Some(reason) = shape.verdict.strip_prefix("left ") {
        !new.uses_token && reasons == [reason]
    } else {
        let leaves = shape
            .more
            .iter()
            .filter_map(|more| more.strip_prefix("leaves "));
        shape.verdict == "replaced" && new.uses_token && leaves.eq(reasons.iter().copied())
    };
    let has = |more: &str| shape.more.iter().any(|m| m == more);
    let keeps = shape
        .more
        .iter()
        .filter_map(|more| more.strip_prefix("keeps "))
        .all(|kept| text.contains(kept));
    let is_gone = has("remains") != new.remains.is_empty();
    let warns = !has("warns") || !new.orphans.is_empty();
    let calls = |text: &str| text.matches("graph.microsoft.com/v1.0").count();
    let same_calls = calls(&shape.text) == calls(&text);
    let all = is_right && keeps && is_gone && warns && same_calls;
    (!all).then(|| {
        format!(
            "{} is {}: token {}, left {:?}, remains {:?}, orphans {:?}, keeps {keeps}, calls {same_calls}\n{text}",
            shape.name, shape.verdict, new.uses_token, new.left, new.remains, new.orphans
        )
    })
}

#[test]
fn every_script_gets_its_verdict() {
    let all: Vec<Shape> = SCRIPTS.iter().flat_map(|corpus| shapes(corpus)).collect();
    assert!(all.len() >= 150, "{}", all.len());
    let found: Vec<String> = all.iter().filter_map(wrong).collect();
    assert!(
        found.is_empty(),
        "{} of {}:\n{}",
        found.len(),
        all.len(),
        found.join("\n")
    );
}

#[test]
fn settings_are_read_or_refused_by_name() {
    for shape in shapes(include_str!("corpus/settings.txt")) {
        let found = scan(shape.text.as_bytes(), &shape.name, &HOSTS);
        match (shape.verdict.as_str(), found) {
            ("refused", Err(Unreadable::Foreign(_))) => {}
            (verdict, Ok(found)) if verdict.starts_with("unclear ") => {
                let reason = &verdict["unclear ".len()..];
                assert!(
                    found.findings.iter().all(|f| !f.field.is_secret()),
                    "{}",
                    shape.name
                );
                let secrets = found.unclear.iter().filter(|u| u.field.is_secret());
                assert!(secrets.clone().count() > 0, "{}", shape.name);
                for unclear in secrets {
                    assert_eq!(
                        format!("{:?}", unclear.reason).to_ascii_lowercase(),
                        reason,
                        "{}",
                        shape.name
                    );
                }
                let new = edited(&shape).0;
                assert!(
                    !new.unclear.is_empty() || !new.remains.is_empty(),
                    "{}: an all-clear",
                    shape.name
                );
            }
            ("found", Ok(found)) => {
                for field in [
                    Field::Tenant,
                    Field::ClientId,
                    Field::ClientSecret,
                    Field::Username,
                    Field::Password,
                ] {
                    assert_eq!(
                        found.findings.iter().filter(|f| f.field == field).count(),
                        1,
                        "{} {field:?}",
                        shape.name
                    );
                }
                assert!(
                    found.unclear.is_empty(),
                    "{}: {:?}",
                    shape.name,
                    found.unclear
                );
                let new = edited(&shape).0;
                assert!(
                    new.remains.is_empty() && new.left.is_empty(),
                    "{}",
                    shape.name
                );
            }
            (verdict, found) => panic!("{} is {verdict}: {found:?}", shape.name),
        }
    }
}

/// A part of the sign-in that the caller does not know equals nothing, not even a request without
/// that part. The control: with all parts known the same requests are replaced, and one for an app
/// without a secret is.
#[test]
fn a_sign_in_that_is_not_known_whole_is_no_request() {
    let scopes = ["User.Read".to_owned()];
    for (unknown, missing, is_ours) in [
        ("", "", true),
        ("client_secret", "client_secret", true),
        ("tenant", "", false),
        ("client_id", "client_id", false),
        ("username", "username", false),
        ("password", "password", false),
    ] {
        let mut identity = identity(&scopes);
        match unknown {
            "client_secret" => identity.client_secret = "",
            "tenant" => identity.tenant = "",
            "client_id" => identity.client_id = "",
            "username" => identity.username = "",
            "password" => identity.password = "",
            _ => {}
        }
        let fields: Vec<String> = written("[[F]]")
            .split('&')
            .filter(|field| missing.is_empty() || !field.starts_with(&format!("{missing}=")))
            .map(str::to_owned)
            .collect();
        let text = format!(
            "T=$(curl -s -d '{}' {} | jq -r .access_token)\n",
            fields.join("&"),
            written("[[E]]")
        );
        let found = scan(text.as_bytes(), "job.sh", &HOSTS).unwrap();
        let new = found.rewrite(&identity, &(1..=usize::MAX));
        assert_eq!(new.uses_token, is_ours, "{missing}: {:?}", new.left);
    }
}

/// What may be shown of an edit holds neither secret; the control: the file itself holds both.
#[test]
fn no_secret_is_in_what_is_shown() {
    for shape in SCRIPTS.iter().flat_map(|corpus| shapes(corpus)) {
        assert!(shape.text.contains(SECRET), "{}", shape.name);
        let found = scan(shape.text.as_bytes(), &shape.name, &HOSTS).unwrap();
        let scopes = ["User.Read".to_owned()];
        let new = found.rewrite(&identity(&scopes), &(1..=usize::MAX));
        let (before, after) = found.shown(&new, &identity(&scopes));
        let encoded = written("[[B]]");
        for text in [before, after].map(|shown| shown.lines.join("\n")) {
            for secret in [SECRET, PASSWORD, encoded.as_str(), "Second-Pass-99"] {
                assert!(!text.contains(secret), "{}:\n{text}", shape.name);
            }
        }
    }
}
