//! The help in Japanese: the same command with the texts of `locales/ja/help.ftl`. Made only when
//! clap has help or an error to show, so a run that works pays nothing. The English texts are the
//! comments of the types. No I/O, no secrets.
//!
//! clap breaks lines at blanks only and takes every letter for one cell wide: lines are broken
//! here, and clap leaves them.

use super::{Cli, EVERYWHERE};
use crate::text::help_text;
use clap::{Arg, ArgAction, Command, CommandFactory};
use std::ffi::OsString;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Cells in a line.
const WIDTH: usize = 84;
/// Where clap begins the help of an argument in `--help`.
const INDENT: usize = 10;

/// What clap says to this command line in Japanese: help or an error. `None` if it has nothing to
/// say.
pub(crate) fn answer(args: impl Iterator<Item = OsString>) -> Option<clap::Error> {
    // Only a built command knows how wide its arguments are, and only one that is not can be
    // changed.
    let mut built = Cli::command();
    built.build();
    let command = translated(Cli::command(), &built, "help");
    let args = with_help_as_flag(&command, args.collect());
    command.try_get_matches_from(args).err()
}

/// `ropc help login` as `ropc login --help`: clap's own `help` has English texts, and ours is only
/// a name.
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

/// A text by id; what is missing is seen by the test below, and is shown by its id.
fn text(id: &str) -> String {
    help_text(id).unwrap_or_else(|| id.to_owned())
}

/// A text for headings, which clap takes for as long as the process lives only. That is not long:
/// it ends with the help.
fn kept(id: &str) -> &'static str {
    text(id).leak()
}

/// The text of an argument: of this command, else of all commands.
fn argument_text(path: &str, name: &str) -> String {
    let name = name.replace('_', "-");
    help_text(&format!("{path}-{name}")).unwrap_or_else(|| text(&format!("help-any-{name}")))
}

/// The command with Japanese texts. `path` is `help` and the names of the commands on the way, as
/// the ids begin.
fn translated(mut command: Command, built: &Command, path: &str) -> Command {
    if command.get_after_help().is_some() {
        command = command.after_help(text(&format!("{path}-after")));
    }
    let columns =
        [Heading::Arguments, Heading::Options, Heading::Everywhere].map(|h| column(built, h));
    let ids = |of: Heading| -> Vec<String> {
        let args = command.get_arguments().filter(|arg| Heading::of(arg) == of);
        args.map(|arg| arg.get_id().to_string()).collect()
    };
    let [arguments, options, everywhere] =
        [Heading::Arguments, Heading::Options, Heading::Everywhere].map(ids);
    let names: Vec<String> = command
        .get_subcommands()
        .map(|sub| sub.get_name().to_owned())
        .collect();
    // The headings are in the order in which their first arguments come.
    for id in arguments.iter().chain(&options) {
        command = command.mut_arg(id, |arg| translated_argument(arg, path, &columns));
    }
    command = command
        .disable_help_flag(true)
        .arg(own_flag("help", 'h', ArgAction::Help));
    if path == "help" {
        command =
            command
                .disable_version_flag(true)
                .arg(own_flag("version", 'V', ArgAction::Version));
    }
    for id in &everywhere {
        command = command.mut_arg(id, |arg| translated_argument(arg, path, &columns));
    }
    for name in &names {
        command = command.mut_subcommand(name, |sub| {
            translated(
                sub,
                built.find_subcommand(name).unwrap_or(built),
                &format!("{path}-{name}"),
            )
        });
    }
    if !names.is_empty() {
        command = command
            .disable_help_subcommand(true)
            .subcommand(
                Command::default()
                    .name("help")
                    .about(text("help-any-help-command")),
            )
            .subcommand_help_heading(kept("help-word-commands"));
    }
    let usage = text("help-word-usage");
    command
        .about(text(&format!("{path}-about")))
        .term_width(0)
        .help_template(format!(
            "{{about-with-newline}}\n{usage}: {{usage}}\n\n{{all-args}}{{after-help}}"
        ))
}

/// The groups of arguments, in the order in which they are shown.
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

    fn text(self) -> &'static str {
        kept(match self {
            Self::Arguments => "help-word-arguments",
            Self::Options => "help-word-options",
            Self::Everywhere => "help-word-everywhere",
        })
    }
}

fn own_flag(name: &'static str, short: char, action: ArgAction) -> Arg {
    let (brief, long) = (
        text(&format!("help-any-{name}-brief")),
        text(&format!("help-any-{name}")),
    );
    Arg::new(name)
        .short(short)
        .long(name)
        .action(action)
        .help(brief)
        .long_help(long)
        .help_heading(Heading::Options.text())
}

/// Where clap begins the help of a group's arguments in `-h`.
fn column(command: &Command, heading: Heading) -> usize {
    let args = command
        .get_arguments()
        .filter(|arg| Heading::of(arg) == heading);
    let width =
        |arg: &Arg| arg.to_string().width() + if arg.is_positional() { 0 } else { "-x, ".len() };
    args.map(width).max().unwrap_or(0) + 4
}

