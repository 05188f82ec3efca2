#!/bin/bash
# Sends spans to a real collector of OpenTelemetry, by gRPC and by HTTP with JSON, and prints what it
# prints of them: ./dev collector
#
#   tests/tracing/real_collector.sh GATEWAY BACKEND
#
# GATEWAY is a program with the routes of the library example, BACKEND is its gRPC server. The
# collector is built once, in .cache, from the modules of collector/go.mod; Go 1.25 is needed.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
cache=$(cd "$here/../.." && pwd)/.cache/collector
gateway=$(realpath "$1")
backend=$(realpath "$2")
trace=4bf92f3577b34da6a3ce929d0e0e4736
backend_port=19390 gateway_port=19391 grpc_port=19392 http_port=19393

pids=()
end() { [ "${#pids[@]}" -eq 0 ] || kill "${pids[@]}" 2>/dev/null || true; }
trap end EXIT

fail() {
  echo "collector: $*" >&2
  tail -n 30 "$cache"/*.log >&2
  exit 1
}

await_port() {
  for _ in $(seq 300); do
    (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return
    sleep 0.1
  done
  fail "nothing listens on port $1"
}

build() {
  mkdir -p "$cache"
  [ ! -x "$cache/otelcol" ] || [ "$here/collector/go.mod" -nt "$cache/otelcol" ] || return 0
  command -v go >/dev/null || fail "Go is not installed: apt-get install golang, or see go.dev"
  (cd "$here/collector" && go build -o "$cache/otelcol" .)
}

start_collector() {
  cat >"$cache/config.yaml" <<YAML
receivers:
  otlp:
    protocols:
      grpc: {endpoint: "127.0.0.1:$grpc_port"}
      http: {endpoint: "127.0.0.1:$http_port"}
exporters:
  debug: {verbosity: detailed}
service:
  telemetry: {metrics: {level: none}}
  pipelines:
    traces: {receivers: [otlp], exporters: [debug]}
YAML
  "$cache/otelcol" --config "$cache/config.yaml" >"$cache/collector.log" 2>&1 &
  pids+=($!)
  await_port "$grpc_port"
  await_port "$http_port"
}

# Serves one request with a gateway that exports by protocol $1 to port $2, and ends the gateway.
send_by() {
  local before gateway_pid
  before=$(wc -l <"$cache/collector.log")
  "$gateway" --listen="127.0.0.1:$gateway_port" --backend="127.0.0.1:$backend_port" \
    --otlp_endpoint="127.0.0.1:$2" --otlp_protocol="$1" >"$cache/gateway.log" 2>&1 &
  gateway_pid=$!
  pids+=("$gateway_pid")
  await_port "$gateway_port"
  curl -sS -o /dev/null -H "traceparent: 00-$trace-00f067aa0ba902b7-01" \
    "http://127.0.0.1:$gateway_port/v1/shelves?page_size=1"
  kill "$gateway_pid"  # flushes
  wait "$gateway_pid" || fail "the gateway failed"
  for _ in $(seq 100); do
    tail -n "+$((before + 1))" "$cache/collector.log" >"$cache/spans.txt"
    [ "$(grep -c "Trace ID *: $trace" "$cache/spans.txt")" -lt 2 ] || break
    sleep 0.1
  done
  [ "$(grep -c "Trace ID *: $trace" "$cache/spans.txt")" = 2 ] || fail "there are not two spans"
  grep -q 'Kind *: Server' "$cache/spans.txt" || fail "there is no SERVER span"
  grep -q 'Kind *: Client' "$cache/spans.txt" || fail "there is no CLIENT span"
  ! grep -q dropped "$cache/gateway.log" || fail "spans were dropped"
  echo "### by $1"
  cat "$cache/spans.txt"
}

build
"$backend" --listen="127.0.0.1:$backend_port" >"$cache/backend.log" 2>&1 &
pids+=($!)
await_port "$backend_port"
start_collector
send_by grpc "$grpc_port"
send_by http/json "$http_port"
