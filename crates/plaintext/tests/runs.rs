//! Scripts of the corpus, run before and after the edit by the real interpreters: the calls of the
//! job must be the same, but for the token request. What would talk to Microsoft is a fake that
//! notes each call.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    clippy::case_sensitive_file_extension_comparisons,
    reason = "a panic is a failed test; tests write files, read their environment and name what they skip"
)]

mod support;

use plaintext::{Identity, scan};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use support::{HOSTS, identity, written};

/// `curl` as far as the scripts use it.
const CURL: &str = r#"#!/bin/bash
case "$*" in
  *oauth2*client_credentials*) printf '{"access_token":"tok-B"}' ;;
  *oauth2*) echo password >>"$TOKENS"; cat </dev/null; printf '{"token_type":"Bearer","expires_in":3599,"access_token":"tok-A"}' ;;
  *) printf '%q ' "$@" >>"$CALLS"; echo >>"$CALLS"; echo '{}' ;;
esac
"#;

const REQUESTS: &str = r"
import os
class Answer:
    status_code, ok, text, headers = 200, True, '{}', {}
    def __init__(self, data): self.data = data
    def json(self): return self.data
    def raise_for_status(self): pass
def request(method, url, data=None, headers=None, **more):
    if 'oauth2' in url:
        open(os.environ['TOKENS'], 'a').write('password\n')
        return Answer({'token_type': 'Bearer', 'expires_in': 3599, 'access_token': 'tok-A'})
    open(os.environ['CALLS'], 'a').write(f'{method} {url} {headers} {data}\n')
    return Answer({})
def post(url, data=None, **more): return request('POST', url, data, **more)
def get(url, **more): return request('GET', url, **more)
class Session:
    def post(self, url, **more): return post(url, **more)
";

const MSAL_PY: &str = r"
import os
class ConfidentialClientApplication:
    def __init__(self, client_id, client_credential=None, authority=None): pass
    def acquire_token_by_username_password(self, username, password, scopes):
        open(os.environ['TOKENS'], 'a').write('password\n')
        return {'access_token': 'tok-A', 'token_type': 'Bearer'}
";

const FETCH: &str = r"
const fs = require('fs');
const answer = url => {
  if (!String(url).includes('oauth2')) return {};
  fs.appendFileSync(process.env.TOKENS, 'password\n');
  return { token_type: 'Bearer', expires_in: 3599, access_token: 'tok-A' };
};
const note = (url, o) => {
  if (!String(url).includes('oauth2')) fs.appendFileSync(process.env.CALLS, `${url} ${JSON.stringify(o.headers)} ${o.body}\n`);
};
globalThis.fetch = async (url, o = {}) => { note(url, o); const a = answer(url); return { ok: true, status: 200, json: async () => a, text: async () => JSON.stringify(a) }; };
";

const AXIOS: &str = r"
const send = async (url, body, o) => { const r = await fetch(url, { ...o, body }); return { status: 200, data: await r.json() }; };
module.exports = Object.assign(o => send(o.url, o.data, o), { post: send, get: (url, o) => send(url, undefined, o) });
module.exports.default = module.exports;
";

const MSAL_JS: &str = r"
exports.ConfidentialClientApplication = class {
  constructor(c) { if (!c.auth.clientSecret) throw new Error('no secret'); }
  async acquireTokenByUsernamePassword() { require('fs').appendFileSync(process.env.TOKENS, 'password\n'); return { accessToken: 'tok-A' }; }
};
";

const POWERSHELL: &str = r#"
$ErrorActionPreference = 'Stop'
function Answer($Uri, $Body) {
  if ("$($Body.grant_type) $Body" -match 'client_credentials') { return [pscustomobject]@{ access_token = 'tok-B' } }
  Add-Content $env:TOKENS 'password'
  [pscustomobject]@{ token_type = 'Bearer'; expires_in = 3599; access_token = 'tok-A' }
}
function Invoke-RestMethod { param([Parameter(Position = 0)]$Uri, $Method, $Body, $Headers, $ContentType)
  if ("$Uri" -match 'oauth2') { return Answer $Uri $Body }
  Add-Content $env:CALLS "$Method $Uri $($Headers.Authorization) $Body" }
function Invoke-WebRequest { param([Parameter(Position = 0)]$Uri, $Method, $Body, [switch]$UseBasicParsing)
  [pscustomobject]@{ StatusCode = 200; Content = (Answer $Uri $Body | ConvertTo-Json) } }
function Connect-MgGraph { param([securestring]$AccessToken) Add-Content $env:CALLS (ConvertFrom-SecureString $AccessToken -AsPlainText) }
function Use { Add-Content $env:CALLS "$args" }
. $env:SCRIPT
"#;

/// Where the fakes are.
struct Stage(tempfile::TempDir);

