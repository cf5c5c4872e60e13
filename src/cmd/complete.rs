//! `ropc complete`, hidden: what may follow the words on a command line, one candidate a line with
//! its description behind a tab. The scripts of `generate completions` ask it. Where a file may
//! follow it prints a tab and `files`: then the shell completes those, as it knows `~` and
//! quotation marks. Reads names of profiles and nothing else.

use crate::cli::{Cli, CompleteArgs};
use crate::environment::Environment;
use crate::os;
use crate::profile::{CLOUDS, ProfileStore};
use crate::ui::Ui;
use clap::builder::StyledStr;
use clap::{Arg, Command, CommandFactory, ValueHint};
use clap_complete::engine::{self, ArgValueCandidates, ArgValueCompleter, CompletionCandidate};
use std::ffi::{OsStr, OsString};
use std::process::ExitCode;

/// Marks the candidate that is in place of a path, and is printed for it.
const FILES: &str = "files";

pub(super) fn run(args: CompleteArgs, env: &Environment, ui: &Ui) -> ExitCode {
    let mut words = args.words;
    words.extend(args.empty.then(OsString::new));
    let last = words.len().saturating_sub(1);
    let word = words.last().cloned().unwrap_or_default();
    let mut command = completed(env);
    let found = engine::complete(&mut command, words, last, None).unwrap_or_default();
    let (files, others): (Vec<_>, Vec<_>) = found.into_iter().partition(is_for_files);
    let may_be_flag = word.as_encoded_bytes().starts_with(b"-") && !others.is_empty();
    let lines: Vec<String> = if files.is_empty() || may_be_flag {
        shown(&others, word.is_empty()).map(line).collect()
    } else {
        vec![format!("\t{FILES}")]
    };
    if !lines.is_empty() {
        ui.verbatim(&lines.join("\n"));
    }
    ExitCode::SUCCESS
}

fn is_for_files(candidate: &CompletionCandidate) -> bool {
    candidate.get_id().is_some_and(|id| id == FILES)
}

fn is_flag(candidate: &CompletionCandidate) -> bool {
    candidate.get_value().to_string_lossy().starts_with('-')
}

/// The candidates to show: no flags for an empty word that may become something else.
fn shown(
    found: &[CompletionCandidate],
    is_empty: bool,
) -> impl Iterator<Item = &CompletionCandidate> {
    let no_flags = is_empty && !found.iter().all(is_flag);
    found.iter().filter(move |c| !(no_flags && is_flag(c)))
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
    verb.mut_args(|arg| match (values(&arg, profiles), arg.get_value_hint()) {
        (Some(values), _) => arg.add(values),
        (None, ValueHint::FilePath | ValueHint::DirPath) => arg.add(ArgValueCompleter::new(files)),
        (None, _) => arg,
    })
    .mut_subcommands(|sub| with_values(sub, profiles))
}

/// The values that clap does not know.
fn values(arg: &Arg, profiles: &[String]) -> Option<ArgValueCandidates> {
    match arg.get_id().as_str() {
        "profile" | "old" => Some(candidates(profiles.to_vec())),
        "cloud" => Some(candidates(CLOUDS.iter().map(|cloud| cloud.name))),
        "what" => Some(ArgValueCandidates::new(codes)),
        _ => None,
    }
}

fn candidates<N: Into<OsString>>(names: impl IntoIterator<Item = N>) -> ArgValueCandidates {
    let names: Vec<OsString> = names.into_iter().map(Into::into).collect();
    ArgValueCandidates::new(move || names.iter().map(CompletionCandidate::new).collect())
}

/// In place of a path, whatever is typed of it.
fn files(_typed: &OsStr) -> Vec<CompletionCandidate> {
    vec![CompletionCandidate::new("").id(Some(FILES.to_owned()))]
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
