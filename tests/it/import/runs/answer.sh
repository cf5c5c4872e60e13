#!/bin/bash
set -euo pipefail
CS='[[S]]'

ANSWER=$(curl -sS --data-urlencode "client_secret=$CS" --data-urlencode 'password=[[P]]' \
  -d 'grant_type=password&client_id=[[C]]&username=[[U]]&scope=User.Read.All' "[[E]]")
TOKEN=$(echo "$ANSWER" | jq .access_token | tr -d '"')

for id in $(curl -sS -H "Authorization: Bearer $TOKEN" "[[G]]/users" | jq -r '.value[].id' | sort | head -2); do
  curl -sS -H "Authorization: Bearer $TOKEN" "[[G]]/users/$id" | jq -r .displayName
done
