//! Chooses one sign-in from a file: from flags first, then from a token request whose fields the
//! text shows, then by names. If the file holds several, it chooses none.

use super::error::ImportError;
use super::target::Target;
use crate::cli::{ImportArgs, LoginArgs};
use crate::cmd::login::input::Given;
use crate::error;
use crate::profile::{Authority, CLOUDS, Cloud, Scopes};
use crate::secret::{ClientSecret, Password};
use plaintext::{Field, Identity, Reason, Scan};
use std::ops::RangeInclusive;
use zeroize::Zeroizing;

/// The arguments for `login`, and the secrets of the file.
pub(super) struct Chosen {
    pub(super) login: LoginArgs,
    pub(super) given: Given,
}

/// A value with its line.
struct FoundValue {
    text: Zeroizing<String>,
    line: usize,
}

pub(super) fn choose(
    scan: &Scan,
    args: &ImportArgs,
    lines: &RangeInclusive<usize>,
    target: &Target,
) -> error::Result<Chosen> {
    if let Some(line) = scan.of_app_alone() {
        let path = target.path().to_path_buf();
        return Err(ImportError::AppAlone { path, line }.into());
    }
    let mut login = args.login();
    let enrol = &args.enrol;
    let one = |field, given: bool| {
        if given {
            Ok(None)
        } else {
            only(scan, field, lines, target)
        }
    };
    let client_secret = one(
        Field::ClientSecret,
        enrol.public_client || enrol.certificate.is_some() || enrol.client_secret_file.is_some(),
    )?;
    let password = one(Field::Password, enrol.password_file.is_some())?;
    let by_flag = enrol.client_secret_file.is_some() || enrol.password_file.is_some();
    if client_secret.is_none() && password.is_none() && !(by_flag && args.lines.is_none()) {
        return Err(nothing(scan, args, target).into());
    }
    let text = |found: Option<FoundValue>| found.map(|f| f.text.to_string());
    login.enrol.tenant = login
        .enrol
        .tenant
        .or(text(one(Field::Tenant, enrol.tenant.is_some())?));
    login.enrol.client_id = login
        .enrol
        .client_id
        .or(text(one(Field::ClientId, enrol.client_id.is_some())?));
    login.enrol.username = login
        .enrol
        .username
        .or(text(one(Field::Username, enrol.username.is_some())?));
    if enrol.scope.is_empty() {
        login.enrol.scope = match only(scan, Field::Scope, lines, target)? {
            Some(found) => scopes(&found.text),
            None => without_scope(scan, lines, target)?,
        };
    }
    if let Some(found) = one(
        Field::Authority,
        enrol.authority.is_some() || enrol.cloud.is_some(),
    )? {
        login.enrol.cloud = Some(cloud(&found, target)?);
    }
    let given = Given {
        client_secret: client_secret.map(|found| ClientSecret::from_zeroizing(found.text)),
        password: password.map(|found| Password::from_zeroizing(found.text)),
        is_import: true,
    };
    Ok(Chosen { login, given })
}

/// The scopes if no known request names any. An unclear request is an error, as a guess would sign
/// in for something else.
fn without_scope(
    scan: &Scan,
    lines: &RangeInclusive<usize>,
    target: &Target,
) -> Result<Vec<String>, ImportError> {
    let is_asked = |reason| !matches!(reason, Reason::Malformed | Reason::Placeholder);
    let asks = scan
        .unclear
        .iter()
        .find(|u| u.field == Field::Scope && is_asked(u.reason) && lines.contains(&u.line));
    asks.map_or(Ok(Vec::new()), |unclear| {
        Err(ImportError::ScopeUnclear {
            path: target.path().to_path_buf(),
            line: unclear.line,
        })
    })
}

/// The error if there is no secret to take: the file has none, or ropc does not understand it.
fn nothing(scan: &Scan, args: &ImportArgs, target: &Target) -> ImportError {
    let path = target.path().to_path_buf();
    let secret = scan.unclear.iter().filter(|u| u.is_secret());
    let lines: Vec<usize> = secret.map(|u| u.line).collect();
    let in_lines = args.lines.is_some();
    if in_lines || lines.is_empty() {
        ImportError::NothingFound { path, in_lines }
    } else {
        ImportError::NotUnderstood { path, lines }
    }
}

