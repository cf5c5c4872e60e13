//! Strings and comments as Python and JavaScript read them.

use super::*;

fn strings(text: &str, dialect: Dialect) -> Vec<Option<String>> {
    let list = lex(text, 0..text.len(), dialect)
        .list
        .into_iter()
        .filter(|t| t.kind == Kind::Str);
    list.map(|t| t.literal().map(|text| text.to_string()))
        .collect()
}

#[test]
fn strings_mean_what_their_language_reads() {
    for (text, value) in [
        ("'a\\'b\\\\'", Some("a'b\\")),
        ("r'a\\n'", Some("a\\n")),
        ("\"\"\"a\n\"b\" \"\"\"", Some("a\n\"b\" ")),
        ("'\\x41\\u00e9\\q'", Some("Aé\\q")),
        ("f'{{a'", Some("{a")),
        ("f'{a}'", None),
        ("'\\N{DASH}'", None),
    ] {
        assert_eq!(
            strings(text, Dialect::Python),
            [value.map(str::to_owned)],
            "{text}"
        );
    }
    for (text, value) in [
        ("\"a\\u0026\\\"\\/\"", Some("a&\"/")),
        ("'\\ud834\\udd1e\\q'", Some("𝄞q")),
        ("`a\nb`", Some("a\nb")),
        ("`a${b}`", None),
        ("'\\ud834'", None),
    ] {
        assert_eq!(
            strings(text, Dialect::JavaScript),
            [value.map(str::to_owned)],
            "{text}"
        );
    }
}

#[test]
fn comments_and_expressions_hide_no_string() {
    assert_eq!(
        strings("# 'a'\n'b' # \"c\"", Dialect::Python),
        [Some("b".to_owned())]
    );
    let text = "/* 'a' */ x = /[/'\"]+/g; y = z / 2; 'b' // 'c'";
    assert_eq!(strings(text, Dialect::JavaScript), [Some("b".to_owned())]);
    for (text, dialect) in [
        ("'a", Dialect::Python),
        ("'a\nb'", Dialect::JavaScript),
        ("`a", Dialect::JavaScript),
    ] {
        assert!(lex(text, 0..text.len(), dialect).broken.is_some(), "{text}");
    }
}
