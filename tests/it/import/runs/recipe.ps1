# Nightly user report.
$TenantID     = "[[T]]"
$ClientID     = "[[C]]"
$ClientSecret = "[[S]]"
$Scope        = "user.read.all"
$UserName     = "[[U]]"
$Password     = "[[P]]"

$Uri  = "[[A]]/$TenantID/oauth2/v2.0/token"
$Body = @{
    client_id     = $ClientID
    client_secret = $ClientSecret
    scope         = $Scope
    username      = $UserName
    password      = $Password
    grant_type    = 'password'
}
$Response    = Invoke-WebRequest -Uri $Uri -Method Post -Body $Body -ContentType 'application/x-www-form-urlencoded'
$AccessToken = ConvertTo-SecureString -AsPlainText ($Response.Content | ConvertFrom-Json).access_token -Force

Connect-MgGraph -AccessToken $AccessToken
Get-MgUser
