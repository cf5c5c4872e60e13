//! Who asks for a sign-in, and what follows from that alone.

/// Who asks for the sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// An unattended run.
    Job,
    /// `ropc login` with secrets just given.
    Login,
    /// `ropc login --retry`: one more try of the stored secrets, asked for by a person.
    Retry,
    /// `ropc login --retry` with secrets just given.
    LoginRetry,
}

impl Caller {
    /// True for `--retry`: only the limits of refusals and of sign-ins hold a person back then, and
    /// neither a pause nor the pace does.
    pub(super) fn insists(self) -> bool {
        matches!(self, Self::Retry | Self::LoginRetry)
    }

    /// True if the secrets are not stored yet. If Entra refuses them, ropc never stores them.
    pub(super) fn gives_secrets(self) -> bool {
        matches!(self, Self::Login | Self::LoginRetry)
    }
}
