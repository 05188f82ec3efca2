// The whole response to each kind of bad input (R88): the fault, its place, the value, and the path
// of the field for programs.

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "tests/transcoding/mapping.pb.h"
#include "trestle/tests/transcoding/endpoint.h"
#include "trestle/transcoding/codec/schema.h"
#include "trestle/transcoding/codec/utf8.h"
#include "trestle/transcoding/error.h"

namespace trestle {
namespace {

// In the tables `field` and `message` are as in the JSON of the response. A "|" in the message
// marks where the description of the violation begins, which is the rest of the message.

// The response for a status without details.
std::string PlainResponse(int code, absl::string_view message) {
  return absl::StrCat(R"({"error":{"code":)", code, R"(,"message":")", message,
                      R"(","status":"INVALID_ARGUMENT","details":[]}})");
}

// The response for a violation. `field` is "" if it concerns the whole input.
std::string Response(absl::string_view field, absl::string_view message) {
  const std::pair<std::string, std::string> parts =
      absl::StrSplit(message, absl::MaxSplits('|', 1));
  const std::string named = field.empty() ? "" : absl::StrCat(R"("field":")", field, "\",");
  return absl::StrCat(
      R"({"error":{"code":400,"message":")", parts.first, parts.second,
      R"(","status":"INVALID_ARGUMENT","details":[)",
      R"({"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{)", named,
      R"("description":")", parts.second, R"("}]}]}})");
}

// The response of a server.
std::string Serve(const Rule& rule, const HttpRequest& http, const Options& options = {}) {
  const Endpoint endpoint(rule, *test::mapping::Request::descriptor());
  std::string wire;
  const absl::Status status = endpoint.Serve(http, options, &wire);
  EXPECT_FALSE(status.ok()) << http.path << "?" << http.query;
  EXPECT_TRUE(IsUtf8(status.message()));
  return EncodeError(status, SchemaPool::Generated(), {}).body;
}

TEST(BadInput, GetsResponsesOfOneShape) {  // R80, R83, R88
  EXPECT_EQ(Serve({"GET", "/v1/books", "", ""}, Http("GET", "/v1/books?pageSize=x")),
            R"({"error":{"code":400,)"
            R"("message":"query parameter \"pageSize\": \"x\" is not an int32",)"
            R"("status":"INVALID_ARGUMENT","details":[)"
            R"({"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[)"
            R"({"field":"page_size","description":"\"x\" is not an int32"}]}]}})");
  EXPECT_EQ(Serve({"POST", "/v1/books", "book", ""},
                  Http("POST", "/v1/books", "{\n  \"title\": \"Jude\",\n  \"pages\": \"many\"\n}")),
            R"({"error":{"code":400,)"
            R"("message":"line 3, column 12: \"book.pages\": \"many\" is not an int32",)"
            R"("status":"INVALID_ARGUMENT","details":[)"
            R"({"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[)"
            R"({"field":"book.pages","description":"\"many\" is not an int32"}]}]}})");
}

// The path ------------------------------------------------------------------------------

struct PathRow {
  const char* rule;
  const char* path_template;
  std::string target;
  const char* field;
  const char* message;
};

const PathRow kPathRows[] = {
    {"R33", "/v1/{page_size}", "/v1/x", "page_size",
     R"(path variable \"page_size\": |\"x\" is not an int32)"},
    {"R33", "/v1/{page_size}", "/v1/2147483648", "page_size",
     R"(path variable \"page_size\": |\"2147483648\" is not an int32)"},
    {"R33", "/v1/{page_size}", "/v1/1e2", "page_size",
     R"(path variable \"page_size\": |\"1e2\" is not an int32)"},  // no exponents in URLs
    {"R33", "/v1/{i64}", "/v1/9223372036854775808", "i64",
     R"(path variable \"i64\": |\"9223372036854775808\" is not an int64)"},
    {"R33", "/v1/{u32}", "/v1/-1", "u32", R"(path variable \"u32\": |\"-1\" is not a uint32)"},
    {"R33", "/v1/{u64}", "/v1/1.5", "u64", R"(path variable \"u64\": |\"1.5\" is not a uint64)"},
    {"R33", "/v1/{s32}", "/v1/%201", "s32", R"(path variable \"s32\": |\" 1\" is not an int32)"},
    {"R33", "/v1/{s64}", "/v1/+1", "s64", R"(path variable \"s64\": |\"+1\" is not an int64)"},
    {"R33", "/v1/{f32}", "/v1/0x1", "f32", R"(path variable \"f32\": |\"0x1\" is not a uint32)"},
    {"R33", "/v1/{f64}", "/v1/01", "f64", R"(path variable \"f64\": |\"01\" is not a uint64)"},
    {"R33", "/v1/{sf32}", "/v1/--1", "sf32", R"(path variable \"sf32\": |\"--1\" is not an int32)"},
    {"R33", "/v1/{sf64}", "/v1/1%00", "sf64",
     R"(path variable \"sf64\": |\"1\\u0000\" is not an int64)"},
    {"R33", "/v1/{flt}", "/v1/1e39", "flt", R"(path variable \"flt\": |\"1e39\" is not a float)"},
    {"R33", "/v1/{dbl}", "/v1/inf", "dbl", R"(path variable \"dbl\": |\"inf\" is not a double)"},
    {"R33", "/v1/{flag}", "/v1/True", "flag", R"(path variable \"flag\": |\"True\" is not a bool)"},
    {"R33", "/v1/{genre}", "/v1/novel", "genre",
     R"(path variable \"genre\": |\"novel\" is not a value of trestle.test.mapping.Genre (GENRE_UNSPECIFIED, NOVEL, ROMAN, POEM))"},
    {"R33", "/v1/{genre}", "/v1/2147483648", "genre",
     R"(path variable \"genre\": |\"2147483648\" is not a value of trestle.test.mapping.Genre (GENRE_UNSPECIFIED, NOVEL, ROMAN, POEM))"},
    {"R33", "/v1/{raw}", "/v1/a!", "raw", R"(path variable \"raw\": |\"a!\" is not base64)"},
    {"R33", "/v1/{time}", "/v1/2023-02-29T00:00:00Z", "time",
     R"(path variable \"time\": |\"2023-02-29T00:00:00Z\" is not an RFC 3339 timestamp)"},
    {"R33", "/v1/{span}", "/v1/1.5", "span",
     R"(path variable \"span\": |\"1.5\" is not a duration in seconds such as \"1.5s\")"},
    {"R33", "/v1/{mask}", "/v1/a,,b", "mask",
     R"(path variable \"mask\": |\"a,,b\" is not a list of field paths, separated by commas)"},
    {"R33", "/v1/{maybe}", "/v1/yes", "maybe",
     R"(path variable \"maybe\": |\"yes\" is not a bool)"},
    {"R33", "/v1/{big}", "/v1/1e1", "big", R"(path variable \"big\": |\"1e1\" is not an int64)"},
    {"R33", "/v1/{blob}", "/v1/==", "blob", R"(path variable \"blob\": |\"==\" is not base64)"},
    {"R23", "/v1/{text}", "/v1/%FF", "text", R"(path variable \"text\": |\"\\xff\" is not UTF-8)"},
    {"R23", "/v1/{name}", "/v1/a%2", "name",
     R"(path variable \"name\": |\"a%2\" has a malformed percent escape)"},
    {"R23", "/v1/{name}", "/v1/%C3%28", "name",
     R"(path variable \"name\": |\"\\xc3(\" is not UTF-8)"},
    {"R23", "/v1/{name=s/*}", "/v1/s/%zz", "name",
     R"(path variable \"name\": |\"s/%zz\" has a malformed percent escape)"},
    {"R88", "/v1/{author.born}", "/v1/x", "author.born",
     R"(path variable \"author.born\": |\"x\" is not an int32)"},
    {"R88", "/v1/{book.author.mentor.born}", "/v1/x", "book.author.mentor.born",
     R"(path variable \"book.author.mentor.born\": |\"x\" is not an int32)"},
    {"R88", "/v1/{page_size}", "/v1/%1B%5B2J%7F%0A", "page_size",
     R"(path variable \"page_size\": |\"\\u001b[2J\\u007f\\n\" is not an int32)"},  // escapes
    {"R88", "/v1/{page_size}", "/v1/" + std::string(5000, '9'), "page_size",
     R"(path variable \"page_size\": |\"9999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999\"... is not an int32)"},
};

