// JSON to messages, rule by rule: the message of each text, or its error.

#include "trestle/transcoding/codec/json_to_wire.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/testing/nest.pb.h"
#include "tests/transcoding/protos/everything2.pb.h"
#include "tests/transcoding/protos/everything3.pb.h"
#include "trestle/transcoding/codec/violation.h"

namespace trestle {
namespace {

using google::protobuf::Message;
using google::protobuf::TextFormat;
using test::Everything;
using test::Everything2;

const Schema& SchemaOf(const Message& message) {
  return SchemaPool::Generated().Get(*message.GetDescriptor());
}

std::string Text(const Message& message) {
  std::string text;
  TextFormat::Printer printer;
  printer.SetSingleLineMode(true);
  printer.PrintToString(message, &text);
  return text;
}

// Returns the message of `json` in text format, or the error message.
template <typename Type>
std::string Read(absl::string_view json, const JsonReadOptions& options = {}) {
  std::string wire;
  absl::Status status = JsonToWire(json, SchemaOf(Type()), options, &wire);
  if (!status.ok()) return std::string(status.message());
  Type message;
  EXPECT_TRUE(message.ParsePartialFromString(wire)) << json;
  return Text(message);
}

// `text` as text format prints it.
template <typename Type>
std::string Normal(const char* text) {
  Type message;
  TextFormat::Parser parser;
  parser.AllowPartialMessage(true);
  EXPECT_TRUE(parser.ParseFromString(text, &message)) << text;
  return Text(message);
}

struct Accepted {
  const char* rule;
  const char* json;
  const char* message;  // text format
};

const Accepted kAccepted[] = {
    // keys
    {"R51", R"({"int32Field":1})", "int32_field: 1"},
    {"R51", R"({"int32_field":1})", "int32_field: 1"},
    {"R51", R"({"int32\u0046ield":1})", "int32_field: 1"},  // keys may be escaped
    {"R51", R"({"other-\"name\"":1})", "renamed_field: 1"},
    {"R51", R"({"renamed_field":1})", "renamed_field: 1"},
    {"R51", R"({"OddName":1,"UpperCase":2})", "_odd__name_: 1 UpperCase: 2"},
    {"R51", R"({"farField":"x"})", "far_field: 'x'"},
    {"R50", R"({})", ""},
    // null
    {"R53", R"({"int32Field":null,"stringField":null,"messageField":null,"int32s":null})", ""},
    {"R53", R"({"mapInt32":null,"optionalInt32":null,"timestamp":null,"int32Value":null})", ""},
    {"R53", R"({"any":null,"struct":null,"listValue":null,"enumField":null})", ""},
    {"R53", R"({"value":null})", "value { null_value: NULL_VALUE }"},
    {"R53", R"({"choiceNull":null})", "choice_null: NULL_VALUE"},
    {"R53", R"({"nullValue":null})", ""},  // its default, and of implicit presence
    {"R53", R"({"nullValues":[null,"NULL_VALUE",0]})", "null_values: [0, 0, 0]"},
    {"R53", R"({"choiceUint32":null,"choiceString":"x"})", "choice_string: 'x'"},
    // presence
    {"R55", R"({"int32Field":0,"stringField":"","boolField":false,"bytesField":""})", ""},
    {"R55", R"({"doubleField":0.0,"enumField":"COLOR_UNSPECIFIED","int32s":[],"mapInt32":{}})", ""},
    {"R55", R"({"doubleField":-0.0})", "double_field: -0"},
    {"R55", R"({"optionalInt32":0,"optionalString":""})", "optional_int32: 0 optional_string: ''"},
    {"R55", R"({"choiceUint32":0})", "choice_uint32: 0"},
    {"R55", R"({"messageField":{}})", "message_field {}"},
    // enums
    {"R57", R"({"enumField":"CRIMSON"})", "enum_field: RED"},
    {"R57", R"({"enumField":"INFRARED"})", "enum_field: INFRARED"},
    {"R57", R"({"enumField":7})", "enum_field: BLUE"},
    {"R57", R"({"enumField":7.0})", "enum_field: BLUE"},
    {"R57", R"({"enumField":99})", "enum_field: 99"},
    {"R57", R"({"enumField":-2147483648})", "enum_field: -2147483648"},
    // int32 family
    {"R58", R"({"int32Field":2147483647})", "int32_field: 2147483647"},
    {"R58", R"({"int32Field":-2147483648})", "int32_field: -2147483648"},
    {"R58", R"({"int32Field":"-2147483648"})", "int32_field: -2147483648"},
    {"R58", R"({"int32Field":1e2})", "int32_field: 100"},
    {"R58", R"({"int32Field":"1e2"})", "int32_field: 100"},
    {"R58", R"({"int32Field":1.0})", "int32_field: 1"},
    {"R58", R"({"int32Field":1.25E+2})", "int32_field: 125"},
    {"R58", R"({"int32Field":12500e-2})", "int32_field: 125"},
    {"R58", R"({"int32Field":0e999999999999999999999})", ""},
    {"R58", R"({"int32Field":-0})", ""},
    {"R58", R"({"int32Field":2.147483647e9})", "int32_field: 2147483647"},
    {"R58", R"({"sint32Field":-1,"sfixed32Field":-1})", "sint32_field: -1 sfixed32_field: -1"},
    {"R58", R"({"uint32Field":4294967295})", "uint32_field: 4294967295"},
    {"R58", R"({"fixed32Field":"4294967295"})", "fixed32_field: 4294967295"},
    // 64 bit
    {"R59", R"({"int64Field":"9223372036854775807"})", "int64_field: 9223372036854775807"},
    {"R59", R"({"int64Field":9223372036854775807})", "int64_field: 9223372036854775807"},
    {"R59", R"({"int64Field":-9223372036854775808})", "int64_field: -9223372036854775808"},
    {"R59", R"({"uint64Field":18446744073709551615})", "uint64_field: 18446744073709551615"},
    {"R59", R"({"uint64Field":1.8446744073709551615e19})", "uint64_field: 18446744073709551615"},
    {"R59", R"({"sint64Field":"-9223372036854775808"})", "sint64_field: -9223372036854775808"},
    {"R59", R"({"fixed64Field":"1","sfixed64Field":"-1"})", "fixed64_field: 1 sfixed64_field: -1"},
    // floats
    {"R60", R"({"doubleField":1.5e300})", "double_field: 1.5e300"},
    {"R60", R"({"doubleField":"1.5"})", "double_field: 1.5"},
    {"R60", R"({"doubleField":"NaN"})", "double_field: nan"},
    {"R60", R"({"doubleField":"-Infinity"})", "double_field: -inf"},
    {"R60", R"({"floatField":"Infinity"})", "float_field: inf"},
    {"R60", R"({"floatField":3.4028235e38})", "float_field: 3.4028235e38"},
    {"R60", R"({"floatField":1e-60})", ""},  // too small is zero
    {"R60", R"({"doubleField":4.9e-324})", "double_field: 4.9e-324"},
    {"R60", R"({"doubleField":1e-99999})", ""},
    {"R60", R"({"doubleField":0.000000000000000000000000000000000000001e39})", "double_field: 1"},
    // bytes, bool, string
    {"R61", R"({"bytesField":"AQI="})", R"(bytes_field: "\001\002")"},
    {"R61", R"({"bytesField":"AQI"})", R"(bytes_field: "\001\002")"},
    {"R61", R"({"bytesField":"-_8"})", R"(bytes_field: "\373\377")"},
    {"R61", R"({"bytesField":"+/8="})", R"(bytes_field: "\373\377")"},
    {"R61", R"({"bytesField":"-_"})", R"(bytes_field: "\373")"},
    {"R62", R"({"boolField":true})", "bool_field: true"},
    {"R63", R"({"stringField":"a\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE01"})",
     R"(string_field: "a\"\\/\b\f\n\r\t\303\251\360\237\230\201")"},
    {"R63", "{\"stringField\":\"\xc3\xa9\xf0\x9f\x98\x81\"}",
     R"(string_field: "\303\251\360\237\230\201")"},
    {"R63", R"({"stringField":"a\u0000b"})", R"(string_field: "a\000b")"},
    // maps and lists
    {"R64", R"({"mapInt32":{"-1":1,"1e1":2}})",
     "map_int32 {key: -1 value: 1} map_int32 {key: 10 value: 2}"},
    {"R64", R"({"mapUint64":{"18446744073709551615":"1"}})",
     "map_uint64 {key: 18446744073709551615 value: 1}"},
    {"R64", R"({"mapBool":{"true":false,"false":true}})",
     "map_bool {key: false value: true} map_bool {key: true value: false}"},
    {"R64", R"({"mapString":{"":"","a\n":"b"}})",
     R"(map_string {key: "" value: ""} map_string {key: "a\n" value: "b"})"},
    {"R64", R"({"mapMessage":{"a":{"a":1}}})", "map_message {key: 'a' value {a: 1}}"},
    {"R64", R"({"mapValue":{"a":null}})", "map_value {key: 'a' value {null_value: NULL_VALUE}}"},
    {"R65", R"({"int32s":[1,"2",3e0]})", "int32s: [1, 2, 3]"},
    {"R65", R"({"unpackedInt32s":[0,1]})", "unpacked_int32s: [0, 1]"},
    {"R65", R"({"strings":["","a"]})", "strings: ['', 'a']"},
    {"R65", R"({"messages":[{},{"a":1}]})", "messages {} messages {a: 1}"},
    {"R65", R"({"values":[null,1]})", "values {null_value: NULL_VALUE} values {number_value: 1}"},
    // well-known types
    {"R68", R"({"timestamp":"1970-01-01T00:00:00Z"})", "timestamp {}"},
    {"R68", R"({"timestamp":"0001-01-01T00:00:00Z"})", "timestamp {seconds: -62135596800}"},
    {"R68", R"({"timestamp":"9999-12-31T23:59:59.999999999Z"})",
     "timestamp {seconds: 253402300799 nanos: 999999999}"},
    {"R68", R"({"timestamp":"1969-12-31T23:59:59.9Z"})",
     "timestamp {seconds: -1 nanos: 900000000}"},
    {"R68", R"({"timestamp":"2024-02-29T12:00:00+05:30"})", "timestamp {seconds: 1709188200}"},
    {"R68", R"({"timestamp":"1969-12-31T16:00:01-08:00"})", "timestamp {seconds: 1}"},
    {"R69", R"({"duration":"1.5s"})", "duration {seconds: 1 nanos: 500000000}"},
    {"R69", R"({"duration":"-0.000000001s"})", "duration {nanos: -1}"},
    {"R69", R"({"duration":"-315576000000.999999999s"})",
     "duration {seconds: -315576000000 nanos: -999999999}"},
    {"R69", R"({"duration":"0s"})", "duration {}"},
    {"R70", R"({"fieldMask":"foo,barBaz.quxQuux"})",
     "field_mask {paths: 'foo' paths: 'bar_baz.qux_quux'}"},
    {"R70", R"({"fieldMask":""})", "field_mask {}"},
    {"R70", R"({"fieldMask":"*"})", "field_mask {paths: '*'}"},
    {"R71", R"({"int32Value":0,"stringValue":"","boolValue":false})",
     "int32_value {} bool_value {} string_value {}"},
    {"R71", R"({"int64Value":"5","doubleValue":"NaN","bytesValue":"AQ=="})",
     R"(double_value {value: nan} int64_value {value: 5} bytes_value {value: "\001"})"},
    {"R71", R"({"stringValues":["","a"]})", "string_values {} string_values {value: 'a'}"},
    {"R72", R"({"struct":{"a":[1,"x",true,null,{}]}})",
     "struct {fields {key: 'a' value {list_value {values {number_value: 1} values {string_value: "
     "'x'} values {bool_value: true} values {null_value: NULL_VALUE} values {struct_value {}}}}}}"},
    {"R72", R"({"value":{"a":{}}})",
     "value {struct_value {fields {key: 'a' value {struct_value {}}}}}"},
    {"R72", R"({"listValue":[]})", "list_value {}"},
    {"R72", R"({"listValues":[[],[1]]})", "list_values {} list_values {values {number_value: 1}}"},
    {"R73", R"({"any":{"@type":"type.googleapis.com/trestle.test.Inner","a":1}})",
     "any {[type.googleapis.com/trestle.test.Inner] {a: 1}}"},
    {"R73", R"({"any":{"a":1,"@type":"type.googleapis.com/trestle.test.Inner","b":"x"}})",
     "any {[type.googleapis.com/trestle.test.Inner] {a: 1 b: 'x'}}"},
    {"R73", R"({"any":{"\u0061":1,"@type":"type.googleapis.com/trestle.test.Inner"}})",
     "any {[type.googleapis.com/trestle.test.Inner] {a: 1}}"},
    {"R73", R"({"any":{"@type":"type.googleapis.com/google.protobuf.Duration","value":"1s"}})",
     "any {[type.googleapis.com/google.protobuf.Duration] {seconds: 1}}"},
    {"R73", R"({"any":{"value":5,"@type":"type.googleapis.com/google.protobuf.Int32Value"}})",
     "any {[type.googleapis.com/google.protobuf.Int32Value] {value: 5}}"},
    {"R73", R"({"any":{"@type":"type.googleapis.com/google.protobuf.Value","value":null}})",
     "any {[type.googleapis.com/google.protobuf.Value] {null_value: NULL_VALUE}}"},
    {"R73",
     R"({"any":{"value":{"a":2,"@type":"type.googleapis.com/trestle.test.Inner"},)"
     R"("@type":"type.googleapis.com/google.protobuf.Any"}})",
     "any {[type.googleapis.com/google.protobuf.Any] {[type.googleapis.com/trestle.test.Inner] {a: "
     "2}}}"},
    {"R73", R"({"any":{}})", "any {}"},
    {"R74", R"({"empty":{}})", "empty {}"},
    {"R74", R"({"any":{"@type":"type.googleapis.com/google.protobuf.Empty","value":{}}})",
     "any {[type.googleapis.com/google.protobuf.Empty] {}}"},
    {"R74", R"({"any":{"@type":"type.googleapis.com/google.protobuf.Empty"}})",
     "any {[type.googleapis.com/google.protobuf.Empty] {}}"},
    // white space
    {"R76", " \t\r\n{ \"int32s\" : [ 1 , 2 ] , \"boolField\" : true } \n",
     "bool_field: true int32s: [1, 2]"},
};

TEST(JsonToWire, Accepts) {
  for (const Accepted& row : kAccepted) {
    EXPECT_EQ(Read<Everything>(row.json), Normal<Everything>(row.message))
        << row.rule << ": " << row.json;
  }
}

const Accepted kAccepted2[] = {
    {"R55", R"({"int32Field":41,"stringField":""})", "int32_field: 41 string_field: ''"},
    {"R57", R"({"size":2,"sizes":["SMALL"]})", "size: LARGE sizes: SMALL"},
    {"R65", R"({"int32s":[0,1],"packedInt32s":[0,1],"packedSizes":["LARGE"]})",
     "int32s: [0, 1] packed_int32s: [0, 1] packed_sizes: LARGE"},
    {"R51", R"({"optionalgroup":{"a":1,"everything":{"optionalgroup":{}}}})",
     "OptionalGroup {a: 1 everything {OptionalGroup {}}}"},
    {"R51", R"({"repeatedgroup":[{"b":"x","innergroup":{"c":1}},{}]})",
     "RepeatedGroup {b: 'x' InnerGroup {c: 1}} RepeatedGroup {}"},
    {"R55", R"({"choiceInt64":"0"})", "choice_int64: 0"},
    // extensions
    {"R51", R"({"[trestle.test.ext_int32]":1,"int32Field":2})",
     "int32_field: 2 [trestle.test.ext_int32]: 1"},
    {"R51", R"({"[trestle.test.ext_int32\u005d":1})", "[trestle.test.ext_int32]: 1"},
    {"R51", R"({"[trestle.test.ext_last]":"-5","[trestle.test.ext_between]":true})",
     "[trestle.test.ext_between]: true [trestle.test.ext_last]: -5"},
    {"R51", R"({"[trestle.test.Scope.nested]":"x","[trestle.test.Scope.scopes]":[{"f":1},{}]})",
     "[trestle.test.Scope.nested]: 'x' [trestle.test.Scope.scopes] {f: 1} "
     "[trestle.test.Scope.scopes] {}"},
    {"R51", R"({"[trestle.test.ext_message]":{"[trestle.test.ext_message]":{"int32Field":3}}})",
     "[trestle.test.ext_message] {[trestle.test.ext_message] {int32_field: 3}}"},
    {"R51", R"({"[trestle.test.extgroup]":[{"e":1},{}]})",
     "[trestle.test.extgroup] {e: 1} [trestle.test.extgroup] {}"},
    {"R53", R"({"[trestle.test.ext_int32]":null,"[trestle.test.ext_message]":null})", ""},
    {"R55", R"({"[trestle.test.ext_int32]":0,"[trestle.test.Scope.nested]":""})",
     "[trestle.test.ext_int32]: 0 [trestle.test.Scope.nested]: ''"},
    {"R57", R"({"[trestle.test.ext_size]":"LARGE","[trestle.test.ext_sizes]":[1,"LARGE"]})",
     "[trestle.test.ext_size]: LARGE [trestle.test.ext_sizes]: [SMALL, LARGE]"},
    {"R65", R"({"[trestle.test.ext_packed]":[0,-1],"[trestle.test.ext_strings]":["",""]})",
     "[trestle.test.ext_packed]: [0, -1] [trestle.test.ext_strings]: ['', '']"},
    {"R65", R"({"[trestle.test.ext_packed]":[],"[trestle.test.ext_strings]":[]})", ""},
};

TEST(JsonToWire, AcceptsProto2) {
  for (const Accepted& row : kAccepted2) {
    EXPECT_EQ(Read<Everything2>(row.json), Normal<Everything2>(row.message))
        << row.rule << ": " << row.json;
  }
}

struct Refused {
  const char* rule;
  const char* json;
  const char* error;
};

const Refused kRefused[] = {
    {"R50", R"({"colour":1})", R"(line 1, column 2: "colour" is not a known field)"},
    {"R50", R"({"messageField":{"x":1}})",
     R"(line 1, column 18: "messageField.x" is not a known field)"},
    {"R53", "null", "line 1, column 1: expected an object, not null"},
    {"R57", R"({"enumField":"MAUVE"})",
     R"(line 1, column 14: "enumField": "MAUVE" is not a value of trestle.test.Color (COLOR_UNSPECIFIED, RED, CRIMSON, GREEN, BLUE, INFRARED))"},
    {"R57", R"({"enumField":"red"})",
     R"(line 1, column 14: "enumField": "red" is not a value of trestle.test.Color (COLOR_UNSPECIFIED, RED, CRIMSON, GREEN, BLUE, INFRARED))"},
    {"R57", R"({"enumField":"1"})",
     R"(line 1, column 14: "enumField": "1" is not a value of trestle.test.Color (COLOR_UNSPECIFIED, RED, CRIMSON, GREEN, BLUE, INFRARED))"},
    {"R57", R"({"enumField":2147483648})",
     R"(line 1, column 14: "enumField": 2147483648 is not a value of trestle.test.Color (COLOR_UNSPECIFIED, RED, CRIMSON, GREEN, BLUE, INFRARED))"},
    {"R58", R"({"int32Field":"x"})", R"(line 1, column 15: "int32Field": "x" is not an int32)"},
    {"R58", R"({"int32Field":1.5})", R"(line 1, column 15: "int32Field": 1.5 is not an int32)"},
    {"R58", R"({"int32Field":""})", R"(line 1, column 15: "int32Field": "" is not an int32)"},
    {"R58", R"({"int32Field":" 1"})", R"(line 1, column 15: "int32Field": " 1" is not an int32)"},
    {"R58", R"({"int32Field":"1 "})", R"(line 1, column 15: "int32Field": "1 " is not an int32)"},
    {"R58", R"({"int32Field":"01"})", R"(line 1, column 15: "int32Field": "01" is not an int32)"},
    {"R58", R"({"int32Field":"+1"})", R"(line 1, column 15: "int32Field": "+1" is not an int32)"},
    {"R58", R"({"int32Field":"0x1"})", R"(line 1, column 15: "int32Field": "0x1" is not an int32)"},
    {"R58", R"({"int32Field":2147483648})",
     R"(line 1, column 15: "int32Field": 2147483648 is not an int32)"},
    {"R58", R"({"int32Field":-2147483649})",
     R"(line 1, column 15: "int32Field": -2147483649 is not an int32)"},
    {"R58", R"({"int32Field":1e10})", R"(line 1, column 15: "int32Field": 1e10 is not an int32)"},
    {"R58", R"({"int32Field":1e99999999999})",
     R"(line 1, column 15: "int32Field": 1e99999999999 is not an int32)"},
    {"R58", R"({"uint32Field":-1})", R"(line 1, column 16: "uint32Field": -1 is not a uint32)"},
    {"R58", R"({"int32Field":true})", R"(line 1, column 15: "int32Field": true is not an int32)"},
    {"R58", R"({"int32Field":[1]})",
     R"(line 1, column 15: "int32Field": expected an int32, not an array)"},
    {"R59", R"({"int64Field":"9223372036854775808"})",
     R"(line 1, column 15: "int64Field": "9223372036854775808" is not an int64)"},
    {"R59", R"({"uint64Field":18446744073709551616})",
     R"(line 1, column 16: "uint64Field": 18446744073709551616 is not a uint64)"},
    {"R60", R"({"doubleField":1e309})",
     R"(line 1, column 16: "doubleField": 1e309 is not a double)"},
    {"R60", R"({"floatField":3.5e38})",
     R"(line 1, column 15: "floatField": 3.5e38 is not a float)"},
    {"R60", R"({"floatField":"nan"})", R"(line 1, column 15: "floatField": "nan" is not a float)"},
    {"R60", R"({"floatField":"inf"})", R"(line 1, column 15: "floatField": "inf" is not a float)"},
    {"R60", R"({"floatField":NaN})", "line 1, column 15: expected a JSON value"},
    {"R61", R"({"bytesField":"A"})", R"(line 1, column 15: "bytesField": "A" is not base64)"},
    {"R61", R"({"bytesField":"AQI=="})",
     R"(line 1, column 15: "bytesField": "AQI==" is not base64)"},
    {"R61", R"({"bytesField":"AQ I="})",
     R"(line 1, column 15: "bytesField": "AQ I=" is not base64)"},
    {"R62", R"({"boolField":1})", R"(line 1, column 14: "boolField": 1 is not a bool)"},
    {"R62", R"({"boolField":"true"})", R"(line 1, column 14: "boolField": "true" is not a bool)"},
    {"R62", R"({"boolField":True})", "line 1, column 14: expected a JSON value"},
    {"R63", R"({"stringField":1})", R"(line 1, column 16: "stringField": 1 is not a string)"},
    {"R63", R"({"stringField":"\ud800"})", "line 1, column 17: unpaired surrogate"},
    {"R63", R"({"stringField":"\udc00\ud800"})", "line 1, column 17: unpaired surrogate"},
    {"R63", "{\"stringField\":\"a\xff\"}", "line 1, column 18: the text is not UTF-8"},
    {"R63", "{\"stringField\":\"\xed\xa0\x80\"}", "line 1, column 17: the text is not UTF-8"},
    {"R63", "{\"stringField\":\"\xc0\x80\"}", "line 1, column 17: the text is not UTF-8"},
    {"R64", R"({"mapInt32":{"x":1}})",
     R"(line 1, column 14: "mapInt32["x"]": the key "x" is not an int32)"},
    {"R64", R"({"mapInt32":{"1":null}})",
     R"(line 1, column 18: "mapInt32["1"]": null is not an int32)"},
    {"R64", R"({"mapMessage":{"k":{"a":"z"}}})",
     R"(line 1, column 25: "mapMessage["k"].a": "z" is not an int32)"},
    {"R64", R"({"mapBool":{"TRUE":true}})",
     R"(line 1, column 13: "mapBool["TRUE"]": the key "TRUE" is not a bool)"},
    {"R64", R"({"mapInt32":[]})",
     R"(line 1, column 13: "mapInt32": expected an object, not an array)"},
    {"R65", R"({"int32s":[1,null]})", R"(line 1, column 14: "int32s[1]": null is not an int32)"},
    {"R65", R"({"messages":[{"a":1},null]})",
     R"(line 1, column 22: "messages[1]": expected an object, not null)"},
    {"R65", R"({"int32s":1})", R"(line 1, column 11: "int32s": expected an array, not 1)"},
    {"R65", R"({"messages":[{},{"children":[{"b":2}]}]})",
     R"(line 1, column 35: "messages[1].children[0].b": 2 is not a string)"},
    {"R66", R"({"choiceUint32":1,"choiceString":"x"})",
     R"(line 1, column 19: "choiceString" cannot be given together with "choiceUint32")"},
    {"R66", R"({"choiceNull":null,"choiceBool":true})",
     R"(line 1, column 20: "choiceBool" cannot be given together with "choiceNull")"},
    {"R67", R"({"int32Field":1,"int32Field":1})",
     R"(line 1, column 17: "int32Field" is given twice)"},
    {"R67", R"({"int32Field":1,"int32_field":1})",
     R"(line 1, column 17: "int32_field" is given twice)"},
    {"R67", R"({"int32Field":null,"int32Field":1})",
     R"(line 1, column 20: "int32Field" is given twice)"},
    {"R67", R"({"mapString":{"a":"1","a":"2"}})",
     R"(line 1, column 23: "mapString["a"]" is given twice)"},
    {"R67", R"({"mapInt32":{"10":1,"1e1":2}})",
     R"(line 1, column 21: "mapInt32["1e1"]" is given twice)"},
    {"R67", R"({"struct":{"a":1,"a":2}})", R"(line 1, column 18: "struct["a"]" is given twice)"},
    {"R68", R"({"timestamp":"2024-01-01t00:00:00Z"})",
     R"(line 1, column 14: "timestamp": "2024-01-01t00:00:00Z" is not an RFC 3339 timestamp)"},
    {"R69", R"({"duration":"1"})",
     R"(line 1, column 13: "duration": "1" is not a duration in seconds such as "1.5s")"},
    {"R70", R"({"fieldMask":"foo_bar"})",
     R"(line 1, column 14: "fieldMask": "foo_bar" is not a list of field paths in camelCase, )"
     "separated by commas"},
    {"R71", R"({"int32Value":"x"})", R"(line 1, column 15: "int32Value": "x" is not an int32)"},
    {"R72", R"({"value":1e999})", R"(line 1, column 10: "value": 1e999 is not a double)"},
    {"R72", R"({"struct":[]})", R"(line 1, column 11: "struct": expected an object, not an array)"},
    {"R72", R"({"value":NaN})", "line 1, column 10: expected a JSON value"},
    {"R73", R"({"any":{"a":1}})", R"(line 1, column 8: "any": "@type" is missing)"},
    {"R73", R"({"any":{"@type":"x/no.Such"}})",
     R"(line 1, column 17: "any": unknown type "x/no.Such")"},
    {"R73", R"({"any":{"@type":"trestle.test.Inner"}})",
     R"(line 1, column 17: "any": "trestle.test.Inner" is not a type URL such as "type.googleapis.com/library.v1.Book")"},
    {"R73", R"({"any":{"@type":"trestle.test.Inner/","a":1}})",
     R"(line 1, column 17: "any": "trestle.test.Inner/" is not a type URL such as "type.googleapis.com/library.v1.Book")"},
    {"R73", R"({"any":{"@type":5}})",
     R"(line 1, column 17: "any": 5 is not a type URL such as "type.googleapis.com/library.v1.Book")"},
    {"R73", R"({"any":{"@type":"x/trestle.test.Inner","@type":"x/trestle.test.Inner"}})",
     R"(line 1, column 40: "any": "@type" is given twice)"},
    {"R73", R"({"any":{"@type":"x/trestle.test.Inner","a":"z"}})",
     R"(line 1, column 44: "any.a": "z" is not an int32)"},
    {"R73", R"({"any":{"@type":"x/google.protobuf.Duration"}})",
     R"(line 1, column 9: "any": "value" is missing)"},
    {"R73", R"({"any":{"@type":"x/google.protobuf.Duration","value":1}})",
     R"(line 1, column 54: "any.value": 1 is not a duration in seconds such as "1.5s")"},
    {"R73", R"({"any":{"@type":"x/google.protobuf.Duration","value":"1s","x":1}})",
     R"(line 1, column 59: "any.x" is not a known field)"},
    {"R74", R"({"empty":{"a":1}})", R"(line 1, column 11: "empty.a" is not a known field)"},
    {"R76", "", "line 1, column 1: unexpected end of the JSON text"},
    {"R76", "{\n  \"int32Field\": 1,\n}", "line 3, column 1: expected a key in double quotes"},
    {"R88", "{\n \"stringField\": \"\xc3\xa9\", \"boolField\": 0}",
     R"(line 2, column 35: "boolField": 0 is not a bool)"},
};

TEST(JsonToWire, RefusesNamingPlaceFieldAndValue) {
  for (const Refused& row : kRefused) {
    EXPECT_EQ(Read<Everything>(row.json), row.error) << row.rule << ": " << row.json;
  }
}

// An extension has one name only, which paths in errors have in brackets.
const Refused kRefused2[] = {
    {"R50", R"({"ext_int32":1})", R"(line 1, column 2: "ext_int32" is not a known field)"},
    {"R50", R"({"extInt32":1})", R"(line 1, column 2: "extInt32" is not a known field)"},
    {"R50", R"({"trestle.test.ext_int32":1})",
     R"(line 1, column 2: "trestle.test.ext_int32" is not a known field)"},
    {"R50", R"({"[trestle.test.extInt32]":1})",
     R"(line 1, column 2: "[trestle.test.extInt32]" is not a known field)"},
    {"R50", R"({"[trestle.test.nested]":"x"})",
     R"(line 1, column 2: "[trestle.test.nested]" is not a known field)"},
    {"R50", R"({"everything":{"[no.such]":1}})",
     R"(line 1, column 16: "everything.[no.such]" is not a known field)"},
    {"R58", R"({"[trestle.test.ext_int32]":"x"})",
     R"(line 1, column 29: "[trestle.test.ext_int32]": "x" is not an int32)"},
    {"R58", R"({"everything":{"[trestle.test.ext_packed]":[1,1.5]}})",
     R"(line 1, column 47: "everything.[trestle.test.ext_packed][1]": 1.5 is not an int32)"},
    {"R57", R"({"[trestle.test.ext_message]":{"[trestle.test.ext_size]":3}})",
     R"(line 1, column 58: "[trestle.test.ext_message].[trestle.test.ext_size]": )"
     R"(3 is not a value of trestle.test.Size (SMALL, LARGE))"},
    {"R67", R"({"[trestle.test.ext_int32]":1,"[trestle.test.ext_int32]":null})",
     R"(line 1, column 31: "[trestle.test.ext_int32]" is given twice)"},
};

TEST(JsonToWire, RefusesExtensionsNamingThemInBrackets) {
  for (const Refused& row : kRefused2) {
    EXPECT_EQ(Read<Everything2>(row.json), row.error) << row.rule << ": " << row.json;
  }
  EXPECT_EQ(Read<Everything>(R"({"[trestle.test.ext_int32]":1})"),  // one of another message
            R"(line 1, column 2: "[trestle.test.ext_int32]" is not a known field)");
}

TEST(JsonToWire, RefusesUnknownNumberOfAClosedEnum) {
  EXPECT_EQ(Read<Everything2>(R"({"size":3})"),
            R"(line 1, column 9: "size": 3 is not a value of trestle.test.Size (SMALL, LARGE))");
}

TEST(JsonToWire, IgnoresUnknownFieldsWhenTold) {
  JsonReadOptions options;
  options.ignore_unknown_fields = true;
  EXPECT_EQ(Read<Everything>(R"({"x":{"y":[1,"a",null,true]},"x":1,"int32Field":1})", options),
            "int32_field: 1 ");
  EXPECT_EQ(Read<Everything>(R"({"enumField":"MAUVE","optionalEnum":"MAUVE"})", options), "");
  EXPECT_EQ(Read<Everything>(R"({"enums":["RED","MAUVE","BLUE"]})", options),
            "enums: RED enums: BLUE ");
  EXPECT_EQ(Read<Everything>(R"({"mapEnum":{"a":"MAUVE","b":"RED"}})", options),
            "map_enum { key: \"b\" value: RED } ");
  EXPECT_EQ(Read<Everything>(R"({"x":[1,]})", options), "line 1, column 9: expected a JSON value");
}

TEST(JsonToWire, ReadsEnumsInAnyCaseWhenTold) {
  JsonReadOptions options;
  options.case_insensitive_enums = true;
  EXPECT_EQ(Read<Everything>(R"({"enumField":"crimSON"})", options), "enum_field: RED ");
}

TEST(JsonToWire, R57ReadsShortEnumNamesWhenTold) {
  JsonReadOptions options;
  const char* const kShort = R"({"optionalEnum":"UNSPECIFIED"})";
  EXPECT_EQ(Read<Everything>(kShort),
            R"(line 1, column 17: "optionalEnum": "UNSPECIFIED" is not a value of )"
            "trestle.test.Color (COLOR_UNSPECIFIED, RED, CRIMSON, GREEN, BLUE, INFRARED)");
  options.short_enum_names = true;
  EXPECT_EQ(Read<Everything>(kShort, options), "optional_enum: COLOR_UNSPECIFIED ");
  EXPECT_EQ(Read<Everything>(R"({"optionalEnum":"COLOR_UNSPECIFIED"})", options),
            "optional_enum: COLOR_UNSPECIFIED ");
  EXPECT_EQ(Read<Everything>(R"({"mapEnum":{"a":"UNSPECIFIED"},"enums":["CRIMSON"]})", options),
            "enums: RED map_enum { key: \"a\" value: COLOR_UNSPECIFIED } ");
  for (const char* bad : {"unspecified", "_UNSPECIFIED", "COLOR_RED", ""}) {
    EXPECT_EQ(Read<Everything>(absl::StrCat(R"({"optionalEnum":")", bad, "\"}"), options),
              absl::StrCat(R"(line 1, column 17: "optionalEnum": ")", bad,
                           "\" is not a value of trestle.test.Color (COLOR_UNSPECIFIED, RED, "
                           "CRIMSON, GREEN, BLUE, INFRARED)"));
  }
  options.case_insensitive_enums = true;
  EXPECT_EQ(Read<Everything>(R"({"optionalEnum":"Unspecified"})", options),
            "optional_enum: COLOR_UNSPECIFIED ");
}

