//! Every refusal, and the order of the checks: an earlier fault hides a later one, and policy codes
//! need the right password.

use entra_emulator::{
    App, CONTOSO_CLIENT, CONTOSO_PUBLIC_CLIENT, CONTOSO_TENANT, CONTOSO_USER, ClientType,
    FEDERATED_USER, GRAPH_RESOURCE, Server, Tenant, User, UserState,
};

use crate::client::{Ask, PASSWORD, SECRET, ask, config, server};

const OTHER_TENANT: &str = "0a000000-0000-4000-8000-000000000001";
const DISABLED_APP: &str = "0a000000-0000-4000-8000-000000000002";
const EMPTY_APP: &str = "0a000000-0000-4000-8000-000000000003";

fn with_more() -> Server {
    let mut c = config();
    c.tenants.push(Tenant {
        id: OTHER_TENANT.into(),
        domains: vec!["other.example".into()],
        federated_domains: vec![],
    });
    let disabled = App {
        client_id: DISABLED_APP.into(),
        disabled: true,
        ..c.apps[0].clone()
    };
    let empty = App {
        client_id: EMPTY_APP.into(),
        consented: vec![],
        ..c.apps[0].clone()
    };
    c.apps.extend([disabled, empty]);
    Server::start(c)
}

fn expect(server: &Server, ask: &Ask, status: u16, word: &str, code: u64) {
    let reply = ask.send(server);
    let json = reply.json();
    assert_eq!(
        (
            reply.status,
            json["error"].as_str().unwrap_or(""),
            reply.code()
        ),
        (status, word, code),
        "{json}"
    );
}

#[test]
fn format_of_the_request() {
    let s = server();
    let bad = |a: Ask, code| expect(&s, &a, 400, "invalid_request", code);
    bad(
        Ask {
            method: "GET".into(),
            ..ask().body(b"")
        },
        900_561,
    );
    bad(
        Ask {
            method: "PUT".into(),
            ..ask()
        },
        900_561,
    );
    bad(
        ask().header("Content-Type", "application/json").body(b"{}"),
        900_144,
    );
    bad(ask().header("Content-Type", "text/plain"), 900_144);
    for name in ["grant_type", "client_id", "username", "password", "scope"] {
        bad(ask().without(name), 900_144);
        bad(ask().set(name, ""), 900_144);
    }
    bad(ask().set("resource", GRAPH_RESOURCE), 901_002);
    bad(
        ask().body(&[ask().form(), b"&scope=User.Read".to_vec()].concat()),
        9_002_313,
    );
    bad(
        ask().body(&[b"\xef\xbb\xbf".to_vec(), ask().form()].concat()),
        9_002_313,
    );
    bad(ask().body(b"grant_type=password&password=100%"), 9_002_313);
    assert_eq!(
        ask()
            .header(
                "Content-Type",
                "application/x-www-form-urlencoded;charset=utf-8"
            )
            .send(&s)
            .status,
        200
    );
    assert_eq!(s.failed_sign_ins(CONTOSO_USER), 0);
}

#[test]
fn tenants() {
    let s = with_more();
    for name in [
        CONTOSO_TENANT,
        &CONTOSO_TENANT.to_uppercase(),
        "contoso.example",
        "CONTOSO.example",
        "contoso.onmicrosoft.example",
    ] {
        assert_eq!(ask().tenant(name).send(&s).status, 200, "{name}");
    }
    let bad = |a: Ask, code| expect(&s, &a, 400, "invalid_request", code);
    bad(ask().tenant("common"), 9_001_023);
    bad(ask().tenant("consumers"), 9_001_023);
    bad(ask().tenant("nothing.example"), 90_002);
    bad(ask().tenant("0a000000-0000-4000-8000-00000000000f"), 90_002);
    bad(ask().tenant("nonsense"), 900_023);
    bad(ask().tenant("organizations"), 50_194);
    bad(
        ask()
            .tenant("organizations")
            .set("username", "a@nowhere.example"),
        50_059,
    );
    let public = ask()
        .tenant("organizations")
        .set("client_id", CONTOSO_PUBLIC_CLIENT)
        .without("client_secret");
    assert_eq!(public.send(&s).status, 200);
}

