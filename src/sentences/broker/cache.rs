//! Why a token is not in the cache, in words.

use crate::broker::{CacheFault, CacheOff};
use crate::error::{Error, io_reason};
use crate::text::{Text, at_path, text};

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
            CacheFault::NoRandom(source) => text!("os-no-random-bytes", reason = io_reason(source)),
            CacheFault::Unsealable(source) => io_reason(source),
            CacheFault::KeyUnwritable { path, source }
            | CacheFault::Unwritable { path, source } => at_path(path, source),
        }
    }
}
