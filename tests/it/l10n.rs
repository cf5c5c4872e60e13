//! Checks the texts of `locales/`: code uses every text, both languages name the same values and
//! commands, and the build refuses a text that breaks a rule. The compiler checks that code names
//! existing texts with their values (`src/text/mod.rs`). Runs nothing; `tests/golden` has the
//! program's output.

use crate::policy::production;
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use proc_macro2::{TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The build script.
#[path = "../../build.rs"]
#[expect(dead_code, reason = "the part that writes files for the compiler")]
mod build;

use build::{Texts, read_texts};

/// The area of the help texts: the program makes their ids at run time, and unit tests of
/// `src/cli/help` compare them with clap's.
const HELP: &str = "help";

/// Texts as they are written, with `{$name}` for values, by id.
type Shown = BTreeMap<String, String>;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(dir: &str, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![root().join(dir)];
    while let Some(dir) = open.pop() {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The texts of one file. Of plural forms the general one is shown.
fn shown(source: &str) -> Shown {
    let resource = fluent_syntax::parser::parse(source).unwrap();
    let mut texts = Shown::new();
    for entry in &resource.body {
        if let Entry::Message(message) = entry {
            let mut text = String::new();
            show(message.value.as_ref().unwrap(), &mut text);
            texts.insert(message.id.name.to_owned(), text);
        }
    }
    texts
}

fn show(pattern: &Pattern<&str>, into: &mut String) {
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => into.push_str(value),
            PatternElement::Placeable { expression } => match expression {
                Expression::Inline(InlineExpression::StringLiteral { value }) => {
                    into.push_str(value);
                }
                Expression::Inline(InlineExpression::VariableReference { id }) => {
                    into.extend(["{$", id.name, "}"]);
                }
                Expression::Select { variants, .. } => {
                    let general = variants.iter().find(|variant| variant.default).unwrap();
                    show(&general.value, into);
                }
                Expression::Inline(other) => unreachable!("the build refuses {other:?}"),
            },
        }
    }
}

/// All texts of a language but the help.
fn texts(language: &str) -> Shown {
    files(&format!("locales/{language}"), "ftl")
        .iter()
        .filter(|path| path.file_stem().unwrap() != HELP)
        .flat_map(|path| shown(&std::fs::read_to_string(path).unwrap()))
        .collect()
}

/// The ids that a source text names as `text!("ID"`.
fn ids(stream: TokenStream, found: &mut BTreeSet<String>) {
    let tokens: Vec<TokenTree> = stream.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        let TokenTree::Group(group) = token else {
            continue;
        };
        ids(group.stream(), found);
        let is_call = matches!(
            &tokens[..at],
            [.., TokenTree::Ident(name), TokenTree::Punct(sign)]
                if name == "text" && sign.as_char() == '!'
        );
        if let (true, Some(TokenTree::Literal(id))) = (is_call, group.stream().into_iter().next()) {
            found.insert(id.to_string().trim_matches('"').to_owned());
        }
    }
}

/// The files of the program without their tests, by path.
pub(crate) fn sources() -> Vec<(String, TokenStream)> {
    let mut sources = Vec::new();
    for path in files("src", "rs") {
        let place = path.strip_prefix(root()).unwrap().display().to_string();
        let place = place.replace('\\', "/");
        if !place.contains("test") && !place.contains("fuzzing") {
            let text = std::fs::read_to_string(&path).unwrap();
            sources.push((place, production(&text).parse().unwrap()));
        }
    }
    sources
}

/// The words in backticks, in any order: commands, flags, names.
fn quoted(text: &str) -> Vec<String> {
    let mut words: Vec<String> = text
        .split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect();
    words.sort();
    words
}

/// The names of the values, in any order.
fn values(text: &str) -> BTreeSet<&str> {
    text.split("{$")
        .skip(1)
        .filter_map(|rest| rest.split('}').next())
        .collect()
}

/// Words that must stay the same: flags, codes and variables outside backticks.
fn names(text: &str) -> BTreeSet<String> {
    let word = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    let is_name = |w: &&str| {
        w.starts_with("--") && w.len() > 2
            || w.starts_with("AADSTS")
            || w.contains('_')
                && w.chars()
                    .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
    };
    text.split(|c| !word(c))
        .filter(is_name)
        .map(str::to_owned)
        .collect()
}

