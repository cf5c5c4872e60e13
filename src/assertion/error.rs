//! Why there is no assertion, as data. No words and no next steps: those are in
//! `sentences::assertion`.

use crate::entra::workload::WorkloadFault;
use crate::profile::AssertionSource;
use crate::program::ProgramFault;
use crate::secret::NotAssertion;
use std::error::Error;
use std::io;

/// A source that gives no usable assertion.
#[derive(Debug)]
pub struct AssertionError {
    /// The source.
    pub source: AssertionSource,
    /// Why.
    pub fault: AssertionFault,
}

/// Why a source gives no usable assertion.
#[derive(Debug)]
pub enum AssertionFault {
    /// The file cannot be read.
    File(io::Error),
    /// The program gave no output.
    Program(ProgramFault),
    /// The machine or the runner gives none.
    Workload(WorkloadFault),
    /// What the source gives is no assertion.
    Not(NotAssertion),
    /// It has ended.
    Ended {
        /// When it ended, epoch seconds.
        ends: u64,
    },
}

impl Error for AssertionError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.fault {
            AssertionFault::File(source) => Some(source),
            AssertionFault::Program(fault) => fault.source(),
            AssertionFault::Workload(WorkloadFault::NoAnswer { fault, .. }) => fault.cause.source(),
            AssertionFault::Workload(_) | AssertionFault::Not(_) | AssertionFault::Ended { .. } => {
                None
            }
        }
    }
}
