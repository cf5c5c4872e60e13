// `oauth2-mock-server` from npm as a token endpoint: usage: node server.cjs MODULES KEY CERTIFICATE TOKEN_PATH
// First prints its port. Then, for each request, one line of JSON with the form as its own parser understood it, and its token.
const { createRequire } = require('node:module');
const [modules, key, certificate, token] = process.argv.slice(2);
const { OAuth2Server, Events } = createRequire(modules + '/')('oauth2-mock-server');

// What it grants is its own. What it refuses, by the name of the user, is what OAuth 2.0 (RFC 6749, 5.2) and gateways answer.
const refusals = {
  wrong: [400, { error: 'invalid_grant', error_description: 'AADSTS50126: wrong. Trace ID: x', error_codes: [50126] }],
  plain: [400, { error: 'invalid_grant' }],
  client: [401, { error: 'invalid_client' }],
  busy: [503, { error: 'temporarily_unavailable' }],
};

(async () => {
  const server = new OAuth2Server(key, certificate, { endpoints: { token } });
  await server.issuer.keys.generate('RS256');
  server.service.on(Events.BeforeResponse, (response, request) => {
    const refusal = refusals[request.body.username.split('@')[0]];
    if (refusal) [response.statusCode, response.body] = refusal;
    const type = request.headers['content-type'];
    console.log(JSON.stringify({ form: request.body, type, token: response.body.access_token }));
  });
  await server.start(0, 'localhost');
  console.log(server.address().port);
  // It ends with whoever holds its input.
  process.stdin.resume().on('end', () => process.exit());
})();
