//! Which requests become the variable, and which do not: the job's own calls stay, and so does another identity's sign-in.

use super::*;

const TOKEN_URL: &str = "https://login.microsoftonline.com/contoso.example/oauth2/v2.0/token";
const SECRETS: [&str; 2] = ["Secret-Pw1", "Secret-Cs1"];

fn new_text(text: &str, name: &str, lines: RangeInclusive<usize>) -> String {
    let scan = scan(text.as_bytes(), name, &HOSTS).unwrap();
    let new = scan.rewrite(&SECRETS, &lines);
    String::from_utf8(new.apply(text.as_bytes()).unwrap().to_vec()).unwrap()
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

#[test]
fn curl_becomes_its_answer_and_the_rest_of_the_pipeline_stays() {
    let curl = format!("curl -s {TOKEN_URL} -d grant_type=password -d client_secret=Secret-Cs1 -d password=Secret-Pw1");
    let json = "\"{\\\"access_token\\\":\\\"$GRAPH_ACCESS_TOKEN\\\"}\"";
    let printed = format!("printf '%s\\n' {json}");
    let token = "\"$GRAPH_ACCESS_TOKEN\"";
    for (before, after) in [
        ("T=$(CURL | jq -r .access_token)\n", format!("T={token}\n")),
        ("T=\"$(CURL | jq -r '.access_token')\"\n", format!("T={token}\n")),
        ("T=`CURL | jq -r .access_token`\n", format!("T={token}\n")),
        ("A=$(CURL)\n", format!("A={json}\n")),
        ("T=$(CURL | jq .access_token | tr -d '\"')\n", format!("T=$({printed} | jq .access_token | tr -d '\"')\n")),
        ("A=$(CURL; echo more)\n", format!("A=$({printed}; echo more)\n")),
        ("A=x$(CURL)\n", format!("A=x$({printed})\n")),
        ("f() {\n  CURL | jq -r .access_token\n}\n", format!("f() {{\n  printf '%s\\n' {token}\n}}\n")),
        ("if CURL >a.json 2>&1; then b; fi\n", format!("if {printed} >a.json 2>&1; then b; fi\n")),
        (
            "D=(-d grant_type=password -d 'password=Secret-Pw1')\nA=$(curl -s \"${D[@]}\" URL )\n",
            format!("D=(-d grant_type=password -d 'password=')\nA={json}\n"),
        ),
        // The job's own call, with the token request inside.
        (
            "U=$(curl -H \"Authorization: Bearer $(CURL | jq -r .access_token)\" https://graph.microsoft.com/v1.0/me)\n",
            format!(
                "U=$(curl -H \"Authorization: Bearer $(printf '%s\\n' {token})\" https://graph.microsoft.com/v1.0/me)\n"
            ),
        ),
        (
            "D='grant_type=password&password=Secret-Pw1'\nA=$(curl -d \"$D\" $U)\nD='{\"a\":1}'\nB=$(curl -d \"$D\" https://graph.microsoft.com/v1.0/x)\n",
            format!(
                "D='grant_type=password&password='\nA={json}\nD='{{\"a\":1}}'\nB=$(curl -d \"$D\" https://graph.microsoft.com/v1.0/x)\n"
            ),
        ),
        (
            "T=$(curl -s -d @- URL <<EOF | jq -r .access_token\ngrant_type=password&password=Secret-Pw1\nEOF\n)\necho\n",
            format!("T={token}\necho\n"),
        ),
    ] {
        assert_eq!(
            edited(&before.replace("CURL", &curl).replace("URL ", &format!("{TOKEN_URL} ")), "x.sh"),
            after,
            "{before}"
        );
    }
    // What is not sure stays, without its values.
    for odd in ["-o a.json", "-sw '%{http_code}'", "--config c"] {
        let new = edited(&format!("T=$({curl} {odd})\n"), "x.sh");
        assert!(new.contains("curl") && !new.contains("Secret-") && !new.contains("GRAPH_ACCESS_TOKEN"), "{new}");
    }
    let new = edited(&format!("T=\"x `{curl} | jq .access_token`\"\n"), "x.sh");
    assert!(new.contains("curl") && !new.contains("Secret-"), "{new}");
    let other = curl.replace("Secret-", "Other-");
    let new = new_text(&format!("A=$({curl})\nB=$({other})\n"), "x.sh", 1..=1);
    assert_eq!(new, format!("A={json}\nB=$({other})\n"));
}

#[test]
fn an_answer_goes_where_it_went_before() {
    let call = format!(
        "Invoke-RestMethod -Method Post -Uri {TOKEN_URL} -Body @{{ grant_type = 'password'; password = 'Secret-Pw1' }}"
    );
    let token = "$env:GRAPH_ACCESS_TOKEN";
    let answer = "[pscustomobject]@{ access_token = $env:GRAPH_ACCESS_TOKEN; token_type = 'Bearer' }";
    let until = "[long]$env:ROPC_EXPIRES_ON - [DateTimeOffset]::UtcNow.ToUnixTimeSeconds()";
    for (before, after) in [
        (
            "$h = @{ A = \"Bearer \" + (CALL).access_token }\nUse $h\n",
            format!("$h = @{{ A = \"Bearer \" + {token} }}\nUse $h\n"),
        ),
        ("Use -Token (CALL).access_token -All\n", format!("Use -Token {token} -All\n")),
        ("$t = CALL | Select-Object -ExpandProperty access_token\nUse $t\n", format!("$t = {token}\nUse $t\n")),
        ("function T {\n  CALL\n}\n", format!("function T {{\n  {answer}\n}}\n")),
        ("function T {\n  return CALL\n}\n", format!("function T {{\n  return {answer}\n}}\n")),
        (
            "$r = CALL\n$end = (Get-Date).AddSeconds($r.expires_in)\n",
            format!(
                "$r = {}\n$end = (Get-Date).AddSeconds($r.expires_in)\n",
                answer.replace(" }", &format!("; expires_in = {until} }}"))
            ),
        ),
    ] {
        assert_eq!(edited(&before.replace("CALL", &call), "x.ps1"), after, "{before}");
    }
    let web = edited(
        &format!("$r = {call}\nif ($r.StatusCode -ne 200) {{ exit }}\nUse $r.Content\n")
            .replace("RestMethod", "WebRequest"),
        "x.ps1",
    );
    assert!(web.starts_with("$r = [pscustomobject]@{ StatusCode = 200; Content = (ConvertTo-Json "), "{web}");
    // What is not sure stays, without its values.
    for odd in ["$j = CALL | ConvertTo-Json\n", "$x = Get-It (CALL)\n", "$r = CALL\nKeep $r.refresh_token\n"] {
        let new = edited(&odd.replace("CALL", &call), "x.ps1");
        assert!(new.contains("Invoke-RestMethod") && !new.contains("Secret-") && !new.contains("GRAPH_"), "{new}");
    }
}

#[test]
fn a_file_of_many_requests_is_edited_in_time() {
    for (name, request) in [
        ("x.ps1", "$r = irm $u -Body $b\n$x = $r.id\n"),
        ("x.py", "r = requests.post(u, data=d)\nx = r.json()\n"),
        ("x.sh", "R=$(curl -d \"$B\" $U)\nX=$(echo $R | jq .id)\n"),
        ("x.js", "r = await fetch(u, {body: d});\nx = r.json();\n"),
    ] {
        let started = std::time::Instant::now();
        let text = format!("password='Secret-Pw1'\nPASSWORD='Secret-Pw1'\n$p='Secret-Pw1'\n{}", request.repeat(3000));
        assert!(!edited(&text, name).contains("PASSWORD='Secret"), "{name}");
        assert!(started.elapsed().as_secs() < 20, "{name}: {:?}", started.elapsed());
    }
}
