//! Damage to the store, its key and the rights on its directory.

use super::{check, kept, ready, refused};
use crate::support::{Sandbox, needs};
use ropc::environment::Environment;
use ropc::secret::SecretBytes;
use ropc::vault::{FileStore, Item, ItemStore, KeyPlace, Person, Wish};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

#[test]
#[rustfmt::skip]
fn damage_to_the_store_or_its_key_is_reported() {
    let rows: &[(fn(&Path), &str, &str)] = &[
        (|d| remove(&d.join("store.key")), "store.key: it does not exist", "restore the file"),
        (|d| write(&d.join("store.key"), &[7; 31]), "neither 32 bytes nor 64 hexadecimal digits", "head -c 32"),
        (|d| write(&d.join("store.key"), &[7; 4096]), "larger than such a file can be", ""),
        (|d| write(&d.join("store.key"), &[7; 32]), "it is another key, or the file is damaged", "backup"),
        (|d| mode(&d.join("store.key"), 0o644), "others may read it", "`chmod 600 "),
        (|d| { remove(&d.join("store.key")); std::fs::create_dir(d.join("store.key")).unwrap(); mode(&d.join("store.key"), 0o700) }, "it is a directory", ""),
        (|d| { std::fs::rename(d.join("store.key"), d.join("k")).unwrap(); symlink("k", d.join("store.key")).unwrap() }, "it is a symbolic link", "readable by"),
        (|d| mode(&d.join("store.sealed"), 0o644), "may be read by others", "`chmod 600 "),
        (|d| write(&d.join("store.sealed"), b""), "is not a ropc store, or is damaged", "backup"),
        (|d| write(&d.join("store.sealed"), b"[passwords]\n"), "is not a ropc store, or is damaged", "backup"),
        (|d| change(&d.join("store.sealed"), |b| b.truncate(b.len() - 1)), "it is another key, or the file is damaged", "backup"),
        (|d| change(&d.join("store.sealed"), |b| b.truncate(17)), "is not a ropc store, or is damaged", "backup"),
        (|d| change(&d.join("store.sealed"), |b| *b.last_mut().unwrap() ^= 1), "or the file is damaged", "backup"),
        (|d| change(&d.join("store.sealed"), |b| b[15..19].copy_from_slice(&[2, 0, 2, 0])), "version 2, which ropc 0.2.0 and newer read", "update ropc"),
        (|d| change(&d.join("store.sealed"), |b| b[16] = 1), "a key from the source credential, not key-file", "--key-source credential"),
        (|d| change(&d.join("store.sealed"), |b| b[16] = 9), "from a source that this ropc does not know", "update ropc"),
        (|d| remove(&d.join("store.sealed")), "holds no secrets for the profile `default` and the account", "ropc login"),
        (|d| rewrite_bundle(d, b"{\"v\":2,\"future\":true}"), "its format has version 2, which a newer ropc wrote", "update ropc"),
        (|d| rewrite_bundle(d, b"{}"), "cannot be used: it is damaged", "ropc login"),
        (|d| rewrite_bundle(d, b"{\"v\":1,\"password\":\"hunter2\"}"), "cannot be used: it is damaged", "ropc login"),
    ];
    for (damage, message, hint) in rows {
        let sandbox = ready();
        damage(&sandbox.config_dir());
        // The verbs that need the secrets give the same message; `status` reads less and may not
        // notice.
        refused(&sandbox, &["token", "--refresh"], b"", 5, message, hint);
        refused(&sandbox, &["exec", "--", "true"], b"", 125, message, hint);
        sandbox.run(&["list"]).expect(0);
    }
}

fn remove(path: &Path) {
    std::fs::remove_file(path).unwrap();
}

/// Keeps the mode of the file.
fn write(path: &Path, content: &[u8]) {
    std::fs::write(path, content).unwrap();
}

fn mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

fn change(path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = std::fs::read(path).unwrap();
    change(&mut bytes);
    write(path, &bytes);
}

