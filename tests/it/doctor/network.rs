//! The connection to Entra: name, port, proxy, TLS, clock, tenant and user.

use super::*;

/// A discovery answer with this `Date`.
fn dated(sandbox: &Sandbox, date: SystemTime) -> Fault {
    let body = format!(
        "{{\"token_endpoint\":\"{}/x/oauth2/v2.0/token\"}}",
        sandbox.emulator.authority()
    );
    let headers = vec![
        ("Content-Type".into(), "application/json".into()),
        ("Date".into(), http_date(date)),
    ];
    Fault::Custom {
        status: 200,
        headers,
        body: body.into(),
    }
}

fn http_date(time: SystemTime) -> String {
    let seconds = time
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let output = Command::new("date")
        .args([
            "-u",
            "-d",
            &format!("@{seconds}"),
            "+%a, %d %b %Y %H:%M:%S GMT",
        ])
        .env("LC_ALL", "C")
        .output();
    String::from_utf8(output.unwrap().stdout)
        .unwrap()
        .trim()
        .to_owned()
}

#[test]
fn doctor_finds_a_wrong_clock() {
    let sandbox = enrolled();
    let minutes = |n: u64| Duration::from_secs(60 * n);
    let shown = |date| {
        sandbox
            .emulator
            .inject_on(Route::Discovery, dated(&sandbox, date), Times::Once);
        doctor(&sandbox)
    };
    shown(SystemTime::now() - minutes(10))
        .exits(3)
        .finds(
            "clock",
            "fail",
            &["10m", "ahead of localhost"],
            &["timedatectl"],
        )
        .and_nothing_else(&["clock"]);
    shown(SystemTime::now() + minutes(11)).exits(3).finds(
        "clock",
        "fail",
        &["behind localhost"],
        &["w32tm"],
    );
    shown(SystemTime::now() - minutes(3)).exits(0).finds(
        "clock",
        "warn",
        &["ahead of"],
        &["timedatectl"],
    );
    shown(SystemTime::now() - minutes(1))
        .exits(0)
        .and_nothing_else(&[]);
}

#[test]
fn doctor_finds_damaged_changed_and_missing_roots() {
    let sandbox = enrolled();
    let ca = sandbox.root().join("ca.pem");
    std::fs::write(&ca, "this is no certificate\n").unwrap();
    let unusable = &["roots of trust", "holds no certificate"][..];
    doctor(&sandbox)
        .exits(3)
        .finds("authority", "fail", unusable, &["CERTIFICATE"])
        .finds("secrets", "fail", unusable, &["CERTIFICATE"]);

    let other = Server::start(Config::contoso());
    other.write_ca(&ca).unwrap();
    doctor(&sandbox)
        .exits(3)
        .finds(
            "authority",
            "fail",
            &["no trusted TLS connection"],
            &["--ca-file", "same name"],
        )
        .finds("secrets", "fail", &["CA file's SHA-256"], &["ropc login"]);
    assert_eq!(
        sandbox
            .emulator
            .requests()
            .iter()
            .filter(|r| r.method == "GET")
            .count(),
        0
    );

    std::fs::remove_file(&ca).unwrap();
    doctor(&sandbox).exits(3).finds(
        "authority",
        "fail",
        &["cannot be read", "does not exist"],
        &["put it back"],
    );
}

#[test]
fn doctor_finds_a_certificate_of_another_root() {
    // Enrolled with the other root from the start, so that the binding is right and only TLS is
    // wrong.
    let other = Server::start(Config::contoso());
    let dir = tempfile::tempdir().unwrap();
    let ca = dir.path().join("other.pem");
    other.write_ca(&ca).unwrap();
    let sandbox = enrolled_unproved(&["--ca-file", ca.to_str().unwrap()]);
    let report = doctor(&sandbox);
    report
        .exits(6)
        .finds(
            "authority",
            "fail",
            &["no trusted TLS connection to localhost"],
            &["inspects TLS"],
        )
        .and_nothing_else(&["authority"]);
}

#[test]
fn doctor_names_a_refusing_proxy_without_its_credentials() {
    let mut sandbox = enrolled();
    let (port, secret) = (
        closed_port(),
        crate::support::random_secret("Px").replace(['&', '%', '~', '+'], "x"),
    );
    sandbox.watch("proxy password", &secret);
    sandbox.set_env(
        "HTTPS_PROXY",
        &format!("http://user:{secret}@127.0.0.1:{port}"),
    );
    let at = format!("127.0.0.1:{port}");
    let report = doctor(&sandbox);
    report
        .exits(6)
        .finds("proxy", "ok", &[&at, "HTTPS_PROXY"], &[])
        .and_nothing_else(&["authority"]);
    report.finds(
        "authority",
        "fail",
        &[
            "the proxy",
            &at,
            "(from HTTPS_PROXY) refused the connection",
        ],
        &["NO_PROXY", "HTTPS_PROXY"],
    );
    sandbox.set_env("HTTPS_PROXY", "http://proxy.nosuch.invalid:3128");
    if let Some(report) = doctor_without_names(&sandbox) {
        report.exits(6).finds(
            "authority",
            "fail",
            &["the name of the proxy", "cannot be resolved"],
            &[],
        );
    }
    sandbox.set_env("NO_PROXY", "localhost");
    doctor(&sandbox)
        .exits(0)
        .finds("proxy", "ok", &["directly"], &[]);
}

