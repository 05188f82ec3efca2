// Which request headers reach a backend as metadata.

#include "trestle/server/gateway/metadata.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "trestle/tests/server/gateway/forwarded_metadata.h"

namespace trestle {
namespace {

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

// gRPC's PROTOCOL-HTTP2: commas separate values, before they are decoded.
TEST(MetadataTest, H1ABinaryHeaderIsAList) {
  const std::string a("\0\xff", 2), b("\1\2", 2);
  const struct {
    const char* what;
    HttpFields headers;
    std::vector<std::string> values;
  } kRows[] = {
      {"one value", {{"Grpc-Metadata-X-Bin", "AP8="}}, {a}},
      {"two on one line", {{"Grpc-Metadata-X-Bin", "AP8=,AQI="}}, {a, b}},
      {"two on two lines",
       {{"Grpc-Metadata-X-Bin", "AP8="}, {"Grpc-Metadata-X-Bin", "AQI="}},
       {a, b}},
      {"white space around them", {{"Grpc-Metadata-X-Bin", "AP8= ,\t AQI="}}, {a, b}},
      {"without padding", {{"Grpc-Metadata-X-Bin", "AP8,AQI"}}, {a, b}},
      {"the alphabet for URLs", {{"Grpc-Metadata-X-Bin", "_-8,/+8="}}, {"\xff\xef", "\xff\xef"}},
      {"empty values", {{"Grpc-Metadata-X-Bin", ",AP8=,"}}, {"", a, ""}},
      {"an empty value alone", {{"Grpc-Metadata-X-Bin", ""}}, {""}},
  };
  for (const auto& row : kRows) {
    Request request;
    request.http.headers = row.headers;
    Metadata metadata;
    ASSERT_TRUE(RequestMetadata(request, {}, &metadata).ok()) << row.what;
    std::vector<std::string> values;
    for (const auto& [key, value] : metadata) {
      EXPECT_EQ(key, "x-bin") << row.what;
      values.push_back(value);
    }
    EXPECT_EQ(values, row.values) << row.what;
  }
  for (const char* bad : {"AP8=,%", "AP8=AQI=", "AP8=;AQI=", "A,AQI="}) {
    EXPECT_EQ(Forwarded({{"Grpc-Metadata-X-Bin", bad}}), "400") << bad;
  }
  EXPECT_EQ(Forwarded({{"Grpc-Metadata-X", "AP8=,AQI="}}), "x=AP8=,AQI=;");
}

// ---- docs/options.md

// The words in backquotes of the list of headers that never reach a backend. "*" at the end of one
// is any ending.
std::vector<std::string> NamesThatNeverReachABackend() {
  std::ifstream file("docs/options.md");
  const std::string page{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const size_t begin = page.find("- names that gRPC reserves");
  const size_t end = page.find("- headers that", begin);
  const std::vector<std::string> words = absl::StrSplit(page.substr(begin, end - begin), '`');
  std::vector<std::string> names;
  for (size_t i = 1; i < words.size(); i += 2) names.push_back(words[i]);
  return names;
}

TEST(MetadataTest, H1TheOptionsPageListsWhatNeverReachesABackend) {
  std::set<std::string> listed;
  for (std::string name : NamesThatNeverReachABackend()) {
    listed.insert(absl::AsciiStrToLower(name));
    if (absl::EndsWith(name, "*")) name.replace(name.size() - 1, 1, "-any");
    for (const char* door : {"", "Grpc-Metadata-"}) {
      const std::string metadata =
          Forwarded({{absl::StrCat(door, name), "AAAA"}}, WithForwarded({"*", name}));
      const std::string key = absl::AsciiStrToLower(name);
      EXPECT_NE(metadata, "400") << name;
      EXPECT_FALSE(absl::StartsWith(metadata, key + "=")) << metadata;
      EXPECT_FALSE(absl::StrContains(metadata, ";" + key + "=")) << metadata;
    }
  }
  EXPECT_GT(listed.size(), 20u);
  // And every other field of HTTP does, if asked for.
  constexpr absl::string_view kNames =
      "-bin accept accept-charset accept-encoding accept-language authorization cache-control "
      "connection content-disposition content-encoding content-language content-length "
      "content-location content-range content-type cookie date dnt endpoint-load-metrics-bin "
      "expect "
      "from grpclb_client_stats host http2-settings idempotency-key if-match if-modified-since "
      "keep-alive lb-cost-bin lb-token max-forwards origin pragma prefer priority "
      "proxy-authorization proxy-connection range referer sec-fetch-mode te trailer "
      "transfer-encoding upgrade upgrade-insecure-requests user-agent via warning "
      "x-http-method-override x-tenant";
  const std::vector<std::string> names = absl::StrSplit(kNames, ' ');
  for (const std::string& name : names) {
    const std::string metadata = Forwarded({{name, "AAAA"}}, WithForwarded({"*"}));
    const bool reaches = absl::StartsWith(metadata, absl::StrCat(name, "="));
    EXPECT_EQ(reaches, listed.count(name) == 0) << name << ": " << metadata;
  }
}

}  // namespace
}  // namespace trestle
