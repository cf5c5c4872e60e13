//! The help in Japanese: clap's command with the texts of `locales/ja/help.ftl`. Made only when
//! clap has help or an error to show, so a run that works pays nothing. The English texts are the
//! comments of the types; a text that Japanese lacks stays English. No I/O, no secrets.

use super::{Cli, EVERYWHERE};
use crate::text::help_text;
use crate::text::wrap::wrapped;
use clap::builder::PossibleValue;
use clap::{Arg, ArgAction, Command, CommandFactory};
use std::ffi::OsString;
use unicode_width::UnicodeWidthStr;

/// The width of a line, in cells.
const WIDTH: usize = 84;
/// Where clap begins the help of an argument in `--help`.
const INDENT: usize = 10;

/// Help or an error of clap for this command line, in Japanese. `None` if clap accepts it.
pub(crate) fn answer(args: impl Iterator<Item = OsString>) -> Option<clap::Error> {
    let command = translated(&help_text);
    let args = with_help_as_flag(&command, args.collect());
    command.try_get_matches_from(args).err()
}

/// The command with the texts that `find` has for ids.
fn translated(find: &dyn Fn(&str) -> Option<String>) -> Command {
    // Only a built command knows how wide its arguments are, and only an unbuilt one can be
    // changed.
    let mut built = Cli::command();
    built.build();
    let translation = Translation {
        find,
        built: &built,
        path: "help".to_owned(),
    };
    translation.command(Cli::command())
}

/// Turns `ropc help login` into `ropc login --help`: clap's own `help` has English texts.
fn with_help_as_flag(command: &Command, mut args: Vec<OsString>) -> Vec<OsString> {
    let mut at = 1;
    let mut command = command;
    while let Some(word) = args.get(at) {
        if word == "help" {
            args.remove(at);
            args.push("--help".into());
            break;
        }
        let Some(next) = word.to_str().and_then(|name| command.find_subcommand(name)) else {
            break;
        };
        command = next;
        at += 1;
    }
    args
}

/// The texts of one command.
struct Translation<'a> {
    find: &'a dyn Fn(&str) -> Option<String>,
    /// The same command, built.
    built: &'a Command,
    /// The beginning of the ids: `help` and the names of the commands above.
    path: String,
}

