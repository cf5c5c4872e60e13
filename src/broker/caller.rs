//! Who asks for a sign-in, and what follows from that alone.

/// Who asks for the sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Caller {
    /// A run that nobody watches.
    Job,
    /// `ropc login` with secrets just given.
    Login,
    /// `ropc login --retry`: one more try of the stored secrets, asked for by a person.
    Retry,
    /// The same with secrets just given.
    LoginRetry,
}

impl Caller {
    /// Whoever says `--retry` is not held back by what may have been judged, only by what was.
    pub(super) fn insists(self) -> bool {
        matches!(self, Self::Retry | Self::LoginRetry)
    }

    /// The secrets are not stored yet, and never will be if they are refused.
    pub(super) fn gives_secrets(self) -> bool {
        matches!(self, Self::Login | Self::LoginRetry)
    }
}
