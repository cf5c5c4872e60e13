//! The certificates of an app: made here for tests, and what the token endpoint asks of an
//! assertion that the key of one of them signed.

use std::time::SystemTime;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa;
use aws_lc_rs::signature::{RSA_PSS_2048_8192_SHA256, RSA_PSS_SHA256, UnparsedPublicKey};
use rcgen::{CertificateParams, DnType, KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};
use x509_parser::parse_x509_certificate;
use x509_parser::pem::parse_x509_pem;

use crate::answer::Refusal;
use crate::ids;
use crate::jwt::Jwt;

/// A certificate as the portal takes it and an app lists it: without a key.
#[derive(Clone, Debug)]
pub struct PublicCertificate {
    der: Vec<u8>,
    public_key: Vec<u8>,
    ends: u64,
}

/// A self-signed certificate with its RSA key.
#[derive(Clone)]
pub struct AppCertificate {
    public: PublicCertificate,
    pem: String,
    key_pem: String,
    key: Vec<u8>,
}

impl std::fmt::Debug for AppCertificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AppCertificate({})", self.public.sha1())
    }
}

impl PublicCertificate {
    /// The first certificate of a PEM file; `None` if there is none.
    pub fn from_pem(text: &[u8]) -> Option<Self> {
        let (_, block) = parse_x509_pem(text).ok()?;
        Self::from_der(block.contents)
    }

    fn from_der(der: Vec<u8>) -> Option<Self> {
        let (_, certificate) = parse_x509_certificate(&der).ok()?;
        let public_key = certificate.public_key().subject_public_key.data.to_vec();
        let ends = certificate.validity().not_after.timestamp();
        Some(Self {
            public_key,
            ends: u64::try_from(ends).unwrap_or_default(),
            der,
        })
    }

    /// As it is signed.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// SHA-1 in hexadecimal, as the portal shows it.
    pub fn sha1(&self) -> String {
        let digest = digest(&SHA1_FOR_LEGACY_USE_ONLY, &self.der);
        let bytes = digest.as_ref().iter();
        bytes.fold(String::new(), |s, b| s + &format!("{b:02X}"))
    }

    /// SHA-256 as the header of an assertion names it.
    pub fn x5t_s256(&self) -> String {
        ids::base64url(digest(&SHA256, &self.der).as_ref())
    }

    fn has_signed(&self, assertion: &Jwt<'_>) -> bool {
        UnparsedPublicKey::new(&RSA_PSS_2048_8192_SHA256, &self.public_key)
            .verify(assertion.signed.as_bytes(), &assertion.signature)
            .is_ok()
    }
}

impl AppCertificate {
    /// A new one that ends in so many days.
    ///
    /// # Panics
    /// When the crypto library makes no key.
    pub fn ending_in(days: i64) -> Self {
        let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048)
            .expect("the crypto library makes a key");
        let mut params = CertificateParams::new(Vec::new()).expect("no names");
        let ends = OffsetDateTime::now_utc() + Duration::days(days);
        params.not_before = ends.min(OffsetDateTime::now_utc()) - Duration::days(1);
        params.not_after = ends;
        params
            .distinguished_name
            .push(DnType::CommonName, "ropc of contoso.example");
        let certificate = params.self_signed(&key).expect("a key signs itself");
        let public = PublicCertificate::from_der(certificate.der().to_vec());
        Self {
            public: public.expect("a certificate of ours"),
            pem: certificate.pem(),
            key_pem: key.serialize_pem(),
            key: key.serialize_der(),
        }
    }

    /// Key and certificate as one PEM file.
    pub fn pem(&self) -> String {
        format!("{}{}", self.key_pem, self.pem)
    }

    /// The private key as PKCS#8.
    pub fn key(&self) -> &[u8] {
        &self.key
    }

    /// The certificate alone.
    pub fn public(&self) -> &PublicCertificate {
        &self.public
    }

    /// The same as PEM.
    pub fn public_pem(&self) -> &str {
        &self.pem
    }

    /// An assertion with this header and these claims, signed with PS256.
    ///
    /// # Panics
    /// When the crypto library cannot sign.
    pub fn sign(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| ids::base64url(value.to_string().as_bytes());
        let signed = format!("{}.{}", part(header), part(claims));
        let pair = rsa::KeyPair::from_pkcs8(&self.key).expect("a key of ours");
        let mut signature = vec![0; pair.public_modulus_len()];
        let random = SystemRandom::new();
        pair.sign(&RSA_PSS_SHA256, &random, signed.as_bytes(), &mut signature)
            .expect("the crypto library signs");
        format!("{signed}.{}", ids::base64url(&signature))
    }

    /// Header and claims of an assertion that the endpoint accepts now.
    pub fn right(&self, client_id: &str, token_url: &str) -> (Value, Value) {
        let now = ids::epoch(SystemTime::now());
        let header = json!({"alg": "PS256", "typ": "JWT", "x5t#S256": self.public.x5t_s256()});
        let claims = json!({
            "aud": token_url, "iss": client_id, "sub": client_id, "jti": ids::guid(),
            "nbf": now, "iat": now, "exp": now + 600,
        });
        (header, claims)
    }
}

/// Whether the assertion proves the app with these certificates at this address: the checks in the
/// order of the service, as far as its codes show it.
pub(crate) fn check(
    certificates: &[PublicCertificate],
    assertion: &Jwt<'_>,
    token_url: &str,
) -> Result<(), Refusal> {
    if assertion.header("alg") != Some("PS256") {
        return Err(5_002_738.into());
    }
    let thumbprint = assertion.header("x5t#S256").ok_or(5_002_723)?;
    let known = certificates.iter().find(|c| c.x5t_s256() == thumbprint);
    let certificate = known.ok_or_else(|| not_verified("The key was not found."))?;
    if certificate.ends <= ids::epoch(SystemTime::now()) {
        return Err(not_verified("The key used is expired."));
    }
    if !certificate.has_signed(assertion) {
        return Err(not_verified(
            "The provided signature value did not match the expected signature value.",
        ));
    }
    let subject = assertion.required("sub")?;
    if !subject.eq_ignore_ascii_case(assertion.required("iss")?) {
        return Err(50_048.into());
    }
    if assertion.required("aud")? != token_url {
        let text = "The audience claim of the client assertion does not match the Realm issuer.";
        return Err(Refusal::with_detail(700_023, text.into()));
    }
    assertion.check_times()
}

fn not_verified(reason: &str) -> Refusal {
    let text = format!("Client assertion contains an invalid signature. [Reason - {reason}]");
    Refusal::with_detail(700_027, text)
}
