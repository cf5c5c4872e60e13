//! A command with `-p NAME`, for texts about several profiles. `{ $p }` in a text is the reader's
//! own.

use crate::profile::ProfileName;

/// The command of a verb for a profile: `ropc login` or `ropc login -p NAME`. For texts that name
/// another profile than the reader's, or several.
pub(crate) fn with_profile(verb: &str, name: &ProfileName) -> String {
    if name.as_str() == "default" {
        format!("ropc {verb}")
    } else {
        format!("ropc {verb} -p {name}")
    }
}
