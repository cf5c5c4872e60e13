//! The errors of clap in the words of `cli.ftl`: the same lines that clap writes in English, with
//! each value as `text!` shows it, so that no value can begin a line or control a terminal. No I/O.

use super::Cli;
use crate::text::{Text, text};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory};
use std::error::Error as _;

/// The error in the language of this process, line by line: what is wrong, tips, usage, and where
/// to read more.
pub(crate) fn described(error: &clap::Error) -> Text {
    let mut lines = vec![what(error)];
    lines.extend(values(error));
    lines.extend(tips(error));
    if let Some(usage) = one(error, ContextKind::Usage) {
        lines.push(text!(
            "cli-usage",
            usage = usage.trim_start_matches("Usage:").trim()
        ));
    }
    lines.push(text!("cli-more"));
    Text::joined(lines, "\n")
}

/// clap's own lines, for the comparison, without blank ones. For a misspelt flag it drops the tip
/// to pass it as a value after `--`, where it would be the program of a store.
#[cfg(test)]
fn lines<'t>(error: &clap::Error, text: &'t str) -> Vec<&'t str> {
    let misspelt = is_misspelt(error);
    let is_odd = |line: &str| misspelt && line.starts_with("tip:") && line.contains("'-- ");
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !is_odd(line))
        .collect()
}

fn is_misspelt(error: &clap::Error) -> bool {
    !many(error, ContextKind::SuggestedArg).is_empty()
}

/// The usual correction of a wrong command line. `is_profile` knows the names of profiles.
pub(crate) fn hint(
    error: &clap::Error,
    args: &[String],
    is_profile: impl Fn(&str) -> bool,
) -> Option<Text> {
    let first = args.get(1).map(String::as_str).unwrap_or_default();
    let refused = one(error, ContextKind::InvalidArg).unwrap_or_default();
    let is_unknown = error.kind() == ErrorKind::UnknownArgument;
    if is_unknown && takes_profile(first) && is_profile(&refused) {
        return Some(text!("cli-profile-flag", verb = first, name = refused));
    }
    let lacks_command =
        !args.iter().any(|arg| arg == "--") || args.last().is_some_and(|arg| arg == "--");
    if first == "exec" && lacks_command {
        return Some(text!("cli-exec-form"));
    }
    let is_first = !refused.is_empty() && first.starts_with(&refused);
    let before_verb = is_unknown && refused.starts_with('-') && is_first;
    before_verb.then(|| text!("cli-verb-first"))
}

fn takes_profile(verb: &str) -> bool {
    let command = Cli::command();
    let verb = command.find_subcommand(verb);
    verb.is_some_and(|verb| verb.get_arguments().any(|arg| arg.get_id() == "profile"))
}

/// A part of the error that is one text.
fn one(error: &clap::Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::StyledStr(text) => Some(text.to_string()),
        ContextValue::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A part of the error that may be several texts.
fn many(error: &clap::Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::Strings(texts)) => texts.clone(),
        Some(ContextValue::StyledStrs(texts)) => texts.iter().map(ToString::to_string).collect(),
        _ => one(error, kind).into_iter().collect(),
    }
}

fn what(error: &clap::Error) -> Text {
    let argument = one(error, ContextKind::InvalidArg).unwrap_or_default();
    let value = one(error, ContextKind::InvalidValue).unwrap_or_default();
    match error.kind() {
        ErrorKind::UnknownArgument => text!("cli-unknown-argument", argument = argument),
        ErrorKind::InvalidSubcommand => {
            text!(
                "cli-unknown-command",
                command = one(error, ContextKind::InvalidSubcommand).unwrap_or_default()
            )
        }
        ErrorKind::InvalidValue if value.is_empty() => {
            text!("cli-value-missing", argument = argument)
        }
        ErrorKind::InvalidValue => text!("cli-invalid-value", value = value, argument = argument),
        ErrorKind::ValueValidation => match error.source() {
            Some(reason) => text!(
                "cli-invalid-value-because",
                value = value,
                argument = argument,
                reason = reason
            ),
            None => text!("cli-invalid-value", value = value, argument = argument),
        },
        ErrorKind::TooManyValues => {
            text!("cli-unexpected-value", value = value, argument = argument)
        }
        ErrorKind::ArgumentConflict => conflict(error, &argument),
        ErrorKind::MissingRequiredArgument => listed(
            text!("cli-missing-arguments"),
            &many(error, ContextKind::InvalidArg),
        ),
        ErrorKind::InvalidUtf8 => text!("cli-not-unicode"),
        // Other kinds cannot happen with our arguments; if one does, show clap's own words.
        _ => {
            let words = error.to_string();
            let first = words.lines().next().unwrap_or_default();
            Text::words(first.trim_start_matches("error: "))
        }
    }
}

fn conflict(error: &clap::Error, argument: &str) -> Text {
    let others = many(error, ContextKind::PriorArg);
    match others.as_slice() {
        [other] if other == argument => text!("cli-twice", argument = argument),
        [other] => text!("cli-conflict", argument = argument, other = other),
        _ => listed(text!("cli-conflicts", argument = argument), &others),
    }
}

