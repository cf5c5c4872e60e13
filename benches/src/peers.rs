//! The same job with other tools, as they come from their registries: Python (`keyring`, `msal`),
//! Node (`@azure/msal-node`), `az`, `oidc-token`. Names the tools that are not installed, and
//! leaves them out.

use crate::measure::{Contender, Sample, median, ratio, rounds, run};
use crate::rows::{mib, peak, times};
use crate::stage::Stage;
use crate::table::Table;
use std::path::Path;
use std::process::{Command, Stdio};

const PYTHON: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/peers/job.py");
const NODE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/peers/job.mjs");

pub fn rows(stage: &Stage, count: usize, table: &mut Table) {
    let Some(dir) = &stage.peers else {
        return eprintln!("no peers: benches/run installs them");
    };
    let python = || {
        let mut command = stage.program(dir.join("py/bin/python"));
        stage.tell(command.arg(PYTHON));
        command
    };
    let node = || {
        let mut command = stage.program("node");
        stage.tell(command.args(["--no-warnings", NODE]));
        command
            .env("BENCH_NODE_MODULES", dir.join("node/node_modules"))
            .env("NODE_EXTRA_CA_CERTS", stage.ca());
        command
    };
    let both: [(&'static str, &str, &dyn Fn() -> Command); 2] = [
        ("Python `keyring` + `msal`", "20 times less CPU", &python),
        ("Node `@azure/msal-node`", "20 times less CPU", &node),
    ];
    for (name, reach, make) in both {
        job(stage, count, name, reach, make, table);
    }
    az(stage, count, dir, table);
    oidc(stage, count, table);
}

/// With and without a cached token, each beside ropc.
fn job(
    stage: &Stage,
    count: usize,
    name: &'static str,
    reach: &str,
    make: &dyn Fn() -> Command,
    table: &mut Table,
) {
    if let Err(reason) = works(with(make, "cold")) {
        return table.row(
            name,
            String::new(),
            name,
            format!("cannot be measured here: {reason}"),
            "",
        );
    }
    let cold = rounds(
        count,
        &[
            Contender::new("exec --refresh", || {
                stage.ropc(&["exec", "--refresh", "--", "/bin/true"])
            })
            .after(|| stage.forget_rate()),
            Contender::new(name, || with(make, "cold")),
        ],
    );
    // Fills its cache.
    run(with(make, "warm"));
    let warm = rounds(
        count,
        &[
            Contender::new("exec", || stage.ropc(&["exec", "--", "/bin/true"])),
            Contender::new(name, || with(make, "warm")),
        ],
    );
    for (what, samples) in [("cold", cold), ("warm", warm)] {
        compare(&format!("{what} `exec`"), name, reach, &samples, table);
    }
}

fn with(make: &dyn Fn() -> Command, how: &str) -> Command {
    let mut command = make();
    command.arg(how);
    command
}

fn compare(measure: &str, name: &str, reach: &str, samples: &[Vec<Sample>], table: &mut Table) {
    let [ours, theirs] = samples else {
        unreachable!("two contenders")
    };
    let (wall, cpu) = (
        ratio(theirs, ours, |s| s.wall),
        ratio(theirs, ours, |s| s.cpu),
    );
    let ours = format!("{}, {}", times(ours), mib(peak(ours)));
    let against = format!("{name}: {}, {}", times(theirs), mib(peak(theirs)));
    table.row(
        measure,
        ours,
        &against,
        format!("{cpu:.0} times less CPU, {wall:.0} times faster"),
        reach,
    );
}

/// Fails if the command does not run; the error is its last message.
fn works(mut command: Command) -> Result<(), String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|e| e.to_string())?;
    if output.status.success() {
        Ok(())
    } else {
        Err(complaint(&output.stderr))
    }
}

/// The line that names an error, else the last one.
fn complaint(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let named = lines.clone().find(|line| line.contains("rror"));
    named
        .or(lines.next_back())
        .unwrap_or_default()
        .chars()
        .take(60)
        .collect::<String>()
        .replace('|', "/")
}

