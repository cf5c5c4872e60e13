$ErrorActionPreference = 'Stop'
$request = @{
    Method = 'Post'
    Uri    = "[[E]]"
    Body   = @{
        grant_type    = 'password'
        client_id     = '[[C]]'
        client_secret = '[[S]]'
        username      = '[[U]]'
        password      = '[[P]]'
        scope         = 'User.Read.All'
    }
}
$token = Invoke-RestMethod @request
$headers = @{ Authorization = "$($token.token_type) $($token.access_token)" }
(Invoke-RestMethod -Uri '[[G]]/users' -Headers $headers).value | ForEach-Object { $_.userPrincipalName }
Invoke-RestMethod -Method Post -Uri '[[G]]/me/sendMail' -Headers $headers -ContentType 'application/json' `
    -Body '{"message":{"subject":"nightly"}}' -SkipHttpErrorCheck | Out-Null
