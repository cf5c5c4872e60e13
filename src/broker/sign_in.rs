//! One sign-in: breaker, bundle, request, outcome. The only code that holds secrets while the network is used.

use super::breaker::{Breaker, Caller};
use super::{Deadline, Places, Request, Token, lock, retry};
use crate::entra::aadsts::{Facts, Guard};
use crate::entra::wire::{Answer, Form, Grant};
use crate::entra::{Post, Reply, Roots, TransportFault, odd_answer_error, wire};
use crate::error::{Error, Kind, Result, io_reason};
use crate::l10n::msg;
use crate::os;
use crate::profile::{Profile, Scopes, hex};
use crate::secret::{SecretRef, Secrets, is_repeated_in};
use crate::vault::{Binding, Bundle, Item, StoreSpec, Vault, VaultFault};
use crate::world::World;
use sha2::{Digest, Sha256};
use std::time::Duration;

/// The most time for one attempt.
const ATTEMPT: Duration = Duration::from_secs(30);
/// Longer waits are announced.
const ANNOUNCE: Duration = Duration::from_secs(3);
const CA_LIMIT: u64 = 4 * 1024 * 1024;

/// Signs in with what the vault holds. The caller holds the profile's lock.
pub(super) fn with_stored_secrets(
    request: &Request<'_>,
    world: &World<'_>,
    places: &Places,
    vault: &dyn Vault,
) -> Result<Token> {
    stored(request, world, places, vault, Caller::Job)
}

/// `login --retry`: one more try of the stored secrets, asked for by a person.
pub(crate) fn retry_stored(request: &Request<'_>, world: &World<'_>) -> Result<Token> {
    let places = Places::find(world.env)?;
    let spec = StoreSpec { interactive: world.prompt.is_some(), ..StoreSpec::unattended(request.profile) };
    let vault = world.vaults.open(&spec)?;
    let _flight = lock::profile(&places, &request.profile.name, request.deadline, world.ui)?;
    stored(request, world, &places, vault.as_ref(), Caller::Retry)
}

fn stored(
    request: &Request<'_>,
    world: &World<'_>,
    places: &Places,
    vault: &dyn Vault,
    caller: Caller,
) -> Result<Token> {
    let (profile, scope) = (request.profile, request.scopes.cache_key());
    let mut breaker = Breaker::open(places, profile, &scope, caller, request.deadline, world.ui)?;
    breaker.admit(world.clock.now())?;
    let trust = Trust::of(profile)?;
    let secrets = open_secrets(profile, &trust, vault, request.deadline)?;
    breaker.admit_secrets(&secrets.password, secrets.client_secret.as_ref())?;
    send(&mut breaker, profile, request.scopes, &secrets, &trust, request.deadline, world)
}

/// Proves secrets that are not stored yet, for `login`. `retry` allows ones that were refused before.
pub(crate) fn verify(
    profile: &Profile,
    trust: &Trust,
    secrets: &Secrets,
    retry: bool,
    deadline: Deadline,
    world: &World<'_>,
) -> Result<Token> {
    let places = Places::find(world.env)?;
    let caller = if retry { Caller::Retry } else { Caller::Login };
    let mut breaker = Breaker::open(&places, profile, &profile.scopes.cache_key(), caller, deadline, world.ui)?;
    breaker.admit(world.clock.now())?;
    breaker.admit_secrets(&secrets.password, secrets.client_secret.as_ref())?;
    send(&mut breaker, profile, &profile.scopes, secrets, trust, deadline, world)
}

/// What the stored secrets of this profile were enrolled for, if they can be read.
pub(crate) fn enrolled(profile: &Profile, vault: &dyn Vault) -> Option<Binding> {
    let bytes = vault.read(&Item::bundle(&profile.name, &profile.generation)).ok()?;
    Bundle::decode(&bytes).ok().map(|bundle| bundle.binding)
}

/// For `doctor`: the roots of trust of a profile.
pub(crate) fn roots(profile: &Profile) -> Result<Roots> {
    Ok(Trust::of(profile)?.roots)
}

/// For `doctor`: the secrets can be read, and stored ones were enrolled for what the profile says. They are dropped at once.
pub(crate) fn check_secrets(profile: &Profile, vault: &dyn Vault, deadline: Deadline) -> Result<()> {
    open_secrets(profile, &Trust::of(profile)?, vault, deadline).map(drop)
}

/// The roots of trust, with the digest of exactly the bytes that are used. Read once for each piece of work: a file that is
/// swapped between two looks must not be trusted by one and bound by the other.
#[derive(Debug)]
pub(crate) struct Trust {
    roots: Roots,
    sha256: Option<String>,
}

