//! The made-up directory: tenants, apps, users. Plain data; the rules that use it are in `judge`.

use std::fmt;

use crate::app_certificate::PublicCertificate;
use crate::federation::FederatedCredential;
use crate::ids;

/// A tenant: its GUID and the domains that belong to it.
#[derive(Clone, Debug)]
pub struct Tenant {
    /// Tenant id, a GUID.
    pub id: String,
    /// Verified domains, lower case.
    pub domains: Vec<String>,
    /// Domains among them whose users sign in elsewhere (home realm `Federated`).
    pub federated_domains: Vec<String>,
}

impl Tenant {
    /// Whether the domain is one of the tenant's, managed or federated.
    pub fn has_domain(&self, domain: &str) -> bool {
        self.domains
            .iter()
            .chain(&self.federated_domains)
            .any(|d| d.eq_ignore_ascii_case(domain))
    }
}

/// One client secret of an app. `Debug` hides the value.
#[derive(Clone)]
pub struct StoredSecret {
    /// The secret's value (never its id).
    pub value: String,
    /// An expired secret is recognised and refused with 7000222 instead of 7000215.
    pub expired: bool,
}

impl fmt::Debug for StoredSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredSecret")
            .field("expired", &self.expired)
            .finish_non_exhaustive()
    }
}

/// Whether an app must authenticate itself.
#[derive(Clone, Debug)]
pub enum ClientType {
    /// "Allow public client flows" is off: one of these secrets must be sent.
    Confidential(Vec<StoredSecret>),
    /// "Allow public client flows" is on: a credential must not be sent (700025).
    Public,
}

/// An app registration.
#[derive(Clone, Debug)]
pub struct App {
    /// Client id, a GUID.
    pub client_id: String,
    /// The tenant it was registered in.
    pub tenant: String,
    /// Confidential with its secrets, or public.
    pub client_type: ClientType,
    /// The certificates whose keys prove a confidential app as well.
    pub certificates: Vec<PublicCertificate>,
    /// Whose statements prove a confidential app as well.
    pub federated: Vec<FederatedCredential>,
    /// A disabled app is refused with 7000112.
    pub disabled: bool,
    /// Refused on `organizations` with 50194, unknown in every other tenant.
    pub single_tenant: bool,
    /// Delegated permissions that somebody consented to, as full scopes
    /// (`https://graph.microsoft.com/User.Read`).
    pub consented: Vec<String>,
    /// Only assigned users get tokens (50105).
    pub assignment_required: bool,
}

/// The answer to a right password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserState {
    /// A token.
    Active,
    /// 50057.
    Disabled,
    /// 50055, suberror `user_password_expired`.
    PasswordExpired,
    /// 50076, suberror `basic_action`.
    MfaRequired,
    /// 50079: must register for MFA first.
    MfaEnrolment,
    /// 53003 with `claims`: blocked by Conditional Access.
    Blocked,
    /// Never a right password: the cloud has none for a federated user (50126, home realm
    /// `Federated`).
    Federated,
    /// No password in the cloud (50056).
    NoPassword,
    /// Not assigned to an app that demands assignment (50105).
    Unassigned,
    /// Any other code, answered where Conditional Access is decided.
    Policy(u32),
}

/// A user. `Debug` hides the password.
#[derive(Clone)]
pub struct User {
    /// Sign-in name, compared without case.
    pub upn: String,
    /// The password, compared byte for byte.
    pub password: String,
    /// Object id, a GUID.
    pub id: String,
    /// Display name.
    pub display_name: String,
    /// Tenant id.
    pub tenant: String,
    /// The answer to a right password.
    pub state: UserState,
}

impl User {
    /// An active user with a random object id.
    pub fn new(tenant: &str, upn: &str, password: &str) -> Self {
        Self {
            upn: upn.to_owned(),
            password: password.to_owned(),
            id: ids::guid(),
            display_name: upn.split('@').next().unwrap_or(upn).to_owned(),
            tenant: tenant.to_owned(),
            state: UserState::Active,
        }
    }

    /// The part of the sign-in name behind the `@`, or nothing.
    pub fn domain(&self) -> &str {
        domain_of(&self.upn)
    }
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User")
            .field("upn", &self.upn)
            .field("id", &self.id)
            .field("tenant", &self.tenant)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

/// The part of a sign-in name behind the last `@`, or nothing.
pub(crate) fn domain_of(upn: &str) -> &str {
    upn.rsplit_once('@').map_or("", |(_, domain)| domain)
}
