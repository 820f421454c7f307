#!/usr/bin/env bash
# What bash offers after "rtss ..." and "rtss-bench ...": sub-commands, options, their words, the names of living objects
# and the ids of processes; and, where they are installed, what zsh and fish do.
# usage: check_completion.sh RTSS PEER COMPLETIONS RTSS_BENCH
set -euo pipefail
rtss=$1 peer=$2 completions=$3 bench=$4
library=/usr/share/bash-completion/bash_completion
if [[ ! -r $library ]]; then
  echo "skipped: no bash-completion"
  exit 77
fi
export RTSS_NAMESPACE=completion-$$
trap 'rm -f /dev/shm/rtss-"$UID-$RTSS_NAMESPACE"* "/dev/shm/rtss-group-completion-$$"' EXIT
set +eu   # the library is not written for them
# shellcheck disable=SC1090
. "$library" && . "$completions/rtss.bash" || exit 1

failures=0
# offers EXPECTED WORD...: the last word is the one being typed; expected are the offers, one a line, in any order.
offers() { completes _rtss "$rtss" "$@"; }
# completes FUNCTION PROGRAM EXPECTED WORD...
completes() {
  local function=$1 program=$2 expected=$3
  shift 3
  COMP_WORDS=("$program" "$@")
  COMP_CWORD=$#
  COMP_LINE="${COMP_WORDS[*]}"
  COMP_POINT=${#COMP_LINE}
  COMPREPLY=()
  "$function" 2>/dev/null
  local seen
  seen=$(printf '%s\n' "${COMPREPLY[@]}" | sort)
  if [[ $seen != "$(printf '%b' "$expected" | sort)" ]]; then
    printf '%s %s\n  offers:   %s\n  expected: %b\n' "${program##*/}" "$*" "${seen//$'\n'/ }" "${expected//\\n/ }"
    failures=$((failures + 1))
  fi
}

coproc PEER { exec "$peer"; }
for line in 'mutex\tMotion Lock\tfree' 'mutex\ta::b\tfree' 'event\tready\tauto\tset' 'event\tüber alles\tauto\tset' \
  'semaphore\tslots\t1\t2' 'memory\trecipe\t64' 'event\tit'"'"'s\tauto\tset'; do
  printf '%b\n' "$line" >&"${PEER[1]}"
  read -r answer <&"${PEER[0]}"
  [[ $answer = new ]] || { echo "peer: $answer"; exit 1; }
done

offers 'ls\nlock' l
offers 'Motion\\ Lock' lock M
offers 'Motion Lock' lock '"Mot'
offers "Motion Lock" try "'M"
offers 'ready' event set r
offers "it\\\\'s" event set i
offers 'slots' sem wait ''
offers 'recipe' shm dump ''
offers 'ready\nrecipe' remove r
offers 'mutex' ls -t m
offers 'event,mutex' ls -t event,m
offers 'NAME,WAITING\nNAME,WAITED\nNAME,WORST\nNAME,WHY' ls -o NAME,W
offers 'run\nwarn\nfail' lock --on-abandoned ''
offers '--no-fork\n--no-wait' lock --no
offers 'Motion\\ Lock\na::b' lock -n ''
offers 'create' mutex ''
offers 'per-kind' namespace create --names p
offers "$RTSS_NAMESPACE" namespace remove completion-$$
offers "$RTSS_NAMESPACE" clean completion-$$
touch "/dev/shm/rtss-group-completion-$$"
offers "completion-$$" --namespace group:completion-$$   # what follows the colon: bash keeps the rest
offers "$PEER_PID" kill "$PEER_PID"
completes _rtss_bench "$bench" 'handoff' hand
completes _rtss_bench "$bench" '--histogram' handoff --hist

# shell_offers SHELL EXPECTED LINE: what another shell offers at the end of a line holds this.
shell_offers() {
  local seen
  case $1 in
    fish) seen=$(PATH=${rtss%/*}:$PATH fish --no-config -c \
      'source $argv[1]; complete -C $argv[2]' "$completions/rtss.fish" "$3" 2>&1) ;;
    zsh) seen=$(PATH=${rtss%/*}:$PATH zsh -f -c 'compadd() { shift; print -l -- "$@" }; _files() { }
      words=("${(z)2}"); [[ $2 != *" " ]] || words+=(""); CURRENT=$#words
      source $1' zsh "$completions/_rtss" "$3" 2>&1) ;;
  esac
  if ! grep -qE "^$2([[:space:]]|\$)" <<<"$seen"; then
    printf '%s: "%s" does not offer %s but: %s\n' "$1" "$3" "$2" "${seen//$'\n'/ }"
    failures=$((failures + 1))
  fi
}
for shell in fish zsh; do
  command -v "$shell" >/dev/null || { echo "not tried: $shell is not installed"; continue; }
  shell_offers "$shell" namespace 'rtss '
  shell_offers "$shell" 'Motion Lock' 'rtss lock '
  shell_offers "$shell" ready 'rtss event set '
  shell_offers "$shell" --no-wait 'rtss lock -'
  shell_offers "$shell" "$PEER_PID" 'rtss kill '
done

eval "exec ${PEER[1]}>&-"
wait "$PEER_PID"
exit "$((failures > 0))"