// `levels` objects within one another.
std::string Nested(int levels) {
  std::string json;
  for (int i = 1; i < levels; ++i) json += "{\"child\":";
  return json + "{" + std::string(static_cast<size_t>(levels), '}');
}

// How a Node nests: `open` and `close` any number of times around `inner`.
struct Way {
  const char* what;
  const char* before;
  const char* open;
  const char* inner;
  const char* close;
  const char* after;
};

std::string Deep(const Way& way, int times) {
  std::string json = way.before;
  for (int i = 0; i < times; ++i) json += way.open;
  json += way.inner;
  for (int i = 0; i < times; ++i) json += way.close;
  return json + way.after;
}

// The depth of a text without brackets in its strings.
int JsonDepth(const std::string& json) {
  int depth = 0, deepest = 0;
  for (const char c : json) {
    if (c == '{' || c == '[') deepest = std::max(deepest, ++depth);
    if (c == '}' || c == ']') --depth;
  }
  return deepest;
}

// Rejects messages that a parser of protobuf rejects, and no others within the limit of JSON.
TEST(JsonToWire, D11LimitsDepthAsParsersDo) {
  const Way kWays[] = {
      {"messages", "", "{\"child\":", "{}", "}", ""},
      {"lists", "", "{\"kids\":[", "{}", "]}", ""},
      {"maps", "", "{\"named\":{\"a\":", "{}", "}}", ""},
      {"members of a oneof", "", "{\"left\":", "{}", "}", ""},
      {"Structs", "{\"object\":", "{\"a\":", "{}", "}", "}"},
      {"Structs around a scalar", "{\"object\":", "{\"a\":", "1", "}", "}"},
      {"ListValues", "{\"list\":", "[", "[]", "]", "}"},
      {"ListValues around a scalar", "{\"list\":", "[", "null", "]", "}"},
      {"Values", "{\"value\":", "[{\"a\":", "\"\"", "}]", "}"},
      {"a Struct in a message", "{\"child\":{\"object\":", "{\"a\":", "{}", "}", "}}"},
      {"a Struct in a map", "{\"named\":{\"a\":{\"object\":", "{\"a\":", "true", "}", "}}}"},
  };
  JsonReadOptions deeper;
  deeper.max_depth = 1000;
  const Schema& type = SchemaOf(test::nest::Node::default_instance());
  for (const Way& way : kWays) {
    for (int times = 1; times <= 101; ++times) {
      const std::string json = Deep(way, times);
      std::string wire, ignored;
      ASSERT_TRUE(JsonToWire(json, type, deeper, &wire).ok()) << way.what;
      const bool is_legal = test::nest::Node().ParseFromString(wire) && JsonDepth(json) <= 100;
      const absl::Status status = JsonToWire(json, type, {}, &ignored);
      EXPECT_EQ(status.ok(), is_legal) << way.what << " " << times << status;
    }
  }
}

