//! The rows about one run at a time, warm and cold, and about the binary.

use crate::measure::{Contender, Sample, median, ratio, rounds};
use crate::stage::{CERTIFICATE, Stage};
use crate::table::{Table, output};
use std::time::Instant;

const TRUE: &str = "/bin/true";

/// `exec` with a token in the cache.
pub fn warm(stage: &Stage, count: usize, table: &mut Table) {
    let account = format!("default/cache-key/{}", stage.generation());
    let all = rounds(
        count,
        &[
            Contender::new("secret-tool lookup", || {
                let mut tool = stage.program("secret-tool");
                tool.args(["lookup", "service", "ropc", "username", &account]);
                tool
            }),
            Contender::new("exec", || stage.ropc(&["exec", "--", TRUE])),
            Contender::new("exec without the kernel keyring", || {
                stage.ropc_without_kernel(&["exec", "--", TRUE])
            }),
            Contender::new("true", || stage.program(TRUE)),
        ],
    );
    let [tool, exec, fallback, empty] = &all[..] else {
        unreachable!("four contenders")
    };
    let against = format!("`secret-tool lookup` of one item ({})", times(tool));
    compare(
        table,
        "warm `exec -- /bin/true`",
        exec,
        &against,
        tool,
        "0.25",
    );
    compare(
        table,
        "the same, kernel keyring forbidden",
        fallback,
        "the same",
        tool,
        "0.9",
    );
    compare(
        table,
        "(an empty process: `/bin/true` alone)",
        empty,
        "the same",
        tool,
        "",
    );
    let peak = peak(exec);
    table.row(
        "peak memory, warm",
        mib(peak),
        &format!("`secret-tool`: {}", mib(self::peak(tool))),
        within(peak, 8.0),
        "8 MiB",
    );
}

/// `exec` with a sign-in, and the shell pipeline that it replaces.
pub fn cold(stage: &Stage, count: usize, table: &mut Table) {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/peers/pipeline.sh");
    let all = rounds(
        count,
        &[
            Contender::new("pipeline", || {
                let mut shell = stage.program("/bin/sh");
                stage.tell(shell.arg(script));
                shell
            }),
            Contender::new("exec --refresh", || {
                stage.ropc(&["exec", "--refresh", "--", TRUE])
            })
            .after(|| stage.forget_rate()),
            Contender::new("exec -p certificate --refresh", || {
                stage.ropc(&["exec", "-p", CERTIFICATE, "--refresh", "--", TRUE])
            })
            .after(|| stage.forget_rate()),
        ],
    );
    let [pipeline, exec, certificate] = &all[..] else {
        unreachable!("three contenders")
    };
    let against = format!(
        "shell: `secret-tool` twice, `curl --data @-`, exec ({})",
        times(pipeline)
    );
    compare(
        table,
        "cold `exec`: keychain, TLS, POST, cache",
        exec,
        &against,
        pipeline,
        "0.7",
    );
    let cpu = |samples: &[Sample]| median(samples.iter().map(|s| s.cpu));
    let more = cpu(certificate) - cpu(exec);
    table.row(
        "cold `exec` with a certificate",
        times(certificate),
        &format!(
            "with a client secret ({}): {more:.1} ms of CPU more",
            times(exec)
        ),
        within(more, 3.0),
        "3 ms of CPU more",
    );
    let peak = peak(exec);
    let theirs = format!(
        "the largest process of the pipeline: {}",
        mib(self::peak(pipeline))
    );
    table.row(
        "peak memory, cold",
        mib(peak),
        &theirs,
        within(peak, 16.0),
        "16 MiB",
    );
}

/// Wall and CPU time as ratios.
fn compare(
    table: &mut Table,
    measure: &str,
    ours: &[Sample],
    against: &str,
    theirs: &[Sample],
    reach: &str,
) {
    let (wall, cpu) = (
        ratio(ours, theirs, |s| s.wall),
        ratio(ours, theirs, |s| s.cpu),
    );
    let reach = if reach.is_empty() {
        String::new()
    } else {
        format!("{reach} of it")
    };
    table.row(
        measure,
        times(ours),
        against,
        format!("wall {wall:.2}, CPU {cpu:.2}"),
        &reach,
    );
}

