// EncodeRequest: rows for single rules, and round trips of random messages.

#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "google/protobuf/message.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "tests/transcoding/legacy.pb.h"
#include "tests/transcoding/mapping.pb.h"
#include "trestle/tests/transcoding/codec/random_message.h"
#include "trestle/tests/transcoding/endpoint.h"
#include "trestle/transcoding/codec/wire_writer.h"
#include "trestle/transcoding/request.h"

namespace trestle {
namespace {

namespace test = ::trestle::test::mapping;
using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;

template <typename T>
T Parse(const std::string& text) {
  T message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

struct Row {
  const char* rule;
  Rule binding;
  const char* message;
  const char* http;
};

const Row kRows[] = {
    {"R17", {"GET", "/v1/{name}", "", ""}, "name: 'a/b c?d'", "GET /v1/a%2Fb%20c%3Fd"},
    {"R17", {"GET", "/v1/{name}:read", "", ""}, "name: 'a:read'", "GET /v1/a%3Aread:read"},
    {"R19", {"GET", "/v1/{name=s/*}", "", ""}, "name: 's/a b:c?d'", "GET /v1/s/a%20b%3Ac%3Fd"},
    {"R19", {"GET", "/v1/{name=**}", "", ""}, "name: 's//%2F/'", "GET /v1/s//%252F/"},
    {"R7", {"GET", "/v1/{name=**}", "", ""}, "", "GET /v1/"},
    {"R7", {"GET", "/v1/{name=s/**}", "", ""}, "name: 's'", "GET /v1/s"},
    {"R7", {"GET", "/v1/x/**", "", ""}, "", "GET /v1/x"},
    {"R5", {"GET", "/", "", ""}, "", "GET /"},
    {"R11", {"GET", "/l%20x/b:c/{name}:v%3Aw", "", ""}, "name: 'x'", "GET /l%20x/b%3Ac/x:v%3Aw"},
    {"R2", {"*", "/v1", "", ""}, "", "POST /v1"},
    {"R2", {"PURGE", "/v1", "", ""}, "", "PURGE /v1"},
    {"R13",
     {"GET", "/{page_size}/{genre}/{time}/{raw}", "", ""},
     "genre: NOVEL time { seconds: 1 } raw: '\\377\\357'",
     "GET /0/NOVEL/1970-01-01T00%3A00%3A01Z/_-8"},
    {"R6",
     {"GET", "/v1/{name}", "", ""},
     "",
     "[name] path template \"/v1/{name}\": variable \"name\" cannot be \"\""},
    {"R6",
     {"GET", "/v1/{name=s/*}", "", ""},
     "name: 's/'",
     "[name] path template \"/v1/{name=s/*}\": variable \"name\" cannot be \"s/\""},
    {"R6",
     {"GET", "/v1/{name=s/*}", "", ""},
     "name: 's/a/b'",
     "[name] path template \"/v1/{name=s/*}\": variable \"name\" cannot be \"s/a/b\""},
    {"R6",
     {"GET", "/v1/{name=s/*}", "", ""},
     "name: 'x/a'",
     "[name] path template \"/v1/{name=s/*}\": variable \"name\" cannot be \"x/a\""},
    {"R8",
     {"GET", "/v1/{name=s/**/e}", "", ""},
     "name: 's/a/f'",
     "[name] path template \"/v1/{name=s/**/e}\": variable \"name\" cannot be \"s/a/f\""},
    {"R8", {"GET", "/v1/{name=s/**/e}", "", ""}, "name: 's/e'", "GET /v1/s/e"},
    {"R8",
     {"GET", "/v1/{name=s/**/e}", "", ""},
     "name: 's'",
     "[name] path template \"/v1/{name=s/**/e}\": variable \"name\" cannot be \"s\""},
    {"R6",
     {"GET", "/v1/*/x", "", ""},
     "",
     "[] path template \"/v1/*/x\": no field provides the value of \"*\""},
    {"R34",
     {"GET", "/v1/{p}", "", ""},
     "",
     "[p] path template \"/v1/{p}\": variable \"p\" is not set"},
    {"R34",
     {"GET", "/v1/{author.born}", "", ""},
     "author {}",
     "[author.born] path template \"/v1/{author.born}\": variable \"author.born\" is not set"},
    {"R34",
     {"GET", "/v1/{book.pages}", "", ""},
     "",
     "[book.pages] path template \"/v1/{book.pages}\": variable \"book.pages\" is not set"},
    {"R34", {"GET", "/v1/{book.pages}", "", ""}, "book {}", "GET /v1/0"},
    {"R24",
     {"GET", "/v1", "", ""},
     "page_size: 0 name: 'a&b=c+d' tags: 'x' tags: ''",
     "GET /v1?name=a%26b%3Dc%2Bd&tags=x&tags="},
    {"R24",
     {"GET", "/v1", "", ""},
     "i64: 2 page_size: 1 renamed: 3",
     "GET /v1?page_size=1&i64=2&renamed=3"},
    {"R26",
     {"GET", "/v1", "", ""},
     "numbers: 3 numbers: -1 flags: true flags: false",
     "GET /v1?numbers=3&numbers=-1&flags=true&flags=false"},
    {"R27",
     {"GET", "/v1", "", ""},
     "author { mentor { name: 'x' } }",
     "GET /v1?author.mentor.name=x"},
    {"R27", {"GET", "/v1", "", ""}, "author { mentor {} }", "GET /v1?author.mentor.name="},
    {"R27",
     {"GET", "/v1", "", ""},
     "ghost {}",
     "[ghost] field \"ghost\" is set but empty, which the query of GET /v1 cannot express"},
    {"R28",
     {"GET", "/v1", "", ""},
     "books {}",
     "[books] field \"books\" is a list of messages, which the query of GET /v1 cannot express"},
    {"R28",
     {"GET", "/v1", "", ""},
     "book { translators {} }",
     "[book.translators] field \"book.translators\" is a list of messages, which the query of "
     "GET /v1 cannot express"},
    {"R30", {"GET", "/v1/{author.name}", "", ""}, "author { name: 'x' }", "GET /v1/x"},
    {"R30",
     {"GET", "/v1/{author.name}", "", ""},
     "author { name: 'x' born: 0 }",
     "GET /v1/x?author.born=0"},
    {"R34", {"GET", "/v1", "", ""}, "p: '' level: 0 right: 0", "GET /v1?p=&right=0&level=0"},
    {"R33",
     {"GET", "/v1", "", ""},
     "flt: nan dbl: -inf maybe {} text { value: 'x' } mask {}",
     "GET /v1?flt=NaN&dbl=-Infinity&mask=&maybe=false&text=x"},
    {"R33",
     {"GET", "/v1", "", ""},
     "mask { paths: 'a_b' paths: 'c.d_e' } span { nanos: -5 }",
     "GET /v1?span=-0.000000005s&mask=aB%2Cc.dE"},
    {"R33",
     {"GET", "/v1", "", ""},
     "mask { paths: 'aB' }",
     "[mask] field \"mask\": its value is not a list of field paths, separated by commas"},
    {"R33",
     {"GET", "/v1", "", ""},
     "mask { paths: 'line_2' paths: 'a_b' paths: 'c__d' }",
     "GET /v1?mask=line_2%2CaB%2Cc__d"},
    {"R33", {"GET", "/v1", "", ""}, "genre: 99", "GET /v1?genre=99"},
    {"D9",
     {"GET", "/v1", "", ""},
     "labels { key: 'a.]' value: 'x' } ratings { key: 1 value: POEM }",
     "GET /v1?labels%5Ba.%5D%5D=x&ratings%5B1%5D=POEM"},
    {"D9",
     {"GET", "/v1", "", ""},
     "people { key: 'a' }",
     "[people] field \"people\" is a map of messages, which the query of GET /v1 cannot express"},
    {"R36",
     {"POST", "/v1/{name}", "*", ""},
     "name: 'x' page_size: 1",
     "POST /v1/x (application/json) {\"pageSize\":1}"},
    {"R36", {"POST", "/v1/{name}", "*", ""}, "name: 'x'", "POST /v1/x (application/json) {}"},
    {"R36",
     {"POST", "/v1/{author.name}", "*", ""},
     "author { name: 'x' born: 1 }",
     "POST /v1/x (application/json) {\"author\":{\"born\":1}}"},
    {"R37",
     {"POST", "/v1/{book.name}", "book", ""},
     "page_size: 2 book { name: 'x' title: 't' }",
     "POST /v1/x?page_size=2 (application/json) {\"title\":\"t\"}"},
    {"R37", {"POST", "/v1", "tags", ""}, "tags: 'a'", "POST /v1 (application/json) [\"a\"]"},
    {"R37", {"POST", "/v1", "page_size", ""}, "", "POST /v1 (application/json) 0"},
    {"R53", {"POST", "/v1", "book", ""}, "", "POST /v1 (application/json) null"},
    {"R53", {"POST", "/v1", "p", ""}, "", "POST /v1 (application/json) null"},
    {"D6", {"POST", "/v1", "book", ""}, "book {}", "POST /v1 (application/json) {}"},
    {"R53",
     {"POST", "/v1", "value", ""},
     "",
     "[value] body field \"value\" is not set, which a body cannot express"},
    {"R46",
     {"POST", "/v1", "file", ""},
     "file { content_type: 'a/b' data: '[' }",
     "POST /v1 (a/b) ["},
    {"R46", {"POST", "/v1", "file", ""}, "file {}", "POST /v1"},
    {"R46",
     {"POST", "/v1", "file", ""},
     "",
     "[file] body field \"file\" is not set, which a body cannot express"},
    {"R46",
     {"POST", "/v1", "file", ""},
     "file { content_type: 'a\\r\\nb: c' }",
     "[file] body field \"file\" has a content type that no header can carry: \"a\\r\\nb: c\""},
    {"R46",
     {"POST", "/v1", "file", ""},
     "file { extensions {} }",
     "[file] body field \"file\" has extensions, which no body can carry"},
};

TEST(EncodeRequest, SaysAMessageInHttp) {
  for (const Row& row : kRows) {
    const auto message = Parse<test::Request>(row.message);
    const Endpoint endpoint(row.binding, *test::Request::descriptor());
    const auto http = EncodeRequest(endpoint.binding(), message.SerializeAsString());
    EXPECT_EQ(Dump(http), row.http) << row.rule;
    if (!http.ok()) {
      EXPECT_EQ(http.status().code(), absl::StatusCode::kInvalidArgument) << row.rule;
      continue;
    }
    std::string wire;
    const absl::Status status = endpoint.Serve(*http, {}, &wire);
    ASSERT_TRUE(status.ok()) << row.http << ": " << status;
    test::Request back;
    ASSERT_TRUE(back.ParseFromString(wire)) << row.http;
    EXPECT_EQ(back.ShortDebugString(), message.ShortDebugString()) << row.http;
  }
}

// Fields beyond the schema ---------------------------------------------------------------

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
std::string AnyOf(absl::string_view url, absl::string_view value) {
  return Bytes(1, url) + Bytes(2, value);
}

struct UnknownRow {
  const char* what;
  Rule binding;
  std::string wire;  // of a Request
  const char* error;
};

constexpr char kAuthorUrl[] = "type.googleapis.com/trestle.test.mapping.Author";

// JSON would omit such a field silently, and a query has no name for it.
TEST(EncodeRequest, RefusesWhatItsSchemaDoesNotKnow) {
  const Rule get = {"GET", "/v1", "", ""}, post = {"POST", "/v1", "*", ""};
  const Rule put = {"PUT", "/v1", "any", ""};
  const UnknownRow kUnknown[] = {
      {"in a body", post, Varint(99, 1),
       "[] the message holds field number 99, which trestle.test.mapping.Request does not have: no "
       "request can carry it"},
      {"in a query", get, Varint(99, 1),
       "[] the message holds field number 99, which trestle.test.mapping.Request does not have: no "
       "request can carry it"},
      {"within messages", get, Bytes(31, Bytes(4, Varint(98, 1))),
       "[book.author] field \"book.author\" holds field number 98, which "
       "trestle.test.mapping.Author does not have: no request can carry it"},
      {"within a list", post, Bytes(33, "") + Bytes(33, Bytes(97, "")),
       "[books] field \"books\" holds field number 97, which trestle.test.mapping.Book does not "
       "have: no request can carry it"},
      {"within a map", post, Bytes(23, Bytes(1, "k") + Bytes(2, Varint(96, 0))),
       "[people] field \"people\" holds field number 96, which "
       "trestle.test.mapping.Author does not have: no request can carry it"},
      {"within a Timestamp", get, Bytes(24, Varint(3, 1)),
       "[time] field \"time\" holds field number 3, which google.protobuf.Timestamp does not "
       "have: no request can carry it"},
      {"of another wire type", get, Bytes(2, "x"),
       "[page_size] field \"page_size\" holds bytes of another type: no request can carry it"},
      {"within an Any", put, Bytes(41, AnyOf(kAuthorUrl, Varint(95, 1))),
       "[any] field \"any\" holds field number 95, which trestle.test.mapping.Author does not "
       "have: no request can carry it"},
      {"an Any's type", post, Bytes(41, AnyOf("x/no.Such", "")),
       "[any] field \"any\" holds a \"x/no.Such\", which is not a known type: no request can "
       "carry it"},
      {"an Any's type without a slash", post, Bytes(41, AnyOf("trestle.test.mapping.Author", "")),
       "[any] field \"any\" holds a \"trestle.test.mapping.Author\", which is not a known type: "
       "no request can carry it"},
      {"an Any's content without JSON", post,
       Bytes(41, AnyOf("x/google.protobuf.Timestamp", Varint(1, uint64_t{1} << 60))),
       "[any] field \"any\" cannot be printed: a google.protobuf.Timestamp is out of range: no "
       "request can carry it"},
  };
  for (const UnknownRow& row : kUnknown) {
    const Endpoint endpoint(row.binding, *test::Request::descriptor());
    EXPECT_EQ(Dump(EncodeRequest(endpoint.binding(), row.wire)), row.error) << row.what;
  }
}

TEST(EncodeRequest, RefusesNumbersThatAClosedEnumDoesNotHave) {  // R57, proto2
  for (const Rule& rule : {Rule{"GET", "/v1"}, Rule{"POST", "/v1", "*"}}) {
    const Endpoint endpoint(rule, *test::Legacy::descriptor());
    EXPECT_EQ(Dump(EncodeRequest(endpoint.binding(), Varint(3, 9))),
              "[level] field \"level\" holds 9, which is not a value of "
              "trestle.test.mapping.Legacy.Level: no request can carry it");
    EXPECT_TRUE(EncodeRequest(endpoint.binding(), Varint(3, 2)).ok());
  }
}

// A client can get them from any source.
TEST(EncodeRequest, LooksIntoAnysWithinAnysToADepth) {
  std::string any;
  for (int i = 0; i < 5000; ++i) any = AnyOf("x/google.protobuf.Any", any);
  const Endpoint endpoint({"POST", "/v1", "*"}, *test::Request::descriptor());
  EXPECT_TRUE(EncodeRequest(endpoint.binding(), Bytes(41, any)).ok());
}

// In a query an Any is a string and bytes, whatever is in them.
TEST(EncodeRequest, SendsAnyAnyInAQuery) {
  const Endpoint endpoint({"GET", "/v1", "", ""}, *test::Request::descriptor());
  EXPECT_EQ(Dump(EncodeRequest(endpoint.binding(), Bytes(41, AnyOf("x/no.Such", "\xFF")))),
            "GET /v1?any.type_url=x%2Fno.Such&any.value=_w");
}

TEST(EncodeRequest, RefusesMalformedBytes) {
  const Endpoint endpoint({"GET", "/v1/{name}", "", ""}, *test::Request::descriptor());
  EXPECT_EQ(EncodeRequest(endpoint.binding(), "\x0A\x05x").status().code(),
            absl::StatusCode::kInternal);
}

// Random messages ----------------------------------------------------------------------

// Clears the field at "book.author.name".
void Clear(const std::string& path, Message* message) {
  const std::vector<std::string> names = absl::StrSplit(path, '.');
  for (size_t i = 0; i < names.size(); ++i) {
    const FieldDescriptor* field = message->GetDescriptor()->FindFieldByName(names[i]);
    ASSERT_NE(field, nullptr) << path;
    if (i + 1 == names.size()) {
      message->GetReflection()->ClearField(message, field);
    } else {
      message = message->GetReflection()->MutableMessage(message, field);
    }
  }
}

bool AreEqual(const Message& a, const Message& b) {
  google::protobuf::util::DefaultFieldComparator exact;
  exact.set_float_comparison(google::protobuf::util::DefaultFieldComparator::EXACT);
  exact.set_treat_nan_as_equal(true);
  google::protobuf::util::MessageDifferencer differencer;
  differencer.set_field_comparator(&exact);
  return differencer.Compare(a, b);
}

// A map that was filled by reflection may hold a key twice until it is read as a map.
void Normalize(Message* message) {
  const std::string wire = message->SerializeAsString();
  ASSERT_TRUE(message->ParseFromString(wire));
}

// Encodes `*message`, without the fields that the endpoint rejects, and decodes the result. Returns
// the bytes that were decoded.
size_t RoundTrip(const Endpoint& endpoint, Message* message) {
  Normalize(message);
  for (int cleared = 0; cleared < 200; ++cleared) {
    const auto http = EncodeRequest(endpoint.binding(), message->SerializeAsString());
    if (http.ok()) {
      std::string wire;
      const absl::Status status = endpoint.Serve(*http, {}, &wire);
      EXPECT_TRUE(status.ok()) << Dump(http) << "\n" << status;
      std::unique_ptr<Message> back(message->New());
      EXPECT_TRUE(back->ParseFromString(wire));
      EXPECT_TRUE(AreEqual(*message, *back)) << Dump(http) << "\n"
                                             << message->ShortDebugString() << "\n"
                                             << back->ShortDebugString();
      return wire.size();
    }
    EXPECT_EQ(http.status().code(), absl::StatusCode::kInvalidArgument) << http.status();
    Clear(ViolatedField(http.status()), message);
    if (testing::Test::HasFailure()) return 0;
  }
  ADD_FAILURE() << "no end of what cannot be carried: " << message->ShortDebugString();
  return 0;
}

std::string RandomSegment(std::mt19937_64& random) {
  static constexpr char kLetters[] = "ab/%:?&=+ #.*{}\xC3\xA9";
  std::string text = "x";
  for (size_t i = random() % 6; i > 0; --i) {
    const size_t letter = random() % (sizeof(kLetters) - 3);
    text.append(kLetters[letter] == '\xC3' ? "\xC3\xA9" : std::string(1, kLetters[letter]));
  }
  return text;
}

const Rule kRules[] = {
    {"GET", "/v1", "", ""},
    {"GET", "/v1/{name}", "", ""},
    {"GET", "/v1/{name}:verb", "", ""},
    {"DELETE", "/v1/{name=**}", "", ""},
    {"GET", "/v1/{name=**}/tail:verb", "", ""},
    {"POST", "/v1/{name}", "*", ""},
    {"POST", "/v1/{page_size}/{genre}/{flag}/{i64}/{u64}/{dbl}", "*", ""},
    {"PUT", "/v1/{name}", "book", ""},
    {"PUT", "/v1/{name}", "tags", ""},
    {"PUT", "/v1/{name}", "labels", ""},
    {"PUT", "/v1/{name}", "people", ""},
    {"PUT", "/v1/{name}", "level", ""},
    {"PUT", "/v1/{name}", "genre", ""},
    {"PUT", "/v1/{name}", "time", ""},
    {"PUT", "/v1/{name}", "extra", ""},
    {"PUT", "/v1/{name}", "left", ""},
    {"PUT", "/v1/{name}", "middle", ""},
};

TEST(EncodeRequest, RandomMessagesSurviveTheTrip) {
  std::mt19937_64 random(1);
  size_t carried = 0;
  for (const Rule& rule : kRules) {
    const Endpoint endpoint(rule, *test::Request::descriptor());
    for (int i = 0; i < 100; ++i) {
      test::Request message;
      FillRandom(random, 3, &message);
      message.set_name(RandomSegment(random));
      carried += RoundTrip(endpoint, &message);
      if (HasFailure()) return;
    }
  }
  EXPECT_GT(carried, 100u * std::size(kRules) * 100u);  // the messages were not empty
}

TEST(EncodeRequest, CarriesExtensionsInBodiesOnly) {  // R52
  const auto encode = [](const Rule& rule, const char* text) {
    const Endpoint endpoint(rule, *test::Extensible::descriptor());
    return Dump(
        EncodeRequest(endpoint.binding(), Parse<test::Extensible>(text).SerializeAsString()));
  };
  EXPECT_EQ(encode({"PUT", "/v1", "*", ""}, "[trestle.test.mapping.mark]: 5"),
            R"(PUT /v1 (application/json) {"[trestle.test.mapping.mark]":5})");
  EXPECT_EQ(encode({"GET", "/v1", "", ""}, "part { [trestle.test.mapping.mark]: 5 }"),
            "[part.[trestle.test.mapping.mark]] field \"part.[trestle.test.mapping.mark]\" is an "
            "extension, which the query of GET /v1 cannot express");
}

TEST(EncodeRequest, RandomGroupsSurviveTheTrip) {
  std::mt19937_64 random(2);
  for (const Rule& rule : {Rule{"GET", "/v1", "", ""}, Rule{"GET", "/v1/{part.id}", "", ""},
                           Rule{"PUT", "/v1/{name}", "part", ""}}) {
    const Endpoint endpoint(rule, *test::Legacy::descriptor());
    for (int i = 0; i < 100; ++i) {
      test::Legacy message;
      FillRandom(random, 3, &message);
      message.set_name(RandomSegment(random));
      message.mutable_part()->set_id(RandomSegment(random));
      RoundTrip(endpoint, &message);
      if (HasFailure()) return;
    }
  }
}

}  // namespace
}  // namespace trestle
