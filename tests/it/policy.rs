//! Rules of the source that no lint knows: where secrets may leave their types, what each file says
//! of itself, and, in `imports` and `circles`, who may import what. Reads `src/`, `crates/` and
//! `tests/`; runs nothing.

mod circles;
mod imports;
mod modules;
mod tokens;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The most lines of a file: longer ones do more than one thing.
const MOST_LINES: usize = 400;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file below a directory of the repository, with its path from `src/` or `tests/` on.
fn sources(dir: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open: Vec<PathBuf> = vec![root().join(dir)];
    while let Some(dir) = open.pop() {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let name = path
                    .strip_prefix(root())
                    .unwrap()
                    .display()
                    .to_string()
                    .replace('\\', "/");
                found.push((name, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    assert!(!found.is_empty(), "{dir} holds no source");
    found.sort();
    found
}

/// Lines of code that hold the text, as `file:line`; comments do not count.
fn uses(files: &[(String, String)], text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (name, content) in files {
        for (at, line) in content.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            if code.contains(text) {
                found.push(format!("{name}:{}", at + 1));
            }
        }
    }
    found
}

/// Asserts that the code of the program or of its crates uses the text, and only below these paths.
#[track_caller]
fn only_in(text: &str, allowed: &[&str]) {
    let files: Vec<_> = ["src", "crates"]
        .into_iter()
        .flat_map(sources)
        .filter(|(name, _)| !is_for_tests(name))
        .collect();
    let found = uses(&files, text);
    let (inside, outside): (Vec<_>, Vec<_>) = found
        .into_iter()
        .partition(|place| allowed.iter().any(|a| place.starts_with(a)));
    assert_eq!(
        outside,
        Vec::<String>::new(),
        "`{text}` belongs into {allowed:?}"
    );
    assert!(
        !inside.is_empty(),
        "`{text}` is used nowhere: this rule checks nothing"
    );
}

#[test]
fn unsafe_code_is_only_in_the_modules_for_system_calls_and_memory() {
    only_in(
        "unsafe ",
        &[
            "src/os/",
            "crates/locked-memory/",
            "crates/secret-service/src/local_socket.rs",
        ],
    );
}

/// The keychain of each system is chosen in `vault`, and has its words in `sentences`; everything
/// else that differs is in `os`.
#[test]
fn only_os_the_keychain_and_its_words_distinguish_operating_systems() {
    let files: Vec<_> = sources("src")
        .into_iter()
        .filter(|(name, _)| !is_for_tests(name))
        .collect();
    for text in [
        "cfg(unix",
        "cfg(windows",
        "target_os",
        "cfg(all(unix",
        "cfg(any(windows",
        "cfg!(windows",
    ] {
        let outside = |place: &String| {
            !["src/os/", "src/vault/mod.rs:", "src/sentences/vault.rs:"]
                .iter()
                .any(|exempt| place.starts_with(exempt))
        };
        let found: Vec<_> = uses(&files, text).into_iter().filter(outside).collect();
        assert_eq!(found, Vec::<String>::new(), "`{text}`");
    }
}

/// True for tests in files of their own.
fn is_for_tests(name: &str) -> bool {
    name.ends_with("/tests.rs") || name.contains("/tests/")
}

#[test]
fn processes_streams_and_files_have_one_module_each() {
    only_in(
        "Command::new",
        &["src/exec/", "src/serve/", "src/os/", "src/program.rs"],
    );
    only_in(
        "io::stderr()",
        &[
            "src/ui.rs",
            "src/ui/waiting.rs",
            "src/cmd/prompt.rs",
            "src/os/windows/locale.rs",
        ],
    );
    only_in("io::stdout()", &["src/ui.rs", "src/os/windows/locale.rs"]);
    for text in [
        "println!(",
        "print!(",
        "eprintln!(",
        "eprint!(",
        "process::exit",
        "process::abort",
        "fs::write(",
    ] {
        // fault.rs ends the process on purpose, and os/ uses exit codes that the standard library
        // cannot hold.
        let allowed = |name: &str| {
            name.contains("test") || name.starts_with("src/fault.rs") || name.starts_with("src/os/")
        };
        let files: Vec<_> = sources("src")
            .into_iter()
            .map(|(name, text)| (name, production(&text)))
            .collect();
        let found: Vec<_> = uses(&files, text)
            .into_iter()
            .filter(|place| !allowed(place))
            .collect();
        assert_eq!(found, Vec::<String>::new(), "`{text}`");
    }
}

/// The part of a file before its unit tests: those are a module in a block, at the end.
pub(crate) fn production(text: &str) -> String {
    let is_mark = |line: &str| {
        ["#[cfg(test)]", "#[cfg(all(test, "]
            .iter()
            .any(|mark| line.starts_with(mark))
    };
    let lines: Vec<&str> = text.lines().collect();
    let begins_tests = |at: &usize| {
        let item = lines[*at..].iter().find(|line| !line.starts_with('#'));
        is_mark(lines[*at]) && item.is_some_and(|item| item.contains("mod ") && item.contains('{'))
    };
    let end = (0..lines.len()).find(begins_tests);
    lines[..end.unwrap_or(lines.len())].join("\n")
}

#[test]
fn what_is_before_the_unit_tests_is_searched() {
    let text = "#[cfg(test)]\nmod tests;\na\n#[cfg(test)]\nuse b;\nc";
    assert_eq!(production(text), text);
    let tests = "#[cfg(all(test, unix))]\n#[expect(x)]\nmod tests {\n    d\n}";
    assert_eq!(production(&format!("{text}\n{tests}")), text);
}

/// True for the fuzz targets: each such file is compiled for tests and fuzzing only.
fn is_for_fuzzing(name: &str) -> bool {
    name.ends_with("/fuzzing.rs")
}

#[test]
fn fuzz_targets_are_in_no_release_build() {
    let files: Vec<_> = sources("src")
        .into_iter()
        .filter(|(name, _)| is_for_fuzzing(name))
        .collect();
    assert!(files.len() >= 6, "{} files", files.len());
    for (name, text) in files {
        assert!(
            text.contains("\n#![cfg(any(test, fuzzing))]\n"),
            "{name} would be compiled into the program"
        );
    }
}

/// Each named exit of `src/secret/` with the files that its comment names: "Called by
/// `vault::bundle` only".
fn exits() -> BTreeMap<String, Vec<String>> {
    let (mut named, mut callers) = (BTreeMap::<String, Vec<String>>::new(), Vec::new());
    let text: String = sources("src/secret")
        .into_iter()
        .map(|(_, text)| text)
        .collect();
    for line in text.lines().map(str::trim) {
        if let Some(doc) = line.strip_prefix("///") {
            let words = doc
                .split('`')
                .skip(1)
                .step_by(2)
                .filter(|word| word.contains("::"));
            callers.extend(words.map(|word| format!("src/{}.rs", word.replace("::", "/"))));
        } else if let Some(at) = line.find("fn expose_") {
            let name: String = line[at + 3..]
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
                .collect();
            named.entry(name).or_default().append(&mut callers);
        } else if matches!(line, "" | "}") {
            callers.clear();
        }
    }
    named
}

#[test]
fn secrets_leave_their_types_only_through_the_named_exits() {
    let files: Vec<_> = sources("src")
        .into_iter()
        .filter(|(name, _)| !name.starts_with("src/secret/") && !is_for_fuzzing(name))
        .collect();
    let code: Vec<_> = files
        .iter()
        .map(|(name, text)| (name.clone(), production(text)))
        .collect();
    let exits = exits();
    assert!(
        exits.len() >= 5,
        "the search finds the exits of src/secret/: {exits:?}"
    );
    for (exit, callers) in &exits {
        assert!(!callers.is_empty(), "{exit} names no caller in its comment");
        let found = uses(&code, exit);
        assert!(!found.is_empty(), "{exit} has no caller: remove it");
        for place in found {
            assert!(
                callers
                    .iter()
                    .any(|caller| place.starts_with(&format!("{caller}:"))),
                "{exit} is called in {place}; its comment names {callers:?}"
            );
        }
    }
    let others: Vec<String> = uses(&code, "expose_")
        .into_iter()
        .filter(|place| {
            let (name, line) = place.rsplit_once(':').unwrap();
            let text = &code.iter().find(|(n, _)| n == name).unwrap().1;
            let line = text
                .lines()
                .nth(line.parse::<usize>().unwrap() - 1)
                .unwrap();
            !exits.keys().any(|exit| line.contains(exit.as_str()))
        })
        .collect();
    assert_eq!(others, Vec::<String>::new(), "no exit but the named ones");
}

#[test]
fn every_file_says_what_it_is_and_is_short() {
    for (name, text) in ["src", "crates", "tests"].into_iter().flat_map(sources) {
        assert!(
            text.starts_with("//! "),
            "{name} does not begin with a `//!` comment"
        );
        let lines = text.lines().count();
        assert!(
            lines <= MOST_LINES,
            "{name} has {lines} lines; {MOST_LINES} are the most"
        );
    }
}

/// The name of the type that a line defines. Each module may have its `Result`.
fn defined(line: &str) -> Option<&str> {
    let mut words = line.split(' ').skip_while(|word| word.starts_with("pub"));
    if !["struct", "enum", "trait", "type"].contains(&words.next()?) {
        return None;
    }
    let name = words.next()?.split(['<', '(', ';', '{', ':']).next();
    name.filter(|name| *name != "Result")
}

#[test]
fn a_name_of_a_type_has_one_meaning_in_its_crate() {
    let mut types: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (file, text) in ["src", "crates"].into_iter().flat_map(sources) {
        // Windows has the types of the other systems again.
        if is_for_tests(&file) || file.contains("/windows/") || file.ends_with("_native.rs") {
            continue;
        }
        let own = file.split("src/").next().unwrap_or_default();
        for name in production(&text).lines().filter_map(defined) {
            let key = format!("{own}{name}");
            types.entry(key).or_default().push(file.clone());
        }
    }
    types.retain(|_, files| files.len() > 1);
    assert!(types.is_empty(), "{types:#?}");
}

#[test]
fn no_code_has_a_placeholder() {
    // Made here, so that the search does not find this file.
    let marks = ["todo", "unimplemented", "dbg"].map(|mark| format!("{mark}!("));
    let words = ["TO", "FIX", "XX"]
        .iter()
        .zip(["DO", "ME", "X"])
        .map(|(a, b)| format!("{a}{b}"));
    let files = ["src", "crates", "tests"].map(sources).concat();
    for mark in marks.into_iter().chain(words) {
        let found: Vec<&String> = files
            .iter()
            .filter(|(_, text)| text.contains(&mark))
            .map(|(name, _)| name)
            .collect();
        assert!(found.is_empty(), "`{mark}` is in {found:?}");
    }
}

/// Crates that nobody has audited yet (`cargo vet`). An audit makes the number smaller; a new
/// dependency that is not audited makes it larger, in the commit that gives the reason.
const EXEMPTIONS: usize = 341;

#[test]
fn each_exemption_of_the_audit_is_counted() {
    let config = std::fs::read_to_string(root().join("supply-chain/config.toml")).unwrap();
    let count = config.matches("\n[[exemptions.").count();
    assert!(count > 0, "the control: exemptions are seen");
    assert_eq!(
        count, EXEMPTIONS,
        "fewer: write the new number; more: audit, or write it with the reason in the commit"
    );
}

#[test]
fn the_rules_find_a_breach() {
    // The control of this file: each search finds its breach.
    let breach = |line: &str| vec![("src/cmd/x.rs".to_owned(), format!("//! x\n{line}\n"))];
    for line in [
        "use tokio_rustls::TlsConnector;",
        "let p = password.expose_for_form();",
        "#[cfg(unix)]",
        "unsafe { call() }",
    ] {
        let text = ["tokio_rustls::", "expose_", "cfg(unix", "unsafe "]
            .into_iter()
            .find(|t| line.contains(t))
            .unwrap();
        assert_eq!(uses(&breach(line), text), ["src/cmd/x.rs:2"], "{line}");
    }
    assert!(
        uses(
            &breach("// tokio_rustls::TlsConnector is not used here"),
            "tokio_rustls::"
        )
        .is_empty()
    );
    assert_eq!(defined("pub(super) enum Home<'v> {"), Some("Home"));
    assert_eq!(
        exits()["expose_for_bundle"].first().map(String::as_str),
        Some("src/vault/bundle.rs")
    );
}