TEST(JsonToWire, D11SaysWhereTheWireFormIsTooDeep) {
  const struct {
    Way way;
    int times;
    const char* error;
  } kRows[] = {
      {{"", "{\"object\":", "{\"a\":", "{}", "}", "}"},
       34,
       "line 1, column 181: objects and arrays are nested too deeply"},
      {{"", "{\"object\":", "{\"a\":", "1", "}", "}"},
       34,
       "line 1, column 181: objects and arrays are nested too deeply"},
      {{"", "{\"list\":", "\n[", "[]", "]", "}"},
       50,
       "line 51, column 2: objects and arrays are nested too deeply"},
  };
  std::string wire;
  for (const auto& row : kRows) {
    EXPECT_EQ(
        JsonToWire(Deep(row.way, row.times), SchemaOf(test::nest::Node()), {}, &wire).message(),
        row.error);
  }
}

// An Any holds bytes, which are parsed separately.
TEST(JsonToWire, D11TheContentOfAnAnyIsAWireFormOfItsOwn) {
  const Way structs = {"", "{\"object\":", "{\"a\":", "{}", "}", "}"};
  const std::string any = absl::StrCat("{\"any\":{\"@type\":\"a/trestle.test.nest.Node\",",
                                       Deep(structs, 33).substr(1), "}");
  const std::string nested = Deep({"", "", "{\"child\":", any.c_str(), "}", ""}, 50);
  std::string wire;
  EXPECT_EQ(JsonToWire(nested, SchemaOf(test::nest::Node()), {}, &wire), absl::OkStatus());
  EXPECT_TRUE(test::nest::Node().ParseFromString(wire));
}

