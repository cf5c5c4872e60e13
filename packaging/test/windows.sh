# zip and msi, as far as Wine goes. Sourced by `.ci/dist-test`.

# A Windows program under Wine, with the profiles of a user of its own.
under_wine() {
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
  check_crates "$dir/ropc.exe"
  is_small "$dir/ropc.exe"
  names_no_builder "$dir/ropc.exe"
  # What Windows itself has, and no library of the compiler.
  ! objdump -p "$dir/ropc.exe" | sed -n 's/.*DLL Name: //p' | grep -iE 'gcc|pthread|stdc' || failed 'it needs a DLL of the compiler'
  use_on_windows "$dir/ropc.exe"
}

use_on_windows() {
  mkdir -p "$scratch/wine-home"
  cp "$scratch/tenant/ca.pem" "$scratch/wine-home/"
  logs_in "$wine_home\\ca.pem" os under_wine "$1"
  works 'cmd /c if defined GRAPH_ACCESS_TOKEN (exit 0) else exit 1' under_wine "$1"
  under_wine "$1" logout --yes >/dev/null 2>&1 || failed logout
  rm -rf "$scratch/wine-home"
}

test_msi() {
  local file=$1 installed="$wine/drive_c/Program Files/ropc/ropc.exe"
  msiinfo export "$file" Property | grep '^ALLUSERS	1' >/dev/null || failed 'it is not for the machine'
  msiinfo export "$file" Environment | grep 'PATH' >/dev/null || failed 'it does not set PATH'
  msiinfo export "$file" Upgrade | grep '5D0B4B5C-7D3E-4F0A-9C55-2C1B6C0E8A71' >/dev/null || failed 'it replaces no older version'
  under_wine msiexec /i "$(windows_path "$file")" /qn || failed 'msiexec /i'
  [ -f "$installed" ] || failed 'no program was installed'
  use_on_windows 'C:\Program Files\ropc\ropc.exe'
  under_wine msiexec /x "$(windows_path "$file")" /qn || failed 'msiexec /x'
  [ ! -e "$installed" ] || failed 'it left the program'
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
