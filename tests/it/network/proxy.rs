//! Proxies: ropc never takes another route than the configured one, and reports the status of a
//! refusal.

use super::*;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;

/// The answer of a proxy.
fn status(text: &'static str) -> Script {
    Script::Says(text.as_bytes())
}

#[test]
fn a_proxy_that_cannot_be_used_ends_the_run_before_anything_is_sent() {
    let sandbox = cold();
    sandbox.watch("proxy password", "hunter2-of-the-proxy");
    let address = format!("127.0.0.1:{}", Peer::start(Script::Tunnel).port);
    let values: Vec<Vec<u8>> = [
        format!("\"http://{address}\""),
        format!("'http://{address}'"),
        format!("http://{address}\r"),
        format!("http://{address}\n"),
        format!("\thttp://{address}"),
        format!(" http://{address}"),
        " ".to_owned(),
        "\t".to_owned(),
        "http://".to_owned(),
        "http://:3128".to_owned(),
        "http://user:hunter2-of-the-proxy@".to_owned(),
        "http://user:1#hunter2-of-the-proxy@127.0.0.1:1".to_owned(),
        "http://user:1/hunter2-of-the-proxy@127.0.0.1:1".to_owned(),
        "http://127.0.0.1:port".to_owned(),
        "http://127.0.0.1:99999".to_owned(),
        format!("socks5://{address}"),
        format!("socks5h://{address}"),
        format!("socks4://{address}"),
        format!("ftp://{address}"),
        format!("http:/{address}"),
        format!("http://proxy.pr\u{f6}be.example:{address}"),
    ]
    .map(String::into_bytes)
    .into_iter()
    .chain([b"http://pr\xf6xy.example:3128".to_vec()])
    .collect();
    for (at, value) in values.into_iter().enumerate() {
        // Each value in one of the variables, each variable with several values.
        let name = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"][at % 4];
        let value = OsString::from_vec(value);
        let run = |args: &[&str], more: &[(&str, &str)]| {
            let mut command = sandbox.command(args);
            command.env(name, &value).envs(more.iter().copied());
            sandbox.finish(&args.join(" "), command, &[])
        };
        run(&["token", "--no-cache"], &[])
            .expect(3)
            .says(&["ropc: error:", name, "ropc: hint:"]);
        let report = run(&["doctor", "--json"], &[]).expect(3);
        assert!(
            report.stdout.contains(&format!(
                "{{\"check\":\"proxy\",\"level\":\"fail\",\"cause\":\"{name} "
            )),
            "{}",
            report.stdout
        );
        assert_eq!(sandbox.emulator.connections(), 0, "{name}={value:?}");
        // The control: the same run signs in if the direct route is configured.
        if at < 4 {
            run(&["token", "--no-cache"], &[("NO_PROXY", "localhost")]).expect(0);
            assert_eq!(sandbox.emulator.connections(), 1);
            sandbox.emulator.clear();
        }
    }
}

#[test]
fn a_variable_that_is_not_used_may_hold_anything() {
    let mut sandbox = cold();
    let proxy = Peer::start(Script::Tunnel);
    sandbox.set_env("HTTPS_PROXY", &format!("http://{}", proxy.address()));
    sandbox.set_env("ALL_PROXY", "socks5://127.0.0.1:1");
    sign_in(&sandbox).expect(0);
    assert_eq!(proxy.heads().len(), 1);
    // An empty variable counts as not set; one for plain http is not used.
    sandbox.set_env("HTTPS_PROXY", "");
    sandbox.set_env("ALL_PROXY", "");
    sandbox.set_env("HTTP_PROXY", "\"nonsense\"");
    sandbox.set_env("REQUEST_METHOD", "GET");
    sign_in(&sandbox).expect(0);
    assert_eq!(proxy.heads().len(), 1);
    // A CGI program must not use HTTP_PROXY, as its client can set it; only an administrator sets
    // HTTPS_PROXY.
    sandbox.set_env("HTTPS_PROXY", &format!("http://{}", proxy.address()));
    sign_in(&sandbox).expect(0);
    assert_eq!(proxy.heads().len(), 2);
}

