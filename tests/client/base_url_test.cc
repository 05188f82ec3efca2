#include "trestle/client/cpp/base_url.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace trestle {
namespace {

std::string Dump(const BaseUrl& url) {
  constexpr const char* kSchemes[] = {"http", "https", "unix"};
  return absl::StrCat(kSchemes[url.scheme], " ", url.host, " ", url.port, " ", url.authority, " ",
                      url.path);
}

TEST(BaseUrlTest, ParsesWellFormedUrls) {
  struct Row {
    const char* text;
    const char* dump;  // scheme host port authority path
  };
  const Row kRows[] = {
      {"http://example.com", "http example.com 80 example.com "},
      {"https://example.com", "https example.com 443 example.com "},
      {"HTTP://example.com/", "http example.com 80 example.com "},
      {"http://127.0.0.1:8080", "http 127.0.0.1 8080 127.0.0.1:8080 "},
      {"http://[::1]", "http ::1 80 [::1] "},
      {"https://[2001:db8::7]:65535/a/b/", "https 2001:db8::7 65535 [2001:db8::7]:65535 /a/b"},
      {"http://under_score:1/base", "http under_score 1 under_score:1 /base"},
      {"http://h/a%20b", "http h 80 h /a%20b"},
      {"unix:/run/library.sock", "unix /run/library.sock 0 localhost "},
  };
  for (const Row& row : kRows) {
    absl::StatusOr<BaseUrl> url = ParseBaseUrl(row.text);
    ASSERT_TRUE(url.ok()) << url.status();
    EXPECT_EQ(Dump(*url), row.dump) << row.text;
  }
}

TEST(BaseUrlTest, ReportsWhatIsWrong) {
  struct Row {
    std::string text;
    const char* why;
  };
  const Row kRows[] = {
      {"", "it is empty"},
      {"example.com", "expected http://, https:// or unix: at the beginning"},
      {"ftp://example.com", "expected http://, https:// or unix: at the beginning"},
      {"http:/example.com", "expected http://, https:// or unix: at the beginning"},
      {"http://", "expected a host name or address"},
      {"http:///path", "expected a host name or address"},
      {"http://:80", "expected a host name or address"},
      {"http://a,b", "expected a host name or address"},
      {"http://user:secret@host", "user names are not supported"},
      {"http://host:", "the port must be a number from 1 to 65535"},
      {"http://host:0", "the port must be a number from 1 to 65535"},
      {"http://host:65536", "the port must be a number from 1 to 65535"},
      {"http://host:-1", "the port must be a number from 1 to 65535"},
      {"http://host:+1", "the port must be a number from 1 to 65535"},
      {"http://host:8x", "the port must be a number from 1 to 65535"},
      {"http://host:99999999999999999999", "the port must be a number from 1 to 65535"},
      {"http://::1", "expected a host name or address"},
      {"http://[::1", "expected ']'"},
      {"http://[::g]", "expected an IPv6 address in the brackets"},
      {"http://[127.0.0.1]", "expected an IPv6 address in the brackets"},
      {"http://[::1]8080", "the port must be a number from 1 to 65535"},
      {"http://host?x=1", "a query is not allowed"},
      {"http://host/#top", "a fragment is not allowed"},
      {"http://host/a b", "it contains characters that are not allowed in a URL"},
      {"http://host\r\nX: y", "it contains characters that are not allowed in a URL"},
      {"http://h\xc3\xb6st", "it contains characters that are not allowed in a URL"},
      {std::string("http://a\0b", 10), "it contains characters that are not allowed in a URL"},
      {"unix:run/x.sock", "the socket's path must be absolute"},
      {"unix://run/x.sock" + std::string(100, 'x'), "the socket's path is over 107 bytes"},
  };
  for (const Row& row : kRows) {
    absl::StatusOr<BaseUrl> url = ParseBaseUrl(row.text);
    ASSERT_TRUE(absl::IsInvalidArgument(url.status())) << row.text;
    EXPECT_EQ(std::string(url.status().message()),
              absl::StrCat("base_url \"", row.text, "\": ", row.why));
  }
}

}  // namespace
}  // namespace trestle
