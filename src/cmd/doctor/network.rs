//! Checks of the way to the authority: proxy, name, TCP, TLS with the enrolled roots, clock, tenant, user realm.
//!
//! GETs of public documents: the tenant's and the user's name are all that leaves this machine.

use super::Subject;
use super::finding::Finding;
use crate::broker;
use crate::entra::probe::{self, Realm, Tenant};
use crate::entra::{Cause, Roots, Stage, TransportFault};
use crate::error::Kind;
use crate::profile::{Authority, CLOUDS, Profile};
use crate::world::{Clock, Environment, SystemClock, duration_text};
use std::time::Duration;

/// The most time for one request; its connection has ten seconds of that.
const ATTEMPT: Duration = Duration::from_secs(15);
/// The most time for the name alone, once the whole has timed out.
const NAME: Duration = Duration::from_secs(3);
/// Seconds by which the clock may differ before it is mentioned, and before it breaks things: tokens and certificates
/// allow five minutes (RFC 7519 section 4.1.4 speaks of "a few minutes"; Microsoft's libraries take five).
const CLOCK_WARN: u64 = 120;
const CLOCK_FAIL: u64 = 300;

/// A proxy with the variable that names it.
struct Proxy {
    address: String,
    from: String,
}

pub(super) fn check(subject: &Subject, out: &mut dyn FnMut(Finding)) {
    let authority = subject.profile.as_ref().map_or(Authority::Cloud(&CLOUDS[0]), |p| p.authority.clone());
    let (base, host) = (authority.base(), authority.host());
    let roots = match subject.profile.as_ref().map_or(Ok(Roots::System), broker::roots) {
        Ok(roots) => roots,
        Err(error) => return out(Finding::of("authority", error)),
    };
    let proxy = probe::proxy(&base).map(|address| Proxy { address, from: source(&subject.env) });
    out(Finding::ok(
        "proxy",
        match &proxy {
            Some(proxy) => format!(
                "{host} is reached through the proxy {}, named by {}; the job must have that too",
                proxy.address, proxy.from
            ),
            None => format!("none: {host} is reached directly"),
        },
    ));
    let tenant = subject.profile.as_ref().map_or("organizations", |p| p.tenant.as_str());
    let seen = match probe::tenant(&base, tenant, &roots, ATTEMPT) {
        Ok(seen) => seen,
        Err(fault) if is_silent_name(&fault, &base, proxy.as_ref()) => {
            return out(Finding::fail(
                "authority",
                Kind::Network,
                format!("no name server says where {host} is: the question got no answer in time"),
            )
            .fix("check the name servers of this machine (/etc/resolv.conf, `resolvectl status`, `ipconfig /all`)")
            .fix("if this machine reaches the internet through a proxy only, set HTTPS_PROXY"));
        }
        Err(fault) => return out(unreachable(&fault, host, proxy.as_ref())),
    };
    out(reached(host, &roots, &seen.answer));
    out(clock(seen.date, SystemClock.now(), host));
    out(of_tenant(&seen.answer, tenant, &authority, subject));
    if let Some(profile) = subject.profile.as_ref().filter(|_| seen.answer != Tenant::Unknown) {
        out(realm(profile, &base, &roots, subject));
    }
}

/// The variable that the HTTP client took, in the order in which it looks.
fn source(env: &Environment) -> String {
    let names = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    names.into_iter().find(|name| env.get(name).is_some()).map_or_else(|| "the system's settings".into(), str::to_owned)
}

/// True if the connection waited for the name alone. Behind a proxy the proxy asks for it.
fn is_silent_name(fault: &TransportFault, base: &str, proxy: Option<&Proxy>) -> bool {
    let waited = fault.cause == Cause::Timeout && fault.stage == Stage::NotSent;
    waited && proxy.is_none() && !probe::name_is_answered(base, NAME)
}

fn unreachable(fault: &TransportFault, host: &str, proxy: Option<&Proxy>) -> Finding {
    const CHECK: &str = "authority";
    let error = fault.explain(host);
    let Some(proxy) = proxy.filter(|_| fault.stage == Stage::NotSent) else { return Finding::of(CHECK, error) };
    let at = format!("the proxy {} (from {})", proxy.address, proxy.from);
    // Through a proxy the only name and port that are tried from here are the proxy's own.
    let detail = fault.detail.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| detail.contains(word));
    let cause = match fault.cause {
        Cause::Tls | Cause::Roots | Cause::TooLong => return Finding::of(CHECK, error),
        Cause::Timeout => format!("no connection to {host} through {at} in time"),
        Cause::Name => format!("the name of {at} cannot be resolved"),
        _ if has(&["lookup", "name or service", "no such host"]) => format!("the name of {at} cannot be resolved"),
        Cause::Refused => format!("{at} refused the connection"),
        _ if has(&["refused"]) => format!("{at} refused the connection"),
        _ if detail.is_empty() => format!("{at} let no connection to {host} through"),
        _ => format!("{at} let no connection to {host} through: {}", fault.detail),
    };
    Finding::fail(CHECK, Kind::Network, cause)
        .fix(format!(
            "check {} and the proxy's rules for {host}; or name the host in NO_PROXY if it is reached directly",
            proxy.from
        ))
        .fix(format!("try `curl -v https://{host}/` on this machine, under this account"))
}

