//! What the broker says on the way: warnings, waits and steps of `--verbose`, as data. The words are
//! in `text::broker`. What ends a run is an error and not here.

use super::error::{Awaited, CacheFault, CacheOff, NoToken};
use super::places::NoStateDir;
use std::io;
use std::path::Path;
use std::time::Duration;

/// Something that a run says and survives.
#[derive(Debug)]
pub(crate) enum Note<'a> {
    /// Another process holds a lock.
    Waiting(&'a Awaited),
    /// The record is in the runtime directory, which does not last.
    StandIn {
        /// Why it is there.
        because: &'a NoStateDir,
        /// The runtime directory.
        runtime: &'a Path,
    },
    /// The cached token serves.
    Cached,
    /// The token serves that another process stored while this one waited.
    CachedMeanwhile,
    /// The cached token is for another profile or other scopes, or damaged.
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
        /// What this one lives.
        lifetime: u64,
        /// What the run asks for.
        wanted: u64,
    },
    /// The request is sent.
    Asking {
        /// To whom.
        url: &'a str,
        /// With this id.
        request_id: &'a str,
    },
    /// The answer does not say how long its token lives: this long, in seconds, is assumed.
    LifetimeAssumed(u64),
    /// The same request is sent once more.
    OnceMore {
        /// What came of the first.
        failure: &'a NoToken,
        /// In this time.
        wait: Duration,
    },
}
