# What takes builds of its own: the same bytes again, a build without the checkout's settings, a program of a next version. Sourced by
# `.ci/dist-test`.

# Another directory and another HOME; crates are downloaded again.
again() {
  local home=$scratch/home tree=$scratch/somewhere/else file same=0 other=0
  mkdir -p "$home" "$(dirname "$tree")"
  git clone --quiet . "$tree"
  (cd "$tree" && env -u CARGO_TARGET_DIR -u XDG_CACHE_HOME HOME="$home" CARGO_HOME="$home/.cargo" \
    ROPC_DIST_DIR="$scratch/again" .ci/dist "$@") >"$scratch/again.log" 2>&1 || { tail -40 "$scratch/again.log"; exit 1; }
  for file in "$scratch"/again/*; do
    if cmp "$file" "$out/$(basename "$file")"; then same=$((same + 1)); else other=$((other + 1)); fi
  done
  printf '%s passed, %s failed\n' "$same" "$other"
  [ "$other" = 0 ]
}

# `cargo install` in a checkout, and of the crates as a registry would hold them, where no `.cargo/config.toml` is seen. Both work, say
# what differs, and differ in that: aws-lc's own source of entropy (`jent_...`).
registry() {
  local crates=(locked-memory entra-codes plaintext secret-service-store ropc) crate file from=()
  start_tenant
  cargo install --quiet --path . --locked --offline --debug --root "$scratch/checkout"
  is_installed checkout kernel-entropy
  ! nm "$scratch/checkout/bin/ropc" | grep _jent_ >/dev/null || failed 'a checkout builds aws-lc with its own entropy'

  cargo package --quiet --allow-dirty --no-verify --offline --target-dir "$scratch/packed" "${crates[@]/#/--package=}"
  for file in "$scratch"/packed/package/*.crate; do tar -xzf "$file" -C "$scratch"; done
  # The crate holds the settings; Cargo reads them in a directory, and not in a crate of a registry.
  rm -r "$scratch/ropc-$version/.cargo"
  for crate in "${crates[@]:0:4}"; do from+=(--config "patch.crates-io.$crate.path='$scratch/$crate-$version'"); done
  (cd "$scratch/ropc-$version" && cargo install --quiet --path . --offline --debug --root "$scratch/registry" --target-dir "$scratch/registry-target" \
    "${from[@]}")
  is_installed registry jitter-entropy
  nm "$scratch/registry/bin/ropc" | grep _jent_ >/dev/null || failed 'the control: no entropy of aws-lc itself'
  printf '2 passed, 0 failed\n'
}

# `is_installed ROOT FEATURE`: the program that `cargo install` put there signs in, and says how it was built.
is_installed() {
  local program=$scratch/$1/bin/ropc home=$scratch/home-$1
  mkdir "$home"
  "$program" --version --verbose | grep -x "features: $2" >/dev/null || failed "what it says of itself: $("$program" --version --verbose)"
  logs_in "$scratch/tenant/ca.pem" file env -i HOME="$home" PATH=/usr/bin:/bin "$program"
  works "$scratch/finds-token" env -i HOME="$home" PATH=/usr/bin:/bin "$program"
}

# A program of a next version, whose profile, bundle and file store have formats that today's does not know.
newer() {
  local target new=$scratch/new old=$scratch/old
  target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
  local run=(env -i HOME="$scratch" PATH=/usr/bin:/bin)
  start_tenant
  cargo build --quiet --locked --bin ropc
  cp "$target/debug/ropc" "$old"
  mkdir "$scratch/newer"
  git ls-files -z | xargs -0 cp --parents -t "$scratch/newer"
  next_formats "$scratch/newer"
  (cd "$scratch/newer" && CARGO_TARGET_DIR=$target cargo build --quiet --offline --bin ropc)
  mv "$target/debug/ropc" "$new"
  "$new" --version | grep -x 'ropc 0.2.0' >/dev/null || failed 'it is no newer version'
  logs_in "$scratch/tenant/ca.pem" file "${run[@]}" "$new"
  works "$scratch/finds-token" "${run[@]}" "$new"
  refuses 'ropc 0.2.0 and newer read it: update ropc' "${run[@]}" "$old"
  # With the profile, and the copy that login keeps, in today's format, the next file is met.
  sed -i 's/^version = 2/version = 1/; /^needs/d' "$scratch/.config/ropc/profiles/default.toml" "$scratch"/.local/state/ropc/enrolled/*
  refuses 'its format has version 2, which ropc 0.2.0 and newer read' "${run[@]}" "$old"
  printf '1 passed, 0 failed\n'
}

refuses() {
  ! "${@:2}" token --no-cache >"$scratch/said" 2>&1 || failed 'it read a newer format'
  grep -qF "$1" "$scratch/said" || failed "it says: $(cat "$scratch/said")"
}

# The changes that a next version would make (docs/development/release.md, Formats). Each must be found in the source.
next_formats() {
  changed "$1/Cargo.toml" '0,/^version = "0.1.0"/s//version = "0.2.0"/'
  changed "$1/src/profile/text.rs" 's/put("version", Value::Integer(1));/put("version", Value::Integer(2)); put("needs", "0.2.0".into());/'
  changed "$1/src/profile/text.rs" 's/Some(Value::Integer(1)) =>/Some(Value::Integer(2)) =>/'
  changed "$1/src/profile/text.rs" 's/^    check_keys(table)?;$//'
  changed "$1/src/vault/bundle.rs" 's/^const VERSION: u64 = 1;/const VERSION: u64 = 2;/'
  changed "$1/src/vault/store_header.rs" 's/^const FORMAT: u8 = 1;/const FORMAT: u8 = 2;/'
  changed "$1/src/vault/store_header.rs" 's/&\[FORMAT\]/\&[FORMAT, 0, 2, 0]/; s/MAGIC.len() + 2)/MAGIC.len() + 5)/; s/Some(\[format, source\])/Some([format, _, _, _, source])/'
}

changed() {
  cp "$1" "$scratch/before-change"
  sed -i "$2" "$1"
  ! cmp -s "$1" "$scratch/before-change" || failed "$1 has changed: $2"
}