#[test]
fn the_proxy_sees_the_name_and_its_own_credentials_only() {
    let mut sandbox = cold();
    let proxy = Peer::start(Script::Tunnel);
    sandbox.set_env(
        "https_proxy",
        &format!("http://user:p%40ss@{}/", proxy.address()),
    );
    sign_in(&sandbox).expect(0);
    let heads = proxy.heads();
    let target = format!("CONNECT localhost:{} HTTP/1.1\r\n", sandbox.emulator.port());
    assert!(
        heads.len() == 1 && heads[0].starts_with(&target),
        "{heads:?}"
    );
    assert!(
        heads[0]
            .to_ascii_lowercase()
            .contains("proxy-authorization: basic"),
        "{heads:?}"
    );
    assert!(heads[0].contains("Basic dXNlcjpwQHNz"), "{heads:?}");
    let request = sandbox.emulator.requests().pop().unwrap();
    let sent = format!("{request:?}").to_ascii_lowercase();
    assert!(
        !sent.contains("proxy-authorization"),
        "only the proxy gets its credentials: {sent}"
    );
}

/// Entries of `NO_PROXY` for an authority by name, and whether each means the direct route.
fn entries_for_localhost(port: u16) -> Vec<(String, bool)> {
    vec![
        ("*".to_owned(), true),
        ("localhost".into(), true),
        ("LOCALHOST".into(), true),
        (".localhost".into(), true),
        ("*.localhost".into(), true),
        (format!("localhost:{port}"), true),
        (format!("*.localhost:{port}"), true),
        ("contoso.example, localhost".into(), true),
        ("<local>".into(), true),
        ("localhost:443".into(), false),
        ("contoso.example".into(), false),
        ("host".into(), false),
        ("127.0.0.0/8".into(), false),
        ("local*".into(), false),
        (format!("https://localhost:{port}"), false),
        (String::new(), false),
    ]
}

/// The same for an authority by its address.
fn entries_for_an_address(port: u16) -> Vec<(String, bool)> {
    vec![
        ("127.0.0.1".into(), true),
        ("127.0.0.0/8".into(), true),
        (format!("127.0.0.1:{port}"), true),
        ("*".into(), true),
        ("127.0.0.1:443".into(), false),
        ("10.0.0.0/8".into(), false),
        ("<local>".into(), false),
    ]
}

#[test]
fn doctor_and_sign_in_agree_on_every_form_of_no_proxy() {
    let proxy = Peer::start(Script::Tunnel);
    let (by_name, by_address) = (cold(), cold());
    let address = format!("https://127.0.0.1:{}", by_address.emulator.port());
    let mut args = vec!["login", "--secrets-stdin", "--no-verify", "--yes"];
    args.extend(["--store", "file", "--key-source", "key-file"]);
    let ca = by_address.root().join("ca.pem");
    args.extend(["--authority", &address, "--ca-file", ca.to_str().unwrap()]);
    by_address
        .run_with_input(&args, &by_address.secrets_json())
        .expect(0);
    let for_name = entries_for_localhost(by_name.emulator.port());
    let for_address = entries_for_an_address(by_address.emulator.port());
    for (mut sandbox, rows) in [(by_name, for_name), (by_address, for_address)] {
        sandbox.set_env("HTTPS_PROXY", &format!("http://{}", proxy.address()));
        for (list, is_direct) in rows {
            sandbox.set_env("no_proxy", &list);
            fresh_record(&mut sandbox);
            let before = proxy.heads().len();
            sign_in(&sandbox).expect(0);
            let was_direct = proxy.heads().len() == before;
            let way = if is_direct { "directly" } else { "HTTPS_PROXY" };
            doctor(&sandbox).exits(0).finds("proxy", "ok", &[way], &[]);
            assert_eq!(was_direct, is_direct, "{list}");
        }
    }
}

#[test]
fn entries_that_ropc_does_not_understand_are_named_and_damaged_lists_are_errors() {
    let mut sandbox = cold();
    let proxy = Peer::start(Script::Tunnel);
    sandbox.set_env("HTTPS_PROXY", &format!("http://{}", proxy.address()));
    sandbox.set_env("NO_PROXY", "10.*,localhost:*,contoso.example");
    doctor(&sandbox).exits(0).finds(
        "no-proxy-list",
        "warn",
        &["NO_PROXY", "10.*, localhost:*"],
        &["*.contoso.example"],
    );
    sandbox.set_env("NO_PROXY", "contoso.example");
    let report = doctor(&sandbox);
    report.exits(0).and_nothing_else(&["proxy"]);
    for list in ["\"localhost\"", "localhost\r", " "] {
        sandbox.set_env("NO_PROXY", list);
        let before = sandbox.emulator.connections();
        sign_in(&sandbox)
            .expect(3)
            .says(&["NO_PROXY", "cannot be used"]);
        doctor(&sandbox)
            .exits(3)
            .finds("proxy", "fail", &["NO_PROXY"], &["NO_PROXY=localhost"]);
        assert_eq!(sandbox.emulator.connections(), before);
    }
}

