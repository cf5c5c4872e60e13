//! Bad input of every kind, as tables: what a person typed, piped, edited or damaged, with the exit
//! code, the message and the next step. And always: no stored file changes, no request, no panic.

mod in_place;
mod store;

use crate::support::{Run, Sandbox};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

const GUID: &str = "3b9c6f0e-6a1d-4f57-8d6b-b1f1c3f2e901";

fn ready() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.login(&["--no-verify"]).expect(0);
    sandbox
}

/// Every stored file with its content, without empty lock files.
fn kept(sandbox: &Sandbox) -> Vec<(PathBuf, Vec<u8>)> {
    let is_lock = |path: &Path, content: &[u8]| {
        content.is_empty() && path.extension().is_some_and(|e| e == "lock")
    };
    sandbox
        .snapshot()
        .into_iter()
        .filter(|(path, content)| !is_lock(path, content))
        .collect()
}

/// Runs and checks everything that holds for every bad input.
#[track_caller]
fn refused(sandbox: &Sandbox, args: &[&str], input: &[u8], code: i32, message: &str, hint: &str) {
    let before = kept(sandbox);
    let run = if input.is_empty() {
        sandbox.run(args)
    } else {
        sandbox.run_with_input(args, input)
    };
    check(run, args, code, message, hint);
    assert!(
        kept(sandbox) == before,
        "`ropc {}` changed a stored file",
        args.join(" ")
    );
    assert_eq!(
        sandbox.emulator.connections(),
        0,
        "`ropc {}` sent something",
        args.join(" ")
    );
}

#[track_caller]
fn check(run: Run, args: &[&str], code: i32, message: &str, hint: &str) {
    let shown = format!("`ropc {}`:\n{}{}", args.join(" "), run.stdout, run.stderr);
    assert_eq!(run.code, Some(code), "{shown}");
    let (errors, hints): (Vec<&str>, Vec<&str>) = run
        .stderr
        .lines()
        .partition(|l| !l.starts_with("ropc: hint: "));
    let error = errors.join(" ");
    assert!(
        error.contains("ropc: error: ") && error.contains(message),
        "no `{message}` in the error of {shown}"
    );
    // clap's errors have their tips inside the error.
    let steps = if hints.is_empty() { errors } else { hints };
    assert!(
        steps.iter().any(|l| l.contains(hint)),
        "no `{hint}` in the hints of {shown}"
    );
    let panicked = ["panicked", "unwrap", "os error", "RUST_BACKTRACE"];
    assert!(panicked.iter().all(|word| !shown.contains(word)), "{shown}");
    assert_eq!(run.stdout, "", "stdout is for data");
}

