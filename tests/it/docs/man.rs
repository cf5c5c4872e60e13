//! The man pages that `ropc generate man` writes: each has the sections that an admin looks for,
//! and says all that the command line takes.

use super::{page, ropc};
use crate::support::needs;
use clap::{Command, CommandFactory};
use std::path::Path;

const SECTIONS: [&str; 9] = [
    "NAME",
    "SYNOPSIS",
    "DESCRIPTION",
    "OPTIONS",
    "EXAMPLES",
    "EXIT STATUS",
    "ENVIRONMENT",
    "FILES",
    "SEE ALSO",
];

/// Every page with its command.
fn written(dir: &Path) -> Vec<(String, Command)> {
    ropc(&["generate", "man", &dir.display().to_string()], "en");
    let mut command = ropc::cli::Cli::command().disable_help_subcommand(true);
    command.build();
    let mut found = Vec::new();
    read(&command, dir, &mut found);
    let files = std::fs::read_dir(dir).unwrap().count();
    assert_eq!(files, found.len(), "a page of a hidden verb");
    found
}

fn read(command: &Command, dir: &Path, found: &mut Vec<(String, Command)>) {
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
        read(sub, dir, found);
    }
    let name = command.get_display_name().unwrap_or(command.get_name());
    let page = std::fs::read_to_string(dir.join(format!("{name}.1"))).unwrap();
    found.push((page, command.clone()));
}

/// The words of a section, without what makes them bold.
fn section(page: &str, title: &str) -> String {
    let quoted = [format!("\n.SH {title}\n"), format!("\n.SH \"{title}\"\n")];
    let parts = quoted.iter().find_map(|head| page.split_once(head));
    let (_, rest) = parts.unwrap_or_else(|| panic!("no {title}:\n{page}"));
    let mut text = rest.split("\n.SH ").next().unwrap().to_owned();
    for (coded, plain) in [("\\fB", ""), ("\\fI", ""), ("\\fR", ""), ("\\-", "-")] {
        text = text.replace(coded, plain);
    }
    text
}

#[test]
fn every_page_has_its_sections_in_order_and_names_every_flag_with_its_value() {
    let dir = tempfile::tempdir().unwrap();
    for (page, command) in written(dir.path()) {
        let titles: Vec<&str> = page
            .lines()
            .filter_map(|line| line.strip_prefix(".SH "))
            .map(|title| title.trim_matches('"'))
            .filter(|title| *title != "COMMANDS")
            .collect();
        assert_eq!(titles, SECTIONS, "{}", command.get_name());
        for title in SECTIONS {
            let words = section(&page, title).replace(".EX", "").replace(".EE", "");
            assert!(!words.trim().is_empty(), "{}: {title}", command.get_name());
        }
        let [synopsis, options] = ["SYNOPSIS", "OPTIONS"].map(|title| section(&page, title));
        for flag in command.get_opts().filter(|flag| !flag.is_hide_set()) {
            let long = flag.get_long().unwrap();
            let Some([value]) = flag.get_value_names() else {
                continue;
            };
            let short = flag.get_short().map(|short| format!("[-{short} {value}]"));
            let shown = [
                short,
                Some(format!("[--{long} {value}]")),
                Some(format!("[--{long} [{value}]]")),
            ];
            assert!(
                shown.iter().flatten().any(|shown| synopsis.contains(shown)),
                "--{long}: {synopsis}"
            );
            assert!(options.contains(&format!("--{long} ")), "{options}");
        }
        for named in section(&page, "SEE ALSO").trim().split(", ") {
            let file = dir.path().join(named.replace("(1)", ".1"));
            assert!(file.exists(), "{}: {named}", command.get_name());
        }
    }
}

#[test]
fn the_synopsis_says_what_must_be_there_and_what_may_come_again() {
    let dir = tempfile::tempdir().unwrap();
    written(dir.path());
    for (name, words) in [
        ("ropc-exec", "[-p NAME] [--scope SCOPE]..."),
        ("ropc-exec", " -- COMMAND..."),
        ("ropc-login", "[--certificate [FILE]]"),
        ("ropc-login", " [-- PROGRAM...]"),
        ("ropc-import", " FILE"),
        ("ropc-rename", " OLD NEW"),
        ("ropc-explain", " [CODE|TEXT|-...]"),
        ("ropc-generate", " COMMAND"),
    ] {
        let page = std::fs::read_to_string(dir.path().join(format!("{name}.1"))).unwrap();
        let synopsis = section(&page, "SYNOPSIS");
        assert!(synopsis.contains(words), "{name}: {synopsis}");
    }
}

#[test]
fn the_variables_are_those_of_the_reference() {
    let dir = tempfile::tempdir().unwrap();
    let (page_of_exec, _) = written(dir.path()).remove(0);
    let environment = section(&page_of_exec, "ENVIRONMENT");
    let reference = page("docs/reference/variables.md");
    let rows = reference.lines().filter(|line| line.starts_with("| `"));
    // Those that every program reads.
    let rows = rows.filter(|row| !row.contains("`HOME`"));
    let mut count = 0;
    for cell in rows.filter_map(|row| row.split('|').nth(1)) {
        for name in cell.split('`').skip(1).step_by(2) {
            let name = name.split('=').next().unwrap();
            assert!(environment.contains(name), "{name}: {environment}");
            count += 1;
        }
    }
    assert!(count > 15, "the control: {count} variables");
}

#[test]
fn mandoc_and_its_lint_take_every_page() {
    if !needs::programs(&["mandoc"]) {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    written(dir.path());
    let files = std::fs::read_dir(dir.path()).unwrap();
    let output = std::process::Command::new("mandoc")
        .args(["-T", "lint", "-W", "warning"])
        .args(files.map(|file| file.unwrap().path()))
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    // A page has no date of its own: it is that of its version.
    let said: Vec<&str> = said
        .lines()
        .filter(|line| !line.contains("missing date"))
        .collect();
    assert_eq!(said, Vec::<&str>::new());
}
