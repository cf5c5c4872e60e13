//! The token endpoint: every check in one fixed order, then the token. By this order a policy code
//! only ever answers the right password, as in the live service.

use std::time::Instant;

use serde_json::Value;

use crate::answer::{Answer, Mark, Refusal};
use crate::config::Config;
use crate::directory::{App, ClientType, Tenant, User, UserState, domain_of};
use crate::issue::{self, Grant};
use crate::jwt::Jwt;
use crate::record::Recorded;
use crate::scope::{self, Scopes};
use crate::state::State;
use crate::{app_certificate, federation, ids, violation};

/// Longest password of the cloud, in characters.
const LONGEST_PASSWORD: usize = 256;
/// The type of an assertion (RFC 7523 section 2.2).
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// Claims that a client could send in an interactive request; useless for this grant.
const BLOCKED_CLAIMS: &str = r#"{"access_token":{"capolids":{"essential":true,"values":["b9a7f8c0-1111-4d4d-9e9e-001122334455"]}}}"#;

/// The tenant part of a token address.
pub(crate) fn tenant_of_path(path: &str) -> Option<&str> {
    let tenant = path.strip_prefix('/')?.strip_suffix("/oauth2/v2.0/token")?;
    (!tenant.is_empty() && !tenant.contains('/')).then_some(tenant)
}

/// Judges a request to the token endpoint.
pub(crate) fn answer(state: &mut State, request: &Recorded, mark: &Mark) -> Answer {
    match decide(state, request) {
        Ok(body) => Answer::json(200, &body, mark),
        Err(refusal) => Answer::error(&refusal, mark),
    }
}

fn decide(state: &mut State, request: &Recorded) -> Result<Value, Refusal> {
    check_format(request)?;
    let tenant = find_tenant(&state.config, request)?;
    if request.field("grant_type") != Some("password") {
        return Err(70_003.into());
    }
    let app = find_app(&state.config, request, &tenant)?;
    note_repeated(state, request);
    check_credential(&app, request)?;
    let scopes = scope::parse(request.field("scope").unwrap_or_default(), &state.config)?;
    scope::check_resource(&scopes, &state.config)?;
    let user = find_user(&state.config, request, &tenant)?;
    check_loop(state, request, &user)?;
    check_password(state, request, &user)?;
    check_account(&user)?;
    check_consent(&app, &scopes)?;
    check_assignment_and_policy(&app, &user)?;
    let grant = Grant {
        user: &user,
        app: &app,
        scopes: &scopes,
        client_info: request.field("client_info") == Some("1"),
    };
    Ok(issue::token(state, &grant))
}

/// Verb, content type, duplicated, forbidden and missing parameters.
fn check_format(request: &Recorded) -> Result<(), Refusal> {
    if request.method != "POST" {
        return Err(900_561.into());
    }
    // The service does not read a body of another type, so the first parameter counts as missing.
    if !violation::is_form(request) {
        return Err(missing("grant_type"));
    }
    if request.malformed.is_some() || request.duplicate().is_some() {
        return Err(9_002_313.into());
    }
    let present = |name: &str| request.field(name).is_some_and(|v| !v.is_empty());
    if !present("grant_type") {
        return Err(missing("grant_type"));
    }
    if present("resource") {
        return Err(901_002.into());
    }
    // The other required parameters depend on the grant; other grants end at the grant check.
    if request.field("grant_type") == Some("password") {
        for name in ["client_id", "username", "password", "scope"] {
            if !present(name) {
                return Err(missing(name));
            }
        }
    }
    Ok(())
}

fn missing(name: &str) -> Refusal {
    Refusal::with_detail(900_144, format!("The body lacks the parameter '{name}'."))
}

fn find_tenant(config: &Config, request: &Recorded) -> Result<Tenant, Refusal> {
    let name = tenant_of_path(&request.path).unwrap_or_default();
    if ["common", "consumers"]
        .iter()
        .any(|n| n.eq_ignore_ascii_case(name))
    {
        return Err(9_001_023.into());
    }
    if is_organizations(request) {
        let domain = domain_of(request.field("username").unwrap_or_default());
        return by_name(config, domain)
            .cloned()
            .ok_or_else(|| 50_059.into());
    }
    if let Some(tenant) = by_name(config, name) {
        return Ok(tenant.clone());
    }
    let like_a_domain = name.contains('.')
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b".-".contains(&b));
    Err(if ids::is_guid(name) || like_a_domain {
        90_002
    } else {
        900_023
    }
    .into())
}

fn is_organizations(request: &Recorded) -> bool {
    tenant_of_path(&request.path).is_some_and(|t| t.eq_ignore_ascii_case("organizations"))
}

/// A tenant by its id or one of its domains.
pub(crate) fn by_name<'a>(config: &'a Config, name: &str) -> Option<&'a Tenant> {
    config
        .tenants
        .iter()
        .find(|t| t.id.eq_ignore_ascii_case(name) || t.has_domain(name))
}

fn find_app(config: &Config, request: &Recorded, tenant: &Tenant) -> Result<App, Refusal> {
    let id = request.field("client_id").unwrap_or_default();
    if !ids::is_guid(id) {
        return Err(700_038.into());
    }
    let app = config
        .apps
        .iter()
        .find(|a| a.client_id.eq_ignore_ascii_case(id))
        .ok_or(Refusal::from(700_016))?;
    if app.single_tenant && is_organizations(request) {
        return Err(50_194.into());
    }
    if app.single_tenant && !app.tenant.eq_ignore_ascii_case(&tenant.id) {
        return Err(700_016.into());
    }
    if app.disabled {
        Err(7_000_112.into())
    } else {
        Ok(app.clone())
    }
}

