Register-ArgumentCompleter -Native -CommandName 'COMMAND' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    # For each command: what may follow it. Takes: $null for what takes none, empty where any value may follow.
    $known = @{
TABLE
    }
    $word = [string]$wordToComplete
    $path = 'COMMAND'
    $flag = $null
    $ended = $false
    $count = 0
    # The words before the one that is completed.
    foreach ($element in $commandAst.CommandElements | Select-Object -Skip 1) {
        if ($element.Extent.EndOffset -ge $cursorPosition) { break }
        $text = $element.Extent.Text
        if ($ended) {
            $count++
        } elseif ($null -ne $flag) {
            $flag = $null
        } elseif ($text -ceq '--') {
            $ended = $true
        } elseif ($known.ContainsKey("$path $text")) {
            $path = "$path $text"
        } else {
            $flag = $known[$path] | Where-Object { $_.Text -ceq $text -and $null -ne $_.Takes }
        }
    }
    # Behind `--` another program begins: its name, then whatever PowerShell offers (files).
    if ($ended) {
        if ($count -eq 0) {
            [System.Management.Automation.CompletionCompleters]::CompleteCommand($word, $null, 'Application')
        }
        return
    }
    $before = ''
    if ($null -eq $flag -and $word -match '^(--[^=]+=)(.*)$') {
        $before = $Matches[1]
        $word = $Matches[2]
        $flag = $known[$path] | Where-Object { "$($_.Text)=" -ceq $before -and $null -ne $_.Takes }
        if ($null -eq $flag) { return }
    }
    if ($null -ne $flag) {
        $rows = $flag.Takes | ForEach-Object { @{ Text = "$before$_"; Tip = $_ } }
        $kind = 'ParameterValue'
    } else {
        $rows = $known[$path]
        $kind = 'ParameterName'
    }
    foreach ($row in $rows) {
        if ($row.Text.StartsWith("$before$word", [StringComparison]::OrdinalIgnoreCase)) {
            [System.Management.Automation.CompletionResult]::new($row.Text, $row.Text, $kind, $row.Tip)
        }
    }
}
