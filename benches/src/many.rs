//! Many runs that start together. The ideal time is the CPU time of all runs, divided by the number
//! of cores.

use crate::measure::{Contender, median, rounds, wait};
use crate::stage::Stage;
use crate::table::Table;
use std::process::{Child, Stdio};
use std::time::Instant;

pub fn rows(stage: &Stage, count: usize, table: &mut Table) {
    let cores = std::thread::available_parallelism().map_or(1.0, |n| n.get() as f64);
    let single = |args: &'static [&'static str]| {
        rounds(
            20,
            &[Contender::new("one", || stage.ropc(args)).after(|| stage.forget_rate())],
        )
        .remove(0)
    };
    let warm = median(single(&["exec", "--", "/bin/true"]).iter().map(|s| s.cpu));
    for runs in [50, 500] {
        let wall =
            median((0..count).map(|_| together(stage, runs, &["exec", "--", "/bin/true"]).0));
        let ideal = warm * f64::from(runs) / cores;
        report(
            table,
            &format!("{runs} warm `exec` at once"),
            wall,
            ideal,
            String::new(),
        );
    }
    let cold = median(
        single(&["exec", "--refresh", "--", "/bin/true"])
            .iter()
            .map(|s| s.cpu),
    );
    let mut requests = Vec::new();
    let wall = median((0..count).map(|_| {
        stage.forget_token();
        let (wall, asked) = together(stage, 50, &["exec", "--verbose", "--", "/bin/true"]);
        requests.push(asked);
        wall
    }));
    // One run signs in, and the others use its token.
    let ideal = cold + warm * 49.0 / cores;
    let most = requests.iter().max().copied().unwrap_or_default();
    report(
        table,
        "50 cold `exec` at once",
        wall,
        ideal,
        format!(", {most} request"),
    );
}

fn report(table: &mut Table, measure: &str, wall: f64, ideal: f64, more: String) {
    let outcome = format!("{:.2} times the ideal{more}", wall / ideal);
    let reach = if more.is_empty() {
        "2 times"
    } else {
        "2 times, 1 request"
    };
    table.row(
        measure,
        format!("{wall:.0} ms"),
        &format!("ideal: {ideal:.0} ms"),
        outcome,
        reach,
    );
}

/// Starts all runs and waits for them; returns milliseconds, and how many reported a request for a
/// token.
fn together(stage: &Stage, runs: u32, args: &[&str]) -> (f64, usize) {
    let verbose = args.contains(&"--verbose");
    let start = Instant::now();
    let children: Vec<Child> = (0..runs)
        .map(|_| {
            let mut command = stage.ropc(args);
            command.stdin(Stdio::null()).stdout(Stdio::null());
            command
                .stderr(if verbose {
                    Stdio::piped()
                } else {
                    Stdio::inherit()
                })
                .spawn()
                .expect("ropc")
        })
        .collect();
    let mut asked = 0;
    for mut child in children {
        let mut said = String::new();
        if let Some(mut pipe) = child.stderr.take() {
            let _ = std::io::Read::read_to_string(&mut pipe, &mut said);
        }
        let (status, _) = wait(child.id());
        assert!(
            status.success(),
            "a run among many ended with {status}: {said}"
        );
        asked += usize::from(said.contains("for a token, request id"));
    }
    (start.elapsed().as_secs_f64() * 1e3, asked)
}
