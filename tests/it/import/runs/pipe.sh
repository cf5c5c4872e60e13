#!/bin/bash
set -euo pipefail
CLIENT_SECRET='[[S]]'
PASSWORD='[[P]]'

TOKEN=$(curl -sS -X POST "[[E]]" \
  -H 'Content-Type: application/x-www-form-urlencoded' \
  -d grant_type=password \
  -d client_id=[[C]] \
  -d username=[[U]] \
  -d scope=User.Read.All \
  --data-urlencode "client_secret=$CLIENT_SECRET" \
  --data-urlencode "password=$PASSWORD" | jq -r .access_token)

curl -sS -H "Authorization: Bearer $TOKEN" "[[G]]/me?\$select=id" | jq -r .userPrincipalName
curl -sS -X POST -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \
  -d '{"message":{"subject":"nightly"}}' "[[G]]/me/sendMail" >/dev/null
