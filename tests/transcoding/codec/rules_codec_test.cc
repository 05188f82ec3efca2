// The clauses of section 6 that json_to_wire_test and wire_to_json_test do not cover, one per row,
// mostly edge cases.

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/text_format.h"
#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"
#include "tests/transcoding/protos/everything2.pb.h"
#include "tests/transcoding/protos/everything3.pb.h"
#include "trestle/transcoding/codec/json_to_wire.h"
#include "trestle/transcoding/codec/violation.h"
#include "trestle/transcoding/codec/wire_to_json.h"

namespace trestle {
namespace {

using google::protobuf::Message;
using google::protobuf::TextFormat;
using test::Everything;
using test::Everything2;

const Schema& SchemaOf(const Message& message) {
  return SchemaPool::Generated().Get(*message.GetDescriptor());
}

std::string Print(const Message& message, const JsonWriteOptions& options = {}) {
  std::string json;
  const absl::Status status =
      WireToJson(message.SerializeAsString(), SchemaOf(message), options, &json);
  return status.ok() ? json : absl::StrCat("error: ", status.message());
}

// The path of the field in an error. json_to_wire_test checks the messages.
std::string ViolatedField(const absl::Status& status) {
  google::rpc::BadRequest details;
  const auto payload = status.GetPayload(kBadRequestUrl);
  if (!payload.has_value() || !details.ParseFromString(std::string(*payload))) return "-";
  return details.field_violations(0).field();
}

// `json` read and printed again, or "refused: " and the path of the field.
template <typename Type = Everything>
std::string Again(absl::string_view json, const JsonReadOptions& options = {}) {
  std::string wire;
  const absl::Status status = JsonToWire(json, SchemaOf(Type()), options, &wire);
  if (!status.ok()) {
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << json;
    return absl::StrCat("refused: ", ViolatedField(status));
  }
  Type message;
  EXPECT_TRUE(message.ParsePartialFromString(wire)) << json;
  return Print(message);
}

struct Row {
  const char* rule;  // and what the row says of it
  const char* json;
  const char* again;
};

const Row kRows[] = {
    // R53
    {"R53: null unsets a message's fields, not the message", R"({"messageField":{"a":null}})",
     R"({"messageField":{}})"},
    {"R53: null unsets each member of a oneof", R"({"choiceUint32":null,"choiceMessage":null})",
     "{}"},
    {"R53: null unsets a field with presence", R"({"optionalInt32":null,"optionalEnum":null})",
     "{}"},
    {"R53: null unsets every kind of scalar",
     R"({"doubleField":null,"uint64Field":null,"boolField":null,"bytesField":null})", "{}"},
    {"R53: null unsets every well-known type",
     R"({"duration":null,"fieldMask":null,"empty":null,"stringValue":null,"bytesValue":null})",
     "{}"},
    {"R53: null unsets within an Any",
     R"({"any":{"@type":"x/trestle.test.Inner","a":null,"b":"c"}})",
     R"({"any":{"@type":"x/trestle.test.Inner","b":"c"}})"},
    {"R53: not in an array of wrappers", R"({"int32Values":[null]})", "refused: int32_values[0]"},
    {"R53: not in an array of lists", R"({"listValues":[null]})", "refused: list_values[0]"},
    {"R53: not in an array of structs", R"({"structs":[{},null]})", "refused: structs[1]"},
    {"R53: not in an array of Anys", R"({"anys":[null]})", "refused: anys[0]"},
    {"R53: not in an array of strings", R"({"strings":["null",null]})", "refused: strings[1]"},
    {"R53: null is a Value in a oneof", R"({"choiceValue":null})", R"({"choiceValue":null})"},
    {"R53: null is a Value's element, however deep", R"({"value":[[null]]})",
     R"({"value":[[null]]})"},
    // R57
    {"R57: a number in a string is no number", R"({"enumField":"7"})", "refused: enum_field"},
    {"R57: a number with an exponent", R"({"enumField":70e-1})", R"({"enumField":"BLUE"})"},
    {"R57: a fraction is no number of an enum", R"({"enumField":1.5})", "refused: enum_field"},
    {"R57: a bool is no enum", R"({"enumField":true})", "refused: enum_field"},
    {"R57: the empty name", R"({"enumField":""})", "refused: enum_field"},
    {"R57: a name with a blank", R"({"enumField":"RED "})", "refused: enum_field"},
    // R58
    {"R58: a zero fraction in a string", R"({"int32Field":"1.0"})", R"({"int32Field":1})"},
    {"R58: a negative zero is unsigned", R"({"uint32Field":-0,"fixed32Field":"-0"})", "{}"},
    {"R58: a negative fraction of zeros", R"({"int32Field":-1.000})", R"({"int32Field":-1})"},
    {"R58: a fraction in a string", R"({"int32Field":"1.5"})", "refused: int32_field"},
    {"R58: one beyond unsigned", R"({"uint32Field":4294967296})", "refused: uint32_field"},
    {"R58: each kind of 32 bits has its range", R"({"sint32Field":2147483648})",
     "refused: sint32_field"},
    {"R58: sfixed32's", R"({"sfixed32Field":-2147483649})", "refused: sfixed32_field"},
    {"R58: fixed32's", R"({"fixed32Field":"-1"})", "refused: fixed32_field"},
    {"R58: a digit of another script", "{\"int32Field\":\"\xd9\xa1\"}", "refused: int32_field"},
    {"R58: a NUL after the number", R"({"int32Field":"1\u0000"})", "refused: int32_field"},
    // R59
    {"R59: beyond 2^53 and exact", R"({"int64Field":9007199254740993})",
     R"({"int64Field":"9007199254740993"})"},
    {"R59: beyond 2^53 with an exponent, and exact", R"({"uint64Field":9.007199254740993e15})",
     R"({"uint64Field":"9007199254740993"})"},
    {"R59: a zero fraction, and exact", R"({"int64Field":"9223372036854775807.0"})",
     R"({"int64Field":"9223372036854775807"})"},
    {"R59: one beyond, with a zero fraction", R"({"int64Field":9223372036854775808.0})",
     "refused: int64_field"},
    {"R59: one below", R"({"sint64Field":-9223372036854775809})", "refused: sint64_field"},
    {"R59: a negative unsigned", R"({"fixed64Field":-1})", "refused: fixed64_field"},
    // R60
    {"R60: FLT_MAX as people write it", R"({"floatField":3.40282347e+38})",
     R"({"floatField":3.4028235e+38})"},
    {"R60: the greatest that rounds to FLT_MAX", R"({"floatField":3.4028235677973362e38})",
     R"({"floatField":3.4028235e+38})"},
    {"R60: half a step beyond FLT_MAX", R"({"floatField":3.4028235677973367e38})",
     "refused: float_field"},
    {"R60: -FLT_MAX", R"({"floatField":"-3.4028235e38"})", R"({"floatField":-3.4028235e+38})"},
    {"R60: a float is rounded once", R"({"floatField":0.5000000298023224})",
     R"({"floatField":0.50000006})"},
    {"R60: a double is as it was", R"({"doubleField":0.1})", R"({"doubleField":0.1})"},
    {"R60: the special words in floats, too", R"({"floats":["NaN","Infinity","-Infinity"]})",
     R"({"floats":["NaN","Infinity","-Infinity"]})"},
    {"R60: no fourth", R"({"doubleField":"+Infinity"})", "refused: double_field"},
    {"R60: a bool is no double", R"({"doubleField":true})", "refused: double_field"},
    {"R60: an empty string is no double", R"({"doubleField":""})", "refused: double_field"},
    {"R60: a blank is no double", R"({"doubleField":" 1.5"})", "refused: double_field"},
    {"R60: the words are strings", R"({"doubleField":-Infinity})", "refused: "},
    // R61
    {"R61: URL-safe and padded", R"({"bytesField":"-_8="})", R"({"bytesField":"+/8="})"},
    {"R61: standard and not padded", R"({"bytesField":"+/8"})", R"({"bytesField":"+/8="})"},
    {"R61: a line break", R"({"bytesField":"AQI=\n"})", "refused: bytes_field"},
    {"R61: a number", R"({"bytesField":1})", "refused: bytes_field"},
    {"R61: in lists, maps and wrappers", R"({"bytess":["_w"],"mapBytes":{"":"_w=="}})",
     R"({"bytess":["/w=="],"mapBytes":{"":"/w=="}})"},
    // R62
    {"R62: 0 is no bool", R"({"boolField":0})", "refused: bool_field"},
    {"R62: a string is no bool", R"({"bools":["false"]})", "refused: bools[0]"},
    // R64
    {"R64: a number is no key", R"({"mapInt32":{1:1}})", "refused: "},
    {"R64: the empty key of numbers", R"({"mapInt32":{"":1}})", R"(refused: map_int32[""])"},
    {"R64: a key with a blank", R"({"mapInt64":{" 1":"1"}})", R"(refused: map_int64[" 1"])"},
    {"R64: a key with a leading zero", R"({"mapUint32":{"01":1}})", R"(refused: map_uint32["01"])"},
    {"R64: a negative key of unsigned", R"({"mapUint64":{"-1":"1"}})",
     R"(refused: map_uint64["-1"])"},
    {"R64: a key out of range", R"({"mapSfixed32":{"2147483648":1}})",
     R"(refused: map_sfixed32["2147483648"])"},
    {"R64: a bool's key is true or false", R"({"mapBool":{"1":true}})",
     R"(refused: map_bool["1"])"},
    {"R64: null is no message of a map", R"({"mapMessage":{"a":null}})",
     R"(refused: map_message["a"])"},
    {"R64: null is no string of a map", R"({"mapString":{"a":null}})",
     R"(refused: map_string["a"])"},
    {"R64: null is no Timestamp of a map", R"({"mapTimestamp":{"a":null}})",
     "refused: map_timestamp[\"a\"]"},
    {"R64: null is no enum of a map", R"({"mapEnum":{"a":null}})", R"(refused: map_enum["a"])"},
    {"R64: every kind of key is a string", R"({"mapSint32":{"-1":1},"mapFixed64":{"1":"1"}})",
     R"({"mapSint32":{"-1":1},"mapFixed64":{"1":"1"}})"},
    {"R64: a map is no array of entries", R"({"mapString":[{"key":"a","value":"b"}]})",
     "refused: map_string"},
    // R65
    {"R65: an array in an array", R"({"int32s":[[1]]})", "refused: int32s[0]"},
    {"R65: an object for an array", R"({"messages":{"a":1}})", "refused: messages"},
    {"R65: a string for an array", R"({"strings":"a"})", "refused: strings"},
    {"R65: null elements of enums", R"({"enums":["RED",null]})", "refused: enums[1]"},
    // R66
    {"R66: also when both say the default", R"({"choiceUint32":0,"choiceString":""})",
     "refused: choice_string"},
    {"R66: in either order", R"({"choiceString":"x","choiceUint32":1})", "refused: choice_uint32"},
    {"R66: null is no member", R"({"choiceUint32":1,"choiceBool":null})", R"({"choiceUint32":1})"},
    {"R66: not with a null between", R"({"choiceUint32":1,"choiceBool":null,"choiceEnum":1})",
     "refused: choice_enum"},
    {"R66: each object has its own", R"({"choiceBool":true,"everything":{"choiceUint32":1}})",
     R"({"choiceBool":true,"everything":{"choiceUint32":1}})"},
    // R67
    {"R67: however it is escaped", R"({"int32Field":1,"int32\u0046ield":1})",
     "refused: int32_field"},
    {"R67: null counts", R"({"int32Field":1,"int32Field":null})", "refused: int32_field"},
    {"R67: a list does not go on", R"({"int32s":[1],"int32s":[2]})", "refused: int32s"},
    {"R67: a message does not go on", R"({"messageField":{"a":1},"messageField":{"b":"x"}})",
     "refused: message_field"},
    {"R67: the same member of a oneof", R"({"choiceBool":true,"choice_bool":true})",
     "refused: choice_bool"},
    {"R67: in an Any", R"({"any":{"@type":"x/trestle.test.Inner","a":1,"a":1}})", "refused: any.a"},
    {"R67: in a Struct within a Value", R"({"value":{"a":{"b":1,"\u0062":1}}})",
     R"(refused: value["a"]["b"])"},
    {"R67: a bool's key", R"({"mapBool":{"true":true,"true":false}})",
     R"(refused: map_bool["true"])"},
    // R68
    {"R68: one digit of a second", R"({"timestamp":"1970-01-01T00:00:00.1Z"})",
     R"({"timestamp":"1970-01-01T00:00:00.100Z"})"},
    {"R68: four digits", R"({"timestamp":"1970-01-01T00:00:00.0001Z"})",
     R"({"timestamp":"1970-01-01T00:00:00.000100Z"})"},
    {"R68: seven digits", R"({"timestamp":"1970-01-01T00:00:00.0000001Z"})",
     R"({"timestamp":"1970-01-01T00:00:00.000000100Z"})"},
    {"R68: digits of zeros", R"({"timestamp":"1970-01-01T00:00:00.000000000Z"})",
     R"({"timestamp":"1970-01-01T00:00:00Z"})"},
    {"R68: an offset of nothing", R"({"timestamp":"1970-01-01T00:00:00-00:00"})",
     R"({"timestamp":"1970-01-01T00:00:00Z"})"},
    {"R68: an offset over the end of a year", R"({"timestamp":"1999-12-31T23:59:59.5-00:01"})",
     R"({"timestamp":"2000-01-01T00:00:59.500Z"})"},
    {"R68: the greatest offset", R"({"timestamp":"1970-01-01T23:59:00+23:59"})",
     R"({"timestamp":"1970-01-01T00:00:00Z"})"},
    {"R68: a number", R"({"timestamp":0})", "refused: timestamp"},
    {"R68: an object", R"({"timestamp":{"seconds":1}})", "refused: timestamp"},
    // R69
    {"R69: one digit in, three out", R"({"duration":"1.5s"})", R"({"duration":"1.500s"})"},
    {"R69: less than a second, negative", R"({"duration":"-0.5s"})", R"({"duration":"-0.500s"})"},
    {"R69: six digits", R"({"duration":"0.000001s"})", R"({"duration":"0.000001s"})"},
    {"R69: nine digits", R"({"duration":"3.000000010s"})", R"({"duration":"3.000000010s"})"},
    {"R69: a negative zero", R"({"duration":"-0s"})", R"({"duration":"0s"})"},
    {"R69: the range", R"({"duration":"315576000001s"})", "refused: duration"},
    {"R69: ten digits", R"({"duration":"0.0000000001s"})", "refused: duration"},
    {"R69: a second sign", R"({"duration":"1.-5s"})", "refused: duration"},
    // R70
    {"R70: one path", R"({"fieldMask":"fooBar"})", R"({"fieldMask":"fooBar"})"},
    {"R70: an array", R"({"fieldMask":["a"]})", "refused: field_mask"},
    // R71
    {"R71: a wrapper is no object", R"({"int32Value":{"value":1}})", "refused: int32_value"},
    {"R71: every wrapper",
     R"({"doubleValue":1.5,"floatValue":-0.0,"int64Value":1,"uint64Value":"2",)"
     R"("uint32Value":"3","boolValue":true,"bytesValue":"_w"})",
     R"({"doubleValue":1.5,"floatValue":-0.0,"int64Value":"1","uint64Value":"2",)"
     R"("uint32Value":3,"boolValue":true,"bytesValue":"/w=="})"},
    {"R71: the range of a wrapper", R"({"uint32Value":-1})", "refused: uint32_value"},
    // R72
    {"R72: any JSON", R"({"value":{"":[{},[],"",0,-1.5e-7,true,null,{"a":{"b":[[[]]]}}]}})",
     R"({"value":{"":[{},[],"",0,-1.5e-07,true,null,{"a":{"b":[[[]]]}}]}})"},
    {"R72: a ListValue is an array", R"({"listValue":{}})", "refused: list_value"},
    {"R72: a Struct is an object", R"({"struct":"x"})", "refused: struct"},
    {"R72: a key may be any text", R"({"structs":[{"@type":1},{"a.b":2},{"\u0000":3},{"":4}]})",
     R"({"structs":[{"@type":1},{"a.b":2},{"\u0000":3},{"":4}]})"},
    // R73
    {"R73: the type in the middle", R"({"any":{"b":"x","@type":"x/trestle.test.Inner","a":1}})",
     R"({"any":{"@type":"x/trestle.test.Inner","a":1,"b":"x"}})"},
    {"R73: the type last, after something that looks like it",
     R"({"any":{"child":{"b":"@type"},"@type":"x/trestle.test.Inner"}})",
     R"({"any":{"@type":"x/trestle.test.Inner","child":{"b":"@type"}}})"},
    {"R73: an Any in an Any in an Any",
     R"({"any":{"@type":"x/google.protobuf.Any","value":{"@type":"x/google.protobuf.Any",)"
     R"("value":{"@type":"x/trestle.test.Inner","a":1}}}})",
     R"({"any":{"@type":"x/google.protobuf.Any","value":{"@type":"x/google.protobuf.Any",)"
     R"("value":{"@type":"x/trestle.test.Inner","a":1}}}})"},
    {"R73: Anys in a list", R"({"anys":[{"@type":"x/trestle.test.Inner"},{}]})",
     R"({"anys":[{"@type":"x/trestle.test.Inner"},{}]})"},
    {"R73: each special type has its value",
     R"({"anys":[{"@type":"x/google.protobuf.FieldMask","value":"a,bC"},)"
     R"({"@type":"x/google.protobuf.Timestamp","value":"1970-01-01T00:00:00Z"},)"
     R"({"@type":"x/google.protobuf.Struct","value":{"a":1}},)"
     R"({"@type":"x/google.protobuf.ListValue","value":[1]},)"
     R"({"@type":"x/google.protobuf.Value","value":[null]},)"
     R"({"@type":"x/google.protobuf.BytesValue","value":"_w"},)"
     R"({"@type":"x/google.protobuf.Int64Value","value":1}]})",
     R"({"anys":[{"@type":"x/google.protobuf.FieldMask","value":"a,bC"},)"
     R"({"@type":"x/google.protobuf.Timestamp","value":"1970-01-01T00:00:00Z"},)"
     R"({"@type":"x/google.protobuf.Struct","value":{"a":1}},)"
     R"({"@type":"x/google.protobuf.ListValue","value":[1]},)"
     R"({"@type":"x/google.protobuf.Value","value":[null]},)"
     R"({"@type":"x/google.protobuf.BytesValue","value":"/w=="},)"
     R"({"@type":"x/google.protobuf.Int64Value","value":"1"}]})"},
    {"R73: the empty type", R"({"any":{"@type":""}})", "refused: any"},
    {"R73: a type without its name", R"({"any":{"@type":"x/"}})", "refused: any"},
    {"R73: null is no type", R"({"any":{"@type":null}})", "refused: any"},
    {"R73: a value of an unknown type", R"({"any":{"@type":"x/no.Such","value":"AQI="}})",
     "refused: any"},
    // R74
    {"R74: Empty takes nothing else", R"({"empty":[]})", "refused: empty"},
};

TEST(RulesOfTheCodec, EachClauseHolds) {
  for (const Row& row : kRows) EXPECT_EQ(Again(row.json), row.again) << row.rule;
}

TEST(RulesOfTheCodec, WhatIsPrintedIsReadAsItself) {
  for (const Row& row : kRows) {
    if (absl::StartsWith(row.again, "refused")) continue;
    EXPECT_EQ(Again(row.again), row.again) << row.rule;
  }
}

// Responses --------------------------------------------------------------------------------

struct Response {
  const char* rule;
  const char* message;  // text format
  const char* json;
};

const Response kResponses[] = {
    {"R54: no null for what is not set", "everything { everything {} messages {} }",
     R"({"everything":{"messages":[{}],"everything":{}}})"},
    {"R56: the first name, by the order of the .proto", "enums: 1 enums: CRIMSON enums: -1",
     R"({"enums":["RED","RED","INFRARED"]})"},
    {"R56: the extremes of unknown numbers", "enums: 2147483647 enums: -2147483648",
     R"({"enums":[2147483647,-2147483648]})"},
    {"R58: never as strings", "uint32s: 4294967295 sint32s: -2147483648 fixed32s: 1",
     R"({"uint32s":[4294967295],"sint32s":[-2147483648],"fixed32s":[1]})"},
    {"R59: always as strings", "sfixed64s: -1 map_fixed64 {key: 1 value: 2} uint64_value {}",
     R"({"sfixed64s":["-1"],"mapFixed64":{"1":"2"},"uint64Value":"0"})"},
    {"R72: a Value of nothing", "values {} values {string_value: ''}", R"({"values":[null,""]})"},
    {"R73: an Any within an unknown one stays closed",
     "any {type_url: 'x/no.Such' value: '\\n\\003abc'}",
     R"({"any":{"@type":"x/no.Such","value":"CgNhYmM="}})"},
    {"R73: only the unknown one degrades",
     "anys {[type.googleapis.com/google.protobuf.Any] {type_url: 'x/no.Such' value: '\\001'}}",
     R"({"anys":[{"@type":"type.googleapis.com/google.protobuf.Any",)"
     R"("value":{"@type":"x/no.Such","value":"AQ=="}}]})"},
    {"R73: so does a NaN in a Value",
     "any {[type.googleapis.com/google.protobuf.Value] {number_value: nan}}",
     R"({"any":{"@type":"type.googleapis.com/google.protobuf.Value",)"
     R"("value":"EQAAAAAAAPh/"}})"},
    {"R73: so does a mask without camelCase",
     "any {[type.googleapis.com/google.protobuf.FieldMask] {paths: 'a__b'}}",
     R"({"any":{"@type":"type.googleapis.com/google.protobuf.FieldMask","value":"CgRhX19i"}})"},
};

TEST(RulesOfTheCodec, EachClauseOfResponsesHolds) {
  for (const Response& row : kResponses) {
    Everything message;
    ASSERT_TRUE(TextFormat::ParseFromString(row.message, &message)) << row.rule;
    EXPECT_EQ(Print(message), row.json) << row.rule;
  }
}

TEST(RulesOfTheCodec, R73NoResponseFailsForAStringInAnAny) {
  Everything message;
  message.mutable_any()->set_type_url("x/trestle.test.Inner");
  message.mutable_any()->set_value("\x12\x01\xff");
  EXPECT_EQ(Print(message), R"({"any":{"@type":"x/trestle.test.Inner","value":"EgH/"}})");
}

TEST(RulesOfTheCodec, R73NoResponseFailsForDepthInAnAny) {
  google::protobuf::Any any;
  any.set_type_url("x/trestle.test.Inner");
  test::Inner deep;
  for (int i = 0; i < 150; ++i) {
    test::Inner outer;
    *outer.mutable_child() = deep;
    deep = outer;
  }
  any.set_value(deep.SerializeAsString());
  EXPECT_TRUE(absl::StartsWith(Print(any), R"({"@type":"x/trestle.test.Inner","value":")"))
      << Print(any);
}

TEST(RulesOfTheCodec, R55DefaultsOfEveryKindAreLeftOut) {
  EXPECT_EQ(Print(Everything()), "{}");
  JsonWriteOptions options;
  options.always_print_defaults = true;
  const std::string all = Print(Everything(), options);
  for (const char* part :
       {R"("doubleField":0)", R"("int64Field":"0")", R"("uint32Field":0)", R"("boolField":false)",
        R"("stringField":"")", R"("bytesField":"")", R"("enumField":"COLOR_UNSPECIFIED")",
        R"("int32s":[])", R"("mapInt32":{})", R"("messages":[])"}) {
    EXPECT_TRUE(absl::StrContains(all, part)) << part << " in " << all;
  }
  for (const char* part :
       {"optionalInt32", "choiceUint32", "messageField", "timestamp\"", "int32Value\""}) {
    EXPECT_FALSE(absl::StrContains(all, part)) << part << " in " << all;
  }
}

// Fields print in field-number order, whatever the order of the .proto or of the JSON.
TEST(RulesOfTheCodec, R52FieldsPrintByNumber) {
  EXPECT_EQ(Again(R"({"farField":"x","int32Field":1,"strings":["a"],"doubleField":2})"),
            R"({"doubleField":2,"int32Field":1,"strings":["a"],"farField":"x"})");
}

TEST(RulesOfTheCodec, R53NullUnsetsInProto2) {
  EXPECT_EQ(Again<Everything2>(R"({"int32Field":null,"optionalgroup":null,"sizes":null})"), "{}");
}

TEST(RulesOfTheCodec, R63NoPlaceForBadUtf8) {
  for (const char* json :
       {"{\"\xff\":1}", "{\"mapString\":{\"\xff\":\"\"}}", "{\"mapString\":{\"\":\"\xff\"}}",
        "{\"strings\":[\"\xff\"]}", "{\"stringValue\":\"\xff\"}", "{\"value\":\"\xff\"}",
        "{\"struct\":{\"\xff\":1}}", "{\"any\":{\"@type\":\"x/\xff\"}}",
        "{\"bytesField\":\"\xff\"}", "{\"enumField\":\"\xff\"}", "{\"timestamp\":\"\xff\"}"}) {
    EXPECT_EQ(Again(json), "refused: ") << json;
  }
  for (const char* json : {R"({"stringField":"\ud800"})", R"({"\udc00":1})",
                           R"({"mapString":{"\ud800x":""}})", R"({"bytesField":"\ud800"})"}) {
    EXPECT_EQ(Again(json), "refused: ") << json;
  }
}

}  // namespace
}  // namespace trestle