TEST(JsonToWire, D11LimitsDepth) {
  std::string wire;
  const Schema& inner = SchemaOf(test::Inner::default_instance());
  EXPECT_TRUE(JsonToWire(Nested(100), inner, {}, &wire).ok());
  EXPECT_EQ(JsonToWire(Nested(101), inner, {}, &wire).message(),
            "line 1, column 901: objects and arrays are nested too deeply");
  std::string list = std::string(200000, '[');
  EXPECT_FALSE(JsonToWire(list, SchemaOf(google::protobuf::Value()), {}, &wire).ok());
}

TEST(JsonToWire, LongNestedLengthsAreExact) {
  // Lengths that need one, two, three and four bytes, within one another.
  for (size_t size : {0, 1, 120, 125, 126, 127, 128, 129, 16380, 16384, 2097152}) {
    std::string text(size, 'x');
    std::string json = absl::StrCat(R"({"b":")", text, R"("})");
    test::Inner expected;
    expected.set_b(text);
    for (int level = 0; level < 9; ++level) {
      test::Inner outer;
      *outer.mutable_child() = expected;
      *outer.add_children() = expected;
      json = absl::StrCat(R"({"child":)", json, R"(,"children":[)", json, "]}");
      expected = outer;
      if (json.size() > 3000000) break;
    }
    std::string wire;
    ASSERT_TRUE(JsonToWire(json, SchemaOf(expected), {}, &wire).ok());
    EXPECT_EQ(wire, expected.SerializeAsString()) << size;
  }
}

