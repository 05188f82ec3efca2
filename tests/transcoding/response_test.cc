#include "trestle/transcoding/response.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/transcoding/mapping.pb.h"
#include "trestle/transcoding/binding.h"
#include "trestle/transcoding/codec/schema.h"
#include "trestle/transcoding/media_type.h"

namespace trestle {
namespace {

namespace test = ::trestle::test::mapping;

template <typename Message>
Binding BindTo(const std::string& response_body) {
  SchemaPool& pool = SchemaPool::Generated();
  const auto binding = Bind({"GET", "/", "", response_body}, pool.Get(*test::Request::descriptor()),
                            pool.Get(*Message::descriptor()));
  EXPECT_TRUE(binding.ok()) << binding.status();
  return *binding;
}

template <typename Message>
std::string Text(const std::string& wire) {
  Message message;
  EXPECT_TRUE(message.ParseFromString(wire));
  return message.ShortDebugString();
}

struct Row {
  const char* rule;
  const char* response_body;
  const char* type;
  const char* message;
  const char* content;  // type and bytes
  const char* back;     // the message again, where it is only what the body carries
};

const Row kRows[] = {
    {"R38", "", kJsonType, "name: \"x\" page_size: 1",
     "application/json {\"name\":\"x\",\"pageSize\":1}", "name: \"x\" page_size: 1"},
    {"R55", "", kJsonType, "", "application/json {}", ""},
    {"R38", "author", kJsonType, "name: \"x\" author { name: \"y\" }",
     "application/json {\"name\":\"y\"}", "author { name: \"y\" }"},
    {"R39", "tags", kJsonType, "tags: \"a\" tags: \"b\"", "application/json [\"a\",\"b\"]",
     "tags: \"a\" tags: \"b\""},
    {"R39", "labels", kJsonType, "labels { key: \"a\" value: \"b\" }",
     "application/json {\"a\":\"b\"}", "labels { key: \"a\" value: \"b\" }"},
    {"R39", "page_size", kJsonType, "page_size: 3", "application/json 3", "page_size: 3"},
    {"R39", "time", kJsonType, "time { seconds: 1 }", "application/json \"1970-01-01T00:00:01Z\"",
     "time { seconds: 1 }"},
    {"R39", "page_size", kJsonType, "", "application/json 0", ""},
    {"R39", "tags", kJsonType, "", "application/json []", ""},
    {"R39", "author", kJsonType, "", "application/json {}", "author { }"},
    {"R49", "file", kJsonType, "file { content_type: \"a/b\" data: \"{\\377\" }", "a/b {\xFF",
     "file { content_type: \"a/b\" data: \"{\\377\" }"},
    {"R49", "file", kProtobufType, "file { content_type: \"a/b\" data: \"x\" }", "a/b x",
     "file { content_type: \"a/b\" data: \"x\" }"},
    {"D7", "", kProtobufType, "name: \"x\"", "application/protobuf \x0A\x01x", "name: \"x\""},
    {"D7", "author", kProtobufType, "name: \"x\" author { name: \"y\" }",
     "application/protobuf \x0A\x01y", "author { name: \"y\" }"},
    {"D7", "", "application/x-protobuf", "name: \"x\"", "application/x-protobuf \x0A\x01x",
     "name: \"x\""},
    {"D7", "tags", kProtobufType, "tags: \"a\"", "application/json [\"a\"]", "tags: \"a\""},
};

TEST(Response, GoesThereAndBack) {
  for (const Row& row : kRows) {
    test::Request message;
    ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(row.message, &message));
    const Binding binding = BindTo<test::Request>(row.response_body);
    HttpContent content;
    const absl::Status status =
        EncodeResponse(binding, message.SerializeAsString(), row.type, {}, &content);
    ASSERT_TRUE(status.ok()) << status;
    EXPECT_EQ(absl::StrCat(content.type, " ", content.bytes), row.content) << row.rule;
    std::string wire;
    ASSERT_TRUE(DecodeResponse(binding, content, {}, &wire).ok());
    EXPECT_EQ(Text<test::Request>(wire), row.back) << row.rule << " " << row.content;
  }
}

TEST(Response, AnHttpBodyIsItsData) {  // R45, R47
  const Binding binding = BindTo<google::api::HttpBody>("");
  EXPECT_TRUE(IsRawResponse(binding));
  google::api::HttpBody body;
  body.set_content_type("text/csv");
  body.set_data("a,b\n");
  HttpContent content;
  ASSERT_TRUE(EncodeResponse(binding, body.SerializeAsString(), {}, &content).ok());
  ASSERT_TRUE(EncodeResponse(binding, body.SerializeAsString(), {}, &content).ok());
  EXPECT_EQ(content.type, "text/csv");
  EXPECT_EQ(content.bytes, "a,b\na,b\n");  // chunks are joined with nothing between
  std::string wire;
  ASSERT_TRUE(DecodeResponse(binding, content, {}, &wire).ok());
  EXPECT_EQ(Text<google::api::HttpBody>(wire), "content_type: \"text/csv\" data: \"a,b\\na,b\\n\"");
}

// RFC 9110 8.3: the type of content is that of bytes if it is missing, or cannot be in a header.
TEST(Response, R45AnHttpBodyWithoutATypeIsBytes) {
  using std::string_literals::operator""s;
  for (const std::string& type :
       {""s, " "s, "\t \r\n"s, "\0"s, "text\0/html"s, "text/html\r\nA: b"s, "text/\x7f"s}) {
    google::api::HttpBody body;
    body.set_content_type(type);
    body.set_data("a");
    HttpContent content;
    ASSERT_TRUE(
        EncodeResponse(BindTo<google::api::HttpBody>(""), body.SerializeAsString(), {}, &content)
            .ok());
    EXPECT_EQ(content.type, "application/octet-stream") << type;
  }
}

TEST(Response, RecognizesRawResponses) {
  EXPECT_FALSE(IsRawResponse(BindTo<test::Request>("")));
  EXPECT_FALSE(IsRawResponse(BindTo<test::Request>("author")));
  EXPECT_FALSE(IsRawResponse(BindTo<test::Request>("tags")));
  EXPECT_TRUE(IsRawResponse(BindTo<test::Request>("file")));
}

TEST(Response, RefusesMalformedBytes) {
  const struct {
    const char* response_body;
    const char* type;
    const char* wire;
  } rows[] = {{"", kJsonType, "\x0A\x05x"},
              {"author", kJsonType, "\x0A\x05x"},
              {"author", kProtobufType, "\x0A\x05x"},
              {"file", kJsonType, "\x0A\x05x"}};
  for (const auto& row : rows) {
    HttpContent content;
    EXPECT_EQ(
        EncodeResponse(BindTo<test::Request>(row.response_body), row.wire, row.type, {}, &content)
            .code(),
        absl::StatusCode::kInternal)
        << row.response_body;
  }
}

TEST(Response, AClientRefusesWhatIsNoSuchBody) {
  const struct {
    HttpContent content;
    const char* message;
  } rows[] = {
      {{"text/html", "<html>"}, "the body is of type \"text/html\", not JSON"},
      {{"application/protobuf", "\x0A\x05x"}, "the body is not a protobuf message"},
  };
  for (const auto& row : rows) {
    std::string wire;
    const absl::Status status = DecodeResponse(BindTo<test::Request>(""), row.content, {}, &wire);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(status.message(), row.message);
  }
  std::string wire;
  EXPECT_EQ(
      DecodeResponse(BindTo<test::Request>("tags"), {"application/protobuf", ""}, {}, &wire).code(),
      absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(DecodeResponse(BindTo<test::Request>(""), {"", "{"}, {}, &wire).code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace trestle
