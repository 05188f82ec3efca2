// Files with an edition, in the form that a protoc with support for editions sends.

#include <cstdio>
#include <string>

#include "google/protobuf/compiler/plugin.pb.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/stubs/common.h"
#include "google/protobuf/unknown_field_set.h"
#include "gtest/gtest.h"
#include "trestle/codegen/plugin.h"

namespace trestle {
namespace codegen {
namespace {

namespace pb = google::protobuf;

void AddEdition(const std::string& name, int edition, pb::compiler::CodeGeneratorRequest* request) {
  pb::FileDescriptorProto* file = request->add_proto_file();
  file->set_name(name);
  file->set_syntax("editions");
  file->GetReflection()->MutableUnknownFields(file)->AddVarint(14, edition);
}

TEST(Editions, AreRefusedByAProtobufThatDoesNotSupportThem) {
  pb::compiler::CodeGeneratorRequest request;
  request.set_parameter("target=cpp_gateway");
  request.add_file_to_generate("a.proto");
  AddEdition("imported.proto", 1000, &request);
  AddEdition("a.proto", 1001, &request);
  const std::string needs =
      ", which needs protobuf 27 or later; protoc-gen-trestle is linked with protobuf " +
      pb::internal::VersionString(GOOGLE_PROTOBUF_VERSION) +
      ": write syntax = \"proto3\" or \"proto2\", or build the plugin with a newer protobuf";
  EXPECT_EQ(Respond(request, stderr).error(),
            "2 errors\n"
            "imported.proto:1:1: the file has edition = \"2023\"" +
                needs +
                "\n"
                "a.proto:1:1: the file has edition = \"2024\"" +
                needs);
}

}  // namespace
}  // namespace codegen
}  // namespace trestle
