//! Holds the texts of `locales/` and the code that names them together: every id has a text in
//! every language, every text is used, values and commands are the same everywhere. Runs nothing;
//! what the program says is in `tests/golden`.

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Files whose ids are made while the program runs, so no code names them. Other tests hold these
/// together.
const COMPUTED: [&str; 1] = ["help"];

/// One text of one language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Text {
    /// As it is written, with `{$name}` for values.
    shown: String,
    values: BTreeSet<String>,
}

/// Texts by id.
type Texts = BTreeMap<String, Text>;
/// Where code names an id, with the values it gives, by id.
type Uses = BTreeMap<String, Vec<(String, BTreeSet<String>)>>;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(dir: &str, extension: &str) -> Vec<PathBuf> {
    let (mut found, mut open) = (Vec::new(), vec![root().join(dir)]);
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

/// Reads a file of texts; what is wrong with it alone goes into `faults`.
fn read_texts(area: &str, source: &str, into: &mut Texts, faults: &mut Vec<String>) {
    let resource = match fluent_syntax::parser::parse(source) {
        Ok(resource) => resource,
        Err((resource, errors)) => {
            faults.extend(
                errors
                    .iter()
                    .map(|e| format!("{area}.ftl cannot be read: {e}")),
            );
            resource
        }
    };
    for entry in resource.body {
        let message = match entry {
            Entry::Message(message) => message,
            Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) => continue,
            other => {
                faults.push(format!(
                    "{area}.ftl holds something that is no message: {other:?}"
                ));
                continue;
            }
        };
        let id = message.id.name.to_owned();
        if !id.starts_with(&format!("{area}-")) {
            faults.push(format!(
                "{id} stands in {area}.ftl, and its first word is not that"
            ));
        }
        let mut text = Text::default();
        match &message.value {
            Some(pattern) if message.attributes.is_empty() => {
                read_pattern(pattern, &mut text, &id, faults);
            }
            _ => faults.push(format!("{id} has no value, or attributes")),
        }
        if into.insert(id.clone(), text).is_some() {
            faults.push(format!("{id} is defined twice"));
        }
    }
}

fn read_pattern(pattern: &Pattern<&str>, text: &mut Text, id: &str, faults: &mut Vec<String>) {
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => text.shown.push_str(value),
            PatternElement::Placeable {
                expression: Expression::Inline(inline),
            } => match inline {
                InlineExpression::StringLiteral { value } => text.shown.push_str(value),
                InlineExpression::VariableReference { id } => {
                    // `$p` is filled in by the renderer.
                    if id.name != "p" {
                        text.values.insert(id.name.to_owned());
                    }
                    let _ = write!(text.shown, "{{${}}}", id.name);
                }
                other => faults.push(format!(
                    "{id}: only values and literals are used here, not {other:?}"
                )),
            },
            PatternElement::Placeable { .. } => {
                faults.push(format!(
                    "{id}: choices are made in code, as values are text"
                ));
            }
        }
    }
}

/// All texts of a language, but the computed ones.
fn texts(language: &str, faults: &mut Vec<String>) -> Texts {
    let mut all = Texts::new();
    for path in files(&format!("locales/{language}"), "ftl") {
        let area = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if !COMPUTED.contains(&area.as_str()) {
            read_texts(
                &area,
                &std::fs::read_to_string(&path).unwrap(),
                &mut all,
                faults,
            );
        }
    }
    all
}

/// Every `text!(...)` of a source text.
fn read_code(place: &str, stream: TokenStream, uses: &mut Uses, faults: &mut Vec<String>) {
    let tokens: Vec<TokenTree> = stream.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        let TokenTree::Group(group) = token else {
            continue;
        };
        read_code(place, group.stream(), uses, faults);
        let is = |back: usize, word: &str| {
            at.checked_sub(back)
                .and_then(|i| tokens.get(i))
                .is_some_and(|t| t.to_string() == word)
        };
        if group.delimiter() == Delimiter::Parenthesis && is(1, "!") && is(2, "text") {
            match read_call(group.stream()) {
                Some((id, values)) => uses.entry(id).or_default().push((place.to_owned(), values)),
                None => faults.push(format!(
                    "{place}: text!({}) does not begin with an id",
                    group.stream()
                )),
            }
        }
    }
}

