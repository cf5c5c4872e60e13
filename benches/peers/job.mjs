// The job in Node: secrets from the keychain (`secret-tool`, as Node has no library of its own for it), the token from
// `@azure/msal-node` with its cache in a file, the command as a child.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(process.env.BENCH_NODE_MODULES + '/');
const msal = require('@azure/msal-node');
const { BENCH_AUTHORITY: authority, BENCH_TENANT: tenant, BENCH_CLIENT_ID: clientId, BENCH_USERNAME: username } = process.env;
const secret = (name) => execFileSync('secret-tool', ['lookup', 'service', 'bench', 'username', name], { encoding: 'utf8' });
const warm = process.argv[2] === 'warm';
const file = 'node-cache.json';
const cachePlugin = {
  beforeCacheAccess: async (context) => {
    if (warm && existsSync(file)) context.tokenCache.deserialize(readFileSync(file, 'utf8'));
  },
  afterCacheAccess: async (context) => {
    if (context.cacheHasChanged) writeFileSync(file, context.tokenCache.serialize());
  },
};
const app = new msal.ConfidentialClientApplication({
  auth: {
    clientId,
    clientSecret: secret('client-secret'),
    authority: `${authority}/${tenant}`,
    knownAuthorities: [new URL(authority).host, authority.slice('https://'.length)],
  },
  cache: { cachePlugin },
});
const scopes = ['https://graph.microsoft.com/.default'];
let answer = null;
if (warm) {
  const [account] = await app.getTokenCache().getAllAccounts();
  if (account) answer = await app.acquireTokenSilent({ account, scopes });
}
answer ??= await app.acquireTokenByUsernamePassword({ scopes, username, password: secret('password') });
execFileSync('/bin/true', { env: { ...process.env, GRAPH_ACCESS_TOKEN: answer.accessToken } });
