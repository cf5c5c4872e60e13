//! Why a file is not read, and what to do with it: each kind that is known has its own advice.

use super::target::Target;
use crate::error::Error;
use crate::text::text;
use plaintext::{Foreign, Unreadable};

pub(super) fn error(target: &Target, why: Unreadable) -> Error {
    let kind = match why {
        Unreadable::TooLarge => {
            return target
                .unreadable(&text!("import-too-large"))
                .hint(text!("import-by-hand-hint"));
        }
        Unreadable::Binary => {
            return target
                .unreadable(&text!("import-binary"))
                .hint(text!("import-by-hand-hint"));
        }
        Unreadable::BadUtf16 => {
            return target
                .unreadable(&text!("import-bad-utf16"))
                .hint(text!("import-by-hand-hint"));
        }
        Unreadable::Foreign(kind) => kind,
    };
    let (reason, advice) = match kind {
        Foreign::DotNet => (text!("import-is-dotnet"), text!("import-next-dotnet")),
        Foreign::Notebook => (text!("import-is-notebook"), text!("import-notebook-hint")),
        Foreign::Collection => (
            text!("import-is-collection"),
            text!("import-collection-hint"),
        ),
        Foreign::Dockerfile => (
            text!("import-is-dockerfile"),
            text!("import-dockerfile-hint"),
        ),
        Foreign::Terraform => (text!("import-is-terraform"), text!("import-terraform-hint")),
        Foreign::Crontab => (text!("import-is-crontab"), text!("import-crontab-hint")),
        Foreign::Other => (text!("import-other-language"), text!("import-by-hand-hint")),
        Foreign::Unknown => (
            text!("import-unknown-kind"),
            text!("import-unknown-kind-hint"),
        ),
    };
    target.unreadable(&reason).hint(advice)
}
