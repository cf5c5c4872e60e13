# The program for one target: the compiler, its standard library, the linker, and nothing of this machine in the result.
# Sourced by `.ci/dist`, which sets `version`, `epoch`, `commit`, `tools`, `work`, `cargo`, `cargo_home` and `out`.

# The oldest glibc that the program runs with: RHEL 8. Debian 10 and Ubuntu 18.10 have it too.
floor=2.28

# Cargo sees no flag that differs between two machines, as it would mix every flag into the names of symbols. On Linux
# only what a panic can unwind has the tables for it: they are a tenth of the program.
compiler() {
  cat >"$work/rustc" <<SH
#!/bin/sh
case " \$* " in
  *-windows-gnu\ *) set -- "\$@" --sysroot $work/sysroot -C linker=$work/linker ;;
  *-musl\ *) set -- "\$@" --sysroot $work/sysroot -C force-unwind-tables=no -C link-self-contained=no ;;
  *' --target '*) set -- "\$@" --sysroot $work/sysroot -C force-unwind-tables=no ;;
  *) exec /usr/bin/rustc "\$@" ;;
esac
for crates in $cargo_home/registry/src/*; do set -- "\$@" --remap-path-prefix "\$crates=/cargo"; done
exec /usr/bin/rustc "\$@" --remap-path-prefix $PWD=/ropc --remap-path-prefix $work=/build
SH
  # GNU ld orders the tables of a Windows program's imports by the paths of the archives that bring them. It gets their names alone, in
  # a directory of links: a name comes after `/usr/...` wherever the build is.
  cat >"$work/linker" <<'SH'
#!/bin/sh
set -e
links=$(mktemp -d)
trap 'rm -rf "$links"' EXIT
for word; do
  shift
  case $word in
    /*.rlib | /*.o)
      ln -s "$word" "$links/"
      word=${word##*/}
      ;;
    @* | /*.a | /*.lib)
      echo "$0: the path of $word would decide the order of the imports" >&2
      exit 1
      ;;
  esac
  set -- "$@" "$word"
done
cd "$links"
x86_64-w64-mingw32-gcc "$@"
SH
  # `cargo auditable` names itself to Cargo by its whole path, which would get into the names of symbols, too.
  cat >"$work/cargo" <<SH
#!/bin/sh
RUSTC_WORKSPACE_WRAPPER=cargo-auditable exec $cargo "\$@"
SH
  chmod +x "$work/rustc" "$work/linker" "$work/cargo"
}

# Builds for these targets, all of Linux or all of Windows: at the same time, as the end of each build keeps one processor busy.
# `program_of` is the result.
build() (
  how=zigbuild system=linux triples=("${@/%-linux-gnu/-linux-gnu.$floor}")
  [[ $1 != *-windows-* ]] || how=build system=windows
  CARGO=$cargo .ci/sysroot "$work/sysroot" z "$@"
  # The time in a Windows program is the same for every commit: with another one all C would be compiled again.
  export RUSTC=$work/rustc CARGO_TARGET_DIR=$work/$system CARGO_INCREMENTAL=0 SOURCE_DATE_EPOCH=315532800
  export CFLAGS="-ffile-prefix-map=$PWD=/ropc -ffile-prefix-map=$work=/build -ffile-prefix-map=$cargo_home=/cargo"
  # The directory of each registry after that, as the last map that fits wins. `.ci/dist` has fetched the crates.
  for crates in "$cargo_home"/registry/src/*; do CFLAGS+=" -ffile-prefix-map=$crates=/cargo"; done
  # No panic passes through C. aws-lc has its elliptic curves once more for processors with ADX and AVX2, with tables of 200 KB: the
  # code for all processors is enough.
  CFLAGS+=' -fno-unwind-tables -fno-asynchronous-unwind-tables -DMY_ASSEMBLER_IS_TOO_OLD_FOR_ADX_AVX2'
  export ROPC_COMMIT=$commit
  [[ $system = windows ]] || export ROPC_GLIBC=$floor
  export CARGO=$work/cargo PATH=$tools/bin:$tools/py/bin:$PATH
  cargo-auditable auditable "$how" --locked --release --bin ropc "${triples[@]/#/--target=}"
)

program_of() {
  case $1 in
    *-windows-*) echo "$work/windows/$1/release/ropc.exe" ;;
    *) echo "$work/linux/$1/release/ropc" ;;
  esac
}
