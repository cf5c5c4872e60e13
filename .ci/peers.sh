#!/usr/bin/env bash
# Installs the Azure clients that tests/sdk talks through, unmodified, from their registries, into one directory.
# usage: .ci/peers.sh DIR; then run the tests with ROPC_TEST_PEERS=DIR. Nothing outside DIR is changed but package caches.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
dir=${1:?usage: .ci/peers.sh DIR}
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)

[ -x "$dir/py/bin/python" ] || python3 -m venv "$dir/py"
"$dir/py/bin/pip" install --quiet --disable-pip-version-check 'azure-identity==1.27.0' 'msal==1.39.0' requests

mkdir -p "$dir/node"
cd "$dir/node"
[ -f package.json ] || printf '{"private": true}\n' >package.json
npm install --silent --no-audit --no-fund --ignore-scripts '@azure/identity@4.13.1' '@pnp/cli-microsoft365@11.11.0'

cd "$here/tests/sdk/rust-peer"
CARGO_TARGET_DIR="$dir/rust-target" cargo build --quiet --locked
cp "$dir/rust-target/debug/rust-peer" "$dir/rust-peer"
