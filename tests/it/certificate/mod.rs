//! The app proves itself by a certificate: what is sent, what is stored and bound, and what happens
//! when the certificate does not fit, is refused or ends.

#[cfg(unix)]
mod crash;
mod ends;
mod pkcs12;
mod refused;

use crate::support::{Sandbox, secrets_json};
use ends::level;
use entra_emulator::{AppCertificate, Recorded};
use std::path::PathBuf;

const FILE_STORE: [&str; 4] = ["--store", "file", "--key-source", "key-file"];

/// A sandbox whose app has a certificate, as a file that only its owner may read.
struct Bench {
    sandbox: Sandbox,
    certificate: AppCertificate,
    dir: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        Self::ending_in(365)
    }

    fn ending_in(days: i64) -> Self {
        let certificate = AppCertificate::ending_in(days);
        let sandbox = Sandbox::with(|config| config.with_app_certificate(&certificate));
        watch_key(&sandbox, &certificate);
        let dir = tempfile::tempdir().unwrap();
        let bench = Self {
            sandbox,
            certificate,
            dir,
        };
        bench.write("app.pem", bench.certificate.pem().as_bytes());
        bench.write("password", bench.sandbox.password.as_bytes());
        bench
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    fn write(&self, name: &str, content: &[u8]) {
        std::fs::write(self.path(name), content).unwrap();
        set_mode(&self.path(name), 0o600);
    }

    /// `login` with the certificate and the password in files.
    fn login(&self, more: &[&str]) -> crate::support::Run {
        let password = self.text("password");
        let mut flags = vec!["--password-file", password.as_str()];
        flags.extend(more);
        self.login_without_password(&flags)
    }

    fn login_without_password(&self, more: &[&str]) -> crate::support::Run {
        let facts = self.sandbox.facts();
        let file = self.text("app.pem");
        let mut args = vec!["login", "--certificate", file.as_str()];
        args.extend(facts.iter().map(String::as_str));
        args.extend(FILE_STORE);
        args.extend(more);
        self.sandbox.run(&args)
    }

    fn exec(&self) -> crate::support::Run {
        self.sandbox.run(&["exec", "--refresh", "--", "true"])
    }

    fn requests(&self) -> Vec<Recorded> {
        let mut requests = self.sandbox.emulator.requests();
        requests.retain(Recorded::is_token_request);
        requests
    }

    /// A file with this text is a leak of this name, and the only one.
    fn leak(&self, text: &str, name: &str) {
        assert_eq!(self.sandbox.leaks(), Vec::<String>::new());
        std::fs::write(self.sandbox.home().join("leak"), text).unwrap();
        assert!(self.sandbox.leaks()[0].contains(name), "the control");
    }

    /// No app credential is registered any more.
    fn unregister(&self) {
        let emulator = &self.sandbox.emulator;
        emulator.configure(|config| config.apps[0].certificates.clear());
    }
}

#[cfg(unix)]
fn set_mode(path: &std::path::Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(not(unix))]
fn set_mode(_: &std::path::Path, _: u32) {}

/// Lets the scan at the end look for a line of the private key.
fn watch_key(sandbox: &Sandbox, certificate: &AppCertificate) {
    let pem = certificate.pem();
    sandbox.watch("private key", pem.lines().nth(5).unwrap());
}

#[test]
fn the_form_carries_a_fresh_assertion_and_no_secret() {
    let bench = Bench::new();
    bench
        .login(&[])
        .expect(0)
        .says(&["the password and the key of the certificate are in"]);
    bench.exec().expect(0);
    bench.exec().expect(0);
    let requests = bench.requests();
    assert_eq!(requests.len(), 3);
    for request in &requests {
        assert_eq!(request.status, Some(200));
        assert!(request.field("client_assertion").is_some());
        assert!(request.field("client_secret").is_none());
    }
    let assertions: Vec<_> = requests
        .iter()
        .map(|r| r.field("client_assertion"))
        .collect();
    assert!(assertions[0] != assertions[1] && assertions[1] != assertions[2]);
    assert_eq!(bench.sandbox.emulator.violations(), Vec::<String>::new());
}

