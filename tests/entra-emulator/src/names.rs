//! The names in the made-up tenant, and those of Microsoft Graph.

/// Tenant id of the made-up tenant of [`Config::contoso`](crate::Config::contoso).
pub const CONTOSO_TENANT: &str = "7f1d3c52-0b7e-4a43-9a1c-2f6d54f0aa11";
/// Verified domain of the made-up tenant.
pub const CONTOSO_DOMAIN: &str = "contoso.example";
/// A domain of the same tenant whose users are federated: their passwords are not in the cloud.
pub const FEDERATED_DOMAIN: &str = "fabrikam.example";
/// Client id of the confidential app of [`Config::contoso`](crate::Config::contoso).
pub const CONTOSO_CLIENT: &str = "3b9c6f0e-6a1d-4f57-8d6b-b1f1c3f2e901";
/// Client id of the public app of [`Config::contoso`](crate::Config::contoso) (no secret may be
/// sent).
pub const CONTOSO_PUBLIC_CLIENT: &str = "3b9c6f0e-6a1d-4f57-8d6b-b1f1c3f2e902";
/// Sign-in name of the user of [`Config::contoso`](crate::Config::contoso).
pub const CONTOSO_USER: &str = "svc-report@contoso.example";
/// Object id of that user.
pub const CONTOSO_USER_ID: &str = "9c18b0a4-55d2-4c3e-8b1f-0a6f3f6f7a21";
/// Issuer of the workload of [`Config::contoso`](crate::Config::contoso).
pub const WORKLOAD_ISSUER: &str = "https://token.actions.contoso.example";
/// Subject of that workload.
pub const WORKLOAD_SUBJECT: &str = "repo:contoso/jobs:environment:production";
/// Client id of its managed identity.
pub const WORKLOAD_IDENTITY: &str = "5e0c1a77-9d0b-4a52-8a57-0f4d6f1f2b33";
/// Sign-in name of the federated user of [`Config::contoso`](crate::Config::contoso).
pub const FEDERATED_USER: &str = "svc-report@fabrikam.example";
/// The resource that unprefixed scopes mean, and the prefix of the default scope (global cloud).
pub const GRAPH_RESOURCE: &str = "https://graph.microsoft.com";
/// The default scope of a client.
pub const DEFAULT_SCOPE: &str = "https://graph.microsoft.com/.default";