impl Trust {
    pub(crate) fn of(profile: &Profile) -> Result<Self> {
        let Some(path) = &profile.ca_file else { return Ok(Self { roots: Roots::System, sha256: None }) };
        let read = || os::read_bounded(&mut std::fs::File::open(path)?, CA_LIMIT);
        let pem = read().map_err(|e| {
            Error::config(format!("the CA file {} cannot be read: {}", path.display(), io_reason(&e)))
                .hint("put it back, or enrol another with `ropc login --ca-file FILE`")
        })?;
        Ok(Self { sha256: Some(hex(&Sha256::digest(&pem))), roots: Roots::Only(pem) })
    }

    /// What the secrets of this profile are bound to.
    pub(crate) fn binding(&self, profile: &Profile) -> Binding {
        Binding {
            authority: profile.authority.base(),
            tenant: profile.tenant.to_string(),
            client_id: profile.client_id.to_string(),
            username: profile.username.to_string(),
            ca_sha256: self.sha256.clone(),
        }
    }
}

/// The secrets of a profile, from whichever sort of store.
fn open_secrets(profile: &Profile, trust: &Trust, vault: &dyn Vault, deadline: Deadline) -> Result<Secrets> {
    if vault.holds_keys() {
        return open_bundle(profile, trust, vault);
    }
    // No binding: the profile was found to be one that nobody else can change.
    Ok(vault.secrets(deadline.left())?)
}

/// Opens the bundle and compares what it was enrolled for with what the profile says now.
fn open_bundle(profile: &Profile, trust: &Trust, vault: &dyn Vault) -> Result<Secrets> {
    let login = if profile.name.as_str() == "default" {
        "ropc login".into()
    } else {
        format!("ropc login -p {}", profile.name)
    };
    let bytes = vault.read(&Item::bundle(&profile.name, &profile.generation)).map_err(|e| match e.fault {
        VaultFault::NotFound => Error::new(
            Kind::Vault,
            format!(
                "{} holds no secrets for the profile `{}` and the account {}",
                vault.title(),
                profile.name,
                os::account_name()
            ),
        )
        .hint(format!("secrets belong to the account that stored them: run `{login}` as {}", os::account_name()))
        .hints(e.hints),
        _ => e.into(),
    })?;
    let bundle = Bundle::decode(&bytes).map_err(|fault| {
        Error::new(
            Kind::Vault,
            format!("what {} holds for the profile `{}` cannot be used: {fault}", vault.title(), profile.name),
        )
        .hint(format!("update ropc, or store the secrets anew with `{login}`"))
    })?;
    let asked = trust.binding(profile);
    if let Some((fact, enrolled, now)) = bundle.binding.difference(&asked) {
        let value = |text: &str| if text.is_empty() { msg!("profile-fact-none") } else { text.to_owned() };
        let (fact, enrolled, now) = (fact.words(), value(enrolled), value(now));
        return Err(Error::config(format!(
            "the profile `{}` was changed after its secrets were stored: they are enrolled for the {fact} `{enrolled}`, and the profile says `{now}`; nothing was sent",
            profile.name
        ))
        .hint(format!("if you changed it on purpose, enrol again with `{login}`"))
        .hint("if you did not, find out who did: the password would have gone there"));
    }
    if bundle.client_secret.is_none() != profile.public_client {
        return Err(Error::config(format!(
            "the profile `{}` says `public_client = {}`, and its secrets were stored for the opposite; nothing was sent",
            profile.name, profile.public_client
        ))
        .hint(format!("enrol again with `{login}`")));
    }
    Ok(Secrets { client_secret: bundle.client_secret, password: bundle.password })
}

