// Valid rules with warnings, and similar ones without.

#include "trestle/codegen/lint.h"

#include <fstream>
#include <iterator>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/strings/substitute.h"
#include "gtest/gtest.h"
#include "tests/codegen/run_plugin.h"

namespace trestle {
namespace codegen {
namespace {

constexpr char kTarget[] = "target=cpp_gateway";

// Rules -------------------------------------------------------------------------------

struct Row {
  const char* what;
  const char* first;     // rule of t.S.First, in line 9
  const char* second;    // rule of t.S.Second, in line 12
  const char* warnings;  // "First" and "Second" stand for location and RPC
};

constexpr char kElsewhere[] = R"(get: "/elsewhere")";

const Row kRows[] = {
    // clang-format off
    {"different paths", R"(get: "/v1/a")", R"(get: "/v1/b")", ""},
    {"different methods", R"(get: "/v1/a")", R"(post: "/v1/a")", ""},
    {"with and without a verb", R"(get: "/v1/a")", R"(get: "/v1/a:b")", ""},
    {"a literal beside a variable is precedence", R"(get: "/v1/{name}")", R"(get: "/v1/a")", ""},

    {"D2: equal", R"(get: "/v1/a")", R"(get: "/v1/a")",
     "Second: GET \"/v1/a\" matches the same requests as \"/v1/a\" of t.S.First; a gateway "
     "cannot serve both: change the path of one [same-shape]\n"},
    {"D2: equal but for the variables", R"(get: "/v1/{name}/b")", R"(get: "/v1/{other=*}/b")",
     "Second: GET \"/v1/{other=*}/b\" matches the same requests as \"/v1/{name}/b\" of "
     "t.S.First; a gateway cannot serve both: change the path of one [same-shape]\n"},
    {"D2, R11: equal once decoded", R"(get: "/v1/a%2fb:c")", R"(get: "/v1/a%2Fb:%63")",
     "Second: GET \"/v1/a%2Fb:%63\" matches the same requests as \"/v1/a%2fb:c\" of t.S.First; a "
     "gateway cannot serve both: change the path of one [same-shape]\n"},
    {"D2: an additional binding", R"(get: "/v1/a" additional_bindings { post: "/v1/{name=x/*}" })",
     R"(post: "/v1/x/{other}")",
     "Second: POST \"/v1/x/{other}\" matches the same requests as \"/v1/{name=x/*}\" of "
     "t.S.First; a gateway cannot serve both: change the path of one [same-shape]\n"},
    {"D2: twice in one RPC", R"(get: "/v1/{name}" additional_bindings { get: "/v1/{other}" })",
     kElsewhere,
     "First: GET \"/v1/{other}\" matches the same requests as \"/v1/{name}\" of the same RPC; a "
     "gateway cannot serve both: change the path of one [same-shape]\n"},
    {"R2: any method beside one of them", R"(custom { kind: "*" path: "/v1/a" })",
     R"(get: "/v1/a")", ""},
    {"R2: any method twice", R"(custom { kind: "*" path: "/v1/a" })",
     R"(custom { kind: "*" path: "/v1/a" })",
     "Second: * \"/v1/a\" matches the same requests as \"/v1/a\" of t.S.First; a gateway cannot "
     "serve both: change the path of one [same-shape]\n"},

    {"D1: ** hidden by * and what is below it", R"(get: "/v1/{name=**}")",
     R"(get: "/v1" additional_bindings { get: "/v1/{name=*/**}" })",
     "First: GET \"/v1/{name=**}\" is reached only by paths with an empty segment, because "
     "\"/v1/{name=*/**}\" of t.S.Second, \"/v1\" of t.S.Second take precedence; remove it, or "
     "change its path [hidden-route]\n"},
    {"D1: hidden by another rule of the same RPC",
     R"(get: "/v1/{name=**}/end" additional_bindings { get: "/v1/{name=*/**}" })", kElsewhere,
     "First: GET \"/v1/{name=**}/end\" is reached only by paths with an empty segment, because "
     "\"/v1/{name=*/**}\" of the same RPC takes precedence; remove it, or change its path "
     "[hidden-route]\n"
     "First: GET \"/v1/{name=**}/end\" has segments after \"**\", which other gateways may not "
     "support; make \"**\" the last segment, or use \"*\" [rest-not-last]\n"},
    {"D1: not hidden: no segment at all is left", R"(get: "/v1/{name=**}")",
     R"(get: "/v1/{name=*/**}")", ""},
    {"D1: not hidden: two segments are left", R"(get: "/v1/{name=**}")",
     R"(get: "/v1" additional_bindings { get: "/v1/{name}" })", ""},
    {"D1: hidden from one method only", R"(get: "/v1/{name=**}")",
     R"(post: "/v1" additional_bindings { get: "/v1/{name=*/**}" })", ""},
    {"D1: hidden by any method", R"(get: "/v1/{name=**}")",
     R"(custom { kind: "*" path: "/v1" } additional_bindings { get: "/v1/{name=*/**}" })",
     "First: GET \"/v1/{name=**}\" is reached only by paths with an empty segment, because "
     "\"/v1/{name=*/**}\" of t.S.Second, \"/v1\" of t.S.Second take precedence; remove it, or "
     "change its path [hidden-route]\n"},
    {"D1: any method is not hidden by one", R"(custom { kind: "*" path: "/v1/{name=**}" })",
     R"(get: "/v1" additional_bindings { get: "/v1/{name=*/**}" })", ""},
    {"D3: HEAD hidden by GET", R"(custom { kind: "HEAD" path: "/v1/{name=**}" })",
     R"(get: "/v1" additional_bindings { get: "/v1/{name=*/**}" })",
     "First: HEAD \"/v1/{name=**}\" is reached only by paths with an empty segment, because "
     "\"/v1/{name=*/**}\" of t.S.Second, \"/v1\" of t.S.Second take precedence; remove it, or "
     "change its path [hidden-route]\n"},
    {"D1: a verb hides nothing without it", R"(get: "/v1/{name=**}")",
     R"(get: "/v1:x" additional_bindings { get: "/v1/{name=*/**}:x" })", ""},
    {"D1: nor is it hidden by what has none", R"(get: "/v1/{name=**}:x")",
     R"(get: "/v1" additional_bindings { get: "/v1/{name=*/**}" })", ""},
    {"D1: a catch-all beside others", R"(get: "/{name=**}")", R"(get: "/v1/{name=*/**}")", ""},

    {"R12: a colon that another's verb takes", R"(get: "/v1/{name=a:b}")", R"(get: "/v1/{name}:b")",
     "First: GET \"/v1/{name=a:b}\" ends in a literal colon, but a request with this path goes "
     "to \"/v1/{name}:b\" of t.S.Second, which reads it as the start of its verb; change the "
     "path of one [misread-colon]\n"},
    {"R12: a colon that no verb takes", R"(get: "/v1/{name=a:b}")", R"(get: "/v1/{name}:c")", ""},
    {"R12: the verb of another path", R"(get: "/v1/{name=a:b}")", R"(get: "/v1/c:b")", ""},
    {"R12: the verb of another method", R"(get: "/v1/{name=a:b}")", R"(post: "/v1/a:b")", ""},
    {"R12: %3A never begins a verb", R"(get: "/v1/{name=a%3Ab}")", R"(get: "/v1/{name}:b")", ""},
    {"R12: a colon inside of the path", R"(get: "/v1/{name=a:b/c}")", R"(get: "/v1/{name}:b")", ""},
    {"R12: a verb with a colon", R"(get: "/v1/{name}:a:b")", kElsewhere,
     "First: GET \"/v1/{name}:a:b\" has a colon in its verb, but the verb of a request starts "
     "after the last colon; choose a verb without a colon [misread-colon]\n"},
    {"R12: the colon before the last is text", R"(get: "/v1/a:b:c")", kElsewhere, ""},
    {"R12: a verb that says %3A", R"(get: "/v1/{name}:a%3Ab")", kElsewhere, ""},

    {"R8: ** last, or last but for the verb", R"(get: "/v1/{name=**}")",
     R"(get: "/v2/{name=a/**}:read")", ""},
    {"R8: ** before a literal", R"(get: "/v1/{name=**}/tail")", kElsewhere,
     "First: GET \"/v1/{name=**}/tail\" has segments after \"**\", which other gateways may not "
     "support; make \"**\" the last segment, or use \"*\" [rest-not-last]\n"},

    {"a * that no field fills", R"(get: "/v1/*/b")", kElsewhere,
     "First: GET \"/v1/*/b\" has a \"*\" outside variables, for which no field of the request "
     "has a value, so that typed clients cannot call it; write \"{field}\" or \"{field=…/*}\" "
     "[unnamed-wildcard]\n"},
    {"a ** that no field fills may be left out", R"(get: "/v1/**")", kElsewhere, ""},
    {"a * in a variable of several segments", R"(get: "/v1/{name=a/*/b}")", kElsewhere, ""},

    {"RFC 9110: methods have a case", R"(custom { kind: "head" path: "/v1" })", kElsewhere,
     "First: head \"/v1\" does not match HEAD, because methods are case-sensitive; write HEAD "
     "[method-case]\n"},
    {"a usual method as a custom kind", R"(custom { kind: "HEAD" path: "/v1" })", kElsewhere, ""},
    {"a kind of one's own", R"(custom { kind: "fetch" path: "/v1" })", kElsewhere, ""},

    {"R13: a number of two segments", R"(get: "/v1/{count=a/*}")", kElsewhere,
     "First: GET \"/v1/{count=a/*}\" has the variable \"count\", which never matches a value of "
     "its field, so that every request is refused; use a string, or a single \"*\" "
     "[impossible-variable]\n"},
    {"R13: a number that is a word", R"(get: "/v1/{count=a}")", kElsewhere,
     "First: GET \"/v1/{count=a}\" has the variable \"count\", which never matches a value of "
     "its field, so that every request is refused; use a string, or a single \"*\" "
     "[impossible-variable]\n"},
    {"R13: a wrapper is as what it wraps", R"(get: "/v1/{wrapped=*/*}")", kElsewhere,
     "First: GET \"/v1/{wrapped=*/*}\" has the variable \"wrapped\", which never matches a value "
     "of its field, so that every request is refused; use a string, or a single \"*\" "
     "[impossible-variable]\n"},
    {"R13: a literal that is a value", R"(get: "/v1/{flag=true}/{count=7}")", kElsewhere, ""},
    {"R13: bytes may have a slash", R"(get: "/v1/{digest=*/*}")", kElsewhere, ""},
    {"R13: ** may be one segment", R"(get: "/v1/{count=**}")", R"(get: "/v2/{count=7/**}")", ""},
    {"R13: strings below a message", R"(get: "/v1/{item.name=a/*}")", kElsewhere, ""},

    {"RFC 9110: a body of GET", R"(get: "/v1/a" body: "*")", kElsewhere,
     "First: GET \"/v1/a\" has a body, which browsers refuse to send and proxies drop; remove "
     "it, so that its fields become query parameters, or use POST [body-on-get]\n"},
    {"RFC 9110: a body of HEAD", R"(custom { kind: "HEAD" path: "/v1/a" } body: "item")",
     kElsewhere,
     "First: HEAD \"/v1/a\" has a body, which browsers refuse to send and proxies drop; remove "
     "it, so that its fields become query parameters, or use POST [body-on-get]\n"},
    {"AIP-135: a body of DELETE", R"(delete: "/v1/a" body: "item")", kElsewhere,
     "First: DELETE \"/v1/a\" has a body, which some proxies and load balancers drop or refuse; "
     "remove it, so that its fields become query parameters, or use POST with a verb "
     "[body-on-delete]\n"},
    {"a body of any method", R"(custom { kind: "*" path: "/v1/a" } body: "*")", kElsewhere, ""},
    {"no body", R"(delete: "/v1/a")", R"(post: "/v1/a" body: "*")", ""},

    {"D10: PATCH of everything", R"(patch: "/v1/{item.name=a/*}" body: "*")", kElsewhere,
     "First: PATCH \"/v1/{item.name=a/*}\" has body \"*\", so that \"update_mask\" cannot be "
     "filled from the fields in the body; write body: \"item\" [patch-mask]\n"},
    {"D10: PATCH of a field", R"(patch: "/v1/{item.name=a/*}" body: "item")", kElsewhere, ""},
    {"D10: PUT of everything", R"(put: "/v1/{item.name=a/*}" body: "*")", kElsewhere, ""},
    {"D10: a mask in the path", R"(patch: "/v1/{update_mask}" body: "*")", kElsewhere, ""},
    // clang-format on
};

std::string Proto(const Row& row) {
  return absl::Substitute(R"(syntax = "proto3"; package t;
import "google/api/annotations.proto"; import "google/protobuf/field_mask.proto";
import "google/protobuf/wrappers.proto";
message Item { string name = 1; }
message M { string name = 1; string other = 2; int32 count = 3; bool flag = 4; bytes digest = 5;
  Item item = 6; google.protobuf.FieldMask update_mask = 7; google.protobuf.Int64Value wrapped = 8; }
service S {
  rpc First(M) returns (M) {
    option (google.api.http) = { $0 };
  }
  rpc Second(M) returns (M) {
    option (google.api.http) = { $1 };
  }
}
)",
                          row.first, row.second);
}

std::string InFull(absl::string_view warnings) {
  return absl::StrReplaceAll(warnings, {{"First: ", "t.proto:9:5: t.S.First: "},
                                        {"Second: ", "t.proto:12:5: t.S.Second: "}});
}

TEST(Lint, EachRuleGivesItsWarnings) {
  for (const Row& row : kRows) {
    const PluginRun run = RunPlugin({"t.proto"}, kTarget, {{"t.proto", Proto(row)}});
    EXPECT_EQ(run.error, "") << row.what;
    EXPECT_EQ(run.warnings, InFull(row.warnings)) << row.what;
    EXPECT_EQ(run.files.size(), 2u) << row.what;
  }
}

// Messages ----------------------------------------------------------------------------

struct MessageRow {
  const char* what;
  const char* messages;  // from line 9 on; the request is Q, the response R
  const char* rule;      // of t.S.Call, in line 6
  const char* warnings;  // "Call" stands for location and RPC
};

const MessageRow kMessageRows[] = {
    // clang-format off
    {"R28: a repeated message", "message Q { string name = 1; repeated R rs = 2; } message R {}",
     R"(get: "/v1/{name}")",
     "Call: no rule can set the field \"rs\" of t.Q, because it cannot be a query parameter; "
     "send it in a body [unbound-field]\n"},
    {"D9: a map of messages", "message Q { map<string, R> rs = 1; } message R {}",
     R"(post: "/v1")",
     "Call: no rule can set the field \"rs\" of t.Q, because it cannot be a query parameter; "
     "send it in a body [unbound-field]\n"},
    {"R28: below a message, beside a body of another field",
     "message Q { In in = 1; R r = 2; message In { repeated R rs = 1; } } message R {}",
     R"(post: "/v1" body: "r")",
     "Call: no rule can set the field \"in.rs\" of t.Q, because it cannot be a query parameter; "
     "send it in a body [unbound-field]\n"},
    {"R28: repeated Timestamps, Struct and ListValue, four in all",
     "message Q { repeated google.protobuf.Timestamp times = 1; google.protobuf.Struct s = 2;"
     " google.protobuf.ListValue l = 3; google.protobuf.Empty e = 4; } message R {}",
     R"(get: "/v1")",
     "Call: no rule can set the fields \"times\", \"s\", \"l\" and 1 more of t.Q, because they "
     "cannot be query parameters; send them in a body [unbound-field]\n"},
    {"R41: a message inside itself", "message Q { string s = 1; Q q = 2; R r = 3; }"
     " message R { Q q = 1; R r = 2; repeated R rs = 3; map<int32, Q> qs = 4; }",
     R"(get: "/v1/{q.q.s}")",
     "Call: no rule can set the fields \"r.rs\", \"r.qs\" of t.Q, because they cannot be query "
     "parameters; send them in a body [unbound-field]\n"},
    {"R37: carried by the body", "message Q { repeated R rs = 1; } message R {}",
     R"(post: "/v1" body: "rs")", ""},
    {"R36: carried by a body of everything", "message Q { repeated R rs = 1; } message R {}",
     R"(post: "/v1" body: "*")", ""},
    {"R3: carried by an additional binding", "message Q { repeated R rs = 1; } message R {}",
     R"(get: "/v1" additional_bindings { post: "/v1" body: "*" })", ""},
    {"R26, D9, R33: carried by a query",
     "message Q { repeated string s = 1; map<string, int32> m = 2; repeated E e = 3; In in = 4;"
     " google.protobuf.Timestamp t = 5; google.protobuf.Value v = 6; google.protobuf.Any a = 7;"
     " google.api.HttpBody h = 8; message In { repeated bytes b = 1; } }"
     " enum E { Z = 0; } message R {}",
     R"(get: "/v1")", ""},
    {"AIP-203: not for clients to set",
     "message Q { repeated R a = 1 [(google.api.field_behavior) = OUTPUT_ONLY];"
     " repeated R b = 2 [deprecated = true];"
     " repeated R c = 3 [(google.api.field_behavior) = OPTIONAL]; } message R {}",
     R"(get: "/v1")",
     "Call: no rule can set the field \"c\" of t.Q, because it cannot be a query parameter; send "
     "it in a body [unbound-field]\n"},
    {"R32: no rule, no warning", "message Q { repeated R rs = 1; } message R {}", "", ""},

    {"R33: an enum's name, also as some gateways read it",
     "message Q { E e = 1; E f = 2; } enum E { E_ONE = 0; } message R {}",
     R"(get: "/v1/{e=E_ONE}/{f=one}")", ""},
    {"R33: no name of the enum", "message Q { E e = 1; } enum E { E_ONE = 0; } message R {}",
     R"(get: "/v1/{e=E_TWO}")",
     "Call: GET \"/v1/{e=E_TWO}\" has the variable \"e\", which never matches a value of its "
     "field, so that every request is refused; use a string, or a single \"*\" "
     "[impossible-variable]\n"},
    {"D10: the mask of what a client reads",
     "message Q { R r = 1; google.protobuf.FieldMask read_mask = 2; } message R {}",
     R"(patch: "/v1" body: "*")", ""},
    {"D10: the message that the path names",
     "message Q { R r = 1; In in = 2; google.protobuf.FieldMask mask = 3;"
     " message In { string name = 1; } } message R {}",
     R"(patch: "/v1/{in.name}" body: "*")",
     "Call: PATCH \"/v1/{in.name}\" has body \"*\", so that \"mask\" cannot be filled from the "
     "fields in the body; write body: \"in\" [patch-mask]\n"},
    {"D10: no message to update", "message Q { string s = 1; google.protobuf.FieldMask m = 2; }"
     " message R {}", R"(patch: "/v1" body: "*")", ""},

    {"AIP-158: the token is not in the response", "message Q { string page_token = 1; }"
     " message R { repeated Q qs = 1; string next_page_token = 2; }",
     R"(get: "/v1" response_body: "qs")",
     "Call: GET \"/v1\" has response_body \"qs\", so that clients do not get \"next_page_token\" "
     "and cannot request the second page; remove response_body [hidden-page-token]\n"},
    {"AIP-158: the token is in the response", "message Q { string page_token = 1; }"
     " message R { repeated Q qs = 1; string next_page_token = 2; }", R"(get: "/v1")", ""},
    {"AIP-158: no token to send", "message Q {}"
     " message R { repeated Q qs = 1; string next_page_token = 2; }",
     R"(get: "/v1" response_body: "qs")", ""},

    {"R51: the json_name of two fields", "message Q { string a = 1 [json_name = \"x\"];\n"
     "  string b = 2 [json_name = \"x\"]; } message R {}", "",
     "t.proto:10:3: t.Q.b: the JSON key \"x\" also belongs to the field \"a\", so that clients "
     "set the wrong field; change the name or json_name of one [json-name-collision]\n"},
    {"R51: one's json_name, the other's name", "message Q { message In { string a_b = 1; \n"
     "  string c = 2 [json_name = \"a_b\"]; } } message R {}", "",
     "t.proto:10:3: t.Q.In.c: the JSON key \"a_b\" also belongs to the field \"a_b\", so that "
     "clients set the wrong field; change the name or json_name of one [json-name-collision]\n"},
    {"R51: names that case tells apart", "message Q { string a = 1; string b = 2 [json_name = \"A\"]; }"
     " message R {}", "", ""},
    {"R51: the same in two messages", "message Q { string a_b = 1; } message R { string aB = 1; }",
     "", ""},
    // clang-format on
};

std::string Proto(const MessageRow& row) {
  return absl::Substitute(
      R"(syntax = "proto3"; package t; import "google/api/annotations.proto";
import "google/api/httpbody.proto"; import "google/api/field_behavior.proto"; $0
service S { rpc Call(Q) returns (R) {
  $1
} }

$2
)",
      R"(import "google/protobuf/any.proto"; import "google/protobuf/empty.proto";
import "google/protobuf/field_mask.proto"; import "google/protobuf/struct.proto";
import "google/protobuf/timestamp.proto";)",
      *row.rule == '\0' ? "" : absl::StrCat("option (google.api.http) = { ", row.rule, " };"),
      row.messages);
}

TEST(Lint, EachMessageGivesItsWarnings) {
  for (const MessageRow& row : kMessageRows) {
    const PluginRun run =
        RunPlugin({"t.proto"}, absl::StrCat(kTarget, ",allow=no-rule"), {{"t.proto", Proto(row)}});
    EXPECT_EQ(run.error, "") << row.what;
    EXPECT_EQ(run.warnings,
              absl::StrReplaceAll(row.warnings, {{"Call: ", "t.proto:6:3: t.S.Call: "}}))
        << row.what;
  }
}

constexpr char kEnumCollision[] =
    "t.proto:4:3: t.M.E.Red: differs from \"RED\" only in case, which a gateway may ignore; "
    "rename one of them [enum-name-collision]\n";

TEST(Lint, FindsEnumNamesThatCaseAloneTellsApart) {
  const std::string proto = R"(syntax = "proto2"; package t;
enum E { option allow_alias = true; RED = 0; E_BLUE = 1; BLUE = 2; Blue = 2; }
message M { enum E { RED = 0;
  Red = 1; } }
)";
  const PluginRun run = RunPlugin({"t.proto"}, kTarget, {{"t.proto", proto}});
  EXPECT_EQ(run.warnings, kEnumCollision);
}

TEST(Lint, FindsFieldsThatProto2HasTwice) {
  const std::string proto = R"(syntax = "proto2"; package t;
message M { optional string a_b = 1;
  optional string aB = 2; }
)";
  const PluginRun run = RunPlugin({"t.proto"}, kTarget, {{"t.proto", proto}});
  EXPECT_EQ(run.warnings,
            "t.proto:3:3: t.M.aB: the JSON key \"aB\" also belongs to the field \"a_b\", so that "
            "clients set the wrong field; change the name or json_name of one "
            "[json-name-collision]\n");
}

constexpr char kNoRule[] =
    "t.proto:3:1: t.One: Greet has no google.api.http rule, so that no request reaches it; add "
    "rules or set generate_unbound_methods [no-rule]\n"
    "t.proto:4:1: t.Two: none of its 2 RPCs has a google.api.http rule, so that no request "
    "reaches it; add rules or set generate_unbound_methods [no-rule]\n";

TEST(Lint, FindsServicesWithoutARule) {
  const std::string proto = R"(syntax = "proto3"; package t;
import "google/api/annotations.proto"; message M {}
service One { rpc Greet(M) returns (M); }
service Two { rpc A(M) returns (M); rpc B(M) returns (M); }
service Some { rpc A(M) returns (M); rpc B(M) returns (M) {
  option (google.api.http) = { get: "/v1" }; } }
service Empty {}
)";
  EXPECT_EQ(RunPlugin({"t.proto"}, kTarget, {{"t.proto", proto}}).warnings, kNoRule);
  const std::string unbound = absl::StrCat(kTarget, ",generate_unbound_methods=true");
  EXPECT_EQ(RunPlugin({"t.proto"}, unbound, {{"t.proto", proto}}).warnings, "");
}

TEST(Lint, EveryWarningIsInARow) {
  std::string all = absl::StrCat(kEnumCollision, kNoRule);
  for (const Row& row : kRows) all += row.warnings;
  for (const MessageRow& row : kMessageRows) all += row.warnings;
  for (absl::string_view name : WarningNames()) {
    EXPECT_TRUE(absl::StrContains(all, absl::StrCat("[", name, "]"))) << name;
  }
}

// Files -------------------------------------------------------------------------------

// A file whose RPC has the path "/v1", and whose message has a collision.
std::string FileOf(absl::string_view package, absl::string_view import) {
  return absl::Substitute(
      R"(syntax = "proto3"; package $0; import "google/api/annotations.proto"; $1
message M { string a = 1 [json_name = "x"]; string x = 2; }
service S { rpc C(M) returns (M) { option (google.api.http) = { get: "/v1" }; } }
)",
      package, import);
}

constexpr char kCollisionInA[] =
    "a.proto:2:45: a.M.x: the JSON key \"x\" also belongs to the field \"a\", so that clients set "
    "the wrong field; change the name or json_name of one [json-name-collision]\n";
constexpr char kCollisionInB[] =
    "b.proto:2:45: b.M.x: the JSON key \"x\" also belongs to the field \"a\", so that clients set "
    "the wrong field; change the name or json_name of one [json-name-collision]\n";
constexpr char kSameShape[] =
    "b.proto:3:36: b.S.C: GET \"/v1\" matches the same requests as \"/v1\" of a.S.C; a gateway "
    "cannot serve both: change the path of one [same-shape]\n";

TEST(Lint, LooksAcrossFilesInTheirOrder) {
  const PluginRun run = RunPlugin({"a.proto", "b.proto"}, kTarget,
                                  {{"a.proto", FileOf("a", "")}, {"b.proto", FileOf("b", "")}});
  EXPECT_EQ(run.warnings, absl::StrCat(kCollisionInA, kSameShape, kCollisionInB));
}

TEST(Lint, KeepsSilentAboutWhatIsOnlyImported) {
  const PluginRun run =
      RunPlugin({"b.proto"}, kTarget,
                {{"a.proto", FileOf("a", "")}, {"b.proto", FileOf("b", "import \"a.proto\";")}});
  EXPECT_EQ(run.warnings, kCollisionInB);
}

TEST(Lint, NamesTheServiceConfigThatARuleIsFrom) {  // R42
  const std::string path = absl::StrCat(testing::TempDir(), "/lint.yaml");
  std::ofstream(path) << "http:\n  rules:\n  - {selector: a.S.C, get: '/v2', body: '*'}\n";
  const PluginRun run = RunPlugin(
      {"a.proto"}, absl::StrCat(kTarget, ",allow=json-name-collision,service_config=", path),
      {{"a.proto", FileOf("a", "")}});
  EXPECT_TRUE(
      absl::StartsWith(run.warnings, absl::StrCat(path, ":3:5: a.S.C: GET \"/v2\" has a body")))
      << run.warnings;
}

// Well-designed APIs, and those of the tests that are not deliberately unusual.
TEST(Lint, IsSilentOverWellMadeApis) {
  for (const char* file :
       {"well_made.proto", "library/v1/library.proto", "google/longrunning/operations.proto",
        "google/rpc/error_details.proto", "google/api/http.proto", "library.proto",
        "streaming.proto", "imports.proto", "nested.proto", "old.proto", "keywords.proto"}) {
    const PluginRun run = RunPlugin({file}, absl::StrCat(kTarget, ",warnings=error"));
    EXPECT_EQ(run.error, "") << file;
    EXPECT_EQ(run.warnings, "") << file;
  }
}

// Options -----------------------------------------------------------------------------

TEST(LintOptions, WarningsAreErrorsIfAskedFor) {
  const PluginRun run = RunPlugin({"a.proto"}, absl::StrCat(kTarget, ",warnings=error"),
                                  {{"a.proto", FileOf("a", "")}});
  EXPECT_EQ(run.error,
            absl::StrCat(kCollisionInA,
                         "warnings are errors because of warnings=error; allow=NAME accepts a "
                         "warning"));
  EXPECT_EQ(run.warnings, "");
  EXPECT_TRUE(run.files.empty());
}

TEST(LintOptions, WarningsArePrintedByDefault) {
  for (const char* option : {"", ",warnings=print", ",warnings=error,warnings=print"}) {
    const PluginRun run =
        RunPlugin({"a.proto"}, absl::StrCat(kTarget, option), {{"a.proto", FileOf("a", "")}});
    EXPECT_EQ(run.error, "") << option;
    EXPECT_EQ(run.warnings, kCollisionInA) << option;
    EXPECT_EQ(run.files.size(), 2u) << option;
  }
}

TEST(LintOptions, AllowedWarningsAreNeitherPrintedNorErrors) {
  const std::map<std::string, std::string> files = {{"a.proto", FileOf("a", "")},
                                                    {"b.proto", FileOf("b", "")}};
  const PluginRun one =
      RunPlugin({"a.proto", "b.proto"}, absl::StrCat(kTarget, ",allow=json-name-collision"), files);
  EXPECT_EQ(one.warnings, kSameShape);
  const PluginRun both = RunPlugin(
      {"a.proto", "b.proto"},
      absl::StrCat(kTarget, ",allow=json-name-collision,warnings=error,allow=same-shape"), files);
  EXPECT_EQ(both.error, "");
  EXPECT_EQ(both.warnings, "");
  EXPECT_EQ(both.files.size(), 4u);
}

TEST(LintOptions, NamesAndValuesAreKnownOnes) {
  const auto error = [](absl::string_view option) {
    return RunPlugin({"a.proto"}, absl::StrCat(kTarget, ",", option),
                     {{"a.proto", FileOf("a", "")}})
        .error;
  };
  EXPECT_EQ(error("warnings=fatal"), "option warnings is \"fatal\": expected error or print");
  EXPECT_EQ(error("warnings"), "option warnings is \"\": expected error or print");
  EXPECT_EQ(error("allow=same_shape"),
            "option allow: unknown warning \"same_shape\"; the warnings are body-on-delete, "
            "body-on-get, enum-name-collision, hidden-page-token, hidden-route, "
            "impossible-variable, json-name-collision, method-case, misread-colon, no-rule, "
            "patch-mask, rest-not-last, same-shape, unbound-field, unnamed-wildcard");
  EXPECT_TRUE(absl::StartsWith(error("allow"), "option allow: unknown warning \"\";"));
}

// docs/lint.md has a row and a section for each warning.
TEST(LintDocs, DescribeEveryWarning) {
  std::ifstream file("docs/lint.md");
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  for (absl::string_view name : WarningNames()) {
    EXPECT_TRUE(absl::StrContains(text, absl::StrCat("\n| [`", name, "`](#", name, ") |"))) << name;
    EXPECT_TRUE(absl::StrContains(text, absl::StrCat("\n## ", name, "\n"))) << name;
  }
}

}  // namespace
}  // namespace codegen
}  // namespace trestle
