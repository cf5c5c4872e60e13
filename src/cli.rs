//! The command line as clap types: help, man pages and completions come from here. No I/O, no
//! secrets.

mod enrol;
mod generate;
pub(crate) mod help;
mod import;
mod login;
pub(crate) mod refusal;
mod setup;
mod value;

pub use enrol::EnrolArgs;
pub use generate::{CompleteArgs, CompletedShell, Generate, GenerateArgs};
pub use import::ImportArgs;
pub use login::{LoginArgs, StoreFlagFault};
pub use setup::{SetupArgs, SetupShell};

pub(crate) use value::BadValue;
pub use value::ProfileArg;

use crate::text::text;
use crate::ui::Color;
use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum, ValueHint};
use std::ffi::OsString;
use std::time::Duration;

/// Runs Microsoft Graph batch jobs as a user, without a password in the script.
#[derive(Debug, Parser)]
#[command(
    // The name in usages and examples. The name that started the program is a text from outside.
    bin_name = "ropc",
    name = "ropc",
    version,
    max_term_width = 100,
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = "Examples:\n  ropc login                     once: asks, proves the sign-in, stores both secrets\n  \
                  ropc exec -- pwsh script.ps1   every run: a token in $env:GRAPH_ACCESS_TOKEN\n  \
                  ropc import report.ps1         from a script with secrets in plain text\n  \
                  ropc status                    what is stored where, and is it ready\n  \
                  ropc doctor                    would a job work here, unattended? cause and fix\n  \
                  ropc explain 50076             what an error code means, and what to do\n  \
                  ropc --version --verbose       commit, target, features and libc of this program\n\n\
                  Environment: ROPC_PROFILE, ROPC_NO_INPUT, ROPC_CONFIG_DIR, ROPC_CACHE_DIR,\n\
                  ROPC_STATE_DIR, ROPC_KEY_FILE, ROPC_LANG, NO_COLOR, HTTPS_PROXY, NO_PROXY.\n\
                  IDENTITY_HEADER and ACTIONS_ID_TOKEN_REQUEST_TOKEN: keys of Azure and GitHub, sent to them only.\n\
                  No password and no secret of the app is ever read from the environment.\n\n\
                  Exit codes: 0 ok, 1 other, 2 usage, 3 profile or configuration,\n\
                  4 sign-in refused, 5 secret store, 6 network or temporary.\n\
                  exec: the child's own; 125 ropc failed before it, 126 not executable, 127 not found."
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
    /// Flags that every verb takes.
    #[command(flatten)]
    pub global: Global,
}

/// The heading for the flags that every verb takes: it keeps them apart from a verb's own flags.
const EVERYWHERE: &str = "Everywhere";

/// Flags that every verb takes.
#[derive(Args, Clone, Debug)]
pub struct Global {
    /// Never ask; fail at once where an answer is missing (also `ROPC_NO_INPUT=1`).
    #[arg(long, global = true, help_heading = EVERYWHERE)]
    pub no_input: bool,
    /// The most time for ropc's own work (lock, store, network), never for the child; as in 90s or
    /// 5m. Default: 2m, for `doctor` 45s.
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "DURATION", value_parser = duration)]
    pub timeout: Option<Duration>,
    /// Say what is done; never a secret.
    #[arg(long, global = true, help_heading = EVERYWHERE)]
    pub verbose: bool,
    /// Colour in messages.
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "WHEN", value_enum, default_value_t)]
    pub color: Color,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Prove that a sign-in works, then store its secrets.
    Login(Box<LoginArgs>),
    /// Take plaintext credentials out of a script or settings file, into the store.
    Import(Box<ImportArgs>),
    /// Run a command with a fresh token in its environment.
    Exec(ExecArgs),
    /// Print a token.
    Token(TokenArgs),
    /// Show one profile: what is stored where, the cached token, the breaker.
    Status(ViewArgs),
    /// Show all profiles.
    List(ListArgs),
    /// Remove a profile with its secrets, cache and record.
    Logout(LogoutArgs),
    /// Give a profile another name.
    Rename(RenameArgs),
    /// Say whether a job would work here, under this account and logon, unattended; sends no
    /// secret.
    Doctor(DoctorArgs),
    /// Say what an AADSTS error code means for a password sign-in (offline).
    Explain(ExplainArgs),
    /// Print a script that prepares a tenant: app, consent, user and fence; run nothing.
    Setup(SetupArgs),
    /// Write shell completions or man pages.
    Generate(GenerateArgs),
    /// What may follow these words, for the scripts of `generate completions`.
    #[command(hide = true)]
    Complete(CompleteArgs),
    /// One token for a running `exec --serve`: request on standard input, reply on standard output.
    #[command(hide = true)]
    Renew,
}

