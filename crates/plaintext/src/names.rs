//! Which name means which part of a sign-in, in the many spellings that scripts use.

/// A part of a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// The directory.
    Tenant,
    /// The app registration.
    ClientId,
    /// The app's secret.
    ClientSecret,
    /// Who signs in.
    Username,
    /// The user's password.
    Password,
    /// What the token is for.
    Scope,
    /// The host.
    Authority,
}

impl Field {
    /// Every part, in the order in which findings are shown.
    pub const ALL: [Self; 7] = [
        Self::Authority,
        Self::Tenant,
        Self::ClientId,
        Self::ClientSecret,
        Self::Username,
        Self::Password,
        Self::Scope,
    ];

    /// True for what must not be shown.
    pub fn is_secret(self) -> bool {
        matches!(self, Self::ClientSecret | Self::Password)
    }

    /// True for what another service has as well.
    pub(crate) fn is_of_user(self) -> bool {
        matches!(self, Self::Username | Self::Password)
    }
}

const ENDINGS: [(&str, Field); 19] = [
    ("clientsecretvalue", Field::ClientSecret),
    ("clientsecret", Field::ClientSecret),
    ("applicationsecret", Field::ClientSecret),
    ("appsecret", Field::ClientSecret),
    ("secretvalue", Field::ClientSecret),
    ("clientcredential", Field::ClientSecret),
    ("clientkey", Field::ClientSecret),
    ("appkey", Field::ClientSecret),
    ("password", Field::Password),
    ("passwd", Field::Password),
    ("pwd", Field::Password),
    ("username", Field::Username),
    ("userprincipalname", Field::Username),
    ("upn", Field::Username),
    ("tenantid", Field::Tenant),
    ("tenantname", Field::Tenant),
    ("clientid", Field::ClientId),
    ("applicationid", Field::ClientId),
    ("appid", Field::ClientId),
];

const WHOLE: [(&str, Field); 28] = [
    ("secret", Field::ClientSecret),
    ("azuresecret", Field::ClientSecret),
    ("graphsecret", Field::ClientSecret),
    ("pass", Field::Password),
    ("userpass", Field::Password),
    ("graphpass", Field::Password),
    ("svcpass", Field::Password),
    ("pw", Field::Password),
    ("user", Field::Username),
    ("login", Field::Username),
    ("graphuser", Field::Username),
    ("azureuser", Field::Username),
    ("m365user", Field::Username),
    ("serviceuser", Field::Username),
    ("svcuser", Field::Username),
    ("serviceaccount", Field::Username),
    ("serviceaccountuser", Field::Username),
    ("serviceaccountname", Field::Username),
    ("resource", Field::Scope),
    ("resourceuri", Field::Scope),
    ("tenant", Field::Tenant),
    ("directoryid", Field::Tenant),
    ("azuretenant", Field::Tenant),
    ("scope", Field::Scope),
    ("scopes", Field::Scope),
    ("graphscope", Field::Scope),
    ("graphscopes", Field::Scope),
    ("authority", Field::Authority),
];

/// Words of a name which say that its password opens the file of a key.
const OF_KEYS: [&str; 4] = ["cert", "pfx", "p12", "pkcs12"];

/// Words of a name which say that its value is an encoded form of the part.
const ENCODED: [&str; 9] = [
    "encoded",
    "base64",
    "b64",
    "encrypted",
    "cipher",
    "hashed",
    "hash",
    "hex",
    "obfuscated",
];

