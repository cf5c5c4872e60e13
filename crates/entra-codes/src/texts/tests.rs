//! The words of the table: house style of the English ones, and that the Japanese ones say the same
//! of the same codes.

use super::*;
use crate::table::{self, CHAPTERS, Evidence, all, lookup};
use std::collections::BTreeSet;

const FLAGS: &[&str] = &[
    "--ca-file",
    "--client-id",
    "--cloud",
    "--no-cache",
    "--password-file",
    "--public-client",
    "--refresh",
    "--secrets-stdin",
    "--retry",
    "--scope",
    "--tenant",
    "--username",
];

#[test]
fn texts_are_there_and_in_house_style() {
    for entry in all() {
        let code = entry.first;
        assert!(
            !entry.text(Language::English).title.is_empty()
                && !entry.text(Language::English).title.ends_with('.'),
            "{code}"
        );
        assert!(
            entry.text(Language::English).title.len() <= 70,
            "{code}: title is long"
        );
        assert!(
            entry.text(Language::English).cause.ends_with('.')
                && entry.text(Language::English).cause.len() > 20,
            "{code}"
        );
        assert!(!entry.fix.is_empty(), "{code}");
        assert!(
            (1..=4).contains(&entry.text(Language::English).todo.len()),
            "{code}"
        );
        for step in &entry.text(Language::English).todo {
            assert!(step.len() > 10 && !step.ends_with('.'), "{code}: {step}");
            assert!(step.is_ascii(), "{code}: {step}");
        }
        let weak = matches!(entry.evidence, Evidence::Community | Evidence::Inferred);
        assert!(
            !weak || !entry.text(Language::English).note.is_empty(),
            "{code}: weak without a note"
        );
    }
}

#[test]
fn commands_in_the_steps_exist() {
    let verbs = [
        "login", "logout", "exec", "token", "status", "list", "explain",
    ];
    let mut commands = 0;
    for entry in all() {
        for text in entry
            .text(Language::English)
            .todo
            .iter()
            .chain([&entry.text(Language::English).cause])
        {
            let code = entry.first;
            assert_eq!(text.matches('`').count() % 2, 0, "{code}: {text}");
            for command in text.split('`').skip(1).step_by(2) {
                let command = command.replace("{p}", "");
                let mut words = command.split(' ');
                if words.next() == Some("ropc") {
                    let verb = words.next();
                    assert!(
                        verb.is_none_or(|verb| verbs.contains(&verb)),
                        "{code}: {command}"
                    );
                    commands += usize::from(verb.is_some());
                }
            }
            for word in text.split([' ', '`', ';', ',']) {
                if word.starts_with("--") {
                    assert!(FLAGS.contains(&word), "{code}: {word}");
                }
            }
        }
    }
    assert!(commands > 50, "{commands}");
}

#[test]
fn the_step_that_ends_a_refusal_is_the_first_that_names_login() {
    let mut marked = 0;
    for entry in all() {
        let login = entry.text(Language::English).login;
        for language in [Language::English, Language::Japanese] {
            let todo = &entry.text(language).todo;
            let first = todo.iter().position(|step| step.contains("`ropc login"));
            assert_eq!(login, first.map(|at| at + 1), "{}", entry.first);
        }
        marked += usize::from(login.is_some());
    }
    assert!(marked > 50 && marked < all().len(), "{marked}");
}

#[test]
fn mfa_answers_say_it_plainly_and_name_the_ways_out_in_the_order_of_safety() {
    let codes = [
        50076, 50079, 50074, 50072, 50078, 50158, 50086, 50087, 50088, 500_121, 700_020,
    ];
    for code in codes {
        let entry = lookup(code).unwrap();
        assert_eq!(entry.family, "mfa");
        assert!(
            entry.text(Language::English).todo[0]
                .contains("MFA is enforced cannot use the password grant (ROPC)")
        );
        let text = entry.text(Language::English).todo.join("\n");
        let order: Vec<usize> = [
            "managed identity",
            "workload identity federation",
            "certificate",
            "interactively or through a broker",
            "network location",
        ]
        .iter()
        .map(|way| text.find(way).unwrap_or_else(|| panic!("{code}: {way}")))
        .collect();
        assert!(order.is_sorted(), "{code}");
    }
    assert_eq!(
        all().iter().filter(|e| e.family == "mfa").count(),
        codes.len()
    );
}

