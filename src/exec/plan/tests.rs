//! What the child gets: which variables are set and which are taken away.

use super::*;
use crate::secret::AccessToken;

fn token(size: usize) -> Token {
    Token {
        access: AccessToken::new("t".repeat(size)),
        obtained_at: 0,
        expires_at: 7,
        scope: None,
    }
}

fn plan(names: &[String], env: &Environment, size: usize) -> Result<ChildPlan, ExecError> {
    let token = token(size);
    ChildPlan::with_tokens(ChildWish {
        command: vec!["true".into()],
        handouts: &in_variables(names, &token),
        expires_at: token.expires_at,
        profile: &Profile::sample("default"),
        env,
    })
}

fn in_variables<'a>(names: &'a [String], token: &'a Token) -> Vec<Handout<'a>> {
    let handouts = names.iter().map(|name| Handout {
        name,
        token,
        in_file: false,
    });
    handouts.collect()
}

fn set_names(plan: &ChildPlan) -> Vec<&str> {
    plan.set.iter().filter_map(|(n, _)| n.to_str()).collect()
}

#[test]
fn the_variable_and_the_facts() {
    let names = ["GRAPH_ACCESS_TOKEN".to_owned()];
    let plan = plan(&names, &Environment::default(), 10).unwrap();
    assert_eq!(
        set_names(&plan),
        [
            "GRAPH_ACCESS_TOKEN",
            "ROPC_PROFILE",
            "ROPC_TENANT_ID",
            "ROPC_CLIENT_ID",
            "ROPC_USERNAME",
            "ROPC_EXPIRES_ON"
        ]
    );
    assert!(plan.remove.is_empty());
    let shown = format!("{plan:?}");
    assert!(
        shown.contains("GRAPH_ACCESS_TOKEN") && !shown.contains("tttt"),
        "{shown}"
    );
}

#[test]
fn other_names_replace_it_and_a_stale_one_goes() {
    let env = Environment::from_pairs([("GRAPH_ACCESS_TOKEN", "stale")]);
    let plan = plan(&["A".into(), "B".into()], &env, 10).unwrap();
    assert_eq!(set_names(&plan)[..2], ["A", "B"]);
    assert_eq!(plan.remove, ["GRAPH_ACCESS_TOKEN"]);
}

#[test]
fn a_token_in_a_file_is_in_no_variable_and_an_inner_run_undoes_it() {
    let token = token(os::LONGEST_VARIABLE + 1);
    let plan = ChildPlan::with_tokens(ChildWish {
        command: vec!["true".into()],
        handouts: &[Handout {
            name: "TOKEN_FILE",
            token: &token,
            in_file: true,
        }],
        expires_at: token.expires_at,
        profile: &Profile::sample("default"),
        env: &Environment::default(),
    })
    .unwrap();
    assert!(plan.set.iter().all(|(_, value)| value.len() < 100));
    assert_eq!(value(&plan, MARK), Some("TOKEN_FILE"));
    let shown = format!("{plan:?}");
    assert!(
        shown.contains("TOKEN_FILE") && !shown.contains("tttt"),
        "{shown}"
    );
}

#[test]
fn a_token_that_no_variable_holds_is_a_clear_error() {
    let length = os::LONGEST_VARIABLE + 1;
    let error = plan(&["A".into()], &Environment::default(), length).unwrap_err();
    assert!(
        matches!(error, ExecError::TokenTooLong { length: l, .. } if l == length),
        "{error}"
    );
}

fn endpoint_plan(names: &[String], env: &Environment, keep_env: bool) -> ChildPlan {
    let token = token(9);
    let wish = ChildWish {
        command: vec!["true".into()],
        handouts: &in_variables(names, &token),
        expires_at: token.expires_at,
        profile: &Profile::sample("default"),
        env,
    };
    let endpoint = EndpointForChild {
        url: "http://127.0.0.1:7/msi/token",
        key: &EndpointKey::random().unwrap(),
        keep_env,
    };
    ChildPlan::with_endpoint(wish, endpoint).unwrap()
}

fn value<'p>(plan: &'p ChildPlan, name: &str) -> Option<&'p str> {
    plan.set
        .iter()
        .find(|(n, _)| os::same_variable(n, OsStr::new(name)))
        .and_then(|(_, v)| v.to_str())
}

