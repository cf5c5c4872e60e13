//! Why a file is not read, and what to do with it: each kind that is known has its own advice.

use super::target::Target;
use crate::error::Error;
use crate::l10n::msg;
use plaintext::{Foreign, Unreadable};

pub(super) fn error(target: &Target, why: Unreadable) -> Error {
    let kind = match why {
        Unreadable::TooLarge => {
            return target
                .unreadable(&msg!("import-too-large"))
                .hint(msg!("import-by-hand-hint"));
        }
        Unreadable::Binary => {
            return target
                .unreadable(&msg!("import-binary"))
                .hint(msg!("import-by-hand-hint"));
        }
        Unreadable::BadUtf16 => {
            return target
                .unreadable(&msg!("import-bad-utf16"))
                .hint(msg!("import-by-hand-hint"));
        }
        Unreadable::Foreign(kind) => kind,
    };
    let (reason, advice) = match kind {
        Foreign::DotNet => (msg!("import-is-dotnet"), msg!("import-next-dotnet")),
        Foreign::Notebook => (msg!("import-is-notebook"), msg!("import-notebook-hint")),
        Foreign::Collection => (msg!("import-is-collection"), msg!("import-collection-hint")),
        Foreign::Dockerfile => (msg!("import-is-dockerfile"), msg!("import-dockerfile-hint")),
        Foreign::Terraform => (msg!("import-is-terraform"), msg!("import-terraform-hint")),
        Foreign::Crontab => (msg!("import-is-crontab"), msg!("import-crontab-hint")),
        Foreign::Other => (msg!("import-other-language"), msg!("import-by-hand-hint")),
        Foreign::Unknown => (
            msg!("import-unknown-kind"),
            msg!("import-unknown-kind-hint"),
        ),
    };
    target.unreadable(&reason).hint(advice)
}
