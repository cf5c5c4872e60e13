//! Running the child with a token: a plan made of values, then the run.
//!
//! Sees tokens, never passwords or client secrets.

mod identities;
mod outer;
mod plan;
mod run;

pub use identities::{holds_secret, identity_variables};
pub use outer::{Outer, nested_in};
pub use plan::{ChildPlan, DEFAULT_VARIABLE, Endpoint, Facts, check_name};
pub use run::{check_command, run, supervise};
