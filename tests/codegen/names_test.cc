#include "trestle/codegen/names.h"

#include <set>
#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"
#include "gtest/gtest.h"

namespace trestle {
namespace codegen {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::FileDescriptor;
using google::protobuf::FileDescriptorProto;

struct NameRow {
  const char* input;
  const char* name;
};

// tests/bazel/routes_name.bzl has the same rows for routes_name in bazel/server_main.bzl.
const NameRow kRoutesNames[] = {
    {"library", "of_library"},
    {"library/v1/library", "of_library_sv1_slibrary"},
    {"a_b/c", "of_a_ub_sc"},
    {"a/b_c", "of_a_sb_uc"},
    {"a_s", "of_a_us"},
    {"a.b", "of_a_db"},
    {"a-b", "of_a_mb"},
    {"2nd", "of_2nd"},
    {"class", "of_class"},
    {"a b", "of_a_x20b"},
    {"a+b~", "of_a_x2bb_x7e"},
    {"__", "of__u_u"},
    {"Library/V1", "of_Library_sV1"},
};

TEST(Names, RoutesName) {
  std::set<std::string> seen;
  for (const NameRow& row : kRoutesNames) {
    EXPECT_EQ(RoutesName(row.input), row.name) << row.input;
    EXPECT_TRUE(seen.insert(row.name).second) << row.name;
  }
  EXPECT_EQ(RoutesName("\xc3\xbc"), "of__xc3_xbc");
}

TEST(Names, SafeNameAvoidsKeywordsAndMacros) {
  const NameRow rows[] = {
      {"GetBook", "GetBook"}, {"delete", "delete_"},     {"Delete", "Delete"},
      {"delete_", "delete_"}, {"co_await", "co_await_"}, {"xor", "xor_"},
      {"NULL", "NULL_"},      {"EOF", "EOF_"},           {"errno", "errno_"},
      {"main", "main"},
  };
  for (const NameRow& row : rows) EXPECT_EQ(SafeName(row.input), row.name);
}

const FileDescriptor* Build(DescriptorPool& pool, const std::string& package) {
  FileDescriptorProto file;
  file.set_name("dir/x.proto");
  file.set_package(package);
  auto* outer = file.add_message_type();
  outer->set_name("Outer");
  outer->add_nested_type()->set_name("delete");
  outer->add_nested_type()->add_nested_type()->set_name("Innermost");
  outer->mutable_nested_type(1)->set_name("union");
  auto* field = outer->add_field();
  field->set_name("Class");
  field->set_number(1);
  field->set_type(google::protobuf::FieldDescriptorProto::TYPE_STRING);
  field->set_label(google::protobuf::FieldDescriptorProto::LABEL_REPEATED);
  file.add_message_type()->set_name("register");
  file.add_enum_type()->set_name("FooRoutes");
  file.mutable_enum_type(0)->add_value()->set_name("FooRoutes_");
  file.mutable_enum_type(0)->mutable_value(0)->set_number(0);
  auto* service = file.add_service();
  service->set_name("Service");
  auto* method = service->add_method();
  method->set_name("Call");
  method->set_input_type(package.empty() ? ".Outer" : "." + package + ".Outer");
  method->set_output_type(method->input_type());
  return pool.BuildFile(file);
}

TEST(Names, AreProtobufsOwn) {
  DescriptorPool pool;
  const FileDescriptor* file = Build(pool, "a.b");
  ASSERT_NE(file, nullptr);
  const auto* outer = file->message_type(0);
  EXPECT_EQ(QualifiedName(*outer), "::a::b::Outer");
  EXPECT_EQ(QualifiedName(*outer->nested_type(0)), "::a::b::Outer_delete");
  EXPECT_EQ(QualifiedName(*outer->nested_type(1)->nested_type(0)), "::a::b::Outer_union_Innermost");
  EXPECT_EQ(QualifiedName(*file->message_type(1)), "::a::b::register_");
  EXPECT_EQ(AccessorName(*outer->field(0)), "class_");
  EXPECT_EQ(BasePath(*file), "dir/x");
  EXPECT_EQ(RpcPath(*file->service(0)->method(0)), "/a.b.Service/Call");
}

TEST(Names, Namespaces) {
  const struct {
    const char* package;
    std::vector<std::string> names;
  } rows[] = {
      {"", {}},
      {"library", {"library"}},
      {"library.v1", {"library", "v1"}},
      {"acme.class.slots", {"acme", "class", "slots"}},
  };
  for (const auto& row : rows) {
    DescriptorPool pool;
    EXPECT_EQ(Namespaces(*Build(pool, row.package)), row.names) << row.package;
  }
}

TEST(Names, UnusedNameAvoidsWhatThePackageDefines) {
  DescriptorPool pool;
  const FileDescriptor* file = Build(pool, "a.b");
  EXPECT_EQ(UnusedName(*file, "BarRoutes"), "BarRoutes");
  EXPECT_EQ(UnusedName(*file, "Outer"), "Outer_");
  EXPECT_EQ(UnusedName(*file, "FooRoutes"), "FooRoutes__");
  DescriptorPool other;
  EXPECT_EQ(UnusedName(*Build(other, ""), "register"), "register_");
}

}  // namespace
}  // namespace codegen
}  // namespace trestle
