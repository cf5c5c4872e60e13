//! Unix: a port of the loopback interface for this process alone.

use std::io;
use std::net::{Ipv4Addr, TcpListener};

/// Listens on a free port of 127.0.0.1. While this process holds it, no other can bind it, with any
/// options.
pub(crate) fn loopback_listener() -> io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
}
