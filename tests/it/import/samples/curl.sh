#!/bin/bash
set -euo pipefail
CLIENT_SECRET='Xx8~made.up-secret-value-000000000000000'
TOKEN=$(curl -s -X POST "https://login.microsoftonline.com/7f1d3c52-0b7e-4a43-9a1c-2f6d54f0aa11/oauth2/v2.0/token" \
  -d grant_type=password \
  -d client_id=3b9c6f0e-6a1d-4f57-8d6b-b1f1c3f2e901 \
  -d "client_secret=$CLIENT_SECRET" \
  --data-urlencode "username=svc-report@contoso.example" \
  --data-urlencode 'password=made-up Password & 100%' \
  -d scope=User.Read | jq -r .access_token)
curl -s -H "Authorization: Bearer $TOKEN" https://graph.microsoft.com/v1.0/me
