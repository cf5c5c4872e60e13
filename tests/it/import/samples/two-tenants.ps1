$TenantId = '7f1d3c52-0b7e-4a43-9a1c-2f6d54f0aa11'
$ClientId = '3b9c6f0e-6a1d-4f57-8d6b-b1f1c3f2e901'
$ClientSecret = 'Xx8~made.up-secret-value-000000000000000'
$UserName = 'svc-report@contoso.example'
$Password = 'made-up Password & 100%'
Send-Report
# the other one
$TenantId = '11111111-2222-4333-8444-555555555555'
$ClientId = '66666666-7777-4888-9999-aaaaaaaaaaaa'
$ClientSecret = 'other~made-up~secret'
$UserName = 'svc-other@fabrikam.example'
$Password = 'other made-up password'
Send-Report
