//! The faults of the Secret Service and those of one item, as enums without bytes of a secret and
//! without text that a daemon chose. Here: the translation from D-Bus errors and to
//! `keyring_core::Error`. Not here: advice for people.

use keyring_core::Error as KeyringError;
use std::fmt;

/// Why an operation on the Secret Service failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// There is no D-Bus session bus at the address, or the address makes no sense.
    NoBus,
    /// The bus exists and belongs to another user: it refused us, or we sent it nothing.
    BusRefused,
    /// The bus works, but nothing on it offers `org.freedesktop.secrets`.
    NoProvider,
    /// A provider runs, but has no keyring under the alias `default`.
    NoDefaultCollection,
    /// The keyring under the alias `default` is one in memory, which is gone when the session ends:
    /// nothing is written to it.
    DoesNotLast,
    /// The keyring is locked, and no prompt was allowed (or it was answered and the keyring is
    /// still locked).
    Locked,
    /// The keyring is open, but gives out this item only after a person has allowed it, and no
    /// prompt was allowed.
    NotAllowed,
    /// A prompt was shown and dismissed.
    PromptDismissed,
    /// No answer within the deadline.
    TimedOut,
    /// The provider or the bus went away during a call, and did so again when the call was
    /// repeated.
    DaemonGone,
    /// The provider said "stored", and reading back gave something else.
    NotStored,
    /// Anything else: a short name, of ours or of the D-Bus error, letters and punctuation only.
    Other(String),
}

/// Why an operation on one item failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ItemFault {
    /// No such item.
    NotFound,
    /// The secret or the account name is longer than this store accepts: so many bytes.
    TooLong(u32),
    /// A fault of the Secret Service itself.
    Service(Fault),
}

impl Fault {
    pub(crate) fn other(name: &str) -> Self {
        let safe = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | ' ');
        Self::Other(name.chars().filter(safe).take(64).collect())
    }

    /// Worth one more try on a new connection: the provider restarted, or the item moved meanwhile.
    pub(crate) fn is_transient(&self) -> bool {
        *self == Self::DaemonGone || self.is_absent()
    }

    /// The object that was asked has just gone, or is not there yet.
    pub(crate) fn is_absent(&self) -> bool {
        matches!(self, Self::Other(name) if matches!(name.as_str(), "UnknownObject" | "NoSuchObject" | "UnknownMethod"))
    }

    /// The bus takes no more connections for now.
    pub(crate) fn is_crowded(&self) -> bool {
        matches!(self, Self::Other(name) if name == "LimitsExceeded")
    }

    /// The fault inside an error that this store returned; other errors become [`Fault::Other`].
    #[must_use]
    pub fn of(error: &KeyringError) -> Self {
        match error {
            KeyringError::NoStorageAccess(source) | KeyringError::PlatformFailure(source) => source
                .downcast_ref::<Self>()
                .cloned()
                .unwrap_or_else(|| Self::other("platform failure")),
            _ => Self::other("keyring error"),
        }
    }

    /// By the name of a D-Bus error reply.
    pub(crate) fn from_name(name: &str) -> Self {
        const BUS: &str = "org.freedesktop.DBus.Error.";
        if let Some(short) = name.strip_prefix(BUS) {
            return match short {
                "ServiceUnknown" | "NameHasNoOwner" => Self::NoProvider,
                "NoReply" | "Disconnected" | "NoServer" => Self::DaemonGone,
                "Timeout" | "TimedOut" => Self::TimedOut,
                other if other.starts_with("Spawn.") => Self::NoProvider,
                other => Self::other(other),
            };
        }
        match name.strip_prefix("org.freedesktop.Secret.Error.") {
            // A session that the provider does not know: it restarted after we had opened it.
            Some("NoSession") => Self::DaemonGone,
            Some("IsLocked") => Self::Locked,
            Some(other) => Self::other(other),
            None => Self::other(name),
        }
    }
}

