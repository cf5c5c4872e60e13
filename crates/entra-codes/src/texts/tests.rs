//! The words of the table: house style of the English ones, and that the Japanese ones say the same
//! of the same codes.

mod japanese;

use super::*;
use crate::table::{self, CHAPTERS, Evidence, all, lookup};

const FLAGS: &[&str] = &[
    "--assertion",
    "--assertion-file",
    "--ca-file",
    "--certificate",
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

/// A refused first `login` leaves out what looks at a profile, as there is none yet.
#[test]
fn each_code_has_a_step_that_needs_no_profile() {
    for entry in all() {
        let text = entry.text(Language::English);
        assert!(text.look.len() < text.todo.len(), "{}", entry.first);
    }
}

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
        "login", "logout", "exec", "token", "status", "list", "doctor", "explain",
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
fn the_lists_name_the_steps_that_run_login_or_look_at_a_profile() {
    for entry in all() {
        let english = entry.text(Language::English);
        for language in [Language::English, Language::Japanese] {
            let todo = &entry.text(language).todo;
            let naming = |verbs: &[&str]| -> Vec<usize> {
                let names = |step: &String| verbs.iter().any(|verb| step.contains(verb));
                (1..)
                    .zip(todo)
                    .filter_map(|(number, step)| names(step).then_some(number))
                    .collect()
            };
            assert_eq!(english.login, naming(&["`ropc login"]), "{}", entry.first);
            let look = naming(&["`ropc status", "`ropc doctor"]);
            assert_eq!(english.look, look, "{}", entry.first);
        }
    }
    let marked = |list: fn(&Text) -> &Vec<usize>| {
        let texts = all().iter().map(|entry| entry.text(Language::English));
        texts.filter(|text| !list(text).is_empty()).count()
    };
    assert!(marked(|text| &text.login) > 50 && marked(|text| &text.look) > 10);
}

/// The program shows two steps with a refusal, and the others in `ropc explain`.
#[test]
fn the_step_that_ends_a_refusal_is_among_the_first_two() {
    for entry in all() {
        let login = entry.text(Language::English).login.first();
        assert!(login.is_none_or(|step| *step <= 2), "{}", entry.first);
    }
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
        "(application permissions do not count), then Grant admin consent",
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

/// Japanese may lack families and codes: they are explained in English.
#[test]
fn languages_have_the_families_and_codes_of_the_columns_and_no_others() {
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
    let columns: BTreeMap<String, Vec<u32>> = columns.into_iter().collect();
    for (family, codes) in shape(&TEXTS.japanese) {
        for code in codes {
            assert!(columns[&family].contains(&code), "{family}: {code}");
        }
    }
}

/// The columns have the English title beside each code, for a reader of the data.
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
