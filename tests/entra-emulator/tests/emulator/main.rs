//! Tests of the emulator itself, over its real TLS listener, with a client that sends exactly the
//! bytes it is given.

// Clippy knows test functions, but not the functions that only tests call.
#![allow(clippy::unwrap_used)]

mod app_certificate;
mod client;
mod encoding;
mod faults;
mod federation;
mod graph;
mod lockout;
mod order;
mod program;
mod records;
mod tokens;
mod transport;
