//! The breaker and the cache with stores that ropc only reads: their secrets change without a
//! `login`.

use super::*;

#[test]
fn a_rotated_password_is_tried_although_the_old_one_was_refused() {
    let bench = Bench::new();
    let profile = bench.read_only("old");
    bench.answer(400, refusal(50126));
    bench.get(&profile).unwrap_err();
    // The control: while the store gives the same password, no run sends it.
    for _ in 0..3 {
        bench.pass(3600);
        let error = bench.get(&profile).unwrap_err();
        assert!(
            is_latched(&error) && hints(&error)[0].contains("store `command`"),
            "{error:?}"
        );
    }
    assert_eq!(bench.endpoint.asked.get(), 1);
    bench.rotate("new");
    bench.get(&profile).unwrap();
    assert_eq!(bench.endpoint.asked.get(), 2);
    let status = || bench.status(&profile);
    assert_eq!(status().state, BreakerState::Ready);
    // The old password comes back, by a stale replica or a restored backup: it is still the refused
    // one.
    bench.rotate("old");
    assert!(is_latched(&bench.get(&profile).unwrap_err()));
    assert_eq!(bench.endpoint.asked.get(), 2);
}

#[test]
fn the_record_keeps_each_refused_password_of_a_read_only_store() {
    let bench = Bench::new();
    let profile = bench.read_only("first");
    for (i, password) in ["first", "second", "first", "second"]
        .into_iter()
        .enumerate()
    {
        bench.rotate(password);
        bench.answer(400, refusal(50126));
        bench.get(&profile).unwrap_err();
        assert_eq!(bench.endpoint.asked.get(), (i + 1).min(2), "{password}");
    }
    let status = bench.status(&profile);
    assert_eq!(status.state, BreakerState::Refused);
    assert!(matches!(status.reason, Some(StatusReason::Replaceable(_))));
    // No more in this hour, whatever the store gives.
    bench.rotate("right");
    assert!(
        bench
            .get(&profile)
            .unwrap_err()
            .to_string()
            .contains("2 passwords")
    );
    assert_eq!(bench.endpoint.asked.get(), 2);
}

#[test]
fn a_person_can_retry_a_refused_password_of_a_read_only_store() {
    let bench = Bench::new();
    let profile = bench.read_only("slow to replicate");
    bench.answer(400, refusal(50126));
    bench.get(&profile).unwrap_err();
    bench.retry(&profile).unwrap();
    bench.get(&profile).unwrap();
    assert_eq!(bench.endpoint.asked.get(), 3);
}

#[test]
fn a_stored_password_of_the_same_generation_stays_latched() {
    // The control: in a store that ropc writes, a generation has one pair of secrets.
    let bench = Bench::new();
    let profile = bench.enrol("default", "wrong");
    bench.answer(400, refusal(50126));
    bench.get(&profile).unwrap_err();
    bench.store(&profile, "changed behind the back of ropc");
    assert!(is_latched(&bench.get(&profile).unwrap_err()));
    assert_eq!(bench.endpoint.asked.get(), 1);
}

#[test]
fn without_a_directory_in_memory_a_read_only_store_has_no_cache_and_says_so() {
    let bench = Bench::new();
    let profile = bench.read_only("right");
    bench.get(&profile).unwrap();
    bench.get(&profile).unwrap();
    assert_eq!(bench.endpoint.asked.get(), 2);
    let status = cache_status(&profile, &bench.world(), &bench.vault(&profile));
    assert!(
        matches!(
            status,
            CacheStatus::Off(CacheFault::Off(CacheOff::NoKeyPlace))
        ),
        "{status:?}"
    );
    // If more jobs start than Entra allows, the error says why each of them has to sign in.
    for _ in 2..10 {
        bench.get(&profile).unwrap();
    }
    let limited = bench.get(&profile).unwrap_err();
    assert!(
        limited.to_string().contains("10 sign-ins")
            && hints(&limited)[0].contains("XDG_RUNTIME_DIR"),
        "{limited:?}"
    );
}

#[cfg(all(unix, not(target_os = "macos")))]
#[test]
fn the_cache_key_of_a_read_only_store_is_in_a_directory_in_memory() {
    use std::os::unix::fs::PermissionsExt;
    let Ok(runtime) = tempfile::Builder::new()
        .permissions(std::fs::Permissions::from_mode(0o700))
        .tempdir_in("/dev/shm")
    else {
        return; // No such directory here, so there is no such key.
    };
    if !crate::os::is_in_memory(runtime.path()) {
        return;
    }
    let mut bench = Bench::new();
    let home = bench.env.text("HOME").unwrap().to_owned();
    bench.env = Environment::from_pairs([
        ("HOME", home.as_str()),
        ("XDG_RUNTIME_DIR", runtime.path().to_str().unwrap()),
    ]);
    let profile = bench.read_only("right");
    bench.get(&profile).unwrap();
    bench.get(&profile).unwrap();
    assert_eq!(
        (bench.endpoint.asked.get(), bench.bundle_reads()),
        (1, 1),
        "the token comes from the cache, without a read of the store"
    );
    let key = runtime
        .path()
        .join("ropc/keys/default")
        .join(profile.generation.as_str());
    assert_eq!(key.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    // A key that others may read counts as missing: ropc replaces it.
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o640)).unwrap();
    bench.get(&profile).unwrap();
    assert_eq!(bench.endpoint.asked.get(), 2);
    assert_eq!(key.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    // The control: without the key the sealed file does not open.
    std::fs::remove_file(&key).unwrap();
    bench.get(&profile).unwrap();
    assert_eq!(bench.endpoint.asked.get(), 3);
    // ropc puts no key into a directory on a disk.
    bench.env =
        Environment::from_pairs([("HOME", home.as_str()), ("XDG_RUNTIME_DIR", home.as_str())]);
    assert!(matches!(
        cache_status(&profile, &bench.world(), &bench.vault(&profile)),
        CacheStatus::Off(_)
    ));
    bench.env = Environment::from_pairs([
        ("HOME", home.as_str()),
        ("XDG_RUNTIME_DIR", runtime.path().to_str().unwrap()),
    ]);
    forget(&profile, false, &bench.world()).unwrap();
    assert!(!key.exists());
}