/// Another bundle under the same name, written with the store's own code.
fn rewrite_bundle(config_dir: &Path, bytes: &[u8]) {
    let text = std::fs::read_to_string(config_dir.join("profiles/default.toml")).unwrap();
    let generation = text
        .lines()
        .find_map(|l| l.strip_prefix("generation = "))
        .unwrap()
        .trim_matches('"');
    let (env, nobody) = (Environment::default(), Person::default());
    let named = Some(ropc::profile::KeySource::KeyFile);
    let wish = Wish {
        named,
        env: &env,
        config_dir,
        interactive: false,
    };
    let place = KeyPlace::find(wish, &nobody).unwrap();
    let item = Item::bundle(&"default".parse().unwrap(), &generation.parse().unwrap());
    FileStore::new(config_dir.join("store.sealed"), place)
        .write(&item, &SecretBytes::new(bytes.to_vec()))
        .unwrap();
}

#[test]
fn the_file_store_does_not_guess_a_key_source_and_a_credential_needs_its_directory() {
    let sandbox = Sandbox::new();
    let run = sandbox.login_into(&["--store", "file"], &[], &sandbox.secrets_json());
    check(
        run,
        &["login"],
        3,
        "the file store needs a key, and no source for one was named",
        "--key-source key-file",
    );
    let run = sandbox.login_into(
        &["--store", "file", "--key-source", "credential"],
        &[],
        &sandbox.secrets_json(),
    );
    check(
        run,
        &["login"],
        3,
        "CREDENTIALS_DIRECTORY is not set here",
        "LoadCredentialEncrypted",
    );
    let keychain = sandbox.login_into(
        &["--store", "os"],
        &["--timeout", "5s"],
        &sandbox.secrets_json(),
    );
    check(keychain, &["login"], 5, "", "--store file");
    assert_eq!(sandbox.emulator.connections(), 0);
}

#[test]
fn a_file_system_without_locks_is_not_another_process() {
    // Only root's strace sees which files a process that protects itself has open.
    if !needs::programs(&["strace"]) || !needs::root() {
        return;
    }
    let sandbox = ready();
    let mut strace = sandbox.program("strace");
    strace
        .args([
            "-f",
            "-o",
            "/dev/null",
            "-e",
            "inject=flock:error=ENOLCK",
            "-P",
        ])
        .arg(sandbox.config_dir().join("store.lock"))
        .arg(crate::support::ROPC)
        .args(["logout", "--yes"]);
    sandbox
        .finish("logout without locks", strace, &[])
        .expect(5)
        .says(&[
            "store.lock, cannot be used: no locks available",
            "must have locks",
        ]);
    // The control: the lock is all that is wrong.
    sandbox.run(&["logout", "--yes"]).expect(0);
}

#[test]
fn a_directory_without_the_right_to_write_is_reported_before_a_password_is_sent() {
    let sandbox = ready();
    let before = kept(&sandbox);
    // Modes do not stop root: then everything belongs to, and runs as, another account.
    let user = if needs::is_root() { Some(65534) } else { None };
    own(sandbox.root(), user);
    mode(sandbox.root(), 0o755);
    for dir in [sandbox.config_dir(), sandbox.config_dir().join("profiles")] {
        mode(&dir, 0o555);
    }
    let run = |args: &[&str], input: &[u8]| {
        let mut command = sandbox.command(args);
        if let Some(id) = user {
            std::os::unix::process::CommandExt::uid(&mut command, id);
        }
        sandbox.finish(&args.join(" "), command, input)
    };
    let login = ["login", "--yes", "--secrets-stdin"];
    let hint = "set ROPC_CONFIG_DIR to one that is";
    check(
        run(&login, &sandbox.secrets_json()),
        &login,
        3,
        "cannot be written: permission denied",
        hint,
    );
    assert!(kept(&sandbox) == before);
    assert_eq!(sandbox.emulator.connections(), 0);
    // A job needs no write rights there.
    run(&["exec", "--", "true"], b"").expect(0);
    for dir in [sandbox.config_dir(), sandbox.config_dir().join("profiles")] {
        mode(&dir, 0o755);
    }
    run(&login, &sandbox.secrets_json()).expect(0);
}

fn own(path: &Path, user: Option<u32>) {
    let Some(user) = user else { return };
    std::os::unix::fs::lchown(path, Some(user), None).unwrap();
    if path.is_dir() {
        for entry in std::fs::read_dir(path).unwrap() {
            own(&entry.unwrap().path(), Some(user));
        }
    }
}
