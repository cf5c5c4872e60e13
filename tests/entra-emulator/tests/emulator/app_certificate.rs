//! Assertions that the key of an app's certificate signs.

use entra_emulator::{AppCertificate, CONTOSO_CLIENT, CONTOSO_TENANT, Server};
use serde_json::{Value, json};

use crate::client::{ask, config};

const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

struct Bench {
    server: Server,
    certificate: AppCertificate,
}

impl Bench {
    fn new(certificate: AppCertificate) -> Self {
        let server = Server::start(config().with_app_certificate(&certificate));
        Self {
            server,
            certificate,
        }
    }

    /// The code for an assertion of this signer after a change of its header and claims.
    fn code(&self, signer: &AppCertificate, change: impl FnOnce(&mut Value, &mut Value)) -> u64 {
        // The client of these tests names no port.
        let address = format!("https://localhost/{CONTOSO_TENANT}/oauth2/v2.0/token");
        let (mut header, mut claims) = self.certificate.right(CONTOSO_CLIENT, &address);
        change(&mut header, &mut claims);
        ask()
            .without("client_secret")
            .set("client_assertion_type", TYPE)
            .set("client_assertion", &signer.sign(&header, &claims))
            .send(&self.server)
            .code()
    }
}

#[test]
fn an_assertion_proves_the_app_and_each_fault_has_its_code() {
    let bench = Bench::new(AppCertificate::ending_in(365));
    let own = bench.certificate.clone();
    assert_eq!(bench.code(&own, |_, _| ()), 0, "the control");
    assert_eq!(
        bench.code(&own, |h, _| h["alg"] = json!("RS256")),
        5_002_738
    );
    assert_eq!(
        bench.code(&own, |h, _| h["x5t#S256"] = Value::Null),
        5_002_723
    );
    assert_eq!(bench.code(&own, |h, _| h["x5t#S256"] = json!("x")), 700_027);
    let other = AppCertificate::ending_in(365);
    assert_eq!(bench.code(&other, |_, _| ()), 700_027, "another key signed");
    assert_eq!(bench.code(&own, |_, c| c["sub"] = json!("x")), 50_048);
    assert_eq!(bench.code(&own, |_, c| c["aud"] = json!("x")), 700_023);
    assert_eq!(bench.code(&own, |_, c| c["exp"] = json!(1)), 700_024);
    assert_eq!(bench.server.violations(), Vec::<String>::new());
    for _ in 0..2 {
        assert_eq!(bench.code(&own, |_, c| c["jti"] = json!("again")), 0);
    }
    assert!(bench.server.violations()[0].contains("once more"));
}

#[test]
fn a_certificate_that_has_ended_proves_nothing() {
    let bench = Bench::new(AppCertificate::ending_in(-1));
    let own = bench.certificate.clone();
    assert_eq!(bench.code(&own, |_, _| ()), 700_027);
}
