//! The certificate that `login --certificate` takes: the file, and whether the store can hold its key.
//! Sends and stores nothing.

use super::commit::key_too_long;
use super::secrets::{Asker, in_time, read_given, unreadable};
use crate::certificate;
use crate::error::{Error, Result, io_reason};
use crate::secret::Certificate;
use crate::text::text;
use crate::vault::key_item;
use std::path::Path;
use zeroize::Zeroizing;

const FLAG: &str = "--certificate";

impl Asker<'_> {
    /// The certificate in a file, with its key. A file that others may read is refused: whoever has
    /// the key is the app.
    pub(super) fn certificate(&self, path: &Path) -> Result<Certificate> {
        let limit = self.login.context.fresh_deadline().left();
        let given = path.to_owned();
        let (bytes, is_shared) = in_time(limit, move || read_given(&given))
            .map_err(|error| unreadable(FLAG, path, &io_reason(&error)))?;
        let bytes = Zeroizing::new(bytes);
        if is_shared {
            let message = text!("login-key-file-shared", path = path.display());
            return Err(
                Error::usage(message).hint(text!("login-key-file-mode", path = path.display()))
            );
        }
        let certificate = certificate::read(&bytes)
            .map_err(|bad| unreadable(FLAG, path, &bad.words()).hint(bad.fix()))?;
        key_item::encode(&certificate).map_err(key_too_long)?;
        Ok(certificate)
    }
}
