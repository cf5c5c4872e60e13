//! Unix: one file a topic. `windows` has the same names.

mod account;
mod dirs;
mod ending;
mod execute;
mod fs;
mod harden;
mod locale;
mod net;
mod process;
mod question;
mod streams;
mod supervise;
mod terminal;

pub(super) use account::own_uid;
pub(crate) use account::{account_name, identity_clue};
pub(crate) use dirs::{cache_dir, config_dir, runtime_dir, state_dir};
pub(crate) use ending::Erased;
pub(crate) use fs::{
    LOOK, has_other_names, is_at, is_pipe, is_set_to_others, is_writable, keep_owner, open_at_once,
    persist, private_file_mode, private_mode, sync_dir, wait_again,
};
pub(crate) use harden::{harden, run_command};
pub(crate) use locale::{local_time, locale};
pub(crate) use net::loopback_listener;
#[cfg(debug_assertions)]
pub(crate) use process::stop_self;
pub(crate) use process::{
    LONGEST_VARIABLE, detach_from_terminal, is_exhausted, is_no_program, lacks_descriptors,
    program_exists, same_variable, script_named, this_program,
};
pub(crate) use question::discard_typed;
pub(crate) use streams::{check_stdout, columns, stdin_file};
pub(crate) use supervise::{end_as, exit_code, spawn};
pub(crate) use terminal::{typed_line, typed_secret};
