//! The tokens for the names that clients send.

use super::*;
use crate::profile::CLOUDS;

fn resources(scope: &str, allow: &[&str]) -> Resources {
    let allow: Vec<String> = allow.iter().map(|a| (*a).to_owned()).collect();
    Resources::new(&Scopes::parse(&[scope]).unwrap(), &CLOUDS[0], &allow).unwrap()
}

fn other(scope: &str) -> Wanted {
    Wanted::Other(scope.to_owned())
}

#[test]
fn every_name_of_the_own_resource_gives_the_own_token() {
    let graph = resources("https://graph.microsoft.com/.default", &[]);
    let granted = Some("https://graph.microsoft.com/User.Read Mail.Send openid");
    for name in [
        "https://graph.microsoft.com",
        "https://graph.microsoft.com/",
        "https://graph.microsoft.com/.default",
        "https://graph.microsoft.com//.default",
        "HTTPS://Graph.Microsoft.com",
        "00000003-0000-0000-c000-000000000000",
        "00000003-0000-0000-C000-000000000000/.default",
        "https://graph.microsoft.com/User.Read",
        "https://graph.microsoft.com/mail.send",
        "User.Read",
        "Mail.Send",
    ] {
        assert_eq!(graph.decide(name, granted), Ok(Wanted::Own), "{name}");
    }
    let named = resources("User.Read.All openid", &[]);
    assert_eq!(
        named.decide("https://graph.microsoft.com", None),
        Ok(Wanted::Own)
    );
    assert_eq!(
        named.decide("https://graph.microsoft.com/User.Read.All", None),
        Ok(Wanted::Own)
    );
}

#[test]
fn everything_else_is_refused() {
    let graph = resources("https://graph.microsoft.com/.default", &[]);
    let granted = Some("User.Read");
    for name in [
        "",
        "/",
        "https://management.core.windows.net/",
        "https://vault.azure.net",
        "https://graph.microsoft.com.evil.example",
        "https://graph.microsoft.com/beta",
        "https://graph.microsoft.com@evil.example",
        "http://graph.microsoft.com",
        "https://contoso.sharepoint.com",
        "Mail.Send",
        "https://graph.microsoft.com/Mail.Send",
        "797f4846-ba00-4fd7-ba43-dac1f8f63013",
        &"x".repeat(5000),
    ] {
        assert!(graph.decide(name, granted).is_err(), "{name}");
    }
    let vault = resources("https://vault.azure.net/.default", &[]);
    assert_eq!(
        vault.decide("https://vault.azure.net", None),
        Ok(Wanted::Own)
    );
    assert!(vault.decide("https://graph.microsoft.com", None).is_err());
    assert!(
        vault
            .decide("00000003-0000-0000-c000-000000000000", None)
            .is_err()
    );
    assert!(
        vault.decide("User.Read", Some("User.Read")).is_err(),
        "a bare scope means Graph"
    );
}

#[test]
fn names_longer_than_any_resource_are_refused() {
    let graph = resources("https://graph.microsoft.com/.default", &[]);
    let of = |length: usize| "x".repeat(length);
    assert_eq!(
        graph.decide(&of(LONGEST), Some(&of(LONGEST))),
        Ok(Wanted::Own)
    );
    assert!(
        graph
            .decide(&of(LONGEST + 1), Some(&of(LONGEST + 1)))
            .is_err()
    );
    assert!(graph.decide("", Some("")).is_err());
}

#[test]
fn allowed_resources_keep_the_slash_that_was_asked_for() {
    let r = resources(
        "User.Read",
        &[
            "https://management.core.windows.net/",
            "https://contoso.sharepoint.com/sites/hr",
            "797f4846-ba00-4fd7-ba43-dac1f8f63013",
        ],
    );
    assert_eq!(
        r.decide("https://management.core.windows.net/", None),
        Ok(other("https://management.core.windows.net//.default"))
    );
    assert_eq!(
        r.decide("https://management.core.windows.net//.default", None),
        Ok(other("https://management.core.windows.net//.default"))
    );
    assert_eq!(
        r.decide("https://MANAGEMENT.core.windows.net", None),
        Ok(other("https://management.core.windows.net/.default"))
    );
    assert_eq!(
        r.decide("https://contoso.sharepoint.com/sites/other?x=1", None),
        Ok(other("https://contoso.sharepoint.com/.default"))
    );
    assert!(
        r.decide("https://contoso-admin.sharepoint.com", None)
            .is_err()
    );
    assert_eq!(
        r.decide("797F4846-ba00-4fd7-ba43-dac1f8f63013", None),
        Ok(other("797f4846-ba00-4fd7-ba43-dac1f8f63013/.default"))
    );
}

