//! The settings of one emulator, as data with builders. All of it may change while the server runs.

use std::fmt;
use std::time::Duration;

use crate::app_certificate::AppCertificate;
use crate::directory::{App, ClientType, StoredSecret, Tenant, User, UserState};
use crate::federation::{FederatedCredential, Statement};
use crate::ids;
use crate::names::{
    CONTOSO_CLIENT, CONTOSO_DOMAIN, CONTOSO_PUBLIC_CLIENT, CONTOSO_TENANT, CONTOSO_USER,
    CONTOSO_USER_ID, FEDERATED_DOMAIN, FEDERATED_USER, GRAPH_RESOURCE, WORKLOAD_IDENTITY,
    WORKLOAD_ISSUER, WORKLOAD_SUBJECT,
};
use crate::workload::Workload;

/// The `expires_in` of a token answer, and with it how long Graph accepts the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpiresIn {
    /// Random, 3600 to 5399 seconds.
    Random,
    /// This many seconds, as a JSON number.
    Seconds(u64),
    /// This many seconds, as a JSON string (the old shape).
    Text(u64),
    /// The field is missing; Graph accepts the token for 3600 seconds.
    Absent,
}

/// The certificate of the server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Certificate {
    /// For `localhost` and `127.0.0.1`, valid now, of the root in `ca.pem`.
    #[default]
    Good,
    /// It ended two days ago.
    Expired,
    /// It begins in two days.
    NotYetValid,
    /// It is for `other.contoso.example`.
    OtherName,
    /// It is for the hosts of the global and of the US Government cloud.
    OfClouds,
    /// It is for clients only.
    ForClients,
    /// A root of another name issued it.
    OtherIssuer,
}

/// What an access token looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenFormat {
    /// Three base64url parts with readable claims and a meaningless signature.
    Jwt,
    /// Random text without structure.
    Opaque,
}

/// How the `scope` field of the answer names permissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeStyle {
    /// `https://graph.microsoft.com/User.Read`.
    Prefixed,
    /// `User.Read`.
    Short,
    /// The field is missing.
    Absent,
}

/// Smart lockout. The first lock's duration is documented as 60 seconds; doubling afterwards is our
/// choice.
#[derive(Clone, Copy, Debug)]
pub struct SmartLockout {
    /// Different wrong passwords before the lock; 0 switches lockout off.
    pub threshold: u32,
    /// Length of the first lock.
    pub duration: Duration,
    /// Each further lock lasts twice as long as the one before.
    pub doubling: bool,
    /// Pass-through authentication: a repeated wrong password counts like a new one.
    pub pass_through: bool,
}

/// Loop protection (50196), counted per user, scope and client.
#[derive(Clone, Copy, Debug)]
pub struct LoopLimit {
    /// The request with this number inside the window is the first one refused; 0 switches the
    /// limit off.
    pub requests: usize,
    /// The window.
    pub window: Duration,
}

/// Everything that one emulator knows and does. `Debug` hides passwords and secrets.
#[derive(Clone)]
pub struct Config {
    /// Tenants.
    pub tenants: Vec<Tenant>,
    /// App registrations.
    pub apps: Vec<App>,
    /// Users.
    pub users: Vec<User>,
    /// Resources that clients may ask tokens for; the first is Microsoft Graph, which unprefixed
    /// scopes mean.
    pub resources: Vec<String>,
    /// Delegated permissions that exist on each resource; asking for another name gives 650053.
    pub permissions: Vec<String>,
    /// Lifetime of access tokens.
    pub expires_in: ExpiresIn,
    /// Shape of access tokens.
    pub token_format: TokenFormat,
    /// Length of access tokens in bytes; `None` for the natural length. A JWT cannot be shorter
    /// than its claims.
    pub token_size: Option<usize>,
    /// Shape of the `scope` field.
    pub scope_style: ScopeStyle,
    /// Smart lockout.
    pub lockout: SmartLockout,
    /// Loop protection.
    pub loop_limit: LoopLimit,
    /// TCP port; 0 lets the system choose.
    pub port: u16,
    /// The certificate of the server.
    pub certificate: Certificate,
    /// The workload that asks for statements about itself.
    pub workload: Workload,
}