#[test]
#[rustfmt::skip]
fn the_error_names_a_wrong_flag() {
    let sandbox = ready();
    std::fs::write(sandbox.root().join("no.pem"), "not a certificate").unwrap();
    let long = "x".repeat(65);
    let two_resources = "https://graph.microsoft.com/.default https://vault.azure.net/.default";
    let login = ["login", "--yes", "--secrets-stdin"];
    let rows: &[(&[&str], i32, &str, &str)] = &[
        (&["--tenant", "common"], 3, "AADSTS9001023", "--tenant"),
        (&["--tenant", "contoso"], 3, "neither a tenant id nor a domain", "contoso.onmicrosoft.com"),
        (&["--tenant", "7f1d3c52-0b7e-4a43-9a1c-2f6d54f0aa1"], 3, "neither a tenant id nor", "missing or doubled character"),
        (&["--tenant", ""], 3, "neither a tenant id nor a domain", "GUID"),
        (&["--tenant", "a\u{1b}[31mb.example"], 3, "neither a tenant id nor a domain", "GUID"),
        (&["--client-id", "my-app"], 3, "is not an application (client) id", "App registrations"),
        (&["--username", "svc-report"], 3, "is not a sign-in name", "user principal name"),
        (&["--username", "svc report@contoso.example"], 3, "is not a sign-in name", "--username"),
        (&["--authority", "http://login.contoso.example"], 3, "the authority must be https", "https://login.contoso.example"),
        (&["--authority", "https://login.contoso.example/tenant"], 3, "more than a host and a port", "https://login.contoso.example"),
        (&["--authority", "https://me:hunter2@login.contoso.example"], 3, "no user name and no password", "https://login.contoso.example"),
        (&["--authority", "https://login.micrsoftonline.com"], 3, "looks like `login.microsoftonline.com`", "--cloud"),
        (&["--authority", "https://login.windows.net"], 3, "is an old name of", "`--cloud global`"),
        (&["--authority", ""], 3, "is not an authority", "--authority https://"),
        (&["--cloud", "usgv"], 3, "there is no cloud `usgv`", "did you mean `usgov`?"),
        (&["--cloud", "mars"], 3, "there is no cloud `mars`", "clouds: global, usgov"),
        (&["--cloud", "usgov", "--authority", "https://x.example"], 2, "cannot be used with", "--help"),
        (&["--scope", "User.Read offline_access"], 3, "ropc keeps none", "leave it out"),
        (&["--scope", two_resources], 3, "one token serves one resource", "--scope"),
        (&["--scope", "https://graph.microsoft.com/.default User.Read"], 3, "AADSTS70011", "either"),
        (&["--scope", "\"User.Read\""], 3, "is not a scope", "without quotation marks"),
        (&["--scope", ""], 3, "no scope names a resource", ".default"),
        (&["--ca-file", "nowhere.pem"], 3, "it does not exist", "PEM file"),
        (&["--ca-file", "no.pem"], 3, "it holds no certificate", "CERTIFICATE"),
        (&["--ca-file", "home"], 3, "it is a directory", "PEM file"),
        (&["--store", "keyring"], 2, "invalid value 'keyring'", "possible values: os, file"),
        (&["--store", "os", "--key-source", "key-file"], 2, "goes with `--store file` only", "--store file"),
        (&["--public-client", "--client-secret-file", "x"], 2, "cannot be used with", "--help"),
        (&["--password-file", "x"], 2, "cannot be used with", "--help"),
        (&["-p", "../escape"], 3, "cannot be the name of a profile", "letters, digits"),
        (&["-p", ""], 3, "cannot be the name of a profile", "letters, digits"),
        (&["-p", &long], 3, "cannot be the name of a profile", "1 to 64"),
        (&["-p", "con"], 3, "cannot be the name of a profile", "letters, digits"),
        (&["--timeout", "0"], 2, "it must be between 1s and 24h", "--help"),
        (&["--timeout", "soon"], 2, "write it as in 90s, 5m or 1h30m", "--help"),
        (&["--color", "pink"], 2, "invalid value 'pink'", "auto"),
    ];
    for (flags, code, message, hint) in rows {
        refused(&sandbox, &[&login, *flags].concat(), &sandbox.secrets_json(), *code, message, hint);
    }
    let run = sandbox.run(&["login", "--yes", "--authority", "https://me:hunter2@login.contoso.example"]);
    assert!(!run.stderr.contains("hunter2"), "{}", run.stderr);
}

#[test]
#[rustfmt::skip]
fn the_error_names_a_wrong_verb_or_its_flag() {
    let sandbox = ready();
    let rows: &[(&[&str], i32, &str, &str)] = &[
        (&["logn"], 2, "unrecognized subcommand 'logn'", "login"),
        (&["exec", "sh"], 2, "unexpected argument 'sh'", "put the command after `--`"),
        (&["exec", "--"], 2, "were not provided", "put the command after `--`"),
        (&["-p", "x", "status"], 2, "unexpected argument '-p'", "`ropc status -p NAME`"),
        (&["--profile=x", "status"], 2, "unexpected argument '--profile'", "`ropc status -p NAME`"),
        (&["exec", "--min-ttl", "2d", "--", "true"], 2, "between 1s and 24h", "--help"),
        (&["exec", "--env", "A B", "--", "true"], 2, "cannot be the name of a variable", "letters, digits"),
        (&["exec", "--env", "azure_password", "--", "true"], 2, "is not allowed", "GRAPH_ACCESS_TOKEN"),
        (&["exec", "--env", "T", "--token-file", "T", "--", "true"], 2, "T is named twice", "a variable of its own"),
        (&["exec", "-p", "defualt", "--", "true"], 125, "configuration: there is no profile", "did you mean `-p default`?"),
        (&["token", "--output", "xml"], 2, "invalid value 'xml'", "possible values: text, json, header"),
        (&["token", "--scope", "openid"], 3, "no scope names a resource", ".default"),
        (&["token", "-p", "nobody"], 3, "there is no profile `nobody`", "`ropc login -p nobody`"),
        (&["token", "-p", "nobody"], 3, "the profiles here: default", "`ropc login -p nobody`"),
        (&["status", "-p", "nobody"], 3, "/.config/ropc/profiles", "`ropc login -p nobody`"),
        (&["logout"], 2, "ropc cannot prompt", "--yes"),
        (&["logout", "-p", "nobody", "--yes"], 3, "there is no profile `nobody`", "ropc login"),
        (&["logout", "--all", "-p", "default"], 2, "cannot be used with", "--help"),
        (&["explain", "nothing", "of", "note"], 2, "there is no AADSTS code", "ropc explain 50126"),
        (&["generate", "completions", "tcsh"], 2, "invalid value 'tcsh'", "bash"),
        (&["generate", "man", "no-such-dir"], 2, "no-such-dir is not a directory", "mkdir"),
    ];
    for (args, code, message, hint) in rows {
        refused(&sandbox, args, b"", *code, message, hint);
    }
}

