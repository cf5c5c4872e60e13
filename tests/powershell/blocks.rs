//! The scripts that the documents print for PowerShell, run as they are: in a job of `ropc`, with
//! the emulator in place of Entra and Graph, and small modules in place of Microsoft's.

use crate::documents::blocks as powershell_blocks;
use crate::support::{Run, Sandbox, documents, needs};
use crate::{environment, in_powershell, pwsh};
use entra_emulator::{Config, Recorded, Server};
use std::fs;

/// Makes `Get-MgUser` a call of Graph with the token of `Connect-MgGraph`.
const MODULES: &str = "
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

/// .NET takes its roots from this variable.
fn trust_the_emulator(sandbox: &mut Sandbox) {
    let roots = sandbox.root().join("ca.pem").display().to_string();
    sandbox.set_env("SSL_CERT_FILE", &roots);
}

/// A block that can run here: with the modules, and with the emulator in place of Microsoft's
/// hosts.
fn script(block: &str, sandbox: &Sandbox) -> String {
    let graph = sandbox.emulator.graph_url();
    let here = block
        .replace("https://graph.microsoft.com/v1.0", &format!("{graph}/v1.0"))
        .replace(
            "https://login.microsoftonline.com",
            &sandbox.emulator.authority(),
        );
    MODULES.replace("GRAPH", &graph) + &here
}

/// Every block for PowerShell, with the name of its page.
fn all_blocks() -> impl Iterator<Item = (String, String)> {
    documents::pages().into_iter().flat_map(|name| {
        let blocks = powershell_blocks(&documents::page(&name));
        blocks.into_iter().map(move |block| (name.clone(), block))
    })
}

/// The one call of Graph since so many requests.
#[track_caller]
fn call_of(sandbox: &Sandbox, earlier: usize, run: &Run, block: &str) -> Recorded {
    let requests = sandbox.emulator.requests().split_off(earlier);
    let mut calls = requests
        .into_iter()
        .filter(|request| request.path.starts_with("/v1.0/"));
    let (Some(call), None) = (calls.next(), calls.next()) else {
        panic!("one call of Graph: {block}{}", run.stderr);
    };
    assert_eq!(call.status, Some(200), "Graph takes the token: {block}");
    call
}

#[test]
fn the_scripts_run_as_they_are_printed() {
    let Some(pwsh) = pwsh() else { return };
    let mut sandbox = crate::sandbox(Sandbox::new(), &pwsh);
    trust_the_emulator(&mut sandbox);
    let mut ran = 0;
    for (name, block) in all_blocks() {
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
        let script = script(&block, &sandbox);
        let earlier = sandbox.emulator.requests().len();
        fs::write(sandbox.root().join("block.ps1"), script).unwrap();
        let job = ["--", "pwsh", "-NoProfile", "-File", "block.ps1"];
        let run = sandbox.run(&[within, &job].concat()).expect(0);
        call_of(&sandbox, earlier, &run, &format!("{name}: {block}"));
        ran += 1;
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
    trust_the_emulator(&mut sandbox);
    let mut ran = 0;
    for (name, block) in all_blocks() {
        if !block.contains("login.microsoftonline.com") {
            continue;
        }
        let script = script(&block, &sandbox);
        let earlier = sandbox.emulator.requests().len();
        let run = in_powershell(&sandbox, &pwsh, &script).expect(0);
        let call = call_of(&sandbox, earlier, &run, &format!("{name}: {block}"));
        let tokens = sandbox.emulator.issued_tokens();
        let last = format!("Bearer {}", tokens.last().unwrap().token);
        assert_eq!(call.header("authorization"), Some(last.as_str()), "{name}");
        ran += 1;
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
    let first = "// ropc exec --serve -- dotnet run";
    let recipe = documents::block_that_begins("docs/recipes/dotnet.md", first);
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
