//! What the broker reports during a run: warnings, waits and steps of `--verbose`, as data. The
//! words are in `sentences::broker`. An event that ends a run is an error and not here.

use super::error::{Awaited, CacheFault, CacheOff, NoToken};
use super::places::NoStateDir;
use std::io;
use std::path::Path;
use std::time::Duration;

/// A report after which the run goes on.
#[derive(Debug)]
pub(crate) enum Note<'a> {
    /// Another process holds a lock.
    Waiting(&'a Awaited),
    /// The record is in the runtime directory, which does not last.
    Fallback {
        /// Why it is there.
        because: &'a NoStateDir,
        /// The runtime directory.
        runtime: &'a Path,
    },
    /// The cached token serves.
    Cached,
    /// The token that another process stored while this one waited serves.
    CachedMeanwhile,
    /// The cached token is for another profile or other scopes, or is damaged.
    CachedIgnored,
    /// The token was stored in this file.
    Sealed(&'a Path),
    /// The token was not stored.
    NotCached(&'a CacheFault),
    /// No token can be stored.
    NoCache(CacheOff),
    /// The key of the cache was in the kernel's keyring.
    KeyNearby,
    /// The kernel's keyring takes no key.
    KeyNotNearby(&'a io::Error),
    /// Tokens live shorter than `--min-ttl` asks. Seconds.
    Short {
        /// The lifetime of this token.
        lifetime: u64,
        /// The lifetime that the run asks for.
        wanted: u64,
    },
    /// The request is sent.
    Asking {
        /// To whom.
        url: &'a str,
        /// With this id.
        request_id: &'a str,
    },
    /// The answer does not say how long its token lives: ropc assumes this long, in seconds.
    LifetimeAssumed(u64),
    /// The request was sent, and this host has not answered.
    Unanswered(&'a str),
    /// The same request will be sent once more.
    Repeating(&'a NoToken),
    /// The same request is sent once more.
    OnceMore {
        /// The result of the first.
        failure: &'a NoToken,
        /// The pause before it.
        wait: Duration,
    },
}
