//! The edited script runs under `ropc exec`: with the real interpreters, and stand-ins for the
//! libraries that would talk to Microsoft. Each script sends the token to Graph; the stand-in
//! writes it down.

use super::{CLIENT_SECRET, PASSWORD, import, place, sandbox};
use crate::support::needs;
use std::os::unix::fs::PermissionsExt;

const TENANT: &str = entra_emulator::CONTOSO_TENANT;

/// The part of `requests` that the script uses; a token request is an error.
const REQUESTS: &str = r#"
import types
def post(url, **more):
    raise SystemExit("a token request was made")
def get(url, headers):
    open("sent", "w").write(url + " " + headers["Authorization"])
    return types.SimpleNamespace(json=lambda: {"value": [{"userPrincipalName": "a@contoso.example"}]})
"#;

const CURL: &str = "#!/bin/sh\ncase \"$*\" in *oauth2*) echo 'a token request was made' >&2; exit 9 ;; esac\n\
                    while [ $# -gt 1 ]; do [ \"$1\" = -H ] && h=$2; shift; done\nprintf '%s %s' \"$1\" \"$h\" >sent\n";

/// The interpreter, the file's name, and the script.
fn scripts() -> [(&'static str, &'static str, String); 4] {
    let url = format!("https://login.microsoftonline.com/{TENANT}/oauth2/v2.0/token");
    let facts = format!(
        "'client_id': '{}', 'username': '{}'",
        entra_emulator::CONTOSO_CLIENT,
        entra_emulator::CONTOSO_USER
    );
    let python = format!(
        "import requests\nimport sys\n\nCLIENT_SECRET = '{CLIENT_SECRET}'\nPASSWORD = '{PASSWORD}'\n\n\ndef get_token():\n\
         \x20   payload = {{'grant_type': 'password', {facts},\n\
         \x20              'client_secret': CLIENT_SECRET, 'password': PASSWORD, 'scope': 'User.Read'}}\n\
         \x20   r = requests.post('{url}', data=payload, timeout=30)\n    r.raise_for_status()\n\
         \x20   if r.status_code != 200:\n        sys.exit(f'{{r.status_code}} {{r.text}}')\n    return r.json()['access_token']\n\n\n\
         r = requests.get('https://graph.microsoft.com/v1.0/users', headers={{'Authorization': 'Bearer ' + get_token()}})\n\
         print([u['userPrincipalName'] for u in r.json()['value']])\n"
    );
    let node = format!(
        "import {{ writeFileSync }} from 'node:fs';\nconst cfg = {{ clientSecret: '{CLIENT_SECRET}', password: '{PASSWORD}' }};\n\
         async function getToken() {{\n  const res = await fetch('{url}', {{\n    method: 'POST',\n\
         \x20   body: new URLSearchParams({{ grant_type: 'password', {facts}, client_secret: cfg.clientSecret, password: cfg.password, scope: 'User.Read' }}),\n\
         \x20 }});\n  if (!res.ok) throw new Error(`token: ${{res.status}}`);\n  const data = await res.json();\n\
         \x20 if (!(data.expires_in > 60)) throw new Error('too short');\n  return data.access_token;\n}}\n\
         writeFileSync('sent', 'https://graph.microsoft.com/v1.0/users Bearer ' + await getToken());\n"
    );
    let data = format!(
        "-d grant_type=password -d client_id={} -d username={} --data-urlencode \"client_secret=$CS\" --data-urlencode 'password={PASSWORD}' -d scope=User.Read {url}",
        entra_emulator::CONTOSO_CLIENT,
        entra_emulator::CONTOSO_USER
    );
    let head = format!("#!/bin/bash\nset -euo pipefail\nCS='{CLIENT_SECRET}'\n");
    let call =
        "curl -sS -H \"Authorization: Bearer $TOKEN\" https://graph.microsoft.com/v1.0/users\n";
    let answer = format!(
        "{head}ANSWER=$(curl -sS {data})\nTOKEN=$(echo \"$ANSWER\" | jq .access_token | tr -d '\"')\n{call}"
    );
    let function = format!(
        "{head}get_token() {{\n  curl -sS {data} | jq .access_token | sed 's/\"//g'\n}}\nTOKEN=$(get_token)\n{call}"
    );
    [
        ("python3", "report.py", python),
        ("node", "report.mjs", node),
        ("bash", "answer.sh", answer),
        ("bash", "function.sh", function),
    ]
}

/// The path of the program; without the shims that need a HOME.
fn program(name: &str) -> String {
    let found = ["/usr/bin", "/bin", "/usr/local/bin"].map(|dir| format!("{dir}/{name}"));
    found
        .into_iter()
        .find(|path| std::path::Path::new(path).exists())
        .unwrap()
}

#[test]
fn an_edited_script_runs_with_the_token() {
    for (interpreter, name, script) in scripts() {
        let needed: &[&str] = if interpreter == "bash" {
            &["bash", "jq"]
        } else {
            &[interpreter]
        };
        if !needs::programs(needed) {
            continue;
        }
        let interpreter = program(interpreter);
        let mut sandbox = sandbox(PASSWORD, CLIENT_SECRET);
        let path = place(&sandbox, name, script.as_bytes());
        let dir = path.parent().unwrap().to_path_buf();
        place(&sandbox, "requests.py", REQUESTS.as_bytes());
        let curl = place(&sandbox, "curl", CURL.as_bytes());
        std::fs::set_permissions(curl, PermissionsExt::from_mode(0o755)).unwrap();
        sandbox.set_env("PATH", &format!("{}:/usr/bin:/bin", dir.display()));
        sandbox.set_env("PYTHONDONTWRITEBYTECODE", "1");
        let run = |args: &[&str]| {
            let mut command = sandbox.command(args);
            command.current_dir(&dir);
            sandbox.finish("exec", command, &[])
        };
        let file = path.display().to_string();
        import(&sandbox, &path, &["--write", "--yes"])
            .expect(0)
            .says(&["replaces the token request", "holds neither secret"]);
        run(&["exec", "--", &interpreter, &file]).expect(0);
        let sent = std::fs::read_to_string(dir.join("sent")).unwrap();
        let token = sent
            .strip_prefix("https://graph.microsoft.com/v1.0/users ")
            .and_then(|rest| {
                rest.strip_prefix(if interpreter.ends_with("bash") {
                    "Authorization: Bearer "
                } else {
                    "Bearer "
                })
            });
        let issued = sandbox.emulator.issued_tokens();
        assert!(
            issued.iter().any(|t| Some(t.token.as_str()) == token),
            "{name}: {sent}"
        );
        // The control: the old script asks for a token itself.
        if !interpreter.ends_with("node") {
            let old = place(&sandbox, &format!("old-{name}"), script.as_bytes());
            let code = run(&["exec", "--", &interpreter, &old.display().to_string()]).code;
            assert_ne!(code, Some(0), "{name}");
        }
        sandbox.without_scan();
    }
}
