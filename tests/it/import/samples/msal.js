const msal = require('@azure/msal-node');

const config = {
  auth: {
    clientId: '3b9c6f0e-6a1d-4f57-8d6b-b1f1c3f2e901',
    authority: 'https://login.microsoftonline.com/7f1d3c52-0b7e-4a43-9a1c-2f6d54f0aa11',
    clientSecret: "Xx8~made.up-secret-value-000000000000000", // expires in May
  },
};
const cca = new msal.ConfidentialClientApplication(config);

async function main() {
  const result = await cca.acquireTokenByUsernamePassword({
    scopes: ['User.Read'],
    username: 'svc-report@contoso.example',
    password: 'made-up Password & 100%',
  });
  const reply = await fetch('https://graph.microsoft.com/v1.0/me', { headers: { Authorization: `Bearer ${result.accessToken}` } });
  console.log(await reply.json());
}
main();
