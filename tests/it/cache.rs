//! The token cache: what a run with a cached token does not do, and that every fault of the cache
//! is a miss.

use crate::support::broker::{at, login_as, remove_record, sealed_token, store_items, write_store};
use crate::support::{Sandbox, needs};
use entra_emulator::{CONTOSO_USER, Config, ExpiresIn};
use std::fs;
use std::os::unix::fs::PermissionsExt;

/// A profile with a token in its cache, and one request made.
fn warm() -> Sandbox {
    warm_for(3600)
}

fn warm_for(seconds: u64) -> Sandbox {
    let sandbox =
        Sandbox::with(|config: Config| config.with_expires_in(ExpiresIn::Seconds(seconds)));
    sandbox.login(&[]).expect(0);
    assert_eq!(sandbox.emulator.token_requests(), 1);
    sandbox
}

/// Runs `token`; true if it needed a request. In both cases the token is the last one that this
/// profile got.
#[track_caller]
fn misses(sandbox: &Sandbox, args: &[&str]) -> bool {
    let before = sandbox.emulator.token_requests();
    let run = sandbox.run(args).expect(0);
    assert_eq!(
        run.stdout.trim(),
        sandbox.emulator.issued_tokens().last().unwrap().token
    );
    sandbox.emulator.token_requests() != before
}

/// The system calls of one run.
fn trace(sandbox: &Sandbox, args: &[&str]) -> String {
    let log = sandbox.root().join("trace");
    let mut command = sandbox.program("strace");
    command
        .args(["-f", "-e", "trace=network,open,openat,execve", "-o"])
        .arg(&log)
        .arg(crate::support::ROPC)
        .args(args);
    sandbox.finish("under strace", command, &[]).expect(0);
    fs::read_to_string(log).unwrap()
}

