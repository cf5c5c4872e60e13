//! The arguments of `ropc setup` as clap types. No I/O, no secrets.

use clap::{Args, ValueEnum};

/// `ropc setup`.
#[derive(Args, Debug)]
#[command(
    after_help = "Read the script, change it, then run it as an admin of the tenant, on the job's machine and as the \
                  job's account: its last command is `ropc login`.\n\n\
                  Examples:\n  ropc setup --tenant contoso.example --username svc-job@contoso.example \\\n    \
                  --scope User.ReadBasic.All --address 203.0.113.7/32 > tenant.ps1\n  \
                  ropc setup --shell az --tenant ... --username ... > tenant.sh\n\n\
                  See also: ropc login, ropc import"
)]
pub struct SetupArgs {
    /// The language of the script: PowerShell 7 with Microsoft Graph PowerShell, or sh with Azure
    /// CLI, whose app cannot make the fence.
    #[arg(long, value_enum, default_value_t = SetupShell::Pwsh, value_name = "SHELL")]
    pub shell: SetupShell,
    /// Tenant: its GUID or one of its domains.
    #[arg(long, value_name = "TENANT", default_value = "contoso.example")]
    pub tenant: String,
    /// The user to make (UPN).
    #[arg(long, value_name = "UPN", default_value = "svc-job@contoso.example")]
    pub username: String,
    /// The name of the app registration.
    #[arg(long, value_name = "NAME", default_value = "ropc job")]
    pub app: String,
    /// A delegated permission of Microsoft Graph; may be repeated.
    #[arg(long, value_name = "SCOPE", default_value = "User.Read")]
    pub scope: Vec<String>,
    /// Addresses that the job comes from, as in 203.0.113.7/32; may be repeated.
    #[arg(long, value_name = "CIDR", default_value = "203.0.113.7/32")]
    pub address: Vec<String>,
}

/// `--shell` of `ropc setup`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SetupShell {
    /// PowerShell.
    Pwsh,
    /// Azure CLI.
    Az,
}