/// `3.1 ms, CPU 2.0 ms`: medians.
pub fn times(samples: &[Sample]) -> String {
    let (wall, cpu) = (
        median(samples.iter().map(|s| s.wall)),
        median(samples.iter().map(|s| s.cpu)),
    );
    format!("{wall:.1} ms, CPU {cpu:.1} ms")
}

/// The maximum of all rounds.
pub fn peak(samples: &[Sample]) -> f64 {
    samples.iter().map(|s| s.memory).fold(0.0, f64::max)
}

pub fn mib(value: f64) -> String {
    format!("{value:.1} MiB")
}

pub fn within(value: f64, most: f64) -> String {
    if value <= most {
        "within".into()
    } else {
        format!("{:.2} times the most", value / most)
    }
}

/// `list` with a thousand profiles. They are copies, so each costs one look more, for the facts
/// that `login` would have enrolled.
pub fn list(stage: &Stage, count: usize, table: &mut Table) {
    const MOST: f64 = 50.0;
    let profile = |number: u32| stage.profiles().join(format!("copy-{number}.toml"));
    let there = std::fs::read_dir(stage.profiles())
        .expect("profiles")
        .count();
    let copies = there as u32..1000;
    for number in copies.clone() {
        std::fs::copy(stage.profiles().join("default.toml"), profile(number)).expect("a copy");
    }
    let all = rounds(count, &[Contender::new("list", || stage.ropc(&["list"]))]);
    for number in copies {
        std::fs::remove_file(profile(number)).expect("the copy");
    }
    table.row(
        "`list` of 1,000 profiles",
        times(&all[0]),
        "",
        within(median(all[0].iter().map(|s| s.wall)), MOST),
        "50 ms",
    );
}

/// The size of the installed file.
pub fn size(stage: &Stage, table: &mut Table) {
    const MOST: f64 = 6_291_456.0;
    let bytes = std::fs::metadata(&stage.ropc).expect("the binary").len();
    table.row(
        "release binary, stripped",
        format!("{bytes} bytes"),
        "",
        within(bytes as f64, MOST),
        "6,291,456 bytes",
    );
}

/// A clean build, if `benches/run` asks for it; and how many crates are in the program.
pub fn build(table: &mut Table) {
    let crates = |edges: &str| {
        let list = output(
            "cargo",
            &[
                "tree", "--locked", "-p", "ropc", "-e", edges, "--prefix", "none",
            ],
        );
        let mut names: Vec<&str> = list
            .lines()
            .filter_map(|l| l.rsplit_once(" (*)").map_or(Some(l), |(l, _)| Some(l)))
            .collect();
        names.sort_unstable();
        names.dedup();
        names.len()
    };
    let counts = format!(
        "{}, and {} with those that only build",
        crates("normal"),
        crates("normal,build")
    );
    table.row("crates in the program", counts, "", "reported".into(), "");
    if let Some(dir) = std::env::var_os("ROPC_BENCH_BUILD_DIR") {
        let mut cargo = std::process::Command::new("cargo");
        cargo
            .args([
                "build",
                "--release",
                "--locked",
                "--quiet",
                "-p",
                "ropc",
                "--bin",
                "ropc",
                "--target-dir",
            ])
            .arg(dir);
        let start = Instant::now();
        let (status, usage) = crate::measure::wait(cargo.spawn().expect("cargo").id());
        assert!(status.success(), "cargo build");
        let value = format!(
            "{:.0} s, CPU {:.0} s",
            start.elapsed().as_secs_f64(),
            usage.cpu / 1e3
        );
        table.row(
            "clean build of the release binary",
            value,
            "",
            "reported".into(),
            "",
        );
    }
}
