//! The command line as clap types: help, man pages and completions come from here. No I/O, no secrets.

use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum, ValueHint};
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

/// Runs Microsoft Graph batch jobs as a user, without a password in the script.
#[derive(Debug, Parser)]
#[command(
    name = "ropc",
    version,
    max_term_width = 100,
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = "Examples:\n  ropc login                            once: asks, proves the sign-in works, stores both secrets\n  \
                  ropc exec -- pwsh script.ps1          every run: the script finds a token in $env:GRAPH_ACCESS_TOKEN\n  \
                  ropc status                           what is stored where, and is it ready\n  \
                  ropc explain 50076                    what an error code means, and what to do\n\n\
                  Environment: ROPC_PROFILE, ROPC_NO_INPUT, ROPC_CONFIG_DIR, ROPC_CACHE_DIR, ROPC_STATE_DIR, ROPC_KEY_FILE,\n\
                  NO_COLOR, HTTPS_PROXY, NO_PROXY. No secret is ever read from the environment.\n\n\
                  Exit codes: 0 ok, 1 other, 2 usage, 3 profile or configuration, 4 sign-in refused, 5 secret store,\n\
                  6 network or temporary. `exec`: the child's own; 125 ropc failed before it, 126 not executable, 127 not found."
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
    /// Flags that every verb takes.
    #[command(flatten)]
    pub global: Global,
}

/// Flags that every verb takes.
#[derive(Args, Clone, Debug)]
pub struct Global {
    /// Never ask; fail at once where an answer is missing (also `ROPC_NO_INPUT=1`).
    #[arg(long, global = true)]
    pub no_input: bool,
    /// The most time for ropc's own work (lock, store, network), never for the child; as in 90s or 5m.
    #[arg(long, global = true, value_name = "DURATION", value_parser = duration)]
    pub timeout: Option<Duration>,
    /// Say what is done; never a secret.
    #[arg(long, global = true)]
    pub verbose: bool,
    /// Colour in messages.
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t = When::Auto)]
    pub color: When,
}

/// When to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// Where the stream is a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Prove that a sign-in works, then store its secrets.
    Login(Box<LoginArgs>),
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
    /// Say what an AADSTS error code means for a password sign-in (offline).
    Explain(ExplainArgs),
    /// Write shell completions or man pages.
    Generate(GenerateArgs),
}

/// Which profile.
#[derive(Args, Clone, Debug)]
pub struct ProfileArg {
    /// The profile; falls back to `ROPC_PROFILE`, then `default`.
    #[arg(short = 'p', long = "profile", value_name = "NAME")]
    pub profile: Option<String>,
}

/// `ropc login`.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  ropc login --tenant contoso.example --client-id GUID --username svc-report@contoso.example\n  \
                  vault-tool print | ropc login --secrets-stdin --no-input --yes --tenant ... --client-id ... --username ...\n  \
                  ropc login --store directory --secrets-dir /run/secrets --tenant ... --client-id ... --username ...\n  \
                  ropc login --store command --tenant ... --client-id ... --username ... -- op read op://jobs/ropc/json\n  \
                  ropc login --retry                    one more try of the stored secrets\n\n\
                  --secrets-stdin, and the program of the command store, give one JSON object:\n  \
                  {\"client_secret\": \"...\", \"password\": \"...\"}\n\
                  See also: ropc status, ropc explain"
)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct LoginArgs {
    /// Which profile to make or to replace.
    #[command(flatten)]
    pub profile: ProfileArg,
    /// Tenant: its GUID or one of its domains.
    #[arg(long, value_name = "TENANT")]
    pub tenant: Option<String>,
    /// Application (client) id of the app registration.
    #[arg(long, value_name = "GUID")]
    pub client_id: Option<String>,
    /// The user who signs in (UPN).
    #[arg(long, value_name = "UPN")]
    pub username: Option<String>,
    /// A scope to ask for; may be repeated. Default: everything that was granted (`.default` of Microsoft Graph).
    #[arg(long, value_name = "SCOPE")]
    pub scope: Vec<String>,
    /// National cloud: global, usgov, usgov-dod, china, bleu, delos, govsg.
    #[arg(long, value_name = "CLOUD", conflicts_with = "authority")]
    pub cloud: Option<String>,
    /// Enrol another https host (and optional port) as the authority. It receives the secrets.
    #[arg(long, value_name = "URL")]
    pub authority: Option<String>,
    /// Trust the certificates in this PEM file only.
    #[arg(long, value_name = "PEM", value_hint = ValueHint::FilePath)]
    pub ca_file: Option<PathBuf>,
    /// Where the secrets are: os (this system's keychain), file (an encrypted file), directory (files that systemd, Docker,
    /// Kubernetes or Vault provide) or command (a program that prints them).
    #[arg(long, value_name = "STORE", value_enum)]
    pub store: Option<Store>,
    /// Where the key of the file store is: credential (systemd), key-file, keychain or passphrase.
    #[arg(long, value_name = "KIND", value_enum)]
    pub key_source: Option<KeyKind>,
    /// The directory store's place: it holds the files `password` and `client_secret`. Default: `$CREDENTIALS_DIRECTORY`.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub secrets_dir: Option<PathBuf>,
    /// The app has no secret ("Allow public client flows").
    #[arg(long, conflicts_with = "client_secret_file")]
    pub public_client: bool,
    /// Store without proving that the sign-in works.
    #[arg(long)]
    pub no_verify: bool,
    /// Read both secrets as one JSON object from standard input.
    #[arg(long, conflicts_with_all = ["password_file", "client_secret_file"])]
    pub secrets_stdin: bool,
    /// Read the password from a file (`-`: standard input); one newline at its end is dropped.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub password_file: Option<PathBuf>,
    /// Read the client secret from a file (`-`: standard input); one newline at its end is dropped.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub client_secret_file: Option<PathBuf>,
    /// Replace an existing profile without asking.
    #[arg(long)]
    pub yes: bool,
    /// Send refused secrets once more: the stored ones, or those just given where no profile exists yet.
    #[arg(long)]
    pub retry: bool,
    /// The command store's program and its arguments, after `--`. It prints the secrets JSON and is run without a shell.
    #[arg(last = true, value_name = "PROGRAM", value_hint = ValueHint::CommandWithArguments)]
    pub secrets_command: Vec<String>,
}

