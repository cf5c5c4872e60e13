//! The verbs: one file or folder each, with an input struct and `run(input, &Context)`. This file
//! goes from the command line to a verb and from its outcome to an exit code. `context` has what
//! the verbs share, `error` and `words` the errors of those other than `login` and `import`.

mod complete;
mod context;
mod doctor;
mod error;
mod exec;
mod explain;
mod generate;
mod grants;
pub(crate) mod import;
mod language;
mod list;
mod login;
mod logout;
mod prompt;
mod rename;
mod renew;
mod serve;
mod setup;
mod status;
mod token;
mod version;
mod words;

use self::error::VerbError;
use crate::assertion::RealAssertions;
use crate::broker::{DEFAULT_TIMEOUT, Deadline};
use crate::cli::{self, Cli, Verb};
use crate::clock::SystemClock;
use crate::entra::{HttpEndpoint, NetworkSettings};
use crate::environment::{Environment, PATH_VARIABLES};
use crate::error::{Error, Kind, Result};
use crate::os;
use crate::profile::ProfileStore;
use crate::shell::Shell;
use crate::text::{Language, Reader, text};
use crate::ui::{Color, Ui};
use crate::vault::RealVaults;
use crate::world::World;
use clap::Parser;
use clap::error::ErrorKind;
use context::{Context, check_descriptors, profile_name};
use std::process::ExitCode;

