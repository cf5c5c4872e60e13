# The habits of this repository; `just` lists them. Each is one command that can be typed without `just`, too.

# What to run before a commit: format, clippy and the rules of the source.
check:
    cargo fmt --check
    cargo clippy --workspace --all-targets -- -D warnings
    cargo test --test it -- policy:: l10n:: docs::

# All tests; `just test quick` runs the unit tests, `just test breaker::` one subject of tests/it.
test what="":
    {{ if what == "" { "cargo test" } else if lowercase(what) == "quick" { "cargo test --lib --bins" } else { "cargo test --test it -- " + what } }}

# The main job, end to end, against an emulated tenant.
demo:
    cargo run --bin demo

# The pages as a book in target/book, and the translations that are behind the English text.
docs *args:
    .ci/docs {{ args }}

# The tables of BENCHMARKS.md, on this machine.
bench *args:
    cargo run --release --package ropc-bench -- {{ args }}

# Every fuzz target, or those named, for a short while.
fuzz *targets:
    .ci/fuzz-smoke {{ targets }}

# tests/it several times beside a load, for tests that depend on the speed of the machine.
stress *args:
    .ci/stress {{ args }}

# Mutants of what changed since a commit: tests/MUTANTS.md.
mutants base="origin/main":
    .ci/mutants {{ base }}

# The whole check, as on the build machine (Debian, root).
ci:
    .ci/run

# All that an admin installs, into dist/: docs/development/release.md.
dist *targets:
    .ci/dist {{ targets }}

# Installs and uses what is in dist/; with --again it builds once more and compares.
dist-test *args:
    .ci/dist-test {{ args }}
