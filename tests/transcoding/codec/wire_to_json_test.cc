// Messages to JSON, rule by rule.

#include "trestle/transcoding/codec/wire_to_json.h"

#include <string>

#include "absl/strings/string_view.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/transcoding/protos/everything2.pb.h"
#include "tests/transcoding/protos/everything3.pb.h"
#include "trestle/transcoding/codec/wire_writer.h"

namespace trestle {
namespace {

using google::protobuf::Message;
using test::Everything;
using test::Everything2;

const Schema& SchemaOf(const Message& message) {
  return SchemaPool::Generated().Get(*message.GetDescriptor());
}

// Returns the JSON of `wire` as a Type, or the error message.
template <typename Type>
std::string Print(absl::string_view wire, const JsonWriteOptions& options = {}) {
  std::string json;
  absl::Status status = WireToJson(wire, SchemaOf(Type()), options, &json);
  if (status.ok()) return json;
  EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
  return std::string(status.message());
}

template <typename Type>
std::string PrintText(const char* text, const JsonWriteOptions& options = {}) {
  Type message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return Print<Type>(message.SerializeAsString(), options);
}

struct Row {
  const char* rule;
  const char* message;  // text format
  const char* json;
};

const Row kRows[] = {
    {"R54", "", "{}"},
    {"R52", "int32_field: 1 renamed_field: 2", R"({"int32Field":1,"other-\"name\"":2})"},
    {"R52", "_odd__name_: 1 UpperCase: 2", R"({"OddName":1,"UpperCase":2})"},
    {"R55", "optional_int32: 0 optional_string: '' optional_bool: false",
     R"({"optionalInt32":0,"optionalBool":false,"optionalString":""})"},
    {"R55", "choice_uint32: 0", R"({"choiceUint32":0})"},
    {"R55", "message_field {}", R"({"messageField":{}})"},
    {"R56", "enum_field: CRIMSON", R"({"enumField":"RED"})"},
    {"R56", "enum_field: 99", R"({"enumField":99})"},
    {"R56", "enum_field: INFRARED enums: [-5, 2]",
     R"({"enumField":"INFRARED","enums":[-5,"GREEN"]})"},
    {"R58", "int32_field: -2147483648 uint32_field: 4294967295",
     R"({"int32Field":-2147483648,"uint32Field":4294967295})"},
    {"R58", "sint32_field: -2147483648 fixed32_field: 4294967295 sfixed32_field: -1",
     R"({"sint32Field":-2147483648,"fixed32Field":4294967295,"sfixed32Field":-1})"},
    {"R59", "int64_field: -9223372036854775808 uint64_field: 18446744073709551615",
     R"({"int64Field":"-9223372036854775808","uint64Field":"18446744073709551615"})"},
    {"R59", "sint64_field: -1 fixed64_field: 10000000000000000 sfixed64_field: 99999999",
     R"({"sint64Field":"-1","fixed64Field":"10000000000000000","sfixed64Field":"99999999"})"},
    {"R60", "double_field: 0.1 float_field: 0.1", R"({"doubleField":0.1,"floatField":0.1})"},
    {"R60", "double_field: -0 float_field: 3.4028235e38",
     R"({"doubleField":-0.0,"floatField":3.4028235e+38})"},
    {"R60", "double_field: 5e-324 float_field: 16777216",
     R"({"doubleField":5e-324,"floatField":16777216})"},
    {"R60", "double_field: nan float_field: -inf",
     R"({"doubleField":"NaN","floatField":"-Infinity"})"},
    {"R61", R"(bytes_field: "\373\377")", R"({"bytesField":"+/8="})"},
    {"R61", R"(bytes_field: "a")", R"({"bytesField":"YQ=="})"},
    {"R63", R"(string_field: "\"\\/\b\f\n\r\t\001\177 <>&\303\251")",
     "{\"stringField\":\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\x7f <>&\xc3\xa9\"}"},
    {"R64", "map_int32 {key: -1 value: 0}", R"({"mapInt32":{"-1":0}})"},
    {"R64", "map_bool {key: true value: false}", R"({"mapBool":{"true":false}})"},
    {"R64", "map_uint64 {key: 18446744073709551615 value: 1}",
     R"({"mapUint64":{"18446744073709551615":"1"}})"},
    {"R64", R"(map_string {key: "a\"" value: ""})", R"({"mapString":{"a\"":""}})"},
    {"R64", "map_message {key: '' value {}}", R"({"mapMessage":{"":{}}})"},
    {"R64", "map_enum {key: 'a' value: 5}", R"({"mapEnum":{"a":5}})"},
    {"R65", "int32s: [0, 1] strings: [''] messages {}",
     R"({"int32s":[0,1],"strings":[""],"messages":[{}]})"},
    {"R68", "timestamp {}", R"({"timestamp":"1970-01-01T00:00:00Z"})"},
    {"R68", "timestamp {seconds: -62135596800}", R"({"timestamp":"0001-01-01T00:00:00Z"})"},
    {"R68", "timestamp {seconds: 253402300799 nanos: 999999999}",
     R"({"timestamp":"9999-12-31T23:59:59.999999999Z"})"},
    {"R68", "timestamp {seconds: -1 nanos: 10000000}",
     R"({"timestamp":"1969-12-31T23:59:59.010Z"})"},
    {"R68", "timestamp {seconds: 951782400 nanos: 10000}",
     R"({"timestamp":"2000-02-29T00:00:00.000010Z"})"},
    {"R68", "timestamp {seconds: 253402300800}", "a google.protobuf.Timestamp is out of range"},
    {"R68", "timestamp {nanos: -1}", "a google.protobuf.Timestamp is out of range"},
    {"R69", "duration {seconds: 1 nanos: 500000000}", R"({"duration":"1.500s"})"},
    {"R69", "duration {nanos: -1}", R"({"duration":"-0.000000001s"})"},
    {"R69", "duration {}", R"({"duration":"0s"})"},
    {"R69", "duration {seconds: -315576000000}", R"({"duration":"-315576000000s"})"},
    {"R69", "duration {seconds: 1 nanos: -1}", "a google.protobuf.Duration is out of range"},
    {"R69", "duration {seconds: 315576000001}", "a google.protobuf.Duration is out of range"},
    {"R70", "field_mask {paths: 'foo' paths: 'bar_baz.q_x'}", R"({"fieldMask":"foo,barBaz.qX"})"},
    {"R70", "field_mask {}", R"({"fieldMask":""})"},
    {"R70", "field_mask {paths: 'fooBar'}", "a FieldMask holds a path that has no camelCase form"},
    {"R70", "field_mask {paths: 'foo__bar'}",
     "a FieldMask holds a path that has no camelCase form"},
    {"R70", "field_mask {paths: 'foo_3'}", "a FieldMask holds a path that has no camelCase form"},
    {"R71", "int32_value {} string_value {value: 'x'} int64_value {value: 5}",
     R"({"int64Value":"5","int32Value":0,"stringValue":"x"})"},
    {"R72", "struct {fields {key: 'a' value {list_value {values {number_value: 1.5}}}}}",
     R"({"struct":{"a":[1.5]}})"},
    {"R72", "value {null_value: NULL_VALUE}", R"({"value":null})"},
    {"R72", "value {struct_value {}} list_value {} struct {}",
     R"({"struct":{},"value":{},"listValue":[]})"},
    {"R72", "value {number_value: nan}", "a google.protobuf.Value holds NaN or an infinity"},
    {"R72", "struct {fields {key: 'a' value {number_value: -inf}}}",
     "a google.protobuf.Value holds NaN or an infinity"},
    {"R72", "choice_null: NULL_VALUE null_values: [0, 0]",
     R"({"choiceNull":null,"nullValues":[null,null]})"},
    {"R73", "any {[type.googleapis.com/trestle.test.Inner] {a: 1 b: 'x'}}",
     R"({"any":{"@type":"type.googleapis.com/trestle.test.Inner","a":1,"b":"x"}})"},
    {"R73", "any {[type.googleapis.com/google.protobuf.Duration] {seconds: 1}}",
     R"({"any":{"@type":"type.googleapis.com/google.protobuf.Duration","value":"1s"}})"},
    {"R73", "any {type_url: 'type.googleapis.com/no.Such' value: '\\001\\002'}",
     R"({"any":{"@type":"type.googleapis.com/no.Such","value":"AQI="}})"},
    {"R73", "any {type_url: 'x/trestle.test.Inner' value: '\\377'}",
     R"({"any":{"@type":"x/trestle.test.Inner","value":"/w=="}})"},
    {"R73", "any {[type.googleapis.com/google.protobuf.Timestamp] {seconds: 253402300800}}",
     R"({"any":{"@type":"type.googleapis.com/google.protobuf.Timestamp","value":"CICD0f+vBw=="}})"},
    // A URL without a slash does not name a type, in both directions.
    {"R73", "any {type_url: 'trestle.test.Inner' value: '\\010\\001'}",
     R"({"any":{"@type":"trestle.test.Inner","value":"CAE="}})"},
    {"R73", "any {type_url: '/trestle.test.Inner' value: '\\010\\001'}",
     R"({"any":{"@type":"/trestle.test.Inner","a":1}})"},
    {"R73", "any {type_url: 'trestle.test.Inner/' value: '\\010\\001'}",
     R"({"any":{"@type":"trestle.test.Inner/","value":"CAE="}})"},
    {"R73", "any {}", R"({"any":{}})"},
    {"R74", "empty {}", R"({"empty":{}})"},
    {"R74", "any {[type.googleapis.com/google.protobuf.Empty] {}}",
     R"({"any":{"@type":"type.googleapis.com/google.protobuf.Empty"}})"},
};

