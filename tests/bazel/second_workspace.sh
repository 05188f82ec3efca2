#!/bin/bash
# A user's project: a WORKSPACE of its own that has Trestle as a local_repository, builds
# a gateway, a client and a main of its own with the machine's Bazel, and runs them.
#
#   tests/bazel/second_workspace.sh [--keep] [BAZEL_BUILD_OPTION...]
#
# It starts a Bazel server in a temporary folder, so it is not itself a Bazel test. It builds as
# README's quick start does, and shares the disk cache of ./dev with tests/docs/run.py, so that
# Trestle is compiled for one of the two only. --keep leaves the folder.
set -euo pipefail

trestle=$(cd "$(dirname "$0")/../.." && pwd)
keep=no
if [[ ${1:-} == --keep ]]; then
  keep=yes
  shift
fi
set -- -c opt "$@"
dir=$(mktemp -d)

bazel_here() { bazel --output_base="$dir/output" "$@"; }

finish() {
  (cd "$dir/project" && bazel_here shutdown >/dev/null 2>&1) || true
  if [[ $keep == yes ]]; then
    echo "kept: $dir"
    return
  fi
  chmod -R u+w "$dir"
  rm -rf "$dir"
}
trap finish EXIT

mkdir -p "$dir/project/protos/acme/shop/v1" "$dir/project/app"
cd "$dir/project"

cat >WORKSPACE <<EOF
workspace(name = "acme")
local_repository(name = "trestle", path = "$trestle")
load("@trestle//bazel:repositories.bzl", "trestle_dependencies")
trestle_dependencies()
EOF

# The one that README shows, which the user's own settings come after.
awk '/^`\.bazelrc`$/ { found = 1; next } found && /^```/ { if (inside++) exit; next } inside' \
  "$trestle/README.md" >.bazelrc
grep -q proto_compiler .bazelrc
# As in tests/docs/run.py, so that the cache holds for both.
cat >>.bazelrc <<EOF
build --incompatible_strict_action_env
try-import $trestle/.cache/bazelrc
EOF

cat >protos/acme/shop/v1/shop.proto <<'EOF'
syntax = "proto3";
package acme.shop.v1;
import "acme/shop/v1/item.proto";
import "google/api/annotations.proto";
service Shop {
  // Gets an item.
  rpc GetItem(GetItemRequest) returns (Item) {
    option (google.api.http) = { get: "/v1/{name=items/*}" };
  }
}
message GetItemRequest { string name = 1; }
EOF

cat >protos/acme/shop/v1/item.proto <<'EOF'
syntax = "proto3";
package acme.shop.v1;
message Item { string name = 1; }
EOF

cat >protos/BUILD <<'EOF'
load("@com_google_protobuf//bazel:proto_library.bzl", "proto_library")
load("@trestle//bazel:defs.bzl", "trestle_cc_client", "trestle_cc_gateway", "trestle_server")

package(default_visibility = ["//app:__pkg__"])

proto_library(
    name = "item_proto",
    srcs = ["acme/shop/v1/item.proto"],
    strip_import_prefix = "/protos",
)

proto_library(
    name = "shop_proto",
    srcs = ["acme/shop/v1/shop.proto"],
    strip_import_prefix = "/protos",
    deps = [
        ":item_proto",
        "@com_google_googleapis//google/api:annotations_proto",
    ],
)

trestle_cc_gateway(name = "shop_gateway", deps = [":shop_proto"])
trestle_cc_client(name = "shop_client", deps = [":shop_proto"])
trestle_cc_gateway(name = "other_gateway", service_config = "shop.yaml", deps = [":shop_proto"])
trestle_server(name = "server", deps = [":shop_gateway"])
trestle_server(name = "wrong_server", tags = ["manual"], deps = [":shop_proto"])
EOF

cat >protos/shop.yaml <<'EOF'
http: {rules: [{selector: acme.shop.v1.Shop.GetItem, get: '/v2/{name=items/*}'}]}
EOF

cat >app/BUILD <<'EOF'
cc_binary(
    name = "app",
    srcs = ["app.cc"],
    copts = ["-std=c++17"],
    deps = [
        "//protos:shop_client",
        "//protos:shop_gateway",
    ],
)
EOF

cat >app/app.cc <<'EOF'
#include <cstdio>

#include "acme/shop/v1/shop.client.h"
#include "acme/shop/v1/shop.gateway.h"
#include "trestle/client/cpp/in_memory_transport.h"