impl From<Fault> for KeyringError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Locked
            | Fault::NotAllowed
            | Fault::PromptDismissed
            | Fault::NoDefaultCollection
            | Fault::DoesNotLast => Self::NoStorageAccess(Box::new(fault)),
            other => Self::PlatformFailure(Box::new(other)),
        }
    }
}

impl From<Fault> for ItemFault {
    fn from(fault: Fault) -> Self {
        Self::Service(fault)
    }
}

impl From<ItemFault> for KeyringError {
    fn from(fault: ItemFault) -> Self {
        match fault {
            ItemFault::NotFound => Self::NoEntry,
            ItemFault::TooLong(most) => Self::TooLong("secret or account".to_owned(), most),
            ItemFault::Service(fault) => fault.into(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::NoBus => "no D-Bus session bus",
            Self::BusRefused => "the D-Bus session bus refused this user",
            Self::NoProvider => "no secret service on the session bus",
            Self::NoDefaultCollection => "the secret service has no default keyring",
            Self::DoesNotLast => "the default keyring ends with the session",
            Self::Locked => "the keyring is locked",
            Self::NotAllowed => "the keyring gives this item only to who is allowed",
            Self::PromptDismissed => "the keyring's prompt was dismissed",
            Self::TimedOut => "the secret service did not answer in time",
            Self::DaemonGone => "the secret service went away during the call",
            Self::NotStored => "the keyring did not keep the value",
            Self::Other(name) => return write!(f, "secret service error ({name})"),
        };
        f.write_str(text)
    }
}

impl std::error::Error for Fault {}

impl fmt::Display for ItemFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => f.write_str("no such item in the keyring"),
            Self::TooLong(_) => f.write_str("too long for the keyring"),
            Self::Service(fault) => fault.fmt(f),
        }
    }
}

impl std::error::Error for ItemFault {}

#[cfg(test)]
impl Fault {
    /// One of each.
    fn all() -> [Self; 12] {
        [
            Self::NoBus,
            Self::BusRefused,
            Self::NoProvider,
            Self::NoDefaultCollection,
            Self::DoesNotLast,
            Self::Locked,
            Self::NotAllowed,
            Self::PromptDismissed,
            Self::TimedOut,
            Self::DaemonGone,
            Self::NotStored,
            Self::other("AccessDenied"),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_survives_the_way_through_keyring_core() {
        for fault in Fault::all() {
            let item = ItemFault::from(fault.clone());
            assert_eq!(Fault::of(&item.into()), fault);
        }
        assert!(matches!(
            Fault::Locked.into(),
            KeyringError::NoStorageAccess(_)
        ));
        assert!(matches!(ItemFault::NotFound.into(), KeyringError::NoEntry));
        assert!(matches!(
            ItemFault::TooLong(512).into(),
            KeyringError::TooLong(_, 512)
        ));
    }

    #[test]
    fn error_names_are_understood_and_tamed() {
        let cases = [
            (
                "org.freedesktop.DBus.Error.ServiceUnknown",
                Fault::NoProvider,
            ),
            (
                "org.freedesktop.DBus.Error.Spawn.ChildExited",
                Fault::NoProvider,
            ),
            ("org.freedesktop.DBus.Error.NoReply", Fault::DaemonGone),
            ("org.freedesktop.DBus.Error.TimedOut", Fault::TimedOut),
            ("org.freedesktop.Secret.Error.NoSession", Fault::DaemonGone),
            ("org.freedesktop.Secret.Error.IsLocked", Fault::Locked),
            (
                "org.freedesktop.DBus.Error.AccessDenied",
                Fault::Other("AccessDenied".to_owned()),
            ),
            (
                "evil\u{1b}[31m\nname",
                Fault::Other("evil31mname".to_owned()),
            ),
        ];
        for (name, fault) in cases {
            assert_eq!(Fault::from_name(name), fault, "{name}");
        }
        assert_eq!(Fault::other(&"x".repeat(500)), Fault::Other("x".repeat(64)));
    }
}
