// Gets a token through unmodified @azure/identity and calls /v1.0/me with it.
// usage: graph_me.mjs CLIENT GRAPH [SECONDS]; the package is found from ROPC_TEST_PEERS, the CA from NODE_EXTRA_CA_CERTS.
import { createRequire } from "node:module";

const [client, graph, seconds] = process.argv.slice(2);
const load = createRequire(process.env.PEERS + "/node/package.json");
const { ManagedIdentityCredential, DefaultAzureCredential, AzureCliCredential } = load("@azure/identity");
const kinds = { managed: ManagedIdentityCredential, default: DefaultAzureCredential, cli: AzureCliCredential };
const credential = new kinds[client]();
const end = Date.now() + 1000 * (seconds ?? 0);
let calls = 0;
for (;;) {
  const { token } = await credential.getToken("https://graph.microsoft.com/.default");
  const reply = await fetch(graph + "/v1.0/me", { headers: { Authorization: "Bearer " + token } });
  if (reply.status !== 200) {
    console.error(`graph answered ${reply.status} after ${calls} calls: ${await reply.text()}`);
    process.exit(1);
  }
  const me = await reply.json();
  calls += 1;
  if (Date.now() >= end) {
    console.log(client, me.userPrincipalName, calls);
    break;
  }
  await new Promise((done) => setTimeout(done, 1000));
}
