//! An answer before it is bytes: status, headers of the service, body, error envelope. Decides
//! nothing.

use serde_json::{Map, Value, json};

use crate::aadsts::{self, Code};
use crate::ids;

/// How a body is cut off on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// `content-length` promises more than is sent.
    Length,
    /// Inside a chunked body.
    Chunk,
    /// Inside a chunked body, and the connection stays open.
    Stall,
}

/// The ids of one request that its answer carries.
#[derive(Clone, Debug)]
pub(crate) struct Mark {
    /// The client's `client-request-id` if it was a GUID, else a fresh one.
    pub(crate) correlation_id: String,
    /// Fresh; the header `x-ms-request-id` and the field `trace_id`.
    pub(crate) trace_id: String,
    /// The client sent telemetry headers, so the answer carries `x-ms-clitelem`.
    pub(crate) telemetry: bool,
}

/// Why a token request was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// AADSTS number.
    pub(crate) number: u32,
    /// A text that names the detail, in place of the table's.
    pub(crate) detail: Option<String>,
    /// JSON text; Conditional Access only.
    pub(crate) claims: Option<String>,
}

impl From<u32> for Refusal {
    fn from(number: u32) -> Self {
        Self {
            number,
            detail: None,
            claims: None,
        }
    }
}

impl Refusal {
    /// A refusal whose text names the detail.
    pub(crate) fn with_detail(number: u32, detail: String) -> Self {
        Self {
            detail: Some(detail),
            ..number.into()
        }
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) cut: Option<Cut>,
}

impl Answer {
    /// Exactly this and nothing else.
    pub(crate) fn custom(status: u16, headers: Vec<(String, String)>, body: Vec<u8>) -> Self {
        Self {
            status,
            headers,
            body,
            cut: None,
        }
    }

    /// An HTML page, as a gateway in front of the service sends it.
    pub(crate) fn html(status: u16, text: &str) -> Self {
        Self::custom(status, Vec::new(), text.into()).with_header("Content-Type", "text/html")
    }

    /// JSON with the headers of the token endpoint.
    pub(crate) fn json(status: u16, value: &Value, mark: &Mark) -> Self {
        Self::json_text(status, &value.to_string(), mark)
    }

    /// Text that claims to be JSON, with the headers of the token endpoint.
    pub(crate) fn json_text(status: u16, text: &str, mark: &Mark) -> Self {
        Self::with_service_headers(status, text.into(), mark, 0)
    }

    /// The error envelope of a refusal, with the status of its code.
    pub(crate) fn error(refusal: &Refusal, mark: &Mark) -> Self {
        let code = aadsts::lookup(refusal.number);
        let body = Value::Object(envelope(code, refusal, mark)).to_string();
        Self::with_service_headers(code.status, body.into(), mark, code.number)
    }

    /// Sets a header, replacing one of the same name.
    pub(crate) fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(n, _)| !n.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    fn with_service_headers(status: u16, body: Vec<u8>, mark: &Mark, code: u32) -> Self {
        let own = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let mut headers: Vec<_> = SERVICE_HEADERS.iter().map(|(n, v)| own(n, v)).collect();
        headers.push(own("client-request-id", &mark.correlation_id));
        headers.push(own("x-ms-request-id", &mark.trace_id));
        if mark.telemetry {
            headers.push(own("x-ms-clitelem", &format!("1,{code},0,,")));
        }
        let fpc = format!(
            "fpc={}; path=/; secure; HttpOnly; SameSite=None",
            ids::random_text(22)
        );
        headers.push(own("Set-Cookie", &fpc));
        headers.push(own(
            "Set-Cookie",
            "x-ms-gateway-slice=estsfd; path=/; secure; HttpOnly",
        ));
        Self::custom(status, headers, body)
    }
}

/// What the recordings show on every answer of the token endpoint.
const SERVICE_HEADERS: [(&str, &str); 10] = [
    ("Content-Type", "application/json; charset=utf-8"),
    ("Cache-Control", "no-store, no-cache"),
    ("Pragma", "no-cache"),
    ("Expires", "-1"),
    (
        "Strict-Transport-Security",
        "max-age=31536000; includeSubDomains",
    ),
    ("X-Content-Type-Options", "nosniff"),
    ("P3P", "CP=\"DSP CUR OTPi IND OTRi ONL FIN\""),
    ("X-XSS-Protection", "0"),
    ("x-ms-ests-server", "2.1.20106.4 - NCUS ProdSlices"),
    ("x-ms-srs", "1.P"),
];

fn envelope(code: Code, refusal: &Refusal, mark: &Mark) -> Map<String, Value> {
    let Mark {
        correlation_id,
        trace_id,
        ..
    } = mark;
    let (number, at) = (code.number, ids::timestamp());
    let description = format!(
        "AADSTS{number}: {} Trace ID: {trace_id} Correlation ID: {correlation_id} Timestamp: {at}",
        refusal.detail.as_deref().unwrap_or(code.text)
    );
    let mut map = Map::new();
    let mut put = |name: &str, value: Value| map.insert(name.to_owned(), value);
    put("error", code.word.into());
    put("error_description", description.into());
    put("error_codes", json!([number]));
    put("timestamp", at.into());
    put("trace_id", trace_id.as_str().into());
    put("correlation_id", correlation_id.as_str().into());
    // Live captures of these two have no error_uri.
    if !matches!(number, 70_003 | 700_038) {
        put(
            "error_uri",
            format!("https://login.microsoftonline.com/error?code={number}").into(),
        );
    }
    if let Some(suberror) = code.suberror {
        put("suberror", suberror.into());
    }
    if let Some(claims) = &refusal.claims {
        put("claims", claims.as_str().into());
    }
    map
}
