//! `ropc setup`: prints a script that prepares a tenant: app registration, permissions, consent for
//! one user, the user, the assignment and the fence of addresses. Fills in names and runs nothing;
//! no secret is in the script.

use crate::cli::{SetupArgs, SetupShell};
use crate::error::Result;
use crate::profile::{TenantId, Username};
use crate::shell::Shell;
use crate::ui::Ui;
use std::process::ExitCode;

pub(super) fn run(args: &SetupArgs, ui: &Ui) -> Result<ExitCode> {
    let tenant: TenantId = args.tenant.parse()?;
    let username: Username = args.username.parse()?;
    let (shell, script, between) = match args.shell {
        SetupShell::Pwsh => (Shell::PowerShell, include_str!("setup/tenant.ps1"), ", "),
        SetupShell::Az => (Shell::Sh, include_str!("setup/tenant.sh"), " "),
    };
    let script = script
        .replace("@TENANT@", &shell.literal(tenant.as_str()))
        .replace("@USERNAME@", &shell.literal(username.as_str()))
        .replace("@APP@", &shell.literal(&args.app))
        .replace("@SCOPES@", &listed(&args.scope, shell, between))
        .replace("@ADDRESSES@", &listed(&args.address, shell, between));
    ui.verbatim(script.trim_end());
    Ok(ExitCode::SUCCESS)
}

fn listed(values: &[String], shell: Shell, between: &str) -> String {
    let literals: Vec<String> = values.iter().map(|value| shell.literal(value)).collect();
    literals.join(between)
}
