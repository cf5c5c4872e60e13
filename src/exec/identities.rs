//! The variables in which Azure and Graph clients find a token or an identity: one list for `exec
//! --serve`, which sets and removes them, and for the warnings of `doctor`. Names only.

/// The variable of the token without `--env`: the name that Graph scripts use most.
pub const DEFAULT_VARIABLE: &str = "GRAPH_ACCESS_TOKEN";

/// Limits `DefaultAzureCredential` to credentials of deployed services, of which the endpoint of
/// `--serve` is one.
pub(super) const CHAIN: &str = "AZURE_TOKEN_CREDENTIALS";

/// Variables that send a client elsewhere, or make it speak another protocol with the endpoint.
/// `exec --serve` removes them; a blank value would not do, as msal for Python and the Rust client
/// treat it as set. The first makes the endpoint unusable and goes with `--keep-env`, too.
pub(super) const ELSEWHERE: [&str; 13] = [
    "IDENTITY_SERVER_THUMBPRINT",
    "IMDS_ENDPOINT",
    "MSI_ENDPOINT",
    "MSI_SECRET",
    "AZURE_POD_IDENTITY_AUTHORITY_HOST",
    "AZURE_FEDERATED_TOKEN_FILE",
    "AZURE_CLIENT_ID",
    "AZURE_TENANT_ID",
    "AZURE_CLIENT_SECRET",
    "AZURE_CLIENT_CERTIFICATE_PATH",
    "AZURE_CLIENT_CERTIFICATE_PASSWORD",
    "AZURE_USERNAME",
    "AZURE_PASSWORD",
];

/// More variables that give a job another identity, or send its sign-in to another host. `--serve`
/// sets the first three itself.
const BESIDES: [&str; 4] = [
    "IDENTITY_ENDPOINT",
    "IDENTITY_HEADER",
    CHAIN,
    "AZURE_AUTHORITY_HOST",
];

/// All variables that make an Azure client use another identity.
pub fn identity_variables() -> impl Iterator<Item = &'static str> {
    ELSEWHERE.into_iter().chain(BESIDES)
}

/// True if the variable holds a secret in plain text.
pub fn holds_secret(name: &str) -> bool {
    matches!(
        name,
        "AZURE_CLIENT_SECRET" | "AZURE_PASSWORD" | "AZURE_CLIENT_CERTIFICATE_PASSWORD"
    )
}
