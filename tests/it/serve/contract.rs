//! What a rightful client gets, and for which resources.

use super::job::{Job, read_reply};
use crate::support::{Sandbox, documents, needs};
use entra_emulator::CONTOSO_CLIENT;
use std::io::Write;

#[test]
fn the_child_gets_a_token_in_the_shape_of_app_service() {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    let job = Job::start(&sandbox, &[]);
    let reply = job.graph();
    let body = reply.json();
    let issued = sandbox.emulator.issued_tokens();
    assert_eq!(reply.token(), issued.last().unwrap().token);
    assert_eq!(body["resource"], "https://graph.microsoft.com");
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(body["client_id"], CONTOSO_CLIENT);
    let expires: u64 = body["expires_on"]
        .as_str()
        .expect("a text")
        .parse()
        .unwrap();
    let not_before: u64 = body["not_before"]
        .as_str()
        .expect("a text")
        .parse()
        .unwrap();
    assert_eq!(
        expires - not_before,
        issued.last().unwrap().lifetime.as_secs()
    );
    assert!(body.get("expires_in").is_none());
    let head = reply.head.to_ascii_lowercase();
    assert!(
        head.contains("cache-control: no-store") && head.contains("content-type: application/json"),
        "{head}"
    );
    assert!(!head.contains("access-control"), "{head}");
    job.end().expect(0);
    assert_eq!(
        sandbox.emulator.token_requests(),
        1,
        "the token of the login serves the job"
    );
}

#[test]
fn paths_names_and_parameters_of_real_clients_are_understood() {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    let job = Job::start(&sandbox, &["--verbose", "--timeout", "10s"]);
    let token = job.graph().token();
    let own = format!(
        "/msi/token?api-version=2019-08-01&resource=User.Read&client_id={}",
        entra_emulator::CONTOSO_CLIENT.to_uppercase()
    );
    for target in [
        own.as_str(),
        "/msi/token/?resource=https%3A%2F%2Fgraph.microsoft.com%2F&api-version=2019-08-01",
        "/msi/token?api-version=2019-08-01&resource=https://graph.microsoft.com/.default",
        "/msi/token?api-version=2019-08-01&resource=00000003-0000-0000-c000-000000000000",
        "/msi/token?api-version=2019-08-01&resource=https://graph.microsoft.com/User.Read",
        "/msi/token?api-version=2019-08-01&resource=User.Read",
        "/msi/token?api-version=2019-08-01&resource=https://graph.microsoft.com&client_id=somebody-else",
        "/msi/token?api-version=2019-08-01&resource=User.Read&client_id=another",
    ] {
        let more = [
            "Metadata: true",
            "sec-fetch-mode: cors",
            "Content-Type: application/x-www-form-urlencoded",
        ];
        assert_eq!(
            job.send(&job.request(target, &more)).token(),
            token,
            "{target}"
        );
    }
    let mut stream = job.connect();
    for _ in 0..3 {
        stream
            .write_all(
                job.request("/msi/token?api-version=2019-08-01&resource=User.Read", &[])
                    .as_bytes(),
            )
            .unwrap();
        assert_eq!(
            read_reply(&mut stream).token(),
            token,
            "on a connection that is kept alive"
        );
    }
    let run = job.end().expect(0);
    assert_eq!(
        run.stderr
            .matches("the client named another identity")
            .count(),
        2,
        "{}",
        run.stderr
    );
}

#[test]
fn only_the_profiles_resource_is_served_unless_more_are_allowed() {
    let sandbox = Sandbox::with(|mut config| {
        config.apps[0]
            .consented
            .push("https://management.example/user_impersonation".into());
        config
    });
    sandbox.login(&[]).expect(0);
    let job = Job::start(&sandbox, &[]);
    let refused = job.ask("https://management.example");
    assert_eq!(
        (refused.status, &refused.json()["statusCode"]),
        (403, &403.into())
    );
    assert!(
        refused.json()["message"]
            .as_str()
            .unwrap()
            .contains("--allow-resource")
    );
    job.end().expect(0);
    assert_eq!(
        sandbox.emulator.token_requests(),
        1,
        "nothing was asked of the directory"
    );

    let job = Job::start(
        &sandbox,
        &["--allow-resource", "https://management.example/"],
    );
    let arm = job.ask("https://management.example").token();
    assert_ne!(arm, job.graph().token());
    assert_eq!(
        sandbox.emulator.issued_tokens().last().unwrap().resource,
        "https://management.example"
    );
    assert_eq!(job.ask("https://vault.azure.net").status, 403);
    job.end().expect(0);
}

#[test]
fn a_refusal_names_the_resource_or_the_permission_to_allow() {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    let job = Job::start(&sandbox, &[]);
    for (asked, named) in [
        (
            "https://vault.azure.net",
            "--allow-resource https://vault.azure.net`",
        ),
        (
            "https://contoso-admin.sharepoint.com",
            "--allow-resource https://contoso-admin.sharepoint.com`",
        ),
        (
            "https://graph.microsoft.com/Mail.Send",
            "permission `Mail.Send`",
        ),
        ("Mail.Send", "`--scope Mail.Send`"),
    ] {
        let message = job.ask(asked).json()["message"]
            .as_str()
            .unwrap()
            .to_owned();
        assert!(message.contains(named), "{asked}: {message}");
        assert_eq!(
            message.contains("--allow-resource"),
            named.contains("--allow-resource"),
            "{message}"
        );
    }
    job.end().expect(0);
}

