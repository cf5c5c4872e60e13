//! A private CA and a leaf for `localhost` and `127.0.0.1`, and the TLS settings of the listener.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use time::{Duration, OffsetDateTime};
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{self, ServerConfig};

use crate::config::Certificate;

/// Settings for the listener, and the root that clients must trust.
pub(crate) struct Identity {
    pub(crate) server: Arc<ServerConfig>,
    pub(crate) ca_pem: String,
    pub(crate) secrets: Arc<TlsSecrets>,
}

/// The secrets of every connection, by the labels of NSS's key log format
/// (`CLIENT_TRAFFIC_SECRET_0`, ...): a test searches a client's memory for them.
#[derive(Debug, Default)]
pub(crate) struct TlsSecrets(Mutex<Vec<(String, Vec<u8>)>>);

impl TlsSecrets {
    pub(crate) fn all(&self) -> Vec<(String, Vec<u8>)> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl rustls::KeyLog for TlsSecrets {
    fn log(&self, label: &str, _client_random: &[u8], secret: &[u8]) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push((label.to_owned(), secret.to_vec()));
    }
}

/// Makes a new CA and a new leaf.
pub(crate) fn generate(certificate: Certificate) -> io::Result<Identity> {
    let (ca_pem, chain, key) = certificates(certificate).map_err(io::Error::other)?;
    let mut server = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|b| b.with_no_client_auth().with_single_cert(chain, key))
        .map_err(io::Error::other)?;
    // A client that offers only HTTP/2 fails in the handshake; one that offers nothing is served.
    server.alpn_protocols = vec![b"http/1.1".to_vec()];
    let secrets = Arc::new(TlsSecrets::default());
    server.key_log = Arc::clone(&secrets) as Arc<dyn rustls::KeyLog>;
    Ok(Identity {
        server: Arc::new(server),
        ca_pem,
        secrets,
    })
}

type Pieces = (
    String,
    Vec<rustls::pki_types::CertificateDer<'static>>,
    PrivateKeyDer<'static>,
);

fn certificates(certificate: Certificate) -> Result<Pieces, rcgen::Error> {
    let mut ca = dated(CertificateParams::new(Vec::new())?, "Emulator test root");
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    ca.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let ca_key = KeyPair::generate()?;
    let ca_pem = ca.self_signed(&ca_key)?.pem();
    let issuer = match certificate {
        Certificate::OtherIssuer => {
            let mut other = dated(CertificateParams::new(Vec::new())?, "Another root");
            other.is_ca = ca.is_ca;
            Issuer::new(other, KeyPair::generate()?)
        }
        _ => Issuer::new(ca, ca_key),
    };

    let names = match certificate {
        Certificate::OtherName => &["other.contoso.example"][..],
        Certificate::OfClouds => &["login.microsoftonline.com", "login.microsoftonline.us"],
        _ => &["localhost", "127.0.0.1"],
    };
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    let mut leaf = dated(CertificateParams::new(names)?, "localhost");
    let now = OffsetDateTime::now_utc();
    match certificate {
        Certificate::Expired => {
            leaf.not_before = now - Duration::days(30);
            leaf.not_after = now - Duration::days(2);
        }
        Certificate::NotYetValid => leaf.not_before = now + Duration::days(2),
        _ => {}
    }
    // Strict verifiers (Python 3.13 and later) ask for all of these.
    leaf.is_ca = IsCa::ExplicitNoCa;
    leaf.use_authority_key_identifier_extension = true;
    leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    leaf.extended_key_usages = vec![match certificate {
        Certificate::ForClients => ExtendedKeyUsagePurpose::ClientAuth,
        _ => ExtendedKeyUsagePurpose::ServerAuth,
    }];
    let key = KeyPair::generate()?;
    let certificate = leaf.signed_by(&key, &issuer)?.der().clone();
    Ok((
        ca_pem,
        vec![certificate],
        PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
    ))
}

fn dated(mut params: CertificateParams, common_name: &str) -> CertificateParams {
    let now = OffsetDateTime::now_utc();
    params.not_before = now - Duration::days(1);
    params.not_after = now + Duration::days(30);
    params
        .distinguished_name
        .push(DnType::CommonName, common_name);
    params
}
