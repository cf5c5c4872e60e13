# zip and msi, as far as Wine goes: in a copy of the Wine of `.ci/cross.sh`, whose server `.ci/dist-test` ends. Sourced by
# `.ci/dist-test`.

# A Windows program under Wine, with the profiles of a user of its own.
under_wine() {
  [ -e "$wine" ] || cp -a "$caches/cross/wine" "$wine"
  env -i PATH=/usr/bin:/bin HOME="$HOME" WINEPREFIX="$wine" WINEDEBUG=-all LC_ALL=C.UTF-8 ROPC_CONFIG_DIR="$wine_home" \
    ROPC_STATE_DIR="$wine_home" ROPC_CACHE_DIR="$wine_home" /usr/lib/wine/wine64 "$@"
}

# The path of a file as a Windows program knows it.
windows_path() { echo "Z:${1//\//\\}"; }
wine_home=$(windows_path "$scratch/wine-home")

test_zip() {
  local file=$1 dir
  dir=$scratch/$(basename "$file" .zip)
  (cd "$scratch" && python3 -m zipfile -e "$file" .)
  binstall_finds "$file" x86_64-pc-windows-msvc
  check_crates "$dir/ropc.exe"
  is_small "$dir/ropc.exe"
  names_no_builder "$dir/ropc.exe"
  # What Windows itself has, and no library of the compiler.
  ! objdump -p "$dir/ropc.exe" | sed -n 's/.*DLL Name: //p' | grep -iE 'gcc|pthread|stdc' || failed 'it needs a DLL of the compiler'
  logs_in_under_wine "$dir/ropc.exe"
  works_under_wine "$dir/ropc.exe"
}

logs_in_under_wine() {
  mkdir -p "$scratch/wine-home"
  cp "$scratch/tenant/ca.pem" "$scratch/wine-home/"
  logs_in "$wine_home\\ca.pem" os under_wine "$1"
}

# And logs out, so that the next artefact begins without a profile.
works_under_wine() {
  works 'cmd /c if defined GRAPH_ACCESS_TOKEN (exit 0) else exit 1' under_wine "$1"
  says_its_build x86_64-pc-windows-gnu under_wine "$1"
  under_wine "$1" logout --yes >/dev/null 2>&1 || failed logout
  rm -rf "$scratch/wine-home"
}

# The same program as an older version: $scratch/older.msi. An installer cannot be edited as a deb can: it is built again.
older_msi() (
  msiextract -C "$scratch/msi-content" "$1" >/dev/null
  sed 's/@VERSION@/0.0.9/; s/@PRODUCT_CODE@/*/; s/@[A-Z]*@/older/; s|completions/||' packaging/ropc.wxs >"$scratch/older.wxs"
  . packaging/windows.sh
  cd "$scratch/msi-content/ropc"
  wixl -a x64 -o "$scratch/older.msi" "$scratch/older.wxs"
  epoch=$(date +%s) put_into_path "$scratch/older.msi"
)

# msiexec /i FILE or /x FILE, without a question.
msiexec() { under_wine msiexec "$1" "$(windows_path "$2")" /qn; }

# The versions of ropc that Windows knows, and how often PATH has its directory.
installed() {
  local key='HKLM\Software\Microsoft\Windows\CurrentVersion\Uninstall' path='HKLM\System\CurrentControlSet\Control\Session Manager\Environment'
  under_wine reg query "$key" /s | tr -d '\r' | sed -n 's/.*DisplayVersion *REG_SZ *//p'
  under_wine reg query "$path" | grep -oF 'C:\Program Files\ropc\' | wc -l
}

test_msi() {
  local file=$1 program='C:\Program Files\ropc\ropc.exe'
  msiinfo export "$file" Property | grep '^ALLUSERS	1' >/dev/null || failed 'it is not for the machine'
  older_msi "$file"
  msiexec /i "$scratch/older.msi" || failed 'msiexec /i of an older version'
  [ "$(installed)" = $'0.0.9\n1' ] || failed "the older version: $(installed)"
  logs_in_under_wine "$program"
  msiexec /i "$file" || failed 'msiexec /i'
  [ "$(installed)" = "$version"$'\n1' ] || failed "the upgrade: $(installed)"
  ! msiexec /i "$scratch/older.msi" || failed 'an older version replaces it'
  works_under_wine "$program"
  msiexec /x "$file" || failed 'msiexec /x'
  [ "$(installed)" = 0 ] && [ ! -e "$wine/drive_c/Program Files/ropc" ] || failed "it left: $(installed)"
}

# The hook for Authenticode, with a certificate made here.
test_signing() {
  local file=$scratch/signed.exe
  openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj '/CN=test' -addext extendedKeyUsage=codeSigning \
    -keyout "$scratch/sign.key" -out "$scratch/sign.pem" 2>/dev/null
  cp "$1" "$file"
  cat >"$scratch/sign" <<SH
#!/bin/sh
osslsigncode sign -certs $scratch/sign.pem -key $scratch/sign.key -h sha256 -in "\$1" -out "\$1.signed" >/dev/null && mv "\$1.signed" "\$1"
SH
  chmod +x "$scratch/sign"
  (. packaging/windows.sh && ROPC_SIGN=$scratch/sign sign "$file") || failed 'the signing command'
  osslsigncode verify -CAfile "$scratch/sign.pem" -in "$file" >"$scratch/said" 2>&1 || failed "$(cat "$scratch/said")"
}
