//! `ropc` runs Microsoft Graph batch jobs as a user, without a password in the script.
//!
//! ```text
//!   login:  prompt / pipe / file ──► trial sign-in ──► vault (bundle) ──► profile file
//!
//!   exec:   profile ──► broker ──► cache ─────────────────────────► token ──► child's environment
//!                         │          ▲ sealed file, its key from the vault
//!                         └─► lock ─► breaker ─► vault (bundle) ─► entra (TLS) ─► token
//!                                               assertion (source) ──┘
//!
//!   exec --serve:  profile ──► serve (127.0.0.1, key) ◄──► child, supervised
//!                                └─► a run of `ropc renew` for each token: broker, as above, over a pipe
//! ```
//!
//! Data goes one way: `cli` -> `cmd` -> `profile` -> `broker` -> `vault` | `entra` -> `exec` |
//! `serve`. Everything after `profile` knows its plain types; `vault` and `entra` know nothing of
//! each other; `exec` and `serve` know tokens and no stored secret. `secret`, `error`,
//! `text`, `seal`, `os` and `visible` are leaves; `assertion` asks `entra` and `program`;
//! `sentences` words the errors and states of the others; `serve` and `cmd::import` have a `words`
//! of their own.
//!
//! What always holds (SECURITY.md names the test of each):
//! 1. No secret on a command line, in an environment variable that ropc reads, in a log, a message,
//!    a panic or a `Debug`.
//! 2. Nothing secret on disk outside the chosen store; the cache only sealed.
//! 3. Secrets go to the enrolled authority only, over TLS, trusting the enrolled roots only.
//! 4. The child gets a token, never a stored secret.
//! 5. After a token was obtained, the memory holds no copy of the password or the client secret.
//! 6. The endpoint answers on loopback only, to its key only, for the profile's resource only.
//! 7. A refused secret is not sent again, by any process of this user, until a person acts.
//! 8. A failed `login` changes nothing: verified first, stored second, written third.
//!
//! The library exists for the binary and its tests. It promises no stable interface.

#![allow(
    clippy::missing_errors_doc,
    reason = "a sentence says when a function fails; the heading is for the crates that others use"
)]

pub mod assertion;
pub mod broker;
pub mod certificate;
pub mod cli;
pub mod clock;
pub mod cmd;
mod echo;
pub mod entra;
pub mod environment;
pub mod error;
pub mod exec;
mod fault;
pub mod format;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod os;
pub mod profile;
mod program;
pub mod prompt;
mod seal;
pub mod secret;
mod sentences;
pub mod serve;
pub mod shell;
pub mod text;
pub mod ui;
pub mod vault;
mod visible;
pub mod world;

#[global_allocator]
static WIPING: locked_memory::Allocator = locked_memory::ALLOCATOR;
