#!/usr/bin/env bash
# What bash offers after "rtss ...": sub-commands, options, their words, and the names of living objects.
# usage: check_completion.sh RTSS PEER COMPLETION
set -euo pipefail
rtss=$1 peer=$2 completion=$3
library=/usr/share/bash-completion/bash_completion
if [[ ! -r $library ]]; then
  echo "skipped: no bash-completion"
  exit 77
fi
export RTSS_NAMESPACE=completion-$$
trap 'rm -f /dev/shm/rtss-"$UID-$RTSS_NAMESPACE"* "/dev/shm/rtss-group-completion-$$"' EXIT
set +eu   # the library is not written for them
# shellcheck disable=SC1090
. "$library" && . "$completion" || exit 1

failures=0
# offers EXPECTED WORD...: the last word is the one being typed; expected are the offers, one a line, in any order.
offers() {
  local expected=$1
  shift
  COMP_WORDS=("$rtss" "$@")
  COMP_CWORD=$#
  COMP_LINE="${COMP_WORDS[*]}"
  COMP_POINT=${#COMP_LINE}
  COMPREPLY=()
  _rtss 2>/dev/null
  local seen
  seen=$(printf '%s\n' "${COMPREPLY[@]}" | sort)
  if [[ $seen != "$(printf '%b' "$expected" | sort)" ]]; then
    printf 'rtss %s\n  offers:   %s\n  expected: %b\n' "$*" "${seen//$'\n'/ }" "${expected//\\n/ }"
    failures=$((failures + 1))
  fi
}

coproc PEER { "$peer"; }
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
offers '--no-wait' lock --no
offers 'Motion\\ Lock\na::b' lock -n ''
offers 'create' mutex ''
offers 'per-kind' namespace create --names p
offers "$RTSS_NAMESPACE" namespace remove completion-$$
offers "$RTSS_NAMESPACE" clean completion-$$
touch "/dev/shm/rtss-group-completion-$$"
offers "completion-$$" --namespace group:completion-$$   # what follows the colon: bash keeps the rest

eval "exec ${PEER[1]}>&-"
wait "$PEER_PID"
exit "$((failures > 0))"
