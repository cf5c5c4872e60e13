//! `ropc setup --shell pwsh`: the script runs in a real `PowerShell`, with small functions in place
//! of Microsoft's cmdlets, and hands the secrets to `login` alone.

use crate::support::Sandbox;
use crate::{in_powershell, pwsh, sandbox};

/// Each cmdlet keeps what it is called with, and answers with the properties that the script reads.
const CMDLETS: &str = r"
$global:Calls = @()
function global:Answer($Name, $Arguments) {
    $global:Calls += $Name + ' ' + (ConvertTo-Json -Depth 9 -Compress @($Arguments))
    [pscustomobject]@{
        Id = $Name + '-id'; AppId = 'an-app'; SecretText = 'the-client-secret'
        Oauth2PermissionScopes = @([pscustomobject]@{ Value = 'User.Read'; Id = 'scope-id' })
    }
}
foreach ($name in 'Connect-MgGraph', 'Get-MgServicePrincipal', 'New-MgApplication', 'New-MgServicePrincipal', 'New-MgUser',
    'New-MgOauth2PermissionGrant', 'New-MgServicePrincipalAppRoleAssignedTo', 'New-MgIdentityConditionalAccessNamedLocation',
    'New-MgIdentityConditionalAccessPolicy', 'Add-MgApplicationPassword') {
    Set-Item function:global:$name ([scriptblock]::Create('Answer ''' + $name + ''' $args'))
}
function global:ropc { $global:Given = @($input) -join ''; $global:Calls += 'ropc ' + ($args -join ' ') }
. ./tenant.ps1 | Out-Null
$global:Calls
$global:Given
";

#[test]
fn the_script_for_powershell_makes_the_parts_and_hands_the_secrets_to_login_alone() {
    let Some(pwsh) = pwsh() else { return };
    let sandbox = sandbox(Sandbox::new(), &pwsh);
    let name = "it\u{2019}s $(New-Item injected) 'job'";
    let write = |more: &[&str]| {
        let facts = ["setup", "--tenant", "contoso.example", "--app", name];
        let address = ["--address", "203.0.113.7/32", "--address", "2001:db8::/64"];
        let run = sandbox
            .run(&[&facts[..], &address, more].concat())
            .expect(0);
        std::fs::write(sandbox.root().join("tenant.ps1"), run.stdout).unwrap();
    };
    write(&[]);
    let run = in_powershell(&sandbox, &pwsh, CMDLETS).expect(0);
    assert_eq!(run.stderr, "");
    let mut lines: Vec<&str> = run.stdout.lines().collect();
    let given: serde_json::Value = serde_json::from_str(lines.pop().unwrap()).unwrap();
    assert_eq!(given["client_secret"], "the-client-secret");
    let password = given["password"].as_str().unwrap();
    assert!(password.len() > 40);
    let call = |name: &str| -> &str {
        let mut calls = lines.iter().filter(|line| line.starts_with(name));
        calls
            .next()
            .unwrap_or_else(|| panic!("{name}: {}", run.stdout))
    };
    assert!(call("Connect-MgGraph").contains("contoso.example"));
    assert!(call("New-MgApplication").contains("$(New-Item injected)"));
    assert!(call("New-MgApplication").contains("scope-id"));
    assert!(call("New-MgOauth2PermissionGrant").contains("Principal"));
    assert!(call("New-MgServicePrincipalAppRoleAssignedTo").contains("New-MgUser-id"));
    let place = call("New-MgIdentityConditionalAccessNamedLocation");
    assert!(place.contains("iPv4CidrRange") && place.contains("iPv6CidrRange"));
    let fence = call("New-MgIdentityConditionalAccessPolicy");
    assert!(fence.contains("\"block\"") && fence.contains("NamedLocation-id"));
    let login = "ropc login --secrets-stdin --yes --tenant contoso.example --client-id an-app \
                 --username svc-job@contoso.example";
    assert_eq!(call("ropc"), login);
    for line in &lines {
        let is_user = line.starts_with("New-MgUser ");
        assert_eq!(line.contains(password), is_user, "{line}");
        assert!(!line.contains("the-client-secret"), "{line}");
    }
    assert!(!sandbox.root().join("injected").exists());
    write(&["--scope", "No.Such"]);
    let run = in_powershell(&sandbox, &pwsh, CMDLETS);
    assert!(run.stderr.contains("No.Such") && !run.stdout.contains("New-MgUser"));
}
