#!/bin/bash
# Tests ./dev with a Bazel that only pretends: what it says and does when programs die,
# ports are taken and tests fail.
set -uo pipefail

dev=$(cd "$(dirname "$0")/../.." && pwd)/dev
scratch=$(mktemp -d)
export TRESTLE_INSTALL=no BAZEL=$scratch/bazel FAKE=$scratch
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
# "test" prints what $FAKE/test.log holds and exits as $FAKE/test.status says.
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

# summary SENTENCE STATUS PATTERN: runs "./dev test //..." of the log on stdin.
summary() {
  local out status=0
  cat >"$scratch/test.log"
  echo "$2" >"$scratch/test.status"
  out=$("$dev" test //tests/some 2>&1) || status=$?
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

test_words
test_run
test_run_when_one_dies
test_summary
[ "$faults" = 0 ] && echo "dev_test: passed"
exit "$faults"