TEST(BadInput, InThePathIsNamedByItsVariable) {
  for (const PathRow& row : kPathRows) {
    EXPECT_EQ(Serve({"GET", row.path_template, "", ""}, Http("GET", row.target)),
              Response(row.field, row.message))
        << row.rule;
  }
}

// The query -----------------------------------------------------------------------------

struct QueryRow {
  const char* rule;
  std::string query;  // of a GET of /v1/{name}
  const char* field;
  const char* message;
};

const QueryRow kQueryRows[] = {
    {"D5", "nope=1", "nope", R"(query parameter \"nope\" |is not known)"},
    {"D5", "author.nope=1", "author.nope", R"(query parameter \"author.nope\" |is not known)"},
    {"D5", "=1", "", R"(query parameter \"\" |is not known)"},
    {"D5", "Page_Size=1", "Page_Size", R"(query parameter \"Page_Size\" |is not known)"},
    {"D5", "labels[a=1", "labels[a", R"(query parameter \"labels[a\" |is not known)"},
    {"D5", "page_size[0]=1", "page_size[0]", R"(query parameter \"page_size[0]\" |is not known)"},
    {"R30", "name=y", "name",
     R"(query parameter \"name\" |cannot be given: the path carries it)"},  // the path says it
    {"R33", "page_size=x", "page_size", R"(query parameter \"page_size\": |\"x\" is not an int32)"},
    {"R33", "pageSize=x", "page_size",
     R"(query parameter \"pageSize\": |\"x\" is not an int32)"},  // the path is that of the .proto
    {"R33", "page_size=", "page_size", R"(query parameter \"page_size\": |\"\" is not an int32)"},
    {"R33", "flag", "flag",
     R"(query parameter \"flag\": |\"\" is not a bool)"},  // no "=" is the empty value
    {"R33", "genre=MAUVE", "genre",
     R"(query parameter \"genre\": |\"MAUVE\" is not a value of trestle.test.mapping.Genre (GENRE_UNSPECIFIED, NOVEL, ROMAN, POEM))"},
    {"R33", "raw=%25", "raw", R"(query parameter \"raw\": |\"%\" is not base64)"},
    {"R33", "time=now", "time",
     R"(query parameter \"time\": |\"now\" is not an RFC 3339 timestamp)"},
    {"R33", "span=1m", "span",
     R"(query parameter \"span\": |\"1m\" is not a duration in seconds such as \"1.5s\")"},
    {"R33", "mask=,", "mask",
     R"(query parameter \"mask\": |\",\" is not a list of field paths, separated by commas)"},
    {"R33", "big=1.5", "big", R"(query parameter \"big\": |\"1.5\" is not an int64)"},
    {"R26", "numbers=1&numbers=x", "numbers",
     R"(query parameter \"numbers\": |\"x\" is not an int32)"},
    {"R26", "flags=true&flags=1", "flags", R"(query parameter \"flags\": |\"1\" is not a bool)"},
    {"R34", "page_size=1&pageSize=1", "page_size",
     R"(query parameter \"pageSize\" |is given twice)"},
    {"R34", "author.name=a&author.name=a", "author.name",
     R"(query parameter \"author.name\" |is given twice)"},
    {"R34", "p=&p=", "p", R"(query parameter \"p\" |is given twice)"},
    {"R34", "left=x&right=1", "right",
     R"(query parameter \"right\" |cannot be given together with \"left\")"},
    {"R34", "author.city=x&author.village=y", "author.village",
     R"(query parameter \"author.village\" |cannot be given together with \"city\")"},
    {"R34", "middle.name=x&left=y", "left",
     R"(query parameter \"left\" |cannot be given together with \"middle\")"},
    {"R28", "books=x", "books",
     R"(query parameter \"books\" |is a list of messages: no query can carry it)"},
    {"R28", "times=2020-01-01T00:00:00Z", "times",
     R"(query parameter \"times\" |is a list of messages: no query can carry it)"},
    {"R27", "author=x", "author",
     R"(query parameter \"author\" |is a message: give its fields, as in \"author.name\")"},
    {"R27", "extra=%7B%7D", "extra",
     R"(query parameter \"extra\" |is a message without plain fields: no query can carry it)"},
    {"R27", "any=x", "any",
     R"(query parameter \"any\" |is a message: give its fields, as in \"any.typeUrl\")"},
    {"D9", "labels=x", "labels",
     R"(query parameter \"labels\" |is a map: give its keys, as in \"labels[key]\")"},
    {"D9", "people[a]=x", R"(people[\"a\"])",
     R"(query parameter \"people[a]\" |is a map of messages: no query can carry it)"},
    {"D9", "ratings[x]=NOVEL", R"(ratings[\"x\"])",
     R"(query parameter \"ratings[x]\": |the key \"x\" is not an int32)"},
    {"D9", "ratings[1]=x", R"(ratings[\"1\"])",
     R"(query parameter \"ratings[1]\": |\"x\" is not a value of trestle.test.mapping.Genre (GENRE_UNSPECIFIED, NOVEL, ROMAN, POEM))"},
    {"D9", "switches[0]=1", R"(switches[\"0\"])",
     R"(query parameter \"switches[0]\": |the key \"0\" is not a bool)"},
    {"D9", "labels[a]=x&labels[%61]=y", R"(labels[\"a\"])",
     R"(query parameter \"labels[a]\" |is given twice)"},
    {"D9", "labels[%FF]=x", R"(labels[\"\\xff\"])",
     R"(query parameter \"labels[\\xff]\": |the key \"\\xff\" is not UTF-8)"},
    {"D9", "labels[a]=%FF", R"(labels[\"a\"])",
     R"(query parameter \"labels[a]\": |\"\\xff\" is not UTF-8)"},
    {"R23", "page_size=%", "page_size",
     R"(query parameter \"page_size\": |\"%\" has a malformed percent escape)"},
    {"R23", "na%me=x", "na%me",
     R"(query parameter \"na%me\": |\"na%me\" has a malformed percent escape)"},
    {"R23", "p=%FF", "p", R"(query parameter \"p\": |\"\\xff\" is not UTF-8)"},
    {"R23", "%FF=1", R"(\\xff)", R"(query parameter \"\\xff\" |is not known)"},
    {"R88", "%00%1B%22=1", R"(\\u0000\\u001b\\\")",
     R"(query parameter \"\\u0000\\u001b\\\"\" |is not known)"},
    {"R88", std::string(3000, 'k') + "=1",
     "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk"
     "kkkkkkk...",
     R"(query parameter \"kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk\"... |is not known)"},
    {"R88", "labels[" + std::string(3000, 'k') + "]=%zz",
     R"(labels[\"kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk\"...])",
     R"(query parameter \"labels[kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk\"...: |\"%zz\" has a malformed percent escape)"},
    {"R41", "author.mentor.mentor.mentors.name=x", "author.mentor.mentor.mentors.name",
     R"(query parameter \"author.mentor.mentor.mentors.name\" |is not known)"},
};

