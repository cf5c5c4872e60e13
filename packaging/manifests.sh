# The manifests of package managers, out of the sums of the artefacts. Sourced by `.ci/dist`.

# One for each file of packaging/manifests, where the artefacts of its package manager were all built.
manifests() {
  local source name text file sum
  for source in packaging/manifests/*; do
    name=ropc-$version.$(basename "$source")
    text=$(filled "$source" | sed "s/@PRODUCT_CODE@/$(guid "$url/product/$version")/")
    while read -r file; do
      [ -e "$out/$file" ] || continue 2
      sum=$(sha256sum "$out/$file" | cut -d ' ' -f 1)
      text=${text//@SHA256:$file@/$sum}
    done < <(cat "${source%%.*}".* | filled | grep -oP '(?<=@SHA256:)[^@]+')
    printf '%s\n' "$text" >"$out/$name"
  done
}
