//! The arguments that `ropc login` and `ropc import` share, as clap types. No I/O, no secrets.

use super::value::BadValue;
use crate::clock::epoch;
use crate::profile::{KeySource, StoreKind};
use crate::text::text;
use clap::{Args, ValueHint};
use std::path::PathBuf;

/// A date, or a time as RFC 3339 writes it, in epoch seconds.
fn date(text: &str) -> Result<u64, BadValue> {
    epoch(text).ok_or_else(|| BadValue(text!("cli-date-form")))
}

/// The facts of a sign-in, where its secrets come from and where they go.
#[derive(Args, Clone, Debug, Default)]
pub struct EnrolArgs {
    /// Tenant: its GUID or one of its domains.
    #[arg(long, value_name = "TENANT")]
    pub tenant: Option<String>,
    /// Application (client) id of the app registration.
    #[arg(long, value_name = "GUID")]
    pub client_id: Option<String>,
    /// The user who signs in (UPN).
    #[arg(long, value_name = "UPN")]
    pub username: Option<String>,
    /// A scope to ask for; may be repeated. Default: everything that was granted (`.default` of
    /// Microsoft Graph).
    #[arg(long, value_name = "SCOPE")]
    pub scope: Vec<String>,
    /// National cloud: global, usgov, usgov-dod, china, bleu, delos, govsg.
    #[arg(long, value_name = "CLOUD", conflicts_with = "authority")]
    pub cloud: Option<String>,
    /// Enrol another https host (and optional port) as the authority. It receives the secrets.
    #[arg(long, value_name = "URL")]
    pub authority: Option<String>,
    /// Trust the certificates in this PEM file only.
    #[arg(long, value_name = "PEM", value_hint = ValueHint::FilePath)]
    pub ca_file: Option<PathBuf>,
    /// Where the secrets are: os (this system's keychain), file (an encrypted file), directory
    /// (files that systemd, Docker, Kubernetes or Vault provide) or command (a program that prints
    /// them).
    #[arg(long, value_name = "STORE", value_enum)]
    pub store: Option<StoreKind>,
    /// Where the key of the file store is: credential (systemd), key-file, keychain or passphrase.
    #[arg(long, value_name = "KIND", value_enum)]
    pub key_source: Option<KeySource>,
    /// The app proves itself by the certificate in this file: PEM or PKCS#12 with its RSA key,
    /// which goes into the store. Only `ropc login` takes it without FILE: with a store of files or
    /// a program, or `--secrets-stdin`.
    #[arg(
        long,
        value_name = "FILE",
        num_args = 0..=1,
        value_hint = ValueHint::FilePath,
        conflicts_with_all = ["public_client", "client_secret_file"]
    )]
    pub certificate: Option<Option<PathBuf>>,
    /// Read the password of a PKCS#12 file from a file (`-`: standard input); one newline at its
    /// end is dropped.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "certificate")]
    pub certificate_password_file: Option<PathBuf>,
    /// When the client secret ends, as the portal shows it (2027-05-31): ropc warns 30 days before.
    // Epoch seconds; the line above is the help.
    #[arg(long, value_name = "DATE", value_parser = date, conflicts_with_all = ["public_client", "certificate"])]
    pub secret_expires: Option<u64>,
    /// The app has no secret ("Allow public client flows").
    #[arg(long, conflicts_with = "client_secret_file")]
    pub public_client: bool,
    /// Store without proving that the sign-in works.
    #[arg(long)]
    pub no_verify: bool,
    /// Read the password from a file (`-`: standard input); one newline at its end is dropped.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub password_file: Option<PathBuf>,
    /// Read the client secret from a file (`-`: standard input); one newline at its end is dropped.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub client_secret_file: Option<PathBuf>,
    /// Replace an existing profile without asking.
    #[arg(long)]
    pub yes: bool,
}