#[test]
#[rustfmt::skip]
fn wrong_input_on_the_pipe_is_reported_and_never_quoted() {
    let sandbox = ready();
    let long = format!("{{\"password\":\"{}\",\"client_secret\":\"y\"}}", "x".repeat(70_000));
    let utf16: Vec<u8> = "\u{feff}{\"password\":\"quoted-in-error\"}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let rows: &[(&[u8], &str)] = &[
        (b"{", "the input ends too early"),
        (b"{\"password\":\"quoted-in-error\"", "the input ends too early"),
        (b"quoted-in-error", "the input is not JSON"),
        (b"{'password':'quoted-in-error'}", "the input is not JSON"),
        (b"{\"password\":\"quoted-in-error\n\"}", "the input is not JSON"),
        (b"\xef\xbb\xbf{\"password\":\"quoted-in-error\"}", "byte-order mark"),
        (&utf16, "byte-order mark"),
        (b"{\"password\":\"x\",\"client_secret\":\"y\",\"quoted-in-error\":1}", "another key"),
        (b"{\"password\":\"quoted-in-error\",\"password\":\"y\",\"client_secret\":\"y\"}", "a key twice"),
        (b"{\"password\":7000001,\"client_secret\":\"quoted-in-error\"}", "a value that is not a text"),
        (b"[\"quoted-in-error\"]", "the input is a JSON array"),
        (b"{\"client_secret\":\"quoted-in-error\"}", "the password is missing"),
        (b"{\"password\":\"quoted-in-error\"}", "the client secret is missing"),
        (b"{\"password\":\"quoted-in-error\",\"client_secret\":\"\"}", "the client secret is missing"),
        (b"{\"password\":\"\",\"client_secret\":\"quoted-in-error\"}", "the password is empty"),
        (b"{} trailing quoted-in-error", "the input is not JSON"),
        (b"\xff\xfequoted-in-error", "byte-order mark"),
        (b"{\"password\":\"\xffquoted-in-error\"}", "the input is not JSON"),
        (long.as_bytes(), "it is longer than 64 KiB"),
    ];
    sandbox.watch("input", "quoted-in-error");
    for (input, message) in rows {
        let hint = if message.contains("password is empty") { "ropc login" } else { "{\"client_secret\": \"...\", \"password\": \"...\"}" };
        refused(&sandbox, &["login", "--yes", "--secrets-stdin"], input, 2, message, hint);
    }
    refused(&sandbox, &["login", "--yes", "--secrets-stdin"], b"", 2, "the input ends too early", "one JSON object");
    let too_long = crate::support::secrets_json(&"s".repeat(2800), &"p".repeat(200));
    refused(&sandbox, &["login", "--yes", "--secrets-stdin", "--no-verify"], &too_long, 5, "a keychain takes 2560", "shorten");
    let too_long = crate::support::secrets_json("good~secret", &"p".repeat(257));
    refused(&sandbox, &["login", "--yes", "--secrets-stdin"], &too_long, 2, "more than 256 characters", "at a terminal asks");
}

