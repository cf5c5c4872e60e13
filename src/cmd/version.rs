//! `ropc --version --verbose`: what this program was built from, for which machine, and with what.
//! Names and values of the build only; they are in no language, as reports and scripts hold them.

/// The commit, if the build was given one: `.ci/dist` does, and a build from a registry has none.
const COMMIT: Option<&str> = option_env!("ROPC_COMMIT");
/// The setting of `.cargo/config.toml`, which a build from a registry does not see.
const NO_JITTER: Option<&str> = option_env!("AWS_LC_SYS_NO_JITTER_ENTROPY");

/// The version, then one fact a line.
pub(super) fn described() -> String {
    let entropy = match NO_JITTER {
        Some("1") => "kernel-entropy",
        _ => "jitter-entropy",
    };
    format!(
        "ropc {}\ncommit: {}\ntarget: {}\nfeatures: {entropy}\nlibc: {}",
        env!("CARGO_PKG_VERSION"),
        COMMIT.unwrap_or("unknown"),
        env!("ROPC_TARGET"),
        env!("ROPC_LIBC"),
    )
}
