# Asks Azure.Identity for Graph tokens: each line of the input is the number of credentials that ask at once.
$ErrorActionPreference = 'Stop'
foreach ($file in Get-ChildItem "$env:ROPC_TEST_DOTNET/*.dll") { Add-Type -Path $file.FullName }
$context = [Azure.Core.TokenRequestContext]::new([string[]]@('https://graph.microsoft.com/.default'))
[Console]::Out.WriteLine('ready')
while ($null -ne ($line = [Console]::In.ReadLine())) {
    $tasks = foreach ($number in 1..[int]$line) {
        $credential = [Azure.Identity.DefaultAzureCredential]::new()
        $credential.GetTokenAsync($context, [Threading.CancellationToken]::None).AsTask()
    }
    foreach ($task in $tasks) {
        try { $answer = 'ok ' + $task.GetAwaiter().GetResult().Token }
        catch { $answer = 'failed ' + ($_.Exception.ToString() -replace '\s+', ' ') }
        [Console]::Out.WriteLine($answer)
    }
}