#[test]
#[rustfmt::skip]
fn the_error_names_a_wrong_secret_file() {
    let sandbox = ready();
    let file = |name: &str, content: &[u8]| std::fs::write(sandbox.root().join(name), content).unwrap();
    file("good", b"quoted-in-error");
    file("empty", b"");
    file("newline", b"\n");
    file("latin1", b"p\xe4ssword");
    file("bom", b"\xef\xbb\xbfquoted-in-error");
    file("long", &vec![b'x'; 70_000]);
    sandbox.watch("input", "quoted-in-error");
    let rows: &[(&str, &str, &str, &str)] = &[
        ("nowhere", "good", "`--password-file nowhere` cannot be read: it does not exist", ""),
        ("home", "good", "`--password-file home` cannot be read: it is a directory", ""),
        ("empty", "good", "the password is empty", "ropc login"),
        ("newline", "good", "the password is empty", "ropc login"),
        ("latin1", "good", "it is not UTF-8 text", "save it as UTF-8"),
        ("bom", "good", "byte-order mark", "save it as UTF-8"),
        ("long", "good", "it is longer than 64 KiB", ""),
        ("good", "empty", "the client secret is empty", "--public-client"),
        ("good", "nowhere", "`--client-secret-file nowhere` cannot be read", ""),
        ("-", "-", "standard input can give one secret, not two", "--secrets-stdin"),
    ];
    for (password, secret, message, hint) in rows {
        let args = ["login", "--yes", "--password-file", password, "--client-secret-file", secret];
        refused(&sandbox, &args, b"", 2, message, hint);
    }
}

#[test]
#[rustfmt::skip]
fn the_error_names_a_damaged_profile_file_and_its_line() {
    let rows: &[(fn(String) -> String, &str, &str)] = &[
        (|t| t.replace("client_id", "clientid"), "`clientid` is not a key of a profile", "did you mean `client_id`?"),
        (|t| format!("{t}password = \"hunter2\"\n"), "`password` is not a key", "this file never holds secrets"),
        (|t| t.replace("version = 1", "version = 2"), "ropc does not know version 2 of the profile format", "update ropc"),
        (|t| t.replace("version = 1", ""), "the key `version` is missing", "ropc login"),
        (|t| without(&t, "tenant"), "the key `tenant` is missing", "ropc login"),
        (|t| without(&t, "generation"), "the key `generation` is missing", "ropc login"),
        (|t| without(&t, "authority"), "the key `cloud` is missing", "ropc login"),
        (|t| t.replace("tenant = ", "tenant "), "line ", "fix the line"),
        (|t| format!("{t}\u{1}"), "line ", "fix the line"),
        (|t| format!("{t}tenant = \"contoso.example\"\n"), "duplicate key", "fix the line"),
        (|t| t.replace("scopes = [", "scopes = \"User.Read\" #"), "`scopes` must be a list of texts", "fix the line"),
        (|t| t.replace("store = \"file\"", "store = \"fil\""), "`store = \"fil\"` is not known", "os, file"),
        (|t| t.replace("store = \"file\"", "store = 7"), "`store` must be a text", "fix the line"),
        (|t| t.replace("key-file", "tpm"), "`key_source = \"tpm\"` is not known", "credential, key-file"),
        (|t| format!("{t}cloud = \"global\"\n"), "`authority` and `cloud` exclude each other", "keep one"),
        (|t| t.replace("https://", "http://"), "the authority must be https", "https://"),
        (|t| t.replace(GUID, "my-app"), "is not an application (client) id", "App registrations"),
        (|t| format!("{t}public_client = \"yes\"\n"), "`public_client` must be true or false", "fix the line"),
        (|t| t.replace("generation = \"", "generation = \"../"), "is not a generation id", "do not edit it"),
        (|_| String::new(), "the key `version` is missing", "ropc login"),
        (|t| t + &"# padding\n".repeat(7000), "larger than such a file can be", "ls -l"),
    ];
    let sandbox = ready();
    let good = std::fs::read_to_string(sandbox.profile_file("default")).unwrap();
    for (damage, message, hint) in rows {
        let bad = damage(good.clone());
        assert_ne!(bad, good, "{message}");
        std::fs::write(sandbox.profile_file("default"), bad).unwrap();
        refused(&sandbox, &["token"], b"", 3, message, hint);
    }
    std::fs::write(sandbox.profile_file("default"), b"tenant = \"\xff\"").unwrap();
    refused(&sandbox, &["token"], b"", 3, "it is not UTF-8 text", "ls -l");
    // The control: Windows line ends are no damage, and the good file works.
    std::fs::write(sandbox.profile_file("default"), good.replace('\n', "\r\n")).unwrap();
    sandbox.run(&["token"]).expect(0);
}

