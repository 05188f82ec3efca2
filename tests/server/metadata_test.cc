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
      {{"Last-Event-ID", "7"}, "last-event-id=7;"},
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
      {{"Grpc-Metadata-grpclb_client_stats", "x"}, ""},
      {{"Grpc-Metadata-lb-token", "x"}, ""},
      {{"Grpc-Metadata-User-Agent", "x"}, ""},
      // neither text nor binary to all parts of gRPC
      {{"Grpc-Metadata--bin", "gA=="}, ""},
      {{"Grpc-Metadata--BIN", "text"}, ""},
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

TEST(MetadataTest, H1AStarForwardsAllThatMayBe) {
  const HeaderOptions options = WithForwarded({"*"});
  const struct {
    HttpField header;
    const char* metadata;
  } kRows[] = {
      {{"X-Tenant", "acme"}, "x-tenant=acme;"},
      {{"Cookie", "a=b"}, "cookie=a=b;"},
      {{"Accept", "*/*"}, "accept=*/*;"},
      {{"Referer", "https://a.example/"}, "referer=https://a.example/;"},
      {{"X-HTTP-Method-Override", "PUT"}, "x-http-method-override=PUT;"},
      {{"Authorization", "Bearer x"}, "authorization=Bearer x;"},
      {{"X-Raw-Bin", "AP8="}, "x-raw-bin=\0\xff;"},
      {{"X-Raw-Bin", "%"}, "400"},
      // under the name that gRPC leaves free
      {{"User-Agent", "curl/8"}, "x-forwarded-user-agent=curl/8;"},
      // reserved
      {{"Content-Type", "application/json"}, ""},
      {{"TE", "trailers"}, ""},
      {{"Grpc-Timeout", "1S"}, ""},
      {{"grpc-status", "0"}, ""},
      // what HTTP/2 has no place for, or what is not of the message that is sent on
      {{"Connection", "close"}, ""},
      {{"Keep-Alive", "5"}, ""},
      {{"Proxy-Connection", "close"}, ""},
      {{"Transfer-Encoding", "chunked"}, ""},
      {{"Upgrade", "h2c"}, ""},
      {{"Trailer", "x"}, ""},
      {{"Host", "a.example"}, "x-forwarded-host=a.example;"},
      {{"Content-Length", "3"}, ""},
      {{"Content-Encoding", "gzip"}, ""},
      {{"Expect", "100-continue"}, ""},
      // H2
      {{"X-Forwarded-For", "9.9.9.9"}, ""},
      {{"X-Forwarded-Host", "evil.example"}, ""},
      {{"X-Forwarded-Anything", "x"}, ""},
      // not legal in metadata
      {{"x$y", "1"}, ""},
      {{"x-name", "caf\xc3\xa9"}, ""},
  };
  for (const auto& row : kRows) {
    std::string want = row.metadata;
    if (want.rfind("x-raw-bin", 0) == 0) want = std::string("x-raw-bin=\0\xff;", 13);
    EXPECT_EQ(Forwarded({row.header}, options), want)
        << row.header.name << ": " << row.header.value;
  }
}

TEST(MetadataTest, H1NoDoorForNamesThatHttp2HasNoPlaceFor) {
  for (const char* name : {"Connection", "Transfer-Encoding", "Content-Length", "Upgrade",
                           "Keep-Alive", "Proxy-Connection", "Content-Encoding", "Trailer"}) {
    EXPECT_EQ(Forwarded({{absl::StrCat("Grpc-Metadata-", name), "x"}}), "") << name;
    EXPECT_EQ(Forwarded({{name, "x"}}, WithForwarded({name})), "") << name;
  }
  // gRPC would take it for the authority to call.
  EXPECT_EQ(Forwarded({{"Grpc-Metadata-Host", "evil.example"}}), "");
}

TEST(MetadataTest, H1WhatConnectionNamesStaysOnThisHop) {  // RFC 9110 7.6.1
  EXPECT_EQ(Forwarded({{"Connection", "close, X-Hop"}, {"X-Hop", "1"}, {"X-Far", "2"}},
                      WithForwarded({"*"})),
            "x-far=2;");
  EXPECT_EQ(Forwarded({{"Authorization", "x"}, {"Connection", "authorization"}}), "");
}