TEST(JsonToWire, ManyMapKeysAreStillUnique) {
  std::string json = R"({"mapString":{)";
  for (int i = 0; i < 1000; ++i) absl::StrAppend(&json, "\"key", i, "\":\"\",");
  std::string wire;
  EXPECT_TRUE(JsonToWire(json + "\"last\":\"\"}}", SchemaOf(Everything()), {}, &wire).ok());
  absl::Status twice = JsonToWire(json + "\"key500\":\"\"}}", SchemaOf(Everything()), {}, &wire);
  EXPECT_NE(twice.message().find(R"("mapString["key500"]" is given twice)"),
            absl::string_view::npos);
}

TEST(JsonToWire, AppendsAfterWhatIsThere) {
  std::string wire = "before";
  ASSERT_TRUE(JsonToWire(R"({"a":1})", SchemaOf(test::Inner()), {}, &wire).ok());
  EXPECT_EQ(wire, "before\x08\x01");
}

TEST(JsonToWire, R88CarriesTheFieldsPath) {
  std::string wire;
  absl::Status status =
      JsonToWire(R"({"mapMessage":{"k":{"a":"z"}}})", SchemaOf(Everything()), {}, &wire);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  // BadRequest{field_violations{field description}}, lengths as bytes.
  std::string field = "map_message[\"k\"].a";
  std::string description = "\"z\" is not an int32";
  std::string violation =
      absl::StrCat("\x0a", std::string(1, static_cast<char>(field.size())), field, "\x12",
                   std::string(1, static_cast<char>(description.size())), description);
  ASSERT_TRUE(status.GetPayload(kBadRequestUrl).has_value());
  EXPECT_EQ(*status.GetPayload(kBadRequestUrl),
            absl::StrCat("\x0a", std::string(1, static_cast<char>(violation.size())), violation));
}

