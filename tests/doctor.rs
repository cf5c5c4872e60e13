//! `ropc doctor` in situations that are really broken: each is named with its cause and its fix, a healthy one gives no
//! warning, and no secret leaves the machine in any of them.

#![cfg(all(unix, not(target_os = "macos")))]

mod support;

use entra_emulator::{Config, FEDERATED_USER, Fault, Hold, Route, Server, Times};
use serde_json::Value;
use std::collections::BTreeMap;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime};
use support::keyring_daemon::{KeyringDaemon, State, missing_program};
use support::{Run, Sandbox, leaks};

/// One run of `doctor --json`.
struct Report {
    code: i32,
    json: Value,
}

impl Report {
    fn of(run: Run) -> Self {
        assert_eq!(run.stderr, "", "the report is data");
        let json = serde_json::from_str(&run.stdout).unwrap_or_else(|e| panic!("{e}: {}", run.stdout));
        Self { code: run.code.unwrap(), json }
    }

    fn findings(&self) -> Vec<&Value> {
        self.json["findings"].as_array().unwrap().iter().collect()
    }

    /// Asserts that this check has this level, and that cause and fixes hold each of the words.
    #[track_caller]
    fn finds(&self, check: &str, level: &str, cause: &[&str], fix: &[&str]) -> &Self {
        let found = self.findings().into_iter().find(|f| f["check"] == check && f["level"] == level);
        let found = found.unwrap_or_else(|| panic!("no {level} of {check} in {:#}", self.json));
        let fixes = found["fix"].to_string();
        for word in cause {
            assert!(found["cause"].as_str().unwrap().contains(word), "`{word}` is not in {found:#}");
        }
        for word in fix {
            assert!(fixes.contains(word), "`{word}` is not in {found:#}");
        }
        self
    }

    /// Asserts that everything else is as it should be: the fault is named, and nothing but the fault.
    #[track_caller]
    fn and_nothing_else(&self, checks: &[&str]) {
        for finding in self.findings() {
            let expected = checks.iter().any(|check| finding["check"] == *check);
            assert!(expected || finding["level"] == "ok", "{finding:#}");
        }
    }

    #[track_caller]
    fn exits(&self, code: i32) -> &Self {
        assert_eq!(self.code, code, "{:#}", self.json);
        assert_eq!(self.json["exit_code"], code);
        self
    }
}

fn doctor(sandbox: &Sandbox) -> Report {
    Report::of(sandbox.run(&["doctor", "--json"]))
}

/// A sandbox with a profile in the file store.
fn enrolled() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    sandbox
}

/// The same with other facts, which no sign-in proved.
fn enrolled_unproved(more: &[&str]) -> Sandbox {
    let sandbox = Sandbox::new();
    let (mut args, mut facts) = (vec!["login", "--secrets-stdin", "--no-verify", "--store", "file", "--key-source", "key-file"], sandbox.facts());
    for pair in more.chunks(2) {
        let at = facts.iter().position(|f| f == pair[0]).unwrap();
        facts[at + 1] = pair[1].to_owned();
    }
    args.extend(facts.iter().map(String::as_str));
    sandbox.run_with_input(&args, &sandbox.secrets_json()).expect(0);
    sandbox
}

/// A sandbox in the session of a keyring whose bus is where every job finds it; `None` where the programs are missing,
/// which CI may not be.
fn session(state: State) -> Option<(Sandbox, KeyringDaemon)> {
    if let Some(name) = missing_program() {
        assert!(std::env::var_os("CI").is_none(), "CI lacks {name}");
        eprintln!("skipped: {name} is not installed");
        return None;
    }
    let daemon = KeyringDaemon::start(state);
    let mut sandbox = Sandbox::new();
    join(&mut sandbox, &daemon);
    Some((sandbox, daemon))
}

