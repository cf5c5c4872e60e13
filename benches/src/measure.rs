//! Runs one command to its end and measures it by the kernel's account: wall time, CPU time and
//! peak memory, including its children. And rounds: each round runs every contender once, so that
//! other load of the machine affects all of them equally.

use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// The measurements of one run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sample {
    /// From the start to the end, in milliseconds.
    pub wall: f64,
    /// User and system time, in milliseconds.
    pub cpu: f64,
    /// Peak of the resident memory, in MiB.
    pub memory: f64,
}

/// A command, made again for each round.
pub struct Contender<'a> {
    pub name: &'static str,
    /// Prepares a run before the clock starts.
    pub before: Box<dyn Fn() + 'a>,
    pub command: Box<dyn Fn() -> Command + 'a>,
}

impl<'a> Contender<'a> {
    pub fn new(name: &'static str, command: impl Fn() -> Command + 'a) -> Self {
        Self {
            name,
            before: Box::new(|| ()),
            command: Box::new(command),
        }
    }

    pub fn after(self, before: impl Fn() + 'a) -> Self {
        Self {
            before: Box::new(before),
            ..self
        }
    }
}

/// Runs a command without input and output. It must succeed, or the numbers would mean something
/// else.
pub fn run(mut command: Command) -> Sample {
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let start = Instant::now();
    let child = command
        .spawn()
        .unwrap_or_else(|e| panic!("{command:?}: {e}"));
    let (status, usage) = wait(child.id());
    let wall = start.elapsed();
    assert!(status.success(), "{command:?} ended with {status}");
    Sample {
        wall: wall.as_secs_f64() * 1e3,
        ..usage
    }
}

/// Waits for a child by its id, and takes the kernel's account of it.
pub fn wait(id: u32) -> (ExitStatus, Sample) {
    let mut status = 0;
    // SAFETY: a zeroed rusage is a valid buffer to be filled.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    let id = libc::pid_t::try_from(id).expect("a process id");
    // SAFETY: both pointers are to live locals; the child is ours and was not waited for.
    let done = unsafe { libc::wait4(id, &raw mut status, 0, &raw mut usage) };
    assert_eq!(done, id, "wait4: {}", std::io::Error::last_os_error());
    let time = |t: libc::timeval| {
        Duration::new(t.tv_sec as u64, t.tv_usec as u32 * 1000).as_secs_f64() * 1e3
    };
    let cpu = time(usage.ru_utime) + time(usage.ru_stime);
    (
        ExitStatus::from_raw(status),
        Sample {
            wall: 0.0,
            cpu,
            memory: usage.ru_maxrss as f64 / 1024.0,
        },
    )
}

/// Runs `count` rounds; returns the samples of each contender in their order. Discards one round
/// before them.
pub fn rounds(count: usize, contenders: &[Contender<'_>]) -> Vec<Vec<Sample>> {
    let mut samples = vec![Vec::with_capacity(count); contenders.len()];
    for round in 0..=count {
        for (contender, samples) in contenders.iter().zip(&mut samples) {
            (contender.before)();
            let sample = run((contender.command)());
            if round > 0 {
                samples.push(sample);
            }
        }
    }
    let names: Vec<&str> = contenders.iter().map(|c| c.name).collect();
    eprintln!("measured {count} rounds of: {}", names.join(", "));
    samples
}

/// Sets the priority of this process and its children: below 0 is higher than others. Best effort:
/// only root may raise it.
pub fn priority(nice: i32) {
    // SAFETY: numbers only.
    unsafe {
        libc::setpriority(libc::PRIO_PROCESS, 0, nice);
    }
}

/// The median.
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The median of the ratios of the rounds, as each pair ran under the same conditions.
pub fn ratio(ours: &[Sample], theirs: &[Sample], what: impl Fn(&Sample) -> f64) -> f64 {
    median(ours.iter().zip(theirs).map(|(a, b)| what(a) / what(b)))
}
