# Starts an oidc-agent and gives it an account at the emulated tenant by its own password flow. Prints its socket and its id.
dir=$PWD/oidc
mkdir -p "$dir"
export OIDC_CONFIG_DIR="$dir"
command -v oidc-agent >/dev/null || { echo 'oidc-agent is not installed' >&2; exit 1; }
eval "$(oidc-agent)" >/dev/null
echo "OIDC_SOCK=$OIDC_SOCK"
echo "OIDCD_PID=$OIDCD_PID"
export OIDC_ENCRYPTION_PW=bench
timeout 20 oidc-gen --pw-env=OIDC_ENCRYPTION_PW --flow=password --cert-path="$BENCH_CA" \
  --issuer="$BENCH_AUTHORITY/$BENCH_TENANT/v2.0" --client-id="$BENCH_CLIENT_ID" --client-secret="$BENCH_SECRET" \
  --op-username="$BENCH_USERNAME" --op-password="$BENCH_PASSWORD" --prompt=none --confirm-default \
  --scope=https://graph.microsoft.com/.default --redirect-uri=http://localhost:4242 bench >&2 || exit 1
oidc-token bench >/dev/null
