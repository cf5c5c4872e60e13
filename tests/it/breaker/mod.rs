//! The breaker with the real binary: it sends a refused secret once, and writes each send down
//! first.

mod marks;
mod pace;
mod pauses;
mod record_file;
mod refused;
mod several_users;
mod unknown;
mod ways_out;

use crate::support::{Run, Sandbox, random_secret, secrets_json};

/// A wrong password; the scan searches for it like for the right one.
fn wrong(sandbox: &Sandbox) -> String {
    let password = random_secret("No");
    sandbox.watch("a wrong password", &password);
    password
}

/// `login --no-verify` with this password.
fn store_password(sandbox: &Sandbox, password: &str) -> Run {
    sandbox
        .login_with(
            &["--no-verify", "--yes"],
            &secrets_json(&sandbox.client_secret, password),
        )
        .expect(0)
}