fn send(
    breaker: &mut Breaker<'_>,
    profile: &Profile,
    scopes: &Scopes,
    secrets: &Secrets,
    trust: &Trust,
    deadline: Deadline,
    world: &World<'_>,
) -> Result<Token> {
    let mut repeated = false;
    loop {
        let request_id = uuid::Uuid::new_v4();
        let asked_at = world.clock.now();
        breaker.record_attempt(&request_id.to_string(), asked_at)?;
        crate::fault::point("attempt-recorded");
        world.ui.verbose(|| format!("asking {} for a token, request id {request_id}", profile.token_url()));
        let outcome = world.endpoint.post(Post {
            url: profile.token_url(),
            body: form(profile, scopes, secrets),
            request_id,
            roots: trust.roots.clone(),
            timeout: ATTEMPT.min(deadline.left()),
        });
        let now = world.clock.now();
        crate::fault::point("answer-received");
        let (failure, wait) = match outcome.map(|reply: Reply| without_echo(wire::read(&reply), secrets)) {
            Ok(answer) => {
                let id = request_id.to_string();
                let recorded =
                    breaker.record_answer(&answer, &id, &secrets.password, secrets.client_secret.as_ref(), now);
                let wait = retry::after_answer(&answer, now, retry::jitter());
                match failure_of(answer, profile, scopes) {
                    // A token in hand is not thrown away because the record could not be cleared.
                    Ok(grant) => return Ok(token(grant, asked_at)),
                    Err(failure) => (failure, wait.filter(|_| recorded.is_ok())),
                }
            }
            Err(fault) => {
                let recorded = breaker.record_fault(&fault, &request_id.to_string());
                (explain(&fault, profile), retry::after_fault(&fault, retry::jitter()).filter(|_| recorded.is_ok()))
            }
        };
        let fits = |wait: &Duration| *wait + Duration::from_secs(1) < deadline.left();
        let Some(wait) = wait.filter(fits).filter(|_| !repeated && breaker.may_repeat()) else {
            return Err(failure);
        };
        announce(&failure, wait, world);
        world.clock.sleep(wait);
        repeated = true;
    }
}

fn form(profile: &Profile, scopes: &Scopes, secrets: &Secrets) -> wire::FormBody {
    Form {
        client_id: profile.client_id.as_str(),
        client_secret: secrets.client_secret.as_ref(),
        username: profile.username.as_str(),
        password: &secrets.password,
        scope: &scopes.joined(),
    }
    .encode()
}

/// Nothing of an answer is recorded or shown that repeats a secret.
fn without_echo(answer: Answer, secrets: &Secrets) -> Answer {
    let given = secrets.client_secret.as_ref().map(SecretRef::ClientSecret);
    let known = [Some(SecretRef::Password(&secrets.password)), given];
    let repeats = |text: &str| known.into_iter().flatten().any(|s| is_repeated_in(s, text));
    match answer {
        Answer::Refused(refusal) => Answer::Refused(refusal.without_echo(repeats)),
        Answer::Granted(grant) => Answer::Granted(Grant { scope: grant.scope.filter(|s| !repeats(s)), ..grant }),
        Answer::Odd(odd) => Answer::Odd(odd),
    }
}

fn failure_of(answer: Answer, profile: &Profile, scopes: &Scopes) -> std::result::Result<Grant, Error> {
    match answer {
        Answer::Granted(grant) => Ok(grant),
        Answer::Odd(odd) => Err(odd_answer_error(&odd, profile.authority.host())),
        Answer::Refused(refusal) => {
            let scope = scopes.joined();
            let mut error = refusal.explain(&Facts {
                host: Some(profile.authority.host()),
                tenant: Some(profile.tenant.as_str()),
                client_id: Some(profile.client_id.as_str()),
                scope: Some(&scope),
            });
            name_profile(&mut error, profile);
            if !profile.store.holds_keys()
                && matches!(refusal.judgement.guard, Guard::LatchPassword | Guard::LatchClientSecret)
            {
                error.hints.insert(
                    0,
                    format!(
                        "the secrets come from the store `{}`: change them there; new ones are tried by themselves",
                        profile.store
                    ),
                );
            }
            Err(error)
        }
    }
}

/// The table of codes knows no profile: its commands get `-p NAME`, so that they can be typed as they stand.
fn name_profile(error: &mut Error, profile: &Profile) {
    if profile.name.as_str() != "default" {
        for hint in &mut error.hints {
            for verb in ["login", "status"] {
                *hint = hint.replace(&format!("`ropc {verb}"), &format!("`ropc {verb} -p {}", profile.name));
            }
        }
    }
}

fn explain(fault: &TransportFault, profile: &Profile) -> Error {
    fault.explain(profile.authority.host())
}

fn token(grant: Grant, asked_at: u64) -> Token {
    Token { access: grant.token, obtained_at: asked_at, expires_at: asked_at + grant.expires_in, scope: grant.scope }
}

fn announce(failure: &Error, wait: Duration, world: &World<'_>) {
    let first = failure.message.lines().next().unwrap_or_default().to_owned();
    let text = format!("{first}; trying once more in {} s", wait.as_secs().max(1));
    if wait >= ANNOUNCE {
        world.ui.note(&text);
    } else {
        world.ui.verbose(|| text);
    }
}