/// The whole program: hardening, arguments, world, verb, exit code.
pub fn main() -> ExitCode {
    os::harden();
    crate::fault::start();
    let env = Environment::from_process(os::same_variable);
    let language = language::language(&env);
    let mut reader = Reader {
        language: language.as_ref().copied().unwrap_or_default(),
        profile: None,
        clock: Some(&SystemClock),
    };
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(error, reader, &env),
    };
    // Programs read JSON, so it is the same in every language and time zone.
    if cli.verb.prints_json() {
        reader.language = Language::English;
        reader.clock = None;
    }
    let name = cli
        .verb
        .profile()
        .and_then(|arg| profile_name(arg, &env).ok());
    reader.profile = name
        .map(|name| name.to_string())
        .filter(|name| name != "default");
    let mut ui = Ui::new(cli.global.color, is_plain(&env), cli.global.verbose, reader);
    if can_redraw(&env) && !cli.verb.prints_json() {
        ui = ui.showing_waits();
    }
    // `renew` does not repeat this error: `exec --serve`, which runs it, has reported it.
    if let Err(wish) = language
        && !cli.verb.prints_json()
        && !matches!(cli.verb, Verb::Renew)
    {
        ui.warn(&text!("cmd-unknown-language", wish = wish.escape_debug()));
    }
    let is_exec = matches!(cli.verb, Verb::Exec(_));
    let outcome = dispatch(cli, &env, &ui);
    crate::fault::point("verb-done");
    match outcome {
        Ok(_) if ui.output_lost() => ExitCode::from(Kind::Other.exit_code()),
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

/// True if the environment asks for no colour.
fn is_plain(env: &Environment) -> bool {
    env.get("NO_COLOR").is_some() || env.text("TERM") == Some("dumb")
}

/// True if a terminal of this environment can replace a line. Windows has no TERM.
fn can_redraw(env: &Environment) -> bool {
    match env.text("TERM") {
        Some(term) => term != "dumb",
        None => os::IS_WINDOWS,
    }
}

/// Prints help and version in clap's own words, and clap's errors in ours, with our prefix and a
/// hint where one helps.
fn usage(error: clap::Error, reader: Reader, env: &Environment) -> ExitCode {
    let japanese = reader.language == Language::Japanese;
    let error = japanese
        .then(|| cli::help::answer(std::env::args_os()))
        .flatten()
        .unwrap_or(error);
    let ui = Ui::new(Color::Auto, is_plain(env), false, reader);
    match error.kind() {
        ErrorKind::DisplayVersion if std::env::args_os().any(|arg| arg == "--verbose") => {
            ui.data(&version::described());
        }
        ErrorKind::DisplayVersion | ErrorKind::DisplayHelp => {
            ui.written_by_others(|| error.print());
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            // If stderr fails, there is no other place to report it.
            let _ = error.print();
        }
        _ => ui.error(&Error::usage(cli::refusal::described(&error))),
    }
    if error.use_stderr() {
        let args: Vec<String> = std::env::args_os()
            .map(|arg| arg.to_string_lossy().into_owned())
            .collect();
        if let Some(hint) = cli::refusal::hint(&error, &args, |word| is_profile(word, env)) {
            ui.hint(&hint);
        }
    }
    if ui.output_lost() {
        return ExitCode::from(Kind::Other.exit_code());
    }
    ExitCode::from(if error.use_stderr() { 2 } else { 0 })
}

fn is_profile(word: &str, env: &Environment) -> bool {
    let (Ok(name), Some(config)) = (word.parse(), os::config_dir(env)) else {
        return false;
    };
    ProfileStore::new(&config, None).path(&name).exists()
}

/// What a verb does with profiles and stores.
type Work = Box<dyn FnOnce(&Context<'_>) -> Result<ExitCode>>;

fn dispatch(cli: Cli, env: &Environment, ui: &Ui) -> Result<ExitCode> {
    if needs_descriptors(&cli.verb) {
        check_descriptors()?;
    }
    let work: Work = match cli.verb {
        // These verbs need no home, store or profile.
        Verb::Explain(args) => return explain::run(&args, Shell::of(env, os::IS_WINDOWS), ui),
        Verb::Generate(args) => return generate::run(&args.what, ui),
        Verb::Setup(args) => return setup::run(&args, ui),
        Verb::Complete(args) => return Ok(complete::run(args, env, ui)),
        // `doctor` reports a missing home itself.
        Verb::Doctor(args) => return doctor::run(&args, &cli.global, env, ui),
        Verb::Login(args) => Box::new(move |context| login::run(&args, context)),
        Verb::Import(args) => Box::new(move |context| import::run(&args, context)),
        Verb::Exec(args) => Box::new(move |context| exec::run(args, context)),
        Verb::Token(args) => Box::new(move |context| token::run(&args, context)),
        Verb::Renew => Box::new(renew::run),
        Verb::Status(args) => Box::new(move |context| status::run(&args, context)),
        Verb::List(args) => Box::new(move |context| list::run(&args, context)),
        Verb::Logout(args) => Box::new(move |context| logout::run(&args, context)),
        Verb::Rename(args) => Box::new(move |context| rename::run(&args, context)),
    };
    in_context(work, &cli.global, env, ui)
}

/// True for the verbs that may connect.
fn needs_descriptors(verb: &Verb) -> bool {
    matches!(
        verb,
        Verb::Login(_)
            | Verb::Import(_)
            | Verb::Exec(_)
            | Verb::Token(_)
            | Verb::Renew
            | Verb::Doctor(_)
    )
}

/// Gives the real world to the work of a verb.
fn in_context(work: Work, global: &cli::Global, env: &Environment, ui: &Ui) -> Result<ExitCode> {
    check_places(env)?;
    let config = os::config_dir(env).ok_or(VerbError::NoPlaceForProfiles)?;
    let prompt = (!global.no_input && !env.flag("ROPC_NO_INPUT"))
        .then(|| prompt::Terminal::find(ui))
        .flatten();
    let person = prompt.as_ref().map(|p| p as &dyn crate::prompt::Prompt);
    let world = World {
        env,
        assertions: &RealAssertions::new(env),
        vaults: &RealVaults::new(env, config.clone()).asking(person),
        endpoint: &HttpEndpoint::new(NetworkSettings::read(|name| env.even_empty(name))),
        clock: &SystemClock,
        prompt: person,
        ui,
    };
    let timeout = global.timeout.unwrap_or(DEFAULT_TIMEOUT);
    let context = Context {
        profiles: ProfileStore::new(&config, os::state_dir(env).as_deref()),
        timeout,
        deadline: Deadline::after(timeout),
        verbose: global.verbose,
        world: &world,
    };
    work(&context)
}

/// Fails if one of ropc's own variables is not an absolute path: to ignore it would read and write
/// the wrong profiles.
fn check_places(env: &Environment) -> Result<()> {
    for name in PATH_VARIABLES {
        if let Some(value) = env.get(name)
            && env.path(name).is_none()
        {
            return Err(VerbError::RelativePath {
                variable: name,
                value: value.to_owned(),
            }
            .into());
        }
    }
    Ok(())
}
