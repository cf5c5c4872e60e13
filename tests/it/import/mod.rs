//! `ropc import` as a person uses it: the real binary, made-up files of every form, the emulated
//! tenant. Each file is outside the sandbox's HOME, which the scan searches for the secrets like
//! every output; these tests search the files.

mod edit;
mod encodings;
mod example;
mod kinds;
mod person;
mod refused;
mod runs;
mod samples;
mod understood;

use crate::support::{Run, Sandbox, leaks};
use entra_emulator::{Config, Server};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The secrets of most samples and of the published example.
pub(crate) const PASSWORD: &str = "made-up Password & 100%";
pub(crate) const CLIENT_SECRET: &str = "Xx8~made.up-secret-value-000000000000000";

/// A sandbox whose tenant knows these secrets.
pub(crate) fn sandbox(password: &str, client_secret: &str) -> Sandbox {
    let mut config = Config::contoso()
        .without_loop_limit()
        .with_password(password)
        .with_client_secret(client_secret);
    // The scopes of the samples.
    for name in ["Team.Create", "Mail.Read"] {
        config.permissions.push(name.to_owned());
        let scope = format!("https://graph.microsoft.com/{name}");
        config
            .apps
            .iter_mut()
            .for_each(|app| app.consented.push(scope.clone()));
    }
    Sandbox::around(
        Server::start(config),
        password.to_owned(),
        client_secret.to_owned(),
    )
}

/// A sample as it is in the repository.
fn sample(name: &str) -> Vec<u8> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/import/samples");
    std::fs::read(dir.join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// Puts a file where the job would have it: beside HOME, not in it.
pub(crate) fn place(sandbox: &Sandbox, name: &str, content: &[u8]) -> PathBuf {
    let dir = sandbox.root().join("jobs");
    std::fs::create_dir_all(&dir).unwrap();
    let path = dir.join(name);
    std::fs::write(&path, content).unwrap();
    path
}

/// `ropc import` into the file store, with the emulator as the authority, which no file can name.
pub(crate) fn import(sandbox: &Sandbox, file: &Path, more: &[&str]) -> Run {
    sandbox.finish("import", command(sandbox, file, more), &[])
}

fn command(sandbox: &Sandbox, file: &Path, more: &[&str]) -> Command {
    let authority = sandbox.emulator.authority();
    let ca = sandbox.root().join("ca.pem").display().to_string();
    let file = file.display().to_string();
    let mut args = vec!["import", &file, "--authority", &authority, "--ca-file", &ca];
    args.extend(["--store", "file", "--key-source", "key-file"]);
    args.extend(more);
    sandbox.command(&args)
}

/// Where a secret is in a file's bytes, in any encoding.
fn found_in(bytes: &[u8], secrets: &[&str]) -> Vec<&'static str> {
    secrets
        .iter()
        .filter_map(|secret| leaks::find(bytes, secret))
        .collect()
}
