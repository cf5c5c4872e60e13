//! Runs everything that `BENCHMARKS.md` shows, in interleaved rounds, and prints one table.
//! Reports, and never fails because a number is bad. `benches/run` starts it after it has built and
//! installed everything. This process stays small on purpose: Linux adds the memory of the parent
//! to that of a command.

#![cfg_attr(
    not(target_os = "linux"),
    allow(dead_code, unused_imports, reason = "it runs on Linux only")
)]
#![allow(
    unsafe_code,
    clippy::disallowed_methods,
    clippy::needless_pass_by_value,
    clippy::zombie_processes,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::missing_panics_doc,
    reason = "a benchmark: rounded numbers, an environment of its own, children waited for by wait4, and a panic ends it"
)]

#[cfg(target_os = "linux")]
#[path = "../../tests/support/keyring_daemon.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    clippy::pedantic,
    reason = "shared with the tests, of which this uses a part"
)]
mod keyring_daemon;
#[cfg(target_os = "linux")]
mod many;
#[cfg(target_os = "linux")]
mod measure;
#[cfg(target_os = "linux")]
#[path = "../../tests/support/needs.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    clippy::pedantic,
    reason = "shared with the tests, of which this uses a part"
)]
mod needs;
#[cfg(target_os = "linux")]
mod peers;
#[cfg(target_os = "linux")]
mod rows;
#[cfg(target_os = "linux")]
mod serve;
#[cfg(target_os = "linux")]
mod stage;
mod table;

#[cfg(not(target_os = "linux"))]
fn main() {
    eprintln!("this benchmark needs Linux: gnome-keyring, /proc and wait4");
}

#[cfg(target_os = "linux")]
fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.first().is_some_and(|a| a == "client") {
        return serve::client();
    }
    let has = |flag: &str| args.iter().any(|a| a == flag);
    let stage = stage::Stage::new(&stage::Setup {
        ropc: std::env::var_os("ROPC_BENCH_BINARY")
            .expect("benches/run sets ROPC_BENCH_BINARY")
            .into(),
        emulator: std::env::var_os("ROPC_BENCH_EMULATOR")
            .expect("benches/run sets ROPC_BENCH_EMULATOR")
            .into(),
        peers: std::env::var_os("ROPC_BENCH_PEERS").map(Into::into),
    });
    let quick = has("--quick");
    let mut table = table::Table::new();
    rows::warm(&stage, if quick { 20 } else { 200 }, &mut table);
    rows::cold(&stage, if quick { 5 } else { 40 }, &mut table);
    peers::rows(&stage, if quick { 2 } else { 8 }, &mut table);
    // These measure waiting, which other programs of the machine would disturb.
    measure::priority(-15);
    many::rows(&stage, if quick { 1 } else { 5 }, &mut table);
    serve::rows(&stage, quick, &mut table);
    measure::priority(0);
    rows::list(&stage, if quick { 5 } else { 40 }, &mut table);
    rows::size(&stage, &mut table);
    rows::build(&mut table);
    let text = table.text();
    println!("{text}");
    if has("--write") {
        table::write("BENCHMARKS.md".as_ref(), &text);
    }
}
