//! The certificate that `login --certificate` takes: the file, its password, and whether the store
//! can hold its key. Sends and stores nothing.

use super::error::{LoginError, ReadFault};
use super::secrets::{Asker, unreadable};
use crate::certificate::{self, BadCertificate};
use crate::error::Result;
use crate::fault::let_go;
use crate::secret::Certificate;
use crate::text::{Text, text};
use crate::vault::key_item;
use std::path::Path;
use zeroize::Zeroizing;

/// How often a person may type the password of the file.
const TRIES: usize = 3;
const FLAG: &str = "--certificate";
const PASSWORD_FLAG: &str = "--certificate-password-file";

/// What the file gave.
type Opened = std::result::Result<Certificate, BadCertificate>;

impl Asker<'_> {
    /// The certificate in a file, with its key. A file that others may read is refused: whoever has
    /// the key is the app.
    pub(super) fn certificate(&self, path: &Path) -> Result<Certificate> {
        let (bytes, is_shared) = self.given_file(path, FLAG)?;
        let bytes = Zeroizing::new(bytes);
        if is_shared && may_have_key(&bytes) {
            return Err(LoginError::KeyFileShared {
                path: path.to_path_buf(),
            }
            .into());
        }
        let certificate = self
            .opened(&bytes)?
            .map_err(|bad| unreadable(FLAG, path, ReadFault::Certificate(bad)))?;
        key_item::encode(&certificate).map_err(|length| LoginError::KeyTooLong { length })?;
        Ok(certificate)
    }

    /// Opens the file, and asks for its password if it has one.
    fn opened(&self, file: &[u8]) -> Result<Opened> {
        let flags = &self.login.args.enrol;
        if let Some(path) = &flags.certificate_password_file {
            return Ok(open_with(file, self.text_file(path, PASSWORD_FLAG)?));
        }
        let mut opened = certificate::read(file, "");
        for tried in 0..TRIES {
            let Err(BadCertificate::WrongPassword) = opened else {
                break;
            };
            let prompt = self.prompt(PASSWORD_FLAG)?;
            if tried > 0 {
                prompt.object(&LoginError::WrongFilePassword.into());
            }
            let question = text!("login-ask-certificate-password");
            opened = open_with(file, prompt.secret(&question, &Text::words(""))?);
        }
        Ok(opened)
    }
}

/// False for the public part alone, which all may read.
fn may_have_key(file: &[u8]) -> bool {
    !matches!(certificate::read(file, ""), Err(BadCertificate::NoKey))
}

/// Opens the file with its password, which is dropped.
fn open_with(file: &[u8], password: Zeroizing<String>) -> Opened {
    let opened = certificate::read(file, &password);
    let_go(password);
    opened
}
