# What each installed program has to do, and the tenant that it does it with. Sourced by `.ci/dist-test`.

# `starts NAME LOG ERRORS`: waits for what a process in the background prints first, for 10 seconds.
starts() {
  local tries
  for ((tries = 0; tries < 100; tries++)); do
    [ ! -s "$2" ] || return 0
    sleep 0.1
  done
  failed "$1 does not start: $(cat "$3")"
}

# The emulated tenant, until the end of the run.
start_tenant() {
  cargo build --quiet --locked --package entra-emulator --bin entra-emulator
  "${CARGO_TARGET_DIR:-target}/debug/entra-emulator" --dir "$scratch/tenant" --no-loop-limit --keep-running \
    >"$scratch/tenant.log" 2>"$scratch/tenant.err" &
  started+=($!)
  starts 'the emulated tenant' "$scratch/tenant.log" "$scratch/tenant.err"
  tenant=$scratch/tenant/emulator.json
  # A job that ends with 0 if it has a token.
  printf '#!/bin/sh\ntest "${#GRAPH_ACCESS_TOKEN}" -gt 100\n' >"$scratch/finds-token"
  chmod +x "$scratch/finds-token"
}

fact() { jq -r ".$1" "$tenant"; }

# `logs_in CA STORE COMMAND...`: login by the program that COMMAND runs. CA is the path of the PEM file as that program sees it; where
# it is empty, the roots of the system have to do.
logs_in() {
  local ca=() store=(--store "$2")
  [ -z "$1" ] || ca=(--ca-file "$1")
  [ "$2" != file ] || store+=(--key-source key-file)
  shift 2
  jq -c '{client_secret, password}' "$tenant" |
    "$@" login --secrets-stdin --yes "${store[@]}" --authority "$(fact authority)" "${ca[@]}" --tenant "$(fact tenant)" \
      --client-id "$(fact client_id)" --username "$(fact username)" >"$scratch/said" 2>&1 || failed "login: $(cat "$scratch/said")"
  grep -q 'signed in as' "$scratch/said" || failed "login: $(cat "$scratch/said")"
}

# `works CHILD COMMAND...`: a job, doctor and a token with the profile that is there. CHILD is a command that finds a token.
works() {
  local child=$1
  shift
  # shellcheck disable=SC2086 # the words of the command
  "$@" exec --no-cache -- $child >"$scratch/said" 2>&1 || failed "exec: $(cat "$scratch/said")"
  "$@" doctor >"$scratch/said" 2>&1 || failed "doctor: $(cat "$scratch/said")"
  "$@" token 2>"$scratch/said" | grep -E '^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.' >/dev/null || failed "token: $(cat "$scratch/said")"
}
