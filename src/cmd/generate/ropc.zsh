#compdef ropc
# Completion of ropc for zsh. ropc itself says what may follow; where it says that files may, zsh completes them.
_ropc() {
    local -a found
    local line
    local -i dashes=${words[(ie)--]}
    if (( dashes < CURRENT )); then
        # Behind `--` another program begins.
        shift $dashes words
        (( CURRENT -= dashes ))
        _normal
        return
    fi
    for line in "${(@f)$("${(Q)words[1]}" complete -- "${(@Q)words[1,CURRENT]}" 2>/dev/null)}"; do
        if [[ $line == $'\t'* ]]; then
            compset -P '--*='
            _files
            return
        fi
        [[ -n $line ]] && found+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
    done
    (( $#found )) && _describe ropc found
}
if [[ ${funcstack[1]} == _ropc ]]; then
    _ropc "$@"
else
    compdef _ropc ropc
fi
