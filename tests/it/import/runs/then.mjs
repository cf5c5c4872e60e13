const form = new URLSearchParams({
  grant_type: 'password', client_id: '[[C]]', client_secret: '[[S]]', username: '[[U]]', password: '[[P]]', scope: 'User.Read.All',
});
const token = await fetch('[[E]]', { method: 'POST', body: form })
  .then(r => r.json())
  .then(d => d.access_token);
for (const path of ['me', 'users']) {
  const answer = await fetch('[[G]]/' + path, { headers: { Authorization: `Bearer ${token}` } });
  console.log(path, answer.status);
}