#[test]
fn the_concrete_advice_is_there() {
    let says = |code: u32, what: &str| {
        let found = lookup(code)
            .unwrap()
            .text(Language::English)
            .todo
            .iter()
            .any(|step| step.replace("{p}", "").contains(what));
        assert!(found, "{code}: {what}");
    };
    says(50126, "AllowCloudPasswordValidation");
    says(50126, "hash sync");
    says(7_000_215, "Secret ID (a GUID); the Value is needed");
    says(
        65001,
        "https://{host}/{tenant}/v2.0/adminconsent?client_id={client_id}&scope={scope}",
    );
    says(
        65001,
        "App registrations > (app) > API permissions > Grant admin consent",
    );
    says(50034, "`ropc login --tenant TENANT --username UPN`");
    says(50020, "home tenant");
    says(90002, "`ropc login --cloud CLOUD --tenant TENANT`");
    says(90038, "`ropc login --cloud CLOUD`");
    says(900_439, "login.microsoftonline.us");
}

/// The placeholders of the data are exactly those that `fill` and the text beside them explain.
#[test]
fn placeholders_are_known() {
    for step in all()
        .iter()
        .flat_map(|entry| &entry.text(Language::English).todo)
    {
        for name in step.split('{').skip(1) {
            let name = name.split('}').next().unwrap();
            assert!(
                ["host", "tenant", "client_id", "scope", "redirect_uri", "p"].contains(&name),
                "{name}"
            );
        }
    }
}

/// Families and codes of a language, in the order of its files.
fn shape(texts: &Texts) -> Vec<(String, Vec<u32>)> {
    let chapters = texts
        .chapters
        .iter()
        .map(|text| toml::from_str::<TextChapter>(text).unwrap());
    let families = chapters.flat_map(|chapter| chapter.family);
    families
        .map(|family| {
            (
                family.name,
                family.code.iter().map(|code| code.first).collect(),
            )
        })
        .collect()
}

#[test]
fn every_language_has_the_families_and_codes_of_the_columns() {
    let mut columns: Vec<(String, Vec<u32>)> = Vec::new();
    for text in CHAPTERS {
        let chapter: table::Chapter = toml::from_str(text).unwrap();
        let families = chapter.family.iter();
        columns.extend(families.map(|f| {
            (
                f.name.clone(),
                f.code.iter().map(|code| code.first).collect(),
            )
        }));
    }
    assert_eq!(shape(&TEXTS.english), columns);
    assert_eq!(shape(&TEXTS.japanese), columns);
}

/// In the columns the English title is beside each code, for whoever reads them.
#[test]
fn the_titles_beside_the_columns_are_those_of_the_texts() {
    let mut seen = 0;
    for line in CHAPTERS.iter().flat_map(|text| text.lines()) {
        let Some((code, title)) = line
            .strip_prefix("code = ")
            .and_then(|rest| rest.split_once(" # "))
        else {
            continue;
        };
        assert_eq!(
            TEXTS.english.find(code.parse().unwrap()).unwrap().title,
            title,
            "{code}"
        );
        seen += 1;
    }
    assert_eq!(seen, all().len());
}

#[test]
fn a_language_is_parsed_when_its_first_text_is_asked_for_and_the_other_is_not() {
    let is_parsed = |texts: &Texts| texts.parsed.get().is_some();
    let untouched = Languages::new();
    assert!(!is_parsed(&untouched.english) && !is_parsed(&untouched.japanese));
    let english = Languages::new();
    assert_eq!(
        english.find(Language::English, 50126).unwrap().title,
        "user name or password refused"
    );
    assert!(is_parsed(&english.english) && !is_parsed(&english.japanese));
    let japanese = Languages::new();
    assert!(
        japanese
            .find(Language::Japanese, 50126)
            .unwrap()
            .title
            .contains("パスワード")
    );
    assert!(is_parsed(&japanese.japanese) && !is_parsed(&japanese.english));
    // A code that only English has is explained in English.
    let lacking = Languages {
        english: Texts::new(ENGLISH),
        japanese: Texts::new(["family = []"; 7]),
    };
    assert_eq!(
        lacking.find(Language::Japanese, 50126),
        english.find(Language::English, 50126)
    );
}

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
        login: None,
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