#[test]
fn the_endpoint_comes_without_a_token_unless_asked() {
    let env = Environment::from_pairs([
        ("GRAPH_ACCESS_TOKEN", "stale"),
        ("AZURE_TOKEN_CREDENTIALS", "dev"),
    ]);
    let plain = endpoint_plan(&[], &env, false);
    assert!(
        value(&plain, "GRAPH_ACCESS_TOKEN").is_none()
            && plain.remove.contains(&"GRAPH_ACCESS_TOKEN".into())
    );
    assert_eq!(
        value(&plain, "IDENTITY_ENDPOINT"),
        Some("http://127.0.0.1:7/msi/token")
    );
    assert_eq!(value(&plain, "IDENTITY_HEADER").map(str::len), Some(43));
    assert_eq!(value(&plain, "AZURE_TOKEN_CREDENTIALS"), Some("prod"));
    assert!(
        ELSEWHERE
            .iter()
            .all(|name| plain.remove.contains(&(*name).into()))
    );
    let asked = endpoint_plan(&["GRAPH_ACCESS_TOKEN".into()], &env, false);
    assert_eq!(value(&asked, "GRAPH_ACCESS_TOKEN"), Some("ttttttttt"));
    assert!(!asked.remove.contains(&"GRAPH_ACCESS_TOKEN".into()));
}

#[test]
fn keep_env_leaves_other_identities_alone() {
    let env =
        Environment::from_pairs([("AZURE_TOKEN_CREDENTIALS", "dev"), ("AZURE_CLIENT_ID", "x")]);
    let plan = endpoint_plan(&[], &env, true);
    assert!(value(&plan, "AZURE_TOKEN_CREDENTIALS").is_none());
    assert_eq!(plan.remove, ["IDENTITY_SERVER_THUMBPRINT"]);
    assert_eq!(
        value(
            &endpoint_plan(&[], &Environment::default(), true),
            "AZURE_TOKEN_CREDENTIALS"
        ),
        Some("prod")
    );
}

#[test]
fn no_proxy_is_added_to_and_never_replaced() {
    let both = |pairs: &[(&str, &str)]| {
        let plan = endpoint_plan(&[], &Environment::from_pairs(pairs.iter().copied()), false);
        let goes = plan.remove.contains(&"http_proxy".into());
        (
            ["NO_PROXY", "no_proxy"].map(|n| value(&plan, n).unwrap().to_owned()),
            goes,
        )
    };
    let kept = |first: &str, second: &str| ([first.to_owned(), second.to_owned()], false);
    assert_eq!(both(&[]), kept(LOOPBACK, LOOPBACK));
    let corp = "corp.example,127.0.0.1,localhost";
    assert_eq!(both(&[("NO_PROXY", "corp.example")]), kept(corp, corp));
    // One variable where names fold case, two where they do not.
    let first = "a,127.0.0.1,localhost";
    let second = "b, localhost , 127.0.0.1";
    let folded = if os::IS_WINDOWS { first } else { second };
    assert_eq!(
        both(&[("NO_PROXY", "a"), ("no_proxy", second)]),
        kept(first, folded)
    );
    let all = "*,127.0.0.1,localhost".to_owned();
    assert_eq!(
        both(&[("no_proxy", "*")]),
        ([all.clone(), all], !os::IS_WINDOWS)
    );
}

#[test]
fn an_inner_run_undoes_what_the_outer_one_has_set() {
    let outer = endpoint_plan(
        &["OUTER".into()],
        &Environment::from_pairs([("NO_PROXY", "corp.example")]),
        false,
    );
    let pairs = outer
        .set
        .iter()
        .map(|(n, v)| (n.to_str().unwrap(), v.to_str().unwrap()));
    let env = Environment::from_pairs(pairs);
    let plain = plan(&["INNER".into()], &env, 10).unwrap();
    for name in [
        "OUTER",
        "IDENTITY_ENDPOINT",
        "IDENTITY_HEADER",
        "AZURE_TOKEN_CREDENTIALS",
    ] {
        assert!(plain.remove.contains(&name.into()), "{name}");
    }
    assert_eq!(
        (value(&plain, "NO_PROXY"), value(&plain, MARK)),
        (Some("corp.example"), Some("INNER"))
    );
    let serving = endpoint_plan(&[], &env, true);
    assert_eq!(
        value(&serving, "NO_PROXY"),
        Some("corp.example,127.0.0.1,localhost")
    );
    assert_eq!(
        value(&serving, "AZURE_TOKEN_CREDENTIALS"),
        Some("prod"),
        "the outer one's is no wish of anybody"
    );
    assert!(
        serving.remove.contains(&"OUTER".into())
            && !serving.remove.contains(&"IDENTITY_ENDPOINT".into())
    );
    let platform =
        Environment::from_pairs([("IDENTITY_ENDPOINT", "http://127.0.0.1:41741/msi/token")]);
    assert!(
        plan(&[], &platform, 10).unwrap().remove.is_empty(),
        "no mark: not ours"
    );
}
