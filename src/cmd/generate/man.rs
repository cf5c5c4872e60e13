//! Man pages, one for each verb, from the types that parse the command line and from their help.
//! They are in English. No sentence about a verb is here: `everywhere.man` has what all pages
//! share.

use crate::cli::Cli;
use clap::{Arg, ArgAction, Command, CommandFactory};
use roff::{Inline, Roff, bold, italic, roman};
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

/// ENVIRONMENT and FILES.
const EVERYWHERE: &str = include_str!("everywhere.man");
/// Makes a request of roff write `""`: an empty argument would be lost.
const EMPTY: &str = "\"\"";

/// The help after the options, by its titles.
#[derive(Default)]
struct Closing<'a> {
    notes: Vec<&'a str>,
    examples: &'a str,
    exit_codes: &'a str,
    see_also: &'a str,
}

impl<'a> Closing<'a> {
    fn of(help: &'a str) -> Self {
        let (help, see_also) = help.split_once("See also: ").unwrap_or((help, ""));
        let mut closing = Self {
            see_also,
            ..Self::default()
        };
        let parts = help.trim_end().split("\n\n");
        for part in parts.filter(|part| !part.is_empty()) {
            match part.split_once(':') {
                Some(("Example" | "Examples", lines)) => {
                    closing.examples = lines.trim_start_matches('\n');
                }
                Some(("Exit codes", lines)) => closing.exit_codes = lines.trim_start(),
                // `everywhere.man` says more.
                Some(("Environment", _)) => {}
                _ => closing.notes.push(part),
            }
        }
        closing
    }
}

/// Writes the pages into the directory.
pub(super) fn write(dir: &Path) -> io::Result<()> {
    let mut ropc = Cli::command().disable_help_subcommand(true);
    ropc.build();
    let help = help_after(&ropc);
    write_page(&ropc, Closing::of(&help).exit_codes, dir)
}

/// The page of a command, and the pages of its subcommands.
fn write_page(command: &Command, exit_codes: &str, dir: &Path) -> io::Result<()> {
    for sub in subcommands(command) {
        write_page(sub, exit_codes, dir)?;
    }
    let file = dir.join(format!("{}.1", name(command)));
    File::create(file)?.write_all(page(command, exit_codes).as_bytes())
}

/// One page. `exit_codes` is for a command whose help names none.
fn page(command: &Command, exit_codes: &str) -> String {
    let help = help_after(command);
    let closing = Closing::of(&help);
    let mut roff = Roff::new();
    head(&mut roff, command);
    section(&mut roff, "SYNOPSIS").text(synopsis(command));
    let about = format!("{}.", about(command));
    section(&mut roff, "DESCRIPTION").text(marked(&about));
    for note in &closing.notes {
        roff.control("PP", []);
        lines(&mut roff, note);
    }
    options(&mut roff, command);
    verbs(&mut roff, command);
    section(&mut roff, "EXAMPLES").control("EX", []);
    for line in closing.examples.lines() {
        roff.text([roman(line.strip_prefix("  ").unwrap_or(line))]);
    }
    roff.control("EE", []);
    section(&mut roff, "EXIT STATUS");
    lines(
        &mut roff,
        match closing.exit_codes {
            "" => exit_codes,
            own => own,
        },
    );
    let mut end = Roff::new();
    section(&mut end, "SEE ALSO").text(see_also(command, closing.see_also));
    roff.render() + EVERYWHERE + &end.to_roff()
}

fn head(roff: &mut Roff, command: &Command) {
    let title = name(command).to_uppercase();
    let source = concat!("ropc ", env!("CARGO_PKG_VERSION"));
    roff.control("TH", [&title, "1", EMPTY, source, "User Commands"]);
    // Names of flags and variables are not broken.
    roff.control("nh", []).control("ad", ["l"]);
    let summary = format!("{} - {}", name(command), about(command));
    section(roff, "NAME").text([roman(summary)]);
}

fn section<'a>(roff: &'a mut Roff, title: &str) -> &'a mut Roff {
    roff.control("SH", [title])
}

/// A line with an indent begins a line of the page.
fn lines(roff: &mut Roff, text: &str) {
    for line in text.lines() {
        roff.text([roman(line)]);
    }
}

/// `ropc exec [-p NAME] [--env NAME[=SCOPE]]... -- COMMAND...`.
fn synopsis(command: &Command) -> Vec<Inline> {
    let mut line = vec![bold(command.get_bin_name().unwrap_or_default())];
    for flag in flags(command) {
        line.push(roman(" ["));
        line.push(match flag.get_short() {
            Some(short) => bold(format!("-{short}")),
            None => long(flag),
        });
        line.extend(value(flag));
        line.push(roman("]"));
        line.extend(dots(flag));
    }
    for arg in command.get_positionals() {
        let dashes = arg.is_last_set().then(|| bold("-- "));
        let word = dashes.into_iter().chain([italic(value_name(arg))]);
        let word = word.chain(dots(arg));
        line.push(roman(" "));
        if arg.is_required_set() {
            line.extend(word);
        } else {
            line.push(roman("["));
            line.extend(word);
            line.push(roman("]"));
        }
    }
    if command.has_subcommands() {
        line.extend([roman(" "), italic("COMMAND")]);
    }
    line
}

