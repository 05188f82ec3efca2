#!/bin/bash
# Tests ./dev with a Bazel that only pretends: what it says and does when programs die,
# ports are taken and tests fail. Then what .ci/run makes of a ./dev that pretends.
set -uo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
scratch=$(mktemp -d)
# A copy, whose .cache is its own.
dev=$scratch/checkout/dev
mkdir "$scratch/checkout"
cp "$root/dev" "$dev"
real_bazel=${BAZEL:-bazel} real_cache=${XDG_CACHE_HOME:-}
export TRESTLE_INSTALL=no BAZEL=$scratch/bazel FAKE=$scratch XDG_CACHE_HOME=$scratch/cache
trap 'rm -rf "$scratch"' EXIT
faults=0

# expect SENTENCE PATTERN TEXT: TEXT matches the extended regular expression.
expect() {
  grep -qE -- "$2" <<<"$3" && return
  echo "FAILED: $1: expected \"$2\" in:"
  echo "$3"
  faults=1
}

cat >"$scratch/bazel" <<'BAZEL'
#!/bin/bash
# "test" prints what $FAKE/test.log holds and exits as $FAKE/test.status says. What it is
# told is kept in $FAKE/bazel.log.
echo "$*" >>"$FAKE/bazel.log"
case $1 in
  info) echo "$FAKE" ;;
  test) cat "$FAKE/test.log"; exit "$(cat "$FAKE/test.status")" ;;
