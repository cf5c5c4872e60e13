#!/bin/bash
set -euo pipefail
tenant=[[T]]
secret="[[S]]"

get_token() {
  curl -sS "[[A]]/${tenant}/oauth2/v2.0/token" \
    -d grant_type=password -d client_id=[[C]] -d username=[[U]] -d scope=User.Read.All \
    --data-urlencode "client_secret=${secret}" --data-urlencode 'password=[[P]]' | jq .access_token | sed 's/"//g'
}

graph() {
  curl -sS -H "Authorization: Bearer $TOKEN" "[[G]]/$1"
}

TOKEN=$(get_token)
graph me | jq -r .id
graph 'users?$top=1' | jq '.value | length'
