//! Each Japanese page against the English one that it is based on: the same sections in the same
//! order, and in each of them the same code, tables, lists, links and names. A page that is based
//! on an older English text is behind: its name is printed, and no test fails.

use super::{book, page};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

/// One section: its heading, and what is under it up to the next heading of any level.
#[derive(Debug, Default)]
struct Section {
    level: usize,
    /// The anchor: that of an `<a id>` in the heading, else what GitHub makes of its text.
    id: String,
    /// Code blocks, fenced or indented, without their fences.
    blocks: Vec<Vec<String>>,
    /// Everything else, line by line.
    prose: Vec<String>,
}

fn sections(page: &str) -> Vec<Section> {
    let mut found = vec![Section::default()];
    let mut fenced = false;
    let mut indented = false;
    let mut before = "";
    for line in page.lines() {
        let last = found.last_mut().unwrap();
        if line.starts_with("```") {
            fenced = !fenced;
            if fenced {
                last.blocks.push(Vec::new());
            }
        } else if fenced {
            last.blocks.last_mut().unwrap().push(line.to_owned());
        } else if line.starts_with("    ") && (indented || before.is_empty()) {
            if !indented {
                last.blocks.push(Vec::new());
            }
            indented = true;
            last.blocks.last_mut().unwrap().push(line.to_owned());
        } else if line.starts_with('#') {
            let level = line.bytes().take_while(|b| *b == b'#').count();
            let id = id(line.trim_start_matches('#').trim(), &found);
            found.push(Section {
                level,
                id,
                ..Section::default()
            });
            indented = false;
        } else {
            indented = indented && line.is_empty();
            last.prose.push(line.to_owned());
        }
        before = line;
    }
    found
}

fn id(heading: &str, before: &[Section]) -> String {
    if let Some(rest) = heading.split("<a id=\"").nth(1) {
        return rest.split('"').next().unwrap().to_owned();
    }
    let plain = super::pages::anchor(heading);
    // GitHub numbers equal headings.
    match before.iter().filter(|s| s.id == plain).count() {
        0 => plain,
        n => format!("{plain}-{n}"),
    }
}

/// A block without its comments: `# ...` and `// ...` at the start of a line or after a blank.
fn without_comments(block: &[String]) -> Vec<String> {
    let code = |line: &String| {
        let starts = ["# ", "// "].iter().filter_map(|mark| {
            let mut at = line.match_indices(mark).map(|(at, _)| at);
            at.find(|at| *at == 0 || line[..*at].ends_with(' '))
        });
        let end = starts.min().unwrap_or(line.len());
        line[..end].trim_end().to_owned()
    };
    block
        .iter()
        .map(code)
        .filter(|line| !line.is_empty())
        .collect()
}

/// True for output of `ropc` and for pictures, which are in the language of the page: the test
/// compares only their length and commands.
fn is_free(block: &[String]) -> bool {
    block
        .iter()
        .any(|line| line.trim_start().starts_with("ropc: ") || line.contains("-->"))
}

/// Words of messages, which have a language; and names of who does something, which a Japanese
/// sentence leaves out.
const FREE: [&str; 6] = [
    "granted scopes",
    "ropc",
    "login",
    "import",
    "doctor",
    "exec",
];

/// The texts in backticks.
fn spans(prose: &[String]) -> BTreeSet<String> {
    let text = prose.join("\n");
    text.split('`')
        .skip(1)
        .step_by(2)
        .map(|span| span.replace('\n', " "))
        .filter(|span| !FREE.contains(&span.as_str()))
        .collect()
}

