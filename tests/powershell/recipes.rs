//! The scripts of README.md in several lines, for `PowerShell` and for .NET: run as they are
//! printed, with the emulator's address in place of Graph's.

use crate::documents::{blocks, page};
use crate::support::{Run, Sandbox, needs};
use crate::{pwsh, sandbox};
use entra_emulator::CONTOSO_USER;

/// Modules of these names with the cmdlets of the scripts. Microsoft's own are not at hand, so
/// their parameters are from Microsoft's documentation and not compared with the cmdlets.
fn stub_graph(sandbox: &Sandbox) {
    let modules = sandbox.home().join(".local/share/powershell/Modules");
    let connect = "function Connect-MgGraph { [CmdletBinding()] param([securestring]$AccessToken, [switch]$NoWelcome)
        $global:Token = ConvertFrom-SecureString $AccessToken -AsPlainText }";
    let users = "function Get-MgUser { [CmdletBinding()] param([switch]$All)
        [pscustomobject]@{ Name = 'somebody'; Length = $global:Token.Length } }";
    for (name, function) in [
        ("Microsoft.Graph.Authentication", connect),
        ("Microsoft.Graph.Users", users),
    ] {
        let directory = modules.join(name);
        std::fs::create_dir_all(&directory).unwrap();
        std::fs::write(directory.join(format!("{name}.psm1")), function).unwrap();
    }
}

/// A sandbox in which .NET trusts the emulator.
fn ready() -> Option<Sandbox> {
    let pwsh = pwsh()?;
    let mut sandbox = sandbox(Sandbox::new(), &pwsh);
    let roots = sandbox.root().join("ca.pem").display().to_string();
    sandbox.set_env("SSL_CERT_FILE", &roots);
    stub_graph(&sandbox);
    Some(sandbox)
}

/// The block of README.md with these words, for this emulator.
fn block(sandbox: &Sandbox, language: &str, words: &str) -> String {
    let found: Vec<String> = blocks(&page("README.md"), language)
        .into_iter()
        .filter(|block| block.contains(words))
        .collect();
    assert_eq!(found.len(), 1, "{words}: {found:#?}");
    found[0].replace(
        "https://graph.microsoft.com/v1.0",
        &format!("{}/v1.0", sandbox.emulator.graph_url()),
    )
}

fn run(sandbox: &Sandbox, flags: &[&str], script: &str) -> Run {
    std::fs::write(sandbox.root().join("script.ps1"), script).unwrap();
    let pwsh = ["--", "pwsh", "-NoProfile", "-File", "script.ps1"];
    sandbox.run(&[&["exec"], flags, &pwsh].concat())
}

/// Each failure of a script ends it.
const STOP: &str = "$ErrorActionPreference = 'Stop'\n";

#[test]
fn a_script_with_a_module_gets_the_token() {
    let Some(sandbox) = ready() else { return };
    let length = sandbox.emulator.issued_tokens()[0].token.len();
    let report = block(&sandbox, "powershell", "Export-Csv users.csv");
    run(&sandbox, &[], &report).expect(0);
    let table = std::fs::read_to_string(sandbox.root().join("users.csv")).unwrap();
    assert!(
        table.contains(&format!("\"somebody\",\"{length}\"")),
        "{table}"
    );
    let first = block(&sandbox, "powershell", "\nGet-MgUser");
    let shown = run(&sandbox, &[], &format!("{STOP}{first}")).expect(0);
    assert!(
        shown.stdout.contains(&length.to_string()),
        "{}",
        shown.stdout
    );
    // The control: without the variable the same script fails.
    let gone = format!("{STOP}$env:GRAPH_ACCESS_TOKEN = $null\n{report}");
    assert_ne!(run(&sandbox, &[], &gone).code, Some(0));
}

#[test]
fn a_script_without_modules_asks_graph_plain_and_under_serve() {
    let Some(sandbox) = ready() else { return };
    let plain = block(&sandbox, "powershell", "Bearer $env:GRAPH_ACCESS_TOKEN");
    let served = block(&sandbox, "powershell", "X-IDENTITY-HEADER");
    for (flags, script) in [(&[][..], &plain), (&["--serve"], &served)] {
        let shown = run(&sandbox, flags, &format!("{STOP}{script}")).expect(0);
        assert!(
            shown.stdout.contains(CONTOSO_USER),
            "{script}: {}",
            shown.stdout
        );
    }
    // The control: each script needs the mode that its page names.
    for (flags, script) in [(&[][..], &served), (&["--serve"], &plain)] {
        assert_ne!(
            run(&sandbox, flags, &format!("{STOP}{script}")).code,
            Some(0)
        );
    }
}

/// The lines of the C# recipe in a method, compiled by PowerShell's own compiler against
/// Azure.Identity. `GraphServiceClient` is a stub: it asks the credential it was given.
#[test]
fn the_recipe_for_dotnet_is_compiled_and_run() {
    let Some(mut sandbox) = ready() else { return };
    let libraries = needs::named("ROPC_TEST_DOTNET", "the DLLs of Azure.Identity");
    let Some(libraries) = libraries else { return };
    sandbox.set_env("ROPC_TEST_DOTNET", &libraries.display().to_string());
    let recipe = block(&sandbox, "csharp", "GraphServiceClient");
    let length = sandbox.emulator.issued_tokens()[0].token.len();
    let shown = run(&sandbox, &["--serve"], &compiled(&recipe)).expect(0);
    assert_eq!(shown.stdout.trim(), format!("a token of {length}"));
    let broken = recipe.replace("DefaultAzureCredential()", "DefaultAzureCredentials()");
    let fails = run(&sandbox, &["--serve"], &compiled(&broken));
    assert_ne!(fails.code, Some(0), "the control: the compiler reads it");
}

fn compiled(recipe: &str) -> String {
    let program = format!(
        "using Azure.Core;
using Azure.Identity;
public class GraphServiceClient {{
    readonly TokenCredential credential;
    public GraphServiceClient(TokenCredential credential) {{ this.credential = credential; }}
    public int Length() {{
        var context = new TokenRequestContext(new[] {{ \"https://graph.microsoft.com/.default\" }});
        return credential.GetToken(context, default).Token.Length;
    }}
}}
public static class Recipe {{
    public static int Run() {{
{recipe}
        return graph.Length();
    }}
}}"
    );
    format!(
        "{STOP}foreach ($file in Get-ChildItem \"$env:ROPC_TEST_DOTNET/*.dll\") {{ Add-Type -Path $file.FullName }}
$references = @(Get-ChildItem \"$env:ROPC_TEST_DOTNET/Azure.*.dll\" | ForEach-Object FullName)
$references += 'netstandard', 'System.Runtime', 'System.Memory.Data', 'System.ClientModel'
$program = @'
{program}
'@
Add-Type -TypeDefinition $program -ReferencedAssemblies $references
\"a token of $([Recipe]::Run())\"
"
    )
}
