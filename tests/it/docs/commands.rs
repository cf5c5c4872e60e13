//! Every command line of `ropc` on every page, read by the program's own parser: in blocks of code
//! and in running text. Placeholders are let through, wrong flags, verbs and values are not.

use super::{blocks, page, pages};
use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};

/// The words of a command line of a shell, up to what ends the command. Quotation marks hold words
/// together.
fn words(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut word = String::new();
    let mut quote = None;
    for c in text.chars() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None, '|' | ';' | '&' | '>' | '<' | ')' | '#' | '}' | '`') => break,
            (None, _) if c.is_whitespace() => {
                if !word.is_empty() {
                    found.push(std::mem::take(&mut word));
                }
            }
            _ => word.push(c),
        }
    }
    if !word.is_empty() {
        found.push(word);
    }
    found
}

/// What follows `ropc` wherever a block calls it: the name of a verb behind it says so, and a place
/// where only a command can be.
fn calls(text: &str) -> Vec<Vec<String>> {
    let joined = text
        .replace("\\\n", " ")
        .replace("^\n", " ")
        .replace("ropc.exe", "ropc");
    let mut found = Vec::new();
    for line in joined.lines() {
        // What the program says, and what begins a comment.
        if line.starts_with("ropc: ") || line.trim_start().starts_with('#') {
            continue;
        }
        for (at, _) in line.match_indices("ropc ") {
            let before = line[..at].trim_end();
            let words = words(&line[at + "ropc ".len()..]);
            let names_a_verb = words.first().is_some_and(|word| verbs().contains(word));
            let is_command = before.is_empty() || before.ends_with(['|', ';', '(', '$', '{', '&']);
            if (names_a_verb && !line[..at].ends_with(char::is_alphanumeric)) || is_command {
                found.push(words);
            }
        }
    }
    found
}

fn verbs() -> Vec<String> {
    ropc::cli::Cli::command()
        .get_subcommands()
        .map(|verb| verb.get_name().to_owned())
        .collect()
}

/// What the parser has against these words. Words in capitals, `...` and `[--json]` are
/// placeholders, and a sentence may leave out what is required.
fn fault(words: &[String]) -> Option<String> {
    let verb = words.first()?;
    let is_verb = verb.starts_with(|c: char| c.is_ascii_lowercase() || c == '-');
    if !is_verb || words.iter().any(|word| word == "...") && words.len() < 3 {
        return None;
    }
    let words = words
        .iter()
        .filter(|word| *word != "..." && !word.starts_with('['));
    let error = ropc::cli::Cli::try_parse_from(
        std::iter::once("ropc").chain(words.clone().map(String::as_str)),
    )
    .err()?;
    let wrong = match error.kind() {
        ErrorKind::UnknownArgument | ErrorKind::InvalidSubcommand | ErrorKind::ArgumentConflict => {
            true
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            // A placeholder: `--store STORE`, `--timeout DURATION`.
            !words.clone().any(|word| {
                word.starts_with(|c: char| c.is_ascii_uppercase())
                    && word.chars().all(|c| c.is_ascii_uppercase() || c == '-')
            })
        }
        _ => false,
    };
    wrong.then(|| error.to_string())
}

/// Code of which a shell reads the words; elsewhere `ropc` is a word like others.
fn is_shell(language: &str) -> bool {
    ["", "sh", "powershell", "yaml", "ini", "console"].contains(&language)
}

#[test]
fn the_program_takes_every_command_line_on_every_page() {
    let mut faults = Vec::new();
    let mut count = 0;
    for name in pages() {
        let text = page(&name);
        let mut found: Vec<Vec<String>> = blocks(&text)
            .iter()
            .filter(|block| is_shell(&block.language))
            .flat_map(|block| calls(&block.text))
            .collect();
        let prose: Vec<&str> = text.split("\n```").step_by(2).collect();
        let spans = prose
            .iter()
            .flat_map(|part| part.split('`').skip(1).step_by(2));
        found.extend(
            spans
                .filter_map(|span| span.strip_prefix("ropc "))
                .map(|span| words(&span.replace('\n', " "))),
        );
        for words in found {
            count += 1;
            if let Some(fault) = fault(&words) {
                faults.push(format!("{name}: {words:?}: {fault}"));
            }
        }
    }
    assert!(count > 300, "the command lines are found: {count}");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_wrong_command_line_would_be_noticed() {
    let block = "a | ropc login --tennant x\nsudo -u svc -H ropc doctor --no-such\nropc exec --min-ttl soon -- true\nx=$(ropc tokens)\n";
    let found = calls(block);
    assert_eq!(found.len(), 4, "{found:?}");
    for words in found {
        assert!(fault(&words).is_some(), "{words:?}");
    }
    for right in [
        "ropc login --store STORE",
        "ropc exec -- pwsh -NoProfile { Get-MgUser }",
        "ropc login ... --store command -- op read op://jobs/ropc/json",
        "ropc token | curl -H @- https://graph.microsoft.com/v1.0/me --no-such",
    ] {
        let found = calls(right);
        assert!(fault(&found[0]).is_none(), "{right}: {found:?}");
    }
}