std::string ReadField(absl::string_view name, absl::string_view json) {
  std::string wire;
  const Field& field = *SchemaOf(Everything()).FindByName(name);
  absl::Status status = JsonToWireField(json, field, {}, &wire);
  if (!status.ok()) return std::string(status.message());
  Everything message;
  EXPECT_TRUE(message.ParseFromString(wire));
  return Text(message);
}

TEST(JsonToWire, R37ReadsOneField) {
  EXPECT_EQ(ReadField("int32_field", "5"), "int32_field: 5 ");
  EXPECT_EQ(ReadField("int32s", "[5]"), "int32s: 5 ");
  EXPECT_EQ(ReadField("map_int32", R"({"1":2})"), "map_int32 { key: 1 value: 2 } ");
  EXPECT_EQ(ReadField("message_field", R"({"a":1})"), "message_field { a: 1 } ");
  EXPECT_EQ(ReadField("message_field", "{}"), "message_field { } ");
  EXPECT_EQ(ReadField("message_field", "null"), "");
  EXPECT_EQ(ReadField("value", "null"), "value { null_value: NULL_VALUE } ");
  EXPECT_EQ(ReadField("timestamp", R"("1970-01-01T00:00:01Z")"), "timestamp { seconds: 1 } ");
  EXPECT_EQ(ReadField("int32_field", R"("x")"),
            R"(line 1, column 1: "int32Field": "x" is not an int32)");
  EXPECT_EQ(ReadField("message_field", R"({"a":"x"})"),
            R"(line 1, column 6: "messageField.a": "x" is not an int32)");
  EXPECT_EQ(ReadField("int32_field", "5 6"),
            "line 1, column 3: unexpected text after the JSON value");
}

}  // namespace
}  // namespace trestle
