//! Directories, files, records and variables of this account.

use super::*;

#[test]
fn doctor_finds_directories_that_cannot_be_written() {
    let mut sandbox = enrolled();
    let file = sandbox.root().join("a-file");
    std::fs::write(&file, "").unwrap();
    sandbox.set_env("ROPC_STATE_DIR", file.join("state").to_str().unwrap());
    let report = doctor(&sandbox);
    report
        .exits(3)
        .finds(
            "state",
            "fail",
            &["state directory cannot be written", "sends no password"],
            &["ROPC_STATE_DIR"],
        )
        .and_nothing_else(&["state"]);

    let runtime = tempfile::tempdir().unwrap();
    sandbox.set_env("XDG_RUNTIME_DIR", runtime.path().to_str().unwrap());
    doctor(&sandbox).exits(3).finds(
        "state",
        "fail",
        &["lost with the log-in session"],
        &["ROPC_STATE_DIR"],
    );
    sandbox.set_env(
        "ROPC_STATE_DIR",
        sandbox.root().join("state").to_str().unwrap(),
    );
    doctor(&sandbox)
        .exits(0)
        .finds("state", "ok", &["can be written"], &[]);

    sandbox.set_env("ROPC_CACHE_DIR", file.join("cache").to_str().unwrap());
    doctor(&sandbox).exits(0).finds(
        "cache",
        "warn",
        &["cache directory cannot be written", "every run signs in"],
        &["ROPC_CACHE_DIR"],
    );
}

#[test]
fn doctor_finds_a_full_disk() {
    let sandbox = enrolled();
    let full = format!(
        "mount -t tmpfs -o size=32k,mode=700 none '{0}'; mkdir '{0}/locks'; cat /dev/zero > '{0}/fill' 2>/dev/null || true",
        sandbox.state_dir().display()
    );
    let Some(report) = doctor_after(&sandbox, &full) else {
        return;
    };
    report.exits(3).finds(
        "state",
        "fail",
        &["cannot be written", "sends no password"],
        &["ROPC_STATE_DIR"],
    );
    report.and_nothing_else(&["state"]);
}

#[test]
fn doctor_finds_files_that_others_may_read_or_write() {
    let sandbox = enrolled();
    let key = sandbox.config_dir().join("store.key");
    set_mode(&key, 0o644);
    let report = doctor(&sandbox);
    report
        .exits(5)
        .finds(
            "store",
            "fail",
            &["store.key", "others may read it"],
            &["chmod 600"],
        )
        .and_nothing_else(&["store"]);
    set_mode(&key, 0o600);
    // A store that can only be read is enough for jobs, but not for a login.
    let lock = sandbox.config_dir().join("store.lock");
    std::fs::remove_file(&lock).unwrap();
    std::fs::create_dir(&lock).unwrap();
    let report = doctor(&sandbox);
    report
        .exits(0)
        .finds(
            "store",
            "warn",
            &["can be read, so jobs work, but not written"],
            &["`ropc login` would fail"],
        )
        .and_nothing_else(&["store"]);
    sandbox.run(&["exec", "--no-cache", "--", "true"]).expect(0);
    std::fs::remove_dir(&lock).unwrap();
    set_mode(&sandbox.profile_file("default"), 0o666);
    let report = doctor(&sandbox);
    report
        .exits(0)
        .finds(
            "profile-mode",
            "warn",
            &["default.toml", "others may write to"],
            &["chmod go-w"],
        )
        .and_nothing_else(&["profile-mode"]);
}

#[test]
fn doctor_finds_missing_secrets() {
    let sandbox = enrolled();
    std::fs::remove_file(sandbox.config_dir().join("store.sealed")).unwrap();
    doctor(&sandbox).exits(5).finds(
        "secrets",
        "fail",
        &["holds no secrets for the profile"],
        &["ropc login"],
    );
    assert!(
        !sandbox.config_dir().join("store.sealed").exists(),
        "doctor makes no store"
    );
    std::fs::remove_file(sandbox.config_dir().join("store.key")).unwrap();
    doctor(&sandbox).exits(5);
    assert!(
        !sandbox.config_dir().join("store.key").exists(),
        "doctor makes no key"
    );
}

#[test]
fn doctor_reports_a_refused_password() {
    let sandbox = enrolled();
    sandbox
        .emulator
        .set_password(entra_emulator::CONTOSO_USER, "another one");
    sandbox
        .run(&["exec", "--no-cache", "--", "true"])
        .expect(125);
    let report = doctor(&sandbox);
    report.exits(4).finds(
        "breaker",
        "fail",
        &["Entra refused a stored secret", "AADSTS50126"],
        &["`ropc login`", "--retry", "ropc explain 50126"],
    );
    report.and_nothing_else(&["breaker"]);
    assert_eq!(
        sandbox
            .emulator
            .failed_sign_ins(entra_emulator::CONTOSO_USER),
        1
    );
}

