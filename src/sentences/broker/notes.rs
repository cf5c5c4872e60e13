//! What the broker reports during a run, in words.

use super::sign_in::no_token;
use crate::broker::{NoStateDir, Note};
use crate::error::io_reason;
use crate::text::{Text, text};

impl From<Note<'_>> for Text {
    fn from(note: Note<'_>) -> Self {
        match note {
            Note::Waiting(awaited) => text!("broker-lock-waiting", awaited = Self::from(awaited)),
            Note::Fallback { because, runtime } => text!(
                "broker-state-fallback",
                reason = Self::from(because),
                runtime = runtime.display()
            ),
            Note::Cached => text!("broker-token-cached"),
            Note::CachedMeanwhile => text!("broker-token-cached-meanwhile"),
            Note::CachedIgnored => text!("broker-token-ignored"),
            Note::Sealed(path) => text!("broker-token-sealed", path = path.display()),
            Note::NotCached(fault) => {
                text!("broker-token-not-cached", reason = Self::from(fault))
            }
            Note::NoCache(off) => text!("broker-cache-none", reason = Self::from(off)),
            Note::KeyNearby => text!("broker-key-nearby"),
            Note::KeyNotNearby(source) => {
                text!("broker-key-not-nearby", reason = io_reason(source))
            }
            Note::Short { lifetime, wanted } => text!(
                "broker-token-short",
                life = Self::span(lifetime),
                wanted = Self::span(wanted)
            ),
            Note::Asking { url, request_id } => {
                text!("broker-asking", url = url, request = request_id)
            }
            Note::LifetimeAssumed(seconds) => {
                text!("broker-lifetime-assumed", time = Self::span(seconds))
            }
            Note::Unanswered(host) => text!("broker-waiting-answer", host = host),
            Note::Repeating(failure) => text!(
                "broker-waiting-repeat",
                failure = no_token(failure).message.first_line()
            ),
            Note::OnceMore { failure, wait } => text!(
                "broker-once-more",
                failure = no_token(failure).message.first_line(),
                seconds = wait.as_secs().max(1)
            ),
        }
    }
}

impl From<&NoStateDir> for Text {
    fn from(because: &NoStateDir) -> Self {
        match because {
            NoStateDir::Unwritable(path) => {
                text!("broker-state-unwritable", path = path.display())
            }
            NoStateDir::Unset => text!("broker-state-none"),
        }
    }
}