TEST(BadInput, InTheQueryIsNamedByItsParameter) {
  for (const QueryRow& row : kQueryRows) {
    EXPECT_EQ(Serve({"GET", "/v1/{name}", "", ""}, Http("GET", "/v1/x?" + row.query)),
              Response(row.field, row.message))
        << row.rule;
  }
}

TEST(BadInput, InAFormIsThatOfAQuery) {  // form_posts
  Options options;
  options.request.form_posts = true;
  for (const QueryRow& row : kQueryRows) {
    const HttpRequest http =
        Http("POST", "/v1/x", row.query, "application/x-www-form-urlencoded; charset=utf-8");
    EXPECT_EQ(Serve({"POST", "/v1/{name}", "", ""}, http, options),
              Response(row.field, row.message))
        << row.rule;
  }
}

// JSON ----------------------------------------------------------------------------------

struct JsonRow {
  const char* rule;
  std::string json;  // the body of a POST whose rule has body: "*"
  const char* field;
  const char* message;
};

const JsonRow kJsonRows[] = {
    {"R76", R"( )", "", "line 1, column 2: |unexpected end of the JSON text"},
    {"R76", R"({)", "", "line 1, column 2: |unexpected end of the JSON text"},
    {"R76", R"({"name")", "", "line 1, column 8: |unexpected end of the JSON text"},
    {"R76", R"({"name":)", "", "line 1, column 9: |unexpected end of the JSON text"},
    {"R76", R"({"name":"x")", "", "line 1, column 12: |unexpected end of the JSON text"},
    {"R76", R"({"name":"x)", "", "line 1, column 11: |unexpected end of the JSON text"},
    {"R76", R"({"name":"x",})", "",
     "line 1, column 13: |expected a key in double quotes"},  // a trailing comma
    {"R76", R"({name:1})", "", "line 1, column 2: |expected a key in double quotes"},
    {"R76", R"({'name':1})", "", "line 1, column 2: |expected a key in double quotes"},
    {"R76", R"({"name" "x"})", "", R"(line 1, column 9: |expected \":\" after the key)"},
    {"R76", R"({"flag":tru})", "", "line 1, column 9: |invalid JSON value"},
    {"R76", R"({"flag":True})", "", "line 1, column 9: |expected a JSON value"},
    {"R76", R"({"page_size":01})", "",
     R"(line 1, column 15: |expected \",\" or \"}\")"},  // a leading zero
    {"R76", R"({"page_size":-})", "", "line 1, column 14: |invalid number"},
    {"R76", R"({"dbl":1.})", "", "line 1, column 8: |invalid number"},
    {"R76", R"({"dbl":.5})", "", "line 1, column 8: |expected a JSON value"},
    {"R76", R"({"page_size":+1})", "", "line 1, column 14: |expected a JSON value"},
    {"R76", R"({"dbl":NaN})", "", "line 1, column 8: |expected a JSON value"},
    {"R76", R"({"page_size":1,,})", "", "line 1, column 16: |expected a key in double quotes"},
    {"R76", R"({/**/})", "", "line 1, column 2: |expected a key in double quotes"},  // a comment
    {"R76", R"({"name":"\x"})", "", "line 1, column 10: |unknown escape sequence"},
    {"R76", R"({"name":"\u12g4"})", "",
     R"(line 1, column 10: |\"\\u\" must be followed by four hexadecimal digits)"},
    {"R76", R"({"name":"\ud800"})", "", "line 1, column 10: |unpaired surrogate"},
    {"R76", R"({} {})", "", "line 1, column 4: |unexpected text after the JSON value"},
    {"R76", R"({"tags":["a" "b"]})", "", R"(line 1, column 14: |expected \",\" or \"]\")"},
    {"R76", R"({"tags":["a",]})", "", "line 1, column 14: |expected a JSON value"},
    {"R76", "{\"name\":\"a\nb\"}", "",
     "line 1, column 11: |control characters in a string must be escaped"},  // a line break
    {"R76", "\xEF\xBB\xBF{}", "",
     "line 1, column 1: |a byte order mark is not allowed"},  // a byte order mark
    {"R63", "{\"name\":\"\xFF\"}", "", "line 1, column 10: |the text is not UTF-8"},
    {"R76", std::string("{\"name\":\"x\"}\0", 13), "",
     "line 1, column 13: |unexpected text after the JSON value"},
    {"D11", R"({"extra":)" + std::string(200, '['), "",
     "line 1, column 110: |objects and arrays are nested too deeply"},
    {"D11", std::string(1 << 20, '['), "",
     "line 1, column 102: |objects and arrays are nested too deeply"},
    {"R88", "{\n  \"name\": \"\xC3\xA9\xE2\x82\xAC\", \"page_size\": x\n}", "",
     "line 2, column 30: |expected a JSON value"},  // columns are characters
    {"R53", R"(null)", "", "line 1, column 1: |expected an object, not null"},
    {"R36", R"([])", "", "line 1, column 1: |expected an object, not an array"},
    {"R36", R"("x")", "", R"(line 1, column 1: |expected an object, not \"x\")"},
    {"R36", R"(1)", "", "line 1, column 1: |expected an object, not 1"},
    {"R58", R"({"page_size":"x"})", "page_size",
     R"(line 1, column 14: \"page_size\": |\"x\" is not an int32)"},
    {"R58", R"({"page_size":1.5})", "page_size",
     R"(line 1, column 14: \"page_size\": |1.5 is not an int32)"},
    {"R58", R"({"page_size":2147483648})", "page_size",
     R"(line 1, column 14: \"page_size\": |2147483648 is not an int32)"},
    {"R58", R"({"page_size":""})", "page_size",
     R"(line 1, column 14: \"page_size\": |\"\" is not an int32)"},
    {"R58", R"({"page_size":true})", "page_size",
     R"(line 1, column 14: \"page_size\": |true is not an int32)"},
    {"R58", R"({"page_size":{}})", "page_size",
     R"(line 1, column 14: \"page_size\": |expected an int32, not an object)"},
    {"R59", R"({"i64":"9223372036854775808"})", "i64",
     R"(line 1, column 8: \"i64\": |\"9223372036854775808\" is not an int64)"},
    {"R58", R"({"u32":-1})", "u32", R"(line 1, column 8: \"u32\": |-1 is not a uint32)"},
    {"R59", R"({"u64":18446744073709551616})", "u64",
     R"(line 1, column 8: \"u64\": |18446744073709551616 is not a uint64)"},
    {"R58", R"({"s32":[]})", "s32",
     R"(line 1, column 8: \"s32\": |expected an int32, not an array)"},
    {"R59", R"({"s64":"1 "})", "s64", R"(line 1, column 8: \"s64\": |\"1 \" is not an int64)"},
    {"R58", R"({"f32":4294967296})", "f32",
     R"(line 1, column 8: \"f32\": |4294967296 is not a uint32)"},
    {"R59", R"({"f64":-1})", "f64", R"(line 1, column 8: \"f64\": |-1 is not a uint64)"},
    {"R58", R"({"sf32":"0x1"})", "sf32", R"(line 1, column 9: \"sf32\": |\"0x1\" is not an int32)"},
    {"R59", R"({"sf64":1e19})", "sf64", R"(line 1, column 9: \"sf64\": |1e19 is not an int64)"},
    {"R60", R"({"flt":1e39})", "flt", R"(line 1, column 8: \"flt\": |1e39 is not a float)"},
    {"R60", R"({"flt":"nan"})", "flt", R"(line 1, column 8: \"flt\": |\"nan\" is not a float)"},
    {"R60", R"({"dbl":-1e309})", "dbl", R"(line 1, column 8: \"dbl\": |-1e309 is not a double)"},
    {"R60", R"({"dbl":[1]})", "dbl",
     R"(line 1, column 8: \"dbl\": |expected a double, not an array)"},
    {"R62", R"({"flag":1})", "flag", R"(line 1, column 9: \"flag\": |1 is not a bool)"},
    {"R62", R"({"flag":"true"})", "flag", R"(line 1, column 9: \"flag\": |\"true\" is not a bool)"},
    {"R63", R"({"name":1})", "name", R"(line 1, column 9: \"name\": |1 is not a string)"},
    {"R63", R"({"name":["x"]})", "name",
     R"(line 1, column 9: \"name\": |expected a string, not an array)"},
    {"R61", R"({"raw":1})", "raw", R"(line 1, column 8: \"raw\": |1 is not base64)"},
    {"R61", R"({"raw":"a"})", "raw", R"(line 1, column 8: \"raw\": |\"a\" is not base64)"},
    {"R57", R"({"genre":"novel"})", "genre",
     R"(line 1, column 10: \"genre\": |\"novel\" is not a value of trestle.test.mapping.Genre (GENRE_UNSPECIFIED, NOVEL, ROMAN, POEM))"},
    {"R57", R"({"genre":1.5})", "genre",
     R"(line 1, column 10: \"genre\": |1.5 is not a value of trestle.test.mapping.Genre (GENRE_UNSPECIFIED, NOVEL, ROMAN, POEM))"},
    {"R57", R"({"genre":2147483648})", "genre",
     R"(line 1, column 10: \"genre\": |2147483648 is not a value of trestle.test.mapping.Genre (GENRE_UNSPECIFIED, NOVEL, ROMAN, POEM))"},
    {"R57", R"({"genre":[]})", "genre",
     R"(line 1, column 10: \"genre\": |expected a value of trestle.test.mapping.Genre (GENRE_UNSPECIFIED, NOVEL, ROMAN, POEM), not an array)"},
    {"R65", R"({"tags":"x"})", "tags",
     R"(line 1, column 9: \"tags\": |expected an array, not \"x\")"},
    {"R65", R"({"tags":[1]})", "tags[0]", R"(line 1, column 10: \"tags[0]\": |1 is not a string)"},
    {"R65", R"({"tags":["a",null]})", "tags[1]",
     R"(line 1, column 14: \"tags[1]\": |null is not a string)"},
    {"R65", R"({"numbers":[1,"x"]})", "numbers[1]",
     R"(line 1, column 15: \"numbers[1]\": |\"x\" is not an int32)"},
    {"R65", R"({"books":[{},null]})", "books[1]",
     R"(line 1, column 14: \"books[1]\": |expected an object, not null)"},
    {"R65", R"({"books":{}})", "books",
     R"(line 1, column 10: \"books\": |expected an array, not an object)"},
    {"R65", R"({"genres":["MAUVE"]})", "genres[0]",
     R"(line 1, column 12: \"genres[0]\": |\"MAUVE\" is not a value of trestle.test.mapping.Genre (GENRE_UNSPECIFIED, NOVEL, ROMAN, POEM))"},
    {"R64", R"({"labels":[]})", "labels",
     R"(line 1, column 11: \"labels\": |expected an object, not an array)"},
    {"R64", R"({"labels":{"a":1}})", R"(labels[\"a\"])",
     R"(line 1, column 16: \"labels[\"a\"]\": |1 is not a string)"},
    {"R64", R"({"labels":{"a":null}})", R"(labels[\"a\"])",
     R"(line 1, column 16: \"labels[\"a\"]\": |null is not a string)"},
    {"R64", R"({"ratings":{"x":1}})", R"(ratings[\"x\"])",
     R"(line 1, column 13: \"ratings[\"x\"]\": |the key \"x\" is not an int32)"},
    {"R64", R"({"ratings":{"1":"x"}})", R"(ratings[\"1\"])",
     R"(line 1, column 17: \"ratings[\"1\"]\": |\"x\" is not a value of trestle.test.mapping.Genre (GENRE_UNSPECIFIED, NOVEL, ROMAN, POEM))"},
    {"R64", R"({"switches":{"yes":1}})", R"(switches[\"yes\"])",
     R"(line 1, column 14: \"switches[\"yes\"]\": |the key \"yes\" is not a bool)"},
    {"R64", R"({"people":{"a":{"born":"x"}}})", R"(people[\"a\"].born)",
     R"(line 1, column 24: \"people[\"a\"].born\": |\"x\" is not an int32)"},
    {"R64", R"({"people":{"a":null}})", R"(people[\"a\"])",
     R"(line 1, column 16: \"people[\"a\"]\": |expected an object, not null)"},
    {"R35", R"({"author":[]})", "author",
     R"(line 1, column 11: \"author\": |expected an object, not an array)"},
    {"R35", R"({"author":"x"})", "author",
     R"(line 1, column 11: \"author\": |expected an object, not \"x\")"},
    {"R88", R"({"author":{"mentor":{"born":1.5}}})", "author.mentor.born",
     R"(line 1, column 29: \"author.mentor.born\": |1.5 is not an int32)"},
    {"R88", R"({"books":[{"translators":[{},{"born":"x"}]}]})", "books[0].translators[1].born",
     R"(line 1, column 38: \"books[0].translators[1].born\": |\"x\" is not an int32)"},
    {"R68", R"({"time":1})", "time",
     R"(line 1, column 9: \"time\": |1 is not an RFC 3339 timestamp)"},
    {"R68", R"({"time":"2020-01-01"})", "time",
     R"(line 1, column 9: \"time\": |\"2020-01-01\" is not an RFC 3339 timestamp)"},
    {"R68", R"({"time":"2020-01-01t00:00:00Z"})", "time",
     R"(line 1, column 9: \"time\": |\"2020-01-01t00:00:00Z\" is not an RFC 3339 timestamp)"},
    {"R68", R"({"time":"0000-01-01T00:00:00Z"})", "time",
     R"(line 1, column 9: \"time\": |\"0000-01-01T00:00:00Z\" is not an RFC 3339 timestamp)"},
    {"R68", R"({"times":["now"]})", "times[0]",
     R"(line 1, column 11: \"times[0]\": |\"now\" is not an RFC 3339 timestamp)"},
    {"R69", R"({"span":1.5})", "span",
     R"(line 1, column 9: \"span\": |1.5 is not a duration in seconds such as \"1.5s\")"},
    {"R69", R"({"span":"1.5"})", "span",
     R"(line 1, column 9: \"span\": |\"1.5\" is not a duration in seconds such as \"1.5s\")"},
    {"R69", R"({"span":"315576000001s"})", "span",
     R"(line 1, column 9: \"span\": |\"315576000001s\" is not a duration in seconds such as \"1.5s\")"},
    {"R70", R"({"mask":["a"]})", "mask",
     R"(line 1, column 9: \"mask\": |expected a list of field paths in camelCase, separated by commas, not an array)"},
    {"R70", R"({"mask":"a_b"})", "mask",
     R"(line 1, column 9: \"mask\": |\"a_b\" is not a list of field paths in camelCase, separated by commas)"},
    {"R71", R"({"maybe":"true"})", "maybe",
     R"(line 1, column 10: \"maybe\": |\"true\" is not a bool)"},
    {"R71", R"({"big":"x"})", "big", R"(line 1, column 8: \"big\": |\"x\" is not an int64)"},
    {"R71", R"({"text":1})", "text", R"(line 1, column 9: \"text\": |1 is not a string)"},
    {"R71", R"({"blob":"a"})", "blob", R"(line 1, column 9: \"blob\": |\"a\" is not base64)"},
    {"R71", R"({"maybe":{"value":true}})", "maybe",
     R"(line 1, column 10: \"maybe\": |expected a bool, not an object)"},
    {"R72", R"({"extra":[]})", "extra",
     R"(line 1, column 10: \"extra\": |expected an object, not an array)"},
    {"R72", R"({"extra":"x"})", "extra",
     R"(line 1, column 10: \"extra\": |expected an object, not \"x\")"},
    {"R72", R"({"extra":{"a":[1e999]}})", R"(extra[\"a\"][0])",
     R"(line 1, column 16: \"extra[\"a\"][0]\": |1e999 is not a double)"},
    {"R67", R"({"extra":{"a":1,"a":2}})", R"(extra[\"a\"])",
     R"(line 1, column 17: \"extra[\"a\"]\" |is given twice)"},
    {"R72", R"({"value":-1e400})", "value",
     R"(line 1, column 10: \"value\": |-1e400 is not a double)"},
    {"R74", R"({"book":{"nothing":{"x":1}}})", "book.nothing.x",
     R"(line 1, column 21: \"book.nothing.x\" |is not a known field)"},
    {"R74", R"({"book":{"nothing":null,"nothing":[]}})", "book.nothing",
     R"(line 1, column 25: \"book.nothing\" |is given twice)"},
    {"R73", R"({"any":[]})", "any",
     R"(line 1, column 8: \"any\": |expected an object, not an array)"},
    {"R73", R"({"any":{"x":1}})", "any", R"(line 1, column 8: \"any\": |\"@type\" is missing)"},
    {"R73", R"({"any":{"@type":1}})", "any",
     R"(line 1, column 17: \"any\": |1 is not a type URL such as \"type.googleapis.com/library.v1.Book\")"},
    {"R73", R"({"any":{"@type":"trestle.test.mapping.Author"}})", "any",
     R"(line 1, column 17: \"any\": |\"trestle.test.mapping.Author\" is not a type URL such as \"type.googleapis.com/library.v1.Book\")"},
    {"R73", R"({"any":{"@type":"x/no.Such"}})", "any",
     R"(line 1, column 17: \"any\": |unknown type \"x/no.Such\")"},
    {"R73", R"({"any":{"@type":"x/trestle.test.mapping.Author","born":"x"}})", "any.born",
     R"(line 1, column 56: \"any.born\": |\"x\" is not an int32)"},
    {"R73", R"({"any":{"@type":"x/trestle.test.mapping.Author","nope":1}})", "any.nope",
     R"(line 1, column 49: \"any.nope\" |is not a known field)"},
    {"R73", R"({"any":{"@type":"x/google.protobuf.Duration"}})", "any",
     R"(line 1, column 9: \"any\": |\"value\" is missing)"},
    {"R73", R"({"any":{"@type":"x/google.protobuf.Duration","value":"x"}})", "any.value",
     R"(line 1, column 54: \"any.value\": |\"x\" is not a duration in seconds such as \"1.5s\")"},
    {"R73", R"({"any":{"@type":"x/google.protobuf.Empty","@type":"x/google.protobuf.Empty"}})",
     "any", R"(line 1, column 43: \"any\": |\"@type\" is given twice)"},
    {"R46", R"({"file":{"data":"!"}})", "file.data",
     R"(line 1, column 17: \"file.data\": |\"!\" is not base64)"},
    {"R50", R"({"nope":1})", "nope", R"(line 1, column 2: \"nope\" |is not a known field)"},
    {"R50", R"({"author":{"nope":1}})", "author.nope",
     R"(line 1, column 12: \"author.nope\" |is not a known field)"},
    {"R50", R"({"books":[{},{"nope":1}]})", "books[1].nope",
     R"(line 1, column 15: \"books[1].nope\" |is not a known field)"},
    {"R50", R"({"":1})", "", R"(line 1, column 2: |\"\" is not a known field)"},
    {"R50", R"({"author":{"":1}})", "author",
     R"(line 1, column 12: \"author\": |\"\" is not a known field)"},
    {"R50", R"({"\u0000\u001b\"":1})", R"(\\u0000\\u001b\\\")",
     R"(line 1, column 2: \"\\u0000\\u001b\\\"\" |is not a known field)"},
    {"R50", R"({"author.name":"x"})", "author.name",
     R"(line 1, column 2: \"author.name\" |is not a known field)"},  // no paths in keys
    {"R50", R"({"Name":"x"})", "Name", R"(line 1, column 2: \"Name\" |is not a known field)"},
    {"R50", R"({"author":{")" + std::string(1 << 20, 'k') + R"(":1}})",
     "author."
     "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk"
     "kkkkkkk...",
     R"(line 1, column 12: \"author.kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk...\" |is not a known field)"},
    {"R64", R"({"ratings":{")" + std::string(1 << 20, 'k') + R"(":1}})",
     R"(ratings[\"kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk\"...])",
     R"(line 1, column 13: \"ratings[\"kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk\"...]\": |the key \"kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk\"... is not an int32)"},
    {"R58", R"({"page_size":")" + std::string(1 << 20, '9') + R"("})", "page_size",
     R"(line 1, column 14: \"page_size\": |\"9999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999\"... is not an int32)"},
    {"R58", R"({"page_size":)" + std::string(1 << 20, '9') + R"(})", "page_size",
     R"(line 1, column 14: \"page_size\": |9999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999... is not an int32)"},
    {"R58", R"({"page_size":"\u0000\u001b[2J\u007f\"\\\n"})", "page_size",
     R"(line 1, column 14: \"page_size\": |\"\\u0000\\u001b[2J\\u007f\\\"\\\\\\n\" is not an int32)"},  // escapes
    {"R67", R"({"page_size":1,"page_size":1})", "page_size",
     R"(line 1, column 16: \"page_size\" |is given twice)"},
    {"R67", R"({"page_size":1,"pageSize":2})", "page_size",
     R"(line 1, column 16: \"pageSize\" |is given twice)"},
    {"R67", R"({"author":{"name":null,"name":"x"}})", "author.name",
     R"(line 1, column 24: \"author.name\" |is given twice)"},
    {"R67", R"({"labels":{"a":"x","\u0061":"y"}})", R"(labels[\"a\"])",
     R"(line 1, column 20: \"labels[\"a\"]\" |is given twice)"},
    {"R67", R"({"switches":{"true":1,"true":2}})", R"(switches[\"true\"])",
     R"(line 1, column 23: \"switches[\"true\"]\" |is given twice)"},
    {"R66", R"({"left":"x","right":1})", "right",
     R"(line 1, column 13: \"right\" |cannot be given together with \"left\")"},
    {"R66", R"({"author":{"city":"x","village":"y"}})", "author.village",
     R"(line 1, column 23: \"author.village\" |cannot be given together with \"city\")"},
    {"R66", R"({"middle":{},"left":""})", "left",
     R"(line 1, column 14: \"left\" |cannot be given together with \"middle\")"},
    {"R66", R"({"middle":{},"right":null,"left":""})", "left",
     R"(line 1, column 27: \"left\" |cannot be given together with another field of its oneof)"},
};

