//! The words and signs of a Rust file, for the rules about imports. No comment, no string and no
//! code for tests is among them. Knows nothing of modules.

/// The words and signs of a file: names, `::`, and every other sign alone.
pub(super) fn tokens(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let skipped = unread(rest);
        let (token, after) = rest.split_at(skipped.unwrap_or_else(|| word_or_sign(rest)));
        if skipped.is_none() && !first.is_whitespace() {
            found.push(token);
        }
        rest = after;
    }
    without_tests(&found)
}

/// True for the name of an item, and for a word of the language.
pub(super) fn is_name(token: &str) -> bool {
    token.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// The bytes of the comment, string or character that begins here.
fn unread(text: &str) -> Option<usize> {
    let until = |from: usize, end: &str| {
        let found = text[from..].find(end);
        found.map_or(text.len(), |at| from + at + end.len())
    };
    let raw = text.strip_prefix('b').unwrap_or(text).strip_prefix('r');
    if let Some(quoted) = raw.map(|raw| raw.trim_start_matches('#'))
        && quoted.starts_with('"')
    {
        let start = text.len() - quoted.len();
        let hashes = text[..start].matches('#').count();
        return Some(until(start + 1, &format!("\"{}", "#".repeat(hashes))));
    }
    let mut chars = text.chars();
    match (chars.next()?, chars.next(), chars.next()) {
        ('/', Some('/'), _) => Some(until(0, "\n")),
        ('/', Some('*'), _) => Some(until(0, "*/")),
        ('"', ..) => Some(string(text)),
        ('\'', Some('\\'), Some(escaped)) => Some(until(2 + escaped.len_utf8(), "'")),
        ('\'', Some(c), Some('\'')) => Some(c.len_utf8() + 2),
        _ => None,
    }
}

/// The bytes of the string that begins here, with both quotes.
fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        if c == '"' && !escaped {
            return at + 1;
        }
        escaped = c == '\\' && !escaped;
    }
    text.len()
}

/// The bytes of the name or sign that begins here.
fn word_or_sign(text: &str) -> usize {
    let sign = text.chars().next().map_or(0, char::len_utf8);
    let name = text.find(|c: char| !c.is_alphanumeric() && c != '_');
    match name.unwrap_or(text.len()) {
        0 if text.starts_with("::") => 2,
        0 => sign,
        name => name,
    }
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
fn without_tests<'a>(tokens: &[&'a str]) -> Vec<&'a str> {
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if FOR_TESTS.iter().any(|mark| tokens[at..].starts_with(mark)) {
            at += item(&tokens[at..]);
        } else {
            kept.push(tokens[at]);
            at += 1;
        }
    }
    kept
}

/// How many tokens an item takes, with its attributes: up to its `;`, or to the end of its block.
fn item(tokens: &[&str]) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate() {
        match *token {
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
        (r#"a("// b", "\"c", b"\\") d"#, "a ( , , b ) d"),
        ("a(r#\"b\"c\"#, br\"\\\") d", "a ( , ) d"),
        (r"'\'' '\\' '\u{1F}' '{' '/' 'é' &'a b", "& ' a b"),
        ("r::b 'r: x", "r :: b ' r : x"),
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