#[test]
fn the_scan_finds_a_key_that_leaks() {
    let mut bench = Bench::new();
    bench.sandbox.without_scan();
    bench.login(&[]).expect(0);
    bench.leak(&bench.certificate.pem(), "private key");
}

#[test]
fn a_profile_moves_from_a_secret_to_a_certificate_and_back_without_the_password() {
    let bench = Bench::new();
    bench.sandbox.login(&[]).expect(0);
    bench
        .login_without_password(&["--yes"])
        .expect(0)
        .says(&["the stored password is kept"]);
    bench.exec().expect(0);
    let last = bench.requests().pop().unwrap();
    assert!(last.field("client_secret").is_none());
    // A new password keeps the certificate.
    let sandbox = &bench.sandbox;
    let password = bench.text("password");
    let args = ["login", "--yes", "--password-file", password.as_str()];
    sandbox
        .run(&args)
        .expect(0)
        .says(&["the stored certificate is kept"]);
    bench.exec().expect(0);
    bench.write("secret", sandbox.client_secret.as_bytes());
    let secret = bench.text("secret");
    let args = ["login", "--yes", "--client-secret-file", secret.as_str()];
    sandbox
        .run(&args)
        .expect(0)
        .says(&["the stored password is kept"]);
    bench.exec().expect(0);
    let last = bench.requests().pop().unwrap();
    assert!(last.field("client_assertion").is_none());
    let profile = std::fs::read_to_string(sandbox.profile_file("default")).unwrap();
    assert!(!profile.contains("certificate"), "{profile}");
}

#[test]
fn a_file_that_does_not_fit_is_refused_before_anything_is_sent() {
    let bench = Bench::new();
    let corpus = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/certificate_pem");
    for (file, reason) in [
        ("ec.pem", "its key is not RSA, and Entra takes RSA only"),
        ("rsa-1024.pem", "its RSA key has 1024 bits"),
        ("no-key.pem", "it holds no private key"),
        (
            "other-key.pem",
            "its private key is not that of its certificate",
        ),
        ("encrypted-pkcs8.pem", "make a PKCS#12 file of it"),
    ] {
        bench.write("app.pem", &std::fs::read(corpus.join(file)).unwrap());
        bench.login(&[]).expect(2).says(&[reason]);
    }
    assert_eq!(bench.sandbox.emulator.connections(), 0);
    let profile = bench.sandbox.profile_file("default");
    assert!(!profile.exists(), "nothing was stored");
}

#[cfg(unix)]
#[test]
fn a_key_that_others_may_read_is_refused() {
    let bench = Bench::new();
    set_mode(&bench.path("app.pem"), 0o644);
    bench
        .login(&[])
        .expect(2)
        .says(&["other accounts may read the key", "chmod 600"]);
    // The public part alone is no secret, and no key.
    bench.write("app.pem", bench.certificate.public_pem().as_bytes());
    set_mode(&bench.path("app.pem"), 0o644);
    bench
        .login(&[])
        .expect(2)
        .says(&["it holds no private key"]);
    bench.write("app.pem", bench.certificate.pem().as_bytes());
    set_mode(&bench.path("app.pem"), 0o600);
    bench.login(&[]).expect(0);
}

