//! The lines that people read.

use super::*;
use entra_codes::{all, lookup};

fn entry(code: u32) -> &'static Entry {
    lookup(code).unwrap_or_else(|| panic!("{code} is missing"))
}

#[test]
fn render_answers_the_five_questions() {
    let lines = render(entry(50126), 50126);
    assert_eq!(
        lines[0].english(),
        "AADSTS50126: user name or password refused"
    );
    for start in [
        "why: ",
        "password: ",
        "who fixes it: the user",
        "repeated by ropc: no",
        "can lock the account: yes",
    ] {
        assert!(
            lines.iter().any(|line| line.english().starts_with(start)),
            "{start}"
        );
    }
    assert!(lines.iter().any(|line| {
        line.english()
            .contains("`ropc login --retry` asks for one more try")
    }));
    assert!(lines.iter().any(|line| line.english().starts_with("  1. ")));
    let range = render(entry(120_003), 120_003);
    assert!(
        range
            .iter()
            .any(|line| line.english() == "range: 120000 to 120021")
    );
    for entry in all() {
        let lines = render(entry, entry.last);
        assert!(lines[2].english().starts_with("  1. "), "{lines:?}");
        assert!(lines.len() >= 9 && lines.iter().all(|line| !line.english().contains('\n')));
    }
    assert!(
        render_unknown(59999)[2]
            .english()
            .ends_with("https://login.microsoftonline.com/error?code=59999")
    );
}