/// The letters and digits of a name, in small letters.
pub(crate) fn bare(name: &str) -> String {
    name.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

fn by_whole(bare: &str) -> Option<Field> {
    let known = WHOLE.iter().find(|(known, _)| *known == bare);
    known.map(|(_, field)| *field)
}

fn by_end(bare: &str) -> Option<Field> {
    let known = ENDINGS.iter().find(|(end, _)| bare.ends_with(end));
    known.map(|(_, field)| *field)
}

/// True if the name says that its value is encoded.
pub(crate) fn is_encoded(name: &str) -> bool {
    let bare = bare(name);
    ENCODED
        .iter()
        .any(|word| bare.starts_with(word) || bare.ends_with(word))
        || bare.contains("encoded")
        || bare.contains("base64")
        || bare.contains("encrypted")
}

/// The part that a variable, key, parameter or argument of this name holds.
pub(crate) fn field_of(name: &str) -> Option<Field> {
    let bare_name = bare(name);
    let field = field_by_name(name, &bare_name)?;
    let opens_key = OF_KEYS.iter().any(|word| bare_name.contains(word));
    (field != Field::Password || !opens_key).then_some(field)
}

fn field_by_name(name: &str, bare_name: &str) -> Option<Field> {
    // `.NET` settings and Windows variables put a group before the name: `AzureAd__ClientSecret`,
    // `AzureAd:ClientSecret`.
    let last = name
        .rsplit([':', '.'])
        .next()
        .unwrap_or(name)
        .rsplit("__")
        .next()
        .unwrap_or(name);
    by_end(bare_name)
        .or_else(|| by_whole(bare_name))
        .or_else(|| by_whole(&bare(last)))
        .or_else(|| encoded_secret(bare_name))
}

/// True for a word of a line that speaks of a secret, whose it may be.
pub(crate) fn says_secret(word: &str) -> bool {
    let bare = bare(word);
    let name = bare.trim_end_matches(|c: char| c.is_ascii_digit());
    ["pass", "pwd", "secret", "credential", "kennwort"]
        .iter()
        .any(|part| name.contains(part))
        || ["key", "pw", "pin"].iter().any(|end| name.ends_with(end))
}

/// `$passwordBase64` is a password as well, in another form.
fn encoded_secret(bare: &str) -> Option<Field> {
    let without = ENCODED.iter().find_map(|word| bare.strip_suffix(word))?;
    by_end(without)
        .or_else(|| by_whole(without))
        .filter(|field| field.is_secret())
}

/// True for the names under which the old endpoint takes what the token is for.
pub(crate) fn is_resource(name: &str) -> bool {
    bare(name).starts_with("resource")
}

/// True if the text begins with a member of that name of an object of the script:
/// `$config.Password`, `config["password"]`. The environment is no such object.
pub(crate) fn is_member(text: &str, field: Field) -> bool {
    let end = text
        .find(|c: char| !(c.is_alphanumeric() || "_.$[]'\"".contains(c)))
        .unwrap_or(text.len());
    let (path, behind) = text.split_at(end);
    let mut names = path
        .split(['.', '[', ']', '\'', '"'])
        .filter(|name| !name.is_empty());
    let root = names.next().unwrap_or_default().trim_start_matches('$');
    let outside = ["process", "os", "env", "sys", "environ", "ENV"].contains(&root);
    !outside
        && !behind.starts_with(['(', ':'])
        && names.next_back().and_then(field_of) == Some(field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_as_they_are_found() {
        for (name, field) in [
            ("TenantID", Field::Tenant),
            ("AZURE_TENANT_ID", Field::Tenant),
            ("client_id", Field::ClientId),
            ("-ClientSecret", Field::ClientSecret),
            ("AzureAd__ClientSecret", Field::ClientSecret),
            ("Graph:Scope", Field::Scope),
            ("secret", Field::ClientSecret),
            ("SvcUserPassword", Field::Password),
            ("GRAPH_PWD", Field::Password),
            ("UPN", Field::Username),
            ("GRAPH_USER", Field::Username),
            ("SvcPass", Field::Password),
            ("scopes", Field::Scope),
            ("authority", Field::Authority),
        ] {
            assert_eq!(field_of(name), Some(field), "{name}");
        }
        for text in [
            "$config.Password -x",
            "config['password'],",
            "self.password)",
            "a.b.password\n",
        ] {
            assert!(is_member(text, Field::Password), "{text}");
        }
        for text in [
            "process.env.PASSWORD",
            "os.environ['PASSWORD']",
            "$env:PASSWORD",
            "get(x)",
            "a.password()",
            "password",
        ] {
            assert!(!is_member(text, Field::Password), "{text}");
        }
        for name in [
            "grant_type",
            "Body",
            "secret_id",
            "PasswordFile",
            "AZURE_CLIENT_CERTIFICATE_PASSWORD",
            "$pfxPwd",
            "passphrase",
            "users",
            "scopeId",
            "",
            "é",
        ] {
            assert_eq!(field_of(name), None, "{name}");
        }
    }
}