/// The one value of a field in these lines; several are an error with their lines.
fn only(
    scan: &Scan,
    field: Field,
    lines: &RangeInclusive<usize>,
    target: &Target,
) -> Result<Option<FoundValue>, ImportError> {
    let shown = scan
        .sign_ins
        .iter()
        .filter(|sign_in| lines.contains(&sign_in.line));
    let shown = shown.filter_map(|sign_in| Some((sign_in.get(field)?, sign_in.line)));
    let proved = different(
        field,
        shown.map(|(text, line)| FoundValue {
            text: text.clone(),
            line,
        }),
    );
    let found = scan
        .findings
        .iter()
        .filter(|f| f.field == field && !f.commented && lines.contains(&f.line));
    let found = found.map(|f| FoundValue {
        text: f.to_secret(),
        line: f.line,
    });
    let mut values = if proved.is_empty() {
        different(field, found)
    } else {
        proved
    };
    if values.len() < 2 {
        return Ok(values.pop());
    }
    Err(ImportError::Several {
        path: target.path().to_path_buf(),
        field,
        lines: values.iter().map(|f| f.line).collect(),
    })
}

/// Each value once. Upper and lower case are the same, except in secrets.
fn different(field: Field, values: impl Iterator<Item = FoundValue>) -> Vec<FoundValue> {
    let same = |a: &FoundValue, b: &FoundValue| {
        *a.text == *b.text || (!field.is_secret() && a.text.eq_ignore_ascii_case(&b.text))
    };
    let mut kept: Vec<FoundValue> = Vec::new();
    for value in values {
        if !kept.iter().any(|k| same(k, &value)) {
            kept.push(value);
        }
    }
    kept
}

/// The file's scopes without the one that asks for a refresh token, as ropc keeps none. `login`
/// refuses the invalid ones.
fn scopes(text: &str) -> Vec<String> {
    let words = text
        .split([' ', ','])
        .filter(|w| !w.is_empty() && !w.eq_ignore_ascii_case("offline_access"));
    let kept: Vec<String> = words.map(str::to_owned).collect();
    let only_openid = Scopes::parse(&kept).is_err() && kept.iter().all(|w| !w.contains(['.', '/']));
    if only_openid { Vec::new() } else { kept }
}

/// The cloud of the file's host. A host outside the known clouds is an error: a file alone must not
/// decide who receives secrets.
fn cloud(found: &FoundValue, target: &Target) -> Result<String, ImportError> {
    let host = found
        .text
        .trim_start_matches("https://")
        .to_ascii_lowercase();
    let known = CLOUDS
        .iter()
        .find(|c| c.host == host || c.aliases.contains(&host.as_str()));
    known
        .map(|c| c.name.to_owned())
        .ok_or_else(|| ImportError::UnknownHost {
            path: target.path().to_path_buf(),
            line: found.line,
            host,
        })
}

/// Every host of this authority. A host that a person enrolled counts as global.
pub(super) fn hosts_of(authority: &Authority) -> Vec<&str> {
    let of_cloud = CLOUDS
        .iter()
        .filter(|cloud| cloud.host == authority.cloud().host)
        .flat_map(|cloud| std::iter::once(cloud.host).chain(cloud.aliases.iter().copied()));
    std::iter::once(authority.host()).chain(of_cloud).collect()
}

/// The facts of the sign-in before any question.
pub(super) struct Known<'g> {
    login: &'g LoginArgs,
    given: &'g Given,
    authority: Authority,
    scopes: Vec<String>,
}

impl<'g> Known<'g> {
    pub(super) fn of(login: &'g LoginArgs, given: &'g Given) -> error::Result<Self> {
        let authority = match (&login.enrol.authority, &login.enrol.cloud) {
            (Some(authority), _) => authority.parse()?,
            (None, Some(cloud)) => Authority::Cloud(Cloud::by_name(cloud)?),
            (None, None) => Authority::Cloud(&CLOUDS[0]),
        };
        let scopes = if login.enrol.scope.is_empty() {
            Scopes::default_for(authority.cloud()).to_string()
        } else {
            Scopes::parse(&login.enrol.scope)?.to_string()
        };
        Ok(Self {
            login,
            given,
            authority,
            scopes: scopes.split(' ').map(str::to_owned).collect(),
        })
    }

    /// True if `login` has nothing left to ask or to read from a file.
    pub(super) fn is_whole(&self) -> bool {
        let has_secret = self.given.client_secret.is_some() || self.login.enrol.public_client;
        self.given.password.is_some() && has_secret
    }

    pub(super) fn hosts(&self) -> Vec<&str> {
        hosts_of(&self.authority)
    }

    pub(super) fn identity<'i>(&'i self, hosts: &'i [&'i str]) -> Identity<'i> {
        let enrol = &self.login.enrol;
        Identity {
            hosts,
            tenant: enrol.tenant.as_deref().unwrap_or_default(),
            client_id: enrol.client_id.as_deref().unwrap_or_default(),
            username: enrol.username.as_deref().unwrap_or_default(),
            password: self
                .given
                .password
                .as_ref()
                .map_or("", Password::expose_for_search),
            client_secret: self
                .given
                .client_secret
                .as_ref()
                .map_or("", ClientSecret::expose_for_search),
            scopes: &self.scopes,
        }
    }
}
