//! The `PowerShell` code of the documents, checked by its own parser and run.

use crate::support::{Sandbox, documents};
use crate::{in_powershell, pwsh, sandbox};
use std::io::{Read, Write};
use std::path::Path;

/// The blocks of a page for PowerShell.
pub(super) fn blocks(page: &str) -> Vec<String> {
    documents::blocks(page)
        .into_iter()
        .filter(|block| block.language == "powershell")
        .map(|block| block.text.trim_end().to_owned())
        .collect()
}

/// Lines of code outside these blocks that only PowerShell understands: a cmdlet in command
/// position, a block for `pwsh`.
fn strays(page: &str) -> Vec<&str> {
    let mut language = None;
    let mut found = Vec::new();
    for line in page.lines() {
        if let Some(named) = line.strip_prefix("```") {
            language = if language.is_some() {
                None
            } else {
                Some(named)
            };
            continue;
        }
        let code = language.is_some_and(|named| named != "powershell")
            || language.is_none() && line.starts_with("    ");
        let first = line.trim_start().split(' ').next().unwrap();
        let cmdlet = ["Connect-", "Get-", "Invoke-", "New-", "Set-"]
            .iter()
            .any(|verb| first.starts_with(verb));
        if code
            && (cmdlet
                || line.contains("pwsh -NoProfile {")
                || line.trim_start().starts_with("$ErrorAction"))
        {
            found.push(line);
        }
    }
    found
}

/// The errors of PowerShell's parser for each text: their number and messages.
fn faults(sandbox: &Sandbox, pwsh: &Path, texts: &[String]) -> Vec<String> {
    for (number, text) in texts.iter().enumerate() {
        std::fs::write(sandbox.root().join(format!("block{number:03}.ps1")), text).unwrap();
    }
    let parse = "foreach ($file in Get-ChildItem block*.ps1 | Sort-Object Name) { $errors = $null
        [void][System.Management.Automation.Language.Parser]::ParseFile($file.FullName, [ref]$null, [ref]$errors)
        \"$($file.Name) $($errors.Count) $($errors.Message -join '; ')\"; Remove-Item $file }";
    let answer = in_powershell(sandbox, pwsh, parse).expect(0).stdout;
    let answers: Vec<String> = answer.lines().map(str::to_owned).collect();
    assert_eq!(answers.len(), texts.len(), "{answer}");
    answers
}

#[test]
fn the_parser_accepts_every_block_of_every_document() {
    let Some(pwsh) = pwsh() else { return };
    let sandbox = sandbox(Sandbox::new(), &pwsh);
    let mut texts = vec!["Get-Item {".to_owned(), "ropc exec -- pwsh {\n".to_owned()];
    for name in documents::pages() {
        let page = documents::page(&name);
        assert_eq!(
            strays(&page),
            Vec::<&str>::new(),
            "{name}: a block of PowerShell must have the language `powershell`"
        );
        texts.extend(blocks(&page));
    }
    assert!(texts.len() > 20, "the blocks are found: {}", texts.len());
    for (number, (fault, text)) in faults(&sandbox, &pwsh, &texts)
        .iter()
        .zip(&texts)
        .enumerate()
    {
        let broken = !fault.contains(".ps1 0 ");
        assert_eq!(broken, number < 2, "{fault}: {text}");
        // A continuation line of sh ends the command in PowerShell: the next line would run without
        // ropc.
        assert!(!text.lines().any(|line| line.ends_with('\\')), "{text}");
    }
    let stray = "a\n\n    Connect-MgGraph -Identity\n\n```sh\nGet-Item x\n```\n\n```powershell\nGet-Item x\n```\n";
    assert_eq!(
        strays(stray),
        ["    Connect-MgGraph -Identity", "Get-Item x"],
        "the control"
    );
}

/// Modules with these names, whose cmdlets accept the arguments of the recipes and print them.
fn stub_modules(sandbox: &Sandbox) {
    let ask = "$uri = \"$($env:IDENTITY_ENDPOINT)?resource=$resource&api-version=2019-08-01\"
        $got = (Invoke-RestMethod $uri -Headers @{ 'X-IDENTITY-HEADER' = $env:IDENTITY_HEADER }).access_token";
    for (module, parameters, body) in [
        (
            "Microsoft.Graph.Authentication:Connect-MgGraph",
            "[switch]$Identity, [switch]$NoWelcome",
            format!("$resource = 'https://graph.microsoft.com'; {ask}"),
        ),
        (
            "Az.Accounts:Connect-AzAccount",
            "[switch]$Identity, [string]$AccessToken, [string]$AccountId, [string]$Tenant",
            format!(
                "$got = $AccessToken; if ($Identity) {{ $resource = 'https://management.azure.com/'; {ask} }}"
            ),
        ),
        (
            "PnP.PowerShell:Connect-PnPOnline",
            "[string]$Url, [switch]$ManagedIdentity",
            format!("$resource = \"https://$(([uri]$Url).Host)\"; {ask}"),
        ),
        (
            "ExchangeOnlineManagement:Connect-ExchangeOnline",
            "[string]$AccessToken, [string]$UserPrincipalName, [switch]$ShowBanner",
            "$got = $AccessToken".to_owned(),
        ),
        (
            "MicrosoftTeams:Connect-MicrosoftTeams",
            "[string[]]$AccessTokens",
            "$got = $AccessTokens[1]; if ($AccessTokens[0] -eq $got) { throw 'one token twice' }"
                .to_owned(),
        ),
    ] {
        let (name, cmdlet) = module.split_once(':').unwrap();
        let directory = sandbox
            .home()
            .join(".local/share/powershell/Modules")
            .join(name);
        std::fs::create_dir_all(&directory).unwrap();
        // An unknown parameter is an error, as for the real cmdlet.
        let function = format!(
            "function {cmdlet} {{ [CmdletBinding()] param({parameters})\n{body}\n$global:Length = $got.Length }}\n"
        );
        std::fs::write(directory.join(format!("{name}.psm1")), function).unwrap();
    }
}

