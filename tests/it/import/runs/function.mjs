const cfg = { clientSecret: '[[S]]', password: '[[P]]' };

async function getToken() {
  const res = await fetch('[[E]]', {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'password', client_id: '[[C]]', username: '[[U]]', client_secret: cfg.clientSecret, password: cfg.password, scope: 'User.Read.All' }),
  });
  if (!res.ok) throw new Error(`token: ${res.status}`);
  const data = await res.json();
  if (!(data.expires_in > 60)) throw new Error('too short');
  return data.access_token;
}

const headers = { Authorization: 'Bearer ' + await getToken() };
const users = await (await fetch('[[G]]/users', { headers })).json();
console.log(users.value.map(user => user.id).sort());