esac
BAZEL
mkdir -p "$scratch/examples/library"
cat >"$scratch/examples/library/backend" <<'BACKEND'
#!/bin/bash
echo $$ >"$FAKE/backend.pid"
exec sleep 60
BACKEND
cat >"$scratch/examples/library/server" <<'SERVER'
#!/usr/bin/python3
import http.server, os, sys
class Library(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.protocol_version = "HTTP/1.1"
        self.send_response(200)
        self.end_headers()
    def log_message(self, *_): pass
open(os.environ["FAKE"] + "/gateway.pid", "w").write(str(os.getpid()))
address = [word for word in sys.argv if word.startswith("--listen=")][0].split("=")[1].split(":")
http.server.HTTPServer((address[0], int(address[1])), Library).serve_forever()
SERVER
chmod +x "$scratch/bazel" "$scratch"/examples/library/*

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
state() { kill -0 "$(cat "$scratch/$1.pid")" 2>/dev/null && echo running || echo gone; }

# Starts "./dev run" and waits for its hints, or its end.
start_run() {
  rm -f "$scratch"/*.pid
  : >"$scratch/run.log"
  port=$(free_port)
  "$dev" run --port "$port" >"$scratch/run.log" 2>&1 &
  run=$!
  until grep -q "Worth trying" "$scratch/run.log" || ! kill -0 "$run" 2>/dev/null; do sleep 0.1; done
}

test_words() {
  expect "help lists the commands" "dev run .--port N." "$("$dev" help)"
  expect "no command is help" "dev test" "$("$dev")"
  expect "an unknown command is named" 'there is no "frob"' "$("$dev" frob 2>&1)"
  expect "the nearest command is suggested" 'there is no "tset"; did you mean "test"\?; ./dev help' \
    "$("$dev" tset 2>&1)"
  expect "a flag is no command" 'there is no "--prot"; ./dev help' "$("$dev" --prot 2>&1)"
  expect "-h is help" "dev test" "$("$dev" -h)"
  expect "a port is a number" '"x" is no port' "$("$dev" run --port x 2>&1)"
  expect "--port wants a value" "--port needs a number" "$("$dev" run --port 2>&1)"
  expect "run takes nothing else" 'not "now"' "$("$dev" run now 2>&1)"
}

test_run() {
  start_run
  expect "three requests to try, with the port" "curl 'http://127.0.0.1:$port/v1/" "$(cat "$scratch/run.log")"
  expect "nothing is said of the wait" "^0$" "$(grep -c refused "$scratch/run.log")"
  expect "a port in use is named" "port $port is in use; choose another with --port N" \
    "$("$dev" run --port "$port" 2>&1)"
  kill -TERM "$run"
  wait "$run"
  expect "SIGTERM is an orderly end" "^0$" $?
  expect "both have ended" "^gone gone$" "$(state backend) $(state gateway)"
  start_run
  kill -HUP "$run"
  wait "$run"
  expect "so is a terminal that closes" "^0$" $?
  expect "which ends both, too" "^gone gone$" "$(state backend) $(state gateway)"
}

test_run_when_one_dies() {
  local victim other
  for victim in backend gateway; do
    other=gateway
    [ "$victim" = backend ] || other=backend
    start_run
    kill -KILL "$(cat "$scratch/$victim.pid")"
    wait "$run"
    expect "the end of one is a failure" "^1$" $?
    expect "and is told" "the $victim has ended; stopping the $other" "$(cat "$scratch/run.log")"
    expect "the $other has ended too" "^gone$" "$(state "$other")"
  done
}

# summary SENTENCE STATUS PATTERN [ARG...]: runs "./dev test ARG... //tests/some" of the log on
# stdin.
summary() {
  local out status=0
  cat >"$scratch/test.log"
  echo "$2" >"$scratch/test.status"
  out=$("$dev" test "${@:4}" //tests/some 2>&1) || status=$?
  expect "$1" "$3" "$(tail -n 1 <<<"$out") exit $status"
}

test_summary() {
  mkdir -p "$scratch/a/b"
  echo '<testsuites tests="5" failures="0" disabled="0" errors="0" time="1">' >"$scratch/a/b/test.xml"
  summary "cases are counted" 0 "^6 passed, 0 failed exit 0$" <<'LOG'
//a:b          (cached) PASSED in 1.1s
//a:c                   PASSED in 1.1s
LOG
  echo '<testsuites tests="5" failures="2" disabled="0" errors="0" time="1">' >"$scratch/a/b/test.xml"
  summary "failed cases are counted" 3 "^3 passed, 2 failed exit 1$" <<'LOG'
//a:b                   FAILED in 1.1s
LOG
  summary "what is not built or takes too long fails" 1 "^0 passed, 3 failed exit 1$" <<'LOG'
//a:b                   FAILED TO BUILD
//a:c                   NO STATUS
//a:d                   TIMEOUT in 60.0s
LOG
  summary "a build that breaks before any test fails" 1 "^0 passed, 1 failed exit 1$" <<'LOG'
ERROR: no such package
LOG
}

# Sparse files of 5 GiB each, used in turn.
test_store_is_bounded() {
  local store=$scratch/cache/trestle age
  mkdir -p "$store/old" "$store/new"
  for age in 4 3 2 1; do
    truncate -s 5G "$store/old/$age"
    touch -a -d "$age hours ago" "$store/old/$age"
  done
  summary "a test run" 0 "^1 passed, 0 failed exit 0$" <<<'//a:c   PASSED in 1.1s'
  expect "what was used last stays, up to 12 GiB" "^1 2 $" "$(find "$store/old" -type f -printf '%f\n' | sort | tr '\n' ' ')"
}

test_sanitize() {
  : >"$scratch/bazel.log"
  summary "a sanitized run counts like any other" 0 "^3 passed, 2 failed exit 1$" --sanitize=address <<'LOG'
//a:b                   FAILED in 1.1s
LOG
  expect "Bazel tests in a configuration of its own" "^test .*--config=address //tests/some$" \
    "$(cat "$scratch/bazel.log")"
  expect "and looks for the results there" "^info --config=address bazel-testlogs$" \
    "$(cat "$scratch/bazel.log")"
  summary "so does an optimized one" 0 "^3 passed, 2 failed exit 1$" --optimized <<'LOG'
//a:b                   FAILED in 1.1s
LOG
  expect "which looks for its results elsewhere, too" "^info -c opt bazel-testlogs$" \
    "$(cat "$scratch/bazel.log")"
  expect "there are two" '"--sanitize=memory": it is --sanitize=address or --sanitize=thread' \
    "$("$dev" test --sanitize=memory 2>&1)"
  expect "which must be said" '"--sanitize": it is --sanitize=address or' "$("$dev" test --sanitize 2>&1)"
}

# install [COMMAND]: runs "./dev setup", or another command, of a copy in a system without packages,
# whose apt-get is on stdin.
install() {
  local out status=0
  rm -rf "$scratch/install"
  mkdir -p "$scratch/install/bin"
  cp "$dev" "$scratch/install/"
  { echo '#!/bin/bash'; cat; } >"$scratch/install/bin/apt-get"
  printf '#!/bin/sh\n[ -e "%s/installed" ] && echo installed\n' "$scratch/install" \
    >"$scratch/install/bin/dpkg-query"
  printf '#!/bin/sh\necho 0\n' >"$scratch/install/bin/id"
  chmod +x "$scratch"/install/bin/*
  out=$(TRESTLE_INSTALL=yes PATH=$scratch/install/bin:$PATH "$scratch/install/dev" "${1:-setup}" 2>&1) || status=$?
  printf '%s\nexit %s\n' "$out" "$status"
}

test_setup() {
  local out
  out=$(install <<'APT'
for i in {1..1000}; do echo "Get:$i http://deb.debian.org"; done
APT
  )
  expect "setup installs what is missing" "dev: installing bazel-bootstrap .* clang-tidy shellcheck" "$out"
  expect "and says so in the end" "^dev: everything that Trestle needs is installed$" "$out"
  expect "apt-get's own words are in a file" "^2$" "$(grep -c "Get:1000 " "$scratch/install/.cache/apt.log")"
  expect "and not on the terminal" "^0$" "$(grep -c "Get:" <<<"$out")"
  expect "it succeeds" "^exit 0$" "$out"
  out=$(install <<'APT'
[ "$1" = update ] && exit 0
echo "E: Unable to locate package bazel-bootstrap"
exit 100
APT
  )
  expect "a failure shows the end of the log" "^E: Unable to locate package" "$out"
  expect "and names the log" "^dev: apt-get could not install: .*; the whole log is .*/.cache/apt.log$" "$out"
  expect "and fails" "^exit 1$" "$out"
}