impl Verb {
    /// The one profile that the verb works with; `None` for a verb that takes none or all.
    pub(crate) fn profile(&self) -> Option<&ProfileArg> {
        match self {
            Self::Login(args) => Some(&args.profile),
            Self::Import(args) => Some(&args.profile),
            Self::Exec(args) => Some(&args.profile),
            Self::Token(args) => Some(&args.profile),
            Self::Status(args) => Some(&args.profile),
            Self::Logout(args) => (!args.all).then_some(&args.profile),
            Self::Doctor(args) => Some(&args.profile),
            Self::List(_)
            | Self::Rename(_)
            | Self::Explain(_)
            | Self::Setup(_)
            | Self::Generate(_)
            | Self::Complete(_)
            | Self::Renew => None,
        }
    }

    /// True if the run prints one JSON object with texts in it: then all its messages are English.
    pub fn prints_json(&self) -> bool {
        match self {
            Self::Status(args) => args.json,
            Self::List(args) => args.json,
            Self::Doctor(args) => args.json,
            _ => false,
        }
    }
}

/// How a token is obtained.
#[derive(Args, Clone, Debug)]
#[command(group = ArgGroup::new("cache").multiple(false))]
pub struct TokenWish {
    /// Scopes for this run in place of the profile's; may be repeated.
    #[arg(long, value_name = "SCOPE")]
    pub scope: Vec<String>,
    /// The token must live at least this long, as in 30m.
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub min_ttl: Option<Duration>,
    /// Sign in even if the cache holds a token, and store the new one.
    #[arg(long, group = "cache")]
    pub refresh: bool,
    /// Neither read nor write the token cache.
    #[arg(long, group = "cache")]
    pub no_cache: bool,
}

/// `ropc exec`.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  ropc exec -- pwsh script.ps1\n  ropc exec -p reports --min-ttl 45m -- python3 report.py --all\n  \
                  ropc exec --env MS365_MCP_OAUTH_TOKEN -- my-server\n  \
                  ropc exec --env GRAPH_ACCESS_TOKEN \\\n            \
                  --env ARM_TOKEN=https://management.azure.com/.default -- ./both.sh\n  \
                  ropc exec --token-file TOKEN_FILE -- ./job.sh\n  \
                  ropc exec --serve -- pwsh -c 'Connect-MgGraph -Identity; ./hours.ps1'\n\nThe child gets GRAPH_ACCESS_TOKEN (or the names given with \
                  --env) and the facts ROPC_PROFILE,\nROPC_TENANT_ID, ROPC_CLIENT_ID, ROPC_USERNAME, ROPC_EXPIRES_ON. It never gets a \
                  stored secret.\n\nWith --serve it gets IDENTITY_ENDPOINT and IDENTITY_HEADER instead: a loopback endpoint from which\nAzure \
                  and Graph clients fetch fresh tokens for as long as the job runs. Variables that would\nsend them elsewhere are removed.\n\
                  See also: ropc token, ropc status"
)]
pub struct ExecArgs {
    /// Whose token.
    #[command(flatten)]
    pub profile: ProfileArg,
    /// Which token.
    #[command(flatten)]
    pub wish: TokenWish,
    /// Put the token into this variable in place of `GRAPH_ACCESS_TOKEN`; with `=SCOPE` the token
    /// of another resource. May be repeated.
    #[arg(long, value_name = "NAME[=SCOPE]")]
    pub env: Vec<String>,
    /// Put the path of a file in memory into this variable, which holds the token and is gone with
    /// the command, in place of the token itself (Linux). May be repeated.
    #[arg(long, value_name = "NAME[=SCOPE]", conflicts_with = "serve")]
    pub token_file: Vec<String>,
    /// For jobs longer than a token: serve fresh ones on 127.0.0.1 as an App Service managed
    /// identity does.
    #[arg(long)]
    pub serve: bool,
    /// Also serve tokens for this resource (URI or GUID); may be repeated. Without it: the
    /// profile's own resource only.
    #[arg(long, value_name = "URI", requires = "serve")]
    pub allow_resource: Vec<String>,
    /// Leave the other Azure identities of the environment in place, and `AZURE_TOKEN_CREDENTIALS`
    /// as it is.
    #[arg(long, requires = "serve")]
    pub keep_env: bool,
    /// The command and its arguments, after `--`.
    #[arg(last = true, required = true, value_name = "COMMAND", value_hint = ValueHint::CommandWithArguments)]
    pub command: Vec<OsString>,
}

