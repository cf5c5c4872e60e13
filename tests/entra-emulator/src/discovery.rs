//! User realm and `OpenID` discovery: public facts, no sign-in.

use serde_json::{Value, json};

use crate::answer::{Answer, Mark, Refusal};
use crate::config::Config;
use crate::directory::{UserState, domain_of};
use crate::form;
use crate::judge;
use crate::record::Recorded;

const REALM: &str = "/common/userrealm/";
const DISCOVERY: &str = "/v2.0/.well-known/openid-configuration";

/// Whether a path (in lower case) belongs here.
pub(crate) fn serves(lower: &str) -> bool {
    lower.starts_with(REALM) || lower.ends_with(DISCOVERY)
}

/// Answers a request to one of the two routes.
pub(crate) fn answer(config: &Config, authority: &str, request: &Recorded, mark: &Mark) -> Answer {
    if request.method != "GET" {
        return Answer::custom(405, vec![("Allow".into(), "GET".into())], Vec::new());
    }
    if let Some(upn) = request
        .path
        .get(REALM.len()..)
        .filter(|_| request.path.to_ascii_lowercase().starts_with(REALM))
    {
        if request.query.as_deref() != Some("api-version=1.0") {
            return Answer::json(400, &json!({"error": "invalid_request"}), mark);
        }
        let realm = realm(config, &form::lenient(upn));
        return Answer::json(200, &realm, mark)
            .with_header("Content-Disposition", "inline; filename=userrealm.json");
    }
    let tenant = &request.path[1..request.path.len() - DISCOVERY.len()];
    let known = judge::by_name(config, tenant).map(|t| t.id.as_str());
    let shared = ["common", "organizations", "consumers"]
        .iter()
        .find(|n| n.eq_ignore_ascii_case(tenant));
    match known.or(shared.map(|_| "{tenantid}")) {
        Some(id) => Answer::json(200, &configuration(authority, tenant, id), mark)
            .with_header("Cache-Control", "max-age=86400, private")
            .with_header("Access-Control-Allow-Origin", "*"),
        None => unknown_tenant(tenant, mark),
    }
}

/// Newer discovery answers use another word than the token endpoint for the same code.
fn unknown_tenant(tenant: &str, mark: &Mark) -> Answer {
    let refusal = Refusal::with_detail(
        90_002,
        format!("There is no tenant '{}'.", form::lenient(tenant)),
    );
    let mut answer = Answer::error(&refusal, mark);
    if let Ok(Value::Object(mut body)) = serde_json::from_slice(&answer.body) {
        body.insert("error".into(), "invalid_tenant".into());
        answer.body = Value::Object(body).to_string().into();
    }
    answer
}

fn realm(config: &Config, upn: &str) -> Value {
    let domain = domain_of(upn);
    let tenant = config.tenants.iter().find(|t| t.has_domain(domain));
    let user = config
        .users
        .iter()
        .find(|u| u.upn.eq_ignore_ascii_case(upn));
    let federated_domain = tenant.is_some_and(|t| {
        t.federated_domains
            .iter()
            .any(|d| d.eq_ignore_ascii_case(domain))
    });
    let federated = federated_domain || user.is_some_and(|u| u.state == UserState::Federated);
    let cloud = ("microsoftonline.com", "urn:federation:MicrosoftOnline");
    match (tenant, federated) {
        (None, _) => {
            json!({"ver": "1.0", "account_type": "Unknown", "cloud_instance_name": cloud.0, "cloud_audience_urn": cloud.1})
        }
        (Some(_), false) => json!({
            "ver": "1.0", "account_type": "Managed", "domain_name": domain,
            "cloud_instance_name": cloud.0, "cloud_audience_urn": cloud.1,
        }),
        (Some(_), true) => json!({
            "ver": "1.0", "account_type": "Federated", "domain_name": domain, "federation_protocol": "WSTrust",
            "federation_metadata_url": format!("https://sts.{domain}/adfs/services/trust/mex"),
            "federation_active_auth_url": format!("https://sts.{domain}/adfs/services/trust/2005/usernamemixed"),
            "cloud_instance_name": cloud.0, "cloud_audience_urn": cloud.1,
        }),
    }
}

fn configuration(authority: &str, tenant: &str, id: &str) -> Value {
    json!({
        "token_endpoint": format!("{authority}/{tenant}/oauth2/v2.0/token"),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "jwks_uri": format!("{authority}/{tenant}/discovery/v2.0/keys"),
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "issuer": format!("{authority}/{id}/v2.0"),
        "authorization_endpoint": format!("{authority}/{tenant}/oauth2/v2.0/authorize"),
        "tenant_region_scope": null,
        "cloud_instance_name": "microsoftonline.com",
        "msgraph_host": "graph.microsoft.com",
    })
}
