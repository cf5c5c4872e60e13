//! Is a request the stored sign-in? Proved field by field, or left with the reason.

use super::endpoint::{Endpoint, endpoint, says_token_endpoint};
use super::expr::Expr;
use super::program::{Program, Runs};
use super::resolve::Fields;
use crate::names::Field;
use crate::placeholder::is_placeholder;
use std::ops::Range;
use zeroize::Zeroizing;

/// The stored sign-in, as the caller knows it. A part that it does not know yet is empty: then no
/// request is this sign-in. An app may have no secret.
#[derive(Clone, Copy)]
pub struct Identity<'a> {
    /// Every host of the authority, in small letters.
    pub hosts: &'a [&'a str],
    /// The directory.
    pub tenant: &'a str,
    /// The app.
    pub client_id: &'a str,
    /// The user.
    pub username: &'a str,
    /// The user's password.
    pub password: &'a str,
    /// The app's secret; empty for an app without one.
    pub client_secret: &'a str,
    /// What the stored sign-in asks for.
    pub scopes: &'a [String],
}

impl Identity<'_> {
    /// The first part that the caller does not know.
    fn unknown(&self) -> Option<Field> {
        let parts = [
            (Field::Tenant, self.tenant),
            (Field::ClientId, self.client_id),
            (Field::Username, self.username),
            (Field::Password, self.password),
        ];
        let unknown = parts.into_iter().find(|(_, part)| part.is_empty());
        unknown.map(|(field, _)| field)
    }
}

impl std::fmt::Debug for Identity<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Identity({} of {})", self.username, self.tenant)
    }
}

/// Why a token request stays as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// The text does not show where it goes.
    Address,
    /// The text does not show what it sends: the form, or this field of it.
    Unknown(Option<String>),
    /// Another tenant, app, user or secret than the stored ones.
    Other(Field),
    /// A field that no token request of this kind has.
    Extra(String),
    /// A token for these other scopes.
    Scope(String),
    /// It carries a token already, or unknown headers.
    Headers,
    /// Other code, which that line runs, may define the name that it asks by.
    Loaded {
        /// The name of a command, a function or a module.
        name: String,
        /// From 1.
        line: usize,
    },
    /// The variable cannot replace this call: its option, or its kind.
    Shape(Option<String>),
    /// The script uses more of its answer than the token: what, if it has a name.
    Answer(Option<String>),
    /// It runs again and again, and the variable keeps its first value.
    Loop,
    /// Something outside of the file calls it, at unknown times.
    Later,
    /// It is in a function that nothing in the file calls.
    Uncalled,
    /// The file would not be whole afterwards.
    Broken,
}

/// A request as a reader found it.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// Its bytes: what the replacement takes the place of.
    pub(crate) range: Range<usize>,
    /// Its first and its last token.
    pub(crate) tokens: (usize, usize),
    pub(crate) url: Expr,
    pub(crate) form: Expr,
    /// `None` if there are none.
    pub(crate) headers: Option<Expr>,
    /// What the variable cannot replace.
    pub(crate) odd: Option<Why>,
    /// The name that it asks by and the place of other code that may define it.
    pub(crate) loaded: Option<(String, usize)>,
}

impl Request {
    /// A request of which nothing but its place is known.
    pub(crate) fn of(range: Range<usize>, tokens: (usize, usize)) -> Self {
        Self {
            range,
            tokens,
            url: Expr::Unknown,
            form: Expr::Unknown,
            headers: None,
            odd: None,
            loaded: None,
        }
    }
}

/// Whether a request is a sign-in at all.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The stored one.
    Ours,
    /// A sign-in, or something that may be one, which stays.
    Left(Why),
    /// Another call of the job.
    Elsewhere,
}

/// Headers that make another request of it, or another sender.
const ODD_HEADERS: [&str; 5] = [
    "authorization",
    "cookie",
    "host",
    "proxy-authorization",
    "x-http-method-override",
];

