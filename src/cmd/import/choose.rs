//! One sign-in out of what a file holds: flags first, then the file. Where it holds several, nothing is chosen.

use super::report;
use super::target::Target;
use crate::cli::{ImportArgs, LoginArgs};
use crate::cmd::login::input::Given;
use crate::error::{Error, Result};
use crate::l10n::msg;
use crate::profile::{CLOUDS, Scopes};
use crate::secret::{ClientSecret, Password};
use plaintext::{Field, Finding, Scan};
use std::ops::RangeInclusive;

/// What `login` gets, and the file's secrets, which are what is taken out of it.
pub(super) struct Chosen<'s> {
    pub(super) login: LoginArgs,
    pub(super) given: Given,
    pub(super) secrets: Vec<&'s Finding>,
}

pub(super) fn choose<'s>(
    scan: &'s Scan,
    args: &ImportArgs,
    lines: &RangeInclusive<usize>,
    target: &Target,
) -> Result<Chosen<'s>> {
    let mut login = args.login();
    let one = |field, given: bool| if given { Ok(None) } else { only(scan, field, lines, target) };
    let client_secret = one(Field::ClientSecret, args.enrol.public_client || args.enrol.client_secret_file.is_some())?;
    let password = one(Field::Password, args.enrol.password_file.is_some())?;
    if client_secret.is_none() && password.is_none() {
        let nothing = Error::config(msg!("import-nothing", path = target.path().display()));
        return Err(nothing.hint(match args.lines {
            Some(_) => msg!("import-nothing-in-lines"),
            None => msg!("import-nothing-hint"),
        }));
    }
    let text = |found: Option<&Finding>| found.map(|f| f.text().to_owned());
    login.enrol.tenant = login.enrol.tenant.or(text(one(Field::Tenant, args.enrol.tenant.is_some())?));
    login.enrol.client_id = login.enrol.client_id.or(text(one(Field::ClientId, args.enrol.client_id.is_some())?));
    login.enrol.username = login.enrol.username.or(text(one(Field::Username, args.enrol.username.is_some())?));
    if let Some(found) = one(Field::Scope, !args.enrol.scope.is_empty())? {
        login.enrol.scope = scopes(found.text());
    }
    if let Some(found) = one(Field::Authority, args.enrol.authority.is_some() || args.enrol.cloud.is_some())? {
        login.enrol.cloud = Some(cloud(found, target)?);
    }
    let given = Given {
        client_secret: client_secret.map(|found| ClientSecret::from_zeroizing(found.to_secret())),
        password: password.map(|found| Password::from_zeroizing(found.to_secret())),
        is_import: true,
    };
    let secrets = [client_secret, password].into_iter().flatten().collect();
    Ok(Chosen { login, given, secrets })
}

/// The one value of a field in these lines; several are an error with their lines.
fn only<'s>(
    scan: &'s Scan,
    field: Field,
    lines: &RangeInclusive<usize>,
    target: &Target,
) -> Result<Option<&'s Finding>> {
    let found = || scan.findings.iter().filter(|f| f.field == field && !f.commented && lines.contains(&f.line));
    let same = |a: &Finding, b: &Finding| {
        a.text() == b.text() || (!field.is_secret() && a.text().eq_ignore_ascii_case(b.text()))
    };
    let mut different: Vec<&Finding> = Vec::new();
    for finding in found() {
        if !different.iter().any(|d| same(d, finding)) {
            different.push(finding);
        }
    }
    if different.len() < 2 {
        return Ok(different.first().copied());
    }
    let at: Vec<usize> = different.iter().map(|f| f.line).collect();
    let error = Error::config(msg!(
        "import-several",
        path = target.path().display(),
        count = different.len(),
        field = report::label(field),
        lines = report::numbers(&at)
    ));
    Err(match flag(field) {
        Some(flag) => error.hint(msg!("import-several-flag", flag = flag)),
        None => error,
    }
    .hint(msg!("import-several-lines")))
}

fn flag(field: Field) -> Option<&'static str> {
    match field {
        Field::Tenant => Some("--tenant"),
        Field::ClientId => Some("--client-id"),
        Field::Username => Some("--username"),
        Field::Scope => Some("--scope"),
        Field::Authority => Some("--authority"),
        Field::ClientSecret | Field::Password => None,
    }
}

/// The file's scopes without the one that asks for a refresh token, of which none is kept. What `login` would refuse is
/// left for it to say.
fn scopes(text: &str) -> Vec<String> {
    let words = text.split([' ', ',']).filter(|w| !w.is_empty() && !w.eq_ignore_ascii_case("offline_access"));
    let kept: Vec<String> = words.map(str::to_owned).collect();
    let only_openid = Scopes::parse(&kept).is_err() && kept.iter().all(|w| !w.contains(['.', '/']));
    if only_openid { Vec::new() } else { kept }
}

/// A host outside of the known clouds receives nothing on a file's word alone.
fn cloud(found: &Finding, target: &Target) -> Result<String> {
    let host = found.text().trim_start_matches("https://").to_ascii_lowercase();
    let known = CLOUDS.iter().find(|c| c.host == host || c.aliases.contains(&host.as_str()));
    known.map(|c| c.name.to_owned()).ok_or_else(|| {
        Error::config(msg!(
            "import-unknown-host",
            path = target.path().display(),
            line = found.line,
            host = host.escape_debug()
        ))
        .hint(msg!("import-unknown-host-hint", host = host.escape_debug()))
    })
}
