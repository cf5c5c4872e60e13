//! Words and here-documents as the shell reads them.

use super::*;

use crate::shell::read::read;

fn values(text: &str) -> Vec<(String, Option<String>)> {
    let tokens = lex(text, 0..text.len());
    read(&tokens.list, text)
        .bindings
        .into_iter()
        .map(|b| (b.name, b.value.meaning.shown()))
        .collect()
}

#[test]
fn words_mean_what_the_shell_reads() {
    for (text, value) in [
        ("A=b", Some("b")),
        ("export A='b c'", Some("b c")),
        ("A=\"b \\\"c\\\" \\$d \\n\"", Some("b \"c\" $d \\n")),
        ("A=b\\ c'd'\"e\"", Some("b cde")),
        ("A=$B", Some("$B")),
        ("A=\"$(cat x)\"", None),
        ("A=`cat x`", None),
        ("A=${B:-c}", None),
        ("A=$'b'", None),
        ("A=b$C", None),
    ] {
        let found = values(text);
        assert_eq!(found.first().map(|f| f.1.as_deref()), Some(value), "{text}");
    }
    assert!(values("echo A=b").is_empty() && values("# A=b").is_empty());
    assert_eq!(values("T=$(A=b curl x)").len(), 2);
}

#[test]
fn documents_are_one_text() {
    let text = "cat <<'E'\nit's\nE\nA='b'\n";
    let tokens = lex(text, 0..text.len());
    assert!(tokens.broken.is_none());
    assert!(
        tokens
            .list
            .iter()
            .any(|t| t.kind == Kind::Str && t.literal().is_some_and(|l| *l == *"it's\n"))
    );
    let text = "jq . <<<\"$R\"\nA='b'\n";
    assert!(
        lex(text, 0..text.len()).broken.is_none(),
        "a here-string is one word"
    );
    for text in ["A='b", "A=\"b", "A=$(b", "cat <<E\nx"] {
        assert!(lex(text, 0..text.len()).broken.is_some(), "{text}");
    }
}
