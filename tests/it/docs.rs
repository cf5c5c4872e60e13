//! README.md, SECURITY.md, CHANGELOG.md and CONTRIBUTING.md against the program and the tree: every
//! flag and every code there exists, every link leads somewhere, and every file that a promise
//! names is there. That no flag is missing, `policy.rs` checks.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

/// Flags of other programs that the pages name.
const FOREIGN: &[&str] = &[
    "--nocapture",
    "--test",
    "--allow-no-subscriptions",
    "--fail-with-body",
    "--url",
    "--bin",
    "--identity",
    "--locked",
    "--name",
    "--path",
    "--pipe",
    "--wait",
    "--pty",
    "--uid",
    "--cap-drop",
    "--daily",
    "--from-file",
    "--now",
    "--read-only",
    "--rm",
    "--security-opt",
    "--tmpfs",
    "--user",
    "--file",
    "--query",
    "--vault-name",
];
const PAGES: [&str; 5] = [
    "README.md",
    "README.ja.md",
    "SECURITY.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn page(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap()
}

fn ropc(args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_ropc"))
        .args(args)
        .env_clear()
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// The words that follow "Commands:" in a help text.
fn verbs() -> Vec<String> {
    let help = ropc(&["--help"]);
    let list = help
        .split("Commands:\n")
        .nth(1)
        .unwrap()
        .split("\n\n")
        .next()
        .unwrap();
    let names = list
        .lines()
        .filter(|l| l.starts_with("  ") && !l.starts_with("   "));
    names
        .filter_map(|l| l.split_whitespace().next().map(str::to_owned))
        .filter(|v| v != "help")
        .collect()
}

/// Long flags in a text: `--` and small letters, not in the middle of a word.
fn flags_in(text: &str) -> BTreeSet<String> {
    let starts = text.match_indices("--").map(|(at, _)| at);
    let starts =
        starts.filter(|at| !text[..*at].ends_with(|c: char| c.is_alphanumeric() || c == '-'));
    let names = starts.map(|at| {
        let rest = &text[at + 2..];
        let end = rest
            .find(|c: char| !c.is_ascii_lowercase() && c != '-')
            .unwrap_or(rest.len());
        // Ours have no capitals: `--authType` is another program's.
        if rest[end..].starts_with(char::is_uppercase) {
            ""
        } else {
            rest[..end].trim_end_matches('-')
        }
    });
    names
        .filter(|name| !name.is_empty())
        .map(|name| format!("--{name}"))
        .collect()
}

/// The flags that the help of every verb lists.
fn flags_of_the_program() -> BTreeSet<String> {
    let listed = |help: String| {
        let lines = help
            .lines()
            .map(str::trim_start)
            .filter(|l| l.starts_with('-'))
            .map(str::to_owned);
        lines.flat_map(|l| flags_in(&l)).collect::<BTreeSet<_>>()
    };
    let verbs = verbs();
    assert!(verbs.len() > 5, "{verbs:?}");
    let of_verbs = verbs
        .iter()
        .flat_map(|verb| listed(ropc(&[verb, "--help"])));
    of_verbs.chain(listed(ropc(&["--help"]))).collect()
}

#[test]
fn the_pages_name_no_flag_that_does_not_exist() {
    let flags = flags_of_the_program();
    for name in PAGES {
        let strange = flags_in(&page(name))
            .into_iter()
            .filter(|f| !flags.contains(f) && !FOREIGN.contains(&f.as_str()));
        assert_eq!(strange.collect::<Vec<_>>(), Vec::<String>::new(), "{name}");
    }
    // The control: a flag that is not there would be found, and the finder sees flags in running
    // text.
    assert!(
        !flags.contains("--password") && flags_in("a `--password X`, b").contains("--password")
    );
}

#[test]
fn every_code_of_the_readme_is_known_to_explain() {
    let readme = page("README.md");
    let codes: Vec<&str> = readme
        .split("id=\"aadsts")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert!(codes.len() >= 16, "{codes:?}");
    for code in codes {
        assert!(
            !ropc(&["explain", code]).contains("not in the table"),
            "{code}"
        );
    }
    assert!(
        ropc(&["explain", "99999"]).contains("not in the table"),
        "the control"
    );
}

/// The anchor that web pages make of a heading, whose tags are not part of its text.
fn anchor(heading: &str) -> String {
    let kept = heading
        .split("<a id")
        .next()
        .unwrap()
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .collect::<String>();
    kept.trim().replace(' ', "-")
}

/// The anchors of a page: its headings, and what is set by `<a id>`. Lines of code are no headings.
fn anchors(text: &str) -> BTreeSet<String> {
    let prose: Vec<&str> = text.split("\n```").step_by(2).collect();
    let headings = prose
        .iter()
        .flat_map(|part| part.lines())
        .filter(|l| l.starts_with('#'));
    let ids = text
        .split("<a id=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next());
    headings
        .map(|l| anchor(l.trim_start_matches('#')))
        .chain(ids.map(str::to_owned))
        .collect()
}

#[test]
fn every_link_leads_somewhere() {
    for name in PAGES {
        let text = page(name);
        for target in text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
        {
            if target.starts_with("https://") {
                continue;
            }
            let (file, place) = target.split_once('#').unwrap_or((target, ""));
            let file = if file.is_empty() { name } else { file };
            assert!(root().join(file).exists(), "{name}: {target}");
            assert!(
                place.is_empty() || anchors(&page(file)).contains(place),
                "{name}: {target}"
            );
        }
    }
    let readme = anchors(&page("README.md"));
    assert!(
        !readme.contains("no-such-heading")
            && !readme.contains("crontab--e-as-the-account-of-the-job")
    );
    assert!(anchors(&page("README.ja.md")).contains("scheduling"));
}

#[test]
fn every_file_that_a_promise_names_exists() {
    for name in ["SECURITY.md", "docs/architecture.md"] {
        let text = page(name);
        let quoted = text.split('`').skip(1).step_by(2);
        let ours = |t: &&str| {
            !t.contains("AREA")
                && ["crates/", "locales/", "src/", "tests/"]
                    .iter()
                    .any(|dir| t.starts_with(dir))
        };
        let files: Vec<&str> = quoted.filter(ours).collect();
        assert!(files.len() > 15, "{files:?}");
        for file in files {
            assert!(root().join(file).exists(), "{name} names {file}");
        }
    }
}
