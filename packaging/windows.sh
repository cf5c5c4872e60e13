# zip and msi of the Windows program. Sourced by `.ci/dist`.

# A GUID that follows from a name: the same codes again for the same version.
guid() { python3 -c 'import sys, uuid; print(str(uuid.uuid5(uuid.NAMESPACE_URL, sys.argv[1])).upper())' "$1"; }

# Signs a file where the publisher names a command that does: ROPC_SIGN FILE. Nothing is signed without it.
sign() { [ -z "${ROPC_SIGN:-}" ] || "$ROPC_SIGN" "$1"; }

windows_zip() {
  local name=ropc-$version-$1
  find "$work/bundles/$name" -exec touch -d "@$epoch" {} +
  rm -f "$out/$name.zip"
  (cd "$work/bundles" && find "$name" -type f | LC_ALL=C sort | TZ=UTC zip -q -9 -X "$out/$name.zip" -@)
}

# Runs a command whose output holds the time: that of the commit, which does not go on.
at_commit() { faketime -f "$(date -u -d "@$epoch" '+%F %T')" "$@"; }

# PATH of the machine gets the directory at its end, and loses it when the program is removed.
put_into_path() {
  local action sequence
  at_commit msibuild "$1" -q 'CREATE TABLE `Environment` (`Environment` CHAR(72) NOT NULL, `Name` CHAR(255) NOT NULL LOCALIZABLE, `Value` CHAR(255) LOCALIZABLE, `Component_` CHAR(72) NOT NULL PRIMARY KEY `Environment`)'
  at_commit msibuild "$1" -q "INSERT INTO \`Environment\` (\`Environment\`, \`Name\`, \`Value\`, \`Component_\`) VALUES ('Path', '=-*PATH', '[~];[INSTALLDIR]', 'Program')"
  while read -r action sequence; do
    at_commit msibuild "$1" -q "INSERT INTO \`InstallExecuteSequence\` (\`Action\`, \`Sequence\`) VALUES ('$action', $sequence)"
  done <<<$'RemoveEnvironmentStrings 3300\nWriteEnvironmentStrings 5200'
}

msi() {
  local bundle=$work/bundles/ropc-$version-$1 file=$out/ropc-$version-x86_64.msi
  filled packaging/ropc.wxs |
    sed "s/@PRODUCT_CODE@/$(guid "$url/product/$version")/" >"$bundle.wxs"
  (cd "$bundle" && at_commit wixl -a x64 -o "$file" "$bundle.wxs")
  put_into_path "$file"
  # wixl makes up a code for the package.
  at_commit msibuild "$file" -s ropc "$publisher" 'x64;1033' "{$(guid "$url/package/$version/$commit")}"
  sign "$file"
}
