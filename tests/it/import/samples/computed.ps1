$TenantId = '7f1d3c52-0b7e-4a43-9a1c-2f6d54f0aa11'
$ClientId = $env:CLIENT_ID
$ClientSecret = Get-Secret -Name graph -AsPlainText
$UserName = 'svc-report@contoso.example'
$Password = Read-Host -AsSecureString 'Password'
Send-Report
