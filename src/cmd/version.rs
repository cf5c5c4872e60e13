//! `ropc --version --verbose`: what this program was built from, for which machine, and with what.
//! Names and values of the build only; they are in no language, as reports and scripts hold them.

/// The commit, if the build was given one: `.ci/dist` does, and a build from a registry has none.
const COMMIT: Option<&str> = option_env!("ROPC_COMMIT");
/// The oldest glibc that the program runs with, if the build chose one.
const GLIBC: Option<&str> = option_env!("ROPC_GLIBC");
/// The setting of `.cargo/config.toml`, which a build from a registry does not see.
const NO_JITTER: Option<&str> = option_env!("AWS_LC_SYS_NO_JITTER_ENTROPY");

/// The version, then one fact a line.
pub(super) fn described() -> String {
    let entropy = match NO_JITTER {
        Some("1") => "kernel-entropy",
        _ => "jitter-entropy",
    };
    let libc = match GLIBC {
        _ if cfg!(target_env = "musl") => "musl, linked statically".to_owned(),
        Some(oldest) if cfg!(target_os = "linux") => format!("glibc {oldest}"),
        _ => "of the system".to_owned(),
    };
    format!(
        "ropc {}\ncommit: {}\ntarget: {}\nfeatures: {entropy}\nlibc: {libc}",
        env!("CARGO_PKG_VERSION"),
        COMMIT.unwrap_or("unknown"),
        env!("ROPC_TARGET"),
    )
}
