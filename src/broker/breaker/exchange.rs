//! One request of a sign-in and its answer, as the record knows them. Values only.

use crate::broker::fingerprint::Mark;

/// One request and its answer. Times are epoch seconds.
pub(in crate::broker) struct Exchange {
    pub(in crate::broker) request_id: String,
    /// The mark of the secrets that were sent; `None` if the system had no random bytes.
    pub(in crate::broker) mark: Option<Mark>,
    pub(in crate::broker) asked_at: u64,
    pub(in crate::broker) answered_at: u64,
}