fn check_credential(app: &App, request: &Recorded) -> Result<(), Refusal> {
    let field = |name: &str| request.field(name).filter(|v| !v.is_empty());
    let (secret, assertion) = (field("client_secret"), field("client_assertion"));
    match (&app.client_type, secret) {
        (ClientType::Public, None) if assertion.is_none() => Ok(()),
        (ClientType::Public, _) => Err(700_025.into()),
        (ClientType::Confidential(known), Some(secret)) => {
            match known.iter().find(|s| s.value == secret) {
                None => Err(7_000_215.into()),
                Some(found) if found.expired => Err(7_000_222.into()),
                Some(_) => Ok(()),
            }
        }
        (ClientType::Confidential(_), None) => match assertion {
            Some(assertion) => check_assertion(app, request, assertion),
            None => Err(7_000_218.into()),
        },
    }
}

/// The issuer decides which kind of assertion it is.
fn check_assertion(app: &App, request: &Recorded, assertion: &str) -> Result<(), Refusal> {
    if request.field("client_assertion_type") != Some(ASSERTION_TYPE) {
        return Err(90_014.into());
    }
    let statement = Jwt::parse(assertion)?;
    if statement
        .required("iss")?
        .eq_ignore_ascii_case(&app.client_id)
    {
        return app_certificate::check(&app.certificates, &statement, &address(request));
    }
    federation::check(&app.federated, &statement)
}

/// The address of the token endpoint as the client called it.
fn address(request: &Recorded) -> String {
    let host = request.header("host").unwrap_or_default();
    format!("https://{host}{}", request.path)
}

/// Notes an assertion of the app's own that was sent before: each request has a fresh one. The
/// service takes it.
fn note_repeated(state: &mut State, request: &Recorded) {
    let text = request.field("client_assertion").unwrap_or_default();
    let Ok(assertion) = Jwt::parse(text) else {
        return;
    };
    let is_own = assertion.claim("iss") == request.field("client_id");
    if let Some(id) = assertion.claim("jti").filter(|_| is_own)
        && !state.assertion_ids.insert(id.to_owned())
    {
        let number = request.number;
        state
            .violations
            .push(format!("request {number}: an assertion is sent once more"));
    }
}

fn find_user(config: &Config, request: &Recorded, tenant: &Tenant) -> Result<User, Refusal> {
    let upn = request.field("username").unwrap_or_default();
    let found = config
        .users
        .iter()
        .find(|u| u.upn.eq_ignore_ascii_case(upn) && u.tenant == tenant.id);
    found.cloned().ok_or_else(|| {
        Refusal::with_detail(50_034, format!("No account '{upn}' in this directory."))
    })
}

/// Stops a looping client before its password is judged.
fn check_loop(state: &mut State, request: &Recorded, user: &User) -> Result<(), Refusal> {
    let own = |name: &str| request.field(name).unwrap_or_default().to_ascii_lowercase();
    let key = (
        user.upn.to_ascii_lowercase(),
        own("scope"),
        own("client_id"),
    );
    let limit = state.config.loop_limit;
    if state.loops.too_many(key, &limit, Instant::now()) {
        Err(50_196.into())
    } else {
        Ok(())
    }
}

/// Lockout, then the password. The only place that judges one.
fn check_password(state: &mut State, request: &Recorded, user: &User) -> Result<(), Refusal> {
    let now = Instant::now();
    if state.counter(&user.upn).is_locked(now) {
        return Err(50_053.into());
    }
    if user.state == UserState::NoPassword {
        return Err(50_056.into());
    }
    let sent = request.field("password").unwrap_or_default();
    if sent.chars().count() > LONGEST_PASSWORD {
        return Err(50_052.into());
    }
    if user.state == UserState::Federated {
        // The cloud has no password to compare, so its lockout does not count either.
        state.count_failure(&user.upn);
        return Err(50_126.into());
    }
    // This grant does not support blanks at either end, even if the stored password has them.
    if sent != user.password || sent.trim() != sent {
        let rules = state.config.lockout;
        state.counter(&user.upn).wrong(sent.as_bytes(), &rules, now);
        state.count_failure(&user.upn);
        return Err(50_126.into());
    }
    state.counter(&user.upn).right();
    Ok(())
}

fn check_account(user: &User) -> Result<(), Refusal> {
    match user.state {
        UserState::PasswordExpired => Err(50_055.into()),
        UserState::Disabled => Err(50_057.into()),
        _ => Ok(()),
    }
}

fn check_consent(app: &App, scopes: &Scopes) -> Result<(), Refusal> {
    let granted = issue::granted(app, &scopes.resource);
    let has = |name: &String| granted.iter().any(|g| g.eq_ignore_ascii_case(name));
    if granted.is_empty() || !scopes.named.iter().all(has) {
        Err(65_001.into())
    } else {
        Ok(())
    }
}

fn check_assignment_and_policy(app: &App, user: &User) -> Result<(), Refusal> {
    match user.state {
        UserState::Unassigned if app.assignment_required => Err(50_105.into()),
        UserState::MfaRequired => Err(50_076.into()),
        UserState::MfaEnrolment => Err(50_079.into()),
        UserState::Blocked => Err(Refusal {
            claims: Some(BLOCKED_CLAIMS.to_owned()),
            ..53_003.into()
        }),
        UserState::Policy(number) => Err(number.into()),
        _ => Ok(()),
    }
}
