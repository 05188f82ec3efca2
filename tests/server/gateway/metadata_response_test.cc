// Metadata as the fields and trailers of a response.

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "trestle/server/gateway/metadata.h"

namespace trestle {
namespace {

std::string Dump(const HttpFields& fields) {
  std::string dump;
  for (const HttpField& field : fields) absl::StrAppend(&dump, field.name, "=", field.value, ";");
  return dump;
}

CallContext CallOf(Metadata initial, Metadata trailing) {
  CallContext context;
  context.initial = std::move(initial);
  context.trailing = std::move(trailing);
  return context;
}

TEST(MetadataResponseTest, H3TurnsMetadataIntoHeaders) {
  const Metadata metadata = {
      {"x-a", "1"},
      {"x-raw-bin", std::string("\0\xff", 2)},
      {"grpc-status", "0"},
      {"grpc-message", "x"},
      {"content-type", "application/grpc"},
      {"te", "trailers"},
      {"connection", "x"},
      {"transfer-encoding", "chunked"},
      {"content-length", "3"},
      {"x-http-code", "201"},
      {":status", "200"},
      {"etag", "\"e\""},
      {"x-a", "2"},
      {"set-cookie", "a=b"},
      {"content-encoding", "gzip"},
  };
  HttpFields fields;
  AddInitialMetadata(metadata, {}, &fields);
  EXPECT_EQ(Dump(fields), "x-a=1;x-raw-bin=AP8=;etag=\"e\";x-a=2;set-cookie=a=b;");
}

TEST(MetadataResponseTest, H3PutsAPrefixBeforeNames) {
  const Metadata metadata = {{"x-a", "1"},          {"x-raw-bin", std::string("\0\xff", 2)},
                             {"date", "x"},         {"grpc-status", "0"},
                             {"content-type", "x"}, {"x-http-code", "201"}};
  const struct {
    const char* prefix;
    const char* fields;
  } kRows[] = {
      // Behind a prefix a name is no longer HTTP's own.
      {"Grpc-Metadata-", "Grpc-Metadata-x-a=1;Grpc-Metadata-x-raw-bin=AP8=;Grpc-Metadata-date=x;"},
      {"Grpc-Trailer-", "Grpc-Trailer-x-a=1;Grpc-Trailer-x-raw-bin=AP8=;Grpc-Trailer-date=x;"},
      {"", "x-a=1;x-raw-bin=AP8=;"},
  };
  for (const auto& row : kRows) {
    HeaderOptions options;
    options.response_prefix = options.trailer_prefix = row.prefix;
    HttpFields headers, trailers;
    AddInitialMetadata(metadata, options, &headers);
    AddTrailingMetadata(metadata, options, &trailers);
    EXPECT_EQ(Dump(headers), row.fields);
    EXPECT_EQ(Dump(trailers), row.fields);
  }
}

TEST(MetadataResponseTest, H3APrefixMakesNoFieldOfTheConnection) {
  const Metadata metadata = {{"length", "3"}, {"encoding", "gzip"}, {"type", "a/b"},
                             {"status", "0"}, {"message", "x"},     {"other", "1"}};
  for (const char* prefix : {"Content-", "Grpc-"}) {
    HeaderOptions options;
    options.response_prefix = options.trailer_prefix = prefix;
    HttpResponse http;
    AddMetadata(CallOf(metadata, metadata), options, Trailers::kTaken, &http);
    for (const char* name :
         {"content-length", "content-encoding", "content-type", "grpc-status", "grpc-message"}) {
      EXPECT_EQ(FindField(http.headers, name), nullptr) << name;
      EXPECT_EQ(FindField(http.trailers, name), nullptr) << name;
    }
    EXPECT_NE(FindField(http.headers, absl::StrCat(prefix, "other")), nullptr);
  }
}

// Both the gateway and the backend write one field.
TEST(MetadataResponseTest, H3OneWriterOfAFieldWins) {
  const struct {
    const char* what;
    HttpFields own;
    Metadata initial, trailing;
    const char* headers;
  } kRows[] = {
      {"another field", {{"Content-Type", "a/b"}}, {{"x-a", "1"}}, {}, "Content-Type=a/b;x-a=1;"},
      // about the resource, or the error: the backend's
      {"a challenge",
       {{"WWW-Authenticate", "Bearer"}},
       {{"www-authenticate", "Bearer realm=\"x\""}},
       {},
       "www-authenticate=Bearer realm=\"x\";"},
      {"several challenges",
       {{"WWW-Authenticate", "Bearer"}},
       {{"www-authenticate", "Basic"}},
       {{"www-authenticate", "Digest"}},
       "www-authenticate=Basic;www-authenticate=Digest;"},
      {"a time to retry", {{"Retry-After", "7"}}, {}, {{"retry-after", "9"}}, "retry-after=9;"},
      {"methods", {{"Allow", "GET"}}, {{"allow", "PUT"}}, {}, "allow=PUT;"},
      {"caching",
       {{"Cache-Control", "no-store"}},
       {{"cache-control", "max-age=1"}},
       {},
       "cache-control=max-age=1;"},
      {"a location", {{"Location", "/a"}}, {{"location", "/b"}}, {}, "location=/b;"},
      {"a server", {{"Server", "trestle"}}, {{"server", "b"}}, {}, "server=b;"},
      {"an origin",
       {{"Access-Control-Allow-Origin", "*"}},
       {{"access-control-allow-origin", "https://a"}},
       {},
       "access-control-allow-origin=https://a;"},
      {"Vary, which is a list",
       {{"Vary", "Accept"}},
       {{"vary", "Cookie"}, {"vary", "Origin"}},
       {},
       "vary=Cookie;vary=Origin;"},
      // about the connection or the framing: the gateway's
      {"a type", {{"Content-Type", "a/b"}}, {{"content-type", "c/d"}}, {}, "Content-Type=a/b;"},
      {"a date", {{"Date", "now"}}, {{"date", "then"}}, {{"date", "then"}}, "Date=now;"},
      {"codings",
       {{"Accept-Encoding", "gzip"}},
       {{"accept-encoding", "br"}},
       {},
       "Accept-Encoding=gzip;"},
      {"a length", {}, {{"content-length", "1"}}, {{"transfer-encoding", "chunked"}}, ""},
      {"an end of the connection", {}, {{"connection", "close"}, {"keep-alive", "5"}}, {}, ""},
      // by the backend alone
      {"cookies",
       {},
       {{"set-cookie", "a=1"}, {"set-cookie", "b=2"}},
       {},
       "set-cookie=a=1;set-cookie=b=2;"},
      {"what HTTP allows once",
       {},
       {{"etag", "\"1\""}, {"etag", "\"2\""}},
       {{"etag", "\"3\""}},
       "etag=\"1\";"},
      {"a request id, twice",
       {},
       {{"x-request-id", "1"}},
       {{"x-request-id", "2"}},
       "x-request-id=1;"},
      {"anything else", {}, {{"x-a", "1"}, {"x-a", "2"}}, {{"x-a", "3"}}, "x-a=1;x-a=2;x-a=3;"},
  };
  for (const auto& row : kRows) {
    HttpResponse http;
    http.headers = row.own;
    AddMetadata(CallOf(row.initial, row.trailing), {}, Trailers::kRefused, &http);
    EXPECT_EQ(Dump(http.headers), row.headers) << row.what;
    EXPECT_EQ(Dump(http.trailers), "") << row.what;
  }
}

// RFC 9110 6.5.1: what is for the head is there, whoever takes trailers.
TEST(MetadataResponseTest, H3TrailersHoldWhatTheyMay) {
  HttpResponse http;
  http.headers = {{"WWW-Authenticate", "Bearer"}, {"Retry-After", "7"}};
  AddMetadata(CallOf({{"x-first", "1"}}, {{"x-last", "2"},
                                          {"www-authenticate", "Basic"},
                                          {"set-cookie", "a=b"},
                                          {"content-length", "5"},
                                          {"etag", "\"1\""},
                                          {"x-last", "3"}}),
              {}, Trailers::kTaken, &http);
  EXPECT_EQ(Dump(http.headers),
            "Retry-After=7;x-first=1;www-authenticate=Basic;set-cookie=a=b;etag=\"1\";");
  EXPECT_EQ(Dump(http.trailers), "x-last=2;x-last=3;");
  // The head of a stream has gone already.
  HttpFields trailers = {{"grpc-status", "0"}};
  AddTrailingMetadata({{"x-last", "2"},
                       {"www-authenticate", "Basic"},
                       {"x-request-id", "b"},
                       {"grpc-status", "9"},
                       {"etag", "\"1\""}},
                      {}, &trailers);
  EXPECT_EQ(Dump(trailers), "grpc-status=0;x-last=2;etag=\"1\";");
}

TEST(MetadataResponseTest, H4TakesTheStatusOfASuccess) {
  const struct {
    Metadata initial;
    int status;
  } kRows[] = {
      {{}, 200},
      {{{"x-http-code", "201"}}, 201},
      {{{"x-http-code", "599"}}, 599},
      {{{"x-http-code", "600"}}, 200},
      {{{"x-http-code", "99"}}, 200},
      {{{"x-http-code", "101"}}, 200},
      {{{"x-http-code", "-5"}}, 200},
      {{{"x-http-code", "created"}}, 200},
      {{{"x-http-code", "+201"}}, 200},
      {{{"x-http-code", " 201"}}, 200},
      {{{"x-http-code", "201 "}}, 200},
      {{{"x-http-code", "0201"}}, 200},
      {{{"x-http-code", "0xc9"}}, 200},
      {{{"x-http-code", ""}}, 200},
  };
  for (const auto& row : kRows) EXPECT_EQ(SuccessStatus(row.initial), row.status);
}

TEST(MetadataResponseTest, H3KnowsWhichClientsAcceptTrailers) {
  const struct {
    HttpFields headers;
    Trailers trailers;
  } kRows[] = {
      {{{"TE", "trailers"}}, Trailers::kTaken},
      {{{"te", "gzip, Trailers"}}, Trailers::kTaken},
      {{{"TE", "gzip"}, {"TE", "trailers"}}, Trailers::kTaken},
      {{{"TE", "gzip"}}, Trailers::kRefused},
      {{{"Trailer", "trailers"}}, Trailers::kRefused},
      {{}, Trailers::kRefused},
  };
  for (const auto& row : kRows) EXPECT_EQ(TrailersOf(row.headers), row.trailers);
}

}  // namespace
}  // namespace trestle
