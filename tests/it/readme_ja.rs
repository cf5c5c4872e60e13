//! README.ja.md against README.md: the same sections in the same order, and in each of them the
//! same code, tables, lists, links and names. Whoever changes one page sees here what the other one
//! lacks. Links and flags of both are checked in `docs.rs`.

use std::collections::BTreeSet;
use std::path::Path;

fn read(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

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
    let kept = heading
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric() || " -_".contains(*c))
        .collect::<String>();
    let plain = kept.trim().replace(' ', "-");
    // GitHub numbers equal headings.
    match before.iter().filter(|s| s.id == plain).count() {
        0 => plain,
        n => format!("{plain}-{n}"),
    }
}

/// A block with its comments taken out: `# ...` and `// ...` at the start of a line or behind a
/// blank.
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

/// What `ropc` says or a picture shows is in the language of the page; only its length and its
/// commands are compared.
fn is_free(block: &[String]) -> bool {
    block
        .iter()
        .any(|line| line.trim_start().starts_with("ropc: ") || line.contains("-->"))
}

/// Words of messages, which have a language.
const SAID: [&str; 1] = ["granted scopes"];

/// What is in backticks.
fn spans(prose: &[String]) -> BTreeSet<String> {
    let text = prose.join("\n");
    text.split('`')
        .skip(1)
        .step_by(2)
        .map(|span| span.replace('\n', " "))
        .filter(|span| !SAID.contains(&span.as_str()))
        .collect()
}

/// Where links lead, and the anchors that are set in the text.
fn links(prose: &[String]) -> BTreeSet<String> {
    let text = prose.join("\n");
    let targets = text
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next());
    let anchors = text
        .split("<a id=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next());
    let all = targets
        .chain(anchors)
        .filter(|target| !["README.md", "README.ja.md"].contains(target));
    all.map(str::to_owned).collect()
}

/// Names outside of backticks that are typed as they are: flags, variables.
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

/// Everything in which two pages differ and must not.
fn differences(english: &str, japanese: &str) -> Vec<String> {
    let (english, japanese) = (sections(english), sections(japanese));
    let outline = |page: &[Section]| {
        page.iter()
            .map(|s| format!("{} {}", "#".repeat(s.level), s.id))
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

#[test]
fn the_japanese_page_has_what_the_english_one_has() {
    let (english, japanese) = (read("README.md"), read("README.ja.md"));
    assert!(sections(&english).len() > 40, "the sections are found");
    let found = differences(&english, &japanese);
    assert!(
        found.is_empty(),
        "README.md and README.ja.md differ:\n{}",
        found.join("\n")
    );
    assert!(
        english.starts_with("English | [日本語](README.ja.md)\n"),
        "each names the other in its first line"
    );
    assert!(japanese.starts_with("[English](README.md) | 日本語\n"));
}

/// A line on the page against a text of the program in which `{ $name }` means any text. `...`
/// at the end of the line cuts it short, and a detail of somebody else may follow the text behind a
/// colon.
fn is_said(line: &str, text: &str) -> bool {
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
        if let Some(at) = rest.find(part).filter(|_| !part.is_empty()) {
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
    // A few Japanese characters in common, or it says nothing.
    seen >= 10 && (rest.is_empty() || rest.starts_with(": "))
}

#[test]
fn what_the_program_says_on_the_japanese_page_is_what_it_says() {
    let mut texts = Vec::new();
    for entry in
        std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("locales/ja")).unwrap()
    {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        texts.extend(
            text.lines()
                .filter_map(|line| line.split_once(" = "))
                .map(|(_, text)| text.to_owned()),
        );
    }
    let page = read("README.ja.md");
    let lines = page
        .lines()
        .filter_map(|line| line.strip_prefix("    ropc: "));
    let said = |line: &str| {
        let words = line
            .strip_prefix("error: ")
            .or_else(|| line.strip_prefix("hint: "))
            .unwrap_or(line);
        texts.iter().any(|text| is_said(words, text))
    };
    let unknown: Vec<&str> = lines.clone().filter(|line| !said(line)).collect();
    assert!(lines.count() > 15, "the lines are found");
    assert_eq!(
        unknown,
        Vec::<&str>::new(),
        "the program does not say this in Japanese"
    );
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
    for line in [
        "名前 x を解決できません",
        "名前 x を解決できません: why",
        "名前 x を解決でき...",
    ] {
        assert!(is_said(line, "名前 { $host } を解決できません"), "{line}");
    }
    for line in ["名前 x を解決できる", "名札 x を解決できません", "x"] {
        assert!(!is_said(line, "名前 { $host } を解決できません"), "{line}");
    }
    assert!(
        !is_said("何か: 別のもの", "{ $fault }: { $detail }"),
        "a text without words of its own"
    );
}
