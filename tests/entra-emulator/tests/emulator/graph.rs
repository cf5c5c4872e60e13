//! The slice of Graph, user realm and discovery.

use std::time::Duration;

use entra_emulator::{CONTOSO_TENANT, CONTOSO_USER, CONTOSO_USER_ID, ExpiresIn, Server, UserState};

use crate::client::{ask, get, server};

fn with_token(s: &Server, path: &str, token: &str) -> crate::client::Reply {
    get(s, path, &[("Authorization", &format!("Bearer {token}"))])
}

#[test]
fn me_and_users_are_served() {
    let s = server();
    let token = ask().send(&s).token();
    let me = with_token(&s, "/v1.0/me", &token);
    assert_eq!(me.status, 200);
    assert_eq!(me.json()["userPrincipalName"], CONTOSO_USER);
    assert_eq!(me.json()["id"], CONTOSO_USER_ID);
    let users = with_token(&s, "/v1.0/users?$top=5", &token).json();
    assert_eq!(users["value"].as_array().unwrap().len(), 2);
    let one = with_token(&s, "/v1.0/users/svc-report%40contoso.example", &token).json();
    assert_eq!(one["displayName"], "Report Service");
    assert_eq!(with_token(&s, "/v1.0/users/nobody", &token).status, 404);
    assert_eq!(with_token(&s, "/v1.0/drives", &token).status, 400);
    assert_eq!(s.token_requests(), 1);
}

#[test]
fn a_large_token_is_accepted() {
    let s = server();
    s.configure(|c| c.token_size = Some(65_536));
    let token = ask().send(&s).token();
    assert_eq!(with_token(&s, "/v1.0/me", &token).status, 200);
}

#[test]
fn without_a_valid_token_there_is_a_challenge() {
    let s = server();
    s.configure(|c| c.expires_in = ExpiresIn::Seconds(2));
    let token = ask().send(&s).token();
    assert_eq!(with_token(&s, "/v1.0/me", &token).status, 200);
    std::thread::sleep(Duration::from_millis(2050));
    let basic = [("Authorization", "Basic abc")];
    for reply in [
        get(&s, "/v1.0/me", &[]),
        get(&s, "/v1.0/me", &basic),
        with_token(&s, "/v1.0/me", "made-up"),
        with_token(&s, "/v1.0/me", &token),
    ] {
        assert_eq!(reply.status, 401);
        assert_eq!(reply.json()["error"]["code"], "InvalidAuthenticationToken");
        assert!(reply.json()["error"]["innerError"]["request-id"].is_string());
        assert!(
            reply
                .header("www-authenticate")
                .unwrap()
                .starts_with("Bearer realm=\"\"")
        );
    }
}

#[test]
fn permissions_and_audience_count() {
    let s = server();
    s.configure(|c| {
        c.apps[0]
            .consented
            .retain(|p| p.ends_with("/Chat.ReadWrite"));
    });
    let token = ask().send(&s).token();
    let reply = with_token(&s, "/v1.0/me", &token);
    assert_eq!(
        (reply.status, reply.json()["error"]["code"].as_str()),
        (403, Some("Authorization_RequestDenied"))
    );
    s.configure(|c| {
        c.apps[0]
            .consented
            .push("https://management.example/User.Read".into());
    });
    let token = ask()
        .set("scope", "https://management.example/.default")
        .send(&s)
        .token();
    assert_eq!(with_token(&s, "/v1.0/me", &token).status, 401);
}

#[test]
fn user_realm_in_any_case() {
    let s = server();
    let realm = |path: &str| get(&s, path, &[]).json()["account_type"].clone();
    assert_eq!(
        realm("/common/userrealm/svc-report%40contoso.example?api-version=1.0"),
        "Managed"
    );
    assert_eq!(
        realm("/common/UserRealm/svc-report@contoso.example?api-version=1.0"),
        "Managed"
    );
    assert_eq!(
        realm("/common/userrealm/anybody@fabrikam.example?api-version=1.0"),
        "Federated"
    );
    assert_eq!(
        realm("/common/userrealm/a@nowhere.example?api-version=1.0"),
        "Unknown"
    );
    s.set_user_state(CONTOSO_USER, UserState::Federated);
    let reply = get(
        &s,
        "/common/userrealm/svc-report@contoso.example?api-version=1.0",
        &[],
    );
    assert_eq!(reply.json()["federation_protocol"], "WSTrust");
    assert_eq!(
        reply.header("content-disposition"),
        Some("inline; filename=userrealm.json")
    );
    assert_eq!(get(&s, "/common/userrealm/a@b.example", &[]).status, 400);
}

#[test]
fn discovery_names_the_tenant() {
    let s = server();
    let reply = get(
        &s,
        "/contoso.example/v2.0/.well-known/openid-configuration",
        &[],
    );
    assert_eq!(reply.status, 200);
    assert_eq!(
        reply.header("cache-control"),
        Some("max-age=86400, private")
    );
    assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
    let json = reply.json();
    assert_eq!(
        json["token_endpoint"],
        format!("{}/contoso.example/oauth2/v2.0/token", s.authority())
    );
    assert_eq!(
        json["issuer"],
        format!("{}/{CONTOSO_TENANT}/v2.0", s.authority())
    );
    let unknown = get(
        &s,
        "/nothing.example/v2.0/.well-known/openid-configuration",
        &[],
    );
    assert_eq!((unknown.status, unknown.code()), (400, 90_002));
    assert_eq!(unknown.json()["error"], "invalid_tenant");
    assert_eq!(get(&s, "/elsewhere", &[]).status, 404);
}
