param([string] $Select = 'id')

function Get-GraphToken {
    param([string] $Tenant)
    $body = @{
        grant_type    = 'password'
        client_id     = '[[C]]'
        client_secret = '[[S]]'
        username      = '[[U]]'
        password      = '[[P]]'
        scope         = 'User.Read.All'
    }
    $answer = Invoke-RestMethod -Uri "[[A]]/$Tenant/oauth2/v2.0/token" -Method POST -Body $body
    return $answer.access_token
}

$token = Get-GraphToken -Tenant '[[T]]'
$me = Invoke-RestMethod "[[G]]/me?`$select=$Select" -Headers @{ Authorization = "Bearer $token" }
Write-Output $me.userPrincipalName
