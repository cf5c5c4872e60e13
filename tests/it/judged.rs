//! Real refusals: the emulator judges the request by the state of its users, apps and tenants, and
//! `ropc` names the code, its meaning and the next steps, with the ids of exactly that request.

use crate::support::{Run, Sandbox, secrets_json};
use entra_emulator::{
    CONTOSO_CLIENT, CONTOSO_PUBLIC_CLIENT, CONTOSO_USER, ClientType, Config, FEDERATED_USER, Fault,
    Times, UserState,
};

/// Asserts that the refusal names the code, the words, a next step, and the ids that the service
/// has in its log.
#[track_caller]
fn refused(sandbox: &Sandbox, run: Run, code: u32, words: &[&str]) {
    let run = run
        .expect(4)
        .says(&[&format!("ropc: error: AADSTS{code}: ")])
        .says(words);
    let run = run.says(&[
        "ropc: hint: ",
        &format!("`ropc explain {code}`"),
        "trace id ",
        "nothing was stored: to try again, run this same command",
    ]);
    let sent = sandbox.emulator.requests();
    let id = sent
        .last()
        .unwrap()
        .header("client-request-id")
        .unwrap()
        .to_owned();
    run.says(&[&format!("correlation id {id}")]);
    assert_eq!(
        sandbox.emulator.token_requests(),
        1,
        "a refusal is final: ropc does not repeat the request"
    );
    assert!(
        sandbox.emulator.violations().is_empty(),
        "{:?}",
        sandbox.emulator.violations()
    );
    assert!(
        !sandbox.profile_file("default").exists()
            && !sandbox.config_dir().join("store.sealed").exists()
    );
}

/// `login` with one of the usual facts replaced.
fn login_with_fact(sandbox: &Sandbox, flag: &str, value: &str) -> Run {
    let mut facts = sandbox.facts();
    let at = facts.iter().position(|f| f == flag).unwrap();
    value.clone_into(&mut facts[at + 1]);
    let mut args = vec![
        "login",
        "--secrets-stdin",
        "--store",
        "file",
        "--key-source",
        "key-file",
    ];
    args.extend(facts.iter().map(String::as_str));
    sandbox.run_with_input(&args, &sandbox.secrets_json())
}

#[test]
fn each_state_of_a_user_has_its_refusal_and_next_step() {
    let rows: [(UserState, u32, &[&str]); 8] = [
        (UserState::Disabled, 50057, &["disabled"]),
        (UserState::PasswordExpired, 50055, &["expired"]),
        (
            UserState::MfaRequired,
            50076,
            &["a user on whom MFA is enforced cannot use the password grant (ROPC)"],
        ),
        (
            UserState::MfaEnrolment,
            50079,
            &["cannot use the password grant (ROPC)"],
        ),
        (UserState::Blocked, 53003, &["Conditional Access"]),
        (UserState::NoPassword, 50056, &["password"]),
        (UserState::Unassigned, 50105, &["assign"]),
        (UserState::Policy(530_003), 530_003, &["polic"]),
    ];
    for (state, code, words) in rows {
        let sandbox = Sandbox::new();
        assert!(sandbox.emulator.set_user_state(CONTOSO_USER, state));
        refused(&sandbox, sandbox.login(&[]), code, words);
    }
}

#[test]
fn mfa_is_reported_as_final_and_the_alternatives_are_named() {
    let sandbox = Sandbox::new();
    sandbox
        .emulator
        .set_user_state(CONTOSO_USER, UserState::MfaRequired);
    let alternatives = [
        "no other password and no retry changes that",
        "managed identity",
        "certificate",
        "refresh token",
    ];
    refused(&sandbox, sandbox.login(&[]), 50076, &alternatives);
}

#[test]
fn the_refusal_of_a_federated_user_says_why_the_right_password_is_refused() {
    let sandbox = Sandbox::new();
    refused(
        &sandbox,
        login_with_fact(&sandbox, "--username", FEDERATED_USER),
        50126,
        &["federated"],
    );
}