/// `az` cannot sign in like this app: it gets its token from its own cache, after a sign-in through
/// `exec --serve`.
fn az(stage: &Stage, count: usize, dir: &Path, table: &mut Table) {
    let az = || {
        let mut command = stage.program(dir.join("az/bin/az"));
        command.args([
            "account",
            "get-access-token",
            "--resource",
            "https://graph.microsoft.com",
            "--output",
            "none",
        ]);
        command
            .env("AZURE_CONFIG_DIR", stage.dir().join("azure"))
            .env("AZURE_CORE_COLLECT_TELEMETRY", "false");
        command
    };
    if let Err(reason) = works(az()) {
        // It starts, reads its files and finds no sign-in: a lower limit for its time with a token.
        let mut floor = az();
        floor.stderr(Stdio::null());
        let (status, samples) = unsuccessful(floor, count);
        let name = format!(
            "`az account get-access-token`, refusing ({status}: {reason}): {}, {}",
            times(&samples),
            mib(peak(&samples))
        );
        let ours = rounds(
            count,
            &[Contender::new("exec", || {
                stage.ropc(&["exec", "--", "/bin/true"])
            })],
        )
        .remove(0);
        let cpu = median(samples.iter().map(|s| s.cpu)) / median(ours.iter().map(|s| s.cpu));
        table.row(
            "warm `exec`",
            times(&ours),
            &name,
            format!("{cpu:.0} times less CPU"),
            "",
        );
        return;
    }
    let samples = rounds(
        count,
        &[
            Contender::new("exec", || stage.ropc(&["exec", "--", "/bin/true"])),
            Contender::new("az", az),
        ],
    );
    compare(
        "warm `exec`",
        "`az account get-access-token`",
        "",
        &samples,
        table,
    );
}

/// Measures a command that fails as expected.
fn unsuccessful(mut command: Command, count: usize) -> (i32, Vec<Sample>) {
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let mut code = 0;
    let samples = (0..count)
        .map(|_| {
            let start = std::time::Instant::now();
            let (status, usage) = crate::measure::wait(command.spawn().expect("az").id());
            code = status.code().unwrap_or(-1);
            Sample {
                wall: start.elapsed().as_secs_f64() * 1e3,
                ..usage
            }
        })
        .collect();
    (code, samples)
}

/// `oidc-token` asks a running agent over a socket. The numbers do not include the agent, whose own
/// password flow makes its account.
fn oidc(stage: &Stage, count: usize, table: &mut Table) {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/peers/oidc.sh");
    let mut shell = stage.program("/bin/sh");
    stage
        .tell(shell.arg(script))
        .env("BENCH_PASSWORD", crate::stage::PASSWORD)
        .env("BENCH_SECRET", crate::stage::CLIENT_SECRET);
    let output = shell
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .output()
        .expect("a shell");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let fact = |name: &str| {
        text.lines().find_map(|l| {
            l.strip_prefix(name)
                .and_then(|l| l.strip_prefix('='))
                .map(str::to_owned)
        })
    };
    let (socket, pid) = (fact("OIDC_SOCK"), fact("OIDCD_PID"));
    if let (true, Some(socket)) = (output.status.success(), &socket) {
        let token = || {
            let mut command = stage.program("oidc-token");
            command.arg("bench").env("OIDC_SOCK", socket);
            command
        };
        let samples = rounds(
            count * 5,
            &[
                Contender::new("exec", || stage.ropc(&["exec", "--", "/bin/true"])),
                Contender::new("oidc-token", token),
            ],
        );
        compare(
            "warm `exec`",
            "`oidc-token`, its agent not counted",
            "",
            &samples,
            table,
        );
    } else {
        let said = complaint(&output.stderr);
        table.row(
            "warm `exec`",
            String::new(),
            "`oidc-token`",
            format!("cannot be measured here: {said}"),
            "",
        );
    }
    if let Some(pid) = pid {
        let _ = Command::new("kill").arg(pid).status();
    }
}
