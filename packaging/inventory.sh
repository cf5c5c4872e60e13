# What is in the programs and how they were built: licences, SBOM, BUILDINFO, sums and their signature. Sourced by `.ci/dist`.

# The licences of all crates in the program for this target, as the crates bring them along. A text that came before is not repeated.
licences() {
  local crate number licence file digest
  local -A first=()
  while read -r crate number licence; do
    printf '%s\n%s %s: %s\n' "$(printf '=%.0s' {1..80})" "$crate" "${number#v}" "$licence"
    for file in "$cargo_home"/registry/src/*/"$crate-${number#v}"/{LICEN[CS]E,COPYING,NOTICE}*; do
      [ -f "$file" ] || continue
      digest=$(sha256sum <"$file")
      printf -- '-- %s%s\n' "$(basename "$file")" "${first[$digest]:+: as in ${first[$digest]}}"
      [ -n "${first[$digest]:-}" ] || cat "$file"
      first[$digest]=${first[$digest]:-$crate}
    done
  done < <("$cargo" tree --locked --target "$1" --edges normal --prefix none --no-dedupe --format "{p} {l}" | grep . |
    sed "s| (proc-macro)||; s| (/[^)]*)||" | LC_ALL=C sort -u)
}

# CycloneDX writes beside each Cargo.toml, so it works in a copy. What differs between two machines is taken out.
sbom() {
  local target=$1 copy=$work/sbom
  rm -rf "$copy"
  mkdir -p "$copy"
  git ls-files -z | xargs -0 cp --parents -t "$copy"
  (cd "$copy" && SOURCE_DATE_EPOCH=$epoch "$tools/bin/cargo-cyclonedx" cyclonedx --quiet --format json --spec-version 1.5 --target "$target" \
    --manifest-path Cargo.toml --override-filename sbom)
  jq --arg copy "$copy" 'del(.serialNumber) | walk(if type == "string" then
    gsub("(path\\+)?file://" + $copy; "ropc") | gsub("\\?download_url=file://[^#]*"; "") else . end)' \
    "$copy/sbom.json" >"$out/ropc-$version-$target.cdx.json"
}

# With these set and installed, and a checkout of the commit, anybody builds the same bytes: docs/development/release.md.
buildinfo() {
  echo "commit $commit"
  echo "SOURCE_DATE_EPOCH $epoch"
  printf '%s %s\n' ROPC_URL "$url" ROPC_PUBLISHER "$publisher" ROPC_MAIL "$mail"
  /usr/bin/rustc -vV
  "$cargo" --version
  dpkg-query -W -f '${Package} ${Version}\n' $(awk '$1 == "debian" { print $2 }' packaging/tools) ca-certificates dpkg gzip tar xz-utils
  awk '$1 == "pypi" || $1 == "cargo" { print $2 }' packaging/tools
}

# SHA256SUMS of all that is in dist/, and its signature where the publisher names a key (ROPC_MINISIGN_KEY).
sums() {
  rm -f "$out"/SHA256SUMS*
  (cd "$out" && find . -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum >"$work/SHA256SUMS")
  mv "$work/SHA256SUMS" "$out/"
  [ -z "${ROPC_MINISIGN_KEY:-}" ] || minisign -S -s "$ROPC_MINISIGN_KEY" -m "$out/SHA256SUMS" -t "ropc $version" </dev/null
}
