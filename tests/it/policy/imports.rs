//! Who may import what: libraries that one module keeps, and the table of the modules of `src`. The
//! files inside of a crate are in `circles`.

use super::modules::{Files, Modules, made_up, read_files, start};
use super::{only_in, sources};
use std::collections::BTreeMap;

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

/// What each module of the program imports. `cmd` has no row: it may import all of them.
const TABLE: &str = "
    assertion   -> entra environment os profile program secret
    broker      -> assertion entra environment fault format os profile seal secret
    broker      -> ui vault world
    certificate -> secret
    cli         -> clock profile text ui
    clock       -> os
    echo        ->
    entra       -> os secret visible
    environment ->
    error       -> text
    exec        -> broker environment os profile secret shell
    fault       -> os
    format      ->
    os          -> environment fault shell
    profile     -> clock format os secret visible
    program     -> environment os
    prompt      -> error text
    seal        -> secret
    secret      -> echo
    sentences   -> assertion broker certificate clock entra error exec format os profile
    sentences   -> program prompt secret text vault
    serve       -> broker clock error os profile secret text ui
    shell       -> environment
    text        -> clock os visible
    ui          -> error os text visible
    vault       -> certificate environment format os profile program prompt seal secret text
    visible     ->
    world       -> assertion clock entra environment prompt ui vault
";

/// The rows of the table: a module, and a module that it imports.
fn table() -> Vec<(&'static str, &'static str)> {
    let rows = TABLE.lines().filter_map(|line| line.split_once("->"));
    rows.flat_map(|(module, others)| {
        others
            .split_whitespace()
            .map(|other| (module.trim(), other))
    })
    .collect()
}

/// Which module imports which, as `serve -> broker`, with a file and the path in it. `files` are
/// those of `src`.
fn imports(files: &Files) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for (name, module) in &Modules::read(files, "src/lib.rs").0 {
        // `crate` itself declares the modules.
        let Some(own) = name.split("::").nth(1) else {
            continue;
        };
        for path in &module.paths {
            let (from, rest) = start(name, path);
            let imported = from.split("::").nth(1).or(rest.first().copied());
            if rest.len() < path.len()
                && let Some(other) = imported.filter(|other| *other != own)
            {
                let place = format!("{}, by `{}`", module.file, path.join("::"));
                found.entry(format!("{own} -> {other}")).or_insert(place);
            }
        }
    }
    found
}

#[test]
fn each_module_imports_what_the_table_says() {
    let mut found = imports(&read_files(sources("src")));
    assert!(
        found.remove("cmd -> sentences").is_some(),
        "the control: imports are seen"
    );
    found.retain(|import, _| !import.starts_with("cmd -> "));
    let mut unused = Vec::new();
    for (module, other) in table() {
        let import = format!("{module} -> {other}");
        if found.remove(&import).is_none() {
            unused.push(import);
        }
    }
    assert!(found.is_empty(), "these are not in the table: {found:#?}");
    assert!(
        unused.is_empty(),
        "remove these from the table: {unused:#?}"
    );
}

/// The table may change. What `docs/development/architecture.md` says of it may not.
#[test]
fn the_table_keeps_to_the_architecture() {
    let leaves = "clock environment error os prompt seal secret text visible";
    let above = "assertion broker certificate entra exec profile program serve ui vault world";
    let has = |list: &str, module| list.split(' ').any(|name| name == module);
    for (module, other) in table() {
        let import = format!("{module} -> {other}");
        let both = |one, two| has(one, module) && has(two, other);
        assert!(!has("cli cmd sentences", other), "only `cmd` may: {import}");
        assert!(!both("vault entra", "vault entra"), "strangers: {import}");
        assert!(!both("exec serve", "vault entra"), "tokens only: {import}");
        assert!(!both(leaves, above), "a leaf: {import}");
        assert!(
            !both("text", "error ui"),
            "both are made of texts: {import}"
        );
    }
}

#[test]
fn an_import_is_found_in_every_spelling() {
    // In the file of a module, and in its folder.
    let imports_with = |file: &str, deep: &str| {
        imports(&made_up(&[
            ("src/lib.rs", "mod os; mod sentences; mod serve;"),
            ("src/os.rs", ""),
            ("src/sentences.rs", ""),
            ("src/serve.rs", &format!("mod deep;\n{file}")),
            ("src/serve/deep.rs", deep),
        ]))
    };
    for line in [
        "use crate::sentences;",
        "use crate::sentences::explain;",
        "use crate::{os, sentences};",
        "use crate::{\n    os,\n    sentences,\n};",
        "use crate::{os::x, sentences::y};",
        "use crate::{os::{self, x}, sentences as words};",
        "pub(crate) use crate::sentences::explain;",
        "let words = crate::sentences::secrets_shape();",
        "fn words() -> Vec<crate::sentences::Words> {}",
    ] {
        let place = &imports_with(line, "")["serve -> sentences"];
        assert!(place.starts_with("src/serve.rs, by"), "{line}: {place}");
        let place = &imports_with("", line)["serve -> sentences"];
        assert!(
            place.starts_with("src/serve/deep.rs, by"),
            "{line}: {place}"
        );
    }
    let found = imports_with("use super::sentences;", "use super::super::os::x;");
    assert_eq!(
        found["serve -> sentences"],
        "src/serve.rs, by `super::sentences`"
    );
    assert_eq!(
        found["serve -> os"],
        "src/serve/deep.rs, by `super::super::os::x`"
    );
    for line in [
        "// use crate::sentences;",
        "const TEXT: &str = \"crate::sentences\";",
        "#[cfg(test)] mod tests { use crate::sentences::explain; }",
        "use self::deep::x; use sentences::y;",
    ] {
        assert!(imports_with(line, "").is_empty(), "{line}");
    }
}