fn join(sandbox: &mut Sandbox, daemon: &KeyringDaemon) {
    let env: BTreeMap<_, _> = daemon.env();
    let runtime = Path::new(&env["XDG_RUNTIME_DIR"]);
    let _ = symlink(daemon.address().strip_prefix("unix:path=").unwrap(), runtime.join("bus"));
    for name in ["DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"] {
        sandbox.set_env(name, &env[name]);
    }
}

/// The same with a profile in the keychain.
fn enrolled_session() -> Option<(Sandbox, KeyringDaemon)> {
    let (sandbox, daemon) = session(State::Unlocked)?;
    sandbox.login_into(&[], &[], &sandbox.secrets_json()).expect(0);
    Some((sandbox, daemon))
}

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// A port on loopback where nothing listens.
fn closed_port() -> u16 {
    std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

/// What `id` says of this account.
fn me(flag: &str) -> String {
    String::from_utf8(Command::new("id").arg(flag).output().unwrap().stdout).unwrap().trim().to_owned()
}

/// Runs `doctor` after these mounts, which nobody else sees; `None` where this may not be done.
fn doctor_after(sandbox: &Sandbox, mounts: &str) -> Option<Report> {
    let allowed = Command::new("unshare").args(["-m", "true"]).output().is_ok_and(|o| o.status.success());
    if me("-u") != "0" || !allowed {
        eprintln!("skipped: a mount namespace needs root and unshare");
        return None;
    }
    let plain = sandbox.command(["doctor"]);
    let mut command = Command::new("unshare");
    command.args(["-m", "sh", "-ec", &format!("{mounts}\nexec {} doctor --json", support::ROPC)]).env_clear();
    command.envs(plain.get_envs().filter_map(|(n, v)| Some((n, v?)))).current_dir(sandbox.root());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    Some(Report::of(sandbox.finish("doctor in a mount namespace", command, &[])))
}

// ---- well

#[test]
fn a_healthy_machine_gives_no_warning() {
    let sandbox = enrolled();
    let report = doctor(&sandbox);
    report.exits(0).and_nothing_else(&[]);
    assert_eq!(report.json["verdict"], "ok");
    assert_eq!(report.json["version"], 1);
    assert_eq!(report.json["profile"], "default");
    let me = me("-un");
    assert_eq!(report.json["account"], me, "it names the account");
    report
        .finds("store", "ok", &["took a random value, gave it back and removed it"], &[])
        .finds("secrets", "ok", &["stored"], &[])
        .finds("authority", "ok", &["TCP and TLS", "the enrolled CA file"], &[])
        .finds("tenant", "ok", &["is known"], &[])
        .finds("user-realm", "ok", &["managed"], &[])
        .finds("store-key", "ok", &[], &["beside the store"]);
    let text = sandbox.run(&["doctor"]).expect(0).stdout;
    assert!(text.contains("all is well") && text.contains(&me), "{text}");
    sandbox.run(&["exec", "--no-cache", "--", "true"]).expect(0);
}

#[test]
fn a_healthy_keyring_gives_no_warning_and_keeps_nothing_of_it() {
    let Some((sandbox, daemon)) = enrolled_session() else { return };
    let items = || {
        let mut tool = Command::new("secret-tool");
        let output = daemon.apply_env(tool.args(["search", "--all", "service", "ropc"])).output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        let mut names: Vec<String> = text.lines().filter(|l| l.starts_with("attribute.username")).map(str::to_owned).collect();
        names.sort();
        names
    };
    let before = items();
    assert_eq!(before.len(), 2, "{before:?}");
    let report = doctor(&sandbox);
    // A machine that runs systemd may have lingering off, and says so rightly.
    let systemd = Path::new("/run/systemd/system").is_dir();
    report.exits(0).finds("store", "ok", &["Secret Service", "took a random value"], &[]).finds("session-bus", "ok", &["a job finds it too"], &[]);
    report.and_nothing_else(if systemd { &["lingering"] } else { &[] });
    assert_eq!(items(), before);
}

#[test]
fn no_secret_is_sent_and_nothing_that_lasts_is_changed() {
    let sandbox = enrolled();
    let sent = |sandbox: &Sandbox| {
        let mut all = Vec::new();
        for request in sandbox.emulator.requests() {
            all.extend_from_slice(request.path.as_bytes());
            all.extend_from_slice(request.query.unwrap_or_default().as_bytes());
            request.headers.iter().for_each(|(n, v)| all.extend_from_slice(format!("{n}: {v}\n").as_bytes()));
            all.extend_from_slice(&request.body);
        }
        (leaks::find(&all, &sandbox.password), leaks::find(&all, &sandbox.client_secret))
    };
    let (password, client_secret) = sent(&sandbox);
    assert!(password.is_some() && client_secret.is_some(), "control: the login did send them");
    sandbox.emulator.clear();
    let before = sandbox.snapshot();
    doctor(&sandbox).exits(0);
    sandbox.run(&["doctor"]).expect(0);
    let requests = sandbox.emulator.requests();
    assert_eq!(requests.len(), 4);
    for request in &requests {
        assert_eq!(request.method, "GET");
        assert!(request.body.is_empty() && request.header("authorization").is_none());
    }
    assert_eq!(requests[1].path, "/common/userrealm/svc-report@contoso.example");
    assert_eq!(requests[1].query.as_deref(), Some("api-version=1.0"));
    assert_eq!(sent(&sandbox), (None, None));
    assert_eq!(sandbox.emulator.token_requests(), 0);
    assert!(sandbox.emulator.violations().is_empty(), "{:?}", sandbox.emulator.violations());
    // The file store is sealed anew at each write; everything else is as it was, and no file was added.
    let unsealed = |files: Vec<(std::path::PathBuf, Vec<u8>)>| -> Vec<_> {
        files.into_iter().map(|(path, content)| if path.ends_with("store.sealed") { (path, Vec::new()) } else { (path, content) }).collect()
    };
    assert_eq!(unsealed(sandbox.snapshot()), unsealed(before));
}

// ---- the keychain

#[test]
fn a_locked_keyring() {
    let Some((sandbox, daemon)) = enrolled_session() else { return };
    daemon.lock();
    let report = doctor(&sandbox);
    report.exits(5).finds("store", "fail", &["the keyring is locked"], &["unlock", "--store file"]);
    report.and_nothing_else(&["store", "lingering"]);
}

#[test]
fn a_dead_daemon() {
    let Some((sandbox, mut daemon)) = enrolled_session() else { return };
    daemon.kill_daemon();
    doctor(&sandbox).exits(5).finds("store", "fail", &["nothing on the session bus keeps secrets"], &["gnome-keyring"]);
}

#[test]
fn a_hanging_keyring_does_not_hang_doctor() {
    let Some((sandbox, daemon)) = enrolled_session() else { return };
    daemon.stop_daemon();
    let start = Instant::now();
    let report = doctor(&sandbox);
    // A bound against hanging, not a measure: the store's own deadline is five seconds.
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
    report.exits(5).finds("store", "fail", &["did not answer in time"], &["open prompt"]).finds("user-realm", "ok", &[], &[]);
    let start = Instant::now();
    let report = Report::of(sandbox.run(&["doctor", "--json", "--timeout", "1s"]));
    assert!(start.elapsed() < Duration::from_secs(15), "{:?}", start.elapsed());
    report.exits(5).finds("store", "fail", &["no answer in time"], &["--timeout 2m"]);
    daemon.continue_daemon();
    doctor(&sandbox).exits(0);
}

#[test]
fn no_bus_a_bus_of_one_session_and_a_bus_without_a_provider() {
    let Some((mut sandbox, daemon)) = enrolled_session() else { return };
    let empty = KeyringDaemon::start(State::NoDaemon);
    join(&mut sandbox, &empty);
    doctor(&sandbox).exits(5).finds("store", "fail", &["org.freedesktop.secrets has no owner"], &["install and start a keyring"]);

    let runtime = tempfile::tempdir().unwrap();
    sandbox.set_env("XDG_RUNTIME_DIR", runtime.path().to_str().unwrap());
    sandbox.set_env("DBUS_SESSION_BUS_ADDRESS", &daemon.address());
    doctor(&sandbox).exits(0).finds("session-bus", "warn", &["of this session only", "cron"], &["--key-source credential"]);

    sandbox.set_env("DBUS_SESSION_BUS_ADDRESS", "");
    doctor(&sandbox)
        .exits(5)
        .finds("store", "fail", &["no D-Bus session bus"], &["enable-linger"])
        .finds("session-bus", "fail", &["DBUS_SESSION_BUS_ADDRESS is not set"], &["--store file"]);
}

#[test]
fn a_fresh_account_without_a_keyring() {
    let Some((mut sandbox, _daemon)) = enrolled_session() else { return };
    let fresh = KeyringDaemon::start(State::Fresh);
    join(&mut sandbox, &fresh);
    doctor(&sandbox).exits(5).finds("store", "fail", &["no default keyring yet"], &["seahorse"]);
    // An account that has a keyring, and not this item.
    let other = KeyringDaemon::start(State::Unlocked);
    join(&mut sandbox, &other);
    doctor(&sandbox).exits(5).finds("secrets", "fail", &["holds no secrets for the profile `default`", "account"], &["ropc login"]).finds(
        "store",
        "ok",
        &["took a random value"],
        &[],
    );
}

#[test]
fn a_keyring_that_ends_with_the_log_out() {
    let Some((sandbox, _daemon)) = enrolled_session() else { return };
    let systemd = "mount -t tmpfs none /run; mkdir -p /run/systemd/system; mount -t tmpfs none /var/lib";
    let Some(report) = doctor_after(&sandbox, systemd) else { return };
    report.exits(0).finds("lingering", "warn", &["lingering is off", "logs out"], &["loginctl enable-linger", "--key-source credential"]);
    report.and_nothing_else(&["lingering"]);
    let on = format!("{systemd}; mkdir -p /var/lib/systemd/linger; touch /var/lib/systemd/linger/{}", me("-un"));
    doctor_after(&sandbox, &on).unwrap().exits(0).finds("lingering", "ok", &["lingering is on"], &["after a reboot"]);
}

#[test]
fn the_wrong_account() {
    if me("-u") != "0" || !Path::new("/usr/bin/setpriv").exists() {
        eprintln!("skipped: to be another account needs root and setpriv");
        return;
    }
    let Some((sandbox, _daemon)) = enrolled_session() else { return };
    // The binary may lie where the other account cannot go.
    let binary = sandbox.root().join("ropc");
    std::fs::copy(support::ROPC, &binary).unwrap();
    set_mode(sandbox.root(), 0o755);
    let as_nobody = || {
        let plain = sandbox.command(["doctor"]);
        let mut command = Command::new("/usr/bin/setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(&binary).args(["doctor", "--json"]).env_clear();
        command.envs(plain.get_envs().filter_map(|(n, v)| Some((n, v?)))).current_dir(sandbox.root());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Report::of(sandbox.finish("doctor as nobody", command, &[]))
    };
    let before = sandbox.snapshot();
    let report = as_nobody();
    assert_eq!(report.json["account"], "nobody");
    report.exits(3).finds("account", "warn", &["runs as nobody", "belongs to root"], &["sudo -u root"]).finds(
        "profile",
        "fail",
        &["permission denied"],
        &["ls -l"],
    );
    assert_eq!(sandbox.snapshot(), before, "nothing is made in the home of another account");

    let chown = Command::new("chown").args(["-R", "65534:65534"]).arg(sandbox.home()).status().unwrap();
    assert!(chown.success());
    as_nobody().exits(5).finds("account", "ok", &["runs as nobody"], &[]).finds(
        "store",
        "fail",
        &["belongs to another user"],
        &["without sudo"],
    );
}

// ---- the way to the authority

/// A discovery answer with this `Date`.
fn dated(sandbox: &Sandbox, date: SystemTime) -> Fault {
    let body = format!("{{\"token_endpoint\":\"{}/x/oauth2/v2.0/token\"}}", sandbox.emulator.authority());
    let headers = vec![("Content-Type".into(), "application/json".into()), ("Date".into(), http_date(date))];
    Fault::Custom { status: 200, headers, body: body.into() }
}

fn http_date(time: SystemTime) -> String {
    let seconds = time.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let output = Command::new("date").args(["-u", "-d", &format!("@{seconds}"), "+%a, %d %b %Y %H:%M:%S GMT"]).env("LC_ALL", "C").output();
    String::from_utf8(output.unwrap().stdout).unwrap().trim().to_owned()
}

#[test]
fn a_clock_that_is_off() {
    let sandbox = enrolled();
    let minutes = |n: u64| Duration::from_secs(60 * n);
    let shown = |date| {
        sandbox.emulator.inject_on(Route::Discovery, dated(&sandbox, date), Times::Once);
        doctor(&sandbox)
    };
    shown(SystemTime::now() - minutes(10)).exits(3).finds("clock", "fail", &["10m", "ahead of localhost"], &["timedatectl"]).and_nothing_else(&["clock"]);
    shown(SystemTime::now() + minutes(11)).exits(3).finds("clock", "fail", &["behind localhost"], &["w32tm"]);
    shown(SystemTime::now() - minutes(3)).exits(0).finds("clock", "warn", &["ahead of"], &["timedatectl"]);
    shown(SystemTime::now() - minutes(1)).exits(0).and_nothing_else(&[]);
}

#[test]
fn roots_that_are_damaged_another_or_gone() {
    let sandbox = enrolled();
    let ca = sandbox.root().join("ca.pem");
    std::fs::write(&ca, "this is no certificate\n").unwrap();
    let changed = &["CA file's SHA-256"][..];
    doctor(&sandbox).exits(3).finds("authority", "fail", &["roots of trust"], &["CERTIFICATE"]).finds("secrets", "fail", changed, &["ropc login"]);

    let other = Server::start(Config::contoso());
    other.write_ca(&ca).unwrap();
    doctor(&sandbox).exits(3).finds("authority", "fail", &["no trusted TLS connection"], &["--ca-file", "clock"]).finds("secrets", "fail", changed, &[]);
    assert_eq!(sandbox.emulator.requests().iter().filter(|r| r.method == "GET").count(), 0);

    std::fs::remove_file(&ca).unwrap();
    doctor(&sandbox).exits(3).finds("authority", "fail", &["cannot be read", "does not exist"], &["put it back"]);
}

#[test]
fn a_certificate_of_another_root_with_everything_else_right() {
    // Enrolled with the other root from the start, so that the binding is right and only TLS is wrong.
    let other = Server::start(Config::contoso());
    let dir = tempfile::tempdir().unwrap();
    let ca = dir.path().join("other.pem");
    other.write_ca(&ca).unwrap();
    let sandbox = enrolled_unproved(&["--ca-file", ca.to_str().unwrap()]);
    let report = doctor(&sandbox);
    report.exits(6).finds("authority", "fail", &["no trusted TLS connection to localhost"], &["inspects TLS"]).and_nothing_else(&["authority"]);
}

#[test]
fn a_proxy_that_refuses_is_named_without_its_credentials() {
    let mut sandbox = enrolled();
    let (port, secret) = (closed_port(), support::random_secret("Px").replace(['&', '%', '~', '+'], "x"));
    sandbox.watch("proxy password", &secret);
    sandbox.set_env("HTTPS_PROXY", &format!("http://user:{secret}@127.0.0.1:{port}"));
    let at = format!("127.0.0.1:{port}");
    let report = doctor(&sandbox);
    report.exits(6).finds("proxy", "ok", &[&at, "HTTPS_PROXY"], &[]).and_nothing_else(&["authority"]);
    report.finds("authority", "fail", &["the proxy", &at, "(from HTTPS_PROXY) refused the connection"], &["NO_PROXY", "HTTPS_PROXY"]);
    sandbox.set_env("HTTPS_PROXY", "http://proxy.nosuch.invalid:3128");
    doctor(&sandbox).exits(6).finds("authority", "fail", &["the name of the proxy", "cannot be resolved"], &[]);
    sandbox.set_env("NO_PROXY", "localhost");
    doctor(&sandbox).exits(0).finds("proxy", "ok", &["directly"], &[]);
}

#[test]
fn a_name_without_an_address_and_a_port_where_nothing_listens() {
    let sandbox = enrolled_unproved(&["--authority", "https://nosuch.invalid"]);
    let report = doctor(&sandbox);
    report.exits(6).finds("authority", "fail", &["the name nosuch.invalid cannot be resolved"], &["check DNS"]).and_nothing_else(&["authority"]);

    let authority = format!("https://localhost:{}", closed_port());
    let sandbox = enrolled_unproved(&["--authority", &authority]);
    doctor(&sandbox).exits(6).finds("authority", "fail", &["refused the connection"], &["firewall"]);
}

#[test]
fn a_name_server_that_never_answers() {
    let sandbox = enrolled_unproved(&["--authority", "https://login.contoso.example"]);
    let silent = std::net::UdpSocket::bind("127.0.0.9:53");
    if silent.is_err() {
        eprintln!("skipped: port 53 of 127.0.0.9 is not to be had");
        return;
    }
    let file = sandbox.root().join("resolv.conf");
    std::fs::write(&file, "nameserver 127.0.0.9\noptions timeout:30 attempts:1\n").unwrap();
    let start = Instant::now();
    let mounts = format!("mount --bind {} /etc/resolv.conf", file.display());
    let Some(report) = doctor_after(&sandbox, &mounts) else { return };
    report.exits(6).finds("authority", "fail", &["no name server says where login.contoso.example is"], &["resolv.conf"]);
    // The resolver itself would wait for half a minute and more.
    assert!(start.elapsed() < Duration::from_secs(25), "{:?}", start.elapsed());
}

#[test]
fn something_else_than_entra_answers_or_nothing_does() {
    let sandbox = enrolled();
    let portal = Fault::Custom { status: 200, headers: vec![("Content-Type".into(), "text/html".into())], body: b"<html>guest network</html>".to_vec() };
    sandbox.emulator.inject_on(Route::Discovery, portal, Times::Once);
    doctor(&sandbox).exits(6).finds("authority", "fail", &["not as Entra does"], &["captive portal"]);
    sandbox.emulator.inject_on(Route::Discovery, Fault::BadGateway, Times::Once);
    doctor(&sandbox).exits(6).finds("authority", "fail", &["status 502"], &["later"]);
    let hold = Hold::new();
    sandbox.emulator.inject_on(Route::Discovery, Fault::Hold(hold.clone()), Times::Once);
    let report = Report::of(sandbox.run(&["doctor", "--json", "--timeout", "2s"]));
    report.exits(6).finds("network", "fail", &["no answer in time"], &["--timeout"]).finds("store", "ok", &[], &[]);
    hold.release();
}

#[test]
fn a_tenant_that_nobody_knows_and_users_of_elsewhere() {
    let sandbox = enrolled_unproved(&["--tenant", "7f1d3c52-0b7e-4a43-9a1c-2f6d54f0aa99"]);
    let report = doctor(&sandbox);
    report.exits(3).finds("tenant", "fail", &["knows no tenant `7f1d3c52"], &["Overview", "--cloud"]).and_nothing_else(&["tenant"]);

    let sandbox = enrolled_unproved(&["--username", FEDERATED_USER]);
    let report = doctor(&sandbox);
    report.exits(0).finds("user-realm", "warn", &["federated", "sts.fabrikam.example", "AADSTS50126"], &["cloud-only", "home realm discovery"]);
    report.and_nothing_else(&["user-realm"]);

    let sandbox = enrolled_unproved(&["--username", "svc#EXT#@nosuch.example"]);
    doctor(&sandbox).exits(3).finds("user-realm", "fail", &["knows no directory", "svc#EXT#@nosuch.example"], &["--username"]);
    let asked = sandbox.emulator.requests().last().unwrap().path.clone();
    assert_eq!(asked, "/common/userrealm/svc%23EXT%23@nosuch.example");
}

// ---- this machine

#[test]
fn directories_that_cannot_be_written() {
    let mut sandbox = enrolled();
    let file = sandbox.root().join("a-file");
    std::fs::write(&file, "").unwrap();
    sandbox.set_env("ROPC_STATE_DIR", file.join("state").to_str().unwrap());
    let report = doctor(&sandbox);
    report.exits(3).finds("state", "fail", &["state directory cannot be written", "sends no password"], &["ROPC_STATE_DIR"]).and_nothing_else(&["state"]);

    let runtime = tempfile::tempdir().unwrap();
    sandbox.set_env("XDG_RUNTIME_DIR", runtime.path().to_str().unwrap());
    doctor(&sandbox).exits(0).finds("state", "warn", &["lost with the log-in session"], &["ROPC_STATE_DIR"]);

    sandbox.set_env("ROPC_CACHE_DIR", file.join("cache").to_str().unwrap());
    doctor(&sandbox).exits(0).finds("cache", "warn", &["cache directory cannot be written", "signs in anew"], &["ROPC_CACHE_DIR"]);
}

#[test]
fn files_that_others_may_read_or_write() {
    let sandbox = enrolled();
    let key = sandbox.config_dir().join("store.key");
    set_mode(&key, 0o644);
    let report = doctor(&sandbox);
    report.exits(5).finds("store", "fail", &["store.key", "others may read it"], &["chmod 600"]).and_nothing_else(&["store"]);
    set_mode(&key, 0o600);
    // A store that can be read and not written serves every job, but no login.
    let lock = sandbox.config_dir().join("store.lock");
    std::fs::remove_file(&lock).unwrap();
    std::fs::create_dir(&lock).unwrap();
    let report = doctor(&sandbox);
    report.exits(0).finds("store", "warn", &["can be read, so jobs work, but not written"], &["`ropc login` would fail"]).and_nothing_else(&["store"]);
    sandbox.run(&["exec", "--no-cache", "--", "true"]).expect(0);
    std::fs::remove_dir(&lock).unwrap();
    set_mode(&sandbox.profile_file("default"), 0o666);
    let report = doctor(&sandbox);
    report.exits(0).finds("profile-mode", "warn", &["default.toml", "others may write to it"], &["chmod go-w"]).and_nothing_else(&["profile-mode"]);
}

#[test]
fn secrets_that_are_gone() {
    let sandbox = enrolled();
    std::fs::remove_file(sandbox.config_dir().join("store.sealed")).unwrap();
    doctor(&sandbox).exits(5).finds("secrets", "fail", &["holds no secrets for the profile"], &["ropc login"]);
    assert!(!sandbox.config_dir().join("store.sealed").exists(), "no store is made by looking");
    std::fs::remove_file(sandbox.config_dir().join("store.key")).unwrap();
    doctor(&sandbox).exits(5);
    assert!(!sandbox.config_dir().join("store.key").exists(), "no key is made by looking");
}

#[test]
fn a_refused_password_is_remembered() {
    let sandbox = enrolled();
    sandbox.emulator.set_password(entra_emulator::CONTOSO_USER, "another one");
    sandbox.run(&["exec", "--no-cache", "--", "true"]).expect(125);
    let report = doctor(&sandbox);
    report.exits(4).finds("breaker", "fail", &["Entra refused a stored secret", "AADSTS50126"], &["`ropc login`", "--retry", "ropc explain 50126"]);
    report.and_nothing_else(&["breaker"]);
    assert_eq!(sandbox.emulator.failed_sign_ins(entra_emulator::CONTOSO_USER), 1);
}

#[test]
fn a_profile_that_was_edited_damaged_or_never_made() {
    let sandbox = enrolled();
    let file = sandbox.profile_file("default");
    let good = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, good.replace("svc-report@", "svc-other@")).unwrap();
    let report = doctor(&sandbox);
    report.exits(3).finds("secrets", "fail", &["was changed after its secrets were stored", "svc-other@"], &["enrol again", "find out who did"]);
    report.and_nothing_else(&["secrets"]);
    std::fs::write(&file, good.replace("tenant =", "tennant =")).unwrap();
    let mut sandbox = sandbox;
    // Without a usable profile the general checks ask the global cloud, which must not happen in a test.
    sandbox.set_env("HTTPS_PROXY", &format!("http://127.0.0.1:{}", closed_port()));
    doctor(&sandbox).exits(3).finds("profile", "fail", &["`tennant` is not a key"], &["did you mean `tenant`"]);
    let none = Report::of(sandbox.run(&["doctor", "--json", "-p", "nightly"]));
    none.exits(3).finds("profile", "fail", &["there is no profile `nightly`"], &["ropc login -p nightly"]).finds("store", "warn", &[], &["--store file"]);
    assert_eq!(sandbox.emulator.token_requests(), 1, "only the login");
}

#[test]
fn an_environment_as_cron_gives_it() {
    let sandbox = enrolled();
    let mut command = sandbox.command(["doctor", "--json"]);
    command.env_clear().env("PATH", "/usr/bin:/bin").env("HTTPS_PROXY", format!("http://127.0.0.1:{}", closed_port()));
    let report = Report::of(sandbox.finish("doctor without a home", command, &[]));
    report.exits(3).finds("profile", "fail", &["neither HOME nor ROPC_CONFIG_DIR"], &["cron"]).finds("state", "fail", &["sends no password"], &["ROPC_STATE_DIR"]);

    let mut command = sandbox.command(["doctor", "--json"]);
    command.env("ROPC_CONFIG_DIR", "etc/ropc");
    let report = Report::of(sandbox.finish("doctor with a relative place", command, &[]));
    report.finds("environment", "fail", &["ROPC_CONFIG_DIR is not an absolute path"], &["whole path"]);
}

#[test]
fn variables_that_would_mislead_the_job() {
    let mut sandbox = enrolled();
    let (secret, token) = (support::random_secret("Az"), support::random_secret("Tk"));
    sandbox.watch("AZURE_PASSWORD", &secret);
    sandbox.watch("old token", &token);
    sandbox.set_env("AZURE_PASSWORD", &secret);
    sandbox.set_env("MSI_ENDPOINT", "http://169.254.169.254/");
    sandbox.set_env("GRAPH_ACCESS_TOKEN", &token);
    sandbox.set_env("http_proxy", "http://proxy.contoso.example:3128");
    let report = doctor(&sandbox);
    report.exits(0).finds("variables", "warn", &["AZURE_PASSWORD, MSI_ENDPOINT"], &["env -u AZURE_PASSWORD -u MSI_ENDPOINT", "plain text"]);
    report.finds("stale-token", "warn", &["GRAPH_ACCESS_TOKEN"], &["unset"]).finds("no-proxy", "warn", &["http_proxy", "127.0.0.1"], &["NO_PROXY=localhost,127.0.0.1"]);
    report.and_nothing_else(&["variables", "stale-token", "no-proxy"]);
}
