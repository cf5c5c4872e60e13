//! Running the child with a token: a plan made of values, then the run.
//!
//! Sees tokens, never passwords or client secrets.

mod error;
mod identities;
mod names;
mod outer;
mod plan;
mod run;

pub use error::{ExecError, FailedProgram};
pub use identities::{DEFAULT_VARIABLE, holds_secret, identity_variables};
pub use names::check_name;
pub use outer::{Outer, nested_in};
pub use plan::{ChildPlan, ChildWish, EndpointForChild, Handout};
pub use run::{check_command, check_memory_files, run, supervise};
