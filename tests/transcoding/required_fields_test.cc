// Requests without a required field of proto2 (R77).

#include "trestle/transcoding/required_fields.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/transcoding/legacy.pb.h"
#include "tests/transcoding/mapping.pb.h"
#include "trestle/tests/transcoding/endpoint.h"
#include "trestle/transcoding/codec/wire_to_json.h"

namespace trestle {
namespace {

namespace test = ::trestle::test::mapping;

// "" if the request is accepted, else "[field] message".
std::string Serve(const Rule& rule, const google::protobuf::Descriptor& type,
                  const HttpRequest& http) {
  const Endpoint endpoint(rule, type);
  std::string wire;
  const absl::Status status = endpoint.Serve(http, {}, &wire);
  if (status.ok()) return "";
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  return absl::StrCat("[", ViolatedField(status), "] ", status.message());
}

std::string Missing(absl::string_view field, absl::string_view spelled = "") {
  return absl::StrCat("[", field, "] required field \"", spelled.empty() ? field : spelled,
                      "\" is missing");
}

const struct {
  const char* where;
  const char* body;
  std::string error;
} kBodyRows[] = {
    {"at the top", "{}", Missing("id")},
    {"at the top, without any body", "", Missing("id")},
    {"at the top, as null", R"({"id":null})", Missing("id")},
    {"nothing", R"({"id":"x"})", ""},
    {"nothing: an empty string is a value", R"({"id":""})", ""},
    {"in a message", R"({"id":"x","innerPart":{}})", Missing("inner_part.id", "innerPart.id")},
    {"in a message spelled as in the .proto", R"({"id":"x","inner_part":{"n":1}})",
     Missing("inner_part.id")},
    {"two deep, in either spelling", R"({"id":"x","inner_part":{"id":"y","innerPart":{}}})",
     Missing("inner_part.inner_part.id", "inner_part.innerPart.id")},
    {"in a list", R"({"id":"x","moreParts":[{"id":"a"},{"n":1}]})",
     Missing("more_parts[1].id", "moreParts[1].id")},
    {"in a map", R"({"id":"x","byName":{"a":{"id":"b"},"k":{}}})",
     Missing("by_name[\"k\"].id", "byName[\"k\"].id")},
    {"in a oneof", R"({"id":"x","leftPart":{}})", Missing("left_part.id", "leftPart.id")},
    {"nothing: the other member of a oneof", R"({"id":"x","rightPart":{}})", ""},
    {"in a group", R"({"id":"x","held":{}})", Missing("held.level")},
    {"in an extension", R"({"id":"x","[trestle.test.mapping.added_part]":{}})",
     Missing("[trestle.test.mapping.added_part].id")},
};

TEST(RequiredFields, AreMissedAnywhereInABody) {  // R77, R78
  for (const auto& row : kBodyRows) {
    EXPECT_EQ(
        Serve({"POST", "/v1", "*", ""}, *test::Needs::descriptor(), Http("POST", "/v1", row.body)),
        row.error)
        << row.where << ": " << row.body;
  }
}

const struct {
  const char* where;
  Rule rule;
  const char* target;
  const char* body;
  std::string error;
} kHolderRows[] = {
    {"nothing is held", {"GET", "/v1", "", ""}, "/v1", "", ""},
    {"in a message of the query",
     {"GET", "/v1", "", ""},
     "/v1?held_part.n=1",
     "",
     Missing("held_part.id")},
    {"the query names it in camelCase",
     {"GET", "/v1", "", ""},
     "/v1?heldPart.n=1",
     "",
     Missing("held_part.id", "heldPart.id")},
    {"deeper in the query",
     {"GET", "/v1", "", ""},
     "/v1?heldPart.id=a&heldPart.inner_part.n=1",
     "",
     Missing("held_part.inner_part.id", "heldPart.inner_part.id")},
    {"given by the query", {"GET", "/v1", "", ""}, "/v1?held_part.id=a", "", ""},
    {"next to a path variable",
     {"GET", "/v1/{held_part.n}", "", ""},
     "/v1/1",
     "",
     Missing("held_part.id", "heldPart.id")},
    {"given by the path", {"GET", "/v1/{held_part.id}", "", ""}, "/v1/a", "", ""},
    {"given by the path, the rest by the body",
     {"PATCH", "/v1/{held_part.id}", "held_part", ""},
     "/v1/a",
     R"({"n":1})",
     ""},
    {"in a body field",
     {"POST", "/v1", "held_part", ""},
     "/v1",
     "{}",
     Missing("held_part.id", "heldPart.id")},
    {"in an empty body",
     {"POST", "/v1", "held_part", ""},
     "/v1",
     "",
     Missing("held_part.id", "heldPart.id")},
    {"in a body field's own field",
     {"POST", "/v1", "held_part", ""},
     "/v1",
     R"({"id":"x","inner_part":{}})",
     Missing("held_part.inner_part.id", "heldPart.inner_part.id")},
    {"the body field is null", {"POST", "/v1", "held_part", ""}, "/v1", "null", ""},
    {"in a map that the body is",
     {"POST", "/v1", "by_number", ""},
     "/v1",
     R"({"7":{}})",
     Missing("by_number[\"7\"].id", "byNumber[\"7\"].id")},
};

TEST(RequiredFields, AreGivenByPathQueryAndBodyTogether) {  // R77, R78
  for (const auto& row : kHolderRows) {
    EXPECT_EQ(Serve(row.rule, *test::Holder::descriptor(),
                    Http(row.rule.http_method, row.target, row.body)),
              row.error)
        << row.where;
  }
}

TEST(RequiredFields, AreMissedInWireBodies) {  // R77, D7
  test::Needs message;
  message.set_id("x");
  message.mutable_inner_part()->set_n(1);
  EXPECT_EQ(Serve({"POST", "/v1", "*", ""}, *test::Needs::descriptor(),
                  Http("POST", "/v1", message.SerializePartialAsString(), "application/protobuf")),
            Missing("inner_part.id", "innerPart.id"));
  EXPECT_EQ(Serve({"POST", "/v1", "*", ""}, *test::Needs::descriptor(),
                  Http("POST", "/v1", "\x0a", "application/protobuf")),
            "[] the body is not a protobuf message");
}

// Two halves of one message, which a parser merges.
TEST(RequiredFields, MayComeInPieces) {  // R77
  test::Needs first, second;
  first.set_id("x");
  first.mutable_inner_part()->set_n(1);
  second.mutable_inner_part()->set_id("y");
  const std::string wire = first.SerializePartialAsString() + second.SerializePartialAsString();
  const Schema& type = SchemaPool::Generated().Get(*test::Needs::descriptor());
  EXPECT_TRUE(FindMissing(wire, type).empty());
  EXPECT_FALSE(FindMissing(first.SerializePartialAsString(), type).empty());
}

// A parser treats a number that a closed enum does not have as an unknown field.
TEST(RequiredFields, AClosedEnumNeedsAValueOfItsOwn) {  // R77
  test::Needs message;
  message.set_id("x");
  message.mutable_held()->set_level(test::Legacy::HIGH);
  const Schema& type = SchemaPool::Generated().Get(*test::Needs::descriptor());
  std::string wire = message.SerializePartialAsString();
  EXPECT_TRUE(FindMissing(wire, type).empty());
  wire[wire.find('\x02', 3)] = 9;
  EXPECT_FALSE(test::Needs().ParseFromString(wire));
  EXPECT_FALSE(FindMissing(wire, type).empty());
}

TEST(RequiredFields, CostNothingWhereThereAreNone) {  // R77
  SchemaPool& schemas = SchemaPool::Generated();
  EXPECT_FALSE(schemas.Get(*test::Request::descriptor()).may_lack_required());
  EXPECT_FALSE(schemas.Get(*test::Legacy::descriptor()).may_lack_required());
  EXPECT_TRUE(schemas.Get(*test::Needs::descriptor()).may_lack_required());
  EXPECT_TRUE(schemas.Get(*test::Holder::descriptor()).may_lack_required());
}

TEST(RequiredFields, AResponseIsPrintedWithoutThem) {  // R77
  test::Needs message;
  message.set_n(1);
  std::string json;
  const Schema& type = SchemaPool::Generated().Get(*test::Needs::descriptor());
  EXPECT_TRUE(WireToJson(message.SerializePartialAsString(), type, {}, &json).ok());
  EXPECT_EQ(json, R"({"n":1})");
}

}  // namespace
}  // namespace trestle
