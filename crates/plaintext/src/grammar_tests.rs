//! Grammars of others (tree-sitter) judge our readers: the same strings, comments and calls at the
//! same places, and a script that is still one after the edit.

use super::*;
use crate::token::Kind;
use std::collections::BTreeSet;
use std::ops::Range;
use tree_sitter::{Node, Parser, Tree};

#[path = "../tests/support/mod.rs"]
mod support;

fn parse(language: Language, text: &str) -> Tree {
    let grammar = match language {
        Language::PowerShell => tree_sitter_powershell::LANGUAGE,
        Language::Shell => tree_sitter_bash::LANGUAGE,
        Language::Python => tree_sitter_python::LANGUAGE,
        _ => tree_sitter_javascript::LANGUAGE,
    };
    let mut parser = Parser::new();
    parser.set_language(&grammar.into()).unwrap();
    parser.parse(text, None).unwrap()
}

fn visit(node: Node<'_>, see: &mut impl FnMut(Node<'_>)) {
    see(node);
    let mut cursor = node.walk();
    for child in node.children(&mut cursor).collect::<Vec<_>>() {
        visit(child, see);
    }
}

/// Nodes of these kinds, without those inside of others, and without the blanks that a node takes
/// along.
fn outermost(language: Language, text: &str, kinds: &[&str]) -> BTreeSet<(usize, usize)> {
    let tree = parse(language, text);
    let mut found = Vec::<Range<usize>>::new();
    visit(tree.root_node(), &mut |node| {
        if kinds.contains(&node.kind()) {
            let range = node.byte_range();
            let shown = &text[range.clone()];
            let start = range.start + shown.len() - shown.trim_start().len();
            found.push(start..range.end);
        }
    });
    let all = found.clone();
    found.retain(|s| {
        !all.iter()
            .any(|o| o != s && o.start <= s.start && s.end <= o.end)
    });
    found
        .into_iter()
        .map(|range| (range.start, range.end))
        .collect()
}

fn every(language: Language, text: &str, kinds: &[&str]) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    visit(parse(language, text).root_node(), &mut |node| {
        if kinds.contains(&node.kind()) {
            let shown = &text[node.byte_range()];
            found.insert(node.start_byte() + shown.len() - shown.trim_start().len());
        }
    });
    found
}

fn is_whole(language: Language, text: &str) -> bool {
    !parse(language, text).root_node().has_error()
}

/// The samples of the whole program, and the corpus of shapes: name and text.
fn scripts() -> Vec<(String, String)> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let samples = std::fs::read_dir(root.join("../../tests/it/import/samples")).unwrap();
    let mut all = Vec::new();
    for sample in samples {
        let sample = sample.unwrap();
        let text = std::fs::read_to_string(sample.path()).unwrap();
        all.push((
            sample.file_name().to_string_lossy().into_owned(),
            text.trim_start_matches('\u{feff}').to_owned(),
        ));
    }
    for name in ["powershell", "shell", "python", "javascript"] {
        let corpus =
            std::fs::read_to_string(root.join(format!("tests/corpus/{name}.txt"))).unwrap();
        for part in corpus.split("\n=== ").skip(1) {
            let (head, text) = part.split_once('\n').unwrap();
            let name = head.split(" | ").next().unwrap();
            all.push((name.to_owned(), support::written(text)));
        }
    }
    let judged = [".ps1", ".psd1", ".sh", ".py", ".js", ".mjs"];
    all.retain(|(name, _)| judged.iter().any(|end| name.ends_with(end)));
    all
}

/// The places of our tokens of that kind.
fn ours(source: &source::Source, kind: Kind) -> BTreeSet<(usize, usize)> {
    let tokens = source.tokens.iter().filter(|t| t.kind == kind);
    tokens.map(|t| (t.span.start, t.span.end)).collect()
}

fn shown<'t>(text: &'t str, ranges: &BTreeSet<(usize, usize)>) -> Vec<&'t str> {
    ranges
        .iter()
        .map(|(start, end)| &text[*start..*end])
        .collect()
}

#[test]
fn our_readers_and_the_grammars_see_the_same_strings_and_comments() {
    let mut strings = 0;
    let mut comments = 0;
    for (name, text) in scripts() {
        let language = Language::of(&name, &text).unwrap();
        if !is_whole(language, &text) {
            continue;
        }
        let source = source::read(language, &text);
        let theirs = outermost(language, &text, &["comment"]);
        assert_eq!(
            shown(&text, &ours(&source, Kind::Comment)),
            shown(&text, &theirs),
            "{name}"
        );
        comments += theirs.len();
        // Words of a shell are partly quoted: no string of their own.
        let kinds: &[&str] = match language {
            Language::PowerShell => &["string_literal"],
            Language::Python => &["string"],
            Language::JavaScript => &["string", "template_string"],
            _ => continue,
        };
        let theirs = outermost(language, &text, kinds);
        let ours = ours(&source, Kind::Str);
        assert_eq!(shown(&text, &ours), shown(&text, &theirs), "{name}");
        assert_eq!(ours, theirs, "{name}");
        strings += theirs.len();
    }
    assert!(
        strings >= 1500 && comments >= 10,
        "{strings} strings, {comments} comments"
    );
}

#[test]
fn what_our_readers_take_for_a_request_is_a_call_to_the_grammars() {
    let mut judged = 0;
    for (name, text) in scripts() {
        let language = Language::of(&name, &text).unwrap();
        if !is_whole(language, &text) {
            continue;
        }
        let kinds: &[&str] = match language {
            Language::PowerShell | Language::Shell => &["command"],
            Language::Python => &["call"],
            _ => &["call_expression"],
        };
        let calls = every(language, &text, kinds);
        let source = source::read(language, &text);
        let requests =
            source::with_script(language, &text, &source.tokens, |script| script.requests())
                .unwrap();
        for request in requests {
            assert!(
                calls.contains(&request.range.start),
                "{name}: {}",
                &text[request.range]
            );
            judged += 1;
        }
    }
    assert!(judged >= 300, "{judged}");
}

#[test]
fn what_is_left_is_still_a_script() {
    let mut judged = 0;
    let scopes = ["User.Read".to_owned()];
    for (name, text) in scripts() {
        let found = scan(text.as_bytes(), &name, &HOSTS).unwrap();
        let secrets: Vec<&str> = found
            .findings
            .iter()
            .filter(|f| f.field.is_secret())
            .map(Finding::text)
            .collect();
        let identity = if text.contains(support::PASSWORD) {
            support::identity(&scopes)
        } else {
            sign_in(&secrets)
        };
        let new = found.rewrite(&identity, &(1..=usize::MAX));
        let new = String::from_utf8(new.apply(text.as_bytes()).unwrap().to_vec()).unwrap();
        let language = found.language;
        if is_whole(language, &text) && !secrets.is_empty() {
            assert!(
                is_whole(language, &new),
                "{name}:\n{new}\n{}",
                parse(language, &new).root_node().to_sexp()
            );
            judged += 1;
        }
    }
    assert!(judged >= 200, "{judged}");
    for (language, text) in [
        (Language::PowerShell, "$a = 'b\n"),
        (Language::Shell, "a=\"b\n"),
        (Language::Python, "a = (1\n"),
        (Language::JavaScript, "const a = {;\n"),
    ] {
        assert!(!is_whole(language, text), "the control: {language:?}");
    }
}
