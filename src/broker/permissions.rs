//! Names of delegated permissions that ropc keeps from an answer without searching them for
//! secrets. Data and its lookup only. Source: Microsoft Graph permissions reference. A name that is
//! missing here is not wrong: ropc searches it first.

use crate::profile::CLOUDS;

/// True for a well-known scope: a permission of the list, bare or with the address of Microsoft
/// Graph in one of its clouds, its `.default`, and the scopes of OpenID.
pub(super) fn is_well_known(scope: &str) -> bool {
    let graph = CLOUDS
        .iter()
        .find_map(|cloud| scope.strip_prefix(cloud.graph)?.strip_prefix('/'));
    NAMES.contains(&graph.unwrap_or(scope)) || graph == Some(".default")
}

#[rustfmt::skip]
const NAMES: &[&str] = &[
    "openid", "profile", "email", "offline_access", "user_impersonation",
    "AccessReview.Read.All", "AccessReview.ReadWrite.All", "AdministrativeUnit.Read.All",
    "AdministrativeUnit.ReadWrite.All", "AppCatalog.Read.All", "AppRoleAssignment.ReadWrite.All",
    "Application.Read.All", "Application.ReadWrite.All", "AuditLog.Read.All", "BitlockerKey.Read.All",
    "Calendars.Read", "Calendars.Read.Shared", "Calendars.ReadBasic", "Calendars.ReadWrite",
    "Calendars.ReadWrite.Shared", "Channel.Create", "Channel.ReadBasic.All", "ChannelMember.Read.All",
    "ChannelMember.ReadWrite.All", "ChannelMessage.Read.All", "ChannelMessage.Send", "ChannelSettings.Read.All",
    "ChannelSettings.ReadWrite.All", "Chat.Create", "Chat.Read", "Chat.ReadBasic", "Chat.ReadWrite",
    "Chat.ReadWrite.All", "ChatMember.ReadWrite", "ChatMessage.Read", "ChatMessage.Send", "Contacts.Read",
    "Contacts.ReadWrite", "CrossTenantInformation.ReadBasic.All", "DelegatedPermissionGrant.Read.All",
    "DelegatedPermissionGrant.ReadWrite.All", "Device.Read.All", "DeviceManagementApps.Read.All",
    "DeviceManagementApps.ReadWrite.All", "DeviceManagementConfiguration.Read.All",
    "DeviceManagementConfiguration.ReadWrite.All", "DeviceManagementManagedDevices.PrivilegedOperations.All",
    "DeviceManagementManagedDevices.Read.All", "DeviceManagementManagedDevices.ReadWrite.All",
    "DeviceManagementRBAC.Read.All", "DeviceManagementServiceConfig.Read.All",
    "DeviceManagementServiceConfig.ReadWrite.All", "Directory.AccessAsUser.All", "Directory.Read.All",
    "Directory.ReadWrite.All", "Domain.Read.All", "Domain.ReadWrite.All", "EWS.AccessAsUser.All",
    "EntitlementManagement.Read.All", "EntitlementManagement.ReadWrite.All", "Files.Read", "Files.Read.All",
    "Files.ReadWrite", "Files.ReadWrite.All", "Group.Read.All", "Group.ReadWrite.All", "GroupMember.Read.All",
    "GroupMember.ReadWrite.All", "IMAP.AccessAsUser.All", "IdentityProvider.Read.All",
    "IdentityRiskEvent.Read.All", "IdentityRiskyUser.Read.All", "LicenseAssignment.Read.All",
    "LicenseAssignment.ReadWrite.All", "Mail.Read", "Mail.Read.Shared", "Mail.ReadBasic", "Mail.ReadWrite",
    "Mail.ReadWrite.Shared", "Mail.Send", "Mail.Send.Shared", "MailboxSettings.Read", "MailboxSettings.ReadWrite",
    "Notes.Read", "Notes.Read.All", "Notes.ReadWrite", "Notes.ReadWrite.All", "OnlineMeetings.Read",
    "OnlineMeetings.ReadWrite", "Organization.Read.All", "Organization.ReadWrite.All", "POP.AccessAsUser.All",
    "People.Read", "People.Read.All", "Place.Read.All", "Policy.Read.All", "Policy.ReadWrite.ConditionalAccess",
    "Presence.Read", "Presence.Read.All", "PrivilegedAccess.ReadWrite.AzureAD", "Reports.Read.All",
    "RoleManagement.Read.All", "RoleManagement.Read.Directory", "RoleManagement.ReadWrite.Directory",
    "SMTP.Send", "SecurityEvents.Read.All", "SecurityIncident.Read.All", "ServiceHealth.Read.All",
    "ServiceMessage.Read.All", "Sites.FullControl.All", "Sites.Manage.All", "Sites.Read.All",
    "Sites.ReadWrite.All", "Tasks.Read", "Tasks.Read.Shared", "Tasks.ReadWrite", "Tasks.ReadWrite.Shared",
    "Team.Create", "Team.ReadBasic.All", "TeamMember.Read.All", "TeamMember.ReadWrite.All",
    "TeamSettings.Read.All", "TeamSettings.ReadWrite.All", "TeamsAppInstallation.ReadWriteForTeam",
    "TeamsAppInstallation.ReadWriteForUser", "TeamsTab.Create", "TeamsTab.Read.All", "TeamsTab.ReadWrite.All",
    "User.Export.All", "User.Invite.All", "User.ManageIdentities.All", "User.Read", "User.Read.All",
    "User.ReadBasic.All", "User.ReadWrite", "User.ReadWrite.All", "UserAuthenticationMethod.Read.All",
    "UserAuthenticationMethod.ReadWrite.All",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_graph_are_known_and_nothing_near_them() {
        for known in [
            "User.Read",
            "https://graph.microsoft.com/Mail.Send",
            "https://graph.microsoft.com/.default",
            "openid",
        ] {
            assert!(is_well_known(known), "{known}");
        }
        let near = [
            "user.read",
            "User.Read.",
            "https://vault.azure.net/User.Read",
            "https://graph.microsoft.com.x.example/User.Read",
        ];
        for other in near.into_iter().chain(["/User.Read", "", ".default"]) {
            assert!(!is_well_known(other), "{other}");
        }
    }
}
