# The Linux artefacts, installed and used. Sourced by `.ci/dist-test`.

# A clean Debian 11 (glibc 2.31), the oldest that the mirrors have, in $scratch/NAME.
clean_root() {
  local made=$caches/dist-root
  [ -e "$made" ] || {
    rm -rf "$made.new"
    debootstrap --force-check-gpg --variant=minbase --include=ca-certificates bullseye "$made.new" http://deb.debian.org/debian \
      >"$scratch/debootstrap.log" || failed "debootstrap: $(tail -3 "$scratch/debootstrap.log")"
    mv "$made.new" "$made"
  }
  cp -a "$made" "$scratch/$1"
  cp "$scratch/tenant/ca.pem" "$scratch/finds-token" "$scratch/$1/"
  grep -q localhost "$scratch/$1/etc/hosts" 2>/dev/null || echo '127.0.0.1 localhost' >>"$scratch/$1/etc/hosts"
}

inside() { local root=$1; shift; env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 chroot "$root" "$@"; }

# No path of the machine that built it, which may have been another than this one: where homes, checkouts and scratch directories lie.
names_no_builder() {
  ! grep -aoE '[[:print:]]{0,30}(/(root|home|work|somewhere|github|__w|tmp)/|index\.crates\.io)[[:print:]]{0,60}' "$1" >"$scratch/said" ||
    failed "a path of the builder: $(head -3 "$scratch/said")"
}

# What the bytes of a Linux program have to be.
check_program() {
  local file=$1 target=$2 found
  is_small "$file"
  names_no_builder "$file"
  check_crates "$file"
  case $target in
    *-gnu)
      found=$(readelf --dyn-syms -W "$file" | grep -oE 'GLIBC_[0-9.]+' | sort -Vu | tail -1)
      [ "$(printf '%s\n' "$found" GLIBC_2.28 | sort -V | tail -1)" = GLIBC_2.28 ] || failed "it needs $found"
      readelf -d "$file" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p' >"$scratch/said"
      ! grep -vE '^(ld-linux.*|lib(c|m|dl|rt|pthread|util))\.so\.[0-9]+$' "$scratch/said" || failed "not in libc6: $(cat "$scratch/said")"
      ;;
    *) ! readelf -d "$file" | grep NEEDED >/dev/null || failed 'it is not static' ;;
  esac
}

# The list of crates that `cargo auditable` puts into a program names ropc in this version.
check_crates() {
  "$tools/bin/rust-audit-info" "$1" | jq -e --arg version "$version" '.packages | length > 100 and
    (map(select(.root)) | map([.name, .version]) == [["ropc", $version]])' >/dev/null || failed 'the list of its crates (cargo auditable)'
}

# The binary of a foreign machine runs under qemu; its glibc is Debian's for cross building.
emulated() { env -i HOME="$1" PATH=/usr/bin:/bin LC_ALL=C.UTF-8 QEMU_LD_PREFIX=/usr/aarch64-linux-gnu qemu-aarch64-static "${@:2}"; }

test_tarball() {
  local file=$1 target dir home
  target=$(basename "$file" .tar.gz)
  dir=$scratch/$target home=$scratch/home-$target
  target=${target#ropc-"$version"-}
  mkdir "$home"
  tar -xzf "$file" -C "$scratch"
  binstall_finds "$file" "$target"
  check_program "$dir/ropc" "$target"
  grep -q '^aws-lc-sys ' "$dir/LICENSES-OF-DEPENDENCIES" || failed 'the licences lack a crate of the program'
  ! grep '^rcgen ' "$dir/LICENSES-OF-DEPENDENCIES" || failed 'the licences name a crate of the tests'
  [ -s "$dir/man/ropc-exec.1" ] && [ -s "$dir/completions/ropc.zsh" ] && [ -s "$dir/LICENSES-OF-DEPENDENCIES" ] || failed 'a file is missing'
  bash -n "$dir/completions/ropc.bash" || failed 'the completions are no bash'
  case $target in
    x86_64-*-musl) test_scratch "$dir/ropc" ;;
    *-musl) test_scratch "$dir/ropc" /qemu ;;
    aarch64-*)
      logs_in "$scratch/tenant/ca.pem" file emulated "$home" "$dir/ropc"
      works "$scratch/finds-token" emulated "$home" "$dir/ropc"
      says_its_build "$target" emulated "$home" "$dir/ropc"
      ;;
    *)
      clean_root tar-root
      cp "$dir/ropc" "$scratch/tar-root/usr/local/bin/"
      logs_in /ca.pem file inside "$scratch/tar-root" /usr/local/bin/ropc
      works /finds-token inside "$scratch/tar-root" /usr/local/bin/ropc
      says_its_build "$target" inside "$scratch/tar-root" /usr/local/bin/ropc
      ;;
  esac
}

