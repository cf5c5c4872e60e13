//! Names and ids of a profile as parsed types: a value that exists is well-formed. `parsed` makes
//! them from texts.

use crate::visible;
use std::fmt;

macro_rules! text_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_type!(
    /// A profile's name: 1 to 64 of `a-z A-Z 0-9 . _ -`, not starting with a dot or a dash, and no
    /// device of Windows. It becomes a file name.
    ProfileName
);
text_type!(
    /// A tenant: its GUID, one of its domains, or `organizations`.
    TenantId
);
text_type!(
    /// The application (client) id, a GUID in lower case.
    ClientId
);
text_type!(
    /// The user's sign-in name (UPN).
    Username
);
text_type!(
    /// 16 hexadecimal digits that name one stored pair of secrets. Public.
    Generation
);

/// What is wrong with a name or an id; the texts are as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NameFault {
    /// Not the name of a profile.
    Profile(String),
    /// `common` or `consumers`, which a password grant cannot use (AADSTS9001023).
    SharedTenant(String),
    /// Neither a tenant id nor a domain.
    Tenant {
        /// As typed.
        text: String,
        /// True if it looks like a mistyped GUID.
        is_almost_guid: bool,
    },
    /// Not a GUID.
    ClientId(String),
    /// Not a user principal name.
    Username(String),
    /// Not the id of one `login`.
    Generation(String),
}

impl ProfileName {
    pub(super) fn read(text: &str) -> Result<Self, NameFault> {
        let is_safe = matches!(text.len(), 1..=64)
            && text.chars().all(is_of_a_name)
            && !text.starts_with(['.', '-'])
            && !text.ends_with('.');
        if !is_safe || is_device(text) {
            return Err(NameFault::Profile(text.to_owned()));
        }
        Ok(Self(text.to_owned()))
    }
}

impl TenantId {
    pub(super) fn read(text: &str) -> Result<Self, NameFault> {
        let lower = text.trim().to_ascii_lowercase();
        match lower.as_str() {
            "common" | "consumers" => return Err(NameFault::SharedTenant(lower)),
            "organizations" => return Ok(Self(lower)),
            _ => {}
        }
        if let Ok(guid) = uuid::Uuid::try_parse(&lower) {
            return Ok(Self(guid.hyphenated().to_string()));
        }
        if lower.len() <= 253 && lower.contains('.') && lower.split('.').all(is_label) {
            return Ok(Self(lower));
        }
        Err(NameFault::Tenant {
            text: text.to_owned(),
            is_almost_guid: lower.len() > 20 && lower.contains('-'),
        })
    }
}

/// True for a device of Windows: no file there can have such a name, with any ending, and a profile
/// should work on every machine.
fn is_device(text: &str) -> bool {
    let (name, _ending) = text.split_once('.').unwrap_or((text, ""));
    matches!(
        name.to_ascii_lowercase().as_bytes(),
        b"con"
            | b"prn"
            | b"aux"
            | b"nul"
            | [b'c', b'o', b'm', b'1'..=b'9']
            | [b'l', b'p', b't', b'1'..=b'9']
    )
}

fn is_of_a_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')
}

/// One part of a domain (RFC 1035 section 2.3.4: at most 63 bytes).
fn is_label(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 63
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

impl ClientId {
    pub(super) fn read(text: &str) -> Result<Self, NameFault> {
        uuid::Uuid::try_parse(text.trim())
            .map(|guid| Self(guid.hyphenated().to_string()))
            .map_err(|_| NameFault::ClientId(text.to_owned()))
    }
}

impl Username {
    pub(super) fn read(text: &str) -> Result<Self, NameFault> {
        let trimmed = text.trim();
        let shape = trimmed.split_once('@').is_some_and(|(user, domain)| {
            !user.is_empty() && domain.contains('.') && !domain.contains('@')
        });
        if !shape
            || trimmed.len() > 320
            || trimmed
                .chars()
                .any(|c| c.is_whitespace() || visible::is_hidden(c))
        {
            return Err(NameFault::Username(text.to_owned()));
        }
        Ok(Self(trimmed.to_owned()))
    }
}

impl Generation {
    pub(super) fn read(text: &str) -> Result<Self, NameFault> {
        if text.len() == 16
            && text
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        {
            return Ok(Self(text.to_owned()));
        }
        Err(NameFault::Generation(text.to_owned()))
    }
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// Fills `bytes` from hexadecimal digits in place, as they may be a key. False if there are not
/// exactly two digits a byte.
pub(crate) fn unhex_into(bytes: &mut [u8], text: &str) -> bool {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if pairs.len() != bytes.len() || !rest.is_empty() {
        return false;
    }
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        let (Some(high), Some(low)) = (digit(*high), digit(*low)) else {
            return false;
        };
        *byte = (high << 4) | low;
    }
    true
}

/// The value of one hexadecimal digit: `from_str_radix` takes a sign, too.
fn digit(c: u8) -> Option<u8> {
    char::from(c).to_digit(16)?.try_into().ok()
}

/// The name that a person probably means; `None` if none is similar, as a wild guess misleads.
pub(super) fn nearest<'n>(word: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let scored = names
        .into_iter()
        .map(|name| (strsim::jaro_winkler(name, word), name));
    scored
        .filter(|(score, _)| *score > 0.7)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, name)| name)
}

