// IP addresses and ranges: their syntax, and which addresses a range contains.

#include "trestle/server/http/ip_range.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace trestle {
namespace {

TEST(IpAddressTest, ParsesAndPrints) {
  const struct {
    std::string text, shown;  // empty if invalid
  } kRows[] = {
      {"10.0.0.1", "10.0.0.1"},
      {"255.255.255.255", "255.255.255.255"},
      {"::1", "::1"},
      {"2001:DB8:0:0::1", "2001:db8::1"},
      {"::ffff:10.0.0.1", "10.0.0.1"},  // RFC 4291 2.5.5.2
      {"::ffff:a00:1", "10.0.0.1"},
      {"", ""},
      {"10.0.0", ""},
      {"10.0.0.1.2", ""},
      {"10.0.0.256", ""},
      {"10.0.0.01", ""},
      {" 10.0.0.1", ""},
      {"10.0.0.1:80", ""},
      {"fe80::1%eth0", ""},
      {"[::1]", ""},
      {"localhost", ""},
      {std::string("10.0.0.1\0x", 10), ""},
  };
  for (const auto& row : kRows) {
    const auto address = ParseIpAddress(row.text);
    EXPECT_EQ(address.has_value() ? ToString(*address) : "", row.shown) << row.text;
  }
}

TEST(IpRangeTest, ContainsAddressesWithItsPrefix) {
  const struct {
    const char* range;
    const char* address;
    bool has;
  } kRows[] = {
      {"10.0.0.0/8", "10.0.0.0", true},
      {"10.0.0.0/8", "10.255.255.255", true},
      {"10.0.0.0/8", "11.0.0.0", false},
      {"10.0.0.0/8", "::ffff:10.1.1.1", true},
      {"10.32.0.0/11", "10.63.0.1", true},
      {"10.32.0.0/11", "10.64.0.1", false},
      {"10.0.0.1", "10.0.0.1", true},
      {"10.0.0.1", "10.0.0.2", false},
      {"10.0.0.1/32", "10.0.0.1", true},
      {"10.0.0.1/32", "10.0.0.0", false},
      {"0.0.0.0/0", "192.0.2.1", true},
      {"0.0.0.0/0", "2001:db8::1", false},
      {"::/0", "2001:db8::1", true},
      {"::/0", "192.0.2.1", false},
      {"fd00::/8", "fdff::1", true},
      {"fd00::/8", "fe00::1", false},
      {"2001:db8::/33", "2001:db8:7fff::", true},
      {"2001:db8::/33", "2001:db8:8000::", false},
      {"::1", "::1", true},
      {"::1/128", "::2", false},
      {"::ffff:0:0/96", "192.0.2.1", true},
      {"::ffff:10.0.0.0/104", "10.9.9.9", true},
  };
  for (const auto& row : kRows) {
    const auto range = ParseIpRange(row.range);
    ASSERT_TRUE(range.ok()) << range.status();
    EXPECT_EQ(Contains(*range, *ParseIpAddress(row.address)), row.has)
        << row.range << " " << row.address;
  }
}

TEST(IpRangeTest, RejectsInvalidRanges) {
  const struct {
    std::string text, why;
  } kRows[] = {
      {"", "expected an IP address, or one with /bits"},
      {"everybody", "expected an IP address, or one with /bits"},
      {"/8", "expected an IP address, or one with /bits"},
      {"10.0.0/8", "expected an IP address, or one with /bits"},
      {"10.0.0.0/", "expected a prefix length from 0 to 32 after \"/\""},
      {"10.0.0.0/33", "expected a prefix length from 0 to 32 after \"/\""},
      {"10.0.0.0/-1", "expected a prefix length from 0 to 32 after \"/\""},
      {"10.0.0.0/8 ", "expected a prefix length from 0 to 32 after \"/\""},
      {"10.0.0.0/8/8", "expected a prefix length from 0 to 32 after \"/\""},
      {"10.0.0.0/255.0.0.0", "expected a prefix length from 0 to 32 after \"/\""},
      {"10.0.0.0/4294967304", "expected a prefix length from 0 to 32 after \"/\""},
      {"fd00::/129", "expected a prefix length from 0 to 128 after \"/\""},
      {"10.0.0.1/8", "the range begins at 10.0.0.0"},
      {"192.168.7.0/22", "the range begins at 192.168.4.0"},
      {"fd00::1/8", "the range begins at fd00::"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(ParseIpRange(row.text).status(), absl::InvalidArgumentError(absl::StrCat(
                                                   "address range \"", row.text, "\": ", row.why)));
  }
}

}  // namespace
}  // namespace trestle