TEST(WireToJson, Prints) {
  for (const Row& row : kRows) {
    EXPECT_EQ(PrintText<Everything>(row.message), row.json) << row.rule << ": " << row.message;
  }
}

const Row kRows2[] = {
    {"R55", "int32_field: 41 string_field: ''", R"({"int32Field":41,"stringField":""})"},
    {"R56", "size: LARGE sizes: [SMALL, LARGE]", R"({"size":"LARGE","sizes":["SMALL","LARGE"]})"},
    {"R65", "int32s: [0, 1] packed_int32s: [0, -1]", R"({"int32s":[0,1],"packedInt32s":[0,-1]})"},
    {"R52", "OptionalGroup {a: 1 everything {OptionalGroup {}}}",
     R"({"optionalgroup":{"a":1,"everything":{"optionalgroup":{}}}})"},
    {"R52", "RepeatedGroup {b: 'x' InnerGroup {c: 1}} RepeatedGroup {}",
     R"({"repeatedgroup":[{"b":"x","innergroup":{"c":1}},{}]})"},
    // extensions, at their numbers' places
    {"R52", "int32_field: 1 [trestle.test.ext_between]: false everything {}",
     R"({"int32Field":1,"[trestle.test.ext_between]":false,"everything":{}})"},
    {"R52", "[trestle.test.ext_int32]: 0 [trestle.test.ext_last]: 5",
     R"({"[trestle.test.ext_int32]":0,"[trestle.test.ext_last]":"5"})"},
    {"R52", "[trestle.test.ext_message] {[trestle.test.ext_message] {}}",
     R"({"[trestle.test.ext_message]":{"[trestle.test.ext_message]":{}}})"},
    {"R52", "[trestle.test.Scope.nested]: '' [trestle.test.Scope.scopes] {f: 1}",
     R"({"[trestle.test.Scope.nested]":"","[trestle.test.Scope.scopes]":[{"f":1}]})"},
    {"R52", "[trestle.test.extgroup] {e: 1} [trestle.test.extgroup] {}",
     R"({"[trestle.test.extgroup]":[{"e":1},{}]})"},
    {"R56", "[trestle.test.ext_size]: LARGE", R"({"[trestle.test.ext_size]":"LARGE"})"},
    {"R65", "[trestle.test.ext_packed]: [0, -1] [trestle.test.ext_strings]: ['']",
     R"({"[trestle.test.ext_packed]":[0,-1],"[trestle.test.ext_strings]":[""]})"},
};