fn listed(title: Text, items: &[String]) -> Text {
    Text::joined(
        std::iter::once(title).chain(items.iter().map(Text::words)),
        "\n",
    )
}

/// The values or commands that clap accepts.
fn values(error: &clap::Error) -> Option<Text> {
    let values = many(error, ContextKind::ValidValue);
    (!values.is_empty()).then(|| text!("cli-possible-values", values = values.join(", ")))
}

fn tips(error: &clap::Error) -> Vec<Text> {
    let mut tips: Vec<Text> = many(error, ContextKind::SuggestedSubcommand)
        .iter()
        .filter(|name| !is_hidden(name))
        .map(|name| text!("cli-similar-command", name = name))
        .collect();
    tips.extend(
        many(error, ContextKind::SuggestedArg)
            .iter()
            .map(|name| text!("cli-similar-argument", name = name)),
    );
    tips.extend(
        many(error, ContextKind::SuggestedValue)
            .iter()
            .map(|name| text!("cli-similar-value", name = name)),
    );
    let misspelt = is_misspelt(error);
    let others = many(error, ContextKind::Suggested);
    tips.extend(
        others
            .iter()
            .filter(|tip| !(misspelt && tip.starts_with("to pass ")))
            .map(|tip| suggestion(tip)),
    );
    tips
}

/// True for a verb that help does not list: clap suggests those too.
fn is_hidden(verb: &str) -> bool {
    Cli::command()
        .find_subcommand(verb)
        .is_some_and(Command::is_hide_set)
}

/// A suggestion that clap wrote as a sentence, with its subject in quotation marks.
fn suggestion(sentence: &str) -> Text {
    let quoted: Vec<&str> = sentence.split('\'').skip(1).step_by(2).collect();
    match quoted.as_slice() {
        [value, form] if sentence.starts_with("to pass ") => {
            text!("cli-pass-as-value", value = value, form = form)
        }
        [form] if sentence.ends_with(" exists") => text!("cli-exists", form = form),
        _ => Text::words(sentence),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    /// Wrong command lines, each with the kind of error it leads to.
    const WRONG: &[(&str, ErrorKind)] = &[
        ("login --tenat x", ErrorKind::UnknownArgument),
        ("status extra", ErrorKind::UnknownArgument),
        ("import --what", ErrorKind::UnknownArgument),
        ("-p x status", ErrorKind::UnknownArgument),
        ("exec --no-inptu -- x", ErrorKind::UnknownArgument),
        ("loginn", ErrorKind::InvalidSubcommand),
        ("xyz", ErrorKind::InvalidSubcommand),
        ("generate mn", ErrorKind::InvalidSubcommand),
        ("exec", ErrorKind::MissingRequiredArgument),
        ("exec --keep-env -- x", ErrorKind::MissingRequiredArgument),
        ("generate man", ErrorKind::MissingRequiredArgument),
        ("exec --timeout soon -- x", ErrorKind::ValueValidation),
        ("exec --timeout 2d -- x", ErrorKind::ValueValidation),
        ("token --output yaml", ErrorKind::InvalidValue),
        ("token --output jso", ErrorKind::InvalidValue),
        ("login --tenant", ErrorKind::InvalidValue),
        ("status --json=1", ErrorKind::TooManyValues),
        (
            "exec --refresh --no-cache -- x",
            ErrorKind::ArgumentConflict,
        ),
        ("logout --all -p x", ErrorKind::ArgumentConflict),
        ("status --json --json", ErrorKind::ArgumentConflict),
        (
            "login --secrets-stdin --password-file a --client-secret-file b",
            ErrorKind::ArgumentConflict,
        ),
    ];

    #[test]
    fn a_hidden_verb_is_never_suggested() {
        let of = |verb: &str| Cli::try_parse_from(["ropc", verb]).unwrap_err();
        let suggests = |verb: &str, name: &str| {
            described(&of(verb))
                .english()
                .contains(&format!("'{name}'"))
        };
        for verb in ["renwe", "renw", "rene", "renews"] {
            let own = many(&of(verb), ContextKind::SuggestedSubcommand);
            assert!(own.contains(&"renew".to_owned()), "control: clap does");
            assert!(!suggests(verb, "renew"), "{verb}");
        }
        assert!(suggests("tokn", "token"), "control: other verbs are");
    }

    #[test]
    fn the_english_words_are_those_of_clap() {
        for (line, kind) in WRONG {
            let error =
                Cli::try_parse_from(std::iter::once("ropc").chain(line.split(' '))).unwrap_err();
            assert_eq!(error.kind(), *kind, "{line}");
            let again = crate::cli::help::answer(
                std::iter::once("ropc")
                    .chain(line.split(' '))
                    .map(Into::into),
            );
            assert_eq!(
                again.map(|e| e.kind()),
                Some(*kind),
                "the Japanese command refuses the same: {line}"
            );
            let own = error.render().to_string();
            let own = lines(&error, &own).join("\n");
            assert_eq!(
                format!("error: {}", described(&error).english()),
                own.trim_end_matches('.'),
                "{line}"
            );
            assert!(
                !own.contains("similar argument") || !own.contains("to pass"),
                "{own}"
            );
        }
    }
}