#[test]
fn an_unknown_user_and_an_unknown_tenant_are_different_refusals() {
    let sandbox = Sandbox::new();
    refused(
        &sandbox,
        login_with_fact(&sandbox, "--username", "nobody@contoso.example"),
        50034,
        &["user not found", "--username"],
    );
    let sandbox = Sandbox::new();
    let other = "11111111-2222-4333-8444-555555555555";
    refused(
        &sandbox,
        login_with_fact(&sandbox, "--tenant", other),
        90002,
        &["tenant not found"],
    );
}

#[test]
fn the_refusal_names_the_wrong_national_cloud() {
    // The emulator is one cloud; the answers of others are injected by number.
    for (code, words) in [
        (90038, ["cloud", "--cloud"]),
        (900_439, ["cloud", "--cloud"]),
    ] {
        let sandbox = Sandbox::new();
        sandbox.emulator.inject(Fault::Aadsts(code), Times::Once);
        refused(&sandbox, sandbox.login(&[]), code, &words);
    }
}

#[test]
fn a_public_app_with_a_secret_and_a_confidential_one_without_are_different_refusals() {
    let sandbox = Sandbox::new();
    let only_password = format!(
        "{{\"password\":{}}}",
        serde_json::to_string(&sandbox.password).unwrap()
    );
    let run = sandbox.login_with(&["--public-client"], only_password.as_bytes());
    refused(&sandbox, run, 7_000_218, &["client secret"]);
    let sandbox = Sandbox::new();
    refused(
        &sandbox,
        login_with_fact(&sandbox, "--client-id", CONTOSO_PUBLIC_CLIENT),
        700_025,
        &["--public-client"],
    );
}

#[test]
fn a_wrong_and_an_expired_client_secret_are_different_refusals() {
    let sandbox = Sandbox::new();
    let wrong = secrets_json("not~the~secret~of~this~app", &sandbox.password);
    refused(
        &sandbox,
        sandbox.login_with(&[], &wrong),
        7_000_215,
        &["client secret refused", "Value"],
    );
    let sandbox = Sandbox::new();
    let old = sandbox
        .emulator
        .config()
        .expired_secret(CONTOSO_CLIENT)
        .unwrap()
        .to_owned();
    sandbox.watch("expired secret", &old);
    let run = sandbox.login_with(&[], &secrets_json(&old, &sandbox.password));
    refused(&sandbox, run, 7_000_222, &["expired"]);
}

#[test]
fn each_fault_of_the_app_registration_has_its_refusal() {
    let changes: [(fn(&mut Config), u32, &str); 3] = [
        (|config| config.apps[0].consented.clear(), 65001, "consent"),
        (
            |config| config.apps[0].disabled = true,
            7_000_112,
            "disabled",
        ),
        (
            |config| config.apps.remove(0).consented.clear(),
            700_016,
            "not found",
        ),
    ];
    for (change, code, word) in changes {
        let sandbox = Sandbox::new();
        sandbox.emulator.configure(change);
        refused(&sandbox, sandbox.login(&[]), code, &[word]);
    }
}

#[test]
fn an_unknown_scope_and_one_without_consent_are_different_refusals() {
    let sandbox = Sandbox::new();
    refused(
        &sandbox,
        sandbox.login(&["--scope", "User.Raed"]),
        650_053,
        &["scope does not exist", "User.Raed"],
    );
    let sandbox = Sandbox::new();
    refused(
        &sandbox,
        sandbox.login(&["--scope", "Mail.Send"]),
        65001,
        &["consent"],
    );
}

#[test]
fn a_user_without_faults_signs_in_to_the_same_tenant() {
    // The control of this file: without a fault the sign-in works.
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    let sandbox = Sandbox::with(|mut config| {
        config.apps[0].client_type = ClientType::Public;
        config
    });
    let only_password = format!(
        "{{\"password\":{}}}",
        serde_json::to_string(&sandbox.password).unwrap()
    );
    sandbox
        .login_with(&["--public-client"], only_password.as_bytes())
        .expect(0);
}
