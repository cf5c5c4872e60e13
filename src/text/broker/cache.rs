//! Why a token is not in the cache, in words.

use crate::broker::{CacheFault, CacheOff};
use crate::error::{Error, io_reason};
use crate::text::{Text, text};

impl From<CacheOff> for Text {
    fn from(off: CacheOff) -> Self {
        match off {
            CacheOff::NoDirectory => text!("broker-cache-set-directory"),
            CacheOff::NoKeyPlace => text!("broker-key-nowhere"),
        }
    }
}

impl From<&CacheFault> for Text {
    fn from(fault: &CacheFault) -> Self {
        match fault {
            CacheFault::Off(off) => (*off).into(),
            CacheFault::Vault(error) => Error::from(error).message,
            CacheFault::NoRandom(source) => text!("broker-no-random", reason = io_reason(source)),
            CacheFault::KeyUnwritable { path, source } => text!(
                "broker-key-unwritable",
                path = path.display(),
                reason = io_reason(source)
            ),
            CacheFault::Unsealable(source) => io_reason(source),
            CacheFault::Unwritable { path, source } => text!(
                "broker-cache-unwritable",
                path = path.display(),
                reason = io_reason(source)
            ),
        }
    }
}
