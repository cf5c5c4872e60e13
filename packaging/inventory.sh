# What is in the programs and how they were built: licences, SBOM, BUILDINFO, sums and their signature. Sourced by `.ci/dist`.

# The crates of the program for a target, as `NAME vVERSION` and what else the format says.
crates_of() {
  "$cargo" tree -p ropc --locked --target "$1" --edges normal --prefix none --no-dedupe --format "$2" |
    sed 's| (proc-macro)||; s| (/[^)]*)||' | grep . | LC_ALL=C sort -u
}

heading() { printf '%s\n%s\n' "$(printf '=%.0s' {1..80})" "$1"; }

# A text with a heading. One that came before is not repeated, and each ends its last line.
licence_text() {
  local digest
  digest=$(sha256sum <"$3")
  printf -- '-- %s%s\n' "$2" "${first[$digest]:+: as in ${first[$digest]}}"
  [ -n "${first[$digest]:-}" ] || sed '$a\' "$3"
  first[$digest]=${first[$digest]:-$1}
}

# The licences of all crates in the program for this target, as the crates bring them along, then of what else is linked in.
licences() {
  local crate number licence dir file found own
  local -A first=()
  own=$("$cargo" metadata --no-deps --locked --format-version 1 | jq -r '.packages[].name')
  while read -r crate number licence; do
    number=${number#v}
    # Crates of this repository have the licences that lie beside the program.
    ! grep -qx "$crate" <<<"$own" || continue
    for dir in "$cargo_home"/registry/src/*/"$crate-$number"; do [ ! -d "$dir" ] || break; done
    [ -d "$dir" ] || { printf 'the sources of %s %s, with their licence, are not in %s\n' "$crate" "$number" "$cargo_home/registry/src" >&2; exit 1; }
    heading "$crate $number: $licence"
    found=
    for file in "$dir"/{,.licenses/,aws-lc/,aws-lc/third_party/*/}{LICEN[CS]E,COPYING,COPYRIGHT,NOTICE,UNLICENSE}* "$dir"/.licenses/*; do
      [ -f "$file" ] || continue
      found=yes
      licence_text "$crate" "${file#"$dir/"}" "$file"
    done
    [ -n "$found" ] || printf -- '-- The crate holds no text of its licence, which is %s. Authors: %s\n' "$licence" "$(authors "$dir/Cargo.toml")"
  done < <(crates_of "$1" '{p} {l}')
  runtime_licences "$1"
}

authors() {
  /usr/bin/python3 -c 'import sys, tomllib; print(", ".join(tomllib.load(open(sys.argv[1], "rb"))["package"].get("authors", [])) or "not named")' "$1"
}

# What is in a program beside crates: the libraries of the compilers that made it.
runtime_licences() {
  local zig doc=/usr/share/doc
  zig=$(echo "$tools"/py/lib/python3*/site-packages/ziglang)
  heading "Rust's standard library"
  licence_text 'Rust' copyright "$doc/rust-web-src/copyright"
  case $1 in
    *-windows-*)
      heading 'mingw-w64'
      licence_text 'mingw-w64' copyright "$doc/mingw-w64-x86-64-dev/copyright"
      heading 'libgcc'
      licence_text 'libgcc' copyright "$doc/gcc-mingw-w64-x86-64-win32/copyright"
      ;;
    *)
      heading "zig's runtime"
      licence_text 'zig' LICENSE "$zig/LICENSE"
      licence_text 'zig' libunwind/LICENSE.TXT "$zig/lib/libunwind/LICENSE.TXT"
      # Its files that start a program, and what the shared library does not hold.
      [[ $1 != *-gnu ]] || { heading 'glibc'; licence_text 'glibc' LICENSES "$zig/lib/libc/glibc/LICENSES"; }
      ;;
  esac
  [[ $1 != *-musl ]] || { heading 'musl'; licence_text 'musl' COPYRIGHT "$zig/lib/libc/musl/COPYRIGHT"; }
}

# CycloneDX writes beside each Cargo.toml, so it works in a copy. It lists crates that features which are off would need: only those
# of the program stay. What differs between two machines is taken out.
sbom() {
  local target=$1 copy=$work/sbom
  rm -rf "$copy"
  mkdir -p "$copy"
  git ls-files -z | xargs -0 cp --parents -t "$copy"
  (cd "$copy" && CARGO=$cargo SOURCE_DATE_EPOCH=$epoch "$tools/bin/cargo-cyclonedx" cyclonedx --quiet --format json \
    --spec-version 1.5 --target "$target" --manifest-path Cargo.toml --override-filename sbom)
  crates_of "$target" '{p}' | sed 's/ v/@/' >"$work/sbom.crates"
  jq --arg copy "$copy" --rawfile crates "$work/sbom.crates" '
    ($crates | split("\n")) as $in_program
    | .components |= map(select("\(.name)@\(.version)" | IN($in_program[])))
    | ([.metadata.component, .components[]] | map(.["bom-ref"])) as $refs
    | .dependencies |= map(select(.ref | IN($refs[])) | if .dependsOn then .dependsOn |= map(select(IN($refs[]))) else . end)
    | del(.serialNumber) | walk(if type == "string" then
    gsub("(path\\+)?file://" + $copy; "ropc") | gsub("\\?download_url=file://[^#]*"; "") else . end)' \
    "$copy/sbom.json" >"$out/ropc-$version-$target.cdx.json"
}

# With these set and installed, and a checkout of the commit, anybody builds the same bytes: docs/development/release.md.
buildinfo() {
  local llvm name
  echo "commit $commit"
  echo "SOURCE_DATE_EPOCH $epoch"
  printf '%s %s\n' ROPC_URL "$url" ROPC_PUBLISHER "$publisher" ROPC_MAIL "$mail"
  for name in $(compgen -e CARGO_PROFILE_RELEASE_); do echo "$name ${!name}"; done
  /usr/bin/rustc -vV
  "$cargo" --version
  # Beside the tools themselves what they link in or are linked with: code of LLVM, the assembler, libraries of Windows and of Rust.
  llvm=$(realpath "$(ldd /usr/bin/rustc | awk '/libLLVM/ { print $3 }')")
  llvm=$(dpkg -S "$llvm")
  dpkg-query -W -f '${Package} ${Version}\n' $(awk '$1 == "debian" { print $2 }' packaging/tools) dpkg gzip tar "${llvm%%:*}" \
    binutils-mingw-w64-x86-64 gcc-mingw-w64-x86-64-win32-runtime mingw-w64-x86-64-dev libstd-rust-web-dev | LC_ALL=C sort
  awk '$1 == "pypi" || $1 == "cargo" { print $2 }' packaging/tools
}

# SHA256SUMS of all that is in dist/, and its signature where the publisher names a key (ROPC_MINISIGN_KEY).
sums() {
  rm -f "$out"/SHA256SUMS*
  (cd "$out" && find . -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum >"$work/SHA256SUMS")
  mv "$work/SHA256SUMS" "$out/"
  [ -z "${ROPC_MINISIGN_KEY:-}" ] || minisign -S -s "$ROPC_MINISIGN_KEY" -m "$out/SHA256SUMS" -t "ropc $version" </dev/null
}
