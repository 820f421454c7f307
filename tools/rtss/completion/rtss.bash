# bash completion for rtss and rtss-bench. Sub-commands, options and their words come from --help, names of objects from
# the namespace as it is now.

# _rtss_help WORD...: what "rtss WORD... --help" says.
_rtss_help() { "${words[0]}" "$@" --help 2>/dev/null </dev/null; }

# The entries of a list in a help text: _rtss_list TITLE < HELP
_rtss_list() { sed -n "/^$1:\$/,/^\$/{/^  [^ ]/p}"; }

# Objects of these kinds (separated by commas; none: all), one a line, as their names really are.
_rtss_objects() {
  local name kinds=()
  [[ -z ${1-} ]] || kinds=(-t "$1")
  "${words[0]}" "${namespace[@]}" ls "${kinds[@]}" -n -r -o NAME 2>/dev/null </dev/null |
    while IFS= read -r name; do
      [[ $name == '#'* ]] || printf '%b\n' "$name"
    done
}

# The ids of the processes in the namespace.
_rtss_processes() {
  "${words[0]}" "${namespace[@]}" info -J 2>/dev/null </dev/null | sed -nE 's/^ *"pid": ([0-9]+),?$/\1/p'
}

# This user's namespaces, and those of groups.
_rtss_namespaces() {
  find /dev/shm -maxdepth 1 \( -name "rtss-$UID-*" -o -name 'rtss-group-*' \) ! -name '*.shm-*' -printf '%f\n' 2>/dev/null |
    sed "s/^rtss-$UID-//; s/^rtss-group-/group:/"
}

# Offers the lines of standard input that begin with what has been typed, quoted for the shell.
_rtss_offer() {
  local line typed=$cur
  [[ $typed == [\'\"]* ]] && typed=${typed:1}
  typed=${typed//\\/}
  while IFS= read -r line; do
    [[ $line == "$typed"* ]] || continue
    if [[ $cur == [\'\"]* ]]; then COMPREPLY+=("$line"); else line=$(printf '%q' "$line"); COMPREPLY+=("${line//\\,/,}"); fi
  done
  __ltrim_colon_completions "$cur"
}

# The line of an option in a help text, without its description; empty if it takes no word.
_rtss_option() {
  _rtss_list Options <<<"$1" | sed -nE "s/ (Excludes|Needs): .*//; s/^  ([^ ]+,)?$2(,[^ ]+)?( [^ ].*)\$/\\3/p"
}

# The words that an option takes: "{a,b}" or "a|b" in its line; kinds and columns, of which several may be given with
# commas between them, are those that the help names. What stands before the last comma stays.
_rtss_values() {
  local before=
  [[ $cur != *,* ]] || before=${cur%,*},
  if [[ $2 =~ \{([a-z,]+)\} ]]; then
    tr , '\n' <<<"${BASH_REMATCH[1]}"
  elif [[ $2 =~ \ ([a-z-]+(\|[a-z-]+)+) ]]; then
    tr '|' '\n' <<<"${BASH_REMATCH[1]}"
  elif [[ $2 == *KIND* ]]; then
    grep -E '^  (KIND |-t,--type )' <<<"$1" |
      grep -owE 'mutex|event|semaphore|shm|memory|timer|thread|process' | sort -u
  elif [[ $2 == *COLUMNS* ]]; then
    _rtss_list Columns <<<"$1" | awk '{ print $1 }'
  fi | sed "s/^/$before/"
}

_rtss() {
  local cur prev words cword split
  _init_completion -s -n : || return
  local namespace=() command=() index help takes
  for ((index = 1; index < cword; index++)); do
    case ${words[index]} in
      --namespace) namespace=(--namespace "${words[++index]}") ;;
      --)
        if [[ ${command[0]-} == lock || ${command[0]-} == run ]]; then
          _command_offset $((index + 1))
          return
        fi
        ;;
      -*) ;;
      *)
        case ${#command[@]},${command[0]-} in
          0,* | 1,mutex | 1,event | 1,sem | 1,shm | 1,namespace) command+=("${words[index]}") ;;
        esac
        ;;
    esac
  done

  if [[ $prev == --namespace ]]; then
    _rtss_offer < <(_rtss_namespaces)
    return
  fi
  help=$(_rtss_help "${command[@]}")
  takes=
  [[ $prev != -* ]] || takes=$(_rtss_option "$help" "$prev")
  if [[ -n $takes ]]; then
    _rtss_offer < <(_rtss_values "$help" "$takes")
    [[ ${#COMPREPLY[@]} -gt 0 ]] || _filedir
    return
  fi
  if [[ $cur == -* ]]; then
    _rtss_offer < <(_rtss_list Options <<<"$help" | awk '{ gsub(",", "\n", $1); print $1 }')
    return
  fi
  _rtss_offer < <(_rtss_list Subcommands <<<"$help" | awk '{ print $1 }')
  [[ ${#COMPREPLY[@]} -eq 0 && ${#command[@]} -gt 0 ]] || return
  case ${command[*]} in
    lock | try | mutex*) _rtss_offer < <(_rtss_objects mutex) ;;
    event*) _rtss_offer < <(_rtss_objects event) ;;
    sem*) _rtss_offer < <(_rtss_objects semaphore) ;;
    shm*) _rtss_offer < <(_rtss_objects shm) ;;
    wait) _rtss_offer < <(_rtss_objects mutex,event,semaphore) ;;
    kill) _rtss_offer < <(_rtss_objects mutex; _rtss_processes) ;;
    remove | show | worst) _rtss_offer < <(_rtss_objects) ;;
    clean | 'namespace remove') _rtss_offer < <(_rtss_namespaces) ;;
    run) _command_offset "$cword" ;;
    bench) COMPREPLY=() ;;
  esac
}

# rtss-bench: sub-commands, options, and files.
_rtss_bench() {
  local cur prev words cword split help
  _init_completion -s -n : || return
  help=$(_rtss_help "${words[@]:1:$((cword > 1 ? 1 : 0))}")
  if [[ $cur == -* ]]; then
    _rtss_offer < <(_rtss_list Options <<<"$help" | awk '{ gsub(",", "\n", $1); print $1 }')
  elif [[ $cword -eq 1 ]]; then
    _rtss_offer < <(_rtss_list Subcommands <<<"$help" | awk '{ print $1 }')
  else
    _filedir
  fi
} && complete -F _rtss rtss && complete -F _rtss_bench rtss-bench
