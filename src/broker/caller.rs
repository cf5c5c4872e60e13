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
    /// The same with secrets just given.
    LoginRetry,
}

impl Caller {
    /// What may have been judged does not hold back a person who says `--retry`; what was judged
    /// does.
    pub(super) fn insists(self) -> bool {
        matches!(self, Self::Retry | Self::LoginRetry)
    }

    /// The secrets are not stored yet, and never will be if they are refused.
    pub(super) fn gives_secrets(self) -> bool {
        matches!(self, Self::Login | Self::LoginRetry)
    }
}
