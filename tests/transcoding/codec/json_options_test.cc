// Each option of JSON, in both directions: JSON that is printed with it is read back as the same
// message, and JSON that only it accepts is rejected without it.

#include <string>

#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/transcoding/mapping.pb.h"
#include "tests/transcoding/protos/everything3.pb.h"
#include "trestle/transcoding/codec/json_to_wire.h"
#include "trestle/transcoding/codec/wire_to_json.h"

namespace trestle {
namespace {

using google::protobuf::Message;

const Schema& SchemaOf(const Message& message) {
  return SchemaPool::Generated().Get(*message.GetDescriptor());
}

// Returns the message of `json` in text format, or the error message.
std::string Read(const std::string& json, const Message& type, const JsonReadOptions& options) {
  std::string wire;
  const absl::Status status = JsonToWire(json, SchemaOf(type), options, &wire);
  if (!status.ok()) return std::string(status.message());
  std::unique_ptr<Message> message(type.New());
  EXPECT_TRUE(message->ParseFromString(wire));
  return message->ShortDebugString();
}

std::string Print(const Message& message, const JsonWriteOptions& options) {
  std::string json;
  EXPECT_TRUE(WireToJson(message.SerializeAsString(), SchemaOf(message), options, &json).ok());
  return json;
}

struct WriteRow {
  const char* rule;
  void (*choose)(JsonWriteOptions* write, JsonReadOptions* read);  // `read`: to read it back
  const char* message;                                             // of an Author
  const char* json;
  const char* plain;  // the JSON without the choice
};

const WriteRow kWriteRows[] = {
    {"R52", [](JsonWriteOptions* write, JsonReadOptions*) { write->original_names = true; },
     "print_run: 1", R"({"print_run":1})", R"({"printRun":1})"},
    {"R55", [](JsonWriteOptions* write, JsonReadOptions*) { write->always_print_defaults = true; },
     "author { born: 0 }",
     R"({"name":"","title":"","pages":0,"author":{"name":"","born":0,"aliases":[]},"tags":[],)"
     R"("labels":{},"translators":[],"printRun":0,"genre":"GENRE_UNSPECIFIED"})",
     R"({"author":{"born":0}})"},
    {"R54", [](JsonWriteOptions* write, JsonReadOptions*) { write->null_for_unset = true; },
     "author { name: 'x' }",
     R"({"author":{"name":"x","mentor":null},"published":null,"extra":null,"rating":null,)"
     R"("nothing":null})",
     R"({"author":{"name":"x"}})"},
    {"R54",
     [](JsonWriteOptions* write, JsonReadOptions*) {
       write->always_print_defaults = write->null_for_unset = true;
     },
     "name: 'x'",
     R"({"name":"x","title":"","pages":0,"author":null,"tags":[],"labels":{},"published":null,)"
     R"("extra":null,"rating":null,"translators":[],"nothing":null,"printRun":0,"genre":"GENRE_UNSPECIFIED"})",
     R"({"name":"x"})"},
};

TEST(JsonOptions, WhatIsPrintedByAChoiceIsReadBack) {
  for (const WriteRow& row : kWriteRows) {
    test::mapping::Book book;
    ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(row.message, &book));
    JsonWriteOptions write;
    JsonReadOptions read;
    EXPECT_EQ(Print(book, write), row.plain) << row.rule;
    row.choose(&write, &read);
    EXPECT_EQ(Print(book, write), row.json) << row.rule;
    EXPECT_EQ(Read(row.json, book, read), book.ShortDebugString()) << row.rule;
  }
}

const WriteRow kScalarRows[] = {
    {"R56", [](JsonWriteOptions* write, JsonReadOptions*) { write->enums_as_numbers = true; },
     "enum_field: BLUE enums: [RED, 99]", R"({"enumField":7,"enums":[1,99]})",
     R"({"enumField":"BLUE","enums":["RED",99]})"},
    {"R57",
     [](JsonWriteOptions* write, JsonReadOptions* read) {
       write->short_enum_names = read->short_enum_names = true;
     },
     "optional_enum: COLOR_UNSPECIFIED enums: [0, 1]",
     R"({"optionalEnum":"UNSPECIFIED","enums":["UNSPECIFIED","RED"]})",
     R"({"optionalEnum":"COLOR_UNSPECIFIED","enums":["COLOR_UNSPECIFIED","RED"]})"},
    {"R59", [](JsonWriteOptions* write, JsonReadOptions*) { write->int64_as_numbers = true; },
     "int64_field: -9223372036854775808 uint64_field: 18446744073709551615 map_int64 { key: 1 "
     "value: 2 } int64_value { value: 3 }",
     R"({"int64Field":-9223372036854775808,"uint64Field":18446744073709551615,)"
     R"("mapInt64":{"1":2},"int64Value":3})",
     R"({"int64Field":"-9223372036854775808","uint64Field":"18446744073709551615",)"
     R"("mapInt64":{"1":"2"},"int64Value":"3"})"},
};

TEST(JsonOptions, ScalarsPrintedByAChoiceAreReadBack) {
  for (const WriteRow& row : kScalarRows) {
    test::Everything message;
    ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(row.message, &message));
    JsonWriteOptions write;
    JsonReadOptions read;
    EXPECT_EQ(Print(message, write), row.plain) << row.rule;
    row.choose(&write, &read);
    EXPECT_EQ(Print(message, write), row.json) << row.rule;
    EXPECT_EQ(Read(row.json, message, read), message.ShortDebugString()) << row.rule;
  }
}