#[test]
fn a_profile_with_another_certificate_than_the_enrolled_one_is_refused() {
    let bench = Bench::new();
    bench.login(&[]).expect(0);
    let file = bench.sandbox.profile_file("default");
    let good = std::fs::read_to_string(&file).unwrap();
    let line = good.lines().find(|l| l.starts_with("certificate_sha256"));
    let other = format!("certificate_sha256 = \"{}\"", "ab".repeat(32));
    let sent = bench.requests().len();
    for bad in [
        good.replace(line.unwrap(), &other),
        good.replace("app_credential = \"certificate\"\n", ""),
        good.replace("app_credential = \"certificate\"", "public_client = true"),
    ] {
        assert_ne!(bad, good);
        std::fs::write(&file, bad).unwrap();
        bench.exec().expect(125).says(&["app credential"]);
    }
    assert_eq!(bench.requests().len(), sent, "nothing was sent");
    std::fs::write(&file, good).unwrap();
    bench.exec().expect(0);
}

#[test]
fn the_secrets_json_may_have_a_certificate() {
    let bench = Bench::new();
    let facts = bench.sandbox.facts();
    let mut args = vec!["login", "--secrets-stdin", "--certificate"];
    args.extend(FILE_STORE);
    args.extend(facts.iter().map(String::as_str));
    let (pem, password) = (bench.certificate.pem(), &bench.sandbox.password);
    let both = serde_json::json!({ "client_certificate": pem, "password": password });
    let sandbox = &bench.sandbox;
    sandbox
        .run_with_input(&args, &secrets_json("x", password))
        .expect(2)
        .says(&["another credential than the app, which has: certificate"]);
    sandbox
        .run_with_input(&args, both.to_string().as_bytes())
        .expect(0);
    bench.exec().expect(0);
}

#[cfg(unix)]
#[test]
fn a_directory_and_a_program_give_a_certificate_that_may_be_replaced() {
    let bench = Bench::new();
    let sandbox = &bench.sandbox;
    std::fs::rename(bench.path("app.pem"), bench.path("client_certificate.pem")).unwrap();
    let dir = bench.dir.path().display().to_string();
    let facts = sandbox.facts();
    let mut args = vec![
        "login",
        "--certificate",
        "--store",
        "directory",
        "--secrets-dir",
        &dir,
    ];
    args.extend(facts.iter().map(String::as_str));
    sandbox
        .run(&args)
        .expect(0)
        .says(&["reads the password and the certificate from"]);
    bench.exec().expect(0);
    let next = AppCertificate::ending_in(5);
    let emulator = &sandbox.emulator;
    emulator.configure(|config| config.apps[0].certificates = vec![next.public().clone()]);
    bench.write("client_certificate.pem", next.pem().as_bytes());
    bench.exec().expect(0);
    assert_eq!(level(sandbox), "warn", "doctor reads the file");
    std::fs::remove_file(bench.path("client_certificate.pem")).unwrap();
    bench
        .exec()
        .expect(125)
        .says(&["`password` and `client_certificate.pem`"]);
    let json =
        serde_json::json!({ "client_certificate": next.pem(), "password": sandbox.password });
    bench.write("secrets.json", json.to_string().as_bytes());
    let file = bench.text("secrets.json");
    let mut args = vec!["login", "--yes", "--certificate", "--store", "command"];
    args.extend(facts.iter().map(String::as_str));
    args.extend(["--", "/bin/cat", &file]);
    sandbox.run(&args).expect(0);
    bench.exec().expect(0);
}

#[test]
fn a_renamed_profile_keeps_its_certificate() {
    let bench = Bench::new();
    bench.login(&[]).expect(0);
    bench.sandbox.run(&["rename", "default", "other"]).expect(0);
    let args = ["exec", "-p", "other", "--refresh", "--", "true"];
    bench.sandbox.run(&args).expect(0);
}

#[test]
fn a_certificate_without_a_file_needs_a_store_that_has_one() {
    let bench = Bench::new();
    let facts = bench.sandbox.facts();
    let password = bench.text("password");
    let mut args = vec!["login", "--password-file", &password, "--certificate"];
    args.extend(FILE_STORE);
    args.extend(facts.iter().map(String::as_str));
    bench
        .sandbox
        .run(&args)
        .expect(2)
        .says(&["`--certificate` needs the file of the certificate"]);
}
