# Where the token of this run is found after what scripts do: one line each, never the token.
param([int]$Port)
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$uri = "http://127.0.0.1:$Port/v1.0/me"
$headers = @{ Authorization = "Bearer $env:GRAPH_ACCESS_TOKEN" }
$folder = Join-Path ([IO.Path]::GetTempPath()) ([Guid]::NewGuid())
$null = New-Item -ItemType Directory $folder

function Report($Name, [string]$Text) {
    # What is printed may be wrapped and coloured; in CLIXML `_x` is `_x005F_x`.
    $plain = $Text -replace '\e\[[0-9;]*m' -replace '\s' -replace '_x005F_', '_'
    "${Name}: $($plain.Contains($env:GRAPH_ACCESS_TOKEN))"
}
function Child($Command) { pwsh -NoProfile -Command $Command *>&1 | Out-String -Width 100000 }

try {
    # In a process of its own, so that its output does not mix with ours.
    $use = 'function f($Value) { $null = $Value }; $token = $env:GRAPH_ACCESS_TOKEN; f $token; $null = ConvertTo-SecureString $token -AsPlainText -Force'
    foreach ($row in @('used', $use), @('printed', '$env:GRAPH_ACCESS_TOKEN')) {
        $file = Join-Path $folder "$($row[0]).txt"
        $null = Child "`$null = Start-Transcript '$file'; $($row[1]); `$null = Stop-Transcript"
        Report "transcript of what is $($row[0])" (Get-Content $file -Raw)
    }
    Report 'Verbose' (& { Invoke-RestMethod $uri -Headers $headers -SkipHttpErrorCheck -Verbose } *>&1 | Out-String -Width 100000)
    Report 'Verbose and Debug' (Child "`$h = @{ Authorization = `"Bearer `$env:GRAPH_ACCESS_TOKEN`" }; Invoke-RestMethod $uri -Headers `$h -SkipHttpErrorCheck -Verbose -Debug")
    foreach ($level in 1, 2) {
        $text = Child "Set-PSDebug -Trace $level; `$token = `$env:GRAPH_ACCESS_TOKEN"
        Report "Set-PSDebug -Trace $level" $text
        "its start: $($text.Contains($env:GRAPH_ACCESS_TOKEN.Substring(0, 40)))"
    }
    $record = try { Invoke-RestMethod $uri -Headers $headers } catch { $_ }
    Report 'error itself' ($record | Out-String -Width 100000)
    Report 'Get-Error' (Get-Error -InputObject $record | Out-String -Width 100000)
    Report 'Format-List' ($record | Format-List * -Force | Out-String -Width 100000)
    Report 'ConvertTo-Json' ($record | ConvertTo-Json -WarningAction SilentlyContinue)
    $record | Export-Clixml (Join-Path $folder 'error.xml')
    Report 'Export-Clixml' (Get-Content (Join-Path $folder 'error.xml') -Raw)
    $secure = ConvertTo-SecureString $env:GRAPH_ACCESS_TOKEN -AsPlainText -Force
    $record = try { Invoke-RestMethod $uri -Authentication Bearer -Token $secure -AllowUnencryptedAuthentication } catch { $_ }
    Report 'secure Get-Error' (Get-Error -InputObject $record | Out-String -Width 100000)
    Report 'Trace-Command' (Child 'Trace-Command -Name ParameterBinding -PSHost { $null = ConvertTo-SecureString $env:GRAPH_ACCESS_TOKEN -AsPlainText -Force }')
    # Linux and macOS: the characters as UTF-16, in hexadecimal.
    $bytes = [Convert]::FromHexString((ConvertFrom-SecureString $secure))
    Report 'SecureString file' ([Text.Encoding]::Unicode.GetString($bytes))
} finally {
    Remove-Item -Recurse -Force $folder
}
