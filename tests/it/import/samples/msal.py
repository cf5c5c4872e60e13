"""Nightly report."""
import json
import msal
import requests

TENANT_ID = "7f1d3c52-0b7e-4a43-9a1c-2f6d54f0aa11"
app = msal.ConfidentialClientApplication(
    "3b9c6f0e-6a1d-4f57-8d6b-b1f1c3f2e901",
    authority=f"https://login.microsoftonline.com/{TENANT_ID}",
    client_credential="Xx8~made.up-secret-value-000000000000000",
)
result = app.acquire_token_by_username_password(
    username="svc-report@contoso.example", password="made-up Password & 100%", scopes=["User.Read"]
)
reply = requests.get(
    "https://graph.microsoft.com/v1.0/me", headers={"Authorization": "Bearer " + result["access_token"]}
)
print(json.dumps(reply.json()))
