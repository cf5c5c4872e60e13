//! The verbs: one file each, with an input struct and `run(input, &World)`. Here: what they share, and the way from the
//! command line to a verb and from its outcome to an exit code.

mod exec;
mod explain;
mod generate;
mod list;
mod login;
mod login_input;
mod logout;
mod prompt;
mod status;
mod token;

use crate::broker::{DEFAULT_TIMEOUT, Deadline, Mode};
use crate::cli::{Cli, Global, ProfileArg, TokenWish, Verb, When};
use crate::entra::HttpEndpoint;
use crate::error::{Error, Result};
use crate::os;
use crate::profile::{Profile, ProfileName, ProfileStore, Scopes};
use crate::ui::{Color, Ui};
use crate::vault::RealVaults;
use crate::world::{Environment, SystemClock, World};
use clap::Parser;
use std::process::ExitCode;

/// The whole program: hardening, arguments, world, verb, exit code.
pub fn main() -> ExitCode {
    os::harden();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    let env = Environment::from_process();
    let plain = env.get("NO_COLOR").is_some() || env.text("TERM") == Some("dumb");
    let ui = Ui::new(color(cli.global.color), plain, cli.global.verbose);
    let is_exec = matches!(cli.verb, Verb::Exec(_));
    match dispatch(cli, &env, &ui) {
        Ok(code) => code,
        Err(error) if is_exec => {
            ui.exec_error(&error);
            ExitCode::from(error.kind.exec_exit_code())
        }
        Err(error) => {
            ui.error(&error);
            ExitCode::from(error.kind.exit_code())
        }
    }
}

/// clap's own words for help, version and usage errors, with the hint that `exec` needs most.
fn usage(error: &clap::Error) -> ExitCode {
    let wants_command = std::env::args_os().nth(1).is_some_and(|verb| verb == "exec") && error.use_stderr();
    // A closed pipe is success, as everywhere.
    let _ = error.print();
    if wants_command && !std::env::args_os().any(|a| a == "--") {
        Ui::new(Color::Never, true, false).hint("put the command after `--`, as in `ropc exec -- pwsh script.ps1`");
    }
    ExitCode::from(if error.use_stderr() { 2 } else { 0 })
}

fn color(when: When) -> Color {
    match when {
        When::Auto => Color::Auto,
        When::Always => Color::Always,
        When::Never => Color::Never,
    }
}

fn dispatch(cli: Cli, env: &Environment, ui: &Ui) -> Result<ExitCode> {
    let global = cli.global;
    // Neither of these needs a home, a store or a profile.
    let verb = match cli.verb {
        Verb::Explain(args) => return explain::run(&args, ui),
        Verb::Generate(args) => return generate::run(&args.what, ui),
        verb => verb,
    };
    let config = os::config_dir(env).ok_or_else(|| {
        Error::config("there is no place for profiles: neither HOME nor ROPC_CONFIG_DIR is set to an absolute path")
            .hint("set ROPC_CONFIG_DIR to a directory that belongs to this account")
    })?;
    let prompt = (!global.no_input && !env.flag("ROPC_NO_INPUT")).then(prompt::Terminal::find).flatten();
    let person = prompt.as_ref().map(|p| p as &dyn crate::world::Prompt);
    let world = World {
        env,
        vaults: &RealVaults::new(env, config.clone()).asking(person),
        endpoint: &HttpEndpoint,
        clock: &SystemClock,
        prompt: person,
        ui,
    };
    let context = Context { profiles: ProfileStore::new(&config), deadline: deadline(&global), world: &world };
    match verb {
        Verb::Login(args) => login::run(&args, &context),
        Verb::Exec(args) => exec::run(args, &context),
        Verb::Token(args) => token::run(&args, &context),
        Verb::Status(args) => status::run(&args, &context),
        Verb::List(args) => list::run(&args, &context),
        Verb::Logout(args) => logout::run(&args, &context),
        Verb::Explain(_) | Verb::Generate(_) => Ok(ExitCode::SUCCESS),
    }
}

fn deadline(global: &Global) -> Deadline {
    Deadline::after(global.timeout.unwrap_or(DEFAULT_TIMEOUT))
}

/// What a verb works with.
struct Context<'a> {
    profiles: ProfileStore,
    deadline: Deadline,
    world: &'a World<'a>,
}

impl Context<'_> {
    /// `-p`, else `ROPC_PROFILE`, else `default`.
    fn name(&self, arg: &ProfileArg) -> Result<ProfileName> {
        let chosen = arg.profile.as_deref().or_else(|| self.world.env.text("ROPC_PROFILE"));
        chosen.unwrap_or("default").parse()
    }

    /// The chosen profile.
    fn load(&self, arg: &ProfileArg) -> Result<Profile> {
        self.profiles.load(&self.name(arg)?)
    }
}

fn mode(wish: &TokenWish) -> Mode {
    match (wish.refresh, wish.no_cache) {
        (true, _) => Mode::Refresh,
        (_, true) => Mode::NoCache,
        _ => Mode::Cached,
    }
}

fn scopes(wish: &TokenWish, profile: &Profile) -> Result<Scopes> {
    if wish.scope.is_empty() { Ok(profile.scopes.clone()) } else { Scopes::parse(&wish.scope) }
}

/// `ropc status` or `ropc status -p NAME`, for messages.
fn with_profile(verb: &str, name: &ProfileName) -> String {
    if name.as_str() == "default" { format!("ropc {verb}") } else { format!("ropc {verb} -p {name}") }
}
