#Requires -Version 7
# Prepares a tenant for a job that signs in with `ropc`. Written by `ropc setup`, which ran none of it: read it, change it, then
# run it as an admin (Application, User, Conditional Access and Privileged Role Administrator, or Global Administrator).
#   Install-PSResource Microsoft.Graph.Authentication, Microsoft.Graph.Applications, Microsoft.Graph.Users, Microsoft.Graph.Identity.SignIns
# It stops at the first error. It writes no secret to a file and shows none: both go to `ropc login` through a pipe.
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 3

$tenant = @TENANT@
$appName = @APP@
$username = @USERNAME@
$permissions = @(@SCOPES@)      # delegated permissions of Microsoft Graph
$addresses = @(@ADDRESSES@)     # where the job comes from; everything else is blocked for its user

Connect-MgGraph -TenantId $tenant -NoWelcome -Scopes @(
    'Application.ReadWrite.All', 'AppRoleAssignment.ReadWrite.All', 'DelegatedPermissionGrant.ReadWrite.All'
    'User.ReadWrite.All', 'Policy.Read.All', 'Policy.ReadWrite.ConditionalAccess')

# The app: this tenant only, assignment required, the named permissions and no others.
$graph = Get-MgServicePrincipal -Filter "appId eq '00000003-0000-0000-c000-000000000000'"
$access = foreach ($permission in $permissions) {
    $scope = $graph.Oauth2PermissionScopes | Where-Object Value -eq $permission
    if (-not $scope) { throw "Microsoft Graph has no delegated permission $permission" }
    @{ Id = $scope.Id; Type = 'Scope' }
}
$app = New-MgApplication -DisplayName $appName -SignInAudience AzureADMyOrg -RequiredResourceAccess @(
    @{ ResourceAppId = $graph.AppId; ResourceAccess = @($access) })
$principal = New-MgServicePrincipal -AppId $app.AppId -AppRoleAssignmentRequired

# The user: for this job alone, without an admin role, with a random password.
$password = 'Aa1!' + [Convert]::ToBase64String([Security.Cryptography.RandomNumberGenerator]::GetBytes(36))
$user = New-MgUser -AccountEnabled -DisplayName $appName -UserPrincipalName $username -MailNickname $username.Split('@')[0] `
    -PasswordPolicies DisablePasswordExpiration -PasswordProfile @{ Password = $password; ForceChangePasswordNextSignIn = $false }

# Consent for this user only, and the assignment of this user only.
$null = New-MgOauth2PermissionGrant -ClientId $principal.Id -ConsentType Principal -PrincipalId $user.Id `
    -ResourceId $graph.Id -Scope ($permissions -join ' ')
$null = New-MgServicePrincipalAppRoleAssignedTo -ServicePrincipalId $principal.Id -PrincipalId $user.Id `
    -ResourceId $principal.Id -AppRoleId ([guid]::Empty)

# The fence: this user is blocked from every address but those of the job. It needs Entra ID P1, and no security defaults.
$place = New-MgIdentityConditionalAccessNamedLocation -BodyParameter @{
    '@odata.type' = '#microsoft.graph.ipNamedLocation'
    displayName = "$appName`: addresses"
    isTrusted = $false
    ipRanges = @($addresses | ForEach-Object {
        $version = if ($_ -match ':') { 'iPv6CidrRange' } else { 'iPv4CidrRange' }
        @{ '@odata.type' = "#microsoft.graph.$version"; cidrAddress = $_ }
    })
}
$null = New-MgIdentityConditionalAccessPolicy -BodyParameter @{
    displayName = "$appName`: blocked elsewhere"
    state = 'enabled'
    conditions = @{
        users = @{ includeUsers = @($user.Id) }
        applications = @{ includeApplications = @('All') }
        clientAppTypes = @('all')
        locations = @{ includeLocations = @('All'); excludeLocations = @($place.Id) }
    }
    grantControls = @{ operator = 'OR'; builtInControls = @('block') }
}
Write-Host "Exclude $username from the policies that demand MFA, and tell their owner why."

# Both secrets into the store of this account on this machine. Entra may need a minute until it knows all of the above: if the
# sign-in is refused, run the last command again in this session.
$secret = Add-MgApplicationPassword -ApplicationId $app.Id -PasswordCredential @{
    DisplayName = 'ropc'; EndDateTime = (Get-Date).AddMonths(6) }
@{ client_secret = $secret.SecretText; password = $password } | ConvertTo-Json -Compress |
    ropc login --secrets-stdin --yes --tenant $tenant --client-id $app.AppId --username $username
