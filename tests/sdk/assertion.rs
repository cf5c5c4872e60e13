//! The assertion that `ropc` signs, before an independent verifier: `PyJWT`.

use crate::support::Sandbox;
use crate::{peers, script};
use entra_emulator::{AppCertificate, CONTOSO_CLIENT, CONTOSO_TENANT};
use std::path::Path;

const FILE_STORE: [&str; 4] = ["--store", "file", "--key-source", "key-file"];

/// What the verifier printed; `None` if it refused the assertion.
fn verified(sandbox: &Sandbox, python: &Path, audience: &str, assertion: &str) -> Option<String> {
    let certificate = sandbox.root().join("app.cer").display().to_string();
    let mut command = sandbox.program(python);
    command.args([
        &script("verify_assertion.py"),
        &certificate,
        audience,
        CONTOSO_CLIENT,
    ]);
    let run = sandbox.finish("PyJWT", command, assertion.as_bytes());
    (run.code == Some(0)).then_some(run.stdout)
}

#[test]
fn pyjwt_accepts_the_assertion_that_ropc_sends() {
    let Some(peers) = peers("py/bin/python") else {
        return;
    };
    let python = peers.join("py/bin/python");
    let certificate = AppCertificate::ending_in(365);
    let sandbox = Sandbox::with(|config| config.with_app_certificate(&certificate));
    std::fs::write(sandbox.root().join("app.cer"), certificate.public_pem()).unwrap();
    let secrets = serde_json::json!({
        "client_certificate": certificate.pem(), "password": sandbox.password,
    });
    sandbox
        .login_into(
            &FILE_STORE,
            &["--certificate"],
            secrets.to_string().as_bytes(),
        )
        .expect(0);
    let request = sandbox.emulator.requests().pop().unwrap();
    let assertion = request.field("client_assertion").unwrap();
    let address = format!(
        "{}/{CONTOSO_TENANT}/oauth2/v2.0/token",
        sandbox.emulator.authority()
    );
    let id = verified(&sandbox, &python, &address, assertion).expect("PyJWT accepts it");
    assert_eq!(id.trim().len(), 36, "a GUID: {id}");
    // The controls: another address, and another signature.
    assert_eq!(verified(&sandbox, &python, "https://x", assertion), None);
    let (signed, _) = assertion.rsplit_once('.').unwrap();
    let other = AppCertificate::ending_in(365);
    let (header, claims) = other.right(CONTOSO_CLIENT, &address);
    let foreign = other.sign(&header, &claims);
    let (_, signature) = foreign.rsplit_once('.').unwrap();
    let mixed = format!("{signed}.{signature}");
    assert_eq!(verified(&sandbox, &python, &address, &mixed), None);
}