# `test_scratch PROGRAM [/qemu]`: a root that holds the static program and ca-certificates, nothing else (but the emulator of the other
# machine): names come from a DNS server, the connection goes through a proxy, and the tenant's certificate is one of those of the
# system.
test_scratch() {
  local root=$scratch/scratch-root proxy
  rm -rf "$root"
  mkdir -p "$root/etc/ssl/certs" "$root/root" "$root/tmp"
  cp "$1" "$root/ropc"
  local run=(${2:+"$2"} /ropc)
  [ -z "${2:-}" ] || cp /usr/bin/qemu-aarch64-static "$root$2"
  find /usr/share/ca-certificates/mozilla -name '*.crt' -exec cat {} + >"$root/etc/ssl/certs/ca-certificates.crt"
  [ -e "$scratch/network.log" ] || start_network
  : >"$scratch/asked"
  proxy=http://127.0.0.1:$(cat "$scratch/network.log")
  echo 'nameserver 127.0.0.1' >"$root/etc/resolv.conf"
  # The control: without that certificate there is no sign-in.
  ! (logs_in '' file inside "$root" "${run[@]}") 2>"$scratch/control" || failed 'it trusts an unknown certificate'
  grep -q certificate "$scratch/control" || failed "the control: $(cat "$scratch/control")"
  cat "$scratch/tenant/ca.pem" >>"$root/etc/ssl/certs/ca-certificates.crt"
  logs_in '' file inside "$root" "${run[@]}"
  works "${run[*]} list" inside "$root" "${run[@]}"
  says_its_build "$target" inside "$root" "${run[@]}"
  grep -q '^name localhost' "$scratch/asked" || failed 'the DNS server was not asked'
  logs_in '' file env -i HOME=/root PATH=/usr/sbin:/usr/bin HTTPS_PROXY="$proxy" chroot "$root" "${run[@]}"
  grep -q '^connect localhost' "$scratch/asked" || failed 'the proxy was not asked'
}

# A DNS server and a proxy, until the end of the run; $scratch/asked has a line for each question.
start_network() {
  python3 packaging/test/network.py "$scratch/asked" >"$scratch/network.log" 2>"$scratch/network.err" &
  started+=($!)
  starts 'network.py' "$scratch/network.log" "$scratch/network.err"
}

# `says_its_build TARGET COMMAND...`: the facts of `--version --verbose` are those of BUILDINFO and of the target.
says_its_build() {
  local target=$1 libc
  shift
  case $target in
    *-windows-*) libc='of the system' ;;
    *-gnu) libc='glibc 2.28' ;;
    *) libc='musl, linked statically' ;;
  esac
  "$@" --version --verbose | tr -d '\r' | diff - <(printf '%s\n' "ropc $version" "commit: $(sed -n 's/^commit //p' "$out/BUILDINFO")" "target: $target" \
    'features: kernel-entropy' "libc: $libc") >"$scratch/said" || failed "what it says of its build: $(cat "$scratch/said")"
}

# The sums of all files that a user has in a home: no program runs between before and after. Debian's rpm has its database there.
user_files() { (cd "$1" && find . -type f ! -path './.rpmdb/*' -exec sha256sum {} +) | sort; }

# The same package as one of an older version: $scratch/older.deb.
older_deb() {
  local dir=$scratch/older
  rm -rf "$dir"
  dpkg-deb -R "$1" "$dir"
  sed -i 's/^Version: .*/Version: 0.0.9/' "$dir/DEBIAN/control"
  dpkg-deb --root-owner-group -Znone -b "$dir" "$scratch/older.deb" >/dev/null
}