TEST(WireToJson, PrintsProto2) {
  for (const Row& row : kRows2) {
    EXPECT_EQ(PrintText<Everything2>(row.message), row.json) << row.rule << ": " << row.message;
  }
}

TEST(WireToJson, Options) {
  JsonWriteOptions options;
  options.original_names = true;
  options.enums_as_numbers = true;
  options.int64_as_numbers = true;
  EXPECT_EQ(PrintText<Everything>("int64_field: -5 enum_field: RED map_int64 {key: 1 value: 2} "
                                  "int64_value {value: 3}",
                                  options),
            R"({"int64_field":-5,"enum_field":1,"map_int64":{"1":2},"int64_value":3})");
}

TEST(WireToJson, R57PrintsShortEnumNamesWhenTold) {
  JsonWriteOptions options;
  options.short_enum_names = true;
  const char* const kMessage =
      "optional_enum: COLOR_UNSPECIFIED enums: [RED, 99, -1, 0] map_enum {key: 'a' value: 0} "
      "choice_null: NULL_VALUE";
  EXPECT_EQ(PrintText<Everything>(kMessage, options),
            R"({"optionalEnum":"UNSPECIFIED","choiceNull":null,)"
            R"("enums":["RED",99,"INFRARED","UNSPECIFIED"],"mapEnum":{"a":"UNSPECIFIED"}})");
  options.enums_as_numbers = true;
  EXPECT_EQ(PrintText<Everything>("optional_enum: COLOR_UNSPECIFIED", options),
            R"({"optionalEnum":0})");
}

