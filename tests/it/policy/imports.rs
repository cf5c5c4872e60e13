//! Who may import what: libraries that one module keeps, and modules that do not know each other.

use super::{is_for_tests, only_in, production, sources};

#[test]
fn only_vault_imports_the_keyring_crates() {
    only_in("keyring::", &["src/vault/"]);
    for library in ["keyring_core::", "secret_service::"] {
        only_in(library, &["src/vault/", "crates/secret-service/"]);
    }
}

#[test]
fn only_entra_imports_the_http_library() {
    only_in("hyper::client", &["src/entra/"]);
    for library in ["reqwest::", "tokio_rustls::"] {
        only_in(library, &["src/entra/"]);
    }
}

/// A run with a cached token parses no table of codes: none of its modules uses it.
#[test]
fn only_refusals_and_explain_use_the_table_of_codes() {
    let refusals =
        ["breaker", "fuzzing", "ledger", "retry"].map(|file| format!("src/broker/{file}"));
    let allowed: Vec<&str> = refusals
        .iter()
        .map(String::as_str)
        .chain([
            "src/entra/",
            "src/sentences/entra/",
            "src/sentences/explain",
            "src/cmd/explain.rs",
            "crates/entra-codes/",
        ])
        .collect();
    only_in("entra_codes::", &allowed);
}

/// The code of a module of the program without its tests.
fn code(module: &str) -> Vec<(String, String)> {
    sources(&format!("src/{module}"))
        .into_iter()
        .filter(|(name, _)| !is_for_tests(name))
        .map(|(name, text)| (name, production(&text)))
        .collect()
}

/// Where a file imports one of these modules of the program.
fn imports(files: &[(String, String)], modules: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for (name, text) in files {
        for (at, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            let mut named = code.split("crate::").skip(1).flat_map(|path| {
                let until = if path.starts_with('{') { "}" } else { ":;" };
                let path = path.split(|c| until.contains(c)).next();
                path.unwrap_or_default().split(['{', ',', ' '])
            });
            if named.any(|module| modules.contains(&module)) {
                found.push(format!("{name}:{}", at + 1));
            }
        }
    }
    found
}

/// `error` and `ui` are made of texts, so a text knows no module that reports something.
#[test]
fn the_text_system_imports_no_module_that_has_sentences() {
    let above = [
        "broker",
        "cli",
        "cmd",
        "entra",
        "error",
        "exec",
        "profile",
        "sentences",
        "serve",
        "ui",
        "vault",
        "world",
    ];
    assert_eq!(imports(&code("text"), &above), Vec::<String>::new());
    assert!(
        imports(&code("sentences"), &above).len() > 20,
        "the control: imports are seen"
    );
}

/// They report enums, which have their words as `From` and as methods.
#[test]
fn no_module_below_cmd_imports_the_sentences() {
    for module in ["broker", "entra", "exec", "profile", "serve", "ui", "vault"] {
        let found = imports(&code(module), &["cli", "cmd", "sentences"]);
        assert_eq!(found, Vec::<String>::new(), "{module}");
    }
    assert!(
        !imports(&code("cmd"), &["sentences"]).is_empty(),
        "the control: `cmd` imports them"
    );
    let breach = |line: &str| vec![("src/serve/x.rs".to_owned(), format!("//! x\n{line}\n"))];
    for line in [
        "use crate::sentences::explain;",
        "use crate::sentences;",
        "use crate::{os, sentences};",
        "let words = crate::sentences::secrets_shape();",
    ] {
        assert_eq!(
            imports(&breach(line), &["sentences"]),
            ["src/serve/x.rs:2"],
            "{line}"
        );
    }
}
