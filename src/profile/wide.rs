//! Delegated permissions that are much wider than a batch job needs, each with the reason. Data and
//! its lookup only; `grants` compares the permissions of a token with them.
//!
//! Sources: Microsoft Graph permissions reference (its cautions on `RoleManagement`,
//! `AppRoleAssignment`, `Application` and `EntitlementManagement`, and the descriptions of the
//! others), the permission pages of Exchange and of `SharePoint`. The list is short on purpose: a
//! permission that is not in it may do harm as well.

/// Why a permission is wide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Admin roles.
    Roles,
    /// Permissions of applications, or access packages with roles in them.
    Grants,
    /// Credentials of applications.
    Credentials,
    /// Sign-in methods of other users.
    SignInMethods,
    /// Tenant policies.
    Policies,
    /// Everything that the user may do.
    AsUser,
    /// Directory objects.
    Directory,
    /// Managed devices.
    Devices,
    /// A mailbox.
    Mailbox,
    /// Whole sites.
    Sites,
    /// All objects of one kind.
    Kind,
}

/// Names without the resource; `*` means any text. The first match gives the reason.
const WIDE: [(&str, Why); 25] = [
    ("RoleManagement.ReadWrite.*", Why::Roles),
    ("RoleManagementPolicy.ReadWrite.*", Why::Roles),
    ("RoleAssignmentSchedule.ReadWrite.*", Why::Roles),
    ("RoleEligibilitySchedule.ReadWrite.*", Why::Roles),
    ("PrivilegedAccess.ReadWrite.*", Why::Roles),
    ("AppRoleAssignment.ReadWrite.All", Why::Grants),
    ("DelegatedPermissionGrant.ReadWrite.All", Why::Grants),
    ("EntitlementManagement.ReadWrite.All", Why::Grants),
    ("Application.ReadWrite.All", Why::Credentials),
    ("UserAuthenticationMethod.ReadWrite.All", Why::SignInMethods),
    ("User-PasswordProfile.ReadWrite.All", Why::SignInMethods),
    ("Policy.ReadWrite.*", Why::Policies),
    ("Directory.AccessAsUser.All", Why::AsUser),
    ("user_impersonation", Why::AsUser),
    ("Directory.ReadWrite.All", Why::Directory),
    ("DeviceManagement*.ReadWrite.All", Why::Devices),
    ("DeviceManagement*.PrivilegedOperations.All", Why::Devices),
    ("full_access_as_user", Why::Mailbox),
    ("EWS.AccessAsUser.All", Why::Mailbox),
    ("Mail.ReadWrite", Why::Mailbox),
    ("Mail.ReadWrite.Shared", Why::Mailbox),
    ("MailboxSettings.ReadWrite", Why::Mailbox),
    ("Sites.FullControl.All", Why::Sites),
    ("AllSites.FullControl", Why::Sites),
    ("*.ReadWrite.All", Why::Kind),
];

/// Why this permission is wide, or `None`. `name` is without its resource; case does not count.
pub(super) fn why(name: &str) -> Option<Why> {
    let name = name.to_ascii_lowercase();
    WIDE.iter()
        .find(|(pattern, _)| fits(&pattern.to_ascii_lowercase(), &name))
        .map(|(_, why)| *why)
}

fn fits(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        Some((start, end)) => {
            name.len() > start.len() + end.len() && name.starts_with(start) && name.ends_with(end)
        }
        None => name == pattern,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_ones_are_known_with_their_reason() {
        for (name, reason) in [
            ("RoleManagement.ReadWrite.Directory", Why::Roles),
            ("appRoleAssignment.readwrite.all", Why::Grants),
            ("Application.ReadWrite.All", Why::Credentials),
            ("Policy.ReadWrite.ConditionalAccess", Why::Policies),
            ("Directory.ReadWrite.All", Why::Directory),
            ("Directory.AccessAsUser.All", Why::AsUser),
            ("user_impersonation", Why::AsUser),
            ("full_access_as_user", Why::Mailbox),
            ("Mail.ReadWrite", Why::Mailbox),
            ("Sites.FullControl.All", Why::Sites),
            ("DeviceManagementConfiguration.ReadWrite.All", Why::Devices),
            ("Files.ReadWrite.All", Why::Kind),
            ("Group.ReadWrite.All", Why::Kind),
        ] {
            assert_eq!(why(name), Some(reason), "{name}");
        }
        for name in [
            "",
            "User.Read",
            "User.ReadBasic.All",
            "Team.Create",
            "Chat.ReadWrite",
            "ChannelMessage.Send",
            "Mail.Send",
            "Mail.ReadBasic",
            "Application.ReadWrite.OwnedBy",
            "RoleManagement.Read.Directory",
            ".ReadWrite.All",
            "openid",
            ".default",
        ] {
            assert_eq!(why(name), None, "{name}");
        }
    }

    #[test]
    fn no_line_of_the_table_hides_a_later_one() {
        for (at, (pattern, reason)) in WIDE.iter().enumerate() {
            let name = pattern.replace('*', "Example");
            assert_eq!(why(&name), Some(*reason), "{name}");
            let before = WIDE
                .iter()
                .take(at)
                .any(|(other, _)| fits(&other.to_lowercase(), &name.to_lowercase()));
            assert!(!before, "an earlier line hides {pattern}");
        }
    }
}
