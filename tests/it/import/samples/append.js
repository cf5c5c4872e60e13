const params = new URLSearchParams();
params.append('grant_type', 'password');
params.append('client_id', '3b9c6f0e-6a1d-4f57-8d6b-b1f1c3f2e901');
params.append('client_secret', 'Xx8~made.up-secret-value-000000000000000');
params.append('scope', 'User.Read');
params.append('username', 'svc-report@contoso.example');
params.append('password', 'made-up Password & 100%');
fetch('https://login.microsoftonline.com/7f1d3c52-0b7e-4a43-9a1c-2f6d54f0aa11/oauth2/v2.0/token', { method: 'POST', body: params })
  .then(res => res.json())
  .then(json => console.log(json.access_token.length));
