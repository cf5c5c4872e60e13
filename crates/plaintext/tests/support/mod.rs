//! Made-up values, and the forms in which scripts hold them.

#![allow(dead_code, reason = "each test program uses its part")]

use super::Identity;

pub(crate) const HOSTS: [&str; 2] = ["login.microsoftonline.com", "login.microsoftonline.us"];
pub(crate) const TENANT: &str = "7f1d3c52-0b7e-4a43-9a1c-2f6d54f0aa11";
pub(crate) const CLIENT: &str = "3b9c6f0e-6a1d-4f57-8d6b-b1f1c3f2e901";
pub(crate) const SECRET: &str = "Qx8~Q.made-up-client-secret-0123456789";
pub(crate) const USER: &str = "svc-report@contoso.example";
pub(crate) const PASSWORD: &str = "Sommer-Reise.2024x";

pub(crate) fn identity(scopes: &[String]) -> Identity<'_> {
    Identity {
        hosts: &HOSTS[..1],
        tenant: TENANT,
        client_id: CLIENT,
        username: USER,
        password: PASSWORD,
        client_secret: SECRET,
        scopes,
    }
}

/// A text with the made-up values in the places of `[[X]]`.
pub(crate) fn written(text: &str) -> String {
    let fields = [
        ("grant_type", "password"),
        ("client_id", CLIENT),
        ("client_secret", SECRET),
        ("username", USER),
        ("password", PASSWORD),
        ("scope", "User.Read"),
    ];
    let joined = |sign: &dyn Fn(&str, &str) -> String, between: &str| {
        fields
            .iter()
            .map(|(name, value)| sign(name, value))
            .collect::<Vec<_>>()
            .join(between)
    };
    text.replace(
        "[[PS]]",
        &format!("@{{ {} }}", joined(&|n, v| format!("{n} = '{v}'"), "; ")),
    )
    .replace(
        "[[PY]]",
        &format!("{{{}}}", joined(&|n, v| format!("'{n}': '{v}'"), ", ")),
    )
    .replace(
        "[[JS]]",
        &format!("{{ {} }}", joined(&|n, v| format!("{n}: '{v}'"), ", ")),
    )
    .replace("[[SH]]", &joined(&|n, v| format!("-d '{n}={v}'"), " "))
    .replace("[[F]]", &joined(&|n, v| format!("{n}={v}"), "&"))
    .replace(
        "[[E]]",
        "https://login.microsoftonline.com/[[T]]/oauth2/v2.0/token",
    )
    .replace("[[G]]", "https://graph.microsoft.com/v1.0")
    .replace("[[T]]", TENANT)
    .replace("[[C]]", CLIENT)
    .replace("[[S]]", SECRET)
    .replace("[[U]]", USER)
    .replace("[[P]]", PASSWORD)
    .replace("[[B]]", "U29tbWVyLVJlaXNlLjIwMjR4")
}
