//! `ropc` against a token endpoint that is not ours, `oauth2-mock-server` from npm: its TLS (Node),
//! its form parser and its JSON show mistakes that our emulator and the program may have in common.
//! Does not test what only Entra does.

use crate::support::{Run, Sandbox, needs};
use entra_emulator::{CONTOSO_CLIENT, CONTOSO_TENANT};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

/// A self-signed server certificate.
const CERTIFICATE: &str = "[req]\nprompt = no\ndistinguished_name = name\nx509_extensions = server\n[name]\nCN = localhost\n\
    [server]\nsubjectAltName = DNS:localhost\nbasicConstraints = critical, CA:FALSE\n";

/// The other server, with its own certificate. It ends when its input is closed.
struct Other {
    child: Child,
    lines: BufReader<ChildStdout>,
    port: u16,
}

impl Other {
    /// `None` if this machine lacks it.
    fn start(sandbox: &Sandbox) -> Option<Self> {
        let modules =
            needs::peer("node/node_modules/oauth2-mock-server")?.join("node/node_modules");
        if !needs::programs(&["node", "openssl"]) {
            return None;
        }
        let (key, certificate) = (
            sandbox.root().join("other-key.pem"),
            sandbox.root().join("other.pem"),
        );
        let settings = sandbox.root().join("openssl.cnf");
        std::fs::write(&settings, CERTIFICATE).unwrap();
        let mut openssl = Command::new("openssl");
        openssl.args(
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -config"
                .split(' '),
        );
        openssl
            .arg(settings)
            .arg("-keyout")
            .arg(&key)
            .arg("-out")
            .arg(&certificate);
        assert!(
            openssl.stderr(Stdio::null()).status().unwrap().success(),
            "a certificate"
        );
        let script =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/other_emulator/server.cjs");
        let mut node = Command::new("node");
        node.arg(script)
            .args([&modules, &key, &certificate])
            .arg(format!("/{CONTOSO_TENANT}/oauth2/v2.0/token"));
        let mut child = node
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        let mut this = Self {
            child,
            lines,
            port: 0,
        };
        this.port = this.line().trim().parse().unwrap();
        Some(this)
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        line
    }

    /// The next request, and the token of its answer.
    fn request(&mut self) -> Value {
        serde_json::from_str(&self.line()).unwrap()
    }

    /// `login` of a user, as the profile of that name.
    fn login(&self, sandbox: &Sandbox, user: &str, ca: &str) -> Run {
        let (authority, user_name) = (
            format!("https://localhost:{}", self.port),
            format!("{user}@contoso.example"),
        );
        let ca = sandbox.root().join(ca).display().to_string();
        let args = [
            &[
                "login",
                "--secrets-stdin",
                "--store",
                "file",
                "--key-source",
                "key-file",
                "-p",
                user,
            ][..],
            &[
                "--tenant",
                CONTOSO_TENANT,
                "--client-id",
                CONTOSO_CLIENT,
                "--username",
                &user_name,
            ],
            &[
                "--authority",
                &authority,
                "--ca-file",
                &ca,
                "--scope",
                "User.Read",
            ],
        ];
        sandbox.run_with_input(&args.concat(), &sandbox.secrets_json())
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

#[test]
fn another_parser_reads_the_form_and_its_token_arrives() {
    let sandbox = Sandbox::new();
    let Some(mut other) = Other::start(&sandbox) else {
        return;
    };
    other.login(&sandbox, "svc", "other.pem").expect(0);
    let request = other.request();
    assert_eq!(request["type"], "application/x-www-form-urlencoded");
    let form = &request["form"];
    for (field, value) in [
        ("grant_type", "password"),
        ("client_id", CONTOSO_CLIENT),
        ("username", "svc@contoso.example"),
        ("password", &sandbox.password),
        ("client_secret", &sandbox.client_secret),
    ] {
        assert_eq!(form[field], value, "{field}");
    }
    assert!(
        form["scope"]
            .as_str()
            .unwrap()
            .split(' ')
            .any(|scope| scope == "User.Read"),
        "{form}"
    );
    let job = sandbox.run(&[
        "exec",
        "-p",
        "svc",
        "--refresh",
        "--",
        "sh",
        "-c",
        "printf %s \"$GRAPH_ACCESS_TOKEN\"",
    ]);
    assert_eq!(
        job.expect(0).stdout,
        other.request()["token"].as_str().unwrap()
    );
}

#[test]
fn its_refusals_are_failures_of_the_right_kind() {
    let sandbox = Sandbox::new();
    let Some(mut other) = Other::start(&sandbox) else {
        return;
    };
    for (user, code, says) in [
        ("wrong", 4, "AADSTS50126"),
        ("plain", 4, "`invalid_grant`"),
        ("client", 4, "`invalid_client`"),
        ("busy", 6, "(HTTP 503)"),
    ] {
        other
            .login(&sandbox, user, "other.pem")
            .expect(code)
            .says(&[says]);
        assert_eq!(
            other.request()["form"]["username"],
            format!("{user}@contoso.example")
        );
        assert!(
            !sandbox.profile_file(user).exists(),
            "{user}: nothing is stored"
        );
    }
}

#[test]
fn ropc_trusts_its_certificate_only_after_enrolment() {
    let sandbox = Sandbox::new();
    let Some(mut other) = Other::start(&sandbox) else {
        return;
    };
    // Ours, which has not signed it.
    other
        .login(&sandbox, "untrusted", "ca.pem")
        .expect(6)
        .says(&["certificate"]);
    // The control: after enrolment it gets a request, its first one.
    other.login(&sandbox, "svc", "other.pem").expect(0);
    assert_eq!(other.request()["form"]["username"], "svc@contoso.example");
}
