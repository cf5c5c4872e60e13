'use strict';
const TENANT = '[[T]]';
const body = new URLSearchParams();
body.append('grant_type', 'password');
body.append('client_id', '[[C]]');
body.append('client_secret', '[[S]]');
body.append('username', '[[U]]');
body.append('password', '[[P]]');
body.append('scope', 'User.Read.All');

async function main() {
  const response = await fetch(`[[A]]/${TENANT}/oauth2/v2.0/token`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: body.toString(),
  });
  const { access_token } = await response.json();
  const me = await fetch('[[G]]/me?$select=id', { headers: { Authorization: `Bearer ${access_token}` } });
  console.log((await me.json()).userPrincipalName);
  const sent = await fetch('[[G]]/me/sendMail', {
    method: 'POST',
    headers: { Authorization: `Bearer ${access_token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ message: { subject: 'nightly' } }),
  });
  console.log(sent.status);
}

main().catch(error => { console.error(error); process.exit(1); });
