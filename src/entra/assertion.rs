//! The assertion by which an app proves that it has the key of its certificate: a JWT with PS256
//! (Microsoft, "Application authentication certificate credentials"; RFC 7518 section 3.5). Pure
//! but for the random salt of the signature.

use crate::secret::{Assertion, Certificate};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::RSA_PSS_SHA256;
use base64ct::{Base64UrlUnpadded, Encoding};
use uuid::Uuid;
use zeroize::Zeroizing;

/// How long an assertion lives, in seconds, as Microsoft's libraries have it.
const LIFETIME: u64 = 600;

/// What an assertion says.
#[derive(Debug)]
pub struct SignedClaims<'a> {
    /// The address of the token endpoint, exactly.
    pub token_url: &'a str,
    /// Application id.
    pub client_id: &'a str,
    /// Names this assertion; a fresh one each time.
    pub id: Uuid,
    /// The present time, epoch seconds.
    pub now: u64,
}

/// The key of a certificate cannot sign: it is damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CannotSign;

/// Signs. Fails if the key of the certificate is damaged.
pub fn sign(certificate: &Certificate, claims: &SignedClaims<'_>) -> Result<Assertion, CannotSign> {
    let signed = signed(certificate, claims);
    // The arithmetic leaves pieces of the key on the stack.
    locked_memory::scrub_stack();
    signed
}

fn signed(certificate: &Certificate, claims: &SignedClaims<'_>) -> Result<Assertion, CannotSign> {
    let pair = KeyPair::from_pkcs8(certificate.expose_for_signature()).map_err(|_| CannotSign)?;
    let thumbprint = Base64UrlUnpadded::encode_string(&certificate.facts().sha256);
    let header = serde_json::json!({ "alg": "PS256", "typ": "JWT", "x5t#S256": thumbprint });
    let payload = serde_json::json!({
        "aud": claims.token_url,
        "iss": claims.client_id,
        "sub": claims.client_id,
        "jti": claims.id.to_string(),
        "nbf": claims.now,
        "iat": claims.now,
        "exp": claims.now + LIFETIME,
    });
    let input = format!("{}.{}", encoded(&header), encoded(&payload));
    let mut signature = vec![0; pair.public_modulus_len()];
    let random = SystemRandom::new();
    pair.sign(&RSA_PSS_SHA256, &random, input.as_bytes(), &mut signature)
        .map_err(|_| CannotSign)?;
    let signature = Base64UrlUnpadded::encode_string(&signature);
    Ok(Assertion::new(Zeroizing::new(format!(
        "{input}.{signature}"
    ))))
}

fn encoded(part: &serde_json::Value) -> String {
    Base64UrlUnpadded::encode_string(part.to_string().as_bytes())
}
