//! The needs of tests: programs, rights and features of the machine. If a need is not met, the test
//! ends at once and libtest reports `ok`; so a table names the tests that did not run, with the
//! reason and the way to run them. `tests/not-run` prints it once for all programs of a whole
//! `cargo test`; a single program prints its own. In CI an unmet need is a failure for root. Std
//! only: crates and benches include this file too.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

/// One line each: the source, the package, and the program that shows that it is installed.
const LIST: &str = include_str!("../../.ci/needs");

/// Directories of programs that are not in the `PATH` of an ordinary account.
const SYSTEM: [&str; 2] = ["/usr/sbin", "/sbin"];

/// The tests that did not run, by their unmet need and the way to meet it.
static NOT_RUN: Mutex<BTreeMap<String, Vec<String>>> = Mutex::new(BTreeMap::new());

/// True if all these programs are installed.
#[must_use]
pub fn programs(names: &[&str]) -> bool {
    for name in names {
        assert!(
            packages_of(name).next().is_some(),
            "`{name}` is not in .ci/needs"
        );
    }
    let Some(name) = names.iter().find(|name| !has_program(name)) else {
        return true;
    };
    let packages: Vec<&str> = packages_of(name).collect();
    lacks(
        &format!("`{name}` is not installed"),
        &format!("apt-get install {}", packages.join(" ")),
    )
}

/// True for root: only root may read the memory of a process that protects itself, mount, or become
/// another account.
#[must_use]
pub fn root() -> bool {
    is_root() || lacks("root is needed", "run `cargo test` as root, too")
}

/// True if the machine allows something that no package provides.
#[must_use]
pub fn allowed(met: bool, what: &str) -> bool {
    met || lacks(
        &format!("{what} is not allowed here"),
        "run `cargo test` as root on a machine of its own",
    )
}

/// The directory of the clients that `.ci/peers.sh` installs, if it has this one.
pub fn peer(path: &str) -> Option<PathBuf> {
    let dir = std::env::var_os("ROPC_TEST_PEERS").map(PathBuf::from);
    if dir.as_ref().is_some_and(|dir| dir.join(path).exists()) {
        return dir;
    }
    lacks(
        &format!("no {path} below ROPC_TEST_PEERS"),
        ".ci/peers.sh DIR, and set ROPC_TEST_PEERS to DIR",
    );
    None
}

/// The path in this variable, if it exists. No package provides it, so CI may lack it.
pub fn named(variable: &str, what: &str) -> Option<PathBuf> {
    let path = std::env::var_os(variable)
        .map(PathBuf::from)
        .filter(|path| path.exists());
    if path.is_none() {
        note(
            &format!("{variable} does not name {what}"),
            &format!("set {variable}"),
        );
    }
    path
}

/// Notes an unmet need of the running test. Always false. In CI it is a failure for root; for other
/// accounts the table names it.
pub fn lacks(what: &str, way: &str) -> bool {
    assert!(
        std::env::var_os("CI").is_none() || !is_root(),
        "CI lacks this: {what}: {way}"
    );
    note(what, way)
}

fn note(what: &str, way: &str) -> bool {
    // libtest runs each test on a thread of its name.
    let test = std::thread::current().name().unwrap_or("a test").to_owned();
    let mut not_run = NOT_RUN.lock().unwrap_or_else(PoisonError::into_inner);
    if not_run.is_empty() {
        at_exit(report);
    }
    let tests = not_run.entry(format!("{what}: {way}")).or_default();
    if !tests.contains(&test) {
        tests.push(test);
    }
    false
}

/// True if a program of this name is installed.
pub fn has_program(name: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(SYSTEM.map(Into::into))
        .any(|dir| dir.join(name).is_file())
}

#[cfg(unix)]
pub fn is_root() -> bool {
    // Without a library: the files in /proc belong to the account of the process.
    std::fs::metadata("/proc/self")
        .is_ok_and(|process| std::os::unix::fs::MetadataExt::uid(&process) == 0)
}

