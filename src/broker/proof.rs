//! How the app proves itself in one request. Nothing is sent here.

use super::error::{BrokerError, Result};
use crate::entra::assertion::{self, CannotSign, SignedClaims};
use crate::entra::wire::Proof;
use crate::profile::Profile;
use crate::secret::{AppCredential, Assertion};

/// The proof for a request now (epoch seconds): the client secret, an assertion that the key of the
/// certificate signs, or the one that another identity provider gave.
pub(super) fn of<'s>(
    credential: &'s AppCredential,
    assertion: Option<Assertion>,
    profile: &Profile,
    now: u64,
) -> Result<Proof<'s>> {
    let certificate = match credential {
        AppCredential::None => return Ok(Proof::None),
        AppCredential::Secret(secret) => return Ok(Proof::Secret(secret)),
        AppCredential::Federated => return Ok(assertion.map_or(Proof::None, Proof::Assertion)),
        AppCredential::Certificate(certificate) => certificate,
    };
    let ended = certificate.facts().ends;
    if ended <= now {
        return Err(BrokerError::CertificateEnded {
            profile: profile.name.clone(),
            ended,
        });
    }
    let claims = SignedClaims {
        token_url: &profile.token_url(),
        client_id: profile.client_id.as_str(),
        id: uuid::Uuid::new_v4(),
        now,
    };
    match assertion::sign(certificate, &claims) {
        Ok(assertion) => Ok(Proof::Assertion(assertion)),
        Err(CannotSign) => Err(BrokerError::CertificateKey(profile.name.clone())),
    }
}