# on RELEASE COMMAND: what a command installs on a system that says it is RELEASE.
on() {
  printf 'ID=%s\nVERSION_ID="%s"\n' "${1% *}" "${1#* }" >"$scratch/os-release"
  TRESTLE_OS_RELEASE=$scratch/os-release install "$2" </dev/null
}

test_releases() {
  local out
  for release in "debian 12" "debian 13"; do
    expect "$release is supported" "^0$" "$(on "$release" setup | grep -c "made for")"
  done
  for release in "debian 11" "ubuntu 24.04"; do
    expect "$release is not" "^dev: made for Debian 12 and 13, and this is $release: packages may" "$(on "$release" setup)"
  done
  expect "fuzzing takes clang's own library" "libclang-rt-14-dev" "$(on "debian 12" fuzz)"
  expect "which Debian 13 has in another version" "libclang-rt-19-dev" "$(on "debian 13" fuzz)"
}

# A checkout with one commit, and what ./dev lint then sees as changed.
test_lint_scope() {
  local repository=$scratch/repository git
  git=(git -C "$repository" -c user.name=t -c user.email=t@example.com)
  mkdir -p "$repository"
  cp "$dev" "$repository/"
  echo /.cache/ >"$repository/.gitignore"
  touch "$repository"/{old,edited,deleted}.h
  "${git[@]}" init -q -b trunk && "${git[@]}" add . && "${git[@]}" commit -qm one
  lint_scope() { "$repository/dev" lint >/dev/null 2>&1; tr '\0' ' ' <"$repository/.cache/changed"; }
  "$repository/dev" lint >/dev/null 2>&1
  expect "without a main branch there is no list" "^1$" "$([ -e "$repository/.cache/changed" ]; echo $?)"
  "${git[@]}" branch main && "${git[@]}" checkout -qb mine
  echo 1 >"$repository/committed.h"
  "${git[@]}" add . && "${git[@]}" commit -qm two
  echo 1 >>"$repository/edited.h"
  echo 1 >"$repository/new.h"
  rm "$repository/deleted.h"
  expect "commits since main, edits and new files count" "^committed.h deleted.h edited.h new.h $" "$(lint_scope)"
  expect "lint takes one flag" 'lint takes --all, and not "server"' "$("$dev" lint server 2>&1)"
}

