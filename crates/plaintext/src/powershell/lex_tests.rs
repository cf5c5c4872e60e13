//! PowerShell's strings, comments and names as the reader sees them.

use super::*;

fn lex(text: &str) -> Tokens {
    super::lex(text, 0..text.len())
}

fn strings(text: &str) -> Vec<Option<String>> {
    let strings = lex(text).list.into_iter().filter(|t| t.kind == Kind::Str);
    strings
        .map(|t| t.literal().map(|text| text.to_string()))
        .collect()
}

#[test]
fn strings_mean_what_powershell_reads() {
    for (text, value) in [
        ("'it''s'", "it's"),
        ("\"a`\"b`$c``d\"", "a\"b$c`d"),
        ("\"say \"\"hi\"\"\"", "say \"hi\""),
        ("\u{201c}curly\u{201d}", "curly"),
        ("'100% & #no'", "100% & #no"),
        ("@'\n'quoted' $x\r\n'@", "'quoted' $x"),
        ("@\"\na `\"b`\"\n\"@", "a \"b\""),
        ("\"costs 5$\"", "costs 5$"),
        ("''", ""),
    ] {
        assert_eq!(strings(text), [Some(value.to_owned())], "{text}");
    }
    for text in [
        "\"a$b\"",
        "\"a$(Get-Date)\"",
        "\"$env:X\"",
        "\"`u{41}\"",
        "@\"\n$x\n\"@",
    ] {
        assert_eq!(strings(text), [None], "{text}");
    }
}

#[test]
fn comments_are_not_names() {
    let list = lex("# a 'b\n$x='c' # d\n<# e\n'f' #> ${g h} $script:Pw @splat a#b").list;
    let kinds: Vec<Kind> = list.iter().map(|t| t.kind).collect();
    let comment = kinds.iter().filter(|k| **k == Kind::Comment).count();
    assert_eq!(comment, 3, "{list:?}");
    let names: Vec<&str> = list.iter().filter_map(Token::name).collect();
    assert_eq!(names, ["x", "g h", "pw", "splat"]);
    assert_eq!(strings("# 'a'\n'b'"), [Some("b".to_owned())]);
}

#[test]
fn names_inside_of_strings_count_as_used() {
    let token = &lex("\"Bearer $($r.access_token) $b $(f \"x $c\" 'y)')\"").list[0];
    assert_eq!(token.uses().collect::<Vec<_>>(), ["r", "b", "c"]);
}

#[test]
fn what_never_ends_is_noticed() {
    for text in ["'a", "\"a", "<# a", "@'\na'@", "\"$(a", "\"$('"] {
        assert!(lex(text).broken.is_some(), "{text}");
    }
    let deep = "\"$(".repeat(5000);
    assert!(lex(&deep).broken.is_some());
    assert!(lex("'a' \"b\" @'\nc\n'@ <# d #>").broken.is_none());
}
