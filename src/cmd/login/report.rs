//! The messages of `ropc login` about the store and the token, and storing the token in the cache.
//! Asks and sends nothing.

use super::gathered::Login;
use crate::broker::{self, CacheStatus, Token};
use crate::clock::day;
use crate::cmd::context::with_profile;
use crate::cmd::grants;
use crate::error::Error;
use crate::fault::point;
use crate::profile::{CredentialKind, ENDS_SOON, Grants, KeySource, Store};
use crate::text::{Text, text};
use crate::vault::{Item, StoreSpec, Vault, Worth};

impl Login<'_> {
    /// Says before the questions for secrets how well the file store protects them: only as well as
    /// the place of its key.
    pub(super) fn warn_of_place(&self) {
        if matches!(self.profile.store, Store::File { .. }) {
            self.context.world.ui.note(&text!(
                "login-will-go-into",
                title = self.vault.title().words(),
                worth = self.vault.worth().words()
            ));
        }
    }

    /// Reports at the end, and stores the token in the cache. `None` with `--no-verify`.
    pub(super) fn report(&self, token: Option<&Token>) {
        let ui = self.context.world.ui;
        match token {
            Some(token) => self.report_token(token),
            None => ui.note(&self.untried()),
        }
        self.warn_of_end();
        // For the file store, `warn_of_place` has said it.
        if !matches!(self.profile.store, Store::File { .. }) {
            ui.note(&self.vault.worth().words());
        }
        if self.profile.store == Store::Os {
            self.warn_of_jobs();
        }
    }

    fn untried(&self) -> Text {
        let name = &self.profile.name;
        match &self.vault {
            Vault::Items(store) => text!(
                "login-stored-untried",
                title = store.title().words(),
                command = format!("{} --retry", with_profile("login", name))
            ),
            Vault::Source(_) => text!(
                "login-written-untried",
                command = with_profile("exec", name)
            ),
        }
    }

    fn report_token(&self, token: &Token) {
        let profile = &self.profile;
        let world = self.context.world;
        broker::remember(profile, token, world, &self.vault);
        point("logged-in");
        world.ui.note(&text!(
            "login-signed-in",
            user = profile.username,
            time = Text::span(token.lifetime())
        ));
        if let Some(scope) = &token.scope {
            world.ui.note(&text!("login-carries", scope = scope));
            self.warn_of_grants(scope);
        }
        world.ui.note(&self.place());
        if let Some(source) = self.profile.credential.assertion() {
            let source = source.words();
            world.ui.note(&text!("login-asserted", source = source));
        }
        if let Vault::Source(_) = self.vault
            && let CacheStatus::Off(fault) = broker::cache_status(profile, world, &self.vault)
        {
            let reason = Text::from(&fault);
            world.ui.note(&text!("login-no-cache", reason = reason));
        }
    }

    /// The next step.
    pub(super) fn report_next(&self) {
        let command = with_profile("exec", &self.profile.name);
        let next = if self.vault.worth() == Worth::File(KeySource::Passphrase) {
            text!("login-next-at-terminal", command = command)
        } else {
            text!("login-next", command = command)
        };
        self.context.world.ui.note(&next);
    }

    /// Where the secrets are.
    fn place(&self) -> Text {
        let title = self.vault.title().words();
        match (&self.vault, &self.profile.credential) {
            (Vault::Items(_), CredentialKind::None | CredentialKind::Federated(_)) => {
                text!("login-kept-password", title = title)
            }
            (Vault::Items(_), CredentialKind::Secret) => text!("login-kept-both", title = title),
            (Vault::Items(_), CredentialKind::Certificate(_)) => {
                text!("login-kept-certificate", title = title)
            }
            (Vault::Source(_), CredentialKind::None | CredentialKind::Federated(_)) => {
                text!("login-read-password", title = title)
            }
            (Vault::Source(_), CredentialKind::Secret) => text!("login-read-both", title = title),
            (Vault::Source(_), CredentialKind::Certificate(_)) => {
                text!("login-read-certificate", title = title)
            }
        }
    }

    /// Warns if the app's credential ends soon.
    fn warn_of_end(&self) {
        let world = self.context.world;
        if let Some(ends) = self.profile.credential_ends()
            && ends < world.clock.now() + ENDS_SOON
        {
            let credential = self.profile.credential.words();
            let day = day(ends);
            let warning = text!("login-credential-ends", credential = credential, ends = day);
            world.ui.warn(&warning);
            world.ui.hint(&text!("login-credential-ends-hint"));
        }
    }

    /// Warns of permissions that are much wider than the profile asks for.
    fn warn_of_grants(&self, granted: &str) {
        let ui = self.context.world.ui;
        let grants = Grants::compare(&self.profile.scopes, granted);
        if let Some(nudge) = grants::nudge(&grants, &self.profile) {
            ui.note(&text!("cmd-grants-wide", permissions = nudge.wide));
            nudge.steps.iter().for_each(|step| ui.hint(step));
        }
    }

    /// Warns if an unattended job cannot read the secrets: some keyrings (`KeePassXC`, by default)
    /// give an item to a person and not to a job.
    fn warn_of_jobs(&self) {
        let spec = StoreSpec::unattended(&self.profile);
        let Ok(Vault::Items(store)) = self.context.world.vaults.open(spec) else {
            return;
        };
        let bundle = Item::bundle(&self.profile.name, &self.profile.generation);
        if let Err(error) = store.has(&bundle) {
            let ui = self.context.world.ui;
            let error = Error::from(error);
            ui.warn(&text!("login-not-for-jobs", reason = error.message));
            error.hints.iter().for_each(|hint| ui.hint(&hint.text));
        }
    }
}