/// The id and the names of the values.
fn read_call(stream: TokenStream) -> Option<(String, BTreeSet<String>)> {
    let tokens: Vec<TokenTree> = stream.into_iter().collect();
    let id = tokens
        .first()?
        .to_string()
        .strip_prefix('"')?
        .strip_suffix('"')?
        .to_owned();
    let is = |token: Option<&TokenTree>, sign: char| matches!(token, Some(TokenTree::Punct(p)) if p.as_char() == sign);
    let mut values = BTreeSet::new();
    for at in 0..tokens.len() {
        if let (true, Some(TokenTree::Ident(name)), true, false) = (
            is(tokens.get(at), ','),
            tokens.get(at + 1),
            is(tokens.get(at + 2), '='),
            is(tokens.get(at + 3), '='),
        ) {
            values.insert(name.to_string());
        }
    }
    Some((id, values))
}

/// The part of a file before its unit tests.
fn production(text: &str) -> &str {
    let marks = [
        "#[cfg(test)]\nmod ",
        "#[cfg(test)]\npub(super) mod ",
        "#[cfg(all(test, ",
    ];
    marks.iter().fold(text, |text, mark| {
        text.split(mark).next().unwrap_or_default()
    })
}

fn uses(faults: &mut Vec<String>) -> Uses {
    let mut found = Uses::new();
    for path in files("src", "rs") {
        let place = path
            .strip_prefix(root())
            .unwrap()
            .display()
            .to_string()
            .replace('\\', "/");
        let text = std::fs::read_to_string(&path).unwrap();
        read_code(
            &place,
            production(&text).parse().unwrap(),
            &mut found,
            faults,
        );
    }
    found
}

/// What stands in backticks, in any order: commands, flags, names.
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

/// Words that are typed or looked for as they are: flags, codes and variables outside of backticks.
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

/// Everything that is wrong with texts and uses together.
fn faults(english: &Texts, japanese: &Texts, uses: &Uses) -> Vec<String> {
    let mut faults = Vec::new();
    for (id, places) in uses {
        for (language, texts) in [("English", english), ("Japanese", japanese)] {
            let Some(text) = texts.get(id) else {
                faults.push(format!("{id} has no {language} text ({})", places[0].0));
                continue;
            };
            for (place, values) in places.iter().filter(|(_, values)| *values != text.values) {
                faults.push(format!(
                    "{place} gives {id} {values:?}, and the {language} text shows {:?}",
                    text.values
                ));
            }
        }
    }
    for id in english
        .keys()
        .chain(japanese.keys())
        .filter(|id| !uses.contains_key(*id))
    {
        faults.push(format!("{id} is used nowhere"));
    }
    for (id, text) in english {
        let Some(other) = japanese.get(id) else {
            continue;
        };
        if quoted(&text.shown) != quoted(&other.shown) {
            faults.push(format!(
                "{id}: backticks differ: {:?} and {:?}",
                quoted(&text.shown),
                quoted(&other.shown)
            ));
        }
        if names(&text.shown) != names(&other.shown) {
            faults.push(format!(
                "{id}: names differ: {:?} and {:?}",
                names(&text.shown),
                names(&other.shown)
            ));
        }
        for shown in [&text.shown, &other.shown] {
            if shown.trim() != shown.as_str()
                || shown.ends_with('。')
                || shown.ends_with('.') && !shown.ends_with("...")
            {
                faults.push(format!(
                    "{id} begins or ends with a blank, or ends with a full stop"
                ));
            }
        }
    }
    faults
}