fn without(text: &str, key: &str) -> String {
    text.lines()
        .filter(|l| !l.starts_with(key))
        .map(|l| format!("{l}\n"))
        .collect()
}

#[test]
fn the_error_names_a_profile_that_is_no_plain_file() {
    let sandbox = ready();
    let path = sandbox.profile_file("default");
    std::fs::rename(&path, sandbox.root().join("real.toml")).unwrap();
    symlink(sandbox.root().join("real.toml"), &path).unwrap();
    refused(
        &sandbox,
        &["token"],
        b"",
        3,
        "it is a symbolic link, which ropc does not follow",
        "ls -l",
    );
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    refused(&sandbox, &["token"], b"", 3, "it is a directory", "ls -l");
    let list = sandbox.run(&["list"]).expect(0);
    assert!(list.stdout.contains("cannot be used: "), "{}", list.stdout);
}

#[test]
#[rustfmt::skip]
fn an_environment_without_directories_is_an_error() {
    let rows: &[(&[(&str, &str)], &[&str], i32, &str, &str)] = &[
        (&[("HOME", "")], &["token"], 3, "there is no place for profiles: neither HOME nor", "ROPC_CONFIG_DIR"),
        (&[("HOME", "relative")], &["token"], 3, "there is no place for profiles: neither HOME nor", "ROPC_CONFIG_DIR"),
        (&[("ROPC_CONFIG_DIR", "conf")], &["token"], 3, "ROPC_CONFIG_DIR is `conf`, which is not an absolute path", "whole path"),
        (&[("ROPC_STATE_DIR", "./s")], &["token"], 3, "ROPC_STATE_DIR is `./s`, which is not an absolute path", "whole path"),
        (&[("ROPC_KEY_FILE", "~/key")], &["token"], 3, "ROPC_KEY_FILE is `~/key`, which is not an absolute path", "whole path"),
        (&[("ROPC_KEY_FILE", "/nowhere/key")], &["token"], 5, "/nowhere/key: it does not exist", "restore the file"),
        (&[("ROPC_STATE_DIR", "/dev/null/state")], &["token"], 3, "no directory for the sign-in record can be written", "ROPC_STATE_DIR"),
        (&[("ROPC_CONFIG_DIR", "/dev/null/conf")], &["token"], 3, "a part of the path is not a directory", "ls -l"),
        (&[("ROPC_PROFILE", "a/b")], &["token"], 3, "`a/b` cannot be the name of a profile", "comes from ROPC_PROFILE"),
        (&[("ROPC_NO_INPUT", "1")], &["login", "-p", "new"], 2, "`--tenant`, `--client-id`, `--username`", "ropc login -p new --help"),
    ];
    let sandbox = ready();
    for (variables, args, code, message, hint) in rows {
        let before = kept(&sandbox);
        let mut command = sandbox.command(*args);
        command.envs(variables.iter().copied());
        check(sandbox.finish(&args.join(" "), command, b""), args, *code, message, hint);
        assert!(kept(&sandbox) == before, "{variables:?} touched what is stored");
    }
    let mut none = sandbox.command(["token"]);
    none.env_clear();
    check(sandbox.finish("token", none, b""), &["token"], 3, "there is no place for profiles", "ROPC_CONFIG_DIR");
}

#[test]
fn the_tables_find_a_changed_file() {
    // The control of this file.
    let sandbox = ready();
    let before = kept(&sandbox);
    sandbox.login(&["--yes", "--no-verify"]).expect(0);
    assert!(kept(&sandbox) != before);
}

#[test]
fn a_profile_after_a_verb_gets_the_flag_that_names_it() {
    let sandbox = Sandbox::new();
    sandbox.login(&["-p", "nightly"]).expect(0);
    for args in [
        &["status", "nightly"][..],
        &["token", "nightly"],
        &["exec", "nightly", "--", "true"],
    ] {
        let hint = format!("`ropc {} -p nightly`", args[0]);
        sandbox.run(args).expect(2).says(&[&hint]);
    }
    let other = sandbox.run(&["status", "weekly"]).expect(2);
    assert!(!other.stderr.contains("-p weekly"), "{}", other.stderr);
    let list = sandbox.run(&["list", "nightly"]).expect(2);
    assert!(!list.stderr.contains("-p nightly"), "{}", list.stderr);
}
