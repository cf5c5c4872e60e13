//! The sentences of the program. Each module that reports something has a file or folder here,
//! which turns its enums into message and hints; `text` has the parts of a sentence. Only `cmd`
//! calls this module by name: the others use it through `From` and methods of their own types.
//!
//! Decides nothing, and has no I/O. `serve` words its own errors, as it also writes them into its
//! answers; `cmd` has the words of its own errors beside them.

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
