//! What the pages show as words of the program is what the program says, in each language. A value
//! may be any text, and `...` cuts a line short.

use super::{blocks, page, pages, root};

/// A line on the page against a text of the program in which `{ $name }` means any text, and of
/// which the line has at least so many bytes, or it says nothing. `...` at the end of the line cuts
/// it short, and a detail of somebody else may follow the text behind a colon.
fn is_said(line: &str, text: &str, least: usize) -> bool {
    let (line, cut) = line
        .strip_suffix("...")
        .map_or((line, false), |start| (start, true));
    if cut && text.starts_with(line) {
        return true;
    }
    let mut parts = text
        .split("{ $")
        .map(|part| part.split_once(" }").map_or(part, |(_, after)| after));
    let Some(mut rest) = parts.next().and_then(|start| line.strip_prefix(start)) else {
        return false;
    };
    let mut seen = line.len() - rest.len();
    for part in parts {
        if !part.is_empty()
            && let Some(at) = rest.find(part)
        {
            seen += part.len();
            rest = &rest[at + part.len()..];
            continue;
        }
        // Here the line was cut, within the words or within a value; or the text ends in a value.
        let begun = part
            .char_indices()
            .map(|(at, c)| at + c.len_utf8())
            .filter(|end| rest.ends_with(&part[..*end]));
        seen += begun.max().unwrap_or(0);
        if !cut && !part.is_empty() {
            return false;
        }
        rest = "";
        break;
    }
    seen >= least && (rest.is_empty() || rest.starts_with(": "))
}

/// The texts of a language: each value of `locales/`, and each variant of one that has several.
fn texts(language: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(root().join("locales").join(language)).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        for line in text.lines() {
            let value = line.split_once(" = ").map(|(_, value)| value);
            let variant = || line.trim_start().split_once("] ").map(|(_, value)| value);
            found.extend(value.or_else(variant).map(str::to_owned));
        }
    }
    found
}

/// The lines of a page on which the program speaks, without `ropc: error: ` and the like.
fn said(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for block in blocks(text) {
        for line in block.text.lines() {
            let Some(words) = line.strip_prefix("ropc: ") else {
                continue;
            };
            let words = ["error: ", "hint: ", "warning: "]
                .iter()
                .find_map(|prefix| words.strip_prefix(prefix))
                .unwrap_or(words);
            found.push(words.to_owned());
        }
    }
    found
}

#[test]
fn what_the_program_says_on_a_page_is_what_it_says() {
    for (language, least) in [("en", 6), ("ja", 10)] {
        let texts = texts(language);
        let mut count = 0;
        let mut unknown = Vec::new();
        for name in pages() {
            let japanese = name.starts_with("docs/ja/") || name == "README.ja.md";
            if japanese != (language == "ja") {
                continue;
            }
            for line in said(&page(&name)) {
                count += 1;
                if !texts.iter().any(|text| is_said(&line, text, least)) {
                    unknown.push(format!("{name}: {line}"));
                }
            }
        }
        assert!(count > 15, "the lines are found: {count}");
        assert!(
            unknown.is_empty(),
            "not said in {language}:\n{}",
            unknown.join("\n")
        );
    }
}

#[test]
fn other_words_would_be_noticed() {
    for line in [
        "名前 x を解決できません",
        "名前 x を解決できません: why",
        "名前 x を解決でき...",
    ] {
        assert!(
            is_said(line, "名前 { $host } を解決できません", 10),
            "{line}"
        );
    }
    for line in ["名前 x を解決できる", "名札 x を解決できません", "x"] {
        assert!(
            !is_said(line, "名前 { $host } を解決できません", 10),
            "{line}"
        );
    }
    assert!(
        !is_said("何か: 別のもの", "{ $fault }: { $detail }", 6),
        "a text without words of its own"
    );
}
