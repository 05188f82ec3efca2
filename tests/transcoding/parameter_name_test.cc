// Query parameters whose names contain the delimiters of their grammar, or resolve to another
// field.

#include "trestle/transcoding/parameter_name.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/transcoding/names.pb.h"
#include "trestle/tests/transcoding/endpoint.h"
#include "trestle/transcoding/codec/wire_to_json.h"
#include "trestle/transcoding/request.h"

namespace trestle {
namespace {

namespace test = ::trestle::test::mapping;

template <typename Message>
const Schema& SchemaOf() {
  return SchemaPool::Generated().Get(*Message::descriptor());
}

std::string OneLine(const google::protobuf::Message& message) {
  google::protobuf::TextFormat::Printer printer;
  printer.SetSingleLineMode(true);
  std::string text;
  printer.PrintToString(message, &text);
  return text;
}

// The message that a server decodes from `http`.
template <typename Message>
std::string Serve(const Rule& rule, const HttpRequest& http, const Options& options = {}) {
  const Endpoint endpoint(rule, *Message::descriptor());
  std::string wire;
  const absl::Status status = endpoint.Serve(http, options, &wire);
  if (!status.ok()) return std::string(status.message());
  Message message;
  EXPECT_TRUE(message.ParseFromString(wire));
  return OneLine(message);
}

const struct {
  const char* meaning;
  const char* query;
  const char* message;
} kOddRows[] = {
    {"a name with brackets", "search[field]=v", "search: \"v\" "},
    {"the same, percent-encoded", "search%5Bfield%5D=v", "search: \"v\" "},
    {"its name in the .proto", "search=v", "search: \"v\" "},
    {"a list whose name ends in brackets", "tags[]=a&tags[]=b", "tags: \"a\" tags: \"b\" "},
    {"a parent with a dot in its name", "odd.part.text=v", "part { text: \"v\" } "},
    {"the same parent by its other name", "part.text=v", "part { text: \"v\" } "},
    {"a dot in the names of parent and field", "odd.part.a.b=v", "part { odd: \"v\" } "},
    {"a key of a map whose name has brackets", "labels[0][k]=v",
     "labels { key: \"k\" value: \"v\" } "},
    {"a key with all marks in it", "labels[a.b][c]=v", "labels { key: \"a.b][c\" value: \"v\" } "},
    {"a whole name comes before a path", "plain.text=v", "dotted: \"v\" "},
    {"a path where no whole name fits", "plain.b=v", "plain { b: \"v\" } "},
    {"a longer path where the whole name fits its beginning only", "odd.part.a.a.b=v",
     "part { a { odd: \"v\" } } "},
    {"a name that is a bracket", "]=v", "bracket: \"v\" "},
    {"a key of what is no map", "search[x]=v", "query parameter \"search[x]\" is not known"},
    {"a whole name and more", "search[field]x=v",
     "query parameter \"search[field]x\" is not known"},
    {"a whole name given twice", "search[field]=v&search=w",
     "query parameter \"search\" is given twice"},
    {"the whole name of a message", "odd.part=v",
     "query parameter \"odd.part\" is a message: give its fields, as in \"odd.part.text\""},
    {"the whole name of a map, not a key of \"labels\"", "labels[0]=v",
     "query parameter \"labels[0]\" is a map: give its keys, as in \"labels[0][key]\""},
};

TEST(ParameterName, WholeNamesComeFirst) {  // R25
  for (const auto& row : kOddRows) {
    EXPECT_EQ(
        Serve<test::OddNames>({"GET", "/v1", "", ""}, Http("GET", absl::StrCat("/v1?", row.query))),
        row.message)
        << row.meaning;
  }
}

TEST(ParameterName, FormsAreReadLikeQueries) {  // R25
  Options options;
  options.request.form_posts = true;
  EXPECT_EQ(Serve<test::OddNames>({"POST", "/v1", "", ""},
                                  Http("POST", "/v1", "search%5Bfield%5D=v&tags[]=a",
                                       "application/x-www-form-urlencoded"),
                                  options),
            "search: \"v\" tags: \"a\" ");
}

TEST(ParameterName, BodiesKnowTheSameNames) {  // R51
  EXPECT_EQ(
      Serve<test::OddNames>({"POST", "/v1", "*", ""},
                            Http("POST", "/v1", R"({"search[field]":"v","odd.part":{"a.b":"w"}})")),
      "search: \"v\" part { odd: \"w\" } ");
}

const struct {
  const char* query;
  const char* message;
} kSharedRows[] = {
    {"name=T", "title: \"T\" "},
    {"title=T", "title: \"T\" "},
    {"label=N", "name: \"N\" "},
    {"other_part.x=1", "shared_part { y: 1 } "},
    {"shared.y=1", "other_part { x: 1 } "},
};

TEST(ParameterName, TheJsonNameBeatsTheNameOfAnother) {  // R25
  for (const auto& row : kSharedRows) {
    EXPECT_EQ(Serve<test::SharedNames>({"GET", "/v1", "", ""},
                                       Http("GET", absl::StrCat("/v1?", row.query))),
              row.message);
  }
}

template <typename Message>
void ExpectRoundTrip(const char* text, const char* query) {
  Message message;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message));
  const Endpoint endpoint({"GET", "/v1", "", ""}, *Message::descriptor());
  const auto http = EncodeRequest(endpoint.binding(), message.SerializeAsString());
  ASSERT_TRUE(http.ok()) << http.status();
  EXPECT_EQ(http->query, query);
  std::string wire;
  EXPECT_TRUE(endpoint.Serve(*http, {}, &wire).ok());
  Message arrived;
  EXPECT_TRUE(arrived.ParseFromString(wire));
  EXPECT_EQ(OneLine(arrived), OneLine(message));
}

