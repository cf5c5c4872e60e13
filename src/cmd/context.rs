//! The context of every verb, and what several verbs get from it: names, stores, tokens. No verb is
//! here, and no output except one note.

use super::error::VerbError;
use crate::broker::{self, Deadline, Mode, Request, Token};
use crate::cli::{ProfileArg, TokenWish};
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::os;
use crate::profile::{Profile, ProfileError, ProfileName, ProfileStore, Scopes};
pub(super) use crate::sentences::with_profile;
use crate::shell::Shell;
use crate::text::{Text, text};
use crate::ui::Waiting;
use crate::vault::{ItemStore, StoreSpec, Vault};
use crate::world::World;
use std::rc::Rc;
use std::time::Duration;

/// Why there is no prompt, for messages.
pub(super) fn cannot_prompt() -> Text {
    text!("cmd-cannot-prompt")
}

/// Fails early if there are too few file descriptors: later that would look like another failure,
/// such as a missing key or an unknown host.
pub(super) fn check_descriptors() -> Result<()> {
    /// Enough for a lock, a store, the runtime, roots of trust and the resolver at one time.
    const NEEDED: usize = 12;
    match os::lacks_descriptors(NEEDED) {
        Some(error) => Err(VerbError::Exhausted(error).into()),
        None => Ok(()),
    }
}

/// What a verb works with.
pub(super) struct Context<'a> {
    pub(super) profiles: ProfileStore,
    pub(super) timeout: Duration,
    pub(super) deadline: Deadline,
    pub(super) verbose: bool,
    pub(super) world: &'a World<'a>,
}

/// Prints a notice before a call that blocks on the store's own unlock dialog, and shows the wait
/// for it: at a terminal the wait would look like a hang.
pub(super) fn tell_dialog(store: &dyn ItemStore, context: &Context<'_>) -> Waiting {
    let Some(limit) = store.dialog() else {
        return Waiting::default();
    };
    let ui = context.world.ui;
    ui.note(&text!("vault-bus-asks-first", count = limit.as_secs()));
    ui.waiting(&text!("vault-bus-waiting"), Some(limit))
}

impl Context<'_> {
    /// The shell that reads the hints.
    pub(super) fn shell(&self) -> Shell {
        Shell::of(self.world.env, os::IS_WINDOWS)
    }

    /// The whole `--timeout`, counted from now: for work after questions to a person.
    pub(super) fn fresh_deadline(&self) -> Deadline {
        Deadline::after(self.timeout)
    }

    /// `-p`, else `ROPC_PROFILE`, else `default`.
    pub(super) fn name(&self, arg: &ProfileArg) -> Result<ProfileName> {
        profile_name(arg, self.world.env)
    }

    /// The store of a profile; it may ask the person at the terminal.
    pub(super) fn vault(&self, profile: &Profile) -> Result<Vault<'_>> {
        let interactive = self.world.prompt.is_some();
        Ok(self.world.vaults.open(StoreSpec {
            interactive,
            ..StoreSpec::unattended(profile)
        })?)
    }

    /// The chosen profile.
    pub(super) fn load(&self, arg: &ProfileArg) -> Result<Profile> {
        Ok(self.profiles.load(&self.name(arg)?)?)
    }
}

/// The name from the flag or `ROPC_PROFILE`. A value that is not Unicode is an error: with
/// `default` in its place the job would run as another user.
pub(super) fn profile_name(arg: &ProfileArg, env: &Environment) -> Result<ProfileName> {
    match (&arg.profile, env.get("ROPC_PROFILE")) {
        (Some(name), _) => Ok(name.parse()?),
        (None, Some(name)) => name
            .to_string_lossy()
            .parse()
            .map_err(|e: ProfileError| Error::from(e).hint(text!("cmd-name-from-variable"))),
        (None, None) => Ok("default".parse()?),
    }
}

pub(super) fn mode(wish: &TokenWish) -> Mode {
    match (wish.refresh, wish.no_cache) {
        (true, _) => Mode::Refresh,
        (_, true) => Mode::NoCache,
        _ => Mode::Cached,
    }
}

pub(super) fn scopes(wish: &TokenWish, profile: &Profile) -> Result<Scopes> {
    if wish.scope.is_empty() {
        Ok(profile.scopes.clone())
    } else {
        Ok(Scopes::parse(&wish.scope)?)
    }
}

/// A token for the profile as the flags ask for it, and the profile that it belongs to.
pub(super) fn obtain(
    profile: Profile,
    wish: &TokenWish,
    context: &Context<'_>,
) -> Result<(Profile, Token)> {
    or_with_newer(profile, context, |profile| {
        let scopes = scopes(wish, profile)?;
        let request = request(profile, &scopes, wish, context);
        Ok(broker::acquire(&request, context.world)?)
    })
}

/// The same for several tokens, in their order: `None` is the token of [`obtain`].
pub(super) fn obtain_all(
    profile: Profile,
    wish: &TokenWish,
    wanted: &[Option<&Scopes>],
    context: &Context<'_>,
) -> Result<(Profile, Vec<Rc<Token>>)> {
    or_with_newer(profile, context, |profile| {
        let own = scopes(wish, profile)?;
        let scopes = wanted.iter().map(|scopes| scopes.unwrap_or(&own));
        let requests: Vec<Request<'_>> = scopes
            .map(|scopes| request(profile, scopes, wish, context))
            .collect();
        Ok(broker::acquire_all(&requests, context.world)?)
    })
}

fn request<'r>(
    profile: &'r Profile,
    scopes: &'r Scopes,
    wish: &TokenWish,
    context: &Context<'_>,
) -> Request<'r> {
    Request {
        profile,
        scopes,
        mode: mode(wish),
        min_ttl: wish.min_ttl.map(|t| t.as_secs()),
        deadline: context.deadline,
    }
}

/// Works with the profile, and once more with a newer one if that fails: a `login` that replaced
/// the profile while this run waited is no failure.
fn or_with_newer<T>(
    profile: Profile,
    context: &Context<'_>,
    work: impl Fn(&Profile) -> Result<T>,
) -> Result<(Profile, T)> {
    match work(&profile) {
        Ok(done) => Ok((profile, done)),
        Err(error) => match context.profiles.find(&profile.name) {
            Ok(Some(newer)) if newer.generation != profile.generation => {
                work(&newer).map(|done| (newer, done))
            }
            _ => Err(error),
        },
    }
}