TEST(WireToJson, R55PrintsDefaultsWhenTold) {
  JsonWriteOptions options;
  options.always_print_defaults = true;
  EXPECT_EQ(PrintText<test::Inner>("", options), R"({"a":0,"b":"","children":[]})");
  EXPECT_EQ(PrintText<test::Inner>("b: 'x' child {}", options),
            R"({"a":0,"b":"x","child":{"a":0,"b":"","children":[]},"children":[]})");
  EXPECT_EQ(PrintText<Everything2>("", options),
            R"({"int32s":[],"packedInt32s":[],"sizes":[],"packedSizes":[],"sfixed64s":[],)"
            R"("strings":[],"repeatedgroup":[],"mapWeight":{},"mapMessage":{}})");
}

struct UnsetRow {
  const char* what;
  const char* message;  // text format
  const char* json;
};

JsonWriteOptions EverythingPrinted() {
  JsonWriteOptions options;
  options.always_print_defaults = true;
  options.null_for_unset = true;
  return options;
}

TEST(WireToJson, R54PrintsNullForUnsetMessagesWhenTold) {
  const UnsetRow kInner[] = {
      {"an unset message", "", R"({"a":0,"b":"","child":null,"children":[]})"},
      {"a message in a message", "child {}",
       R"({"a":0,"b":"","child":{"a":0,"b":"","child":null,"children":[]},"children":[]})"},
      {"a message in a list", "children {a: 1}",
       R"({"a":0,"b":"","child":null,"children":[{"a":1,"b":"","child":null,"children":[]}]})"},
  };
  for (const UnsetRow& row : kInner) {
    EXPECT_EQ(PrintText<test::Inner>(row.message, EverythingPrinted()), row.json) << row.what;
  }
  JsonWriteOptions null_only;
  null_only.null_for_unset = true;
  EXPECT_EQ(PrintText<test::Inner>("b: 'x'", null_only), R"({"b":"x","child":null})");
}

TEST(WireToJson, R54PrintsNullForUnsetScalarsOfProto2WhenTold) {
  EXPECT_EQ(PrintText<Everything2>("string_field: ''", EverythingPrinted()),
            R"({"int32Field":null,"stringField":"","size":null,"boolField":null,)"
            R"("bytesField":null,"doubleField":null,)"
            R"("int32s":[],"packedInt32s":[],"sizes":[],"packedSizes":[],"sfixed64s":[],)"
            R"("strings":[],"optionalgroup":null,"repeatedgroup":[],)"
            R"("mapWeight":{},"mapMessage":{},"everything":null})");
  // A number that the closed enum does not have is an unknown field.
  EXPECT_NE(Print<Everything2>("\x18\x09", EverythingPrinted()).find(R"("size":null)"),
            std::string::npos);
}

