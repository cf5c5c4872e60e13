$body = @{}
$body.Add("grant_type", "password")
$body.Add("client_id", "3b9c6f0e-6a1d-4f57-8d6b-b1f1c3f2e901")
$body.Add("client_secret", "Xx8~made.up-secret-value-000000000000000")
$body.Add("username", "svc-report@contoso.example")
$body.Add("password", "made-up Password & 100%")
$body.Add("scope", "User.Read")
$res = Invoke-RestMethod -Uri "https://login.microsoftonline.com/7f1d3c52-0b7e-4a43-9a1c-2f6d54f0aa11/oauth2/v2.0/token" -Method Post -Body $body
$headers = @{ Authorization = "Bearer $($res.access_token)" }
$me = Invoke-RestMethod -Uri "https://graph.microsoft.com/v1.0/me" -Headers $headers
$me.displayName
