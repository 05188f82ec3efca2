// Which client, host and scheme a backend is told of.

#include "trestle/server/gateway/forwarded.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "trestle/server/gateway/metadata.h"
#include "trestle/tests/server/gateway/forwarded_metadata.h"

namespace trestle {
namespace {

TEST(ForwardedTest, H2ForwardsThePeer) {
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
    Request request;
    request.http.headers = incoming;
    request.peer = "3.3.3.3";
    Metadata metadata;
    ASSERT_TRUE(RequestMetadata(request, options, &metadata).ok());
    std::string dump;
    for (const auto& [key, value] : metadata) absl::StrAppend(&dump, key, "=", value, ";");
    EXPECT_EQ(dump, row.metadata) << row.trusted_hops;
  }
}

TEST(ForwardedTest, O13TheClientIsTheOneThatTheOutermostTrustedProxyReports) {
  Request request;
  request.peer = "3.3.3.3";
  EXPECT_EQ(ForwardedClient(request, 2), "3.3.3.3");
  request.http.headers = {{"X-Forwarded-For", "9.9.9.9, 1.1.1.1"}, {"x-forwarded-for", "2.2.2.2"}};
  EXPECT_EQ(ForwardedClient(request, 0), "3.3.3.3");
  EXPECT_EQ(ForwardedClient(request, 1), "2.2.2.2");
  EXPECT_EQ(ForwardedClient(request, 2), "1.1.1.1");
  EXPECT_EQ(ForwardedClient(request, 9), "9.9.9.9");
}

// What a backend is told, "for|host|proto".
std::string Told(HttpFields headers, int trusted_hops, const std::string& peer = "3.3.3.3") {
  Request request;
  request.http.headers = std::move(headers);
  request.peer = peer;
  HeaderOptions options;
  options.trusted_hops = trusted_hops;
  options.forward = {"*", "x-forwarded-*"};
  Metadata metadata;
  EXPECT_TRUE(RequestMetadata(request, options, &metadata).ok());
  std::string values[3];
  const std::string keys[] = {"x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"};
  for (const auto& [key, value] : metadata) {
    for (int i = 0; i < 3; ++i) {
      if (key == keys[i]) absl::StrAppend(&values[i], values[i].empty() ? "" : " AND ", value);
    }
  }
  return absl::StrCat(values[0], "|", values[1], "|", values[2]);
}

TEST(ForwardedTest, H2CountsHopsFromTheRight) {
  const struct {
    const char* what;
    int hops;
    HttpFields headers;
    const char* told;
  } kRows[] = {
      {"nobody is trusted",
       0,
       {{"X-Forwarded-For", "6.6.6.6"},
        {"X-Forwarded-Host", "evil"},
        {"X-Forwarded-Proto", "https"}},
       "3.3.3.3||"},
      {"the entry that the proxy appended",
       1,
       {{"X-Forwarded-For", "6.6.6.6, 1.1.1.1"},
        {"X-Forwarded-Host", "evil.example, real.example"},
        {"X-Forwarded-Proto", "http, https"}},
       "1.1.1.1, 3.3.3.3|real.example|https"},
      {"lines are one list",
       1,
       {{"X-Forwarded-For", "6.6.6.6"},
        {"X-Forwarded-Host", "evil.example"},
        {"X-Forwarded-Proto", "gopher"},
        {"x-forwarded-for", "1.1.1.1"},
        {"x-forwarded-host", "real.example"},
        {"x-forwarded-proto", "https"}},
       "1.1.1.1, 3.3.3.3|real.example|https"},
      {"the first of two proxies saw the client",
       2,
       {{"X-Forwarded-For", "6.6.6.6, 1.1.1.1, 2.2.2.2"},
        {"X-Forwarded-Host", "evil, real.example, inner.example"},
        {"X-Forwarded-Proto", "http, https, http"}},
       "1.1.1.1, 2.2.2.2, 3.3.3.3|real.example|https"},
      {"a list that is shorter than the hops: its first entry",
       3,
       {{"X-Forwarded-For", "1.1.1.1"},
        {"X-Forwarded-Host", "real.example, inner.example"},
        {"X-Forwarded-Proto", "https"}},
       "1.1.1.1, 3.3.3.3|real.example|https"},
      {"empty entries do not count",
       1,
       {{"X-Forwarded-For", "6.6.6.6,1.1.1.1, ,"}, {"X-Forwarded-Host", "evil,real.example,"}},
       "1.1.1.1, 3.3.3.3|real.example|"},
      {"an empty header", 1, {{"Host", "own"}, {"X-Forwarded-Host", ""}}, "3.3.3.3|own|"},
      {"a port", 1, {{"X-Forwarded-Host", "real.example:8443"}}, "3.3.3.3|real.example:8443|"},
      {"a scheme in capitals", 1, {{"X-Forwarded-Proto", "HTTPS"}}, "3.3.3.3||https"},
      {"what is no host", 1, {{"Host", "own"}, {"X-Forwarded-Host", "a b"}}, "3.3.3.3|own|"},
      {"a user before a host", 1, {{"Host", "own"}, {"X-Forwarded-Host", "u@h"}}, "3.3.3.3|own|"},
      {"a path behind a host", 1, {{"Host", "own"}, {"X-Forwarded-Host", "h/x"}}, "3.3.3.3|own|"},
      {"what is no scheme", 1, {{"X-Forwarded-Proto", "gopher"}}, "3.3.3.3||"},
      {"an invalid entry does not make an older one count",
       1,
       {{"Host", "own"}, {"X-Forwarded-Host", "evil, a b"}, {"X-Forwarded-Proto", "https, x"}},
       "3.3.3.3|own|"},
      {"an entry beyond ASCII keeps its place",
       2,
       {{"X-Forwarded-For", "1.1.1.1, caf\xc3\xa9"}},
       "1.1.1.1, unknown, 3.3.3.3||"},
      {"`Connection` cannot take the proxy's word away",
       1,
       {{"Connection", "x-forwarded-for, x-forwarded-host"},
        {"X-Forwarded-For", "1.1.1.1"},
        {"X-Forwarded-Host", "real.example"}},
       "1.1.1.1, 3.3.3.3|real.example|"},
  };
  for (const auto& row : kRows) EXPECT_EQ(Told(row.headers, row.hops), row.told) << row.what;
  // Of a Unix socket there is no address.
  EXPECT_EQ(Told({{"X-Forwarded-For", "6.6.6.6"}}, 0, ""), "||");
  EXPECT_EQ(Told({{"Grpc-Metadata-X-Forwarded-For", "6.6.6.6"}}, 0, ""), "||");
}

TEST(ForwardedTest, H2NoHeaderOfAClientJoinsTheFamily) {
  for (const char* name :
       {"x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-port",
        "x-forwarded-prefix", "x-forwarded-client-cert", "x-forwarded-user-agent",
        "x-forwarded-server", "x-forwarded-ssl", "x-forwarded-new", "x-forwarded-raw-bin",
        "x-forwarded", "X_Forwarded_For", "x-forwarded_proto", "X-FORWARDED-PROTO"}) {
    for (const char* door : {"", "Grpc-Metadata-", "GRPC-METADATA-"}) {
      for (int hops : {0, 2}) {
        HeaderOptions options = WithForwarded({"*", "x-forwarded-*", name});
        options.trusted_hops = hops;
        const std::string header = absl::StrCat(door, name);
        // Of those that are the gateway's own, none of these values is a host or a scheme.
        const std::string forwarded = Forwarded({{header, "a b@c"}}, options);
        const bool is_for = hops > 0 && absl::EqualsIgnoreCase(header, "x-forwarded-for");
        EXPECT_EQ(forwarded, is_for ? "x-forwarded-for=a b@c;" : "") << header << ", " << hops;
      }
    }
  }
  HeaderOptions options;
  for (const char* prefix : {"x-forwarded-", "X-Forwarded-", "x_forwarded_"}) {
    options.permanent_prefix = prefix;
    EXPECT_EQ(Forwarded({{"Host", "h"}, {"User-Agent", "c"}, {"Via", "1.1 a"}}, options),
              "x-forwarded-user-agent=c;x-forwarded-host=h;")
        << prefix;
  }
}

// Other proxies' words for the same: only for those who name them.
TEST(ForwardedTest, H2ForwardsWordsOfOtherProxiesByName) {
  for (const char* name : {"forwarded", "x-real-ip", "X_Real_IP"}) {
    EXPECT_EQ(Forwarded({{name, "6.6.6.6"}}), "") << name;
    EXPECT_EQ(Forwarded({{name, "6.6.6.6"}}, WithForwarded({"*", "x-*", "forward*"})), "") << name;
    EXPECT_EQ(
        Forwarded({{absl::StrCat("Grpc-Metadata-", name), "6.6.6.6"}}, WithForwarded({"*", name})),
        "")
        << name;
    EXPECT_EQ(Forwarded({{name, "1.1.1.1"}}, WithForwarded({name})),
              absl::StrCat(absl::AsciiStrToLower(name), "=1.1.1.1;"));
  }
}

}  // namespace
}  // namespace trestle