#[test]
fn the_texts_and_the_code_agree() {
    let mut found = Vec::new();
    let (english, japanese) = (texts("en", &mut found), texts("ja", &mut found));
    let uses = uses(&mut found);
    assert!(
        english.len() > 5 && uses.len() > 5,
        "the finders find something"
    );
    found.extend(faults(&english, &japanese, &uses));
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn each_fault_would_be_noticed() {
    // The control of this file: a good pair of texts and a good use, and then each breach of a
    // rule.
    const ENGLISH: &str = "x-a = run `ropc login` for { $name } in HTTPS_PROXY\n";
    const JAPANESE: &str = "x-a = HTTPS_PROXY の { $name } には `ropc login`\n";
    const CODE: &str = "fn f() { g(Some(text!(\"x-a\", name = if a == b { &c } else { d }))); }";
    let check = |english: &str, japanese: &str, code: &str| {
        let (mut en, mut ja, mut uses, mut found) =
            (Texts::new(), Texts::new(), Uses::new(), Vec::new());
        read_texts("x", english, &mut en, &mut found);
        read_texts("x", japanese, &mut ja, &mut found);
        read_code(
            "x.rs",
            production(code).parse().unwrap(),
            &mut uses,
            &mut found,
        );
        found.extend(faults(&en, &ja, &uses));
        found.join("\n")
    };
    assert_eq!(check(ENGLISH, JAPANESE, CODE), "");
    let breaches = [
        (
            "x-a has no Japanese text",
            ENGLISH.into(),
            String::new(),
            CODE.into(),
        ),
        (
            "x-a has no English text",
            String::new(),
            JAPANESE.into(),
            CODE.into(),
        ),
        (
            "x-a is used nowhere",
            ENGLISH.into(),
            JAPANESE.into(),
            "#[cfg(test)]\nmod tests { text!(\"x-a\") }".into(),
        ),
        (
            "shows {\"user\"}",
            ENGLISH.replace("$name", "$user"),
            JAPANESE.into(),
            CODE.into(),
        ),
        (
            "shows {}",
            ENGLISH.into(),
            JAPANESE.replace("{ $name }", ""),
            CODE.into(),
        ),
        (
            "gives x-a {}",
            ENGLISH.into(),
            JAPANESE.into(),
            CODE.replace("name = ", ""),
        ),
        (
            "backticks differ",
            ENGLISH.into(),
            JAPANESE.replace("ropc login", "ropc ログイン"),
            CODE.into(),
        ),
        (
            "names differ",
            ENGLISH.into(),
            JAPANESE.replace("HTTPS_PROXY", "プロキシ"),
            CODE.into(),
        ),
        (
            "names differ",
            ENGLISH.replace("HTTPS_PROXY", "--yes"),
            JAPANESE.replace("HTTPS_PROXY", "--はい"),
            CODE.into(),
        ),
        (
            "full stop",
            ENGLISH.into(),
            JAPANESE.replace("`\n", "` です。\n"),
            CODE.into(),
        ),
        (
            "defined twice",
            ENGLISH.repeat(2),
            JAPANESE.into(),
            CODE.into(),
        ),
        (
            "its first word is not that",
            ENGLISH.replace("x-a", "y-a"),
            JAPANESE.into(),
            CODE.into(),
        ),
        (
            "cannot be read",
            ENGLISH.replace(" }", ""),
            JAPANESE.into(),
            CODE.into(),
        ),
        (
            "choices are made in code",
            "x-a = { $name ->\n  *[o] x\n }\n".into(),
            JAPANESE.into(),
            CODE.into(),
        ),
        (
            "does not begin with an id",
            ENGLISH.into(),
            JAPANESE.into(),
            CODE.replace("\"x-a\"", "id"),
        ),
    ];
    for (fault, english, japanese, code) in breaches {
        let found = check(&english, &japanese, &code);
        assert!(
            found.contains(fault),
            "`{fault}` was not noticed in {english}{japanese}{code}: {found}"
        );
    }
}

#[test]
fn every_file_exists_in_both_languages_and_is_compiled_in() {
    let names = |language: &str| -> Vec<String> {
        let files = files(&format!("locales/{language}"), "ftl");
        let stems = files
            .iter()
            .map(|p| p.file_stem().unwrap().to_str().unwrap().to_owned());
        stems
            .filter(|name| !COMPUTED.contains(&name.as_str()))
            .collect()
    };
    assert_eq!(names("en"), names("ja"));
    let code = std::fs::read_to_string(root().join("src/text/resources.rs")).unwrap();
    for name in names("en") {
        assert!(
            code.contains(&format!("\n    \"{name}\"\n")),
            "{name}.ftl is not in the list of src/text/resources.rs"
        );
    }
}

/// Files with sentences that stay English, how many, and why.
const ENGLISH_ON_PURPOSE: [(&str, usize, &str); 10] = [
    ("src/cmd/explain.rs", 3, "words looked for in a text"),
    (
        "src/entra/connect.rs",
        3,
        "an error between libraries, and words looked for in one",
    ),
    (
        "src/entra/refusal.rs",
        2,
        "kept in the record, and translated when it is shown",
    ),
    ("src/profile/cloud.rs", 1, "names of clouds"),
    (
        "src/profile/enrolled.rs",
        1,
        "the comment at the top of the copy",
    ),
    (
        "src/profile/text.rs",
        1,
        "the comment at the top of the profile file",
    ),
    ("src/serve/check.rs", 9, "answers to other programs"),
    (
        "src/vault/keychain_native.rs",
        1,
        "words looked for in an error",
    ),
    ("src/text/mod.rs", 3, "words of the compiler"),
    ("src/vault/memory.rs", 2, "for tests only"),
];

/// English sentences in a source text that no `text!` names: literals with three words or more, but
/// no commands of ours, and not in attributes.
fn sentences(stream: TokenStream, found: &mut Vec<String>) {
    let tokens: Vec<TokenTree> = stream.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        let before = |back: usize| {
            at.checked_sub(back)
                .and_then(|i| tokens.get(i))
                .map(ToString::to_string)
        };
        match token {
            // `#[...]` and `#![...]`, which comments are, too.
            TokenTree::Group(group)
                if group.delimiter() == Delimiter::Bracket
                    && (before(1).as_deref() == Some("#")
                        || before(1).as_deref() == Some("!")
                            && before(2).as_deref() == Some("#")) => {}
            TokenTree::Group(group) => sentences(group.stream(), found),
            TokenTree::Literal(literal) => {
                let text = literal.to_string();
                let words = text
                    .split_whitespace()
                    .map(|w| w.trim_matches(|c: char| c.is_ascii_punctuation()));
                let words =
                    words.filter(|w| w.len() > 1 && w.bytes().all(|b| b.is_ascii_lowercase()));
                if words.count() >= 3 && !text.starts_with("\"ropc ") {
                    found.push(text);
                }
            }
            _ => {}
        }
    }
}

#[test]
fn no_sentence_is_written_in_the_code() {
    let mut left = BTreeMap::<String, Vec<String>>::new();
    for path in files("src", "rs") {
        let place = path
            .strip_prefix(root())
            .unwrap()
            .display()
            .to_string()
            .replace('\\', "/");
        if place.contains("test") || place.contains("fuzzing") {
            continue;
        }
        let mut found = Vec::new();
        sentences(
            production(&std::fs::read_to_string(&path).unwrap())
                .parse()
                .unwrap(),
            &mut found,
        );
        if !found.is_empty() {
            left.insert(place, found);
        }
    }
    for (place, count, why) in ENGLISH_ON_PURPOSE {
        let found = left.remove(place).unwrap_or_default();
        assert_eq!(found.len(), count, "{place} ({why}): {found:#?}");
    }
    assert!(
        left.is_empty(),
        "sentences that no language but English has: {left:#?}"
    );
    // The control: a sentence is found, a comment and a name are not.
    let mut found = Vec::new();
    let code = "#[doc = \"read by people who program\"] fn f() { g(\"nothing was stored\", \"a b c\", text!(\"x-a\")) }";
    sentences(code.parse().unwrap(), &mut found);
    assert_eq!(found, ["\"nothing was stored\""]);
}
