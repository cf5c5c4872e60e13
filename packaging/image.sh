# The container image: the static programs on an empty base, as an OCI layout in a tar. Sourced by `.ci/dist`.

# Names a file of the layout by its digest: `blob FILE` moves it there and prints "sha256:..." and its size.
blob() {
  local digest size
  digest=$(sha256sum "$1" | cut -d ' ' -f 1) size=$(stat -c %s "$1")
  mv "$1" "$layout/blobs/sha256/$digest"
  echo "sha256:$digest $size"
}

# One layer: the program, the certificates that Mozilla trusts (those of the package, nothing that this machine added), a user's home.
layer() {
  local root=$work/image-root
  rm -rf "$root"
  install -D -m 0755 "$(program_of "$1")" "$root/usr/local/bin/ropc"
  mkdir -p "$root/etc/ssl/certs" "$root/home/ropc" "$root/tmp"
  find /usr/share/ca-certificates/mozilla -name '*.crt' -print0 | LC_ALL=C sort -z | xargs -0 cat >"$root/etc/ssl/certs/ca-certificates.crt"
  echo 'ropc:x:65532:65532::/home/ropc:/sbin/nologin' >"$root/etc/passwd"
  echo 'ropc:x:65532:' >"$root/etc/group"
  chmod -R u=rwX,go=rX "$root"
  chmod 1777 "$root/tmp"
  sorted_tar -C "$root" -cf "$work/layer.tar" etc tmp usr
  tar --format=gnu --mtime="@$epoch" --owner=65532 --group=65532 --mode=0700 --numeric-owner -C "$root" -rf "$work/layer.tar" home/ropc
}

# Prints the description of the image for one machine, as an index lists it.
image_of() {
  local target=$1 arch=amd64 diff config manifest layer_blob
  [[ $target != aarch64-* ]] || arch=arm64
  layer "$target"
  diff=sha256:$(sha256sum "$work/layer.tar" | cut -d ' ' -f 1)
  gzip -9nf "$work/layer.tar"
  layer_blob=$(blob "$work/layer.tar.gz")
  jq -n --arg arch "$arch" --arg diff "$diff" --arg created "$created" --arg version "$version" --arg url "$url" --arg commit "$commit" '
    { created: $created, architecture: $arch, os: "linux",
      config: { User: "65532:65532", WorkingDir: "/home/ropc", Entrypoint: ["/usr/local/bin/ropc"],
        Env: ["PATH=/usr/local/bin", "HOME=/home/ropc"],
        Labels: { "org.opencontainers.image.title": "ropc", "org.opencontainers.image.version": $version,
          "org.opencontainers.image.source": $url, "org.opencontainers.image.revision": $commit,
          "org.opencontainers.image.licenses": "MIT OR Apache-2.0" } },
      rootfs: { type: "layers", diff_ids: [$diff] }, history: [{ created: $created, created_by: ".ci/dist" }] }' >"$work/config.json"
  config=$(blob "$work/config.json")
  jq -n --arg config "${config% *}" --argjson config_size "${config#* }" --arg layer "${layer_blob% *}" --argjson layer_size "${layer_blob#* }" '
    { schemaVersion: 2, mediaType: "application/vnd.oci.image.manifest.v1+json",
      config: { mediaType: "application/vnd.oci.image.config.v1+json", digest: $config, size: $config_size },
      layers: [{ mediaType: "application/vnd.oci.image.layer.v1.tar+gzip", digest: $layer, size: $layer_size }] }' >"$work/manifest.json"
  manifest=$(blob "$work/manifest.json")
  jq -n --arg arch "$arch" --arg digest "${manifest% *}" --argjson size "${manifest#* }" '
    { mediaType: "application/vnd.oci.image.manifest.v1+json", digest: $digest, size: $size, platform: { architecture: $arch, os: "linux" } }'
}

# An index of what standard input lists.
index_of() { jq -s '{ schemaVersion: 2, mediaType: "application/vnd.oci.image.index.v1+json", manifests: . }'; }

# One layout for the targets given: VERSION is the image for whatever machine asks, VERSION-ARCH that for one.
image() {
  local target layout=$work/oci all
  rm -rf "$layout"
  mkdir -p "$layout/blobs/sha256"
  echo '{"imageLayoutVersion":"1.0.0"}' >"$layout/oci-layout"
  for target in "$@"; do image_of "$target"; done >"$work/images.json"
  index_of <"$work/images.json" >"$work/all.json"
  all=$(blob "$work/all.json")
  jq -n --arg digest "${all% *}" --argjson size "${all#* }" '
    { mediaType: "application/vnd.oci.image.index.v1+json", digest: $digest, size: $size }' |
    jq --arg version "$version" '.annotations = { "org.opencontainers.image.ref.name": ([$version, .platform.architecture // empty] | join("-")) }' \
      - "$work/images.json" | index_of >"$layout/index.json"
  sorted_tar -C "$layout" -cf "$out/ropc-$version-oci.tar" oci-layout index.json blobs
}
