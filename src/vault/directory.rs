//! The `directory` store: files that something else provides, one secret each, as systemd
//! credentials, Docker and Kubernetes secrets and the Vault agent come. Only read; no key and no
//! binding is kept here.
//!
//! The files are `password` and, unless the app is a public client, `client_secret`. Others may
//! read them (Kubernetes gives mode 0644 by default, and who may read is the admin's choice), but
//! nobody else may write them.

use super::{SecretSource, VaultError, VaultFault};
use crate::error::io_reason;
use crate::os;
use crate::profile::CredentialKind;
use crate::secret::{AppCredential, ClientSecret, Password, Secrets, text_of_file};
use crate::text::{Text, text};
use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::time::Duration;
use zeroize::Zeroizing;

/// The file with the user's password.
pub const PASSWORD_FILE: &str = "password";
/// The file with the app's client secret.
pub const CLIENT_SECRET_FILE: &str = "client_secret";

const LIMIT: u64 = 64 * 1024;

/// A directory with one file a secret.
#[derive(Debug)]
pub struct DirectorySource {
    dir: Option<PathBuf>,
    credential: CredentialKind,
}

impl DirectorySource {
    /// `dir` is the profile's own or systemd's; `None` where neither is there, which is told when
    /// it is used.
    pub fn new(dir: Option<PathBuf>, credential: CredentialKind) -> Self {
        Self { dir, credential }
    }

    fn names(&self) -> &'static [&'static str] {
        match self.credential {
            CredentialKind::None => &[PASSWORD_FILE],
            CredentialKind::Secret => &[PASSWORD_FILE, CLIENT_SECRET_FILE],
        }
    }

    fn path(&self, name: &str) -> Result<PathBuf, VaultError> {
        self.dir.as_ref().map(|dir| dir.join(name)).ok_or_else(|| {
            VaultError::new(
                VaultFault::Unavailable,
                text!("vault-directory-no-credentials"),
            )
            .hint(text!("vault-directory-unit"))
            .hint(text!("vault-directory-name-it"))
        })
    }

    /// Opens a file after it was found fit: there, a file, and nobody else's to change.
    fn open(&self, name: &str) -> Result<(File, PathBuf), VaultError> {
        let path = self.path(name)?;
        let shown = path.display();
        let unreadable = |e: &io::Error| {
            let message = text!(
                "vault-directory-unreadable",
                path = shown,
                reason = io_reason(e)
            );
            let error = VaultError::new(VaultFault::Unavailable, message);
            match e.kind() {
                io::ErrorKind::NotFound if name == CLIENT_SECRET_FILE => error
                    .hint(text!("vault-directory-both-files"))
                    .hint(text!("vault-directory-public-client")),
                io::ErrorKind::NotFound => error.hint(text!("vault-directory-both-files")),
                _ => error.hint(text!("vault-readable-by", account = os::account_name())),
            }
        };
        let file = os::open_file(&path).map_err(|e| unreadable(&e))?;
        os::check_unchangeable(&path).map_err(|found| {
            let message = text!(
                "vault-directory-changeable",
                path = shown,
                reason = Text::from(&found)
            );
            VaultError::new(VaultFault::Unavailable, message).hint(text!("vault-directory-mode"))
        })?;
        Ok((file, path))
    }

    fn one(&self, name: &str) -> Result<Zeroizing<String>, VaultError> {
        let (mut file, path) = self.open(name)?;
        let unusable = |reason: &Text| {
            let message = text!(
                "vault-directory-unusable",
                path = path.display(),
                reason = reason
            );
            VaultError::new(VaultFault::Damaged, message)
        };
        let bytes = os::read_bounded(&mut file, LIMIT).map_err(|e| unusable(&io_reason(&e)))?;
        let text =
            text_of_file(bytes).map_err(|unfit| unusable(&unfit.words()).hint(unfit.fix()))?;
        if text.is_empty() {
            return Err(
                unusable(&text!("vault-directory-empty")).hint(text!("vault-directory-one-secret"))
            );
        }
        Ok(text)
    }
}

impl SecretSource for DirectorySource {
    fn title(&self) -> Text {
        let Some(dir) = &self.dir else {
            return text!("vault-title-credentials");
        };
        text!("vault-title-directory", path = dir.display())
    }

    fn worth(&self) -> Text {
        let open_to_others = |(file, _)| os::is_set_to_others(&file).unwrap_or(true);
        if self
            .names()
            .iter()
            .any(|name| self.open(name).is_ok_and(open_to_others))
        {
            text!("vault-worth-directory-open")
        } else {
            text!("vault-worth-directory")
        }
    }

    fn check(&self) -> Result<(), VaultError> {
        self.names()
            .iter()
            .try_for_each(|name| self.open(name).map(drop))
    }

    fn secrets(&self, _limit: Duration) -> Result<Secrets, VaultError> {
        let credential = match self.credential {
            CredentialKind::None => AppCredential::None,
            CredentialKind::Secret => {
                let secret = self.one(CLIENT_SECRET_FILE)?;
                AppCredential::Secret(ClientSecret::from_zeroizing(secret))
            }
        };
        let secrets = Secrets {
            credential,
            password: Password::from_zeroizing(self.one(PASSWORD_FILE)?),
        };
        // Nobody can be asked here whether that is meant.
        secrets.check().map_err(|unfit| {
            let message = text!(
                "vault-directory-odd",
                title = self.title(),
                reason = unfit.words()
            );
            VaultError::new(VaultFault::Damaged, message).hint(unfit.fix())
        })?;
        Ok(secrets)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vault(files: &[(&str, &[u8])], public_client: bool) -> (tempfile::TempDir, DirectorySource) {
        let dir = tempfile::tempdir().unwrap();
        for (name, content) in files {
            os::write_private(&dir.path().join(name), content).unwrap();
        }
        let kind = CredentialKind::of_public_client(public_client);
        let vault = DirectorySource::new(Some(dir.path().to_owned()), kind);
        (dir, vault)
    }

    fn fails(vault: &DirectorySource, message: &str, hint: &str) {
        let error = vault.secrets(Duration::ZERO).unwrap_err();
        assert!(
            error.message.english().contains(message),
            "{:?}",
            error.message
        );
        assert!(
            error
                .hints
                .iter()
                .map(crate::text::Text::english)
                .collect::<Vec<_>>()
                .join("\n")
                .contains(hint),
            "{:?}",
            error.hints
        );
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
    fn what_is_missing_or_unusable_is_named() {
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
        let hints = none
            .check()
            .unwrap_err()
            .hints
            .iter()
            .map(crate::text::Text::english)
            .collect::<Vec<_>>()
            .join("\n");
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
    fn it_is_named_and_what_it_is_worth_depends_on_who_may_read_it() {
        let (dir, store) = vault(&[("password", b"pw"), ("client_secret", b"cs")], false);
        assert_eq!(
            store.title().english(),
            format!("the directory {}", dir.path().display())
        );
        assert!(
            DirectorySource::new(None, CredentialKind::Secret)
                .title()
                .english()
                .contains("systemd")
        );
        assert!(
            store
                .worth()
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
                    .english()
                    .contains("other accounts here may read"),
                "{open}: {}",
                store.worth().english()
            );
        }
    }
}