/// The answer of a proxy, the credentials in its address, the message, and the number of
/// connections: two for each try, as ropc asks a refusing proxy once more for its status.
type Refusal = (&'static str, &'static str, &'static [&'static str], usize);

const REFUSALS: [Refusal; 6] = [
    (
        "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM\r\nContent-Length: 0\r\n\r\n",
        "",
        &[
            "asks for credentials (status 407)",
            "Negotiate, NTLM",
            "not NTLM",
            "cntlm",
        ],
        2,
    ),
    (
        BASIC,
        "",
        &[
            "asks for credentials (status 407)",
            "offers: Basic",
            "USER:PASSWORD@HOST",
        ],
        2,
    ),
    (
        BASIC,
        "user:word@",
        &[
            "does not accept the credentials",
            "check user and password in HTTPS_PROXY",
        ],
        2,
    ),
    (
        "HTTP/1.1 403 Forbidden\r\n\r\n",
        "",
        &[
            "refused to connect to localhost",
            "status 403",
            "ask for a rule",
        ],
        2,
    ),
    ("HTTP/1.1 405 No\r\n\r\n", "", &["status 405"], 2),
    (
        "HTTP/1.1 302 Found\r\nLocation: http://x.example/\r\n\r\n",
        "",
        &["status 302"],
        2,
    ),
];

const BASIC: &str = "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"contoso\"\r\n\r\n";

/// Temporary failures, which ropc repeats once: the control of the rows above.
const PASSING: [Refusal; 4] = [
    (
        "HTTP/1.1 502 Bad Gateway\r\n\r\n",
        "",
        &["status 502", "cannot reach localhost"],
        4,
    ),
    (
        "HTTP/1.1 503 No\r\nContent-Length: 4\r\n\r\nbusy",
        "",
        &["status 503"],
        4,
    ),
    ("", "", &["closed the connection to localhost"], 2),
    (
        "hello\r\n\r\n",
        "",
        &["closed the connection to localhost"],
        4,
    ),
];

#[test]
fn a_refusal_of_the_proxy_has_its_status_and_is_not_repeated() {
    for (answer, user, words, connections) in REFUSALS.into_iter().chain(PASSING) {
        let mut sandbox = cold();
        let proxy = Peer::start(status(answer));
        sandbox.set_env("HTTPS_PROXY", &format!("http://{user}{}", proxy.address()));
        let at = format!("the proxy {} (from HTTPS_PROXY)", proxy.address());
        sign_in(&sandbox).expect(6).says(words).says(&[&at]);
        assert_eq!(proxy.heads().len(), connections, "{words:?}");
        doctor(&sandbox)
            .exits(6)
            .finds("authority", "fail", &[&at, words[0]], &[]);
        assert_eq!(sandbox.emulator.connections(), 0, "nothing came through");
    }
}

#[test]
fn a_proxy_over_tls_proves_itself_first() {
    let mut sandbox = cold();
    // The emulator is a server with a trusted certificate, but no proxy.
    sandbox.set_env(
        "HTTPS_PROXY",
        &format!("https://localhost:{}", sandbox.emulator.port()),
    );
    sign_in(&sandbox)
        .expect(6)
        .says(&["refused to connect to localhost", "(status 4"]);
    assert!(
        sandbox
            .emulator
            .requests()
            .iter()
            .all(|request| request.method == "CONNECT")
    );
    // The control: without TLS behind `https://` ropc asks it for nothing.
    let plain = Peer::start(status("HTTP/1.1 200 OK\r\n\r\n"));
    sandbox.set_env("HTTPS_PROXY", &format!("https://{}", plain.address()));
    sign_in(&sandbox).expect(6).says(&[
        "no trusted TLS connection to the proxy",
        "does not speak TLS",
    ]);
    assert!(plain.heads().iter().all(|head| !head.contains("CONNECT")));
}
