//! All sentences for people are in `locales/` and not in the code. Runs nothing.

use crate::l10n::sources;
use crate::support::run::error_with_too_many_hints;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::collections::BTreeMap;

/// Files with sentences that stay English, how many, and why.
const ENGLISH_ON_PURPOSE: [(&str, usize, &str); 10] = [
    ("src/cmd/explain.rs", 3, "words looked for in a text"),
    (
        "src/entra/connect.rs",
        3,
        "an error between libraries, and words to find in one",
    ),
    ("src/entra/refusal.rs", 4, "words looked for in an answer"),
    (
        "src/broker/ledger/ids.rs",
        1,
        "kept in the record, and translated when it is shown",
    ),
    ("src/profile/clouds.rs", 1, "names of clouds"),
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
    ("src/serve/words.rs", 9, "answers to other programs"),
    (
        "src/vault/keychain_native.rs",
        5,
        "an error for programmers, and words looked for in one",
    ),
    ("src/text/id.rs", 3, "words of the compiler"),
];

/// English sentences in a source text outside `text!`: literals with three words or more, except
/// commands and attributes.
fn sentences(stream: TokenStream, found: &mut Vec<String>) {
    let tokens: Vec<TokenTree> = stream.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        let before = |back: usize| {
            at.checked_sub(back)
                .and_then(|i| tokens.get(i))
                .map(ToString::to_string)
        };
        match token {
            // `#[...]` and `#![...]`, which include comments.
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
fn no_sentence_is_in_the_code() {
    let mut left = BTreeMap::<String, Vec<String>>::new();
    for (place, code) in sources() {
        let mut found = Vec::new();
        sentences(code, &mut found);
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
        "sentences that only English has: {left:#?}"
    );
    // The control: a sentence is found, a comment and a name are not.
    let mut found = Vec::new();
    let code = "#[doc = \"read by people who program\"] fn f() { g(\"nothing was stored\", \"a b c\", text!(\"x-a\")) }";
    sentences(code.parse().unwrap(), &mut found);
    assert_eq!(found, ["\"nothing was stored\""]);
}

/// Every run of these tests goes through this search.
#[test]
fn the_search_for_errors_with_too_many_hints_finds_one() {
    let hints = |count: usize| {
        let hints = "ropc: hint: `ropc login`\n".repeat(count);
        format!("ropc: note\nropc: error: a\n      more of it\n{hints}ropc: error: b\n")
    };
    assert_eq!(error_with_too_many_hints(&hints(3)), None);
    assert!(error_with_too_many_hints(&hints(4)).is_some_and(|error| error.contains("error: a")));
}
