//! Ten thousand scripts, put together from requests, helpers, loops, identities and other calls.
//! Whether the token request of a script is to be replaced follows from its parts; so does every
//! other line, which must stay as it is.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    clippy::assigning_clones,
    clippy::format_push_string,
    reason = "a panic is a failed test; scripts are put together as text"
)]

mod support;

use plaintext::{Identity, scan};
use support::{CLIENT, HOSTS, PASSWORD, SECRET, TENANT, USER, identity};

const SCRIPTS: u64 = 10_000;

/// A generator of numbers (`SplitMix64`): the same scripts on every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % sides as u64).unwrap()
    }

    fn pick<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.roll(all.len())]
    }

    fn chance(&mut self, of: usize) -> bool {
        self.roll(of) == 0
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Language {
    PowerShell,
    Shell,
    Python,
    JavaScript,
}

use Language::{JavaScript, PowerShell, Python, Shell};

struct Script {
    name: &'static str,
    text: String,
    /// True if the request is to be replaced.
    is_ours: bool,
    /// Lines that must be there afterwards.
    others: Vec<String>,
}

/// Whose request it is, and what it asks for.
fn fields(dice: &mut Dice) -> (Vec<(&'static str, String)>, bool) {
    let mut all = vec![
        ("grant_type", "password".to_owned()),
        ("client_id", CLIENT.to_owned()),
        ("client_secret", SECRET.to_owned()),
        ("username", USER.to_owned()),
        ("password", PASSWORD.to_owned()),
        ("scope", "User.Read".to_owned()),
    ];
    let other = dice.roll(14);
    match other {
        0 => all[3].1 = "second@contoso.example".to_owned(),
        1 => all[4].1 = "Second-Pass-99".to_owned(),
        2 => all[5].1 = "https://management.azure.com/.default".to_owned(),
        3 => all[1].1 = "11111111-2222-4333-8444-555555555555".to_owned(),
        4 => all.push(("client_assertion", "x".to_owned())),
        _ => {}
    }
    for _ in 0..4 {
        let (a, b) = (dice.roll(all.len()), dice.roll(all.len()));
        all.swap(a, b);
    }
    (all, other > 4)
}

fn variable(language: Language, name: &str) -> String {
    match language {
        PowerShell | Shell => format!("${name}"),
        Python | JavaScript => name.to_owned(),
    }
}

fn assign(language: Language, name: &str, value: &str) -> String {
    match language {
        PowerShell => format!("${name} = {value}\n"),
        Shell => format!("{name}={value}\n"),
        Python => format!("{name} = {value}\n"),
        JavaScript => format!("let {name} = {value};\n"),
    }
}

/// The form, with some of its values in variables above; `true` if one of these may have another
/// value.
fn form(language: Language, dice: &mut Dice, head: &mut String) -> (String, bool) {
    let (fields, is_ours) = fields(dice);
    let mut is_known = true;
    let mut pairs = Vec::new();
    for (name, value) in &fields {
        if dice.chance(2) {
            let variable_name = format!(
                "{}{}",
                dice.pick(&["v", "cfg", "my"]),
                name.replace('_', "")
            );
            head.push_str(&assign(language, &variable_name, &format!("'{value}'")));
            if dice.chance(20) {
                is_known = false;
                head.push_str(&match language {
                    PowerShell => format!("if ($env:OTHER) {{ ${variable_name} = $env:OTHER }}\n"),
                    Shell => format!("[ -n \"$OTHER\" ] && {variable_name}=$OTHER\n"),
                    Python => format!("if other:\n    {variable_name} = other\n"),
                    JavaScript => format!("if (other) {variable_name} = other;\n"),
                });
            }
            pairs.push((*name, variable(language, &variable_name)));
        } else {
            pairs.push((*name, format!("'{value}'")));
        }
    }
    let joined = |entry: &dyn Fn(&str, &str) -> String, between: &str| {
        pairs
            .iter()
            .map(|(name, value)| entry(name, value))
            .collect::<Vec<_>>()
            .join(between)
    };
    let text = match language {
        PowerShell => format!("@{{ {} }}", joined(&|n, v| format!("{n} = {v}"), "; ")),
        Shell => joined(
            &|n, v| {
                format!(
                    "--data-urlencode {n}={}",
                    if v.starts_with('$') {
                        format!("\"{v}\"")
                    } else {
                        v.to_owned()
                    }
                )
            },
            " ",
        ),
        Python => format!("{{{}}}", joined(&|n, v| format!("'{n}': {v}"), ", ")),
        JavaScript => format!(
            "new URLSearchParams({{ {} }})",
            joined(&|n, v| format!("{n}: {v}"), ", ")
        ),
    };
    (text, is_ours && is_known)
}

/// The request as an expression whose value is the token; `false` if it is made, or its answer
/// used, in a way that is not known.
fn request(language: Language, dice: &mut Dice, url: &str, form: &str) -> (String, bool) {
    let kind = dice.roll(8);
    let text = match (language, kind) {
        (PowerShell, 0) => format!("(curl.exe -s -d {form} {url} | ConvertFrom-Json).access_token"),
        (PowerShell, 1) => {
            format!("(Invoke-RestMethod -Method Post -Uri {url} -Body {form}).refresh_token")
        }
        (PowerShell, 2) => format!(
            "(Invoke-RestMethod -Method Post -Uri {url} -Body {form} -Headers @{{ Authorization = 'x' }}).access_token"
        ),
        (PowerShell, 3) => format!(
            "((Invoke-WebRequest -Method Post -Uri {url} -Body {form}).Content | ConvertFrom-Json).access_token"
        ),
        (PowerShell, _) => {
            format!("(Invoke-RestMethod -Method Post -Uri {url} -Body {form}).access_token")
        }
        (Shell, 0) => format!("$(wget -qO- {url} {form} | jq -r .access_token)"),
        (Shell, 1) => format!("$(curl -s {url} {form} | jq -r .refresh_token)"),
        (Shell, 2) => {
            format!("$(curl -s -H 'Authorization: x' {url} {form} | jq -r .access_token)")
        }
        (Shell, _) => format!("$(curl -s {url} {form} | jq -r .access_token)"),
        (Python, 0) => format!("opener.open({url}, {form}).json()['access_token']"),
        (Python, 1) => format!("requests.post({url}, data={form}).json()['refresh_token']"),
        (Python, 2) => {
            format!(
                "requests.post({url}, data={form}, headers={{'Authorization': 'x'}}).json()['access_token']"
            )
        }
        (Python, _) => format!("requests.post({url}, data={form}).json()['access_token']"),
        (JavaScript, 0) => {
            format!("(await got.post({url}, {{ body: {form} }}).json()).access_token")
        }
        (JavaScript, 1) => {
            format!(
                "(await (await fetch({url}, {{ method: 'POST', body: {form} }})).json()).refresh_token"
            )
        }
        (JavaScript, 2) => {
            format!(
                "(await (await fetch({url}, {{ method: 'POST', headers: {{ authorization: 'x' }}, body: {form} }})).json()).access_token"
            )
        }
        (JavaScript, _) => {
            format!(
                "(await (await fetch({url}, {{ method: 'POST', body: {form} }})).json()).access_token"
            )
        }
    };
    (text, kind > 2)
}

/// Puts the request somewhere in the script; `false` where it may run more than once, or nobody
/// knows.
fn placed(language: Language, dice: &mut Dice, request: &str) -> (String, bool) {
    let place = dice.roll(7);
    let t = |value: &str| assign(language, "t", value);
    let text = match (language, place) {
        (_, 0..=2) => t(request),
        (PowerShell, 3) => format!("function Get-It {{ return {request} }}\n$t = Get-It\n"),
        (PowerShell, 4) => format!("while ($true) {{ $t = {request}; break }}\n"),
        (PowerShell, 5) => format!(
            "function Get-It {{ return {request} }}\nforeach ($i in 1..2) {{ $t = Get-It }}\n"
        ),
        (PowerShell, _) => format!("1..2 | ForEach-Object {{ $t = {request} }}\n"),
        (Shell, 3) => format!("get() {{\n  x={request}\n  echo \"$x\"\n}}\nt=$(get)\n"),
        (Shell, 4) => format!("while true; do\n  t={request}\n  break\ndone\n"),
        (Shell, 5) => {
            format!("get() {{\n  x={request}\n  echo \"$x\"\n}}\nfor i in 1 2; do t=$(get); done\n")
        }
        (Shell, _) => format!("get() {{\n  x={request}\n  echo \"$x\"\n}}\ntrap get USR1\n"),
        (Python, 3) => format!("def get():\n    return {request}\n\nt = get()\n"),
        (Python, 4) => format!("while True:\n    t = {request}\n    break\n"),
        (Python, 5) => {
            format!("def get():\n    return {request}\n\nfor i in range(2):\n    t = get()\n")
        }
        (Python, _) => format!("def get():\n    return {request}\n\nschedule(get)\n"),
        (JavaScript, 3) => {
            format!("async function get() {{ return {request}; }}\nlet t = await get();\n")
        }
        (JavaScript, 4) => format!("let t;\nwhile (true) {{ t = {request}; break; }}\n"),
        (JavaScript, 5) => format!(
            "async function get() {{ return {request}; }}\nlet t;\nfor (const i of [1, 2]) {{ t = await get(); }}\n"
        ),
        (JavaScript, _) => {
            format!("setInterval(async () => {{ const t = {request}; use(t); }}, 1000);\n")
        }
    };
    (text, place <= 3)
}

/// A call of the job itself, which looks like a token request as far as it can.
fn other_call(language: Language, dice: &mut Dice, number: usize) -> String {
    let path = dice.pick(&["me", "users", "groups/1", "me/sendMail"]);
    let graph = format!("https://graph.microsoft.com/v1.0/{path}?n={number}");
    match (language, dice.roll(2)) {
        (PowerShell, 0) => format!(
            "Invoke-RestMethod -Method Post -Uri '{graph}' -Body $body -Headers @{{ Authorization = \"Bearer $t\" }}"
        ),
        (PowerShell, _) => {
            format!("Invoke-RestMethod '{graph}' -Headers @{{ Authorization = \"Bearer $t\" }}")
        }
        (Shell, 0) => {
            format!("curl -s -X POST -d \"$body\" -H \"Authorization: Bearer $t\" '{graph}'")
        }
        (Shell, _) => format!("curl -s -H \"Authorization: Bearer $t\" '{graph}'"),
        (Python, 0) => format!(
            "requests.post('{graph}', data=body, headers={{'Authorization': 'Bearer ' + t}})"
        ),
        (Python, _) => {
            format!("requests.get('{graph}', headers={{'Authorization': 'Bearer ' + t}})")
        }
        (JavaScript, 0) => format!(
            "await fetch('{graph}', {{ method: 'POST', body, headers: {{ Authorization: `Bearer ${{t}}` }} }});"
        ),
        (JavaScript, _) => {
            format!("await fetch('{graph}', {{ headers: {{ Authorization: `Bearer ${{t}}` }} }});")
        }
    }
}

fn script(seed: u64) -> Script {
    let mut dice = Dice(seed);
    let language = [PowerShell, Shell, Python, JavaScript][dice.roll(4)];
    let name = match language {
        PowerShell => "job.ps1",
        Shell => "job.sh",
        Python => "job.py",
        JavaScript => "job.mjs",
    };
    let mut text = if language == Python {
        "import requests\n".to_owned()
    } else {
        String::new()
    };
    let (form, is_form_ours) = form(language, &mut dice, &mut text);
    let endpoint = match dice.roll(8) {
        0 => "https://login.microsoftonline.com/fabrikam.example/oauth2/v2.0/token".to_owned(),
        _ => format!("https://login.microsoftonline.com/{TENANT}/oauth2/v2.0/token"),
    };
    let is_tenant_ours = endpoint.contains(TENANT);
    let url = if dice.chance(2) {
        text.push_str(&assign(language, "uri", &format!("'{endpoint}'")));
        if language == Shell {
            "\"$uri\"".to_owned()
        } else {
            variable(language, "uri")
        }
    } else {
        format!("'{endpoint}'")
    };
    let (request, is_made_plainly) = request(language, &mut dice, &url, &form);
    let (placed, is_once) = placed(language, &mut dice, &request);
    text.push_str(&placed);
    text.push_str(&assign(language, "body", "'{}'"));
    let others: Vec<String> = (0..=dice.roll(3))
        .map(|number| other_call(language, &mut dice, number))
        .collect();
    for other in &others {
        text.push_str(other);
        text.push('\n');
    }
    let is_ours = is_form_ours && is_tenant_ours && is_made_plainly && is_once;
    Script {
        name,
        text,
        is_ours,
        others,
    }
}

/// What is wrong with the edit of a script, if anything.
fn wrong(seed: u64, identity: &Identity<'_>) -> (bool, Option<String>) {
    let script = script(seed);
    let found = scan(script.text.as_bytes(), script.name, &HOSTS).unwrap();
    let new = found.rewrite(identity, &(1..=usize::MAX));
    let text = String::from_utf8(new.apply(script.text.as_bytes()).unwrap().to_vec()).unwrap();
    let lost = script
        .others
        .iter()
        .filter(|other| !text.contains(other.as_str()))
        .count();
    let is_silent = !new.uses_token && new.left.is_empty();
    let is_wrong =
        new.uses_token != script.is_ours || lost > 0 || is_silent || !new.remains.is_empty();
    let shown = || {
        let (left, remains) = (&new.left, &new.remains);
        format!(
            "{seed}: ours {}, left {left:?}, lost {lost}, remains {remains:?}\n{}\n---\n{text}",
            script.is_ours, script.text
        )
    };
    (script.is_ours, is_wrong.then(shown))
}

#[test]
fn the_verdict_follows_from_how_a_script_is_made() {
    let scopes = ["User.Read".to_owned()];
    let results: Vec<(bool, Option<String>)> = std::thread::scope(|threads| {
        let part = |first: u64| {
            let scopes = &scopes;
            threads.spawn(move || {
                (first..SCRIPTS)
                    .step_by(2)
                    .map(|seed| wrong(seed, &identity(scopes)))
                    .collect::<Vec<_>>()
            })
        };
        let running: Vec<_> = (0..2).map(part).collect();
        running
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .collect()
    });
    let ours = results.iter().filter(|(is_ours, _)| *is_ours).count();
    let found: Vec<&String> = results
        .iter()
        .filter_map(|(_, wrong)| wrong.as_ref())
        .collect();
    let some = found
        .iter()
        .take(5)
        .map(|text| text.as_str())
        .collect::<Vec<_>>()
        .join("\n======\n");
    assert!(found.is_empty(), "{} of {SCRIPTS}:\n{some}", found.len());
    // The control: both verdicts are there, many times.
    assert!(
        ours > 1000 && results.len() - ours > 1000,
        "{ours} of {}",
        results.len()
    );
}
