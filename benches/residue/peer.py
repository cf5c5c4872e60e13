"""The password grant with msal, as its documentation has it: secrets from standard input, the token in a variable."""
import json
import sys

import msal

wish = json.loads(sys.stdin.readline())
app = msal.ConfidentialClientApplication(
    wish["client_id"],
    client_credential=wish["client_secret"],
    authority=wish["authority"],
    instance_discovery=False,
    validate_authority=False,
    verify=wish["ca"],
)
answer = app.acquire_token_by_username_password(wish["username"], wish["password"], scopes=[wish["scope"]])
token = answer.get("access_token") or sys.exit(f"{answer.get('error')}: {answer.get('error_description')}")
del wish
print("ready", flush=True)
sys.stdin.readline()
