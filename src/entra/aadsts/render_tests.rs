//! The lines that people read, and the placeholders in them.

use super::*;

fn entry(code: u32) -> &'static Entry {
    lookup(code).unwrap_or_else(|| panic!("{code} is missing"))
}

#[test]
fn render_answers_the_five_questions() {
    let lines = render(entry(50126), 50126);
    assert_eq!(lines[0], "AADSTS50126: user name or password refused");
    for start in ["why: ", "password: ", "who fixes it: the user", "repeated by ropc: no", "can lock the account: yes"]
    {
        assert!(lines.iter().any(|line| line.starts_with(start)), "{start}");
    }
    assert!(lines.iter().any(|line| line.contains("`ropc login --retry` asks for one more try")));
    assert!(lines.iter().any(|line| line.starts_with("  1. ")));
    assert_eq!(render(entry(120_003), 120_003)[1], "range: 120000 to 120021");
    for entry in all() {
        let lines = render(entry, entry.last);
        assert!(lines.len() >= 9 && lines.iter().all(|line| !line.contains('\n')));
    }
    assert!(render_unknown(59999)[3].ends_with("https://login.microsoftonline.com/error?code=59999"));
}

#[test]
fn fill_puts_the_profile_in_and_leaves_the_rest() {
    let facts = Facts {
        host: Some("login.microsoftonline.com"),
        tenant: Some("contoso.example"),
        client_id: None,
        scope: Some("https://graph.microsoft.com/.default openid&x"),
    };
    let line =
        "https://{host}/{tenant}/v2.0/adminconsent?client_id={client_id}&scope={scope}&redirect_uri={redirect_uri}";
    assert_eq!(
        fill(line, &facts),
        "https://login.microsoftonline.com/contoso.example/v2.0/adminconsent?client_id={client_id}\
         &scope=https://graph.microsoft.com/.default%20openid%26x&redirect_uri={redirect_uri}"
    );
    for odd in ["", "{", "}", "{host", "a { b } c", "{{host}}", "{}"] {
        let filled = fill(odd, &Facts::default());
        assert_eq!(filled, odd);
    }
    // A value is never read as a template again.
    let nested = Facts { host: Some("{tenant}"), tenant: Some("t"), ..Facts::default() };
    assert_eq!(fill("{host} {tenant}", &nested), "%7Btenant%7D t");
}