fn translated_argument(arg: Arg, path: &str, columns: &[usize; 3]) -> Arg {
    let heading = Heading::of(&arg);
    let help = argument_text(path, arg.get_id().as_str());
    let values = if arg.get_action().takes_values() {
        arg.get_possible_values()
    } else {
        Vec::new()
    };
    let names: Vec<&str> = values
        .iter()
        .map(clap::builder::PossibleValue::get_name)
        .collect();
    let (mut brief, mut long) = (vec![help.clone()], vec![wrapped(&help, WIDTH - INDENT)]);
    let default = arg.get_default_values().first();
    let default = default.map(|value| {
        format!(
            "[{}: {}]",
            text("help-word-default"),
            value.to_string_lossy()
        )
    });
    brief.extend(default.clone());
    if !names.is_empty() {
        let (title, widest) = (
            text("help-word-values"),
            names.iter().map(|name| name.len()).max().unwrap_or(0),
        );
        brief.push(format!("[{title}: {}]", names.join(", ")));
        let line = |name: &&str| {
            let help = argument_text(path, &format!("{}-{name}", arg.get_id()));
            format!("- {:1$} {help}", format!("{name}:"), widest + 1)
        };
        long.push(format!(
            "{title}:\n{}",
            names.iter().map(line).collect::<Vec<_>>().join("\n")
        ));
    }
    long.extend(default);
    let brief = wrapped(&brief.join(" "), WIDTH - columns[heading as usize]);
    let arg = arg
        .help(brief)
        .long_help(long.join("\n\n"))
        .help_heading(heading.text());
    // Both are in the text already; clap allows this only where there is something to hide.
    if values.is_empty() {
        arg
    } else {
        arg.hide_default_value(true).hide_possible_values(true)
    }
}

/// Broken into lines of so many cells.
fn wrapped(text: &str, width: usize) -> String {
    let (mut out, mut used) = (String::new(), 0);
    for piece in pieces(text) {
        if used > 0 && used + piece.trim_end().width() > width {
            out.truncate(out.trim_end().len());
            out.push('\n');
            used = 0;
        }
        out.push_str(piece);
        used += piece.width();
    }
    out
}

/// What must stay in one line: words, and in Japanese text letters of one kind with the endings
/// that follow them.
fn pieces(text: &str) -> Vec<&str> {
    const NOT_FIRST: &str = "、。」）)]:;?!,. ";
    const NOT_LAST: &str = "「（([";
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let (mut found, mut start) = (Vec::new(), 0);
    for pair in chars.windows(2) {
        let [(_, before), (at, after)] = *pair else {
            continue;
        };
        let another_word =
            Script::of(after) != Script::Hiragana && Script::of(before) != Script::of(after);
        if (before == ' ' || another_word)
            && !NOT_FIRST.contains(after)
            && !NOT_LAST.contains(before)
        {
            found.push(&text[start..at]);
            start = at;
        }
    }
    found.push(&text[start..]);
    found
}

/// The kinds of letters whose change begins another word.
#[derive(PartialEq, Eq)]
enum Script {
    /// Endings and particles: they belong to what is before them.
    Hiragana,
    Katakana,
    /// Chinese characters.
    Kanji,
    /// `、`, `。` and brackets of full width.
    Sign,
    /// Everything of one cell.
    Narrow,
}

impl Script {
    fn of(c: char) -> Self {
        match c {
            '\u{3041}'..='\u{309f}' => Self::Hiragana,
            '\u{30a0}'..='\u{30ff}' => Self::Katakana,
            '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ffef}' => Self::Sign,
            _ if c.width() == Some(2) => Self::Kanji,
            _ => Self::Narrow,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Every command that is shown, with its path and its Japanese self.
    fn walk(
        english: &Command,
        japanese: &Command,
        path: &str,
        visit: &mut dyn FnMut(&Command, &Command, &str),
    ) {
        visit(english, japanese, path);
        for sub in english.get_subcommands().filter(|sub| !sub.is_hide_set()) {
            let other = japanese.find_subcommand(sub.get_name()).unwrap();
            walk(sub, other, &format!("{path}-{}", sub.get_name()), visit);
        }
    }

    fn everything(visit: &mut dyn FnMut(&Command, &Command, &str)) {
        let mut built = Cli::command();
        built.build();
        walk(
            &Cli::command(),
            &translated(Cli::command(), &built, "help"),
            "help",
            visit,
        );
    }

    fn quoted(text: &str) -> Vec<&str> {
        let mut words: Vec<&str> = text.split('`').skip(1).step_by(2).collect();
        words.sort_unstable();
        words
    }

    /// Flags, variables and examples.
    fn names(text: &str) -> BTreeSet<String> {
        let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || "-_./".contains(c)));
        let is_name = |w: &&str| {
            w.starts_with("--") || w.contains('_') || w.contains('/') || w.contains("ropc")
        };
        words
            .filter(is_name)
            .map(|w| w.trim_end_matches('.').to_owned())
            .collect()
    }