/// Fields that a password grant may have.
const FIELDS: [&str; 8] = [
    "grant_type",
    "client_id",
    "client_secret",
    "username",
    "password",
    "scope",
    "resource",
    "client_info",
];

pub(crate) fn verdict(program: &Program, request: &Request, identity: &Identity<'_>) -> Verdict {
    let at = request.range.start;
    let address = program.text(&request.url, at);
    let form = program.form(&request.form, at);

    let endpoint = match &address {
        Some(address) => match endpoint(address) {
            Some(endpoint) => Some(endpoint),
            None => return Verdict::Elsewhere,
        },
        // With an unknown address, only the form can say that it is a sign-in.
        None if form.as_ref().is_some_and(is_grant) || says_token_endpoint(&request.url) => None,
        None => return Verdict::Elsewhere,
    };
    let grant = form
        .as_ref()
        .and_then(|fields| fields.get("grant_type")?.as_ref());
    if grant.is_some_and(|grant| !grant.eq_ignore_ascii_case("password")) {
        return Verdict::Elsewhere;
    }
    same_sign_in(endpoint.as_ref(), form.as_ref(), identity)
        .and_then(|()| sent_once(program, request))
        .map_or_else(Verdict::Left, |()| Verdict::Ours)
}

/// True if a form has a field that only the form of a token request has.
fn is_grant(fields: &Fields) -> bool {
    fields.contains_key("grant_type") || fields.contains_key("password")
}

fn is_odd_header(name: &str) -> bool {
    ODD_HEADERS.iter().any(|odd| name.eq_ignore_ascii_case(odd))
}

/// The request is the stored sign-in.
fn same_sign_in(
    endpoint: Option<&Endpoint>,
    form: Option<&Fields>,
    identity: &Identity<'_>,
) -> Result<(), Why> {
    let endpoint = endpoint.ok_or(Why::Address)?;
    if !identity.hosts.contains(&endpoint.host.as_str()) {
        return Err(Why::Other(Field::Authority));
    }
    same_form(form.ok_or(Why::Unknown(None))?, endpoint, identity)
}

/// The request has nothing that ropc would not send, and the script sends it once.
fn sent_once(program: &Program, request: &Request) -> Result<(), Why> {
    let at = request.range.start;
    if let Some(headers) = &request.headers {
        let entries = program.entries(headers, at).ok_or(Why::Headers)?;
        if entries.iter().any(|(name, ..)| is_odd_header(name)) {
            return Err(Why::Headers);
        }
    }
    if let Some(odd) = &request.odd {
        return Err(odd.clone());
    }
    if let Some((name, at)) = request.loaded.clone() {
        // The place becomes a line where lines are known.
        return Err(Why::Loaded { name, line: at });
    }
    match program.runs(at) {
        Runs::Once => Ok(()),
        Runs::InLoop => Err(Why::Loop),
        Runs::Later => Err(Why::Later),
        Runs::Uncalled => Err(Why::Uncalled),
    }
}

/// The text of a field; empty where there is none.
fn field<'f>(fields: &'f Fields, name: &str) -> &'f str {
    let text = fields.get(name).and_then(Option::as_ref);
    text.map_or("", |text| text.as_str())
}

