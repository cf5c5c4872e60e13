//! Which requests become the variable, and which do not: the job's own calls stay, and so does another identity's sign-in.

use super::*;

const TOKEN_URL: &str = "https://login.microsoftonline.com/contoso.example/oauth2/v2.0/token";
const SECRETS: [&str; 2] = ["Secret-Pw1", "Secret-Cs1"];

fn new_text(text: &str, name: &str, lines: RangeInclusive<usize>) -> String {
    let scan = scan(text.as_bytes(), name).unwrap();
    let new = scan.rewrite(&SECRETS, &lines);
    String::from_utf8(new.bytes.to_vec()).unwrap()
}

fn edited(text: &str, name: &str) -> String {
    new_text(text, name, 1..=usize::MAX)
}

/// A PowerShell token request with its values, as most scripts begin.
fn head() -> String {
    format!(
        "$uri = '{TOKEN_URL}'\n$body = @{{ grant_type = 'password'; client_secret = 'Secret-Cs1'; password = 'Secret-Pw1' }}\n\
         $answer = Invoke-RestMethod -Method Post -Uri $uri -Body $body\n"
    )
}

#[test]
fn a_call_with_the_token_is_no_token_request() {
    for rest in [
        "$headers = @{ Authorization = \"Bearer $($answer.access_token)\" }\n\
         $users = Invoke-RestMethod -Uri 'https://graph.microsoft.com/v1.0/users' -Headers $headers\n$users.value\n",
        // The names of the token request are used again for the job's own calls.
        "$body = @{ displayName = 'x' } | ConvertTo-Json\n$uri = 'https://graph.microsoft.com/v1.0/groups'\n\
         $made = Invoke-RestMethod -Method Post -Uri $uri -Body $body -Token $answer.access_token\n$made.id\n",
        "$uri = 'https://graph.microsoft.com/v1.0/me'\n$me = Invoke-RestMethod -Uri $uri -Body $body\nUse $answer.access_token\n",
        "$me = (Invoke-RestMethod -Uri https://graph.microsoft.com/v1.0/me -Headers @{ A = $answer.access_token }).id\n",
    ] {
        let new = edited(&format!("{}{rest}", head()), "x.ps1");
        assert!(!new.contains("Secret-") && new.contains("$env:GRAPH_ACCESS_TOKEN"), "{new}");
        let calls = rest.lines().filter(|line| line.contains("graph.microsoft.com"));
        for call in calls {
            let call = call.replace("$answer.access_token", "$env:GRAPH_ACCESS_TOKEN");
            assert!(new.contains(&call), "the job's own call is gone:\n{new}");
        }
        assert_eq!(new.matches("Invoke-RestMethod").count(), 1, "{new}");
    }
}

#[test]
fn only_the_request_of_these_secrets_is_replaced() {
    let second = head().replace("Secret-", "Other-").replace("$answer", "$second");
    let new = new_text(&format!("{}{second}", head()), "x.ps1", 1..=3);
    assert!(!new.contains("Secret-") && new.ends_with(&second), "{new}");
    // One app, two users: the app's secret does not tell whose request it is.
    let user = |name: &str| {
        format!(
            "${name} = (irm {TOKEN_URL} -Body @{{ grant_type = 'password'; client_secret = $cs; password = '{name}-Pw1' }}).access_token\n"
        )
    };
    let new = new_text(
        &format!("$cs = 'Secret-Cs1'\n{}{}Use $Secret $Other\n", user("Secret"), user("Other")),
        "x.ps1",
        1..=2,
    );
    assert_eq!(new, format!("$cs = ''\n$Secret = $env:GRAPH_ACCESS_TOKEN\n{}Use $Secret $Other\n", user("Other")));
}