#[test]
fn doctor_finds_a_password_that_was_refused_in_another_profile() {
    let sandbox = Sandbox::new();
    let wrong = crate::support::random_secret("Wr");
    sandbox.watch("the wrong password", &wrong);
    for name in ["default", "other"] {
        sandbox
            .login_with(
                &["--no-verify", "-p", name],
                &crate::support::secrets_json(&sandbox.client_secret, &wrong),
            )
            .expect(0);
    }
    doctor(&sandbox)
        .exits(0)
        .finds("breaker", "ok", &["no refusal is on record"], &[]);
    sandbox
        .run(&["exec", "-p", "other", "--", "true"])
        .expect(125);
    let report = doctor(&sandbox);
    report.exits(4).finds(
        "secrets",
        "fail",
        &["Entra refused before", "AADSTS50126"],
        &["store the right one with `ropc login`", "--retry"],
    );
    report
        .finds("breaker", "ok", &["in the profile `other`"], &[])
        .and_nothing_else(&["secrets"]);
    let status: Value =
        serde_json::from_str(&sandbox.run(&["status", "--json"]).expect(0).stdout).unwrap();
    assert_eq!(status["breaker"]["state"], "ready");
    assert!(
        status["breaker"]["reason"]
            .as_str()
            .unwrap()
            .contains("`other`"),
        "{status}"
    );
    sandbox
        .run(&["exec", "--", "true"])
        .expect(125)
        .says(&["is not sent"]);
    // With the right password it is at most a note.
    sandbox.login(&["--yes"]).expect(0);
    doctor(&sandbox).exits(0).and_nothing_else(&[]);
    assert_eq!(
        sandbox
            .emulator
            .failed_sign_ins(entra_emulator::CONTOSO_USER),
        1
    );
}

#[test]
fn doctor_finds_an_edited_a_damaged_and_a_missing_profile() {
    let sandbox = enrolled();
    let file = sandbox.profile_file("default");
    let good = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, good.replace("svc-report@", "svc-other@")).unwrap();
    let report = doctor(&sandbox);
    report.exits(3).finds(
        "secrets",
        "fail",
        &["was changed after its secrets were stored", "svc-other@"],
        &["enrol again", "find out who did"],
    );
    report.and_nothing_else(&["secrets"]);
    std::fs::write(&file, good.replace("tenant =", "tennant =")).unwrap();
    let mut sandbox = sandbox;
    // Without a usable profile the general checks ask the global cloud, which must not happen in a
    // test.
    sandbox.set_env(
        "HTTPS_PROXY",
        &format!("http://127.0.0.1:{}", closed_port()),
    );
    doctor(&sandbox).exits(3).finds(
        "profile",
        "fail",
        &["`tennant` is not a key"],
        &["did you mean `tenant`"],
    );
    let none = Report::of(sandbox.run(&["doctor", "--json", "-p", "nightly"]));
    none.exits(3)
        .finds(
            "profile",
            "fail",
            &["there is no profile `nightly`"],
            &["ropc login -p nightly"],
        )
        .finds("store", "warn", &[], &["--store file"]);
    assert_eq!(sandbox.emulator.token_requests(), 1, "only the login");
}

#[test]
fn doctor_works_in_the_environment_of_cron() {
    let sandbox = enrolled();
    let mut command = sandbox.command(["doctor", "--json"]);
    command
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("HTTPS_PROXY", format!("http://127.0.0.1:{}", closed_port()));
    let report = Report::of(sandbox.finish("doctor without a home", command, &[]));
    report
        .exits(3)
        .finds(
            "profile",
            "fail",
            &["neither HOME nor ROPC_CONFIG_DIR"],
            &["cron"],
        )
        .finds("state", "fail", &["sends no password"], &["ROPC_STATE_DIR"]);

    let mut command = sandbox.command(["doctor", "--json"]);
    command.env("ROPC_CONFIG_DIR", "etc/ropc");
    let report = Report::of(sandbox.finish("doctor with a relative place", command, &[]));
    report.finds(
        "environment",
        "fail",
        &["ROPC_CONFIG_DIR is not an absolute path"],
        &["whole path"],
    );
}

#[test]
fn doctor_finds_variables_that_would_mislead_the_job() {
    let mut sandbox = enrolled();
    let (secret, token) = (
        crate::support::random_secret("Az"),
        crate::support::random_secret("Tk"),
    );
    sandbox.watch("AZURE_PASSWORD", &secret);
    sandbox.watch("old token", &token);
    sandbox.set_env("AZURE_PASSWORD", &secret);
    sandbox.set_env("MSI_ENDPOINT", "http://169.254.169.254/");
    sandbox.set_env("GRAPH_ACCESS_TOKEN", &token);
    sandbox.set_env("http_proxy", "http://proxy.contoso.example:3128");
    let report = doctor(&sandbox);
    report.exits(0).finds(
        "variables",
        "warn",
        &["MSI_ENDPOINT, AZURE_PASSWORD"],
        &["env -u MSI_ENDPOINT -u AZURE_PASSWORD", "plain text"],
    );
    report
        .finds("stale-token", "warn", &["GRAPH_ACCESS_TOKEN"], &["unset"])
        .finds(
            "no-proxy",
            "warn",
            &["http_proxy", "127.0.0.1"],
            &["NO_PROXY=localhost,127.0.0.1"],
        );
    report.and_nothing_else(&["variables", "stale-token", "no-proxy"]);
}
