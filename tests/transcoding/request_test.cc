#include "trestle/transcoding/request.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/message.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/transcoding/legacy.pb.h"
#include "tests/transcoding/mapping.pb.h"
#include "trestle/transcoding/binding.h"
#include "trestle/transcoding/codec/schema.h"
#include "trestle/transcoding/codec/violation.h"
#include "trestle/transcoding/error.h"
#include "trestle/transcoding/media_type.h"

namespace trestle {
namespace {

namespace test = ::trestle::test::mapping;

template <typename Message>
const Schema& SchemaOf() {
  return SchemaPool::Generated().Get(*Message::descriptor());
}

template <typename Message = test::Request>
Binding BindTo(const Rule& rule) {
  const auto binding = Bind(rule, SchemaOf<Message>(), SchemaOf<test::Book>());
  EXPECT_TRUE(binding.ok()) << binding.status();
  return binding.ok() ? *binding : Binding();
}

std::string OneLine(const google::protobuf::Message& message) {
  google::protobuf::TextFormat::Printer printer;
  printer.SetSingleLineMode(true);
  std::string text;
  printer.PrintToString(message, &text);
  if (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

// The field in the BadRequest of the status: field 1 of its field 1.
std::string ViolatedField(const absl::Status& status) {
  const auto payload = status.GetPayload(kBadRequestUrl);
  if (!payload.has_value()) return "-";
  const std::string bytes(*payload);
  return bytes[2] == '\x0A' ? bytes.substr(4, bytes[3]) : "";
}

// The message on one line, or "400 [field]: message".
template <typename Message = test::Request>
std::string Decode(const Rule& rule, const std::vector<absl::string_view>& captures,
                   const HttpRequest& http, const Options& options = {}) {
  const Binding binding = BindTo<Message>(rule);
  std::string wire;
  const absl::Status status =
      DecodeRequest(binding, captures, http, FormatOfBody(http.headers), options, &wire);
  if (!status.ok()) {
    return absl::StrCat(HttpStatusOf(status), " [", ViolatedField(status), "]: ", status.message());
  }
  Message message;
  EXPECT_TRUE(message.ParseFromString(wire));
  return OneLine(message);
}

HttpRequest Http(const std::string& query, const std::string& body = "",
                 const std::string& content_type = "") {
  HttpRequest http;
  http.query = query;
  http.body = body;
  if (!content_type.empty()) http.headers.push_back({"Content-Type", content_type});
  return http;
}

// Query --------------------------------------------------------------------------------

struct QueryRow {
  const char* rule;
  const char* query;
  const char* message;
};

const QueryRow kQueryRows[] = {
    {"R24", "", ""},
    {"R24", "name=x&page_size=2", "name: \"x\" page_size: 2"},
    {"R25", "pageSize=2", "page_size: 2"},
    {"R25", "other=2", "renamed: 2"},
    {"R25", "renamed=2", "renamed: 2"},
    {"R26", "tags=b&tags=a&tags=b", "tags: \"b\" tags: \"a\" tags: \"b\""},
    {"R26", "numbers=3&name=x&numbers=-1", "name: \"x\" numbers: 3 numbers: -1"},
    {"R26", "genres=NOVEL&genres=0", "genres: NOVEL genres: GENRE_UNSPECIFIED"},
    {"R26", "tags=", "tags: \"\""},
    {"R27", "author.name=x", "author { name: \"x\" }"},
    {"R27", "book.author.mentor.name=x&book.title=y",
     "book { title: \"y\" author { mentor { name: \"x\" } } }"},
    {"R27", "author.name=", "author { }"},  // the parent is present
    {"R27", "author.aliases=a&author.aliases=b", "author { aliases: \"a\" aliases: \"b\" }"},
    {"R28", "books=x",
     "400 [books]: query parameter \"books\" is a list of messages: no query can carry it"},
    {"R28", "books.title=x", "400 [books.title]: query parameter \"books.title\" is not known"},
    {"R28", "times=2020-01-01T00:00:00Z",
     "400 [times]: query parameter \"times\" is a list of messages: no query can carry it"},
    {"R27", "author=x",
     "400 [author]: query parameter \"author\" is a message: give its fields, as in "
     "\"author.name\""},
    {"R27", "name.x=1", "400 [name.x]: query parameter \"name.x\" is not known"},
    {"R33", "flag=true", "flag: true"},
    {"R33", "flag=false", ""},
    {"R33", "flag=True", "400 [flag]: query parameter \"flag\": \"True\" is not a bool"},
    {"R33", "flag=1", "400 [flag]: query parameter \"flag\": \"1\" is not a bool"},
    {"R33", "flag", "400 [flag]: query parameter \"flag\": \"\" is not a bool"},
    {"R33", "page_size=x", "400 [page_size]: query parameter \"page_size\": \"x\" is not an int32"},
    {"R33", "page_size=", "400 [page_size]: query parameter \"page_size\": \"\" is not an int32"},
    {"R33", "pageSize=x", "400 [page_size]: query parameter \"pageSize\": \"x\" is not an int32"},
    {"R33", "page_size=1e2",
     "400 [page_size]: query parameter \"page_size\": \"1e2\" is not an int32"},
    {"R33", "page_size=%201",
     "400 [page_size]: query parameter \"page_size\": \" 1\" is not an int32"},
    {"R33", "page_size=%2B1",
     "400 [page_size]: query parameter \"page_size\": \"+1\" is not an int32"},
    {"R33", "page_size=01",
     "400 [page_size]: query parameter \"page_size\": \"01\" is not an int32"},
    {"R33", "page_size=0x1",
     "400 [page_size]: query parameter \"page_size\": \"0x1\" is not an int32"},
    {"R33", "page_size=2147483647", "page_size: 2147483647"},
    {"R33", "page_size=2147483648",
     "400 [page_size]: query parameter \"page_size\": \"2147483648\" is not an int32"},
    {"R33", "page_size=-2147483648", "page_size: -2147483648"},
    {"R33", "i64=-9223372036854775808", "i64: -9223372036854775808"},
    {"R33", "i64=9223372036854775808",
     "400 [i64]: query parameter \"i64\": \"9223372036854775808\" is not an int64"},
    {"R33", "u64=18446744073709551615", "u64: 18446744073709551615"},
    {"R33", "u32=-1", "400 [u32]: query parameter \"u32\": \"-1\" is not a uint32"},
    {"R33", "s32=-5&s64=-6&f32=7&f64=8&sf32=-9&sf64=-10",
     "s32: -5 s64: -6 f32: 7 f64: 8 sf32: -9 sf64: -10"},
    {"R33", "flt=1.5&dbl=-1e300", "flt: 1.5 dbl: -1e+300"},
    {"R33", "flt=NaN&dbl=-Infinity", "flt: nan dbl: -inf"},
    {"R33", "dbl=inf", "400 [dbl]: query parameter \"dbl\": \"inf\" is not a double"},
    {"R33", "flt=1e39", "400 [flt]: query parameter \"flt\": \"1e39\" is not a float"},
    {"R33", "genre=NOVEL", "genre: NOVEL"},
    {"R33", "genre=ROMAN", "genre: NOVEL"},
    {"R33", "genre=-2", "genre: POEM"},
    {"R33", "genre=77", "genre: 77"},
    {"R33", "genre=novel",
     "400 [genre]: query parameter \"genre\": \"novel\" is not a value of "
     "trestle.test.mapping.Genre (GENRE_UNSPECIFIED, NOVEL, ROMAN, POEM)"},
    {"R33", "raw=_-8%3D", "raw: \"\\377\\357\""},
    {"R33", "raw=%2F%2B8", "raw: \"\\377\\357\""},
    {"R33", "raw=!", "400 [raw]: query parameter \"raw\": \"!\" is not base64"},
    {"R33", "time=2020-01-02T03:04:05.5Z", "time { seconds: 1577934245 nanos: 500000000 }"},
    {"R33", "time=yesterday",
     "400 [time]: query parameter \"time\": \"yesterday\" is not an RFC 3339 timestamp"},
    {"R33", "time.seconds=1", "400 [time.seconds]: query parameter \"time.seconds\" is not known"},
    {"R33", "span=-1.5s", "span { seconds: -1 nanos: -500000000 }"},
    {"R33", "mask=fooBar,baz.quxQuux", "mask { paths: \"foo_bar\" paths: \"baz.qux_quux\" }"},
    {"R33", "mask=foo_bar,baz", "mask { paths: \"foo_bar\" paths: \"baz\" }"},
    {"R33", "mask=", "mask { }"},
    {"R33", "maybe=false&text=&big=5&blob=YQ",
     "maybe { } text { } blob { value: \"a\" } big { value: 5 }"},
    {"R33", "maybe=2", "400 [maybe]: query parameter \"maybe\": \"2\" is not a bool"},
    {"R34", "p=", "p: \"\""},
    {"R34", "p", "p: \"\""},
    {"R34", "level=0", "level: 0"},
    {"R34", "name=a&name=b", "400 [name]: query parameter \"name\" is given twice"},
    {"R34", "page_size=1&pageSize=1",
     "400 [page_size]: query parameter \"pageSize\" is given twice"},
    {"R34", "author.name=a&author.name=b",
     "400 [author.name]: query parameter \"author.name\" is given twice"},
    {"R34", "author.name=a&book.author.name=b",
     "book { author { name: \"b\" } } author { name: \"a\" }"},
    {"R34", "author.mentor.name=a&author.name=b", "author { name: \"b\" mentor { name: \"a\" } }"},
    {"R34", "time=2020-01-01T00:00:00Z&time=2020-01-01T00:00:00Z",
     "400 [time]: query parameter \"time\" is given twice"},
    {"R34", "left=x&right=1",
     "400 [right]: query parameter \"right\" cannot be given together with \"left\""},
    {"R34", "middle.name=x&left=1",
     "400 [left]: query parameter \"left\" cannot be given together with \"middle\""},
    {"R34", "middle.name=x&middle.born=1", "middle { name: \"x\" born: 1 }"},
    {"R34", "author.city=x&author.village=y",
     "400 [author.village]: query parameter \"author.village\" cannot be given together with "
     "\"city\""},
    {"R34", "author.city=x&book.author.village=y",
     "book { author { village: \"y\" } } author { city: \"x\" }"},
    {"R24", "name=a+b%20c%2Bd", "name: \"a b c+d\""},
    {"R24", "&&name=x&&", "name: \"x\""},
    {"R24", "n%61me=x", "name: \"x\""},
    {"R24", "name=a=b", "name: \"a=b\""},
    {"R24", "name=x;page_size=1", "name: \"x;page_size=1\""},
    {"R24", "=x", "400 []: query parameter \"\" is not known"},
    {"R23", "name=%zz",
     "400 [name]: query parameter \"name\": \"%zz\" has a malformed percent escape"},
    {"R23", "name=%", "400 [name]: query parameter \"name\": \"%\" has a malformed percent escape"},
    {"R23", "na%me=x",
     "400 [na%me]: query parameter \"na%me\": \"na%me\" has a malformed percent escape"},
    {"R23", "name=%FF", "400 [name]: query parameter \"name\": \"\\xff\" is not UTF-8"},
    {"R23", "name=%C0%80", "400 [name]: query parameter \"name\": \"\\xc0\\x80\" is not UTF-8"},
    {"R23", "mask=%FF", "400 [mask]: query parameter \"mask\": \"\\xff\" is not UTF-8"},
    {"R23", "raw=%FF", "400 [raw]: query parameter \"raw\": \"\\xff\" is not UTF-8"},
    {"R63", "name=%00", "name: \"\\000\""},
    {"D5", "nope=1", "400 [nope]: query parameter \"nope\" is not known"},
    {"D5", "Name=1", "400 [Name]: query parameter \"Name\" is not known"},
    {"D5", "author.nope=1", "400 [author.nope]: query parameter \"author.nope\" is not known"},
    {"D5", "author..name=1", "400 [author..name]: query parameter \"author..name\" is not known"},
    {"D5", ".name=1", "400 [.name]: query parameter \".name\" is not known"},
    {"D5", "name.=1", "400 [name.]: query parameter \"name.\" is not known"},
    {"D5", "$alt=json&$.xgafv=2", ""},  // system parameters
    {"D9", "labels[a]=x&labels[b]=y",
     "labels { key: \"a\" value: \"x\" } labels { key: \"b\" value: \"y\" }"},
    {"D9", "labels%5Ba.b]]=x", "labels { key: \"a.b]\" value: \"x\" }"},
    {"D9", "labels[]=x", "labels { key: \"\" value: \"x\" }"},
    {"D9", "labels[a]", "labels { key: \"a\" value: \"\" }"},
    {"D9", "ratings[-5]=NOVEL", "ratings { key: -5 value: NOVEL }"},
    {"D9", "switches[true]=7", "switches { key: true value: 7 }"},
    {"D9", "book.labels[a]=x", "book { labels { key: \"a\" value: \"x\" } }"},
    {"D9", "labels[a]=x&labels[a]=y",
     "400 [labels[\"a\"]]: query parameter \"labels[a]\" is given twice"},
    {"D9", "labels[a]=x&labels[%61]=x",
     "400 [labels[\"a\"]]: query parameter \"labels[a]\" is given twice"},
    {"D9", "book.labels[a]=x&labels[a]=y",
     "labels { key: \"a\" value: \"y\" } book { labels { key: \"a\" value: \"x\" } }"},
    {"D9", "ratings[x]=NOVEL",
     "400 [ratings[\"x\"]]: query parameter \"ratings[x]\": the key \"x\" is not an int32"},
    {"D9", "ratings[1]=x",
     "400 [ratings[\"1\"]]: query parameter \"ratings[1]\": \"x\" is not a value of "
     "trestle.test.mapping.Genre (GENRE_UNSPECIFIED, NOVEL, ROMAN, POEM)"},
    {"D9", "labels=x",
     "400 [labels]: query parameter \"labels\" is a map: give its keys, as in \"labels[key]\""},
    {"D9", "labels[a=x", "400 [labels[a]: query parameter \"labels[a\" is not known"},
    {"D9", "labels[a]b=x", "400 [labels[a]b]: query parameter \"labels[a]b\" is not known"},
    {"D9", "name[a]=x", "400 [name[a]]: query parameter \"name[a]\" is not known"},
    {"D9", "people[a]=x",
     "400 [people[\"a\"]]: query parameter \"people[a]\" is a map of messages: no query can carry "
     "it"},
    {"D9", "people[a].name=x",
     "400 [people[a].name]: query parameter \"people[a].name\" is not known"},
};

TEST(DecodeRequest, ReadsQueries) {
  for (const QueryRow& row : kQueryRows) {
    EXPECT_EQ(Decode({"GET", "/v1/x", "", ""}, {}, Http(row.query)), row.message)
        << row.rule << " " << row.query;
  }
}

TEST(DecodeRequest, PassesOverUnknownParametersByOption) {  // D5
  const Rule rule = {"GET", "/v1/{name}", "", ""};
  Options all;
  all.query.ignore_unknown = true;
  EXPECT_EQ(Decode(rule, {"x"}, Http("nope=1&page_size=2&name=y"), all),
            "name: \"x\" page_size: 2");
  EXPECT_EQ(Decode(rule, {"x"}, Http("page_size=y"), all),
            "400 [page_size]: query parameter \"page_size\": \"y\" is not an int32");
  Options some;
  some.query.ignored = {"utm_*", "key"};
  EXPECT_EQ(Decode(rule, {"x"}, Http("utm_source=a&key=b"), some), "name: \"x\"");
  EXPECT_EQ(Decode(rule, {"x"}, Http("keys=1"), some),
            "400 [keys]: query parameter \"keys\" is not known");
  EXPECT_EQ(Decode(rule, {"x"}, Http("$alt=1"), some),
            "400 [$alt]: query parameter \"$alt\" is not known");
}

// Path, query and body together --------------------------------------------------------

struct Row {
  const char* rule;
  Rule binding;
  std::vector<absl::string_view> captures;
  HttpRequest http;
  const char* message;
};

const Row kRows[] = {
    {"R13",
     {"GET", "/{name}/{page_size}", "", ""},
     {"x", "3"},
     Http(""),
     "name: \"x\" page_size: 3"},
    {"R13", {"GET", "/{author.name}", "", ""}, {"x"}, Http(""), "author { name: \"x\" }"},
    {"R13",
     {"GET", "/{genre}/{raw}/{time}/{big}", "", ""},
     {"1", "YQ", "2020-01-01T00:00:00Z", "-1"},
     Http(""),
     "raw: \"a\" genre: NOVEL time { seconds: 1577836800 } big { value: -1 }"},
    {"R88",
     {"GET", "/{i64}", "", ""},
     {"x"},
     Http(""),
     "400 [i64]: path variable \"i64\": \"x\" is not an int64"},
    {"R88",
     {"GET", "/{author.born}", "", ""},
     {"x"},
     Http(""),
     "400 [author.born]: path variable \"author.born\": \"x\" is not an int32"},
    {"R18", {"GET", "/{name}", "", ""}, {"x%2Fy%20z+w"}, Http(""), "name: \"x/y z+w\""},
    {"R20", {"GET", "/{name=s/*}", "", ""}, {"s/x%2fy%20z"}, Http(""), "name: \"s/x%2fy z\""},
    {"R20", {"GET", "/{name=**}", "", ""}, {"a%2F/b%3A"}, Http(""), "name: \"a%2F/b:\""},
    {"R7", {"GET", "/{name=**}", "", ""}, {""}, Http(""), ""},
    {"R23",
     {"GET", "/{name}", "", ""},
     {"%zz"},
     Http(""),
     "400 [name]: path variable \"name\": \"%zz\" has a malformed percent escape"},
    {"R23",
     {"GET", "/{name}", "", ""},
     {"%FF"},
     Http(""),
     "400 [name]: path variable \"name\": \"\\xff\" is not UTF-8"},
    {"R23", {"GET", "/{raw}", "", ""}, {"_w"}, Http(""), "raw: \"\\377\""},
    {"R29",
     {"POST", "/", "book", ""},
     {},
     Http("book.title=x", "{}"),
     "400 [book.title]: query parameter \"book.title\" cannot be given: the body carries it"},
    {"R30",
     {"GET", "/{name}", "", ""},
     {"x"},
     Http("name=y"),
     "400 [name]: query parameter \"name\" cannot be given: the path carries it"},
    {"R30",
     {"GET", "/{author.name}", "", ""},
     {"x"},
     Http("author.born=1&page_size=1"),
     "page_size: 1 author { name: \"x\" born: 1 }"},
    {"R30",
     {"GET", "/{author.name}", "", ""},
     {"x"},
     Http("author.name=y"),
     "400 [author.name]: query parameter \"author.name\" cannot be given: the path carries it"},
    {"R31",
     {"POST", "/{name}", "*", ""},
     {"x"},
     Http("", "{\"name\":\"y\",\"pageSize\":1}"),
     "name: \"x\" page_size: 1"},
    {"R31", {"POST", "/{page_size}", "*", ""}, {"0"}, Http("", "{\"pageSize\":5}"), ""},
    {"R31",
     {"PUT", "/{book.name}", "book", ""},
     {"x"},
     Http("page_size=3", "{\"name\":\"y\",\"title\":\"t\"}"),
     "page_size: 3 book { name: \"x\" title: \"t\" }"},
    {"R31",
     {"POST", "/{time}", "*", ""},
     {"1970-01-01T00:00:00Z"},
     Http("", "{\"time\":\"2020-01-01T00:00:00.5Z\"}"),
     "time { }"},
    {"R31", {"POST", "/{maybe}", "*", ""}, {"false"}, Http("", "{\"maybe\":true}"), "maybe { }"},
    {"R31",
     {"POST", "/{mask}", "*", ""},
     {"a,b"},
     Http("", "{\"mask\":\"c\",\"pageSize\":1}"),
     "page_size: 1 mask { paths: \"a\" paths: \"b\" }"},
    {"R34",
     {"POST", "/{left}", "*", ""},
     {"x"},
     Http("", "{\"right\":3}"),
     "400 [right]: \"right\" cannot be given together with \"left\", which the path carries"},
    {"R31", {"POST", "/{left}", "*", ""}, {"x"}, Http("", "{\"left\":\"y\"}"), "left: \"x\""},
    {"R34: null is no member",
     {"POST", "/{left}", "*", ""},
     {"x"},
     Http("", "{\"right\":null}"),
     "left: \"x\""},
    {"R31",
     {"GET", "/{left}", "", ""},
     {"x"},
     Http("right=3"),
     "400 [right]: query parameter \"right\" cannot be given together with \"left\""},
    {"R34",
     {"POST", "/", "left", ""},
     {},
     Http("right=3", "\"x\""),
     "400 [right]: query parameter \"right\" cannot be given together with \"left\""},
    {"R34", {"POST", "/", "left", ""}, {}, Http("right=3", "null"), "right: 3"},
    {"R32", {"POST", "/", "", ""}, {}, Http("name=x", "{\"page_size\":1}"), "name: \"x\""},
    {"R35", {"POST", "/", "tags", ""}, {}, Http("", "[\"a\",\"b\"]"), "tags: \"a\" tags: \"b\""},
    {"R35",
     {"POST", "/", "labels", ""},
     {},
     Http("", "{\"a\":\"b\"}"),
     "labels { key: \"a\" value: \"b\" }"},
    {"R36",
     {"POST", "/", "*", ""},
     {},
     Http("", "{\"page_size\":1,\"author\":{\"name\":\"x\"}}"),
     "page_size: 1 author { name: \"x\" }"},
    {"R37", {"POST", "/", "page_size", ""}, {}, Http("name=x", "3"), "name: \"x\" page_size: 3"},
    {"R37",
     {"POST", "/", "time", ""},
     {},
     Http("", "\"1970-01-01T00:00:01Z\""),
     "time { seconds: 1 }"},
    {"R46, R48",
     {"POST", "/{name}", "file", ""},
     {"x"},
     Http("page_size=1", std::string("\0{\xFF", 3), "image/png"),
     "name: \"x\" page_size: 1 file { content_type: \"image/png\" data: \"\\000{\\377\" }"},
    {"R46", {"POST", "/", "file", ""}, {}, Http("", "[", ""), "file { data: \"[\" }"},
    {"R46",
     {"POST", "/", "file", ""},
     {},
     Http("", "[", "a/\xff"),
     "400 []: content type \"a/\\xff\" is not UTF-8"},
    {"R46",
     {"POST", "/", "file", ""},
     {},
     Http("", "", "text/csv"),
     "file { content_type: \"text/csv\" }"},
    {"D5",
     {"POST", "/", "*", ""},
     {},
     Http("page_size=1", "{}"),
     "400 [page_size]: query parameter \"page_size\" is not known: the body carries every field"},
    {"D6", {"POST", "/", "*", ""}, {}, Http(""), ""},
    {"D6", {"POST", "/", "book", ""}, {}, Http(""), "book { }"},
    {"D6", {"POST", "/", "file", ""}, {}, Http(""), "file { }"},
    {"D6", {"POST", "/", "value", ""}, {}, Http(""), "value { struct_value { } }"},
    {"D6", {"POST", "/", "extra", ""}, {}, Http(""), "extra { }"},
    {"D6", {"POST", "/", "page_size", ""}, {}, Http(""), ""},
    {"D6", {"POST", "/", "tags", ""}, {}, Http("", "", "text/plain"), ""},
    {"D6", {"GET", "/", "", ""}, {}, Http("", "<html>", "text/html"), ""},
    {"D7",
     {"POST", "/", "*", ""},
     {},
     Http("", "{\"name\":\"x\"}", "application/json"),
     "name: \"x\""},
    {"D7",
     {"POST", "/", "*", ""},
     {},
     Http("", "{\"name\":\"x\"}", "Application/JSON ; Charset=\"UTF-8\""),
     "name: \"x\""},
    {"D7",
     {"POST", "/", "*", ""},
     {},
     Http("", "{\"name\":\"x\"}", "application/merge-patch+json"),
     "name: \"x\""},
    {"D7",
     {"POST", "/", "*", ""},
     {},
     Http("", "{}", "text/plain"),
     "415 [-]: content type \"text/plain\" is not supported: send application/json in UTF-8"},
    {"D7",
     {"POST", "/", "*", ""},
     {},
     Http("", "{}", "application/json; charset=latin1"),
     "415 [-]: content type \"application/json; charset=latin1\" is not supported: send "
     "application/json in UTF-8"},
    {"D7",
     {"POST", "/", "*", ""},
     {},
     Http("", "a=b", "application/x-www-form-urlencoded"),
     "415 [-]: content type \"application/x-www-form-urlencoded\" is not supported: send "
     "application/json in UTF-8"},
    {"D7",
     {"POST", "/{name}", "*", ""},
     {"y"},
     Http("", "\x0A\x01x\x10\x02", "application/x-protobuf"),
     "name: \"y\" page_size: 2"},
    {"D7",
     {"POST", "/", "book", ""},
     {},
     Http("", "\x12\x01x", "application/protobuf"),
     "book { title: \"x\" }"},
    {"D7",
     {"POST", "/{name}", "*", ""},
     {"y"},
     Http("", "\x10\x02\x0A\x03", "application/protobuf"),
     "400 []: the body is not a protobuf message"},  // would swallow the path
    {"D7",
     {"POST", "/{name}", "*", ""},
     {"y"},
     Http("", "\x0B", "application/protobuf"),
     "400 []: the body is not a protobuf message"},
    {"D7",
     {"POST", "/", "tags", ""},
     {},
     Http("", "x", "application/protobuf"),
     "415 [-]: content type \"application/protobuf\" is not supported: send application/json in "
     "UTF-8"},
};

// Returns the message of path and query alone, on one line, or "400 [field]: message".
std::string DecodeAlone(const Rule& rule, const std::vector<absl::string_view>& captures,
                        const std::string& query) {
  std::string wire;
  const absl::Status status = DecodeParameters(BindTo(rule), captures, query, {}, &wire);
  if (!status.ok()) {
    return absl::StrCat(HttpStatusOf(status), " [", ViolatedField(status), "]: ", status.message());
  }
  test::Request message;
  EXPECT_TRUE(message.ParseFromString(wire));
  return OneLine(message);
}

TEST(DecodeParameters, DecodesPathAndQueryAlone) {
  const struct {
    const char* what;
    Rule rule;
    std::vector<absl::string_view> captures;
    const char* query;
    const char* message;
  } kRows[] = {
      {"D6: no body field",
       {"POST", "/{name}", "book", ""},
       {"a"},
       "page_size=1",
       "name: \"a\" page_size: 1"},
      {"R31: the path wins",
       {"POST", "/{name}", "book", ""},
       {"a"},
       "name=b",
       "400 [name]: query parameter \"name\" cannot be given: the path carries it"},
      {"R29: the body's field",
       {"POST", "/", "book", ""},
       {},
       "book.title=b",
       "400 [book.title]: query parameter \"book.title\" cannot be given: the body carries it"},
      {"R34: the body sets a message of the same oneof",
       {"POST", "/", "middle", ""},
       {},
       "left=x",
       "400 [left]: query parameter \"left\" cannot be given together with \"middle\""},
      {"R34: the body may leave out a scalar",
       {"POST", "/", "left", ""},
       {},
       "right=3",
       "right: 3"},
      {"R20: a bad path",
       {"POST", "/{page_size}", "book", ""},
       {"x"},
       "",
       "400 [page_size]: path variable \"page_size\": \"x\" is not an int32"},
      {"a bad query precedes it",
       {"POST", "/{page_size}", "book", ""},
       {"x"},
       "level=y",
       "400 [level]: query parameter \"level\": \"y\" is not an int32"},
      {"nothing", {"POST", "/", "*", ""}, {}, "", ""},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(DecodeAlone(row.rule, row.captures, row.query), row.message) << row.what;
  }
  std::string wire;
  EXPECT_TRUE(
      absl::IsInternal(DecodeParameters(BindTo({"POST", "/{name}", "", ""}), {}, "", {}, &wire)));
}

TEST(DecodeRequest, BindsPathQueryAndBody) {
  for (const Row& row : kRows) {
    EXPECT_EQ(Decode(row.binding, row.captures, row.http), row.message)
        << row.rule << " " << row.binding.path << " ?" << row.http.query << " " << row.http.body;
  }
}

TEST(DecodeRequest, SaysWhereJsonIsWrong) {  // R88
  const std::string error =
      Decode({"POST", "/", "book", ""}, {}, Http("", "{\n \"author\": {\"born\": \"x\"}}"));
  EXPECT_TRUE(absl::StrContains(error, "400 [book.author.born]")) << error;
  EXPECT_TRUE(absl::StrContains(error, "line 2")) << error;
}

TEST(DecodeRequest, TakesContentEncodingsOnlyUndone) {  // D7
  HttpRequest http = Http("", "\x1F\x8B", "application/json");
  http.headers.push_back({"Content-Encoding", "gzip"});
  EXPECT_EQ(Decode({"POST", "/", "*", ""}, {}, http),
            "415 [-]: content encoding \"gzip\" is not supported: send none");
  http.headers.back().value = "identity";
  http.body = "{}";
  EXPECT_EQ(Decode({"POST", "/", "*", ""}, {}, http), "");
}

TEST(DecodeRequest, ReadsAnyTypeAsJsonByOption) {  // D7
  Options options;
  options.request.any_type_as_json = true;
  const Rule post = {"POST", "/", "*", ""};
  for (const char* type : {"text/plain", "application/json; charset=latin1", "image/png", "x",
                           "application/x-www-form-urlencoded", "\xFF;;="}) {
    EXPECT_EQ(Decode(post, {}, Http("", R"({"name":"x"})", type), options), "name: \"x\"") << type;
    EXPECT_EQ(Decode(post, {}, Http("", R"({"name":"x"})", type)).substr(0, 3), "415") << type;
    EXPECT_EQ(Decode(post, {}, Http("", "name=x", type), options),
              "400 []: line 1, column 1: invalid JSON value");
  }
  EXPECT_EQ(Decode(post, {}, Http("", "\x0A\x01x", "application/protobuf"), options),
            "name: \"x\"");
  EXPECT_EQ(Decode({"PUT", "/", "tags", ""}, {}, Http("", "x", "application/protobuf"), options),
            "415 [-]: content type \"application/protobuf\" is not supported: send "
            "application/json in UTF-8");
  EXPECT_EQ(Decode({"PUT", "/", "file", ""}, {}, Http("", "{", "text/plain"), options),
            "file { content_type: \"text/plain\" data: \"{\" }");  // R46
  EXPECT_EQ(Decode<test::UpdateBook>({"PATCH", "/", "book", ""}, {},
                                     Http("", R"({"title":"x"})", "text/plain"), options),
            "book { title: \"x\" } update_mask { paths: \"title\" }");  // D10
}

struct FormRow {
  const char* query;
  const char* body;
  const char* content_type;
  const char* message;
};

constexpr char kForm[] = "application/x-www-form-urlencoded";

const FormRow kFormRows[] = {
    {"", "name=a+b%21&page_size=2", kForm, "name: \"a b!\" page_size: 2"},
    {"name=x", "page_size=2", kForm, "name: \"x\" page_size: 2"},
    {"tags=a&tags=b", "tags=c", kForm, "tags: \"a\" tags: \"b\" tags: \"c\""},
    {"", "name=x", "Application/X-WWW-Form-Urlencoded ; charset=utf-8", "name: \"x\""},
    {"labels[a]=x", "labels[b]=y", kForm,
     "labels { key: \"a\" value: \"x\" } labels { key: \"b\" value: \"y\" }"},
    {"name=x&", "&&", kForm, "name: \"x\""},
    {"name=x", "", kForm, "name: \"x\""},
    {"", "$alt=json", kForm, ""},
    {"name=x", "name=x", kForm, "400 [name]: query parameter \"name\" is given twice"},
    {"page_size=1", "pageSize=1", kForm,
     "400 [page_size]: query parameter \"pageSize\" is given twice"},
    {"left=x", "right=1", kForm,
     "400 [right]: query parameter \"right\" cannot be given together with \"left\""},
    {"", "nope=1", kForm, "400 [nope]: query parameter \"nope\" is not known"},
    {"", "i64=1", kForm, "400 [i64]: query parameter \"i64\" cannot be given: the path carries it"},
    {"", "page_size=x", kForm,
     "400 [page_size]: query parameter \"page_size\": \"x\" is not an int32"},
    {"name=x", "page_size=2", "application/json", "name: \"x\""},
    {"name=x", "page_size=2", "", "name: \"x\""},
    {"name=x", "page_size=2", "multipart/form-data", "name: \"x\""},
};

TEST(DecodeRequest, ReadsFormsByOption) {  // R32
  Options options;
  options.request.form_posts = true;
  for (const FormRow& row : kFormRows) {
    const HttpRequest http = Http(row.query, row.body, row.content_type);
    EXPECT_EQ(Decode({"POST", "/{i64}", "", ""}, {"0"}, http, options), row.message)
        << row.query << " " << row.body;
  }
  EXPECT_EQ(Decode({"POST", "/", "", ""}, {}, Http("", "name=x", kForm)), "");  // by option only
  EXPECT_EQ(Decode({"POST", "/", "*", ""}, {}, Http("", "name=x", kForm), options).substr(0, 3),
            "415");  // where the body is bound it is not a query
  HttpRequest zipped = Http("", "name=x", kForm);
  zipped.headers.push_back({"Content-Encoding", "gzip"});
  EXPECT_EQ(Decode({"POST", "/", "", ""}, {}, zipped, options),
            "415 [-]: content encoding \"gzip\" is not supported: send none");
}

TEST(DecodeRequest, ReadsWholeBodiesRaw) {  // R46
  const auto binding =
      Bind({"POST", "/", "*", ""}, SchemaOf<google::api::HttpBody>(), SchemaOf<test::Book>());
  ASSERT_TRUE(binding.ok());
  std::string wire;
  ASSERT_TRUE(
      DecodeRequest(*binding, {}, Http("", "{]", "a/b"), BodyFormat::kOther, {}, &wire).ok());
  google::api::HttpBody body;
  ASSERT_TRUE(body.ParseFromString(wire));
  EXPECT_EQ(OneLine(body), "content_type: \"a/b\" data: \"{]\"");
}

TEST(DecodeRequest, AppendsToWhatIsThere) {
  std::string wire = "before";
  ASSERT_TRUE(DecodeRequest(BindTo({"POST", "/{mask}", "*", ""}), {"a"},
                            Http("", "{\"mask\":\"b\"}"), BodyFormat::kJson, {}, &wire)
                  .ok());
  EXPECT_EQ(wire.substr(0, 6), "before");
}

// Masks (D10) --------------------------------------------------------------------------

struct MaskRow {
  const char* query;
  const char* body;
  const char* paths;  // of the message's mask; "-" when it is not set
};

const MaskRow kMaskRows[] = {
    {"", "{}", "-"},
    {"", "", "-"},
    {"", "null", "-"},
    {"", R"({"title":"x"})", "title"},
    {"", R"({"title":"x","pages":3,"author":{"name":"a","born":null}})",
     "author.born,author.name,pages,title"},
    {"", R"({"author":{"mentor":{"mentor":{"name":"x"}}}})", "author.mentor.mentor.name"},
    {"", R"({"author":{}})", "author"},
    {"", R"({"author":{"mentor":{}},"nothing":{}})", "author.mentor,nothing"},
    {"", R"({"author":null,"title":null})", "author,title"},
    {"", R"({"tags":["a"],"labels":{"a":"b"},"extra":{"a":{"b":1}},"rating":3})",
     "extra,labels,rating,tags"},
    {"", R"({"translators":[{"name":"x"}],"published":"2020-01-01T00:00:00Z"})",
     "published,translators"},
    {"", R"({"pages":0})", "pages"},
    {"update_mask=title", R"({"pages":1})", "title"},  // a mask in the query wins
    {"updateMask=", R"({"pages":1})", ""},
    {"allow_missing=true", R"({"pages":1})", "pages"},
};

template <typename Message>
std::string MaskOf(const Rule& rule, const HttpRequest& http, const Options& options = {}) {
  std::string wire;
  const absl::Status status =
      DecodeRequest(BindTo<Message>(rule), {}, http, FormatOfBody(http.headers), options, &wire);
  EXPECT_TRUE(status.ok()) << status;
  Message message;
  EXPECT_TRUE(message.ParseFromString(wire));
  if (!message.has_update_mask()) return "-";
  std::string paths;
  for (const std::string& path : message.update_mask().paths()) {
    absl::StrAppend(&paths, paths.empty() ? "" : ",", path);
  }
  return paths;
}

TEST(DecodeRequest, FillsAPatchsMask) {  // D10
  for (const MaskRow& row : kMaskRows) {
    EXPECT_EQ(MaskOf<test::UpdateBook>({"PATCH", "/", "book", ""}, Http(row.query, row.body)),
              row.paths)
        << row.query << " " << row.body;
  }
}

// D10: ignored fields (R50) are not given, and must not be unset.
TEST(DecodeRequest, FillsNoMaskFromWhatIsPassedOver) {
  Options lenient;
  lenient.read.ignore_unknown_fields = true;
  const auto mask_of = [&](const char* body) {
    return MaskOf<test::UpdateBook>({"PATCH", "/", "book", ""}, Http("", body), lenient);
  };
  EXPECT_EQ(mask_of(R"({"nope":1,"genre":"NOPE","title":"x"})"), "title");
  EXPECT_EQ(mask_of(R"({"genre":"NOPE"})"), "-");
  EXPECT_EQ(mask_of(R"({"genre":"POEM"})"), "genre");
  EXPECT_EQ(mask_of(R"({"genre":1})"), "genre");
  EXPECT_EQ(mask_of(R"({"genre":null})"), "genre");
}

TEST(DecodeRequest, FillsNoMaskElsewhere) {  // D10
  const HttpRequest http = Http("", R"({"title":"x"})");
  EXPECT_EQ(MaskOf<test::UpdateBook>({"PUT", "/", "book", ""}, http), "-");
  EXPECT_EQ(MaskOf<test::UpdateBook>({"PATCH", "/", "*", ""}, Http("", R"({"book":{}})")), "-");
  EXPECT_EQ(MaskOf<test::TwoMasks>({"PATCH", "/", "book", ""}, http), "-");
  EXPECT_EQ(MaskOf<test::UpdateBook>({"PATCH", "/", "book", ""},
                                     Http("", "\x12\x01x", "application/protobuf")),
            "-");
}

TEST(DecodeRequest, LeavesOutOfAMaskWhatThePathBinds) {  // D10
  const Rule rule = {"PATCH", "/{book.name}/{book.author.name}", "book", ""};
  EXPECT_EQ(
      Decode<test::UpdateBook>(
          rule, {"x", "y"}, Http("", R"({"name":"n","title":"t","author":{"name":"a","born":1}})")),
      "book { name: \"x\" title: \"t\" author { name: \"y\" born: 1 } } "
      "update_mask { paths: \"author.born\" paths: \"title\" }");
  EXPECT_EQ(Decode<test::UpdateBook>(rule, {"x", "y"}, Http("", R"({"name":"n"})")),
            "book { name: \"x\" author { name: \"y\" } }");
  EXPECT_EQ(Decode<test::UpdateBook>(rule, {"x", "y"}, Http("update_mask=name", R"({"name":"n"})")),
            "book { name: \"x\" author { name: \"y\" } } update_mask { paths: \"name\" }");
}

TEST(DecodeRequest, BoundsAMask) {  // D10: hostile
  std::string body = "{\"name\":\"x\"}";
  for (int i = 0; i < 60; ++i) body = absl::StrCat("{\"mentor\":", body, ",\"name\":\"x\"}");
  Options options;
  options.limits.request_body = 4096;
  EXPECT_EQ(Decode<test::UpdateBook>({"PATCH", "/", "book", ""}, {},
                                     Http("", "{\"author\":" + body + "}"), options),
            "400 []: the body has too many fields for a field mask");
}

// Hostile sizes ------------------------------------------------------------------------

TEST(DecodeRequest, ReadsAHundredThousandParameters) {
  std::string query;
  for (int i = 0; i < 100000; ++i) absl::StrAppend(&query, "labels[", i, "]=x&");
  std::string wire;
  const Binding binding = BindTo({"GET", "/", "", ""});
  ASSERT_TRUE(DecodeRequest(binding, {}, Http(query), BodyFormat::kJson, {}, &wire).ok());
  test::Request message;
  ASSERT_TRUE(message.ParseFromString(wire));
  EXPECT_EQ(message.labels_size(), 100000);
  EXPECT_FALSE(
      DecodeRequest(binding, {}, Http(query + "labels[77]=x"), BodyFormat::kJson, {}, &wire).ok());
}

TEST(DecodeRequest, RefusesNamesTooDeep) {  // R41
  std::string name = "author";
  for (int i = 0; i < 90; ++i) name += ".mentor";
  EXPECT_TRUE(absl::StartsWith(Decode({"GET", "/", "", ""}, {}, Http(name + ".name=x")),
                               "author { mentor"));
  for (int i = 0; i < 5000; ++i) name += ".mentor";
  EXPECT_TRUE(absl::StartsWith(Decode({"GET", "/", "", ""}, {}, Http(name + ".name=x")), "400"));
}

TEST(DecodeRequest, AnyPrefixOfAQueryGetsAResponse) {
  const std::string query =
      "name=a%20b&book.labels[k%5D]=v&numbers=3&time=2020-01-01T00:00:00Z&raw=YQ%3D%3D&dbl=-1.5e3";
  const Binding binding = BindTo({"GET", "/", "", ""});
  for (size_t size = 0; size <= query.size(); ++size) {
    std::string wire;
    const absl::Status status =
        DecodeRequest(binding, {}, Http(query.substr(0, size)), BodyFormat::kJson, {}, &wire);
    test::Request message;
    EXPECT_EQ(HttpStatusOf(status), status.ok() ? 200 : 400) << query.substr(0, size);
    EXPECT_TRUE(!status.ok() || message.ParseFromString(wire)) << query.substr(0, size);
  }
}

TEST(DecodeRequest, ReadsGroups) {  // R27, proto2
  EXPECT_EQ(Decode<test::Legacy>({"GET", "/{part.id}", "", ""}, {"x"},
                                 Http("part.inner.depth=3&level=HIGH&count=0")),
            "count: 0 level: HIGH Part { id: \"x\" Inner { depth: 3 } }");
  EXPECT_EQ(Decode<test::Legacy>({"GET", "/", "", ""}, {}, Http("level=3")),
            "400 [level]: query parameter \"level\": \"3\" is not a value of "
            "trestle.test.mapping.Legacy.Level (LOW, HIGH)");
}

TEST(DecodeRequest, ReadsShortEnumNamesWhenTold) {  // R57
  const Rule rule = {"GET", "/{genre}", "", ""};
  EXPECT_EQ(Decode(rule, {"UNSPECIFIED"}, Http("")),
            "400 [genre]: path variable \"genre\": \"UNSPECIFIED\" is not a value of "
            "trestle.test.mapping.Genre (GENRE_UNSPECIFIED, NOVEL, ROMAN, POEM)");
  Options options;
  options.read.short_enum_names = true;
  EXPECT_EQ(Decode({"GET", "/", "", ""}, {}, Http("genres=UNSPECIFIED&genres=NOVEL"), options),
            "genres: GENRE_UNSPECIFIED genres: NOVEL");
  EXPECT_NE(Decode(rule, {"UNSPECIFIED"}, Http(""), options).substr(0, 3), "400");
}

// Extensions travel in JSON bodies; a query cannot name them, as "[" begins a map's key.
TEST(DecodeRequest, ReadsExtensionsFromTheBodyOnly) {  // R51, D5
  EXPECT_EQ(Decode<test::Extensible>({"PUT", "/", "*", ""}, {},
                                     Http("", R"({"[trestle.test.mapping.mark]":5})")),
            "[trestle.test.mapping.mark]: 5");
  for (const char* name : {"[trestle.test.mapping.mark]", "part.[trestle.test.mapping.mark]",
                           "trestle.test.mapping.mark", "mark"}) {
    const std::string error =
        Decode<test::Extensible>({"GET", "/", "", ""}, {}, Http(absl::StrCat(name, "=5")));
    EXPECT_EQ(error, absl::StrCat("400 [", name, "]: query parameter \"", name, "\" is not known"));
  }
}

TEST(DecodeRequest, AnExtensionIsNoUpdateMask) {  // D10
  EXPECT_EQ(Decode<test::Extensible>({"PATCH", "/", "part", ""}, {},
                                     Http("", R"({"name":"x","[trestle.test.mapping.mark]":5})")),
            "part { name: \"x\" [trestle.test.mapping.mark]: 5 } "
            "mask { paths: \"[trestle.test.mapping.mark]\" paths: \"name\" }");
}

}  // namespace
}  // namespace trestle
