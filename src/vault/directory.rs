//! The `directory` store: files that another program provides, one secret each: systemd
//! credentials, Docker and Kubernetes secrets, the Vault agent. Only reads them; keeps no key and
//! no binding.
//!
//! The files are `password` and, unless the app is a public client, `client_secret` or
//! `client_certificate.pem`. Others may read them (Kubernetes gives mode 0644 by default, and the
//! admin chooses who may read), but no other account may write them.

use super::error::{Content, DirectoryFault, StoreTitle, VaultError, Worth};
use super::port::SecretSource;
use crate::certificate;
use crate::os;
use crate::profile::CredentialKind;
use crate::secret::{AppCredential, Certificate, ClientSecret, Password, Secrets, text_of_file};
use std::fs::File;
use std::path::PathBuf;
use std::time::Duration;
use zeroize::Zeroizing;

/// The file with the user's password.
pub const PASSWORD_FILE: &str = "password";
/// The file with the app's client secret.
pub const CLIENT_SECRET_FILE: &str = "client_secret";
/// The PEM file with the app's certificate and its key.
pub const CERTIFICATE_FILE: &str = "client_certificate.pem";

const LIMIT: u64 = 64 * 1024;

/// A directory with one file a secret.
#[derive(Debug)]
pub struct DirectorySource {
    dir: Option<PathBuf>,
    credential: CredentialKind,
}

impl DirectorySource {
    /// `dir` is the profile's own or systemd's. `None` if there is neither; then each use of the
    /// store is an error.
    pub fn new(dir: Option<PathBuf>, credential: CredentialKind) -> Self {
        Self { dir, credential }
    }

    fn names(&self) -> &'static [&'static str] {
        match &self.credential {
            CredentialKind::None | CredentialKind::Federated(_) => &[PASSWORD_FILE],
            CredentialKind::Secret => &[PASSWORD_FILE, CLIENT_SECRET_FILE],
            CredentialKind::Certificate(_) => &[PASSWORD_FILE, CERTIFICATE_FILE],
        }
    }

    /// Opens a file after it was found fit: there, a file, and nobody else's to change.
    fn open(&self, name: &str) -> Result<(File, PathBuf), DirectoryFault> {
        let dir = self.dir.as_ref().ok_or(DirectoryFault::NotNamed)?;
        let path = dir.join(name);
        let file = match os::open_file(&path) {
            Ok(file) => file,
            Err(source) => return Err(DirectoryFault::Unreadable { path, source }),
        };
        match os::check_unchangeable(&path) {
            Ok(()) => Ok((file, path)),
            Err(by) => Err(DirectoryFault::Changeable { path, by }),
        }
    }

    /// The path and the text of a file.
    fn one(&self, name: &str) -> Result<(PathBuf, Zeroizing<String>), DirectoryFault> {
        let (mut file, path) = self.open(name)?;
        let text = os::read_bounded(&mut file, LIMIT)
            .map_err(Content::Unreadable)
            .and_then(|bytes| text_of_file(bytes).map_err(Content::Unfit));
        match text {
            Ok(text) if text.is_empty() => Err(DirectoryFault::Unusable {
                path,
                content: Content::Empty,
            }),
            Ok(text) => Ok((path, text)),
            Err(content) => Err(DirectoryFault::Unusable { path, content }),
        }
    }

    fn certificate(&self) -> Result<Certificate, DirectoryFault> {
        let (path, text) = self.one(CERTIFICATE_FILE)?;
        certificate::read(text.as_bytes(), "").map_err(|bad| DirectoryFault::Unusable {
            path,
            content: Content::NotCertificate(bad),
        })
    }

    fn both(&self) -> Result<Secrets, DirectoryFault> {
        let credential = match &self.credential {
            CredentialKind::None => AppCredential::None,
            CredentialKind::Federated(_) => AppCredential::Federated,
            CredentialKind::Secret => {
                let (_, secret) = self.one(CLIENT_SECRET_FILE)?;
                AppCredential::Secret(ClientSecret::from_zeroizing(secret))
            }
            CredentialKind::Certificate(_) => AppCredential::Certificate(self.certificate()?),
        };
        let (_, password) = self.one(PASSWORD_FILE)?;
        let secrets = Secrets {
            credential,
            password: Password::from_zeroizing(password),
        };
        // No prompt here can ask whether that is meant.
        secrets.check().map_err(|unfit| DirectoryFault::Odd {
            dir: self.dir.clone(),
            unfit,
        })?;
        Ok(secrets)
    }

    /// True if others may read the file of this name, or nobody knows.
    fn is_open_to_others(&self, name: &str) -> bool {
        self.open(name)
            .is_ok_and(|(file, _)| os::is_set_to_others(&file).unwrap_or(true))
    }
}

impl SecretSource for DirectorySource {
    fn title(&self) -> StoreTitle {
        StoreTitle::Directory(self.dir.clone())
    }

    fn worth(&self) -> Worth {
        Worth::Directory {
            is_open: self.names().iter().any(|name| self.is_open_to_others(name)),
        }
    }

    fn check(&self) -> Result<(), VaultError> {
        for name in self.names() {
            self.open(name)?;
        }
        Ok(())
    }