/// Every field of the form is the stored one, and there is no other.
fn same_form(fields: &Fields, endpoint: &Endpoint, identity: &Identity<'_>) -> Result<(), Why> {
    if let Some(extra) = fields.keys().find(|name| !FIELDS.contains(&name.as_str())) {
        return Err(Why::Extra(extra.clone()));
    }
    if let Some((name, _)) = fields.iter().find(|(_, value)| value.is_none()) {
        return Err(Why::Unknown(Some(name.clone())));
    }
    if field(fields, "grant_type").is_empty() {
        return Err(Why::Unknown(Some("grant_type".to_owned())));
    }
    let is_same = [
        (
            Field::Tenant,
            endpoint.tenant.eq_ignore_ascii_case(identity.tenant),
        ),
        (
            Field::ClientId,
            field(fields, "client_id")
                .trim()
                .eq_ignore_ascii_case(identity.client_id),
        ),
        (
            Field::Username,
            field(fields, "username")
                .trim()
                .eq_ignore_ascii_case(identity.username),
        ),
        (
            Field::Password,
            field(fields, "password") == identity.password,
        ),
        (
            Field::ClientSecret,
            field(fields, "client_secret") == identity.client_secret,
        ),
    ];
    if let Some((other, _)) = is_same.iter().find(|(_, is_same)| !is_same) {
        return Err(Why::Other(*other));
    }
    if let Some(unknown) = identity.unknown() {
        return Err(Why::Other(unknown));
    }
    same_scopes(
        field(fields, "scope"),
        field(fields, "resource"),
        identity.scopes,
    )
}

/// The parts of a sign-in that a request shows, if it is a password grant and none is left open.
pub(crate) fn shown(
    program: &Program,
    request: &Request,
) -> Option<Vec<(Field, Zeroizing<String>)>> {
    let at = request.range.start;
    let endpoint = endpoint(&program.text(&request.url, at)?)?;
    let mut fields = program.form(&request.form, at)?;
    if !fields
        .get("grant_type")?
        .as_ref()?
        .eq_ignore_ascii_case("password")
        || fields.values().any(Option::is_none)
    {
        return None;
    }
    let mut found = vec![
        (
            Field::Authority,
            Zeroizing::new(format!("https://{}", endpoint.host)),
        ),
        (Field::Tenant, Zeroizing::new(endpoint.tenant)),
    ];
    let scope = match (
        fields.remove("scope").flatten(),
        fields.remove("resource").flatten(),
    ) {
        (scope, Some(resource)) => Some(Zeroizing::new(
            format!(
                "{} {}",
                scope.as_deref().map_or("", |s| s.as_str()),
                resource_scope(&resource)
            )
            .trim()
            .to_owned(),
        )),
        (scope, None) => scope,
    };
    found.extend(scope.map(|scope| (Field::Scope, scope)));
    let names = [
        ("client_id", Field::ClientId),
        ("client_secret", Field::ClientSecret),
        ("username", Field::Username),
        ("password", Field::Password),
    ];
    found.extend(
        names
            .into_iter()
            .filter_map(|(name, field)| Some((field, fields.remove(name)??))),
    );
    let are_real = found
        .iter()
        .all(|(field, text)| *field == Field::Scope || !text.is_empty() && !is_placeholder(text));
    are_real.then_some(found)
}

/// The request asks for what the stored sign-in asks for.
fn same_scopes(scope: &str, resource: &str, stored: &[String]) -> Result<(), Why> {
    let asked = match resource {
        "" => scope.to_owned(),
        resource => format!("{scope} {}", resource_scope(resource)),
    };
    if normal(&asked) == normal(&stored.join(" ")) {
        Ok(())
    } else {
        Err(Why::Scope(asked.trim().to_owned()))
    }
}

/// `resource=R` of the old endpoint asks for the same as `R/.default`.
pub(crate) fn resource_scope(resource: &str) -> String {
    format!("{}/.default", resource.trim().trim_end_matches('/'))
}

/// In order, without what every token has, and without the name of Graph, which is meant where none
/// is given. No word is the same as `.default`.
fn normal(scopes: &str) -> Vec<String> {
    let words = scopes.split([' ', ',']).map(str::to_ascii_lowercase);
    let words = words.map(|word| {
        word.strip_prefix("https://graph.microsoft.com/")
            .unwrap_or(&word)
            .to_owned()
    });
    let mut kept: Vec<String> = words
        .filter(|w| !["", "offline_access", "openid", "profile", "email"].contains(&w.as_str()))
        .collect();
    kept.sort();
    kept.dedup();
    if kept.is_empty() {
        kept.push(".default".to_owned());
    }
    kept
}
