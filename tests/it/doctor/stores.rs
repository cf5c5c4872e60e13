//! Stores and accounts: the keyring in each of its states, and the account that runs the job.

use super::*;

#[test]
fn doctor_finds_a_locked_keyring() {
    let Some((sandbox, daemon)) = enrolled_session() else {
        return;
    };
    daemon.lock();
    let report = doctor(&sandbox);
    report.exits(5).finds(
        "store",
        "fail",
        &["the keyring is locked"],
        &["unlock", "--store file"],
    );
    report.and_nothing_else(&["store", "lingering"]);
}

#[test]
fn doctor_finds_a_dead_daemon() {
    let Some((sandbox, mut daemon)) = enrolled_session() else {
        return;
    };
    daemon.kill_daemon();
    doctor(&sandbox).exits(5).finds(
        "store",
        "fail",
        &["nothing on the session bus keeps secrets"],
        &["gnome-keyring"],
    );
}

#[test]
fn a_hanging_keyring_does_not_hang_doctor() {
    let Some((sandbox, daemon)) = enrolled_session() else {
        return;
    };
    daemon.stop_daemon();
    let start = Instant::now();
    let report = doctor(&sandbox);
    // A bound against hanging, not a measure: the store's own deadline is five seconds.
    assert!(
        start.elapsed() < Duration::from_secs(30),
        "{:?}",
        start.elapsed()
    );
    report
        .exits(5)
        .finds(
            "store",
            "fail",
            &["did not answer in time"],
            &["open prompt"],
        )
        .finds("user-realm", "ok", &[], &[]);
    let start = Instant::now();
    let report = Report::of(sandbox.run(&["doctor", "--json", "--timeout", "1s"]));
    assert!(
        start.elapsed() < Duration::from_secs(15),
        "{:?}",
        start.elapsed()
    );
    report
        .exits(5)
        .finds("store", "fail", &["no answer in time"], &["--timeout 2m"]);
    daemon.continue_daemon();
    doctor(&sandbox).exits(0);
}

#[test]
fn doctor_distinguishes_no_bus_a_bus_of_one_session_and_a_bus_without_a_provider() {
    let Some((mut sandbox, daemon)) = enrolled_session() else {
        return;
    };
    let empty = KeyringDaemon::start(State::NoDaemon);
    join(&mut sandbox, &empty);
    doctor(&sandbox).exits(5).finds(
        "store",
        "fail",
        &["org.freedesktop.secrets has no owner"],
        &["install and start a keyring"],
    );

    let runtime = tempfile::tempdir().unwrap();
    sandbox.set_env("XDG_RUNTIME_DIR", runtime.path().to_str().unwrap());
    sandbox.set_env("DBUS_SESSION_BUS_ADDRESS", &daemon.address());
    doctor(&sandbox).exits(0).finds(
        "session-bus",
        "warn",
        &["of this session only", "cron"],
        &["--key-source credential"],
    );

    sandbox.set_env("DBUS_SESSION_BUS_ADDRESS", "");
    doctor(&sandbox)
        .exits(5)
        .finds(
            "store",
            "fail",
            &["no D-Bus session bus"],
            &["enable-linger"],
        )
        .finds(
            "session-bus",
            "fail",
            &["DBUS_SESSION_BUS_ADDRESS is not set"],
            &["--store file"],
        );
}

#[test]
fn doctor_finds_that_a_new_account_has_no_keyring() {
    let Some((mut sandbox, _daemon)) = enrolled_session() else {
        return;
    };
    let fresh = KeyringDaemon::start(State::Fresh);
    join(&mut sandbox, &fresh);
    doctor(&sandbox)
        .exits(5)
        .finds("store", "fail", &["no default keyring yet"], &["seahorse"]);
    // An account with a keyring, but without this item.
    let other = KeyringDaemon::start(State::Unlocked);
    join(&mut sandbox, &other);
    doctor(&sandbox)
        .exits(5)
        .finds(
            "secrets",
            "fail",
            &["holds no secrets for the profile `default`", "account"],
            &["ropc login"],
        )
        .finds("store", "ok", &["took a random value"], &[]);
}

#[test]
fn doctor_warns_of_a_keyring_that_ends_at_log_out() {
    let Some((sandbox, _daemon)) = enrolled_session() else {
        return;
    };
    let systemd =
        "mount -t tmpfs none /run; mkdir -p /run/systemd/system; mount -t tmpfs none /var/lib";
    let Some(report) = doctor_after(&sandbox, systemd) else {
        return;
    };
    report.exits(0).finds(
        "lingering",
        "warn",
        &["lingering is off", "logs out"],
        &["loginctl enable-linger", "--key-source credential"],
    );
    report.and_nothing_else(&["lingering"]);
    let on = format!(
        "{systemd}; mkdir -p /var/lib/systemd/linger; touch /var/lib/systemd/linger/{}",
        me("-un")
    );
    doctor_after(&sandbox, &on).unwrap().exits(0).finds(
        "lingering",
        "ok",
        &["lingering is on"],
        &["after a reboot"],
    );
}

