//! The words of the verbs: message and hints for each of their errors. The verbs decide what went
//! wrong.

use super::context::cannot_prompt;
use super::error::{NoTenant, TenantFault, VerbError};
use crate::error::{Error, Kind};
use crate::exec::Outer;
use crate::os;
use crate::profile::{ProfileName, Store};
use crate::sentences::with_profile;
use crate::shell::Shell;
use crate::text::{Text, io_reason, text};
use crate::vault::StoreTitle;
use std::ffi::OsStr;
use std::fmt;
use std::io;
use std::path::Path;

impl From<VerbError> for Error {
    fn from(error: VerbError) -> Self {
        said(&error)
    }
}

/// The message, in English.
impl fmt::Display for VerbError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        said(self).fmt(f)
    }
}

fn said(error: &VerbError) -> Error {
    match error {
        VerbError::NoPlaceForProfiles => Error::config(text!("cmd-no-place-for-profiles"))
            .hint(text!("cmd-no-place-for-profiles-hint")),
        VerbError::RelativePath { variable, value } => relative_path(variable, value),
        VerbError::Exhausted(source) => Error::new(
            Kind::Other,
            text!("cmd-exhausted", reason = io_reason(source)),
        )
        .hint(text!("entra-raise-limits")),
        VerbError::NoRandom(source) => Error::new(
            Kind::Other,
            text!("os-no-random-bytes", reason = io_reason(source)),
        ),
        VerbError::NotYesOrNo => Error::usage(text!("cmd-yes-or-no")),
        VerbError::Declined => Error::new(Kind::Declined, text!("cmd-nothing-changed")),
        VerbError::NoTenant(found) => no_tenant(found),
        VerbError::TokenOnTerminal => Error::usage(text!("cmd-token-on-terminal"))
            .hint(text!("cmd-token-on-terminal-hint"))
            .hint(text!("cmd-token-on-terminal-show")),
        VerbError::Nested { outer, name, shell } => nested(*outer, name, *shell),
        VerbError::RenewMisused => {
            Error::usage(text!("cmd-renew-misused")).hint(text!("cmd-renew-misused-hint"))
        }
        VerbError::NoSecrets { store, name } => no_secrets(store, name),
        VerbError::LogoutUnattended => {
            Error::usage(text!("cmd-logout-unasked", because = cannot_prompt()))
                .hint(text!("cmd-logout-unasked-hint"))
        }
        VerbError::StrayLeft {
            name,
            store,
            source,
        } => stray_left(name, store, source),
        VerbError::SameName(name) => Error::usage(text!("cmd-rename-same", name = name)),
        VerbError::NameTaken(name) => name_taken(name),
        VerbError::NothingToExplain(shell) => {
            Error::usage(text!("explain-no-code")).hint(how(*shell))
        }
        VerbError::InputUnreadable(source) => {
            Error::usage(text!("explain-unreadable", reason = io_reason(source)))
        }
        VerbError::InputEmpty(shell) => {
            Error::usage(text!("explain-empty-input")).hint(how(*shell))
        }
        VerbError::NoCode(shell) => Error::usage(text!("explain-code-not-found")).hint(how(*shell)),
        VerbError::StatusOnly => {
            Error::usage(text!("explain-code-not-found")).hint(text!("explain-status-only"))
        }
        VerbError::NoManDirectory(dir) => no_man_directory(dir),
        VerbError::ManUnwritable { dir, source } => man_unwritable(dir, source),
        VerbError::StoreGivesElse(store) => {
            Error::vault(text!("doctor-store-gives-else", store = store.words()))
                .hint(text!("doctor-store-file-instead"))
        }
        VerbError::StoreLost(store) => {
            Error::vault(text!("doctor-store-lost", store = store.words()))
                .hint(text!("doctor-store-tidied"))
        }
    }
}

