//! The file without its secrets: edits as byte ranges, everything else untouched.
//!
//! Secrets go from their lines; a token request that is proved becomes the variable that
//! `ropc exec` sets. Values that are no secret stay, unless only that request used them.

use crate::draft::Draft;
use crate::edited::Rewritten;
use crate::proof::prove::{Identity, Why};
use crate::proof::{Outcome, outcome};
use crate::scan::Scan;
use crate::source::with_script;
use std::ops::RangeInclusive;

impl Scan {
    /// The edit that takes the secrets of this sign-in out of these lines, from 1. A token request
    /// that is proved to be that sign-in becomes the variable that `ropc exec` sets.
    pub fn rewrite(&self, identity: &Identity<'_>, lines: &RangeInclusive<usize>) -> Rewritten {
        let secrets: Vec<&str> = [identity.client_secret, identity.password]
            .into_iter()
            .filter(|s| !s.is_empty())
            .collect();
        let draft = Draft {
            scan: self,
            secrets: &secrets,
            lines,
            outcome: Outcome::default(),
        };
        let proved = with_script(self.language, self.text(), &self.source.tokens, |script| {
            // Without a secret no request can be proved.
            if secrets.is_empty() {
                Outcome::of(script)
            } else {
                outcome(script, identity)
            }
        })
        .unwrap_or_default();
        let without = proved.without_requests(&Why::Broken);
        let made = draft.with(proved).finish();
        if made.is_whole(self) || !made.uses_token {
            return made;
        }
        // The edit is not sure after all: every request stays.
        draft.with(without).finish()
    }
}