/// `--store`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Store {
    /// The keychain of this system.
    Os,
    /// An encrypted file.
    File,
    /// Files that something else provides, one secret each; only read.
    Directory,
    /// A program that prints the secrets; only read.
    Command,
}

/// `--key-source`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum KeyKind {
    /// `ropc-key` in systemd's credentials directory.
    Credential,
    /// The file that `ROPC_KEY_FILE` names, else `store.key` beside the profiles.
    KeyFile,
    /// An item in the keychain of this system.
    Keychain,
    /// A passphrase, asked for at a terminal each time; never for a job.
    Passphrase,
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
                  ropc exec --env MS365_MCP_OAUTH_TOKEN -- my-server\n\nThe child gets GRAPH_ACCESS_TOKEN (or the names given with \
                  --env) and the facts ROPC_PROFILE,\nROPC_TENANT_ID, ROPC_CLIENT_ID, ROPC_USERNAME, ROPC_EXPIRES_ON. It never gets a \
                  stored secret.\nSee also: ropc token, ropc status"
)]
pub struct ExecArgs {
    /// Whose token.
    #[command(flatten)]
    pub profile: ProfileArg,
    /// Which token.
    #[command(flatten)]
    pub wish: TokenWish,
    /// Put the token into this variable in place of `GRAPH_ACCESS_TOKEN`; may be repeated.
    #[arg(long, value_name = "NAME")]
    pub env: Vec<String>,
    /// The command and its arguments, after `--`.
    #[arg(last = true, required = true, value_name = "COMMAND", value_hint = ValueHint::CommandWithArguments)]
    pub command: Vec<OsString>,
}

/// `ropc token`.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  curl -H @<(ropc token --output header) https://graph.microsoft.com/v1.0/me\n  \
                        ropc token --output json | jq -r .expires_on\nSee also: ropc exec")]
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
}

/// `ropc status`.
#[derive(Args, Debug)]
#[command(after_help = "See also: ropc list, ropc explain")]
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
#[command(after_help = "See also: ropc status")]
pub struct ListArgs {
    /// One JSON object.
    #[arg(long)]
    pub json: bool,
}

/// `ropc logout`.
#[derive(Args, Debug)]
#[command(after_help = "See also: ropc login, ropc list")]
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

/// `ropc explain`.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  ropc explain 50126\n  ropc explain AADSTS7000215\n  ropc explain - < error.txt")]
pub struct ExplainArgs {
    /// A code, an error text that contains one, or `-` to read a text from standard input.
    #[arg(value_name = "CODE|TEXT|-", allow_hyphen_values = true)]
    pub what: Vec<String>,
}

/// `ropc generate`.
#[derive(Args, Debug)]
pub struct GenerateArgs {
    /// What to write.
    #[command(subcommand)]
    pub what: Generate,
}

/// What `ropc generate` writes.
#[derive(Debug, Subcommand)]
pub enum Generate {
    /// Completions for a shell, to standard output.
    Completions {
        /// Which shell.
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// One man page for each verb, into a directory.
    Man {
        /// The directory; it must exist.
        #[arg(value_hint = ValueHint::DirPath)]
        dir: PathBuf,
    },
}

/// `90s`, `5m`, `1h 30m`; a bare number means seconds.
fn duration(text: &str) -> Result<Duration, String> {
    let time = match text.trim().parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => humantime::parse_duration(text.trim()).map_err(|_| "write it as in 90s, 5m or 1h30m".to_owned())?,
    };
    // More than a day is a slip, and keeps every later sum in range.
    if time.is_zero() || time > Duration::from_secs(86_400) {
        return Err("it must be between 1s and 24h".to_owned());
    }
    Ok(time)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definition_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn durations() {
        assert_eq!(duration("90"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("1h30m"), Ok(Duration::from_secs(5400)));
        for bad in ["", "0", "soon", "-5", "2d", "99999999999999999999"] {
            assert!(duration(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_child_keeps_its_own_flags() {
        let cli = Cli::try_parse_from(["ropc", "exec", "--", "cmd", "--json", "--", "-p", "x"]).unwrap();
        let Verb::Exec(exec) = cli.verb else { panic!() };
        assert_eq!(exec.command, ["cmd", "--json", "--", "-p", "x"]);
        assert!(exec.profile.profile.is_none());
        assert!(Cli::try_parse_from(["ropc", "exec", "cmd"]).is_err());
        assert!(Cli::try_parse_from(["ropc", "exec", "--refresh", "--no-cache", "--", "cmd"]).is_err());
    }
}
