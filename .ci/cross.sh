#!/usr/bin/env bash
# .ci/cross.sh DIR TARGET...
#
# Makes a Debian 12 machine able to build for x86_64-pc-windows-gnu (and to run that under Wine) and to type-check for
# aarch64-apple-darwin, with what Debian's own archives hold: a compiler with the sources of its standard library, mingw and
# Wine. Everything else goes below DIR, which may be kept between runs: what is there and fits is not made again.
#
#   DIR/sysroot   the standard library for each TARGET        DIR/wine   the Wine installation
#   DIR/env       variables to source, in a subshell: they choose Debian's compiler
#
# With a toolchain that offers these targets (`rustup target add`), the sysroots are not needed; the rest still is.
set -euo pipefail
(($# >= 2)) || { echo 'usage: .ci/cross.sh DIR TARGET...' >&2; exit 2; }
dir=$(realpath -m "$1")
shift
mkdir -p "$dir"

packages() {
  local need=() pair
  for pair in /usr/bin/rustc:rustc-web /usr/lib/rustlib/src/rust/library:rust-web-src /usr/bin/clippy-driver:rust-web-clippy \
    /usr/bin/x86_64-w64-mingw32-gcc:gcc-mingw-w64-x86-64-win32 /usr/lib/wine/wine64:wine64; do
    [ -e "${pair%%:*}" ] || need+=("${pair#*:}")
  done
  ((${#need[@]})) || return 0
  export DEBIAN_FRONTEND=noninteractive
  # A new machine may be busy with updates of its own.
  apt-get -o DPkg::Lock::Timeout=300 update -q
  apt-get -o DPkg::Lock::Timeout=300 install -qy --no-install-recommends "${need[@]}"
}

wine_prefix() {
  local dll=$dir/wine/drive_c/windows/system32/bcryptprimitives.dll
  [ -e "$dll" ] && return 0
  (
    export WINEPREFIX=$dir/wine WINEDEBUG=-all WINEDLLOVERRIDES='mscoree=;mshtml='
    rm -rf "$WINEPREFIX"
    /usr/lib/wine/wine64 wineboot -i >/dev/null 2>&1 </dev/null
    # The settings are on the disk when the server of this prefix has ended.
    /usr/lib/wine/wineserver64 -w
  )
  # Rust's standard library imports this one function, which Wine 8 lacks; each program would end with 53 and say nothing.
  cat >"$dir/bcryptprimitives.c" <<'C'
#include <windows.h>
#include <ntsecapi.h>
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE to, SIZE_T size) {
    while (size) {
        ULONG part = size > 65536 ? 65536 : (ULONG)size;
        if (!RtlGenRandom(to, part)) return FALSE;
        to += part;
        size -= part;
    }
    return TRUE;
}
C
  x86_64-w64-mingw32-gcc -shared -O2 -s -o "$dll" "$dir/bcryptprimitives.c" -ladvapi32
}

# Type-checking for macOS runs build scripts, and these a C compiler, which Debian has none of for that target. What they
# compile is not linked, so empty objects do. `-E` is the question which compiler it is; `-?` must fail, as only one of
# Windows' knows it.
no_op_compiler() {
  cat >"$dir/no-cc" <<'SH'
#!/bin/sh
case " $* " in *" -E "*) echo '"clang"'; exit 0 ;; *" -? "*) exit 1 ;; esac
while [ $# -gt 0 ]; do
  case "$1" in -o) : >"$2"; shift ;; esac
  shift
done
SH
  chmod +x "$dir/no-cc"
}

packages
cargo=$(command -v cargo)
if command -v rustup >/dev/null; then cargo=$(rustup which cargo); fi
"$(dirname "$0")/sysroot" "$dir/sysroot" 0 "$@"
wine_prefix
no_op_compiler
cat >"$dir/env" <<ENV
export CARGO=$cargo RUSTC=/usr/bin/rustc LC_ALL=C.UTF-8
export WINEPREFIX=$dir/wine WINEDEBUG=-all
export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUSTFLAGS="--sysroot $dir/sysroot"
export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER=/usr/lib/wine/wine64
export CARGO_TARGET_AARCH64_APPLE_DARWIN_RUSTFLAGS="--sysroot $dir/sysroot"
export CC_aarch64_apple_darwin=$dir/no-cc AR_aarch64_apple_darwin=ar SDKROOT=/
ENV