fn reached(host: &str, roots: &Roots, answer: &Tenant) -> Finding {
    const CHECK: &str = "authority";
    let trust = match roots {
        Roots::System => "the system's roots",
        Roots::Only(_) => "the enrolled CA file",
    };
    match answer {
        Tenant::Odd(429) => {
            Finding::fail(CHECK, Kind::Network, format!("{host} throttles: it answered with status 429"))
                .fix("wait, then run it again")
        }
        Tenant::Odd(status @ 500..) => Finding::fail(
            CHECK,
            Kind::Network,
            format!("{host} answered with status {status}: it, or something before it, has a fault"),
        )
        .fix("run it again later; Microsoft's status page is https://status.cloud.microsoft/"),
        Tenant::Odd(status) => {
            Finding::fail(CHECK, Kind::Network, format!("{host} answered with status {status}, and not as Entra does"))
                .fix("look for a proxy or a captive portal in between, and check the authority of the profile")
        }
        _ => Finding::ok(CHECK, format!("{host} answers: name, TCP and TLS work, with {trust}")),
    }
}

fn clock(date: Option<u64>, now: u64, host: &str) -> Finding {
    const CHECK: &str = "clock";
    let Some(date) = date else {
        return Finding::ok(CHECK, format!("{host} did not say what time it is"));
    };
    let (off, way) = if now > date { (now - date, "ahead of") } else { (date - now, "behind") };
    let fix = "set the clock: `timedatectl set-ntp true` (Linux), `w32tm /resync` (Windows), `sntp -sS time.apple.com` (macOS)";
    let text = format!("the clock of this machine is {} {way} {host}", duration_text(off));
    if off <= CLOCK_WARN {
        return Finding::ok(CHECK, format!("it agrees with {host}"));
    }
    if off <= CLOCK_FAIL {
        return Finding::warn(CHECK, text).fix(fix);
    }
    let text = format!("{text}: tokens look expired or not yet valid, and so do certificates");
    Finding::fail(CHECK, Kind::Config, text).fix(fix)
}

fn of_tenant(answer: &Tenant, tenant: &str, authority: &Authority, subject: &Subject) -> Finding {
    const CHECK: &str = "tenant";
    let login = subject.login();
    match answer {
        Tenant::Unknown => Finding::fail(
            CHECK,
            Kind::Config,
            format!("{} knows no tenant `{tenant}`", authority.host()),
        )
        .fix(format!(
            "copy the id from Azure portal > Microsoft Entra ID > Overview, and enrol with `{login} --tenant ...`"
        ))
        .fix(format!("a tenant of a national cloud is known there only: `{login} --cloud usgov` or `--cloud china`")),
        Tenant::Odd(_) => Finding::warn(CHECK, format!("whether there is a tenant `{tenant}` was not answered"))
            .fix("mend the authority first"),
        Tenant::Known(endpoint) => {
            match (authority, endpoint) {
                (Authority::Cloud(cloud), Some(at)) if at != cloud.host => {
                    let home = CLOUDS.iter().find(|c| c.host == at);
                    let fix = home.map_or_else(
                        || format!("enrol with `{login} --authority https://{at}`"),
                        |c| format!("enrol with `{login} --cloud {}`", c.name),
                    );
                    Finding::fail(CHECK, Kind::Config, format!("`{tenant}` lives in another cloud: its sign-ins go to {at}, and the profile sends them to {}", cloud.host)).fix(fix)
                }
                _ => Finding::ok(CHECK, format!("`{tenant}` is known to {}", authority.host())),
            }
        }
    }
}

fn realm(profile: &Profile, base: &str, roots: &Roots, subject: &Subject) -> Finding {
    const CHECK: &str = "user-realm";
    let user = &profile.username;
    let realm = match probe::user_realm(base, user.as_str(), roots, ATTEMPT) {
        Ok(seen) => seen.answer,
        Err(fault) => return Finding::of(CHECK, fault.explain(profile.authority.host())).into_warning(),
    };
    match realm {
        Realm::Managed => Finding::ok(CHECK, format!("Entra checks the password of {user} itself (managed)")),
        Realm::Federated(server) => {
            let by = server.map(|s| format!(" by {s}")).unwrap_or_default();
            Finding::warn(CHECK, format!(
                "{user} is federated: the password is checked{by}, not by Entra, and the password grant is refused (AADSTS50126) unless a policy allows it"
            ))
            .fix("use a cloud-only account, as svc-report@TENANT.onmicrosoft.com")
            .fix("or have the tenant admin sync password hashes and allow them with a home realm discovery policy (AllowCloudPasswordValidation)")
        }
        Realm::Unknown => Finding::fail(
            CHECK,
            Kind::Config,
            format!("Entra knows no directory for {user}: the domain is misspelt or not verified"),
        )
        .fix(format!("check the sign-in name in the portal, and enrol it with `{} --username ...`", subject.login())),
        // MSAL takes a missing answer for "managed" as well.
        Realm::Odd(404) => Finding::ok(CHECK, "this authority tells no user realms; taken for managed"),
        Realm::Odd(status) => {
            Finding::warn(CHECK, format!("whether {user} is federated was not answered (status {status})"))
                .fix("run it again later")
        }
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
        assert!(clock(Some(1000), 1600, "x.example").cause.contains("10m ahead of x.example"));
        assert_eq!(clock(None, 0, "x.example").level, Level::Ok);
    }
}
