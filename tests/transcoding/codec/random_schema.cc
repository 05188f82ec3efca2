#include "trestle/tests/transcoding/codec/random_schema.h"

#include <initializer_list>
#include <random>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.pb.h"
#include "gtest/gtest.h"
#include "tests/transcoding/protos/everything3.pb.h"

namespace trestle {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorProto;
using google::protobuf::EnumDescriptorProto;
using google::protobuf::FieldDescriptorProto;
using google::protobuf::FileDescriptorProto;
using Random = std::mt19937_64;

constexpr int kFirstExtension = 1000;
constexpr int kLastExtension = 1999;

// The types that fields can refer to, by full name.
struct Types {
  std::vector<std::string> messages;
  std::vector<std::string> enums;
};

// Writes one file. Types are declared first and filled in later, so that any message can contain
// any other.
class FileWriter {
 public:
  FileWriter(Random& random, const char* syntax, Types* types, FileDescriptorProto* file)
      : random_(random), types_(*types), file_(*file), proto2_(std::string(syntax) == "proto2") {
    file->set_syntax(syntax);
    file->set_package(proto2_ ? "random.v2" : "random.v3");
    file->set_name(proto2_ ? "random2.proto" : "random3.proto");
  }

  void Write() {
    for (int i = 0, count = 1 + Below(3); i < count; ++i) {
      AddEnum(absl::StrCat(".", file_.package()), file_.add_enum_type());
    }
    for (int i = 0, count = 2 + Below(4); i < count; ++i) {
      Declare(absl::StrCat(".", file_.package()), 2, file_.add_message_type());
    }
    for (const auto& [full_name, message] : declared_) AddFields(message);
    if (proto2_) AddExtensions();
  }

 private:
  int Below(int limit) { return static_cast<int>(random_() % static_cast<uint64_t>(limit)); }
  bool Chance(int percent) { return Below(100) < percent; }
  template <typename List>
  auto Pick(const List& list) {
    return *(std::begin(list) + Below(static_cast<int>(std::size(list))));
  }

  void AddEnum(const std::string& scope, EnumDescriptorProto* type);
  void Declare(const std::string& scope, int depth, DescriptorProto* message);
  void AddFields(DescriptorProto* message);
  void AddOneofs(DescriptorProto* message);
  void AddOptionals(DescriptorProto* message);
  void AddMap(DescriptorProto* message);
  void AddGroup(DescriptorProto* message);
  void AddExtensions();
  FieldDescriptorProto* AddField(DescriptorProto* message);
  void SetNumber(FieldDescriptorProto* field);
  void SetName(FieldDescriptorProto* field);
  void SetType(FieldDescriptorProto* field);
  void SetLabel(FieldDescriptorProto* field);
  void SetDefault(FieldDescriptorProto* field);

