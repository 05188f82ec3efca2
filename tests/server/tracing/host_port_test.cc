#include "trestle/server/tracing/host_port.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace trestle {
namespace {

std::string ToText(const HostPort& address) {
  return absl::StrCat(address.host, " ", address.port);
}

TEST(HostPortTest, O11IsSplit) {
  const struct {
    std::string text;
    std::string expected;
  } kRows[] = {
      {"library:9090", "library 9090"},
      {"library", "library 0"},
      {"[::1]:9090", "::1 9090"},
      {"[::1]", "::1 0"},
      {"::1", "::1 0"},
      {"library:", "library: 0"},
      {"library:99999", "library:99999 0"},
      {"library:0", "library:0 0"},
      {"library:-1", "library:-1 0"},
      {":80", " 80"},
      {"", " 0"},
      {"a:b:80", "a:b:80 0"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(ToText(SplitHostPort(row.text)), row.expected) << row.text;
  }
}

TEST(HostPortTest, O11OfATargetIsFound) {
  const struct {
    std::string target;
    std::string expected;
  } kRows[] = {
      {"localhost:9090", "localhost 9090"},
      {"dns:///library:9090", "library 9090"},
      {"dns://8.8.8.8/library:9090", "library 9090"},
      {"dns:library:9090", "library 9090"},
      {"ipv4:10.0.0.1:80,10.0.0.2:81", "10.0.0.1 80"},
      {"ipv6:[::1]:80", "::1 80"},
      {"unix:/run/x.sock", "/run/x.sock 0"},
      {"unix:///run/x.sock", "/run/x.sock 0"},
      {"unix-abstract:x", "x 0"},
      {"xds:///greeter", "greeter 0"},
      {"dns://", " 0"},
      {"", " 0"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(ToText(AddressOfTarget(row.target)), row.expected) << row.target;
  }
}

}  // namespace
}  // namespace trestle