TEST(MetadataTest, H1PermanentHeadersGoUnderTheirPrefix) {
  HeaderOptions options;
  options.permanent_prefix = "grpcgateway-";
  const struct {
    HttpField header;
    const char* metadata;
  } kRows[] = {
      {{"Accept", "*/*"}, "grpcgateway-accept=*/*;"},
      {{"Accept-Charset", "utf-8"}, "grpcgateway-accept-charset=utf-8;"},
      {{"Accept-Language", "de"}, "accept-language=de;grpcgateway-accept-language=de;"},
      {{"Accept-Ranges", "bytes"}, "grpcgateway-accept-ranges=bytes;"},
      {{"Authorization", "Bearer x"}, "authorization=Bearer x;grpcgateway-authorization=Bearer x;"},
      {{"Cache-Control", "no-cache"}, "grpcgateway-cache-control=no-cache;"},
      {{"Content-Type", "text/plain"}, "grpcgateway-content-type=text/plain;"},
      {{"Cookie", "a=b"}, "grpcgateway-cookie=a=b;"},
      {{"Date", "x"}, "grpcgateway-date=x;"},
      {{"Expect", "100-continue"}, "grpcgateway-expect=100-continue;"},
      {{"From", "a@b"}, "grpcgateway-from=a@b;"},
      {{"Host", "h"}, "grpcgateway-host=h;x-forwarded-host=h;"},
      {{"If-Match", "e"}, "if-match=e;grpcgateway-if-match=e;"},
      {{"If-Modified-Since", "x"}, "grpcgateway-if-modified-since=x;"},
      {{"If-None-Match", "e"}, "if-none-match=e;grpcgateway-if-none-match=e;"},
      {{"If-Schedule-Tag-Match", "e"}, "grpcgateway-if-schedule-tag-match=e;"},
      {{"If-Unmodified-Since", "x"}, "grpcgateway-if-unmodified-since=x;"},
      {{"Max-Forwards", "1"}, "grpcgateway-max-forwards=1;"},
      {{"Origin", "https://a"}, "grpcgateway-origin=https://a;"},
      {{"Pragma", "no-cache"}, "grpcgateway-pragma=no-cache;"},
      {{"REFERER", "https://a"}, "grpcgateway-referer=https://a;"},
      {{"User-Agent", "c"}, "x-forwarded-user-agent=c;grpcgateway-user-agent=c;"},
      {{"Via", "1.1 a"}, "grpcgateway-via=1.1 a;"},
      {{"Warning", "199"}, "grpcgateway-warning=199;"},
      {{"Grpc-Metadata-Tenant", "acme"}, "tenant=acme;"},
      // not permanent
      {{"X-Tenant", "acme"}, ""},
      {{"DNT", "1"}, ""},
      {{"Content-Length", "0"}, ""},
      // not legal in metadata
      {{"Cookie", "caf\xc3\xa9"}, ""},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(Forwarded({row.header}, options), row.metadata) << row.header.name;
  }
  options.permanent_prefix = "Grpc-";  // makes reserved names
  EXPECT_EQ(Forwarded({{"Accept", "*/*"}}, options), "");
  options.permanent_prefix = "X_Http.";
  EXPECT_EQ(Forwarded({{"Accept", "*/*"}}, options), "x_http.accept=*/*;");
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
  ResponseFields(metadata, "", &fields);
  std::string dump;
  for (const HttpField& field : fields) absl::StrAppend(&dump, field.name, "=", field.value, ";");
  EXPECT_EQ(dump, "x-a=1;x-raw-bin=AP8=;etag=\"e\";x-a=2;set-cookie=a=b;");
}

TEST(MetadataTest, H3PutsAPrefixBeforeNames) {
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
    HttpFields fields;
    ResponseFields(metadata, row.prefix, &fields);
    std::string dump;
    for (const HttpField& field : fields) absl::StrAppend(&dump, field.name, "=", field.value, ";");
    EXPECT_EQ(dump, row.fields);
  }
  HttpFields fields;  // nor can a prefix make one
  ResponseFields({{"length", "3"}, {"encoding", "gzip"}}, "Content-", &fields);
  EXPECT_TRUE(fields.empty());
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