/// Apps of Microsoft's own that people take for a password sign-in (Microsoft: "Planning for
/// mandatory multifactor authentication", and the app lists of the tools).
const OF_MICROSOFT: [(&str, &str); 3] = [
    ("04b07795-8ddb-461a-bbee-02f9e1bf7b46", "Azure CLI"),
    ("1950a258-227b-4e31-a9cf-717495945fc2", "Azure PowerShell"),
    (
        "14d82eec-204b-4c2f-b7e8-296a70dab67e",
        "Microsoft Graph PowerShell",
    ),
];

impl ClientId {
    /// The name of Microsoft's own app that has this id; `None` for other apps.
    pub fn of_microsoft(&self) -> Option<&'static str> {
        let mut apps = OF_MICROSOFT.into_iter();
        apps.find_map(|(id, name)| (id == self.as_str()).then_some(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_tenants_are_refused_with_the_reason() {
        for name in ["common", "Consumers", " common "] {
            let error = name.parse::<TenantId>().unwrap_err();
            assert!(error.to_string().contains("AADSTS9001023"), "{error}");
        }
        assert_eq!(
            "Organizations".parse::<TenantId>().unwrap().as_str(),
            "organizations"
        );
    }

    #[test]
    fn tenants_are_guids_or_domains() {
        let guid = "7F1D3C52-0B7E-4A43-9A1C-2F6D54F0AA11"
            .parse::<TenantId>()
            .unwrap();
        assert_eq!(guid.as_str(), "7f1d3c52-0b7e-4a43-9a1c-2f6d54f0aa11");
        assert!("contoso.example".parse::<TenantId>().is_ok());
        for bad in [
            "",
            "contoso",
            "a..b",
            "x/../y.example",
            "a b.example",
            "7f1d3c52-0b7e-4a43-9a1c-2f6d54f0aa1",
        ] {
            assert!(bad.parse::<TenantId>().is_err(), "{bad}");
        }
    }

    #[test]
    fn profile_names_are_safe_file_names() {
        for bad in [
            "",
            ".",
            "..",
            "a/b",
            "a\\b",
            "-p",
            ".hidden",
            "con",
            "CON.prod",
            "nul.a.b",
            "com9",
            "Lpt2.eu",
            "a b",
            "ü",
            &"x".repeat(65),
        ] {
            assert!(bad.parse::<ProfileName>().is_err(), "{bad}");
        }
        for good in [
            "reports-prod_2.eu",
            "prod.con",
            "console",
            "com",
            "com0",
            "com10",
            "lpt",
        ] {
            assert!(good.parse::<ProfileName>().is_ok(), "{good}");
        }
    }

    #[test]
    fn only_two_digits_a_byte_are_hexadecimal() {
        let mut bytes = [0; 2];
        assert!(unhex_into(&mut bytes, "0fA0") && bytes == [0x0f, 0xa0]);
        for bad in [
            "", "0fA", "0fA00", "0fA000", "+f+f", "-f00", "0x00", " f00", "0g00", "ü00",
        ] {
            assert!(!unhex_into(&mut bytes, bad), "{bad}");
        }
    }

    #[test]
    fn user_names_and_ids() {
        assert!("svc-report@contoso.example".parse::<Username>().is_ok());
        for bad in [
            "svc-report",
            "@contoso.example",
            "a@b",
            "a b@contoso.example",
            "a@b@contoso.example",
            "a\u{202e}b@contoso.example",
            "a\u{200b}@contoso.example",
            "a\u{e0041}@contoso.example",
        ] {
            assert!(bad.parse::<Username>().is_err(), "{bad}");
        }
        assert!(
            "{3b9c6f0e-6a1d-4f57-8d6b-b1f1c3f2e901}"
                .parse::<ClientId>()
                .is_ok()
        );
        assert!("3b9c6f0e-6a1d".parse::<ClientId>().is_err());
        assert_eq!(Generation::random().unwrap().as_str().len(), 16);
    }
}