// Unset members of oneofs (proto3's `optional` is one) are not printed, nor are unset fields for
// which null is a value (R53), nor unset extensions.
TEST(WireToJson, R54PrintsNoNullWhereItWouldMeanSomething) {
  const std::string json = Print<Everything>("", EverythingPrinted());
  for (const char* absent : {"optionalInt32", "optionalEnum", "choiceUint32", "choiceMessage",
                             "choiceNull", "choiceValue", "\"value\""}) {
    EXPECT_EQ(json.find(absent), std::string::npos) << absent;
  }
  for (const char* present :
       {R"("messageField":null)", R"("timestamp":null)", R"("fieldMask":null)", R"("any":null)",
        R"("struct":null)", R"("listValue":null)", R"("empty":null)", R"("int32Value":null)",
        R"("everything":null)", R"("nullValue":null)", R"("mapInt32":{})", R"("values":[])"}) {
    EXPECT_NE(json.find(present), std::string::npos) << present;
  }
  EXPECT_EQ(PrintText<Everything>("choice_uint32: 0", EverythingPrinted()).find("choiceString"),
            std::string::npos);
  EXPECT_EQ(Print<Everything2>("", EverythingPrinted()).find("trestle.test"), std::string::npos);
}

// Handwritten wire bytes.
std::string Varint(int number, uint64_t value) {
  std::string wire;
  AppendVarintField(number, value, &wire);
  return wire;
}
std::string Bytes(int number, absl::string_view bytes) {
  std::string wire;
  AppendBytesField(number, bytes, &wire);
  return wire;
}
std::string Tag(int number, WireType type) {
  std::string wire;
  AppendTag(number, type, &wire);
  return wire;
}

struct Merge {
  const char* what;
  std::string wire;
  const char* json;
};

TEST(WireToJson, PrintsWhatParsingWouldHaveMerged) {
  const Merge kMerges[] = {
      {"out of order", Bytes(14, "x") + Varint(3, 1), R"({"int32Field":1,"stringField":"x"})"},
      {"a scalar twice", Varint(3, 1) + Varint(3, 2), R"({"int32Field":2})"},
      {"a scalar set and then at its default", Varint(3, 1) + Varint(3, 0), "{}"},
      {"a message in two parts", Bytes(17, Varint(1, 1)) + Bytes(17, Bytes(2, "x")),
       R"({"messageField":{"a":1,"b":"x"}})"},
      {"a message's message in two parts",
       Bytes(17, Bytes(3, Varint(1, 1))) + Bytes(17, Bytes(3, Bytes(2, "x"))),
       R"({"messageField":{"child":{"a":1,"b":"x"}}})"},
      {"a list with another field between", Varint(58, 1) + Varint(3, 5) + Varint(58, 2),
       R"({"int32Field":5,"unpackedInt32s":[1,2]})"},
      {"a list packed and not", Bytes(43, "\x01\x02") + Varint(43, 3) + Bytes(43, "\x04"),
       R"({"int32s":[1,2,3,4]})"},
      {"an empty packed list", Bytes(43, ""), "{}"},
      {"the last of a oneof", Varint(31, 1) + Bytes(32, "x"), R"({"choiceString":"x"})"},
      {"the last of a oneof, by number the first", Bytes(32, "x") + Varint(31, 1),
       R"({"choiceUint32":1})"},
      {"a oneof's message in two parts", Bytes(33, Varint(1, 1)) + Bytes(33, Bytes(2, "x")),
       R"({"choiceMessage":{"a":1,"b":"x"}})"},
      {"a oneof's message cut by another member",
       Bytes(33, Varint(1, 1)) + Varint(34, 1) + Bytes(33, Bytes(2, "x")),
       R"({"choiceMessage":{"b":"x"}})"},
      {"a map's key twice",
       Bytes(61, Varint(1, 5) + Varint(2, 1)) + Bytes(61, Varint(1, 6) + Varint(2, 2)) +
           Bytes(61, Varint(1, 5) + Varint(2, 3)),
       R"({"mapInt32":{"6":2,"5":3}})"},
      {"a map's entry without key and value", Bytes(61, ""), R"({"mapInt32":{"0":0}})"},
      {"a map's entry value first", Bytes(61, Varint(2, 1) + Varint(1, 5)),
       R"({"mapInt32":{"5":1}})"},
      {"a map's entry with key and value twice",
       Bytes(61, Varint(1, 5) + Varint(2, 1) + Varint(1, 6) + Varint(2, 2)),
       R"({"mapInt32":{"6":2}})"},
      {"a map's message in two parts",
       Bytes(75, Bytes(1, "k") + Bytes(2, Varint(1, 1)) + Bytes(2, Bytes(2, "x"))),
       R"({"mapMessage":{"k":{"a":1,"b":"x"}}})"},
      {"a map without its message", Bytes(75, Bytes(1, "k")), R"({"mapMessage":{"k":{}}})"},
      {"a Timestamp in two parts", Bytes(81, Varint(1, 5)) + Bytes(81, Varint(2, 1000)),
       R"({"timestamp":"1970-01-01T00:00:05.000001Z"})"},
      {"a FieldMask in two parts", Bytes(83, Bytes(1, "a")) + Bytes(83, Bytes(1, "b")),
       R"({"fieldMask":"a,b"})"},
      {"a wrapper in two parts", Bytes(105, Varint(1, 5)) + Bytes(105, ""), R"({"int32Value":5})"},
      {"a Value of two kinds", Bytes(85, Bytes(3, "x") + Varint(4, 1)), R"({"value":true})"},
      {"a Value without kind", Bytes(85, ""), R"({"value":null})"},
      {"an unknown field", Varint(2000, 1) + Varint(3, 1), R"({"int32Field":1})"},
      {"an unknown field within a list", Varint(58, 1) + Varint(2000, 9) + Varint(58, 2),
       R"({"unpackedInt32s":[1,2]})"},
      {"another wire type", Bytes(3, "x") + Varint(3, 1), R"({"int32Field":1})"},
      {"an unknown group",
       Tag(2000, WireType::kStartGroup) + Varint(1, 1) + Tag(2000, WireType::kEndGroup) +
           Varint(3, 1),
       R"({"int32Field":1})"},
      {"an int32 in 64 bits", Varint(3, 0x1ffffffff), R"({"int32Field":-1})"},
      {"a uint32 in 64 bits", Varint(5, (uint64_t{1} << 33) + 1), R"({"uint32Field":1})"},
      {"a bool that is not 0 or 1", Varint(13, uint64_t{1} << 63), R"({"boolField":true})"},
      {"an enum in 64 bits", Varint(16, uint64_t{0x7fffffffffffffff}),
       R"({"enumField":"INFRARED"})"},
      {"a varint longer than it need be", std::string("\x98\x80\x00\x81\x80\x00", 6),
       R"({"int32Field":1})"},
      {"the largest field number", Bytes(536870911, "x"), R"({"farField":"x"})"},
  };
  for (const Merge& row : kMerges) {
    EXPECT_EQ(Print<Everything>(row.wire), row.json) << row.what;
    Everything parsed;
    ASSERT_TRUE(parsed.ParseFromString(row.wire)) << row.what;
  }
}