/// `ropc token`.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  curl -H @<(ropc token --output header) https://graph.microsoft.com/v1.0/me\n  \
                        ropc token --output json | jq -r .expires_on\n  \
                        ropc token --output az                what AzureCliCredential reads from `az`\nSee also: ropc exec"
)]
pub struct TokenArgs {
    /// Whose token.
    #[command(flatten)]
    pub profile: ProfileArg,
    /// Which token.
    #[command(flatten)]
    pub wish: TokenWish,
    /// How it is printed.
    #[arg(long, value_enum, default_value_t = TokenFormat::Text, value_name = "FORMAT")]
    pub output: TokenFormat,
    /// Print it even if standard output is a terminal.
    #[arg(long)]
    pub show: bool,
}

/// `--output` of `ropc token`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TokenFormat {
    /// The token alone.
    Text,
    /// One JSON object with token and expiry.
    Json,
    /// `Authorization: Bearer ...`.
    Header,
    /// One JSON object as `az account get-access-token` prints it, for a shim of `az`.
    Az,
}

/// `ropc status`.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  ropc status\n  ropc status -p reports --json\n\n\
                  See also: ropc list, ropc doctor, ropc explain"
)]
pub struct ViewArgs {
    /// Which profile.
    #[command(flatten)]
    pub profile: ProfileArg,
    /// One JSON object.
    #[arg(long)]
    pub json: bool,
}

/// `ropc list`.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  ropc list                      `*` marks the profile that is used without -p\n  \
                  ropc list --json | jq -r '.profiles[].profile'\n\n\
                  See also: ropc status"
)]
pub struct ListArgs {
    /// One JSON object.
    #[arg(long)]
    pub json: bool,
}

/// `ropc logout`.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  ropc logout -p reports\n  ropc logout --all --yes\n\nSee also: ropc login, ropc list"
)]
pub struct LogoutArgs {
    /// Which profile.
    #[command(flatten)]
    pub profile: ProfileArg,
    /// Every profile.
    #[arg(long, conflicts_with = "profile")]
    pub all: bool,
    /// Do not ask.
    #[arg(long)]
    pub yes: bool,
}

/// `ropc rename`.
#[derive(Args, Debug)]
#[command(
    after_help = "Secrets, cached token and breaker record go along. Jobs that name the old profile must name\nthe new one.\n\n\
                  Example:\n  ropc rename default reports\n\nSee also: ropc list, ropc login"
)]
pub struct RenameArgs {
    /// The profile.
    #[arg(value_name = "OLD")]
    pub old: String,
    /// Its new name; no profile may have it yet.
    #[arg(value_name = "NEW")]
    pub new: String,
}

/// `ropc doctor`.
#[derive(Args, Debug)]
#[command(
    after_help = "Run it as the job runs: the same account, the same task or unit, no terminal.\n\n\
                  Examples:\n  ropc doctor\n  ropc doctor -p reports --json\n  \
                  sudo systemd-run --wait --pipe --uid=svc ropc doctor\n\n\
                  Exit codes: 0 ok or warnings only; with failures the first of 3 profile, configuration or clock,\n\
                  5 secret store, 6 network, 4 refused secret, 1 other.\n\
                  See also: ropc status, ropc explain"
)]
pub struct DoctorArgs {
    /// Which profile; without one, general checks are made.
    #[command(flatten)]
    pub profile: ProfileArg,
    /// Show problems and warnings only.
    #[arg(long, conflicts_with = "json")]
    pub quiet: bool,
    /// One JSON object.
    #[arg(long)]
    pub json: bool,
}

/// `ropc explain`.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  ropc explain 50126\n  ropc explain AADSTS7000215\n  ropc explain < error.txt\n\n\
                  See also: ropc doctor, ropc status"
)]
pub struct ExplainArgs {
    /// A code, or an error text that contains one; without it, or with `-`, the text is read from
    /// standard input.
    #[arg(value_name = "CODE|TEXT|-", allow_hyphen_values = true)]
    pub what: Vec<String>,
}

/// `90s`, `5m`, `1h 30m`; a bare number means seconds.
fn duration(text: &str) -> Result<Duration, BadValue> {
    let time = match text.trim().parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => humantime::parse_duration(text.trim())
            .map_err(|_| BadValue(text!("cli-duration-form")))?,
    };
    // More than a day is a typing mistake; the limit also keeps every later sum in range.
    if time.is_zero() || time > Duration::from_secs(86_400) {
        return Err(BadValue(text!("cli-duration-range")));
    }
    Ok(time)
}

#[cfg(test)]
mod tests;