/// Resolves names from the hosts file only, so that no query goes to a name server.
fn doctor_without_names(sandbox: &Sandbox) -> Option<Report> {
    let file = sandbox.root().join("nsswitch.conf");
    std::fs::write(&file, "passwd: files\ngroup: files\nhosts: files\n").unwrap();
    doctor_after(
        sandbox,
        &format!("mount --bind {} /etc/nsswitch.conf", file.display()),
    )
}

#[test]
fn doctor_finds_an_unknown_name_and_a_closed_port() {
    let sandbox = enrolled_unproved(&["--authority", "https://nosuch.invalid"]);
    let Some(report) = doctor_without_names(&sandbox) else {
        return;
    };
    report
        .exits(6)
        .finds(
            "authority",
            "fail",
            &["the name nosuch.invalid cannot be resolved"],
            &["check DNS"],
        )
        .and_nothing_else(&["authority"]);

    let authority = format!("https://localhost:{}", closed_port());
    let sandbox = enrolled_unproved(&["--authority", &authority]);
    doctor(&sandbox).exits(6).finds(
        "authority",
        "fail",
        &["refused the connection"],
        &["firewall"],
    );
}

#[test]
fn doctor_finds_a_name_server_that_never_answers() {
    let sandbox = enrolled_unproved(&["--authority", "https://login.contoso.example"]);
    let silent = std::net::UdpSocket::bind("127.0.0.9:53");
    if !needs::root() || !needs::allowed(silent.is_ok(), "port 53 of 127.0.0.9") {
        return;
    }
    let file = sandbox.root().join("resolv.conf");
    std::fs::write(
        &file,
        "nameserver 127.0.0.9\noptions timeout:30 attempts:1\n",
    )
    .unwrap();
    let start = Instant::now();
    let mounts = format!("mount --bind {} /etc/resolv.conf", file.display());
    let Some(report) = doctor_after(&sandbox, &mounts) else {
        return;
    };
    report.exits(6).finds(
        "authority",
        "fail",
        &["no name server says where login.contoso.example is"],
        &["resolv.conf"],
    );
    // The resolver itself would wait for half a minute and more.
    assert!(
        start.elapsed() < Duration::from_secs(25),
        "{:?}",
        start.elapsed()
    );
}

#[test]
fn doctor_finds_another_server_and_a_silent_one() {
    let sandbox = enrolled();
    let portal = Fault::Custom {
        status: 200,
        headers: vec![("Content-Type".into(), "text/html".into())],
        body: b"<html>guest network</html>".to_vec(),
    };
    sandbox
        .emulator
        .inject_on(Route::Discovery, portal, Times::Once);
    doctor(&sandbox).exits(6).finds(
        "authority",
        "fail",
        &["not as Entra does"],
        &["captive portal"],
    );
    sandbox
        .emulator
        .inject_on(Route::Discovery, Fault::BadGateway, Times::Once);
    doctor(&sandbox)
        .exits(6)
        .finds("authority", "fail", &["status 502"], &["later"]);
    let hold = Hold::new();
    sandbox
        .emulator
        .inject_on(Route::Discovery, Fault::Hold(hold.clone()), Times::Once);
    let report = Report::of(sandbox.run(&["doctor", "--json", "--timeout", "2s"]));
    report
        .exits(6)
        .finds("network", "fail", &["no answer in time"], &["--timeout"])
        .finds("store", "ok", &[], &[]);
    hold.release();
}

#[test]
fn doctor_finds_an_unknown_tenant_and_federated_or_unknown_users() {
    let sandbox = enrolled_unproved(&["--tenant", "7f1d3c52-0b7e-4a43-9a1c-2f6d54f0aa99"]);
    let report = doctor(&sandbox);
    report
        .exits(3)
        .finds(
            "tenant",
            "fail",
            &["knows no tenant `7f1d3c52"],
            &["Overview", "--cloud"],
        )
        .and_nothing_else(&["tenant"]);

    let sandbox = enrolled_unproved(&["--username", FEDERATED_USER]);
    let report = doctor(&sandbox);
    report.exits(0).finds(
        "user-realm",
        "warn",
        &["federated", "sts.fabrikam.example", "AADSTS50126"],
        &["cloud-only", "home realm discovery"],
    );
    report.and_nothing_else(&["user-realm"]);

    let sandbox = enrolled_unproved(&["--username", "svc#EXT#@nosuch.example"]);
    doctor(&sandbox).exits(3).finds(
        "user-realm",
        "fail",
        &["knows no directory", "svc#EXT#@nosuch.example"],
        &["--username"],
    );
    let asked = sandbox.emulator.requests().last().unwrap().path.clone();
    assert_eq!(asked, "/common/userrealm/svc%23EXT%23@nosuch.example");
}

// ---- this machine

#[test]
fn doctor_finds_a_system_without_certificates() {
    let sandbox = Sandbox::new();
    let facts = sandbox.facts();
    let mut args = vec![
        "login",
        "--secrets-stdin",
        "--no-verify",
        "--store",
        "file",
        "--key-source",
        "key-file",
    ];
    // The system's roots, as for a known cloud.
    args.extend(facts[..facts.len() - 2].iter().map(String::as_str));
    sandbox
        .run_with_input(&args, &sandbox.secrets_json())
        .expect(0);
    let mounts = "for dir in /etc/ssl /usr/lib/ssl /usr/share/ca-certificates /etc/pki; do
        test ! -d $dir || mount -t tmpfs none $dir; done";
    let Some(report) = doctor_after(&sandbox, mounts) else {
        return;
    };
    report.exits(6).finds(
        "authority",
        "fail",
        &["no certificates of its own"],
        &["ca-certificates", "--ca-file"],
    );
    report.and_nothing_else(&["authority"]);
}
