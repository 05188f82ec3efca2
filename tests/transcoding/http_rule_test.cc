#include "trestle/transcoding/http_rule.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/descriptor_database.h"
#include "gtest/gtest.h"
#include "tests/transcoding/rules.pb.h"

namespace trestle {
namespace {

using ::google::protobuf::DescriptorPool;
using ::google::protobuf::FileDescriptorProto;
using ::google::protobuf::MethodDescriptor;
using ::google::protobuf::UnknownFieldSet;

// "GET /v1 body=* response_body=x; POST /v2", or the error message.
std::string Dump(const absl::StatusOr<std::vector<Rule>>& rules) {
  if (!rules.ok()) {
    EXPECT_EQ(rules.status().code(), absl::StatusCode::kInvalidArgument);
    return std::string(rules.status().message());
  }
  std::string text;
  for (const Rule& rule : *rules) {
    absl::StrAppend(&text, text.empty() ? "" : "; ", rule.http_method, " ", rule.path);
    if (!rule.body.empty()) absl::StrAppend(&text, " body=", rule.body);
    if (!rule.response_body.empty()) absl::StrAppend(&text, " response_body=", rule.response_body);
  }
  return text;
}

struct Row {
  const char* rule;
  const char* rpc;
  const char* rules;
};

const Row kRows[] = {
    {"R1", "Get", "GET /get/{a}"},
    {"R1", "Put", "PUT /put body=*"},
    {"R1", "Post", "POST /post body=a"},
    {"R1", "Delete", "DELETE /delete"},
    {"R1", "Patch", "PATCH /patch response_body=a"},
    {"R2", "Custom", "PURGE /custom"},
    {"R2", "AnyMethod", "* /any"},
    {"R3", "Several", "GET /one; POST /two body=* response_body=a; PURGE /three"},
    {"R1", "None", ""},
    {"R4", "Nested",
     "trestle.test.rules.Rules.Nested: the google.api.http option has additional_bindings inside "
     "additional_bindings"},
    {"R1", "Empty",
     "trestle.test.rules.Rules.Empty: the google.api.http option has no pattern: one of get, put, "
     "post, delete, patch, custom"},
    {"R2", "NoKind",
     "trestle.test.rules.Rules.NoKind: the google.api.http option has a custom pattern without a "
     "kind"},
    {"R3", "EmptyAdditional",
     "trestle.test.rules.Rules.EmptyAdditional: the google.api.http option has no pattern: one of "
     "get, put, post, delete, patch, custom"},
};

TEST(HttpRule, ReadsLinkedAnnotations) {
  const auto* service = google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(
      "trestle.test.rules.Rules");
  // Naming a message of the file links it.
  ASSERT_NE(test::rules::Message::descriptor(), nullptr);
  ASSERT_NE(service, nullptr);
  for (const Row& row : kRows) {
    const MethodDescriptor* rpc = service->FindMethodByName(row.rpc);
    ASSERT_NE(rpc, nullptr) << row.rpc;
    EXPECT_EQ(Dump(RulesOf(*rpc)), row.rules) << row.rule;
  }
}

// Builds the types, like those of a descriptor set, in a pool without google/api/annotations.proto.
TEST(HttpRule, ReadsAnnotationsOfDescriptorSets) {
  FileDescriptorProto file;
  test::rules::Message::descriptor()->file()->CopyTo(&file);
  file.clear_dependency();
  DescriptorPool pool;
  const auto* built = pool.BuildFile(file);
  ASSERT_NE(built, nullptr);
  for (const Row& row : kRows) {
    const MethodDescriptor* rpc = built->service(0)->FindMethodByName(row.rpc);
    ASSERT_NE(rpc, nullptr) << row.rpc;
    EXPECT_EQ(Dump(RulesOf(*rpc)), row.rules) << row.rule;
  }
}

// An RPC whose option 72295728 holds `bytes`, as an unknown field.
std::string RulesOfBytes(const std::vector<std::string>& occurrences) {
  FileDescriptorProto file;
  file.set_name("x.proto");
  file.add_message_type()->set_name("M");
  auto* service = file.add_service();
  service->set_name("S");
  auto* rpc = service->add_method();
  rpc->set_name("R");
  rpc->set_input_type("M");
  rpc->set_output_type("M");
  UnknownFieldSet* unknown = rpc->mutable_options()->mutable_unknown_fields();
  unknown->AddVarint(72295729, 1);
  for (const std::string& bytes : occurrences) unknown->AddLengthDelimited(72295728, bytes);
  DescriptorPool pool;
  const auto* built = pool.BuildFile(file);
  return built == nullptr ? "no file" : Dump(RulesOf(*built->service(0)->method(0)));
}

TEST(HttpRule, ReadsRawOptions) {
  EXPECT_EQ(RulesOfBytes({}), "");
  EXPECT_EQ(RulesOfBytes({std::string("\x12\x02/a", 4)}), "GET /a");
  // Fields of a newer HttpRule are ignored.
  EXPECT_EQ(RulesOfBytes({std::string("\x12\x02/a\xA0\x06\x01", 7)}), "GET /a");
  // The pattern is a oneof: if the extension is linked, as it is here, only the last one of two is
  // left. In other cases two patterns are an error (R15). Occurrences of the option merge.
  EXPECT_EQ(RulesOfBytes({std::string("\x12\x02/a\x22\x02/b", 8)}), "POST /b");
  EXPECT_EQ(RulesOfBytes({std::string("\x12\x02/a", 4), std::string("\x3A\x01*", 3)}),
            "GET /a body=*");
}

}  // namespace
}  // namespace trestle
