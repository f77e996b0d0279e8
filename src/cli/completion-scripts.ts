/** Each asks `okta-connector complete` for the words; where it knows none, the shell completes files. */
export const SCRIPTS = {
  bash: `_okta_connector() {
  local line="\${COMP_LINE:0:COMP_POINT}" words reply
  read -r -a words <<< "$line"
  [[ "$line" == *[[:space:]] ]] && words+=('')
  local last="\${words[\${#words[@]}-1]}" done=''
  # Where "=" ends a word, bash replaces only what follows it.
  [[ "$last" == *=* && "$COMP_WORDBREAKS" == *=* ]] && done="\${last%"\${last##*=}"}"
  COMPREPLY=()
  while IFS= read -r reply; do
    COMPREPLY+=("\${reply#"$done"}")
  done < <(okta-connector complete -- "\${words[@]:1}" 2>/dev/null)
  [[ \${#COMPREPLY[@]} -eq 1 && "\${COMPREPLY[0]}" == *= ]] && compopt -o nospace 2>/dev/null
  return 0
}
complete -o default -F _okta_connector okta-connector
`,
  zsh: `#compdef okta-connector
_okta-connector() {
  local -a replies unfinished
  replies=("\${(@f)$(okta-connector complete -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  unfinished=(\${(M)replies:#*=})
  replies=(\${replies:#*=})
  (( \${#unfinished} )) && compadd -S '' -- $unfinished
  (( \${#replies} )) && compadd -- $replies
  (( \${#unfinished} + \${#replies} )) || _files
}
if [ "\${funcstack[1]}" = "_okta-connector" ]; then _okta-connector "$@"; else compdef _okta-connector okta-connector; fi
`,
  fish: `function __okta_connector
  set -l words (commandline -opc)
  set -l last (commandline -ct)
  okta-connector complete -- $words[2..-1] "$last" 2>/dev/null
end
complete -c okta-connector -n '__okta_connector | string length -q' -f -a '(__okta_connector)'
`,
};
