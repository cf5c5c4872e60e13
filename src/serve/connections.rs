//! The connections of the endpoint: bounded, and a flood cannot keep the job's own client out.
//!
//! When all places are taken, the oldest connection that has not yet shown the key makes room; only
//! if there is none, the oldest of all. So a program that opens thousands of connections without
//! the key pushes out its own.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::task::AbortHandle;

/// Well below the usual limit of 1,024 open files a process.
pub(super) const MOST: usize = 256;

/// The open connections, oldest first.
#[derive(Clone, Default)]
pub(super) struct Connections {
    open: Arc<Mutex<VecDeque<Open>>>,
}

struct Open {
    id: u64,
    trusted: bool,
    task: AbortHandle,
}

impl Connections {
    /// Counts a new connection, and closes an old one if there are too many.
    pub(super) fn add(&self, id: u64, task: AbortHandle) {
        self.with(|open| {
            // A task that ended before it was counted has nothing to remove itself from.
            open.retain(|c| !c.task.is_finished());
            if open.len() >= MOST {
                let victim = open.iter().position(|c| !c.trusted).unwrap_or(0);
                if let Some(victim) = open.remove(victim) {
                    victim.task.abort();
                }
            }
            open.push_back(Open {
                id,
                trusted: false,
                task,
            });
        });
    }

    /// A request on this connection carried the key.
    pub(super) fn trust(&self, id: u64) {
        self.with(|open| {
            open.iter_mut()
                .filter(|c| c.id == id)
                .for_each(|c| c.trusted = true);
        });
    }

    fn with<T>(&self, work: impl FnOnce(&mut VecDeque<Open>) -> T) -> T {
        // A panic elsewhere leaves the list whole: each change is one step.
        work(&mut self.open.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_make_room_first() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        runtime.block_on(async {
            let connections = Connections::default();
            let tasks: Vec<_> = (0..=MOST as u64)
                .map(|id| {
                    let task = tokio::spawn(std::future::pending::<()>());
                    connections.add(id, task.abort_handle());
                    if id < 2 {
                        connections.trust(id);
                    }
                    task
                })
                .collect();
            tokio::task::yield_now().await;
            let ended: Vec<usize> = (0..tasks.len())
                .filter(|i| tasks[*i].is_finished())
                .collect();
            assert_eq!(ended, [2], "the oldest without the key");
            assert_eq!(connections.with(|open| open.len()), MOST);
        });
    }
}
