const tenantId = '7f1d3c52-0b7e-4a43-9a1c-2f6d54f0aa11';
const body = new URLSearchParams({
  grant_type: 'password',
  client_id: '3b9c6f0e-6a1d-4f57-8d6b-b1f1c3f2e901',
  client_secret: 'Xx8~made.up-secret-value-000000000000000',
  username: 'svc-report@contoso.example',
  password: 'made-up Password & 100%',
  scope: 'User.Read',
});
const answer = await fetch(`https://login.microsoftonline.com/${tenantId}/oauth2/v2.0/token`, { method: 'POST', body });
const { access_token } = await answer.json();
console.log(access_token.length);