TEST(BadInput, InJsonIsNamedByPlaceAndPath) {
  for (const JsonRow& row : kJsonRows) {
    EXPECT_EQ(Serve({"POST", "/v1", "*", ""}, Http("POST", "/v1", row.json)),
              Response(row.field, row.message))
        << row.rule;
  }
}

// JSON of one field ---------------------------------------------------------------------

struct FieldRow {
  const char* rule;
  const char* body;  // the field that the body is
  const char* json;
  const char* field;
  const char* message;
};

const FieldRow kFieldRows[] = {
    {"R37", "page_size", R"("x")", "page_size",
     R"(line 1, column 1: \"pageSize\": |\"x\" is not an int32)"},
    {"R37", "page_size", R"({"page_size":1})", "page_size",
     R"(line 1, column 1: \"pageSize\": |expected an int32, not an object)"},
    {"R37", "name", R"(x)", "", "line 1, column 1: |expected a JSON value"},
    {"R37", "tags", R"("a")", "tags",
     R"(line 1, column 1: \"tags\": |expected an array, not \"a\")"},
    {"R37", "tags", R"([null])", "tags[0]",
     R"(line 1, column 2: \"tags[0]\": |null is not a string)"},
    {"R37", "labels", R"({"a":{}})", R"(labels[\"a\"])",
     R"(line 1, column 6: \"labels[\"a\"]\": |expected a string, not an object)"},
    {"R37", "book", R"({"pages":"x"})", "book.pages",
     R"(line 1, column 10: \"book.pages\": |\"x\" is not an int32)"},
    {"R37", "book", R"([])", "book",
     R"(line 1, column 1: \"book\": |expected an object, not an array)"},
    {"R37", "book", R"({"book":{}})", "book.book",
     R"(line 1, column 2: \"book.book\" |is not a known field)"},
    {"R37", "time", R"(5)", "time",
     R"(line 1, column 1: \"time\": |5 is not an RFC 3339 timestamp)"},
    {"R37", "people", R"({"a":{"born":[]}})", R"(people[\"a\"].born)",
     R"(line 1, column 14: \"people[\"a\"].born\": |expected an int32, not an array)"},
    {"R37", "value", R"({"a":nul})", "", "line 1, column 6: |invalid JSON value"},
    {"R37", "genre", R"("MAUVE")", "genre",
     R"(line 1, column 1: \"genre\": |\"MAUVE\" is not a value of trestle.test.mapping.Genre (GENRE_UNSPECIFIED, NOVEL, ROMAN, POEM))"},
};

