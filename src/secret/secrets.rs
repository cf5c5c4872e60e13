//! The secrets of one sign-in, together. No exit.

use super::app_credential::AppCredential;
use super::input::Unfit;
use super::oddity::Oddity;
use super::stored::{Password, SecretName};

/// The secrets that a sign-in sends.
#[derive(Debug)]
pub struct Secrets {
    /// How the app proves itself.
    pub credential: AppCredential,
    /// The user's password.
    pub password: Password,
}

impl Secrets {
    /// Fails for a secret that a person would have to confirm.
    pub fn check(&self) -> Result<(), Unfit> {
        if let Some(client_secret) = self.credential.client_secret() {
            check_oddities(SecretName::ClientSecret, &client_secret.oddities())?;
        }
        check_oddities(SecretName::Password, &self.password.oddities())
    }
}

fn check_oddities(name: SecretName, found: &[Oddity]) -> Result<(), Unfit> {
    match found.iter().find(|oddity| oddity.is_serious()) {
        Some(oddity) => Err(Unfit::Odd(name, *oddity)),
        None => Ok(()),
    }
}
