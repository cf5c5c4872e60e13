//! Every command and argument has a Japanese text with the same names, and no English of clap is
//! left.

use super::*;
use crate::text::wrap::{Script, pieces};
use std::collections::BTreeSet;

/// Visits every visible command, with the beginning of its ids and its Japanese version.
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
    walk(&Cli::command(), &translated(&help_text), "help", visit);
}

/// The English text and, where there is one, the Japanese of each id.
fn pairs() -> Vec<(String, String, Option<String>)> {
    let mut pairs = Vec::new();
    everything(&mut |english, _, path| {
        let own = |name: &str| help_text(&format!("{path}-{name}"));
        let mut add = |name: &str, english: Option<String>, japanese: Option<String>| {
            // The names of the shells are the same everywhere, and have no help in English.
            if let Some(english) = english {
                pairs.push((format!("{path}-{name}"), english, japanese));
            }
        };
        let about = english.get_about().map(ToString::to_string);
        add("about", about, own("about"));
        let after = english.get_after_help().map(ToString::to_string);
        add("after", after, own("after"));
        for arg in english.get_arguments() {
            let of_values = values(arg).into_iter().map(|value| {
                let name = format!("{}-{}", arg.get_id(), value.get_name());
                (name, value.get_help().map(ToString::to_string))
            });
            let of_arg = (
                arg.get_id().to_string(),
                arg.get_help().map(ToString::to_string),
            );
            for (name, english) in of_values.chain([of_arg]) {
                let name = name.replace('_', "-");
                let japanese = own(&name).or_else(|| help_text(&format!("help-any-{name}")));
                add(&name, english, japanese);
            }
        }
    });
    pairs
}

/// The ids of the help texts that Japanese lacks.
pub(crate) fn missing() -> Vec<String> {
    pairs()
        .into_iter()
        .filter(|(_, _, japanese)| japanese.is_none())
        .map(|(id, _, _)| id)
        .collect()
}

fn quoted(text: &str) -> Vec<&str> {
    let mut words: Vec<&str> = text.split('`').skip(1).step_by(2).collect();
    words.sort_unstable();
    words
}

/// Flags, variables and examples.
fn names(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || "-_./".contains(c)));
    let is_name =
        |w: &&str| w.starts_with("--") || w.contains('_') || w.contains('/') || w.contains("ropc");
    words
        .filter(is_name)
        .map(|w| w.trim_end_matches('.').to_owned())
        .collect()
}

#[test]
fn both_languages_name_the_same() {
    let pairs = pairs();
    assert!(pairs.len() > 80, "the walk finds {}", pairs.len());
    for (id, english, japanese) in pairs {
        let Some(japanese) = japanese else { continue };
        assert!(
            japanese.chars().any(|c| Script::of(c) != Script::Narrow),
            "{id}: {japanese}"
        );
        assert_eq!(quoted(&english), quoted(&japanese), "{id}");
        assert_eq!(names(&english), names(&japanese), "{id}");
        assert!(!japanese.ends_with(['。', '.']), "{id}: a full stop");
    }
    // The controls of the comparisons.
    assert_ne!(quoted("as `default`"), quoted("`既定`"));
    assert_ne!(
        names("see ropc login --help"),
        names("ropc login をご覧ください")
    );
}

#[test]
fn every_argument_has_a_heading() {
    everything(&mut |_, japanese, path| {
        for arg in japanese.get_arguments() {
            let heading = arg.get_help_heading();
            assert!(
                heading.is_some_and(|heading| heading != EVERYWHERE),
                "{path}: {} is below {heading:?}",
                arg.get_id()
            );
        }
    });
}

#[test]
fn a_text_that_japanese_lacks_stays_english() {
    let lacking = |id: &str| help_text(id).filter(|_| !id.starts_with("help-token"));
    let mut help = translated(&lacking);
    let help = help
        .find_subcommand_mut("token")
        .unwrap()
        .render_long_help()
        .to_string();
    for english in ["Examples:", "One JSON object", "--show"] {
        assert!(help.contains(english), "`{english}` is not in\n{help}");
    }
    // The control: the other texts of the same page are Japanese.
    assert!(help.contains("オプション:"), "{help}");
    // Without any text the page is clap's own.
    let mut none = translated(&|_| None);
    let none = none.render_long_help().to_string();
    for english in [
        "Usage:",
        "Commands:",
        "Options:",
        "Everywhere:",
        "Examples:",
    ] {
        assert!(none.contains(english), "`{english}` is not in\n{none}");
    }
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
        let brief = help(format!("{command} -h"));
        let long = help(format!("{command} --help"));
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
fn every_text_belongs_to_a_command_or_argument() {
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
    let file = include_str!("../../../locales/ja/help.ftl");
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