TEST(WireToJson, R54MergesBeforeItPrintsNull) {
  const Merge kMerges[] = {
      {"out of order", Bytes(2, "x") + Varint(1, 1),
       R"({"a":1,"b":"x","child":null,"children":[]})"},
      {"a message in two parts", Bytes(3, Varint(1, 1)) + Bytes(3, Bytes(2, "x")),
       R"({"a":0,"b":"","child":{"a":1,"b":"x","child":null,"children":[]},"children":[]})"},
  };
  for (const Merge& row : kMerges) {
    EXPECT_EQ(Print<test::Inner>(row.wire, EverythingPrinted()), row.json) << row.what;
  }
}

TEST(WireToJson, UnknownNumbersOfClosedEnumsAreUnknownFields) {
  EXPECT_EQ(Print<Everything2>(Varint(3, 9)), "{}");
  EXPECT_EQ(Print<Everything2>(Varint(3, 2) + Varint(3, 9)), R"({"size":"LARGE"})");
  EXPECT_EQ(Print<Everything2>(Varint(13, 9) + Varint(13, 1)), R"({"sizes":["SMALL"]})");
  EXPECT_EQ(Print<Everything2>(Bytes(14, "\x09\x02\x08")), R"({"packedSizes":["LARGE"]})");
  EXPECT_EQ(Print<Everything2>(Bytes(14, "\x09")), "{}");
  EXPECT_EQ(Print<Everything2>(Varint(32, 5) + Varint(31, 9)), R"({"choiceInt64":"5"})");
  EXPECT_EQ(Print<Everything2>(Bytes(41, Bytes(1, "a") + Varint(2, 9))), "{}");
}