TEST(BadInput, InABodyFieldIsNamedFromTheRequestDown) {
  for (const FieldRow& row : kFieldRows) {
    EXPECT_EQ(Serve({"PUT", "/v1", row.body, ""}, Http("PUT", "/v1", row.json)),
              Response(row.field, row.message))
        << row.rule;
  }
}

// Path, query and body together; bodies other than JSON --------------------------------

HttpRequest Encoded(HttpRequest http, const std::string& encoding) {
  http.headers.push_back({"Content-Encoding", encoding});
  return http;
}

struct Row {
  const char* rule;
  Rule binding;
  HttpRequest http;
  int code;
  const char* field;
  const char* message;
};

const Row kRows[] = {
    {"R29",
     {"PUT", "/v1", "book", ""},
     Http("PUT", "/v1?book.title=x", "{}"),
     400,
     "book.title",
     R"(query parameter \"book.title\" |cannot be given: the body carries it)"},
    {"D5",
     {"POST", "/v1", "*", ""},
     Http("POST", "/v1?name=x", "{}"),
     400,
     "name",
     R"(query parameter \"name\" |is not known: the body carries every field)"},
    {"R34",
     {"GET", "/v1/{left}", "", ""},
     Http("GET", "/v1/x?right=1"),
     400,
     "right",
     R"(query parameter \"right\" |cannot be given together with \"left\")"},  // in the path
    {"R34",
     {"PUT", "/v1", "left", ""},
     Http("PUT", "/v1?right=1", R"("x")"),
     400,
     "right",
     R"(query parameter \"right\" |cannot be given together with \"left\")"},  // in the body
    {"D7",
     {"POST", "/v1", "*", ""},
     Http("POST", "/v1", "{}", "text/plain"),
     415,
     "",
     R"(content type \"text/plain\" is not supported: send application/json in UTF-8)"},
    {"D7",
     {"POST", "/v1", "*", ""},
     Http("POST", "/v1", "{}", "application/json; charset=latin1"),
     415,
     "",
     R"(content type \"application/json; charset=latin1\" is not supported: send application/json in UTF-8)"},
    {"D7",
     {"POST", "/v1", "*", ""},
     Http("POST", "/v1", "a=b", "application/x-www-form-urlencoded"),
     415,
     "",
     R"(content type \"application/x-www-form-urlencoded\" is not supported: send application/json in UTF-8)"},
    {"D7",
     {"POST", "/v1", "*", ""},
     Http("POST", "/v1", "{}", "multipart/form-data; boundary=x"),
     415,
     "",
     R"(content type \"multipart/form-data; boundary=x\" is not supported: send application/json in UTF-8)"},
    {"D7",
     {"POST", "/v1", "*", ""},
     Http("POST", "/v1", "{}", "\x01\xFF" + std::string(1000, 't')),
     415,
     "",
     R"(content type \"\\u0001\\xfftttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt\"... is not supported: send application/json in UTF-8)"},
    {"D7",
     {"PUT", "/v1", "tags", ""},
     Http("PUT", "/v1", "x", "application/protobuf"),
     415,
     "",
     R"(content type \"application/protobuf\" is not supported: send application/json in UTF-8)"},  // a list has no wire form
    {"D7",
     {"POST", "/v1", "*", ""},
     Http("POST", "/v1", "\x0A\x05x", "application/protobuf"),
     400,
     "",
     "|the body is not a protobuf message"},  // cut short
    {"D7",
     {"POST", "/v1", "*", ""},
     Http("POST", "/v1", "\x0B", "application/x-protobuf"),
     400,
     "",
     "|the body is not a protobuf message"},  // a group that does not end
    {"D7",
     {"PUT", "/v1", "book", ""},
     Http("PUT", "/v1", "{}", "application/protobuf"),
     400,
     "",
     "|the body is not a protobuf message"},
    {"D7",
     {"POST", "/v1", "*", ""},
     Encoded(Http("POST", "/v1", "{}"), "gzip"),
     415,
     "",
     R"(content encoding \"gzip\" is not supported: send none)"},
    {"D7",
     {"POST", "/v1", "*", ""},
     Encoded(Http("POST", "/v1", "{}"), "x\n\xFF"),
     415,
     "",
     R"(content encoding \"x\\n\\xff\" is not supported: send none)"},
    {"R46",
     {"PUT", "/v1", "file", ""},
     Http("PUT", "/v1", "[", "a/\xFF"),
     400,
     "",
     R"(|content type \"a/\\xff\" is not UTF-8)"},
    {"R48",
     {"PUT", "/v1/{page_size}", "file", ""},
     Http("PUT", "/v1/x", "[", "a/b"),
     400,
     "page_size",
     R"(path variable \"page_size\": |\"x\" is not an int32)"},
    {"R48",
     {"PUT", "/v1", "file", ""},
     Http("PUT", "/v1?page_size=x", "[", "a/b"),
     400,
     "page_size",
     R"(query parameter \"page_size\": |\"x\" is not an int32)"},
    {"R48",
     {"PUT", "/v1", "file", ""},
     Http("PUT", "/v1?file.data=eA", "[", "a/b"),
     400,
     "file.data",
     R"(query parameter \"file.data\" |cannot be given: the body carries it)"},
};