impl Stage {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let put = |name: &str, text: &str| {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, text).unwrap();
            path
        };
        let curl = put("curl", CURL);
        std::fs::set_permissions(curl, std::os::unix::fs::PermissionsExt::from_mode(0o755))
            .unwrap();
        // The method that returns nothing in `requests` returns the response in `httpx`.
        let httpx = REQUESTS.replace("(self): pass", "(self): return self");
        for (name, text) in [
            ("requests.py", REQUESTS),
            ("httpx.py", &httpx),
            ("msal.py", MSAL_PY),
            ("stub.cjs", FETCH),
        ] {
            put(name, text);
        }
        put("node_modules/axios/index.js", AXIOS);
        put(
            "node_modules/qs/index.js",
            "exports.stringify = o => new URLSearchParams(o).toString();",
        );
        put("node_modules/@azure/msal-node/index.js", MSAL_JS);
        put("run.ps1", POWERSHELL);
        Self(dir)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The calls that a script makes, how many passwords it sends, and how it ends.
    fn run(&self, program: &[String], name: &str, text: &str) -> (String, usize, Output) {
        for log in ["calls", "tokens"] {
            std::fs::write(self.path(log), "").unwrap();
        }
        let name = &format!("job-{name}");
        std::fs::write(self.path(name), text).unwrap();
        let mut command = Command::new(&program[0]);
        command
            .args(&program[1..])
            .current_dir(self.0.path())
            .env_clear();
        if !name.ends_with(".ps1") {
            command.arg(name);
        }
        let dir = self.0.path().display().to_string();
        command
            .env("PATH", format!("{dir}:/usr/local/bin:/usr/bin:/bin"))
            .env("HOME", &dir)
            .env("PYTHONDONTWRITEBYTECODE", "1");
        command
            .env("CALLS", self.path("calls"))
            .env("TOKENS", self.path("tokens"))
            .env("SCRIPT", self.path(name));
        command
            .env("GRAPH_ACCESS_TOKEN", "tok-A")
            .env("ROPC_EXPIRES_ON", "4102444800")
            .env("STAGE", "x");
        command
            .env("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1")
            .env("POWERSHELL_TELEMETRY_OPTOUT", "1");
        let output = command.stdin(std::process::Stdio::null()).output().unwrap();
        let read = |log: &str| std::fs::read_to_string(self.path(log)).unwrap();
        (read("calls"), read("tokens").lines().count(), output)
    }
}

/// The interpreter of a script, if it is here; without the shims that need a HOME.
fn interpreter(name: &str, stage: &Stage) -> Option<Vec<String>> {
    let program = |name: &str| {
        let found = ["/usr/bin", "/bin", "/usr/local/bin"].map(|dir| format!("{dir}/{name}"));
        found.into_iter().find(|path| Path::new(path).exists())
    };
    match name.rsplit('.').next().unwrap() {
        "sh" => program("jq")
            .and_then(|_| program("bash"))
            .map(|bash| vec![bash]),
        "py" => program("python3").map(|python| vec![python]),
        "js" | "mjs" => program("node").map(|node| {
            vec![
                node,
                "-r".into(),
                stage.path("stub.cjs").display().to_string(),
            ]
        }),
        "ps1" => std::env::var("ROPC_TEST_PWSH").ok().map(|pwsh| {
            vec![
                pwsh,
                "-NoProfile".into(),
                "-NonInteractive".into(),
                "-File".into(),
                stage.path("run.ps1").display().to_string(),
            ]
        }),
        _ => None,
    }
}

fn edited(name: &str, text: &str, identity: &Identity<'_>) -> String {
    let found = scan(text.as_bytes(), name, &HOSTS).unwrap();
    let new = found.rewrite(identity, &(1..=usize::MAX));
    assert!(new.uses_token, "{name}");
    String::from_utf8(new.apply(text.as_bytes()).unwrap().to_vec()).unwrap()
}

fn runs(corpus: &str, least: usize) {
    let stage = Stage::new();
    let mut ran = 0;
    let mut found = Vec::new();
    for part in corpus.split("\n=== ").skip(1) {
        let (head, text) = part.split_once('\n').unwrap();
        let pieces: Vec<&str> = head.split(" | ").collect();
        // A script that ends because of an emptied value says so; that is looked at in `corpus`.
        if pieces[1] != "replaced" || pieces.contains(&"warns") {
            continue;
        }
        let (name, text) = (pieces[0], written(text));
        let Some(program) = interpreter(name, &stage) else {
            assert!(
                std::env::var_os("CI").is_none() || name.ends_with(".ts") || name.ends_with(".ps1"),
                "CI lacks what runs {name}"
            );
            eprintln!("not run: {name}");
            continue;
        };
        let scopes = [if name.starts_with("v1-") {
            "https://graph.microsoft.com/.default"
        } else {
            "User.Read"
        }
        .to_owned()];
        let new = edited(name, &text, &identity(&scopes));
        let (calls, passwords, before) = stage.run(&program, name, &text);
        let (new_calls, new_passwords, after) = stage.run(&program, name, &new);
        let left = usize::from(pieces.contains(&"leaves other"));
        // The control: the script of before sends a password.
        let is_same =
            calls == new_calls && before.status == after.status && before.stdout == after.stdout;
        if !is_same || passwords == 0 || new_passwords != left {
            let errors = [&before, &after]
                .map(|output| String::from_utf8_lossy(&output.stderr).into_owned());
            found.push(format!(
                "{name}: {passwords} passwords, then {new_passwords}\n{calls}---\n{new_calls}---\n{errors:?}\n{new}"
            ));
        }
        ran += 1;
    }
    assert!(
        found.is_empty(),
        "{} of {ran}:\n{}",
        found.len(),
        found.join("\n======\n")
    );
    assert!(ran >= least || ran == 0, "{ran}");
}

#[test]
fn shell_scripts_make_the_same_calls() {
    runs(include_str!("corpus/shell.txt"), 20);
}

#[test]
fn python_makes_the_same_calls() {
    runs(include_str!("corpus/python.txt"), 20);
}

#[test]
fn javascript_makes_the_same_calls() {
    runs(include_str!("corpus/javascript.txt"), 14);
}

/// With `ROPC_TEST_PWSH`, the path of a PowerShell.
#[test]
fn powershell_makes_the_same_calls() {
    runs(include_str!("corpus/powershell.txt"), 25);
}
