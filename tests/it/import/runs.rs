//! Scripts before and after the edit, run by the real interpreters with their own clients against
//! the emulator, whose Graph notes each call. Before, a script gets its token itself; after, `ropc
//! exec` hands it one: the calls of the job must be the same, and none asks for a token.

use super::{CLIENT_SECRET, PASSWORD, import, place, sample, sandbox};
use crate::support::{Run, Sandbox, needs};
use entra_emulator::{CONTOSO_CLIENT, CONTOSO_TENANT, CONTOSO_USER};
use std::path::{Path, PathBuf};

/// The cmdlets of Microsoft.Graph that the recipe uses, with a call of `Invoke-RestMethod` in them.
const MODULE: &str = "
function Connect-MgGraph([securestring]$AccessToken) { $script:Token = $AccessToken }
function Get-MgUser {
    $all = Invoke-RestMethod -Uri \"$env:GRAPH/users\" -Authentication Bearer -Token $script:Token
    $all.value.userPrincipalName }
";

/// What a job did: its calls of Graph, how often it asked for a token, how it ended.
#[derive(Debug, PartialEq, Eq)]
struct Done {
    calls: Vec<String>,
    token_requests: usize,
    code: Option<i32>,
    stdout: String,
}

/// A script of this machine's interpreter in a sandbox of its own.
struct Stage {
    sandbox: Sandbox,
    interpreter: PathBuf,
    script: PathBuf,
}

impl Stage {
    fn of(interpreter: &Path, name: &str, text: &str) -> Self {
        let mut sandbox = sandbox(PASSWORD, CLIENT_SECRET);
        sandbox.emulator.configure(|config| {
            for app in &mut config.apps {
                let scope = "https://graph.microsoft.com/User.Read.All";
                app.consented.push(scope.to_owned());
            }
        });
        // Where `needs` has looked.
        sandbox.set_env("PATH", &std::env::var("PATH").unwrap());
        let ca = sandbox.root().join("ca.pem").display().to_string();
        for variable in [
            "CURL_CA_BUNDLE",
            "NODE_EXTRA_CA_CERTS",
            "REQUESTS_CA_BUNDLE",
            "SSL_CERT_FILE",
        ] {
            sandbox.set_env(variable, &ca);
        }
        for variable in [
            "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT",
            "NO_COLOR",
            "POWERSHELL_TELEMETRY_OPTOUT",
            "PYTHONDONTWRITEBYTECODE",
        ] {
            sandbox.set_env(variable, "1");
        }
        let graph = format!("{}/v1.0", sandbox.emulator.graph_url());
        sandbox.set_env("GRAPH", &graph);
        let modules = sandbox.root().join("modules");
        sandbox.set_env("PSModulePath", &modules.display().to_string());
        let module = modules.join("Microsoft.Graph");
        std::fs::create_dir_all(&module).unwrap();
        std::fs::write(module.join("Microsoft.Graph.psm1"), MODULE).unwrap();
        let script = place(&sandbox, name, written(text, &sandbox).as_bytes());
        Self {
            sandbox,
            interpreter: interpreter.to_owned(),
            script,
        }
    }

    /// The script without ropc.
    fn alone(&self) -> Done {
        let mut command = self.sandbox.program(&self.interpreter);
        command.arg(&self.script);
        self.noted(|| self.sandbox.finish("alone", command, &[]))
    }

    /// The script under `ropc exec`, whose token is in the cache already.
    fn under_exec(&self) -> Done {
        self.sandbox.run(&["exec", "--", "true"]).expect(0);
        let program = self.interpreter.display().to_string();
        let script = self.script.display().to_string();
        self.noted(|| self.sandbox.run(&["exec", "--", &program, &script]))
    }

    fn noted(&self, run: impl FnOnce() -> Run) -> Done {
        let emulator = &self.sandbox.emulator;
        let earlier = emulator.requests().len();
        let run = run();
        let requests = emulator.requests().split_off(earlier);
        let calls = requests.iter().filter(|r| r.path.starts_with("/v1.0/"));
        Done {
            // A token that the emulator did not issue is a 401.
            calls: calls
                .map(|r| {
                    let query = r.query.as_deref().unwrap_or_default();
                    let body = String::from_utf8_lossy(&r.body);
                    format!("{} {}?{query} {body} {:?}", r.method, r.path, r.status)
                })
                .collect(),
            token_requests: requests.iter().filter(|r| r.is_token_request()).count(),
            code: run.code,
            stdout: run.stdout,
        }
    }

    fn text(&self) -> String {
        std::fs::read_to_string(&self.script).unwrap()
    }
}

