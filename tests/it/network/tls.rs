//! TLS: each fault has its own message and fix, nothing is sent, and a lasting fault is not tried
//! twice.

use super::*;
use crate::support::random_secret;
use entra_emulator::{Certificate, Config, Fault, Server, Times};

/// A profile at a server with this certificate.
fn cold_with(certificate: Certificate) -> Sandbox {
    let (password, secret) = (random_secret("Pw"), random_secret("Cs"));
    let config = Config::contoso()
        .without_loop_limit()
        .with_certificate(certificate);
    let server = Server::start(config.with_password(&password).with_client_secret(&secret));
    let sandbox = Sandbox::around(server, password, secret);
    sandbox.login(&["--no-verify"]).expect(0);
    sandbox
}

#[test]
fn each_bad_certificate_has_its_own_message_and_fix() {
    for (certificate, words, fix) in [
        (
            Certificate::Expired,
            &["its certificate expired at 20"][..],
            "renew its certificate",
        ),
        (
            Certificate::NotYetValid,
            &["not valid yet; it begins at 20"],
            "check the clock",
        ),
        (
            Certificate::OtherName,
            &["for other names: ", "other.contoso.example"],
            "another server answers there",
        ),
        (
            Certificate::ForClients,
            &["not for a server (wrong use)"],
            "serverAuth",
        ),
        (
            Certificate::OtherIssuer,
            &["unknown issuer"],
            "--ca-file ROOT.pem",
        ),
    ] {
        let sandbox = cold_with(certificate);
        sign_in(&sandbox)
            .expect(6)
            .says(&["no trusted TLS connection to localhost", fix])
            .says(words);
        assert_eq!(
            sandbox.emulator.connections(),
            1,
            "{certificate:?} is not tried twice"
        );
        assert_eq!(sandbox.emulator.token_requests(), 0, "{certificate:?}");
        doctor(&sandbox)
            .exits(6)
            .finds("authority", "fail", words, &[fix]);
    }
    // The controls: ropc trusts a good certificate, and repeats after a connection that breaks off.
    let sandbox = cold_with(Certificate::Good);
    sandbox
        .emulator
        .inject(Fault::CloseBeforeHandshake, Times::Once);
    sign_in(&sandbox).expect(0);
    assert_eq!(
        (
            sandbox.emulator.connections(),
            sandbox.emulator.token_requests()
        ),
        (2, 1)
    );
}

#[test]
fn each_alert_of_the_handshake_has_its_own_error() {
    for (answer, words) in [
        (
            &b"\x15\x03\x03\x00\x02\x02\x46"[..],
            "no TLS version, cipher or key exchange in common",
        ),
        (
            b"\x15\x03\x03\x00\x02\x02\x28",
            "or it asks for a certificate of the client",
        ),
        (b"\x15\x03\x03\x00\x02\x02\x70", "does not know that name"),
        (
            b"\x15\x03\x03\x00\x02\x02\x74",
            "asks for a certificate of the client",
        ),
        (
            b"\x15\x03\x03\x00\x02\x02\x31",
            "ended the handshake (AccessDenied)",
        ),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "does not speak TLS"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "does not speak TLS"),
    ] {
        let peer = Peer::start(Script::Says(answer));
        let sandbox =
            enrolled_unproved(&["--authority", &format!("https://localhost:{}", peer.port)]);
        sign_in(&sandbox)
            .expect(6)
            .says(&["no trusted TLS connection to localhost", words]);
        assert_eq!(peer.heads().len(), 1, "{words}");
    }
}
