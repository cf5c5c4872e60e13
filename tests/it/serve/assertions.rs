//! A job whose app proves itself by a managed identity: each renewal asks the machine's own
//! endpoint, and the child sees only that of ropc.

use super::job::Job;
use crate::support::Sandbox;
use entra_emulator::Config;

#[test]
fn a_renewal_asks_the_endpoint_of_the_machine_and_the_child_sees_that_of_ropc() {
    let mut sandbox = Sandbox::with(Config::with_federation);
    let machine = sandbox.emulator.machine_url();
    let key = sandbox.emulator.config().workload.identity_header;
    sandbox.set_env("IDENTITY_ENDPOINT", &format!("{machine}/msi/token"));
    sandbox.set_env("IDENTITY_HEADER", &key);
    sandbox.set_env("AZURE_FEDERATED_TOKEN_FILE", "/nonexistent");
    let password = serde_json::json!({ "password": sandbox.password }).to_string();
    let flags = ["--assertion", "managed-identity"];
    sandbox.login_with(&flags, password.as_bytes()).expect(0);
    let asked = sandbox.emulator.statement_requests();
    let mut job = Job::running(
        &sandbox,
        &["--no-cache"],
        "echo \"file=$AZURE_FEDERATED_TOKEN_FILE\"; cat >/dev/null",
    );
    assert_eq!(job.line(), "file=", "the child does not have the variable");
    assert!(!job.url.starts_with(&machine), "{}", job.url);
    job.graph().token();
    assert!(sandbox.emulator.statement_requests() > asked);
    job.end().expect(0);
}
