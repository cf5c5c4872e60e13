//! The completion script for PowerShell, in place of that of `clap_complete`, which begins with
//! `using namespace` (a profile with a line above it does not load), knows no values, and offers
//! flags after `--`. One expression, Windows PowerShell 5.1 and 7.

use clap::{Arg, Command};
use clap_complete::Generator;
use std::io::{self, Write};

/// The generator for `clap_complete`.
pub(super) struct PowerShell;

impl Generator for PowerShell {
    fn file_name(&self, name: &str) -> String {
        format!("_{name}.ps1")
    }

    #[expect(
        clippy::expect_used,
        reason = "the trait asks for it; ropc writes into memory"
    )]
    fn generate(&self, command: &Command, out: &mut dyn Write) {
        self.try_generate(command, out).expect("memory");
    }

    fn try_generate(&self, command: &Command, out: &mut dyn Write) -> io::Result<()> {
        let mut table = String::new();
        add(&mut table, command.get_name(), command);
        let script = include_str!("completer.ps1");
        out.write_all(
            script
                .replace("COMMAND", command.get_name())
                .replace("TABLE", table.trim_end())
                .as_bytes(),
        )
    }
}

/// Adds one row for each word that may follow a command, and for those of its subcommands.
fn add(table: &mut String, path: &str, command: &Command) {
    let flags = command
        .get_arguments()
        .filter(|arg| !arg.is_hide_set() && !arg.is_positional());
    let flags = flags.flat_map(|arg| {
        let values = takes_value(arg).then(|| values(arg));
        spellings(arg)
            .into_iter()
            .map(move |flag| row(&flag, &help(arg.get_help()), values.as_deref()))
    });
    let positional = command
        .get_positionals()
        .flat_map(values)
        .map(|value| row(&value, &value, None));
    let commands: Vec<&Command> = command
        .get_subcommands()
        .filter(|verb| !verb.is_hide_set())
        .collect();
    let verbs = commands
        .iter()
        .map(|verb| row(verb.get_name(), &help(verb.get_about()), None));
    let rows: String = verbs.chain(positional).chain(flags).collect();
    for part in ["        ", &quoted(path), " = @(\n", &rows, "        )\n"] {
        table.push_str(part);
    }
    for verb in commands {
        add(table, &format!("{path} {}", verb.get_name()), verb);
    }
}

/// A row of the table. `Takes` is `$null` if the word takes no value, and empty if it takes any
/// value.
fn row(text: &str, tip: &str, values: Option<&[String]>) -> String {
    let values = values.map_or_else(
        || "$null".to_owned(),
        |values| {
            format!(
                "@({})",
                values
                    .iter()
                    .map(|value| quoted(value))
                    .collect::<Vec<_>>()
                    .join(", ")
            )
        },
    );
    // A completion without a tip is an error.
    let tip = if tip.is_empty() { text } else { tip };
    format!(
        "            @{{ Text = {}; Tip = {}; Takes = {values} }}\n",
        quoted(text),
        quoted(tip)
    )
}

fn spellings(arg: &Arg) -> Vec<String> {
    let long = arg
        .get_long_and_visible_aliases()
        .into_iter()
        .flatten()
        .map(|name| format!("--{name}"));
    let short = arg
        .get_short_and_visible_aliases()
        .into_iter()
        .flatten()
        .map(|letter| format!("-{letter}"));
    long.chain(short).collect()
}

fn takes_value(arg: &Arg) -> bool {
    arg.get_action().takes_values()
}

fn values(arg: &Arg) -> Vec<String> {
    arg.get_possible_values()
        .iter()
        .filter(|value| !value.is_hide_set())
        .map(|value| value.get_name().to_owned())
        .collect()
}

fn help(text: Option<&clap::builder::StyledStr>) -> String {
    text.map(|text| {
        text.to_string()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    })
    .unwrap_or_default()
}

/// A PowerShell literal. PowerShell treats typographic quotation marks like `'`, so it doubles them
/// too.
fn quoted(text: &str) -> String {
    let mut literal = String::from("'");
    for character in text.chars() {
        if matches!(character, '\'' | '\u{2018}'..='\u{201b}') {
            literal.push(character);
        }
        literal.push(character);
    }
    literal.push('\'');
    literal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_quotation_mark_in_a_text_ends_its_literal() {
        for (text, literal) in [
            ("os", "'os'"),
            ("it's $x", "'it''s $x'"),
            ("\u{2019}", "'\u{2019}\u{2019}'"),
            ("", "''"),
        ] {
            assert_eq!(quoted(text), literal);
        }
    }
}
