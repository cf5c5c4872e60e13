//! Functions for tests of the broker: many runs at once, the breaker's record as JSON, the file
//! store's items, and another clock. No assertions about decisions of `ropc`.

use super::{Run, Sandbox};
use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use entra_emulator::CONTOSO_USER;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// `count` runs of the same command, `at_once` at a time.
pub fn run_many(sandbox: &Sandbox, args: &[&str], count: usize, at_once: usize) -> Vec<Run> {
    let mut runs = Vec::new();
    while runs.len() < count {
        let batch = at_once.min(count - runs.len());
        let children: Vec<_> = (0..batch)
            .map(|_| sandbox.command(args).spawn().unwrap())
            .collect();
        runs.extend(
            children
                .into_iter()
                .map(|c| sandbox.keep(&args.join(" "), c.wait_with_output().unwrap())),
        );
    }
    runs
}

/// `login` into the file store as a given user, into a given profile.
pub fn login_as(
    sandbox: &Sandbox,
    user: &str,
    profile: &str,
    secrets: &[u8],
    more: &[&str],
) -> Run {
    let mut args: Vec<String> = [
        "login",
        "--secrets-stdin",
        "--store",
        "file",
        "--key-source",
        "key-file",
        "-p",
        profile,
    ]
    .map(str::to_owned)
    .to_vec();
    args.extend(sandbox.facts().into_iter().map(|fact| {
        if fact == CONTOSO_USER {
            user.to_owned()
        } else {
            fact
        }
    }));
    args.extend(more.iter().map(|s| (*s).to_owned()));
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    sandbox.run_with_input(&args, secrets)
}

/// `ropc status --json` of a profile.
pub fn status(sandbox: &Sandbox, profile: &str) -> Value {
    let run = sandbox.run(&["status", "--json", "-p", profile]).expect(0);
    serde_json::from_str(&run.stdout).unwrap()
}

/// The directory of the breaker's records.
pub fn record_dir(sandbox: &Sandbox) -> PathBuf {
    sandbox.state_dir().join("breaker")
}

/// The record of the one user (`user-`) or the one app (`app-`) of this sandbox.
pub fn record(sandbox: &Sandbox, prefix: &str) -> Option<PathBuf> {
    let entries = fs::read_dir(record_dir(sandbox)).ok()?;
    let mut names = entries.map(|e| e.unwrap().path()).filter(|p| {
        let name = p.file_name().unwrap().to_string_lossy().into_owned();
        name.starts_with(prefix) && Path::new(&name).extension().is_some_and(|e| e == "json")
    });
    let found = names.next();
    assert!(names.next().is_none(), "more than one record");
    found
}

/// The user's record as JSON.
pub fn read_record(sandbox: &Sandbox) -> Value {
    serde_json::from_slice(&fs::read(record(sandbox, "user-").unwrap()).unwrap()).unwrap()
}

/// Changes the user's record, as time or a person would.
pub fn edit_record(sandbox: &Sandbox, change: impl FnOnce(&mut Value)) {
    let mut value = read_record(sandbox);
    change(&mut value);
    fs::write(
        record(sandbox, "user-").unwrap(),
        serde_json::to_vec(&value).unwrap(),
    )
    .unwrap();
}

/// Moves the times of the user's record into the past by this many seconds.
pub fn pass(sandbox: &Sandbox, seconds: u64) {
    edit_record(sandbox, |record| {
        for (list, field) in [("sent", "at"), ("sign_ins", "at"), ("pauses", "until")] {
            for entry in record[list].as_array_mut().unwrap() {
                entry[field] = entry[field]
                    .as_u64()
                    .unwrap()
                    .saturating_sub(seconds)
                    .into();
            }
        }
    });
}

/// Removes everything that the breaker knows: the control of its tests.
pub fn remove_record(sandbox: &Sandbox) {
    match fs::remove_dir_all(record_dir(sandbox)) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => panic!("{e}"),
        _ => {}
    }
}

/// Removes all cached tokens.
pub fn remove_cache(sandbox: &Sandbox) {
    match fs::remove_dir_all(sandbox.cache_dir()) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => panic!("{e}"),
        _ => {}
    }
}

/// The one sealed token of a profile.
pub fn sealed_token(sandbox: &Sandbox, profile: &str) -> PathBuf {
    let dir = sandbox.cache_dir().join("tokens").join(profile);
    let files: Vec<_> = fs::read_dir(dir)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    assert_eq!(files.len(), 1, "{files:?}");
    files[0].clone()
}

/// The items of the file store, by name. Uses the description of the format, and not the program's
/// own code.
pub fn store_items(sandbox: &Sandbox) -> BTreeMap<String, Vec<u8>> {
    let Ok(file) = fs::read(sandbox.config_dir().join("store.sealed")) else {
        return BTreeMap::new();
    };
    let (header, rest) = file.split_at(HEADER);
    let (nonce, rest) = rest.split_at(24);
    let (body, tag) = rest.split_at(rest.len() - 16);
    let mut plain = body.to_vec();
    let nonce = XNonce::from(<[u8; 24]>::try_from(nonce).unwrap());
    let tag = <[u8; 16]>::try_from(tag).unwrap().into();
    cipher(sandbox)
        .decrypt_inout_detached(&nonce, header, plain.as_mut_slice().into(), &tag)
        .expect("the store opens");
    let mut items = BTreeMap::new();
    let mut rest = plain.as_slice();
    while !rest.is_empty() {
        let name = take(&mut rest, 2);
        let value = take(&mut rest, 4);
        items.insert(String::from_utf8(name).unwrap(), value);
    }
    items
}

/// Replaces the file store's items.
pub fn write_store(sandbox: &Sandbox, items: &BTreeMap<String, Vec<u8>>) {
    let path = sandbox.config_dir().join("store.sealed");
    let header = fs::read(&path).unwrap()[..HEADER].to_vec();
    let mut plain = Vec::new();
    for (name, value) in items {
        plain.extend(u16::try_from(name.len()).unwrap().to_be_bytes());
        plain.extend(name.as_bytes());
        plain.extend(u32::try_from(value.len()).unwrap().to_be_bytes());
        plain.extend(value);
    }
    let mut nonce = [0u8; 24];
    getrandom::fill(&mut nonce).unwrap();
    let tag = cipher(sandbox)
        .encrypt_inout_detached(&XNonce::from(nonce), &header, plain.as_mut_slice().into())
        .expect("the store closes");
    fs::write(path, [&header[..], &nonce, &plain, &tag].concat()).unwrap();
}

/// `ropc-file-store`, the format's version, the key's source.
const HEADER: usize = 17;

fn cipher(sandbox: &Sandbox) -> XChaCha20Poly1305 {
    let key: [u8; 32] = fs::read(sandbox.config_dir().join("store.key"))
        .unwrap()
        .try_into()
        .unwrap();
    XChaCha20Poly1305::new(&key.into())
}

fn take(rest: &mut &[u8], prefix: usize) -> Vec<u8> {
    let length = rest[..prefix]
        .iter()
        .fold(0usize, |n, b| (n << 8) | usize::from(*b));
    let value = rest[prefix..prefix + length].to_vec();
    *rest = &rest[prefix + length..];
    value
}

/// The same command under another clock, as in `+2h` or `-1d`.
pub fn at(sandbox: &Sandbox, offset: &str, args: &[&str]) -> Run {
    let mut command = sandbox.program("faketime");
    command.args(["-f", offset]).arg(super::ROPC).args(args);
    sandbox.finish(&format!("{} at {offset}", args.join(" ")), command, &[])
}
