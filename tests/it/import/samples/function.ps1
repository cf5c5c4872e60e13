function Get-Token {
    param(
        [string]$TenantId = '7f1d3c52-0b7e-4a43-9a1c-2f6d54f0aa11',
        [string]$ClientId = '3b9c6f0e-6a1d-4f57-8d6b-b1f1c3f2e901',
        [string]$ClientSecret = 'Xx8~made.up-secret-value-000000000000000', # do not commit
        [string]$UserName = 'svc-report@contoso.example',
        [string]$Password = "made-up Password & 100%"
    )
    $body = @{ grant_type = 'password'; client_id = $ClientId; client_secret = $ClientSecret; username = $UserName; password = $Password; scope = 'User.Read' }
    $response = Invoke-RestMethod -Method Post -Uri "https://login.microsoftonline.com/$TenantId/oauth2/v2.0/token" -Body $body
    return $response.access_token
}
$token = Get-Token
Write-Output "token of $($token.Length) characters"
