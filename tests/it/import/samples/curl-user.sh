#!/bin/sh
set -e
get_token() {
  curl -fsS -u '3b9c6f0e-6a1d-4f57-8d6b-b1f1c3f2e901:Xx8~made.up-secret-value-000000000000000' -d grant_type=password -d username=svc-report@contoso.example \
    --data-urlencode 'password=made-up Password & 100%' -d scope=User.Read \
    https://login.microsoftonline.com/7f1d3c52-0b7e-4a43-9a1c-2f6d54f0aa11/oauth2/v2.0/token | jq -r .access_token
}
curl -sS -H "Authorization: Bearer $(get_token)" https://graph.microsoft.com/v1.0/me