/// What is wrong with the texts of both languages and their use.
fn faults(english: &Shown, japanese: &Shown, used: &BTreeSet<String>) -> Vec<String> {
    let mut faults = Vec::new();
    for id in english.keys() {
        if !used.contains(id) {
            faults.push(format!("{id} is used nowhere"));
        }
    }
    for (id, other) in japanese {
        let Some(text) = english.get(id) else {
            faults.push(format!("{id} is in locales/ja only: remove it"));
            continue;
        };
        if quoted(text) != quoted(other)
            || names(text) != names(other)
            || values(text) != values(other)
        {
            faults.push(format!(
                "{id}: values, commands or names differ; correct the Japanese text, or remove it \
                 (English is shown then):\n  {text}\n  {other}"
            ));
        }
    }
    for (id, text) in english.iter().chain(japanese) {
        if text.trim() != text
            || text.ends_with('。')
            || text.ends_with('.') && !text.ends_with("...")
        {
            faults.push(format!(
                "{id} begins or ends with a blank, or ends with a full stop"
            ));
        }
    }
    faults
}

#[test]
fn every_text_is_used_and_both_languages_name_the_same() {
    let mut used = BTreeSet::new();
    for (_, code) in sources() {
        ids(code, &mut used);
    }
    let english = texts("en");
    assert!(
        english.len() > 5 && used.len() > 5,
        "the searches find something"
    );
    let found = faults(&english, &texts("ja"), &used);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

const ENGLISH: &str = "x-a = run `ropc login` for { $name } in HTTPS_PROXY\n";
const JAPANESE: &str = "x-a = HTTPS_PROXY の { $name } には `ropc login`\n";
const CODE: &str = "fn f() { g(Some(text!(\"x-a\", name = if a == b { &c } else { d }))); }";

fn check(english: &str, japanese: &str, code: &str) -> String {
    let mut used = BTreeSet::new();
    ids(production(code).parse().unwrap(), &mut used);
    faults(&shown(english), &shown(japanese), &used).join("\n")
}

#[test]
fn a_good_pair_of_texts_has_no_fault() {
    assert_eq!(check(ENGLISH, JAPANESE, CODE), "");
    // A text that Japanese lacks is shown in English.
    assert_eq!(check(ENGLISH, "", CODE), "");
    // Only English has plural forms.
    let plural = "x-a = { $count ->\n [one] 1 file\n *[other] { $count } files\n }\n";
    assert_eq!(check(plural, "x-a = { $count } 個\n", CODE), "");
}

/// The control of this file: a breach of each rule.
#[test]
fn the_checks_find_each_fault() {
    let unused = "#[cfg(test)]\nmod tests { text!(\"x-a\") }";
    for (fault, found) in [
        ("in locales/ja only", check("", JAPANESE, CODE)),
        ("used nowhere", check(ENGLISH, JAPANESE, unused)),
        (
            "full stop",
            check(ENGLISH, &JAPANESE.replace("`\n", "` です。\n"), CODE),
        ),
    ] {
        assert!(found.contains(fault), "`{fault}` was not noticed: {found}");
    }
    for (english, japanese) in [
        (ENGLISH.replace("$name", "$user"), JAPANESE.to_owned()),
        (ENGLISH.to_owned(), JAPANESE.replace("{ $name }", "")),
        (ENGLISH.to_owned(), JAPANESE.replace("login", "ログイン")),
        (
            ENGLISH.to_owned(),
            JAPANESE.replace("HTTPS_PROXY", "プロキシ"),
        ),
        (
            ENGLISH.replace("HTTPS_PROXY", "--yes"),
            JAPANESE.replace("HTTPS_PROXY", "--はい"),
        ),
    ] {
        let found = check(&english, &japanese, CODE);
        assert!(found.contains("differ"), "{english}{japanese}{found}");
    }
}

#[test]
fn the_build_refuses_a_text_that_breaks_a_rule_with_file_and_line() {
    const GOOD: &str = "# a comment\n\nx-a = { $count ->\n [one] 1 file\n *[other] { $count } files of { $name }\n }\n";
    let read = |source: &str| {
        let mut texts = Texts::new();
        read_texts(Path::new("locales/en/x.ftl"), source, &mut texts).map(|_| texts)
    };
    let values = read(GOOD).unwrap();
    assert_eq!(
        values["x-a"],
        BTreeSet::from(["count", "name"].map(str::to_owned))
    );
    for (at, fault, line) in [
        (7, "Expected", "x-b = { $"),
        (7, "defined twice", "x-a = again"),
        (7, "begins with the name of its file", "y-b = text"),
        (7, "begins with the name of its file", "xb = text"),
        (7, "no attributes", "x-b =\n .attribute = text"),
        (7, "only `$count`", "x-b = { $size ->\n *[other] text\n }"),
        (7, "a value or a literal", "x-b = { x-a }"),
    ] {
        let found = read(&format!("{GOOD}{line}\n")).unwrap_err();
        assert!(
            found.starts_with(&format!("locales/en/x.ftl:{at}: ")) && found.contains(fault),
            "{line}: {found}"
        );
    }
}
