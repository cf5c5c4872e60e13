//! A signed statement in its compact form (RFC 7515), taken apart. Signs nothing, and judges only
//! its form and its times; who signed it is for its callers.

use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use time::OffsetDateTime;
use time::macros::format_description;

use crate::answer::Refusal;
use crate::ids;

/// Seconds that the clock of a client may differ.
const SKEW: u64 = 300;

/// A statement, of which nothing is verified yet.
pub(crate) struct Jwt<'t> {
    header: Value,
    claims: Value,
    /// What the signature is over.
    pub(crate) signed: &'t str,
    /// The signature.
    pub(crate) signature: Vec<u8>,
}

impl<'t> Jwt<'t> {
    /// Takes a statement apart (50027).
    pub(crate) fn parse(text: &'t str) -> Result<Self, Refusal> {
        Self::parts(text).ok_or_else(|| 50_027.into())
    }

    fn parts(text: &'t str) -> Option<Self> {
        let (signed, signature) = text.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let object = |part: &str| -> Option<Value> {
            let value: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()?;
            value.is_object().then_some(value)
        };
        Some(Self {
            header: object(header)?,
            claims: object(claims)?,
            signed,
            signature: URL_SAFE_NO_PAD.decode(signature).ok()?,
        })
    }

    /// A text of the header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.header[name].as_str()
    }

    /// A claim that may be missing.
    pub(crate) fn claim(&self, name: &str) -> Option<&str> {
        self.claims[name].as_str()
    }

    /// A claim that must be there (90014).
    pub(crate) fn required(&self, name: &str) -> Result<&str, Refusal> {
        let absent = || format!("The required field '{name}' is missing from the credential.");
        self.claim(name)
            .ok_or_else(|| Refusal::with_detail(90_014, absent()))
    }

    /// Whether it is valid now (700024). The answer has the three times, as the service has it.
    pub(crate) fn check_times(&self) -> Result<(), Refusal> {
        let at = |name: &str| self.claims[name].as_u64();
        let now = ids::epoch(SystemTime::now());
        let from = at("nbf").or_else(|| at("iat")).unwrap_or_default();
        let until = at("exp").unwrap_or_default();
        if from <= now + SKEW && now < until + SKEW {
            return Ok(());
        }
        Err(Refusal::with_detail(
            700_024,
            format!(
                "The client assertion is not within its valid time range. Current time: {}, \
                 assertion valid from {}, expiry time of assertion {}.",
                written(now),
                written(from),
                written(until)
            ),
        ))
    }
}

/// A time as the service writes it in this answer.
fn written(epoch: u64) -> String {
    let form = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].0000000Z");
    i64::try_from(epoch)
        .ok()
        .and_then(|epoch| OffsetDateTime::from_unix_timestamp(epoch).ok())
        .and_then(|time| time.format(form).ok())
        .unwrap_or_default()
}