/// The targets of links, and the anchors in the text.
fn links(prose: &[String]) -> BTreeSet<String> {
    let text = prose.join("\n");
    let anchors = text
        .split("<a id=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .map(str::to_owned);
    let all = super::pages::links(&text).into_iter().chain(anchors);
    all.filter(|target| !["README.md", "README.ja.md"].contains(&target.as_str()))
        .collect()
}

/// Names outside backticks that must stay the same: flags, variables.
fn names(prose: &[String]) -> BTreeSet<String> {
    let text: String = prose
        .join("\n")
        .split('`')
        .step_by(2)
        .collect::<Vec<_>>()
        .join(" ");
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_');
    let is_name = |w: &&str| {
        w.starts_with("--") && w.len() > 3 && !w.ends_with('-') || w.contains('_') && w.len() > 3
    };
    words.filter(is_name).map(str::to_owned).collect()
}

/// Rows of tables with their number of cells, and the items of lists by their kind.
fn shape(prose: &[String]) -> Vec<String> {
    let row = |line: &String| {
        let text = line.trim_start();
        let item = text.starts_with("- ") || text.starts_with("1. ");
        let numbered = text
            .split_once(". ")
            .is_some_and(|(n, _)| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
        if text.starts_with('|') {
            Some(format!(
                "a row of {}",
                text.replace("\\|", "").matches('|').count() - 1
            ))
        } else {
            (item || numbered).then(|| "an item".to_owned())
        }
    };
    prose.iter().filter_map(row).collect()
}

/// The differences of two pages that must not be.
fn differences(english: &str, japanese: &str) -> Vec<String> {
    let (english, japanese) = (sections(english), sections(japanese));
    let outline = |page: &[Section]| {
        page.iter()
            // The title of a page is in its language, and no link needs its anchor.
            .map(|s| {
                format!(
                    "{} {}",
                    "#".repeat(s.level),
                    if s.level == 1 { "" } else { &s.id }
                )
            })
            .collect::<Vec<_>>()
    };
    let (ours, theirs) = (outline(&english), outline(&japanese));
    if ours != theirs {
        let at = ours
            .iter()
            .zip(&theirs)
            .take_while(|(one, other)| one == other)
            .count();
        return vec![format!(
            "the sections differ from here on: {:?} and {:?}",
            ours.get(at),
            theirs.get(at)
        )];
    }
    english
        .iter()
        .zip(&japanese)
        .flat_map(|(en, ja)| {
            let found = in_prose(en, ja).into_iter().chain(in_code(en, ja));
            found.map(|(what, item)| format!("#{}: {what}: {item}", en.id))
        })
        .collect()
}

fn in_prose(en: &Section, ja: &Section) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    for (what, ours, theirs) in [
        (
            "in backticks on one side only",
            spans(&en.prose),
            spans(&ja.prose),
        ),
        ("link on one side only", links(&en.prose), links(&ja.prose)),
        ("name on one side only", names(&en.prose), names(&ja.prose)),
    ] {
        let apart = ours.symmetric_difference(&theirs).cloned();
        found.extend(apart.map(|item| (what, item)));
    }
    let (ours, theirs) = (shape(&en.prose), shape(&ja.prose));
    if ours != theirs {
        found.push(("tables or lists differ", format!("{ours:?} and {theirs:?}")));
    }
    found
}

fn in_code(en: &Section, ja: &Section) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    if en.blocks.len() != ja.blocks.len() {
        let counts = format!("{} and {}", en.blocks.len(), ja.blocks.len());
        found.push(("blocks of code", counts));
    }
    for (one, other) in en.blocks.iter().zip(&ja.blocks) {
        let same = if is_free(one) && is_free(other) {
            one.len() == other.len() && commands(one) == commands(other)
        } else {
            without_comments(one) == without_comments(other)
        };
        if !same {
            let both = format!("\n{}\n{}", one.join("\n"), other.join("\n"));
            found.push(("code differs", both));
        }
    }
    found
}

fn commands(block: &[String]) -> Vec<&String> {
    block.iter().filter(|l| l.starts_with("    $ ")).collect()
}

/// Which English page a Japanese one is based on, and the text that it was then.
#[derive(Debug, PartialEq)]
struct Basis {
    english: String,
    digest: String,
}

/// `> 英語版 guide/import.md (0123456789ab) に基づく翻訳です。`, below `docs/` or at the top.
fn basis(name: &str, japanese: &str) -> Option<Basis> {
    let line = japanese.lines().find_map(|l| l.strip_prefix("> 英語版 "))?;
    let (english, rest) = line.split_once(" (")?;
    let (digest, _) = rest.split_once(") に基づく翻訳です。")?;
    let below = if name.starts_with("docs/") {
        "docs/"
    } else {
        ""
    };
    Some(Basis {
        english: format!("{below}{english}"),
        digest: digest.to_owned(),
    })
}

