#!/usr/bin/env bash
# Installs the tools that ropc is compared with, unmodified, from their registries, into one directory.
# usage: benches/peers.sh DIR. Nothing outside DIR is changed but package caches.
set -euo pipefail
dir=${1:?usage: benches/peers.sh DIR}
mkdir -p "$dir/node"
[ -x "$dir/py/bin/python" ] || python3 -m venv "$dir/py"
"$dir/py/bin/pip" install --quiet --disable-pip-version-check 'keyring==25.7.0' 'secretstorage==3.5.0' 'msal==1.39.0'
[ -x "$dir/az/bin/az" ] || { python3 -m venv "$dir/az"; "$dir/az/bin/pip" install --quiet --disable-pip-version-check 'azure-cli==2.91.0'; }
cd "$dir/node"
[ -f package.json ] || printf '{"private": true}\n' >package.json
npm install --silent --no-audit --no-fund --ignore-scripts '@azure/msal-node@7.2.3'
