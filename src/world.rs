//! The ports through which the core talks to everything outside: secret stores, sources of
//! assertions, token endpoint, clock, prompt, environment, ui. Tests replace them.

use crate::assertion::Assertions;
use crate::clock::Clock;
use crate::entra::TokenEndpoint;
use crate::environment::Environment;
use crate::prompt::Prompt;
use crate::ui::Ui;
use crate::vault::Vaults;
use std::fmt;

/// Everything outside, for one run.
pub struct World<'a> {
    /// A snapshot of the environment, taken by `main`.
    pub env: &'a Environment,
    /// Opens the secret store that a profile names.
    pub vaults: &'a dyn Vaults,
    /// Gets the assertions of federated apps.
    pub assertions: &'a dyn Assertions,
    /// Sends the password grant.
    pub endpoint: &'a dyn TokenEndpoint,
    /// Wall clock and sleep. `'static`, as the endpoint's thread keeps it.
    pub clock: &'static dyn Clock,
    /// A person, if there is one: `None` without a terminal or with `--no-input`.
    pub prompt: Option<&'a dyn Prompt>,
    /// stdout and stderr.
    pub ui: &'a Ui,
}

impl fmt::Debug for World<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("World")
    }
}