  Random& random_;
  Types& types_;
  FileDescriptorProto& file_;
  const bool proto2_;
  int last_ = 0;  // makes names unique
  std::vector<std::pair<std::string, DescriptorProto*>> declared_;
  std::set<int> numbers_;  // of the message that is being filled
};

void FileWriter::AddEnum(const std::string& scope, EnumDescriptorProto* type) {
  static constexpr int kNumbers[] = {1, 2, 3, 5, 17, 100, -1, -7, 2147483647, -2147483647 - 1};
  const int id = ++last_;
  type->set_name(absl::StrCat("Enum", id));
  types_.enums.push_back(absl::StrCat(scope, ".", type->name()));
  std::vector<int> numbers = {proto2_ && Chance(30) ? 3 : 0};
  for (int i = Below(6); i > 0; --i) numbers.push_back(Pick(kNumbers));
  std::set<int> seen;
  for (size_t i = 0; i < numbers.size(); ++i) {
    auto* value = type->add_value();
    value->set_name(absl::StrCat(Chance(50) ? "ENUM" : "Other", id, "_V", i));
    value->set_number(numbers[i]);
    if (!seen.insert(numbers[i]).second) type->mutable_options()->set_allow_alias(true);
  }
}

void FileWriter::Declare(const std::string& scope, int depth, DescriptorProto* message) {
  message->set_name(absl::StrCat("Message", ++last_));
  const std::string full_name = absl::StrCat(scope, ".", message->name());
  types_.messages.push_back(full_name);
  declared_.emplace_back(full_name, message);
  if (depth == 0) return;
  if (Chance(30)) AddEnum(full_name, message->add_enum_type());
  for (int i = Below(2); i > 0; --i) Declare(full_name, depth - 1, message->add_nested_type());
}

// Field numbers with tags of one byte, two bytes, and the maximum.
void FileWriter::SetNumber(FieldDescriptorProto* field) {
  static constexpr int kLimits[] = {15, 15, 40, 900, 18000, 536870911};
  int number;
  do {
    number = 1 + Below(Pick(kLimits));
  } while ((number >= 19000 && number <= 19999) ||
           (number >= kFirstExtension && number <= kLastExtension) ||
           !numbers_.insert(number).second);
  field->set_number(number);
}

// Two names are never the same in JSON either: the number at the end differs.
void FileWriter::SetName(FieldDescriptorProto* field) {
  static const char* const kNames[] = {"f",  "name",      "page_size", "a_b_c",  "_hidden",
                                       "x_", "UpperCase", "camelCase", "two__u", "ALL_CAPS"};
  static const char* const kJsonNames[] = {"j",    "with blank ", "\"quoted\" ", "back\\slash",
                                           "ключ", "😁",           "@at",         "a.b.c",
                                           "$",    "-",           "null",        "\n"};
  const int id = ++last_;
  field->set_name(absl::StrCat(Pick(kNames), id));
  if (Chance(15)) field->set_json_name(absl::StrCat(Pick(kJsonNames), id));
}

void FileWriter::SetType(FieldDescriptorProto* field) {
  static const char* const kWellKnown[] = {
      "Any",         "Duration",    "Empty",       "FieldMask",   "ListValue",
      "Struct",      "Timestamp",   "Value",       "BoolValue",   "BytesValue",
      "DoubleValue", "FloatValue",  "Int32Value",  "Int64Value",  "StringValue",
      "UInt32Value", "UInt64Value", "StringValue", "DoubleValue", "Timestamp"};
  static constexpr FieldDescriptorProto::Type kScalars[] = {
      FieldDescriptorProto::TYPE_DOUBLE,   FieldDescriptorProto::TYPE_FLOAT,
      FieldDescriptorProto::TYPE_INT64,    FieldDescriptorProto::TYPE_UINT64,
      FieldDescriptorProto::TYPE_INT32,    FieldDescriptorProto::TYPE_FIXED64,
      FieldDescriptorProto::TYPE_FIXED32,  FieldDescriptorProto::TYPE_BOOL,
      FieldDescriptorProto::TYPE_STRING,   FieldDescriptorProto::TYPE_BYTES,
      FieldDescriptorProto::TYPE_UINT32,   FieldDescriptorProto::TYPE_SFIXED32,
      FieldDescriptorProto::TYPE_SFIXED64, FieldDescriptorProto::TYPE_SINT32,
      FieldDescriptorProto::TYPE_SINT64};
  const int kind = Below(100);
  field->clear_type_name();
  field->set_type(kind < 60   ? Pick(kScalars)
                  : kind < 72 ? FieldDescriptorProto::TYPE_ENUM
                              : FieldDescriptorProto::TYPE_MESSAGE);
  if (kind >= 60 && kind < 70) field->set_type_name(Pick(types_.enums));
  if (kind >= 70 && kind < 72) field->set_type_name(".google.protobuf.NullValue");
  if (kind >= 72 && kind < 86) field->set_type_name(Pick(types_.messages));
  if (kind >= 86) field->set_type_name(absl::StrCat(".google.protobuf.", Pick(kWellKnown)));
}

void FileWriter::SetLabel(FieldDescriptorProto* field) {
  const bool scalar = field->type() != FieldDescriptorProto::TYPE_MESSAGE;
  field->set_label(FieldDescriptorProto::LABEL_OPTIONAL);
  if (Chance(30)) {
    field->set_label(FieldDescriptorProto::LABEL_REPEATED);
    const bool can_pack = scalar && field->type() != FieldDescriptorProto::TYPE_STRING &&
                          field->type() != FieldDescriptorProto::TYPE_BYTES;
    if (can_pack && Chance(50)) field->mutable_options()->set_packed(Chance(50));
  } else if (proto2_ && scalar && Chance(15)) {
    field->set_label(FieldDescriptorProto::LABEL_REQUIRED);
  }
}

void FileWriter::SetDefault(FieldDescriptorProto* field) {
  if (field->label() == FieldDescriptorProto::LABEL_REPEATED || !Chance(30)) return;
  if (field->type() == FieldDescriptorProto::TYPE_INT32) field->set_default_value("41");
  if (field->type() == FieldDescriptorProto::TYPE_STRING) field->set_default_value("a \"b\"");
  if (field->type() == FieldDescriptorProto::TYPE_BOOL) field->set_default_value("true");
  if (field->type() == FieldDescriptorProto::TYPE_DOUBLE) field->set_default_value("-inf");
}

FieldDescriptorProto* FileWriter::AddField(DescriptorProto* message) {
  FieldDescriptorProto* field = message->add_field();
  SetNumber(field);
  SetName(field);
  SetType(field);
  field->set_label(FieldDescriptorProto::LABEL_OPTIONAL);
  return field;
}

void FileWriter::AddOneofs(DescriptorProto* message) {
  for (int i = 0, count = Below(3); i < count; ++i) {
    message->add_oneof_decl()->set_name(absl::StrCat("oneof", ++last_));
    for (int members = 1 + Below(4); members > 0; --members) {
      AddField(message)->set_oneof_index(i);
    }
  }
}

// proto3's `optional` is a synthetic oneof, after the real ones.
void FileWriter::AddOptionals(DescriptorProto* message) {
  for (int i = Below(4); i > 0; --i) {
    FieldDescriptorProto* field = AddField(message);
    if (proto2_) continue;
    field->set_proto3_optional(true);
    field->set_oneof_index(message->oneof_decl_size());
    message->add_oneof_decl()->set_name("_" + field->name());
  }
}

void FileWriter::AddMap(DescriptorProto* message) {
  static constexpr FieldDescriptorProto::Type kKeys[] = {
      FieldDescriptorProto::TYPE_INT64,    FieldDescriptorProto::TYPE_UINT64,
      FieldDescriptorProto::TYPE_INT32,    FieldDescriptorProto::TYPE_FIXED64,
      FieldDescriptorProto::TYPE_FIXED32,  FieldDescriptorProto::TYPE_BOOL,
      FieldDescriptorProto::TYPE_STRING,   FieldDescriptorProto::TYPE_UINT32,
      FieldDescriptorProto::TYPE_SFIXED32, FieldDescriptorProto::TYPE_SFIXED64,
      FieldDescriptorProto::TYPE_SINT32,   FieldDescriptorProto::TYPE_SINT64};
  const int id = ++last_;
  DescriptorProto* entry = message->add_nested_type();
  entry->set_name(absl::StrCat("Map", id, "Entry"));
  entry->mutable_options()->set_map_entry(true);
  FieldDescriptorProto* key = entry->add_field();
  key->set_name("key");
  key->set_number(1);
  key->set_type(Pick(kKeys));
  FieldDescriptorProto* value = entry->add_field();
  value->set_name("value");
  value->set_number(2);
  // A closed enum without 0 cannot be the value of a map, which can be absent.
  do {
    SetType(value);
  } while (proto2_ && value->type() == FieldDescriptorProto::TYPE_ENUM);
  for (FieldDescriptorProto* field : {key, value}) {
    field->set_label(FieldDescriptorProto::LABEL_OPTIONAL);
  }
  FieldDescriptorProto* field = message->add_field();
  SetNumber(field);
  field->set_name(absl::StrCat("map", id));
  field->set_type(FieldDescriptorProto::TYPE_MESSAGE);
  field->set_type_name(entry->name());
  field->set_label(FieldDescriptorProto::LABEL_REPEATED);
}

void FileWriter::AddGroup(DescriptorProto* message) {
  const int id = ++last_;
  FieldDescriptorProto* field = message->add_field();
  SetNumber(field);
  field->set_name(absl::StrCat("group", id));
  field->set_type(FieldDescriptorProto::TYPE_GROUP);
  field->set_type_name(absl::StrCat("Group", id));
  field->set_label(Chance(50) ? FieldDescriptorProto::LABEL_REPEATED
                              : FieldDescriptorProto::LABEL_OPTIONAL);
  DescriptorProto* group = message->add_nested_type();
  group->set_name(field->type_name());
  FieldDescriptorProto* within = AddField(group);
  within->set_number(1);
}

void FileWriter::AddFields(DescriptorProto* message) {
  numbers_.clear();
  AddOneofs(message);
  for (int i = Below(Chance(10) ? 60 : 8); i > 0; --i) {
    FieldDescriptorProto* field = AddField(message);
    SetLabel(field);
    if (proto2_) SetDefault(field);
  }
  for (int i = Below(3); i > 0; --i) AddMap(message);
  if (proto2_ && Chance(50)) AddGroup(message);
  AddOptionals(message);
  if (!proto2_ || !Chance(60)) return;
  DescriptorProto::ExtensionRange* range = message->add_extension_range();
  range->set_start(kFirstExtension);
  range->set_end(kLastExtension + 1);
}

void FileWriter::AddExtensions() {
  for (const auto& [full_name, message] : declared_) {
    if (message->extension_range_size() == 0) continue;
    for (int i = Below(4); i > 0; --i) {
      FieldDescriptorProto* field = file_.add_extension();
      SetName(field);
      field->clear_json_name();
      SetType(field);
      SetLabel(field);
      if (field->label() == FieldDescriptorProto::LABEL_REQUIRED) {
        field->set_label(FieldDescriptorProto::LABEL_OPTIONAL);
      }
      field->set_extendee(full_name);
      field->set_number(kFirstExtension + i * 7);
    }
  }
}

FileDescriptorProto NewFile() {
  FileDescriptorProto file;
  for (const char* name :
       {"any", "duration", "empty", "field_mask", "struct", "timestamp", "wrappers"}) {
    file.add_dependency(absl::StrCat("google/protobuf/", name, ".proto"));
  }
  return file;
}

}  // namespace

