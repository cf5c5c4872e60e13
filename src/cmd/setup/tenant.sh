#!/bin/sh
# Prepares a tenant for a job that signs in with `ropc`. Written by `ropc setup`, which ran none of it: read it, change it, then
# run it as an admin (Application, User and Privileged Role Administrator, or Global Administrator). It needs az, jq and openssl.
# It stops at the first error. It writes no secret to a file or a command line and shows none: both go to `ropc login` through a pipe.
set -eu

tenant=@TENANT@
app_name=@APP@
username=@USERNAME@
set -- @SCOPES@     # delegated permissions of Microsoft Graph

graph=https://graph.microsoft.com/v1.0
graph_app=00000003-0000-0000-c000-000000000000
# post PATH: sends the JSON of standard input to Microsoft Graph and prints the id of the answer.
post() {
  az rest --method post --url "$graph/$1" --headers Content-Type=application/json --body @- --query id --output tsv
}

az login --tenant "$tenant" --allow-no-subscriptions --output none

# The app: this tenant only, the named permissions and no others, assignment required.
app=$(az ad app create --display-name "$app_name" --sign-in-audience AzureADMyOrg --query appId --output tsv)
principal=$(az ad sp create --id "$app" --query id --output tsv)
graph_principal=$(az ad sp show --id "$graph_app" --query id --output tsv)
for permission; do
  id=$(az ad sp show --id "$graph_app" --query "oauth2PermissionScopes[?value=='$permission'].id | [0]" --output tsv)
  [ -n "$id" ] || { echo "Microsoft Graph has no delegated permission $permission" >&2; exit 1; }
  az ad app permission add --id "$app" --api "$graph_app" --api-permissions "$id=Scope" --output none
done
az ad sp update --id "$principal" --set appRoleAssignmentRequired=true --output none

# The user: for this job alone, without an admin role, with a random password.
password="Aa1!$(openssl rand -base64 36)"
user=$(printf '%s' "$password" | jq -Rs --arg upn "$username" --arg name "$app_name" '{
  accountEnabled: true, displayName: $name, userPrincipalName: $upn, mailNickname: ($upn | split("@")[0]),
  passwordPolicies: "DisablePasswordExpiration",
  passwordProfile: { password: ., forceChangePasswordNextSignIn: false } }' | post users)

# Consent for this user only, and the assignment of this user only.
jq -n --arg app "$principal" --arg user "$user" --arg graph "$graph_principal" --arg scope "$*" '{
  clientId: $app, consentType: "Principal", principalId: $user, resourceId: $graph, scope: $scope }' |
  post oauth2PermissionGrants >/dev/null
jq -n --arg app "$principal" --arg user "$user" '{
  principalId: $user, resourceId: $app, appRoleId: "00000000-0000-0000-0000-000000000000" }' |
  post "servicePrincipals/$principal/appRoleAssignedTo" >/dev/null

# The fence is yours to make: the app of Azure CLI has no right to Conditional Access. The script of `ropc setup --shell pwsh` makes it.
cat <<END
Now, in Entra admin center > Conditional Access:
1. Named locations: the addresses of the job: @ADDRESSES@
2. A policy for $username alone: all resources, every location but these, Block.
3. Exclude $username from the policies that demand MFA, and tell their owner why.
END

# Both secrets into the store of this account on this machine. Entra may need a minute until it knows all of the above.
secret=$(az ad app credential reset --id "$app" --append --display-name ropc --query password --output tsv)
attempt=1
until printf '%s\n%s' "$secret" "$password" | jq -Rs 'split("\n") | { client_secret: .[0], password: .[1] }' |
  ropc login --secrets-stdin --yes --tenant "$tenant" --client-id "$app" --username "$username"; do
  [ "$attempt" -lt 2 ] || exit 1
  attempt=$((attempt + 1))
  sleep 60
done
