$tenant = "7f1d3c52-0b7e-4a43-9a1c-2f6d54f0aa11"
$appId = "3b9c6f0e-6a1d-4f57-8d6b-b1f1c3f2e901"
$secret = "Xx8~made.up-secret-value-000000000000000"
$user = "svc-report@contoso.example"
$pw = [uri]::EscapeDataString("made-up Password & 100%")
$plain = "made-up Password & 100%"
$body = "grant_type=password&client_id=$appId&client_secret=$secret&username=$user&password=$pw&scope=User.Read"
$t = (Invoke-RestMethod -Method Post -Uri "https://login.microsoftonline.com/$tenant/oauth2/v2.0/token" -Body $body).access_token
$Password = $plain
Invoke-RestMethod -Uri "https://graph.microsoft.com/v1.0/me" -Headers @{ Authorization = "Bearer $t" }