TEST(ParameterName, AClientSpellsWhatItsServerReads) {  // R25
  ExpectRoundTrip<test::SharedNames>("name: 'N' title: 'T'", "title=T&label=N");
  ExpectRoundTrip<test::SharedNames>("other_part { x: 1 y: 2 }", "shared.y=1&shared.x=2");
  ExpectRoundTrip<test::SharedNames>("shared_part { m { key: 'a' value: 1 } }",
                                     "shared_part.k%5Ba%5D=1");
  ExpectRoundTrip<test::OddNames>("search: 'v' tags: 'a'", "search=v&tags=a");
  ExpectRoundTrip<test::OddNames>("part { a { text: 'v' } odd: 'o' }", "part.odd=o&part.a.text=v");
}

// "plain.text" is another field, and the parent has no other name.
TEST(ParameterName, AClientSaysSoWhenNoSpellingWouldDo) {  // R25
  test::OddNames message;
  message.mutable_plain()->set_text("v");
  const Endpoint endpoint({"GET", "/v1", "", ""}, *test::OddNames::descriptor());
  const auto http = EncodeRequest(endpoint.binding(), message.SerializeAsString());
  EXPECT_EQ(http.status().message(),
            "field \"plain.text\" has no unambiguous name, which the query "
            "of GET /v1 cannot express");
}

TEST(ParameterName, PrintingOriginalNamesPrintsNoNameOfAnother) {  // R52
  test::SharedNames message;
  message.set_name("N");
  message.set_title("T");
  JsonWriteOptions options;
  options.original_names = true;
  std::string json;
  ASSERT_TRUE(
      WireToJson(message.SerializeAsString(), SchemaOf<test::SharedNames>(), options, &json).ok());
  EXPECT_EQ(json, R"({"title":"T","label":"N"})");
}

// Names that can be split in exponentially many ways, and very long ones.
TEST(ParameterName, HostileNamesAreReadInLinearTime) {  // R25, R41
  std::string name = "part";
  for (int i = 0; i < 4000; ++i) name += ".a";
  ParameterName resolved;
  EXPECT_FALSE(ResolveParameterName(name, SchemaOf<test::OddNames>(), &resolved));
  EXPECT_FALSE(
      ResolveParameterName(std::string(100000, '['), SchemaOf<test::OddNames>(), &resolved));
  EXPECT_FALSE(ResolveParameterName("", SchemaOf<test::OddNames>(), &resolved));
  EXPECT_FALSE(ResolveParameterName(".", SchemaOf<test::OddNames>(), &resolved));
  EXPECT_FALSE(ResolveParameterName("[]", SchemaOf<test::OddNames>(), &resolved));
}

}  // namespace
}  // namespace trestle
