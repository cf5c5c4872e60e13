//! A certificate that Entra refuses is not used again until a person acts; an assertion outside of
//! its time blocks nothing.

use super::Bench;
use entra_emulator::{Fault, Times};

#[test]
fn a_refused_certificate_is_not_sent_again_until_a_person_asks() {
    let bench = Bench::new();
    bench.login(&[]).expect(0);
    bench.unregister();
    bench.exec().expect(125).says(&[
        "AADSTS700027",
        "the app does not list this certificate",
        &bench.certificate.public().sha1(),
    ]);
    let sent = bench.requests().len();
    bench
        .exec()
        .expect(125)
        .says(&["Entra refused its certificate before", "--certificate FILE"]);
    assert_eq!(bench.requests().len(), sent, "nothing was sent");
    // The same certificate in another profile is the same certificate.
    bench
        .login(&["-p", "other"])
        .expect(4)
        .says(&["Entra refused its certificate before"]);
    assert_eq!(bench.requests().len(), sent, "nothing was sent");
    let certificate = bench.certificate.public().clone();
    let emulator = &bench.sandbox.emulator;
    emulator.configure(|config| config.apps[0].certificates.push(certificate));
    bench.sandbox.run(&["login", "--retry"]).expect(0);
    bench.exec().expect(0);
    assert_eq!(emulator.failed_sign_ins(entra_emulator::CONTOSO_USER), 0);
}

/// An answer with the code of a refused certificate and this reason.
fn refusal(reason: &str) -> Fault {
    let description = format!("AADSTS700027: made up. [Reason - {reason}]");
    let body = serde_json::json!({
        "error": "invalid_client", "error_description": description, "error_codes": [700_027],
    });
    Fault::Custom {
        status: 401,
        headers: Vec::new(),
        body: body.to_string().into_bytes(),
    }
}

#[test]
fn each_reason_of_a_refusal_latches_the_certificate_after_one_request() {
    for (reason, words) in [
        ("The key was not found.", "does not list this certificate"),
        ("The key used is expired.", "the certificate has ended"),
        (
            "The provided signature value did not match the expected signature value.",
            "made with another key",
        ),
    ] {
        let bench = Bench::new();
        bench.login(&[]).expect(0);
        let emulator = &bench.sandbox.emulator;
        emulator.inject(refusal(reason), Times::Always);
        let before = bench.requests().len();
        bench.exec().expect(125).says(&["AADSTS700027", words]);
        assert_eq!(bench.requests().len(), before + 1, "{reason}");
        emulator.clear_faults();
        bench
            .exec()
            .expect(125)
            .says(&["Entra refused its certificate before"]);
        assert_eq!(bench.requests().len(), before + 1, "{reason}");
        bench.login(&["--yes"]).expect(4).says(&["--retry"]);
        bench.sandbox.run(&["login", "--retry"]).expect(0);
        bench.exec().expect(0);
    }
}

#[test]
fn an_assertion_outside_of_its_time_is_sent_once_and_latches_nothing() {
    let bench = Bench::new();
    bench.login(&[]).expect(0);
    let emulator = &bench.sandbox.emulator;
    emulator.inject(Fault::Aadsts(700_024), Times::Always);
    let before = bench.requests().len();
    bench.exec().expect(125).says(&[
        "AADSTS700024",
        "the clock of this machine agrees with Entra's",
    ]);
    bench.exec().expect(125).says(&["nothing is sent for"]);
    assert_eq!(bench.requests().len(), before + 1);
    emulator.clear_faults();
    bench.login(&["--yes"]).expect(0);
    bench.exec().expect(0);
}