#[cfg(not(unix))]
pub fn is_root() -> bool {
    false
}

fn packages_of(program: &str) -> impl Iterator<Item = &'static str> {
    LIST.lines().filter_map(
        move |line| match line.split_whitespace().collect::<Vec<_>>()[..] {
            ["debian", package, shows] if shows == program => Some(package),
            _ => None,
        },
    )
}

/// Registers a call for the end of the process. The test harness has no such hook, and hides the
/// output of passing tests; the C library has one.
#[allow(unsafe_code, reason = "the standard library does not offer `atexit`")]
fn at_exit(call: extern "C" fn()) {
    unsafe extern "C" {
        safe fn atexit(call: extern "C" fn()) -> i32;
    }
    atexit(call);
}

/// Never panics: nothing could catch it there.
extern "C" fn report() {
    let not_run = NOT_RUN.lock().unwrap_or_else(PoisonError::into_inner);
    let text = match keep(&not_run) {
        Some(count) => {
            format!("not run, though `ok` above: {count}; the table at the end names them\n\n")
        }
        None => table(&not_run),
    };
    let _ = std::io::stderr().write_all(text.as_bytes());
}

/// The unmet needs, each with its tests below it.
pub fn table(not_run: &BTreeMap<String, Vec<String>>) -> String {
    let count: usize = not_run.values().map(Vec::len).sum();
    let plural = if count == 1 { "" } else { "s" };
    let mut lines = vec![format!("NOT RUN, though `ok` above: {count} test{plural}")];
    for (lack, tests) in not_run {
        lines.push(format!("  {lack}"));
        lines.extend(tests.iter().map(|test| format!("      {test}")));
    }
    lines.join("\n") + "\n\n"
}

/// Writes the unmet needs of this program to a file for `tests/not-run`, and counts the tests.
/// `None` if that program does not run afterwards, or cannot find the file.
fn keep(not_run: &BTreeMap<String, Vec<String>>) -> Option<usize> {
    let directory = directory_of_a_whole_run()?;
    let own = std::env::current_exe().ok()?;
    let mut lines = String::new();
    for (lack, tests) in not_run {
        for test in tests {
            lines.extend([lack.as_str(), "\t", test.as_str(), "\n"]);
        }
    }
    std::fs::create_dir_all(&directory).ok()?;
    std::fs::write(directory.join(own.file_name()?), &lines).ok()?;
    Some(lines.lines().count())
}

/// The directory in which the programs of one `cargo test` leave their unmet needs, named by the
/// process id of that cargo. `None` if cargo runs some programs only.
pub fn directory_of_a_whole_run() -> Option<PathBuf> {
    let cargo = parent()?;
    let line = std::fs::read(format!("/proc/{cargo}/cmdline")).ok()?;
    let line = String::from_utf8(line).ok()?;
    if !is_whole(line.split('\0')) {
        return None;
    }
    let own = std::env::current_exe().ok()?;
    Some(own.parent()?.join(format!("not-run-{cargo}")))
}

/// True for the arguments of a `cargo test` that names no program and no package.
pub fn is_whole<'a>(arguments: impl Iterator<Item = &'a str>) -> bool {
    const CHOICES: [&str; 9] = [
        "-p",
        "--package",
        "--lib",
        "--bin",
        "--bins",
        "--test",
        "--example",
        "--doc",
        "--bench",
    ];
    let own: Vec<&str> = arguments.take_while(|argument| *argument != "--").collect();
    let names_one = |argument: &&str| {
        let name = argument.split('=').next().unwrap_or_default();
        CHOICES.contains(&name)
    };
    own.contains(&"test") && !own.iter().any(names_one)
}

#[cfg(unix)]
#[allow(clippy::unnecessary_wraps, reason = "there is none on Windows")]
fn parent() -> Option<u32> {
    Some(std::os::unix::process::parent_id())
}

#[cfg(not(unix))]
fn parent() -> Option<u32> {
    None
}