struct ReadRow {
  const char* rule;
  void (*choose)(JsonReadOptions* read);
  const char* json;
  const char* message;  // what it is by the choice, of an Everything
  const char* refusal;  // without it
  const char* printed;  // the message again
};

const ReadRow kReadRows[] = {
    {"R50", [](JsonReadOptions* read) { read->ignore_unknown_fields = true; },
     R"({"nope":[{"x":1}],"int32Field":1})", "int32_field: 1",
     R"(line 1, column 2: "nope" is not a known field)", R"({"int32Field":1})"},
    {"R50", [](JsonReadOptions* read) { read->ignore_unknown_fields = true; },
     R"({"enums":["RED","MAUVE"],"int32Field":1})", "int32_field: 1 enums: RED",
     R"(line 1, column 17: "enums[1]": "MAUVE" is not a value of trestle.test.Color (COLOR_UNSPECIFIED, RED, CRIMSON, GREEN, BLUE, INFRARED))",
     R"({"int32Field":1,"enums":["RED"]})"},
    {"R57", [](JsonReadOptions* read) { read->case_insensitive_enums = true; },
     R"({"enumField":"Crimson"})", "enum_field: RED",
     R"(line 1, column 14: "enumField": "Crimson" is not a value of trestle.test.Color (COLOR_UNSPECIFIED, RED, CRIMSON, GREEN, BLUE, INFRARED))",
     R"({"enumField":"RED"})"},
    {"R57", [](JsonReadOptions* read) { read->short_enum_names = true; },
     R"({"optionalEnum":"UNSPECIFIED"})", "optional_enum: COLOR_UNSPECIFIED",
     R"(line 1, column 17: "optionalEnum": "UNSPECIFIED" is not a value of trestle.test.Color (COLOR_UNSPECIFIED, RED, CRIMSON, GREEN, BLUE, INFRARED))",
     R"({"optionalEnum":"COLOR_UNSPECIFIED"})"},
    {"R57",
     [](JsonReadOptions* read) { read->short_enum_names = read->case_insensitive_enums = true; },
     R"({"optionalEnum":"unspecified"})", "optional_enum: COLOR_UNSPECIFIED",
     R"(line 1, column 17: "optionalEnum": "unspecified" is not a value of trestle.test.Color (COLOR_UNSPECIFIED, RED, CRIMSON, GREEN, BLUE, INFRARED))",
     R"({"optionalEnum":"COLOR_UNSPECIFIED"})"},
};

TEST(JsonOptions, WhatIsReadByAChoiceOnlyIsRefusedWithoutIt) {
  const test::Everything type;
  for (const ReadRow& row : kReadRows) {
    JsonReadOptions read;
    EXPECT_EQ(Read(row.json, type, read), row.refusal) << row.rule;
    row.choose(&read);
    EXPECT_EQ(Read(row.json, type, read), row.message) << row.rule;
    test::Everything message;
    ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(row.message, &message));
    EXPECT_EQ(Print(message, {}), row.printed) << row.rule;
  }
}

TEST(JsonOptions, DepthIsAChoiceOfTheReader) {  // D11
  const test::Inner type;
  JsonReadOptions read;
  const char* const json = R"({"child":{"children":[{"a":1}]}})";
  for (int depth : {4, 5, 100, 1000}) {
    read.max_depth = depth;
    EXPECT_EQ(Read(json, type, read), "child { children { a: 1 } }");
  }
  read.max_depth = 3;
  EXPECT_EQ(Read(json, type, read), "line 1, column 23: objects and arrays are nested too deeply");
}

}  // namespace
}  // namespace trestle
