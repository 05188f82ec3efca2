// Strict RFC 8259 (R76) through the codec: JSON is read as a google.protobuf.Value, which accepts
// every JSON text, and printed again.

#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/empty.pb.h"
#include "google/protobuf/struct.pb.h"
#include "gtest/gtest.h"
#include "trestle/tests/transcoding/codec/json_syntax_rows.h"
#include "trestle/transcoding/codec/json_to_wire.h"
#include "trestle/transcoding/codec/wire_to_json.h"

namespace trestle {
namespace {

using google::protobuf::ListValue;
using google::protobuf::Struct;
using google::protobuf::Value;

template <typename Message>
const Schema& SchemaOf() {
  return SchemaPool::Generated().Get(*Message::descriptor());
}

template <typename Message = Value>
absl::Status Read(absl::string_view json, const JsonReadOptions& options = {},
                  std::string* wire = nullptr) {
  std::string ignored;
  // A heap allocation of the exact size, so that sanitizers detect reads past the end.
  const std::vector<char> bytes(json.begin(), json.end());
  const absl::string_view exact(bytes.data(), bytes.size());
  return JsonToWire(exact, SchemaOf<Message>(), options, wire == nullptr ? &ignored : wire);
}

// Returns `json` printed again, or the error message.
template <typename Message = Value>
std::string Reprint(absl::string_view json, const JsonReadOptions& options = {}) {
  std::string wire, printed;
  absl::Status status = Read<Message>(json, options, &wire);
  if (status.ok()) status = WireToJson(wire, SchemaOf<Message>(), {}, &printed);
  return status.ok() ? printed : std::string(status.message());
}

std::string Repeat(absl::string_view text, int times) {
  std::string repeated;
  for (int i = 0; i < times; ++i) absl::StrAppend(&repeated, text);
  return repeated;
}

// Accepted ------------------------------------------------------------------------------

TEST(JsonSyntax, R76AcceptsWhatIsJson) {
  for (const Accepted& row : kAccepted) {
    EXPECT_EQ(Reprint(row.text), row.printed) << row.name;
    EXPECT_EQ(Reprint(row.printed), row.printed) << row.name;  // what is printed is JSON
  }
}

// The same texts one level deeper, as an element of an array and as the value of a member.
TEST(JsonSyntax, R76AcceptsItAnywhere) {
  for (const Accepted& row : kAccepted) {
    EXPECT_EQ(Reprint<ListValue>(absl::StrCat("[", row.text, "]")),
              absl::StrCat("[", row.printed, "]"))
        << row.name;
    EXPECT_EQ(Reprint<Struct>(absl::StrCat("{\"k\":", row.text, ",\"l\":0}")),
              absl::StrCat("{\"k\":", row.printed, ",\"l\":0}"))
        << row.name;
  }
}

// Refused -------------------------------------------------------------------------------

TEST(JsonSyntax, R76RefusesWhatIsNotJson) {
  for (const Refused& row : kRefused) {
    const absl::Status status = Read(row.text);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << row.name;
    EXPECT_TRUE(absl::StartsWith(status.message(), "line ")) << row.name << ": " << status;
  }
}

// Invalid text is rejected in ignored fields too (R50).
TEST(JsonSyntax, R76RefusesItInAnUnknownFieldToo) {
  JsonReadOptions options;
  options.ignore_unknown_fields = true;
  for (const Refused& row : kRefused) {
    if (absl::StartsWith(row.name, "R67") || absl::StartsWith(row.name, "R60")) continue;
    EXPECT_FALSE(Read<google::protobuf::Empty>(absl::StrCat("{\"x\":", row.text, "}")).ok())
        << row.name;
  }
}

TEST(JsonSyntax, HasRowsForEverything) {
  EXPECT_GE(std::size(kAccepted), 95u);
  EXPECT_GE(std::size(kRefused), 188u);
  std::set<absl::string_view> names;
  for (const Accepted& row : kAccepted) EXPECT_TRUE(names.insert(row.name).second) << row.name;
  for (const Refused& row : kRefused) EXPECT_TRUE(names.insert(row.name).second) << row.name;
}

// Places of errors ----------------------------------------------------------------------

TEST(JsonSyntax, R88SaysWhere) {
  for (const Mistake& row : kMistakes) EXPECT_EQ(Reprint(row.text), row.message) << row.name;
}

// Truncation ----------------------------------------------------------------------------

// One of each construct, so that there is a cut within each.
constexpr absl::string_view kRich =
    "{\"k\\u00e9y\" : [ null, true, false, -12.5e+3, 0, \"\", \"text\",\n"
    "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00\", \"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\" "
    "],\r\n"
    "\t\"object\" : {\"a\":{\"b\":{}},\"c\":[[],[{}]]}, \"\" : 1E-2 }";

TEST(JsonSyntax, R76RefusesATextCutAtAnyByte) {
  ASSERT_TRUE(Read(kRich).ok()) << Read(kRich);
  for (size_t size = 0; size < kRich.size(); ++size) {
    EXPECT_FALSE(Read(kRich.substr(0, size)).ok()) << kRich.substr(0, size);
  }
}

TEST(JsonSyntax, R76RefusesATextWithAnyByteBefore) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string text = std::string(1, static_cast<char>(byte)) + "{}";
    EXPECT_EQ(Read(text).ok(), byte != 0 && absl::StrContains(" \t\r\n", text.substr(0, 1)))
        << byte;
  }
}

