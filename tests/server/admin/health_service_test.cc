#include "trestle/server/admin/health_service.h"

#include <gtest/gtest.h>

#include <string>

namespace trestle {
namespace {

TEST(HealthServiceTest, O2TheRequestNamesTheService) {
  EXPECT_EQ(HealthCheckRequest(""), "");
  EXPECT_EQ(HealthCheckRequest("a.B"),
            "\x0a\x03"
            "a.B");
  EXPECT_EQ(HealthCheckRequest(std::string(300, 'a')).substr(0, 4),
            "\x0a\xac\x02"
            "a");
}

TEST(HealthServiceTest, O2TheStatusIsRead) {
  const struct {
    std::string message;
    std::string status;
  } kRows[] = {
      {"", "UNKNOWN"},
      {std::string("\x08\x00", 2), "UNKNOWN"},
      {"\x08\x01", "SERVING"},
      {"\x08\x02", "NOT_SERVING"},
      {"\x08\x03", "SERVICE_UNKNOWN"},
      {"\x08\x63", "99"},
      {"\x08\x02\x08\x01", "SERVING"},      // the last one counts
      {"\x12\x01\x61\x08\x01", "SERVING"},  // an unknown field
      {"\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "18446744073709551615"},
      // Malformed.
      {"\x08", "(malformed)"},                                              // no value
      {"\x08\x80", "(malformed)"},                                          // cut short
      {"\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "(malformed)"},  // too long
      {"\x0a\x01\x01", "(malformed)"},                                      // not a number
      {"\x0d\x01\x01\x01\x01", "(malformed)"},                              // not a varint
      {"\x12\x05\x61", "(malformed)"},              // an unknown field cut short
      {"\x0c", "(malformed)"},                      // the end of a group
      {"\x13\x13", "(malformed)"},                  // groups that do not end
      {std::string("\x00\x01", 2), "(malformed)"},  // field 0
      {"\xff\xff\xff\xff\xff\xff", "(malformed)"},  // a tag that is too long
      {std::string(1000, '\x13'), "(malformed)"},   // groups in groups
  };
  for (const auto& row : kRows) {
    const auto status = HealthStatusIn(row.message);
    EXPECT_EQ(status.ok() ? *status : "(malformed)", row.status);
  }
}

}  // namespace
}  // namespace trestle