/// The flags in the order of the help, those of every verb last, without `--help` and `--version`.
fn flags(command: &Command) -> Vec<&Arg> {
    let flags = command.get_arguments().filter(|arg| {
        let action = arg.get_action();
        !arg.is_positional() && (action.takes_values() || matches!(action, ArgAction::SetTrue))
    });
    let mut flags: Vec<&Arg> = flags.collect();
    flags.sort_by_key(|flag| (flag.is_global_set(), flag.get_display_order()));
    flags
}

fn long(flag: &Arg) -> Inline {
    bold(format!("--{}", flag.get_long().unwrap_or_default()))
}

/// ` NAME`, ` [FILE]` where it may be left out, and nothing for a flag without a value.
fn value(flag: &Arg) -> Vec<Inline> {
    let name = italic(value_name(flag));
    match flag.get_num_args() {
        Some(range) if !range.takes_values() => Vec::new(),
        Some(range) if range.min_values() == 0 => vec![roman(" ["), name, roman("]")],
        _ => vec![roman(" "), name],
    }
}

fn value_name(arg: &Arg) -> String {
    let names = arg.get_value_names().unwrap_or_default();
    names.iter().map(ToString::to_string).collect()
}

/// The sign of an argument that may come several times.
fn dots(arg: &Arg) -> Option<Inline> {
    matches!(arg.get_action(), ArgAction::Append).then(|| roman("..."))
}

fn options(roff: &mut Roff, command: &Command) {
    section(roff, "OPTIONS");
    for arg in command.get_positionals() {
        entry(roff, vec![italic(value_name(arg))], arg);
    }
    for flag in flags(command) {
        let short = flag.get_short().into_iter();
        let mut names: Vec<Inline> = short
            .flat_map(|short| [bold(format!("-{short}")), roman(", ")])
            .collect();
        names.push(long(flag));
        names.extend(value(flag));
        entry(roff, names, flag);
    }
}

/// An argument with its help, its default and its values.
fn entry(roff: &mut Roff, names: Vec<Inline>, arg: &Arg) {
    let help = arg.get_help().map(|help| format!("{help}."));
    roff.control("TP", []).text(names);
    roff.text(marked(&help.unwrap_or_default()));
    if !arg.get_action().takes_values() {
        return;
    }
    for default in arg.get_default_values() {
        roff.text(marked(&format!("Default: `{}`.", default.display())));
    }
    for value in arg.get_possible_values() {
        let meaning = value.get_help().map(|help| format!(": {help}."));
        let line = format!("`{}`{}", value.get_name(), meaning.unwrap_or_default());
        roff.control("br", []).text(marked(&line));
    }
}

/// What is between backticks is bold.
fn marked(text: &str) -> Vec<Inline> {
    let parts = text.split('`').enumerate();
    let inlines = parts.map(|(at, part)| match at % 2 {
        0 => roman(part),
        _ => bold(part),
    });
    inlines.collect()
}

fn verbs(roff: &mut Roff, command: &Command) {
    if !command.has_subcommands() {
        return;
    }
    section(roff, "COMMANDS");
    for sub in subcommands(command) {
        roff.control("TP", []).text([bold(page_of(name(sub)))]);
        roff.text(marked(&format!("{}.", about(sub))));
    }
}

/// The pages of the commands that the help names, of the one above and of those below.
fn see_also(command: &Command, named: &str) -> Vec<Inline> {
    let above = name(command)
        .rsplit_once('-')
        .map(|(above, _)| above.to_owned());
    let named = named.split(", ").filter(|name| !name.is_empty());
    let named = named.map(|name| name.trim_end().replace(' ', "-"));
    let below = subcommands(command).map(|sub| name(sub).to_owned());
    let pages = above.into_iter().chain(named).chain(below);
    let pages: Vec<String> = pages.map(|name| page_of(&name)).collect();
    vec![roman(pages.join(", "))]
}

fn page_of(name: &str) -> String {
    format!("{name}(1)")
}

fn subcommands(command: &Command) -> impl Iterator<Item = &Command> {
    command.get_subcommands().filter(|sub| !sub.is_hide_set())
}

/// `ropc-exec`.
fn name(command: &Command) -> &str {
    command.get_display_name().unwrap_or(command.get_name())
}

fn about(command: &Command) -> String {
    let about = command.get_about().map(ToString::to_string);
    about.unwrap_or_default()
}

fn help_after(command: &Command) -> String {
    let help = command.get_after_help().map(ToString::to_string);
    help.unwrap_or_default()
}
