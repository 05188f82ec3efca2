// All kinds of invalid rules, and the errors that protoc prints.

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "tests/codegen/run_plugin.h"

namespace trestle {
namespace codegen {
namespace {

constexpr char kTarget[] = "target=cpp_gateway";

// The option is in line 8, column 5.
const char kProto[] = R"(syntax = "proto3"; package t;
import "google/api/annotations.proto"; import "google/api/httpbody.proto";
import "google/protobuf/any.proto"; import "google/protobuf/struct.proto";
import "google/protobuf/timestamp.proto"; import "google/protobuf/wrappers.proto";

service S {
  rpc Call(Request) returns (Response) {
    option (google.api.http) = { $RULE };
  }
}

message Request {
  string name = 1;
  int32 count = 2;
  Inner inner = 3;
  repeated string tags = 4;
  map<string, string> labels = 5;
  repeated Inner inners = 6;
  google.protobuf.Timestamp time = 7;
  google.protobuf.Struct struct = 8;
  google.protobuf.Any any = 9;
  google.protobuf.Value value = 10;
  google.api.HttpBody file = 11;
  google.protobuf.ListValue list_value = 12;
  Request self = 13;
  map<string, Inner> inner_map = 14;
  oneof choice { string left = 15; string right = 16; Inner middle = 17; }
}
message Inner { string id = 1; repeated int32 numbers = 2; Inner inner = 3; }
message Response { string text = 1; Inner inner = 2; repeated Inner inners = 3; }
)";

std::string ErrorOf(const std::string& proto, const std::string& parameter = kTarget) {
  const PluginRun run = RunPlugin({"t.proto"}, parameter, {{"t.proto", proto}});
  EXPECT_TRUE(run.error.empty() || run.files.empty()) << "something was emitted in spite of it";
  return run.error;
}

struct Row {
  const char* rule;   // of mapping.md
  const char* http;   // inside google.api.http
  const char* error;  // the text after "t.proto:8:5: t.S.Call: "; "" if there is none
};

const Row kRows[] = {
    // clang-format off
    {"R1", R"(body: "*")",
     R"(the google.api.http option has no pattern: one of get, put, post, delete, patch, custom)"},
    {"R1", R"(additional_bindings { get: "/v1/a" })",
     R"(the google.api.http option has no pattern: one of get, put, post, delete, patch, custom)"},
    {"R4", R"(get: "/v1/a" additional_bindings { get: "/v1/b" additional_bindings { get: "/v1/c" } })",
     R"(the google.api.http option has additional_bindings inside additional_bindings)"},
    {"R3", R"(get: "/v1/a" additional_bindings { get: "/v1/b/" })",
     R"(path template "/v1/b/", column 7: expected a segment)"},
    {"R3", R"(get: "/v1/a" additional_bindings { body: "*" })",
     R"(the google.api.http option has no pattern: one of get, put, post, delete, patch, custom)"},
    {"R2", R"(custom { path: "/v1/a" })",
     R"(the google.api.http option has a custom pattern without a kind)"},
    {"R2", R"(custom { kind: "HEAD" })",
     R"(path template "", column 1: expected "/")"},
    {"R2", R"(custom { kind: "HEAD" path: "v1" })",
     R"(path template "v1", column 1: expected "/")"},
    {"R2", R"(custom { kind: "get" path: "/v1/{x}" })",
     R"(path template "/v1/{x}", column 6, variable "x": t.Request has no field "x")"},
    {"R5", R"(get: "")",
     R"(path template "", column 1: expected "/")"},
    {"R5", R"(get: "v1/a")",
     R"(path template "v1/a", column 1: expected "/")"},
    {"R5", R"(get: "v1/{name}")",
     R"(path template "v1/{name}", column 1: expected "/")"},
    {"R5", R"(get: " /v1/a")",
     R"(path template " /v1/a", column 1: expected "/")"},
    {"R5", R"(get: "/v1/a ")",
     R"(path template "/v1/a ", column 6: expected "/", ":" or the end)"},
    {"R5", R"(get: "//")",
     R"(path template "//", column 2: expected a segment)"},
    {"R5", R"(get: "/v1//a")",
     R"(path template "/v1//a", column 5: expected a segment)"},
    {"R5", R"(get: "/v1/")",
     R"(path template "/v1/", column 5: expected a segment)"},
    {"R5", R"(get: "/v1/a/")",
     R"(path template "/v1/a/", column 7: expected a segment)"},
    {"R5", R"(get: "/v1/a b")",
     R"(path template "/v1/a b", column 6: expected "/", ":" or the end)"},
    {"R5", R"(get: "/v1/a?b")",
     R"(path template "/v1/a?b", column 6: expected "/", ":" or the end)"},
    {"R5", R"(get: "/v1/a#b")",
     R"(path template "/v1/a#b", column 6: expected "/", ":" or the end)"},
    {"R5", R"(get: "/v1/a\"b")",
     R"(path template "/v1/a\"b", column 6: expected "/", ":" or the end)"},
    {"R5", R"(get: "/v1/\303\274")",
     "path template \"/v1/\303\274\", column 5: expected a segment"},
    {"R5", R"(get: "/v1/a\tb")",
     R"(path template "/v1/a\tb", column 6: expected "/", ":" or the end)"},
    {"R5", R"(get: "/v1/%")",
     R"(path template "/v1/%", column 5: expected two hex digits after "%")"},
    {"R5", R"(get: "/v1/%2")",
     R"(path template "/v1/%2", column 5: expected two hex digits after "%")"},
    {"R5", R"(get: "/v1/%zz")",
     R"(path template "/v1/%zz", column 5: expected two hex digits after "%")"},
    {"R5", R"(get: "/v1/a%2Xb")",
     R"(path template "/v1/a%2Xb", column 6: expected two hex digits after "%")"},
    {"R5", R"(get: "/v1/{name")",
     R"(path template "/v1/{name", column 10: expected "}")"},
    {"R5", R"(get: "/v1/{name=")",
     R"(path template "/v1/{name=", column 11: expected a segment)"},
    {"R5", R"(get: "/v1/{name=}")",
     R"(path template "/v1/{name=}", column 11: expected a segment)"},
    {"R5", R"(get: "/v1/{name=shelves/*")",
     R"(path template "/v1/{name=shelves/*", column 20: expected "}")"},
    {"R5", R"(get: "/v1/{name=/shelves/*}")",
     R"(path template "/v1/{name=/shelves/*}", column 11: expected a segment)"},
    {"R5", R"(get: "/v1/{name=shelves/}")",
     R"(path template "/v1/{name=shelves/}", column 19: expected a segment)"},
    {"R5", R"(get: "/v1/{name=shelves//*}")",
     R"(path template "/v1/{name=shelves//*}", column 19: expected a segment)"},
    {"R5", R"(get: "/v1/{}")",
     R"(path template "/v1/{}", column 6: expected a field name)"},
    {"R5", R"(get: "/v1/{=*}")",
     R"(path template "/v1/{=*}", column 6: expected a field name)"},
    {"R5", R"(get: "/v1/{ name}")",
     R"(path template "/v1/{ name}", column 6: expected a field name)"},
    {"R5", R"(get: "/v1/{name }")",
     R"(path template "/v1/{name }", column 10: expected "}")"},
    {"R5", R"(get: "/v1/{1name}")",
     R"(path template "/v1/{1name}", column 6: expected a field name)"},
    {"R5", R"(get: "/v1/{na-me}")",
     R"(path template "/v1/{na-me}", column 8: expected "}")"},
    {"R5", R"(get: "/v1/{inner.}")",
     R"(path template "/v1/{inner.}", column 12: expected a field name)"},
    {"R5", R"(get: "/v1/{.inner}")",
     R"(path template "/v1/{.inner}", column 6: expected a field name)"},
    {"R5", R"(get: "/v1/{inner..id}")",
     R"(path template "/v1/{inner..id}", column 12: expected a field name)"},
    {"R5", R"(get: "/v1/name}")",
     R"(path template "/v1/name}", column 9: expected "/", ":" or the end)"},
    {"R5", R"(get: "/v1/{name}}")",
     R"(path template "/v1/{name}}", column 11: expected "/", ":" or the end)"},
    {"R5", R"(get: "/v1/a{name}")",
     R"(path template "/v1/a{name}", column 6: expected "/", ":" or the end)"},
    {"R5", R"(get: "/v1/{name}a")",
     R"(path template "/v1/{name}a", column 11: expected "/", ":" or the end)"},
    {"R5", R"(get: "/v1/{name}{count}")",
     R"(path template "/v1/{name}{count}", column 11: expected "/", ":" or the end)"},
    {"R5", R"(get: "/v1/{name}.json")",
     R"(path template "/v1/{name}.json", column 11: expected "/", ":" or the end)"},
    {"R5", R"(get: "/v1/***")",
     R"(path template "/v1/***", column 7: expected "/", ":" or the end)"},
    {"R5", R"(get: "/v1/*a")",
     R"(path template "/v1/*a", column 6: expected "/", ":" or the end)"},
    {"R5", R"(get: "/v1/a*")",
     ""},
    {"R5", R"(get: "/v1/**a")",
     R"(path template "/v1/**a", column 7: expected "/", ":" or the end)"},
    {"R5", R"(get: "/v1/a:")",
     R"(path template "/v1/a:", column 7: expected a verb)"},
    {"R5", R"(get: "/v1/a:b:c")",
     ""},
    {"R5", R"(get: "/v1/a:b/c")",
     ""},
    {"R5", R"(get: "/v1/{name=a:b}")",
     ""},
    {"R5", R"(get: "/v1/{name=*}:")",
     R"(path template "/v1/{name=*}:", column 14: expected a verb)"},
    {"R5", R"(get: "/v1/{name}:{count}")",
     R"(path template "/v1/{name}:{count}", column 12: expected a verb)"},
    {"R5", R"(get: "/:")",
     R"(path template "/:", column 2: expected a segment)"},
    {"R5", R"(get: "/v1/:read")",
     R"(path template "/v1/:read", column 5: expected a segment)"},
    {"R5", R"(get: "/:read")",
     R"(path template "/:read", column 2: expected a segment)"},
    {"R5", R"(get: "/v1/{name:read}")",
     R"(path template "/v1/{name:read}", column 10: expected "}")"},
    {"R5", R"(get: "/v1/[a]")",
     R"(path template "/v1/[a]", column 5: expected a segment)"},
    {"R5", R"(get: "/v1/a\\b")",
     R"(path template "/v1/a\\b", column 6: expected "/", ":" or the end)"},
    {"R5", R"(get: "/v1/<a>")",
     R"(path template "/v1/<a>", column 5: expected a segment)"},
    {"R5", R"(get: "/v1/{name=*/{count}}")",
     R"(path template "/v1/{name=*/{count}}", column 13: variables cannot be nested)"},
    {"R9", R"(get: "/v1/{name=a/{count}}")",
     R"(path template "/v1/{name=a/{count}}", column 13: variables cannot be nested)"},
    {"R9", R"(get: "/v1/{name}/{name}")",
     R"(path template "/v1/{name}/{name}", column 13: variable "name" is bound twice)"},
    {"R9", R"(get: "/v1/{inner.id}/{count}/{inner.id=*}")",
     R"(path template "/v1/{inner.id}/{count}/{inner.id=*}", column 25: variable "inner.id" is bound twice)"},
    {"R8", R"(get: "/v1/**/**")",
     R"(path template "/v1/**/**", column 8: there can be only one "**")"},
    {"R8", R"(get: "/v1/**/*/{name=**}")",
     R"(path template "/v1/**/*/{name=**}", column 16: there can be only one "**")"},
    {"R8", R"(get: "/v1/{name=**}/{inner.id=**}")",
     R"(path template "/v1/{name=**}/{inner.id=**}", column 25: there can be only one "**")"},
    {"R8", R"(get: "/v1/{name=**/x/**}")",
     R"(path template "/v1/{name=**/x/**}", column 16: there can be only one "**")"},
    {"R13", R"(get: "/v1/{nome}")",
     R"(path template "/v1/{nome}", column 6, variable "nome": t.Request has no field "nome")"},
    {"R13", R"(get: "/v1/{Name}")",
     R"(path template "/v1/{Name}", column 6, variable "Name": t.Request has no field "Name")"},
    {"R13", R"(get: "/v1/{inner.ID}")",
     R"(path template "/v1/{inner.ID}", column 6, variable "inner.ID": t.Inner has no field "ID")"},
    {"R13", R"(get: "/v1/{inner.inner.nothing}")",
     R"(path template "/v1/{inner.inner.nothing}", column 6, variable "inner.inner.nothing": t.Inner has no field "nothing")"},
    {"R13", R"(get: "/v1/{name.id}")",
     R"(path template "/v1/{name.id}", column 6, variable "name.id": "name" has no fields that a path can name)"},
    {"R13", R"(get: "/v1/{inner}")",
     R"(path template "/v1/{inner}", column 6, variable "inner": "inner" is a message)"},
    {"R13", R"(get: "/v1/{tags}")",
     R"(path template "/v1/{tags}", column 6, variable "tags": "tags" is repeated)"},
    {"R13", R"(get: "/v1/{labels}")",
     R"(path template "/v1/{labels}", column 6, variable "labels": "labels" is a map)"},
    {"R13", R"(get: "/v1/{labels.key}")",
     R"(path template "/v1/{labels.key}", column 6, variable "labels.key": "labels" has no fields that a path can name)"},
    {"R13", R"(get: "/v1/{inners}")",
     R"(path template "/v1/{inners}", column 6, variable "inners": "inners" is repeated)"},
    {"R13", R"(get: "/v1/{inners.id}")",
     R"(path template "/v1/{inners.id}", column 6, variable "inners.id": "inners" has no fields that a path can name)"},
    {"R13", R"(get: "/v1/{inner.numbers}")",
     R"(path template "/v1/{inner.numbers}", column 6, variable "inner.numbers": "inner.numbers" is repeated)"},
    {"R13", R"(get: "/v1/{struct}")",
     R"(path template "/v1/{struct}", column 6, variable "struct": "struct" is a message)"},
    {"R13", R"(get: "/v1/{any}")",
     R"(path template "/v1/{any}", column 6, variable "any": "any" is a message)"},
    {"R13", R"(get: "/v1/{value}")",
     R"(path template "/v1/{value}", column 6, variable "value": "value" is a message)"},
    {"R13", R"(get: "/v1/{list_value}")",
     R"(path template "/v1/{list_value}", column 6, variable "list_value": "list_value" is a message)"},
    {"R13", R"(get: "/v1/{file}")",
     R"(path template "/v1/{file}", column 6, variable "file": "file" is a message)"},
    {"R13", R"(get: "/v1/{time.seconds}")",
     R"(path template "/v1/{time.seconds}", column 6, variable "time.seconds": "time" has no fields that a path can name)"},
    {"R13", R"(get: "/v1/{self}")",
     R"(path template "/v1/{self}", column 6, variable "self": "self" is a message)"},
    {"R35", R"(post: "/v1/a" body: "nothing")",
     R"(path template "/v1/a", body "nothing": t.Request has no such field)"},
    {"R35", R"(post: "/v1/a" body: "inner.id")",
     R"(path template "/v1/a", body "inner.id": t.Request has no such field at its top level)"},
    {"R35", R"(post: "/v1/a" body: "**")",
     R"(path template "/v1/a", body "**": t.Request has no such field)"},
    {"R35", R"(post: "/v1/a" body: " *")",
     R"(path template "/v1/a", body " *": t.Request has no such field)"},
    {"R15", R"(post: "/v1/{name}" body: "name")",
     R"(path template "/v1/{name}", column 6: the variable "name" and the body "name" are the same field, so the body is lost)"},
    {"R15", R"(get: "/v1/{left}/{right}")",
     R"(path template "/v1/{left}/{right}", column 13: the variable "right" and the variable "left" are members of one oneof, which holds one of them)"},
    {"R15", R"(get: "/v1/{inner.id}/{left}/x/{middle.id}")",
     R"(path template "/v1/{inner.id}/{left}/x/{middle.id}", column 26: the variable "middle.id" and the variable "left" are members of one oneof, which holds one of them)"},
    {"R15", R"(get: "/v1/a" additional_bindings { post: "/v1/{left}" body: "right" })",
     R"(path template "/v1/{left}", column 6: the variable "left" and the body "right" are members of one oneof, which holds one of them)"},
    {"R15", R"(post: "/v1/{left}" body: "*")",
     ""},
    {"R38", R"(get: "/v1/a" response_body: "nothing")",
     R"(path template "/v1/a", response_body "nothing": t.Response has no such field)"},
    {"R38", R"(get: "/v1/a" response_body: "*")",
     R"(path template "/v1/a", response_body "*": t.Response has no such field)"},
    {"R38", R"(get: "/v1/a" response_body: "inner.id")",
     R"(path template "/v1/a", response_body "inner.id": t.Response has no such field at its top level)"},
    {"R38", R"(get: "/v1/a" response_body: "name")",
     R"(path template "/v1/a", response_body "name": t.Response has no such field)"},
    {"R3", R"(get: "/v1/a" additional_bindings { post: "/v1/b" body: "nothing" })",
     R"(path template "/v1/b", body "nothing": t.Request has no such field)"},
    // clang-format on
};

TEST(Malformed, EachRowGivesItsMessage) {
  for (const Row& row : kRows) {
    const std::string proto = absl::StrReplaceAll(kProto, {{"$RULE", row.http}});
    std::string expected = row.error;
    if (!expected.empty()) expected = absl::StrCat("t.proto:8:5: t.S.Call: ", row.error);
    EXPECT_EQ(ErrorOf(proto), expected) << row.rule << "  " << row.http;
  }
}

// The option may be given field by field, and RPCs may span several lines.
TEST(Malformed, TheMessagePointsAtTheOption) {
  const std::string error = ErrorOf(R"(syntax = "proto3";
package t;
import "google/api/annotations.proto";
message M {}
service A {
  rpc Good(M) returns (M);
  // A comment.
  rpc
    Bad(M) returns (M) {
      option deprecated = true; option (google.api.http).get = "v1";
  }
}
)");
  EXPECT_EQ(error, R"(t.proto:10:33: t.A.Bad: path template "v1", column 1: expected "/")");
}

TEST(Malformed, EveryFaultIsReported) {
  const std::string a = R"(syntax = "proto3"; import "google/api/annotations.proto";
message A {}
service S {
  rpc X(A) returns (A) {
    option (google.api.http) = { get: "x" additional_bindings { get: "/{x}" } };
  }
  rpc Y(A) returns (A) { option (google.api.http) = { get: "/ok" }; }
  rpc Z(A) returns (A) { option (google.api.http) = { body: "*" }; }
}
)";
  const std::string b = R"(syntax = "proto3"; package b; import "google/api/annotations.proto";
message B {}
service S { rpc X(B) returns (B) { option (google.api.http) = { get: "y" }; } }
)";
  const PluginRun run =
      RunPlugin({"a.proto", "b.proto"}, kTarget, {{"a.proto", a}, {"b.proto", b}});
  EXPECT_EQ(run.error,
            R"(a.proto:5:5: S.X: path template "x", column 1: expected "/"
a.proto:5:5: S.X: path template "/{x}", column 3, variable "x": A has no field "x"
a.proto:8:26: S.Z: the google.api.http option has no pattern: one of get, put, post, delete, patch, custom
b.proto:3:36: b.S.X: path template "y", column 1: expected "/")");
  EXPECT_TRUE(run.files.empty());
}

struct OptionRow {
  const char* parameter;
  const char* error;
};

TEST(Malformed, Options) {
  const OptionRow rows[] = {
      {"", "option target is missing; the targets are cpp_client, cpp_gateway"},
      {"generate_unbound_methods=true",
       "option target is missing; the targets are cpp_client, cpp_gateway"},
      {"target=cobol", "unknown target \"cobol\"; the targets are cpp_client, cpp_gateway"},
      {"target=", "unknown target \"\"; the targets are cpp_client, cpp_gateway"},
      {"target", "unknown target \"\"; the targets are cpp_client, cpp_gateway"},
      {"targets=cpp_client",
       "unknown option \"targets\"; the options are allow, generate_unbound_methods, "
       "service_config, target, warnings"},
      {"target=cpp_client,lang=c++",
       "unknown option \"lang\"; the options are allow, generate_unbound_methods, "
       "service_config, target, warnings"},
      {"target=cpp_client,generate_unbound_methods",
       "option generate_unbound_methods is \"\": expected true or false"},
      {"target=cpp_client,generate_unbound_methods=1",
       "option generate_unbound_methods is \"1\": expected true or false"},
      {"target=cpp_client,generate_unbound_methods=false", ""},
      {"target=cpp_client,,target=cpp_gateway,", ""},
  };
  for (const OptionRow& row : rows) {
    EXPECT_EQ(ErrorOf("syntax = \"proto3\"; message M {}", row.parameter), row.error)
        << row.parameter;
  }
}

}  // namespace
}  // namespace codegen
}  // namespace trestle