# compile_commands.json, by the real Bazel; clang-tidy reads it as clangd does.
test_ide() {
  local commands=$root/compile_commands.json
  BAZEL=$real_bazel XDG_CACHE_HOME=$real_cache "$root/dev" ide >"$scratch/ide.log" 2>&1
  expect "ide says what it has written" "^dev: wrote compile_commands.json" "$(cat "$scratch/ide.log")"
  expect "every source of server/ is in it" "^$(git -C "$root" ls-files 'server/*.cc' | wc -l)$" \
    "$(python3 -c 'import json, sys
print(sum(entry["file"].startswith("server/") for entry in json.load(open(sys.argv[1]))))' "$commands")"
  expect "a source that includes generated headers is understood" "^0$" \
    "$(clang-tidy -p "$root" --quiet --checks='-*,google-explicit-constructor' "$root/examples/library/client.cc" \
      >"$scratch/ide.log" 2>&1; echo $?; cat "$scratch/ide.log")"
}

# The runner's source is not to be had without a network.
test_conformance_offline() {
  local out status=0
  mkdir -p "$scratch/offline/tests/conformance" "$scratch/offline/bin"
  cp "$root/tests/conformance/run.sh" "$scratch/offline/tests/conformance/"
  printf '#!/bin/sh\necho "E: no route" >&2\nexit 100\n' >"$scratch/offline/bin/apt-get"
  chmod +x "$scratch/offline/bin/apt-get"
  out=$(PATH=$scratch/offline/bin:$PATH "$scratch/offline/tests/conformance/run.sh" /bin/true 2>&1) ||
    status=$?
  expect "conformance says what is missing" "^conformance: the lists of Debian's source packages" \
    "$(tail -n 1 <<<"$out")"
  expect "and fails" "^1$" "$status"
}

# ci SENTENCE PATTERN: runs .ci/run with the ./dev on stdin.
ci() {
  local out status=0
  mkdir -p "$scratch/ci/.ci"
  cp "$root/.ci/run" "$scratch/ci/.ci/"
  { echo '#!/bin/bash'; cat; } >"$scratch/ci/dev"
  chmod +x "$scratch/ci/dev"
  out=$("$scratch/ci/.ci/run" 2>&1) || status=$?
  expect "$1" "$2" "$(tail -n 1 <<<"$out") exit $status"
}

test_ci() {
  ci "what all count is added up, and what counts nothing is one" \
    "^30 passed, 0 failed exit 0$" <<'DEV'
case "$*" in
  test) echo "1 passed, 0 failed"; echo "5 passed, 0 failed" ;;
  test\ --sanitize*) echo "2 passed, 0 failed" ;;
  fuzz*) echo "20 passed, 0 failed" ;;
esac
DEV
  ci "every kind of failure counts" "^2 passed, 7 failed exit 1$" <<'DEV'
case "$*" in
  test) echo "2 passed, 2 failed"; exit 1 ;;
  test\ --sanitize*) echo "0 passed, 0 failed"; exit 1 ;;
  *) exit 3 ;;
esac
DEV
}

test_words
test_setup
test_releases
test_lint_scope
test_run
test_run_when_one_dies
test_summary
test_store_is_bounded
test_sanitize
test_conformance_offline
test_ci
test_ide
[ "$faults" = 0 ] && echo "dev_test: passed"
exit "$faults"