    fn secrets(&self, _limit: Duration) -> Result<Secrets, VaultError> {
        Ok(self.both()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Error, Hint};

    fn vault(files: &[(&str, &[u8])], public_client: bool) -> (tempfile::TempDir, DirectorySource) {
        let dir = tempfile::tempdir().unwrap();
        for (name, content) in files {
            os::write_private(&dir.path().join(name), content).unwrap();
        }
        let kind = if public_client {
            CredentialKind::None
        } else {
            CredentialKind::Secret
        };
        let vault = DirectorySource::new(Some(dir.path().to_owned()), kind);
        (dir, vault)
    }

    fn fails(vault: &DirectorySource, message: &str, hint: &str) {
        let error = Error::from(vault.secrets(Duration::ZERO).unwrap_err());
        let words = error.message.english();
        assert!(words.contains(message), "{words}");
        let hints = hints(&error);
        assert!(hints.contains(hint), "{hints}");
    }

    fn hints(error: &Error) -> String {
        let hints: Vec<String> = error.hints.iter().map(Hint::english).collect();
        hints.join("\n")
    }

    #[test]
    fn one_secret_a_file() {
        let (_dir, both) = vault(
            &[("password", b" p\xc3\xa4ss \n"), ("client_secret", b"cs\n")],
            false,
        );
        let secrets = both.secrets(Duration::ZERO).unwrap();
        assert_eq!(
            secrets.password.expose_for_bundle(),
            " p\u{e4}ss ",
            "exactly one newline is dropped"
        );
        assert_eq!(
            secrets
                .credential
                .client_secret()
                .unwrap()
                .expose_for_bundle(),
            "cs"
        );
        let (_dir, public) = vault(
            &[("password", b"pw"), ("client_secret", b"not looked at")],
            true,
        );
        assert!(
            public
                .secrets(Duration::ZERO)
                .unwrap()
                .credential
                .client_secret()
                .is_none()
        );
        let (_dir, long) = vault(
            &[
                ("password", b"pw"),
                ("client_secret", &[b'x'; 4096].repeat(16)),
            ],
            false,
        );
        assert_eq!(
            long.secrets(Duration::ZERO)
                .unwrap()
                .credential
                .client_secret()
                .unwrap()
                .len(),
            65_536
        );
    }

    #[test]
    fn the_error_names_what_is_missing_or_unusable() {
        fails(
            &DirectorySource::new(None, CredentialKind::Secret),
            "CREDENTIALS_DIRECTORY is not set",
            "--secrets-dir",
        );
        fails(
            &vault(&[("password", b"pw")], false).1,
            "client_secret cannot be read",
            "--public-client",
        );
        let (_dir, none) = vault(&[], true);
        fails(
            &none,
            "it does not exist",
            "the files `password` and `client_secret`",
        );
        let hints = hints(&Error::from(none.check().unwrap_err()));
        assert!(
            !hints.contains("--public-client"),
            "a password is needed in any case: {hints}"
        );
        for (content, reason) in [
            (&b""[..], "empty"),
            (b"\n", "empty"),
            (b"\xff\xfe", "UTF-8"),
            (b"\xef\xbb\xbfpw", "byte-order"),
            (b"pw\n\n", "a line break"),
            (b"p\tw", "a control character"),
            (&vec![b'x'; 65537], "larger"),
        ] {
            let (_dir, bad) = vault(&[("password", content)], true);
            fails(&bad, reason, "");
        }
        let (dir, nested) = vault(&[], true);
        std::fs::create_dir(dir.path().join("password")).unwrap();
        fails(&nested, "a directory, not a file", "");
    }

    #[test]
    fn a_missing_file_shows_before_login_sends_a_password() {
        let (_dir, half) = vault(&[("password", b"pw")], false);
        assert!(half.check().is_err(), "the client secret is missing");
        let (_dir, public) = vault(&[("password", b"pw")], true);
        assert!(public.check().is_ok(), "here none is needed");
        let (_dir, none) = vault(&[("client_secret", b"cs")], true);
        assert!(none.check().is_err());
    }

    #[test]
    fn the_note_on_protection_depends_on_who_may_read_the_files() {
        let (dir, store) = vault(&[("password", b"pw"), ("client_secret", b"cs")], false);
        assert_eq!(
            store.title().words().english(),
            format!("the directory {}", dir.path().display())
        );
        assert!(
            DirectorySource::new(None, CredentialKind::Secret)
                .title()
                .words()
                .english()
                .contains("systemd")
        );
        assert!(
            store
                .worth()
                .words()
                .english()
                .contains("only this account and root"),
            "{:?}",
            store.worth()
        );
        assert!(!store.is_on_demand());
    }

    #[cfg(all(test, unix))]
    #[test]
    fn one_file_that_others_may_read_is_reported() {
        use std::os::unix::fs::PermissionsExt;
        for open in ["password", "client_secret"] {
            let (dir, store) = vault(&[("password", b"pw"), ("client_secret", b"cs")], false);
            std::fs::set_permissions(
                dir.path().join(open),
                std::fs::Permissions::from_mode(0o644),
            )
            .unwrap();
            assert!(
                store
                    .worth()
                    .words()
                    .english()
                    .contains("other accounts here may read"),
                "{open}: {}",
                store.worth().words().english()
            );
        }
    }
}
