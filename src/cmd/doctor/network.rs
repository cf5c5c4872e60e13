//! Checks of the connection to the authority: proxy, name, TCP, TLS with the enrolled roots, clock,
//! tenant, user realm. They GET public documents: only the names of the tenant and of the user
//! leave this machine.

use super::finding::Finding;
use super::subject::Subject;
use crate::broker;
use crate::cmd::error::{NoTenant, TenantFault, VerbError};
use crate::entra::probe::{Probe, Realm, Tenant};
use crate::entra::{BadSetting, EntraError, NetworkSettings, Roots, Route, TransportFault};
use crate::error::{Error, Kind};
use crate::profile::{Authority, CLOUDS, Profile, TenantHome};
use crate::text::{Text, text};
use std::time::Duration;

/// The most time for one request.
const ATTEMPT: Duration = Duration::from_secs(15);
/// Seconds that the clock may differ before `doctor` warns, and before sign-ins break: tokens and
/// certificates allow five minutes (RFC 7519 section 4.1.4 speaks of "a few minutes"; Microsoft's
/// libraries take five).
const CLOCK_WARN: u64 = 120;
const CLOCK_FAIL: u64 = 300;

pub(super) fn check(subject: &Subject, out: &mut dyn FnMut(Finding)) {
    let authority = subject
        .profile
        .as_ref()
        .map_or(Authority::Cloud(&CLOUDS[0]), |p| p.authority.clone());
    let base = authority.base();
    let host = authority.host();
    let roots = match subject
        .profile
        .as_ref()
        .map_or(Ok(Roots::System), broker::roots)
    {
        Ok(roots) => roots,
        Err(error) => return out(Finding::of("authority", error.into())),
    };
    let settings = NetworkSettings::read(|name| subject.env.even_empty(name));
    let probe = Probe {
        base: &base,
        roots: &roots,
        settings: &settings,
        timeout: ATTEMPT,
    };
    match probe.route() {
        Ok(route) => out(of_route(&route, host)),
        Err(bad) => return out(unusable(&bad)),
    }
    settings
        .proxy
        .unread()
        .into_iter()
        .for_each(|(name, entries)| out(unread(name, &entries)));
    if roots == Roots::System
        && let Some(bad) = settings.roots.flaw()
    {
        out(bad
            .steps()
            .into_iter()
            .fold(Finding::warn("roots", bad.words()), Finding::fix));
    }
    let tenant = subject
        .profile
        .as_ref()
        .map_or("organizations", |p| p.tenant.as_str());
    let seen = match probe.tenant(tenant) {
        Ok(seen) => seen,
        Err(fault) => return out(Finding::of("authority", no_answer(fault, host))),
    };
    out(reached(host, &roots, &seen.answer));
    out(clock(seen.date, subject.clock.now(), host));
    out(of_tenant(&seen.answer, tenant, &authority, subject));
    if let Some(profile) = subject.profile.as_ref()
        && seen.answer != Tenant::Unknown
    {
        out(realm(profile, &probe, subject));
    }
}

fn no_answer(fault: TransportFault, host: &str) -> Error {
    let host = host.to_owned();
    EntraError::NoAnswer { host, fault }.into()
}

fn of_route(route: &Route, host: &str) -> Finding {
    Finding::ok(
        "proxy",
        match route {
            Route::Direct => text!("doctor-proxy-none", host = host),
            Route::Through(proxy) => {
                let name = proxy.name();
                text!(
                    "doctor-proxy",
                    host = host,
                    proxy = name.address,
                    variable = name.from.words()
                )
            }
        },
    )
}

fn unusable(bad: &BadSetting) -> Finding {
    bad.steps().into_iter().fold(
        Finding::fail("proxy", Kind::Config, bad.words()),
        Finding::fix,
    )
}

/// Entries of `NO_PROXY` that match no host.
fn unread(name: &str, entries: &[String]) -> Finding {
    Finding::warn(
        "no-proxy-list",
        text!(
            "doctor-unread-entries",
            variable = name,
            entries = entries.join(", ")
        ),
    )
    .fix(text!("doctor-unread-entries-forms"))
}

