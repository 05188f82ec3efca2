#include "trestle/transcoding/media_type.h"

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace trestle {
namespace {

std::string Name(BodyFormat format) {
  switch (format) {
    case BodyFormat::kJson:
      return "json";
    case BodyFormat::kProtobuf:
      return "protobuf";
    case BodyFormat::kLines:
      return "lines";
    case BodyFormat::kForm:
      return "form";
    case BodyFormat::kOther:
      return "other";
  }
  return "";
}

struct TypeRow {
  const char* content_type;
  const char* format;
};

const TypeRow kTypeRows[] = {
    // all D7
    {"", "json"},
    {"application/json", "json"},
    {"APPLICATION/Json", "json"},
    {"application/json;charset=utf-8", "json"},
    {" application/json ; a=b ; charset=\"Utf-8\" ", "json"},
    {"application/json; charset=utf8", "json"},  // as browsers read it
    {"application/json; charset=\"UTF8\"", "json"},
    {"application/json; charset=utf-16", "other"},
    {"application/json; charset=utf88", "other"},
    {"application/json; charset=", "other"},
    {"application/json; charset", "json"},
    {"application/problem+json", "json"},
    {"application/+json", "other"},
    {"text/problem+json", "other"},
    {"application/json5", "other"},
    {"application/jsonp", "other"},
    {"text/json", "other"},
    {"application/protobuf", "protobuf"},
    {"application/x-protobuf; messageType=\"a.B\"", "protobuf"},
    {"application/grpc", "other"},
    {"text/plain", "other"},
    {"multipart/form-data; boundary=x", "other"},
    {"application/json, text/plain", "other"},
    {";charset=utf-8", "json"},
    {";charset=latin1", "other"},
    // Forms.
    {"application/x-www-form-urlencoded", "form"},
    {"Application/X-WWW-Form-Urlencoded", "form"},
    {"application/x-www-form-urlencoded; charset=UTF-8", "form"},
    {"application/x-www-form-urlencoded; charset=latin1", "form"},
    {" application/x-www-form-urlencoded ;", "form"},
    {"application/x-www-form-urlencodedx", "other"},
    {"multipart/form-data", "other"},
    {"x; application/x-www-form-urlencoded", "other"},
    // Lines.
    {"application/x-ndjson", "lines"},
    {"Application/X-NDJSON ; charset=\"UTF-8\"", "lines"},
    {" application/x-ndjson", "lines"},
    {"application/ndjson", "other"},
    {"application/x-ndjsonx", "other"},
    {"application/x-ndjson; charset=latin1", "other"},
};

TEST(MediaType, TellsTheFormatOfAContentType) {
  for (const TypeRow& row : kTypeRows) {
    EXPECT_EQ(Name(FormatOfType(row.content_type)), row.format) << row.content_type;
  }
}

TEST(MediaType, TheFirstContentTypeIsThatOfTheBody) {
  EXPECT_EQ(Name(FormatOfBody({})), "json");
  EXPECT_EQ(Name(FormatOfBody({{"Accept", "text/html"}})), "json");
  EXPECT_EQ(Name(FormatOfBody({{"CONTENT-type", ""}})), "json");
  EXPECT_EQ(Name(FormatOfBody({{"Accept", "a/b"}, {"CONTENT-type", "text/html"}})), "other");
  EXPECT_EQ(Name(FormatOfBody(
                {{"Content-Type", "application/protobuf"}, {"Content-Type", "application/json"}})),
            "protobuf");
}

struct AcceptRow {
  std::vector<const char*> accept;
  const char* type;
};

const AcceptRow kAcceptRows[] = {
    // all D7
    {{}, "application/json"},
    {{""}, "application/json"},
    {{"*/*"}, "application/json"},
    {{"application/*"}, "application/json"},
    {{"text/html, */*;q=0.8"}, "application/json"},
    {{"application/protobuf"}, "application/protobuf"},
    {{"application/x-protobuf"}, "application/x-protobuf"},
    {{"Application/ProtoBuf"}, "application/protobuf"},
    {{"application/protobuf, application/json"}, "application/json"},
    {{"application/protobuf, application/json;q=0.9"}, "application/protobuf"},
    {{"application/protobuf;q=0.5, application/json;q=0.9"}, "application/json"},
    {{"application/protobuf;q=0.5, */*;q=0.1"}, "application/protobuf"},
    {{"application/protobuf;q=0.1, */*"}, "application/json"},
    {{"application/json;q=0, */*"}, "application/protobuf"},
    {{"application/json;q=0, application/*;q=0.2, */*;q=0.9"}, "application/protobuf"},
    {{"application/json;q=0"}, "application/json"},  // nothing fits
    {{"application/protobuf;q=0"}, "application/json"},
    {{"text/html"}, "application/json"},
    {{"text/html", "application/protobuf"}, "application/protobuf"},  // two fields
    {{"application/protobuf;q=x, application/json;q=0.9"}, "application/protobuf"},
    {{"application/protobuf;q=7, application/json"}, "application/json"},
    {{",,application/protobuf,,"}, "application/protobuf"},
    // a q-value is digits: any other counts as 1
    {{"application/protobuf;q=0x0, application/json;q=0.9"}, "application/protobuf"},
    {{"application/protobuf;q=1e-9, application/json;q=0.9"}, "application/protobuf"},
    {{"application/protobuf;q=+0, application/json;q=0.9"}, "application/protobuf"},
    {{"application/protobuf;q=.1, application/json;q=0.9"}, "application/protobuf"},
    {{"application/protobuf;q=-0, application/json;q=0.9"}, "application/protobuf"},
    {{"application/protobuf;q=00, application/json;q=0.9"}, "application/protobuf"},
    {{"application/protobuf;q=1.5, application/json;q=0.9"}, "application/protobuf"},
    {{"application/protobuf;q=0., application/json;q=0.9"}, "application/json"},
    {{"application/protobuf;q=0.1234, application/json;q=0.9"}, "application/json"},
};

// The response's type for these Accept lines and this type of the request's body.
absl::string_view Preferred(const std::vector<const char*>& accept, const char* sent) {
  HttpFields headers;
  for (const char* line : accept) headers.push_back({"aCCept", line});
  if (*sent != '\0') headers.push_back({"content-Type", sent});
  return PreferredType(headers, FormatOfBody(headers));
}

TEST(MediaType, PicksWhatTheClientPrefers) {
  for (const AcceptRow& row : kAcceptRows) {
    EXPECT_EQ(Preferred(row.accept, ""), row.type) << (row.accept.empty() ? "none" : row.accept[0]);
  }
}

const struct {
  std::vector<const char*> accept;
  const char* sent;
  const char* type;
} kInKindRows[] = {
    // all D7
    {{}, "application/x-protobuf", "application/x-protobuf"},
    {{}, "application/protobuf", "application/protobuf"},
    {{}, "Application/X-Protobuf; a=b", "application/x-protobuf"},
    {{}, "application/json", "application/json"},
    {{}, "text/csv", "application/json"},
    {{"*/*"}, "application/x-protobuf", "application/x-protobuf"},
    {{"*/*"}, "application/json", "application/json"},
    {{"application/*"}, "application/protobuf", "application/protobuf"},
    {{"application/json"}, "application/x-protobuf", "application/json"},
    {{"application/protobuf"}, "application/x-protobuf", "application/protobuf"},
    {{"application/x-protobuf"}, "application/json", "application/x-protobuf"},
    {{"application/x-protobuf;q=0.5, application/json"},
     "application/x-protobuf",
     "application/json"},
    {{"application/x-protobuf, application/protobuf"}, "", "application/protobuf"},
    {{"application/x-protobuf, application/protobuf;q=0.9"}, "", "application/x-protobuf"},
    {{"text/html"}, "application/x-protobuf", "application/json"},
};

TEST(MediaType, RespondsInKind) {
  for (const auto& row : kInKindRows) {
    EXPECT_EQ(Preferred(row.accept, row.sent), row.type)
        << (row.accept.empty() ? "none" : row.accept[0]) << " " << row.sent;
  }
}

TEST(MediaType, TellsHowMuchATypeIsLiked) {
  const struct {
    std::vector<const char*> accept;
    double lines;  // of application/x-ndjson
  } kRows[] = {
      {{}, 1},
      {{"*/*"}, 1},
      {{"application/*;q=0.3"}, 0.3},
      {{"Application/X-NDJSON;q=0.2, */*"}, 0.2},  // the most precise one
      {{"*/*;q=0.9, application/*;q=0.4"}, 0.4},
      {{"text/*, application/json"}, 0},
      {{"application/x-ndjson;q=0"}, 0},
      {{"text/html", "application/x-ndjson;q=0.5"}, 0.5},  // two fields
      {{"application/x-ndjson2, application, x-ndjson, */x-ndjson"}, 0},
      {{""}, 0},
  };
  for (const auto& row : kRows) {
    HttpFields headers;
    for (const char* accept : row.accept) headers.push_back({"Accept", accept});
    EXPECT_EQ(AcceptQuality(headers, "application/x-ndjson"), row.lines)
        << (row.accept.empty() ? "none" : row.accept[0]);
  }
}

}  // namespace
}  // namespace trestle
