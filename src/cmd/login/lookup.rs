//! What `login` looks up at a terminal before it asks for a secret: whether the tenant exists, in
//! which cloud, and who checks the password of the user. So a wrong name costs no sign-in. The
//! requests carry these two names and no secret; nothing is stored.

use super::error::{Declined, LoginError};
use crate::broker::Trust;
use crate::cli::LoginArgs;
use crate::cmd::context::Context;
use crate::cmd::error::{NoTenant, TenantFault, VerbError};
use crate::entra::probe::{Probe, Realm, Seen, Tenant};
use crate::entra::{EntraError, NetworkSettings, TransportFault};
use crate::error::{Error, Result};
use crate::profile::{Authority, Cloud, ProfileName, TenantHome, TenantId, Username};
use crate::text::{Text, text};
use crate::ui::Ui;
use std::cell::Cell;
use std::path::Path;
use std::time::Duration;

/// The most time for one look-up.
const PATIENCE: Duration = Duration::from_secs(10);

/// The look-ups of one `login`.
pub(super) struct Lookup<'a> {
    profile: ProfileName,
    trust: Trust,
    context: &'a Context<'a>,
    /// True in an unattended run, which has no dialog, with `--no-verify`, which sends nothing, and
    /// after a look-up without an answer, as the next one would take as long.
    is_off: Cell<bool>,
}

impl<'a> Lookup<'a> {
    /// Those of this command line.
    pub(super) fn of(
        args: &LoginArgs,
        name: &ProfileName,
        ca_file: Option<&Path>,
        context: &'a Context<'a>,
    ) -> Result<Self> {
        Ok(Self {
            profile: name.clone(),
            trust: Trust::with(ca_file)?,
            context,
            is_off: Cell::new(context.world.prompt.is_none() || args.enrol.no_verify),
        })
    }

    fn confirm(&self, question: &Text) -> Result<bool> {
        match self.context.world.prompt {
            Some(prompt) => Ok(prompt.confirm(question)?),
            None => Ok(false),
        }
    }

    /// The tenant, if it exists, with the authority that it is at.
    pub(super) fn tenant(
        &self,
        tenant: TenantId,
        authority: &Authority,
    ) -> Result<(TenantId, Authority)> {
        let ui = self.context.world.ui;
        let host = authority.host();
        let answer = self.ask(authority, |probe| probe.tenant(tenant.as_str()));
        match &answer {
            None => {}
            Some(Tenant::Odd(_)) => ui.note(&text!("doctor-tenant-unanswered", tenant = tenant)),
            Some(Tenant::Unknown) => {
                return Err(self.no_tenant(&tenant, host, TenantFault::Nowhere));
            }
            Some(Tenant::Known(at)) => match authority.home(at.as_deref()) {
                TenantHome::Here => ui.note(&text!("doctor-tenant", tenant = tenant, host = host)),
                TenantHome::Cloud(cloud) => return self.moved(tenant, host, cloud),
                TenantHome::Host(at) => {
                    let fault = TenantFault::AtHost(at.to_owned());
                    return Err(self.no_tenant(&tenant, host, fault));
                }
            },
        }
        Ok((tenant, authority.clone()))
    }

    fn no_tenant(&self, tenant: &TenantId, host: &str, fault: TenantFault) -> Error {
        VerbError::NoTenant(NoTenant {
            profile: self.profile.clone(),
            tenant: tenant.to_string(),
            host: host.to_owned(),
            fault,
        })
        .into()
    }

    /// The tenant with its own cloud, if the person agrees that the secrets go there.
    fn moved(
        &self,
        tenant: TenantId,
        host: &str,
        cloud: &'static Cloud,
    ) -> Result<(TenantId, Authority)> {
        let question = text!(
            "login-ask-cloud",
            tenant = tenant,
            cloud = cloud.name,
            host = cloud.host
        );
        if self.confirm(&question)? {
            return Ok((tenant, Authority::Cloud(cloud)));
        }
        Err(self.no_tenant(&tenant, host, TenantFault::InCloud(cloud)))
    }

    /// The user, if Entra itself checks the password or the person insists.
    pub(super) fn user(&self, user: Username, authority: &Authority) -> Result<Username> {
        let ui = self.context.world.ui;
        let answer = self.ask(authority, |probe| probe.user_realm(user.as_str()));
        match answer {
            // MSAL takes a missing answer for "managed" as well.
            None | Some(Realm::Odd(404)) => return Ok(user),
            Some(Realm::Managed) => {
                ui.note(&text!("doctor-managed", user = user));
                return Ok(user);
            }
            Some(Realm::Odd(status)) => {
                ui.note(&text!(
                    "doctor-realm-unanswered",
                    user = user,
                    status = status
                ));
                return Ok(user);
            }
            Some(Realm::Federated(server)) => warn_of_federation(&user, server, ui),
            Some(Realm::Unknown) => ui.warn(&text!("doctor-realm-unknown", user = user)),
        }
        if self.confirm(&text!("login-ask-user-all-the-same", user = user))? {
            return Ok(user);
        }
        Err(LoginError::Declined(Declined::User(user)).into())
    }

    /// The answer; without one says so, once.
    fn ask<T>(
        &self,
        authority: &Authority,
        question: impl FnOnce(&Probe<'_>) -> Result<Seen<T>, TransportFault>,
    ) -> Option<T> {
        if self.is_off.get() {
            return None;
        }
        let env = self.context.world.env;
        let settings = NetworkSettings::read(|name| env.even_empty(name));
        let looking = text!("login-looking-up", host = authority.host());
        let waiting = self.context.world.ui.waiting(&looking, None);
        let answer = question(&Probe {
            base: &authority.base(),
            roots: &self.trust.roots(),
            settings: &settings,
            timeout: PATIENCE.min(self.context.timeout),
        });
        drop(waiting);
        match answer {
            Ok(seen) => Some(seen.answer),
            Err(fault) => {
                self.is_off.set(true);
                let host = authority.host().to_owned();
                let error = Error::from(EntraError::NoAnswer { host, fault });
                let note = text!("login-not-looked-up", reason = error.message);
                self.context.world.ui.note(&note);
                None
            }
        }
    }
}

fn warn_of_federation(user: &Username, server: Option<String>, ui: &Ui) {
    ui.warn(&match server {
        Some(server) => text!("doctor-federated-by", user = user, server = server),
        None => text!("doctor-federated", user = user),
    });
    ui.hint(&text!("doctor-federated-cloud-only"));
    ui.hint(&text!("doctor-federated-hashes"));
}