#[test]
fn a_warm_run_opens_no_socket_and_no_certificate_store() {
    if !needs::programs(&["strace"]) || !needs::root() {
        return;
    }
    let sandbox = warm();
    let forbidden = |log: &str| {
        let network = |l: &&str| l.contains("socket(") || l.contains("connect(");
        let roots = |l: &&str| {
            l.contains("open")
                && (l.contains("ca.pem") || l.contains("/ssl") || l.contains("/certs"))
        };
        log.lines()
            .filter(|l| network(l) || roots(l))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let log = trace(&sandbox, &["exec", "--", "true"]);
    assert!(
        log.contains("store.sealed") && log.contains(".sealed\""),
        "it read store and cache: {log}"
    );
    assert_eq!(forbidden(&log), Vec::<String>::new());
    let started = log
        .lines()
        .filter(|l| l.contains("execve(") && l.ends_with("= 0"));
    assert_eq!(started.count(), 2, "no helper program is started: {log}");
    // Control: the same trace shows what a cold run does.
    let cold = forbidden(&trace(&sandbox, &["exec", "--no-cache", "--", "true"])).join("\n");
    assert!(
        cold.contains("AF_INET") && cold.contains("connect(") && cold.contains("ca.pem"),
        "{cold}"
    );
}

#[test]
fn a_warm_run_needs_no_bundle() {
    let sandbox = warm();
    let mut items = store_items(&sandbox);
    assert_eq!(items.len(), 2, "{:?}", items.keys());
    items.retain(|name, _| name.contains("/cache-key/"));
    write_store(&sandbox, &items);
    assert!(!misses(&sandbox, &["token"]));
    // Control: a run without a cached token needs it.
    sandbox
        .run(&["token", "--refresh"])
        .expect(5)
        .says(&["holds no secrets"]);
    assert_eq!(sandbox.emulator.token_requests(), 1);
}

#[test]
fn a_lost_cache_key_is_a_miss() {
    let sandbox = warm();
    let mut items = store_items(&sandbox);
    items.retain(|name, _| name.contains("/bundle/"));
    write_store(&sandbox, &items);
    assert!(misses(&sandbox, &["token"]));
    assert!(!misses(&sandbox, &["token"]));
    assert_eq!(store_items(&sandbox).len(), 2);
}

#[test]
fn every_flip_and_every_cut_is_a_miss() {
    let sandbox = warm();
    let path = sealed_token(&sandbox, "default");
    let length = fs::read(&path).unwrap().len();
    for step in 0..40 {
        let mut content = fs::read(&path).unwrap();
        let position = step * (content.len() - 1) / 39;
        content[position] ^= 1 << (step % 8);
        fs::write(&path, content).unwrap();
        remove_record(&sandbox);
        assert!(misses(&sandbox, &["token"]), "byte {position} of {length}");
    }
    for cut in [
        0,
        1,
        7,
        8,
        9,
        31,
        32,
        47,
        48,
        100,
        length / 2,
        length - 16,
        length - 1,
    ] {
        let content = fs::read(&path).unwrap();
        fs::write(&path, &content[..cut.min(content.len() - 1)]).unwrap();
        remove_record(&sandbox);
        assert!(misses(&sandbox, &["token"]), "cut at {cut}");
    }
    assert!(
        !misses(&sandbox, &["token"]),
        "control: an untouched file serves"
    );
}

#[test]
fn a_file_of_another_profile_another_scope_or_an_older_login_is_a_miss() {
    let sandbox = warm();
    login_as(&sandbox, CONTOSO_USER, "twin", &sandbox.secrets_json(), &[]).expect(0);
    fs::copy(
        sealed_token(&sandbox, "default"),
        sealed_token(&sandbox, "twin"),
    )
    .unwrap();
    assert!(misses(&sandbox, &["token", "-p", "twin"]));

    let own = sealed_token(&sandbox, "default");
    let saved = fs::read(&own).unwrap();
    assert!(misses(&sandbox, &["token", "--scope", "User.Read"]));
    let dir = own.parent().unwrap();
    let narrow = fs::read_dir(dir)
        .unwrap()
        .map(|e| e.unwrap().path())
        .find(|p| *p != own)
        .unwrap();
    fs::write(&narrow, &saved).unwrap();
    assert!(misses(&sandbox, &["token", "--scope", "User.Read"]));

    sandbox.login(&["--yes"]).expect(0);
    fs::write(sealed_token(&sandbox, "default"), &saved).unwrap();
    assert!(misses(&sandbox, &["token"]));
}

#[test]
fn a_file_that_others_may_read_is_not_used() {
    let sandbox = warm();
    let path = sealed_token(&sandbox, "default");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    assert!(misses(&sandbox, &["token"]));
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let aside = sandbox.root().join("aside");
    fs::rename(&path, &aside).unwrap();
    std::os::unix::fs::symlink(&aside, &path).unwrap();
    assert!(misses(&sandbox, &["token"]));
    assert!(!misses(&sandbox, &["token"]));
}

#[test]
fn an_unusable_cache_directory_causes_a_sign_in_and_no_failure() {
    let mut sandbox = warm();
    fs::remove_file(sealed_token(&sandbox, "default")).unwrap();
    fs::create_dir(sandbox.cache_dir().join("tokens/default/x")).unwrap();
    let path = sandbox.cache_dir().join("tokens/default");
    fs::remove_dir_all(&path).unwrap();
    fs::write(&path, "in the way").unwrap();
    assert!(misses(&sandbox, &["token"]));
    fs::write(sandbox.root().join("file"), "").unwrap();
    let nowhere = sandbox.root().join("file/cache").display().to_string();
    sandbox.set_env("ROPC_CACHE_DIR", &nowhere);
    assert!(misses(&sandbox, &["token"]));
    assert!(misses(&sandbox, &["token"]));
    sandbox.run(&["exec", "--", "true"]).expect(0);
}

#[test]
fn refresh_no_cache_and_scope_do_what_they_say() {
    let sandbox = warm();
    assert!(!misses(&sandbox, &["token"]));
    let first = fs::read(sealed_token(&sandbox, "default")).unwrap();
    assert!(misses(&sandbox, &["token", "--no-cache"]));
    assert_eq!(
        fs::read(sealed_token(&sandbox, "default")).unwrap(),
        first,
        "neither read nor written"
    );
    assert!(misses(&sandbox, &["token", "--refresh"]));
    assert_ne!(
        fs::read(sealed_token(&sandbox, "default")).unwrap(),
        first,
        "not read, but written"
    );
    assert!(!misses(&sandbox, &["token"]));
    assert!(misses(&sandbox, &["token", "--scope", "User.Read"]));
    assert!(!misses(&sandbox, &["token", "--scope", "User.Read"]));
    let asked = sandbox.emulator.requests().pop().unwrap();
    assert!(
        asked.field("scope").unwrap().contains("User.Read"),
        "{:?}",
        asked.field("scope")
    );
    // The token of one scope is not the token of another: the profile's own is still there.
    let before = sandbox.emulator.token_requests();
    sandbox.run(&["token"]).expect(0);
    assert_eq!(sandbox.emulator.token_requests(), before);
    sandbox.run(&["token", "--refresh", "--no-cache"]).expect(2);
}

#[test]
fn a_min_ttl_longer_than_any_token_lives_causes_one_sign_in_and_a_warning() {
    let sandbox = Sandbox::with(|config: Config| config.with_expires_in(ExpiresIn::Seconds(3600)));
    sandbox.login(&["--no-verify"]).expect(0);
    let args = ["exec", "--min-ttl", "2h", "--", "true"];
    for _ in 0..6 {
        sandbox.run(&args).expect(0).says(&[
            "warning",
            "a token lives 1h",
            "2h that --min-ttl asks for",
        ]);
    }
    assert_eq!(sandbox.emulator.token_requests(), 1);
    let whole = sandbox
        .run(&["exec", "--refresh", "--min-ttl", "1h", "--", "true"])
        .expect(0);
    assert_eq!(whole.stderr, "", "an hour is what it lives");
}

#[test]
fn min_ttl_decides_when_a_token_is_too_old() {
    if !needs::programs(&["faketime"]) {
        return;
    }
    let sandbox = warm();
    at(&sandbox, "+20m", &["token", "--min-ttl", "30m"]).expect(0);
    assert_eq!(sandbox.emulator.token_requests(), 1);
    at(&sandbox, "+40m", &["token", "--min-ttl", "30m"]).expect(0);
    assert_eq!(sandbox.emulator.token_requests(), 2);
}

#[test]
fn a_token_serves_until_ten_minutes_before_its_end() {
    if !needs::programs(&["faketime"]) {
        return;
    }
    let sandbox = warm();
    at(&sandbox, "+49m", &["token"]).expect(0);
    assert_eq!(sandbox.emulator.token_requests(), 1);
    at(&sandbox, "+51m", &["token"]).expect(0);
    assert_eq!(sandbox.emulator.token_requests(), 2);
}

#[test]
fn the_margin_of_a_short_token_is_a_quarter_of_its_life() {
    if !needs::programs(&["faketime"]) {
        return;
    }
    let sandbox = warm_for(200);
    at(&sandbox, "+100s", &["token"]).expect(0);
    assert_eq!(
        sandbox.emulator.token_requests(),
        1,
        "shorter than the margin of ten minutes, and served"
    );
    at(&sandbox, "+151s", &["token"]).expect(0);
    assert_eq!(sandbox.emulator.token_requests(), 2);
}

#[test]
fn a_token_of_eight_seconds_is_renewed_after_its_end() {
    let sandbox = warm_for(8);
    std::thread::sleep(std::time::Duration::from_secs(7));
    assert!(misses(&sandbox, &["token"]));
}

#[test]
fn a_token_from_the_future_is_a_miss() {
    if !needs::programs(&["faketime"]) {
        return;
    }
    let sandbox = warm();
    at(&sandbox, "+30m", &["token", "--refresh"]).expect(0);
    assert_eq!(sandbox.emulator.token_requests(), 2);
    at(&sandbox, "+31m", &["token"]).expect(0);
    assert_eq!(
        sandbox.emulator.token_requests(),
        2,
        "control: it serves when the clock is right"
    );
    assert!(
        misses(&sandbox, &["token"]),
        "the clock went back: the age of the token is unknown"
    );
    assert!(!misses(&sandbox, &["token"]));
}

#[test]
fn a_new_login_drops_the_old_tokens() {
    let sandbox = warm();
    let old = sealed_token(&sandbox, "default");
    assert!(misses(&sandbox, &["token", "--scope", "User.Read"]));
    sandbox.login(&["--yes", "--no-verify"]).expect(0);
    assert!(!old.exists());
    assert!(misses(&sandbox, &["token"]));
    assert_eq!(
        store_items(&sandbox).len(),
        2,
        "the old key is gone as well"
    );
}
