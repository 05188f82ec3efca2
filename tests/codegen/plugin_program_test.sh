#!/bin/bash
# Runs protoc-gen-trestle directly, and checks the errors that protoc prints.
set -u
plugin=$1 protoc=$2 failed=0

expect() {
  # shellcheck disable=SC2053  # a pattern
  [[ $2 == $3 ]] && return
  printf '%s: expected\n%s\nbut got\n%s\n' "$1" "$3" "$2" >&2
  failed=1
}

expect "--version" "$("$plugin" --version)" "protoc-gen-trestle "*" (protobuf "*")"
expect "--help" "$("$plugin" --help)" "*--trestle_out=OPTIONS:DIRECTORY*"
expect "another argument" "$("$plugin" --verbose 2>&1; echo $?)" \
  $'protoc-gen-trestle: unknown argument; see --help\n2'
expect "no request" "$(echo text | "$plugin" 2>&1; echo $?)" \
  $'*protoc-gen-trestle: stdin is not a request from protoc; see --help\n2'

cd "$TEST_TMPDIR" || exit 1
cat >a.proto <<'PROTO'
syntax = "proto3";
import "google/api/annotations.proto";
message M {}
service S {
  rpc Call(M) returns (M) { option (google.api.http) = { get: "a" }; }
  rpc Other(M) returns (M) { option (google.api.http) = { get: "/{b}" }; }
}
PROTO
runfiles=$OLDPWD
run() {
  "$runfiles/$protoc" --plugin=protoc-gen-trestle="$runfiles/$plugin" "$@" -I. \
    -I"$runfiles/proto" a.proto 2>&1
}
expect "each error begins its line" "$(run --trestle_out=target=cpp_gateway:.; echo $?)" \
  '--trestle_out: 2 errors
a.proto:5:29: S.Call: path template "a", column 1: expected "/"
a.proto:6:30: S.Other: path template "/{b}", column 3, variable "b": M has no field "b"
1'
expect "a wrong option" "$(run --trestle_out=lang=cpp:.)" '--trestle_out: unknown option "lang"*'
[[ $failed == 0 ]]