#[test]
fn the_flags_belong_to_serve_and_a_resource_must_be_one() {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    sandbox
        .run(&[
            "exec",
            "--allow-resource",
            "https://vault.azure.net",
            "--",
            "true",
        ])
        .expect(2)
        .says(&["--serve"]);
    sandbox.run(&["exec", "--keep-env", "--", "true"]).expect(2);
    sandbox
        .run(&[
            "exec",
            "--serve",
            "--allow-resource",
            "Mail.Send",
            "--",
            "true",
        ])
        .expect(2)
        .says(&["not a resource"]);
    sandbox
        .run(&[
            "exec",
            "--serve",
            "--allow-resource",
            "https://graph.microsoft.com/Mail.Send",
            "--",
            "true",
        ])
        .expect(2)
        .says(&[
            "is a permission, and no resource",
            "https://graph.microsoft.com`",
            "--scope",
        ]);
}

#[test]
fn another_identity_is_remarked_once_without_being_asked() {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    let job = Job::start(&sandbox, &[]);
    for _ in 0..3 {
        let target = "/msi/token?api-version=2019-08-01&resource=https://graph.microsoft.com&object_id=another";
        assert_eq!(job.send(&job.request(target, &[])).status, 200);
    }
    let run = job.end().expect(0);
    assert_eq!(
        run.stderr
            .matches("the client named another identity")
            .count(),
        1,
        "{}",
        run.stderr
    );
}

#[test]
fn renew_is_not_for_people() {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    sandbox
        .run(&["renew"])
        .expect(2)
        .says(&["ropc exec --serve", "ropc token"]);
    let help = sandbox.run(&["--help"]).expect(0).stdout;
    assert!(
        !help.contains("renew") && help.contains("explain"),
        "{help}"
    );
}

#[test]
fn token_output_az_has_the_types_of_az() {
    let mut sandbox = Sandbox::new();
    sandbox.set_env("TZ", "UTC");
    sandbox.login(&[]).expect(0);
    let run = sandbox.run(&["token", "--output", "az"]).expect(0);
    let json: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        json["accessToken"],
        sandbox.emulator.issued_tokens()[0].token.as_str()
    );
    assert_eq!(json["tokenType"], "Bearer");
    let epoch = json["expires_on"].as_u64().expect("a number");
    let text = sandbox.run(&["token", "--output", "json"]).expect(0).stdout;
    let utc = serde_json::from_str::<serde_json::Value>(&text).unwrap()["expires_at"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        json["expiresOn"].as_str().unwrap(),
        utc.replace('T', " ").replace('Z', ".000000"),
        "{epoch}"
    );
    sandbox.set_env("TZ", "AST-3");
    let run = sandbox.run(&["token", "--output", "az"]).expect(0);
    let moved: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(moved["expires_on"], json["expires_on"]);
    assert_ne!(moved["expiresOn"], json["expiresOn"], "local time");
}

/// The shim of `docs/recipes/azure-cli.md` for tools that only know `az`: resource, scope, and
/// scopes by name.
#[test]
fn the_shim_of_az_takes_graph_scopes_by_name() {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    let shim = documents::block_that_begins("docs/recipes/azure-cli.md", "#!/bin/sh")
        .replace("exec ropc ", &format!("exec {} ", crate::support::ROPC));
    std::fs::write(sandbox.root().join("az"), shim).unwrap();
    let az = |args: &[&str]| {
        let mut command = sandbox.program("sh");
        command
            .arg("az")
            .args(["account", "get-access-token", "--output", "json"])
            .args(args);
        sandbox.finish("az", command, b"")
    };
    let graph = "https://graph.microsoft.com";
    for args in [
        ["--resource", graph],
        ["--scope", "https://graph.microsoft.com/.default"],
        ["--scope", "https://graph.microsoft.com/User.Read"],
        ["--scope", "User.Read"],
    ] {
        let json: serde_json::Value = serde_json::from_str(&az(&args).expect(0).stdout).unwrap();
        assert_eq!(json["tokenType"], "Bearer", "{args:?}");
    }
    for args in [
        ["--resource", "https://vault.azure.net"],
        ["--tenant", "Contoso.Example"],
    ] {
        assert_eq!(az(&args).expect(1).stdout, "", "control: {args:?}");
    }
}

/// The recipe of `docs/recipes/curl.md`, which must not put the key on a command line.
#[test]
fn the_recipe_for_curl_works() {
    if !needs::programs(&["bash", "curl", "jq"]) {
        return;
    }
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    // As it is printed, and to the emulator in place of Graph.
    let script = documents::block_that_begins("docs/recipes/curl.md", "token() {")
        .replace(
            "curl -sS -H @<(",
            "curl -sS --fail-with-body --cacert ca.pem -H @<(",
        )
        .replace("https://graph.microsoft.com/v1.0/me", "\"$0/v1.0/me\"");
    let graph = sandbox.emulator.graph_url();
    let run = sandbox
        .run(&["exec", "--serve", "--", "bash", "-c", &script, &graph])
        .expect(0);
    assert!(
        run.stdout.contains(entra_emulator::CONTOSO_USER),
        "{}",
        run.stdout
    );
}