RandomSchema::RandomSchema(uint64_t seed)
    : pool_(google::protobuf::DescriptorPool::generated_pool()) {
  test::Everything::descriptor();  // links what Anys hold
  Random random(seed);
  Types types;
  FileDescriptorProto first = NewFile(), second = NewFile();
  FileWriter(random, "proto3", &types, &first).Write();
  FileWriter(random, "proto2", &types, &second).Write();
  second.add_dependency(first.name());
  factory_.SetDelegateToGeneratedFactory(true);
  for (const FileDescriptorProto& proto : {first, second}) {
    const google::protobuf::FileDescriptor* file = pool_.BuildFile(proto);
    EXPECT_NE(file, nullptr) << "seed " << seed << ": " << proto.DebugString();
    if (file == nullptr) continue;
    files_.push_back(file);
    for (int i = 0; i < file->message_type_count(); ++i) AddTypes(*file->message_type(i));
  }
  schemas_ = std::make_unique<SchemaPool>(&pool_);
}

void RandomSchema::AddTypes(const Descriptor& type) {
  if (type.options().map_entry()) return;
  types_.push_back(&type);
  for (int i = 0; i < type.nested_type_count(); ++i) AddTypes(*type.nested_type(i));
}

std::unique_ptr<google::protobuf::Message> RandomSchema::New(const Descriptor& type) {
  return std::unique_ptr<google::protobuf::Message>(factory_.GetPrototype(&type)->New());
}

std::string RandomSchema::DebugString() const {
  std::string text;
  for (const google::protobuf::FileDescriptor* file : files_) text += file->DebugString();
  return text;
}

}  // namespace trestle
