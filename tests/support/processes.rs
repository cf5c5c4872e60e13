//! Arguments and environments of a run and of its children, read from `/proc` while they live:
//! other users see the arguments, and every child inherits the environment. Leaves out variables
//! that the test itself set. May miss a process that lives for less than the pause between two
//! reads; `tests/it/main_job.rs` also traces all calls of a whole job.

use std::collections::{HashMap, HashSet};
use std::fs::read;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{JoinHandle, sleep};
use std::time::Duration;

const PAUSE: Duration = Duration::from_millis(3);

/// A thread that reads until it is stopped.
pub struct Watch {
    end: Arc<AtomicBool>,
    thread: JoinHandle<Vec<(String, Vec<u8>)>>,
}

impl Watch {
    /// Watches this process, which this command started, and its descendants.
    pub fn over(pid: u32, command: &Command) -> Self {
        let given = command
            .get_envs()
            .filter_map(|(name, value)| Some((name, value?)));
        let given: HashSet<Vec<u8>> = given
            .map(|(name, value)| [name.as_encoded_bytes(), b"=", value.as_encoded_bytes()].concat())
            .collect();
        let end = Arc::new(AtomicBool::new(false));
        let is_over = Arc::clone(&end);
        let thread = std::thread::spawn(move || {
            let (mut last, mut found) = (HashMap::new(), Vec::new());
            while !is_over.load(Ordering::Relaxed) {
                look(pid, &given, &mut last, &mut found);
                sleep(PAUSE);
            }
            found
        });
        Self { end, thread }
    }

    /// The findings: the place, and the bytes.
    pub fn end(self) -> Vec<(String, Vec<u8>)> {
        self.end.store(true, Ordering::Relaxed);
        self.thread.join().unwrap_or_default()
    }
}

fn look(
    root: u32,
    given: &HashSet<Vec<u8>>,
    last: &mut HashMap<u32, Vec<u8>>,
    found: &mut Vec<(String, Vec<u8>)>,
) {
    let mut open = vec![root];
    while let Some(pid) = open.pop() {
        let proc = PathBuf::from(format!("/proc/{pid}"));
        let Ok(arguments) = read(proc.join("cmdline")) else {
            continue;
        };
        // The same process has new arguments after `exec`.
        if !arguments.is_empty() && last.get(&pid) != Some(&arguments) {
            let program = arguments
                .split(|byte| *byte == 0)
                .next()
                .unwrap_or_default();
            let program = String::from_utf8_lossy(
                program
                    .rsplit(|byte| *byte == b'/')
                    .next()
                    .unwrap_or_default(),
            );
            found.push((format!("arguments of {program}"), arguments.clone()));
            // Only root can read it if the process makes itself unreadable.
            if let Ok(environment) = read(proc.join("environ")) {
                let others: Vec<&[u8]> = environment
                    .split(|byte| *byte == 0)
                    .filter(|variable| !given.contains(*variable))
                    .collect();
                found.push((format!("environment of {program}"), others.join(&b"\n"[..])));
            }
            last.insert(pid, arguments);
        }
        let tasks = std::fs::read_dir(proc.join("task"))
            .into_iter()
            .flatten()
            .flatten();
        let children =
            tasks.filter_map(|task| std::fs::read_to_string(task.path().join("children")).ok());
        open.extend(children.flat_map(|list| {
            list.split(' ')
                .filter_map(|pid| pid.parse().ok())
                .collect::<Vec<u32>>()
        }));
    }
}
