//! Values of YAML with their places.

use super::*;

#[test]
fn values_and_their_places() {
    let text = "# é\na:\n  password: &p 'it''s'\n  other: {client_secret: *p, x: \"\\u00e9\"}\nq: 'r' # s\nscope: [b, c]\npw: |\n  d\n  e\nz: 1\n";
    let (found, broken) = read(text, 0..text.len());
    assert_eq!(broken, None);
    let shown: Vec<(&str, &str)> = found
        .bindings
        .iter()
        .map(|b| (b.name.as_str(), &text[b.value.span.clone()]))
        .collect();
    assert_eq!(shown[0].0, "&1");
    assert!(shown.contains(&("password", "'it''s'")), "{shown:?}");
    assert!(shown.contains(&("client_secret", "*p")), "{shown:?}");
    assert!(
        shown.contains(&("scope", "[b, c]")) && shown.contains(&("q", "'r'")),
        "{shown:?}"
    );
    assert!(shown.contains(&("pw", "|\n  d\n  e")), "{shown:?}");
    let scope = found.bindings.iter().find(|b| b.name == "scope").unwrap();
    assert!(matches!(&scope.value.meaning, Meaning::List(t) if t.as_str() == "b c"));
    assert!(read("a: [b", 0..5).1.is_some());
}
