//! Variables that reach the child and could make it use another identity or send its calls
//! elsewhere. Names only: values of these hold secrets. Pure.

use super::finding::Finding;
use crate::environment::Environment;
use crate::exec::{DEFAULT_VARIABLE, holds_secret, identity_variables};
use crate::os;
use crate::shell::Shell;
use crate::text::text;

pub(super) fn check(env: &Environment, out: &mut dyn FnMut(Finding)) {
    let found = [
        identities(env),
        stale_token(env),
        plain_proxy(env),
        two_proxies(env),
    ];
    let mut clean = true;
    for finding in found.into_iter().flatten() {
        clean = false;
        out(finding);
    }
    if clean {
        out(Finding::ok("variables", text!("doctor-variables")));
    }
}

fn identities(env: &Environment) -> Option<Finding> {
    let present: Vec<&str> = identity_variables()
        .filter(|name| env.get(name).is_some())
        .collect();
    if present.is_empty() {
        return None;
    }
    let finding = Finding::warn(
        "variables",
        text!("doctor-identities", names = present.join(", ")),
    )
    .fix(text!(
        "doctor-identities-unset",
        command = without(&present, shell(env))
    ));
    Some(if present.iter().any(|name| holds_secret(name)) {
        finding.fix(text!("doctor-identities-secret"))
    } else {
        finding
    })
}

/// A command without these variables. Only `sh` can do that without changing the session.
fn without(names: &[&str], shell: Shell) -> String {
    match shell {
        Shell::Sh => format!("env -u {} {}", names.join(" -u "), "ropc exec -- ..."),
        Shell::PowerShell | Shell::Cmd => shell.unset(names),
    }
}

fn shell(env: &Environment) -> Shell {
    Shell::of(env, os::IS_WINDOWS)
}

fn stale_token(env: &Environment) -> Option<Finding> {
    // Inside `ropc exec` the token is fresh.
    let is_stale = env.get(DEFAULT_VARIABLE).is_some() && env.get("ROPC_EXPIRES_ON").is_none();
    is_stale.then(|| {
        Finding::warn(
            "stale-token",
            text!("doctor-stale-token", name = DEFAULT_VARIABLE),
        )
        .fix(text!(
            "doctor-stale-token-unset",
            command = shell(env).unset(&[DEFAULT_VARIABLE])
        ))
    })
}

/// A proxy for plain HTTP catches the loopback calls of a job, such as those to `ropc exec
/// --serve`.
fn plain_proxy(env: &Environment) -> Option<Finding> {
    let name = first(env, &["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])?;
    let excepted = first(env, &["NO_PROXY", "no_proxy"])
        .and_then(|n| env.text(n))
        .unwrap_or_default();
    let mut entries = excepted.split(',').map(str::trim);
    if entries.any(|entry| matches!(entry, "*" | "127.0.0.1" | "127.0.0.0/8")) {
        return None;
    }
    Some(
        Finding::warn("no-proxy", text!("doctor-no-proxy", name = name)).fix(text!(
            "doctor-no-proxy-export",
            command = shell(env).set("NO_PROXY", "localhost,127.0.0.1")
        )),
    )
}

/// Both spellings with different values: programs differ in which one they read.
fn two_proxies(env: &Environment) -> Option<Finding> {
    let (upper, lower) = [
        ("HTTPS_PROXY", "https_proxy"),
        ("ALL_PROXY", "all_proxy"),
        ("NO_PROXY", "no_proxy"),
    ]
    .into_iter()
    .find(|(upper, lower)| {
        let both = env.get(upper).zip(env.get(lower));
        both.is_some_and(|(one, other)| one != other)
    })?;
    Some(
        Finding::warn(
            "two-proxies",
            text!("doctor-two-proxies", upper = upper, lower = lower),
        )
        .fix(text!("doctor-two-proxies-same")),
    )
}

fn first<'n>(env: &Environment, names: &[&'n str]) -> Option<&'n str> {
    names.iter().copied().find(|name| env.get(name).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn causes(pairs: &[(&str, &str)]) -> String {
        let env = Environment::from_pairs(pairs.iter().copied());
        let mut text = String::new();
        check(&env, &mut |f| {
            text.extend([
                f.check,
                &format!(" {:?} ", f.level),
                &f.cause.english(),
                "\n",
            ]);
        });
        text
    }

    #[test]
    fn misleading_variables_are_named_without_their_values() {
        let said = causes(&[
            ("AZURE_PASSWORD", "hunter2"),
            ("IDENTITY_ENDPOINT", "http://x.example"),
            ("GRAPH_ACCESS_TOKEN", "hunter2"),
        ]);
        assert!(
            said.contains("AZURE_PASSWORD, IDENTITY_ENDPOINT") && said.contains("stale-token"),
            "{said}"
        );
        assert!(
            !said.contains("hunter2") && !said.contains("x.example"),
            "{said}"
        );
    }

    #[test]
    fn harmless_variables_are_no_finding() {
        let harmless = [
            ("AZURE_CONFIG_DIR", "/x"),
            ("HTTPS_PROXY", "http://p:1"),
            ("http_proxy", "http://p:1"),
            ("NO_PROXY", "localhost, 127.0.0.1"),
        ];
        assert_eq!(
            causes(&harmless),
            "variables Ok none here would mislead the job\n"
        );
        assert!(causes(&[("http_proxy", "http://p:1")]).contains("NO_PROXY"));
        // Where names ignore case there is only one variable.
        let both = causes(&[("HTTPS_PROXY", "http://p:1"), ("https_proxy", "http://q:1")]);
        assert!(
            crate::os::same_variable("a".as_ref(), "A".as_ref()) || both.contains("differ"),
            "{both}"
        );
    }
}
