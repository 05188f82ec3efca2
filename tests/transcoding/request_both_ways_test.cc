// Requests and their messages, in one table for both directions: decoding in a server, and encoding
// in a client.

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "google/protobuf/message.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/transcoding/legacy.pb.h"
#include "tests/transcoding/mapping.pb.h"
#include "trestle/tests/transcoding/endpoint.h"
#include "trestle/transcoding/request.h"

namespace trestle {
namespace {

namespace test = ::trestle::test::mapping;
using ::google::protobuf::Message;

enum class Way {
  kBoth,
  kDecode,  // a client would say it in another way
  kEncode,  // a server adds something to it
};

struct Row {
  const char* rule;
  Rule binding;
  HttpRequest http;
  const char* message;  // text format
  Way way = Way::kBoth;
  const Message* type = &test::Request::default_instance();
};

Rule Get(const char* path) { return {"GET", path, "", ""}; }
Rule Post(const char* path, const char* body) { return {"POST", path, body, ""}; }
Rule Put(const char* path, const char* body) { return {"PUT", path, body, ""}; }
HttpRequest Target(const std::string& target) { return Http("GET", target); }

// Methods and paths ----------------------------------------------------------------------

const Row kPathRows[] = {
    {"R1", Get("/v1"), Target("/v1"), ""},
    {"R1", {"DELETE", "/v1/{name}"}, Http("DELETE", "/v1/x"), "name: 'x'"},
    {"R1", Put("/v1", "*"), Http("PUT", "/v1", "{}"), ""},
    {"R1", Post("/v1", "*"), Http("POST", "/v1", "{}"), ""},
    {"R1", {"PATCH", "/v1", "*"}, Http("PATCH", "/v1", "{}"), ""},
    {"R2", {"PURGE", "/v1/{name}"}, Http("PURGE", "/v1/x"), "name: 'x'"},
    {"R2", {"*", "/v1/{name}"}, Http("POST", "/v1/x"), "name: 'x'"},
    {"R2", {"*", "/v1/{name}"}, Http("ANYTHING", "/v1/x"), "name: 'x'", Way::kDecode},
    {"R5", Get("/"), Target("/"), ""},
    {"R5", Get("/v1/x.y~z"), Target("/v1/x.y~z"), ""},
    {"R6", Get("/{name=a/*/b/*}"), Target("/a/1/b/2"), "name: 'a/1/b/2'"},
    {"R7", Get("/v1/**"), Target("/v1"), ""},
    {"R7", Get("/v1/**"), Target("/v1/a/b"), "", Way::kDecode},
    {"R7", Get("/v1/{name=**}"), Target("/v1/"), ""},
    {"R7", Get("/v1/{name=s/**}"), Target("/v1/s/a/b"), "name: 's/a/b'"},
    {"R7", Get("/v1/{name=s/**}"), Target("/v1/s"), "name: 's'"},
    {"R8", Get("/v1/{name=s/**}/end:go"), Target("/v1/s/a/b/end:go"), "name: 's/a/b'"},
    {"R8", Get("/v1/{name=s/**/t/*}"), Target("/v1/s/a/b/t/c"), "name: 's/a/b/t/c'"},
    {"R8", Get("/v1/{name=s/**/t/*}"), Target("/v1/s/t/c%252F"), "name: 's/t/c%2F'"},
    {"R10", Get("/v1/{name=*}"), Target("/v1/x"), "name: 'x'"},
    {"R11", Get("/l%20x/{name}"), Target("/l%20x/y"), "name: 'y'"},
    {"R11", Get("/a%2fb/{name}"), Target("/a%2Fb/y"), "name: 'y'"},
    {"R11", Get("/lx/{name}"), Target("/%6cx/y"), "name: 'y'", Way::kDecode},
    {"R12", Get("/v1/{name}:read"), Target("/v1/x:read"), "name: 'x'"},
    {"R12", Get("/v1/{name}:read"), Target("/v1/a%3Aread:read"), "name: 'a:read'"},
    {"R12", Get("/v1/{name=s/*}"), Target("/v1/s/1%3Ax"), "name: 's/1:x'"},
    {"R12", Get("/v1/{name=s/*}"), Target("/v1/s/1:x"), "name: 's/1:x'", Way::kDecode},
    {"R13", Get("/{page_size}"), Target("/-5"), "page_size: -5"},
    {"R13", Get("/{page_size}"), Target("/0"), ""},
    {"R13", Get("/{i64}/{u64}"), Target("/-9223372036854775808/18446744073709551615"),
     "i64: -9223372036854775808 u64: 18446744073709551615"},
    {"R13", Get("/{u32}/{s32}/{s64}"), Target("/4294967295/-1/-2"),
     "u32: 4294967295 s32: -1 s64: -2"},
    {"R13", Get("/{f32}/{f64}/{sf32}/{sf64}"), Target("/1/2/-3/-4"),
     "f32: 1 f64: 2 sf32: -3 sf64: -4"},
    {"R13", Get("/{flt}/{dbl}"), Target("/1.5/-Infinity"), "flt: 1.5 dbl: -inf"},
    {"R13", Get("/{flag}"), Target("/true"), "flag: true"},
    {"R13", Get("/{flag}"), Target("/false"), ""},
    {"R13", Get("/{raw}"), Target("/_-8"), "raw: '\\377\\357'"},
    {"R13", Get("/{raw}"), Target("/_-8="), "raw: '\\377\\357'", Way::kDecode},
    {"R13", Get("/{genre}"), Target("/NOVEL"), "genre: NOVEL"},
    {"R13", Get("/{genre}"), Target("/ROMAN"), "genre: NOVEL", Way::kDecode},
    {"R13", Get("/{genre}"), Target("/-2"), "genre: POEM", Way::kDecode},
    {"R13", Get("/{genre}"), Target("/77"), "genre: 77"},
    {"R13", Get("/{time}"), Target("/2020-01-01T00%3A00%3A00.500Z"),
     "time { seconds: 1577836800 nanos: 500000000 }"},
    {"R13", Get("/{time}"), Target("/2020-01-01T02:00:00.5+02:00"),
     "time { seconds: 1577836800 nanos: 500000000 }", Way::kDecode},
    {"R13", Get("/{span}"), Target("/-1.500s"), "span { seconds: -1 nanos: -500000000 }"},
    {"R13", Get("/{mask}"), Target("/aB.c%2Cd"), "mask { paths: 'a_b.c' paths: 'd' }"},
    {"R13", Get("/{mask}"), Target("/line_2"), "mask { paths: 'line_2' }"},
    {"R13", Get("/{maybe}/{text}/{blob}/{big}"), Target("/false/x/YQ/-7"),
     "maybe {} text { value: 'x' } blob { value: 'a' } big { value: -7 }"},
    {"R13", Get("/{p}/{level}"), Target("/x/0"), "p: 'x' level: 0"},
    {"R13", Get("/{left}"), Target("/x"), "left: 'x'"},
    {"R13", Get("/{author.name}"), Target("/x"), "author { name: 'x' }"},
    {"R13", Get("/{book.author.mentor.name}"), Target("/x"),
     "book { author { mentor { name: 'x' } } }"},
    {"R13", Get("/{renamed}"), Target("/5"), "renamed: 5"},
    {"R13", Get("/{part.inner.depth}"), Target("/5"), "Part { Inner { depth: 5 } }", Way::kBoth,
     &test::Legacy::default_instance()},
    {"R14", Get("/v1/{name=**}"), Target("/v1//a"), "name: '/a'"},
    {"R17", Get("/v1/{name}"), Target("/v1/a%2Fb%20c%3Fd%25"), "name: 'a/b c?d%'"},
    {"R17", Get("/v1/{name}"), Target("/v1/-_.~09azAZ"), "name: '-_.~09azAZ'"},
    {"R18", Get("/v1/{name}"), Target("/v1/x%2Fy"), "name: 'x/y'"},
    {"R18", Get("/v1/{name}"), Target("/v1/x%2fy+z!$"), "name: 'x/y+z!$'", Way::kDecode},
    {"R19", Get("/v1/{name=s/*}"), Target("/v1/s/a%20b%3Fc"), "name: 's/a b?c'"},
    {"R20", Get("/v1/{name=s/*}"), Target("/v1/s/x%252Fy"), "name: 's/x%2Fy'"},
    {"R20", Get("/v1/{name=s/*}"), Target("/v1/s/x%2Fy"), "name: 's/x%2Fy'", Way::kDecode},
    {"R20", Get("/v1/{name=s/*}"), Target("/v1/s/x%2fy%41"), "name: 's/x%2fyA'", Way::kDecode},
    {"R20", Get("/v1/{name=**}"), Target("/v1/a/%252f/b"), "name: 'a/%2f/b'"},
    {"R23", Get("/v1/{name}"), Target("/v1/%C3%A9"), "name: '\\303\\251'"},
    {"D4", Get("/v1/{name=**}"), Target("/v1/../x/"), "name: '../x/'"},
};

// Queries --------------------------------------------------------------------------------

const Row kQueryRows[] = {
    {"R24", Get("/v1"), Target("/v1?name=x&page_size=2"), "name: 'x' page_size: 2"},
    {"R24", Get("/v1"), Target("/v1?page_size=2&name=x"), "name: 'x' page_size: 2", Way::kDecode},
    {"R24", Get("/v1"), Target("/v1?name=a%26b%3Dc%2Bd%20e%23"), "name: 'a&b=c+d e#'"},
    {"R24", Get("/v1"), Target("/v1?name=a+b=c"), "name: 'a b=c'", Way::kDecode},
    {"R24", Get("/v1"), Target("/v1?&&name=x&"), "name: 'x'", Way::kDecode},
    {"R25", Get("/v1"), Target("/v1?pageSize=2&other=3"), "page_size: 2 renamed: 3", Way::kDecode},
    {"R25", Get("/v1"), Target("/v1?renamed=3"), "renamed: 3"},
    {"R26", Get("/v1"), Target("/v1?tags=b&tags=&tags=a"), "tags: 'b' tags: '' tags: 'a'"},
    {"R26", Get("/v1"), Target("/v1?numbers=0&numbers=-1&genres=POEM&flags=false"),
     "numbers: 0 numbers: -1 genres: POEM flags: false"},
    {"R27", Get("/v1"), Target("/v1?book.author.mentor.born=0"),
     "book { author { mentor { born: 0 } } }"},
    {"R27", Get("/v1"), Target("/v1?author.name="), "author {}"},
    {"R27", Get("/v1"), Target("/v1?author.aliases=a&author.aliases=b"),
     "author { aliases: 'a' aliases: 'b' }"},
    {"R27", Get("/v1"), Target("/v1?part.inner.depth=3"), "Part { Inner { depth: 3 } }", Way::kBoth,
     &test::Legacy::default_instance()},
    {"R30", Get("/v1/{author.name}"), Target("/v1/x?author.born=5"),
     "author { name: 'x' born: 5 }"},
    {"R32", {"POST", "/v1"}, Http("POST", "/v1?name=x"), "name: 'x'"},
    {"R32",
     {"POST", "/v1"},
     Http("POST", "/v1?name=x", "{\"page_size\":1}"),
     "name: 'x'",
     Way::kDecode},
    {"R33", Get("/v1"), Target("/v1?flt=NaN&dbl=1e300"), "flt: nan dbl: 1e300", Way::kDecode},
    {"R33", Get("/v1"), Target("/v1?time=1970-01-01T00%3A00%3A00Z&span=0s&mask="),
     "time {} span {} mask {}"},
    {"R33", Get("/v1"), Target("/v1?mask=aB%2Cline_2"), "mask { paths: 'a_b' paths: 'line_2' }"},
    {"R33", Get("/v1"), Target("/v1?mask=a_b,c"), "mask { paths: 'a_b' paths: 'c' }", Way::kDecode},
    {"R33", Get("/v1"), Target("/v1?maybe=false&text=&blob=&big=0"),
     "maybe {} text {} blob {} big {}"},
    {"R33", Get("/v1"), Target("/v1?raw=_w%3D%3D&genre=1"), "raw: '\\377' genre: NOVEL",
     Way::kDecode},
    {"R34", Get("/v1"), Target("/v1?p=&level=0"), "p: '' level: 0"},
    {"R34", Get("/v1"), Target("/v1?p"), "p: ''", Way::kDecode},
    {"R34", Get("/v1"), Target("/v1?left="), "left: ''"},
    {"R34", Get("/v1"), Target("/v1?right=0"), "right: 0"},
    {"R34", Get("/v1"), Target("/v1?name=&page_size=0&flag=false"), "", Way::kDecode},
    {"R41", Get("/v1"), Target("/v1?author.mentor.mentor.mentor.mentor.name=x"),
     "author { mentor { mentor { mentor { mentor { name: 'x' } } } } }"},
    {"R63", Get("/v1"), Target("/v1?name=%00%C3%A9"), "name: '\\000\\303\\251'"},
    {"D5", Get("/v1"), Target("/v1?$alt=json"), "", Way::kDecode},
    {"D9", Get("/v1"), Target("/v1?labels%5Ba.%5D%5D=x"), "labels { key: 'a.]' value: 'x' }"},
    {"D9", Get("/v1"), Target("/v1?labels[a]=&labels[]=x"),
     "labels { key: 'a' value: '' } labels { key: '' value: 'x' }", Way::kDecode},
    {"D9", Get("/v1"), Target("/v1?ratings%5B-5%5D=POEM&switches%5Btrue%5D=7"),
     "ratings { key: -5 value: POEM } switches { key: true value: 7 }"},
    {"D9", Get("/v1"), Target("/v1?book.labels%5Bk%5D="), "book { labels { key: 'k' value: '' } }"},
};

// Bodies ---------------------------------------------------------------------------------

const Row kBodyRows[] = {
    {"R36", Post("/v1/{name}", "*"), Http("POST", "/v1/x", R"({"pageSize":1})"),
     "name: 'x' page_size: 1"},
    {"R36", Post("/v1/{name}", "*"), Http("POST", "/v1/x", R"({"page_size":"1","name":"y"})"),
     "name: 'x' page_size: 1", Way::kDecode},  // the path wins (R31)
    {"R36", Post("/v1/{author.name}", "*"), Http("POST", "/v1/x", R"({"author":{"born":1}})"),
     "author { name: 'x' born: 1 }"},
    {"R31", Post("/v1/{mask}", "*"), Http("POST", "/v1/a", R"({"mask":"b,c"})"),
     "mask { paths: 'a' }", Way::kDecode},
    {"R31", Post("/v1/{time}", "*"),
     Http("POST", "/v1/1970-01-01T00:00:00Z", R"({"time":"2020-01-01T00:00:00.5Z"})"), "time {}",
     Way::kDecode},
    {"R35", Put("/v1", "tags"), Http("PUT", "/v1", R"(["a","b"])"), "tags: 'a' tags: 'b'"},
    {"R35", Put("/v1", "labels"), Http("PUT", "/v1", R"({"a":"b"})"),
     "labels { key: 'a' value: 'b' }"},
    {"R35", Put("/v1", "books"), Http("PUT", "/v1", R"([{"title":"t"},{}])"),
     "books { title: 't' } books {}"},
    {"R35", Put("/v1", "people"), Http("PUT", "/v1", R"({"a":{"born":0}})"),
     "people { key: 'a' value { born: 0 } }"},
    {"R37", Put("/v1", "page_size"), Http("PUT", "/v1", "3"), "page_size: 3"},
    {"R37", Put("/v1", "page_size"), Http("PUT", "/v1", "0"), ""},
    {"R37", Put("/v1", "i64"), Http("PUT", "/v1", R"("-5")"), "i64: -5"},
    {"R37", Put("/v1", "name"), Http("PUT", "/v1", R"("x\n\u001b")"), "name: 'x\\n\\033'"},
    {"R37", Put("/v1", "genre"), Http("PUT", "/v1", R"("NOVEL")"), "genre: NOVEL"},
    {"R37", Put("/v1", "time"), Http("PUT", "/v1", R"("1970-01-01T00:00:01Z")"),
     "time { seconds: 1 }"},
    {"R37", Put("/v1", "maybe"), Http("PUT", "/v1", "false"), "maybe {}"},
    {"R37", Put("/v1", "p"), Http("PUT", "/v1", R"("")"), "p: ''"},
    {"R37", Put("/v1/{book.name}", "book"), Http("PUT", "/v1/x?page_size=2", R"({"title":"t"})"),
     "page_size: 2 book { name: 'x' title: 't' }"},
    {"R37", Put("/v1", "middle"), Http("PUT", "/v1", R"({"name":"x"})"), "middle { name: 'x' }"},
    {"R53", Put("/v1", "book"), Http("PUT", "/v1", "null"), ""},
    {"R53", Put("/v1", "p"), Http("PUT", "/v1", "null"), ""},
    {"R53", Put("/v1", "value"), Http("PUT", "/v1", "null"), "value { null_value: NULL_VALUE }"},
    {"R72", Put("/v1", "extra"), Http("PUT", "/v1", R"({"a":[1,"x",true,null,{}]})"),
     "extra { fields { key: 'a' value { list_value { values { number_value: 1 } values { "
     "string_value: 'x' } values { bool_value: true } values { null_value: NULL_VALUE } values { "
     "struct_value {} } } } } }"},
    {"R73", Put("/v1", "any"),
     Http("PUT", "/v1",
          R"({"@type":"type.googleapis.com/trestle.test.mapping.Author","name":"x"})"),
     "any { [type.googleapis.com/trestle.test.mapping.Author] { name: 'x' } }"},
    {"R46", Put("/v1", "file"), Http("PUT", "/v1", std::string("\0{\xFF", 3), "image/png"),
     "file { content_type: 'image/png' data: '\\000{\\377' }"},
    {"R46", Put("/v1", "file"), Http("PUT", "/v1", "[", ""), "file { data: '[' }"},
    {"R48", Put("/v1/{name}", "file"), Http("PUT", "/v1/x?page_size=1", "y", "a/b"),
     "name: 'x' page_size: 1 file { content_type: 'a/b' data: 'y' }"},
    {"R49", Put("/v1", "file"), Http("PUT", "/v1", "", "a/b"), "file { content_type: 'a/b' }"},
    {"D6", Post("/v1", "*"), Http("POST", "/v1"), "", Way::kDecode},
    {"D6", Put("/v1", "book"), Http("PUT", "/v1", "{}"), "book {}"},
    {"D6", Put("/v1", "book"), Http("PUT", "/v1"), "book {}", Way::kDecode},
    {"D7", Post("/v1", "*"), Http("POST", "/v1", R"({"name":"x"})", ""), "name: 'x'", Way::kDecode},
    {"D7", Post("/v1", "*"), Http("POST", "/v1", R"({"name":"x"})", "application/a+json"),
     "name: 'x'", Way::kDecode},
    {"D7", Post("/v1", "*"), Http("POST", "/v1", "\x0A\x01x", "application/protobuf"), "name: 'x'",
     Way::kDecode},
};

// Field masks (D10) ----------------------------------------------------------------------

const Row kMaskRows[] = {
    {"D10",
     {"PATCH", "/v1/{book.name}", "book"},
     Http("PATCH", "/v1/x", R"({"title":"t"})"),
     "book { name: 'x' title: 't' } update_mask { paths: 'title' }",
     Way::kDecode,
     &test::UpdateBook::default_instance()},
    {"D10",
     {"PATCH", "/v1/{book.name}", "book"},
     Http("PATCH", "/v1/x?update_mask=title%2Cauthor.name", R"({"title":"t"})"),
     "book { name: 'x' title: 't' } update_mask { paths: 'title' paths: 'author.name' }",
     Way::kBoth,
     &test::UpdateBook::default_instance()},
    {"D10",
     {"PATCH", "/v1/{book.name}", "book"},
     Http("PATCH", "/v1/x?update_mask=", R"({"title":"t"})"),
     "book { name: 'x' title: 't' } update_mask {}",
     Way::kBoth,
     &test::UpdateBook::default_instance()},
    {"D10",
     {"PATCH", "/v1/{book.name}", "book"},
     Http("PATCH", "/v1/x", R"({"title":"t"})"),
     "book { name: 'x' title: 't' }",
     Way::kEncode,
     &test::UpdateBook::default_instance()},
    {"D10",
     {"PATCH", "/v1/{book.name}", "book"},
     Http("PATCH", "/v1/x", "{}"),
     "book { name: 'x' }",
     Way::kBoth,
     &test::UpdateBook::default_instance()},
    {"D10",
     {"PATCH", "/v1/{book.name}", "book"},
     Http("PATCH", "/v1/x", R"({"printRun":0,"author":{"mentor":{},"name":"n"},"tags":[]})"),
     "book { name: 'x' author { name: 'n' mentor {} } } update_mask { paths: 'author.mentor' "
     "paths: 'author.name' paths: 'print_run' paths: 'tags' }",
     Way::kDecode,
     &test::UpdateBook::default_instance()},
    {"D10",
     {"PUT", "/v1/{book.name}", "book"},
     Http("PUT", "/v1/x", R"({"title":"t"})"),
     "book { name: 'x' title: 't' }",
     Way::kBoth,
     &test::UpdateBook::default_instance()},
};

std::unique_ptr<Message> Parse(const Row& row) {
  std::unique_ptr<Message> message(row.type->New());
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(row.message, message.get()))
      << row.message;
  return message;
}

std::string Serve(const Endpoint& endpoint, const HttpRequest& http, const Message& type) {
  std::string wire;
  const absl::Status status = endpoint.Serve(http, {}, &wire);
  if (!status.ok()) return status.ToString();
  std::unique_ptr<Message> message(type.New());
  EXPECT_TRUE(message->ParseFromString(wire));
  return message->ShortDebugString();
}

// A client's request for the message decodes to the same message, even if the row spells it
// otherwise.
void CheckSentAgain(const Endpoint& endpoint, const Row& row, const Message& message) {
  const auto sent = EncodeRequest(endpoint.binding(), message.SerializeAsString());
  ASSERT_TRUE(sent.ok()) << row.message << ": " << sent.status();
  EXPECT_EQ(Serve(endpoint, *sent, *row.type), message.ShortDebugString()) << Dump(*sent);
}

void Check(const Row& row) {
  SCOPED_TRACE(absl::StrCat(row.rule, " ", row.binding.path, " ", Dump(row.http)));
  const Endpoint endpoint(row.binding, *row.type->GetDescriptor());
  const std::unique_ptr<Message> message = Parse(row);
  if (row.way != Way::kEncode) {
    EXPECT_EQ(Serve(endpoint, row.http, *row.type), message->ShortDebugString());
    CheckSentAgain(endpoint, row, *message);
  }
  if (row.way != Way::kDecode) {
    EXPECT_EQ(Dump(EncodeRequest(endpoint.binding(), message->SerializeAsString())),
              Dump(row.http));
  }
}

TEST(RequestBothWays, ItsPathSaysTheMessage) {
  for (const Row& row : kPathRows) Check(row);
}

TEST(RequestBothWays, ItsQuerySaysTheMessage) {
  for (const Row& row : kQueryRows) Check(row);
}

TEST(RequestBothWays, ItsBodySaysTheMessage) {
  for (const Row& row : kBodyRows) Check(row);
}

TEST(RequestBothWays, APatchsMaskIsTheClientsOrThatOfTheBody) {
  for (const Row& row : kMaskRows) Check(row);
}

}  // namespace
}  // namespace trestle
