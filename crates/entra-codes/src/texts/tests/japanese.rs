//! The Japanese texts say the same of the same code: numbers, names, commands.

use super::super::*;
use crate::table::all;
use std::collections::BTreeSet;

/// What must be the same in every language: commands, placeholders, addresses, flags, names with a
/// capital inside.
fn fixed(text: &str) -> Vec<String> {
    let mut found: Vec<String> = text
        .split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect();
    let plain: String = text.split('`').step_by(2).collect::<Vec<_>>().join(" ");
    found.extend(
        plain
            .split('{')
            .skip(1)
            .map(|rest| format!("{{{}}}", rest.split('}').next().unwrap())),
    );
    let ascii = |c: char| c.is_ascii_alphanumeric() || "-_.:/?={}&@".contains(c);
    // "Password grant" is the ROPC flow in Japanese, and there is no plural.
    let words = plain
        .split(|c| !ascii(c))
        .map(|word| word.trim_end_matches([':', '.']))
        .filter(|word| *word != "ROPC");
    for word in words.map(|word| if word == "APIs" { "API" } else { word }) {
        let inner_capital = word.chars().skip(1).any(|c| c.is_ascii_uppercase()) && word.len() > 3;
        if word.starts_with("https://")
            || word.starts_with("--") && word.len() > 2
            || inner_capital
            || word.contains(".com")
        {
            found.push(word.to_owned());
        }
    }
    found.sort();
    found
}

/// Numbers of two digits and more; small ones are words in one language and digits in the other.
fn numbers(text: &str) -> BTreeSet<String> {
    let text = text
        .replace("fifteen", "15")
        .replace("half a minute", "30 seconds");
    let digits = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|number| number.len() > 1);
    digits.map(str::to_owned).collect()
}

/// What differs between two texts of one code that must not.
fn differences(english: &Text, japanese: &Text) -> Vec<String> {
    let mut found = Vec::new();
    let mut check = |what: &str, holds: bool| found.extend((!holds).then(|| what.to_owned()));
    let lines = |text: &Text| -> Vec<String> {
        [text.title.clone(), text.cause.clone(), text.note.clone()]
            .into_iter()
            .chain(text.todo.clone())
            .collect()
    };
    check("steps", english.todo.len() == japanese.todo.len());
    check("note", english.note.is_empty() == japanese.note.is_empty());
    for (en, ja) in lines(english).iter().zip(&lines(japanese)) {
        check(
            &format!("names: {:?} {:?}", fixed(en), fixed(ja)),
            fixed(en) == fixed(ja),
        );
        check(&format!("numbers: {en} {ja}"), numbers(en) == numbers(ja));
        check(
            &format!("menu path: {ja}"),
            en.matches(" > ").count() == ja.matches(" > ").count(),
        );
        let is_japanese = |c: char| {
            ('\u{3041}'..='\u{30ff}').contains(&c) || ('\u{4e00}'..='\u{9fff}').contains(&c)
        };
        check(
            &format!("not Japanese: {ja}"),
            ja.is_empty() || ja.chars().any(is_japanese),
        );
        let wide = |c: char| ('\u{ff01}'..='\u{ff5e}').contains(&c) || c == '\u{3000}';
        check(&format!("full-width ASCII: {ja}"), !ja.chars().any(wide));
        check(
            &format!("blank: {ja}"),
            ja.trim() == ja && !ja.contains("  "),
        );
    }
    check("full stop after the title", !japanese.title.ends_with('。'));
    check(
        "no full stop after the cause",
        japanese.cause.ends_with('。'),
    );
    check(
        "full stop after a step",
        !japanese
            .todo
            .iter()
            .chain([&japanese.note])
            .any(|step| step.ends_with('。')),
    );
    check("long title", japanese.title.chars().count() <= 40);
    found
}

#[test]
fn the_japanese_words_say_the_same_of_the_same_code() {
    let mut found = Vec::new();
    for entry in all() {
        let of = |texts: &'static Texts| texts.find(entry.first).unwrap();
        let differing = differences(of(&TEXTS.english), of(&TEXTS.japanese));
        found.extend(
            differing
                .into_iter()
                .map(|what| format!("{}: {what}", entry.first)),
        );
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn each_difference_would_be_noticed() {
    let text = |title: &str, cause: &str, step: &str, note: &str| Text {
        login: Vec::new(),
        look: Vec::new(),
        title: title.into(),
        cause: cause.into(),
        todo: vec![step.into()],
        note: note.into(),
    };
    let english = text(
        "a title",
        "It lasts 60 seconds.",
        "open A > B, then `ropc login` at https://{host}/x",
        "",
    );
    let cause = "60 秒間続きます。";
    let step = "A > B を開き、https://{host}/x で `ropc login` を実行します";
    assert_eq!(
        differences(&english, &text("題名", cause, step, "")),
        Vec::<String>::new()
    );
    for (what, japanese) in [
        ("not Japanese", text("title", cause, step, "")),
        ("after the title", text("題名。", cause, step, "")),
        ("after the cause", text("題名", "60 秒間続きます", step, "")),
        (
            "after a step",
            text("題名", cause, &format!("{step}。"), ""),
        ),
        ("numbers", text("題名", "61 秒間続きます。", step, "")),
        (
            "names",
            text(
                "題名",
                cause,
                &step.replace("ropc login", "ropc logout"),
                "",
            ),
        ),
        (
            "names",
            text("題名", cause, &step.replace("{host}", "{tenant}"), ""),
        ),
        (
            "menu path",
            text("題名", cause, &step.replace(" > ", "→"), ""),
        ),
        (
            "full-width",
            text("題名", "６０ 60 秒間続きます。", step, ""),
        ),
        ("blank", text("題名", " 60 秒間続きます。", step, "")),
        ("note", text("題名", cause, step, "注")),
        ("long title", text(&"題".repeat(41), cause, step, "")),
    ] {
        let found = differences(&english, &japanese).join("\n");
        assert!(found.contains(what), "`{what}` was not noticed: {found}");
    }
}
