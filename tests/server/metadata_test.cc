#include "trestle/server/metadata.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace trestle {
namespace {

HeaderOptions WithForwarded(std::vector<std::string> patterns) {
  HeaderOptions options;
  options.forward = std::move(patterns);
  return options;
}

// "key=value;" of what goes on of one header; "400" where it is refused.
std::string Forwarded(HttpFields headers, const HeaderOptions& options = {}) {
  HttpRequest http;
  http.headers = std::move(headers);
  Metadata metadata;
  if (!RequestMetadata(http, options, &metadata).ok()) return "400";
  std::string dump;
  for (const auto& [key, value] : metadata) absl::StrAppend(&dump, key, "=", value, ";");
  return dump;
}

TEST(MetadataTest, H1ForwardsByAllowList) {
  const struct {
    HttpField header;
    const char* metadata;
  } kRows[] = {
      {{"Authorization", "Bearer x"}, "authorization=Bearer x;"},
      {{"ACCEPT-LANGUAGE", "de"}, "accept-language=de;"},
      {{"User-Agent", "curl/8"}, "x-forwarded-user-agent=curl/8;"},
      {{"traceparent", "00-1-2-01"}, "traceparent=00-1-2-01;"},
      {{"tracestate", "a=b"}, "tracestate=a=b;"},
      {{"baggage", "a=b"}, "baggage=a=b;"},
      {{"X-Request-Id", "7"}, "x-request-id=7;"},
      {{"Idempotency-Key", "k"}, "idempotency-key=k;"},
      {{"If-Match", "\"e\""}, "if-match=\"e\";"},
      {{"If-None-Match", "*"}, "if-none-match=*;"},
      {{"Grpc-Metadata-Tenant", "acme"}, "tenant=acme;"},
      {{"grpc-metadata-x-raw-bin", "AP8="}, "x-raw-bin=\0\xff;"},
      {{"Grpc-Metadata-X-Raw-Bin", "not base64!"}, "400"},
      // not on the list
      {{"Cookie", "secret"}, ""},
      {{"X-Tenant", "acme"}, ""},
      {{"Accept", "*/*"}, ""},
      {{"Connection", "close"}, ""},
      // reserved, by whatever door
      {{"Grpc-Timeout", "1S"}, ""},
      {{"Grpc-Metadata-Grpc-Timeout", "1S"}, ""},
      {{"Grpc-Metadata-Content-Type", "x"}, ""},
      {{"Grpc-Metadata-TE", "x"}, ""},
      {{"Grpc-Metadata-:path", "/x"}, ""},
      {{"Grpc-Metadata-", "x"}, ""},
      {{"TE", "trailers"}, ""},
      // not legal in metadata: dropped
      {{"Grpc-Metadata-a$b", "x"}, ""},
      {{"Authorization", "caf\xc3\xa9"}, ""},
      {{"Authorization", "a\tb"}, ""},
      {{"Authorization", ""}, "authorization=;"},
  };
  for (const auto& row : kRows) {
    std::string want = row.metadata;
    if (want.rfind("x-raw-bin", 0) == 0) want = std::string("x-raw-bin=\0\xff;", 13);
    EXPECT_EQ(Forwarded({row.header}), want) << row.header.name << ": " << row.header.value;
  }
}

TEST(MetadataTest, H1ForwardsMoreByOption) {
  const HeaderOptions options = WithForwarded({"X-Tenant", "x-acme-*", "grpc-*", "te"});
  const struct {
    const char* name;
    const char* metadata;
  } kRows[] = {
      {"x-tenant", "x-tenant=v;"},
      {"X-TENANT", "x-tenant=v;"},
      {"x-tenant2", ""},
      {"X-Acme-User", "x-acme-user=v;"},
      {"x-acme-", "x-acme-=v;"},
      {"x-acm", ""},
      {"grpc-status", ""},  // reserved names stay reserved
      {"te", ""},
      {"x-forwarded-for", ""},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(Forwarded({{row.name, "v"}}, options), row.metadata) << row.name;
  }
}

TEST(MetadataTest, H1KeepsRepeatedHeadersInOrder) {
  EXPECT_EQ(Forwarded({{"baggage", "a"}, {"authorization", "x"}, {"baggage", "b"}}),
            "baggage=a;authorization=x;baggage=b;");
}

TEST(MetadataTest, H2TellsThePeer) {
  const HttpFields incoming = {{"Host", "api.example"},
                               {"X-Forwarded-For", "9.9.9.9, 1.1.1.1"},
                               {"x-forwarded-for", "2.2.2.2"},
                               {"X-Forwarded-Host", "public.example"},
                               {"X-Forwarded-Proto", "https"}};
  const struct {
    int trusted_hops;
    const char* metadata;
  } kRows[] = {
      {0, "x-forwarded-for=3.3.3.3;x-forwarded-host=api.example;"},
      {1,
       "x-forwarded-for=2.2.2.2, 3.3.3.3;x-forwarded-host=public.example;"
       "x-forwarded-proto=https;"},
      {2,
       "x-forwarded-for=1.1.1.1, 2.2.2.2, 3.3.3.3;x-forwarded-host=public.example;"
       "x-forwarded-proto=https;"},
      {9,
       "x-forwarded-for=9.9.9.9, 1.1.1.1, 2.2.2.2, 3.3.3.3;x-forwarded-host=public.example;"
       "x-forwarded-proto=https;"},
  };
  for (const auto& row : kRows) {
    HeaderOptions options;
    options.trusted_hops = row.trusted_hops;
    HttpRequest http;
    http.headers = incoming;
    http.peer = "3.3.3.3";
    Metadata metadata;
    ASSERT_TRUE(RequestMetadata(http, options, &metadata).ok());
    std::string dump;
    for (const auto& [key, value] : metadata) absl::StrAppend(&dump, key, "=", value, ";");
    EXPECT_EQ(dump, row.metadata) << row.trusted_hops;
  }
}

TEST(MetadataTest, H5ReadsTimeouts) {
  const struct {
    HttpFields headers;
    const char* timeout;
  } kRows[] = {
      {{}, "30s"},
      {{{"Grpc-Timeout", "2H"}}, "1h30m"},  // the maximum
      {{{"Grpc-Timeout", "2M"}}, "2m"},
      {{{"Grpc-Timeout", "2S"}}, "2s"},
      {{{"grpc-timeout", "2m"}}, "2ms"},
      {{{"Grpc-Timeout", "2u"}}, "2us"},
      {{{"Grpc-Timeout", "2n"}}, "2ns"},
      {{{"Grpc-Timeout", "0S"}}, "0"},
      {{{"Grpc-Timeout", "99999999S"}}, "1h30m"},
      {{{"Grpc-Timeout", "100000000S"}}, "400"},  // gRPC allows 8 digits
      {{{"Grpc-Timeout", "S"}}, "400"},
      {{{"Grpc-Timeout", "2"}}, "400"},
      {{{"Grpc-Timeout", "-2S"}}, "400"},
      {{{"Grpc-Timeout", "2.5S"}}, "400"},
      {{{"Grpc-Timeout", "2s"}}, "400"},
      {{{"Grpc-Timeout", ""}}, "400"},
      {{{"X-Server-Timeout", "2.5"}}, "2.5s"},
      {{{"X-Server-Timeout", "0"}}, "0"},
      {{{"X-Server-Timeout", "1e9"}}, "1h30m"},
      {{{"X-Server-Timeout", "-1"}}, "400"},
      {{{"X-Server-Timeout", "nan"}}, "400"},
      {{{"X-Server-Timeout", "inf"}}, "400"},
      {{{"X-Server-Timeout", "soon"}}, "400"},
      {{{"X-Server-Timeout", "9"}, {"Grpc-Timeout", "1S"}}, "1s"},
  };
  TimeoutOptions options;
  options.max = absl::Minutes(90);
  for (const auto& row : kRows) {
    const auto timeout = RequestTimeout(row.headers, options, absl::Seconds(30));
    EXPECT_EQ(timeout.ok() ? absl::FormatDuration(*timeout) : "400", row.timeout)
        << (row.headers.empty() ? "" : row.headers[0].value);
  }
}

TEST(MetadataTest, H5QuotesAMalformedTimeout) {
  EXPECT_EQ(RequestTimeout({{"Grpc-Timeout", "soon"}}, {}, absl::Seconds(1)).status().message(),
            "header Grpc-Timeout: \"soon\" is not a timeout");
}

TEST(MetadataTest, H3TurnsMetadataIntoHeaders) {
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
  ResponseFields(metadata, &fields);
  std::string dump;
  for (const HttpField& field : fields) absl::StrAppend(&dump, field.name, "=", field.value, ";");
  EXPECT_EQ(dump, "x-a=1;x-raw-bin=AP8=;etag=\"e\";x-a=2;set-cookie=a=b;");
}

TEST(MetadataTest, H4TakesTheStatusOfASuccess) {
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
  };
  for (const auto& row : kRows) EXPECT_EQ(SuccessStatus(row.initial), row.status);
}

TEST(MetadataTest, H3TellsWhoTakesTrailers) {
  EXPECT_TRUE(TakesTrailers({{"TE", "trailers"}}));
  EXPECT_TRUE(TakesTrailers({{"te", "gzip, Trailers"}}));
  EXPECT_FALSE(TakesTrailers({{"TE", "gzip"}}));
  EXPECT_FALSE(TakesTrailers({{"Trailer", "trailers"}}));
  EXPECT_FALSE(TakesTrailers({}));
}

}  // namespace
}  // namespace trestle
