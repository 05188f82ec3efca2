#include "trestle/transcoding/codec/schema.h"

#include <string>
#include <thread>
#include <vector>

#include "google/protobuf/descriptor.pb.h"
#include "gtest/gtest.h"
#include "tests/transcoding/protos/everything2.pb.h"
#include "tests/transcoding/protos/everything3.pb.h"

namespace trestle {
namespace {

const Schema& Everything() { return SchemaPool::Generated().Get(*test::Everything::descriptor()); }

TEST(Schema, FieldsAreInNumberOrder) {
  int last = 0;
  for (const Field& field : Everything().fields()) {
    EXPECT_GT(field.number, last);
    EXPECT_EQ(&Everything().fields()[static_cast<size_t>(field.index)], &field);
    last = field.number;
  }
}

TEST(Schema, FindsEveryFieldByNumberAndByEitherName) {
  int next = 0;
  for (const Field& field : Everything().fields()) {
    EXPECT_EQ(Everything().FindByNumber(field.number), &field);
    EXPECT_EQ(Everything().FindByName(field.name), &field);
    EXPECT_EQ(Everything().FindByJsonName(field.name), &field);
    EXPECT_EQ(Everything().FindByJsonName(field.json_name), &field);
    EXPECT_EQ(Everything().FindByJsonName(field.json_name, &next), &field);
    EXPECT_EQ(next, field.index + 1);
  }
}

TEST(Schema, FindsNothingElse) {
  int next = 5;
  for (int number : {0, -1, 18, 90, 4096, 100000, 536870910}) {
    EXPECT_EQ(Everything().FindByNumber(number), nullptr) << number;
  }
  EXPECT_EQ(Everything().FindByName("int32Field"), nullptr);  // a JSON name
  EXPECT_EQ(Everything().FindByJsonName("INT32FIELD"), nullptr);
  EXPECT_EQ(Everything().FindByJsonName("", &next), nullptr);
  EXPECT_EQ(next, 5);
}

TEST(Schema, TellsPresence) {
  EXPECT_FALSE(Everything().FindByName("int32_field")->explicit_presence);
  EXPECT_TRUE(Everything().FindByName("optional_int32")->explicit_presence);
  EXPECT_TRUE(Everything().FindByName("choice_uint32")->explicit_presence);
  EXPECT_TRUE(Everything().FindByName("message_field")->explicit_presence);
  EXPECT_FALSE(Everything().FindByName("int32s")->explicit_presence);
  EXPECT_TRUE(Everything().FindByName("map_int32")->message().fields()[0].explicit_presence);
}

TEST(Schema, SyntheticOneofsAreNone) {
  EXPECT_EQ(Everything().oneof_count(), 1);
  EXPECT_EQ(Everything().FindByName("optional_int32")->oneof, -1);
  EXPECT_EQ(Everything().FindByName("choice_uint32")->oneof, 0);
}

TEST(Schema, TellsPackedAndMap) {
  EXPECT_TRUE(Everything().FindByName("int32s")->packed);
  EXPECT_FALSE(Everything().FindByName("unpacked_int32s")->packed);
  EXPECT_FALSE(Everything().FindByName("strings")->packed);
  EXPECT_TRUE(Everything().FindByName("map_int32")->map);
  EXPECT_TRUE(Everything().FindByName("map_int32")->repeated);
}

TEST(Schema, RecursiveTypesAreBuiltOnce) {
  EXPECT_EQ(&Everything().FindByName("everything")->message(), &Everything());
}

TEST(Schema, R41BuildingFromManyThreadsGivesOneSchema) {
  SchemaPool pool(google::protobuf::DescriptorPool::generated_pool());
  std::vector<const Schema*> found(8);
  std::vector<std::thread> threads;
  for (const Schema*& one : found) {
    threads.emplace_back([&pool, &one] {
      const Schema& schema = pool.Get(*test::Everything::descriptor());
      one = &schema.FindByName("message_field")->message();
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const Schema* one : found) EXPECT_EQ(one, found[0]);
}

TEST(Schema, KnowsWellKnownTypes) {
  struct {
    const char* field;
    WellKnown type;
  } const kRows[] = {
      {"any", WellKnown::kAny},
      {"duration", WellKnown::kDuration},
      {"field_mask", WellKnown::kFieldMask},
      {"list_value", WellKnown::kListValue},
      {"struct", WellKnown::kStruct},
      {"timestamp", WellKnown::kTimestamp},
      {"value", WellKnown::kValue},
      {"int32_value", WellKnown::kWrapper},
      {"bytes_value", WellKnown::kWrapper},
      {"empty", WellKnown::kNone},
      {"message_field", WellKnown::kNone},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(Everything().FindByName(row.field)->message().well_known(), row.type) << row.field;
  }
}

TEST(Schema, ClosedEnumsAreProto2s) {
  const Schema& schema = SchemaPool::Generated().Get(*test::Everything2::descriptor());
  EXPECT_TRUE(schema.FindByName("size")->closed_enum);
  EXPECT_FALSE(Everything().FindByName("enum_field")->closed_enum);
}

const Schema& Everything2() {
  return SchemaPool::Generated().Get(*test::Everything2::descriptor());
}

TEST(Schema, ExtensionsAreFieldsOfTheirFullName) {
  int last = 0;
  int extensions = 0;
  for (const Field& field : Everything2().fields()) {
    EXPECT_GT(field.number, last);
    EXPECT_EQ(&Everything2().fields()[static_cast<size_t>(field.index)], &field);
    EXPECT_EQ(Everything2().FindByNumber(field.number), &field);
    EXPECT_EQ(Everything2().FindByName(field.name), &field);
    EXPECT_EQ(Everything2().FindByJsonName(field.json_name), &field);
    EXPECT_EQ(field.extension, field.name[0] == '[') << field.name;
    last = field.number;
    extensions += field.extension ? 1 : 0;
  }
  EXPECT_EQ(last, 536870911);
  EXPECT_EQ(extensions, 11);
  EXPECT_EQ(Everything2().FindByNumber(45)->name, "[trestle.test.ext_between]");
  EXPECT_EQ(Everything2().FindByNumber(1500)->json_name, "[trestle.test.Scope.nested]");
  EXPECT_EQ(Everything2().FindByNumber(46), nullptr);
  EXPECT_EQ(Everything2().FindByNumber(536870910), nullptr);
}

TEST(Schema, ExtensionsHaveNoOtherName) {
  for (const char* name : {"ext_int32", "extInt32", "trestle.test.ext_int32", "[ext_int32]",
                           "[trestle.test.extInt32]", "[trestle.test.ext_int32", "nested", "[]"}) {
    EXPECT_EQ(Everything2().FindByName(name), nullptr) << name;
    EXPECT_EQ(Everything2().FindByJsonName(name), nullptr) << name;
  }
}

TEST(Schema, ExtensionsKeepTheirPresence) {
  EXPECT_TRUE(Everything2().FindByNumber(1000)->explicit_presence);
  EXPECT_TRUE(Everything2().FindByNumber(1001)->explicit_presence);
  EXPECT_TRUE(Everything2().FindByNumber(1001)->packed);
  EXPECT_FALSE(Everything2().FindByNumber(1002)->packed);
  EXPECT_TRUE(Everything2().FindByNumber(1004)->closed_enum);
  EXPECT_EQ(&Everything2().FindByNumber(1003)->message(), &Everything2());
}

TEST(EnumSchema, FirstNameOfANumberAndAnyAliasOfAName) {
  const EnumSchema& color = *Everything().FindByName("enum_field")->enum_type;
  EXPECT_EQ(color.NameOf(1), "RED");
  EXPECT_EQ(color.NameOf(7), "BLUE");
  EXPECT_EQ(color.NameOf(-1), "INFRARED");
  EXPECT_EQ(color.NameOf(3), "");
  EXPECT_EQ(color.NameOf(-2147483647), "");
  EXPECT_EQ(*color.NumberOf("CRIMSON"), 1);
  EXPECT_EQ(color.NumberOf("crimson"), nullptr);
  EXPECT_EQ(*color.NumberOfIgnoringCase("crimSON"), 1);
  EXPECT_FALSE(color.is_null_value());
  EXPECT_TRUE(Everything().FindByName("null_value")->enum_type->is_null_value());
}

TEST(SchemaPool, FindsTypesByName) {
  EXPECT_EQ(SchemaPool::Generated().Find("trestle.test.Everything"), &Everything());
  EXPECT_EQ(SchemaPool::Generated().Find("trestle.test.Nothing"), nullptr);
  EXPECT_EQ(SchemaPool::Generated().Find(""), nullptr);
}

// Many threads find types while the table of known types grows.
TEST(SchemaPool, FindsManyTypesByNameAtOnce) {
  constexpr int kTypes = 500;
  google::protobuf::FileDescriptorProto file;
  file.set_name("many.proto");
  for (int i = 0; i < kTypes; ++i) file.add_message_type()->set_name("Type" + std::to_string(i));
  google::protobuf::DescriptorPool descriptors;
  ASSERT_NE(descriptors.BuildFile(file), nullptr);
  SchemaPool pool(&descriptors);
  std::vector<std::thread> threads;
  for (int first : {0, 1, 100, 250}) {
    threads.emplace_back([&pool, first] {
      for (int i = 0; i < 2 * kTypes; ++i) {
        const std::string name = "Type" + std::to_string((first + i) % kTypes);
        const Schema* found = pool.Find(name);
        ASSERT_NE(found, nullptr);
        EXPECT_EQ(found->full_name(), name);
        EXPECT_EQ(pool.Find(name), found);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(pool.Find("Type"), nullptr);
}

// Numbers with wide gaps, on both sides of where the table of small numbers ends.
TEST(Schema, SparseNumbersAreFound) {
  google::protobuf::FileDescriptorProto file;
  file.set_name("sparse.proto");
  google::protobuf::DescriptorProto& message = *file.add_message_type();
  message.set_name("Sparse");
  for (int number : {1, 63, 64, 65, 200, 201, 202, 203, 204, 205, 206, 207, 4095, 4096, 9999}) {
    google::protobuf::FieldDescriptorProto& field = *message.add_field();
    field.set_name("f" + std::to_string(number));
    field.set_number(number);
    field.set_type(google::protobuf::FieldDescriptorProto::TYPE_INT32);
    field.set_label(google::protobuf::FieldDescriptorProto::LABEL_OPTIONAL);
  }
  google::protobuf::DescriptorPool descriptors;
  SchemaPool pool(&descriptors);
  const Schema& schema = pool.Get(*descriptors.BuildFile(file)->message_type(0));
  for (const Field& field : schema.fields()) EXPECT_EQ(schema.FindByNumber(field.number), &field);
  for (int number : {2, 62, 66, 199, 208, 4094, 4097, 10000}) {
    EXPECT_EQ(schema.FindByNumber(number), nullptr) << number;
  }
}

using google::protobuf::FieldDescriptorProto;
using google::protobuf::FileDescriptorProto;

FileDescriptorProto BaseFile() {
  FileDescriptorProto file;
  file.set_name("base.proto");
  google::protobuf::DescriptorProto& message = *file.add_message_type();
  message.set_name("Base");
  message.add_extension_range()->set_start(4);
  message.mutable_extension_range(0)->set_end(536870912);
  return file;
}

// A file with `extend extendee { optional int32 more = number; }`, the extendee's in `base`.
FileDescriptorProto ExtendingFile(const std::string& base, const char* extendee, int number) {
  FileDescriptorProto file;
  file.set_name("more.proto");
  file.add_dependency(base);
  FieldDescriptorProto& field = *file.add_extension();
  field.set_name("more");
  field.set_extendee(extendee);
  field.set_number(number);
  field.set_type(FieldDescriptorProto::TYPE_INT32);
  field.set_label(FieldDescriptorProto::LABEL_OPTIONAL);
  return file;
}

struct ShortName {
  const char* name;
  int32_t number;
  const char* printed;  // the short form, or the name when it has none
};

const ShortName kShortNames[] = {
    {"HTTP_METHOD_UNSPECIFIED", 0, "UNSPECIFIED"},
    {"HTTP_METHOD_GET", 1, "GET"},
    {"HTTPMETHOD_PUT", 2, "PUT"},
    {"http_method_head", 3, "head"},
    {"HTTP_METHOD_TWO_WORDS", -4, "TWO_WORDS"},
    {"HTTP_METHOD_5", 5, "HTTP_METHOD_5"},           // would begin with a digit
    {"HTTP_METHOD__X", 6, "HTTP_METHOD__X"},         // would begin with an underscore
    {"HTTP_METHOD_", 7, "HTTP_METHOD_"},             // nothing would be left
    {"HTTP_METHOD", 8, "HTTP_METHOD"},               // the same
    {"HTTP_METHODS_Y", 9, "HTTP_METHODS_Y"},         // no "_" after the type's name
    {"METHOD_Z", 10, "METHOD_Z"},                    // another prefix
    {"HTTP_METHOD_TAKEN", 11, "HTTP_METHOD_TAKEN"},  // would read as the next
    {"TAKEN", 12, "TAKEN"},
    {"HTTP_METHOD_TWICE", 1300, "TWICE"},
    {"HTTPMETHOD_TWICE", 1301, "HTTPMETHOD_TWICE"},  // would read as the one before
};

TEST(EnumSchema, R57ShortNamesLeaveOutTheTypesAndReadBackAsThemselves) {
  FileDescriptorProto file;
  file.set_name("short.proto");
  google::protobuf::EnumDescriptorProto& type = *file.add_enum_type();
  type.set_name("HTTPMethod");
  for (const ShortName& row : kShortNames) {
    google::protobuf::EnumValueDescriptorProto& value = *type.add_value();
    value.set_name(row.name);
    value.set_number(row.number);
  }
  google::protobuf::DescriptorPool descriptors;
  const EnumSchema schema(*descriptors.BuildFile(file)->enum_type(0));
  for (const ShortName& row : kShortNames) {
    EXPECT_EQ(schema.NameOf(row.number), row.name);
    EXPECT_EQ(schema.ShortNameOf(row.number), row.printed);
    EXPECT_EQ(*schema.NumberOf(row.name), row.number);
    const bool has_short = std::string(row.printed) != row.name;
    const int32_t* number = schema.NumberOfShort(row.printed);
    EXPECT_EQ(number != nullptr, has_short) << row.name;
    EXPECT_TRUE(number == nullptr || *number == row.number) << row.name;
  }
  EXPECT_EQ(schema.ShortNameOf(99), "");
  EXPECT_EQ(schema.NumberOfShort("get"), nullptr);
  EXPECT_EQ(*schema.NumberOfShortIgnoringCase("get"), 1);
  EXPECT_EQ(schema.NumberOfShort(""), nullptr);
}

TEST(Schema, HasTheExtensionsThatItsPoolKnows) {
  google::protobuf::DescriptorPool without, with;
  const auto* alone = without.BuildFile(BaseFile());
  const auto* extended = with.BuildFile(BaseFile());
  ASSERT_NE(with.BuildFile(ExtendingFile("base.proto", ".Base", 536870911)), nullptr);
  SchemaPool schemas_without(&without), schemas_with(&with);
  EXPECT_EQ(schemas_without.Get(*alone->message_type(0)).fields().size(), 0U);
  const Schema& schema = schemas_with.Get(*extended->message_type(0));
  ASSERT_EQ(schema.fields().size(), 1U);
  EXPECT_EQ(schema.FindByNumber(536870911)->name, "[more]");
}

// proto3 can extend options only. A default that is set in such an extension is kept too.
TEST(Schema, ExtensionsOfProto3HavePresence) {
  FileDescriptorProto options;
  FileDescriptorProto::descriptor()->file()->CopyTo(&options);
  FileDescriptorProto file = ExtendingFile(options.name(), ".google.protobuf.FieldOptions", 50000);
  file.set_syntax("proto3");
  google::protobuf::DescriptorPool descriptors;
  ASSERT_NE(descriptors.BuildFile(options), nullptr);
  ASSERT_NE(descriptors.BuildFile(file), nullptr);
  SchemaPool pool(&descriptors);
  const Field* more = pool.Find("google.protobuf.FieldOptions")->FindByName("[more]");
  ASSERT_NE(more, nullptr);
  EXPECT_TRUE(more->explicit_presence);
}

TEST(Schema, AMessageSetHasNone) {
  FileDescriptorProto base = BaseFile();
  base.mutable_message_type(0)->mutable_options()->set_message_set_wire_format(true);
  FileDescriptorProto more = ExtendingFile("base.proto", ".Base", 4);
  more.mutable_extension(0)->set_type(FieldDescriptorProto::TYPE_MESSAGE);
  more.mutable_extension(0)->set_type_name(".Base");
  google::protobuf::DescriptorPool descriptors;
  ASSERT_NE(descriptors.BuildFile(base), nullptr);
  ASSERT_NE(descriptors.BuildFile(more), nullptr);
  SchemaPool pool(&descriptors);
  EXPECT_EQ(pool.Find("Base")->fields().size(), 0U);
}

}  // namespace
}  // namespace trestle
