//! Settings and `set` lines with their values.

use super::*;

fn value(line: &str, found: &Found) -> Option<String> {
    assert_eq!(found.bindings.len(), 1, "{line}");
    match &found.bindings[0].value.meaning {
        Meaning::Text(text) => Some(text.to_string()),
        Meaning::Name(name) => Some(format!("${name}")),
        _ => None,
    }
}

#[test]
fn settings() {
    for (line, expected) in [
        ("A=b", Some("b")),
        ("export A = 'b c'  # d", Some("b c")),
        ("A=\"b # c\"\r\n", Some("b # c")),
        ("A=b c # d", Some("b c")),
        ("A='b\nc'\n", Some("b\nc")),
        ("A=$B", Some("$B")),
        ("A=\"${B}\"", Some("$B")),
        ("A=5$", Some("5$")),
        ("A=b#c", None),
        ("A = b ; c", None),
        ("A=b;c", Some("b;c")),
        ("A=\"b\\nc\"", None),
        ("A=b$C", None),
        ("A='b' 'c'", None),
        ("A=\"b", None),
        ("A=${B:-c}", None),
    ] {
        let found = read(line, 0..line.len(), &Sections::of(line));
        assert_eq!(value(line, &found).as_deref(), expected, "{line}");
    }
    let text = "# A=b\n[section]\n\nplain words\n";
    let found = read(text, 0..30, &Sections::of(text));
    assert!(found.bindings.is_empty());
}

#[test]
fn command_scripts() {
    for (line, expected) in [
        ("set A=b", Some("b")),
        ("@SET \"A=b & c\"", Some("b & c")),
        ("set A=%B%", Some("$b")),
        ("set A=100%%", Some("100%")),
        ("set A=b&c", None),
        ("set A=b ", None),
        ("set /p A=Name: ", None),
    ] {
        let found = read_batch(line, 0..line.len());
        assert_eq!(value(line, &found).as_deref(), expected, "{line}");
    }
    let comments = comments_of_batch("rem set A=b\n:: set A=b\nremark\n", 0..30);
    assert_eq!(comments.list.len(), 2);
}
