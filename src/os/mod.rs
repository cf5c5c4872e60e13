//! Everything that differs between operating systems: directories, file modes, process replacement,
//! hardening, echo.
//!
//! The only place in the crate with `cfg(unix|windows|target_os)` and with `unsafe`, all of it for
//! system calls; memory for secrets is in `locked-memory`. Both halves offer the same names, so
//! callers need no `cfg`. Interprets no secret.

pub(crate) mod facts;
mod fault;
mod files;
#[allow(
    unsafe_code,
    reason = "system calls that the standard library does not offer; each block says why it is sound"
)]
pub(crate) mod kernel_keys;
#[allow(
    unsafe_code,
    reason = "system calls that the standard library does not offer; each block says why it is sound"
)]
mod memory_file;
#[allow(
    unsafe_code,
    reason = "system calls that the standard library does not offer; each block says why it is sound"
)]
mod program;
mod temporary;
#[allow(
    unsafe_code,
    reason = "system calls that the standard library does not offer; each block says why it is sound"
)]
mod trust;
#[cfg(unix)]
#[allow(
    unsafe_code,
    reason = "system calls that the standard library does not offer; each block says why it is sound"
)]
mod unix;
mod values;
#[cfg(windows)]
#[allow(
    unsafe_code,
    reason = "system calls that the standard library does not offer; each block says why it is sound"
)]
mod windows;

#[cfg(unix)]
use unix as imp;
#[cfg(windows)]
use windows as imp;

pub(crate) use fault::Fault;
pub(crate) use files::{
    create_private_dir, open_file, open_given, open_lock, open_nofollow, read_bounded, read_own,
    remove_leftovers, replace_like, write_private, write_private_soon,
};
pub(crate) use imp::{
    Erased, LONGEST_VARIABLE, LOOK, account_name, cache_dir, check_stdout, columns, config_dir,
    detach_from_terminal, discard_typed, end_as, exit_code, harden, has_other_names, identity_clue,
    is_at, is_exhausted, is_no_program, is_set_to_others, is_writable, lacks_descriptors,
    local_time, locale, loopback_listener, program_exists, run_command, runtime_dir, same_variable,
    script_named, spawn, state_dir, stdin_file, sync_dir, this_program, typed_line, typed_secret,
};
pub(crate) use memory_file::MemoryFile;
pub(crate) use program::{end_group, own_group};
pub(crate) use temporary::temporary_in;
pub(crate) use trust::{
    TrustFault, Untrusted, check_out_of_reach, check_own, check_unchangeable, is_in_memory,
};

pub(crate) use values::{Ended, IdentityClue, Stream};

#[cfg(debug_assertions)]
pub(crate) use imp::stop_self;

use crate::shell::Shell;
use std::path::Path;

/// A path as one word of the command in a hint that does not know which shell a person uses.
pub(crate) fn shell_word(path: impl AsRef<Path>) -> String {
    let usual = if IS_WINDOWS { Shell::Cmd } else { Shell::Sh };
    usual.word(&path.as_ref().to_string_lossy())
}

/// The descriptors that tokio's runtime needs: two for events, three for signals.
pub(crate) const RUNTIME_DESCRIPTORS: usize = 5;

/// True where `SSL_CERT_FILE` and `SSL_CERT_DIR` replace the system's roots of trust.
pub(crate) const READS_SSL_CERT_VARIABLES: bool = cfg!(all(unix, not(target_os = "macos")));

/// True on Windows, for messages that differ.
pub(crate) const IS_WINDOWS: bool = cfg!(windows);
