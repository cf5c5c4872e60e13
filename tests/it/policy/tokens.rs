//! The words and signs of a Rust file, for the rules about imports. No comment, no literal and no
//! code for tests is among them. Knows nothing of modules.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// The words and signs of a file: names, `::`, brackets, and every other sign alone.
pub(super) fn tokens(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    read(text.parse().unwrap(), &mut found);
    without_tests(&found)
}

fn read(stream: TokenStream, found: &mut Vec<String>) {
    let mut is_joint = false;
    for token in stream {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Parenthesis | Delimiter::None => ("(", ")"),
                };
                found.push(open.to_owned());
                read(group.stream(), found);
                found.push(close.to_owned());
            }
            TokenTree::Ident(name) => found.push(name.to_string()),
            TokenTree::Punct(sign) => {
                let is_colon = sign.as_char() == ':';
                match found.last_mut() {
                    Some(first) if is_colon && is_joint => first.push(':'),
                    _ => found.push(sign.to_string()),
                }
                is_joint = is_colon && !is_joint && sign.spacing() == Spacing::Joint;
            }
            TokenTree::Literal(_) => {}
        }
    }
}

/// True for the name of an item, and for a word of the language.
pub(super) fn is_name(token: &str) -> bool {
    token.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// What is compiled for tests and fuzzing only.
const FOR_TESTS: [&[&str]; 3] = [
    &["#", "[", "cfg", "(", "test", ")"],
    &["#", "[", "cfg", "(", "all", "(", "test", ","],
    &[
        "#", "[", "cfg", "(", "any", "(", "test", ",", "fuzzing", ")",
    ],
];

/// The tokens without the items for tests.
fn without_tests(tokens: &[String]) -> Vec<String> {
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let begins = |mark: &&[&str]| tokens[at..].iter().take(mark.len()).eq(mark.iter());
        if FOR_TESTS.iter().any(begins) {
            at += item(&tokens[at..]);
        } else {
            kept.push(tokens[at].clone());
            at += 1;
        }
    }
    kept
}

/// How many tokens an item takes, with its attributes: up to its `;`, or to the end of its block.
fn item(tokens: &[String]) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate() {
        match token.as_str() {
            "{" | "(" | "[" => depth += 1,
            "}" if depth <= 1 => return at + depth,
            "}" | ")" | "]" => depth -= 1,
            ";" if depth == 0 => return at + 1,
            _ => {}
        }
    }
    tokens.len()
}

#[test]
fn comments_strings_and_tests_are_no_code() {
    for (text, code) in [
        ("a /* b */ c // d\ne", "a c e"),
        (r#"a("// b", "\"c", b"\\") d"#, "a ( , , ) d"),
        ("a(r#\"b\"c\"#, br\"\\\") d", "a ( , ) d"),
        (r"'\'' '\\' '\u{1F}' '{' '/' 'é' &'a b", "& ' a b"),
        ("r::b 'r: x", "r :: b ' r : x"),
        ("a:&b :: c", "a : & b :: c"),
        ("a #[cfg(test)] mod b; c", "a c"),
        ("#[cfg(test)]\n#[path = \"x.rs\"]\nmod b { d(); } c", "c"),
        ("{ #[cfg(all(test, unix))] a: [u8; 2] } c", "{ } c"),
        ("#[cfg(any(test, fuzzing))] fn a(b: [u8; 2]) { {} } c", "c"),
        (
            "#[cfg(any(windows, test))] a;",
            "# [ cfg ( any ( windows , test ) ) ] a ;",
        ),
    ] {
        assert_eq!(tokens(text).join(" "), code, "{text}");
    }
}
