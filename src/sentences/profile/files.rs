//! What is wrong with the file of a profile: its place, its content, and what `login` enrolled.

use super::command::with_profile;
use crate::error::{Error, io_reason};
use crate::os;
use crate::profile::{
    Changeable, Difference, EnrolmentFault, Expected, FormatFault, NotFound, ProfileError,
    ProfileName,
};
use crate::text::{Text, text};
use std::io;
use std::path::Path;

pub(super) fn format(fault: &FormatFault) -> Error {
    match fault {
        FormatFault::Syntax { line, reason } => Error::config(text!(
            "profile-line",
            line = line,
            reason = reason.replace('\n', " ")
        ))
        .hint(text!("profile-fix-line")),
        FormatFault::Version { version, needs } => {
            Error::config(text!("profile-version", version = version)).hint(match needs {
                None => text!("profile-version-newer"),
                Some(release) => text!("profile-version-needs", release = release),
            })
        }
        FormatFault::BothHosts => {
            Error::config(text!("profile-both-hosts")).hint(text!("profile-both-hosts-keep"))
        }
        FormatFault::UnknownKey { key, near, known } => {
            Error::config(text!("profile-unknown-key", key = key.escape_debug())).hint(match near {
                Some(near) => text!("profile-did-you-mean", name = near),
                None => text!("profile-keys", names = known.join(", ")),
            })
        }
        FormatFault::SecretKey(key) => {
            Error::config(text!("profile-unknown-key", key = key.escape_debug()))
                .hint(text!("profile-secret-in-file"))
        }
        FormatFault::MissingKey(key) => Error::config(text!("profile-missing-key", key = key))
            .hint(text!("profile-missing-key-login")),
        FormatFault::Type { key, expected } => {
            Error::config(wrong_type(key, *expected)).hint(text!("profile-fix-line"))
        }
        FormatFault::OtherStore { key, store } => {
            Error::config(text!("profile-belongs-to", key = key, store = store))
                .hint(text!("profile-remove-line"))
        }
        FormatFault::OtherCredential { key, credential } => Error::config(text!(
            "profile-belongs-to-credential",
            key = key,
            credential = credential
        ))
        .hint(text!("profile-remove-line")),
        FormatFault::UnknownValue { key, value, known } => Error::config(text!(
            "profile-unknown-value",
            key = key,
            value = value.escape_debug()
        ))
        .hint(text!("profile-one-of", names = known.join(", "))),
    }
}

fn wrong_type(key: &str, expected: Expected) -> Text {
    match expected {
        Expected::Text => text!("profile-must-be-text", key = key),
        Expected::Flag => text!("profile-must-be-flag", key = key),
        Expected::Thumbprint => text!("profile-must-be-thumbprint", key = key),
        Expected::Time => text!("profile-must-be-time", key = key),
        Expected::Texts => text!("profile-must-be-list", key = key),
        Expected::AbsolutePath => text!("profile-must-be-path", key = key),
        Expected::Command => text!("profile-must-be-command", key = key),
        Expected::Program => text!("profile-must-be-program", key = key),
    }
}

pub(super) fn in_file(path: &Path, fault: &ProfileError) -> Error {
    let inside = Error::from(fault);
    let path = path.display();
    Error {
        message: text!("os-at-path", path = path, reason = inside.message),
        ..inside
    }
}

pub(super) fn not_found(found: &NotFound) -> Error {
    let mut error = Error::config(text!(
        "profile-none",
        name = found.name,
        directory = found.directory.display()
    ));
    if let Some(near) = &found.near {
        error = error.hint(text!("profile-none-did-you-mean", name = near));
    } else if !found.others.is_empty() {
        let names: Vec<&str> = found.others.iter().map(ProfileName::as_str).collect();
        error = error.line(text!("profile-none-but", names = names.join(", ")));
    }
    let login = with_profile("login", &found.name);
    error.hint(text!("profile-none-login", login = login))
}

pub(super) fn unreadable(path: &Path, reason: &Text) -> Error {
    let error = Error::config(text!(
        "os-unreadable",
        path = path.display(),
        reason = reason
    ));
    error.hint(text!(
        "profile-unreadable-look",
        command = os::LOOK,
        path = os::shell_word(path)
    ))
}

pub(super) fn unwritable(path: &Path, source: &io::Error) -> Error {
    Error::config(text!(
        "profile-unwritable",
        path = path.display(),
        reason = io_reason(source)
    ))
}

pub(super) fn not_removed(path: &Path, source: &io::Error) -> Error {
    Error::config(text!(
        "profile-not-removed",
        path = path.display(),
        reason = io_reason(source)
    ))
    .hint(text!("profile-not-removed-by-hand"))
}

pub(super) fn changeable(found: &Changeable) -> Error {
    Error::config(text!(
        "profile-changeable",
        profile = found.profile,
        store = found.store,
        reason = Text::from(&found.reason)
    ))
}

pub(super) fn enrolment(fault: &EnrolmentFault) -> Error {
    match fault {
        EnrolmentFault::NoPlace(store) => {
            Error::config(text!("profile-enrolment-nowhere", store = store))
                .hint(text!("profile-enrolment-set-state"))
        }
        EnrolmentFault::Unwritable { path, source } => {
            unwritable(path, source).hint(text!("profile-enrolment-set-state"))
        }
        EnrolmentFault::Damaged { profile, path } => {
            Error::config(text!("profile-enrolment-damaged", path = path.display())).hint(text!(
                "profile-not-enrolled-again",
                command = with_profile("login", profile)
            ))
        }
        EnrolmentFault::Changeable(found) => {
            changeable(found).hint(text!("profile-enrolment-mode"))
        }
        EnrolmentFault::Differs(difference) => differs(difference),
        EnrolmentFault::Missing { found, directory } => Error::config(text!(
            "profile-not-enrolled",
            profile = found.profile,
            store = found.store,
            reason = Text::from(&found.reason)
        ))
        .hint(text!(
            "profile-not-enrolled-login",
            command = with_profile("login", &found.profile),
            directory = shown(directory.as_ref().map(|dir| dir.display().to_string()))
        ))
        .hint(text!("profile-not-enrolled-mount")),
    }
}

fn differs(difference: &Difference) -> Error {
    Error::config(text!(
        "profile-not-as-enrolled",
        profile = difference.profile,
        fact = difference.fact.words(),
        enrolled = shown(difference.enrolled.clone()),
        now = shown(difference.now.clone())
    ))
    .hint(text!(
        "profile-not-as-enrolled-on-purpose",
        command = with_profile("login", &difference.profile)
    ))
    .hint(text!("profile-not-as-enrolled-by-others"))
}

fn shown(value: Option<String>) -> Text {
    value.map_or_else(|| text!("profile-fact-none"), Text::words)
}