TEST(JsonSyntax, R76RefusesATextWithAnyByteBehind) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string text = "{}" + std::string(1, static_cast<char>(byte));
    EXPECT_EQ(Read(text).ok(), byte != 0 && absl::StrContains(" \t\r\n", text.substr(2))) << byte;
  }
}

TEST(JsonSyntax, R76RefusesEveryRawControlInAString) {
  for (int byte = 0; byte < 0x20; ++byte) {
    EXPECT_FALSE(Read("\"" + std::string(1, static_cast<char>(byte)) + "\"").ok()) << byte;
  }
}

TEST(JsonSyntax, R76KnowsEightLettersOfEscapesAndU) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string text = "\"\\" + std::string(1, static_cast<char>(byte)) + "\"";
    EXPECT_EQ(Read(text).ok(), byte != 0 && absl::StrContains("\"\\/bfnrt", text.substr(2, 1)))
        << byte;
  }
}

// Depth (D11) ---------------------------------------------------------------------------

struct Nesting {
  const char* name;
  const char* open;
  const char* close;
  int levels;    // of one `open`
  int messages;  // of one `open`, on the wire
};

const Nesting kNestings[] = {
    {"arrays", "[", "]", 1, 2},
    {"objects", "{\"a\":", "}", 1, 3},
    {"objects in arrays", "[{\"a\":", "}]", 2, 5},
    {"arrays after their siblings", "[0,\"\",", "]", 1, 2},
};

std::string Nest(const Nesting& nesting, int depth) {
  const int times = depth / nesting.levels;
  return absl::StrCat(Repeat(nesting.open, times), "0", Repeat(nesting.close, times));
}

// A hundred messages on the wire, the greatest depth that protobuf's parsers read.
int MaxDepth(const Nesting& nesting) { return 100 / nesting.messages * nesting.levels; }

TEST(JsonSyntax, D11TakesAHundredMessages) {
  for (const Nesting& nesting : kNestings) {
    const std::string text = Nest(nesting, MaxDepth(nesting));
    EXPECT_TRUE(Read(text).ok()) << nesting.name;
    EXPECT_EQ(Reprint(text), text) << nesting.name;  // what may be read may be printed
  }
}

TEST(JsonSyntax, D11RefusesOneMore) {
  EXPECT_EQ(Reprint(Repeat("[", 101) + Repeat("]", 101)),
            "line 1, column 51: objects and arrays are nested too deeply");
  for (const Nesting& nesting : kNestings) {
    const absl::Status status = Read(Nest(nesting, MaxDepth(nesting) + nesting.levels));
    EXPECT_TRUE(absl::StrContains(status.message(), "nested too deeply")) << nesting.name << status;
  }
}

TEST(JsonSyntax, D11IsAChoice) {
  for (const Nesting& nesting : kNestings) {
    for (int depth : {2, 4, 200}) {
      JsonReadOptions options;
      options.max_depth = depth;
      EXPECT_TRUE(Read(Nest(nesting, depth), options).ok()) << nesting.name << depth;
      EXPECT_FALSE(Read(Nest(nesting, depth + nesting.levels), options).ok()) << nesting.name;
    }
  }
}

TEST(JsonSyntax, D11HoldsHoweverDeepItIs) {
  for (const char* open : {"[", "{\"a\":", "[{\"a\":", "[[],"}) {
    EXPECT_TRUE(absl::StrContains(Read(Repeat(open, 1000000)).message(), "nested too deeply"))
        << open;
  }
}

TEST(JsonSyntax, D11CountsDepthAndNotBrackets) {
  const std::string text = absl::StrCat("[", Repeat("[],{},", 100000), "0]");
  EXPECT_TRUE(Read(text).ok());
}

}  // namespace
}  // namespace trestle
