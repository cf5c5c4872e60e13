//! Where the files are, and where the record goes when its directory cannot be written any more.

use super::*;

#[test]
fn tokens_are_in_the_cache_directory_below_the_name_of_their_profile() {
    let bench = Bench::new();
    let profile = bench.enrol("default", "right");
    bench.get(&profile).unwrap();
    let home = std::path::PathBuf::from(bench.env.text("HOME").unwrap());
    let files: Vec<_> = std::fs::read_dir(home.join("tokens/default"))
        .unwrap()
        .map(|f| f.unwrap().path())
        .collect();
    assert!(
        files.len() == 1 && files[0].extension().is_some_and(|end| end == "sealed"),
        "{files:?}"
    );
}

#[test]
fn a_ca_file_of_more_than_4_mib_is_none() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("ca.pem");
    let profile = Profile {
        ca_file: Some(path.clone()),
        ..Profile::sample("default")
    };
    let of = |size: usize| {
        let mut pem = include_bytes!("../../entra/roots/root.pem").to_vec();
        pem.resize(size, b'#');
        crate::os::write_private(&path, &pem).unwrap();
        Trust::of(&profile)
    };
    let bound = |trust: Trust| trust.binding(&profile).ca_sha256;
    assert_ne!(
        bound(of(4 << 20).unwrap()),
        bound(of((4 << 20) - 1).unwrap()),
        "every byte is bound"
    );
    assert!(matches!(
        of((4 << 20) + 1),
        Err(BrokerError::CaFile {
            fault: CaFault::Unreadable(_),
            ..
        })
    ));
}

#[cfg(all(unix, not(target_os = "macos")))]
impl Bench {
    fn locks(&self) -> std::path::PathBuf {
        std::path::Path::new(self.env.text("HOME").unwrap()).join("locks")
    }

    /// From now on nobody, not even root, can make a lock in the state directory.
    fn spoil_state(&self) {
        std::fs::remove_dir_all(self.locks()).unwrap();
        crate::os::write_private(&self.locks(), b"").unwrap();
    }

    /// Adds a runtime directory, which takes the place of the state directory.
    fn add_runtime(&mut self) -> tempfile::TempDir {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::Builder::new()
            .permissions(std::fs::Permissions::from_mode(0o700))
            .tempdir()
            .unwrap();
        let home = self.env.text("HOME").unwrap().to_owned();
        let runtime = dir.path().to_str().unwrap();
        self.env = Environment::from_pairs([
            ("HOME", home.as_str()),
            ("ROPC_STATE_DIR", &home),
            ("ROPC_CACHE_DIR", &home),
            ("XDG_RUNTIME_DIR", runtime),
        ]);
        dir
    }
}

#[cfg(all(unix, not(target_os = "macos")))]
#[test]
fn a_state_directory_that_cannot_be_written_any_more_gives_its_record_to_the_runtime_directory() {
    let mut bench = Bench::new();
    let profile = bench.enrol("default", "wrong");
    bench.answer(400, refusal(50126));
    bench.get(&profile).unwrap_err();
    bench.spoil_state();
    let no_state = bench.get(&profile).unwrap_err();
    assert!(
        matches!(no_state, BrokerError::Place(PlaceFault::Nowhere)),
        "{no_state:?}"
    );
    let _runtime = bench.add_runtime();
    assert!(is_latched(&bench.get(&profile).unwrap_err()));
    assert_eq!(
        breaker_status(
            &Places::find(&bench.env),
            &profile,
            &profile.scopes,
            bench.clock.now()
        )
        .state,
        BreakerState::Refused
    );
    assert_eq!(bench.endpoint.asked.get(), 1);
    // The outcome of a person's try goes to the directory that can be written, and still counts
    // when the state directory works again.
    bench.retry(&profile).unwrap();
    bench.refresh(&profile).unwrap();
    std::fs::remove_file(bench.locks()).unwrap();
    bench.pass(3600);
    bench.get(&profile).unwrap();
    assert_eq!(bench.endpoint.asked.get(), 4);
}

#[cfg(all(unix, not(target_os = "macos")))]
#[test]
fn what_is_forgotten_is_forgotten_in_both_places() {
    let mut bench = Bench::new();
    let profile = bench.enrol("default", "wrong");
    bench.answer(400, refusal(50126));
    bench.get(&profile).unwrap_err();
    bench.spoil_state();
    let _runtime = bench.add_runtime();
    forget(&profile, false, &bench.world()).unwrap();
    bench.get(&profile).unwrap();
    assert_eq!(bench.endpoint.asked.get(), 2);
}
