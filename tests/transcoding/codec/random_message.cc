#include "trestle/tests/transcoding/codec/random_message.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "google/protobuf/any.pb.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/field_mask.pb.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "tests/transcoding/protos/everything3.pb.h"

namespace trestle {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using Random = std::mt19937_64;

bool Chance(Random& random, int percent) { return static_cast<int>(random() % 100) < percent; }

template <typename T, size_t kSize>
T Pick(Random& random, const T (&choices)[kSize]) {
  return choices[random() % kSize];
}

int64_t RandomInt(Random& random) {
  static constexpr int64_t kChoices[] = {0,
                                         1,
                                         -1,
                                         127,
                                         128,
                                         std::numeric_limits<int32_t>::min(),
                                         std::numeric_limits<int32_t>::max(),
                                         std::numeric_limits<int64_t>::min(),
                                         std::numeric_limits<int64_t>::max()};
  if (Chance(random, 50)) return Pick(random, kChoices);
  return static_cast<int64_t>(random()) >> (random() % 64);
}

double RandomFinite(Random& random) {
  static constexpr double kChoices[] = {0,    -0.0,  1,      0.1,
                                        -2.5, 1e100, 5e-324, 1.7976931348623157e308};
  if (Chance(random, 50)) return Pick(random, kChoices);
  uint64_t bits = random();
  double value;
  memcpy(&value, &bits, sizeof(value));
  return std::isfinite(value) ? value : 1.5;
}

double RandomDouble(Random& random) {
  static const double kSpecial[] = {std::numeric_limits<double>::infinity(),
                                    -std::numeric_limits<double>::infinity(),
                                    std::numeric_limits<double>::quiet_NaN()};
  return Chance(random, 10) ? Pick(random, kSpecial) : RandomFinite(random);
}

float RandomFloat(Random& random) {
  static const float kChoices[] = {
      0, -0.0f, 0.1f, 3.4028235e38f, 1e-45f, std::numeric_limits<float>::infinity()};
  if (Chance(random, 50)) return Pick(random, kChoices);
  uint32_t bits = static_cast<uint32_t>(random());
  float value;
  memcpy(&value, &bits, sizeof(value));
  return std::isnan(value) ? 2.5f : value;
}

std::string RandomText(Random& random) {
  static const char* const kParts[] = {
      "a", "plain text ", "\"", "\\",           "\n\t\r\b\f", "\x01",  "\x7f", "/",
      "é", "谷歌",        "😁",  "\xe2\x80\xa8", "<b>&'x",     "@type", "{}[]", ":,"};
  std::string text;
  for (int parts = static_cast<int>(random() % 6); parts > 0; --parts) text += Pick(random, kParts);
  if (Chance(random, 5)) text.append(random() % 300, 'x');
  if (Chance(random, 5)) text += '\0';
  return text;
}

std::string RandomBytes(Random& random) {
  std::string bytes(random() % (Chance(random, 5) ? 300 : 8), '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

int RandomEnum(Random& random, const FieldDescriptor& field) {
  const google::protobuf::EnumDescriptor& type = *field.enum_type();
  // In C++ an enum of proto3 is closed in a field of proto2.
  bool open = type.file()->syntax() == google::protobuf::FileDescriptor::SYNTAX_PROTO3 &&
              field.file()->syntax() == google::protobuf::FileDescriptor::SYNTAX_PROTO3;
  if (type.full_name() == "google.protobuf.NullValue") return 0;
  if (open && Chance(random, 20)) return static_cast<int>(random());
  return type.value(static_cast<int>(random() % type.value_count()))->number();
}

void FillValue(Random& random, int depth, google::protobuf::Value* value) {
  switch (random() % (depth > 0 ? 6 : 4)) {
    case 0:
      return value->set_null_value(google::protobuf::NULL_VALUE);
    case 1:
      return value->set_number_value(RandomFinite(random));
    case 2:
      return value->set_string_value(RandomText(random));
    case 3:
      return value->set_bool_value(Chance(random, 50));
    case 4:
      return FillRandom(random, depth, value->mutable_list_value());
    default:
      return FillRandom(random, depth, value->mutable_struct_value());
  }
}

void FillAny(Random& random, int depth, google::protobuf::Any* any) {
  google::protobuf::Timestamp time;
  google::protobuf::Value value;
  test::Inner inner;
  test::Everything everything;
  Message* const kChoices[] = {&time, &value, &inner, &everything};
  Message* content = Pick(random, kChoices);
  FillRandom(random, depth - 1, content);
  any->PackFrom(*content);
}

void FillMask(Random& random, google::protobuf::FieldMask* mask) {
  static const char* const kPaths[] = {"a", "foo_bar", "a.b_c.d", "x1", "*"};
  for (int paths = static_cast<int>(random() % 4); paths > 0; --paths) {
    mask->add_paths(Pick(random, kPaths));
  }
}

int32_t RandomNanos(Random& random) {
  static constexpr int32_t kChoices[] = {0, 1, 999999999, 500000000, 1000, 123456000};
  return Pick(random, kChoices);
}

void FillTimestamp(Random& random, google::protobuf::Timestamp* time) {
  time->set_seconds(-62135596800 + static_cast<int64_t>(random() % 315537897600));
  time->set_nanos(RandomNanos(random));
}

void FillDuration(Random& random, google::protobuf::Duration* span) {
  int sign = Chance(random, 50) ? 1 : -1;
  span->set_seconds(sign *
                    static_cast<int64_t>(random() % (Chance(random, 50) ? 2 : 315576000001)));
  span->set_nanos(sign * RandomNanos(random));
}

// Returns true if the type of `message` does not admit arbitrary values of its fields.
bool FillWellKnown(Random& random, int depth, Message* message) {
  using google::protobuf::DynamicCastToGenerated;
  if (auto* time = DynamicCastToGenerated<google::protobuf::Timestamp>(message)) {
    FillTimestamp(random, time);
  } else if (auto* span = DynamicCastToGenerated<google::protobuf::Duration>(message)) {
    FillDuration(random, span);
  } else if (auto* mask = DynamicCastToGenerated<google::protobuf::FieldMask>(message)) {
    FillMask(random, mask);
  } else if (auto* value = DynamicCastToGenerated<google::protobuf::Value>(message)) {
    FillValue(random, depth - 1, value);
  } else if (auto* any = DynamicCastToGenerated<google::protobuf::Any>(message)) {
    if (depth > 0) FillAny(random, depth, any);
  } else {
    return false;
  }
  return true;
}

void SetField(Random& random, int depth, const FieldDescriptor& field, Message* message) {
  const Reflection& to = *message->GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return to.SetInt32(message, &field, static_cast<int32_t>(RandomInt(random)));
    case FieldDescriptor::CPPTYPE_INT64:
      return to.SetInt64(message, &field, RandomInt(random));
    case FieldDescriptor::CPPTYPE_UINT32:
      return to.SetUInt32(message, &field, static_cast<uint32_t>(RandomInt(random)));
    case FieldDescriptor::CPPTYPE_UINT64:
      return to.SetUInt64(message, &field, static_cast<uint64_t>(RandomInt(random)));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return to.SetDouble(message, &field, RandomDouble(random));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return to.SetFloat(message, &field, RandomFloat(random));
    case FieldDescriptor::CPPTYPE_BOOL:
      return to.SetBool(message, &field, Chance(random, 50));
    case FieldDescriptor::CPPTYPE_ENUM:
      return to.SetEnumValue(message, &field, RandomEnum(random, field));
    case FieldDescriptor::CPPTYPE_STRING:
      return to.SetString(
          message, &field,
          field.type() == FieldDescriptor::TYPE_BYTES ? RandomBytes(random) : RandomText(random));
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return FillRandom(random, depth - 1, to.MutableMessage(message, &field));
  }
}

void AddElement(Random& random, int depth, const FieldDescriptor& field, Message* message) {
  const Reflection& to = *message->GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return to.AddInt32(message, &field, static_cast<int32_t>(RandomInt(random)));
    case FieldDescriptor::CPPTYPE_INT64:
      return to.AddInt64(message, &field, RandomInt(random));
    case FieldDescriptor::CPPTYPE_UINT32:
      return to.AddUInt32(message, &field, static_cast<uint32_t>(RandomInt(random)));
    case FieldDescriptor::CPPTYPE_UINT64:
      return to.AddUInt64(message, &field, static_cast<uint64_t>(RandomInt(random)));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return to.AddDouble(message, &field, RandomDouble(random));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return to.AddFloat(message, &field, RandomFloat(random));
    case FieldDescriptor::CPPTYPE_BOOL:
      return to.AddBool(message, &field, Chance(random, 50));
    case FieldDescriptor::CPPTYPE_ENUM:
      return to.AddEnumValue(message, &field, RandomEnum(random, field));
    case FieldDescriptor::CPPTYPE_STRING:
      return to.AddString(
          message, &field,
          field.type() == FieldDescriptor::TYPE_BYTES ? RandomBytes(random) : RandomText(random));
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return FillRandom(random, depth - 1, to.AddMessage(message, &field));
  }
}

void FillField(Random& random, int depth, const FieldDescriptor& field, Message* message) {
  bool nested = field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
  bool in_entry = field.containing_type()->options().map_entry();
  if (nested && depth <= 0 && !field.is_map() && !in_entry) return;
  if (!field.is_repeated()) return SetField(random, depth, field, message);
  for (int count = static_cast<int>(random() % 4); count > 0; --count) {
    AddElement(random, depth, field, message);
  }
}

std::vector<const FieldDescriptor*> ExtensionsOf(const google::protobuf::Descriptor& type) {
  std::vector<const FieldDescriptor*> extensions;
  if (type.extension_range_count() == 0) return extensions;
  type.file()->pool()->FindAllExtensions(&type, &extensions);
  return extensions;
}

}  // namespace

void FillRandom(Random& random, int depth, Message* message) {
  if (FillWellKnown(random, depth, message)) return;
  const google::protobuf::Descriptor& type = *message->GetDescriptor();
  bool all = type.options().map_entry() || type.field_count() == 1;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    const bool must = all || field.is_required();
    if (must || Chance(random, 25)) FillField(random, depth, field, message);
  }
  for (const FieldDescriptor* extension : ExtensionsOf(type)) {
    if (Chance(random, 25)) FillField(random, depth, *extension, message);
  }
}

}  // namespace trestle
