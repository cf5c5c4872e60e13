"""Gets a token through an unmodified client and calls /v1.0/me with it.

usage: graph_me.py CLIENT GRAPH CA_FILE [SECONDS]; with SECONDS the token is asked for every second and used each time.
"""

import sys
import time

import requests

RESOURCE = "https://graph.microsoft.com"


def getter(client):
    if client == "msal":
        import msal

        # One client for all requests: its cache in memory is part of what is tested.
        app = msal.ManagedIdentityClient(msal.SystemAssignedManagedIdentity(), http_client=requests.Session())

        def get():
            reply = app.acquire_token_for_client(resource=RESOURCE)
            return reply.get("access_token") or sys.exit(f"msal: {reply}")

        return get
    from azure import identity

    kinds = {"managed": identity.ManagedIdentityCredential, "default": identity.DefaultAzureCredential,
             "cli": identity.AzureCliCredential}
    credential = kinds[client]()
    return lambda: credential.get_token(RESOURCE + "/.default").token


def main():
    client, graph, ca = sys.argv[1:4]
    end = time.monotonic() + float(sys.argv[4] if len(sys.argv) > 4 else 0)
    get, calls = getter(client), 0
    while True:
        reply = requests.get(graph + "/v1.0/me", headers={"Authorization": "Bearer " + get()}, verify=ca, timeout=30)
        if reply.status_code != 200:
            sys.exit(f"graph answered {reply.status_code} after {calls} calls: {reply.text}")
        calls += 1
        if time.monotonic() >= end:
            break
        time.sleep(1)
    print(client, reply.json()["userPrincipalName"], calls)


main()