impl Translation<'_> {
    /// The command with its own texts, those of its arguments and of its subcommands.
    fn command(&self, mut command: Command) -> Command {
        if let Some(about) = self.find("about") {
            command = command.about(about);
        }
        if command.get_after_help().is_some()
            && let Some(after) = self.find("after")
        {
            command = command.after_help(after);
        }
        // clap shows the headings in the order of their first arguments.
        for heading in [Heading::Arguments, Heading::Options] {
            command = self.arguments(command, heading);
        }
        command = self.own_flags(command);
        command = self.arguments(command, Heading::Everywhere);
        command = self.subcommands(command);
        let usage = self.word("usage", "Usage");
        command.term_width(0).help_template(format!(
            "{{about-with-newline}}\n{usage}: {{usage}}\n\n{{all-args}}{{after-help}}"
        ))
    }

    /// The arguments below one heading.
    fn arguments(&self, mut command: Command, heading: Heading) -> Command {
        let ids: Vec<String> = command
            .get_arguments()
            .filter(|arg| Heading::of(arg) == heading)
            .map(|arg| arg.get_id().to_string())
            .collect();
        let column = column(self.built, heading);
        for id in ids {
            command = command.mut_arg(id, |arg| {
                self.argument(arg, column)
                    .help_heading(self.heading(heading))
            });
        }
        command
    }

    /// Adds `--help` and `--version` of our own, as clap's texts for them cannot be changed.
    fn own_flags(&self, mut command: Command) -> Command {
        command = command.disable_help_flag(true).arg(self.own_flag(
            Arg::new("help").short('h').action(ArgAction::Help),
            "Print help",
        ));
        if command.get_version().is_none() {
            return command;
        }
        command.disable_version_flag(true).arg(self.own_flag(
            Arg::new("version").short('V').action(ArgAction::Version),
            "Print version",
        ))
    }

    fn own_flag(&self, arg: Arg, english: &str) -> Arg {
        let name = arg.get_id().clone();
        let long = (self.find)(&format!("help-any-{name}")).unwrap_or_else(|| english.to_owned());
        let brief = (self.find)(&format!("help-any-{name}-brief")).unwrap_or_else(|| long.clone());
        arg.help(brief)
            .long_help(long)
            .help_heading(self.heading(Heading::Options))
            .long(name)
    }

    fn subcommands(&self, mut command: Command) -> Command {
        let names: Vec<String> = command
            .get_subcommands()
            .map(|sub| sub.get_name().to_owned())
            .collect();
        if names.is_empty() {
            return command;
        }
        for name in &names {
            let translation = Translation {
                find: self.find,
                built: self.built.find_subcommand(name).unwrap_or(self.built),
                path: format!("{}-{name}", self.path),
            };
            command = command.mut_subcommand(name, |sub| translation.command(sub));
        }
        let help = (self.find)("help-any-help-command").unwrap_or_else(|| "Print help".to_owned());
        command
            .disable_help_subcommand(true)
            .subcommand(Command::default().name("help").about(help))
            .subcommand_help_heading(self.word("commands", "Commands"))
    }

    /// One argument, its texts broken into lines. `column` is where clap begins them in `-h`.
    fn argument(&self, arg: Arg, column: usize) -> Arg {
        let id = arg.get_id().to_string();
        let Some(help) = self.argument_text(&id) else {
            return arg;
        };
        let values = values(&arg);
        let mut brief = vec![help.clone()];
        let mut long = vec![wrapped(&help, WIDTH - INDENT)];
        let default = arg.get_default_values().first().map(|value| {
            let word = self.word("default", "default");
            format!("[{word}: {}]", value.to_string_lossy())
        });
        brief.extend(default.clone());
        if !values.is_empty() {
            let title = self.word("values", "possible values");
            let names: Vec<&str> = values.iter().map(PossibleValue::get_name).collect();
            brief.push(format!("[{title}: {}]", names.join(", ")));
            long.push(format!("{title}:\n{}", self.lines_of_values(&id, &values)));
        }
        long.extend(default);
        let brief = wrapped(&brief.join(" "), WIDTH - column);
        let arg = arg.help(brief).long_help(long.join("\n\n"));
        // The text has both already; clap allows to hide only what exists.
        let has_default = !arg.get_default_values().is_empty();
        let arg = arg.hide_default_value(has_default);
        if values.is_empty() {
            arg
        } else {
            arg.hide_possible_values(true)
        }
    }

    fn lines_of_values(&self, argument: &str, values: &[PossibleValue]) -> String {
        let widest = values.iter().map(|value| value.get_name().len()).max();
        let width = widest.unwrap_or(0) + 1;
        let lines = values.iter().map(|value| {
            let name = value.get_name();
            let help = self
                .argument_text(&format!("{argument}-{name}"))
                .or_else(|| value.get_help().map(ToString::to_string))
                .unwrap_or_default();
            format!("- {:width$} {help}", format!("{name}:"))
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    /// A text of this command.
    fn find(&self, name: &str) -> Option<String> {
        (self.find)(&format!("{}-{name}", self.path))
    }

    /// The text of an argument: of this command, else of all commands.
    fn argument_text(&self, name: &str) -> Option<String> {
        let name = name.replace('_', "-");
        self.find(&name)
            .or_else(|| (self.find)(&format!("help-any-{name}")))
    }

    /// A word that clap needs for the life of the process, so it is leaked: the process ends after
    /// the help.
    fn word(&self, name: &str, english: &'static str) -> &'static str {
        (self.find)(&format!("help-word-{name}")).map_or(english, |word| word.leak())
    }

    fn heading(&self, heading: Heading) -> &'static str {
        match heading {
            Heading::Arguments => self.word("arguments", "Arguments"),
            Heading::Options => self.word("options", "Options"),
            Heading::Everywhere => self.word("everywhere", EVERYWHERE),
        }
    }
}

/// The groups of arguments, in the order of the help.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Heading {
    Arguments,
    Options,
    Everywhere,
}

impl Heading {
    fn of(arg: &Arg) -> Self {
        match arg.get_help_heading() {
            Some(EVERYWHERE) => Self::Everywhere,
            _ if arg.is_positional() => Self::Arguments,
            _ => Self::Options,
        }
    }
}

/// Where clap begins the help of a group's arguments in `-h`.
fn column(command: &Command, heading: Heading) -> usize {
    let widest = command
        .get_arguments()
        .filter(|arg| Heading::of(arg) == heading)
        .map(|arg| {
            let short = if arg.is_positional() { "" } else { "-x, " };
            short.len() + arg.to_string().width()
        })
        .max();
    widest.unwrap_or(0) + 4
}

/// The values that an argument accepts.
fn values(arg: &Arg) -> Vec<PossibleValue> {
    if arg.get_action().takes_values() {
        arg.get_possible_values()
    } else {
        Vec::new()
    }
}

#[cfg(test)]
pub(crate) mod tests;