/// One confidential app with a secret that is valid and one that is not, and one public app.
fn contoso_apps() -> Vec<App> {
    let consented = ["Chat.ReadWrite", "User.Read", "User.ReadBasic.All"];
    let app = App {
        client_id: CONTOSO_CLIENT.into(),
        tenant: CONTOSO_TENANT.into(),
        client_type: ClientType::Confidential(vec![
            StoredSecret {
                value: format!("emu~{}", ids::random_text(36)),
                expired: false,
            },
            StoredSecret {
                value: format!("old~{}", ids::random_text(36)),
                expired: true,
            },
        ]),
        certificates: Vec::new(),
        federated: Vec::new(),
        disabled: false,
        single_tenant: true,
        consented: consented.map(|p| format!("{GRAPH_RESOURCE}/{p}")).to_vec(),
        assignment_required: true,
    };
    let public = App {
        client_id: CONTOSO_PUBLIC_CLIENT.into(),
        client_type: ClientType::Public,
        single_tenant: false,
        ..app.clone()
    };
    vec![app, public]
}

/// The federated credential that a statement of the workload fits.
fn contoso_credential() -> FederatedCredential {
    FederatedCredential {
        issuer: WORKLOAD_ISSUER.into(),
        subject: WORKLOAD_SUBJECT.into(),
        audience: "api://AzureADTokenExchange".into(),
    }
}

impl Config {
    /// The ready made-up tenant: one confidential app, one public app, one user, one federated
    /// user. The password and the client secret are random; read them with [`Config::password`] and
    /// [`Config::client_secret`], or set them.
    pub fn contoso() -> Self {
        let permissions = [
            "ChannelMessage.Send",
            "Chat.ReadWrite",
            "Mail.Send",
            "Tasks.ReadWrite",
            "User.Read",
            "User.Read.All",
            "User.ReadBasic.All",
        ];
        let mut user = User::new(
            CONTOSO_TENANT,
            CONTOSO_USER,
            &format!("emu-{}", ids::random_text(24)),
        );
        user.id = CONTOSO_USER_ID.into();
        user.display_name = "Report Service".into();
        let mut federated = User::new(CONTOSO_TENANT, FEDERATED_USER, &ids::random_text(24));
        federated.state = UserState::Federated;
        Self {
            tenants: vec![Tenant {
                id: CONTOSO_TENANT.into(),
                domains: vec![CONTOSO_DOMAIN.into(), "contoso.onmicrosoft.example".into()],
                federated_domains: vec![FEDERATED_DOMAIN.into()],
            }],
            apps: contoso_apps(),
            users: vec![user, federated],
            resources: vec![GRAPH_RESOURCE.into(), "https://management.example".into()],
            permissions: permissions.map(Into::into).to_vec(),
            expires_in: ExpiresIn::Random,
            token_format: TokenFormat::Jwt,
            token_size: None,
            scope_style: ScopeStyle::Prefixed,
            lockout: SmartLockout {
                threshold: 10,
                duration: Duration::from_secs(60),
                doubling: true,
                pass_through: false,
            },
            loop_limit: LoopLimit {
                requests: 15,
                window: Duration::from_secs(300),
            },
            port: 0,
            certificate: Certificate::Good,
            workload: Workload {
                statement: Statement::of(&contoso_credential()),
                client_id: WORKLOAD_IDENTITY.into(),
                identity_header: ids::random_text(32),
                runner_token: ids::random_text(64),
            },
        }
    }

    /// Sets the password of the first user.
    #[must_use]
    pub fn with_password(mut self, password: &str) -> Self {
        if let Some(user) = self.users.first_mut() {
            password.clone_into(&mut user.password);
        }
        self
    }

    /// Registers a certificate on the first app.
    #[must_use]
    pub fn with_app_certificate(mut self, certificate: &AppCertificate) -> Self {
        if let Some(app) = self.apps.first_mut() {
            app.certificates.push(certificate.public().clone());
        }
        self
    }

