"""The job in Python: secrets and token cache in the keychain (`keyring`), the token from `msal`, the command in its place."""
import os
import sys

import keyring
import msal

SCOPE = ["https://graph.microsoft.com/.default"]
cache = msal.SerializableTokenCache()
warm = sys.argv[1] == "warm"
if warm and (stored := keyring.get_password("bench", "python-cache")):
    cache.deserialize(stored)
app = msal.ConfidentialClientApplication(
    os.environ["BENCH_CLIENT_ID"],
    client_credential=keyring.get_password("bench", "client-secret"),
    authority=f"{os.environ['BENCH_AUTHORITY']}/{os.environ['BENCH_TENANT']}",
    instance_discovery=False,
    validate_authority=False,
    verify=os.environ["BENCH_CA"],
    token_cache=cache,
)
answer = None
if warm and (accounts := app.get_accounts()):
    answer = app.acquire_token_silent(SCOPE, account=accounts[0])
if not answer:
    password = keyring.get_password("bench", "password")
    answer = app.acquire_token_by_username_password(os.environ["BENCH_USERNAME"], password, scopes=SCOPE)
    if "access_token" not in answer:
        sys.exit(f"{answer.get('error')}: {answer.get('error_description')}")
    keyring.set_password("bench", "python-cache", cache.serialize())
os.environ["GRAPH_ACCESS_TOKEN"] = answer["access_token"]
os.execv("/bin/true", ["/bin/true"])
