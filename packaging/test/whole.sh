# What is about all artefacts: the image, sums and signature, inventories, manifests. Sourced by `.ci/dist-test`.

# What Cargo.toml tells `cargo binstall` of this target: the name of the archive, and the program in it.
binstall_finds() {
  python3 packaging/test/binstall.py "$1" "$2" >"$scratch/said" 2>&1 || failed "cargo binstall: $(tail -1 "$scratch/said")"
}

# The image for one kind of machine, unpacked by umoci: the program and three other files, for an account without rights.
unpack_image() {
  umoci unpack --image "$scratch/oci:$version-$1" "$2" >"$scratch/said" 2>&1 || failed "umoci: $(cat "$scratch/said")"
  jq -e '.process.user.uid == 65532 and .process.args == ["/usr/local/bin/ropc"]' "$2/config.json" >/dev/null || failed 'user or command'
  (cd "$2/rootfs" && find . -type f | sort | diff - <(printf './%s\n' etc/group etc/passwd etc/ssl/certs/ca-certificates.crt usr/local/bin/ropc)) \
    >"$scratch/said" || failed "more than the program: $(cat "$scratch/said")"
}

# The tag of the version alone is the image of the machine that asks, and `COPY --from=` takes the program out of it.
takes_program_out() {
  local arch=$1 program=$2
  [ "$(skopeo inspect --override-arch "$arch" "oci:$scratch/oci:$version" | jq -r .Architecture)" = "$arch" ] || failed "skopeo: $arch"
  mkdir -p "$scratch/copied-$arch"
  # buildah makes the name of an image of the path, which may have no capital letter.
  printf '%s\n' "FROM oci:oci:$version AS ropc" 'FROM scratch' 'COPY --from=ropc /usr/local/bin/ropc /ropc' >"$scratch/Containerfile"
  (cd "$scratch" && buildah --root "$scratch/buildah" --runroot "$scratch/buildah-run" --storage-driver vfs build --isolation chroot \
    --arch "$arch" --output "type=local,dest=copied-$arch" -f Containerfile "copied-$arch") >"$scratch/said" 2>&1 ||
    failed "buildah: $(tail -3 "$scratch/said")"
  cmp "$scratch/copied-$arch/ropc" "$program" || failed 'COPY --from= has another program'
}

# The image of this machine's kind is run by runc, with a read-only root and no rights; the program of the other one under qemu.
test_image() {
  local foreign=$scratch/oci-foreign home=$scratch/home-image
  mkdir -p "$scratch/oci"
  tar -xf "$1" -C "$scratch/oci"
  unpack_image amd64 "$scratch/oci-bundle"
  takes_program_out amd64 "$scratch/oci-bundle/rootfs/usr/local/bin/ropc"
  if umoci ls --layout "$scratch/oci" | grep -x "$version-arm64" >/dev/null; then
    unpack_image arm64 "$foreign"
    takes_program_out arm64 "$foreign/rootfs/usr/local/bin/ropc"
    mkdir "$home"
    logs_in "$scratch/tenant/ca.pem" file emulated "$home" "$foreign/rootfs/usr/local/bin/ropc"
    works "$scratch/finds-token" emulated "$home" "$foreign/rootfs/usr/local/bin/ropc"
  fi
  install -D -m 0644 "$scratch/tenant/ca.pem" "$scratch/image-home/ca.pem"
  chown -R 65532:65532 "$scratch/image-home"
  in_image 'login' <<<"$(jq -c '{client_secret, password}' "$tenant")"
  grep -q 'signed in as' "$scratch/said" || failed "login: $(cat "$scratch/said")"
  in_image 'doctor'
  in_image 'exec'
}

# Runs one verb in the container, on the network of this machine, with a home that is kept.
in_image() {
  local args=("$1")
  case $1 in
    login) args+=(--secrets-stdin --yes --store file --key-source key-file --authority "$(fact authority)" --ca-file /home/ropc/ca.pem --tenant "$(fact tenant)"
      --client-id "$(fact client_id)" --username "$(fact username)") ;;
    exec) args+=(-- /usr/local/bin/ropc list) ;;
  esac
  jq --arg home "$scratch/image-home" --argjson args "$(printf '%s\n' "${args[@]}" | jq -R . | jq -s .)" '.process.args += $args | .process.terminal = false | .root.readonly = true
    | .linux.namespaces |= map(select(.type != "network"))
    | .mounts += [{ destination: "/home/ropc", type: "none", source: $home, options: ["bind", "rw"] },
        { destination: "/etc/hosts", type: "none", source: "/etc/hosts", options: ["bind", "ro"] }]' \
    "$scratch/oci-bundle/config.json" >"$scratch/config.json"
  cp "$scratch/oci-bundle/config.json" "$scratch/config.kept"
  mv "$scratch/config.json" "$scratch/oci-bundle/config.json"
  runc run --bundle "$scratch/oci-bundle" "ropc-dist-test-$$" >"$scratch/said" 2>&1 || failed "$1: $(cat "$scratch/said")"
  mv "$scratch/config.kept" "$scratch/oci-bundle/config.json"
}

# The sums are those of the files; their signature says so, and a changed list is refused.
test_sums() {
  (cd "$out" && sha256sum --quiet -c SHA256SUMS) || failed 'SHA256SUMS'
  cp "$out/SHA256SUMS" "$scratch/"
  minisign -G -W -p "$scratch/minisign.pub" -s "$scratch/minisign.key" >/dev/null
  (out=$scratch/signed && mkdir "$out" && cp "$scratch/SHA256SUMS" "$out/BUILDINFO" && work=$scratch ROPC_MINISIGN_KEY=$scratch/minisign.key &&
    . packaging/inventory.sh && sums) >/dev/null || failed 'minisign'
  minisign -V -q -p "$scratch/minisign.pub" -m "$scratch/signed/SHA256SUMS" || failed 'the signature'
  echo >>"$scratch/signed/SHA256SUMS"
  ! minisign -V -q -p "$scratch/minisign.pub" -m "$scratch/signed/SHA256SUMS" 2>/dev/null || failed 'a changed list has a good signature'
}

# A bill of materials: the program, its crates with their sums, nothing of the machine that made it.
test_sbom() {
  jq -e --arg version "$version" '.bomFormat == "CycloneDX" and .metadata.component.name == "ropc" and .metadata.component.version == $version
    and (.components | length > 100) and ([.components[] | select(.purl | startswith("pkg:cargo/aws-lc-sys@"))] | length == 1)' "$1" >/dev/null ||
    failed 'what it lists'
  # Cargo knows it for a feature of another crate that is off: it is not in the program.
  ! jq -e '[.components[].name, .dependencies[].ref | select(test("(^|#)ring(@|$)"))] | length > 0' "$1" >/dev/null || failed 'it lists ring'
  ! grep -E 'file://|/home/|/root/|/work/' "$1" >"$scratch/said" || failed "a path: $(head -1 "$scratch/said")"
}

# Its schema, and that no mark is left in it.
test_manifest() {
  ! grep '@[A-Z]' "$1" || failed 'a mark that was not filled in'
  case $1 in
    *.rb) ruby -c "$1" >/dev/null 2>"$scratch/said" || failed "$(cat "$scratch/said")" ;;
    *) "$tools/py-tests/bin/python" packaging/test/manifest.py "$1" >"$scratch/said" 2>&1 || failed "$(tail -3 "$scratch/said")" ;;
  esac
}
