//! `ropc complete`, hidden: what may follow the words on a command line, one candidate a line with
//! its description behind a tab. The scripts of `generate completions` ask it. It prints nothing
//! where a file may follow: then the shell completes files. Reads names of profiles and nothing
//! else.

use crate::cli::{Cli, CompleteArgs};
use crate::environment::Environment;
use crate::os;
use crate::profile::{CLOUDS, ProfileStore};
use crate::ui::Ui;
use clap::builder::StyledStr;
use clap::{Arg, Command, CommandFactory, ValueHint};
use clap_complete::engine::{self, ArgValueCandidates, CompletionCandidate};
use std::ffi::OsString;
use std::process::ExitCode;

/// Marks a candidate that is in place of a path.
const PATH: &str = "path";

pub(super) fn run(args: CompleteArgs, env: &Environment, ui: &Ui) -> ExitCode {
    let mut words = args.words;
    words.extend(args.empty.then(OsString::new));
    let last = words.len().saturating_sub(1);
    let is_empty = words.last().is_some_and(|word| word.is_empty());
    let mut command = completed(env);
    let found = engine::complete(&mut command, words, last, None).unwrap_or_default();
    let lines: Vec<String> = shown(&found, is_empty).iter().map(|c| line(c)).collect();
    if !lines.is_empty() {
        ui.verbatim(&lines.join("\n"));
    }
    ExitCode::SUCCESS
}

/// The candidates to show: none where a path may follow, and no flags for an empty word that may
/// become something else.
fn shown(found: &[CompletionCandidate], is_empty: bool) -> Vec<&CompletionCandidate> {
    if found
        .iter()
        .any(|c| c.get_id().is_some_and(|id| id == PATH))
    {
        return Vec::new();
    }
    let is_flag = |c: &CompletionCandidate| c.get_value().to_string_lossy().starts_with('-');
    let no_flags = is_empty && !found.iter().all(is_flag);
    let shown = found.iter().filter(|c| !(no_flags && is_flag(c)));
    shown.collect()
}

fn line(candidate: &CompletionCandidate) -> String {
    let value = candidate.get_value().to_string_lossy();
    let help = candidate.get_help().map(StyledStr::to_string);
    let help = help.as_deref().and_then(|help| help.lines().next());
    format!("{value}\t{}", help.unwrap_or_default())
}

/// The command line for completion: without the hidden verbs, which the engine shows where nothing
/// else fits, and with the values that clap does not know.
fn completed(env: &Environment) -> Command {
    let whole = Cli::command();
    let profiles = profiles(env);
    let verbs = whole.get_subcommands();
    let verbs = verbs.filter(|verb| !verb.is_hide_set()).cloned();
    Command::default()
        .name("ropc")
        .args(whole.get_arguments().cloned())
        .subcommands(verbs.map(|verb| with_values(verb, &profiles)))
}

fn with_values(verb: Command, profiles: &[String]) -> Command {
    verb.mut_args(|arg| match values(&arg, profiles) {
        Some(values) => arg.add(values),
        None => arg,
    })
}

/// The values that clap does not know.
fn values(arg: &Arg, profiles: &[String]) -> Option<ArgValueCandidates> {
    match arg.get_id().as_str() {
        "profile" | "old" => return Some(candidates(profiles.to_vec())),
        "cloud" => return Some(candidates(CLOUDS.iter().map(|cloud| cloud.name))),
        "what" => return Some(ArgValueCandidates::new(codes)),
        _ => {}
    }
    match arg.get_value_hint() {
        ValueHint::FilePath | ValueHint::DirPath => Some(ArgValueCandidates::new(path)),
        _ => None,
    }
}

fn candidates<N: Into<OsString>>(names: impl IntoIterator<Item = N>) -> ArgValueCandidates {
    let names: Vec<OsString> = names.into_iter().map(Into::into).collect();
    ArgValueCandidates::new(move || names.iter().map(CompletionCandidate::new).collect())
}

/// In place of a path: the shells complete those, as they know `~` and quotation marks.
fn path() -> Vec<CompletionCandidate> {
    vec![CompletionCandidate::new("").id(Some(PATH.to_owned()))]
}

fn codes() -> Vec<CompletionCandidate> {
    let known = super::explain::known();
    let candidates = known.map(|(code, title)| {
        let title: StyledStr = title.into();
        CompletionCandidate::new(code.to_string()).help(Some(title))
    });
    candidates.collect()
}

fn profiles(env: &Environment) -> Vec<String> {
    let names = os::config_dir(env).and_then(|dir| ProfileStore::new(&dir, None).names().ok());
    let names = names.unwrap_or_default();
    names.iter().map(ToString::to_string).collect()
}