    /// Lets the workload prove the first app.
    #[must_use]
    pub fn with_federation(mut self) -> Self {
        if let Some(app) = self.apps.first_mut() {
            app.federated = vec![contoso_credential()];
        }
        self
    }

    /// Replaces the valid secrets of the first app by this one; expired ones stay.
    #[must_use]
    pub fn with_client_secret(mut self, secret: &str) -> Self {
        if let Some(ClientType::Confidential(secrets)) =
            self.apps.first_mut().map(|a| &mut a.client_type)
        {
            secrets.retain(|s| s.expired);
            secrets.insert(
                0,
                StoredSecret {
                    value: secret.to_owned(),
                    expired: false,
                },
            );
        }
        self
    }

    /// Adds a user.
    #[must_use]
    pub fn with_user(mut self, user: User) -> Self {
        self.users.push(user);
        self
    }

    /// Sets the lifetime of tokens.
    #[must_use]
    pub fn with_expires_in(mut self, expires_in: ExpiresIn) -> Self {
        self.expires_in = expires_in;
        self
    }

    /// Sets the certificate of the server.
    #[must_use]
    pub fn with_certificate(mut self, certificate: Certificate) -> Self {
        self.certificate = certificate;
        self
    }

    /// Sets the length of tokens in bytes.
    #[must_use]
    pub fn with_token_size(mut self, bytes: usize) -> Self {
        self.token_size = Some(bytes);
        self
    }

    /// Sets smart lockout's threshold and first duration.
    #[must_use]
    pub fn with_lockout(mut self, threshold: u32, duration: Duration) -> Self {
        self.lockout.threshold = threshold;
        self.lockout.duration = duration;
        self
    }

    /// The lockout threshold of the US Government clouds: 3.
    #[must_use]
    pub fn gov(mut self) -> Self {
        self.lockout.threshold = 3;
        self
    }

    /// Pass-through authentication: repeats of one wrong password count too.
    #[must_use]
    pub fn pass_through(mut self) -> Self {
        self.lockout.pass_through = true;
        self
    }

    /// Switches loop protection off, for tests and benchmarks that sign in often on purpose.
    #[must_use]
    pub fn without_loop_limit(mut self) -> Self {
        self.loop_limit.requests = 0;
        self
    }

    /// The password of a user.
    pub fn password(&self, upn: &str) -> Option<&str> {
        self.users
            .iter()
            .find(|u| u.upn.eq_ignore_ascii_case(upn))
            .map(|u| u.password.as_str())
    }

    /// A secret of an app: the first valid one.
    pub fn client_secret(&self, client_id: &str) -> Option<&str> {
        self.secret_where(client_id, false)
    }

    /// A secret of an app that is recognised, but expired.
    pub fn expired_secret(&self, client_id: &str) -> Option<&str> {
        self.secret_where(client_id, true)
    }

    fn secret_where(&self, client_id: &str, expired: bool) -> Option<&str> {
        let app = self
            .apps
            .iter()
            .find(|a| a.client_id.eq_ignore_ascii_case(client_id))?;
        let ClientType::Confidential(secrets) = &app.client_type else {
            return None;
        };
        secrets
            .iter()
            .find(|s| s.expired == expired)
            .map(|s| s.value.as_str())
    }

    /// Microsoft Graph's resource in this cloud.
    pub(crate) fn graph(&self) -> &str {
        self.resources
            .first()
            .map_or(GRAPH_RESOURCE, String::as_str)
    }

    /// All values that must never show up outside a request body.
    pub(crate) fn secret_values(&self) -> impl Iterator<Item = &str> {
        let of_apps = self.apps.iter().flat_map(|app| match &app.client_type {
            ClientType::Confidential(secrets) => secrets.as_slice(),
            ClientType::Public => &[],
        });
        self.users
            .iter()
            .map(|u| u.password.as_str())
            .chain(of_apps.map(|s| s.value.as_str()))
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("tenants", &self.tenants)
            .field("apps", &self.apps)
            .field("users", &self.users)
            .field("expires_in", &self.expires_in)
            .field("lockout", &self.lockout)
            .field("loop_limit", &self.loop_limit)
            .finish_non_exhaustive()
    }
}
