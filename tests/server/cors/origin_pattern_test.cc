#include "trestle/server/cors/origin_pattern.h"

#include <gtest/gtest.h>

#include <string>

namespace trestle {
namespace {

TEST(OriginPatternTest, E3AcceptsWhatBrowsersSend) {
  for (const char* text : {
           "https://example.com",
           "http://localhost:3000",
           "https://a-b.example.com:8443",
           "http://127.0.0.1:8080",
           "http://[::1]",
           "http://[2001:db8::1]:8080",
           "null",
           "chrome-extension://abcdefgh",
           "capacitor://localhost",
           "https://under_score.example.com",
           "https://xn--bcher-kva.example",
       }) {
    const auto pattern = ParseOriginPattern(text);
    ASSERT_TRUE(pattern.ok()) << pattern.status();
    EXPECT_EQ(pattern->origin, text);
    EXPECT_FALSE(pattern->is_wildcard) << text;
  }
}

TEST(OriginPatternTest, E3RefusesWhatNoBrowserSends) {
  const std::string end = "; an origin ends after the host and the port";
  const std::string lower = ": write it in lower case, as browsers send it";
  const std::string host =
      ": the host is invalid; write a name in ASCII (xn--…), or an address, with an IPv6 address "
      "in "
      "brackets";
  const std::string star = ": \"*\" can only be the whole first label, as in https://*.example.com";
  const std::string second = ": after \"*.\" there must be a domain, and no other \"*\"";
  const std::string port = ": the port must be a number up to 65535, without leading zeros";
  const std::string form = ": not an origin; write scheme://host, such as https://app.example.com";
  const struct {
    std::string text;
    std::string message;
  } kRows[] = {
      {"", form},
      {"example.com", form},
      {"Null", form},
      {"*.example.com", form},
      {"//example.com", form},
      {"https:example.com", form},
      {"https://example.com/", ": remove \"/\"" + end},
      {"https://example.com/app?x", ": remove \"/app?x\"" + end},
      {"https://example.com?x", ": remove \"?x\"" + end},
      {"https://example.com#x", ": remove \"#x\"" + end},
      {"HTTPS://example.com", lower},
      {"https://Example.com", lower},
      {"https://a.com,https://b.com", ": write one origin per value"},
      {"1https://example.com", ": the scheme is invalid; write https or http"},
      {"://example.com", ": the scheme is invalid; write https or http"},
      {"*://example.com", ": the scheme is invalid; write https or http"},
      {"https://", host},
      {"https://user@example.com", host},
      {"https://a..example.com", host},
      {"https://.example.com", host},
      {"https://example.com.", host},
      {"https://exa mple.com", host},
      {"https://[::1", host},
      {"https://[example.com]", host},
      {"https://::1", host},
      {"https://example.com:", port},
      {"https://example.com:0443", port},
      {"https://example.com:65536", port},
      {"https://example.com:*", port},
      {"https://example.com:443", ": remove \":443\"; browsers leave out the usual port"},
      {"http://example.com:80", ": remove \":80\"; browsers leave out the usual port"},
      {"https://*.*.example.com", second},
      {"https://*.", second},
      {"https://*.[::1]", second},
      {"https://*", star},
      {"https://a*.example.com", star},
      {"https://*a.example.com", star},
      {"https://a.*.example.com", star},
      {"https://*.com",
       ": this would allow every domain below \"com\"; write a domain of yours, such as "
       "https://*.example.com"},
      {"https://*.0.0.1", ": an IP address has no subdomains"},
  };
  for (const auto& row : kRows) {
    const auto status = ParseOriginPattern(row.text).status();
    EXPECT_EQ(status.message(), "\"" + row.text + "\"" + row.message);
  }
}

TEST(OriginPatternTest, E3QuotesBytesThatAreNoText) {
  const std::string text(
      "https://b\xfc"
      "cher.example\0\r\n",
      23);
  const std::string message(ParseOriginPattern(text).status().message());
  EXPECT_NE(message, "");
  for (char c : message) EXPECT_GE(static_cast<unsigned char>(c), 0x20) << message;
}

TEST(OriginPatternTest, E3WildcardsMatchSubdomainsOnly) {
  const struct {
    const char* what;
    const char* pattern;
    std::string origin;
    bool matches;
  } kRows[] = {
      {"a subdomain", "https://*.example.com", "https://app.example.com", true},
      {"at any depth", "https://*.example.com", "https://a.b.example.com", true},
      {"not the domain itself", "https://*.example.com", "https://example.com", false},
      {"not an empty label", "https://*.example.com", "https://.example.com", false},
      {"not two dots", "https://*.example.com", "https://a..example.com", false},
      {"not a name with the same end", "https://*.example.com", "https://evil-example.com", false},
      {"not a longer domain", "https://*.example.com", "https://example.com.evil.com", false},
      {"nor below one", "https://*.example.com", "https://a.example.com.evil.com", false},
      {"not another scheme", "https://*.example.com", "http://app.example.com", false},
      {"not another port", "https://*.example.com", "https://app.example.com:8443", false},
      {"its own port", "https://*.example.com:8443", "https://app.example.com:8443", true},
      {"and no other one", "https://*.example.com:8443", "https://app.example.com", false},
      {"not upper case", "https://*.example.com", "https://APP.example.com", false},
      {"not a user", "https://*.example.com", "https://evil.com:x@a.example.com", false},
      {"not a path", "https://*.example.com", "https://evil.com/.example.com", false},
      {"not a query", "https://*.example.com", "https://evil.com?.example.com", false},
      {"not the pattern", "https://*.example.com", "https://*.example.com", false},
      {"not two origins", "https://*.example.com", "https://evil.com https://a.example.com", false},
      {"not a control byte", "https://*.example.com", "https://a\x01.example.com", false},
      {"not the null byte", "https://*.example.com", std::string("https://a\0.example.com", 22),
       false},
      {"not the prefix alone", "https://*.example.com", "https://", false},
      {"not nothing", "https://*.example.com", "", false},
      {"not null", "https://*.example.com", "null", false},
      {"localhost", "http://*.localhost:3000", "http://app.localhost:3000", true},
      {"a long name", "https://*.example.com",
       "https://" + std::string(30000, 'a') + ".example.com", true},
  };
  for (const auto& row : kRows) {
    const auto pattern = ParseOriginPattern(row.pattern);
    ASSERT_TRUE(pattern.ok() && pattern->is_wildcard) << pattern.status();
    EXPECT_EQ(MatchesWildcard(*pattern, row.origin), row.matches) << row.what;
  }
}

}  // namespace
}  // namespace trestle
