# The job in a shell: both secrets from the keychain, one request, the token to the command. The made-up secrets need no encoding.
password=$(secret-tool lookup service bench username password)
client_secret=$(secret-tool lookup service bench username client-secret)
json=$(curl --silent --fail --cacert "$BENCH_CA" --data @- "$BENCH_AUTHORITY/$BENCH_TENANT/oauth2/v2.0/token" <<END
grant_type=password&client_id=$BENCH_CLIENT_ID&client_secret=$client_secret&username=$BENCH_USERNAME&password=$password&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default
END
)
token=${json#*\"access_token\":\"}
GRAPH_ACCESS_TOKEN=${token%%\"*}
export GRAPH_ACCESS_TOKEN
[ ${#GRAPH_ACCESS_TOKEN} -gt 100 ] || exit 1
exec /bin/true
