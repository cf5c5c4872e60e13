//! The sentences of the program: one file or folder for each module that reports something, which
//! turns its enums into message and hints. `text` has what a sentence is made of, and no module but
//! `cmd` asks for one of these; the others get them as `From` and as methods of their types.
//!
//! Decides nothing, and has no I/O. `serve` words its own errors, as it also writes them into its
//! answers and no module but `cmd` knows this one; `cmd::import` has its words beside it.

mod assertion;
mod broker;
mod certificate;
mod entra;
mod exec;
pub(crate) mod explain;
mod format;
mod os;
mod profile;
mod program;
mod prompt;
mod secret;
mod vault;

pub(crate) use profile::with_profile;
pub(crate) use vault::secrets_shape;