fn relative_path(variable: &str, value: &OsStr) -> Error {
    Error::config(text!(
        "cmd-relative-path",
        name = variable,
        value = value.to_string_lossy().escape_debug()
    ))
    .hint(text!("cmd-relative-path-hint"))
}

fn no_tenant(found: &NoTenant) -> Error {
    let NoTenant { tenant, host, .. } = found;
    let login = with_profile("login", &found.profile);
    let (at, hint) = match &found.fault {
        TenantFault::Nowhere => {
            return Error::config(text!("doctor-tenant-unknown", host = host, tenant = tenant))
                .hint(text!("doctor-tenant-copy", login = login))
                .hint(text!("doctor-tenant-national", login = login));
        }
        TenantFault::InCloud(cloud) => (
            cloud.host,
            text!("doctor-tenant-cloud", login = login, cloud = cloud.name),
        ),
        TenantFault::AtHost(at) => (
            at.as_str(),
            text!(
                "doctor-tenant-authority",
                login = login,
                host = os::shell_word(at)
            ),
        ),
    };
    Error::config(text!(
        "doctor-tenant-elsewhere",
        tenant = tenant,
        host = at,
        now = host
    ))
    .hint(hint)
}

fn nested(outer: Outer, name: &ProfileName, shell: Shell) -> Error {
    let way = match outer {
        Outer::Variables => text!("cmd-exec-nested-run-it"),
        Outer::Endpoint => text!("cmd-exec-nested-endpoint"),
    };
    Error::usage(text!("cmd-exec-nested", name = name))
        .hint(way)
        .hint(text!(
            "cmd-exec-nested-fresh",
            command = with_profile("token", name)
        ))
        .hint(text!(
            "cmd-exec-nested-on-purpose",
            command = shell.unset(&["ROPC_EXPIRES_ON"])
        ))
}

fn no_secrets(store: &StoreTitle, name: &ProfileName) -> Error {
    Error::vault(text!(
        "cmd-status-no-secrets",
        title = store.words(),
        name = name
    ))
    .hint(text!(
        "cmd-status-no-secrets-hint",
        command = with_profile("login", name)
    ))
}

/// Why the item is still there is the error of its store, with its first hints.
fn stray_left(name: &ProfileName, store: &Store, source: &Error) -> Error {
    let message = text!(
        "cmd-logout-stray-left",
        name = name,
        store = store,
        reason = source.message
    );
    let command = with_profile("logout", name);
    Error::new(source.kind, message)
        .hint(text!("cmd-logout-stray-left-hint", command = command))
        .hints(source.hints.iter().take(2).cloned())
}

fn name_taken(name: &ProfileName) -> Error {
    Error::usage(text!("cmd-rename-taken", name = name)).hint(text!(
        "cmd-rename-taken-hint",
        command = with_profile("logout", name)
    ))
}

fn no_man_directory(dir: &Path) -> Error {
    Error::usage(text!("cmd-man-no-directory", dir = dir.display())).hint(text!(
        "cmd-man-no-directory-hint",
        dir = os::shell_word(dir)
    ))
}

fn man_unwritable(dir: &Path, source: &io::Error) -> Error {
    Error::usage(text!(
        "cmd-man-unwritable",
        dir = dir.display(),
        reason = io_reason(source)
    ))
}

/// How to give an error to `explain`.
fn how(shell: Shell) -> Text {
    text!("explain-how", command = shell.explain_error())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The answer of a server names it.
    #[test]
    fn a_host_is_one_word_of_the_command_that_names_it() {
        let host = "$(id).example";
        let error = said(&VerbError::NoTenant(NoTenant {
            profile: "default".parse().unwrap(),
            tenant: "contoso.example".to_owned(),
            host: "login.microsoftonline.com".to_owned(),
            fault: TenantFault::AtHost(host.to_owned()),
        }));
        let word = os::shell_word(host);
        assert_ne!(word, host);
        assert_eq!(
            error.hints[0].text,
            text!("doctor-tenant-authority", login = "ropc login", host = word)
        );
    }
}
