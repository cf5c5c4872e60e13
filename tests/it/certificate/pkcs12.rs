//! PKCS#12 files: their password comes from a file or from a person, and stays nowhere.

use super::{Bench, FILE_STORE};
use std::path::PathBuf;

/// The password of every file of the corpus that has one.
const PASSWORD: &str = "hunter2";

/// A bench whose certificate file is one of the corpus, which the app does not know.
fn bench() -> Bench {
    let bench = Bench::new();
    bench.sandbox.watch("password of the file", PASSWORD);
    let corpus = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/certificate_pfx");
    let pfx = std::fs::read(corpus.join("rc2-40-sha1.pfx")).unwrap();
    bench.write("app.pem", &pfx);
    bench
}

#[test]
fn a_file_is_opened_with_its_password_only() {
    let bench = bench();
    bench
        .login(&[])
        .expect(2)
        .says(&["`--certificate-password-file`"]);
    bench.write("pfx-password", b"hunter3\n");
    let file = bench.text("pfx-password");
    let flags = ["--certificate-password-file", file.as_str()];
    bench
        .login(&flags)
        .expect(2)
        .says(&["its password is another one"]);
    assert!(bench.requests().is_empty(), "nothing was sent");
    bench.write("pfx-password", format!("{PASSWORD}\n").as_bytes());
    // The app does not know it, so Entra refuses it: it was read, and it signed.
    bench
        .login(&flags)
        .expect(4)
        .says(&["AADSTS700027", "the app does not list this certificate"]);
    bench
        .login(&["--no-verify", flags[0], flags[1]])
        .expect(0)
        .says(&["stored in the encrypted file"]);
}

#[test]
fn the_scan_finds_a_password_that_leaks() {
    let mut bench = bench();
    bench.sandbox.without_scan();
    bench.leak(PASSWORD, "password of the file");
}

#[test]
fn a_password_without_a_file_that_it_opens_is_refused() {
    let bench = Bench::new();
    bench.write("pfx-password", PASSWORD.as_bytes());
    let file = bench.text("pfx-password");
    let password = bench.text("password");
    let facts = bench.sandbox.facts();
    let mut args = vec!["login", "--certificate", "--certificate-password-file"];
    args.push(&file);
    args.extend(facts.iter().map(String::as_str));
    let directory = ["--store", "directory", "--secrets-dir", "/run"];
    bench
        .sandbox
        .run(&[args.as_slice(), &directory].concat())
        .expect(2)
        .says(&["only reads the store `directory`"]);
    args.extend(["--password-file", &password]);
    bench
        .sandbox
        .run(&[args.as_slice(), &FILE_STORE].concat())
        .expect(2)
        .says(&["`--certificate` needs the file of the certificate"]);
}

#[cfg(unix)]
#[test]
fn a_person_types_the_password_and_it_is_not_shown() {
    use crate::support::pty::Terminal;
    let bench = bench();
    let password = bench.text("password");
    let file = bench.text("app.pem");
    let facts = bench.sandbox.facts();
    let mut args = vec!["login", "--no-verify", "--password-file", &password];
    args.extend(["--certificate", &file]);
    args.extend(FILE_STORE);
    args.extend(facts.iter().map(String::as_str));
    let mut terminal = Terminal::start(bench.sandbox.command(&args));
    terminal.answer("Password of the certificate file", "hunter3", true);
    terminal.wait_for("its password is another one");
    terminal.wait_until(|t| !t.echoes(), "the question again");
    terminal.send(&format!("{PASSWORD}\r"));
    bench.sandbox.keep("typed", terminal.finish()).expect(0);
}
