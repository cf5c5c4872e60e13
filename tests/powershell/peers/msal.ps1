# Asks MSAL.NET for Graph tokens: each line of the input is the number of applications that ask at once.
$ErrorActionPreference = 'Stop'
foreach ($file in Get-ChildItem "$env:ROPC_TEST_DOTNET/*.dll") { Add-Type -Path $file.FullName }
$identity = [Microsoft.Identity.Client.AppConfig.ManagedIdentityId]::SystemAssigned
[Console]::Out.WriteLine('ready')
while ($null -ne ($line = [Console]::In.ReadLine())) {
    $tasks = foreach ($number in 1..[int]$line) {
        $application = [Microsoft.Identity.Client.ManagedIdentityApplicationBuilder]::Create($identity).Build()
        $application.AcquireTokenForManagedIdentity('https://graph.microsoft.com').ExecuteAsync()
    }
    foreach ($task in $tasks) {
        try { $answer = 'ok ' + $task.GetAwaiter().GetResult().AccessToken }
        catch { $answer = 'failed ' + ($_.Exception.ToString() -replace '\s+', ' ') }
        [Console]::Out.WriteLine($answer)
    }
}
