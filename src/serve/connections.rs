//! The connections of the endpoint: limited in number, and a flood cannot exclude the job's own
//! client. At the limit, the endpoint closes the oldest connection that has not yet sent the key;
//! only if there is none, the oldest of all. So a program that opens thousands of connections
//! without the key closes its own.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::task::AbortHandle;

/// The most connections: well below the usual limit of 1,024 open files a process.
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
            // A task that ended before it was counted is still in the list.
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

    /// Marks a connection whose request carried the key.
    pub(super) fn trust(&self, id: u64) {
        self.with(|open| {
            open.iter_mut()
                .filter(|c| c.id == id)
                .for_each(|c| c.trusted = true);
        });
    }

    fn with<T>(&self, work: impl FnOnce(&mut VecDeque<Open>) -> T) -> T {
        // A panic elsewhere leaves the list complete: each change is one step.
        work(&mut self.open.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_without_the_key_are_closed_first() {
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