TEST(WireToJson, ExtensionsMergeLikeFields) {
  EXPECT_EQ(Print<Everything2>(Varint(536870911, 1) + Varint(1000, 2) + Varint(1, 3)),
            R"({"int32Field":3,"[trestle.test.ext_int32]":2,"[trestle.test.ext_last]":"1"})");
  EXPECT_EQ(Print<Everything2>(Varint(1000, 1) + Varint(45, 1) + Varint(1000, 2)),
            R"({"[trestle.test.ext_between]":true,"[trestle.test.ext_int32]":2})");
  EXPECT_EQ(Print<Everything2>(Varint(1001, 1) + Bytes(1001, "\x02") + Varint(1, 1)),
            R"({"int32Field":1,"[trestle.test.ext_packed]":[-1,1]})");
  EXPECT_EQ(Print<Everything2>(Varint(1004, 9) + Varint(1007, 1) + Varint(536870910, 1)), "{}");
}

TEST(WireToJson, OriginalNamesOfExtensionsAreTheSame) {
  JsonWriteOptions options;
  options.original_names = true;
  EXPECT_EQ(PrintText<Everything2>("int32_field: 1 [trestle.test.ext_int32]: 2", options),
            R"({"int32_field":1,"[trestle.test.ext_int32]":2})");
}

// An unset extension is never printed, because responses would then depend on what is linked in.
TEST(WireToJson, R55PrintsNoEmptyExtensionsWhenToldToPrintDefaults) {
  JsonWriteOptions options;
  options.always_print_defaults = true;
  const std::string none = Print<Everything2>("", options);
  EXPECT_EQ(none.find("trestle.test"), none.npos) << none;
  EXPECT_EQ(Print<Everything2>(Bytes(1001, ""), options), none);
  EXPECT_EQ(Print<Everything2>(Bytes(1001, "") + Bytes(1001, ""), options), none);
  EXPECT_EQ(Print<Everything2>(Bytes(1005, "\x09") + Bytes(14, ""), options), none);
  EXPECT_EQ(Print<Everything2>(Varint(1000, 7), options),
            none.substr(0, none.size() - 1) + R"(,"[trestle.test.ext_int32]":7})");
}

TEST(WireToJson, RefusesMalformedBytes) {
  const Merge kMalformed[] = {
      {"a tag cut short", "\x80", ""},
      {"field number 0", std::string("\x00\x01", 2), ""},
      {"wire type 6", "\x1e", ""},
      {"wire type 7 of an unknown field", std::string("\x87\x7d\x01", 3), ""},
      {"a length too long", "\x72\x05xxxx", ""},
      {"a length of 2^63", "\x72\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", ""},
      {"an endless varint", std::string("\x18") + std::string(11, '\xff'), ""},
      {"a fixed32 cut short", "\x4d\x01\x02\x03", ""},
      {"a fixed64 cut short", "\x51\x01\x02\x03\x04\x05\x06\x07", ""},
      {"a packed list cut short", Bytes(43, "\x80"), ""},
      {"a packed list of fixed32 cut short", Bytes(49, "abc"), ""},
      {"a group that does not end", Tag(2000, WireType::kStartGroup), ""},
      {"a group that ends as another",
       Tag(2000, WireType::kStartGroup) + Tag(2001, WireType::kEndGroup), ""},
      {"the end of a group alone", Tag(2000, WireType::kEndGroup), ""},
      {"a bad message within", Bytes(17, "\x08"), ""},
      {"a bad entry of a map", Bytes(61, "\x08"), ""},
      {"a bad Timestamp", Bytes(81, "\x08"), ""},
      {"a bad Any", Bytes(87, "\x0a"), ""},
      {"a bad Value", Bytes(85, "\x11"), ""},
      {"a bad wrapper", Bytes(105, "\x08"), ""},
      {"a bad field after one out of order", Varint(5, 1) + Varint(3, 1) + "\x80", ""},
  };
  for (const Merge& row : kMalformed) {
    EXPECT_EQ(Print<Everything>(row.wire), "malformed protobuf wire format") << row.what;
    Everything parsed;
    EXPECT_FALSE(parsed.ParseFromString(row.wire)) << row.what;
  }
}