/// The first 12 digits of a text's SHA-256.
fn digest(text: &str) -> String {
    let mut digits = String::new();
    for byte in &Sha256::digest(text.as_bytes())[..6] {
        write!(digits, "{byte:02x}").unwrap();
    }
    digits
}

/// The Japanese pages that people write; the others come from the program.
fn translations() -> Vec<String> {
    let mut found = vec!["README.ja.md".to_owned()];
    let written = book()
        .into_iter()
        .filter(|name| name.starts_with("docs/ja/") && !page(name).starts_with("<!-- Written by"));
    found.extend(written);
    found
}

/// A page without its mark and without the line that leads to the other language.
fn text_of(page: &str) -> String {
    page.lines()
        .filter(|line| !line.starts_with("> 英語版 ") && !line.contains("](README."))
        .map(|line| format!("{line}\n"))
        .collect()
}

/// The pages of a Japanese page lie in `docs/ja/`: what it links there is what the English page
/// links in `docs/`.
fn with_english_links(name: &str, text: &str) -> String {
    if name == "README.ja.md" {
        return text.replace("](docs/ja/", "](docs/");
    }
    let depth = Path::new(name).components().count() - 3;
    let up = "../".repeat(depth + 1);
    let same = "../".repeat(depth);
    // Only pages that have no translation are linked across.
    text.replace(&format!("]({up}"), &format!("]({same}"))
}

#[test]
fn a_translation_has_what_its_original_has() {
    let mut behind = Vec::new();
    let mut found = Vec::new();
    let mut compared = 0;
    for name in translations() {
        let japanese = page(&name);
        let basis = basis(&name, &japanese).unwrap_or_else(|| panic!("{name} has no mark"));
        let english = page(&basis.english);
        if digest(&english) != basis.digest {
            behind.push(name);
            continue;
        }
        compared += 1;
        let japanese = with_english_links(&name, &text_of(&japanese));
        let apart = differences(&text_of(&english), &japanese);
        found.extend(apart.into_iter().map(|what| format!("{name} {what}")));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    if !behind.is_empty() {
        eprintln!("behind the English text: {}", behind.join(", "));
    }
    assert!(compared + behind.len() > 40, "the pages are found");
    let marked = "# あ\n\n> 英語版 guide/import.md (0123456789ab) に基づく翻訳です。\n";
    assert_eq!(
        basis("docs/ja/guide/import.md", marked),
        Some(Basis {
            english: "docs/guide/import.md".to_owned(),
            digest: "0123456789ab".to_owned()
        })
    );
}

#[test]
fn each_readme_names_the_other_in_its_first_line() {
    assert!(page("README.md").starts_with("English | [日本語](README.ja.md)\n"));
    assert!(page("README.ja.md").starts_with("[English](README.md) | 日本語\n"));
}

#[test]
fn each_difference_would_be_noticed() {
    let english = "# A\n\nUse `--x` and [this](#b), or --yes.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n- one\n\n    cmd # why\n\n## B\n";
    let japanese = "# A\n\n[これ](#b) と `--x`、または --yes。\n\n| あ | い |\n|---|---|\n| 1 | 2 |\n\n- 一\n\n    cmd # 理由\n\n## 乙 <a id=\"b\"></a>\n";
    assert_eq!(differences(english, japanese), Vec::<String>::new());
    for (fault, from, to) in [
        ("the sections differ", "## 乙", "### 乙"),
        ("the sections differ", "id=\"b\"", "id=\"c\""),
        ("backticks", "`--x`", "`--y`"),
        ("link", "(#b)", "(#a)"),
        ("name", "--yes", "--いいえ"),
        ("tables or lists", "| 1 | 2 |", "| 1 |"),
        ("tables or lists", "- 一", "一"),
        ("code differs", "cmd #", "cmd2 #"),
        ("blocks of code", "    cmd # 理由\n", ""),
    ] {
        assert!(japanese.contains(from));
        let found = differences(english, &japanese.replace(from, to)).join("\n");
        assert!(found.contains(fault), "{fault}: {found}");
    }
}