# The arm64 package is installed by the dpkg of another machine, and its program runs outside of that root.
test_deb() {
  local file=$1 root=$scratch/deb-root home=$scratch/deb-root/root target=x86_64-unknown-linux-gnu
  local dpkg=(inside "$root" /usr/bin/dpkg) run=(inside "$root" /usr/bin/ropc) child=/finds-token ca=/ca.pem
  [ "$(dpkg-deb --ctrl-tarfile "$file" | tar -t | sort | tr '\n' ' ')" = './ ./control ./md5sums ' ] || failed 'it has scripts of a maintainer'
  lintian --fail-on error,warning --tag-display-limit 0 "$file" >"$scratch/said" 2>&1 || failed "lintian: $(cat "$scratch/said")"
  clean_root deb-root
  older_deb "$file"
  cp "$scratch/older.deb" "$root/tmp/older.deb"
  cp "$file" "$root/tmp/new.deb"
  if [[ $file == *_arm64.deb ]]; then
    home=$scratch/home-deb child=$scratch/finds-token ca=$scratch/tenant/ca.pem target=aarch64-unknown-linux-gnu
    mkdir "$home"
    dpkg+=(--force-architecture --force-depends) run=(emulated "$home" "$root/usr/bin/ropc")
  fi
  "${dpkg[@]}" -i /tmp/older.deb >"$scratch/said" 2>&1 || failed "dpkg: $(cat "$scratch/said")"
  logs_in "$ca" file "${run[@]}"
  "${dpkg[@]}" -i /tmp/new.deb >"$scratch/said" 2>&1 || failed "dpkg: $(cat "$scratch/said")"
  works "$child" "${run[@]}"
  says_its_build "$target" "${run[@]}"
  user_files "$home" >"$scratch/before"
  grep -q '/profiles/default.toml$' "$scratch/before" || failed 'no profile to keep'
  "${dpkg[@]}" --remove ropc >/dev/null 2>&1 || failed 'dpkg --remove'
  "${dpkg[@]}" --purge ropc >/dev/null 2>&1 || failed 'dpkg --purge'
  [ -z "$(find "$root/usr" -name '*ropc*')" ] || failed "left: $(find "$root/usr" -name '*ropc*')"
  user_files "$home" | diff "$scratch/before" - >"$scratch/said" || failed "the files of a user changed: $(cat "$scratch/said")"
  "${dpkg[@]}" -i /tmp/new.deb >/dev/null 2>&1
  works "$child" "${run[@]}"
  rm -rf "$root"
}

# No mirror here has a root of Red Hat's kind: rpm puts the package into Debian 11, whose libc it does not know by that name (--nodeps).
test_rpm() {
  local file=$1 root=$scratch/rpm-root rpm=(rpm --root "$scratch/rpm-root" --nodeps --force-debian) want
  want=$(rpm -qp --requires "$file" | grep -oE 'GLIBC_[0-9.]+' | sort -Vu | tail -1)
  [ "$(printf '%s\n' "$want" GLIBC_2.28 | sort -V | tail -1)" = GLIBC_2.28 ] || failed "it requires $want"
  rpm -qp --qf '%{BUILDHOST}\n' "$file" | grep -x reproducible >/dev/null || failed 'it names the machine that built it'
  clean_root rpm-root
  older_rpm "$file"
  "${rpm[@]}" --ignorearch -i "$scratch/older.rpm" || failed 'rpm -i'
  local run=(inside "$root" /usr/bin/ropc) child=/finds-token home=$root/root target=x86_64-unknown-linux-gnu
  if [[ $file == *.aarch64.rpm ]]; then
    home=$scratch/home-rpm target=aarch64-unknown-linux-gnu
    mkdir "$home"
    run=(emulated "$home" "$root/usr/bin/ropc") child=$scratch/finds-token
    logs_in "$scratch/tenant/ca.pem" file "${run[@]}"
  else
    logs_in /ca.pem file "${run[@]}"
  fi
  "${rpm[@]}" --ignorearch -U "$file" || failed 'rpm -U'
  works "$child" "${run[@]}"
  says_its_build "$target" "${run[@]}"
  user_files "$home" >"$scratch/before"
  grep -q '/profiles/default.toml$' "$scratch/before" || failed 'no profile to keep'
  "${rpm[@]}" -e ropc || failed 'rpm -e'
  [ -z "$(find "$root/usr" -name '*ropc*')" ] || failed "left: $(find "$root/usr" -name '*ropc*')"
  user_files "$home" | diff "$scratch/before" - >"$scratch/said" || failed "the files of a user changed: $(cat "$scratch/said")"
  rm -rf "$scratch/home-rpm" "$root"
}

# An rpm cannot be edited as a deb can: it is built again from what is in it.
older_rpm() {
  local content=$scratch/rpm-content
  rm -rf "$content"
  mkdir -p "$content"
  rpm2archive - <"$1" | tar -xz -C "$content"
  sed 's/@VERSION@/0.0.9/; s/@[A-Z]*@/older/' packaging/ropc.spec >"$scratch/older.spec"
  rpmbuild -bb --quiet --target "$(rpm -qp --qf '%{ARCH}' "$1")" --define "_topdir $scratch/rpmbuild" --define "_rpmdir $scratch" \
    --define '_rpmfilename older.rpm' --define '_binary_payload w0.ufdio' --define "root $content" "$scratch/older.spec"
}
