
# Behind `--` another program begins: its name and its files are completed, never a flag of COMMAND.
_COMMAND_until_dashes() {
    local i
    for ((i = 1; i < COMP_CWORD; i++)); do
        if [[ ${COMP_WORDS[i]} == -- ]]; then
            COMPREPLY=()
            if ((i + 1 == COMP_CWORD)); then
                COMPREPLY=( $(compgen -c -- "$2" | sort -u) )
            fi
            return 0
        fi
    done
    _COMMAND "$@"
}
complete -F _COMMAND_until_dashes -o bashdefault -o default COMMAND