TEST(BadInput, OfAnyOtherKindIsToldJustSo) {
  for (const Row& row : kRows) {
    const std::string expected =
        row.code == 400 ? Response(row.field, row.message) : PlainResponse(row.code, row.message);
    EXPECT_EQ(Serve(row.binding, row.http), expected) << row.rule;
  }
}

// The path has thirty keys of two hundred bytes each.
TEST(BadInput, AtTheEndOfALongPathShowsTheEnd) {
  std::string json = R"({"last":1,"last":2})";
  const std::string key(199, 'k');
  for (int i = 0; i < 30; ++i) json = absl::StrCat("{\"", key, i, "\":", json, "}");
  const std::string response =
      Serve({"POST", "/v1", "*", ""}, Http("POST", "/v1", absl::StrCat("{\"extra\":", json, "}")));
  EXPECT_LT(response.size(), 3000u);
  EXPECT_NE(response.find(R"("line 1, column 6160: \"...)"), response.npos) << response;
  EXPECT_NE(response.find(R"([\"last\"]\" is given twice")"), response.npos) << response;
}

TEST(BadInput, ThatImpliesAnEndlessMaskIsRefused) {  // D10
  std::string author = "{\"name\":\"x\"}";
  for (int i = 0; i < 60; ++i) author = absl::StrCat("{\"mentor\":", author, ",\"name\":\"x\"}");
  Options options;
  options.limits.request_body = 4096;
  const Endpoint endpoint({"PATCH", "/v1", "book", ""}, *test::mapping::UpdateBook::descriptor());
  std::string wire;
  const HttpRequest http = Http("PATCH", "/v1", absl::StrCat("{\"author\":", author, "}"));
  EXPECT_EQ(EncodeError(endpoint.Serve(http, options, &wire), SchemaPool::Generated(), {}).body,
            Response("", "|the body has too many fields for a field mask"));
}

}  // namespace
}  // namespace trestle
