//! The breaker and the cache with stores that are only read, whose secrets change without a
//! `login`.

use super::*;

#[test]
fn a_rotated_password_is_tried_although_the_old_one_was_refused() {
    let bench = Bench::new();
    let profile = bench.engine("old");
    bench.answer(400, refusal(50126));
    bench.get(&profile).unwrap_err();
    // The control: while the engine gives the same one, nothing is sent, however often it is read.
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
    // Back again, by a stale replica or a restored backup: it is still the refused one.
    bench.rotate("old");
    assert!(is_latched(&bench.get(&profile).unwrap_err()));
    assert_eq!(bench.endpoint.asked.get(), 2);
}

#[test]
fn each_refused_password_of_an_engine_is_remembered() {
    let bench = Bench::new();
    let profile = bench.engine("first");
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
    // They are all for this hour, whatever the engine gives.
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
fn a_person_may_have_a_refused_password_of_an_engine_tried_again() {
    let bench = Bench::new();
    let profile = bench.engine("slow to replicate");
    bench.answer(400, refusal(50126));
    bench.get(&profile).unwrap_err();
    bench.retry(&profile).unwrap();
    bench.get(&profile).unwrap();
    assert_eq!(bench.endpoint.asked.get(), 3);
}

#[test]
fn a_stored_password_of_the_same_generation_stays_latched() {
    // The control for the engines: in a store that holds keys, a generation is one pair of secrets.
    let bench = Bench::new();
    let profile = bench.enrol("default", "wrong");
    bench.answer(400, refusal(50126));
    bench.get(&profile).unwrap_err();
    bench.store(&profile, "changed behind the back of ropc");
    assert!(is_latched(&bench.get(&profile).unwrap_err()));
    assert_eq!(bench.endpoint.asked.get(), 1);
}

#[test]
fn without_a_place_in_memory_an_engine_has_no_cache_and_says_so() {
    let bench = Bench::new();
    let profile = bench.engine("right");
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
    // Where so many jobs start that Entra would see a loop, it says why each of them has to sign
    // in.
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
fn the_cache_key_of_an_engine_lies_in_memory() {
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
    let profile = bench.engine("right");
    bench.get(&profile).unwrap();
    bench.get(&profile).unwrap();
    assert_eq!(
        (bench.endpoint.asked.get(), bench.bundle_reads()),
        (1, 1),
        "served from the cache; the engine was not asked"
    );
    let key = runtime
        .path()
        .join("ropc/keys/default")
        .join(profile.generation.as_str());
    assert_eq!(key.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    // One that others may read is none, and is replaced.
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o640)).unwrap();
    bench.get(&profile).unwrap();
    assert_eq!(bench.endpoint.asked.get(), 2);
    assert_eq!(key.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    // The control: without the key the sealed file opens for nobody.
    std::fs::remove_file(&key).unwrap();
    bench.get(&profile).unwrap();
    assert_eq!(bench.endpoint.asked.get(), 3);
    // A directory on a disk is no place for it.
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
