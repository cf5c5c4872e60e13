#compdef ropc
# Completion of ropc for zsh. ropc itself says what may follow; where it names nothing, zsh completes files.
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
        [[ -n $line ]] && found+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
    done
    if (( $#found )); then
        _describe ropc found
    else
        _files
    fi
}
if [[ ${funcstack[1]} == _ropc ]]; then
    _ropc "$@"
else
    compdef _ropc ropc
fi
