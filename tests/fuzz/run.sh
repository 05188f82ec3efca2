#!/bin/bash
# Fuzzes with libFuzzer, AddressSanitizer and UndefinedBehaviorSanitizer:
#
#   tests/fuzz/run.sh [TARGET|all] [SECONDS]     every target, 60 s each, when not said
#
# As many targets run at once as there are cores.
# A target is a folder of corpus/. What is learnt is kept in .cache/fuzz and used again. An
# input that breaks a target is left there, and its path printed; once mended, move it to
# the target's corpus and name it in BUILD, so that the corpus test holds it down. The last
# line counts the targets.
set -uo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cache=$root/.cache/fuzz
corpora=$root/tests/fuzz/corpus
# Bazel's own place for what clang makes: in one with gcc's, each would undo the other's.
read -ra bazel <<<"${BAZEL:-bazel} --output_base=$cache/bazel --max_idle_secs=60"
flags=(
  --repo_env=CC=clang --symlink_prefix=/ --strip=never
  --copt=-O1 --copt=-gline-tables-only --copt=-fno-omit-frame-pointer
  --copt=-fsanitize=fuzzer-no-link --copt=-fsanitize=address --copt=-fsanitize=undefined
  --copt=-fno-sanitize=vptr --copt=-fno-sanitize=function --copt=-fno-sanitize-recover=all
  --linkopt=-fsanitize=address --linkopt=-fsanitize=undefined
)

fail() {
  echo "fuzz: $*" >&2
  exit 2
}

build() {
  local labels=()
  for target; do labels+=("//tests/fuzz:${target}_fuzzer"); done
  "${bazel[@]}" build "${flags[@]}" "${labels[@]}" >"$cache/build.log" 2>&1 && return
  grep -v 'Cannot export local symbol' "$cache/build.log" >&2
  fail "the targets do not build"
}

# Runs one target; the report is a line, and the input that broke it if there is one.
report() {
  local target=$1 seconds=$2 status=0
  local log=$cache/$target.log learnt=$cache/corpus/$target crashes=$cache/crashes/$target
  local options=(-max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1)
  mkdir -p "$learnt" "$crashes"
  [ ! -r "$root/tests/fuzz/$target.dict" ] || options+=(-dict="$root/tests/fuzz/$target.dict")
  "$bin/${target}_fuzzer" "${options[@]}" -artifact_prefix="$crashes/" "$learnt" \
    "$corpora/$target" >"$log" 2>&1 || status=$?
  printf '%-18s %9s execs  %s new inputs  %s crashes\n' "$target" \
    "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")" \
    "$(sed -n 's/^stat::new_units_added: *//p' "$log")" "$((status != 0))"
  ((status != 0)) || return 0
  grep -a -m 3 -E 'Does not hold|^Found|ERROR:|SUMMARY|runtime error' "$log"
  sed -n 's/.*Test unit written to /  reproducer: /p' "$log"
  echo "  log: $log"
  return 1
}

run() {
  local report status=0
  report=$(report "$@") || status=1
  echo "$report"
  return "$status"
}

running=0 broken=0
await_one() {
  wait -n || ((broken += 1))
  ((running -= 1))
}

mapfile -t known < <(ls "$corpora")
targets=("${known[@]}")
[[ ${1:-all} == all ]] || targets=("$1")
[ -d "$corpora/${targets[0]}" ] || fail "no target \"${targets[0]}\"; there are: ${known[*]}"
seconds=${2:-60}
[[ $seconds =~ ^[1-9][0-9]*$ ]] || fail "\"$seconds\" is no number of seconds"

cd "$root" || exit 2
mkdir -p "$cache"
build "${targets[@]}"
bin=$("${bazel[@]}" info "${flags[@]}" bazel-bin 2>/dev/null)/tests/fuzz
for target in "${targets[@]}"; do
  ((running < $(nproc))) || await_one
  run "$target" "$seconds" &
  ((running += 1))
done
while ((running > 0)); do await_one; done
echo "$((${#targets[@]} - broken)) passed, $broken failed"
exit $((broken != 0))
