//! The secret types, and the only places where a secret leaves its type.
//!
//! Nothing here may print, compare with `==`, clone or serialise a secret. Each `expose_*` function
//! is a named exit: its doc says who may call it, and `tests/it/policy.rs` checks that no
//! other file does.
//!
//! | exit | of | to |
//! |---|---|---|
//! | 1 `expose_for_form` | `ClientSecret`, `Password`, `Assertion` | the form of a sign-in |
//! | 2 `expose_for_bundle` | `ClientSecret`, `Password` | the store |
//! | 3 `expose_for_fingerprint` | `ClientSecret`, `Password` | 16 bits of a slow hash |
//! | 4 `expose_to_user` | `AccessToken` | the child's environment, or stdout of `ropc token` |
//! | 5 `expose_for_cache` | `AccessToken` | the sealed cache |
//! | 6 `expose_for_pipe` | `AccessToken` | from a renewal run to the `exec --serve` that started it |
//! | 7 `expose_for_endpoint` | `AccessToken` | a reply of the loopback endpoint |
//! | 8 `expose_to_child` | `EndpointKey` | the child's environment |
//! | 9 `expose_for_search` | `ClientSecret`, `Password` | compared with what an imported file holds, and found in it |
//! | 10 `expose_for_signature` | `Certificate` | the signature of an assertion |
//! | 11 `expose_for_item` | `Certificate` | the store |

mod access_token;
mod app_credential;
mod assertion;
mod bytes;
mod certificate;
mod claims;
mod endpoint_key;
mod input;
mod oddity;
mod sealing_key;
mod secrets;
mod stored;

pub use access_token::AccessToken;
pub use app_credential::AppCredential;
pub use assertion::Assertion;
pub use bytes::SecretBytes;
pub use certificate::{Certificate, CertificateFacts};
pub use claims::{Claims, NotAssertion};
pub use endpoint_key::EndpointKey;
pub use input::{Unfit, check_encoding, text_from_bytes, text_of_file};
pub use oddity::Oddity;
pub use sealing_key::SealingKey;
pub use secrets::Secrets;
pub(crate) use stored::expose_for_fingerprint;
pub use stored::{ClientSecret, Password, SecretName, SecretRef, is_repeated_in};
