//! Federated credentials: statements of other identity providers about a workload, and what the
//! token endpoint asks of one that an app sends in place of its secret. One key, made at the first
//! use, signs for every provider.

use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{
    KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, UnparsedPublicKey,
};
use serde_json::json;

use crate::answer::Refusal;
use crate::ids;
use crate::jwt::Jwt;

/// The key of every provider.
static KEY: LazyLock<KeyPair> =
    LazyLock::new(|| KeyPair::generate(KeySize::Rsa2048).expect("the crypto library makes a key"));

/// Whose statements prove an app. Compared exactly, as the service does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FederatedCredential {
    /// `iss`.
    pub issuer: String,
    /// `sub`.
    pub subject: String,
    /// `aud`.
    pub audience: String,
}

/// What a provider says of a workload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// `iss`.
    pub issuer: String,
    /// `sub`.
    pub subject: String,
    /// `aud`.
    pub audience: String,
    /// How long ago it was made.
    pub age: Duration,
    /// How long it lives from then on.
    pub lifetime: Duration,
    /// True for the token of a user, which proves no app (700229).
    pub of_user: bool,
}

impl Statement {
    /// What fits this credential, made now, for an hour.
    pub fn of(credential: &FederatedCredential) -> Self {
        Self {
            issuer: credential.issuer.clone(),
            subject: credential.subject.clone(),
            audience: credential.audience.clone(),
            age: Duration::ZERO,
            lifetime: Duration::from_secs(3600),
            of_user: false,
        }
    }

    /// The time after which it is nothing worth, in seconds since 1970.
    pub fn ends(&self) -> u64 {
        ids::epoch(SystemTime::now() - self.age + self.lifetime)
    }

    /// The signed statement (RS256).
    ///
    /// # Panics
    /// When the crypto library cannot sign.
    pub fn sign(&self) -> String {
        let made = ids::epoch(SystemTime::now() - self.age);
        let header = json!({"alg": "RS256", "typ": "JWT", "kid": "emulator"});
        let claims = json!({
            "iss": self.issuer, "sub": self.subject, "aud": self.audience, "jti": ids::guid(),
            "iat": made, "nbf": made, "exp": self.ends(),
            "idtyp": if self.of_user { "user" } else { "app" },
        });
        let part = |value: &serde_json::Value| ids::base64url(value.to_string().as_bytes());
        let signed = format!("{}.{}", part(&header), part(&claims));
        let mut signature = vec![0; KEY.public_modulus_len()];
        KEY.sign(
            &RSA_PKCS1_SHA256,
            &SystemRandom::new(),
            signed.as_bytes(),
            &mut signature,
        )
        .expect("the crypto library signs");
        format!("{signed}.{}", ids::base64url(&signature))
    }
}

/// Whether the statement proves the app that trusts these: the checks in the order of the service,
/// as far as its codes show it.
pub(crate) fn check(trusted: &[FederatedCredential], statement: &Jwt<'_>) -> Result<(), Refusal> {
    let issuer = statement.required("iss")?;
    let subject = statement.required("sub")?;
    let audience = statement.required("aud")?;
    if trusted.is_empty() {
        return Err(7_000_226.into());
    }
    let with_issuer = |known: &&FederatedCredential| known.issuer == issuer;
    let mut candidates: Vec<_> = trusted.iter().filter(with_issuer).collect();
    if candidates.is_empty() {
        return Err(700_211.into());
    }
    candidates.retain(|known| known.audience == audience);
    if candidates.is_empty() {
        return Err(700_212.into());
    }
    if !candidates.iter().any(|known| known.subject == subject) {
        let but_for_case =
            |known: &&FederatedCredential| known.subject.eq_ignore_ascii_case(subject);
        let number = if candidates.iter().any(but_for_case) {
            7_002_138
        } else {
            700_213
        };
        return Err(number.into());
    }
    if !is_signed(statement) {
        return Err(50_013.into());
    }
    statement.check_times()?;
    if statement.claim("idtyp") == Some("user") {
        return Err(700_229.into());
    }
    Ok(())
}

fn is_signed(statement: &Jwt<'_>) -> bool {
    let public = KEY.public_key();
    let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public.as_ref());
    statement.header("alg") == Some("RS256")
        && key
            .verify(statement.signed.as_bytes(), &statement.signature)
            .is_ok()
}
