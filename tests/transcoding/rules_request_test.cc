// The clauses of sections 1 to 4 and of the decisions D5 to D10 that request_test does not cover,
// one per row.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/message.h"
#include "google/protobuf/text_format.h"
#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"
#include "tests/transcoding/mapping.pb.h"
#include "trestle/transcoding/binding.h"
#include "trestle/transcoding/codec/schema.h"
#include "trestle/transcoding/codec/violation.h"
#include "trestle/transcoding/error.h"
#include "trestle/transcoding/media_type.h"
#include "trestle/transcoding/request.h"

namespace trestle {
namespace {

namespace test = ::trestle::test::mapping;

std::string OneLine(const google::protobuf::Message& message) {
  google::protobuf::TextFormat::Printer printer;
  printer.SetSingleLineMode(true);
  std::string text;
  printer.PrintToString(message, &text);
  if (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

struct Row {
  const char* rule;  // and what the row says of it
  Rule binding;
  std::vector<absl::string_view> captures;
  const char* query;
  const char* body;
  const char* message;  // on one line, or "400 [field]"; the words are request_test's matter
};

std::string ViolatedField(const absl::Status& status) {
  google::rpc::BadRequest details;
  const auto payload = status.GetPayload(kBadRequestUrl);
  if (!payload.has_value() || !details.ParseFromString(std::string(*payload))) return "-";
  return details.field_violations(0).field();
}

// The test::Request that it is decoded to.
std::string Decode(const Row& row, const std::string& content_type = "") {
  SchemaPool& schemas = SchemaPool::Generated();
  const auto binding = Bind(row.binding, schemas.Get(*test::Request::descriptor()),
                            schemas.Get(*test::Book::descriptor()));
  EXPECT_TRUE(binding.ok()) << row.rule << ": " << binding.status();
  if (!binding.ok()) return "";
  HttpRequest http;
  http.method = row.binding.http_method;
  http.query = row.query;
  http.body = row.body;
  if (!content_type.empty()) http.headers.push_back({"Content-Type", content_type});
  std::string wire;
  const absl::Status status =
      DecodeRequest(*binding, row.captures, http, FormatOfBody(http.headers), {}, &wire);
  if (!status.ok()) return absl::StrCat(HttpStatusOf(status), " [", ViolatedField(status), "]");
  test::Request message;
  EXPECT_TRUE(message.ParseFromString(wire)) << row.rule;
  return OneLine(message);
}

const Rule kGet = {"GET", "/x", "", ""};
const Rule kAll = {"POST", "/x", "*", ""};

const Row kRows[] = {
    // R13
    {"R13: every kind of integer",
     {"GET", "/{u32}/{u64}/{s32}/{s64}", "", ""},
     {"1", "18446744073709551615", "-3", "-4"},
     "",
     "",
     "u32: 1 u64: 18446744073709551615 s32: -3 s64: -4"},
    {"R13: every kind of fixed integer",
     {"GET", "/{f32}/{f64}/{sf32}/{sf64}", "", ""},
     {"1", "2", "-3", "-4"},
     "",
     "",
     "f32: 1 f64: 2 sf32: -3 sf64: -4"},
    {"R13: floats and bools",
     {"GET", "/{flt}/{dbl}/{flag}", "", ""},
     {"NaN", "-1.5e3", "true"},
     "",
     "",
     "flt: nan dbl: -1500 flag: true"},
    {"R13: Duration, FieldMask, wrappers",
     {"GET", "/{span}/{mask}/{maybe}/{text}/{blob}", "", ""},
     {"-1.5s", "fooBar,b_c", "true", "a%2Fb", "_w"},
     "",
     "",
     "span { seconds: -1 nanos: -500000000 } mask { paths: \"foo_bar\" paths: \"b_c\" } "
     "maybe { value: true } text { value: \"a/b\" } blob { value: \"\\377\" }"},
    {"R13: through several messages",
     {"GET", "/{book.author.mentor.name}", "", ""},
     {"x"},
     "",
     "",
     "book { author { mentor { name: \"x\" } } }"},
    // R18, R20
    {"R18: %2F in an integer is no digit",
     {"GET", "/{i64}", "", ""},
     {"1%2F2"},
     "",
     "",
     "400 [i64]"},
    {"R18: bytes are decoded before base64",
     {"GET", "/{raw}", "", ""},
     {"%2F%2B8%3D"},
     "",
     "",
     "raw: \"\\377\\357\""},
    {"R18: a single segment after literals is multi: R20",
     {"GET", "/{name=a/*/b}", "", ""},
     {"a/%2F%41/b"},
     "",
     "",
     "name: \"a/%2FA/b\""},
    {"R18: a variable of one \"*\" is single",
     {"GET", "/{name=*}", "", ""},
     {"%2F"},
     "",
     "",
     "name: \"/\""},
    {"R20: the case of %2f stays",
     {"GET", "/{name=**}", "", ""},
     {"%2f/%2F"},
     "",
     "",
     "name: \"%2f/%2F\""},
    {"R20: %25 is decoded, and no escape begins there",
     {"GET", "/{name=**}", "", ""},
     {"%252F/%2525"},
     "",
     "",
     "name: \"%2F/%25\""},
    // R23
    {"R23: half an escape at the end",
     {"GET", "/{name=**}", "", ""},
     {"a/%e"},
     "",
     "",
     "400 [name]"},
    {"R23: UTF-8 that is cut", {"GET", "/{name}", "", ""}, {"%C3"}, "", "", "400 [name]"},
    {"R23: a surrogate", {"GET", "/{name=**}", "", ""}, {"%ED%A0%80"}, "", "", "400 [name]"},
    {"R23: an overlong solidus", {"GET", "/{name}", "", ""}, {"..%C0%AF.."}, "", "", "400 [name]"},
    {"R23: UTF-8 that is whole",
     {"GET", "/{name}", "", ""},
     {"%E2%82%AC\xe2\x82\xac"},
     "",
     "",
     "name: \"\\342\\202\\254\\342\\202\\254\""},
    {"R23: a StringValue is a string", kGet, {}, "text=%FF", "", "400 [text]"},
    {"R23: a map's key", kGet, {}, "labels[%FF]=x", "", R"(400 [labels["\xff"]])"},
    {"R23: in an element of a list", kGet, {}, "tags=a&tags=%FE", "", "400 [tags]"},
    {"R23: a malformed value of an ignored parameter is not looked at", kGet, {}, "$x=%zz", "", ""},
    // R25 to R28
    {"R25: each part in either name",
     kGet,
     {},
     "book.author.born=1&pageSize=2&page_size",
     "",
     "400 [page_size]"},
    {"R25: by the name of the .proto though json_name is another",
     kGet,
     {},
     "renamed=1",
     "",
     "renamed: 1"},
    {"R26: the order is kept over other parameters",
     kGet,
     {},
     "flags=true&name=x&flags=false",
     "",
     "name: \"x\" flags: true flags: false"},
    {"R26: no list in one value", kGet, {}, "numbers=1,2", "", "400 [numbers]"},
    {"R26: no brackets", kGet, {}, "numbers[]=1", "", "400 [numbers[]]"},
    {"R27: parents become present",
     kGet,
     {},
     "book.author.born=0",
     "",
     "book { author { born: 0 } }"},
    {"R27: a leaf at its default does, too", kGet, {}, "book.pages=0", "", "book { }"},
    {"R28: by its index neither", kGet, {}, "books[0].title=x", "", "400 [books[0].title]"},
    // R29 to R32
    {"R29: nothing below the body field",
     {"POST", "/", "author", ""},
     {},
     "author.name=x",
     "{}",
     "400 [author.name]"},
    {"R29: nor the body field itself", {"POST", "/", "tags", ""}, {}, "tags=x", "[]", "400 [tags]"},
    {"R29: nor a key of it",
     {"POST", "/", "labels", ""},
     {},
     "labels[a]=x",
     "{}",
     R"(400 [labels["a"]])"},
    {"R29: nor without a body",
     {"POST", "/", "book", ""},
     {},
     "book.title=x",
     "",
     "400 [book.title]"},
    {"R30: by its other name neither",
     {"GET", "/{page_size}", "", ""},
     {"1"},
     "pageSize=2",
     "",
     "400 [page_size]"},
    {"R30: not the same value either",
     {"GET", "/{name}", "", ""},
     {"x"},
     "name=x",
     "",
     "400 [name]"},
    {"R31: a nested field of the body",
     {"POST", "/{author.name}", "*", ""},
     {"x"},
     "",
     "{\"author\":{\"name\":\"y\",\"born\":1}}",
     "author { name: \"x\" born: 1 }"},
    {"R31: an unset parent",
     {"POST", "/{author.name}", "*", ""},
     {"x"},
     "",
     "{\"author\":null}",
     "author { name: \"x\" }"},
    {"R31: nothing at all is what the path said",
     {"POST", "/{name=**}", "*", ""},
     {""},
     "",
     "{\"name\":\"y\"}",
     ""},
    {"R31: nothing in an optional field is what it said",
     {"POST", "/{p=**}", "*", ""},
     {""},
     "",
     "{\"p\":\"y\"}",
     "p: \"\""},
    {"R31: zero in an optional field",
     {"POST", "/{level}", "*", ""},
     {"0"},
     "",
     "{\"level\":7}",
     "level: 0"},
    {"R34: the body has a message of the same oneof",
     {"POST", "/{left}", "*", ""},
     {"x"},
     "",
     "{\"middle\":{\"name\":\"y\"}}",
     "400 [middle]"},
    {"R34: the body has within a message of a oneof",
     {"POST", "/{middle.name}", "*", ""},
     {"x"},
     "",
     "{\"left\":\"y\"}",
     "400 [left]"},
    {"R31: a wrapper is replaced whole",
     {"POST", "/{text}", "*", ""},
     {"x"},
     "",
     "{\"text\":\"y\"}",
     "text { value: \"x\" }"},
    {"R31: a Duration is replaced whole",
     {"POST", "/{span}", "*", ""},
     {"1s"},
     "",
     "{\"span\":\"0.5s\"}",
     "span { seconds: 1 }"},
    {"R34: the body has a oneof of a nested message",
     {"PUT", "/{author.city}", "*", ""},
     {"x"},
     "",
     "{\"author\":{\"village\":\"y\",\"name\":\"z\"}}",
     "400 [author.village]"},
    {"R32: PUT",
     {"PUT", "/{name}", "", ""},
     {"x"},
     "",
     "{\"name\":\"y\",\"p\":\"z\"}",
     "name: \"x\""},
    {"R32: PATCH", {"PATCH", "/{name}", "", ""}, {"x"}, "", "nonsense", "name: \"x\""},
    {"R32: DELETE", {"DELETE", "/{name}", "", ""}, {"x"}, "", "{\"name\":\"y\"}", "name: \"x\""},
    // R33: one conversion code for path and query
    {"R33: a bool of a path", {"GET", "/{flag}", "", ""}, {"TRUE"}, "", "", "400 [flag]"},
    {"R33: no exponent in a path either",
     {"GET", "/{page_size}", "", ""},
     {"1e2"},
     "",
     "",
     "400 [page_size]"},
    {"R33: a zero fraction is a ProtoJSON integer", kGet, {}, "page_size=1.0", "", "page_size: 1"},
    {"R33: any other fraction is rejected", kGet, {}, "page_size=1.5", "", "400 [page_size]"},
    {"R33: an exponent is for floats", kGet, {}, "flt=1e2&dbl=1E-2", "", "flt: 100 dbl: 0.01"},
    {"R33: in range", {"GET", "/{u32}", "", ""}, {"4294967296"}, "", "", "400 [u32]"},
    {"R33: an enum of a path", {"GET", "/{genre}", "", ""}, {"POEM"}, "", "", "genre: POEM"},
    {"R33: an unknown enum of a path",
     {"GET", "/{genre}", "", ""},
     {"SAGA"},
     "",
     "",
     "400 [genre]"},
    {"R33: base64url of a path", {"GET", "/{raw}", "", ""}, {"-_8"}, "", "", "raw: \"\\373\\377\""},
    {"R33: bad base64 of a path", {"GET", "/{raw}", "", ""}, {"A"}, "", "", "400 [raw]"},
    {"R33: the offset of a Timestamp, whose plus is escaped",
     kGet,
     {},
     "time=1970-01-01T01:00:00%2B01:00",
     "",
     "time { }"},
    {"R33: the plus of a path is a plus",
     {"GET", "/{time}", "", ""},
     {"1970-01-01T01:00:00+01:00"},
     "",
     "",
     "time { }"},
    {"R33: a wrapper's default", {"GET", "/{big}", "", ""}, {"0"}, "", "", "big { }"},
    {"R33: every alphabet of base64",
     kGet,
     {},
     "blob=-_8&raw=%2B/8%3D",
     "",
     "raw: \"\\373\\377\" blob { value: \"\\373\\377\" }"},
    // R34
    {"R34: a path's default is present", {"GET", "/{level}", "", ""}, {"0"}, "", "", "level: 0"},
    {"R34: a oneof's member at its default", kGet, {}, "right=0", "", "right: 0"},
    {"R34: a wrapper twice", kGet, {}, "big=1&big=1", "", "400 [big]"},
    {"R34: a path's member, then the query's",
     {"GET", "/{middle.name}", "", ""},
     {"x"},
     "left=1",
     "",
     "400 [left]"},
    {"R34: a member of the path continues in the query",
     {"GET", "/{middle.name}", "", ""},
     {"x"},
     "middle.born=1",
     "",
     "middle { name: \"x\" born: 1 }"},
    // R35 to R37
    {"R35: a map of messages",
     {"POST", "/", "people", ""},
     {},
     "",
     "{\"a\":{\"born\":1}}",
     "people { key: \"a\" value { born: 1 } }"},
    {"R35: a list of messages",
     {"POST", "/", "books", ""},
     {},
     "",
     "[{\"title\":\"x\"},{}]",
     "books { title: \"x\" } books { }"},
    {"R36: a field of the path may be left out",
     {"POST", "/{name}", "*", ""},
     {"x"},
     "",
     "{}",
     "name: \"x\""},
    {"R37: a bare bool", {"POST", "/", "flag", ""}, {}, "", "true", "flag: true"},
    {"R37: a bare string, in blanks", {"POST", "/", "name", ""}, {}, "", " \"x\"\n", "name: \"x\""},
    {"R37: a bare enum", {"POST", "/", "genre", ""}, {}, "", "\"NOVEL\"", "genre: NOVEL"},
    {"R37: a bare null",
     {"POST", "/", "value", ""},
     {},
     "",
     "null",
     "value { null_value: NULL_VALUE }"},
    {"R37: exactly one value", {"POST", "/", "name", ""}, {}, "", "\"x\" \"y\"", "400 []"},
    // D5, D6, D9
    {"D5: a body of one field leaves the others to the query",
     {"POST", "/", "tags", ""},
     {},
     "nope=1",
     "[]",
     "400 [nope]"},
    {"D5: a system parameter in addition to a whole body", kAll, {}, "$alt=json", "{}", ""},
    {"D6: an empty body is no wrapper", {"POST", "/", "big", ""}, {}, "", "", ""},
    {"D6: an empty body is no Timestamp", {"POST", "/", "time", ""}, {}, "", "", ""},
    {"D6: an empty body is no Duration", {"POST", "/", "span", ""}, {}, "", "", ""},
    {"D6: an empty body is no FieldMask", {"POST", "/", "mask", ""}, {}, "", "", ""},
    {"D6: blanks are no empty body", kAll, {}, "", " ", "400 []"},
    {"D9: bools and bytes as keys and values",
     kGet,
     {},
     "switches[false]=-1",
     "",
     "switches { key: false value: -1 }"},
    {"D9: a key of no such kind", kGet, {}, "switches[0]=1", "", R"(400 [switches["0"]])"},
    {"D9: an enum's number", kGet, {}, "ratings[1]=-2", "", "ratings { key: 1 value: POEM }"},
    {"D9: the same key spelt otherwise",
     kGet,
     {},
     "ratings[1]=1&ratings[%31]=1",
     "",
     R"(400 [ratings["1"]])"},
};

TEST(RulesOfRequests, EachClauseHolds) {
  for (const Row& row : kRows) EXPECT_EQ(Decode(row), row.message) << row.rule;
}

// R31 in the wire form, in which the body can have a field any number of times.
TEST(RulesOfRequests, R31ThePathWinsOverWireBytes) {
  const char* const kBody = "\x0a\x01y\x0a\x01z";  // name, twice
  EXPECT_EQ(
      Decode({"", {"POST", "/{name}", "*", ""}, {"x"}, "", kBody, ""}, "application/protobuf"),
      "name: \"x\"");
  EXPECT_EQ(
      Decode({"", {"POST", "/{name=**}", "*", ""}, {""}, "", kBody, ""}, "application/protobuf"),
      "");
}

}  // namespace
}  // namespace trestle
