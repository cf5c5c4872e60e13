# Completion of ropc for PowerShell. ropc itself says what may follow; where it says that files may, PowerShell completes them.
Register-ArgumentCompleter -Native -CommandName 'ropc' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $words = @()
    $dashes = -1
    # The words before the one that is completed.
    foreach ($element in $commandAst.CommandElements) {
        if ($element.Extent.EndOffset -ge $cursorPosition) { break }
        $text = if ($element -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $element.Value } else { $element.Extent.Text }
        if ($text -ceq '--' -and $dashes -lt 0) { $dashes = $words.Count }
        $words += $text
    }
    $word = [string]$wordToComplete
    if ($dashes -ge 0) {
        # Behind `--` another program begins: its name, then whatever PowerShell offers (files).
        if ($words.Count -eq $dashes + 1) {
            [System.Management.Automation.CompletionCompleters]::CompleteCommand($word, $null, 'Application')
        }
        return
    }
    $program = $commandAst.GetCommandName()
    # PowerShell 5.1 passes no empty word.
    $lines = @(if ($word) { & $program complete -- @words $word 2>$null } else { & $program complete --empty -- @words 2>$null })
    # An empty text keeps PowerShell from completing files.
    if (-not $lines) { return '' }
    if ($lines[0] -eq "`tfiles") { return }
    foreach ($line in $lines) {
        $value, $tip = $line -split "`t", 2
        # A completion without a tip is an error.
        if (-not $tip) { $tip = $value }
        $kind = if ($value.StartsWith('-')) { 'ParameterName' } else { 'ParameterValue' }
        [System.Management.Automation.CompletionResult]::new($value, $value, $kind, $tip)
    }
}