#[test]
fn other_texts_than_resources_cannot_be_allowed() {
    let scopes = Scopes::parse(&["User.Read"]).unwrap();
    for bad in [
        "",
        "Mail.Send",
        "http://graph.microsoft.com",
        "https://a b",
        "*",
        "https://vault.azure.net//",
        "https://graph.microsoft.com/Mail.Send",
        "https://graph.microsoft.com/Mail.Send/.default",
        "https://graph.microsoft.us/User.Read",
        "https://management.azure.com/user_impersonation",
        "https://outlook.office365.com/EWS.AccessAsUser.All",
    ] {
        assert!(
            Resources::new(&scopes, &CLOUDS[0], &[bad.to_owned()]).is_err(),
            "{bad}"
        );
    }
    assert!(
        Resources::new(
            &scopes,
            &CLOUDS[0],
            &["api://3b9c6f0e-6a1d-4f57-8d6b-b1f1c3f2e901".into()]
        )
        .is_ok()
    );
}

fn denied(asked: &str) -> Denied {
    let graph = resources(
        "https://graph.microsoft.com/.default",
        &["https://contoso.sharepoint.com"],
    );
    graph.decide(asked, Some("User.Read")).unwrap_err()
}

#[test]
fn the_error_for_a_denied_api_has_the_name_for_allow_resource() {
    for (asked, named) in [
        ("https://vault.azure.net", "https://vault.azure.net"),
        (
            "https://vault.azure.net/.default",
            "https://vault.azure.net",
        ),
        (
            "https://management.azure.com/user_impersonation",
            "https://management.azure.com",
        ),
        (
            "https://contoso-admin.sharepoint.com/sites/x",
            "https://contoso-admin.sharepoint.com",
        ),
        (
            "https://contoso-my.sharepoint.com",
            "https://contoso-my.sharepoint.com",
        ),
        (
            "https://analysis.windows.net/powerbi/api",
            "https://analysis.windows.net/powerbi/api",
        ),
        (
            "48ac35b8-9aa8-4d74-927d-1f4a14a0b239",
            "48ac35b8-9aa8-4d74-927d-1f4a14a0b239",
        ),
    ] {
        assert_eq!(denied(asked), Denied::Resource(named.into()), "{asked}");
    }
}

#[test]
fn the_error_for_a_missing_permission_names_it_and_is_not_that_of_an_api() {
    for asked in [
        "Mail.Send",
        "https://graph.microsoft.com/Mail.Send",
        "https://graph.microsoft.com//Mail.Send",
    ] {
        assert_eq!(
            denied(asked),
            Denied::Permission("Mail.Send".into()),
            "{asked}"
        );
    }
    for asked in [
        "https://graph.microsoft.com/beta",
        "http://x",
        "https://a.example/$(id)",
        "x y",
        "",
    ] {
        assert_eq!(denied(asked), Denied::Nameless, "{asked}");
    }
    let vault = resources("https://vault.azure.net/.default", &[]);
    let named = vault
        .decide("https://vault.azure.net/Keys.Read", None)
        .unwrap_err();
    assert_eq!(
        named,
        Denied::Permission("https://vault.azure.net/Keys.Read".into())
    );
}

#[test]
fn both_names_of_azure_resource_manager_are_one_api() {
    for allowed in [
        "https://management.azure.com",
        "https://management.core.windows.net/",
    ] {
        let r = resources("User.Read", &[allowed]);
        for asked in [
            "https://management.azure.com",
            "https://management.azure.com/",
            "https://management.core.windows.net",
            "https://management.core.windows.net/",
        ] {
            assert_eq!(
                r.decide(asked, None),
                Ok(other(&format!("{asked}/.default"))),
                "{allowed}"
            );
        }
        assert!(
            r.decide("https://management.usgovcloudapi.net", None)
                .is_err()
        );
        let permission = r.decide("https://management.azure.com/user_impersonation", None);
        assert_eq!(
            permission,
            Ok(other("https://management.azure.com/.default"))
        );
    }
    let own = resources("https://management.azure.com/.default", &[]);
    assert_eq!(
        own.decide("https://management.core.windows.net/", None),
        Ok(Wanted::Own)
    );
}