TEST(WireToJson, R63RefusesStringsThatAreNotUtf8) {
  EXPECT_EQ(Print<Everything>(Bytes(14, "\xff")), "the string \"string_field\" is not UTF-8");
  EXPECT_EQ(Print<Everything>(Bytes(54, "\xed\xa0\x80")), "the string \"strings\" is not UTF-8");
  EXPECT_EQ(Print<Everything>(Bytes(72, Bytes(1, "\xc0\x80"))), "the string \"key\" is not UTF-8");
}

TEST(WireToJson, DepthIsLimited) {
  std::string wire;
  for (int i = 0; i < 99; ++i) wire = Bytes(3, wire);
  EXPECT_EQ(Print<test::Inner>(wire).substr(0, 9), "{\"child\":");
  EXPECT_EQ(Print<test::Inner>(Bytes(3, wire)), "messages are nested too deeply");
  std::string timestamp = Bytes(81, "");  // no object in JSON, so not one more
  for (int i = 0; i < 99; ++i) timestamp = Bytes(121, timestamp);
  EXPECT_EQ(Print<Everything>(timestamp).substr(0, 14), "{\"everything\":");
  std::string groups;
  for (int i = 0; i < 100000; ++i) groups += Tag(2000, WireType::kStartGroup);
  EXPECT_EQ(Print<Everything>(groups), "malformed protobuf wire format");
}

// The fields of each level are out of order, so each is read a second time. The time must not
// double with each level.
TEST(WireToJson, DisorderAtEveryDepthCostsNoMoreThanTwice) {
  std::string wire;
  for (int i = 0; i < 99; ++i) wire = Bytes(3, wire) + Varint(1, 7);
  EXPECT_NE(Print<test::Inner>(wire).find(R"({"a":7,"child":{"a":7,)"), std::string::npos);
}

TEST(WireToJson, AppendsAfterWhatIsThere) {
  std::string json = "before";
  ASSERT_TRUE(WireToJson(Varint(3, 2) + Varint(1, 1), SchemaOf(Everything2()), {}, &json).ok());
  EXPECT_EQ(json, R"(before{"int32Field":1,"size":"LARGE"})");
}

std::string PrintField(absl::string_view name, const char* text) {
  Everything message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  std::string json;
  const Schema& schema = SchemaOf(message);
  absl::Status status =
      WireToJsonField(message.SerializeAsString(), schema, *schema.FindByName(name), {}, &json);
  EXPECT_TRUE(status.ok()) << status;
  return json;
}

TEST(WireToJson, R39PrintsOneField) {
  const char* const kMessage =
      "int32_field: 5 int32s: [1, 2] map_int32 {key: 1 value: 2} message_field {a: 1} "
      "timestamp {seconds: 1} string_field: 'x'";
  EXPECT_EQ(PrintField("int32_field", kMessage), "5");
  EXPECT_EQ(PrintField("string_field", kMessage), "\"x\"");
  EXPECT_EQ(PrintField("int32s", kMessage), "[1,2]");
  EXPECT_EQ(PrintField("map_int32", kMessage), R"({"1":2})");
  EXPECT_EQ(PrintField("message_field", kMessage), R"({"a":1})");
  EXPECT_EQ(PrintField("timestamp", kMessage), "\"1970-01-01T00:00:01Z\"");
}

TEST(WireToJson, R39PrintsAFieldThatIsNotSetAsItsEmptyValue) {
  EXPECT_EQ(PrintField("int32_field", ""), "0");
  EXPECT_EQ(PrintField("int64_field", ""), "\"0\"");
  EXPECT_EQ(PrintField("string_field", ""), "\"\"");
  EXPECT_EQ(PrintField("bool_field", ""), "false");
  EXPECT_EQ(PrintField("enum_field", ""), "\"COLOR_UNSPECIFIED\"");
  EXPECT_EQ(PrintField("int32s", ""), "[]");
  EXPECT_EQ(PrintField("map_int32", ""), "{}");
  EXPECT_EQ(PrintField("message_field", ""), "{}");
  EXPECT_EQ(PrintField("struct", ""), "{}");
  EXPECT_EQ(PrintField("list_value", ""), "[]");
  EXPECT_EQ(PrintField("timestamp", ""), "null");
  EXPECT_EQ(PrintField("int32_value", ""), "null");
  EXPECT_EQ(PrintField("value", ""), "null");
}

}  // namespace
}  // namespace trestle