fn reached(host: &str, roots: &Roots, answer: &Tenant) -> Finding {
    const CHECK: &str = "authority";
    let (cause, fix) = match (answer, roots) {
        (Tenant::Odd(429), _) => (
            text!("doctor-throttles", host = host),
            text!("doctor-throttles-wait"),
        ),
        (Tenant::Odd(status @ 500..), _) => (
            text!("doctor-host-fault", host = host, status = status),
            text!("entra-odd-fault-later"),
        ),
        (Tenant::Odd(status), _) => (
            text!("doctor-not-entra", host = host, status = status),
            text!("doctor-not-entra-look"),
        ),
        (_, Roots::System) => {
            return Finding::ok(CHECK, text!("doctor-answers-system", host = host));
        }
        (_, Roots::Only(_)) => {
            return Finding::ok(CHECK, text!("doctor-answers-enrolled", host = host));
        }
    };
    Finding::fail(CHECK, Kind::Network, cause).fix(fix)
}

fn clock(date: Option<u64>, now: u64, host: &str) -> Finding {
    const CHECK: &str = "clock";
    let Some(date) = date else {
        return Finding::ok(CHECK, text!("doctor-clock-unknown", host = host));
    };
    let off = now.abs_diff(date);
    if off <= CLOCK_WARN {
        return Finding::ok(CHECK, text!("doctor-clock-agrees", host = host));
    }
    let time = Text::span(off);
    let text = if now > date {
        text!("doctor-clock-ahead", time = time, host = host)
    } else {
        text!("doctor-clock-behind", time = time, host = host)
    };
    let finding = if off <= CLOCK_FAIL {
        Finding::warn(CHECK, text)
    } else {
        Finding::fail(
            CHECK,
            Kind::Config,
            text!("doctor-clock-breaks", clock = text),
        )
    };
    finding.fix(text!("doctor-clock-set"))
}

fn of_tenant(answer: &Tenant, tenant: &str, authority: &Authority, subject: &Subject) -> Finding {
    const CHECK: &str = "tenant";
    let host = authority.host();
    let fault = match answer {
        Tenant::Odd(_) => {
            let cause = text!("doctor-tenant-unanswered", tenant = tenant);
            return Finding::warn(CHECK, cause).fix(text!("doctor-tenant-fix-authority"));
        }
        Tenant::Unknown => TenantFault::Nowhere,
        Tenant::Known(endpoint) => match authority.home(endpoint.as_deref()) {
            TenantHome::Here => {
                let cause = text!("doctor-tenant", tenant = tenant, host = host);
                return Finding::ok(CHECK, cause);
            }
            TenantHome::Cloud(cloud) => TenantFault::InCloud(cloud),
            TenantHome::Host(at) => TenantFault::AtHost(at.to_owned()),
        },
    };
    let error = VerbError::NoTenant(NoTenant {
        profile: subject.name.clone(),
        tenant: tenant.to_owned(),
        host: host.to_owned(),
        fault,
    });
    Finding::of(CHECK, error.into())
}

fn realm(profile: &Profile, probe: &Probe<'_>, subject: &Subject) -> Finding {
    const CHECK: &str = "user-realm";
    let user = &profile.username;
    let realm = match probe.user_realm(user.as_str()) {
        Ok(seen) => seen.answer,
        Err(fault) => {
            return Finding::of(CHECK, no_answer(fault, profile.authority.host())).into_warning();
        }
    };
    match realm {
        Realm::Managed => Finding::ok(CHECK, text!("doctor-managed", user = user)),
        Realm::Federated(server) => {
            let cause = match server {
                Some(server) => text!("doctor-federated-by", user = user, server = server),
                None => text!("doctor-federated", user = user),
            };
            Finding::warn(CHECK, cause)
                .fix(text!("doctor-federated-cloud-only"))
                .fix(text!("doctor-federated-hashes"))
        }
        Realm::Unknown => Finding::fail(
            CHECK,
            Kind::Config,
            text!("doctor-realm-unknown", user = user),
        )
        .fix(text!("doctor-realm-check", login = subject.login())),
        // MSAL treats a missing answer as "managed" as well.
        Realm::Odd(404) => Finding::ok(CHECK, text!("doctor-realm-none")),
        Realm::Odd(status) => Finding::warn(
            CHECK,
            text!("doctor-realm-unanswered", user = user, status = status),
        )
        .fix(text!("doctor-realm-later")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cmd::doctor::finding::Level;

    #[test]
    fn the_clock_is_judged_in_both_directions() {
        let level = |date, now| clock(Some(date), now, "x.example").level;
        assert_eq!(level(1000, 1120), Level::Ok);
        assert_eq!(level(1000, 1121), Level::Warn);
        assert_eq!(level(1301, 1000), Level::Fail);
        assert!(
            clock(Some(1000), 1600, "x.example")
                .cause
                .english()
                .contains("10m ahead of x.example")
        );
        assert_eq!(clock(None, 0, "x.example").level, Level::Ok);
    }
}