int main() {
  const auto routes = acme::shop::v1::ShopRoutes();
  auto client = acme::shop::v1::NewShopClient(
      trestle::NewInMemoryTransport([](const trestle::HttpRequest& request) {
        trestle::HttpResponse response;
        response.status = 200;
        response.body = "{\"name\": \"items/" + std::string(request.method) + "\"}";
        return response;
      }));
  acme::shop::v1::GetItemRequest request;
  request.set_name("items/1");
  const auto item = client->GetItem(request);
  if (!item.ok()) {
    std::printf("%s\n", item.status().ToString().c_str());
    return 1;
  }
  std::printf("%zu route: %s %s; item: %s\n", routes.size(), routes[0].rule.http_method.c_str(),
              routes[0].rule.path.c_str(), item->name().c_str());
}
EOF

expect() {
  if [[ $1 != "$2" ]]; then
    printf 'second_workspace: expected\n%s\nbut got\n%s\n' "$2" "$1" >&2
    exit 1
  fi
}

bazel_here build "$@" //app //protos:server
bin=$(bazel_here info "$@" bazel-bin 2>/dev/null)
expect "$("$bin/app/app")" '1 route: GET /v1/{name=items/*}; item: items/GET'

# The generated main: its help, and its complaint about a missing --backend.
"$bin/protos/server" --help >help.txt
grep -q -- --backend help.txt
code=0
"$bin/protos/server" 2>error.txt || code=$?
expect "$code" 2

# With googleapis of the project's own, Trestle's copy is used nowhere.
mkdir -p googleapis
cp -r "$trestle/proto/google" googleapis/
sed -i -e 's|"/proto"|"/"|; s|//proto/google|//google|' googleapis/google/*/BUILD
touch googleapis/WORKSPACE
sed -i '2i local_repository(name = "com_google_googleapis", path = "googleapis")' WORKSPACE
bazel_here build --nobuild "$@" //app //protos:server
bazel_here query 'deps(//app) union deps(//protos:server)' >deps.txt 2>/dev/null
expect "$(grep -c '^@trestle//proto/google' deps.txt)" 0
grep -q '^@com_google_googleapis//google/api:annotations.proto$' deps.txt

# Rules of a service config, in a library of its own.
bazel_here build "$@" //protos:other_gateway
grep -q '"/v2/{name=items/\*}"' "$bin"/protos/_trestle/other_gateway.gateway/acme/shop/v1/shop.gateway.cc

# A warning is printed; it is an error if asked for, unless it is allowed.
shop=protos/acme/shop/v1/shop.proto
body_on_get='acme/shop/v1/shop.proto:8:5: acme.shop.v1.Shop.GetItem: GET "/v1/{name=items/*}" has a body'
sed -i 's|items/\*}"|& body: "*"|' "$shop"
bazel_here build "$@" //protos:shop_gateway >build.txt 2>&1
grep -qF "$body_on_get" build.txt || { cat build.txt >&2; exit 1; }
if bazel_here build "$@" --@trestle//bazel:warnings=error //protos:shop_gateway >build.txt 2>&1; then
  echo "second_workspace: a warning was no error" >&2
  exit 1
fi
grep -qF "$body_on_get" build.txt || { cat build.txt >&2; exit 1; }
bazel_here build "$@" --@trestle//bazel:warnings=error \
  --@trestle//bazel:allow=patch-mask,body-on-get //protos:shop_gateway //protos:shop_client
sed -i 's| body: "\*"||' "$shop"

# A server over messages instead of routes.
if bazel_here build --nobuild "$@" //protos:wrong_server >build.txt 2>&1; then
  echo "second_workspace: a server over a proto_library was built" >&2
  exit 1
fi
grep -qF '//protos:wrong_server: the deps of a trestle_server must be trestle_cc_gateway libraries, but //protos:shop_proto is not one: use trestle_cc_gateway(name = "shop_proto_gateway", deps = ["//protos:shop_proto"])' build.txt ||
  { cat build.txt >&2; exit 1; }

# A rule that is wrong is an error of the build that says where.
sed -i 's/{name=items/{nome=items/' protos/acme/shop/v1/shop.proto
if bazel_here build "$@" //protos:server >build.txt 2>&1; then
  echo "second_workspace: a wrong rule was built" >&2
  exit 1
fi
grep -qF 'acme/shop/v1/shop.proto:8:5: acme.shop.v1.Shop.GetItem: path template "/v1/{nome=items/*}", column 6, variable "nome": acme.shop.v1.GetItemRequest has no field "nome"' build.txt ||
  { cat build.txt >&2; exit 1; }
echo "second_workspace: passed"
