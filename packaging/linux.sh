# tar.gz, deb and rpm of one Linux program. Sourced by `.ci/dist`.

# Everything of the bundle has the time of the commit, whoever builds it: the same bytes again.
sorted_tar() { tar --sort=name --format=gnu --mtime="@$epoch" --owner=0 --group=0 --numeric-owner "$@"; }

# Man pages and completions, in $work/pages: the program for this machine writes them.
pages() {
  local program dir=$work/pages shell
  program=$(program_of "$1")
  rm -rf "$dir"
  mkdir -p "$dir/completions" "$dir/man"
  for shell in bash zsh fish; do "$program" generate completions "$shell" >"$dir/completions/ropc.$shell"; done
  "$program" generate completions powershell >"$dir/completions/ropc.ps1"
  "$program" generate completions elvish >"$dir/completions/ropc.elv"
  "$program" generate man "$dir/man" 2>/dev/null
}

# A program with all that lies beside it.
bundle() {
  local target=$1 dir=$work/bundles/ropc-$version-$1
  mkdir -p "$dir"
  install -m 0755 "$(program_of "$target")" "$dir/"
  cp -R README.md README.ja.md CHANGELOG.md SECURITY.md LICENSE-APACHE LICENSE-MIT "$work/pages/." "$dir/"
  [[ $target != *-windows-* ]] || { rm -r "$dir/man"; sign "$dir/ropc.exe"; }
  licences "$target" >"$dir/LICENSES-OF-DEPENDENCIES"
  chmod -R u=rwX,go=rX "$dir"
}

tarball() {
  local target=$1
  sorted_tar -C "$work/bundles" -cf - "ropc-$version-$target" | gzip -9n >"$out/ropc-$version-$target.tar.gz"
}

# What a package puts below /, out of the bundle; zsh's directory is the one in which the systems differ.
root_of() {
  local bundle=$work/bundles/ropc-$version-$1 root=$2 zsh=$3 page
  rm -rf "$root"
  install -D -m 0755 "$bundle/ropc" "$root/usr/bin/ropc"
  install -D -m 0644 "$bundle/completions/ropc.bash" "$root/usr/share/bash-completion/completions/ropc"
  install -D -m 0644 "$bundle/completions/ropc.fish" "$root/usr/share/fish/vendor_completions.d/ropc.fish"
  install -D -m 0644 "$bundle/completions/ropc.zsh" "$root/usr/share/zsh/$zsh/_ropc"
  for page in "$bundle"/man/*.1; do
    install -D -m 0644 "$page" "$root/usr/share/man/man1/$(basename "$page")"
  done
  gzip -9n "$root"/usr/share/man/man1/*.1
}

deb() {
  local target=$1 root=$work/deb-$1 arch=amd64 doc
  [[ $target != aarch64-* ]] || arch=arm64
  root_of "$target" "$root" vendor-completions
  doc=$root/usr/share/doc/ropc
  mkdir -p "$root/DEBIAN" "$doc"
  filled packaging/deb/control | sed "s/@ARCH@/$arch/; s/@SIZE@/$(du -k -s --apparent-size "$root/usr" | cut -f 1)/" >"$root/DEBIAN/control"
  filled packaging/deb/copyright >"$doc/copyright"
  gzip -9n <"$work/bundles/ropc-$version-$target/LICENSES-OF-DEPENDENCIES" >"$doc/LICENSES-OF-DEPENDENCIES.gz"
  filled packaging/deb/changelog | gzip -9n >"$doc/changelog.gz"
  (cd "$root" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
  chmod -R u=rwX,go=rX "$root"
  SOURCE_DATE_EPOCH=$epoch dpkg-deb --root-owner-group -Zxz --build "$root" "$out/ropc_${version}_$arch.deb" >/dev/null
}

rpm_package() {
  local target=$1 root=$work/rpm-$1 arch=${1%%-*}
  root_of "$target" "$root" site-functions
  mkdir -p "$root/usr/share/licenses/ropc"
  install -m 0644 LICENSE-* "$work/bundles/ropc-$version-$target/LICENSES-OF-DEPENDENCIES" "$root/usr/share/licenses/ropc/"
  filled packaging/ropc.spec >"$work/ropc.spec"
  SOURCE_DATE_EPOCH=$epoch rpmbuild -bb --quiet --target "$arch" --define "_topdir $work/rpmbuild" --define "_rpmdir $out" \
    --define '_rpmfilename %{NAME}-%{VERSION}-%{RELEASE}.%{ARCH}.rpm' --define "root $root" "$work/ropc.spec"
}
