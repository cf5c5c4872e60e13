# Completion of ropc for fish. ropc itself says what may follow; where it says that files may, fish completes them.
function __ropc_complete
    set -l words (commandline --current-process --cut-at-cursor --tokenize)
    set -l current (commandline --cut-at-cursor --current-token)
    if set -l dashes (contains --index -- -- $words)
        # Behind `--` another program begins.
        set --erase words[1..$dashes]
        complete --do-complete (string join ' ' -- (string escape -- $words) "$current")
        return
    end
    set -l found ($words[1] complete -- $words "$current" 2>/dev/null)
    if string match --quiet \t'*' -- $found[1]
        __fish_complete_path "$current"
    else if set -q found[1]
        printf '%s\n' $found
    end
end
complete --command ropc --no-files --keep-order --arguments '(__ropc_complete)'