#[test]
fn grants_and_apps() {
    let s = with_more();
    expect(
        &s,
        &ask().set("grant_type", "client_credentials"),
        400,
        "unsupported_grant_type",
        70_003,
    );
    let app = |a: Ask, code| expect(&s, &a, 400, "unauthorized_client", code);
    app(ask().set("client_id", "abc"), 700_038);
    app(ask().set("client_id", OTHER_TENANT), 700_016);
    app(ask().tenant(OTHER_TENANT), 700_016);
    app(ask().set("client_id", DISABLED_APP), 7_000_112);
    let no_uri = ask().set("client_id", "abc").send(&s).json();
    assert!(no_uri.get("error_uri").is_none());
}

#[test]
fn client_credentials() {
    let s = server();
    let refused = |a: Ask, code| expect(&s, &a, 401, "invalid_client", code);
    let expired = s
        .config()
        .expired_secret(CONTOSO_CLIENT)
        .unwrap()
        .to_owned();
    refused(ask().set("client_secret", "wrong"), 7_000_215);
    refused(ask().set("client_secret", &expired), 7_000_222);
    refused(ask().without("client_secret"), 7_000_218);
    refused(ask().set("client_secret", ""), 7_000_218);
    refused(
        ask()
            .without("client_secret")
            .set(
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            )
            .set("client_assertion", "e30.e30"),
        50_027,
    );
    let public = ask().set("client_id", CONTOSO_PUBLIC_CLIENT);
    refused(public.clone(), 700_025);
    refused(
        public
            .clone()
            .without("client_secret")
            .set("client_assertion", "e30.e30.AA"),
        700_025,
    );
    assert_eq!(public.without("client_secret").send(&s).status, 200);
    assert!(
        ask()
            .set("client_secret", "wrong")
            .send(&s)
            .header("www-authenticate")
            .is_none()
    );
    assert!(s.set_client_secret(CONTOSO_CLIENT, "another secret"));
    refused(ask(), 7_000_215);
    assert_eq!(
        ask().set("client_secret", "another secret").send(&s).status,
        200
    );
    let switched = |c: &mut entra_emulator::Config| c.apps[0].client_type = ClientType::Public;
    s.configure(switched);
    refused(ask(), 700_025);
}

#[test]
fn scopes_and_resources() {
    let s = server();
    let scope = |text: &str, word, code| expect(&s, &ask().set("scope", text), 400, word, code);
    scope(
        "https://graph.microsoft.com/.default User.Read",
        "invalid_scope",
        70_011,
    );
    scope("https://graph.microsoft.com", "invalid_scope", 70_011);
    scope(
        "User.Read https://management.example/.default",
        "invalid_scope",
        700_022,
    );
    scope("openid profile", "invalid_scope", 700_023);
    scope("User.Raed", "invalid_scope", 650_053);
    scope(
        "https://nothing.example/.default",
        "invalid_resource",
        500_011,
    );
    scope(
        "https://graph.microsoft.us/.default",
        "invalid_resource",
        500_011,
    );
    scope("Mail.Send", "invalid_grant", 65_001);
    scope(
        "https://management.example/.default",
        "invalid_grant",
        65_001,
    );
    for good in [
        "User.Read",
        "https://graph.microsoft.com/user.read openid",
        "https://graph.microsoft.com/.default offline_access",
    ] {
        assert_eq!(ask().set("scope", good).send(&s).status, 200, "{good}");
    }
}

#[test]
fn users_and_passwords() {
    let s = server();
    let user = |a: Ask, code| expect(&s, &a, 400, "invalid_grant", code);
    user(ask().set("username", "nobody@contoso.example"), 50_034);
    user(ask().set("password", "wrong"), 50_126);
    user(ask().set("password", &format!("{PASSWORD} ")), 50_126);
    user(ask().set("password", &"x".repeat(257)), 50_052);
    user(ask().set("username", FEDERATED_USER), 50_126);
    assert_eq!(s.failed_sign_ins(CONTOSO_USER), 2);
    assert_eq!(s.failed_sign_ins("SVC-REPORT@contoso.example"), 2);
    assert_eq!(s.failed_sign_ins(FEDERATED_USER), 1);
    assert_eq!(
        ask()
            .set("username", "SVC-Report@Contoso.Example")
            .send(&s)
            .status,
        200
    );
    assert!(s.set_password(CONTOSO_USER, "new one"));
    user(ask(), 50_126);
    assert_eq!(ask().set("password", "new one").send(&s).status, 200);
    assert!(s.set_password(CONTOSO_USER, " blanks "));
    user(ask().set("password", " blanks "), 50_126);
    assert!(!s.set_password("nobody@contoso.example", "x"));
}

