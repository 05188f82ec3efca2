#include "trestle/transcoding/binding.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/transcoding/mapping.pb.h"
#include "trestle/transcoding/codec/schema.h"

namespace trestle {
namespace {

namespace test = ::trestle::test::mapping;

absl::StatusOr<Binding> BindRequest(const Rule& rule) {
  SchemaPool& pool = SchemaPool::Generated();
  return Bind(rule, pool.Get(*test::Request::descriptor()), pool.Get(*test::Book::descriptor()));
}

std::string Dump(const BodyRule& body) {
  if (body.kind == BodyRule::kNone) return "none";
  return body.kind == BodyRule::kWhole ? "whole" : body.field->name;
}

// "GET [name, author.name] none -> whole", or the error message.
std::string Dump(const absl::StatusOr<Binding>& binding) {
  if (!binding.ok()) {
    EXPECT_EQ(binding.status().code(), absl::StatusCode::kInvalidArgument);
    return std::string(binding.status().message());
  }
  std::string text = binding->http_method + " [";
  for (const FieldPath& path : binding->variables) {
    absl::StrAppend(&text, text.back() == '[' ? "" : ", ", ToString(path));
  }
  return absl::StrCat(text, "] ", Dump(binding->request_body), " -> ",
                      Dump(binding->response_body));
}

struct Row {
  const char* rule;
  Rule text;
  const char* binding;
};

const Row kRows[] = {
    {"R1", {"GET", "/v1/{name}", "", ""}, "GET [name] none -> whole"},
    {"R2", {"*", "/v1", "", ""}, "* [] none -> whole"},
    {"R13",
     {"GET", "/{i64}/{flag}/{raw}/{genre}/{dbl}", "", ""},
     "GET [i64, flag, raw, genre, dbl] none -> whole"},
    {"R13",
     {"GET", "/{time}/{span}/{mask}/{maybe}/{blob}", "", ""},
     "GET [time, span, mask, maybe, blob] none -> whole"},
    {"R13",
     {"GET", "/{book.author.mentor.mentor.name}", "", ""},
     "GET [book.author.mentor.mentor.name] none -> whole"},
    {"R13", {"GET", "/{left}/{p}", "", ""}, "GET [left, p] none -> whole"},
    {"R15: a variable inside of the body field",
     {"PATCH", "/{book.name}", "book", ""},
     "PATCH [book.name] book -> whole"},
    {"R15: a oneof's member and another field",
     {"POST", "/{left}", "book", ""},
     "POST [left] book -> whole"},
    {"R15: a oneof's member and the rest",
     {"POST", "/{left}", "*", ""},
     "POST [left] whole -> whole"},
    {"R15: two members of one oneof",
     {"GET", "/x/{left}/{right}", "", ""},
     "path template \"/x/{left}/{right}\", column 12: the variable \"right\" and the variable "
     "\"left\" are members of one oneof, which holds one of them"},
    {"R15: two members of one nested oneof",
     {"GET", "/{author.city}/{author.village}", "", ""},
     "path template \"/{author.city}/{author.village}\", column 17: the variable "
     "\"author.village\" and "
     "the variable \"author.city\" are members of one oneof, which holds one of them"},
    {"R15: two members of the oneof of one message in different messages",
     {"GET", "/{author.city}/{author.mentor.village}", "", ""},
     "GET [author.city, author.mentor.village] none -> whole"},
    {"R15: the body is another member of a variable's oneof",
     {"POST", "/{left}", "right", ""},
     "path template \"/{left}\", column 3: the variable \"left\" and the body \"right\" are "
     "members of one oneof, which holds one of them"},
    {"R15: the body is the variable",
     {"POST", "/{name}", "name", ""},
     "path template \"/{name}\", column 3: the variable \"name\" and the body \"name\" are the "
     "same field, so the body is lost"},
    {"R15: the body is the variable, a message",
     {"POST", "/{time}", "time", ""},
     "path template \"/{time}\", column 3: the variable \"time\" and the body \"time\" are the "
     "same field, so the body is lost"},
    {"R15: a part of a raw body",
     {"POST", "/{file.content_type}", "file", ""},
     "path template \"/{file.content_type}\", column 3: the variable \"file.content_type\" and "
     "the body \"file\" overlap: as a body a google.api.HttpBody is sent whole"},
    {"R35", {"POST", "/", "*", ""}, "POST [] whole -> whole"},
    {"R35", {"POST", "/", "book", ""}, "POST [] book -> whole"},
    {"R35", {"POST", "/", "labels", ""}, "POST [] labels -> whole"},
    {"R35", {"POST", "/", "books", ""}, "POST [] books -> whole"},
    {"R38", {"GET", "/", "", "title"}, "GET [] none -> title"},
    {"R39", {"GET", "/", "", "translators"}, "GET [] none -> translators"},
    {"R1", {"", "/v1", "", ""}, "the rule of path template \"/v1\" has no HTTP method"},
    {"R2", {"PURGE", "/v1", "", ""}, "PURGE [] none -> whole"},
    {"R2", {"M-SEARCH.x!", "/v1", "", ""}, "M-SEARCH.x! [] none -> whole"},
    {"R2", {"get", "/v1", "", ""}, "get [] none -> whole"},  // case is significant
    {"R2",
     {"PUR GE", "/v1", "", ""},
     "path template \"/v1\": \"PUR GE\" is not a valid HTTP method: use letters, digits "
     "and !#$%&'*+-.^_`|~"},
    {"R2",
     {"GET /x HTTP/1.1\r\nX: y", "/v1", "", ""},
     "path template \"/v1\": \"GET /x HTTP/1.1\\r\\nX: y\" is not a valid HTTP method: use "
     "letters, digits and !#$%&'*+-.^_`|~"},
    {"R2",
     {"\xC3\x89T\x80", "/v1", "", ""},
     "path template \"/v1\": \"\xC3\x89T\\x80\" is not a valid HTTP method: use letters, digits "
     "and !#$%&'*+-.^_`|~"},
    {"R13",
     {"GET", "/{any.type_url}", "", ""},
     "path template \"/{any.type_url}\", column 3, variable \"any.type_url\": \"any\" has no "
     "fields that a "
     "path can name"},
    {"R13",
     {"GET", "/{value.string_value}", "", ""},
     "path template \"/{value.string_value}\", column 3, variable \"value.string_value\": "
     "\"value\" has no "
     "fields that a path can name"},
    {"R13", {"GET", "/{file.content_type}", "", ""}, "GET [file.content_type] none -> whole"},
    {"R35",
     {"POST", "/", "a\"\n", ""},
     "body \"a\\\"\\n\": trestle.test.mapping.Request has no such field"},
    {"R5", {"GET", "v1", "", ""}, "path template \"v1\", column 1: expected \"/\""},
    {"R13",
     {"GET", "/{nope}", "", ""},
     "path template \"/{nope}\", column 3, variable \"nope\": trestle.test.mapping.Request has no "
     "field "
     "\"nope\""},
    {"R13",
     {"GET", "/{pageSize}", "", ""},
     "path template \"/{pageSize}\", column 3, variable \"pageSize\": trestle.test.mapping.Request "
     "has no "
     "field \"pageSize\""},
    {"R13",
     {"GET", "/{author.nope}", "", ""},
     "path template \"/{author.nope}\", column 3, variable \"author.nope\": "
     "trestle.test.mapping.Author has "
     "no field \"nope\""},
    {"R13",
     {"GET", "/{author}", "", ""},
     "path template \"/{author}\", column 3, variable \"author\": \"author\" is a message"},
    {"R13",
     {"GET", "/{extra}", "", ""},
     "path template \"/{extra}\", column 3, variable \"extra\": \"extra\" is a message"},
    {"R13",
     {"GET", "/{tags}", "", ""},
     "path template \"/{tags}\", column 3, variable \"tags\": \"tags\" is repeated"},
    {"R13",
     {"GET", "/{times}", "", ""},
     "path template \"/{times}\", column 3, variable \"times\": \"times\" is repeated"},
    {"R13",
     {"GET", "/{labels}", "", ""},
     "path template \"/{labels}\", column 3, variable \"labels\": \"labels\" is a map"},
    {"R13",
     {"GET", "/{books.name}", "", ""},
     "path template \"/{books.name}\", column 3, variable \"books.name\": \"books\" has no fields "
     "that a "
     "path can name"},
    {"R13",
     {"GET", "/{labels.key}", "", ""},
     "path template \"/{labels.key}\", column 3, variable \"labels.key\": \"labels\" has no fields "
     "that a "
     "path can name"},
    {"R13",
     {"GET", "/{time.seconds}", "", ""},
     "path template \"/{time.seconds}\", column 3, variable \"time.seconds\": \"time\" has no "
     "fields that a "
     "path can name"},
    {"R13",
     {"GET", "/{name.x}", "", ""},
     "path template \"/{name.x}\", column 3, variable \"name.x\": \"name\" has no fields that a "
     "path can "
     "name"},
    {"R35",
     {"POST", "/", "nope", ""},
     "body \"nope\": trestle.test.mapping.Request has no such field"},
    {"R35",
     {"POST", "/", "book.author", ""},
     "body \"book.author\": trestle.test.mapping.Request has no such field at its top level"},
    {"R38",
     {"GET", "/", "", "nope"},
     "response_body \"nope\": trestle.test.mapping.Book has no such field"},
    {"R38",
     {"GET", "/", "", "*"},
     "response_body \"*\": trestle.test.mapping.Book has no such field"},
};

TEST(Binding, ResolvesEveryName) {
  for (const Row& row : kRows) {
    EXPECT_EQ(Dump(BindRequest(row.text)), row.binding) << row.rule;
  }
}

}  // namespace
}  // namespace trestle
