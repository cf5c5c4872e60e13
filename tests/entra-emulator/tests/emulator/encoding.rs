//! The encoding vectors of the reference: every allowed form of every value arrives byte for byte.

use entra_emulator::{CONTOSO_CLIENT, CONTOSO_USER};

use crate::client::{ask, encode, server};

const VECTORS: [(&str, &[&str]); 9] = [
    ("a+b", &["a%2Bb"]),
    ("a b", &["a+b", "a%20b"]),
    ("100%&more=1", &["100%25%26more%3D1"]),
    ("Päßwörd", &["P%C3%A4%C3%9Fw%C3%B6rd"]),
    ("日本", &["%E6%97%A5%E6%9C%AC"]),
    ("🔑", &["%F0%9F%94%91"]),
    ("\"quoted\"'<x>", &["%22quoted%22%27%3Cx%3E"]),
    ("~-._*", &["%7E-._*", "~-._%2A", "~-._*", "%7e-._%2a"]),
    ("x#y;z/?", &["x%23y%3Bz%2F%3F"]),
];

#[test]
fn passwords_and_secrets_arrive_byte_for_byte() {
    let s = server();
    for (raw, forms) in VECTORS {
        s.set_password(CONTOSO_USER, raw);
        s.set_client_secret(CONTOSO_CLIENT, raw);
        for form in forms {
            let bare = ask().without("password").without("client_secret").form();
            let body = [
                bare,
                format!("&password={form}&client_secret={form}").into_bytes(),
            ]
            .concat();
            assert_eq!(ask().body(&body).send(&s).status, 200, "{raw} as {form}");
            let seen = s.requests().pop().unwrap();
            assert_eq!(seen.field("password"), Some(raw));
            assert_eq!(
                seen.form
                    .iter()
                    .find(|(n, _)| n == "client_secret")
                    .unwrap()
                    .1,
                raw.as_bytes()
            );
            assert_eq!(seen.body, body);
        }
    }
    assert_eq!(s.violations(), Vec::<String>::new());
}

#[test]
fn a_value_encoded_twice_or_not_at_all_fails() {
    let s = server();
    for raw in ["a+b", "a b", "100%&more=1", "Päßwörd"] {
        s.set_password(CONTOSO_USER, raw);
        assert_eq!(
            ask().set("password", &encode(raw)).send(&s).code(),
            50_126,
            "{raw} twice"
        );
        let bare = ask().without("password").form();
        let reply = ask()
            .body(&[bare, format!("&password={raw}").into_bytes()].concat())
            .send(&s);
        assert_ne!(reply.status, 200, "{raw} unencoded");
        s.unlock(CONTOSO_USER);
    }
}

#[test]
fn unicode_forms_are_not_made_equal() {
    let s = server();
    s.set_password(CONTOSO_USER, "caf\u{e9}!");
    assert_eq!(
        ask().set("password", "cafe\u{301}!").send(&s).code(),
        50_126
    );
    assert_eq!(ask().set("password", "caf\u{e9}!").send(&s).status, 200);
}
