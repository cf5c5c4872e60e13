//! Running the child with a token: a plan made of values, then the run.
//!
//! Sees tokens, never passwords or client secrets.

mod identities;
mod outer;
mod plan;
mod run;

pub use identities::{DEFAULT_VARIABLE, holds_secret, identity_variables};
pub use outer::{Outer, nested_in};
pub use plan::{ChildFacts, ChildPlan, EndpointForChild, check_name};
pub use run::{check_command, run, supervise};
