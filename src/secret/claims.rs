//! What an assertion says in the clear: whom it is about, for whom it is, and when it ends. Pure.
//! Verifies no signature: that is for Entra.

use base64ct::{Base64UrlUnpadded, Encoding};
use serde::Deserialize;
use zeroize::Zeroizing;

/// The public facts of an assertion (RFC 7519 section 4.1). A federated credential of the app names
/// the first three, and Entra compares them exactly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// `iss`: who signed it.
    pub issuer: String,
    /// `sub`: whom it is about.
    pub subject: String,
    /// `aud`: for whom it is.
    pub audience: String,
    /// `exp`: when it ends, epoch seconds.
    pub ends: u64,
}

/// Why a text is no assertion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAssertion {
    /// It is empty.
    Empty,
    /// It is not three parts of base64url with dots between them.
    Form,
    /// Its middle part is not the JSON of a statement.
    Content,
    /// It does not say when it ends (RFC 7523 section 3 requires that).
    NoEnd,
}

#[derive(Deserialize)]
struct WireClaims {
    #[serde(default)]
    iss: String,
    #[serde(default)]
    sub: String,
    #[serde(default)]
    aud: Audience,
    exp: Option<serde_json::Number>,
}

/// One audience, or a list of them.
#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Default for Audience {
    fn default() -> Self {
        Self::Many(Vec::new())
    }
}

impl Claims {
    /// Reads the claims of a signed statement in its compact form.
    pub(super) fn of(text: &str) -> Result<Self, NotAssertion> {
        if text.is_empty() {
            return Err(NotAssertion::Empty);
        }
        let parts: Vec<&str> = text.split('.').collect();
        let &[_, content, _] = parts.as_slice() else {
            return Err(NotAssertion::Form);
        };
        if !parts.iter().all(|part| is_base64url(part)) {
            return Err(NotAssertion::Form);
        }
        let content = Base64UrlUnpadded::decode_vec(content).map_err(|_| NotAssertion::Content)?;
        let wire: WireClaims =
            serde_json::from_slice(&Zeroizing::new(content)).map_err(|_| NotAssertion::Content)?;
        Ok(Self {
            issuer: wire.iss,
            subject: wire.sub,
            audience: match wire.aud {
                Audience::One(audience) => audience,
                Audience::Many(all) => all.join(" "),
            },
            ends: wire.exp.as_ref().and_then(end).ok_or(NotAssertion::NoEnd)?,
        })
    }
}

fn is_base64url(part: &str) -> bool {
    !part.is_empty()
        && part
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// The whole seconds of a time (RFC 7519 section 2 allows a fraction).
fn end(exp: &serde_json::Number) -> Option<u64> {
    exp.as_u64()
        .or_else(|| exp.to_string().split('.').next()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(claims: &str) -> Result<Claims, NotAssertion> {
        let content = Base64UrlUnpadded::encode_string(claims.as_bytes());
        Claims::of(&format!("e30.{content}.AA"))
    }

    #[test]
    fn the_claims_are_read_in_every_form_that_issuers_use() {
        let one = of(r#"{"iss":"i","sub":"s","aud":"a","exp":1795420811,"other":[1]}"#).unwrap();
        assert_eq!(
            (
                one.issuer.as_str(),
                one.subject.as_str(),
                one.audience.as_str(),
                one.ends
            ),
            ("i", "s", "a", 1_795_420_811)
        );
        let list = of(r#"{"iss":"i","sub":"s","aud":["a"],"exp":1795420811.75}"#).unwrap();
        assert_eq!(list, one);
        assert_eq!(of(r#"{"exp":1}"#).unwrap().audience, "");
    }

    #[test]
    fn a_text_that_is_no_assertion_says_why() {
        assert_eq!(Claims::of(""), Err(NotAssertion::Empty));
        for form in [
            "x",
            "a.b",
            "a.b.c.d",
            "a..c",
            "a.b.c=",
            "a.b.c\n",
            "Bearer a.b.c",
        ] {
            assert_eq!(Claims::of(form), Err(NotAssertion::Form), "{form}");
        }
        for content in ["", "x", "[]", "1", r#"{"iss":1,"exp":1}"#] {
            let wanted = if content.is_empty() {
                NotAssertion::Form
            } else {
                NotAssertion::Content
            };
            assert_eq!(of(content), Err(wanted), "{content}");
        }
        for end in ["{}", r#"{"exp":null}"#, r#"{"exp":-1}"#] {
            assert_eq!(of(end), Err(NotAssertion::NoEnd), "{end}");
        }
    }
}