/// A tenant in which the app may ask the services that the recipes name.
fn with_the_services(mut config: entra_emulator::Config) -> entra_emulator::Config {
    for resource in [
        "https://management.azure.com",
        "https://management.azure.com/",
        "https://contoso.sharepoint.com",
        "https://outlook.office365.com",
        "48ac35b8-9aa8-4d74-927d-1f4a14a0b239",
    ] {
        config.resources.push(resource.to_owned());
        config.apps[0]
            .consented
            .push(format!("{resource}/user_impersonation"));
    }
    config
}

/// The recipes as `docs/recipes/` has them, typed into PowerShell; the scripts they name say what
/// they found.
#[test]
fn the_recipes_run_as_printed() {
    let Some(pwsh) = pwsh() else { return };
    let sandbox = sandbox(Sandbox::with(with_the_services), &pwsh);
    stub_modules(&sandbox);
    let recipes: Vec<String> = documents::book()
        .iter()
        .filter(|name| name.starts_with("docs/recipes/"))
        .flat_map(|name| blocks(&documents::page(name)))
        .filter(|block| block.starts_with("ropc exec") && block.contains('{'))
        .collect();
    assert!(recipes.len() >= 6, "{recipes:?}");
    for recipe in recipes {
        assert!(
            recipe.contains("$ErrorActionPreference = 'Stop'") && recipe.lines().count() == 1,
            "{recipe}"
        );
        let script = recipe
            .split("; ./")
            .nth(1)
            .unwrap()
            .trim_end_matches([' ', '}'])
            .to_owned();
        std::fs::write(
            sandbox.root().join(&script),
            "\"got $($global:Length -gt 100)\"\n",
        )
        .unwrap();
        let run =
            in_powershell(&sandbox, &pwsh, &format!("{recipe}\nexit $LASTEXITCODE")).expect(0);
        assert_eq!(run.stdout.trim(), "got True", "{recipe}: {}", run.stderr);
        let refused = recipe.replace("-NoProfile { ", "-NoProfile { $env:IDENTITY_HEADER = 'x'; ");
        if recipe.contains("--serve") {
            let run =
                in_powershell(&sandbox, &pwsh, &format!("{refused}\nexit $LASTEXITCODE")).expect(1);
            assert!(
                !run.stdout.contains("got"),
                "the control: a refusal ends the job, {refused}"
            );
        }
    }
}

/// Answers each request with 401, as Graph does for a token that was revoked.
fn refusing() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = Vec::new();
            let mut chunk = [0; 4096];
            while !request.windows(4).any(|end| end == b"\r\n\r\n") {
                match stream.read(&mut chunk) {
                    Ok(count @ 1..) => request.extend_from_slice(&chunk[..count]),
                    _ => break,
                }
            }
            // A client may have gone.
            let _gone = stream.write_all(
                b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
            );
        }
    });
    port
}

/// `docs/recipes/tokens-in-powershell.md`: each row, with the token of a real run.
#[test]
fn a_token_goes_to_the_places_that_the_page_names() {
    let Some(pwsh) = pwsh() else { return };
    let sandbox = sandbox(Sandbox::new(), &pwsh);
    let script = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/powershell/peers/traces.ps1"
    );
    let port = refusing().to_string();
    let run = sandbox
        .run(&["exec", "--", "pwsh", "-NoProfile", "-File", script, &port])
        .expect(0);
    let expected = [
        ("transcript of what is used", false),
        ("transcript of what is printed", true),
        ("Verbose", false),
        ("Verbose and Debug", true),
        ("Set-PSDebug -Trace 1", false),
        ("its start", false),
        ("Set-PSDebug -Trace 2", false),
        ("its start", true),
        ("error itself", false),
        ("Get-Error", true),
        ("Format-List", true),
        ("ConvertTo-Json", true),
        ("Export-Clixml", true),
        ("secure Get-Error", true),
        ("Trace-Command", true),
        ("SecureString file", true),
    ];
    let expected: Vec<String> = expected
        .iter()
        .map(|(name, found)| format!("{name}: {}", if *found { "True" } else { "False" }))
        .collect();
    assert_eq!(
        run.stdout.lines().collect::<Vec<_>>(),
        expected,
        "{}",
        run.stderr
    );
}
