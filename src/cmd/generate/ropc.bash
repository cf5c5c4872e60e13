# Completion of ropc for bash. ropc itself says what may follow; where it says that files may, bash completes them.
_ropc_files() {
    # bash 3.2, which macOS has, knows no compopt.
    compopt -o default 2>/dev/null || COMPREPLY=($(compgen -f -- "$1"))
}
_ropc() {
    local word last='' words=() line i
    COMPREPLY=()
    for ((i = 0; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if [[ $word == -- && $i -lt $COMP_CWORD ]]; then
            # Behind `--` another program begins.
            if declare -F _command_offset >/dev/null; then
                _command_offset $((i + 1))
            elif ((i + 1 == COMP_CWORD)); then
                COMPREPLY=($(compgen -c -- "$2" | sort -u))
            else
                _ropc_files "$2"
            fi
            return
        fi
        # bash splits `--flag=value` at the equals sign.
        if [[ $word == '=' || $last == --*= ]]; then
            last+=$word
            words[${#words[@]}-1]=$last
        else
            last=$word
            words+=("$word")
        fi
    done
    while IFS= read -r line; do
        [[ $line == $'\t'* ]] && { _ropc_files "$2"; return; }
        line=${line%%$'\t'*}
        [[ $last == --*=* && $2 != --* ]] && line=${line#*=}
        COMPREPLY+=("$line")
    done < <("${words[0]}" complete -- "${words[@]}" 2>/dev/null)
}
complete -F _ropc ropc
