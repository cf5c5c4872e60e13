//! The scripts that the documents print for PowerShell, run as they are: in a job of `ropc`, with
//! a Graph of this machine in place of Microsoft's and small modules in place of its modules.

use crate::documents::blocks as powershell_blocks;
use crate::support::{Sandbox, documents, needs};
use crate::{environment, in_powershell, pwsh};
use entra_emulator::{Config, Server};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};

/// Makes `Get-MgUser` a call of Graph with the token of `Connect-MgGraph`, and lets PowerShell send
/// a token without TLS.
const MODULES: &str = "
$PSDefaultParameterValues = @{ 'Invoke-RestMethod:AllowUnencryptedAuthentication' = $true }
function Connect-MgGraph {
    [CmdletBinding()] param([securestring]$AccessToken, [switch]$NoWelcome)
    $global:Token = $AccessToken
}
function Get-MgUser {
    [CmdletBinding()] param([switch]$All)
    Invoke-RestMethod GRAPH/v1.0/users -Authentication Bearer -Token $global:Token
}
";

/// Cmdlets with the names and parameters of Microsoft's documentation: of Windows alone, so the
/// block runs with these.
const SCHEDULED_TASKS: &str = "
function New-ScheduledTaskAction { [CmdletBinding()] param($Execute, $Argument, $WorkingDirectory, $Id) 'action' }
function New-ScheduledTaskTrigger { [CmdletBinding()] param([switch]$Daily, [datetime]$At, $DaysInterval, $RandomDelay) 'trigger' }
function New-ScheduledTaskSettingsSet {
    [CmdletBinding()] param(
        [switch]$StartWhenAvailable, [switch]$WakeToRun, [switch]$RunOnlyIfNetworkAvailable,
        [ValidateSet('Parallel', 'Queue', 'IgnoreNew')]$MultipleInstances, [timespan]$ExecutionTimeLimit)
    'settings'
}
function Get-Credential {
    [CmdletBinding()] param($UserName, $Message)
    [pscredential]::new($UserName, (ConvertTo-SecureString 'made up' -AsPlainText -Force))
}
function Register-ScheduledTask {
    [CmdletBinding()] param(
        [string]$TaskName, [string]$TaskPath, [object[]]$Action, [object[]]$Trigger, $Settings, [string]$User, [string]$Password,
        [ValidateSet('Limited', 'Highest')]$RunLevel, $Description, [switch]$Force)
}
function Start-ScheduledTask { [CmdletBinding()] param([string]$TaskName, [string]$TaskPath) $global:Asked = 0 }
function Get-ScheduledTask {
    [CmdletBinding()] param([string[]]$TaskName, [string[]]$TaskPath)
    $global:Asked += 1
    [pscustomobject]@{ State = @('Queued', 'Running', 'Ready')[$global:Asked - 1] }
}
function Get-ScheduledTaskInfo {
    [CmdletBinding()] param([string]$TaskName, [string]$TaskPath)
    [pscustomobject]@{ LastTaskResult = \"asked $global:Asked times\" }
}
";

/// A Graph that tells the test the path and the token of each call.
fn graph() -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (calls, seen) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            answer(&stream.unwrap(), &calls);
        }
    });
    (address, seen)
}

