//! Windows: one file a topic. `unix` has the same names.

mod account;
mod console;
mod dirs;
mod fs;
mod harden;
mod locale;
mod net;
mod process;
mod supervise;

pub(crate) use account::{account_name, identity_clue};
pub(crate) use console::{
    Erased, check_stdout, columns, discard_typed, stdin_file, typed_line, typed_secret,
};
pub(crate) use dirs::{cache_dir, config_dir, runtime_dir, state_dir};
pub(crate) use fs::{
    LOOK, has_other_names, is_at, is_pipe, is_set_to_others, is_writable, keep_owner, open_at_once,
    persist, private_file_mode, private_mode, sync_dir, wait_again,
};
pub(crate) use harden::harden;
pub(crate) use locale::{local_time, locale};
pub(crate) use net::loopback_listener;
#[cfg(debug_assertions)]
pub(crate) use process::stop_self;
pub(crate) use process::{
    LONGEST_VARIABLE, detach_from_terminal, is_exhausted, is_no_program, lacks_descriptors,
    program_exists, same_variable, this_program,
};
pub(crate) use supervise::{end_as, exit_code, run_command, script_named, spawn};