    #[test]
    fn every_text_is_there_in_japanese_and_names_the_same() {
        let mut compared = 0;
        everything(&mut |english, japanese, path| {
            let mut pair = |english: Option<&clap::builder::StyledStr>,
                            japanese: Option<&clap::builder::StyledStr>,
                            of: &str| {
                let (Some(english), Some(japanese)) = (english, japanese) else {
                    assert_eq!(english.is_some(), japanese.is_some(), "{path}: {of}");
                    return;
                };
                let (english, japanese) = (english.to_string(), japanese.to_string());
                assert!(
                    !japanese.contains("help-"),
                    "{path}, {of}: no text `{japanese}`"
                );
                assert!(
                    japanese.chars().any(|c| Script::of(c) != Script::Narrow),
                    "{path}, {of}: {japanese}"
                );
                assert_eq!(quoted(&english), quoted(&japanese), "{path}, {of}");
                assert_eq!(names(&english), names(&japanese), "{path}, {of}");
                assert!(
                    !japanese.ends_with(['。', '.']),
                    "{path}, {of}: a full stop"
                );
                compared += 1;
            };
            pair(english.get_about(), japanese.get_about(), "about");
            pair(english.get_after_help(), japanese.get_after_help(), "after");
            for arg in english.get_arguments() {
                let other = japanese
                    .get_arguments()
                    .find(|a| a.get_id() == arg.get_id())
                    .unwrap();
                let of = arg.get_id().as_str();
                pair(arg.get_help(), Some(&argument_text(path, of).into()), of);
                let values = if arg.get_action().takes_values() {
                    arg.get_possible_values()
                } else {
                    Vec::new()
                };
                for value in &values {
                    let text = argument_text(path, &format!("{of}-{}", value.get_name()));
                    // The names of the shells are the same everywhere, and have no help in English.
                    if value.get_help().is_some() {
                        pair(value.get_help(), Some(&text.into()), value.get_name());
                    }
                }
                assert!(
                    other.get_help_heading().is_some_and(|h| h != EVERYWHERE),
                    "{path}: {of} has no heading"
                );
            }
        });
        assert!(compared > 80, "the walk finds {compared}");
        // The controls of the comparisons.
        assert_ne!(quoted("as `default`"), quoted("`既定`"));
        assert_ne!(
            names("see ropc login --help"),
            names("ropc login をご覧ください")
        );
    }

    #[test]
    fn no_word_of_clap_is_left_and_every_line_fits() {
        const ENGLISH: [&str; 6] = [
            "Usage:",
            "Options:",
            "Commands:",
            "default:",
            "ossible values:",
            "Print ",
        ];
        let help = |line: String| {
            answer(line.split(' ').map(OsString::from))
                .unwrap()
                .render()
                .to_string()
        };
        everything(&mut |_, _, path| {
            let command = path.replacen("help", "ropc", 1).replace('-', " ");
            let (brief, long) = (
                help(format!("{command} -h")),
                help(format!("{command} --help")),
            );
            assert_eq!(
                long,
                help(command.replacen("ropc", "ropc help", 1)),
                "{command}"
            );
            for shown in [brief, long] {
                for word in ENGLISH {
                    assert!(!shown.contains(word), "{command}: `{word}` in\n{shown}");
                }
                for line in shown.lines() {
                    assert!(
                        line.width() <= 90,
                        "{command}: {} cells in\n{line}",
                        line.width()
                    );
                }
            }
        });
    }

    #[test]
    fn no_text_is_left_over() {
        let mut known: BTreeSet<String> = [
            "help",
            "help-brief",
            "version",
            "version-brief",
            "help-command",
        ]
        .map(|name| format!("help-any-{name}"))
        .into_iter()
        .chain(
            [
                "usage",
                "commands",
                "arguments",
                "options",
                "everywhere",
                "default",
                "values",
            ]
            .map(|w| format!("help-word-{w}")),
        )
        .collect();
        everything(&mut |english, _, path| {
            known.extend(["about", "after"].map(|of| format!("{path}-{of}")));
            for arg in english.get_arguments() {
                let values = arg.get_possible_values();
                let of_values = values
                    .iter()
                    .map(|v| format!("{}-{}", arg.get_id(), v.get_name()));
                for name in of_values.chain([arg.get_id().to_string()]) {
                    known.extend(
                        [path, "help-any"].map(|path| format!("{path}-{}", name.replace('_', "-"))),
                    );
                }
            }
        });
        let file = include_str!("../../locales/ja/help.ftl");
        let ids = file
            .lines()
            .filter_map(|line| line.split_once(" ="))
            .map(|(id, _)| id)
            .filter(|id| id.starts_with("help-"));
        let left: Vec<&str> = ids.filter(|id| !known.contains(*id)).collect();
        assert_eq!(
            left,
            Vec::<&str>::new(),
            "no command and no argument has these texts"
        );
    }

    #[test]
    fn lines_are_broken_between_words() {
        let text = "シークレットの JSON を出力し、シェルを介さずに (直接) 実行されます";
        assert_eq!(
            wrapped(text, 24),
            "シークレットの JSON を\n出力し、シェルを介さずに\n(直接) 実行されます"
        );
        assert_eq!(wrapped("short", 24), "short");
        assert_eq!(pieces("").concat(), "");
    }
}
