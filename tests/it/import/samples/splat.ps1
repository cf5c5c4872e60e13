$request = @{
    Uri    = "https://login.microsoftonline.com/7f1d3c52-0b7e-4a43-9a1c-2f6d54f0aa11/oauth2/v2.0/token"
    Method = 'Post'
    Body   = @{
        grant_type = 'password'; client_id = '3b9c6f0e-6a1d-4f57-8d6b-b1f1c3f2e901'
        client_secret = 'Xx8~made.up-secret-value-000000000000000'
        username = 'svc-report@contoso.example'
        password = 'made-up Password & 100%'
        scope = 'User.Read', 'Mail.Read'
    }
}
$result = Invoke-RestMethod @request
Connect-MgGraph -AccessToken (ConvertTo-SecureString $result.access_token -AsPlainText -Force)
Get-MgUser
