#!/usr/bin/env bash
# Installs what `.ci/needs` lists from PyPI and npm, unmodified: the Azure clients that tests/sdk talks through, and a token
# endpoint that is not ours. Into one directory.
# usage: .ci/peers.sh DIR; then run the tests with ROPC_TEST_PEERS=DIR. Nothing outside DIR is changed but package caches.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
dir=${1:?usage: .ci/peers.sh DIR}
mkdir -p "$dir"
from() { awk -v from="$1" '$1 == from { print $2 }' "$here/.ci/needs"; }
dir=$(cd "$dir" && pwd)

[ -x "$dir/py/bin/python" ] || python3 -m venv "$dir/py"
"$dir/py/bin/pip" install --quiet --disable-pip-version-check $(from pypi)

mkdir -p "$dir/node"
cd "$dir/node"
[ -f package.json ] || printf '{"private": true}\n' >package.json
npm install --silent --no-audit --no-fund --ignore-scripts $(from npm)

cd "$here/tests/sdk/rust-peer"
CARGO_TARGET_DIR="$dir/rust-target" CARGO_PROFILE_DEV_DEBUG=0 cargo build --quiet --locked
cp "$dir/rust-target/debug/rust-peer" "$dir/rust-peer"
