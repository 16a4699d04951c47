/** Shells that completion is for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** The hidden command that a shell asks; after `--` come the words before the cursor and the one at it. */
export const COMPLETE = '__complete';

/** Each asks `weft __complete` with the words so far, and offers files where that says nothing. */
export const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `# weft completion for bash: source <(weft completion bash)
_weft() {
  local IFS=$'\\n' word line
  # Words as they are typed: bash itself would part them at = and :.
  word=\${COMP_LINE:0:COMP_POINT}
  local -a words
  IFS=$' \\t\\n' read -r -a words <<<"$word"
  case $word in *[[:space:]]) words+=('') ;; esac
  COMPREPLY=()
  while read -r line; do COMPREPLY+=("$line"); done < <("\${words[0]}" ${COMPLETE} -- "\${words[@]:1}" 2>/dev/null)
  [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == */ ]] && compopt -o nospace
  return 0
}
complete -o default -F _weft weft ./weft
`,
  zsh: `#compdef weft
# weft completion for zsh: source <(weft completion zsh)
_weft() {
  local -a offered slashed
  offered=(\${(f)"$("\${words[1]}" ${COMPLETE} -- "\${(@)words[2,CURRENT]}" 2>/dev/null)"})
  slashed=(\${(M)offered:#*/})
  offered=(\${offered:#*/})
  (( \${#offered} )) && compadd -- $offered
  (( \${#slashed} )) && compadd -S '' -- $slashed
  (( \${#offered} + \${#slashed} )) || _files
}
if [[ \${funcstack[1]} == _weft ]]; then
  # As the file _weft in a folder of fpath: this is the first completion itself.
  _weft
else
  (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
  compdef _weft weft
fi
`,
  fish: `# weft completion for fish: weft completion fish | source
function __weft_complete
  set -l words (commandline -opc)
  set -l word (commandline -ct)
  $words[1] ${COMPLETE} -- $words[2..-1] "$word" 2>/dev/null
end
complete -c weft -f -a '(__weft_complete)'
complete -c weft -n 'test (count (__weft_complete)) -eq 0' -F
`,
};
