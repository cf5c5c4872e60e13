//! PowerShell's grammar (tree-sitter-powershell) judges our reader: the same strings at the same places, and a script that
//! is still one after the edit.

use super::*;
use crate::token::Kind;
use std::ops::Range;
use tree_sitter::{Node, Parser, Tree};

fn parse(text: &str) -> Tree {
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_powershell::LANGUAGE.into()).unwrap();
    parser.parse(text, None).unwrap()
}

fn visit(node: Node<'_>, see: &mut impl FnMut(Node<'_>)) {
    see(node);
    let mut cursor = node.walk();
    for child in node.children(&mut cursor).collect::<Vec<_>>() {
        visit(child, see);
    }
}

/// Every string of the grammar that stands in no other string, without the blanks that a here-string's node takes along.
fn strings(text: &str) -> Vec<Range<usize>> {
    let (tree, mut found) = (parse(text), Vec::<Range<usize>>::new());
    visit(tree.root_node(), &mut |node| {
        if node.kind() == "string_literal" {
            let range = node.byte_range();
            let shown = &text[range.clone()];
            let start = range.start + shown.len() - shown.trim_start().len();
            found.push(start..range.end);
        }
    });
    let all = found.clone();
    found.retain(|s| !all.iter().any(|o| o != s && o.start <= s.start && s.end <= o.end));
    found
}

fn is_whole(text: &str) -> bool {
    !parse(text).root_node().has_error()
}

fn samples() -> Vec<(String, String)> {
    let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/it/import/samples");
    let files = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    let scripts = files.filter(|path| path.extension().is_some_and(|e| e == "ps1" || e == "psd1"));
    let read = |path: std::path::PathBuf| {
        let text = String::from_utf8(std::fs::read(&path).unwrap()).unwrap();
        (path.file_name().unwrap().to_string_lossy().into_owned(), text.trim_start_matches('\u{feff}').to_owned())
    };
    scripts.map(read).collect()
}

#[test]
fn our_reader_and_the_grammar_see_the_same_strings() {
    let (mut compared, mut judged) = (0, 0);
    for (name, text) in samples() {
        if !is_whole(&text) {
            continue;
        }
        judged += 1;
        let ours: Vec<Range<usize>> = powershell::lex::lex(&text, 0..text.len())
            .list
            .into_iter()
            .filter(|t| t.kind == Kind::Str)
            .map(|t| t.span)
            .collect();
        let theirs = strings(&text);
        let shown = |ranges: &[Range<usize>]| ranges.iter().map(|r| text[r.clone()].to_owned()).collect::<Vec<_>>();
        assert_eq!(shown(&ours), shown(&theirs), "{name}");
        assert_eq!(ours, theirs, "{name}");
        compared += ours.len();
    }
    assert!(judged >= 20 && compared >= 100, "{judged} scripts with {compared} strings");
}

#[test]
fn what_is_left_is_still_a_script() {
    let mut judged = 0;
    for (name, text) in samples() {
        let found = scan(text.as_bytes(), &name, &HOSTS).unwrap();
        let secrets: Vec<&str> = found.findings.iter().filter(|f| f.field.is_secret()).map(Finding::text).collect();
        let new = found.rewrite(&sign_in(&secrets), &(1..=usize::MAX));
        let new = String::from_utf8(new.apply(text.as_bytes()).unwrap().to_vec()).unwrap();
        if is_whole(&text) && !secrets.is_empty() {
            assert!(is_whole(&new), "{name}:\n{new}\n{}", parse(&new).root_node().to_sexp());
            judged += 1;
        }
    }
    assert!(judged >= 18, "{judged}");
    assert!(!is_whole("$a = 'b\n"), "the control");
}
