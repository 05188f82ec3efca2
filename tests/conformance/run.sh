#!/bin/bash
# Runs protobuf's own conformance suite against the codec: all JSON cases, Required and
# Recommended, proto2 and proto3. known_failures.txt lists what may fail: nothing.
#
#   tests/conformance/run.sh TESTEE
#
# The runner is built from Debian's source package of protobuf, once, in .cache/.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
cache=$(cd "$here/../.." && pwd)/.cache/conformance
testee=$(realpath "$1")

fail() {
  echo "conformance: $*" >&2
  exit 1
}

# The system's own package sources, asked for source packages.
source_lists() {
  mkdir -p "$cache/sources.d"
  local list
  for list in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [ -f "$list" ] && sed -n 's/^deb /deb-src /p' "$list" > "$cache/sources.d/${list##*/}"
  done
  for list in /etc/apt/sources.list.d/*.sources; do
    [ -f "$list" ] && sed 's/^Types:.*/Types: deb-src/' "$list" > "$cache/sources.d/${list##*/}"
  done
  true
}

# Downloads and unpacks the source package without touching the system's apt state.
fetch_source() {
  local apt=(apt-get -qq -o Dir::Etc::sourcelist=- -o "Dir::Etc::sourceparts=$cache/sources.d"
    -o "Dir::State::lists=$cache/lists" -o "Dir::Cache=$cache" -o APT::Sandbox::User=root)
  mkdir -p "$cache/lists/partial" "$cache/archives/partial"
  source_lists
  "${apt[@]}" update -o APT::Update::Error-Mode=any ||
    fail "the lists of Debian's source packages cannot be had; the runner's source is in one of them"
  (cd "$cache" && "${apt[@]}" source --download-only protobuf) ||
    fail "Debian's source package protobuf cannot be had, in which the runner's source is"
  mkdir -p "$cache/protobuf"
  tar -xzf "$cache"/protobuf_*.orig.tar.gz -C "$cache/protobuf" --strip-components=1 ||
    fail "Debian's source package protobuf cannot be unpacked"
}

build_runner() {
  local source=$cache/protobuf suite=$cache/protobuf/conformance generated=$cache/generated
  local protos=("$suite/conformance.proto"
    "$source/src/google/protobuf/test_messages_proto2.proto"
    "$source/src/google/protobuf/test_messages_proto3.proto")
  mkdir -p "$generated"
  protoc -I"$source/src" -I"$suite" --cpp_out="$generated" "${protos[@]}"
  protoc -I"$source/src" -I"$suite" --include_imports \
    --descriptor_set_out="$cache/types.pb" "${protos[@]}"
  g++ -O0 -w -std=c++17 -I"$generated" -I"$suite" -I"$source/src" -o "$cache/runner.new" \
    "$suite"/conformance_test{,_main,_runner}.cc "$suite"/{binary_json,text_format}_conformance_suite.cc \
    "$suite/third_party/jsoncpp/jsoncpp.cpp" "$generated"/*.cc "$generated"/google/protobuf/*.cc \
    -lprotobuf -lpthread
  mv "$cache/runner.new" "$cache/runner"
}

if ! [ -x "$cache/runner" ]; then
  fetch_source
  build_runner
fi
# The runner passes no arguments to its testee.
printf '#!/bin/sh\nexec "%s" "%s"\n' "$testee" "$cache/types.pb" > "$cache/testee.sh"
chmod +x "$cache/testee.sh"
"$cache/runner" --enforce_recommended --failure_list "$here/known_failures.txt" \
  --output_dir "$cache" "$cache/testee.sh"