#[test]
fn policy_codes_need_the_right_password() {
    let s = with_more();
    let states = [
        (
            UserState::PasswordExpired,
            50_055,
            Some("user_password_expired"),
        ),
        (UserState::Disabled, 50_057, None),
        (UserState::Unassigned, 50_105, None),
        (UserState::MfaRequired, 50_076, Some("basic_action")),
        (UserState::MfaEnrolment, 50_079, Some("basic_action")),
        (UserState::Blocked, 53_003, Some("message_only")),
        (UserState::Policy(530_035), 530_035, None),
    ];
    for (number, (state, code, suberror)) in states.into_iter().enumerate() {
        assert!(s.set_user_state(CONTOSO_USER, state));
        expect(
            &s,
            &ask().set("password", &format!("wrong {number}")),
            400,
            "invalid_grant",
            50_126,
        );
        expect(&s, &ask(), 400, "invalid_grant", code);
        assert_eq!(
            ask().send(&s).json()["suberror"].as_str(),
            suberror,
            "{code}"
        );
    }
    s.set_user_state(CONTOSO_USER, UserState::NoPassword);
    expect(&s, &ask(), 400, "invalid_grant", 50_056);
    s.set_user_state(CONTOSO_USER, UserState::Active);
    expect(
        &s,
        &ask().set("client_id", EMPTY_APP).set("password", "wrong"),
        400,
        "invalid_grant",
        50_126,
    );
    expect(
        &s,
        &ask().set("client_id", EMPTY_APP),
        400,
        "invalid_grant",
        65_001,
    );
    s.set_user_state(CONTOSO_USER, UserState::Blocked);
    let claims: serde_json::Value =
        serde_json::from_str(ask().send(&s).json()["claims"].as_str().unwrap()).unwrap();
    assert_eq!(claims["access_token"]["capolids"]["essential"], true);
}

/// The name of a fault, the change that makes it, and the code of the answer.
type Step = (&'static str, fn(Ask) -> Ask, u64);

/// Adds one fault after another from the last check to the first: each earlier fault must hide all
/// later ones.
#[test]
fn the_order_is_fixed() {
    let s = with_more();
    s.set_user_state(CONTOSO_USER, UserState::Blocked);
    let mut a = ask();
    let spoil: [Step; 11] = [
        ("policy", |a| a, 53_003),
        ("consent", |a| a.set("scope", "Mail.Send"), 65_001),
        ("password", |a| a.set("password", "wrong"), 50_126),
        (
            "user",
            |a| a.set("username", "nobody@contoso.example"),
            50_034,
        ),
        (
            "resource",
            |a| a.set("scope", "https://nothing.example/.default"),
            500_011,
        ),
        (
            "scope",
            |a| a.set("scope", "https://nothing.example"),
            70_011,
        ),
        ("credential", |a| a.set("client_secret", "wrong"), 7_000_215),
        ("app", |a| a.set("client_id", "abc"), 700_038),
        ("grant", |a| a.set("grant_type", "magic"), 70_003),
        ("tenant", |a| a.tenant("common"), 9_001_023),
        ("parameters", |a| a.set("resource", "x"), 901_002),
    ];
    for (step, change, code) in spoil {
        a = change(a);
        assert_eq!(a.send(&s).code(), code, "{step}");
    }
    a = a.header("Content-Type", "text/plain");
    assert_eq!(a.send(&s).code(), 900_144);
    a.method = "PATCH".into();
    assert_eq!(a.send(&s).code(), 900_561);
}

#[test]
fn more_users_can_be_added() {
    let user = User::new(CONTOSO_TENANT, "second@contoso.example", "second password");
    let s = Server::start(config().with_user(user));
    let a = ask()
        .set("username", "second@contoso.example")
        .set("password", "second password");
    assert_eq!(a.send(&s).status, 200);
    assert_eq!(s.config().client_secret(CONTOSO_CLIENT), Some(SECRET));
    assert_eq!(s.config().password(CONTOSO_USER), Some(PASSWORD));
}
