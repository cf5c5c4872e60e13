//! What the breaker records after an answer, or after none: refusals, pauses, sends, and what a
//! success clears.

use super::Breaker;
use super::exchange::Exchange;
use crate::broker::error::Result;
use crate::broker::fingerprint::Fingerprint;
use crate::broker::ledger::{AskedPause, Reason, Refused, Said, SecretKind};
use crate::broker::retry::retry_after;
use crate::entra::wire::{Answer, Odd};
use crate::entra::{Refusal, Stage, TransportFault};
use crate::secret::{SecretRef, Secrets};
use entra_codes::{Guard, Retry, Verdict};

impl Breaker<'_> {
    /// Records that Entra refused a secret, before any other step: reading the store again for the
    /// fingerprint may take long, and after a kill meanwhile the next job must not send the secret
    /// once more. [`Self::record_answer`] replaces this entry later with everything that is known.
    pub(in crate::broker) fn latch(
        &mut self,
        refusal: &Refusal,
        exchange: &Exchange,
    ) -> Result<()> {
        let said = Said::new(refusal, exchange.answered_at);
        match refusal.judgement.guard {
            Guard::LatchPassword => {
                let entry = self.entry(SecretKind::Password, None, said);
                self.user.ledger.refused_at(&exchange.request_id);
                self.user.ledger.refused.push(entry);
                self.user.save()
            }
            Guard::LatchAppCredential => {
                let entry = self.entry(SecretKind::of_app(&self.profile.credential), None, said);
                self.change_app(|app| app.refused.push(entry))
            }
            Guard::Pace | Guard::Slow | Guard::CoolDown => Ok(()),
        }
    }

    fn entry(&self, what: SecretKind, secret: Option<SecretRef<'_>>, said: Said) -> Refused {
        Refused {
            what,
            profile: self.profile.name.to_string(),
            generation: self.profile.generation.to_string(),
            fingerprint: secret.and_then(Fingerprint::of),
            said,
            replaced: false,
            never_stored: self.caller.gives_secrets(),
        }
    }

    /// Records the outcome. If it cannot be written, the attempt stays one that Entra may have
    /// judged. `sent` are the secrets that were sent, for the fingerprint of a refused one; without
    /// them the refusal still stops the generation.
    pub(in crate::broker) fn record_answer(
        &mut self,
        answer: &Answer,
        exchange: &Exchange,
        sent: Option<&Secrets>,
    ) -> Result<()> {
        let request_id = &exchange.request_id;
        let now = exchange.answered_at;
        let ledger = &mut self.user.ledger;
        match answer {
            Answer::Granted(_) => {
                ledger.count(now, &self.purpose);
                self.record_success()
            }
            Answer::Refused(refusal) => {
                match refusal.judgement.verdict() {
                    Verdict::Wrong => ledger.refused_at(request_id),
                    Verdict::Right => {
                        ledger.withdraw(request_id);
                        ledger.end_row();
                    }
                    Verdict::NotCounted => ledger.withdraw(request_id),
                    Verdict::Open => ledger.unclear(request_id, Said::new(refusal, now)),
                }
                self.record_refusal(refusal, sent, now)
            }
            Answer::Odd(odd) => {
                ledger.unclear(request_id, Said::of_status(odd.status, now));
                self.record_throttle(odd, now);
                self.user.save()
            }
        }
    }

    /// Records that no usable answer came. The mark says so already, unless there was a status.
    pub(in crate::broker) fn record_fault(
        &mut self,
        fault: &TransportFault,
        exchange: &Exchange,
    ) -> Result<()> {
        let Stage::CutOff(status) = fault.stage else {
            return Ok(());
        };
        let said = Said::of_status(status, exchange.answered_at);
        self.user.ledger.unclear(&exchange.request_id, said);
        self.user.save()
    }

    fn record_success(&mut self) -> Result<()> {
        let insists = self.caller.insists();
        let generation = self.profile.generation.as_str();
        // In a store that ropc only reads, a generation may have had several secrets: the success
        // clears only the refusals of the accepted one. Only a person can send a secret that Entra
        // refused in another profile: the success proves it right there too.
        let known = std::mem::take(&mut self.known);
        let right = |r: &Refused| {
            let fits = r.fingerprint.as_ref().map(|print| known.contains(print));
            (r.generation == generation && fits.unwrap_or(true)) || (insists && fits == Some(true))
        };
        let concerns =
            |r: &Refused| right(r) || r.never_stored || (r.generation == generation && !r.replaced);
        let at_app = if self.app.ledger.refused.iter().any(concerns) {
            self.change_app(|app| app.forgive(generation, right))
        } else {
            Ok(())
        };
        self.user.ledger.accepted(generation, &self.purpose, right);
        self.user.save().and(at_app)
    }

    fn record_refusal(
        &mut self,
        refusal: &Refusal,
        sent: Option<&Secrets>,
        now: u64,
    ) -> Result<()> {
        let said = Said::new(refusal, now);
        let mut at_app = Ok(());
        match refusal.judgement.guard {
            Guard::LatchPassword => {
                let password = sent.map(|s| SecretRef::Password(&s.password));
                let entry = self.entry(SecretKind::Password, password, said);
                let known = std::mem::take(&mut self.known);
                self.user
                    .ledger
                    .refuse(entry, |earlier| may_be_same(earlier, &known));
            }
            Guard::LatchAppCredential => {
                let credential = sent.and_then(|s| s.credential.judged());
                let what = SecretKind::of_app(&self.profile.credential);
                let entry = self.entry(what, credential, said);
                let known = std::mem::take(&mut self.known);
                at_app = self
                    .change_app(|app| app.refuse(entry, |earlier| may_be_same(earlier, &known)));
            }
            Guard::CoolDown => self.cool_down(refusal, said, now),
            // A refused trial at `login` must not slow the jobs of the existing profile.
            Guard::Slow if self.caller.gives_secrets() => {}
            Guard::Slow => {
                let pause = AskedPause {
                    reason: Reason::Slow,
                    purpose: Some(&self.purpose),
                    first: 60,
                    most: 900,
                    exact: None,
                };
                self.user.ledger.pause(pause, said);
            }
            Guard::Pace => {}
        }
        // Save the user's record even if the app's could not be written.
        self.user.save().and(at_app)
    }

    /// A pause after throttling ends at the time of its Retry-After. For a lock and a loop such a
    /// header counts for nothing: a proxy may have added it.
    fn cool_down(&mut self, refusal: &Refusal, said: Said, now: u64) {
        let header = if refusal.judgement.retry == Retry::AfterDelay {
            refusal.retry_after.as_deref()
        } else {
            None
        };
        let pause = AskedPause {
            reason: Reason::CoolDown,
            purpose: None,
            first: 300,
            most: 3600,
            exact: retry_after(header, now),
        };
        self.user.ledger.pause(pause, said);
    }

    /// A 429 without JSON throttles as well.
    fn record_throttle(&mut self, odd: &Odd, now: u64) {
        if odd.status != 429 {
            return;
        }
        let pause = AskedPause {
            reason: Reason::CoolDown,
            purpose: None,
            first: 60,
            most: 3600,
            exact: retry_after(odd.retry_after.as_deref(), now),
        };
        self.user
            .ledger
            .pause(pause, Said::of_status(odd.status, now));
    }
}

/// True if the earlier refusal may be of the same secret: the record keeps each refused secret of a
/// generation once, and one without a fingerprint may be the same.
fn may_be_same(earlier: &Refused, known: &[Fingerprint]) -> bool {
    let print = earlier.fingerprint.as_ref();
    print.is_none_or(|print| known.contains(print))
}
