//! What a page names is there: flags, links with their anchors, files of the tree. The book has
//! every page, and the two pages that everybody opens first are short.

use super::{book, page, pages, root};
use clap::CommandFactory;
use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

/// Flags of other programs that the pages name.
const FOREIGN: &[&str] = &[
    "--again",
    "--all",
    "--allow-no-subscriptions",
    "--allow-unsigned-rpm",
    "--bin",
    "--bundle",
    "--cap-drop",
    "--certificate-identity-regexp",
    "--certificate-oidc-issuer",
    "--data",
    "--enable-oidc-issuer",
    "--enable-workload-identity",
    "--encoding",
    "--fail-with-body",
    "--file",
    "--force-architecture",
    "--force-depends",
    "--from",
    "--from-file",
    "--id",
    "--identity",
    "--ignore-missing",
    "--ignorearch",
    "--locked",
    "--name",
    "--newer",
    "--nocapture",
    "--nodeps",
    "--now",
    "--parameters",
    "--path",
    "--pipe",
    "--pty",
    "--query",
    "--quick",
    "--read-only",
    "--registry",
    "--repo",
    "--resource-group",
    "--rm",
    "--security-opt",
    "--test",
    "--tmpfs",
    "--uid",
    "--url",
    "--user",
    "--vault-name",
    "--wait",
];

/// Long flags in a text: `--` and small letters, not in the middle of a word.
fn flags_in(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in text.match_indices("--") {
        if text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '-') {
            continue;
        }
        let rest = &text[at + 2..];
        let end = rest
            .find(|c: char| !c.is_ascii_lowercase() && c != '-')
            .unwrap_or(rest.len());
        let name = rest[..end].trim_end_matches('-');
        // Ours have no capitals: `--authType` is another program's.
        if name.starts_with(|c: char| c.is_ascii_lowercase())
            && !rest[end..].starts_with(char::is_uppercase)
        {
            found.insert(format!("--{name}"));
        }
    }
    found
}

/// The flags of every verb.
fn flags_of_the_program() -> BTreeSet<String> {
    let mut command = ropc::cli::Cli::command();
    command.build();
    let verbs: Vec<_> = command.get_subcommands().collect();
    assert!(verbs.len() > 5, "{verbs:?}");
    let of_verbs = verbs.iter().flat_map(|verb| verb.get_arguments());
    command
        .get_arguments()
        .chain(of_verbs)
        .filter_map(|argument| argument.get_long())
        .map(|name| format!("--{name}"))
        .collect()
}

#[test]
fn the_pages_name_no_flag_that_does_not_exist() {
    let flags = flags_of_the_program();
    for name in pages() {
        let text = page(&name).replace("<!--", "");
        let strange: Vec<String> = flags_in(&text)
            .into_iter()
            .filter(|flag| !flags.contains(flag) && !FOREIGN.contains(&flag.as_str()))
            .collect();
        assert_eq!(strange, Vec::<String>::new(), "{name}");
    }
    assert!(
        !flags.contains("--password") && flags_in("a `--password X`, b").contains("--password"),
        "the control: a flag that is not there would be found, and is seen in running text"
    );
}

/// The anchor that web pages make of a heading, whose tags are not part of its text.
pub(super) fn anchor(heading: &str) -> String {
    let text = heading.split("<a id").next().unwrap().to_lowercase();
    let kept: String = text
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .collect();
    kept.trim().replace(' ', "-")
}

/// The anchors of a page: its headings, and what is set by `<a id>`. Lines of code are no headings.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for part in text.split("\n```").step_by(2) {
        for line in part.lines().filter(|line| line.starts_with('#')) {
            found.insert(anchor(line.trim_start_matches('#')));
        }
    }
    for rest in text.split("<a id=\"").skip(1) {
        found.insert(rest.split('"').next().unwrap().to_owned());
    }
    found
}

/// Where the links of a page lead.
pub(super) fn links(text: &str) -> Vec<String> {
    text.split("](")
        .skip(1)
        .filter_map(|rest| rest.split_once(')'))
        .map(|(target, _)| target.to_owned())
        .collect()
}

/// `docs/guide/../where/cron.md` as `docs/where/cron.md`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        if part == Component::ParentDir {
            plain.pop();
        } else {
            plain.push(part);
        }
    }
    plain
}

/// What is wrong with a link of a page, if anything is.
fn fault(from: &str, target: &str) -> Option<String> {
    if target.starts_with("https://") {
        return None;
    }
    let (file, place) = target.split_once('#').unwrap_or((target, ""));
    let to = if file.is_empty() {
        PathBuf::from(from)
    } else {
        plain(&Path::new(from).parent().unwrap().join(file))
    };
    if !root().join(&to).exists() {
        return Some(format!("{from}: {target} is not there"));
    }
    if from.starts_with("docs/") && !to.starts_with("docs") {
        return Some(format!("{from}: {target} leads out of the book"));
    }
    let found = place.is_empty() || anchors(&page(to.to_str().unwrap())).contains(place);
    (!found).then(|| format!("{from}: {target} has no such heading"))
}

#[test]
fn every_link_leads_somewhere() {
    let mut faults = Vec::new();
    let mut count = 0;
    for name in pages() {
        for target in links(&page(&name)) {
            count += 1;
            faults.extend(fault(&name, &target));
        }
    }
    assert!(count > 200, "the links are found: {count}");
    assert_eq!(faults, Vec::<String>::new());
    for (from, target) in [
        ("README.md", "docs/no-such-page.md"),
        ("docs/where/cron.md", "../guide/stores.md#no-such-heading"),
        ("docs/where/cron.md", "../../SECURITY.md"),
        (
            "docs/where/cron.md",
            "#crontab--e-as-the-account-of-the-job",
        ),
    ] {
        assert!(fault(from, target).is_some(), "the control: {target}");
    }
}

#[test]
fn every_page_is_in_the_book() {
    let summary = page("docs/SUMMARY.md");
    let listed: BTreeSet<String> = links(&summary)
        .into_iter()
        .map(|target| format!("docs/{target}"))
        .collect();
    let there: BTreeSet<String> = book()
        .into_iter()
        .filter(|name| name != "docs/SUMMARY.md")
        .collect();
    assert_eq!(listed, there);
}

#[test]
fn every_file_that_a_page_names_exists() {
    let mut count = 0;
    for name in pages() {
        let text = page(&name);
        for named in text.split('`').skip(1).step_by(2) {
            let ours = [".ci/", "crates/", "fuzz/", "locales/", "src/", "tests/"]
                .iter()
                .any(|directory| named.starts_with(directory));
            if !ours || named.contains([' ', '*']) || named.contains("AREA") {
                continue;
            }
            count += 1;
            assert!(root().join(named).exists(), "{name} names {named}");
        }
    }
    assert!(count > 100, "the names are found: {count}");
}

#[test]
fn the_first_pages_are_short() {
    for (name, most) in [
        ("README.md", 200),
        ("README.ja.md", 200),
        ("SECURITY.md", 150),
        ("CONTRIBUTING.md", 60),
    ] {
        let lines = page(name).lines().count();
        assert!(lines <= most, "{name}: {lines} lines");
    }
}
