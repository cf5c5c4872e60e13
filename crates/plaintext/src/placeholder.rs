//! Texts that stand where a value will be, and are none.

/// `<your secret>`, `${VAR}`, `%VAR%`, `{{ var }}`, `***`, and what `printf` and its like fill in.
pub(crate) fn is_placeholder(text: &str) -> bool {
    let text = text.trim();
    let wrapped = [
        ("<", ">"),
        ("${", "}"),
        ("$(", ")"),
        ("{", "}"),
        ("%", "%"),
        ("#{", "}"),
        ("[", "]"),
    ]
    .iter()
    .any(|(open, close)| {
        text.len() > open.len() && text.starts_with(open) && text.ends_with(close)
    });
    // In single quotes a line end is written out.
    let bare = text
        .trim_end_matches("\\n")
        .trim_end_matches(['\'', '"'])
        .trim_start_matches(['\'', '"']);
    wrapped
        || text.starts_with("@Microsoft.KeyVault(")
        || ["%s", "%d", "%v", "%q", "%r"].contains(&bare)
        || bare
            .chars()
            .all(|c| matches!(c, '*' | 'x' | 'X' | '.' | '?'))
}

#[cfg(test)]
mod tests {
    use super::is_placeholder;

    #[test]
    fn placeholders_and_values() {
        for text in [
            "<secret>", "${PW}", "{0}", "{{ pw }}", "{}", "%PW%", "***", "xxxx", "%s", "%s\\n",
            "'%s'", "",
        ] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in ["a", "a%s", "{a}b", "made-up", "5$", "%", "x1"] {
            assert!(!is_placeholder(text), "{text}");
        }
    }
}
