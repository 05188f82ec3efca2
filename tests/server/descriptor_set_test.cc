#include "trestle/server/descriptor_set.h"

#include <google/protobuf/descriptor.pb.h>
#include <gtest/gtest.h>

#include <deque>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/server/gateway/shop.pb.h"
#include "trestle/bench/api_set.h"
#include "trestle/server/routing/route.h"
#include "trestle/server/routing/router.h"
#include "trestle/transcoding/codec/schema.h"

namespace trestle {
namespace {

namespace pb = google::protobuf;

std::string Write(const std::string& name, const std::string& bytes) {
  std::string path = absl::StrCat(testing::TempDir(), "/", name);
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

// `file` and what it imports, imports last: the order of a set does not matter.
void AddReversed(const pb::FileDescriptor& file, pb::FileDescriptorSet* set) {
  file.CopyTo(set->add_file());
  for (int i = 0; i < file.dependency_count(); ++i) AddReversed(*file.dependency(i), set);
}

pb::FileDescriptorSet ShopSet() {
  pb::FileDescriptorSet set;
  AddReversed(*test::shop::Item::descriptor()->file(), &set);
  return set;
}

// "GET /v1/…;" of each route; or the error.
std::string Dump(const std::vector<std::string>& files, const std::vector<std::string>& services) {
  const auto set = DescriptorSet::Load(files);
  if (!set.ok()) return std::string(set.status().message());
  const auto routes = (*set)->Routes(services);
  if (!routes.ok()) return std::string(routes.status().message());
  std::string dump;
  for (const ServiceRoute& route : *routes) {
    absl::StrAppend(&dump, route.rule.http_method, " ", route.rule.path,
                    route.server_streaming ? " stream;" : ";");
  }
  return dump;
}

constexpr char kShop[] =
    "GET /v1/{name=items/*};PUT /v1/{name=items/*};GET /v1/{name=items/*}:watch stream;"
    "GET /v1/{name=items/*}:download stream;";
constexpr char kAudit[] = "GET /v1/{name=events/*};";

TEST(DescriptorSetTest, ServesAllServicesOrThoseThatAreNamed) {
  const std::string file = Write("shop.pb", ShopSet().SerializeAsString());
  EXPECT_EQ(Dump({file}, {}), absl::StrCat(kShop, kAudit));
  EXPECT_EQ(Dump({file}, {"trestle.test.shop.Audit"}), kAudit);
  EXPECT_EQ(Dump({file, file}, {}), absl::StrCat(kShop, kAudit));
}

// A set of one file without imports: a service with one RPC, "GET /v1/" and `path`.
std::string OneService(const std::string& file_name, const std::string& package,
                       const std::string& path) {
  pb::FileDescriptorSet set;
  pb::FileDescriptorProto& file = *set.add_file();
  file.set_name(file_name);
  file.set_package(package);
  file.set_syntax("proto3");
  file.add_message_type()->set_name("M");
  pb::ServiceDescriptorProto& service = *file.add_service();
  service.set_name("S");
  pb::MethodDescriptorProto& rpc = *service.add_method();
  rpc.set_name("Get");
  rpc.set_input_type(absl::StrCat(".", package, ".M"));
  rpc.set_output_type(absl::StrCat(".", package, ".M"));
  const std::string pattern = absl::StrCat("/v1/", path);
  rpc.mutable_options()->mutable_unknown_fields()->AddLengthDelimited(
      72295728, absl::StrCat("\x12", std::string(1, static_cast<char>(pattern.size())), pattern));
  return set.SerializeAsString();
}

TEST(DescriptorSetTest, SetsWithTheSameFileServeItOnce) {
  const std::string one = Write("one.pb", OneService("service.proto", "a", "a"));
  const std::string copy = Write("copy.pb", OneService("service.proto", "a", "a"));
  pb::FileDescriptorSet commented;
  ASSERT_TRUE(commented.ParseFromString(OneService("service.proto", "a", "a")));
  commented.mutable_file(0)->mutable_source_code_info()->add_location()->add_path(4);
  commented.mutable_file(0)->mutable_options()->set_go_package("x/y");
  const std::string sources = Write("sources.pb", commented.SerializeAsString());
  const std::string other = Write("other.pb", OneService("other.proto", "b", "b"));
  EXPECT_EQ(Dump({one, copy}, {}), "GET /v1/a;");
  EXPECT_EQ(Dump({one, sources}, {}), "GET /v1/a;");
  EXPECT_EQ(Dump({one, other, copy}, {}), "GET /v1/a;GET /v1/b;");
}

TEST(DescriptorSetTest, SetsThatDisagreeAreNamed) {
  const std::string one = Write("one.pb", OneService("service.proto", "a", "a"));
  const std::string changed = Write("changed.pb", OneService("service.proto", "a", "changed"));
  const std::string renamed = Write("renamed.pb", OneService("service.proto", "b", "a"));
  const std::string moved = Write("moved.pb", OneService("moved.proto", "a", "a"));
  for (const std::string& second : {changed, renamed}) {
    EXPECT_EQ(
        Dump({one, second}, {}),
        absl::StrCat("descriptor sets \"", one, "\" and \"", second,
                     "\": each has a file \"service.proto\", and these differ; give the files "
                     "paths of their own, or make both sets from the same sources"));
  }
  EXPECT_EQ(Dump({one, moved}, {}),
            absl::StrCat("descriptor sets \"", one, "\" and \"", moved,
                         "\": both define \"a.M\", in the files \"service.proto\" and "
                         "\"moved.proto\""));
}

// The same as OneService, with names of its own and something else in addition.
std::string OneServiceWith(const std::string& name,
                           const std::function<void(pb::FileDescriptorProto*)>& add) {
  pb::FileDescriptorSet set;
  EXPECT_TRUE(set.ParseFromString(OneService(name + ".proto", "a", name)));
  pb::FileDescriptorProto& file = *set.mutable_file(0);
  file.mutable_message_type(0)->set_name(name);
  file.mutable_service(0)->set_name(name + "Service");
  file.mutable_service(0)->mutable_method(0)->set_input_type(".a." + name);
  file.mutable_service(0)->mutable_method(0)->set_output_type(".a." + name);
  add(&file);
  return Write(name + ".pb", set.SerializeAsString());
}

void AddEnum(const std::string& name, pb::FileDescriptorProto* file) {
  pb::EnumDescriptorProto& type = *file->add_enum_type();
  type.set_name(name);
  pb::EnumValueDescriptorProto& value = *type.add_value();
  value.set_name("RED");
  value.set_number(0);
}

void AddExtension(const std::string& name, int number, pb::FileDescriptorProto* file) {
  file->add_dependency("google/protobuf/descriptor.proto");
  pb::FieldDescriptorProto& extension = *file->add_extension();
  extension.set_name(name);
  extension.set_number(number);
  extension.set_extendee(".google.protobuf.MethodOptions");
  extension.set_label(pb::FieldDescriptorProto::LABEL_OPTIONAL);
  extension.set_type(pb::FieldDescriptorProto::TYPE_INT32);
}

TEST(DescriptorSetTest, SetsThatDefineTheSameAreNamed) {
  using Add = std::function<void(pb::FileDescriptorProto*)>;
  const struct {
    Add first, second;
    const char* what;
  } kRows[] = {
      {[](auto* file) { AddEnum("One", file); }, [](auto* file) { AddEnum("Two", file); }, "a.RED"},
      {[](auto* file) { AddEnum("One", file); }, [](auto* file) { AddEnum("One", file); }, "a.One"},
      {[](auto* file) { AddExtension("note", 50001, file); },
       [](auto* file) { AddExtension("note", 50002, file); }, "a.note"},
      {[](auto* file) { AddExtension("one", 50001, file); },
       [](auto* file) { AddExtension("two", 50001, file); },
       "extension 50001 of google.protobuf.MethodOptions"},
  };
  for (const auto& row : kRows) {
    const std::string one = OneServiceWith("First", row.first);
    const std::string two = OneServiceWith("Second", row.second);
    EXPECT_EQ(Dump({one, two}, {}),
              absl::StrCat("descriptor sets \"", one, "\" and \"", two, "\": both define \"",
                           row.what, "\", in the files \"First.proto\" and \"Second.proto\""));
  }
}

TEST(DescriptorSetTest, AFileOfAnEditionSaysWhatItNeeds) {
  pb::FileDescriptorSet set;
  ASSERT_TRUE(set.ParseFromString(OneService("service.proto", "a", "a")));
  set.mutable_file(0)->set_syntax("editions");
  const std::string error = Dump({Write("edition.pb", set.SerializeAsString())}, {});
  EXPECT_TRUE(absl::StartsWith(error, "service.proto: ")) << error;
  EXPECT_TRUE(absl::StrContains(error, "editions need protobuf 27 or newer")) << error;
}

TEST(DescriptorSetTest, SaysWhatIsWrong) {
  const std::string good = Write("good.pb", ShopSet().SerializeAsString());
  const std::string empty = Write("empty.pb", "");
  const std::string text = Write("text.pb", "syntax = \"proto3\";");
  const std::string cut =
      Write("cut.pb", ShopSet().SerializeAsString().substr(0, ShopSet().ByteSizeLong() - 3));
  pb::FileDescriptorSet alone;
  test::shop::Item::descriptor()->file()->CopyTo(alone.add_file());
  const std::string without_imports = Write("alone.pb", alone.SerializeAsString());
  const struct {
    std::string file;
    const char* service;
    std::string error;
  } kRows[] = {
      {"/no/such/file", nullptr, "descriptor set \"/no/such/file\": No such file or directory"},
      {testing::TempDir(), nullptr,
       absl::StrCat("descriptor set \"", testing::TempDir(), "\": Is a directory")},
      {empty, nullptr, absl::StrCat("descriptor set \"", empty, "\": it is empty")},
      {text, nullptr,
       absl::StrCat("descriptor set \"", text,
                    "\": it is not a serialized google.protobuf.FileDescriptorSet, such as protoc "
                    "--include_imports --descriptor_set_out=FILE writes")},
      {cut, nullptr,
       absl::StrCat("descriptor set \"", cut,
                    "\": it is not a serialized google.protobuf.FileDescriptorSet, such as protoc "
                    "--include_imports --descriptor_set_out=FILE writes")},
      {without_imports, nullptr,
       "tests/server/gateway/shop.proto: google/api/annotations.proto: Import "
       "\"google/api/annotations.proto\" was not found or had errors. Write the descriptor set "
       "with protoc --include_imports."},
      {good, "trestle.test.shop.Shops",
       "service \"trestle.test.shop.Shops\" is in none of the descriptor sets"},
      {good, "trestle.test.shop.Item",
       "service \"trestle.test.shop.Item\" is in none of the descriptor sets"},
  };
  for (const auto& row : kRows) {
    const std::vector<std::string> services =
        row.service == nullptr ? std::vector<std::string>{} : std::vector<std::string>{row.service};
    EXPECT_EQ(Dump({row.file}, services), row.error);
  }
}

// Fifteen thousand bindings over seven thousand files, as one process may have to serve.
TEST(DescriptorSetTest, TakesALargeApi) {
  const std::string file =
      Write("large.pb", bench::MakeApiSet(bench::ApiSetSize()).SerializeAsString());
  const auto set = DescriptorSet::Load({file});
  ASSERT_TRUE(set.ok()) << set.status();
  const auto service_routes = (*set)->Routes({});
  ASSERT_TRUE(service_routes.ok()) << service_routes.status();
  EXPECT_EQ(service_routes->size(), 15000u);
  SchemaPool schemas(&(*set)->pool());
  std::deque<Route> routes;
  Router router;
  for (const ServiceRoute& route : *service_routes) {
    auto resolved = ResolveRoute(route, schemas);
    ASSERT_TRUE(resolved.ok()) << resolved.status();
    routes.push_back(*std::move(resolved));
    ASSERT_EQ(router.Add(&routes.back()), absl::OkStatus());
  }
  const Match match = router.Find("PATCH", "/v1/projects/p/locations/l/kinds1999/k");
  ASSERT_NE(match.route, nullptr);
  EXPECT_EQ(match.route->rpc, "/api.service1999.Service/Update");
  EXPECT_EQ(std::vector<absl::string_view>(match.captures.begin(), match.captures.end()),
            std::vector<absl::string_view>{"projects/p/locations/l/kinds1999/k"});
}

// R83: an error's details are told whether or not the set has their types.
TEST(DescriptorSetTest, KnowsTheErrorDetails) {
  const auto set = DescriptorSet::Load({Write("shop.pb", ShopSet().SerializeAsString())});
  ASSERT_TRUE(set.ok());
  EXPECT_NE((*set)->pool().FindMessageTypeByName("google.rpc.BadRequest"), nullptr);
  EXPECT_NE((*set)->pool().FindMessageTypeByName("trestle.test.shop.Item"), nullptr);
}

}  // namespace
}  // namespace trestle
