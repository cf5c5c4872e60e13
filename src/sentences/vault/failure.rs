//! A failure of a store, to which each file beside this one adds its words. No words here.

use crate::error::{Error, Kind};
use crate::text::Text;

/// A failure of a store without hints.
pub(super) fn error(message: Text) -> Error {
    Error::new(Kind::Vault, message)
}