fn answer(mut stream: &TcpStream, calls: &Sender<String>) {
    let lines = BufReader::new(stream).lines().map_while(Result::ok);
    let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
    let path = head[0].split(' ').nth(1).unwrap_or_default();
    let bearer = head
        .iter()
        .find_map(|line| line.strip_prefix("Authorization: Bearer "));
    calls
        .send(format!("{path} {}", bearer.unwrap_or("no token")))
        .unwrap();
    let body = "{\"value\":[]}";
    let length = body.len();
    // A client that is gone is no fault of the test.
    let _gone = write!(
        stream,
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
}

/// Runs a block in a job; `within` is the command before the program.
fn run(sandbox: &Sandbox, within: &[&str], block: &str, graph: &str) {
    let there = block.replace("https://graph.microsoft.com/v1.0", &format!("{graph}/v1.0"));
    let script = MODULES.replace("GRAPH", graph) + &there;
    fs::write(sandbox.root().join("block.ps1"), script).unwrap();
    let args = [within, &["--", "pwsh", "-NoProfile", "-File", "block.ps1"]].concat();
    sandbox.run(&args).expect(0);
}

#[test]
fn the_scripts_run_as_they_are_printed() {
    let Some(pwsh) = pwsh() else { return };
    let sandbox = crate::sandbox(Sandbox::new(), &pwsh);
    let (address, calls) = graph();
    let mut ran = 0;
    for name in documents::pages() {
        for block in powershell_blocks(&documents::page(&name)) {
            // Lines to type have a test of their own.
            if block.starts_with("ropc ") {
                continue;
            }
            let within: &[&str] = if block.contains("$env:IDENTITY_ENDPOINT") {
                &["exec", "--serve"]
            } else if block.contains("$env:GRAPH_ACCESS_TOKEN") {
                &["exec"]
            } else {
                continue;
            };
            run(&sandbox, within, &block, &address);
            let call = calls
                .try_recv()
                .unwrap_or_else(|_| panic!("{name} calls Graph: {block}"));
            let tokens = sandbox.emulator.issued_tokens();
            assert!(
                tokens.iter().any(|issued| call.ends_with(&issued.token)),
                "{name}: the token goes to Graph: {block}"
            );
            ran += 1;
        }
    }
    assert!(ran >= 6, "the blocks are found: {ran}");
}

/// The recipe that `ropc` replaces does what the documents say that it does, so that what they show
/// beside it can be compared with it.
#[test]
fn the_recipe_with_its_plain_secrets_runs_as_it_is_printed() {
    let Some(pwsh) = pwsh() else { return };
    let password = "made-up Password & 100%";
    let secret = "Xx8~made.up-secret-value-000000000000000";
    let mut config = Config::contoso()
        .with_password(password)
        .with_client_secret(secret);
    let scope = "https://graph.microsoft.com/Team.Create";
    config.apps[0].consented.push(scope.to_owned());
    config.permissions.push("Team.Create".to_owned());
    let emulator = Server::start(config);
    let mut sandbox = environment(
        Sandbox::around(emulator, password.to_owned(), secret.to_owned()),
        &pwsh,
    );
    // The recipe has its secrets in a script, which is an argument here.
    sandbox.without_scan();
    let roots = sandbox.root().join("ca.pem").display().to_string();
    sandbox.set_env("SSL_CERT_FILE", &roots);
    let (address, calls) = graph();
    let authority = sandbox.emulator.authority();
    let mut ran = 0;
    for name in documents::pages() {
        for block in powershell_blocks(&documents::page(&name)) {
            if !block.contains("login.microsoftonline.com") {
                continue;
            }
            let here = block.replace("https://login.microsoftonline.com", &authority);
            let script = MODULES.replace("GRAPH", &address) + &here;
            let run = in_powershell(&sandbox, &pwsh, &script).expect(0);
            let call = calls
                .try_recv()
                .unwrap_or_else(|_| panic!("{name} calls Graph: {block}{}", run.stderr));
            let tokens = sandbox.emulator.issued_tokens();
            assert!(
                call.ends_with(&tokens.last().unwrap().token),
                "{name}: {block}"
            );
            ran += 1;
        }
    }
    assert!(ran >= 2, "the blocks are found: {ran}");
}

#[test]
fn the_scheduled_task_gets_parameters_that_its_cmdlets_take() {
    let Some(pwsh) = pwsh() else { return };
    let sandbox = environment(Sandbox::new(), &pwsh);
    let page = documents::page("docs/where/task-scheduler.md");
    let blocks = powershell_blocks(&page);
    let [block] = &blocks[..] else {
        panic!("{blocks:?}");
    };
    let ran = in_powershell(&sandbox, &pwsh, &format!("{SCHEDULED_TASKS}{block}")).expect(0);
    assert_eq!(ran.stdout.trim(), "asked 3 times", "it waits for the end");
    let unknown = block.replace("-WorkingDirectory", "-Directory");
    let refused = in_powershell(&sandbox, &pwsh, &format!("{SCHEDULED_TASKS}{unknown}"));
    assert_ne!(refused.code, Some(0), "the control");
}

#[test]
fn the_recipe_for_dotnet_compiles_and_gets_a_token() {
    let Some(pwsh) = pwsh() else { return };
    let Some(libraries) = needs::named("ROPC_TEST_DOTNET", "the DLLs of Azure.Identity") else {
        return;
    };
    let mut sandbox = crate::sandbox(Sandbox::new(), &pwsh);
    sandbox.set_env("ROPC_TEST_DOTNET", &libraries.display().to_string());
    let page = documents::page("docs/recipes/dotnet.md");
    let recipe = documents::blocks(&page)
        .into_iter()
        .find(|block| block.language == "csharp")
        .unwrap()
        .text;
    let script = format!(
        "$ErrorActionPreference = 'Stop'
        $libraries = (Get-ChildItem \"$env:ROPC_TEST_DOTNET/*.dll\").FullName
        $libraries | ForEach-Object {{ Add-Type -Path $_ }}
        Add-Type -ReferencedAssemblies ($libraries + 'netstandard') -TypeDefinition @'
        using System.Threading; using Azure.Core; using Azure.Identity;
        public class GraphServiceClient {{
            TokenCredential credential;
            public GraphServiceClient(TokenCredential credential) {{ this.credential = credential; }}
            public string Token() {{
                var scopes = new[] {{ \"https://graph.microsoft.com/.default\" }};
                return credential.GetToken(new TokenRequestContext(scopes), CancellationToken.None).Token;
            }}
        }}
        public static class Recipe {{
            public static string Run() {{
                {recipe}
                return graph.Token();
            }}
        }}\n'@
        \"length $([Recipe]::Run().Length)\""
    );
    fs::write(sandbox.root().join("recipe.ps1"), script).unwrap();
    let ran = sandbox
        .run(&[
            "exec",
            "--serve",
            "--",
            "pwsh",
            "-NoProfile",
            "-File",
            "recipe.ps1",
        ])
        .expect(0);
    let length = sandbox.emulator.issued_tokens()[0].token.len();
    assert_eq!(ran.stdout.trim(), format!("length {length}"));
}