/// A text with the made-up values, and the emulator's addresses.
fn written(text: &str, sandbox: &Sandbox) -> String {
    text.replace("[[E]]", "[[A]]/[[T]]/oauth2/v2.0/token")
        .replace("[[A]]", &sandbox.emulator.authority())
        .replace("[[G]]", &format!("{}/v1.0", sandbox.emulator.graph_url()))
        .replace("[[T]]", CONTOSO_TENANT)
        .replace("[[C]]", CONTOSO_CLIENT)
        .replace("[[U]]", CONTOSO_USER)
        .replace("[[S]]", CLIENT_SECRET)
        .replace("[[P]]", PASSWORD)
}

/// True if the edited job does what the job did, without a sign-in of its own.
fn is_same_job(before: &Done, after: &Done) -> bool {
    after.token_requests == 0
        && before.calls == after.calls
        && before.code == after.code
        && before.stdout == after.stdout
}

fn makes_the_same_calls(interpreter: &Path, name: &str, text: &str) {
    let mut stage = Stage::of(interpreter, name, text);
    let before = stage.alone();
    assert_eq!(before.token_requests, 1, "{name}: {before:?}");
    assert!(!before.calls.is_empty(), "{name}: {before:?}");
    let is_denied = |call: &String| call.ends_with("Some(401)");
    assert!(!before.calls.iter().any(is_denied), "{name}: {before:?}");
    let old = stage.text();
    let more = ["--tenant", CONTOSO_TENANT, "--write", "--yes"];
    import(&stage.sandbox, &stage.script, &more)
        .expect(0)
        .says(&["replaces the token request", "holds neither secret"]);
    let new = stage.text();
    let after = stage.under_exec();
    assert!(
        is_same_job(&before, &after),
        "{name}: {before:?}\n{after:?}\n{new}"
    );
    // The controls: a script that was not edited, an edit that takes another variable, and one
    // that takes a call of the job away are seen.
    let wrong = [
        old,
        new.replace("GRAPH_ACCESS_TOKEN", "GRAPH_TOKEN"),
        // As each script writes its first call: in an address, as an argument, in a list, as a
        // cmdlet.
        new.replace("/v1.0/me", "/v1.0/other")
            .replace("/v1.0/users", "/v1.0/other")
            .replace("graph me", "graph other")
            .replace("['me'", "['other'")
            .replace("Get-MgUser", ""),
    ];
    for (number, text) in wrong.iter().enumerate() {
        assert_ne!(text, &new, "{name}, control {number}");
        std::fs::write(&stage.script, text).unwrap();
        let after = stage.under_exec();
        assert!(!is_same_job(&before, &after), "{name}, control {number}");
    }
    stage.sandbox.without_scan();
}

#[test]
fn scripts_of_curl_make_the_same_calls_with_the_token_of_exec() {
    if !needs::programs(&["bash", "curl", "jq"]) {
        return;
    }
    let bash = Path::new("bash");
    makes_the_same_calls(bash, "pipe.sh", include_str!("runs/pipe.sh"));
    makes_the_same_calls(bash, "answer.sh", include_str!("runs/answer.sh"));
    makes_the_same_calls(bash, "function.sh", include_str!("runs/function.sh"));
}

#[test]
fn scripts_of_requests_and_urllib_make_the_same_calls_with_the_token_of_exec() {
    let Some(peers) = needs::peer("py/bin/python") else {
        return;
    };
    let python = peers.join("py/bin/python");
    makes_the_same_calls(&python, "mixed.py", include_str!("runs/mixed.py"));
    makes_the_same_calls(&python, "function.py", include_str!("runs/function.py"));
    makes_the_same_calls(&python, "session.py", include_str!("runs/session.py"));
}

#[test]
fn scripts_of_fetch_make_the_same_calls_with_the_token_of_exec() {
    if !needs::programs(&["node"]) {
        return;
    }
    let node = Path::new("node");
    makes_the_same_calls(node, "function.mjs", include_str!("runs/function.mjs"));
    makes_the_same_calls(node, "main.js", include_str!("runs/main.js"));
    makes_the_same_calls(node, "then.mjs", include_str!("runs/then.mjs"));
}

#[test]
fn scripts_of_invoke_restmethod_make_the_same_calls_with_the_token_of_exec() {
    let Some(pwsh) = needs::named("ROPC_TEST_PWSH", "a PowerShell 7 (`pwsh`)") else {
        return;
    };
    let recipe = String::from_utf8(sample("example.ps1")).unwrap();
    let recipe = recipe.replace("https://login.microsoftonline.com", "[[A]]");
    makes_the_same_calls(&pwsh, "recipe.ps1", &recipe);
    makes_the_same_calls(&pwsh, "splat.ps1", include_str!("runs/splat.ps1"));
    makes_the_same_calls(&pwsh, "function.ps1", include_str!("runs/function.ps1"));
}
