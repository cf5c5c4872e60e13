//! The questions of `login` for secrets. What is wrong with an answer is said before the next
//! question, and a value that is probably wrong is used only after a yes. Stores and sends nothing.

use super::error::LoginError;
use super::secrets::{Asker, NewOrKept, Typed};
use crate::error::Result;
use crate::prompt::Prompt;
use crate::secret::{AppCredential, ClientSecret, Password};
use crate::text::text;

impl<'a> Asker<'a> {
    /// The client secret. An empty answer keeps the stored one, else the app has none.
    pub(super) fn typed_credential(
        &self,
        prompt: &dyn Prompt,
    ) -> Result<NewOrKept<'a, AppCredential>> {
        let (question, if_empty) = match self.kept {
            Some(_) => (
                text!("login-ask-client-secret-or-keep"),
                text!("login-shown-kept"),
            ),
            None => (text!("login-ask-client-secret"), text!("login-shown-none")),
        };
        loop {
            let typed = prompt.secret(&question, &if_empty)?;
            if typed.is_empty() {
                return Ok(match self.kept {
                    Some(kept) => NewOrKept::Kept(kept),
                    None => NewOrKept::New(AppCredential::None),
                });
            }
            let secret = ClientSecret::from_zeroizing(typed);
            if self.is_meant(&secret, prompt)? {
                return Ok(NewOrKept::New(AppCredential::Secret(secret)));
            }
        }
    }

    /// The password. An empty answer keeps the stored one, if there is one.
    pub(super) fn typed_password(&self, prompt: &dyn Prompt) -> Result<NewOrKept<'a, Password>> {
        let user = &self.login.profile.username;
        let (question, if_empty) = match self.kept {
            Some(_) => (
                text!("login-ask-password-or-keep", user = user),
                text!("login-shown-kept"),
            ),
            None => (
                text!("login-ask-password", user = user),
                text!("login-shown-none"),
            ),
        };
        loop {
            let password = Password::from_zeroizing(prompt.secret(&question, &if_empty)?);
            match self.kept {
                Some(kept) if password.is_empty() => return Ok(NewOrKept::Kept(kept)),
                None if password.is_empty() => {
                    prompt.object(&LoginError::NoPasswordTyped.into());
                }
                _ if self.is_meant(&password, prompt)? => return Ok(NewOrKept::New(password)),
                _ => {}
            }
        }
    }

    /// True if the secret has no sign of a mistake, or the person means it with each of them.
    pub(super) fn is_meant<S: Typed>(&self, secret: &S, prompt: &dyn Prompt) -> Result<bool> {
        for slip in secret.slips() {
            self.ui().warn(&slip.words(S::NAME));
            if !prompt.confirm(&text!("login-slip-confirm"))? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
