//! The record of a request: all of it, byte for byte. `Debug` shows no value that may be a secret.

use std::fmt;
use std::time::SystemTime;

use crate::form;

/// One request as it arrived.
#[derive(Clone)]
pub struct Recorded {
    /// When its last byte was read.
    pub at: SystemTime,
    /// HTTP version, such as `HTTP/1.1`.
    pub version: String,
    /// Method.
    pub method: String,
    /// Path, as sent.
    pub path: String,
    /// Query without the `?`, as sent.
    pub query: Option<String>,
    /// Headers in order, names in lower case; bytes that are not UTF-8 are replaced.
    pub headers: Vec<(String, String)>,
    /// Decoded form fields in order, repeated ones included; empty when the body is not a form.
    pub form: Vec<(String, Vec<u8>)>,
    /// The body as sent.
    pub body: Vec<u8>,
    /// Status of the answer; `None` if none was sent (yet).
    pub status: Option<u16>,
    /// The client's TCP port.
    pub remote_port: u16,
    pub(crate) number: u64,
    pub(crate) malformed: Option<form::Malformed>,
}

impl Recorded {
    /// The first header of this name (any case).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, v)| v.as_str())
    }

    /// The first form field of this name, when it is UTF-8.
    pub fn field(&self, name: &str) -> Option<&str> {
        let (_, value) = self.form.iter().find(|(n, _)| n == name)?;
        std::str::from_utf8(value).ok()
    }

    /// Whether this is a POST to a token endpoint.
    pub fn is_token_request(&self) -> bool {
        self.method == "POST" && self.path.ends_with("/oauth2/v2.0/token")
    }

    /// A name that occurs twice in the form.
    pub(crate) fn duplicate(&self) -> Option<&str> {
        let names: Vec<&str> = self.form.iter().map(|(n, _)| n.as_str()).collect();
        names
            .iter()
            .enumerate()
            .find(|(at, name)| names[..*at].contains(name))
            .map(|(_, name)| *name)
    }
}

impl fmt::Debug for Recorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields: Vec<&str> = self.form.iter().map(|(n, _)| n.as_str()).collect();
        let headers: Vec<&str> = self.headers.iter().map(|(n, _)| n.as_str()).collect();
        f.debug_struct("Recorded")
            .field("at", &self.at)
            .field("method", &self.method)
            .field("path", &self.path)
            .field("header_names", &headers)
            .field("field_names", &fields)
            .field("body_length", &self.body.len())
            .field("status", &self.status)
            .field("remote_port", &self.remote_port)
            .finish_non_exhaustive()
    }
}