#[test]
fn doctor_finds_the_wrong_account() {
    if !needs::programs(&["setpriv"]) || !needs::root() {
        return;
    }
    let Some((sandbox, _daemon)) = enrolled_session() else {
        return;
    };
    // The other account may not be able to reach the binary.
    let binary = sandbox.root().join("ropc");
    crate::support::copy_program(crate::support::ROPC, &binary);
    set_mode(sandbox.root(), 0o755);
    let as_nobody = || {
        let mut command = sandbox.program("setpriv");
        command
            .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
            .arg(&binary)
            .args(["doctor", "--json"]);
        Report::of(sandbox.finish("doctor as nobody", command, &[]))
    };
    let before = sandbox.snapshot();
    let report = as_nobody();
    assert_eq!(report.json["account"], "nobody");
    report
        .exits(3)
        .finds(
            "account",
            "warn",
            &["runs as nobody", "belongs to root"],
            &["sudo -u root"],
        )
        .finds("profile", "fail", &["permission denied"], &["ls -l"]);
    assert_eq!(
        sandbox.snapshot(),
        before,
        "doctor makes nothing in the home of another account"
    );

    let chown = Command::new("chown")
        .args(["-R", "65534:65534"])
        .arg(sandbox.home())
        .status()
        .unwrap();
    assert!(chown.success());
    as_nobody()
        .exits(5)
        .finds("account", "ok", &["runs as nobody"], &[])
        .finds(
            "store",
            "fail",
            &["belongs to another user"],
            &["without sudo"],
        );
}

// ---- the way to the authority

#[test]
fn a_file_store_with_its_key_in_the_keychain_needs_the_keyring_too() {
    let Some((mut sandbox, _daemon)) = session(State::Unlocked) else {
        return;
    };
    sandbox
        .login_into(
            &["--store", "file", "--key-source", "keychain"],
            &[],
            &sandbox.secrets_json(),
        )
        .expect(0);
    let report = doctor(&sandbox);
    report
        .exits(0)
        .finds("store", "ok", &["took a random value"], &[])
        .finds("session-bus", "ok", &[], &[]);
    assert!(
        !report.findings().iter().any(|f| f["check"] == "store-key"),
        "there is no key file"
    );
    sandbox.set_env("DBUS_SESSION_BUS_ADDRESS", "");
    sandbox.set_env("XDG_RUNTIME_DIR", "/nonexistent");
    doctor(&sandbox).exits(5).finds(
        "session-bus",
        "fail",
        &["DBUS_SESSION_BUS_ADDRESS is not set"],
        &[],
    );
}

#[test]
fn the_findings_on_the_session_depend_on_the_store() {
    let mut sandbox = enrolled();
    sandbox.set_env(
        "SSL_CERT_FILE",
        sandbox.root().join("ca.pem").display().to_string().as_str(),
    );
    let cause = |report: &Report, check: &str| {
        let found = report
            .findings()
            .into_iter()
            .find(|f| f["check"] == check)
            .unwrap();
        found["cause"].as_str().unwrap().to_owned()
    };
    let report = doctor(&sandbox);
    assert!(cause(&report, "session").contains("everything it needs is stored"));
    assert!(
        !cause(&report, "environment").contains("SSL_CERT_FILE"),
        "the enrolled CA file counts, and nothing else"
    );
    let path = sandbox.profile_file("default");
    let profile = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, profile.replace("\"key-file\"", "\"passphrase\"")).unwrap();
    assert!(
        !cause(&doctor(&sandbox), "session").contains("stored"),
        "a passphrase is asked for"
    );
    let without = profile
        .lines()
        .filter(|line| !line.starts_with("ca_file"))
        .collect::<Vec<_>>()
        .join("\n");
    std::fs::write(&path, without).unwrap();
    assert!(
        cause(&doctor(&sandbox), "environment").contains("SSL_CERT_FILE"),
        "the control: it counts without one"
    );
}

#[test]
fn for_a_store_that_ropc_only_reads_the_fix_is_to_change_the_secret_there() {
    let sandbox = Sandbox::new();
    let dir = sandbox.root().join("secrets");
    std::fs::create_dir(&dir).unwrap();
    let wrong = crate::support::random_secret("pw");
    for (name, secret) in [
        ("password", &wrong),
        ("client_secret", &sandbox.client_secret),
    ] {
        std::fs::write(dir.join(name), secret).unwrap();
    }
    let facts = sandbox.facts();
    let mut args = vec![
        "login",
        "--no-verify",
        "--store",
        "directory",
        "--secrets-dir",
        dir.to_str().unwrap(),
    ];
    args.extend(facts.iter().map(String::as_str));
    sandbox.run(&args).expect(0);
    sandbox
        .run(&["exec", "--", "true"])
        .expect(125)
        .says(&["AADSTS50126"]);
    let report = doctor(&sandbox);
    report.exits(4).finds(
        "breaker",
        "fail",
        &["not sent again"],
        &["where the store `directory` takes it from"],
    );
}
